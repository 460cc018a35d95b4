"""Sort keys of trees that are one matrix product, in single precision and 32 bits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from hubrank.robustness.programs import Program
    from hubrank.scenario import RankingChoice

#: Units whose number fits into the key's last 8 bits; 24 bits are left for the score.
MOST_UNITS = 256
_SCALE = 2.0**23 - 64


@frozen(kw_only=True, eq=False)
class FlatKeys:
    """Makes the order of units by one product.

    Attributes:
        matrix: The panel, scaled so that a weighted mean is a 24-bit number, best least, `(columns, units)`.
        units: The units' numbers.
    """

    matrix: Any
    units: Any

    def order(self, weights: Any) -> Any:
        """The units from the best to the worst, `(draws, units)`, by weights `(columns, draws)`."""
        keys = self.keys(weights)
        keys.sort(axis=1)
        keys &= 255
        return keys

    def keys(self, weights: Any) -> Any:
        """Packed keys `(draws, units)`: 24 bits of the score, 8 of the unit."""
        keys = (weights.T @ self.matrix).astype(np.int32)
        keys <<= 8
        keys |= self.units
        return keys


def flat_keys(program: Program, cells: Any, choice: RankingChoice) -> FlatKeys | None:
    """The keys of an edition's units; none where the tree is no single product or there are too many units.

    Args:
        program: The compiled setting.
        cells: The units' positions in editions x units.
        choice: Which end is best.
    """
    mean = program.mean
    if mean is None or not mean.flat or not 1 < len(cells) <= MOST_UNITS or program.setting.plan.after:
        return None
    panel = program.setting.normalised.reshape(-1, program.setting.normalised.shape[-1])[cells]
    if np.isnan(panel).any():
        return None
    values = mean.entered(panel)
    if not np.isfinite(values).all():
        return None
    low, high = values.min(), values.max()
    upwards = 1.0 if choice.best == "lowest" else -1.0
    scaled = upwards * ((values - low) * (2 / max(high - low, 1e-300)) - 1) * _SCALE
    matrix = np.ascontiguousarray(scaled.T.astype(np.float32))
    return FlatKeys(matrix=matrix, units=np.arange(len(cells), dtype=np.int32))
