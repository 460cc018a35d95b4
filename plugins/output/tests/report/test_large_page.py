"""A page of more units than a document holds rows for: a window on the table, draws beside the page, a sampled map."""

import numpy as np
import pytest
from hubrank import UsageError, compose, load, measure, resolve
from hubrank.testing import built_in
from hubrank_output.report import pages

pytestmark = pytest.mark.long

REGISTRY = built_in()

COUNT = 1_300
OWN = {"index": [1, 2.5], "d0": [2, 1, 0.5]}
SCENARIO = """
title = "Thirteen hundred places"
editions = [2023, 2024]
units = { file = "units.csv", within_km = 1 }
normalisation = { method = "min-max", range = [1, 100] }
aggregation = "geometric"
missing = { rule = "renormalise", at_least_share = 0.5 }
dimensions = { d0 = {}, d1 = { aggregation = "arithmetic" } }

[inputs.values]
source = "files"
options = { file = "values.csv" }

[indicators]
a = { indicator = "value", dimension = "d0" }
b = { indicator = "value", dimension = "d0" }
c = { indicator = "value", dimension = "d0" }
d = { indicator = "value", dimension = "d1" }
e = { indicator = "value", dimension = "d1" }
"""


def planned(folder, changes=""):
    """The scenario with changes laid over it."""
    path = folder / "changed.toml"
    path.write_text(f'extends = "base.toml"\n{changes}', encoding="utf-8")
    return resolve(load(path, REGISTRY), REGISTRY)


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Thirteen hundred units in two countries, two editions, five indicators, one value in twelve missing."""
    made = tmp_path_factory.mktemp("many")
    rng = np.random.default_rng(3)
    rows = ["unit,year,a,b,c,d,e"]
    for year in (2023, 2024):
        for unit in range(COUNT):
            cells = [f"{value:.3f}" if rng.random() > 1 / 12 else "" for value in rng.lognormal(2, 1, 5)]
            rows.append(",".join([f"U{unit:04}", str(year), *cells]))
    units = ["unit,name,country,lat,lon"]
    for unit, (lat, lon) in enumerate(rng.uniform((-50, -170), (70, 170), (COUNT, 2))):
        units.append(f"U{unit:04},Place {unit:04},{'CHN' if unit % 3 else 'USA'},{lat:.2f},{lon:.2f}")
    (made / "values.csv").write_text("\n".join(rows), encoding="utf-8")
    (made / "units.csv").write_text("\n".join(units), encoding="utf-8")
    (made / "base.toml").write_text(SCENARIO, encoding="utf-8")
    return made


@pytest.fixture(scope="session")
def measured(folder):
    """Their measurements."""
    return measure(planned(folder))


@pytest.fixture(scope="session")
def ranking(folder, measured):
    """As published."""
    return compose(planned(folder), measured)


@pytest.fixture
def page(visit, ranking):
    """The page with all rows asked for."""
    made = visit(ranking)
    made.click("#more")
    return made


def rows(page):
    """The table's rows: place from `aria-rowindex`, unit."""
    read = "rows => rows.map(row => [Number(row.getAttribute('aria-rowindex')) - 2, row.dataset.unit])"
    return page.eval_on_selector_all("#ranking-table tbody tr", read)


def scrolled(page, to):
    """The rows after the table's window was scrolled to a place, in pixels."""
    page.evaluate("to => { document.getElementById('ranking-window').scrollTop = to; }", to)
    page.wait_for_timeout(150)
    return rows(page)


@pytest.mark.parametrize("changes", ["", 'ranking = { decimals = 1, rounding = "half-up", ties = "average" }'])
def test_it_ranks_as_the_core_does(folder, measured, visit, changes):
    """Under other weights: the same order, ranks to the half, scores to 1e-12; where scores are rounded for it too."""
    plan = planned(folder, changes)
    page = visit(compose(plan, measured))
    page.evaluate("own => window.hubrank.rerank(own)", OWN)
    found = page.evaluate("window.hubrank.ranking()")
    wanted = compose(
        plan,
        measured,
        lambda node, *_: np.array(OWN.get(node.name, [each.weight for each in node.members]), float).reshape(1, 1, -1),
    )
    order = wanted.order(1)

    assert [each["unit"] for each in found] == [wanted.codes[unit] for unit in order]
    assert [each["rank"] for each in found] == wanted.ranks[1][order].tolist()
    np.testing.assert_allclose([each["score"] for each in found], wanted.scores[1][order], rtol=1e-12)


def test_only_the_rows_in_sight_are_in_the_document(page, ranking):
    """Wherever the window stands, its rows are those of the published order, and a screen reader is told which."""
    order = [ranking.codes[unit] for unit in ranking.order(1)]
    height = page.evaluate("document.getElementById('ranking-window').scrollHeight")

    for found in (rows(page), scrolled(page, height / 2), scrolled(page, height)):
        assert 15 < len(found) < 80
        assert found == [[at, order[at]] for at, _ in found]
    assert found[-1][0] == len(order) - 1
    assert page.get_attribute("#ranking-table", "aria-rowcount") == str(len(order) + 1)
    assert page.inner_text("#count") == f"{len(order):,} ranked"


def test_the_keyboard_reaches_every_row_and_leaves_the_table(page, ranking):
    """One name takes the tab key; end, page up and enter go to a unit far below and open it; tab goes on."""
    order = [ranking.codes[unit] for unit in ranking.order(1)]
    page.locator("#ranking-table .unit[tabindex='0']").focus()
    page.keyboard.press("End")
    last = page.evaluate("document.activeElement.closest('tr').dataset.unit")
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    opened = page.inner_text("#unit-name")
    page.keyboard.press("Escape")

    assert last == order[-1]
    assert opened == ranking.names[list(ranking.codes).index(order[-12])]
    assert page.evaluate("document.activeElement.closest('tr').dataset.unit") == order[-12]
    assert page.locator("#ranking-table .unit[tabindex='0']").count() == 1
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('table')") is None


def test_without_scripts_the_first_rows_are_there(browser, ranking, tmp_path):
    """Two hundred rows and a sentence that says of how many."""
    path = tmp_path / "plain.html"
    path.write_text(pages.report(ranking), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    names = page.locator("#ranking-table tbody th").all_inner_texts()
    said = page.inner_text("#ranking-section")
    context.close()

    assert names == [ranking.names[unit] for unit in ranking.order(1)[:200]]
    assert f"The first 200 of {len(ranking.order(1)):,} units" in said


def test_a_page_that_no_browser_opens_is_refused(ranking, tmp_path, monkeypatch):
    """The message names the file, the size and what there is instead; nothing is written."""
    monkeypatch.setattr(pages, "LIMIT", 100_000)

    with pytest.raises(UsageError, match=r"page\.html: would be .* a browser opens at most 0\.1 MB.*hubrank export"):
        pages.write_report(ranking, tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == []
