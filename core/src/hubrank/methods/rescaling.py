"""Post-processing of a dimension's or the final score, `(..., editions, units)`; missing scores stay missing."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from attrs import field, frozen

from hubrank.errors import MethodError
from hubrank.methods import toolkit
from hubrank.methods.ranks import merge_ties, ranks
from hubrank.methods.toolkit import (
    ExponentialOptions,
    above,
    above_key,
    at_least,
    exponential_ranks,
    percentile_ranks,
    rising,
)
from hubrank.numeric import NOISE, Array, Mode, Ties, quiet_numpy, round_to, snap
from hubrank.plugin.methods import Context, Rescaling

FittedOn = Literal["edition", "pooled"]


@frozen(kw_only=True)
class ReverseOptions:
    """Options of `reverse`.

    Attributes:
        around: The number from which scores are subtracted: 100 turns 70 into 30. By default the sum of the lowest and
            the highest score of the edition, so that the range stays.
    """

    around: float | None = None


@frozen(kw_only=True)
class ScaleOptions:
    """Options of `scale`.

    Attributes:
        by: The factor of every score; above 0.
    """

    by: float = field(validator=above(0))


@frozen(kw_only=True)
class ShiftOptions:
    """Options of `shift`.

    Attributes:
        by: The number added to every score.
    """

    by: float


@frozen(kw_only=True)
class PowerOptions:
    """Options of `power`.

    Attributes:
        exponent: The exponent; above 0.
    """

    exponent: float = field(validator=above(0))


@frozen(kw_only=True)
class CapOptions:
    """Options of `cap`.

    Attributes:
        low: The lowest score; scores below are set to it.
        high: The highest score; scores above are set to it.
    """

    low: float | None = None
    high: float | None = field(default=None, validator=above_key("low"))

    def __attrs_post_init__(self) -> None:
        if self.low is None and self.high is None:
            raise ValueError("low: give low, high or both")


@frozen(kw_only=True)
class BestOptions:
    """Options of `best-100`.

    Attributes:
        best: The score of the best unit.
        fitted_on: Whether it is the best of its edition or of all editions.
    """

    best: float = field(default=100.0, validator=above(0))
    fitted_on: FittedOn = "edition"


@frozen(kw_only=True)
class MinMaxOptions:
    """Options of `min-max`.

    Attributes:
        range: The scores of the worst and of the best unit.
        fitted_on: Whether they are those of the edition or of all editions.
    """

    range: tuple[float, ...] = field(default=(0.0, 1.0), validator=rising(2))
    fitted_on: FittedOn = "edition"


@frozen(kw_only=True)
class RankOptions:
    """Options of `rank` and `percentile-rank`.

    Attributes:
        ties: The rank that equal units share.
    """

    ties: Ties = "min"


@frozen(kw_only=True)
class RoundOptions:
    """Options of `round`.

    Attributes:
        decimals: The number of decimals.
        mode: How halves are rounded: `half-up` (away from 0) or `half-even`.
    """

    decimals: int = field(validator=at_least(0))
    mode: Mode


def reverse(scores: Array, context: Context, options: ReverseOptions) -> Array:  # noqa: ARG001
    """Reverse the scores: high scores become low."""
    if options.around is not None:
        return options.around - scores
    column = scores[..., None]
    return (toolkit.lowest(column) + toolkit.highest(column) - column)[..., 0]


def power(scores: Array, context: Context, options: PowerOptions) -> Array:  # noqa: ARG001
    """Raise scores to a power above 0; they must be 0 or more."""
    wrong = int((scores < 0).sum())
    if wrong:
        raise MethodError(
            f"{wrong:,} {'score' if wrong == 1 else 'scores'} below 0; a power needs 0 or more, so shift the "
            "scores first"
        )
    with quiet_numpy():
        result = np.asarray(scores**options.exponent)
    lost = int(((result == 0) & (scores > 0)).sum())
    if lost:
        raise MethodError(
            f"the power of {lost:,} score is too small for a number and becomes 0; use a smaller exponent"
            if lost == 1
            else f"the powers of {lost:,} scores are too small for a number and become 0; use a smaller exponent"
        )
    return result


def reciprocal(scores: Array) -> Array:
    """1 divided by the scores, which must be above 0."""
    wrong = int((scores <= 0).sum())
    if wrong:
        raise MethodError(
            f"{wrong:,} {'score' if wrong == 1 else 'scores'} of 0 or below; a reciprocal needs scores above 0, so "
            "shift or cap them first"
        )
    with quiet_numpy():
        return np.asarray(1 / scores)


def best_100(column: Array, best_score: float) -> Array:
    """Divide by the best score, which must be above 0."""
    best = toolkit.highest(column)
    if (best <= 0).any():
        raise MethodError(f"the best score is {float(best[best <= 0][0]):g}; it must be above 0, so shift first")
    return column / best * best_score


def min_max(column: Array, low: float, high: float) -> Array:
    """The worst unit low, the best high; the middle of the range if all are equal up to rounding errors."""
    column = merge_ties(column, NOISE)
    share = toolkit.share_of_range(column, toolkit.lowest(column), toolkit.highest(column))
    return low + share * (high - low)


def rank(column: Array, ties: Ties) -> Array:
    """The rank from the lowest, which is 1."""
    return ranks(column, ties, axis=toolkit.UNITS, noise=NOISE)


def percentile_rank(column: Array, ties: Ties) -> Array:
    """The share of the other units that are lower; 0.5 if all are equal."""
    places = rank(column, ties)
    return percentile_ranks(places, places, ties)


def _of_units(step: Callable[[Array, Any], Array], scores: Array, context: Context, options: Any) -> Array:  # noqa: ARG001
    """Apply a step to the column of an edition's units, or to all editions at once if they are pooled."""
    if getattr(options, "fitted_on", "edition") == "edition":
        return step(scores[..., None], options)[..., 0]
    *front, editions, units = scores.shape
    return step(scores.reshape(*front, editions * units, 1), options).reshape(scores.shape)


