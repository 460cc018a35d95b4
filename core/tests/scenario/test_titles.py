"""Titles by language: what plans and runs leave of them."""

import pytest
from hubrank.errors import ScenarioError
from hubrank.i18n import Title, gettext, use_language
from hubrank.results.save import scenario_toml
from hubrank.scenario.load import load

TITLES = """
title = { en = "Three lands", de = "Drei Länder" }
[dimensions]
life = { title = { de = "Leben", en = "Life" } }
[indicators]
a = { title = { zh = "论文", en = "Papers" } }
b = { title = "Prices" }
"""


def texts(title):
    """A title with its texts; none of one that is not by language."""
    return str(title), dict(title.texts) if isinstance(title, Title) else None


def test_a_plan_has_titles_in_all_languages(lab):
    """A title is English where it is a text; what the scenario gave as a text alone has no other languages."""
    plan = lab.plan(TITLES)
    a, b = plan.ranked

    assert texts(plan.tree.root.title) == ("Three lands", {"en": "Three lands", "de": "Drei Länder"})
    assert texts(plan.tree["life"].title) == ("Life", {"de": "Leben", "en": "Life"})
    assert texts(a.title) == ("Papers", {"zh": "论文", "en": "Papers"})
    assert texts(b.title) == ("Prices", {})
    with use_language("de"):
        assert [gettext(each) for each in (plan.tree.root.title, a.title)] == ["Drei Länder", "Papers"]


def test_a_run_leaves_all_languages(lab):
    """The scenario of a run folder is read again with the same titles."""
    plan = lab.plan(TITLES)
    again = load(lab.write("scenario.toml", scenario_toml(plan, lab.folder)), lab.registry()).scenario

    assert texts(again.title) == texts(plan.scenario.title)
    assert texts(again.dimensions["life"].title) == ("Life", {"de": "Leben", "en": "Life"})
    assert texts(again.indicators["a"].title) == ("Papers", {"zh": "论文", "en": "Papers"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = 3", "2  title: must be a text, or a table of texts by language; got 3"),
        ("title = {}", "2  title: must be a text, or a table of texts by language; got {}"),
        ('title = { en = "x", german = "y" }', "2  title.german: is no language, such as en or zh"),
        ('title.en = "x"\ntitle.EN = "y"', "3  title.EN: is no language, such as en or zh"),
        ('title = { "in English" = "x" }', "2  title: in English: is no language, such as en or zh"),
        ('[title]\nen = "x"\nde = 4', "4  title.de: must be a text"),
        ("[dimensions]\nlife = { title = { de = [] } }", "3  dimensions.life.title.de: must be a text"),
        ("[indicators.a]\ntitle.zh = true", "3  indicators.a.title.zh: must be a text"),
    ],
)
def test_a_wrong_title_is_one_problem_with_its_line(lab, text, said):
    """What is said begins with the key, the language within it."""
    with pytest.raises(ScenarioError) as caught:
        lab.load(text)

    assert str(caught.value) == f"mine.toml: 1 problem\n  {said}"
