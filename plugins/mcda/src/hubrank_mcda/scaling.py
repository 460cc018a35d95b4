"""Normalisations of other packages, which scale one member at a time and learn from the values that they scale."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hubrank import Context, MethodError

from hubrank_mcda.peers import quietly


def keep_reference(reference: np.ndarray, context: Context, options: Any) -> np.ndarray:  # noqa: ARG001
    """The values themselves: these methods learn and scale in one."""
    return reference


def scaled(
    scale: Callable[[np.ndarray, int], np.ndarray],
    values: np.ndarray,
    reference: np.ndarray,
    context: Context,
    *,
    turned: bool = False,
) -> np.ndarray:
    """Scale each member of each edition, or of all editions together.

    Args:
        scale: From a member's values without gaps and its direction to as many values.
        values: `(..., editions, units, members)`.
        reference: The same values, or `(..., 1, editions x units, members)` where all are pooled.
        context: The members.
        turned: Whether a member whose order is turned round is let through.

    Returns:
        The shape of `values`; gaps stay gaps.

    Raises:
        MethodError: The values are to be read on another edition's scale, the method cannot take them, or it turns
            their order.
    """
    if reference.size != values.size:
        raise MethodError("cannot be applied on another edition's scale; set fitted_on = 'edition' or 'pooled'")
    columns = np.swapaxes(reference, -1, -2).reshape(-1, len(context.members), reference.shape[-2])
    made = np.full(columns.shape, np.nan)
    for block in range(len(columns)):
        for at, member in enumerate(context.members):
            there = ~np.isnan(columns[block, at])
            if there.any():
                made[block, at, there] = _one(scale, columns[block, at, there], member.name, member.direction)
                if not turned:
                    _refuse_turned(columns[block, at, there], made[block, at, there], member.name, member.direction)
    pooled = made.reshape(*reference.shape[:-2], len(context.members), reference.shape[-2])
    return np.swapaxes(pooled, -1, -2).reshape(values.shape)


def _one(scale: Callable[[np.ndarray, int], np.ndarray], column: np.ndarray, name: str, direction: int) -> np.ndarray:
    with quietly():
        try:
            made = np.asarray(scale(column, direction), dtype=float)
        except (ValueError, ArithmeticError) as error:
            raise MethodError(f"failed for the values of '{name}': {error}") from error
    if not np.isfinite(made).all():
        raise MethodError(f"is undefined for some values of '{name}', {_ends(column)}")
    return made


def _refuse_turned(column: np.ndarray, made: np.ndarray, name: str, direction: int) -> None:
    order = np.argsort(direction * column, kind="stable")
    steps = np.diff(made[order])
    if (steps < -1e-12 * np.abs(made).max()).any():
        raise MethodError(f"reverses the order of '{name}', whose values range {_ends(column)}")


def _ends(column: np.ndarray) -> str:
    return f"from {column.min():g} to {column.max():g}"
