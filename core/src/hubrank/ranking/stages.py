"""Composed: every stage of every value, and its checks."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import frozen

from hubrank.errors import Problem, ScenarioError
from hubrank.i18n import gettext
from hubrank.measurement.measurement import Measurement
from hubrank.numeric import MOST_SCORE, Array, Mask, extreme, first_place, quiet_numpy, shares, too_large
from hubrank.plugin.methods import Context
from hubrank.scenario.choices import FittedOn
from hubrank.scenario.indicators import BoundIndicator, BoundPart
from hubrank.scenario.plan import Plan
from hubrank.scenario.tree import Node


@frozen(kw_only=True, eq=False)
class NodeScores:
    """The result of a dimension.

    Attributes:
        members: Its members' scores, `(..., editions, units, members)`.
        weights: Their weights as the weighting returned them, `(..., editions or 1, units or 1, members)`.
        before: Its scores before the steps of `post_processing`, `(..., editions, units)`.
        scores: Its scores after them.
        handed_up: Those of the two that its parent got.
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
        result = np.empty(self.weights.shape)
        result[..., by_name] = shares(np.take(self.weights, by_name, axis=-1))
        return result


@frozen(kw_only=True, eq=False)
class Stages:
    """All stages of a plan's values.

    Attributes:
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
        """Whether its values are of the sources' samples, not of their full data."""
        return any(item.sample for item in self.measurement.inputs)

    @property
    def title(self) -> str:
        """The scenario's title in the reader's language, as every output writes it; it marks values from samples."""
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

    @property
    def names(self) -> tuple[str, ...]:
        """The units' names."""
        return self.plan.units.units.names

    @functools.cached_property
    def countries(self) -> tuple[str, ...]:
        """The units' countries; empty if they have none."""
        units = self.plan.units.units
        if "country" not in units:
            return ("",) * len(units)
        return tuple(country if isinstance(country, str) else "" for country in units["country"])


def check_columns(plan: Plan, given: Array, result: Array, method: Callable[[BoundIndicator], BoundPart]) -> None:
    """Look at a stage of the indicators.

    Args:
        given: The input of the step, `(editions, units, indicators)`.

    Raises:
        ScenarioError: Values are too large or too small for a method; it names unit, edition, indicator and value.
        PluginError: A plugin's method made infinity, or no number, of usual numbers.
    """
    if all_finite(result):
        return
    lost = _lost(given, result)
    if lost.any():
        at = int(np.flatnonzero(lost.any(axis=(0, 1)))[0])
        indicator = plan.ranked[at]
        where = f"indicator '{indicator.key}'"
        _refuse_lost(plan, method(indicator), lost[..., at], where, given[..., at : at + 1], [indicator.key])


def check_node(plan: Plan, node: NodeScores) -> None:
    """Look at the scores of a dimension, before its steps and after them, as at a stage of the indicators."""
    if all_finite(node.before) and all_finite(node.scores):
        return
    where = f"dimension '{node.node.name}'"
    aggregation, names = node.node.aggregation, [member.name for member in node.node.members]
    given = node.before
    if not aggregation.part.record.may_be_undefined:  # a number where no member that has a weight is missing
        counted = np.broadcast_to(node.weights > 0, node.members.shape)
        with quiet_numpy():
            members: Array = np.where(counted, node.members, 0.0)
        given = np.where(np.isnan(members).any(axis=-1) | ~counted.any(axis=-1), np.nan, 0.0)
    _refuse_lost(plan, aggregation, _lost(given, node.before), where, node.members, names)
    if node.node.post_processing:
        lost = _lost(node.before, node.scores)
        _refuse_lost(plan, node.node.post_processing[-1], lost, where, node.before[..., None], [node.node.name])


