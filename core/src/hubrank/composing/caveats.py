"""What a reader of a ranking should know: samples, values of other years, imputed and missing ones, units unranked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import frozen

from hubrank.basis.words import counted
from hubrank.composing.composed import Composed
from hubrank.composing.lost import blank_text, folded_text, lost_text, undated_text
from hubrank.composing.values import values_file
from hubrank.measuring.windows import uncovered

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array, Mask

#: How long a sentence may be, so that it is one line of a screen.
WIDTH = 80


@frozen(kw_only=True)
class Caveat:
    """One thing that a reader should know.

    Attributes:
        kind: What it is about.
        text: The sentence, without the edition.
        edition: The year that it is about; none where it is about all.
    """

    kind: Literal[
        "sample",
        "assumed",
        "lost",
        "carried",
        "uncovered",
        "look-ahead",
        "too-old",
        "imputed",
        "missing",
        "unranked",
        "ranges",
    ]
    text: str
    edition: int | None = None

    def __str__(self) -> str:
        return self.text if self.edition is None else f"{self.edition}, {self.text}"


def caveats(composed: Composed) -> tuple[Caveat, ...]:
    """What is true of all editions, then edition by edition; of each edition at most one of a kind."""
    return (
        *_of_inputs(composed),
        *_assumed(composed),
        *_lost(composed),
        *(each for at in range(len(composed.editions)) for each in _of_edition(composed, at)),
    )


def imputed_cells(composed: Composed, edition: int) -> Mapping[str, int]:
    """How many ranked units' values were imputed in an edition, by indicator; only where there are any."""
    filled = np.isnan(composed.measured[edition]) & ~np.isnan(composed.imputed[edition])
    return _counts(composed, edition, filled)


def missing_cells(composed: Composed, edition: int) -> Mapping[str, int]:
    """How many ranked units lack an indicator in an edition, so that its weight was shared out."""
    return _counts(composed, edition, np.isnan(composed.normalised[edition]))


def _counts(composed: Composed, edition: int, cells: Mask) -> Mapping[str, int]:
    ranked = ~np.isnan(composed.scores[edition])
    counts = (cells & ranked[:, None]).sum(axis=0)
    return {each.key: int(count) for each, count in zip(composed.plan.ranked, counts, strict=True) if count}


def _assumed(composed: Composed) -> Iterator[Caveat]:
    if number := len(composed.plan.scenario.assumed):
        one = number == 1
        text = f"{counted(number, 'choice')} {'was' if one else 'were'} assumed; scenario.toml says which and why"
        yield Caveat(kind="assumed", text=text)


def _of_inputs(composed: Composed) -> Iterator[Caveat]:
    if composed.sampled:
        yield Caveat(kind="sample", text="based on the sources' samples, not on their full data")


def _lost(composed: Composed) -> Iterator[Caveat]:
    """Rows in no unit, in one line; rows found by another spelling or without a year; units with empty cells."""
    inputs = composed.measurement.inputs
    told = (lost_text(inputs), folded_text(inputs), undated_text(inputs), blank_text(composed.plan.units.blank))
    yield from (Caveat(kind="lost", text=text) for text in told if text)


def _of_edition(composed: Composed, at: int) -> Iterator[Caveat]:
    edition = composed.editions[at]
    if carried := _other_years(composed, at, "carried"):
        yield Caveat(kind="carried", text=_line(composed, "carried: ", carried), edition=edition)
    if parts := uncovered(composed.plan, edition):
        said = [f"{name} {' and '.join(years)}" for name, years in parts.items()]
        yield Caveat(kind="uncovered", text=_line(composed, "not covered: ", said), edition=edition)
    if ahead := _other_years(composed, at, "ahead"):
        yield Caveat(kind="look-ahead", text=_line(composed, "newer (look_ahead): ", ahead), edition=edition)
    if old := _other_years(composed, at, "too_old"):
        yield Caveat(kind="too-old", text=_line(composed, "left out, older than max_age: ", old), edition=edition)
    if imputed := imputed_cells(composed, at):
        yield Caveat(kind="imputed", text=_line(composed, "imputed: ", _for_units(imputed)), edition=edition)
    if missing := missing_cells(composed, at):
        text = _line(composed, "missing, weight redistributed: ", _for_units(missing))
        yield Caveat(kind="missing", text=text, edition=edition)
    if count := int(np.isnan(composed.scores[at]).sum()):
        text = f"not ranked: {counted(count, 'unit')}"
        yield Caveat(kind="unranked", text=text, edition=edition)


def _other_years(composed: Composed, at: int, name: Literal["carried", "ahead", "too_old"]) -> list[str]:
    """`papers 2015-19 (3 units)`: how many ranked units have a value of other years, or any lack one for its age.

    Those of the years farthest from the edition come first.
    """
    if composed.measurement.ages.silent(name):
        return []
    columns = [composed.measurement.indicators.index(each.key) for each in composed.plan.ranked]
    years: Array = getattr(composed.measurement.ages, name)[at][:, columns]
    if name != "too_old":
        years = np.where(np.isnan(composed.scores[at])[:, None], np.nan, years)
    keys = [each.key for each in composed.plan.ranked]
    found = {key: own[~np.isnan(own)] for key, own in zip(keys, years.T, strict=True) if not np.isnan(own).all()}
    order = sorted(found, key=lambda key: (-np.abs(found[key] - composed.editions[at]).max(), -len(found[key])))
    units = [counted(len(found[key]), "unit") if key == order[0] else str(len(found[key])) for key in order]
    return [f"{key} {_span(found[key])} ({count})" for key, count in zip(order, units, strict=True)]


def _span(years: Array) -> str:
    """The first and last of some years in short: `2015-19`."""
    first, last = int(years.min()), int(years.max())
    return str(first) if first == last else f"{first}-{last % 100:02d}"


def _for_units(counts: Mapping[str, int]) -> list[str]:
    """`papers for 3 units`, those for most units first."""
    largest = sorted(counts, key=lambda key: -counts[key])
    return [f"{key} for {counted(counts[key], 'unit')}" for key in largest]


def _line(composed: Composed, head: str, entries: list[str]) -> str:
    """As many entries as a line holds, at least one, how many more there are, and which file of a run has them."""
    for shown in range(len(entries), 0, -1):
        more = len(entries) - shown
        line = head + ", ".join(entries[:shown]) + (f"; {more} more: {values_file(composed)}" if more else "")
        if len(line) <= WIDTH:
            return line
    return line
