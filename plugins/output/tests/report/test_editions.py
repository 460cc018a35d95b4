"""Ranks across editions: lines named at their ends, robust changes in colour."""

import attrs
import numpy as np
import pytest


@pytest.fixture(scope="module")
def ranking(ranking):
    """The forty lands with draws that bear out every move by more than three ranks."""
    moved = np.vstack([np.full(len(ranking.codes), np.nan), ranking.ranks[0] - ranking.ranks[1]])
    agreement = np.where(np.nan_to_num(moved) == 0, np.nan, 0.9)
    return attrs.evolve(ranking, agreement=agreement, robust=np.nan_to_num(np.abs(moved)) > 3)


def test_lines_are_named_at_both_ends(visit, ranking):
    """Rank and name of each drawn unit where its line begins and where it ends; no name covers another."""
    page = visit(ranking)
    ends = page.eval_on_selector_all(
        "#editions .end", "ends => ends.map(e => [e.lastChild.textContent, e.getBoundingClientRect().toJSON()])"
    )
    for at in (0, 1):
        wanted = [unit for unit in ranking.order(1)[:20] if not np.isnan(ranking.ranks[at, unit])]
        assert {f"{ranking.ranks[at, unit]:g} {ranking.names[unit]}" for unit in wanted} <= {text for text, _ in ends}
    for side in (True, False):
        tops = sorted(box["top"] for _, box in ends if (box["left"] < 640) is side)
        assert min(np.diff(tops)) > 12


def test_robust_changes_have_a_colour(visit, ranking):
    """A segment is up or down where the draws bear the move out, and neither elsewhere; a key says so."""
    page = visit(ranking)
    read = "lines => lines.map(line => [line.dataset.unit, line.querySelector('path')?.dataset.move])"
    found = dict(page.eval_on_selector_all("#editions .line", read))
    for unit in ranking.order(1)[:20]:
        before, after = ranking.ranks[:, unit]
        wanted = ("up" if before > after else "down") if ranking.robust[1, unit] else ""
        assert found[ranking.codes[unit]] == (None if np.isnan(before) else wanted)
    assert {"up", "down"} <= set(found.values())
    assert "Coloured changes are robust" in page.inner_text("#editions-section")


def test_without_draws_nothing_is_said_to_be_sure(visit, ranking):
    """Under moved weights nothing is coloured, and the page says that it is not known."""
    page = visit(ranking, fragment="#w.index=1_2")
    page.wait_for_timeout(200)

    assert page.locator("#editions [data-move=up], #editions [data-move=down]").count() == 0
    assert "not known" in page.inner_text("#editions-doubt")
    assert page.locator("#editions-key").is_hidden()


def test_names_are_whole_where_there_is_room(visit, ranking):
    """Nothing that is as short as a name usually is gets cut on a desk; a phone has the ranks of the first edition."""
    page = visit(ranking)
    read = "ends => ends.map(each => [each.firstChild.textContent, each.lastChild.textContent])"
    shown = {whole: text for text, whole in page.eval_on_selector_all("#editions .end", read)}
    page.set_viewport_size({"width": 360, "height": 780})
    page.wait_for_timeout(300)
    first = page.locator("#editions .end[text-anchor=end]").evaluate_all(
        "e => e.map(each => each.firstChild.textContent)"
    )

    assert {whole for whole, text in shown.items() if text != whole} <= {each for each in shown if len(each) > 50}
    wanted = sorted(ranking.ranks[0, unit] for unit in ranking.order(1)[:20] if not np.isnan(ranking.ranks[0, unit]))
    assert first == [f"{rank:g}" for rank in wanted]


def test_a_pinned_line_has_no_colour_of_another_move(visit, ranking):
    """Its own colour is at dots and names; the line is coloured as its move is, and as the unit if none is known."""
    code = next(ranking.codes[unit] for unit in ranking.order(1)[:20] if ranking.robust[1, unit])
    page = visit(ranking)
    line = page.locator(f"#editions .line[data-unit={code}] path").first
    read = "path => getComputedStyle(path).stroke"
    before = line.evaluate(read)
    page.locator(f"#ranking-table tr[data-unit={code}] .pinner").click()
    page.wait_for_timeout(200)
    dot = page.locator(f"#editions .line[data-unit={code}] circle").first.evaluate("dot => getComputedStyle(dot).fill")

    assert line.evaluate(read) == before != dot
    page.evaluate("window.hubrank.rerank({ index: [1, 2] })")
    page.wait_for_timeout(200)
    assert line.evaluate(read) == dot
