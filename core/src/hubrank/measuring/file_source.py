"""The source `files`: tables that come with a scenario."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from attrs import field, frozen

from hubrank.basis.cells import LATITUDE, LONGITUDE, NUMBER, YEAR, Kind
from hubrank.basis.errors import FileProblem, suggestion
from hubrank.basis.table_files import read_table, require
from hubrank.contract.hookspecs import hookimpl
from hubrank.contract.origins import Origin
from hubrank.contract.sources import PLACE_COLUMNS, PROVENANCE_COLUMNS, TIME_COLUMNS, Covers, DataSource, Request, Table
from hubrank.contract.units import SCHEMES
from hubrank.scenario.places import place_columns

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.basis.arrays import Mask

#: What the numbers of places and times must be.
_KINDS: Mapping[str, Kind] = {**dict.fromkeys(TIME_COLUMNS, YEAR), "lat": LATITUDE, "lon": LONGITUDE}


@frozen(kw_only=True)
class Long:
    """A table with one value a row.

    Attributes:
        names: The column that says what the value is.
        values: The column that says how much.
    """

    names: str
    values: str


@frozen(kw_only=True)
class Options:
    """What a scenario can set of the source `files`.

    Attributes:
        file: CSV, TSV, Parquet or Excel; path relative to the scenario.
        sheet: Sheet of a workbook; the first by default.
        delimiter: Field separator of a CSV.
        columns: Column names in the file: `{ unit = "iso3", year = "time" }`.
        long: For a file with one value per row: its columns of names and values.
        year: Year of all rows, if no column gives it.
        kind: `stock` (a level; the newest counts) or `flow` (amounts that add up over years).
        where: Keep only rows with this value in this column.
        covers: Years (and countries) for which the file is complete, so that no row means 0.
        producer: Who made the data.
        title: Title of the data.
        url: Where the data are published.
        licence: Licence of the data.
        published: Date of publication.
    """

    file: Path
    sheet: str | None = None
    delimiter: str = ","
    columns: Mapping[str, str] = field(factory=dict)
    long: Long | None = None
    year: int | None = None
    kind: Literal["stock", "flow"] = "stock"
    where: Mapping[str, Any] = field(factory=dict)
    covers: Covers | None = None
    producer: str = "not stated"
    title: str = ""
    url: str = ""
    licence: str = "not stated"
    published: str = ""

    def __attrs_post_init__(self) -> None:
        if self.year is not None and not YEAR.holds(self.year):
            raise ValueError(f"year: {YEAR.refusal(self.year)}")


def tables(options: Options) -> tuple[Table, ...]:
    """One table of whatever name; its columns are known when it is read."""
    return (Table(name="*", columns={}, kind=options.kind, covers=options.covers, origin=options.file.name),)


def origins(options: Options) -> tuple[Origin, ...]:
    """What the scenario says of the file."""
    return (
        Origin(
            name=options.file.name,
            producer=options.producer,
            title=options.title or options.file.name,
            licence=options.licence,
            url=options.url,
            published=options.published,
        ),
    )


def read(request: Request) -> Iterator[pd.DataFrame]:
    """The file's rows in one batch, their columns renamed."""
    options: Options = request.options
    name = options.file.name
    frame = _kept(_read_file(request), options)
    require(frame, name, {other: column for column, other in options.columns.items()})
    frame = frame.rename(columns={other: column for column, other in options.columns.items()})
    if options.long is not None:
        frame = _widened(frame, options)
    require(frame, name, dict.fromkeys(request.columns, "an indicator"))
    if options.year is not None:
        frame = frame.assign(year=options.year)
    if not place_columns(frame.columns):
        raise FileProblem(
            f"{name}: no column gives the place; name one {', '.join(SCHEMES)}, or two lat and lon, "
            "or map them in options.columns"
        )
    if options.kind == "stock" and options.long is None:
        _check_twice(frame, name, request.texts)
    yield frame


