"""Rows of a test, measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any, Literal

import pandas as pd

from hubrank.errors import did_you_mean, shorten_list
from hubrank.plugin.methods import Indicator
from hubrank.plugin.records import Records, RowIndex
from hubrank.plugin.registry import Part
from hubrank.plugin.sources import UNDATED, Coverage, Table, Window
from hubrank.plugin.units import Units
from hubrank.testing.samples import UnfitError, options_of, parts_of


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
        indicator: Its name, where the module has several.
        tables: What is to be told of an input's table: `{"works": {"kind": "stock", "covers": Covers(...)}}`. By
            default it is a flow that covers nothing, so that no row means missing.
        **inputs: Each input's rows, under its name with `_` for `-`: the unit (or a pair of it and one of its
            places), the year (or a pair of the first and the last, or None), and the amounts and texts in the
            order in which the indicator declares its columns. An input that is not given has no rows.

    Returns:
        What `measure` gives: a value by unit.

    Raises:
        UnfitError: The indicator, its options, inputs or units are not such as it declares.
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
        table = _table(name, columns, (tables or {}).get(name, {}))
        records[name] = records_of(rows, table=table, window=span, units=known, apart=name in record.rows)
    return record.measure(records, known, result)


def records_of(
    counted: pd.DataFrame, *, table: Table, window: Window, units: Units, apart: bool = False, batch: int = 100_000
) -> Records:
    """Records of rows as the core sums them: `unit, place, from_year, year`, columns, `origin, vintage, method`."""
    return Records(
        table=table,
        edition=window.last,
        window=window,
        rows=len(counted),
        rows_without_unit=0,
        apart=apart,
        index=RowIndex(counted),
        units=units,
        batch=batch,
    )


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


def _table(name: str, columns: Mapping[str, type], told: Mapping[str, Any]) -> Table:
    unknown = sorted(set(told) - {"kind", "covers"})
    if unknown:
        raise UnfitError(f"tables.{name}: '{unknown[0]}' cannot be set; available: covers, kind")
    covers = told.get("covers")
    covers = Coverage(**covers) if isinstance(covers, Mapping) else covers
    named = dict.fromkeys(["unit", "year", *columns], "made")
    return Table(name=name, kind=told.get("kind", "flow"), columns=named, covers=covers)
