"""Rows of a test, measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

import attrs
import numpy as np
from attrs import evolve, frozen

from hubrank.errors import did_you_mean, shorten_list
from hubrank.plugin.methods import Indicator
from hubrank.plugin.records import Records, RowIndex, SummedRowsError
from hubrank.plugin.registry import Part
from hubrank.plugin.sources import UNDATED, Coverage, Table, Window
from hubrank.plugin.units import MissingColumnError, Units
from hubrank.testing.samples import ContractError, UnfitError, options_of, parts_of

if TYPE_CHECKING:
    import pandas as pd


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
    records = {
        name: records_of(
            counted_rows(name, columns, inputs.get(name.replace("-", "_"), ()), known),
            table=_table(name, columns, (tables or {}).get(name, {})),
            window=span,
            units=known,
            apart=name in record.rows,
        )
        for name, columns in declared.items()
    }
    return record.measure(records, known, result)


def records_of(
    counted: pd.DataFrame, *, table: Table, window: Window, units: Units, apart: bool = False, batch: int = 100_000
) -> Records:
    """Records of rows that lie in units.

    Args:
        counted: As the core sums rows: `unit, place, from_year, year`, the columns, `origin, vintage, method`.
        table: What the rows are.
        window: The years that count; its last is the edition.
        units: The units.
        apart: Whether they are the rows themselves, for an indicator that declares to see them.
        batch: How many rows an iteration gives at a time.
    """
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


def counted_rows(name: str, columns: Mapping[str, type], rows: Sequence[tuple[Any, ...]], units: Units) -> pd.DataFrame:
    """Rows of a test as the core sums rows; those of a unit lie at one place, where they do not name places.

    Raises:
        UnfitError: A row has another length, or a unit that is none.
    """
    import pandas as pd

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
    if name is None and len(parts) == 1:
        return next(iter(parts.values()))
    if name is None:
        raise UnfitError(
            f"{module.__name__}: specify which indicator; available: {shorten_list(sorted(parts)) or 'none'}"
        )
    if name not in parts:
        raise UnfitError(f"{module.__name__}: has no indicator '{name}'{did_you_mean(name, parts)}")
    return parts[name]


def _measuring_units(part: Part, units: Mapping[str, Mapping[str, Any]], needed: Sequence[str]) -> Units:
    import pandas as pd

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
    if isinstance(covers, Mapping):
        covers = Coverage(**covers)
    table = Table(name=name, kind="flow", columns=dict.fromkeys(["unit", "year", *columns], "made"))
    return evolve(table, kind=told.get("kind", table.kind), covers=covers)


CODES = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF")
YEARS = (2016, 2017, 2018, 2019, 2020)
WINDOW = Window(first=2018, last=2020)


@frozen(kw_only=True, eq=False)
class Made:
    """What an indicator is handed in a check.

    Attributes:
        units: Six units with a name and the columns that the indicator declares; the last lacks these.
        rows: For each input rows with exactly the columns that it declares; the last unit has none.
        kind: Whether they are rows of flows or of stocks.
        batch: How many rows an iteration gives at a time.
    """

    units: Units
    rows: Mapping[str, pd.DataFrame]
    kind: Literal["flow", "stock"]
    batch: int = 100_000

    def with_rows(self, change: Any) -> Made:
        """The same with `change(frame)` in place of each input's rows."""
        return evolve(self, rows={name: change(frame) for name, frame in self.rows.items()})


def made_for(indicator: Indicator, options: Any) -> Iterator[Made]:
    """Flows and stocks for an indicator, the same each time."""
    rng = np.random.default_rng(1)
    units = _units(indicator.unit_columns_for(options), rng)
    rows = {name: _rows(columns, options, rng) for name, columns in indicator.inputs_for(options).items()}
    yield Made(units=units, rows=rows, kind="flow")
    yield Made(units=units, rows=rows, kind="stock")


def extremes_of(made: Made) -> dict[str, Made]:
    """What is rare and allowed, made of what is usual: by what is rare about it."""
    first = made.units.frame.index[:1]
    columns = [str(name) for name in made.units.frame.columns if name != "name"]
    alike = made.units.frame.assign(**{name: made.units.frame[name].iloc[0] for name in columns})
    return {
        "one unit": evolve(
            made.with_rows(lambda frame: frame[frame["unit"].isin(first)].reset_index(drop=True)),
            units=Units(frame=made.units.frame.loc[first]),
        ),
        "huge amounts": made.with_rows(lambda frame: with_amounts(frame, lambda item: item * 1e12)),
        "negative amounts": made.with_rows(lambda frame: with_amounts(frame, lambda item: -item)),
        "amounts of 0": made.with_rows(lambda frame: with_amounts(frame, lambda item: item * 0)),
        "no amount known": made.with_rows(lambda frame: with_amounts(frame, lambda item: item * np.nan)),
        "units that are all alike": evolve(made, units=Units(frame=alike)),
    }


