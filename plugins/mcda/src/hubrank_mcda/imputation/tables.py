"""One table of units and members after the other, each member on one scale."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import numpy as np
from hubrank.methods import same_dimension, toolkit

if TYPE_CHECKING:
    from hubrank import Array, Context

Level = int | Literal["all"]


def fill_tables(values: Array, context: Context, level: Level, fill: Callable[[Array], Array]) -> Array:
    """Fill the gaps of every draw, edition and group of members for itself.

    Args:
        values: `(..., editions, units, members)`.
        context: Whose members say which lie in the same dimension.
        level: How far up the tree members learn from one another.
        fill: Given standardised values `(units, members)` with gaps, in which every unit and every member has a
            value, gives them without gaps.

    Returns:
        Values of the same shape; a unit without any member of a group, and a member without any unit, stay so.
    """
    middle = toolkit.mean(values)
    spread = toolkit.deviation(values, 0)
    scale = np.where(spread > 0, spread, 1.0)
    standard = (values - middle) / scale
    filled = values.copy()
    for at in np.ndindex(values.shape[:-2]):
        for members in same_dimension(context, level):
            made = _filled(standard[at][:, members], fill) * scale[at][:, members] + middle[at][:, members]
            known = values[at][:, members]
            filled[at][:, members] = np.where(np.isnan(known), made, known)
    return filled


def _filled(table: Array, fill: Callable[[Array], Array]) -> Array:
    there = ~np.isnan(table)
    units, members = there.any(axis=1), there.any(axis=0)
    inner = table[np.ix_(units, members)]
    if not np.isnan(inner).any():
        return table
    made = table.copy()
    made[np.ix_(units, members)] = fill(inner)
    return made
