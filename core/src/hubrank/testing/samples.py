"""The generated inputs of the checks: values, units, options of components, and records of rows."""

from __future__ import annotations

import contextlib
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any, Literal

import attrs
import numpy as np
import pandas as pd
from attrs import frozen

from hubrank.errors import did_you_mean, shorten_list
from hubrank.io.toml import parse_toml
from hubrank.numeric import quiet_numpy
from hubrank.plugin import sources
from hubrank.plugin.methods import Context, Indicator, Member
from hubrank.plugin.records import Records, RowIndex
from hubrank.plugin.registry import Part, Registry
from hubrank.plugin.sources import UNDATED, Coverage, NoOptions, Window
from hubrank.plugin.units import Units


class ContractError(AssertionError):
    """A component that breaks the contract of its kind; the message reports what it did."""


class RefusedError(ContractError):
    """A component that rejects all generated values, so the checks show nothing about it."""


def promise(kept: Any, otherwise: str) -> None:
    """Raise unless the contract is kept."""
    __tracebackhide__ = True
    if not kept:
        raise ContractError(otherwise)


def promise_alike(found: Any, wanted: Any, otherwise: str, tolerance: float = 1e-6) -> None:
    """Raise unless two arrays hold the same numbers, up to iteration errors, with the same missing values."""
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
    """A test of a plugin that asks for something impossible; the message lists the alternatives."""


@frozen(kw_only=True)
class Sampled:
    """A part with options to test it with, or why they cannot be made; tests call it by its label."""

    part: Part
    label: str
    options: Any = None
    why_not: str = ""

    @property
    def arguments(self) -> tuple[Any, ...]:
        """The arguments of a check: the record and, if its kind has options, these."""
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
    """Each part with each of its sample options; with the defaults if it has none.

    Samples are one table or a list of them by the part's name; where two kinds share a name, by `imputation:median`.
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
    """A part's options from a table as a scenario writes it."""
    result, problems = _parsed(part, table or {}, f"{part.name}.options")
    if problems:
        raise UnfitError("; ".join(map(str, problems)))
    return result


def _parsed(part: Part, table: Table, where: str) -> tuple[Any, Sequence[Any]]:
    """Options of a component, None if it has none at all like a unit set, and their errors."""
    options = getattr(part.record, "options", NoOptions)
    if not (isinstance(options, type) and attrs.has(options)):
        raise UnfitError(f"{part}: options must be an attrs class; got {options!r}")
    return parse_toml(options, dict(table), where)


EDITIONS, UNITS, MEMBERS = 3, 12, 4


def context(
    editions: int = EDITIONS, units: int = UNITS, members: int = MEMBERS, directions: tuple[int, ...] = ()
) -> Context:
    """A context of `member-0` ... and units `U0` ... with every usual column, its generator always of the same seed."""
    signs, at = directions or (1,) * members, np.arange(units)
    columns: dict[str, Any] = {
        "name": [f"Unit {item}" for item in at],
        "country": [("AAA", "BBB")[item % 2] for item in at],
        "continent": [("Eastland", "Westland")[item % 2] for item in at],
        "lat": at * 5.0,
        "lon": at * 7.0,
        "population": 1e6 * (1 + at),
        "area": 100.0 + at,
    }
    frame = pd.DataFrame(columns, index=pd.Index([f"U{item}" for item in at], name="unit"))
    return Context(
        editions=tuple(range(2020, 2020 + editions)),
        units=Units(frame=frame),
        members=tuple(Member(name=f"member-{at}", direction=signs[at], weight=1.0 + at / 4) for at in range(members)),
        rng=np.random.default_rng(1),
    )


@contextlib.contextmanager
def quiet_numbers() -> Iterator[None]:
    """Run arithmetic without warnings, as in a run: only the results matter."""
    with warnings.catch_warnings(action="ignore"), quiet_numpy():
        yield


