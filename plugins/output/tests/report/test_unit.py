"""A unit, opened: its values, where they are from, whom it is compared with, and the way to the next rank."""

import re

import numpy as np
import pytest
from hubrank.explain.contributions import against_all
from hubrank.plugin import compose, measure

pytestmark = pytest.mark.long

SOURCE = """
[inputs.values]
max_age = 1
options = { file = "values.csv", producer = "Office of Lands", licence = "CC0", url = "https://example.org/lands" }
"""


@pytest.fixture(scope="session")
def ranking(forty):
    """The forty lands, whose missing values of 2024 are filled with values of 2023 or stay missing."""
    plan = forty.plan(SOURCE)
    return compose(plan, measure(plan))


def opened(visit, ranking, unit, extra="", **options):
    """The page with a unit open."""
    made = visit(ranking, fragment=f"#open={ranking.codes[unit]}{extra}", **options)
    made.wait_for_selector("#unit[open] #unit-figures tr.figure")
    made.wait_for_timeout(150)
    return made


def figures(page):
    """The rows of the unit's indicators, cell by cell."""
    read = "rows => rows.map(row => [...row.cells].map(cell => cell.innerText))"
    return page.eval_on_selector_all("#unit-figures tr.figure", read)


def shown(value):
    """A measured value as the page writes it."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{float(f'{value:.4g}'):,.15g}"


def test_every_indicator_has_its_value_and_place(visit, ranking):
    """Values are the measured; a place is one more than the ranked units with a better value."""
    unit = int(ranking.order(1)[11])
    found = figures(opened(visit, ranking, unit))
    ranked = ~np.isnan(ranking.ranks[1])
    for at, cells in enumerate(found):
        values = np.where(ranked, ranking.normalised[1, :, at], np.nan)
        assert cells[0].startswith(ranking.plan.ranked[at].title)
        if np.isnan(values[unit]):
            assert cells[2] == "–"
        else:
            assert cells[1].split("\n")[0] == shown(np.float32(ranking.measured[1, unit, at]))
            place, better = cells[2].split("\n")
            worse, among = int((values < values[unit]).sum()), int((~np.isnan(values)).sum())
            assert place == f"{1 + int((values > values[unit]).sum())} of {among}"
            assert float(better.removeprefix("better than ").removesuffix("\u00a0%")) == pytest.approx(
                100 * worse / (among - 1), abs=0.5
            )
    assert len(found) == 6


def test_a_figure_says_whose_it_is_and_of_which_year(visit, ranking):
    """The producer as a link, the licence, and the year that a value was carried from, as in Python."""
    carried = np.argwhere(~np.isnan(ranking.measurement.ages.carried[1]) & ~np.isnan(ranking.ranks[1])[:, None])
    unit, indicator = (int(each) for each in carried[0])
    page = opened(visit, ranking, unit)
    at = [each.key for each in ranking.plan.ranked].index(ranking.measurement.indicators[indicator])
    note = page.locator("#unit-figures tr.source").nth(at)

    assert "carried from 2023" in note.inner_text()
    assert "CC0" in note.inner_text()
    assert note.locator("a").first.get_attribute("href") == "https://example.org/lands"
    assert note.locator("a").first.inner_text() == "Office of Lands"


def test_an_address_that_runs_something_is_no_link(forty, visit):
    """What a scenario says of its source can be read and not pressed."""
    plan = forty.plan(
        'inputs.values.options = { file = "values.csv", producer = "<b>x</b>", url = "javascript:alert(1)" }'
    )
    ranking = compose(plan, measure(plan))
    page = opened(visit, ranking, int(ranking.order(1)[0]))

    assert "<b>x</b>" in page.inner_text("#unit-figures")
    assert page.locator("a[href^='javascript']").count() == 0
    assert page.failed == []


def test_the_first_step_up_is_just_enough(visit, ranking):
    """The value that is named passes the unit before, by the means worked out here; the next lower does not."""
    order = [int(unit) for unit in ranking.order(1)]
    unit = next(unit for unit in order[3:] if not np.isnan(ranking.normalised[1, unit]).any())
    before = order[order.index(unit) - 1]
    page = opened(visit, ranking, unit)
    lines = page.locator("#unit-reach li").all_inner_texts()
    title, wanted, name, now = re.match(r"(.*?): (.*), as (.*) has, instead of (.*)", lines[0], re.S).groups()
    at = [each.title for each in ranking.plan.ranked].index(title)
    like = [re.sub(r"\s+", " ", each) for each in ranking.names].index(name)

    def score(value):
        a, b, c, d, e, f = np.where(np.arange(6) == at, value, ranking.normalised[1, unit])
        people, industry = (b + 3 * c) / 4, (d + e + 0.5 * f) / 2.5
        return (2 * (a + people) / 2 + industry) / 3

    column = ranking.normalised[1, :, at]
    enough = column[like]
    below = column[(column < enough) & (column > column[unit])]
    assert wanted == shown(np.float32(ranking.measured[1, like, at]))
    assert now == shown(np.float32(ranking.measured[1, unit, at]))
    assert score(enough) > ranking.scores[1, before]
    assert not len(below) or score(below.max()) <= ranking.scores[1, before]
    assert ranking.names[before] in page.text_content("#unit-reach-text")


def test_two_units_side_by_side(page, ranking):
    """Two pins and a button: values and places of both, dimension scores of both; the address says it."""
    first, second = (int(unit) for unit in ranking.order(1)[[2, 8]])
    for unit in (first, second):
        page.locator(f"#ranking-table tr[data-unit={ranking.codes[unit]}] .pinner").click()
    page.click("#compare")
    page.wait_for_timeout(400)
    found = figures(page)
    parts = page.eval_on_selector_all(
        "#unit-parts tbody tr", "rows => rows.map(row => [...row.cells].map(cell => cell.innerText))"
    )

    for at, cells in enumerate(found):
        for column, unit in ((1, first), (3, second)):
            value = ranking.measured[1, unit, at]
            assert cells[column].split("\n")[0] == ("–" if np.isnan(value) else shown(np.float32(value)))
    assert parts[0][2] == ranking.score_text(1, first)
    assert parts[0][4] == ranking.score_text(1, second)
    assert parts[1][2] == ranking.score_text(1, first, "research")
    assert f"open={ranking.codes[first]}&against={ranking.codes[second]}" in page.url


def test_an_opened_unit_follows_the_weights(visit, ranking):
    """Its rank and score are those of the moved weights, its range that which is drawn for them."""
    unit = int(ranking.order(1)[4])
    page = opened(visit, ranking, unit)
    page.evaluate("window.hubrank.rerank({ index: [0, 1] })")
    page.wait_for_selector("#uncertainty:not([hidden])")
    page.wait_for_timeout(150)
    now = {each["unit"]: each for each in page.evaluate("window.hubrank.ranking()")}[ranking.codes[unit]]

    assert page.inner_text("#unit-place").startswith(f"Rank {now['rank']} of 40 · better than ")
    assert f"score {now['score']:.2f}" in page.inner_text("#unit-place")


def test_a_range_of_other_weights_is_never_shown(visit, ranking):
    """Draws that were asked for before the weights moved are dropped when they come."""
    page = opened(visit, ranking, int(ranking.order(1)[4]))
    page.wait_for_selector("#uncertainty:not([hidden])")
    before = page.evaluate("window.hubrank.intervals().low")
    page.evaluate("window.hubrank.rerank({ index: [1, 1.01] })")
    page.wait_for_timeout(215)
    seen = page.evaluate("""async () => {
        window.hubrank.rerank({ index: [0, 1] });
        while (window.hubrank.intervals().from !== "drawn") await new Promise(done => setTimeout(done, 5));
        return window.hubrank.intervals().low;
    }""")
    page.wait_for_timeout(600)

    assert seen == page.evaluate("window.hubrank.intervals().low") != before


@pytest.mark.parametrize("changes", ["", 'aggregation = "geometric"', 'ranking = { post_processing = ["min-max"] }'])
def test_the_parts_lead_from_the_mean_to_the_score(forty, visit, changes):
    """What each dimension brings is what the core's contributions say, and the bars add up to the score."""
    plan = forty.plan(changes)
    ranking = compose(plan, measure(plan))
    unit = int(ranking.order(1)[7])
    page = opened(visit, ranking, unit)
    read = "bars => bars.map(bar => [...bar.querySelectorAll('text')].map(text => text.textContent))"
    (_, mean), *bars, (name, score) = page.eval_on_selector_all("#unit-lead .bar", read)
    found = {title: float(amount.replace("−", "-")) for title, amount in bars}
    wanted = against_all(ranking, 1, unit)

    assert float(mean) == pytest.approx(np.nanmean(ranking.scores[1]), abs=0.006)
    assert name.replace(" ", "") == ranking.names[unit].replace(" ", "")
    assert float(mean) + sum(found.values()) == pytest.approx(float(score), abs=0.03)
    for key in ("research", "industry"):
        part = wanted.totals[key][0]
        assert found[ranking.plan.tree[key].title] == pytest.approx(part, abs=0.006)


