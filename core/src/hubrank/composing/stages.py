"""Checks of what methods return at each stage of composing: shapes and finite numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from hubrank.basis.errors import listed
from hubrank.basis.language import worded

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.composing.composed import Composed, NodeScores
    from hubrank.scenario.binding import Bound
    from hubrank.scenario.choices import FittedOn
    from hubrank.scenario.columns import BoundIndicator


def check_stages(composed: Composed) -> None:
    """Look at every stage.

    Raises:
        PluginError: A method made infinity, or no number, of numbers.
    """
    _check(composed, composed.imputed, composed.imputed, lambda each: each.imputation)
    _check(composed, composed.imputed, composed.treated, lambda each: each.treatment[-1])
    _check(composed, composed.treated, composed.normalised, lambda each: each.normalisation)
    for node in composed.nodes.values():
        if all_finite(node.before) and all_finite(node.scores):
            continue
        where = worded("dimension '{dimension}'", dimension=node.node.name)
        given = node.before if node.node.aggregation.part.record.may_be_undefined else _sum(node)
        _refuse(composed, node.node.aggregation, _lost(given, node.before), where)
        if node.node.post_processing:
            _refuse(composed, node.node.post_processing[-1], _lost(node.before, node.scores), where)
    if composed.plan.post_processing:
        root = composed.nodes[composed.plan.tree.root.name]
        where = worded("the final score")
        _refuse(composed, composed.plan.post_processing[-1], _lost(root.handed_up, composed.scores), where)


def pooled(values: Array, fitted_on: FittedOn) -> Array:
    """All editions as one, `(..., 1, editions x units, members)`, where the choice is so."""
    if fitted_on != "pooled":
        return values
    *front, editions, units, members = values.shape
    return values.reshape(*front, 1, editions * units, members)


def same_shape(bound: Bound, made: Any, given: Array) -> Array:
    """What a method made, when it has the shape of what it was given."""
    found = bound.part.numbers(made)
    if found.shape != given.shape:
        raise bound.broke(
            worded("returned shape {shape}; expected {expected}", shape=found.shape, expected=given.shape)
        )
    return found


def all_finite(values: Array) -> bool:
    """Whether there is no gap and no infinity: the sum tells at a glance, and no array is made."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(values.sum()))


def _check(composed: Composed, given: Array, made: Array, method: Callable[[BoundIndicator], Bound]) -> None:
    if all_finite(made):
        return
    lost = _lost(given, made)
    if lost.any():
        at = int(np.flatnonzero(lost.any(axis=(0, 1)))[0])
        indicator = composed.plan.ranked[at]
        _refuse(composed, method(indicator), lost[..., at], worded("indicator '{indicator}'", indicator=indicator.key))


def _lost(given: Array, made: Array) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Where there is infinity, or nothing any more."""
    return np.isinf(made) | (np.isnan(made) & ~np.isnan(given))


def _sum(node: NodeScores) -> Array:
    """A number where no member that has a weight is missing."""
    counted = np.broadcast_to(node.weights > 0, node.members.shape)
    total: Array = np.where(counted, node.members, 0.0).sum(axis=-1)
    return total


def _refuse(
    composed: Composed, bound: Bound, lost: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], where: str
) -> None:
    if lost.any():
        edition = int(np.flatnonzero(lost.any(axis=-1))[0])
        units = [composed.codes[at] for at in np.flatnonzero(lost[edition])]
        raise bound.broke(
            worded(
                "apply returned no finite number for {units} in edition {edition} of {where}",
                units=listed(units),
                edition=composed.editions[edition],
                where=where,
            )
        )
