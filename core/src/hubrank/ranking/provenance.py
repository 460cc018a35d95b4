"""Origins, packages, method in words."""

from __future__ import annotations

import functools
from collections.abc import Iterable

import attrs
import numpy as np
import pandas as pd
from attrs import frozen

from hubrank.i18n import clauses, gettext, listed, with_reason
from hubrank.plugin.registry import Part
from hubrank.plugin.sources import Origin
from hubrank.ranking.stages import Stages
from hubrank.ranking.values import figure_years
from hubrank.scenario.indicators import BoundIndicator, BoundPart
from hubrank.scenario.plan import Plan


@frozen(kw_only=True)
class UsedOrigin:
    """An origin with its inputs.

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
        """Its content in words: the inputs' names, and `units`."""
        return listed((*self.inputs, *([gettext("units")] if self.units else [])))


def origins(composed: Stages) -> tuple[UsedOrigin, ...]:
    """Every origin once: those of the inputs in their order, then those of the units.

    Two origins of one name that differ in anything, such as the licence, are two.
    """
    inputs: dict[Origin, dict[str, None]] = {}
    for report in composed.measurement.inputs:
        for origin in report.origins:
            inputs.setdefault(Origin(**origin), {})[report.name] = None
    units = composed.plan.units.origins
    return tuple(
        UsedOrigin(origin=origin, inputs=tuple(inputs.get(origin, ())), units=origin in units)
        for origin in dict.fromkeys((*inputs, *units))
    )


def parts_of(plan: Plan) -> tuple[Part, ...]:
    """Every part that the plan uses, once."""
    bound: list[BoundPart] = [*plan.post_processing]
    for indicator in plan.indicators:
        bound += [indicator.bound, indicator.imputation, *indicator.treatment, indicator.normalisation]
    for node in plan.tree:
        bound += [node.weighting, node.aggregation, *node.post_processing]
    parts = [item.part for item in bound]
    parts += [item.part for own in plan.inputs.values() for item in (own.instead_of, own) if item is not None]
    parts += plan.uncertainties.parts if plan.uncertainties is not None else ()
    parts += [plan.units.part] if plan.units.part is not None else []
    return tuple({(part.kind, part.full_name): part for part in parts}.values())


def packages(plan: Plan) -> dict[str, str]:
    """The distributions whose parts the plan uses, with their versions."""
    return dict(sorted({part.distribution: part.version for part in parts_of(plan)}.items()))


def names_by_kind(plan: Plan) -> dict[str, list[str]]:
    """The full names of the parts that the plan uses, by kind."""
    names: dict[str, list[str]] = {}
    for kind, name in sorted((part.kind, part.full_name) for part in parts_of(plan)):
        names.setdefault(kind, []).append(name)
    return names


def steps(composed: Stages) -> tuple[tuple[str, str], ...]:
    """The Handbook's steps in order, each with the methods that take it and their options, and errors of values."""
    plan = composed.plan
    nodes = [(gettext(node.title), node.parent, _method_text(node.aggregation)) for node in plan.tree]
    texts = [
        (gettext("Imputation"), _distinct(_method_text(item.imputation) for item in plan.ranked)),
        (gettext("Treatment"), _distinct(map(_treatment_text, plan.ranked))),
        (gettext("Normalisation"), _distinct(map(_normalisation_text, plan.ranked))),
        (gettext("Weighting"), _distinct(_method_text(node.weighting) for node in plan.tree)),
        *(
            (gettext("Aggregation of {dimension}", dimension=title), text)
            for title, above, text in nodes
            if above is None
        ),
    ]
    if below := _distinct(text for _, above, text in nodes if above):
        texts.append((gettext("Aggregation within dimensions"), below))
    if errors := plan.uncertainties.errors if plan.uncertainties else ():
        titles = plan.titles()
        told = listed(with_reason(titles[item.indicator], item.text) for item in errors)
        texts.append((gettext("Errors of values"), told))
    return tuple(texts)


