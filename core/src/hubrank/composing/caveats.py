"""What a reader of a ranking should know: samples, values of other years, imputed and missing ones, units unranked."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import frozen

from hubrank.basis.language import grouped, marked, plural, worded
from hubrank.basis.words import counted, joined
from hubrank.composing.composed import Composed
from hubrank.composing.lost import blank_text, folded_text, lost_text, undated_text
from hubrank.composing.values import values_file
from hubrank.measuring.windows import uncovered

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array, Mask

#: How wide a sentence may be, so that it is one line of a screen.
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
        "stand-in",
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
        if self.edition is None:
            return self.text
        return worded("{edition}, {caveat}", edition=self.edition, caveat=self.text)


def caveats(composed: Composed) -> tuple[Caveat, ...]:
    """What is true of all editions, then edition by edition; of each edition at most one of a kind."""
    return (
        *_of_inputs(composed),
        *_assumed(composed),
        *_stand_ins(composed),
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
        text = plural(
            number,
            "{count} choice was assumed; scenario.toml says which and why",
            "{count} choices were assumed; scenario.toml says which and why",
        )
        yield Caveat(kind="assumed", text=text)


def _stand_ins(composed: Composed) -> Iterator[Caveat]:
    """Which sources stand in for those whose rows are absent, and in which inputs."""
    told: dict[tuple[str, str], list[str]] = {}
    for name, bound in composed.plan.inputs.items():
        if bound.instead_of is not None and name in composed.measurement.stand_ins:
            told.setdefault((bound.instead_of.source.name, bound.source.name), []).append(name)
    for (absent, instead), names in told.items():
        said = {"absent": absent, "inputs": joined(names), "instead": instead}
        yield Caveat(kind="stand-in", text=worded("not there: {absent} ({inputs}); {instead} stands in", **said))


def _of_inputs(composed: Composed) -> Iterator[Caveat]:
    if composed.sampled:
        yield Caveat(kind="sample", text=worded("based on the sources' samples, not on their full data"))


def _lost(composed: Composed) -> Iterator[Caveat]:
    """Rows in no unit, in one line; rows found by another spelling or without a year; units with empty cells."""
    inputs = composed.measurement.inputs
    told = (lost_text(inputs), folded_text(inputs), undated_text(inputs), blank_text(composed.plan.units.blank))
    yield from (Caveat(kind="lost", text=text) for text in told if text)


def _of_edition(composed: Composed, at: int) -> Iterator[Caveat]:
    edition = composed.editions[at]
    if carried := _other_years(composed, at, "carried"):
        yield Caveat(kind="carried", text=_line(composed, marked("carried: {entries}"), carried), edition=edition)
    if parts := uncovered(composed.plan, edition):
        said = [f"{name} {joined(years)}" for name, years in parts.items()]
        yield Caveat(kind="uncovered", text=_line(composed, marked("not covered: {entries}"), said), edition=edition)
    if ahead := _other_years(composed, at, "ahead"):
        text = _line(composed, marked("newer (look_ahead): {entries}"), ahead)
        yield Caveat(kind="look-ahead", text=text, edition=edition)
    if old := _other_years(composed, at, "too_old"):
        text = _line(composed, marked("left out, older than max_age: {entries}"), old)
        yield Caveat(kind="too-old", text=text, edition=edition)
    if imputed := imputed_cells(composed, at):
        text = _line(composed, marked("imputed: {entries}"), _for_units(imputed))
        yield Caveat(kind="imputed", text=text, edition=edition)
    if missing := missing_cells(composed, at):
        text = _line(composed, marked("missing, weight redistributed: {entries}"), _for_units(missing))
        yield Caveat(kind="missing", text=text, edition=edition)
    if count := int(np.isnan(composed.scores[at]).sum()):
        text = plural(count, "not ranked: {count} unit", "not ranked: {count} units")
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
    units = [counted(len(found[key]), "unit") if key == order[0] else grouped(len(found[key])) for key in order]
    return [f"{key} {_span(found[key])} ({count})" for key, count in zip(order, units, strict=True)]


def _span(years: Array) -> str:
    """The first and last of some years in short: `2015-19`."""
    first, last = int(years.min()), int(years.max())
    return str(first) if first == last else f"{first}-{last % 100:02d}"


def _for_units(counts: Mapping[str, int]) -> list[str]:
    """`papers for 3 units`, those for most units first."""
    largest = sorted(counts, key=lambda key: -counts[key])
    return [worded("{indicator} for {units}", indicator=key, units=counted(counts[key], "unit")) for key in largest]


def _line(composed: Composed, text: str, entries: list[str]) -> str:
    """A text with as many entries as a line holds, at least one, how many more there are, and which file has them."""
    for shown in range(len(entries), 0, -1):
        told = ", ".join(entries[:shown])
        if more := len(entries) - shown:
            file = values_file(composed)
            told = worded("{entries}; {count} more: {file}", entries=told, count=grouped(more), file=file)
        line = worded(text, entries=told)
        if _width(line) <= WIDTH:
            return line
    return line


def _width(text: str) -> int:
    """How many cells a text takes on a screen: two for each wide character, as Chinese ones are."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(each) in "FW" else 1 for each in text)
