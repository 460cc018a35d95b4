"""Composed: every stage of every value, and its checks."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from hubrank.errors import Problem, ScenarioError
from hubrank.i18n import gettext
from hubrank.measurement.measurement import Measurement
from hubrank.numeric import MOST_SCORE, extreme, first_place, quiet_numpy, shares, too_large
from hubrank.scenario.plan import Plan
from hubrank.scenario.tree import Node

if TYPE_CHECKING:
    from hubrank.numeric import Array, Mask
    from hubrank.scenario.choices import FittedOn
    from hubrank.scenario.indicators import BoundIndicator, BoundPart


@frozen(kw_only=True, eq=False)
class NodeScores:
    """What a dimension came to.

    Attributes:
        node: The dimension.
        members: Its members' scores, `(..., editions, units, members)`.
        weights: Their weights as the weighting gave them, `(..., editions or 1, units or 1, members)`.
        before: Its scores before the steps of `post_processing`, `(..., editions, units)`.
        scores: Its scores after them.
        handed_up: Those of the two that its parent was handed.
    """

    node: Node
    members: Array
    weights: Array
    before: Array
    scores: Array
    handed_up: Array

    @property
    def shares(self) -> Array:
        """The weights, summing to 1 over the members, which are summed in the order of their names."""
        by_name = sorted(range(len(self.node.members)), key=lambda at: self.node.members[at].name)
        made = np.empty(self.weights.shape)
        made[..., by_name] = shares(np.take(self.weights, by_name, axis=-1))
        return made


@frozen(kw_only=True, eq=False)
class Stages:
    """All stages of a plan's values.

    Attributes:
        plan: What they were made by.
        measurement: What was measured, with origins.
        considered: Which units of which edition passed the screening, `(editions, units)`.
        measured: `(editions, units, indicators)`, the indicators in the order of `plan.ranked`.
        imputed: Of the same shape.
        treated: Of the same shape.
        normalised: Of the same shape.
        nodes: Each dimension's scores and weights; the root is `index`.
        scores: `(editions, units)`; NaN for the unranked.
    """

    plan: Plan
    measurement: Measurement
    considered: Mask
    measured: Array
    imputed: Array
    treated: Array
    normalised: Array
    nodes: Mapping[str, NodeScores]
    scores: Array

    @property
    def sampled(self) -> bool:
        """Whether its figures are of the sources' samples, not of their full data."""
        return any(each.sample for each in self.measurement.inputs)

    @property
    def title(self) -> str:
        """The scenario's title in the language spoken, as every output writes it; of samples' figures it says so."""
        title = gettext(self.plan.scenario.title)
        return gettext("{title} (samples only)", title=title) if self.sampled else title

    @property
    def editions(self) -> tuple[int, ...]:
        """The years."""
        return self.plan.editions

    @property
    def codes(self) -> tuple[str, ...]:
        """The units' codes."""
        return self.plan.units.units.codes

    @functools.cached_property
    def names(self) -> tuple[str, ...]:
        """The units' names."""
        return tuple(self.plan.units.units["name"])

    @functools.cached_property
    def countries(self) -> tuple[str, ...]:
        """The units' countries; empty where they have none."""
        units = self.plan.units.units
        if "country" not in units:
            return ("",) * len(units)
        return tuple(each if isinstance(each, str) else "" for each in units["country"])


def check_columns(plan: Plan, given: Array, made: Array, method: Callable[[BoundIndicator], BoundPart]) -> None:
    """Look at a stage of the indicators.

    Args:
        plan: The plan.
        given: What the step was given, `(editions, units, indicators)`.
        made: What it made.
        method: Gives the step of an indicator.

    Raises:
        ScenarioError: Values are too large or too small for a method; it names unit, edition, indicator and value.
        PluginError: A plugin's method made infinity, or no number, of usual numbers.
    """
    if all_finite(made):
        return
    lost = _lost(given, made)
    if lost.any():
        at = int(np.flatnonzero(lost.any(axis=(0, 1)))[0])
        indicator = plan.ranked[at]
        where = f"indicator '{indicator.key}'"
        _refuse(plan, method(indicator), lost[..., at], where, given[..., at : at + 1], [indicator.key])


def check_node(plan: Plan, node: NodeScores) -> None:
    """Look at the scores of a dimension, before its steps and after them.

    Raises:
        ScenarioError: Its members' scores are too large or too small for a method.
        PluginError: A plugin's method made infinity, or no number, of usual numbers.
    """
    if all_finite(node.before) and all_finite(node.scores):
        return
    where = f"dimension '{node.node.name}'"
    aggregation, names = node.node.aggregation, [member.name for member in node.node.members]
    given = node.before if aggregation.part.record.may_be_undefined else _sum(node)
    _refuse(plan, aggregation, _lost(given, node.before), where, node.members, names)
    if node.node.post_processing:
        lost = _lost(node.before, node.scores)
        _refuse(plan, node.node.post_processing[-1], lost, where, node.before[..., None], [node.node.name])


