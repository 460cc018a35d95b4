"""What a reader of a ranking should know: samples, newer vintages, imputed and missing values, units without a rank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np
from attrs import frozen

from hubrank.basis.words import counted
from hubrank.composing.composed import Composed

if TYPE_CHECKING:
    from hubrank.basis.arrays import Mask


@frozen(kw_only=True)
class Caveat:
    """One thing that a reader should know.

    Attributes:
        kind: What it is about.
        text: The sentence, without the edition.
        edition: The year that it is about; none where it is about all.
    """

    kind: Literal["look-ahead", "sample", "imputed", "missing", "unranked", "ranges"]
    text: str
    edition: int | None = None

    def __str__(self) -> str:
        return self.text if self.edition is None else f"{self.edition}, {self.text}"


def caveats(composed: Composed) -> tuple[Caveat, ...]:
    """What is true of all editions, then edition by edition."""
    return (
        *_of_inputs(composed),
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


def _of_inputs(composed: Composed) -> Iterator[Caveat]:
    inputs = composed.measurement.inputs
    ahead = [each.name for each in inputs if each.look_ahead]
    if ahead:
        text = f"uses vintages newer than the edition (look_ahead): {', '.join(ahead)}"
        yield Caveat(kind="look-ahead", text=text)
    if any(each.sample for each in inputs):
        yield Caveat(kind="sample", text="based on the sources' samples, not on their full data")


def _of_edition(composed: Composed, at: int) -> Iterator[Caveat]:
    edition = composed.editions[at]
    if imputed := imputed_cells(composed, at):
        yield Caveat(kind="imputed", text=f"imputed: {_for_units(imputed)}", edition=edition)
    if missing := missing_cells(composed, at):
        text = f"missing, weight redistributed: {_for_units(missing)}"
        yield Caveat(kind="missing", text=text, edition=edition)
    if count := int(np.isnan(composed.scores[at]).sum()):
        text = f"not ranked: {counted(count, 'unit')}"
        yield Caveat(kind="unranked", text=text, edition=edition)


def _for_units(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{key} for {counted(count, 'unit')}" for key, count in counts.items())
