"""What a data source promises. Its `read` is not called: the kit needs no network."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from hubrank.basis.errors import listed
from hubrank.contract.sources import PLACE_COLUMNS, PROVENANCE_COLUMNS, TIME_COLUMNS, DataSource, Table
from hubrank.testing.checks.names import check_name
from hubrank.testing.checks.origins import promise_origins
from hubrank.testing.promises import promise

if TYPE_CHECKING:
    import pandas as pd

#: The most rows of a sample.
MOST = 200


def check_tables(source: DataSource, options: Any) -> None:
    """Each table has a name of its own, and tells where, when and how much its rows say."""
    tables = source.tables_for(options)
    names = [table.name for table in tables]
    promise(tables, "it has no tables")
    promise(len(set(names)) == len(names), f"two tables have the same name: {listed(names)}")
    for table in _known(source, options):
        promise(table.kind in ("flow", "stock"), f"table '{table.name}' is a {table.kind!r}; it must be flow or stock")
        where = set(table.columns) & set(PLACE_COLUMNS)
        promise(where, f"table '{table.name}' has no place column; available: {listed(PLACE_COLUMNS)}")
        promise(("lat" in where) == ("lon" in where), f"table '{table.name}' has only one of lat and lon")
        told = all(isinstance(meaning, str) and meaning for meaning in table.columns.values())
        promise(told, f"table '{table.name}' has a column without a description")


def check_origins(source: DataSource, options: Any) -> None:
    """Whoever made the data is named, with the licence; a table's origin is one of them."""
    origins = source.origins_for(options)
    promise_origins(origins)
    names = {origin.name for origin in origins}
    for table in source.tables_for(options):
        promise(not table.origin or table.origin in names, f"table '{table.name}' has unknown origin '{table.origin}'")


def check_sample_rows(source: DataSource, options: Any) -> None:
    """A sample has 1 to 200 rows, and exactly the columns that the table promises."""
    import pandas as pd

    for table, frame in _samples(source, options):
        promise(
            isinstance(frame, pd.DataFrame), f"sample of '{table.name}' is {type(frame).__name__}; expected DataFrame"
        )
        promise(0 < len(frame) <= MOST, f"sample of '{table.name}' has {len(frame)} rows; expected 1 to {MOST}")
        lacking = [column for column in table.columns if column not in frame.columns]
        promise(not lacking, f"sample of '{table.name}' is missing the columns {listed(lacking)}")
        strange = [column for column in frame.columns if column not in table.columns]
        promise(not strange, f"sample of '{table.name}' has undeclared columns: {listed(strange)}")


def check_sample_types(source: DataSource, options: Any) -> None:
    """Years are whole numbers, points degrees, amounts finite, countries ISO 3166-1 alpha-3."""
    import pandas as pd

    for table, frame in _samples(source, options):
        name = f"sample of '{table.name}'"
        for column in set(TIME_COLUMNS) & set(frame.columns):
            years = pd.to_numeric(frame[column], errors="coerce").dropna()
            promise((years % 1 == 0).all() and len(years), f"{name}: {column} must be whole numbers")
        for column, most in (("lat", 90), ("lon", 180)):
            if column in frame.columns:
                promise((frame[column].dropna().abs() <= most).all(), f"{name}: {column} must be degrees up to {most}")
        if "country" in frame.columns:
            strange = [each for each in frame["country"].dropna().unique() if not _is_country(each)]
            promise(not strange, f"{name}: country must be three capital letters; got {listed(strange)}")
        for column in _amounts(table, frame):
            promise(
                not np.isinf(frame[column].to_numpy(dtype=float, na_value=np.nan)).any(),
                f"{name}: {column} is infinite",
            )


def check_sample_origins(source: DataSource, options: Any) -> None:
    """Each row's origin is one of the source's, in the row or of its table."""
    known = {origin.name for origin in source.origins_for(options)}
    for table, frame in _samples(source, options):
        own = list(frame["origin"]) if "origin" in frame.columns else [table.origin]
        named = {each if isinstance(each, str) and each else table.origin for each in own}
        strange = sorted(named - known)
        promise(not strange, f"sample of '{table.name}' has rows with unknown origins: {listed(strange)}")


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
        promise(inside.all(), f"{name}: a row of {listed(_strings(years[~inside]))} is outside covers, {span}")


def check_sample_rhythm(source: DataSource, options: Any) -> None:
    """No two vintages of a table are closer together than it says: an old one would stand in for one that there is."""
    for table, frame in _samples(source, options):
        if "year" not in frame.columns:
            continue
        years = np.unique(frame["year"].dropna().to_numpy(dtype=float))
        close = [f"{first:.0f} and {second:.0f}" for first, second in pairwise(years) if second - first < table.every]
        promise(
            not close,
            f"table '{table.name}' says every = {table.every}, but years of its sample are closer: {listed(close)}",
        )


def check_sample_repeatable(source: DataSource, options: Any) -> None:
    """A sample is the same each time."""
    for table, frame in _samples(source, options):
        promise(frame.equals(source.sample(table.name, options)), f"sample of '{table.name}' changes from call to call")


CHECKS = (
    check_name,
    check_tables,
    check_origins,
    check_sample_rows,
    check_sample_types,
    check_sample_origins,
    check_sample_years,
    check_sample_rhythm,
    check_sample_repeatable,
)


def _known(source: DataSource, options: Any) -> Iterator[Table]:
    """The tables whose columns are known before they are read."""
    return (table for table in source.tables_for(options) if table.columns)


def _samples(source: DataSource, options: Any) -> Iterator[tuple[Table, pd.DataFrame]]:
    for table in _known(source, options):
        yield table, source.sample(table.name, options)


def _amounts(table: Table, frame: pd.DataFrame) -> list[str]:
    from pandas.api.types import is_numeric_dtype

    reserved = {*PLACE_COLUMNS, *TIME_COLUMNS, *PROVENANCE_COLUMNS}
    return [column for column in table.columns if column not in reserved and is_numeric_dtype(frame[column])]


def _strings(values: pd.Series) -> list[str]:
    return sorted({str(int(each)) for each in values})


def _is_country(value: object) -> bool:
    return isinstance(value, str) and len(value) == 3 and value.isalpha() and value.isupper()
