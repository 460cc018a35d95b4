"""Scales measured from one value: the best, a unit's, a target, or the mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from hubrank.basis.errors import MethodError, suggestion
from hubrank.contract.methods import Normalisation
from hubrank.contract.sources import NoOptions
from hubrank.methods import arrays
from hubrank.methods.checks import at_least, rising
from hubrank.methods.normalisation.linear import ends

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.contract.methods import Context
    from hubrank.methods.normalisation.linear import Ends


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
        onto: The range of the scores.
    """

    reference: float | None = None
    onto: tuple[float, ...] = field(default=(70.0, 130.0), validator=rising(2))


@frozen(kw_only=True)
class MeanBandOptions:
    """What a scenario can set of `above-below-mean`.

    Attributes:
        threshold: How far from the mean, as a share of it, a value still counts as average.
    """

    threshold: float = field(default=0.2, validator=at_least(0))


def distance_to_max(values: Array, fitted: Ends, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """1 less the distance to the best in ranges; one half where all units are equal."""
    return arrays.share_of_range(values, *fitted)


def unit_fit(reference: Array, context: Context, options: UnitOptions) -> Ends:
    """The least value, and the unit's; the mean of its editions where they are pooled."""
    codes = context.units.codes
    if options.unit not in codes:
        others = suggestion(options.unit, codes)
        told = f"there is no unit '{options.unit}'{others}"
        raise MethodError(f"unit: {told}")
    own = reference[..., codes.index(options.unit) :: len(codes), :]
    best, low = arrays.mean(own), arrays.lowest(reference)
    _refuse_level(best, low, reference, context, f"unit '{options.unit}'")
    return low, best


def distance_to_unit(values: Array, fitted: Ends, context: Context, options: UnitOptions) -> Array:  # noqa: ARG001
    """The share of the way from the worst unit to the one given."""
    share = arrays.share_of_range(values, *fitted)
    return np.minimum(share, 1) if options.cap else share


def target_fit(reference: Array, context: Context, options: TargetOptions) -> Ends:
    """The least value and the target."""
    low = arrays.lowest(reference)
    target = np.full_like(low, options.target)
    _refuse_level(target, low, reference, context, "the target")
    return low, target


def distance_to_target(values: Array, fitted: Ends, context: Context, options: TargetOptions) -> Array:  # noqa: ARG001
    """The share of the way from the worst unit to the target."""
    share = arrays.share_of_range(values, *fitted)
    return np.minimum(share, 1) if options.cap else share


def around_fit(reference: Array, context: Context, options: AroundOptions) -> Ends:
    """Two goalposts as far apart as the values are, with the reference in the middle."""
    low, high = ends(reference, context, options)
    middle = arrays.mean(reference) if options.reference is None else np.full_like(low, options.reference)
    return middle - (high - low) / 2, middle + (high - low) / 2


def around_reference(values: Array, fitted: Ends, context: Context, options: AroundOptions) -> Array:  # noqa: ARG001
    """Min-max that puts the reference in the middle of the range."""
    bottom, top = options.onto
    return bottom + arrays.share_of_range(values, *fitted) * (top - bottom)


def mean_fit(reference: Array, context: Context, options: MeanBandOptions) -> Array:  # noqa: ARG001
    """The mean."""
    return arrays.mean(reference)


def above_below_mean(values: Array, mean: Array, context: Context, options: MeanBandOptions) -> Array:  # noqa: ARG001
    """1 above the mean, -1 below, 0 near it."""
    margin = np.abs(mean) * options.threshold
    return np.where(np.isnan(values), np.nan, (values > mean + margin) * 1.0 - (values < mean - margin) * 1.0)


def _refuse_level(level: Array, low: Array, reference: Array, context: Context, what: str) -> None:
    """Raise where a level is missing or no better than the worst unit; not where all units are equal."""
    empty = np.isnan(low)
    spread = arrays.highest(reference) > low
    lacking = np.isnan(level) & ~empty
    useless = spread & (level <= low)
    kinds = (
        (lacking, "has no value"),
        (useless, "is no better than the worst unit"),
    )
    for wrong, why in kinds:
        at = np.flatnonzero(wrong.reshape(-1, wrong.shape[-1]).any(axis=0))
        if len(at):
            names = ", ".join(f"'{context.members[each].name}'" for each in at[:5])
            raise MethodError(f"{what} {why} in {names}; choose another, or another method for these")


_SOURCE = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 5"

NORMALISATIONS = (
    Normalisation(
        name="distance-to-max",
        fit=ends,
        apply=distance_to_max,
        needs_spread=True,
        title="1 less the distance to the best unit",
        reference=_SOURCE,
    ),
    Normalisation(
        name="distance-to-unit",
        fit=unit_fit,
        apply=distance_to_unit,
        options=UnitOptions,
        needs_spread=True,
        title="the share of the way to a reference unit",
        reference=_SOURCE,
    ),
    Normalisation(
        name="distance-to-target",
        fit=target_fit,
        apply=distance_to_target,
        options=TargetOptions,
        levels=("target",),
        title="the share of the way to a target",
        reference=_SOURCE,
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
        reference=_SOURCE,
    ),
)
