"""How ranks moved between two editions, and whether a move exceeds the doubt: one rule for all who show moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hubrank.basis.language import grouped, worded
from hubrank.basis.words import percent
from hubrank.composing.texts import moved_text

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array, Mask

#: A move exceeds the doubt where at least this share of the draws moves the unit the same way.
SURE_MOVE = 0.9


def within_doubt(alike: Array) -> Mask:
    """Which moves do not exceed the doubt.

    Args:
        alike: The share of draws that move a unit the way it moved; NaN where it did not move.
    """
    return np.asarray(alike < SURE_MOVE)


def bracketed(before: float, after: float, doubtful: bool) -> str:
    """A move as `▲ 2`, in brackets where it is within the doubt: the usual mark of a figure that is not reliable."""
    text = moved_text(before, after)
    return f"({text})" if doubtful else text


def doubt_text(alike: Array) -> str:
    """What the brackets mean, and how many moves have none; empty where nothing moved."""
    moved = int((~np.isnan(alike)).sum())
    beyond = moved - int(within_doubt(alike).sum())
    if not moved:
        return ""
    return worded(
        "(▲ 2): less than {share} of draws move it so; {beyond} of {moves} moves exceed this doubt",
        share=percent(SURE_MOVE),
        beyond=grouped(beyond),
        moves=grouped(moved),
    )
