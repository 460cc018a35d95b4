"""The folded views: two values, distributions, correlations, drawn ranks, the tree of weights."""

import itertools
import re

import attrs
import numpy as np
import pandas as pd
import pytest
from hubrank.methods.toolkit import correlations, skewness
from hubrank.plugin import compose

VIEWS = ("scatter", "distribution", "correlation", "acceptability", "tree")


@pytest.fixture(scope="module")
def page(visit_once, ranking):
    """The page with all views open, of which the tests only read."""
    made = visit_once(ranking, fragment=f"#see={'_'.join(VIEWS)}")
    made.evaluate("for (const each of document.querySelectorAll('.as-table')) each.open = true")
    made.wait_for_selector("#uncertainty:not([hidden])")
    made.wait_for_selector("#acceptability .heat")
    made.wait_for_selector("#acceptability-table tbody tr")
    return made


def table(page, name):
    """A view's table: its heads and its rows, cell by cell."""
    read = "table => [...table.rows].map(row => [...row.cells].map(cell => cell.innerText))"
    return page.eval_on_selector(f"#{name}-table", read)


def number(text):
    """A number as the page writes it."""
    return float(text.replace("−", "-").replace(",", "").removesuffix("%").strip())


def test_views_are_folded_and_drawn_when_they_are_opened(visit, ranking):
    """As the page opens none is drawn; a click opens one, and the address keeps it."""
    page = visit(ranking)
    page.wait_for_timeout(300)
    before = page.locator(", ".join(f"#{name} *" for name in VIEWS)).count()
    page.click("#tree-view > summary")
    page.wait_for_selector("#tree .branch")
    page.wait_for_timeout(400)

    assert before == 0
    assert "see=tree" in page.url
    assert page.locator("#scatter *").count() == 0


