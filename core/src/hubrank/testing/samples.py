"""Inputs that the kit makes; promise()."""

from __future__ import annotations

import contextlib
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import numpy as np
from attrs import evolve, frozen

from hubrank.errors import MethodError, did_you_mean
from hubrank.io.toml import parse_toml
from hubrank.numeric import quiet_numpy
from hubrank.plugin.methods import Context, Member
from hubrank.plugin.registry import Part, Registry
from hubrank.plugin.units import Units

if TYPE_CHECKING:
    from hubrank.numeric import Array


class ContractError(AssertionError):
    """A part that does not do what its kind promises; the message says what it did."""


class RefusedError(ContractError):
    """A part that accepts none of the values that the kit makes, so that nothing is known of it."""


def promise(kept: Any, otherwise: str) -> None:
    """Raise unless a promise was kept.

    Raises:
        ContractError: With what happened instead.
    """
    __tracebackhide__ = True
    if not kept:
        raise ContractError(otherwise)


def promise_alike(found: Any, wanted: Any, otherwise: str, tolerance: float = 1e-6) -> None:
    """Raise unless two arrays hold the same numbers, gaps at the same places.

    The tolerance is what methods that iterate agree with themselves to.
    """
    __tracebackhide__ = True
    found, wanted = np.asarray(found, dtype=float), np.asarray(wanted, dtype=float)
    promise(found.shape == wanted.shape, f"{otherwise}: shapes {found.shape} and {wanted.shape}")
    same = np.isclose(found, wanted, rtol=tolerance, atol=tolerance, equal_nan=True)
    if not same.all():
        at = tuple(int(axis[0]) for axis in np.nonzero(~same))
        raise ContractError(f"{otherwise}: {found[at]:.9g} and {wanted[at]:.9g} at {at}")


def promise_shape(found: Any, shape: tuple[int, ...], who: str) -> None:
    """Raise unless something is an array of numbers of a shape."""
    __tracebackhide__ = True
    promise(isinstance(found, np.ndarray), f"{who} returned {type(found).__name__}; expected an array")
    promise(found.shape == shape, f"{who} returned shape {found.shape}; expected {shape}")
    promise(np.issubdtype(found.dtype, np.number), f"{who} returned {found.dtype}; expected numbers")


def check_name(part: Any, options: Any = None) -> None:  # noqa: ARG001  # called as every check is
    """A scenario can write its name as a bare key of TOML: letters, digits, `-` and `_`."""
    bare = re.fullmatch(r"[A-Za-z0-9_-]+", part.name) is not None
    promise(bare, f"the name {part.name!r} must consist of letters, digits, '-' and '_'")


#: Options as a scenario writes them.
Table = Mapping[str, Any]


class UnfitError(Exception):
    """A test of a plugin that asks for what cannot be; the message says what there is instead."""