def test_a_mean_without_terms_is_not_split(forty, visit):
    """Where the parts of a mean do not add up, the page says so and draws nothing."""
    plan = forty.plan('aggregation = { method = "generalised-mean", p = 2.0 }')
    ranking = compose(plan, measure(plan))
    page = opened(visit, ranking, int(ranking.order(1)[7]))

    assert page.locator("#unit-lead").is_hidden()
    assert "cannot be split here" in page.inner_text("#unit-lead-text")


def test_the_ranks_of_all_editions_are_a_line(visit, ranking):
    """The unit's rank in each edition, in the picture and in words."""
    unit = int(ranking.order(1)[3])
    page = opened(visit, ranking, unit)
    label = page.get_attribute("#unit-history", "aria-label")

    for at, edition in enumerate(ranking.editions):
        assert f"{edition}: rank {ranking.ranks[at, unit]:g}" in label
    assert page.locator("#unit-history circle").count() == 2


def test_labels_are_whole(forty, visit):
    """Long titles of dimensions are broken into lines and not cut."""
    title = "Research, development and everything that follows from them"
    plan = forty.plan(f'dimensions.research.title = "{title}"')
    ranking = compose(plan, measure(plan))
    page = opened(visit, ranking, int(ranking.order(1)[0]))

    assert title.replace(" ", "") in page.locator("#unit-lead").text_content().replace(" ", "")
    assert "…" not in page.locator("#unit-parts").inner_text() + page.locator("#unit-shape").text_content()


@pytest.mark.parametrize("width", [360, 1400])
def test_bars_have_room_and_nothing_runs_over_the_edge(visit, ranking, width):
    """The unit's own column is headed by a word that is shorter than names are."""
    page = opened(visit, ranking, int(ranking.order(1)[0]), "&lang=de", viewport={"width": width, "height": 900})

    bars = "[...document.querySelectorAll('#unit .level')]"  # at once: ranges that arrive draw the rows anew

    assert page.evaluate(f"Math.min(...{bars}.map((each) => each.clientWidth))") >= 24
    assert page.evaluate("document.getElementById('unit').scrollWidth <= document.getElementById('unit').clientWidth")
