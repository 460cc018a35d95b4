"""The built-in indicator `growth`: how fast another one changes from edition to edition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import field, frozen

from hubrank.basis.errors import MethodError
from hubrank.methods.checks import above
from hubrank.methods.imputation.editions import InterpolateOptions, interpolate

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.contract.methods import Context

    Places = np.ndarray[Any, np.dtype[np.intp]]


@frozen(kw_only=True)
class GrowthOptions:
    """What a scenario can set of `growth`.

    Attributes:
        over: Years back; the nearest edition at least so far back is compared with. 1 where `newest` is not given.
        newest: In its place, how many editions are looked at, the newest of them included.
        ends: `exact`: the values of the first and the last of these editions, and nothing where one is missing; or
            `available`: the first and the last value that there is. With `newest` these editions then end with the
            unit's newest value.
        interpolate: Whether gaps between two values are filled before by the line between them.
        rate: `compound`, from the first value to the last; or `least-squares`, the slope of the line through all
            values as a share of where it starts.
        annual: Whether the rate is a year's, or that of the whole time.
        scale: What the rate is multiplied by: 100 for per cent.
    """

    over: int | None = None
    newest: int | None = field(default=None)
    ends: Literal["exact", "available"] = "exact"
    interpolate: bool = False
    rate: Literal["compound", "least-squares"] = "compound"
    annual: bool = True
    scale: float = field(default=1.0, validator=above(0))

    def __attrs_post_init__(self) -> None:
        if self.over is not None and self.newest is not None:
            raise ValueError("newest: cannot be combined with over; give one of them")
        if self.over is not None and self.over < 1:
            raise ValueError(f"over: must be at least 1 year; got {self.over}")
        if self.newest is not None and self.newest < 2:
            raise ValueError(f"newest: must be at least 2 editions; got {self.newest}")


def growth(values: list[Array], context: Context, options: GrowthOptions) -> Array:
    """The rate of change up to each edition; missing where it starts at 0 or below, and 0 where nothing changed."""
    if len(values) != 1:
        raise MethodError(f"'growth' is made from 1, got {len(values):,}")
    years = np.array(context.editions, dtype=float)
    series = filled(values[0], context, options)
    rate = _compound if options.rate == "compound" else _least_squares
    made = np.full(series.shape, np.nan)
    for edition in range(len(years)):
        first, last = ends(series, context, edition, options)
        annual = rate(series, years, first, last)
        span = years[last] - years[first]
        if not options.annual:
            annual = (1 + annual) ** span - 1 if options.rate == "compound" else annual * span
        told = ~np.isnan(_at(series, first)) & ~np.isnan(_at(series, last)) & (first < last)
        made[edition] = np.where(told, annual, np.nan)
    return made * options.scale


def filled(values: Array, context: Context, options: GrowthOptions) -> Array:
    """The series that growth is taken of, `(editions, units)`: interpolated where that is asked for."""
    if not options.interpolate:
        return values
    return interpolate(values[..., None], context, InterpolateOptions())[..., 0]


def ends(series: Array, context: Context, edition: int, options: GrowthOptions) -> tuple[Places, Places]:
    """The positions of the first and the last edition that each unit's growth up to an edition is taken of.

    They are the same where there is none.
    """
    years = np.array(context.editions)
    there = ~np.isnan(series[: edition + 1])
    at = np.arange(edition + 1)[:, None]
    last = np.full(series.shape[1], edition)
    if options.ends == "available":
        last = np.where(there, at, -1).max(axis=0)
    if options.newest is not None:
        start = last - options.newest + 1
    else:
        earlier = np.flatnonzero(years[: edition + 1] <= years[edition] - (options.over or 1))
        start = np.full_like(last, earlier[-1] if len(earlier) else -1)
    usable = (start >= 0) & (last >= 0)
    if options.ends == "exact":
        return np.where(usable, start, edition), np.where(usable, last, edition)
    first = np.where(there & (at >= start), at, edition).min(axis=0)
    return np.where(usable, np.minimum(first, last), 0), np.where(usable, last, 0)


def _at(series: Array, places: Places) -> Array:
    """Each unit's value at an edition of its own."""
    return np.asarray(np.take_along_axis(series, places[None], axis=0)[0])


def _compound(series: Array, years: Array, first: Places, last: Places) -> Array:
    before, after = _at(series, first), _at(series, last)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = (after / before) ** (1 / (years[last] - years[first])) - 1
    grown = np.where((before > 0) & (after >= 0), rate, np.nan)
    return np.where(before == after, 0.0, grown)


def _least_squares(series: Array, years: Array, first: Places, last: Places) -> Array:
    """The slope of the line through all values from the first to the last, as a share of where it starts."""
    at = np.arange(len(years))[:, None]
    inside = ~np.isnan(series) & (at >= first) & (at <= last)
    number = inside.sum(axis=0)
    values = np.where(inside, series, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = values.sum(axis=0) / number
        centred = np.where(inside, years[:, None] - (inside * years[:, None]).sum(axis=0) / number, 0.0)
        slope = (centred * values).sum(axis=0) / (centred**2).sum(axis=0)
        start = middle + slope * _at(centred, first)
        rate = np.where(start > 0, slope / start, np.nan)
    level = np.where(inside, series == middle, True).all(axis=0)
    return np.where(level & (number > 0), 0.0, rate)