@frozen(kw_only=True)
class Sampled:
    """A part with options to test it with.

    Attributes:
        part: The part, as the registry holds it.
        label: What tests call it: its name, and the options where there are several samples.
        options: The options; none where they cannot be made.
        why_not: Why there are none.
    """

    part: Part
    label: str
    options: Any = None
    why_not: str = ""

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What a check is called with: the record and, where its kind has options, these."""
        record = self.part.record
        return (record, self.options) if hasattr(record, "options") else (record,)


def parts_of(module: ModuleType) -> tuple[Part, ...]:
    """All parts that a module's hooks yield.

    Raises:
        UnfitError: A hook is misspelt or raises, two parts of one kind have one name, or there are no parts.
    """
    registry = Registry.of(module)
    if registry.broken:
        error = registry.broken[0].error
        raise UnfitError(f"{module.__name__}: the hooks cannot be called: {type(error).__name__}: {error}") from error
    parts = tuple(registry)
    names = [(part.kind, part.name) for part in parts]
    twice = sorted({str(part) for part in parts if names.count((part.kind, part.name)) > 1})
    if twice:
        raise UnfitError(f"{module.__name__}: yields two of {', '.join(twice)}; names must be unique")
    if not parts:
        raise UnfitError(f"{module.__name__}: its hooks yield nothing; is @hookimpl missing?")
    return parts


def with_options(parts: Sequence[Part], samples: Mapping[str, Table | Sequence[Table]]) -> tuple[Sampled, ...]:
    """Each part with each of its sample options; with the defaults where it has none.

    Args:
        parts: The parts.
        samples: Options, one table or a list of them, by the part's name; where two kinds share a name, by both:
            `imputation:median`.

    Raises:
        UnfitError: A name that no part has, or options that the part does not take.
    """
    names = [part.name for part in parts]
    labels = [part.name if names.count(part.name) == 1 else f"{part.kind}:{part.name}" for part in parts]
    keys = [{label, f"{part.kind}:{part.name}"} for part, label in zip(parts, labels, strict=True)]
    for name in samples:
        if name not in set().union(*keys):
            raise UnfitError(f"sample_options: there is no part '{name}'{did_you_mean(name, labels)}")
    return tuple(
        sampled
        for part, label, own in zip(parts, labels, keys, strict=True)
        for sampled in _samples(part, label, next((table for name, table in samples.items() if name in own), None))
    )


def options_of(part: Part, table: Table | None) -> Any:
    """A part's options from a table as a scenario writes it.

    Raises:
        UnfitError: The part does not take them.
    """
    result, problems = parse_toml(_class(part), dict(table or {}), f"{part.name}.options")
    if problems:
        raise UnfitError("; ".join(str(problem) for problem in problems))
    return result


def _class(part: Part) -> type:
    options = getattr(part.record, "options", _Nothing)
    if not (isinstance(options, type) and attrs.has(options)):
        raise UnfitError(f"{part}: options must be an attrs class; got {options!r}")
    return options


@frozen
class _Nothing:
    """For parts that have no options at all, as a unit set."""


def _samples(part: Part, label: str, tables: Table | Sequence[Table] | None) -> list[Sampled]:
    if tables is None:
        _, problems = parse_toml(_class(part), {}, "options")
        if problems:
            return [Sampled(part=part, label=label, why_not="; ".join(str(problem) for problem in problems))]
        tables = [{}]
    listed = [tables] if isinstance(tables, Mapping) else list(tables)
    several = len(listed) > 1
    return [
        Sampled(part=part, label=label + _options_text(table) if several else label, options=options_of(part, table))
        for table in listed
    ]


def _options_text(table: Table) -> str:
    return f"({', '.join(f'{key}={value}' for key, value in table.items())})" if table else ""


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
    text = ""
    for low, high in SCALES:
        try:
            call(low, high)
        except MethodError as error:
            text = str(error)
        else:
            return low, high
    raise RefusedError(f"rejects values between 2 and 100, and between 0.1 and 0.9: {text}")


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
    return evolve(context, members=tuple(context.members[item] for item in at), rng=np.random.default_rng(1))


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
        "name": [f"Unit {item}" for item in at],
        "country": [("AAA", "BBB")[item % 2] for item in at],
        "continent": [("Eastland", "Westland")[item % 2] for item in at],
        "lat": at * 5.0,
        "lon": at * 7.0,
        "population": 1e6 * (1 + at),
        "area": 100.0 + at,
    }
    return Units(frame=pd.DataFrame(columns, index=pd.Index([f"U{item}" for item in at], name="unit")))


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
    result = {
        "one unit": usual[:, :1],
        "huge values": usual * HUGE,
        "negative values": -usual,
        "values of both signs": usual - np.nanmean(usual),
        "units that are all alike": np.repeat(usual[:, 3:4], UNITS, axis=1),
    }
    if gaps:
        result["nothing measured"] = np.full(usual.shape, np.nan)
        result["one value that is measured"] = np.where(usual == np.nanmax(usual), usual, np.nan)
    return result


@contextlib.contextmanager
def quiet_numbers() -> Iterator[None]:
    """Let arithmetic do without warnings what it does in a run: what matters is what comes of it."""
    with warnings.catch_warnings(action="ignore"), quiet_numpy():
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
                result = apply(values, given)
            except MethodError:
                continue
            except Exception as error:
                raise ContractError(f"apply, with {what}, raised {type(error).__name__}: {error}") from error
        promise_shape(result, shape(values), f"apply, with {what},")
        promise(
            not np.isinf(result).any(),
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
