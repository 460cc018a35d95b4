"""Rank ranges, moves and their significance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from attrs import frozen

from hubrank.i18n import format_count, format_number, format_percent, gettext, joined, ngettext
from hubrank.numeric import Array, Mask
from hubrank.ranking.notices import Caveat
from hubrank.ranking.stages import Stages
from hubrank.scenario.choices import alternative_text, source_text

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


@frozen(kw_only=True)
class FewerDraws:
    """That there are fewer draws than the scenario asks for; its text is in the language spoken.

    Attributes:
        draws: How many there are.
        wanted: How many there were to be.
        method: What takes one draw at a time.
    """

    draws: int
    wanted: int
    method: str

    def __str__(self) -> str:
        return gettext(
            "of {draws} draws in place of {wanted}, since {method} takes one draw at a time",
            draws=format_count(self.draws),
            wanted=format_count(self.wanted),
            method=gettext(self.method),
        )


@frozen(kw_only=True)
class NoDraws:
    """That draws cannot be made; its text is in the language spoken.

    Attributes:
        reason: Why, as it was said when they were to be made.
    """

    reason: str

    def __str__(self) -> str:
        return gettext("none, since draws cannot be made: {reason}", reason=self.reason)


#: What is to be said of the draws: a text, an empty one for nothing.
Note = str | FewerDraws | NoDraws


def outside(ranks: Array, low: Array | None, high: Array | None) -> Mask:
    """Which ranks lie outside their own intervals, `(editions, units)`; none that has no interval."""
    if low is None or high is None:
        return np.zeros(ranks.shape, dtype=bool)
    found: Mask = (ranks < low) | (ranks > high)
    return found


def ranges_caveat(
    composed: Stages, ranks: Array, low: Array | None, high: Array | None, note: Note
) -> Iterator[Caveat]:
    """One caveat about all that is to be said of the intervals; none where nothing is.

    Args:
        composed: What was ranked.
        ranks: `(editions, units)`.
        low: The intervals' lower ends; none where there are no intervals.
        high: Their upper ends.
        note: What is to be said of the draws.
    """
    texts = [str(note)] if note else []
    uncertainties = composed.plan.uncertainties
    if low is not None and uncertainties is not None:
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
        if count := int((np.isnan(low) & ~np.isnan(ranks)).sum()):
            text = ngettext(
                count, "none for {count} rank, which no draw gives", "none for {count} ranks, which no draw gives"
            )
            texts.append(text)
        counts = zip(composed.editions, outside(ranks, low, high).sum(axis=1), strict=True)
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


def moved_text(before: float, now: float) -> str:
    """How a rank moved: `▲ 2` places up, `▼ 1` down, `=`, `new` where there was none before; nothing without a rank."""
    if np.isnan(now):
        return ""
    if np.isnan(before):
        return gettext("new")
    if before == now:
        return "="
    places = format_number(f"{abs(before - now):g}")
    return f"▲ {places}" if now < before else f"▼ {places}"


#: A move exceeds the doubt where at least this share of the draws moves the unit the same way.
SIGNIFICANT = 0.9


def not_significant(alike: Array) -> Mask:
    """Which moves do not exceed the doubt.

    Args:
        alike: The share of draws that move a unit the way it moved; NaN where it did not move.
    """
    return np.asarray(alike < SIGNIFICANT)


def bracket(before: float, after: float, doubtful: bool) -> str:
    """A move as `▲ 2`, in brackets where it is within the doubt: the usual mark of a figure that is not reliable."""
    text = moved_text(before, after)
    return f"({text})" if doubtful else text


def significance_text(alike: Array) -> str:
    """What the brackets mean, and how many moves have none; empty where nothing moved."""
    moved = int((~np.isnan(alike)).sum())
    beyond = moved - int(not_significant(alike).sum())
    if not moved:
        return ""
    return gettext(
        "(▲ 2): less than {share} of draws move it so; {beyond} of {moves} moves exceed this doubt",
        share=format_percent(SIGNIFICANT),
        beyond=format_count(beyond),
        moves=format_count(moved),
    )
