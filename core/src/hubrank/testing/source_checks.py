"""The contracts of data sources and unit sets; a source is read with the network closed."""

from __future__ import annotations

import collections
import contextlib
import numbers
import re
import socket
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any
from unittest import mock

import numpy as np
import pandas as pd

from hubrank.errors import FileProblem, HubrankError, number_of, shorten_list
from hubrank.plugin.sources import (
    PLACE_COLUMNS,
    PROVENANCE_COLUMNS,
    TIME_COLUMNS,
    DataSource,
    Origin,
    Request,
    Table,
    divided,
)
from hubrank.plugin.units import UnitSet
from hubrank.scenario.places import places
from hubrank.testing.samples import ContractError, check_name, promise


def _promise_origins(origins: Sequence[Origin]) -> None:
    """Raise unless each origin has a name of its own, a producer, a title and a licence."""
    __tracebackhide__ = True
    promise(origins, "origins is empty; name the producer of the data")
    names = [origin.name for origin in origins]
    promise(len(set(names)) == len(names), f"two origins have the same name: {', '.join(names)}")
    for origin in origins:
        for field in ("name", "producer", "title", "licence"):
            promise(getattr(origin, field), f"origin '{origin.name}' has no {field}")


#: Tables with more rows are not compared.
_MOST_ROWS = 2_000_000


def _reading(
    source: DataSource, options: Any, table: Table, columns: tuple[str, ...], year: int | None = None
) -> pd.DataFrame | None:
    """All rows of a table, or of a year; None if they are not on this machine, or are too many to compare."""
    request = Request(table=table.name, columns=columns, first_year=year, last_year=year, options=options)
    frames: list[pd.DataFrame] = []
    network = mock.Mock(side_effect=OSError("the network is closed"))
    with contextlib.ExitStack() as stack:
        for owner, name in ((socket.socket, "connect"), (socket, "create_connection"), (socket, "getaddrinfo")):
            stack.enter_context(mock.patch.object(owner, name, network))
        try:
            for given in source.read(request):
                if isinstance(given, pd.DataFrame):
                    frames.append(given)
                else:  # no more rows are fetched than show that it is too long
                    frames.append(given.head(_MOST_ROWS + 1).collect("pyarrow").to_native().to_pandas())
                if sum(map(len, frames)) > _MOST_ROWS:
                    return None
        except (OSError, HubrankError, FileProblem):
            return None
        except Exception as error:
            if network.called:
                return None
            raise ContractError(f"read raised {type(error).__name__}: {error}") from error
    rows = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=[*table.columns])
    return divided(rows, [name for name in rows.select_dtypes("number") if name in columns])


def _written(frame: pd.DataFrame, columns: list[str]) -> collections.Counter[tuple[str, ...]]:
    """Rows as texts that are equal if the rows are: numbers to 12 digits, missing values empty."""

    def texts(values: pd.Series) -> list[str]:
        written = (f"{float(item):.12g}" if isinstance(item, numbers.Real) else str(item) for item in values)
        return ["" if gap else text for text, gap in zip(written, values.isna(), strict=True)]

    return collections.Counter(zip(*(texts(frame[column]) for column in columns), strict=True))


def check_tables(source: DataSource, options: Any) -> None:
    """Each table has a name of its own, and its columns state the place, time and amount of its rows."""
    tables = source.tables_for(options)
    names = [table.name for table in tables]
    promise(tables, "it has no tables")
    promise(len(set(names)) == len(names), f"two tables have the same name: {shorten_list(names)}")
    for table in [table for table in tables if table.columns]:
        promise(table.kind in ("flow", "stock"), f"table '{table.name}' is a {table.kind!r}; it must be flow or stock")
        where = set(table.columns) & set(PLACE_COLUMNS)
        promise(where, f"table '{table.name}' has no place column; available: {shorten_list(PLACE_COLUMNS)}")
        promise(("lat" in where) == ("lon" in where), f"table '{table.name}' has only one of lat and lon")
        message = all(isinstance(meaning, str) and meaning for meaning in table.columns.values())
        promise(message, f"table '{table.name}' has a column without a description")


def check_table_origins(source: DataSource, options: Any) -> None:
    """The producer of the data is named, with the licence; a table's origin is one of them."""
    origins = source.origins_for(options)
    _promise_origins(origins)
    names = {origin.name for origin in origins}
    for table in source.tables_for(options):
        promise(not table.origin or table.origin in names, f"table '{table.name}' has unknown origin '{table.origin}'")


def check_sample_rows(source: DataSource, options: Any) -> None:
    """A sample has 1 to 200 rows, and exactly the columns that the table declares."""
    for table, frame in _samples(source, options):
        name = f"sample of '{table.name}'"
        promise(isinstance(frame, pd.DataFrame), f"{name} is {type(frame).__name__}; expected DataFrame")
        promise(0 < len(frame) <= 200, f"{name} has {len(frame)} rows; expected 1 to 200")
        lacking = [column for column in table.columns if column not in frame.columns]
        promise(not lacking, f"{name} is missing the columns {shorten_list(lacking)}")
        strange = [column for column in frame.columns if column not in table.columns]
        promise(not strange, f"{name} has undeclared columns: {shorten_list(strange)}")


