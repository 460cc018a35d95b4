"""Arrays and contexts that the kit makes for methods."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from attrs import evolve

from hubrank.basis.errors import MethodError
from hubrank.contract.methods import Context, Member
from hubrank.contract.units import Units
from hubrank.testing.promises import RefusedError

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array

T = TypeVar("T")

EDITIONS, UNITS, MEMBERS = 3, 12, 4

#: Scales of values, from which the kit takes the first that a method accepts.
SCALES = ((2.0, 100.0), (0.1, 0.9))


def panel(low: float, high: float, draws: tuple[int, ...] = ()) -> Array:
    """Values `(*draws, editions, units, members)` between two bounds, no two alike.

    Members are correlated, and the last unit is never the worst, since some methods need that.
    """
    rng = np.random.default_rng(1)
    shape = (*draws, EDITIONS, UNITS, MEMBERS)
    mixed = 2 * rng.normal(size=(*shape[:-1], 1)) + rng.normal(size=shape) + np.arange(UNITS)[:, None]
    values: Array = np.linspace(low, high, mixed.size)[mixed.ravel().argsort().argsort()].reshape(shape)
    return values


def with_gaps(values: Array) -> Array:
    """The values with a gap in each edition."""
    gaps = values.copy()
    gaps[..., 0, 0, 0] = np.nan
    gaps[..., 1, 2, 1] = np.nan
    gaps[..., 2, 4, 2] = np.nan
    return gaps


def with_member_lacking(values: Array) -> Array:
    """The values with gaps, and a member that the first edition lacks for all units."""
    gaps = with_gaps(values)
    gaps[..., 0, :, 3] = np.nan
    return gaps


def accepted(call: Callable[[float, float], T]) -> tuple[float, float]:
    """The first scale of values that a method takes.

    Args:
        call: Calls the method with values between two bounds.

    Raises:
        RefusedError: The method refuses all of them.
    """
    said = ""
    for low, high in SCALES:
        try:
            call(low, high)
        except MethodError as error:
            said = str(error)
        else:
            return low, high
    raise RefusedError(f"rejects values between 2 and 100, and between 0.1 and 0.9: {said}")


def context(
    editions: int = EDITIONS, units: int = UNITS, members: int = MEMBERS, directions: tuple[int, ...] = ()
) -> Context:
    """A context with a fresh generator, always of the same seed.

    Members are called `member-0`, `member-1` ...; units `U0`, `U1` ... with every usual column.
    """
    signs = directions or (1,) * members
    return Context(
        editions=tuple(range(2020, 2020 + editions)),
        units=_units(units),
        members=tuple(Member(name=f"member-{at}", direction=signs[at], weight=1.0 + at / 4) for at in range(members)),
        rng=np.random.default_rng(1),
    )


def with_members(context: Context, at: list[int]) -> Context:
    """The context of some members, in another order."""
    return evolve(context, members=tuple(context.members[each] for each in at), rng=np.random.default_rng(1))


def with_units(context: Context, at: list[int]) -> Context:
    """The context of some units, in another order."""
    units = Units(frame=context.units.frame.iloc[at])
    return evolve(context, units=units, rng=np.random.default_rng(1))


def each_draw(values: Array) -> Iterator[tuple[tuple[int, ...], Array]]:
    """The arrays `(editions, units, members)` of which a batch consists, with their places."""
    for at in np.ndindex(values.shape[:-3]):
        yield at, values[at]


def _units(count: int) -> Units:
    import pandas as pd

    at = np.arange(count)
    columns: dict[str, Any] = {
        "name": [f"Unit {each}" for each in at],
        "country": [("AAA", "BBB")[each % 2] for each in at],
        "continent": [("Eastland", "Westland")[each % 2] for each in at],
        "lat": at * 5.0,
        "lon": at * 7.0,
        "population": 1e6 * (1 + at),
        "area": 100.0 + at,
    }
    return Units(frame=pd.DataFrame(columns, index=pd.Index([f"U{each}" for each in at], name="unit")))
