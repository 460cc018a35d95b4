"""Rank ranges, moves and their significance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from attrs import frozen

from hubrank.i18n import format_count, format_number, format_percent, gettext
from hubrank.numeric import Array

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
