"""What Python says on the page: in the language that it opens in, and in every other that is chosen."""

import re

import pytest
from hubrank import compose, current_language, languages, use_language
from hubrank_output.report import pages
from hubrank_output.report.background import NAMED, background
from hubrank_output.report.sayings import Saying, Sayings

TITLED = """
title = { en = "Forty lands", de = "Vierzig Länder", zh = "四十地" }
missing = { rule = "refuse" }
[dimensions]
industry = { title = { en = "Industry", de = "Wirtschaft" }, aggregation = "median" }
[indicators]
a = { title = { en = "Papers", de = "Artikel" } }
"""


@pytest.fixture(scope="module")
def ranking(forty):
    """The forty lands with titles in three languages, gaps that leave units unranked, a method that the page lacks."""
    plan = forty.plan(TITLED)
    return compose(plan, forty.measured(plan))


def test_a_text_is_numbered_once():
    """The empty text is 0; what is the same in all languages stands only in English; equal texts have one number."""
    sayings = Sayings()
    made = sayings.all(lambda: {"a": ["", "same"], "b": f"in {current_language()}", "c": "same"})
    others = {each: [None, None, f"in {each}"] for each in languages() if each != "en"}

    assert made == {"a": [Saying(0, ""), Saying(1, "same")], "b": Saying(2, "in en"), "c": Saying(1, "same")}
    assert sayings.table() == {"en": ["", "same", "in en"], **others}


def test_a_saying_has_the_text_of_the_language_that_is_spoken():
    """A page that opens in German holds the German text, by the same number."""
    with use_language("de"):
        made = Sayings().all(lambda: [f"in {current_language()}"])

    assert made == [Saying(1, "in de")]


def test_a_page_without_scripts_speaks_the_language(ranking):
    """Title, legend, indicators and countries of the document, before any script runs."""
    with use_language("de"):
        page = pages.report(ranking)

    assert "<title>Vierzig Länder</title>" in page
    assert re.search(r'<h1 dir="auto"><span data-saying="\d+">Vierzig Länder</span></h1>', page)
    assert page.count(">Wirtschaft</span>") == 4  # in the legend, and beside three indicators
    assert len(re.findall(r'<th scope="row"><span data-saying="\d+">Artikel</span></th>', page)) == 1
    first = ranking.order(1)[0]
    assert f'<td class="number">{ranking.score_text(1, first).replace(".", ",")}</td>' in page
    assert "<td>Deutschland</td>" in page
    assert "<td>Germany</td>" not in page


def test_the_reasons_of_few_units_are_worked_out(ranking, monkeypatch):
    """Of all units without a rank the first are named with the reason, the others counted."""
    monkeypatch.setattr("hubrank_output.report.background.NAMED", 3)
    made = background(ranking, Sayings())
    wanted = ranking.unranked()

    assert NAMED == 200
    assert [(each["edition"], each["name"], str(each["why"])) for each in made["unranked"]] == list(
        wanted[["edition", "name", "why"]].head(3).itertuples(index=False, name=None)
    )
    assert made["more_unranked"] == len(wanted) - 3


@pytest.mark.long
def test_what_python_says_follows_the_menu(visit, ranking):
    """Titles, and why a weight cannot be moved, change with the language, and are German in what is taken away."""
    page = visit(ranking, bypass_csp=True)
    english = page.locator("#weights .standing").inner_text()
    page.select_option("#language", "de")
    page.wait_for_function("hubrank.resting()")
    german = page.locator("#weights .standing").inner_text()
    page.select_option("#detail", "scores")

    assert english == (
        "The weights of “Industry” cannot be changed here because its method median has no script for the page. "
        "Its published scores are shown."
    )
    assert german == (
        "Die Gewichte von „Wirtschaft“ lassen sich hier nicht ändern. Grund: die Methode median hat kein Skript für "
        "diese Seite. Angezeigt werden die veröffentlichten Punktwerte."
    )
    assert (page.title(), page.locator("h1").inner_text()) == ("Vierzig Länder", "Vierzig Länder")
    assert page.locator("#ranking-table caption").inner_text().startswith("Vierzig Länder; ")
    assert page.locator("#ranking-table th[data-name=industry]").inner_text() == "Wirtschaft"
    assert page.locator("#weights label[data-saying]").first.inner_text() == "Research"  # it has no other title
    page.select_option("#language", "zh")
    page.wait_for_function("hubrank.resting()")
    assert (page.title(), page.locator("#ranking-table th[data-name=industry]").inner_text()) == ("四十地", "Industry")
    assert page.failed == []
