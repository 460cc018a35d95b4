"""Weights as shares: the one rule for it, and for weights that sum to 0."""

from __future__ import annotations

from typing import Any

import numpy as np


def shares(weights: Any, axis: int = -1, out: Any = None) -> Any:
    """Weights divided by their sum, so that they sum to 1.

    Where weights sum to 0 nothing weighs anything: all shares are 0, never a gap and never a division by 0. Whether a
    unit without weight has a score is not asked here but by the rule for missing members, which gives it none.

    Args:
        weights: 0 or more, of any shape and precision.
        axis: The members' axis.
        out: Where the shares are written; a new array by default.

    Returns:
        The shape and the precision of the weights.
    """
    total = weights.sum(axis=axis, keepdims=True)
    if not (total == 0).any():
        return np.divide(weights, total, out=out)
    made = np.zeros_like(weights) if out is None else out
    made[...] = 0
    return np.divide(weights, total, out=made, where=total != 0)
