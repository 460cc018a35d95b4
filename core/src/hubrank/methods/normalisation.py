"""To one scale."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import field, frozen

from hubrank.errors import MethodError, did_you_mean
from hubrank.methods import toolkit
from hubrank.methods.ranks import Ties, ranks_among
from hubrank.methods.toolkit import above, at_least, percentile_ranks, rising
from hubrank.numeric import quiet_numpy
from hubrank.plugin.methods import Normalisation
from hubrank.plugin.sources import NoOptions

if TYPE_CHECKING:
    from hubrank.numeric import Array
    from hubrank.plugin.methods import Context

    Ends = tuple[Array, Array]


@frozen(kw_only=True)
class MinMaxOptions:
    """What a scenario can set of `min-max`.

    Attributes:
        range: The scores of the worst and of the best unit.
        cap: Whether values beyond the reference's range (another edition's) are set to its ends.
    """

    range: tuple[float, ...] = field(default=(0.0, 1.0), validator=rising(2))
    cap: bool = False


@frozen(kw_only=True)
class ZScoreOptions:
    """What a scenario can set of `z-score`.

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
    """What a scenario can set of `goalposts`.

    Attributes:
        goalposts: The lower and the upper goalpost, on the indicator's own scale; `"min"` and `"max"` are the least
            and the greatest value.
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
    """What a scenario can set of `scaled`.

    Attributes:
        goalposts: The values that become 0 and `factor`, on the indicator's own scale.
        factor: The score of the upper one.
    """

    goalposts: tuple[float, ...] = field(validator=rising(2))
    factor: float = field(default=1.0, validator=above(0))


def none_fit(reference: Array, context: Context, options: NoOptions) -> None:
    """Nothing is learnt."""


def none_apply(values: Array, fitted: None, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """Values as they are, turned where less is better."""
    return values


def ends(reference: Array, context: Context, options: object) -> Ends:  # noqa: ARG001
    """The least and the greatest value."""
    return toolkit.lowest(reference), toolkit.highest(reference)


def min_max(values: Array, fitted: Ends, context: Context, options: MinMaxOptions) -> Array:  # noqa: ARG001
    """The worst unit low, the best high; the middle of the range where all units are equal."""
    share = toolkit.share_of_range(values, *fitted)
    return _onto(np.clip(share, 0, 1, out=share) if options.cap else share, *options.range)


def mean_and_deviation(reference: Array, context: Context, options: ZScoreOptions) -> Ends:
    """The mean and the standard deviation."""
    deviation = toolkit.deviation(reference, 1 if options.divisor == "n-1" else 0)
    toolkit.refuse_infinite(deviation, context, "the standard deviation")
    return toolkit.mean(reference), deviation


def z_score(values: Array, fitted: Ends, context: Context, options: ZScoreOptions) -> Array:  # noqa: ARG001
    """Standard deviations from the mean; 0 where all units are equal."""
    mean, deviation = fitted
    flat = ~(deviation > toolkit.TINY * np.abs(mean))
    distance = (values - mean) / np.where(flat, 1.0, deviation)
    scored = np.where(flat & ~np.isnan(values), 0.0, distance) if flat.any() else distance
    return scored * options.sd + options.mean


def goalposts_fit(reference: Array, context: Context, options: GoalpostsOptions) -> Ends:  # noqa: ARG001
    """The goalposts, or the ends of the values where one is not given."""
    low, high = options.goalposts
    return (
        toolkit.lowest(reference) if low == "min" else np.array(low),
        toolkit.highest(reference) if high == "max" else np.array(high),
    )


def goalposts(values: Array, fitted: Ends, context: Context, options: GoalpostsOptions) -> Array:  # noqa: ARG001
    """The share of the way from the worse goalpost to the better."""
    share = toolkit.share_of_range(values, *fitted)
    if options.cap in (True, "worst"):
        np.maximum(share, 0, out=share)
    if options.cap in (True, "best"):
        np.minimum(share, 1, out=share)
    return _onto(share, *options.range)


def scaled_fit(reference: Array, context: Context, options: ScaledOptions) -> Ends:  # noqa: ARG001
    """The two values that are given."""
    low, high = options.goalposts
    return np.array(low), np.array(high)


def scaled(values: Array, fitted: Ends, context: Context, options: ScaledOptions) -> Array:  # noqa: ARG001
    """The straight line through two given points, whatever the values are."""
    return toolkit.share_of_range(values, *fitted) * options.factor


def _onto(share: Array, low: float, high: float) -> Array:
    """From 0..1 to low..high, in place."""
    if high - low != 1:
        share *= high - low
    if low:
        share += low
    return share


_LINEAR_SOURCE = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 5"

_LINEAR = (
    Normalisation(name="none", fit=none_fit, apply=none_apply, title="values unchanged", reference=_LINEAR_SOURCE),
    Normalisation(
        name="min-max",
        fit=ends,
        apply=min_max,
        options=MinMaxOptions,
        needs_spread=True,
        title="the worst unit low, the best high",
        reference=_LINEAR_SOURCE,
    ),
    Normalisation(
        name="z-score",
        fit=mean_and_deviation,
        apply=z_score,
        options=ZScoreOptions,
        needs_spread=True,
        title="standard deviations from the mean",
        reference=_LINEAR_SOURCE,
    ),
    Normalisation(
        name="goalposts",
        fit=goalposts_fit,
        apply=goalposts,
        options=GoalpostsOptions,
        levels=("goalposts",),
        title="the share of the way between two goalposts",
        reference="UNDP, Human Development Report, technical notes",
    ),
    Normalisation(
        name="scaled",
        fit=scaled_fit,
        apply=scaled,
        options=ScaledOptions,
        levels=("goalposts",),
        title="the straight line through two given points",
        reference=_LINEAR_SOURCE,
    ),
)


@frozen(kw_only=True)
class LogisticOptions:
    """What a scenario can set of `logistic`.

    Attributes:
        steepness: Steepness of the curve at its middle, per standard deviation.
    """

    steepness: float = field(default=1.0, validator=above(0))


@frozen(kw_only=True)
class BandOptions:
    """What a scenario can set of `bands` and `quantile-bands`.

    Attributes:
        cuts: Where a band ends and the next begins, going up: on the indicator's own scale (`bands`), or shares
            of the units, between 0 and 1 (`quantile-bands`). A value on a cut is in the better band.
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
    """What a scenario can set of `quantile-bands`."""

    def __attrs_post_init__(self) -> None:
        if any(not 0 < cut < 1 for cut in self.cuts):
            message = f"must be shares of the units, above 0 and below 1; got {list(self.cuts)}"
            raise ValueError(f"cuts: {message}")


