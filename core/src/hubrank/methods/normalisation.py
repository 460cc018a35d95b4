"""Normalisation to one scale."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from attrs import field, frozen

from hubrank.errors import MethodError, did_you_mean
from hubrank.methods import toolkit
from hubrank.methods.ranks import ranks_among
from hubrank.methods.toolkit import above, at_least, percentile_ranks, rising
from hubrank.numeric import NOISE, Array, Ties, quiet_numpy
from hubrank.plugin.methods import Context, Normalisation
from hubrank.plugin.sources import NoOptions

Ends = tuple[Array, Array]


@frozen(kw_only=True)
class MinMaxOptions:
    """Options of `min-max`.

    Attributes:
        range: The scores of the worst and of the best unit.
        cap: Whether values beyond the reference's range (another edition's) are set to its ends.
    """

    range: tuple[float, ...] = field(default=(0.0, 1.0), validator=rising(2))
    cap: bool = False


@frozen(kw_only=True)
class ZScoreOptions:
    """Options of `z-score`.

    Attributes:
        mean: The new mean.
        sd: The new standard deviation.
        divisor: The divisor of the variance: `n-1` or `n`.
    """

    mean: float = 0.0
    sd: float = field(default=1.0, validator=above(0))
    divisor: Literal["n-1", "n"] = "n-1"


@frozen(kw_only=True)
class GoalpostsOptions:
    """Options of `goalposts`.

    Attributes:
        goalposts: The lower and the upper one, on the indicator's own scale; `"min"` and `"max"` are the extreme
            values.
        cap: Whether values beyond a goalpost are set to it; or only those beyond the `worst` or the `best`.
        range: The scores of the worse and of the better goalpost.
    """

    goalposts: tuple[float | Literal["min", "max"], ...] = field(default=("min", "max"))
    cap: bool | Literal["worst", "best"] = True
    range: tuple[float, ...] = field(default=(0.0, 1.0), validator=rising(2))

    @goalposts.validator
    def _in_order(self, _: Any, value: tuple[float | str, ...]) -> None:
        numbers = [item for item in value if not isinstance(item, str)]
        if len(value) != 2 or value[0] == "max" or value[1] == "min" or numbers != sorted(set(numbers)):
            wanted = 'must be two numbers in ascending order, or "min" in place of the first, "max" of the second'
            raise ValueError(f"goalposts: {wanted}; got {list(value)}")


@frozen(kw_only=True)
class ScaledOptions:
    """Options of `scaled`.

    Attributes:
        goalposts: The values that become 0 and `factor`, on the indicator's own scale.
        factor: The score of the upper one.
    """

    goalposts: tuple[float, ...] = field(validator=rising(2))
    factor: float = field(default=1.0, validator=above(0))


@frozen(kw_only=True)
class LogisticOptions:
    """Options of `logistic`.

    Attributes:
        steepness: Steepness of the curve at its middle, per standard deviation.
    """

    steepness: float = field(default=1.0, validator=above(0))


@frozen(kw_only=True)
class BandOptions:
    """Options of `bands` and `quantile-bands`.

    Attributes:
        cuts: The bounds between bands, going up: on the indicator's own scale (`bands`), or shares of the units,
            between 0 and 1 (`quantile-bands`). A value on a cut is in the better band.
        marks: The scores of the bands, the worst first; one more than the cuts.
    """

    cuts: tuple[float, ...] = field(validator=rising())
    marks: tuple[float, ...] = field(validator=rising())

    @marks.validator
    def _one_more(self, _: Any, value: tuple[float, ...]) -> None:
        if len(value) != len(self.cuts) + 1:
            message = f"must have one more than the cuts, {len(self.cuts) + 1:,}; got {len(value):,}"
            raise ValueError(f"marks: {message}")


@frozen(kw_only=True)
class QuantileBandOptions(BandOptions):
    """Options of `quantile-bands`."""

    def __attrs_post_init__(self) -> None:
        if any(not 0 < cut < 1 for cut in self.cuts):
            message = f"must be shares of the units, above 0 and below 1; got {list(self.cuts)}"
            raise ValueError(f"cuts: {message}")


@frozen(kw_only=True)
class RankOptions:
    """Options of `rank`, `borda` and `percentile-rank`.

    Attributes:
        ties: The rank that equal units share: the least, the mean or the greatest of theirs, or `dense`.
    """

    ties: Ties = "min"


@frozen(kw_only=True)
class UnitOptions:
    """Options of `distance-to-unit`.

    Attributes:
        unit: The code of the unit that gets 1.
        cap: Whether better units get 1 as well.
    """

    unit: str
    cap: bool = False


@frozen(kw_only=True)
class TargetOptions:
    """Options of `distance-to-target`.

    Attributes:
        target: The value that gets 1, on the indicator's own scale.
        cap: Whether units beyond the target get 1 as well.
    """

    target: float
    cap: bool = True


@frozen(kw_only=True)
class AroundOptions:
    """Options of `around-reference`.

    Attributes:
        reference: The value in the middle, on the indicator's own scale; the mean of the units by default.
        range: The scores of the ends.
    """

    reference: float | None = None
    range: tuple[float, ...] = field(default=(70.0, 130.0), validator=rising(2))


@frozen(kw_only=True)
class MeanBandOptions:
    """Options of `above-below-mean`.

    Attributes:
        threshold: The distance from the mean, as a share of it, up to which a value counts as average.
    """

    threshold: float = field(default=0.2, validator=at_least(0))


def ends(reference: Array, context: Context, options: object) -> Ends:  # noqa: ARG001
    """The least and the greatest value."""
    return toolkit.lowest(reference), toolkit.highest(reference)


def mean_and_deviation(reference: Array, context: Context, options: ZScoreOptions) -> Ends:
    """The mean and the standard deviation."""
    deviation = toolkit.deviation(reference, 1 if options.divisor == "n-1" else 0)
    toolkit.refuse_infinite(deviation, context, "the standard deviation")
    return toolkit.mean(reference), deviation


def z_score(values: Array, fitted: Ends, context: Context, options: ZScoreOptions) -> Array:  # noqa: ARG001
    """Standard deviations from the mean; 0 if all units are equal."""
    mean, deviation = fitted
    flat = ~(deviation > toolkit.TINY * np.abs(mean))
    distance = (values - mean) / np.where(flat, 1.0, deviation)
    scored = np.where(flat & ~np.isnan(values), 0.0, distance) if flat.any() else distance
    return scored * options.sd + options.mean


def goalposts_fit(reference: Array, context: Context, options: GoalpostsOptions | ScaledOptions) -> Ends:  # noqa: ARG001
    """The goalposts, or the ends of the values for those not given."""
    low, high = options.goalposts
    return (
        toolkit.lowest(reference) if low == "min" else np.array(low),
        toolkit.highest(reference) if high == "max" else np.array(high),
    )


def _onto(
    values: Array, ends: Ends, scores: tuple[float, ...] = (0.0, 1.0), cap: bool | Literal["worst", "best"] = False
) -> Array:
    """The straight line through two ends with these scores; values beyond a capped end get the score of the end."""
    share = toolkit.share_of_range(values, *ends)
    if cap in (True, "worst"):
        np.maximum(share, 0, out=share)
    if cap in (True, "best"):
        np.minimum(share, 1, out=share)
    low, high = scores
    if high - low != 1:
        share *= high - low
    if low:
        share += low
    return share


def logistic(values: Array, fitted: Ends, context: Context, options: LogisticOptions) -> Array:
    """The logistic curve of the z-score: 0.5 at the mean."""
    scores = z_score(values, fitted, context, ZScoreOptions(sd=options.steepness))
    return np.asarray(0.5 * (1 + np.tanh(scores / 2)))


def bands(values: Array, fitted: None, context: Context, options: BandOptions) -> Array:  # noqa: ARG001
    """The score of the band of a value."""
    turned = context.directions < 0
    result = _marked(values, [np.array(cut) for cut in options.cuts], options.marks)
    if not turned.any():
        return result
    cuts = [np.array(-cut) for cut in reversed(options.cuts)]
    return np.where(turned, _marked(-values, cuts, options.marks), result)


def _marked(values: Array, cuts: list[Array], marks: tuple[float, ...]) -> Array:
    band = sum((values >= cut for cut in cuts), np.zeros(values.shape, dtype=int))
    return np.where(np.isnan(values), np.nan, np.array(marks)[band])


def sum_fit(reference: Array, context: Context, options: NoOptions) -> Ends:  # noqa: ARG001
    """The sum of the values, and of their reciprocals."""
    _refuse_signs(reference, context)
    turned = np.where(context.directions < 0, reference, 1.0)
    with quiet_numpy():
        plain, reciprocals = toolkit.total(reference), toolkit.total(1 / turned)
    toolkit.refuse_infinite(np.where(context.directions > 0, plain, 0.0), context, "the sum")
    toolkit.refuse_infinite(reciprocals, context, "the sum of reciprocals")
    return plain, reciprocals


def sum_apply(values: Array, fitted: Ends, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The share of the sum; of the sum of reciprocals if less is better."""
    return _by_direction(values, context, _share(values, fitted[0]), lambda x: 1 / x / fitted[1])