def with_amounts(frame: pd.DataFrame, change: Any) -> pd.DataFrame:
    """Rows with other amounts."""
    return frame.assign(**{name: change(frame[name]) for name in frame.columns if frame[name].dtype == float})


def measure(indicator: Indicator, options: Any, made: Made) -> pd.Series:
    """What the indicator measures.

    Raises:
        ContractError: It reads an input, a column or single rows that it does not declare.
    """
    return measured_with(indicator, options, made)[0]


def measured_with(indicator: Indicator, options: Any, made: Made) -> tuple[pd.Series, Mapping[str, Records]]:
    """The same, with the records of its inputs, which know what of them was used."""
    assert indicator.measure is not None  # noqa: S101  # the kit asks derived ones otherwise
    whole = Units(frame=made.units.frame.assign(country="AAA"))
    records = {
        name: records_of(
            frame.copy(),
            table=Table(
                name=name,
                kind=made.kind,
                columns=dict.fromkeys(["unit", "year", *columns], "made"),
                covers=Coverage(first=YEARS[0], last=YEARS[-1]),
            ),
            window=WINDOW,
            units=whole,
            apart=name in indicator.rows,
            batch=made.batch,
        )
        for (name, columns), frame in zip(indicator.inputs_for(options).items(), made.rows.values(), strict=True)
    }
    try:
        return _plain(indicator.measure(records, made.units, options)), records
    except SummedRowsError as error:
        raise ContractError(str(error)) from error
    except MissingColumnError as error:
        raise ContractError(f"reads the unit column '{error}', which unit_columns does not declare") from error
    except KeyError as error:
        raise ContractError(f"reads {error}, which inputs does not declare") from error


def _plain(values: Any) -> Any:
    """Numbers as the core takes them: what pandas marks as lacking is NaN; everything else as it is."""
    import pandas as pd

    is_numbers = isinstance(values, pd.Series) and pd.api.types.is_extension_array_dtype(values)
    return values.astype(float) if is_numbers and pd.api.types.is_numeric_dtype(values) else values


def _units(columns: tuple[str, ...], rng: np.random.Generator) -> Units:
    import pandas as pd

    frame = pd.DataFrame({"name": [f"Unit {code}" for code in CODES]}, index=pd.Index(CODES, name="unit"))
    for column in columns:
        if column in ("country", "continent", "aliases"):
            frame[column] = ["AAA", "AAA", "BBB", "BBB", "CCC", None]
        else:
            frame[column] = [*rng.uniform(10, 80, len(CODES) - 1), np.nan]
    return Units(frame=frame)


def _rows(columns: Mapping[str, type], options: Any, rng: np.random.Generator) -> pd.DataFrame:
    """Two places in each unit but the last, five years, some amounts 0 and some missing."""
    import pandas as pd

    where = [(unit, place, year) for unit in CODES[:-1] for place in ("1", "2") for year in YEARS]
    result: dict[str, Any] = {
        "unit": [unit for unit, _, _ in where],
        "place": [unit + place for unit, place, _ in where],
        "from_year": np.array([year for _, _, year in where], dtype="int32"),
        "year": np.array([year for _, _, year in where], dtype="int32"),
    }
    texts = [*_texts_of(options), "one", "other"]
    for name, cls in columns.items():
        if cls is float:
            amounts = rng.integers(1, 1000, len(where)).astype(float)
            amounts[rng.random(len(where)) < 0.1] = 0
            amounts[rng.random(len(where)) < 0.1] = np.nan
            result[name] = amounts
        else:
            result[name] = [texts[at % len(texts)] for at in range(len(where))]
    provenance = {"origin": "made", "vintage": [str(year) for _, _, year in where], "method": ""}
    return pd.DataFrame({**result, **provenance})


def _texts_of(options: Any) -> list[str]:
    """Texts that the options name, since rows are told apart by them."""
    values = attrs.astuple(options) if attrs.has(type(options)) else ()
    flat = [item for value in values for item in (value if isinstance(value, tuple | list) else (value,))]
    return [item for item in flat if isinstance(item, str)]