def logistic_fit(reference: Array, context: Context, options: LogisticOptions) -> Ends:  # noqa: ARG001
    """The mean and the standard deviation."""
    return mean_and_deviation(reference, context, ZScoreOptions())


def logistic(values: Array, fitted: Ends, context: Context, options: LogisticOptions) -> Array:
    """The logistic curve of the z-score: one half at the mean."""
    scores = z_score(values, fitted, context, ZScoreOptions(sd=options.steepness))
    return np.asarray(0.5 * (1 + np.tanh(scores / 2)))


def bands_fit(reference: Array, context: Context, options: BandOptions) -> None:
    """Nothing is learnt."""


def bands(values: Array, fitted: None, context: Context, options: BandOptions) -> Array:  # noqa: ARG001
    """The mark of the band that a value lies in."""
    turned = context.directions < 0
    result = _marked(values, [np.array(cut) for cut in options.cuts], options.marks)
    if not turned.any():
        return result
    cuts = [np.array(-cut) for cut in reversed(options.cuts)]
    return np.where(turned, _marked(-values, cuts, options.marks), result)


def quantile_bands_fit(reference: Array, context: Context, options: QuantileBandOptions) -> list[Array]:  # noqa: ARG001
    """The quantiles that are the cuts."""
    return [toolkit.quantile(reference, share) for share in options.cuts]


def quantile_bands(values: Array, cuts: list[Array], context: Context, options: QuantileBandOptions) -> Array:  # noqa: ARG001
    """The mark of the band that a value lies in."""
    return _marked(values, cuts, options.marks)


def _marked(values: Array, cuts: list[Array], marks: tuple[float, ...]) -> Array:
    band = sum((values >= cut for cut in cuts), np.zeros(values.shape, dtype=int))
    return np.where(np.isnan(values), np.nan, np.array(marks)[band])


_SOURCE = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 5"

_CURVES = (
    Normalisation(
        name="logistic",
        fit=logistic_fit,
        apply=logistic,
        options=LogisticOptions,
        needs_spread=True,
        title="the logistic curve of the z-score",
        reference="Bilbao-Ubillos, The limits of the Human Development Index (2013)",
    ),
    Normalisation(
        name="bands",
        fit=bands_fit,
        apply=bands,
        options=BandOptions,
        oriented=False,
        title="scores of bands between cut points",
        reference=_SOURCE,
    ),
    Normalisation(
        name="quantile-bands",
        fit=quantile_bands_fit,
        apply=quantile_bands,
        options=QuantileBandOptions,
        title="scores of bands with given shares of the units",
        reference=_SOURCE,
    ),
)


