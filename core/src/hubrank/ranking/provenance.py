"""Origins, packages, method in words."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import frozen

from hubrank.i18n import gettext
from hubrank.plugin.registry import Part
from hubrank.plugin.sources import Origin
from hubrank.ranking.stages import Stages
from hubrank.scenario.indicators import BoundIndicator, BoundPart
from hubrank.scenario.plan import Plan

if TYPE_CHECKING:
    import pandas as pd


@frozen(kw_only=True)
class UsedOrigin:
    """An origin with what it gave.

    Attributes:
        origin: Who made the data, and on what terms.
        inputs: The scenario's inputs that have rows of it.
        units: Whether the units are of it.
    """

    origin: Origin
    inputs: tuple[str, ...]
    units: bool

    @property
    def gave(self) -> str:
        """What it gave, in words: the inputs' names, and `units`."""
        return ", ".join((*self.inputs, *([gettext("units")] if self.units else [])))


def origins(composed: Stages) -> tuple[UsedOrigin, ...]:
    """Every origin once: those of the inputs in their order, then those of the units.

    Two origins of one name that differ in anything, such as the licence, are two.
    """
    inputs: dict[Origin, dict[str, None]] = {}
    for report in composed.measurement.inputs:
        for each in report.origins:
            inputs.setdefault(Origin(**each), {})[report.name] = None
    units = composed.plan.units.origins
    return tuple(
        UsedOrigin(origin=each, inputs=tuple(inputs.get(each, ())), units=each in units)
        for each in dict.fromkeys((*inputs, *units))
    )


def parts_of(plan: Plan) -> tuple[Part, ...]:
    """Every part that the plan uses, once."""
    bound: list[BoundPart] = [*plan.post_processing]
    for indicator in plan.indicators:
        bound += [indicator.bound, indicator.imputation, *indicator.treatment, indicator.normalisation]
    for node in plan.tree:
        bound += [node.weighting, node.aggregation, *node.post_processing]
    parts = [each.part for each in bound]
    parts += [one.part for each in plan.inputs.values() for one in (each.instead_of, each) if one is not None]
    if plan.uncertainties is not None:
        parts += plan.uncertainties.parts
    if plan.units.part is not None:
        parts.append(plan.units.part)
    return tuple({(part.kind, part.full_name): part for part in parts}.values())


def packages(plan: Plan) -> dict[str, str]:
    """The distributions whose parts the plan uses, with their versions."""
    return dict(sorted({part.distribution: part.version for part in parts_of(plan)}.items()))


def names_by_kind(plan: Plan) -> dict[str, list[str]]:
    """The full names of the parts that the plan uses, by kind."""
    found: dict[str, list[str]] = {}
    for kind, name in sorted((part.kind, part.full_name) for part in parts_of(plan)):
        found.setdefault(kind, []).append(name)
    return found


def steps(composed: Stages) -> tuple[tuple[str, str], ...]:
    """The Handbook's steps in order, each with the methods that take it and their options."""
    plan = composed.plan
    each = plan.ranked
    made = [
        (gettext("Imputation"), _distinct(_said(one.imputation) for one in each)),
        (gettext("Treatment"), _distinct(_treatment(one) for one in each)),
        (gettext("Normalisation"), _distinct(_normalisation(one) for one in each)),
        (gettext("Weighting"), _distinct(_said(node.weighting) for node in plan.tree)),
    ]
    made += [
        (gettext("Aggregation of {dimension}", dimension=gettext(node.title)), _said(node.aggregation))
        for node in plan.tree
        if node.parent is None
    ]
    below = _distinct(_said(node.aggregation) for node in plan.tree if node.parent is not None)
    return (*made, (gettext("Aggregation within dimensions"), below)) if below else tuple(made)


def indicators_table(composed: Stages, weights: pd.DataFrame) -> pd.DataFrame:
    """One row an edition and indicator of the tree.

    Args:
        composed: All stages.
        weights: One row an edition, dimension and member, as `Ranking.weights` gives them.

    Returns:
        `edition`, `indicator`, `title`, `dimension` (its title), `unit_of_measure`, `better` (`higher` or `lower`),
        `weight` in the dimension, `effective` in the index, and `coverage`, the share of ranked units that were
        measured.
    """
    import pandas as pd

    shares = weights.set_index(["edition", "member"])[["weight", "effective"]].to_dict("index")
    titles = {node.name: node.title for node in composed.plan.tree}
    ranked = ~np.isnan(composed.scores)
    rows = []
    for row, edition in enumerate(composed.editions):
        for at, each in enumerate(composed.plan.ranked):
            there = ~np.isnan(composed.measured[row, ranked[row], at])
            rows.append(
                {
                    "edition": edition,
                    "indicator": each.key,
                    "title": each.title,
                    "dimension": titles[str(each.dimension)],
                    "unit_of_measure": each.record.unit_of_measure,
                    "better": "higher" if each.direction > 0 else "lower",
                    **shares[edition, each.key],
                    "coverage": float(there.mean()) if len(there) else 0.0,
                }
            )
    return pd.DataFrame(rows)


def _treatment(indicator: BoundIndicator) -> str:
    if not indicator.treatment:
        return gettext("none")
    said = (_said(step) for step in indicator.treatment)
    return functools.reduce(lambda first, second: gettext("{first} then {second}", first=first, second=second), said)


def _normalisation(indicator: BoundIndicator) -> str:
    method, over = _said(indicator.normalisation), indicator.normalisation_fitted_on
    if over == "edition":
        return gettext("{method}, fitted to each edition separately", method=method)
    if over == "pooled":
        return gettext("{method}, fitted to all editions together", method=method)
    return gettext("{method}, fitted to {edition}", method=method, edition=over)


def _said(bound: BoundPart) -> str:
    """A method with the options that are not its own defaults: `min-max (low 1, high 100)`."""
    told = [
        f"{each.name} {_short(getattr(bound.options, each.name))}"
        for each in attrs.fields(type(bound.options))
        if getattr(bound.options, each.name) != each.default
    ]
    return f"{bound.part.name} ({', '.join(told)})" if told else bound.part.name


def _short(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _distinct(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(texts))
