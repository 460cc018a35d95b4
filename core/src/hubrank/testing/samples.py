"""What the kit promises by and makes: values, units, options of parts."""

from __future__ import annotations

import contextlib
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any

import attrs
import numpy as np
import pandas as pd
from attrs import evolve, frozen

from hubrank.errors import MethodError, did_you_mean
from hubrank.io.toml import parse_toml
from hubrank.numeric import Array, quiet_numpy
from hubrank.plugin.methods import Context, Member
from hubrank.plugin.registry import Part, Registry
from hubrank.plugin.sources import NoOptions
from hubrank.plugin.units import Units


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
    known = {*labels, *(f"{part.kind}:{part.name}" for part in parts)}
    for name in samples:
        if name not in known:
            raise UnfitError(f"sample_options: there is no part '{name}'{did_you_mean(name, labels)}")
    sampled = []
    for part, label in zip(parts, labels, strict=True):
        tables = next((samples[name] for name in samples if name in (label, f"{part.kind}:{part.name}")), None)
        if tables is None:
            result, problems = _parsed(part, {}, "options")
            text = "; ".join(map(str, problems))
            sampled.append(Sampled(part=part, label=label, options=None if problems else result, why_not=text))
            continue
        listed = [tables] if isinstance(tables, Mapping) else list(tables)
        for table in listed:
            text = f"({', '.join(f'{key}={value}' for key, value in table.items())})"
            name = label + (text if table and len(listed) > 1 else "")
            sampled.append(Sampled(part=part, label=name, options=options_of(part, table)))
    return tuple(sampled)


def options_of(part: Part, table: Table | None) -> Any:
    """A part's options from a table as a scenario writes it.

    Raises:
        UnfitError: The part does not take them.
    """
    result, problems = _parsed(part, table or {}, f"{part.name}.options")
    if problems:
        raise UnfitError("; ".join(map(str, problems)))
    return result


def _parsed(part: Part, table: Table, where: str) -> tuple[Any, Sequence[Any]]:
    """Options of a part, none where it has none at all as a unit set, and what is wrong with them."""
    options = getattr(part.record, "options", NoOptions)
    if not (isinstance(options, type) and attrs.has(options)):
        raise UnfitError(f"{part}: options must be an attrs class; got {options!r}")
    return parse_toml(options, dict(table), where)


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


def accepted(call: Callable[[float, float], Any]) -> tuple[float, float]:
    """The first scale of values that a method takes, when it is called with values between two bounds.

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
        units=Units(frame=_units(units)),
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


def _units(count: int) -> pd.DataFrame:
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
    return pd.DataFrame(columns, index=pd.Index([f"U{item}" for item in at], name="unit"))


def _extremes(scale: tuple[float, float], *, gaps: bool) -> Iterator[tuple[str, Array, Context]]:
    """Panels `(editions, units, members)` with what is rare about them, and their contexts."""
    usual = with_gaps(panel(*scale)) if gaps else panel(*scale)
    here = _units(UNITS).assign(lat=10.0, lon=20.0)
    yield "one unit", usual[:, :1], context(units=1)
    yield "huge values", usual * 1e12, context()  # what a country's output in its smallest coin is to a share
    yield "negative values", -usual, context()
    yield "values of both signs", usual - np.nanmean(usual), context()
    yield "units that are all alike", np.repeat(usual[:, 3:4], UNITS, axis=1), context()
    if gaps:
        yield "nothing measured", np.full(usual.shape, np.nan), context()
        yield "one value that is measured", np.where(usual == np.nanmax(usual), usual, np.nan), context()
    yield "units at one place", usual, evolve(context(), units=Units(frame=here))


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

    It is called by `apply(values, context)`, with gaps or without them.
    """
    __tracebackhide__ = True
    for what, values, given in _extremes(scale, gaps=gaps):
        with quiet_numbers():
            try:
                result = apply(values, given)
            except MethodError:
                continue
            except Exception as error:
                raise ContractError(f"apply, with {what}, raised {type(error).__name__}: {error}") from error
        promise_shape(result, shape(values), f"apply, with {what},")
        infinity = f"apply, with {what}, returned infinity; refuse with a MethodError what is not defined"
        promise(not np.isinf(result).any(), infinity)