def check_sample_types(source: DataSource, options: Any) -> None:
    """Years are whole numbers, points degrees, amounts finite, countries ISO 3166-1 alpha-3."""
    for table, frame in _samples(source, options):
        name = f"sample of '{table.name}'"
        for column in set(TIME_COLUMNS) & set(frame.columns):
            years = pd.to_numeric(frame[column], errors="coerce").dropna()
            promise((years % 1 == 0).all() and len(years), f"{name}: {column} must be whole numbers")
        _promise_places(frame, f"{name}: ")
        for column in filter(lambda column: pd.api.types.is_numeric_dtype(frame[column]), _wanted(table)):
            infinite = np.isinf(frame[column].to_numpy(dtype=float, na_value=np.nan)).any()
            promise(not infinite, f"{name}: {column} is infinite")


def check_sample_origins(source: DataSource, options: Any) -> None:
    """Each row's origin is one of the source's, in the row or of its table."""
    known = {origin.name for origin in source.origins_for(options)}
    for table, frame in _samples(source, options):
        strange = sorted(_named(table, frame) - known)
        promise(not strange, f"sample of '{table.name}' has rows with unknown origins: {shorten_list(strange)}")


def check_sample_years(source: DataSource, options: Any) -> None:
    """Rows lie inside the years and countries that the table covers; a period ends after it begins."""
    for table, frame in _samples(source, options):
        name = f"sample of '{table.name}'"
        if {"from_year", "year"} <= set(frame.columns):
            promise(not (frame["from_year"] > frame["year"]).any(), f"{name}: a row's from_year is after its year")
        if table.covers is None or "year" not in frame.columns:
            continue
        years = frame["year"].dropna()
        inside = years.between(table.covers.first, table.covers.last)
        span = f"{table.covers.first} to {table.covers.last}"
        outside = sorted({str(int(year)) for year in years[~inside]})
        promise(not outside, f"{name}: a row of {shorten_list(outside)} is outside covers, {span}")


def check_sample_rhythm(source: DataSource, options: Any) -> None:
    """No two vintages of a table are closer than it declares: an old one would be used instead of an available one."""
    for table, frame in _samples(source, options):
        if "year" not in frame.columns:
            continue
        years = np.unique(frame["year"].dropna().to_numpy(dtype=float))
        close = [f"{first:.0f} and {second:.0f}" for first, second in pairwise(years) if second - first < table.every]
        promise(
            not close,
            f"table '{table.name}' says every = {table.every}, "
            f"but years of its sample are closer: {shorten_list(close)}",
        )


def check_sample_repeatable(source: DataSource, options: Any) -> None:
    """A sample is the same each time."""
    for table, frame in _samples(source, options):
        promise(frame.equals(source.sample(table.name, options)), f"sample of '{table.name}' changes from call to call")


def check_read_has_sample(source: DataSource, options: Any) -> None:
    """Its rows contain those of its sample, including missing values, undated rows and rows without a place."""
    for table, frame, rows in _read_whole(source, options):
        columns = [column for column in frame.columns if column in rows.columns]
        lacking = _written(frame, columns) - _written(rows, columns)
        cells = zip(columns, next(iter(lacking), ()), strict=False)
        first = ", ".join(f"{column} {value or 'empty'}" for column, value in cells)
        promise(
            not lacking,
            f"read of '{table.name}' drops {number_of(lacking.total(), 'row')} that its sample has, such as "
            f"{first}; give every row, the core leaves out what it cannot use",
        )


def check_read_any_columns(source: DataSource, options: Any) -> None:
    """Rows with a missing value in one column count for the others: reading an amount alone gives as many values."""
    for table, _, rows in _read_whole(source, options):
        for column in (column for column in rows.columns if column in _wanted(table)):
            alone = _reading(source, options, table, (column,))
            if alone is None or column not in alone.columns:
                continue
            there, beside = int(alone[column].notna().sum()), int(rows[column].notna().sum())
            promise(
                there == beside,
                f"read of '{table.name}' gives {there} rows with '{column}' asked for alone and {beside} beside the "
                "other columns; a gap in one column must not drop the row",
            )


def check_read_years(source: DataSource, options: Any) -> None:
    """A request for a year gives all rows of that year, and those without a year, which count in every edition."""
    for table, _, rows in _read_whole(source, options):
        if "year" not in rows.columns or rows["year"].dropna().empty:
            continue
        year = int(rows["year"].dropna().mode()[0])
        one = _reading(source, options, table, _wanted(table), year)
        if one is None:
            continue
        for what, wanted, found in (
            (f"of {year}", (rows["year"] == year).sum(), (one["year"] == year).sum()),
            ("without a year", rows["year"].isna().sum(), one["year"].isna().sum()),
        ):
            promise(found >= wanted, f"read of '{table.name}', asked for {year}, gives {found} of {wanted} rows {what}")


