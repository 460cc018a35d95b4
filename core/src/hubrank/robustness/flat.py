"""Packed sort keys in 32 bits, for trees that are one matrix product, or logarithms of such."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from hubrank.robustness.means import Mean, Path, products

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.robustness.programs import Program
    from hubrank.scenario.scenario import RankingSettings

#: Units whose number fits into the key's last 8 bits; 24 bits are left for the score.
MOST_UNITS = 256
_SCALE = 2.0**23 - 64
_PAD = 16
_LAST = np.iinfo(np.int32).max


@frozen(kw_only=True, eq=False)
class FlatKeys:
    """Makes the keys of units by one product.

    Attributes:
        mean: The tree.
        matrix: The panel, scaled so that a weighted mean is a 24-bit number, best least, `(columns, units)`.
        units: The units' numbers.
    """

    mean: Mean
    matrix: Any
    units: Any

    def weights(self, shares: Any) -> Any:
        """What the keys are made from, `(columns, draws)`."""
        return self.mean.weights(shares)

    def keys(self, weights: Any) -> Any:
        """Packed keys `(draws, units)`: 24 bits of the score, 8 of the unit."""
        keys = (weights.T @ self.matrix).astype(np.int32)
        keys <<= 8
        keys |= self.units
        return keys


@frozen(kw_only=True, eq=False)
class MixedKeys:
    """Makes the keys of units of a weighted sum of logarithms of weighted sums; the compiled kernel does.

    Attributes:
        inside: The paths of the columns' weights inside their means.
        between: The paths of the means' weights.
        matrix: The columns, the units padded to a multiple of 16, `(columns, units)`.
        starts: Where each mean's columns begin, and their end.
        shift: What is added before the logarithm.
        middle: The sum that becomes the key 0.
        scale: What a sum less `middle` is multiplied by.
        count: How many units there are.
    """

    inside: tuple[Path, ...]
    between: tuple[Path, ...]
    matrix: Any
    starts: Any
    shift: Any
    middle: Any
    scale: Any
    count: int

    def weights(self, shares: Any) -> Any:
        """What the keys are made from, `(columns and means, draws)`."""
        return products(shares, self.inside + self.between)

    def keys(self, weights: Any) -> Any:
        """Packed keys `(draws, units)`: 24 bits of the score, 8 of the unit; what pads comes last."""
        from hubrank.robustness import kernel

        keys = np.empty((weights.shape[1], self.matrix.shape[1]), dtype=np.int32)
        columns = len(self.inside)
        kernel.mixed_keys(
            np.ascontiguousarray(weights[:columns].T),
            np.ascontiguousarray(weights[columns:].T),
            self.matrix,
            self.starts,
            self.shift,
            self.middle,
            self.scale,
            keys,
        )
        keys[:, self.count :] = _LAST
        return keys


def keys_of(program: Program, cells: Any, choice: RankingSettings, engine: str) -> FlatKeys | MixedKeys | None:
    """What makes the keys of an edition's units; none where the tree is of another kind or there are too many units.

    Args:
        program: The compiled variant.
        cells: The units' positions in editions x units.
        choice: Which end is best.
        engine: `numpy` or `kernel`, which alone makes mixed keys.
    """
    mean = program.mean
    if mean is None or not 1 < len(cells) <= MOST_UNITS or program.variant.plan.post_processing:
        return None
    panel = program.variant.normalised.reshape(-1, program.variant.normalised.shape[-1])[cells]
    return keys_of_mean(mean, panel, choice.best, engine)


def keys_of_mean(mean: Mean, panel: Array, best: str, engine: str) -> FlatKeys | MixedKeys | None:
    """The same for a tree and the normalised values of its units.

    Args:
        mean: The tree.
        panel: `(units, indicators)`.
        best: `highest` or `lowest`.
        engine: `numpy` or `kernel`.
    """
    if np.isnan(panel).any():
        return None
    upwards = 1.0 if best == "lowest" else -1.0
    if mean.flat:
        return _flat(mean, panel, upwards)
    mixed = mean.form.logarithmic and all(each.flat and each.form.linear for each in mean.inner)
    return _mixed(mean, panel, upwards) if mixed and engine == "kernel" else None


def _flat(mean: Mean, panel: Any, upwards: float) -> FlatKeys | None:
    values = mean.entered(panel)
    if not np.isfinite(values).all():
        return None
    low, high = values.min(), values.max()
    scaled = upwards * ((values - low) * (2 / max(high - low, 1e-300)) - 1) * _SCALE
    matrix = np.ascontiguousarray(scaled.T.astype(np.float32))
    return FlatKeys(mean=mean, matrix=matrix, units=np.arange(len(panel), dtype=np.int32))


def _mixed(mean: Mean, panel: Any, upwards: float) -> MixedKeys | None:
    inside = [path for each in mean.inner for path in each.column_paths] + [()] * len(mean.columns)
    columns = [column for each in mean.inner for column in each.columns] + list(mean.columns)
    starts = np.cumsum([0, *(len(each.columns) for each in mean.inner), *(1 for _ in mean.columns)])
    values = panel[:, columns]
    low, high = values.min() + mean.form.shift, values.max() + mean.form.shift
    if low <= 0 or not np.isfinite(high):
        return None
    low, high = np.log(low), np.log(high)
    matrix = np.ones((len(columns), -(-len(panel) // _PAD) * _PAD), dtype=np.float32)
    matrix[:, : len(panel)] = values.T
    return MixedKeys(
        inside=tuple(inside),
        between=mean.inner_paths + mean.column_paths,
        matrix=matrix,
        starts=starts.astype(np.int64),
        shift=np.float32(mean.form.shift),
        middle=np.float32((low + high) / 2),
        scale=np.float32(upwards * 2 / max(high - low, 1e-30) * _SCALE),
        count=len(panel),
    )
