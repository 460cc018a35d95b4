"""A page of more units than a document holds rows for: a window on the table, draws beside the page, a sampled map."""

import re

import numpy as np
import pytest
from hubrank.plugin import UsageError, compose
from hubrank_output.report import pages

pytestmark = pytest.mark.long

OWN = {"index": [1, 2.5], "research": [2, 1], "industry": [1, 2, 0.5]}


@pytest.fixture(scope="module")
def ranking(many):
    """As published."""
    return compose(many.plan(), many.measured())


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
def test_it_ranks_as_the_core_does(many, visit, changes):
    """Under other weights: the same order, ranks to the half, scores to 1e-12; where scores are rounded for it too."""
    plan, measured = many.plan(changes), many.measured()
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
    """At any position of the window, its rows are those of the published order, as a screen reader learns."""
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
    page.locator("#ranking-table .bar[tabindex='0']").focus()
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

    assert names == [re.sub(r"\s+", " ", ranking.names[unit]) for unit in ranking.order(1)[:200]]
    assert f"The first 200 of {len(ranking.order(1)):,} units" in said


def test_a_page_that_no_browser_opens_is_refused(ranking, tmp_path, monkeypatch):
    """The message names the file, the size and what there is instead; nothing is written."""
    monkeypatch.setattr(pages, "LIMIT", 100_000)

    with pytest.raises(UsageError, match=r"page\.html: would be .* a browser opens at most 0\.1 MB.*hubrank export"):
        pages.write_report(ranking, tmp_path / "page.html")
    assert list(tmp_path.iterdir()) == []