def check_scores(plan: Plan, normalised: Array, nodes: Mapping[str, NodeScores], scores: Array) -> None:
    """Look at the final scores, and at the sizes of all that everything that follows multiplies.

    Raises:
        ScenarioError: The scores are too large or too small for a step on them, or something is larger than
            `MOST_SCORE`; it names unit, edition and place.
        PluginError: A plugin's step made infinity, or no number, of usual numbers.
    """
    root = plan.tree.root.name
    last = plan.post_processing[-1] if plan.post_processing else None
    if last is not None:
        before = nodes[root].handed_up
        _refuse_lost(plan, last, _lost(before, scores), "the final score", before[..., None], [root])
    indicators = plan.ranked if too_large(normalised) else ()  # one look at all of them, mostly
    sizes = [
        (item.normalisation.where, f"indicator '{item.key}', normalised,", normalised[..., at])
        for at, item in enumerate(indicators)
    ]
    for node in plan.tree:
        where = f"dimension '{node.name}'"
        sizes += [
            (node.aggregation.where, where, scores_of)
            for scores_of in (nodes[node.name].before, nodes[node.name].scores)
        ]
    sizes += [] if last is None else [(last.where, "the final score", scores)]
    for key, where, scores_of in sizes:
        if too_large(scores_of):
            place = first_place(np.abs(scores_of) > MOST_SCORE, plan.units.units.codes, plan.editions)
            what = (
                f"{where} is {scores_of[place.at, place.unit]:g} for {place.units} in edition {place.edition}: too "
                f"large to compare and explain, which needs scores of at most {MOST_SCORE:g}; normalise the "
                "values, or use another unit of measure"
            )
            raise ScenarioError("", [Problem(key, what)])


def pooled(values: Array, fitted_on: FittedOn) -> Array:
    """All editions as one, `(..., 1, editions x units, members)`, where the choice is so."""
    if fitted_on != "pooled":
        return values
    *front, editions, units, members = values.shape
    return values.reshape(*front, 1, editions * units, members)


def reference_of(values: Array, fitted_on: FittedOn, context: Context) -> Array:
    """The values that a method learns from: of each edition, of one, or of all as one."""
    if isinstance(fitted_on, int):
        at = context.editions.index(fitted_on)
        return values[..., at : at + 1, :, :]
    return pooled(values, fitted_on)


def same_shape(bound: BoundPart, result: Any, given: Array) -> Array:
    """A method's result, in the precision of its input, if it has the right shape."""
    numbers = bound.part.numbers(result, dtype=given.dtype)
    if numbers.shape != given.shape:
        raise bound.broke(f"returned shape {numbers.shape}; expected {given.shape}")
    return numbers


def all_finite(values: Array) -> bool:
    """Whether nothing is missing or infinite: the sum shows it without a new array."""
    with quiet_numpy():
        return bool(np.isfinite(values.sum()))


def _lost(given: Array, result: Array) -> Mask:
    """The positions of values that are infinite or newly missing."""
    return np.isinf(result) | (np.isnan(result) & ~np.isnan(given))


def _refuse_lost(plan: Plan, bound: BoundPart, lost: Mask, where: str, given: Array, names: Sequence[str]) -> None:
    """Raise if values were lost: by their input if it is extreme or the method hubrank's own."""
    if not lost.any():
        return
    place = first_place(lost, plan.units.units.codes, plan.editions)
    edition = given[place.at]
    if not bound.part.built_in and not extreme(edition):
        raise bound.broke(f"apply returned no finite number for {place.units} in edition {place.edition} of {where}")
    values = edition[place.unit]
    if not np.isfinite(values).any():
        values = edition[np.isfinite(edition).all(axis=-1)][:1].reshape(-1)
    member, value = 0, np.nan
    if values.size:  # the number whose size is farthest from 1
        sizes = np.where(np.isfinite(values) & (values != 0), np.abs(values), 1.0)
        member = int(np.argmax(np.abs(np.log(sizes))))
        value = float(values[member])
    what = (
        f"'{bound.part.name}' makes no finite number for {place.units} in edition {place.edition} of {where}: "
        f"{value:g} of '{names[member]}' is too large, too small or too near to the others for it; use "
        "another unit of measure, options or method"
    )
    raise ScenarioError("", [Problem(bound.where, what)])
