"""`hubrank change` without a unit: the moves of a ranking, what is behind each, and which exceed the doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hubrank.front import Column, Grid, Page, counted, number, plain, quiet
from hubrank.robustness import SURE_MOVE

from hubrank_change.causes import CAUSES

if TYPE_CHECKING:
    from hubrank import Array, Ranking

    from hubrank_change.changing import Change, Move

#: What each column of places holds.
COLUMNS = {
    "world": "newer figures of the same source",
    "source": "another source or method",
    "list": "in a list, or there at all, in one edition only",
    "others": "other units and the scale",
}


def show_moves(out: Page, made: list[Change], ranking: Ranking, editions: tuple[int, int], alike: Array | None) -> None:
    """The moves with what is behind them.

    Args:
        out: Where they are written.
        made: The moves to show.
        ranking: The ranking.
        editions: The positions of the two editions.
        alike: The share of draws that agree with each unit's move; none where the scenario has no doubts.
    """
    years = f"{ranking.editions[editions[0]]} to {ranking.editions[editions[1]]}"
    out.print(f"\n[bold]{plain(ranking.title)}: moves, {years}[/bold]")
    out.print(f"[dim]{_how_many(ranking, editions, alike)}[/dim]\n")
    if not made:
        return
    out.table(_table(made, ranking))
    out.print()
    for each in made:
        behind = plain("; ".join(_behind(move) for move in _leading(each)) or "other units' moves")
        out.print(f"{plain(ranking.names[each.unit])}: [dim]{behind}[/dim]")
    if not quiet():
        _legend(out, made)


def _how_many(ranking: Ranking, editions: tuple[int, int], alike: Array | None) -> str:
    """How many units moved, and how many of the moves exceed the doubt."""
    start, end = editions
    there = ~np.isnan(ranking.ranks[start]) & ~np.isnan(ranking.ranks[end])
    moved = int((ranking.ranks[start] != ranking.ranks[end])[there].sum())
    said = f"{moved} of {counted(int(there.sum()), 'unit')} moved"
    if alike is None:
        return f"{said}; the scenario has no \\[robustness], so nothing tells which moves exceed the doubt"
    beyond = int((alike >= SURE_MOVE).sum())
    share = f"{SURE_MOVE * 100:g} %"
    return f"{said}; {beyond} moves exceed the doubt, {moved - beyond} are made by less than {share} of draws"


def _table(made: list[Change], ranking: Ranking) -> Grid:
    causes = (Column(name, leaves=1 if name == "others" else 0) for name in COLUMNS)
    grid = Grid((Column("unit", "name"), Column("before"), Column("after"), Column("places"), *causes))
    room = " " if any(each.alike < SURE_MOVE for each in made) else ""
    for each in made:
        grid.add(
            plain(ranking.names[each.unit]),
            *(f"{ranking.ranks[at, each.unit]:g}" for at in each.editions),
            f"[dim]({each.places:+g})[/dim]" if each.alike < SURE_MOVE else f"{each.places:+g}{room}",
            *(f"{places:+.1f}" if round(places, 1) else "-" for places in each.split.values()),
        )
    return grid


def _legend(out: Page, made: list[Change]) -> None:
    """What the columns mean, and of how many moves the larger part need not be the world's."""
    told = "; ".join(f"{name}: {text}" for name, text in COLUMNS.items())
    out.print(f"\n[dim]places by what is behind them: {told}[/dim]")
    unproven = sum(each.unproven for each in made)
    said = "the larger part is source and list, which need not be a change in the world"
    out.print(f"[dim]in {unproven} of these {counted(len(made), 'move')} {said}[/dim]")


def _leading(made: Change, most: int = 2) -> list[Move]:
    """The indicators that did most of a change, in its direction."""
    sign = 1 if made.score >= 0 else -1
    moved = [each for each in made.moves if (each.own + each.scale) * sign > 0]
    return sorted(moved, key=lambda each: -abs(each.own + each.scale))[:most]


def _behind(move: Move) -> str:
    figures = f"{number(move.measured[0])} to {number(move.measured[1])}"
    return f"{move.title} {move.own + move.scale:+.2f} ({figures}; {vintage(move)})"


def vintage(move: Move) -> str:
    """The vintages of a figure, and why it differs."""
    before, after = move.vintages
    years = after if before == after else f"{before or 'none'} to {after or 'none'}"
    return f"{years}, {CAUSES[move.cause]}" if years else CAUSES[move.cause]