def vector_fit(reference: Array, context: Context, options: NoOptions) -> Ends:  # noqa: ARG001
    """The square root of the sum of squares."""
    norm = toolkit.norm(reference)
    toolkit.refuse_infinite(norm, context, "the root of the sum of squares")
    return norm, norm


def largest_fit(reference: Array, context: Context, options: NoOptions) -> Ends:
    """The greatest and the least value."""
    _refuse_signs(reference, context)
    low, high = ends(reference, context, options)
    return high, low


def share_apply(values: Array, fitted: Ends, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The share of the fitted value; 1 less it if less is better."""
    share = _share(values, fitted[0])
    return _by_direction(values, context, share, lambda _: 1 - share)


def linear_apply(values: Array, fitted: Ends, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The share of the greatest value; the least divided by the value if less is better."""
    return _by_direction(values, context, _share(values, fitted[0]), lambda x: fitted[1] / x)


def logarithmic_fit(reference: Array, context: Context, options: NoOptions) -> Ends:  # noqa: ARG001
    """The sum of the logarithms, and their number."""
    _refuse_small(reference, context)
    return toolkit.total(np.log(reference)), toolkit.count(reference)


def logarithmic_apply(values: Array, fitted: Ends, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The share of the sum of logarithms; the average share of the others if less is better."""
    _refuse_small(values, context)
    share = _share(np.log(values), fitted[0])
    return _by_direction(values, context, share, lambda _: (1 - share) / np.maximum(fitted[1] - 1, 1))


def _by_direction(values: Array, context: Context, more: Array, less: Callable[[Array], Array]) -> Array:
    """One for members of which more is better, the other for those of which less is."""
    turned = context.directions < 0
    return np.where(turned, less(np.where(turned, values, 1.0)), more) if turned.any() else more


def _share(values: Array, whole: Array) -> Array:
    """Values divided by their total; if that is 0, all values are 0 and stay so."""
    return values / np.where(whole == 0, 1.0, whole)


def _refuse_signs(reference: Array, context: Context) -> None:
    turned = context.directions < 0
    instead = "min-max and z-score accept any value"
    toolkit.refuse(~turned & (reference < 0), context, "below 0, so it has no share", instead)
    toolkit.refuse(turned & (reference <= 0), context, "not above 0, though less is better", instead)


def _refuse_small(values: Array, context: Context) -> None:
    what = "not above 1, so its logarithm would reverse the order"
    toolkit.refuse(values <= 1, context, what, "scale the values first")


def unit_fit(reference: Array, context: Context, options: UnitOptions) -> Ends:
    """The least value, and the unit's; the mean of its editions if they are pooled."""
    codes = context.units.codes
    if options.unit not in codes:
        raise MethodError(f"unit: there is no unit '{options.unit}'{did_you_mean(options.unit, codes)}")
    unit_values = reference[..., codes.index(options.unit) :: len(codes), :]
    best, low = toolkit.mean(unit_values), toolkit.lowest(reference)
    _refuse_level(best, low, reference, context, f"unit '{options.unit}'")
    return low, best


def target_fit(reference: Array, context: Context, options: TargetOptions) -> Ends:
    """The least value and the target."""
    low = toolkit.lowest(reference)
    target = np.full_like(low, options.target)
    _refuse_level(target, low, reference, context, "the target")
    return low, target


def around_fit(reference: Array, context: Context, options: AroundOptions) -> Ends:
    """Two goalposts as far apart as the values are, with the reference in the middle."""
    low, high = ends(reference, context, options)
    middle = toolkit.mean(reference) if options.reference is None else np.full_like(low, options.reference)
    return middle - (high - low) / 2, middle + (high - low) / 2


def mean_and_noise(reference: Array, *_: object) -> Ends:
    """The mean, and the rounding error of values equal to it."""
    return toolkit.mean(reference), NOISE * toolkit.highest(np.abs(reference))


def above_below_mean(values: Array, fitted: Ends, context: Context, options: MeanBandOptions) -> Array:  # noqa: ARG001
    """1 above the mean, -1 below, 0 near it."""
    mean, noise = fitted
    margin = np.abs(mean) * options.threshold + noise
    return np.where(np.isnan(values), np.nan, (values > mean + margin) * 1.0 - (values < mean - margin) * 1.0)


def _refuse_level(level: Array, low: Array, reference: Array, context: Context, what: str) -> None:
    """Raise if a level is missing or no better than the worst unit, unless all units are equal."""
    lacking = np.isnan(level) & ~np.isnan(low)
    useless = (toolkit.highest(reference) > low) & (level <= low)
    for wrong, why in ((lacking, "has no value"), (useless, "is no better than the worst unit")):
        at = np.flatnonzero(wrong.reshape(-1, wrong.shape[-1]).any(axis=0))
        if len(at):
            names = ", ".join(f"'{context.members[item].name}'" for item in at[:5])
            raise MethodError(f"{what} {why} in {names}; choose another, or another method for these")


_SOURCE = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 5"
_VAFAEI = "Vafaei, Ribeiro and Camarinha-Matos, Data normalisation techniques in decision making (2018)"


_method = functools.partial(Normalisation, options=NoOptions, reference=_SOURCE)


def _itself(reference: Array, *_: object) -> Array:
    return reference


NORMALISATIONS: tuple[Normalisation, ...] = (
    _method(name="none", fit=lambda *_: None, apply=_itself, title="values unchanged"),
    _method(
        name="min-max",
        fit=ends,
        apply=lambda values, ends, _, options: _onto(values, ends, options.range, options.cap),
        title="the worst unit low, the best high",
        options=MinMaxOptions,
        needs_spread=True,
    ),
    _method(
        name="z-score",
        fit=mean_and_deviation,
        apply=z_score,
        title="standard deviations from the mean",
        options=ZScoreOptions,
        needs_spread=True,
    ),
    _method(
        name="goalposts",
        fit=goalposts_fit,
        apply=lambda values, ends, _, options: _onto(values, ends, options.range, options.cap),
        title="the share of the way between two goalposts",
        options=GoalpostsOptions,
        reference="UNDP, Human Development Report, technical notes",
        levels=("goalposts",),
    ),
    _method(
        name="scaled",
        fit=goalposts_fit,
        apply=lambda values, ends, _, options: _onto(values, ends, (0.0, options.factor)),
        title="the straight line through two given points",
        options=ScaledOptions,
        levels=("goalposts",),
    ),
    _method(
        name="rank",
        fit=_itself,
        apply=lambda values, reference, _, options: ranks_among(values, reference, options.ties),
        title="the rank counted from the worst unit, which gets 1",
        options=RankOptions,
    ),
    _method(
        name="borda",
        fit=_itself,
        apply=lambda values, reference, _, options: ranks_among(values, reference, options.ties) - 1,
        title="how many units are worse",
        options=RankOptions,
        reference="Borda, Mémoire sur les élections au scrutin (1784)",
    ),
    _method(
        name="percentile-rank",
        fit=_itself,
        apply=lambda values, reference, _, options: percentile_ranks(values, reference, options.ties),
        title="the share of the other units that are worse",
        options=RankOptions,
    ),
    _method(
        name="distance-to-max",
        fit=ends,
        apply=lambda values, ends, *_: _onto(values, ends),
        title="1 minus the distance to the best unit",
        needs_spread=True,
    ),
    _method(
        name="distance-to-unit",
        fit=unit_fit,
        apply=lambda values, ends, _, options: _onto(values, ends, cap="best" if options.cap else False),
        title="the share of the way to a reference unit",
        options=UnitOptions,
        needs_spread=True,
    ),
    _method(
        name="distance-to-target",
        fit=target_fit,
        apply=lambda values, ends, _, options: _onto(values, ends, cap="best" if options.cap else False),
        title="the share of the way to a target",
        options=TargetOptions,
        levels=("target",),
    ),
    _method(
        name="around-reference",
        fit=around_fit,
        apply=lambda values, ends, _, options: _onto(values, ends, options.range),
        title="min-max with a reference in the middle",
        options=AroundOptions,
        reference="Mazziotta and Pareto, On a generalized non-compensatory composite index (2016)",
        levels=("reference",),
        needs_spread=True,
    ),
    _method(
        name="above-below-mean",
        fit=mean_and_noise,
        apply=above_below_mean,
        title="1 above the mean, -1 below, 0 near it",
        options=MeanBandOptions,
    ),
    _method(name="sum", fit=sum_fit, apply=sum_apply, title="the share of the sum", reference=_VAFAEI, oriented=False),
    _method(
        name="vector",
        fit=vector_fit,
        apply=share_apply,
        title="divided by the root of the sum of squares",
        reference=_VAFAEI,
        oriented=False,
    ),
    _method(
        name="max",
        fit=largest_fit,
        apply=share_apply,
        title="the share of the greatest value; 1 minus it if lower is better",
        reference=_VAFAEI,
        oriented=False,
    ),
    _method(
        name="linear",
        fit=largest_fit,
        apply=linear_apply,
        title="the share of the greatest value; the least divided by the value if lower is better",
        reference=_VAFAEI,
        oriented=False,
    ),
    _method(
        name="logarithmic",
        fit=logarithmic_fit,
        apply=logarithmic_apply,
        title="the share of the sum of logarithms",
        reference=_VAFAEI,
        oriented=False,
    ),
    _method(
        name="logistic",
        fit=lambda reference, context, _: mean_and_deviation(reference, context, ZScoreOptions()),
        apply=logistic,
        title="the logistic curve of the z-score",
        options=LogisticOptions,
        reference="none; the logistic function of the z-score",
        needs_spread=True,
    ),
    _method(
        name="bands",
        fit=lambda *_: None,
        apply=bands,
        title="scores of bands between cut points",
        options=BandOptions,
        oriented=False,
    ),
    _method(
        name="quantile-bands",
        fit=lambda reference, _, options: toolkit.quantiles(reference, *options.cuts),
        apply=lambda values, cuts, _, options: _marked(values, cuts, options.marks),
        title="scores of bands with given shares of the units",
        options=QuantileBandOptions,
    ),
)
