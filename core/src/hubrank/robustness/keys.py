"""Packed sort keys in 32 bits of a tree of means, whatever its forms and gaps: 24 bits of the score, 8 of the unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from hubrank.robustness import steps as numpy_steps
from hubrank.robustness.buffers import BUFFERS
from hubrank.robustness.means import Mean
from hubrank.robustness.steps import MOST_UNITS, Steps

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.robustness.programs import Program
    from hubrank.scenario.scenario import RankingSettings

_SCALE = 2.0**23 - 64
#: So far may a score in 32 bits be from that in 64, in steps of which the scores' range has 2^24: a millionth of it.
_OFF = 16


@frozen(kw_only=True, eq=False)
class Keys:
    """Makes the keys of an edition's units.

    Attributes:
        parts: The tree in 32 bits: for the units that lack nothing, and for the others.
        units: The units' numbers, part by part.
        centre: The sum that becomes the key 0.
        factor: What a sum less `centre` is multiplied by; below 0 where the highest is best.
        ready: Whether the columns are scaled already, as they are where every mean is a weighted sum of them.
    """

    parts: tuple[Mean, ...]
    units: Any
    centre: float
    factor: float
    ready: bool

    def keys(self, shares: Any, steps: Steps = numpy_steps) -> Any:
        """Packed keys `(draws, units)`: 24 bits of the score, 8 of the unit; they stand until the next are made.

        Args:
            shares: Local shares `(rows, draws)`, in 32 bits.
            steps: What makes them.
        """
        keys = BUFFERS.array("keys", (shares.shape[1], len(self.units)), np.int32)
        centre, factor = (0, 1) if self.ready else (self.centre, self.factor)
        start = 0
        for part in self.parts:
            sums = part.evaluate(shares, buffers=BUFFERS, steps=steps)
            units = self.units[start : start + len(part.values)]
            steps.pack(sums, np.float32(centre), np.float32(factor), units, keys, start)
            start += len(units)
        return keys


def keys_of(program: Program, which: slice, choice: RankingSettings, pilot: Array) -> Keys | None:
    """What makes the keys of an edition's units; none where 32 bits do not hold its scores, or not its units.

    Args:
        program: The compiled variant.
        which: The edition's units among the program's cells.
        choice: Which end is best.
        pilot: Rows of some weights, `(rows, draws)`, by which the scores in 32 bits are compared with those in 64; in
            the first, the scenario's own, both must give one order.
    """
    if program.mean is None or not 1 < which.stop - which.start <= MOST_UNITS:
        return None
    mean = program.mean.of_cells(which)
    keys = keys_of_mean(mean, choice.best)
    if keys is None:
        return None
    shares = program.locals.shares(pilot)
    exact = (mean.evaluate(shares)[:, keys.units] - keys.centre) * keys.factor
    in_32_bits = shares.astype(np.float32)
    packed = keys.keys(in_32_bits)
    off = np.abs((packed >> 8) - exact).max()
    centre = np.sort(packed[0]) & (MOST_UNITS - 1)
    same = (centre == keys.units[np.argsort(exact[0])]).all()
    return keys if same and off <= _OFF and not _always_near(exact) else None


def _always_near(scaled: Array) -> bool:
    """Whether two units lie nearer in every draw `(draws, units)` than 32 bits tell; by chance in one is no harm."""
    order = np.argsort(scaled, axis=1)
    gaps = np.diff(np.take_along_axis(scaled, order, axis=1), axis=1)
    pairs = [
        {frozenset(pair) for pair in zip(row[:-1][near], row[1:][near], strict=True)}
        for row, near in zip(order, gaps <= 2 * _OFF, strict=True)
    ]
    return bool(set.intersection(*pairs))


def keys_of_mean(mean: Mean, best: str) -> Keys | None:
    """The same for a tree; none where it can come to what is not finite.

    Args:
        mean: The tree.
        best: `highest` or `lowest`.
    """
    low, high = mean.bounds()
    if not np.isfinite([low, high]).all():
        return None
    centre, factor = (low + high) / 2, 2 / max(high - low, 1e-300) * _SCALE * (1 if best == "lowest" else -1)
    ready = mean.linear
    incomplete = mean.incomplete
    order = np.argsort(incomplete, kind="stable")
    ends = [int((~incomplete).sum())] if mean.mergeable and 0 < incomplete.sum() < len(order) else []
    parts = (mean.of_cells(each) for each in np.split(order, ends))
    scaled = (lambda values: (values - centre) * factor) if ready else (lambda values: values)
    return Keys(
        parts=tuple(each.over(scaled) for each in parts),
        units=order.astype(np.int32),
        centre=centre,
        factor=factor,
        ready=ready,
    )
