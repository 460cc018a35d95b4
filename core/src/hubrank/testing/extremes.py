"""Values that are rare and allowed: what a method makes of them, or refuses, is never infinite."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve

from hubrank.basis.edges import unwarned
from hubrank.basis.errors import MethodError
from hubrank.contract.methods import Context
from hubrank.contract.units import Units
from hubrank.testing.panels import UNITS, context, panel, with_gaps
from hubrank.testing.promises import ContractError, promise, promise_shape

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array

#: So many times the usual values: what a country's output in its smallest coin is to a share.
HUGE = 1e12


def extremes(low: float, high: float, *, gaps: bool) -> Mapping[str, Array]:
    """Panels `(editions, units, members)` by what is rare about them.

    Args:
        low: The least usual value.
        high: The largest.
        gaps: Whether the method is handed gaps.
    """
    usual = with_gaps(panel(low, high)) if gaps else panel(low, high)
    made = {
        "one unit": usual[:, :1],
        "huge values": usual * HUGE,
        "negative values": -usual,
        "values of both signs": usual - np.nanmean(usual),
        "units that are all alike": np.repeat(usual[:, 3:4], UNITS, axis=1),
    }
    if gaps:
        made["nothing measured"] = np.full(usual.shape, np.nan)
        made["one value that is measured"] = np.where(usual == np.nanmax(usual), usual, np.nan)
    return made


@contextlib.contextmanager
def quiet_numbers() -> Iterator[None]:
    """Let arithmetic do without warnings what it does in a run: what matters is what comes of it."""
    with warnings.catch_warnings(action="ignore"), unwarned():
        yield


def promise_survives(
    apply: Callable[[Array, Context], Any],
    scale: tuple[float, float],
    shape: Callable[[Array], tuple[int, ...]],
    *,
    gaps: bool,
) -> None:
    """Raise unless a method gives numbers or gaps of the right shape, or refuses, whatever is rare about its values.

    Args:
        apply: Calls it with values and a context.
        scale: The bounds of the usual values.
        shape: What shape it must give for values.
        gaps: Whether it is handed gaps.
    """
    __tracebackhide__ = True
    for what, values, given in _cases(extremes(*scale, gaps=gaps), scale, gaps):
        with quiet_numbers():
            try:
                made = apply(values, given)
            except MethodError:
                continue
            except Exception as error:
                raise ContractError(f"apply, with {what}, raised {type(error).__name__}: {error}") from error
        promise_shape(made, shape(values), f"apply, with {what},")
        promise(
            not np.isinf(made).any(),
            f"apply, with {what}, returned infinity; refuse with a MethodError what is not defined",
        )


def _cases(made: Mapping[str, Array], scale: tuple[float, float], gaps: bool) -> Iterator[tuple[str, Array, Context]]:
    for what, values in made.items():
        yield what, values, context(units=values.shape[1])
    usual = with_gaps(panel(*scale)) if gaps else panel(*scale)
    yield "units at one place", usual, at_one_place(context())


def at_one_place(given: Context) -> Context:
    """The context with all units at one place."""
    return evolve(given, units=Units(frame=given.units.frame.assign(lat=10.0, lon=20.0)))
