"""Weights that people give, or the tree does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hubrank.methods import Weighting
from hubrank.sources import NoOptions

if TYPE_CHECKING:
    from hubrank.methods import Array, Context


def fixed(scores: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The scenario's own weights."""
    return context.weights


def equal(scores: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The same for every member."""
    return np.ones(len(context.members))


def equal_by_indicator(scores: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """A member weighs as many indicators as lie in it, so that every indicator has one voice."""
    return np.array([member.leaves for member in context.members], dtype=float)


_SOURCE = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 6"

WEIGHTINGS = (
    Weighting(name="fixed", apply=fixed, title="the scenario's own weights", reference=_SOURCE),
    Weighting(name="equal", apply=equal, title="the same for every member", reference=_SOURCE),
    Weighting(
        name="equal-by-indicator",
        apply=equal_by_indicator,
        title="as many as the indicators that lie in a member",
        reference=_SOURCE,
    ),
)