def _read_file(request: Request) -> pd.DataFrame:
    """The file as it is, its codes as texts and its amounts as numbers."""
    options: Options = request.options
    renamed = dict(options.columns)
    texts = {renamed.get(column, column) for column in (*SCHEMES, *PROVENANCE_COLUMNS, *request.texts)}
    kinds = {renamed.get(column, column): kind for column, kind in _KINDS.items()}
    if options.long is None:
        kinds = dict.fromkeys((renamed.get(column, column) for column in request.columns), NUMBER) | kinds
    else:
        kinds[options.long.values] = NUMBER
        texts.add(options.long.names)
    kinds = {column: kind for column, kind in kinds.items() if column not in texts}
    return read_table(options.file, texts=texts, kinds=kinds, sheet=options.sheet, delimiter=options.delimiter)


def fingerprint(request: Request) -> str:
    """The SHA-256 of the file."""
    file: Path = request.options.file
    if not file.is_file():
        raise FileProblem(f"{file.name}: file not found")
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise FileProblem(f"{file.name}: cannot be read: {error.strerror}") from error


def sample(table: str, options: Options) -> pd.DataFrame:
    """The file's first rows."""
    request = Request(table=table, columns=(), first_year=None, last_year=None, options=options)
    return next(iter(read(request))).head(200)


def _kept(frame: pd.DataFrame, options: Options) -> pd.DataFrame:
    for column, wanted in options.where.items():
        require(frame, options.file.name, {column: "options.where"})
        each_wanted = wanted if isinstance(wanted, list) else [wanted]
        _refuse_unmet(frame, column, each_wanted, options.file.name)
        frame = frame[frame[column].isin(each_wanted)]
    return frame


def _refuse_unmet(frame: pd.DataFrame, column: str, wanted: list[Any], name: str) -> None:
    """Refuse a value of `where` that no row has: a slip that would leave rows out without a word."""
    there = frame[column].dropna().unique().tolist()
    unmet = [each for each in wanted if each not in there]
    if unmet:
        known = [each for each in there if isinstance(each, str)]
        told = "; ".join(f"{each!r}{suggestion(each, known) if isinstance(each, str) else ''}" for each in unmet)
        raise FileProblem(f"{name}: no row has {column} = {told}")


def _widened(frame: pd.DataFrame, options: Options) -> pd.DataFrame:
    """One row for each place and time, one column for each name."""
    assert options.long is not None  # noqa: S101  # the caller looked
    names, values = options.long.names, options.long.values
    require(frame, options.file.name, {names: "options.long", values: "options.long"})
    keys = [column for column in (*PLACE_COLUMNS, *TIME_COLUMNS, *PROVENANCE_COLUMNS) if column in frame.columns]
    _refuse_twice(frame, [*keys, names], options.file.name, "a second value for", "")
    return frame.set_index([*keys, names])[values].unstack(names).reset_index()


def _check_twice(frame: pd.DataFrame, name: str, texts: tuple[str, ...]) -> None:
    """A stock has one level for a place and a time; two rows are a mistake, not a sum. Points may coincide."""
    if "lat" not in frame.columns:
        keys = [column for column in (*SCHEMES, *TIME_COLUMNS, *texts) if column in frame.columns]
        instead = '; a stock has one row per unit and time; for a flow, set kind = "flow"'
        _refuse_twice(frame, keys, name, "a second row for", instead)


def _refuse_twice(frame: pd.DataFrame, keys: list[str], name: str, what: str, instead: str) -> None:
    twice = frame.duplicated(keys).to_numpy()
    if twice.any():
        first = frame.iloc[int(twice.argmax())]
        row = ", ".join(f"{column} {_shown(first[column])}" for column in keys)
        raise FileProblem(f"{name}{_line(frame, twice)}: {what} {row}{instead}")


def _line(frame: pd.DataFrame, wrong: Mask) -> str:
    return f", line {int(frame.index[wrong][0]) + 2}"


def _shown(value: Any) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)


@hookimpl
def hubrank_data_sources() -> Iterator[DataSource]:
    """The source."""
    yield DataSource(
        name="files",
        title="Tables that come with a scenario: CSV, Parquet, Excel",
        read=read,
        sample=sample,
        tables=tables,
        origins=origins,
        options=Options,
        fingerprint=fingerprint,
    )
