"""How a ranking was made, in words: its steps, and what its indicators are."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from hubrank.basis.language import worded
from hubrank.composing.composed import Composed
from hubrank.scenario.binding import Bound
from hubrank.scenario.columns import BoundIndicator

if TYPE_CHECKING:
    import pandas as pd


def steps(composed: Composed) -> tuple[tuple[str, str], ...]:
    """The Handbook's steps in order, each with the methods that take it and their options."""
    plan = composed.plan
    each = plan.ranked
    made = [
        (worded("Imputation"), _distinct(_said(one.imputation) for one in each)),
        (worded("Treatment"), _distinct(_treatment(one) for one in each)),
        (worded("Normalisation"), _distinct(_normalisation(one) for one in each)),
        (worded("Weighting"), _distinct(_said(node.weighting) for node in plan.tree)),
    ]
    made += [
        (worded("Aggregation of {dimension}", dimension=worded(node.title)), _said(node.aggregation))
        for node in plan.tree
        if node.parent is None
    ]
    below = _distinct(_said(node.aggregation) for node in plan.tree if node.parent is not None)
    return (*made, (worded("Aggregation within dimensions"), below)) if below else tuple(made)


def indicators_table(composed: Composed, weights: pd.DataFrame) -> pd.DataFrame:
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
        return worded("none")
    said = (_said(step) for step in indicator.treatment)
    return functools.reduce(lambda first, second: worded("{first} then {second}", first=first, second=second), said)


def _normalisation(indicator: BoundIndicator) -> str:
    method, over = _said(indicator.normalisation), indicator.normalisation_fitted_on
    if over == "edition":
        return worded("{method}, fitted to each edition separately", method=method)
    if over == "pooled":
        return worded("{method}, fitted to all editions together", method=method)
    return worded("{method}, fitted to {edition}", method=method, edition=over)


def _said(bound: Bound) -> str:
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
