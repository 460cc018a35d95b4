"""Rank ranges, and what is claimed of moves."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from hubrank.i18n import format_percent, gettext

#: The ends of each rank's interval, as shares of the draws; all texts that say how many it holds take it from here.
LOW, HIGH = 0.05, 0.95
#: Of the moves that are called robust, at most this share is expected to be false (the false discovery rate).
FALSE_SHARE = round(1 - (HIGH - LOW), 9)
#: What stands behind an interval that its own rank lies outside of.
MARK = "*"


def held_text() -> str:
    """The share of the draws that an interval holds, such as `90 %`."""
    return format_percent(HIGH - LOW)


def robust_text() -> str:
    """What is claimed of moves that are called robust."""
    return gettext(
        "at most {share} of these are expected to be false if the draws cover all doubt",
        share=format_percent(FALSE_SHARE),
    )


@frozen
class Note:
    """What is to be said of the draws, in the language spoken when it is.

    Attributes:
        text: Gives it.
    """

    text: Callable[[], str]

    def __str__(self) -> str:
        return self.text()
