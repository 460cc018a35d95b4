"""Rank changes since the edition before, with their uncertainty, and the intervals of ranks."""

import numpy as np
import pytest
from hubrank.plugin import compose
from hubrank.uncertainty.outcome import assess, with_intervals


@pytest.fixture(scope="module")
def ranking(forty):
    """The forty lands, drawn under weights that vary widely."""
    measured = forty.measured()
    made = compose(forty.plan("[robustness]\ndraws = 500\nweight_uncertainty = 0.9"), measured)
    return with_intervals(made, assess(made, (measured,), closely=False))


def moves(page):
    """What the page's table says of moves, by unit."""
    read = "rows => Object.fromEntries(rows.map(row => [row.dataset.unit, row.querySelector('.since').textContent]))"
    return page.eval_on_selector_all("#ranking-table tbody tr", read)


def test_the_page_shows_what_the_screen_shows(page, ranking):
    """Brackets, and what they mean; under other weights none, since nothing was drawn for them."""
    found = moves(page)
    wanted = {ranking.codes[unit]: ranking.moved_text(1, unit) for unit in ranking.order(1)}

    assert len(found) > 10
    assert found == {code: wanted[code] for code in found}
    at = next(unit for unit in ranking.order(1) if ranking.doubtful[1, unit])
    page.locator(f"tr[data-unit={ranking.codes[at]}] .since .told").focus()
    share = f"only {int(100 * ranking.agreement[1, at])} % of the draws agree, so the change is not robust."
    assert page.inner_text("#tip").endswith(f"In brackets: {share}")
    page.evaluate("window.hubrank.rerank({ index: [1, 3] })")
    assert not any("(" in each for each in moves(page).values())
    assert page.failed == []


def ranges(page):
    """What the page's table says of ranges, by unit."""
    at = page.eval_on_selector_all("#ranking-table th", "heads => heads.findIndex(h => h.dataset.name === 'range')")
    read = f"rows => Object.fromEntries(rows.map(row => [row.dataset.unit, row.cells[{at}].textContent]))"
    return page.eval_on_selector_all("#ranking-table tbody tr", read)


#: Keeps each text that stands below the ranges, however short a time.
LISTENING = """() => {
    const text = document.getElementById("uncertainty-text");
    window.said = [];
    new MutationObserver(() => window.said.push(text.textContent)).observe(text, { childList: true });
}"""


def test_a_moved_weight_has_ranges_of_its_own(page, ranking):
    """The published ranges and their text give way to those drawn around the moved weights, and come back with them."""
    published, said = ranges(page), page.inner_text("#uncertainty-text")
    wanted = {ranking.codes[unit]: ranking.range_text(1, unit) for unit in ranking.order(1)}

    assert said.startswith("Published ranges, drawn from the uncertainties that the scenario declares.")
    assert "Only their ends are stored, so their shapes are not shown." in said
    assert page.locator("#uncertainty .density").count() == 0
    assert published == {code: wanted[code].replace(" to ", "–") for code in published}
    assert page.input_value("#spread") == "published"
    assert page.locator("#joint li").all_text_contents() == ranking.joint_texts(1)
    thin = [unit for unit in ranking.order(1)[:30] if not np.isnan(ranking.joint.low[1, unit])]
    assert page.locator("#uncertainty .joint").count() == len(thin) > 0

    page.evaluate(LISTENING)
    page.evaluate("window.hubrank.rerank({ index: [1, 3] })")
    assert set(ranges(page).values()) == {"…"}
    page.locator("#uncertainty-text", has_text="1000 draws made").wait_for()
    assert page.evaluate("window.said")[0].startswith("Computing ranges: 0 of 1000 draws")
    drawn = ranges(page)
    assert page.input_value("#spread") == "0.25"
    assert page.inner_text("#uncertainty-text").startswith(
        "1000 draws made in this page; each weight varies by up to ±25 %. "
        "The range of one unit covers 90 % of its draws."
    )
    assert page.locator("#joint li, #uncertainty .joint").count() == 0
    assert any(drawn[code] != published[code] for code in drawn if code in published)
    assert "…" not in drawn.values()

    page.get_by_role("button", name="Restore published weights").click()
    assert page.inner_text("#uncertainty-text") == said
    assert page.input_value("#spread") == "published"
    assert ranges(page) == published
    assert page.failed == []