def indicators_table(composed: Stages, weights: pd.DataFrame) -> pd.DataFrame:
    """One row per edition and indicator of the tree that is part of it.

    Args:
        composed: All stages.
        weights: One row per edition, dimension and member, as `Ranking.weights` gives them.

    Returns:
        `edition`, `indicator`, `title`, `dimension` (its title), `unit_of_measure`, `better` (`higher` or `lower`),
        `weight` in the dimension, `effective` in the index, `coverage`, the share of ranked units that were measured,
        and `oldest` and `newest`, the years that their values are of.
    """
    years = figure_years(composed)
    shares = weights.set_index(["edition", "member"])[["weight", "effective"]].to_dict("index")
    titles = {node.name: node.title for node in composed.plan.tree}
    ranked = ~np.isnan(composed.scores)
    rows = []
    for row, edition in enumerate(composed.editions):
        for at, item in enumerate(composed.plan.ranked):
            if edition not in item.editions:
                continue
            there = ~np.isnan(composed.measured[row, ranked[row], at])
            seen = years[row, ranked[row], at][there]
            rows.append(
                {
                    "edition": edition,
                    "indicator": item.key,
                    "title": item.title,
                    "dimension": titles[str(item.dimension)],
                    "unit_of_measure": item.record.unit_of_measure,
                    "better": "higher" if item.direction > 0 else "lower",
                    **shares[edition, item.key],
                    "coverage": float(there.mean()) if len(there) else 0.0,
                    "oldest": seen.min() if len(seen) else np.nan,
                    "newest": seen.max() if len(seen) else np.nan,
                }
            )
    return pd.DataFrame(rows)


def weight_by_age(composed: Stages, weights: pd.DataFrame, edition: int) -> dict[int, float]:
    """The share of the weight by the age of values in an edition (its position).

    Only weights of the ranked units' values count; values newer than the edition are 0 years old.

    Args:
        composed: All stages.
        weights: As for `indicators_table`.
        edition: Its position.
    """
    year = composed.editions[edition]
    own = weights[weights["edition"] == year].set_index("member")["effective"]
    ranked = ~np.isnan(composed.scores[edition])
    ages = np.maximum(year - figure_years(composed)[edition][ranked], 0)
    each = np.broadcast_to([own.get(item.key, 0.0) for item in composed.plan.ranked], ages.shape)
    there = ~np.isnan(ages) & ~np.isnan(each)
    found = {int(age): float(each[there & (ages == age)].sum()) for age in np.unique(ages[there])}
    whole = sum(found.values())
    return {age: amount / whole for age, amount in found.items()} if whole > 0 else {}


def _treatment_text(indicator: BoundIndicator) -> str:
    texts = [_method_text(step) for step in indicator.treatment] or [gettext("none")]
    return functools.reduce(lambda first, second: gettext("{first} then {second}", first=first, second=second), texts)


def _normalisation_text(indicator: BoundIndicator) -> str:
    method, fitted_on = _method_text(indicator.normalisation), indicator.normalisation_fitted_on
    if fitted_on == "edition":
        return gettext("{method}, fitted to each edition separately", method=method)
    if fitted_on == "pooled":
        return gettext("{method}, fitted to all editions together", method=method)
    return gettext("{method}, fitted to {edition}", method=method, edition=fitted_on)


def _method_text(bound: BoundPart) -> str:
    """A method with the options that are not its own defaults: `min-max (range 1 to 100)`."""
    texts = []
    for option in attrs.fields(type(bound.options)):
        value = getattr(bound.options, option.name)
        if value != option.default:
            ends = value if isinstance(value, tuple) and len(value) == 2 else (value,)
            shown = " to ".join(f"{end:g}" if isinstance(end, float) else str(end) for end in ends)
            texts.append(f"{option.name} {shown}")
    return f"{bound.part.name} ({', '.join(texts)})" if texts else bound.part.name


def _distinct(texts: Iterable[str]) -> str:
    return clauses(dict.fromkeys(texts))