def check_read_origins(source: DataSource, options: Any) -> None:
    """The rows that it reads name its origins and no others; each origin has a row, or is one of places."""
    known = [origin.name for origin in source.origins_for(options)]
    named: set[str] = set()
    whole = list(_read_whole(source, options))
    for table, _, rows in whole:
        own = _named(table, rows)
        strange = sorted(own - set(known))
        promise(not strange, f"read of '{table.name}' has rows with unknown origins: {shorten_list(strange)}")
        named |= own
    idle = [name for name in known if name not in named and name not in PLACE_COLUMNS]
    if len(whole) == len(source.tables_for(options)):
        promise(not idle, f"no row that it reads is of {shorten_list(idle)}; remove the origin, or name it in its rows")


_SAMPLE = (check_sample_rows, check_sample_types, check_sample_origins, check_sample_years, check_sample_rhythm)
_READ = (check_sample_repeatable, check_read_has_sample, check_read_any_columns, check_read_years, check_read_origins)
SOURCE_CHECKS = (check_name, check_tables, check_table_origins, *_SAMPLE, *_READ)


def _samples(source: DataSource, options: Any) -> Iterator[tuple[Table, pd.DataFrame]]:
    """The samples of the tables whose columns are known before they are read."""
    return ((table, source.sample(table.name, options)) for table in source.tables_for(options) if table.columns)


def _wanted(table: Table) -> tuple[str, ...]:
    """The columns that indicators can ask for."""
    return tuple(
        column for column in table.columns if column not in (*PLACE_COLUMNS, *TIME_COLUMNS, *PROVENANCE_COLUMNS)
    )


def _read_whole(source: DataSource, options: Any) -> Iterator[tuple[Table, pd.DataFrame, pd.DataFrame]]:
    """Each table that is on this machine, with its sample and all its rows."""
    for table, frame in _samples(source, options):
        rows = _reading(source, options, table, _wanted(table))
        if rows is not None:
            yield table, frame, rows


def _named(table: Table, frame: pd.DataFrame) -> set[str]:
    """The origins that rows name; where they name none, that of their table."""
    names = frame["origin"].unique() if "origin" in frame.columns else [table.origin]
    return {item if isinstance(item, str) and item else table.origin for item in names}


def _promise_places(frame: pd.DataFrame, where: str = "") -> None:
    """Raise unless countries are codes of three letters, and points degrees."""
    if "country" in frame.columns:
        codes = frame["country"].dropna().unique()
        strange = [item for item in codes if not (isinstance(item, str) and re.fullmatch("[A-Z]{3}", item))]
        promise(not strange, f"{where}country must be three capital letters; got {shorten_list(strange)}")
    for column, most in (("lat", 90), ("lon", 180)):
        if column in frame.columns:
            degrees = (frame[column].dropna().abs() <= most).all()
            promise(degrees, f"{where}{column} must be degrees up to {most}")


def check_units(units: UnitSet) -> None:
    """It has one row per unit, each with a code of its own and a name, both texts."""
    frame = units.units()
    for column in ("unit", "name"):
        promise(
            column in frame.columns, f"units has no column '{column}'; available: {shorten_list(list(frame.columns))}"
        )
        texts = [item for item in frame[column] if isinstance(item, str) and item]
        promise(len(texts) == len(frame), f"units has a row with a '{column}' that is not text")
    promise(len(frame), "units is empty")
    twice = sorted(set(frame["unit"][frame["unit"].duplicated()]))
    promise(not twice, f"two units have the code {shorten_list(twice)}")


def check_columns(units: UnitSet) -> None:
    """Countries are ISO 3166-1 alpha-3 codes; latitudes and longitudes are degrees."""
    for frame in (units.units(), units.places()):
        _promise_places(frame)


def check_places(units: UnitSet) -> None:
    """Each row of its places names a unit, and says where; no code belongs to two units."""
    frame, spots = units.units(), units.places()
    promise("unit" in spots.columns, f"places has no column 'unit'; available: {shorten_list(list(spots.columns))}")
    strange = sorted(set(spots["unit"]) - set(frame["unit"]))
    promise(not strange, f"places contains unknown units: {shorten_list(strange)}")
    ways = [column for column in (*PLACE_COLUMNS[1:], "polygon") if column in spots.columns]
    promise(ways, f"places has no column that gives a place; available: {shorten_list(list(spots.columns))}")
    nowhere = spots.loc[spots[ways].isna().all(axis="columns"), "unit"]
    promise(not len(nowhere), f"places has rows without a place, for {shorten_list(sorted(set(nowhere)))}")
    countries = frame["country"].tolist() if "country" in frame.columns else [None] * len(frame)
    try:
        places(spots, frame["unit"].tolist(), countries, within_km=50)
    except FileProblem as error:
        promise(False, str(error))


def check_repeatable(units: UnitSet) -> None:
    """It makes the same units in the same order each time."""
    promise(units.units().equals(units.units()), "units returned different rows when called again")
    promise(units.places().equals(units.places()), "places returned different rows when called again")


def check_origins(units: UnitSet) -> None:
    """The producer of the list is named, with the licence."""
    if units.origins:
        _promise_origins(units.origins)


UNIT_SET_CHECKS = (check_name, check_units, check_columns, check_places, check_repeatable, check_origins)
