"""Transforms of one value at a time, with fixed parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import field, frozen

from hubrank.basis.edges import unwarned
from hubrank.contract.methods import Treatment
from hubrank.contract.sources import NoOptions
from hubrank.methods.arrays import mark, refuse
from hubrank.methods.checks import above

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.contract.methods import Context


@frozen(kw_only=True)
class LogOptions:
    """What a scenario can set of `log`.

    Attributes:
        base: The logarithm's base; the natural logarithm by default.
        shift: The number added first; without it every value must be above 0.
    """

    base: float | None = field(default=None, validator=above(1))
    shift: float = 0.0


@frozen(kw_only=True)
class ShiftOptions:
    """What a scenario can set of `square-root`.

    Attributes:
        shift: The number added first.
    """

    shift: float = 0.0


@frozen(kw_only=True)
class PowerOptions:
    """What a scenario can set of `power`.

    Attributes:
        exponent: The exponent; above 0.
        shift: The number added first.
    """

    exponent: float = field(validator=above(0))
    shift: float = 0.0


def none(values: Array, context: Context, options: NoOptions) -> Array:  # noqa: ARG001
    """Values as they are."""
    return values


def log(values: Array, context: Context, options: LogOptions) -> Array:
    """The logarithm of value + shift."""
    shifted = values + options.shift if options.shift else values
    refuse(
        shifted <= 0,
        context,
        f"not above {mark(options.shift)}",
        "a logarithm needs more; set shift, e.g. shift = 1",
    )
    logs = np.log(shifted)
    return logs if options.base is None else logs / np.log(options.base)


def square_root(values: Array, context: Context, options: ShiftOptions) -> Array:
    """The square root of value + shift."""
    shifted = values + options.shift
    refuse(shifted < 0, context, f"below {mark(options.shift)}", "a square root needs 0 or more; set shift")
    return np.sqrt(shifted)


def power(values: Array, context: Context, options: PowerOptions) -> Array:
    """(value + shift) to a power above 0."""
    shifted = values + options.shift
    refuse(shifted < 0, context, f"below {mark(options.shift)}", "a power needs 0 or more; set shift")
    with unwarned():
        made = np.asarray(shifted**options.exponent)
    too_small = "so small that its power is 0"
    refuse((made == 0) & (shifted > 0), context, too_small, "use a smaller exponent or another unit of measure")
    return made


_SOURCE = "OECD/JRC, Handbook on Constructing Composite Indicators (2008), step 3"

TREATMENTS = (
    Treatment(name="none", apply=none, pointwise=True, title="values unchanged", reference=_SOURCE),
    Treatment(name="log", apply=log, options=LogOptions, pointwise=True, title="the logarithm", reference=_SOURCE),
    Treatment(
        name="square-root",
        apply=square_root,
        options=ShiftOptions,
        pointwise=True,
        title="the square root",
        reference=_SOURCE,
    ),
    Treatment(
        name="power", apply=power, options=PowerOptions, pointwise=True, title="a power above 0", reference=_SOURCE
    ),
)
