"""Rank ranges, moves and their significance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from hubrank.i18n import format_count, format_number, format_percent, gettext, joined, ngettext
from hubrank.numeric import Array
from hubrank.ranking.notices import Caveat
from hubrank.scenario.choices import alternative_text, source_text

if TYPE_CHECKING:
    from hubrank.ranking.ranking import Ranking

#: The ends of each rank's interval, as shares of the draws; all texts that say how many it holds take it from here.
LOW, HIGH = 0.05, 0.95
#: What stands behind an interval that its own rank lies outside of.
MARK = "*"


def held_text() -> str:
    """The share of the draws that an interval holds, such as `90 %`."""
    return format_percent(HIGH - LOW)


def range_text(low: float, high: float, outside: bool = False) -> str:
    """Both ends of an interval, or the one that they are, marked where the rank lies outside; empty for a gap."""
    if np.isnan(low) or np.isnan(high):
        return ""
    ends = format_number(f"{low:g}"), format_number(f"{high:g}")
    text = ends[0] if low == high else gettext("{low} to {high}", low=ends[0], high=ends[1])
    return f"{text}{MARK}" if outside else text


@frozen
class Note:
    """What is to be said of the draws, in the language spoken when it is.

    Attributes:
        text: Gives it.
    """

    text: Callable[[], str]

    def __str__(self) -> str:
        return self.text()


def ranges_caveat(ranking: Ranking) -> Iterator[Caveat]:
    """One caveat about all that is to be said of the intervals; none where nothing is."""
    texts = [str(ranking.ranges_note)] if ranking.ranges_note else []
    uncertainties = ranking.plan.uncertainties
    if ranking.low is not None and uncertainties is not None:
        own = [
            f"{alternative_text(source.labels[source.own])} ({source_text(source.name)})"
            for source in uncertainties.discrete
            if source.added
        ]
        if own:
            text = gettext(
                "drawn with the scenario's own {choices} too, which its alternatives do not name",
                choices=", ".join(own),
            )
            texts.append(text)
        if count := int((np.isnan(ranking.low) & ~np.isnan(ranking.ranks)).sum()):
            text = ngettext(
                count, "none for {count} rank, which no draw gives", "none for {count} ranks, which no draw gives"
            )
            texts.append(text)
        counts = zip(ranking.editions, ranking.outside.sum(axis=1), strict=True)
        where = [
            gettext("{ranks} in {edition}", ranks=format_count(int(count)), edition=edition)
            for edition, count in counts
            if count
        ]
        if where:  # what moves a unit away from its own rank in nearly all draws
            names = [source.name for source in uncertainties.discrete]
            names += [name for name in ("weights", "noise") if getattr(uncertainties, name)]
            text = gettext(
                "{mark} marks ranks outside their own range ({where}): "
                "nearly every draw of {sources} moves them the same way",
                mark=MARK,
                where=", ".join(where),
                sources=joined([source_text(name) for name in names]),
            )
            texts.append(text)
    if texts:
        yield Caveat(kind="ranges", text=gettext("ranges: {told}", told="; ".join(texts)))


def moved_text(before: float, now: float, doubtful: bool = False) -> str:
    """How a rank moved: `▲ 2` places up, `▼ 1` down, `=`, `new` where there was none before; nothing without a rank.

    A move within the doubt is in brackets, the usual mark of a figure that is not reliable: `(▲ 2)`.
    """
    if np.isnan(now):
        return ""
    if np.isnan(before):
        text = gettext("new")
    elif before == now:
        text = "="
    else:
        text = f"{'▲' if now < before else '▼'} {format_number(f'{abs(before - now):g}')}"
    return f"({text})" if doubtful else text


#: A move exceeds the doubt where at least this share of the draws moves the unit the same way.
SIGNIFICANT = 0.9


def significance_text(alike: Array) -> str:
    """What the brackets mean, and how many moves have none; empty where nothing moved.

    Args:
        alike: The share of draws that move a unit the way it moved; NaN where it did not move.
    """
    moved = int((~np.isnan(alike)).sum())
    if not moved:
        return ""
    return gettext(
        "(▲ 2): less than {share} of draws move it so; {beyond} of {moves} moves exceed this doubt",
        share=format_percent(SIGNIFICANT),
        beyond=format_count(int((alike >= SIGNIFICANT).sum())),
        moves=format_count(moved),
    )
