"""Aggregation of members to one score."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Literal

import numpy as np
from attrs import field, frozen

from hubrank.errors import MethodError, library
from hubrank.methods.ranks import below, ranks
from hubrank.methods.toolkit import UNITS, at_least, between, inside, mark, refuse, shift_hint
from hubrank.numeric import Array, Mask, brought_near, first_place, odd_weights, quiet_numpy, without_noise
from hubrank.plugin.methods import Aggregator, Context, Form
from hubrank.plugin.sources import NoOptions


def weighted_sum(scores: Array, weights: Array) -> Array:
    """The sum over the members of scores times weights, without a copy of the scores.

    Args:
        scores: `(..., editions, units, members)`.
        weights: An array that broadcasts against them.

    Returns:
        `(..., editions, units)`.
    """
    if weights.ndim < 2 or weights.shape[-2] != 1:
        return np.asarray(np.einsum("...m,...m->...", scores, weights))
    if weights.ndim == 4 and scores.ndim == 3 and weights.shape[1] == 1:
        product = scores.reshape(-1, scores.shape[-1]) @ weights[:, 0, 0, :].T
        return np.moveaxis(product, -1, 0).reshape(len(weights), *scores.shape[:-1])
    return np.asarray(np.matmul(scores, np.swapaxes(weights, -1, -2))[..., 0])


def settled_sum(scores: Array, weights: Array) -> Array:
    """As `weighted_sum`, but 0 if the terms cancel and only rounding errors remain.

    Args:
        scores: `(..., editions, units, members)`, none missing.
        weights: An array that broadcasts against them, 0 or more.
    """
    result = weighted_sum(scores, weights)
    low = float(scores.min(initial=0.0))
    if not low < 0 or not (high := float(scores.max(initial=0.0))) > 0:
        return result
    most = max(-low, high) * float(weights.sum(axis=-1).max(initial=0.0))
    return without_noise(result, lambda: weighted_sum(np.abs(scores), weights), most)


@frozen(kw_only=True)
class ShiftOptions:
    """Options of `geometric` and `harmonic`.

    Attributes:
        shift: A number added to every score and subtracted from the mean.
        counted_from: If set, the mean is taken of `counted_from` - score and then subtracted from `counted_from`, so
            that it leans towards high scores instead of low ones.
        nonpositive: What happens to a unit with a score of 0 or below, for which the mean is undefined: an error
            (`error`), the limit 0 (`zero`), or no score (`missing`).
    """

    shift: float = field(default=0.0, validator=at_least(0))
    counted_from: float | None = None
    nonpositive: Literal["error", "zero", "missing"] = "error"


@frozen(kw_only=True)
class GeneralisedOptions(ShiftOptions):
    """Options of `generalised-mean`.

    Attributes:
        p: The exponent: 1 for the arithmetic mean, 0 geometric, -1 harmonic, 2 quadratic.
    """

    p: float


@frozen(kw_only=True)
class OwaOptions:
    """Options of `owa`: either `positions` or `orness`.

    Attributes:
        positions: The weight of a unit's best member, of its second best, and so on. Their number may differ from the
            number of members: the members' own weights divide the positions.
        orness: Towards 1 the best members decide, towards 0 the worst; 0.5 gives the arithmetic mean. It is Yager's
            orness of the positions' weights, with as many positions as a unit has members.
    """

    positions: tuple[float, ...] | None = None
    orness: float | None = field(default=None, validator=inside(0, 1))

    def __attrs_post_init__(self) -> None:
        if (self.positions is None) == (self.orness is None):
            raise ValueError("positions: give either positions or orness")
        if self.positions is not None and (min(self.positions, default=-1) < 0 or not sum(self.positions) > 0):
            message = f"must be 0 or more and not all 0; got {list(self.positions)}"
            raise ValueError(f"positions: {message}")
        for place, message in odd_weights({str(at + 1): item for at, item in enumerate(self.positions or ())}):
            raise ValueError(f"positions[{int(place) - 1}]: {message}")


@frozen(kw_only=True)
class MazziottaParetoOptions:
    """Options of `mazziotta-pareto`.

    Attributes:
        penalty: `subtracted` if more of the index is better, `added` if less is.
        divisor: Of the variance over the members: `n`, or `n-1` (for unequal weights 1 less the sum of their squares).
    """

    penalty: Literal["subtracted", "added"] = "subtracted"
    divisor: Literal["n", "n-1"] = "n"


@frozen(kw_only=True)
class MeanMinOptions:
    """Options of `mean-min`.

    Attributes:
        penalty: From 0, the mean, to 1, near the lowest member.
        smoothness: How far the lowest member may be below the mean before the unit gets the full penalty.
    """

    penalty: float = field(default=0.5, validator=between(0, 1))
    smoothness: float = field(default=1.0, validator=at_least(0))


def product(scores: Array, weights: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The product of scores to the power of unnormalised weights; every score must be 0 or more."""
    refuse((scores < 0) & (weights > 0), context, "below 0", "normalise to a range of 0 or more")
    there = np.where((weights > 0) | (scores > 0), np.maximum(scores, 0), 1.0)
    with quiet_numpy():
        logs = np.where(weights > 0, weights * np.log(there), 0.0).sum(axis=-1)
        result = np.asarray(np.exp(logs))
    lost = (result == 0) & (logs > -np.inf)
    if lost.any():
        place = first_place(lost, context.units.codes, context.editions)
        raise MethodError(
            f"the product of {place.units} in edition {place.edition} is smaller than a number can be "
            "(1e-308) and would be 0; use geometric, or normalise to a range such as 0 to 1"
        )
    return result


