"""Rank ranges, moves and their significance."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from hubrank.i18n import format_percent

#: The ends of each rank's interval, as shares of the draws; all texts that say how many it holds take it from here.
LOW, HIGH = 0.05, 0.95
#: What stands behind an interval that its own rank lies outside of.
MARK = "*"


def held_text() -> str:
    """The share of the draws that an interval holds, such as `90 %`."""
    return format_percent(HIGH - LOW)


@frozen
class Note:
    """What is to be said of the draws, in the language spoken when it is.

    Attributes:
        text: Gives it.
    """

    text: Callable[[], str]

    def __str__(self) -> str:
        return self.text()


#: A move exceeds the doubt where at least this share of the draws moves the unit the same way.
SIGNIFICANT = 0.9