def test_the_scatter_has_any_two_figures(visit, ranking):
    """Points lie where the two values put them; the correlations are those of the values; a point pins its unit."""
    page = visit(ranking, fragment="#see=scatter&x=m.a&y=score")
    page.wait_for_selector("#scatter .point")
    ranked = [int(unit) for unit in ranking.order(1)]
    measured, scores = ranking.measured[1, :, 0], ranking.scores[1]
    units = [unit for unit in ranked if not np.isnan(measured[unit])]
    read = "points => points.map(point => [point.getAttribute('aria-label'), Number(point.getAttribute('cx'))])"
    points = page.eval_on_selector_all("#scatter .point", read)
    frame = pd.DataFrame({"x": measured[units], "y": scores[units]})
    pearson, spearman = (frame.corr(method).iloc[0, 1] for method in ("pearson", "spearman"))

    assert len(points) == len(units)
    assert np.corrcoef([x for _, x in points], measured[units])[0, 1] == pytest.approx(1)
    text = page.inner_text("#scatter-text")
    assert text.startswith(f"{len(units)} units")
    assert [float(each) for each in re.findall(r"-?\d\.\d\d", text)] == pytest.approx([pearson, spearman], abs=0.011)
    page.locator("#scatter [tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.locator("#pinned .unit").count() == 1
    page.select_option("#scatter-y", "rank")
    page.wait_for_timeout(400)
    assert "y=rank" in page.url
    assert ranking.plan.ranked[0].title in points[0][0]


def test_distributions_before_and_after_treatment(page, ranking):
    """Of each indicator the values' number, ends and median, and the skewness of measured and of final values."""
    ranked = ~np.isnan(ranking.ranks[1])
    _, *rows = table(page, "distribution")
    for at, (title, count, least, middle, most, before, after) in enumerate(rows):
        values = np.float32(ranking.measured[1, ranked, at])
        final = ranking.normalised[1, ranked, at]
        assert title.startswith(ranking.plan.ranked[at].title)
        assert int(count) == (~np.isnan(values)).sum()
        wanted = [np.nanmin(values), np.nanmedian(values), np.nanmax(values)]
        assert [number(each) for each in (least, middle, most)] == pytest.approx(wanted, rel=1e-3)
        skews = [float(skewness(each[:, None].astype(float))[0, 0]) for each in (values, final)]
        assert [number(before), number(after)] == pytest.approx(skews, abs=0.006)
    assert page.locator("#distribution .bars").count() == 2 * len(rows) == 12


@pytest.mark.parametrize("kind", ["pearson", "spearman"])
def test_correlations_are_the_core_s(visit, ranking, kind):
    """Each cell is the correlation of two indicators over the ranked units that have both, as the core has it."""
    page = visit(ranking, fragment=f"#see=correlation&kind={kind}")
    page.wait_for_selector("#correlation .cell")
    page.click("#correlation-as-table > summary")
    page.wait_for_selector("#correlation-table tbody tr")
    ranked = ~np.isnan(ranking.ranks[1])
    columns = np.column_stack([ranking.normalised[1][ranked], ranking.scores[1][ranked]])
    wanted = correlations(columns, kind)
    found = [[number(each) for each in row[1:]] for row in table(page, "correlation")[1:]]

    np.testing.assert_allclose(found, wanted, atol=0.006)
    assert page.locator("#correlation .cell").count() == 7 * 8 / 2


def test_how_often_each_rank_was_drawn(page, ranking):
    """Shares are of the draws, the usual rank lies in the interval, and the first ranks are divided among units."""
    _, *rows = table(page, "acceptability")
    ranges = page.evaluate("window.hubrank.intervals()")
    first = [number(row[3]) for row in rows]

    assert len(rows) == 30
    assert sum(first) == pytest.approx(100, abs=3)
    for row, unit in itertools.islice(zip(rows, ranking.order(1), strict=False), 10):
        name, usual, share, one, three, ten = row
        assert name.replace(" ", "") == ranking.names[unit].replace(" ", "")
        assert ranges["low"][unit] <= number(usual) <= ranges["high"][unit]
        assert number(one) <= number(three) <= number(ten) <= 100
        assert number(share) > 0
    label = page.locator("#acceptability .heat").first.get_attribute("aria-label")
    assert "most often rank" in label


def test_published_ranges_have_no_draws(visit, ranking):
    """Where only ends of ranges are kept the view says so, and draws when it is asked to."""
    published = attrs.evolve(ranking, low=ranking.ranks, high=ranking.ranks + 1)
    page = visit(published, fragment="#see=acceptability")

    assert "Only the ends of the published ranges are stored" in page.inner_text("#acceptability-text")
    assert page.locator("#acceptability").is_hidden()
    page.click("#acceptability-draw")
    page.wait_for_selector("#acceptability .heat")
    assert page.input_value("#spread") == "0.25"


def test_the_tree_has_effective_weights(visit, forty, ranking):
    """A part weighs the product of the shares above it, and moved weights move it."""
    page = visit(ranking, fragment="#see=tree&w.index=1_3")
    page.wait_for_selector("#tree .branch")
    page.click("#tree-as-table > summary")
    page.wait_for_selector("#tree-table tbody tr")
    found = {row[0].removeprefix("– ").removeprefix("– "): row[1:] for row in table(page, "tree")[1:]}
    titles = {item.key: item.title for item in ranking.plan.ranked}
    # industry 3 of 4; in it d, e, f weigh 1, 1, 0.5; research 1 of 4, in it a and people 1 each; b 1, c 3 in people
    wanted = {"Industry": 75, "Research": 25, "People": 12.5, titles["a"]: None}

    assert number(found["Industry"][1]) == 75
    assert number(found["Research"][1]) == 25
    assert number(found["People"][1]) == 12.5 or number(found["People"][1]) == 13
    assert sum(number(row[1]) for title, row in found.items() if title not in wanted or wanted[title] is None) == (
        pytest.approx(100, abs=1.5)
    )


@pytest.mark.parametrize("name", VIEWS)
def test_every_view_is_reached_by_the_keyboard(page, name):
    """One shape of each takes the tab key, arrows go on, and what it shows is said."""
    stop = page.locator(f"#{name} [tabindex='0']")
    assert stop.count() == 1
    stop.focus()
    page.keyboard.press("ArrowRight")

    focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused
    assert page.inner_text(f"#{name}-readout") == re.sub(r"\s+", " ", focused).strip()
    assert page.locator(f"#{name} [tabindex='0']").count() == 1


def test_a_table_of_many_units_says_what_is_left_out(visit, many):
    """A view of more units than its table holds says how many are shown."""
    page = visit(compose(many.plan(), many.measured()), fragment="#see=scatter")
    page.wait_for_selector("#scatter .point")
    page.click("#scatter-as-table > summary")
    page.wait_for_selector("#scatter-table tbody tr")

    assert page.locator("#scatter-table tbody tr").count() == 200
    assert page.inner_text("#scatter-table caption").startswith("200 of 1,")
    assert page.locator("#scatter .point").count() == 1000


def test_paper_has_all_views_and_the_screen_those_that_were_open(visit, ranking):
    """Printing draws every view; afterwards, once anything is refreshed, they are folded as they were."""
    page = visit(ranking, fragment="#see=tree")
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    drawn = {name for name in VIEWS if page.locator(f"#{name} *").count()}
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    folds = page.evaluate("[...document.querySelectorAll('details[open]')].map(each => each.id)")
    page.evaluate("window.hubrank.rerank({ index: [1, 2] })")
    page.wait_for_timeout(500)

    assert drawn >= {"scatter", "distribution", "correlation", "tree"}
    assert folds == ["panel", "tree-view"]
    assert page.evaluate("[...document.querySelectorAll('.view[open]')].map(each => each.id)") == ["tree-view"]
