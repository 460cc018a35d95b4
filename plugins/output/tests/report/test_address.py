"""The page's address: a link, a reload and the back button bring the view back; what it says wrongly does nothing."""

import numpy as np
import pytest
from hubrank.plugin import compose, load, resolve
from hubrank.testing import built_in

pytestmark = pytest.mark.long

REGISTRY = built_in()


@pytest.fixture
def page(visit, ranking):
    """Their page, which may write to the clipboard."""
    return visit(ranking, permissions=["clipboard-read", "clipboard-write"])


def hub(page):
    """What the page ranks, with scores."""
    return page.evaluate("window.hubrank.ranking()")


def said(page):
    """What the address says, once it was saved."""
    page.wait_for_timeout(350)
    return page.evaluate("[...new URLSearchParams(location.hash.slice(1))]")


def test_the_back_button_goes_from_change_to_change(page, ranking):
    """A slider that is moved for long is one step; the pin and the edition are one each."""
    page.locator("input[data-node=index][data-member=industry]").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(300)
    weights = said(page)
    page.locator("#ranking-table .pinner").first.click()
    pinned = said(page)
    page.select_option("#edition", "2023")
    edition = said(page)

    assert [key for key, _ in weights] == ["w.index"]
    assert pinned[:1] == weights
    assert edition == [["edition", "2023"], *pinned]
    page.go_back()
    assert said(page) == pinned
    assert page.input_value("#edition") == "2024"
    page.go_back()
    assert said(page) == weights
    assert page.locator("#pinned li").count() == 0
    page.go_back()
    assert said(page) == []
    assert [each["unit"] for each in hub(page)] == [ranking.codes[unit] for unit in ranking.order(1)]
    page.go_forward()
    assert said(page) == weights


def test_a_link_brings_back_all_that_was_chosen(page, visit, ranking):
    """Filter, pins, the opened unit, the one that it is compared with, the table's columns, the weights."""
    page.click("#more-tools summary")
    page.select_option("#filter-country", "DEU")
    page.select_option("#detail", "measured")
    page.locator("#ranking-table .pinner").nth(0).click()
    page.locator("#ranking-table .pinner").nth(1).click()
    page.click("#compare")
    page.evaluate("window.hubrank.rerank({ people: [1, 5] }, { index: 'geometric' })")
    said(page)
    again = visit(ranking, fragment="#" + page.url.partition("#")[2])

    for view in (page, again):
        assert set(view.locator("#ranking-table td.country").all_inner_texts()) == {"Germany"}
        assert view.input_value("#detail") == "measured"
        assert view.locator("#unit").is_visible()
        assert view.input_value("#filter-country") == "DEU"
    assert again.inner_text("#unit-name") == page.inner_text("#unit-name")
    assert again.input_value("#unit-against") == page.input_value("#unit-against") != "-1"
    assert again.locator("#pinned li").all_inner_texts() == page.locator("#pinned li").all_inner_texts()
    assert hub(again) == hub(page)


@pytest.mark.parametrize(
    "fragment",
    [
        "#w.index=1_2_3&a.index=evil&edition=1066&unit=nobody&sort=-nothing&spread=9&detail=x&section=y&open=z",
        "#w.index=0_0&w.people=-1_2&w.research=1e999_1&w.industry=NaN_1_1",
        "#w.index=0x10_1&w.__proto__=1_1&f.country=__proto__&f.constructor=x&unit=__proto__&open=constructor",
        "#%E0%A4%A&&&==&w.index=" + "1" * 5000 + "_1",
        "#<img src=x onerror=window.hacked=9>",
        "#javascript:window.hacked=9",
    ],
    ids=["unknown", "numbers", "prototype", "broken", "markup", "script"],
)
def test_a_hostile_address_opens_the_published_page(visit, ranking, fragment):
    """What the address says wrongly is left out, and nothing of it runs."""
    page = visit(ranking, fragment=fragment)

    assert [each["unit"] for each in hub(page)] == [ranking.codes[unit] for unit in ranking.order(1)]
    assert page.inner_text("#state") == "Published weights"
    assert said(page) == []
    assert page.evaluate("window.hacked") is None
    assert page.failed == []


def test_the_link_is_copied(page, visit, ranking):
    """What lies on the clipboard opens the same ranking."""
    page.evaluate("window.hubrank.rerank({ index: [1, 2.5] })")
    page.click("#copy-link")
    page.wait_for_selector("text=Link copied.")
    link = page.evaluate("navigator.clipboard.readText()")

    assert hub(visit(ranking, fragment="#" + link.partition("#")[2])) == hub(page)


CHOICES = [
    ("", "{ index: [1, 2.5] }, {}"),
    ("", "{ people: [0, 3], index: [0.1, 7] }, { research: 'geometric' }"),
    ("", "{ industry: [1, 0.25, 1e-7] }, { index: 'geometric' }"),
    (
        'dimensions.people.aggregation = { method = "generalised-mean", p = 0.5 }',
        "{ index: [3, 1] }, { index: 'geometric' }",
    ),
    ('weighting = "pca"', "{ people: [1, 4] }, {}"),
    ('weighting = { method = "pca", fitted_on = "pooled" }', "{ index: [1, 4] }, {}"),
    ('indicators.g = { like = "d", options = { column = "a" } }', "{ industry: [2, 3, 4, 5] }, {}"),
]


@pytest.mark.parametrize(("changes", "choice"), CHOICES)
def test_the_copied_scenario_makes_the_weights_again(forty, visit, changes, choice):
    """Python ranks the TOML, saved beside the scenario that it extends, as the page does: scores to 1e-9."""
    plan = forty.plan(changes)
    page = visit(compose(plan, forty.measured(plan)), permissions=["clipboard-read", "clipboard-write"])
    assert page.evaluate(f"window.hubrank.rerank({choice})") == ""
    page.click("#copy-toml")
    page.wait_for_selector("text=Scenario copied")
    path = forty.folder / "copied.toml"
    path.write_text(page.evaluate("navigator.clipboard.readText()"), encoding="utf-8")
    again = resolve(load(path, REGISTRY), REGISTRY)
    wanted = compose(again, forty.measured(again))
    found = hub(page)

    assert [each["unit"] for each in found] == [wanted.codes[unit] for unit in wanted.order(1)]
    np.testing.assert_allclose([each["score"] for each in found], wanted.scores[1][wanted.order(1)], rtol=1e-9)
    assert again.scenario.title == "Forty lands (modified weights)"