_SOURCE = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 6"


_step = functools.partial(Rescaling, reference=_SOURCE)

RESCALINGS: tuple[Rescaling, ...] = (
    _step(name="reverse", apply=reverse, options=ReverseOptions, title="the order is reversed", reverses=True),
    _step(
        name="scale", apply=lambda scores, _, options: scores * options.by, options=ScaleOptions, title="times a number"
    ),
    _step(
        name="shift", apply=lambda scores, _, options: scores + options.by, options=ShiftOptions, title="plus a number"
    ),
    _step(name="power", apply=power, options=PowerOptions, title="raised to a power"),
    _step(
        name="reciprocal", apply=lambda scores, *_: reciprocal(scores), title="1 divided by the score", reverses=True
    ),
    _step(
        name="cap",
        apply=lambda scores, _, options: np.clip(scores, options.low, options.high),
        options=CapOptions,
        title="limited to a range",
    ),
    _step(
        name="best-100",
        apply=functools.partial(_of_units, lambda column, options: best_100(column, options.best)),
        options=BestOptions,
        title="the best unit gets 100",
        reference="ShanghaiRanking, methodology",
    ),
    _step(
        name="min-max",
        apply=functools.partial(_of_units, lambda column, options: min_max(column, *options.range)),
        options=MinMaxOptions,
        title="the worst unit low, the best high",
    ),
    _step(
        name="rank",
        apply=functools.partial(_of_units, lambda column, options: rank(column, options.ties)),
        options=RankOptions,
        title="the rank counted from the lowest unit, which gets 1",
    ),
    _step(
        name="percentile-rank",
        apply=functools.partial(_of_units, lambda column, options: percentile_rank(column, options.ties)),
        options=RankOptions,
        title="the share of the other units that are lower",
    ),
    _step(
        name="rank-exponential",
        apply=functools.partial(_of_units, lambda column, options: exponential_ranks(column, options, NOISE)),
        options=ExponentialOptions,
        title="ranks on an exponential scale",
        reference="English Indices of Deprivation 2019, technical report, appendix E",
    ),
    _step(
        name="round",
        apply=lambda scores, _, options: round_to(snap(scores), options.decimals, options.mode),
        options=RoundOptions,
        title="rounded to decimals, as the numbers are written",
    ),
)
