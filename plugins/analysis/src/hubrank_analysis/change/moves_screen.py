"""`hubrank change` without a unit: the moves of a ranking, what is behind each, and which exceed the doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen
from hubrank import count_text, format_number, format_percent, gettext, gettext_noop
from hubrank.cli.console import Output, is_quiet
from hubrank.io.answer import ScreenColumn, ScreenTable, short_number
from hubrank.io.escaping import escape_markup
from hubrank.ranking.intervals import SIGNIFICANT

from hubrank_analysis.change.causes import CAUSES

if TYPE_CHECKING:
    from hubrank import Array, Ranking

    from hubrank_analysis.change.changing import Change, Move


@frozen
class Places:
    """A column of places.

    Attributes:
        heading: What stands above it.
        meaning: What is behind the places that it holds.
    """

    heading: str
    meaning: str


#: The columns of places, by the names of what is behind them.
COLUMNS = {
    "world": Places(gettext_noop("world"), gettext_noop("newer figures of the same source")),
    "source": Places(gettext_noop("source"), gettext_noop("another source or method")),
    "list": Places(gettext_noop("list"), gettext_noop("in a list, or there at all, in one edition only")),
    "others": Places(gettext_noop("others"), gettext_noop("other units and the scale")),
}


def titled(ranking: Ranking, editions: tuple[int, int]) -> str:
    """What stands above the moves between two editions (their positions)."""
    return gettext(
        "{title}: moves, {start} to {end}",
        title=ranking.title,
        start=ranking.editions[editions[0]],
        end=ranking.editions[editions[1]],
    )


def show_moves(
    out: Output, made: list[Change], ranking: Ranking, editions: tuple[int, int], alike: Array | None
) -> None:
    """The moves with what is behind them.

    Args:
        out: Where they are written.
        made: The moves to show.
        ranking: The ranking.
        editions: The positions of the two editions.
        alike: The share of draws that agree with each unit's move; none where the scenario has no doubts.
    """
    out.print(f"\n[bold]{escape_markup(titled(ranking, editions))}[/bold]")
    out.print(f"[dim]{escape_markup(_how_many(ranking, editions, alike))}[/dim]\n")
    if not made:
        return
    out.table(_table(made, ranking))
    out.print()
    for each in made:
        behind = escape_markup("; ".join(_behind(move) for move in _leading(each)) or gettext("other units' moves"))
        out.print(f"{escape_markup(ranking.names[each.unit])}: [dim]{behind}[/dim]")
    if not is_quiet():
        _legend(out, made)


def _how_many(ranking: Ranking, editions: tuple[int, int], alike: Array | None) -> str:
    """How many units moved, and how many of the moves exceed the doubt."""
    start, end = editions
    there = ~np.isnan(ranking.ranks[start]) & ~np.isnan(ranking.ranks[end])
    moved = int((ranking.ranks[start] != ranking.ranks[end])[there].sum())
    units = count_text(int(there.sum()), "unit")
    if alike is None:
        return gettext(
            "{moved} of {units} moved; the scenario has no [robustness], so nothing tells which moves exceed the doubt",
            moved=moved,
            units=units,
        )
    beyond = int((alike >= SIGNIFICANT).sum())
    return gettext(
        "{moved} of {units} moved; {beyond} moves exceed the doubt, {others} are made by less than {share} of draws",
        moved=moved,
        units=units,
        beyond=beyond,
        others=moved - beyond,
        share=format_percent(SIGNIFICANT),
    )


def _table(made: list[Change], ranking: Ranking) -> ScreenTable:
    causes = (ScreenColumn(gettext(each.heading), leaves=int(name == "others")) for name, each in COLUMNS.items())
    numbers = (ScreenColumn(gettext("before")), ScreenColumn(gettext("after")), ScreenColumn(gettext("places")))
    grid = ScreenTable((ScreenColumn(gettext("unit"), "name"), *numbers, *causes))
    room = " " if any(each.alike < SIGNIFICANT for each in made) else ""
    for each in made:
        places = format_number(f"{each.places:+g}")
        grid.add(
            escape_markup(ranking.names[each.unit]),
            *(format_number(f"{ranking.ranks[at, each.unit]:g}") for at in each.editions),
            f"[dim]({places})[/dim]" if each.alike < SIGNIFICANT else f"{places}{room}",
            *(format_number(f"{part:+.1f}") if round(part, 1) else "-" for part in each.split.values()),
        )
    return grid


def _legend(out: Output, made: list[Change]) -> None:
    """What the columns mean, and of how many moves the larger part need not be the world's."""
    columns = "; ".join(f"{gettext(each.heading)}: {gettext(each.meaning)}" for each in COLUMNS.values())
    out.print(f"\n[dim]{gettext('places by what is behind them: {columns}', columns=columns)}[/dim]")
    said = gettext(
        "in {unproven} of these {moves} the larger part is source and list, which need not be a change in the world",
        unproven=sum(each.unproven for each in made),
        moves=count_text(len(made), "move"),
    )
    out.print(f"[dim]{said}[/dim]")


def _leading(made: Change, most: int = 2) -> list[Move]:
    """The indicators that did most of a change, in its direction."""
    sign = 1 if made.score >= 0 else -1
    moved = [each for each in made.moves if (each.own + each.scale) * sign > 0]
    return sorted(moved, key=lambda each: -abs(each.own + each.scale))[:most]


def _behind(move: Move) -> str:
    return gettext(
        "{indicator} {amount} ({before} to {after}; {vintage})",
        indicator=gettext(move.title),
        amount=format_number(f"{move.own + move.scale:+.2f}"),
        before=short_number(move.measured[0]),
        after=short_number(move.measured[1]),
        vintage=vintage(move),
    )


def vintage(move: Move) -> str:
    """The vintages of a figure, and why it differs."""
    before, after = move.vintages
    cause = gettext(CAUSES[move.cause])
    if before == after:
        return f"{after}, {cause}" if after else cause
    none = gettext("none")
    return gettext("{before} to {after}, {cause}", before=before or none, after=after or none, cause=cause)
