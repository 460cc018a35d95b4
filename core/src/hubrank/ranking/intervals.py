"""Rank intervals, and robust rank changes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import numpy as np
from attrs import frozen

from hubrank.i18n import enumerated, format_count, format_number, format_percent, gettext, gettext_noop
from hubrank.numeric import Array

#: The ends of each rank's interval, as shares of the draws; all texts with its coverage use this.
LOW, HIGH = 0.05, 0.95
#: At most this share of the robust changes is expected to be false (the false discovery rate).
FALSE_SHARE = round(1 - (HIGH - LOW), 9)
#: The least share of draws for a certain order: one unit ahead of another, the same first units.
SURE = 0.95
#: Statements true in more of the draws than this count as certain.
SURELY = 0.995
#: Bounds are precise enough if more draws would move them by no more than this share of the range's width.
OF_WIDTH = 1 / 15
#: The share of the bounds whose precision is stated.
MOST_BOUNDS = 0.95
#: The most sets and groups named.
_NAMED = 12
#: The mark of an interval that its own rank lies outside of.
MARK = "*"


def held_text() -> str:
    """The share of the draws that an interval holds, such as `90 %`."""
    return format_percent(HIGH - LOW)


def robust_text() -> str:
    """The meaning of a robust change, in words."""
    return gettext(
        "at most {share} of these are expected to be false if the draws cover all uncertainty",
        share=format_percent(FALSE_SHARE),
    )


def probability_text(share: float) -> str:
    """A probability for people: nothing is said to be certain or impossible that was only drawn."""
    if share != share:  # not a number
        return "-"
    if SURELY <= share < 1:
        return f"> {format_percent(0.99)}"
    if 0 < share < 1 - SURELY:
        return f"< {format_percent(0.01)}"
    return format_percent(share)


@frozen(kw_only=True)
class Drawn:
    """The draws behind the ranges.

    Attributes:
        draws: Their number.
        off: By edition, the number of ranks by which 95 % of the ranges' bounds may at most be away from those that
            endless draws would give.
    """

    draws: int
    off: tuple[float, ...]

    def text(self, edition: int) -> str:
        """The number of draws, and how precise they make an edition's bounds."""
        draws, share = format_count(self.draws), format_percent(MOST_BOUNDS)
        if not self.off[edition]:
            what = gettext_noop("ranges from {draws} draws; {share} of their bounds are those of endless draws")
            return gettext(what, draws=draws, share=share)
        return gettext(
            "ranges from {draws} draws; {share} of their bounds are within ±{ranks} of those of endless draws",
            draws=draws,
            share=share,
            ranks=format_count(math.ceil(self.off[edition])),
        )


@frozen(kw_only=True, eq=False)
class Joint:
    """The joint results of the draws for all units of an edition.

    Attributes:
        low: The better end of each rank's joint interval, `(editions, units)`; all of them hold together in as many
            draws as each unit's own interval alone. NaN if there are too few draws.
        high: The worse end.
        share: The share of the draws in which the single units' intervals hold together, `(editions,)`.
        same_first: For each number of ranks from 1, the share of the draws in which the same units as in the ranking
            have them, `(editions, units)`; NaN if the next unit is tied with the last of them.
        tiers: The evidence tier of each unit, from 1, `(editions, units)`; NaN if unranked, or with too few draws.
        behind_first: The share of the draws in which each unit is behind the first of the ranking, `(editions, units)`;
            NaN for the first itself, and if there are too few draws.
        ahead_below: The share in which it is ahead of the unit `places_apart` ranks below it, `(editions, units)`; NaN
            for the last units, and if there are too few draws.
        confident: Whether joint intervals also hold the true ranks of all units, with as much confidence; evidence
            tiers then follow from these, and not from the draws.
    """

    low: Array
    high: Array
    share: Array
    same_first: Array
    tiers: Array
    behind_first: Array
    ahead_below: Array
    confident: bool = False

    def held_text(self, edition: int, units: int) -> str:
        """How often the intervals of an edition's units hold together; empty for one unit, and without draws.

        Args:
            edition: The edition's position.
            units: The number of ranked units.
        """
        share = float(self.share[edition])
        if units < 2 or np.isnan(share):
            return ""
        text = gettext_noop(
            "the {held} intervals of all {units} units hold at once in {share} of the draws; "
            "joint ranges (joint_low to joint_high) do in at least {held}"
        )
        if self.confident:
            text = gettext_noop(
                "the {held} intervals of all {units} units hold at once in {share} of the draws; joint ranges "
                "(joint_low to joint_high) hold the true ranks by the scenario's own choices with {held} confidence"
            )
        elif np.isnan(self.low[edition]).all():
            text = gettext_noop(
                "the {held} intervals of all {units} units hold at once in {share} of the draws; "
                "there are too few draws for joint ranges"
            )
        return gettext(text, held=held_text(), units=format_count(units), share=probability_text(share))

    def tiers_text(self, edition: int, ranks: Array) -> str:
        """Which evidence tiers there are, by their ranks `(units,)`; empty without any."""
        tiers = self.tiers[edition]
        inside = [ranks[tiers == number] for number in np.unique(tiers[~np.isnan(tiers)])]
        ends = [[format_number(f"{end:g}") for end in (item.min(), item.max())] for item in inside]
        texts = [low if low == high else gettext("{low} to {high}", low=low, high=high) for low, high in ends]
        if not texts:
            return ""
        if self.confident:
            text = gettext_noop("evidence tiers, separated with {share} confidence: ranks {tiers}")
            none = gettext_noop("one evidence tier: no units are separated with {share} confidence")
        else:
            text = gettext_noop("evidence tiers, separated in at least {share} of the draws: ranks {tiers}")
            none = gettext_noop("one evidence tier: no units are separated in {share} of the draws")
        share = format_percent(HIGH - LOW if self.confident else SURE)
        return gettext(text if len(texts) > 1 else none, share=share, tiers=enumerated(texts, _NAMED))

    def set_texts(self, edition: int, tiers: Iterable[int]) -> list[str]:
        """Which first units are the same ones in nearly all draws, and how often those of other tiers are.

        Args:
            edition: The edition's position.
            tiers: The ranks that tiers end with.
        """
        shares = self.same_first[edition]
        sure = (np.flatnonzero(shares >= SURE) + 1).tolist()
        others = [tier for tier in tiers if tier <= len(shares) and shares[tier - 1] < SURE]

        def listed(places: Iterable[int]) -> str:
            words = gettext_noop("top {number} ({share})")
            sets = {place: probability_text(float(shares[place - 1])) for place in places}
            return enumerated([gettext(words, number=format_count(at), share=sets[at]) for at in sets], _NAMED)

        texts = []
        if sure:
            text = gettext_noop("the same units in at least {share} of the draws: {sets}")
            texts.append(gettext(text, share=format_percent(SURE), sets=listed(sure)))
        if others:
            texts.append(gettext("the same units in fewer draws: {sets}", sets=listed(others)))
        return texts


@frozen
class Note:
    """A note on the draws, in the reader's language at the time.

    Attributes:
        text: Returns it.
    """

    text: Callable[[], str]

    def __str__(self) -> str:
        return self.text()