def measured(
    module: ModuleType,
    *,
    edition: int,
    units: Mapping[str, Mapping[str, Any]],
    window: int | Literal["all"] = 1,
    options: Mapping[str, Any] | None = None,
    indicator: str | None = None,
    tables: Mapping[str, Mapping[str, Any]] | None = None,
    **inputs: Sequence[tuple[Any, ...]],
) -> pd.Series:
    """Measure an indicator of a module on a few rows.

    Args:
        module: The plugin.
        edition: The year that is measured.
        units: For each unit its columns: `{"AAA": {"population": 2_000_000}}`.
        window: Years up to the edition that a flow is summed over.
        options: The indicator's options, as a scenario writes them.
        indicator: Its name, if the module has several.
        tables: The attributes of an input's table: `{"works": {"kind": "stock", "covers": Covers(...)}}`. By default it
            is a flow that covers nothing, so that missing rows mean missing values.
        **inputs: Each input's rows, under its name with `_` for `-`: the unit (or a pair of it and one of its
            places), the year (or a pair of the first and the last, or None), and the amounts and texts in the
            order in which the indicator declares its columns. An input that is not given has no rows.

    Returns:
        The result of `measure`: a value by unit.

    Raises:
        UnfitError: The indicator, its options, inputs or units do not match its declarations.
    """
    part = _chosen(module, indicator)
    record: Indicator = part.record
    if record.measure is None:
        raise UnfitError(f"{part}: is derived from other indicators; call its derive")
    result = options_of(part, options)
    declared = record.inputs_for(result)
    known = _measuring_units(part, units, record.unit_columns_for(result))
    names = {name.replace("-", "_"): name for name in declared}
    for key in inputs:
        if key not in names:
            raise UnfitError(f"{part}: has no input '{key}'{did_you_mean(key, names)}")
    for name in tables or {}:
        if name not in declared:
            raise UnfitError(f"tables: {part} has no input '{name}'{did_you_mean(name, declared)}")
    span = Window(first=None if window == "all" else edition - window + 1, last=edition)
    records = {}
    for name, columns in declared.items():
        rows = _counted(name, columns, inputs.get(name.replace("-", "_"), ()), known)
        table = table_of(name, columns, (tables or {}).get(name, {}))
        records[name] = records_of(rows, table=table, window=span, units=known, apart=name in record.rows)
    return record.measure(records, known, result)


def records_of(counted: pd.DataFrame, *, window: Window, **others: Any) -> Records:
    """Records of rows as the core sums them: `unit, place, from_year, year`, columns, `origin, vintage, method`."""
    others = {"edition": window.last, "rows": len(counted), "rows_without_unit": 0, "batch": 100_000, **others}
    return Records(index=RowIndex(counted), window=window, **others)


def _counted(name: str, columns: Mapping[str, type], rows: Sequence[tuple[Any, ...]], units: Units) -> pd.DataFrame:
    """Rows of a test as the core sums rows; those of a unit lie at one place, where they do not name places."""
    result = []
    for row in rows:
        if len(row) != 2 + len(columns):
            raise UnfitError(f"{name}: a row must be (unit, year, {', '.join(columns)}); got {row!r}")
        where, years, *values = row
        unit, place = where if isinstance(where, tuple) else (where, where)
        if unit not in units.codes:
            raise UnfitError(f"{name}: '{unit}' is not a unit{did_you_mean(str(unit), units.codes)}")
        first, last = years if isinstance(years, tuple) else (years, years)
        first, last = (UNDATED if year is None else year for year in (first, last))
        result.append((unit, place, first, last, *values, "made", str(last), ""))
    names = ["unit", "place", "from_year", "year", *columns, "origin", "vintage", "method"]
    frame = pd.DataFrame(result, columns=names)
    types = {"from_year": "int32", "year": "int32"}
    return frame.astype(types | {column: float for column, cls in columns.items() if cls is float})


def _chosen(module: ModuleType, name: str | None) -> Part:
    parts = {part.name: part for part in parts_of(module) if part.kind == "indicator"}
    if name is None and len(parts) != 1:
        available = shorten_list(sorted(parts)) or "none"
        raise UnfitError(f"{module.__name__}: specify which indicator; available: {available}")
    if name is not None and name not in parts:
        raise UnfitError(f"{module.__name__}: has no indicator '{name}'{did_you_mean(name, parts)}")
    return parts[next(iter(parts)) if name is None else name]


def _measuring_units(part: Part, units: Mapping[str, Mapping[str, Any]], needed: Sequence[str]) -> Units:
    rows = [{"name": code, **columns} for code, columns in units.items()]
    frame = pd.DataFrame(rows, index=pd.Index(list(units), name="unit"))
    for column in needed:
        if column not in frame.columns:
            raise UnfitError(f"{part}: needs the unit column '{column}'{did_you_mean(column, frame.columns)}")
    return Units(frame=frame)


def table_of(name: str, columns: Mapping[str, type], told: Table) -> sources.Table:
    """A table of these columns, with the given kind and coverage."""
    unknown = sorted(set(told) - {"kind", "covers"})
    if unknown:
        raise UnfitError(f"tables.{name}: '{unknown[0]}' cannot be set; available: covers, kind")
    covers = told.get("covers")
    covers = Coverage(**covers) if isinstance(covers, Mapping) else covers
    named = dict.fromkeys(["unit", "year", *columns], "made")
    return sources.Table(name=name, kind=told.get("kind", "flow"), columns=named, covers=covers)