@frozen(eq=False)
class Divisors:
    """What values are divided by.

    Attributes:
        more: Where more is better.
        less: Where less is better.
        count: How many units there are.
    """

    more: Array
    less: Array
    count: Array


def sum_fit(reference: Array, context: Context, options: NoOptions) -> Divisors:  # noqa: ARG001
    """The sum of the values, and of their reciprocals."""
    _refuse_signs(reference, context)
    turned = np.where(context.directions < 0, reference, 1.0)
    with quiet_numpy():
        result = Divisors(toolkit.total(reference), toolkit.total(1 / turned), toolkit.count(reference))
    toolkit.refuse_infinite(np.where(context.directions > 0, result.more, 0.0), context, "the sum")
    toolkit.refuse_infinite(result.less, context, "the sum of reciprocals")
    return result


def sum_apply(values: Array, fitted: Divisors, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The share of the sum; of the sum of reciprocals where less is better."""
    return _by_direction(values, context, values / _safe(fitted.more), lambda x: 1 / x / fitted.less)


def vector_fit(reference: Array, context: Context, options: NoOptions) -> Divisors:  # noqa: ARG001
    """The square root of the sum of squares."""
    norm = toolkit.norm(reference)
    toolkit.refuse_infinite(norm, context, "the root of the sum of squares")
    return Divisors(norm, norm, toolkit.count(reference))


def vector_apply(values: Array, fitted: Divisors, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The share of the norm; 1 less it where less is better."""
    share = values / _safe(fitted.more)
    return _by_direction(values, context, share, lambda _: 1 - share)


def largest_fit(reference: Array, context: Context, options: NoOptions) -> Divisors:  # noqa: ARG001
    """The greatest and the least value."""
    _refuse_signs(reference, context)
    return Divisors(toolkit.highest(reference), toolkit.lowest(reference), toolkit.count(reference))


def max_apply(values: Array, fitted: Divisors, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The share of the greatest value; 1 less it where less is better."""
    share = values / _safe(fitted.more)
    return _by_direction(values, context, share, lambda _: 1 - share)


def linear_apply(values: Array, fitted: Divisors, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The share of the greatest value; the least divided by the value where less is better."""
    return _by_direction(values, context, values / _safe(fitted.more), lambda x: fitted.less / x)


def logarithmic_fit(reference: Array, context: Context, options: NoOptions) -> Divisors:  # noqa: ARG001
    """The sum of the logarithms."""
    _refuse_small(reference, context)
    logs = toolkit.total(np.log(reference))
    return Divisors(logs, logs, toolkit.count(reference))


def logarithmic_apply(values: Array, fitted: Divisors, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """The share of the sum of logarithms; what the others have of it, on average, where less is better."""
    _refuse_small(values, context)
    share = np.log(values) / _safe(fitted.more)
    return _by_direction(values, context, share, lambda _: (1 - share) / np.maximum(fitted.count - 1, 1))


def _by_direction(values: Array, context: Context, more: Array, less: Callable[[Array], Array]) -> Array:
    """One for members of which more is better, the other where less is."""
    turned = context.directions < 0
    if not turned.any():
        return more
    return np.where(turned, less(np.where(turned, values, 1.0)), more)


def _safe(divisor: Array) -> Array:
    """1 where there is nothing to divide: all values are 0 and stay so."""
    return np.where(divisor == 0, 1.0, divisor)


def _refuse_signs(reference: Array, context: Context) -> None:
    turned = context.directions < 0
    instead = "min-max and z-score accept any value"
    toolkit.refuse(~turned & (reference < 0), context, "below 0, so it has no share", instead)
    toolkit.refuse(turned & (reference <= 0), context, "not above 0, though less is better", instead)


def _refuse_small(values: Array, context: Context) -> None:
    toolkit.refuse(
        values <= 1,
        context,
        "not above 1, so its logarithm would reverse the order",
        "scale the values first",
    )


_PROPORTION_SOURCE = "Vafaei, Ribeiro and Camarinha-Matos, Data normalisation techniques in decision making (2018)"

_PROPORTION = (
    Normalisation(
        name="sum",
        fit=sum_fit,
        apply=sum_apply,
        oriented=False,
        title="the share of the sum",
        reference=_PROPORTION_SOURCE,
    ),
    Normalisation(
        name="vector",
        fit=vector_fit,
        apply=vector_apply,
        oriented=False,
        title="divided by the root of the sum of squares",
        reference=_PROPORTION_SOURCE,
    ),
    Normalisation(
        name="max",
        fit=largest_fit,
        apply=max_apply,
        oriented=False,
        title="the share of the greatest value; 1 less it where less is better",
        reference=_PROPORTION_SOURCE,
    ),
    Normalisation(
        name="linear",
        fit=largest_fit,
        apply=linear_apply,
        oriented=False,
        title="the share of the greatest value; the least by the value where less is better",
        reference=_PROPORTION_SOURCE,
    ),
    Normalisation(
        name="logarithmic",
        fit=logarithmic_fit,
        apply=logarithmic_apply,
        oriented=False,
        title="the share of the sum of logarithms",
        reference=_PROPORTION_SOURCE,
    ),
)


@frozen(kw_only=True)
class RankOptions:
    """What a scenario can set of `rank`, `borda` and `percentile-rank`.

    Attributes:
        ties: The rank that equal units share: the least, the mean or the greatest of theirs, or `dense`.
    """

    ties: Ties = "min"


def reference_itself(reference: Array, context: Context, options: RankOptions) -> Array:  # noqa: ARG001
    """The values that places are counted among."""
    return reference


def rank(values: Array, reference: Array, context: Context, options: RankOptions) -> Array:  # noqa: ARG001
    """The place from the worst, which is 1."""
    return ranks_among(values, reference, options.ties)


def borda(values: Array, reference: Array, context: Context, options: RankOptions) -> Array:  # noqa: ARG001
    """How many units are worse."""
    return ranks_among(values, reference, options.ties) - 1


def percentile_rank(values: Array, reference: Array, context: Context, options: RankOptions) -> Array:  # noqa: ARG001
    """The share of the other units that are worse; one half where all units are equal."""
    return percentile_ranks(values, reference, options.ties)


_RANKING_SOURCE = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 5"

_RANKING = (
    Normalisation(
        name="rank",
        fit=reference_itself,
        apply=rank,
        options=RankOptions,
        title="the rank counted from the worst unit, which gets 1",
        reference=_RANKING_SOURCE,
    ),
    Normalisation(
        name="borda",
        fit=reference_itself,
        apply=borda,
        options=RankOptions,
        title="how many units are worse",
        reference="Borda, Mémoire sur les élections au scrutin (1784)",
    ),
    Normalisation(
        name="percentile-rank",
        fit=reference_itself,
        apply=percentile_rank,
        options=RankOptions,
        title="the share of the other units that are worse",
        reference=_RANKING_SOURCE,
    ),
)


@frozen(kw_only=True)
class UnitOptions:
    """What a scenario can set of `distance-to-unit`.

    Attributes:
        unit: The code of the unit that gets 1.
        cap: Whether better units get 1 as well.
    """

    unit: str
    cap: bool = False


@frozen(kw_only=True)
class TargetOptions:
    """What a scenario can set of `distance-to-target`.

    Attributes:
        target: The value that gets 1, on the indicator's own scale.
        cap: Whether units beyond the target get 1 as well.
    """

    target: float
    cap: bool = True


@frozen(kw_only=True)
class AroundOptions:
    """What a scenario can set of `around-reference`.

    Attributes:
        reference: The value in the middle, on the indicator's own scale; the mean of the units by default.
        range: The scores of the ends.
    """

    reference: float | None = None
    range: tuple[float, ...] = field(default=(70.0, 130.0), validator=rising(2))


@frozen(kw_only=True)
class MeanBandOptions:
    """What a scenario can set of `above-below-mean`.

    Attributes:
        threshold: How far from the mean, as a share of it, a value still counts as average.
    """

    threshold: float = field(default=0.2, validator=at_least(0))


def distance_to_max(values: Array, fitted: Ends, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """1 less the distance to the best in ranges; one half where all units are equal."""
    return toolkit.share_of_range(values, *fitted)


def unit_fit(reference: Array, context: Context, options: UnitOptions) -> Ends:
    """The least value, and the unit's; the mean of its editions where they are pooled."""
    codes = context.units.codes
    if options.unit not in codes:
        others = did_you_mean(options.unit, codes)
        message = f"there is no unit '{options.unit}'{others}"
        raise MethodError(f"unit: {message}")
    own = reference[..., codes.index(options.unit) :: len(codes), :]
    best, low = toolkit.mean(own), toolkit.lowest(reference)
    _refuse_level(best, low, reference, context, f"unit '{options.unit}'")
    return low, best


def distance_to_unit(values: Array, fitted: Ends, context: Context, options: UnitOptions) -> Array:  # noqa: ARG001
    """The share of the way from the worst unit to the one given."""
    share = toolkit.share_of_range(values, *fitted)
    return np.minimum(share, 1) if options.cap else share


def target_fit(reference: Array, context: Context, options: TargetOptions) -> Ends:
    """The least value and the target."""
    low = toolkit.lowest(reference)
    target = np.full_like(low, options.target)
    _refuse_level(target, low, reference, context, "the target")
    return low, target


def distance_to_target(values: Array, fitted: Ends, context: Context, options: TargetOptions) -> Array:  # noqa: ARG001
    """The share of the way from the worst unit to the target."""
    share = toolkit.share_of_range(values, *fitted)
    return np.minimum(share, 1) if options.cap else share


def around_fit(reference: Array, context: Context, options: AroundOptions) -> Ends:
    """Two goalposts as far apart as the values are, with the reference in the middle."""
    low, high = ends(reference, context, options)
    middle = toolkit.mean(reference) if options.reference is None else np.full_like(low, options.reference)
    return middle - (high - low) / 2, middle + (high - low) / 2


def around_reference(values: Array, fitted: Ends, context: Context, options: AroundOptions) -> Array:  # noqa: ARG001
    """Min-max that puts the reference in the middle of the range."""
    bottom, top = options.range
    return bottom + toolkit.share_of_range(values, *fitted) * (top - bottom)


def mean_fit(reference: Array, context: Context, options: MeanBandOptions) -> Array:  # noqa: ARG001
    """The mean."""
    return toolkit.mean(reference)


def above_below_mean(values: Array, mean: Array, context: Context, options: MeanBandOptions) -> Array:  # noqa: ARG001
    """1 above the mean, -1 below, 0 near it."""
    margin = np.abs(mean) * options.threshold
    return np.where(np.isnan(values), np.nan, (values > mean + margin) * 1.0 - (values < mean - margin) * 1.0)


def _refuse_level(level: Array, low: Array, reference: Array, context: Context, what: str) -> None:
    """Raise where a level is missing or no better than the worst unit; not where all units are equal."""
    empty = np.isnan(low)
    spread = toolkit.highest(reference) > low
    lacking = np.isnan(level) & ~empty
    useless = spread & (level <= low)
    kinds = (
        (lacking, "has no value"),
        (useless, "is no better than the worst unit"),
    )
    for wrong, why in kinds:
        at = np.flatnonzero(wrong.reshape(-1, wrong.shape[-1]).any(axis=0))
        if len(at):
            names = ", ".join(f"'{context.members[item].name}'" for item in at[:5])
            raise MethodError(f"{what} {why} in {names}; choose another, or another method for these")


_REFERENCE_SOURCE = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 5"

_REFERENCE = (
    Normalisation(
        name="distance-to-max",
        fit=ends,
        apply=distance_to_max,
        needs_spread=True,
        title="1 less the distance to the best unit",
        reference=_REFERENCE_SOURCE,
    ),
    Normalisation(
        name="distance-to-unit",
        fit=unit_fit,
        apply=distance_to_unit,
        options=UnitOptions,
        needs_spread=True,
        title="the share of the way to a reference unit",
        reference=_REFERENCE_SOURCE,
    ),
    Normalisation(
        name="distance-to-target",
        fit=target_fit,
        apply=distance_to_target,
        options=TargetOptions,
        levels=("target",),
        title="the share of the way to a target",
        reference=_REFERENCE_SOURCE,
    ),
    Normalisation(
        name="around-reference",
        fit=around_fit,
        apply=around_reference,
        options=AroundOptions,
        levels=("reference",),
        needs_spread=True,
        title="min-max with a reference in the middle",
        reference="Mazziotta and Pareto, On a generalized non-compensatory composite index (2016)",
    ),
    Normalisation(
        name="above-below-mean",
        fit=mean_fit,
        apply=above_below_mean,
        options=MeanBandOptions,
        title="1 above the mean, -1 below, 0 near it",
        reference=_REFERENCE_SOURCE,
    ),
)


NORMALISATIONS: tuple[Normalisation, ...] = (
    *_LINEAR,
    *_RANKING,
    *_REFERENCE,
    *_PROPORTION,
    *_CURVES,
)