def median(scores: Array, weights: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The score with half the weight on either side; the midpoint if two share the middle."""
    ordered, below = in_order(scores, weights)
    lower = np.argmax(below >= 0.5 - 1e-9, axis=-1)[..., None]
    upper = np.argmax(below > 0.5 + 1e-9, axis=-1)[..., None]
    middle = np.take_along_axis(ordered, lower, axis=-1) + np.take_along_axis(ordered, upper, axis=-1)
    return np.asarray(middle[..., 0] / 2)


def in_order(scores: Array, weights: Array, *, best_first: bool = False) -> tuple[Array, Array]:
    """Each unit's scores in order, and the share of weight up to each."""
    scores, weights = np.broadcast_arrays(scores, weights)
    order = np.argsort(-scores if best_first else scores, axis=-1, kind="stable")
    return (
        np.take_along_axis(scores, order, axis=-1),
        np.cumsum(np.take_along_axis(weights, order, axis=-1), axis=-1),
    )


def _there(scores: Array, weights: Array, otherwise: float) -> Array:
    if (weights > 0).all():
        return np.broadcast_to(scores, np.broadcast_shapes(scores.shape, weights.shape))
    return np.where(weights > 0, scores, otherwise)


#: Powers up to this of usual scores, unscaled, neither overflow nor vanish.
_LARGEST_POWER = 20
#: Powers below this lose too many digits of their difference from 1, so the difference is computed itself.
_SMALLEST_POWER = 1e-3


def generalised_mean(scores: Array, weights: Array, context: Context, options: ShiftOptions, p: float) -> Array:
    """The weighted power mean: the p-th root of the mean of p-th powers; the geometric mean for p = 0."""
    start, shift = options.counted_from, options.shift
    shifted = (scores if start is None else start - scores) + shift
    if p == 1:
        mean = settled_sum(shifted, weights)
    elif 0 < abs(p) < _SMALLEST_POWER and ((shifted > 0) | (weights == 0)).all():
        mean = _near_geometric(shifted, weights, p)
    elif p > 0:
        beyond = (shifted < 0) & (weights > 0)
        _refuse(beyond, context, options, f"normalise to a range of 0 or more, or {shift_hint(shift)}")
        mean = _power_mean(shifted, weights, p)
    else:
        logs = np.log(np.where(shifted > 0, shifted, 1.0))
        mean = np.exp(weighted_sum(logs, weights)) if p == 0 else _power_mean(shifted, weights, p)
        outside = (shifted <= 0) & (weights > 0)
        if outside.any() and options.nonpositive == "error":
            _refuse(outside, context, options)
        elif outside.any():
            if options.nonpositive == "zero":
                beyond = (shifted < 0) & (weights > 0)
                _refuse(beyond, context, options, "cap it there, or set nonpositive = missing")
            mean = np.where(outside.any(axis=-1), 0.0 if options.nonpositive == "zero" else np.nan, mean)
    return mean - shift if start is None else start - (mean - shift)


def _form(power: float, options: ShiftOptions) -> Form | None:
    """None for powers so large that values could overflow unscaled, or so small that all powers are almost 1."""
    size = abs(power)
    if power == 1 or 0 < size < _SMALLEST_POWER or size > _LARGEST_POWER:
        return Form() if power == 1 else None
    return Form(power=power, shift=options.shift, counted_from=options.counted_from, nonpositive=options.nonpositive)


def _refuse(wrong: Mask, context: Context, options: ShiftOptions, beyond: str = "") -> None:
    """Raise for scores at which the mean is undefined.

    `beyond` is the advice if only scores beyond that bound are rejected.
    """
    start, shift = options.counted_from, options.shift
    if start is None:
        what, number = "below" if beyond else "not above", mark(shift)
        instead = beyond or f"normalise to a range above 0, e.g. range = [1, 100], or {shift_hint(shift)}"
    else:
        what = "above" if beyond else "not below"
        number = f"{start + shift:g} (counted_from = {start:g}{f', shift = {shift:g}' if shift else ''})"
        instead = "raise counted_from, or " + ("cap the scores there" if beyond else "normalise to a range below it")
    refuse(wrong, context, f"{what} {number}", instead)


def _power_mean(positive: Array, weights: Array, p: float) -> Array:
    """Scaled by the largest, so that no power overflows; NaN if no member has a score."""
    safe = positive if (positive > 0).all() else np.where((positive > 0) | (p > 0), np.maximum(positive, 0), 1.0)
    top = safe.max(axis=-1, keepdims=True)
    top = np.where(top > 0, top, 1.0)
    with quiet_numpy():
        mean = weighted_sum((safe / top) ** p, weights) ** (1 / p)
    if p < 0 and not (mean > 0).all():
        bottom = np.where(weights > 0, safe, np.inf).min(axis=-1, keepdims=True)
        with quiet_numpy():
            by_least = weighted_sum(np.maximum(safe / bottom, 1) ** p, weights) ** (1 / p)
        return np.where(mean > 0, mean * top[..., 0], by_least * bottom[..., 0])
    return np.asarray(mean * top[..., 0])


def _near_geometric(positive: Array, weights: Array, p: float) -> Array:
    """The mean of a power so small that all powers are almost 1: averages their differences from 1."""
    logs = np.log(np.where(positive > 0, positive, 1.0))  # 0 for missing members, whatever their score
    middle = weighted_sum(logs, weights)
    with quiet_numpy():
        beyond_1 = weighted_sum(np.expm1(p * (logs - middle[..., None])), weights)
        return np.asarray(np.exp(middle + np.log1p(beyond_1) / p))


def owa(scores: Array, weights: Array, context: Context, options: OwaOptions) -> Array:  # noqa: ARG001
    """Scores in descending order, each weighted by the increase of the quantifier, from 0 to 1, at its position.

    Yager (1988), IEEE Transactions on Systems, Man and Cybernetics 18; Torra (1997), International Journal of
    Intelligent Systems 12, for members of unequal weights.
    """
    ordered, up_to = in_order(scores, weights, best_first=True)
    share = np.clip(up_to, 0, 1)
    if options.orness is not None:
        powers = np.array([_quantifier_power(options.orness, places) for places in range(weights.shape[-1] + 1)])
        worth = share ** powers[(weights > 0).sum(axis=-1)][..., None]
    else:
        positions = np.array(options.positions, dtype=float)
        steps = np.append(0, np.cumsum(positions)) / positions.sum()
        worth = np.interp(share, np.linspace(0, 1, len(steps)), steps)
    return np.asarray((ordered * np.diff(worth, axis=-1, prepend=0)).sum(axis=-1))


@functools.lru_cache(maxsize=1024)
def _quantifier_power(orness: float, places: int) -> float:
    """The power p for which the best k of `places` equal positions have the weight `(k / places) ** p` and an orness.

    Yager's orness is the mean of the weights of the best 1, 2 ... all but one.
    """
    brentq = library("scipy.optimize", "orness").brentq
    if places < 2:
        return 1.0
    logs = np.log(np.arange(1, places) / places)
    return float(np.exp(brentq(lambda log: np.exp(np.exp(log) * logs).mean() - orness, -50, 50, xtol=1e-15)))


def mazziotta_pareto(scores: Array, weights: Array, context: Context, options: MazziottaParetoOptions) -> Array:  # noqa: ARG001
    """The mean, less the variance over the members divided by the mean.

    On z-scores of mean 100 and standard deviation 10 it is the MPI, on scores of `around-reference` the AMPI.
    """
    scores, exponent = brought_near(scores, -1)
    mean = weighted_sum(scores, weights)
    empty = np.broadcast_to(weights.sum(axis=-1) == 0, mean.shape)
    low = (mean <= 0) & ~empty
    if low.any():
        raise MethodError(
            f"{int(low.sum()):,} {'unit' if int(low.sum()) == 1 else 'units'} with a mean of 0 or below; "
            "normalise by z-score with mean = 100, sd = 10, or by around-reference"
        )
    variance = (weights * (scores - mean[..., None]) ** 2).sum(axis=-1)
    if options.divisor == "n-1":
        rest = 1 - (weights**2).sum(axis=-1)
        variance = variance / np.where(rest > 1e-12, rest, 1.0)
    penalty = variance / np.where(empty, 1.0, mean)
    index = mean - penalty if options.penalty == "subtracted" else mean + penalty
    with quiet_numpy():
        return np.asarray(np.ldexp(index, exponent[..., 0]))


def mean_min(scores: Array, weights: Array, context: Context, options: MeanMinOptions) -> Array:  # noqa: ARG001
    """The mean, less a part of its smoothed distance from the lowest member."""
    mean = weighted_sum(scores, weights)
    lowest = _there(scores, weights, np.inf).min(axis=-1)
    distance = mean - np.where(np.isfinite(lowest), lowest, mean)
    with quiet_numpy():
        squares = distance**2 + options.smoothness**2
    root = np.where((squares < 1e-200) | np.isinf(squares), np.hypot(distance, options.smoothness), np.sqrt(squares))
    smooth = root - options.smoothness
    return np.asarray(mean - options.penalty * smooth)


#: The most numbers that one step of the pairwise comparison may hold.
_AT_ONCE = 8_000_000
#: Sums of weights nearer to one half than this are equal.
_EQUAL = 1e-9


def copeland(scores: Array, weights: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The number of units that it beats, less the number that beat it.

    One unit beats another if it is better in members of more than half the weight, equal members counting half. Two
    units are compared in the members that both have; a unit without members is not compared.
    """
    front = np.broadcast_shapes(scores.shape[:-2], weights.shape[:-2])
    units = scores.shape[-2]
    rows = max(1, int(_AT_ONCE / max(1, np.prod(front) * units)))
    result = np.zeros((*front, units))
    for start in range(0, units, rows):
        at = slice(start, start + rows)
        net, common = _compared(scores, weights, at)
        result[..., at] = np.sign(np.where(np.abs(net) <= _EQUAL * common, 0.0, net)).sum(axis=-1)
    return result


def preferences(scores: Array, weights: Array) -> Array:
    """The share of the weight in which the first unit is better than the second, equal members counting half.

    `(..., units, units)`; NaN on the diagonal and for two units without a member in common.
    """
    net, common = _compared(scores, weights, slice(None))
    with np.errstate(invalid="ignore"):
        share = (1 + net / common) / 2
    share[..., range(share.shape[-1]), range(share.shape[-1])] = np.nan
    return np.asarray(share)


def _compared(scores: Array, weights: Array, at: slice) -> tuple[Array, Array]:
    """The weight in favour less the weight against, and the weight of the members that both have, by member."""
    shared = weights.shape[-2] == 1
    net: Array | float = 0.0
    common: Array | float = 0.0
    for member in range(scores.shape[-1]):
        scores_at, other = scores[..., at, None, member], scores[..., None, :, member]
        weight = weights[..., :, None, member]
        if not shared:  # 0 if one of the pair lacks the member
            weight = np.minimum(weights[..., at, None, member], weights[..., None, :, member])
        net = net + np.sign(scores_at - other) * weight
        common = common + weight
    return np.asarray(net), np.asarray(common)


def borda(scores: Array, weights: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The weighted mean of the number of units that are worse in a member, equal ones counting half.

    If members are missing, two units are compared in the members that both have, as by `copeland`: the shares of their
    weight in which a unit is better are summed over all others; the share is 0.5 for units without a member in common.
    """
    there: Mask = np.broadcast_to(weights > 0, np.broadcast_shapes(scores.shape, weights.shape))
    if (~there & there.any(axis=-1, keepdims=True) & there.any(axis=UNITS, keepdims=True)).any():
        return _borda_with_gaps(scores, weights, there)
    worse = ranks(np.where(there, scores, np.nan), "average", axis=UNITS) - 1
    return weighted_sum(np.where(there, worse, 0.0), weights)


def _borda_with_gaps(scores: Array, weights: Array, there: Mask) -> Array:
    """The same over pairs: units with the same members are counted together, for each unit."""
    if there.ndim > 3 and (there == there[:1]).all():  # the same in every draw
        there = there[:1]
    result: Array | float = -0.5  # each equals itself
    for members in np.unique(there.reshape(-1, there.shape[-1]), axis=0):
        among = (there == members).all(axis=-1) & members.any()
        worse = below(scores, np.where(among[..., None], scores, np.nan))
        common = np.where(members, weights, 0.0)
        weight = common.sum(axis=-1)
        half = np.broadcast_to(among.sum(axis=-1, keepdims=True) / 2, weight.shape)
        result = result + np.divide(weighted_sum(worse, common), weight, out=half.copy(), where=weight > 0)
    return np.asarray(result)


#: The highest or lowest of the members with a weight, for the page.
_SCRIPT = """(scores, weights) => {
  let found = START;
  for (let at = 0; at < scores.length; at += 1) if (weights[at] > 0) found = Math.EXTREME(found, scores[at]);
  return found;
}"""


def _formula(function: str, otherwise: str, scores: Sequence[str], weights: Sequence[str], options: NoOptions) -> str:  # noqa: ARG001
    """The same for the workbook: members without weight get a score that never decides."""
    there = (f"IF({weight}>0,{score},{otherwise})" for score, weight in zip(scores, weights, strict=True))
    return f"{function}({','.join(there)})"


_SOURCE = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 6"


_method = functools.partial(Aggregator, options=NoOptions, reference=_SOURCE)

AGGREGATORS: tuple[Aggregator, ...] = (
    _method(
        name="arithmetic",
        apply=lambda scores, weights, *_: settled_sum(scores, weights),
        title="the weighted arithmetic mean",
        form=Form(),
    ),
    _method(
        name="geometric",
        apply=functools.partial(generalised_mean, p=0.0),
        title="the weighted geometric mean",
        options=ShiftOptions,
        may_be_undefined=True,
        form=functools.partial(_form, 0.0),
    ),
    _method(
        name="harmonic",
        apply=functools.partial(generalised_mean, p=-1.0),
        title="the weighted harmonic mean",
        options=ShiftOptions,
        may_be_undefined=True,
        form=functools.partial(_form, -1.0),
    ),
    _method(
        name="generalised-mean",
        apply=lambda scores, weights, context, options: generalised_mean(scores, weights, context, options, options.p),
        title="the weighted power mean",
        reference="Decancq and Lugo, Weights in multidimensional indices of wellbeing (2013)",
        options=GeneralisedOptions,
        may_be_undefined=True,
        form=lambda options: _form(options.p, options),
    ),
    _method(
        name="sum",
        apply=lambda scores, weights, *_: settled_sum(scores, weights),
        title="the sum, times raw weights",
        weights="raw",
        form=Form(),
    ),
    _method(
        name="product",
        apply=product,
        title="the product, to the power of raw weights",
        reference="Bridgman, Dimensional Analysis (1922)",
        weights="raw",
        form=Form(power=0, nonpositive="zero"),
    ),
    _method(
        name="minimum",
        apply=lambda scores, weights, *_: _there(scores, weights, np.inf).min(axis=-1),
        title="the lowest member",
        script=_SCRIPT.replace("EXTREME", "min").replace("START", "Infinity"),
        formula=functools.partial(_formula, "MIN", "1E+300"),
    ),
    _method(
        name="maximum",
        apply=lambda scores, weights, *_: _there(scores, weights, -np.inf).max(axis=-1),
        title="the highest member",
        script=_SCRIPT.replace("EXTREME", "max").replace("START", "-Infinity"),
        formula=functools.partial(_formula, "MAX", "-1E+300"),
    ),
    _method(name="median", apply=median, title="the weighted median of the members"),
    _method(
        name="owa",
        apply=owa,
        title="the ordered weighted average",
        reference="Yager, On ordered weighted averaging aggregation operators (1988); Torra, The weighted OWA (1997)",
        options=OwaOptions,
    ),
    _method(
        name="mazziotta-pareto",
        apply=mazziotta_pareto,
        title="the mean with a penalty for imbalance",
        reference="Mazziotta and Pareto, On a generalized non-compensatory composite index (2016)",
        options=MazziottaParetoOptions,
        monotone=False,
    ),
    _method(
        name="mean-min",
        apply=mean_min,
        title="between the mean and the lowest member",
        reference="Tarabusi and Guarini, An unbalance adjustment method for development indicators (2013)",
        options=MeanMinOptions,
    ),
    _method(
        name="copeland",
        apply=copeland,
        title="the number of units that it beats, minus the number that beat it",
        reference="Munda and Nardo, Noncompensatory/nonlinear composite indicators for ranking countries (2009)",
        weights="raw",
    ),
    _method(
        name="borda",
        apply=borda,
        title="the mean number of units that are worse",
        reference="Borda, Mémoire sur les élections au scrutin (1784)",
    ),
)