def check_scores(plan: Plan, before: Array, scores: Array) -> None:
    """Look at the final scores.

    Raises:
        ScenarioError: The scores are too large or too small for a step on them.
        PluginError: A plugin's step made infinity, or no number, of usual numbers.
    """
    if plan.post_processing:
        root = plan.tree.root.name
        _refuse(plan, plan.post_processing[-1], _lost(before, scores), "the final score", before[..., None], [root])


def check_sizes(plan: Plan, normalised: Array, nodes: Mapping[str, NodeScores], scores: Array) -> None:
    """Look at the sizes of normalised values and of scores, which everything that follows multiplies.

    Raises:
        ScenarioError: One is larger than `MOST_SCORE`; it names unit, edition and place.
    """
    for at, each in enumerate(plan.ranked):
        where = f"indicator '{each.key}', normalised,"
        _refuse_size(plan, each.normalisation.where, where, normalised[..., at])
    for name, node in nodes.items():
        where = f"dimension '{name}'"
        for made in (node.before, node.scores):
            _refuse_size(plan, node.node.aggregation.where, where, made)
    if plan.post_processing:
        _refuse_size(plan, plan.post_processing[-1].where, "the final score", scores)


def _refuse_size(plan: Plan, key: str, where: str, made: Array) -> None:
    if too_large(made):
        found = first_place(np.abs(made) > MOST_SCORE, plan.units.units.codes, plan.editions)
        told = (
            f"{where} is {made[found.at, found.unit]:g} for {found.units} in edition {found.edition}: too "
            f"large to compare and explain, which needs scores of at most {MOST_SCORE:g}; normalise the "
            "values, or use another unit of measure"
        )
        raise ScenarioError("", [Problem(key, told)])


def pooled(values: Array, fitted_on: FittedOn) -> Array:
    """All editions as one, `(..., 1, editions x units, members)`, where the choice is so."""
    if fitted_on != "pooled":
        return values
    *front, editions, units, members = values.shape
    return values.reshape(*front, 1, editions * units, members)


def same_shape(bound: BoundPart, made: Any, given: Array) -> Array:
    """What a method made, when it has the shape of what it was given."""
    found = bound.part.numbers(made)
    if found.shape != given.shape:
        raise bound.broke(f"returned shape {found.shape}; expected {given.shape}")
    return found


def all_finite(values: Array) -> bool:
    """Whether there is no gap and no infinity: the sum tells at a glance, and no array is made."""
    with quiet_numpy():
        return bool(np.isfinite(values.sum()))


def _lost(given: Array, made: Array) -> Mask:
    """Where there is infinity, or nothing any more."""
    return np.isinf(made) | (np.isnan(made) & ~np.isnan(given))


def _sum(node: NodeScores) -> Array:
    """A number where no member that has a weight is missing."""
    counted = np.broadcast_to(node.weights > 0, node.members.shape)
    with quiet_numpy():
        members: Array = np.where(counted, node.members, 0.0)
    return np.where(np.isnan(members).any(axis=-1), np.nan, 0.0)


def _refuse(plan: Plan, bound: BoundPart, lost: Mask, where: str, given: Array, names: Sequence[str]) -> None:
    """Raise where something was lost: by what was given where that is extreme or the method hubrank's own."""
    if not lost.any():
        return
    found = first_place(lost, plan.units.units.codes, plan.editions)
    if not bound.part.built_in and not extreme(given[found.at]):
        raise bound.broke(f"apply returned no finite number for {found.units} in edition {found.edition} of {where}")
    own = given[found.at, found.unit]
    if not np.isfinite(own).any():
        own = given[found.at][np.isfinite(given[found.at]).all(axis=-1)][:1].reshape(-1)
    member, value = _farthest(own) if own.size else (0, np.nan)
    told = (
        f"'{bound.part.name}' makes no finite number for {found.units} in edition {found.edition} of {where}: "
        f"{value:g} of '{names[member]}' is too large, too small or too near to the others for it; use "
        "another unit of measure, options or method"
    )
    raise ScenarioError("", [Problem(bound.where, told)])


def _farthest(values: Array) -> tuple[int, float]:
    """The place of the number whose size is farthest from 1, and the number."""
    there = np.where(np.isfinite(values) & (values != 0), np.abs(values), 1.0)
    at = int(np.argmax(np.abs(np.log(there))))
    return at, float(values[at])
