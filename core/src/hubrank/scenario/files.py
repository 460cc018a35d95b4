"""The source `files`: tables beside a scenario."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from attrs import field, frozen

from hubrank.errors import FileProblem, did_you_mean
from hubrank.i18n import library_message
from hubrank.io.cell_errors import MOST
from hubrank.io.cells import LATITUDE, LONGITUDE, NUMBER, YEAR, CellFormat, among, year_in
from hubrank.io.safe_input import check_size, digest_of
from hubrank.io.table_layout import Wide, meant_by, year_pattern
from hubrank.io.tables import ReadSpec, at_lines, has_lines, missing_columns_text, read_with_errors
from hubrank.io.toml import describe_value
from hubrank.plugin.hooks import declare
from hubrank.plugin.sources import (
    PLACE_COLUMNS,
    PROVENANCE_COLUMNS,
    TIME_COLUMNS,
    Coverage,
    DataSource,
    Origin,
    Request,
    StatedOrigin,
    Table,
)
from hubrank.plugin.units import SCHEMES
from hubrank.scenario.places import place_columns

#: The required numbers of places and times.
_KINDS = {**dict.fromkeys(TIME_COLUMNS, YEAR), "lat": LATITUDE, "lon": LONGITUDE}


def rows_of(request: Request) -> pd.DataFrame:
    """The file's rows with the requested columns, a place and perhaps a year.

    Other columns are not read, unless something is wrong: then they may be the ones that were meant.

    Raises:
        FileProblem: With every error in the table.
    """
    options = request.options
    if options.long is None and options.wide is None and request.columns:
        filtered = _renamed(options, *options.where)
        only = {*request.columns, *PLACE_COLUMNS, *TIME_COLUMNS, *PROVENANCE_COLUMNS, *filtered}
        frame, problems = _examined(request, only)
        if not problems:
            return frame[[column for column in frame.columns if column in only]]
    frame, problems = _examined(request, None)
    if problems:
        raise FileProblem(*problems)
    return frame


def _examined(request: Request, only: Collection[str] | None) -> tuple[pd.DataFrame, list[str]]:
    """The file's rows, codes as texts and amounts, points and years as numbers, with all their errors."""
    options = request.options
    name = options.file.name
    texts = {*SCHEMES, *PROVENANCE_COLUMNS, *request.texts}
    kinds = dict.fromkeys(() if options.long else request.columns, NUMBER) | _KINDS
    if options.long is not None:
        names, values = _renamed(options, options.long.names, options.long.values)
        texts.add(names)
        kinds[values] = NUMBER
    kinds = {column: kind for column, kind in kinds.items() if column not in texts}
    spec = ReadSpec(columns=options.columns, texts=texts, kinds=kinds, wide=options.wide, only=only)
    frame, problems = read_with_errors(options.file, options, spec)
    if frame is None:
        return pd.DataFrame(), problems
    frame = _kept(frame, options, problems)
    if options.long is not None and not problems:
        frame = _by_name(frame, options, problems)
    missing = [column for column in request.columns if column not in frame.columns]
    if missing and (options.long is None or not problems):
        problems.append(missing_columns_text(frame, name, request.columns) + _hint(frame, options, missing))
    free = [column for column in frame.columns if column not in {*request.columns, *options.columns}]
    questions = _asked_of_time(frame, options, free)
    if not ({*options.columns} - {*frame.columns}) & {*PLACE_COLUMNS}:
        questions += _asked_of_place(frame, free)
    problems += [f"{name}: {item}" for item in questions]
    if options.kind == "stock" and options.long is None and not questions:
        problems += _twice(frame, options, [*SCHEMES, *TIME_COLUMNS, *request.texts], rows=True)
    return (frame.assign(year=options.year) if options.year and not problems else frame), problems


def _renamed(options: Any, *columns: str) -> list[str]:
    """The names of the file's columns in this table."""
    names = {old: new for new, old in options.columns.items()}
    return [names.get(column, column) for column in columns]


def _kept(frame: pd.DataFrame, options: Any, problems: list[str]) -> pd.DataFrame:
    """The rows that the scenario keeps; a value that no row has is a problem."""
    for name, (column, wanted) in zip(_renamed(options, *options.where), options.where.items(), strict=True):
        if what := missing_columns_text(frame, options.file.name, [name]):
            problems.append(what)
            continue
        values = wanted if isinstance(wanted, list) else [wanted]
        if absent := [value for value in values if not among(frame[name], [value]).any()]:
            texts = [value for value in set(frame[name].dropna()) if isinstance(value, str)]
            hints = (did_you_mean(value, texts) if isinstance(value, str) else "" for value in absent)
            what = "; ".join(f"{value!r}{hint}" for value, hint in zip(absent, hints, strict=True))
            problems.append(f"{options.file.name}: no row has {column} = {what}")
        else:
            frame = frame[among(frame[name], values)]
    return frame


def _by_name(frame: pd.DataFrame, options: Any, problems: list[str]) -> pd.DataFrame:
    """A long table with one row for each place and time, one column for each name."""
    file, (names, values) = options.file.name, _renamed(options, options.long.names, options.long.values)
    if what := missing_columns_text(frame, file, [names, values]):
        problems.append(what)
        return frame
    keys = [column for column in (*PLACE_COLUMNS, *TIME_COLUMNS, *PROVENANCE_COLUMNS) if column in frame.columns]
    unnamed = frame[frame[names].isna()]
    if len(unnamed):
        problems.append(f"{at_lines(options.file, unnamed.index)}: no name in '{options.long.names}'")
    for name in sorted(set(frame[names].dropna()) & set(keys)):
        problems.append(f"{file}: '{options.long.names}' has the name '{name}', which a column has too")
    problems += _twice(frame[frame[names].notna()], options, [*keys, names], rows=False)
    return frame if problems else frame.set_index([*keys, names])[values].unstack(names).reset_index()


def _hint(frame: pd.DataFrame, options: Any, missing: list[str]) -> str:
    """Other explanations for the missing columns."""
    hints = [
        f"; options.columns renames '{column}'; add {column} = \"{column}\" to keep it"
        for column in missing
        if column in options.columns.values()
    ]
    pattern, found = year_pattern(frame.columns) if "year" not in frame.columns else ("", [])
    if pattern and options.wide is None:
        values = "" if "{name}" in pattern else f', values = "{missing[0]}"'
        hints.append(
            f"; {', '.join([*found[:3], *['...'] * (len(found) > 3)])} look like years as columns, which wide "
            f'= {{ years = "{pattern}"{values} }} reads'
        )
    return "".join(hints)


def _asked_of_time(frame: pd.DataFrame, options: Any, free: list[str]) -> list[str]:
    """Questions about a missing or superfluous column of time."""
    if "year" in frame.columns:
        stated = "has no years" if options.year is False else f"is of {options.year}"
        what = (
            f"has a column 'year'; options.year says that it {stated}; columns = {{ other = \"year\" }} leaves it out"
        )
        return [] if options.year is None else [what]
    column = next(iter(meant_by("year", free)), None)
    if column is None or options.year is not None or "year" in options.columns or "from_year" in frame.columns:
        return []
    values = frame[column].dropna().head(MOST)
    dates = ' and dates = "year"' if len(values) and all(year_in(value) is not None for value in values) else ""
    return [
        f"is '{column}' the year? set columns = {{ year = \"{column}\" }}{dates}; or year = 2020 for the year of all "
        "rows, or year = false if they are for every edition"
    ]


def _asked_of_place(frame: pd.DataFrame, free: list[str]) -> list[str]:
    """Questions about missing columns of place, if none gives the place."""
    placed = bool(place_columns(frame.columns))
    missing = [] if "unit" in frame.columns else [scheme for scheme in PLACE_COLUMNS if scheme not in frame.columns]
    found = [
        (column, f"is '{column}' the {name}?", f'columns = {{ {name} = "{column}" }}')
        for name in missing
        for column in meant_by(name, free, alike_only=placed)
    ]
    if placed:
        return [f'{ask} set {key}, or columns = {{ other = "{column}" }} to leave it out' for column, ask, key in found]
    if found:
        return [f"no column gives the place; {' '.join(f'{question} {key}' for _, question, key in found)}"]
    return [
        f"no column gives the place; name one {', '.join(SCHEMES)}, or two lat and lon, or map them in options.columns"
    ]


def _twice(frame: pd.DataFrame, options: Any, columns: Iterable[str], *, rows: bool) -> list[str]:
    """Duplicate rows, or values, for one place and time, which a level cannot have. Points may coincide."""
    keys = list(dict.fromkeys(column for column in columns if column in frame.columns))
    if (rows and "lat" in frame.columns) or not keys:
        return []
    twice = frame[frame.duplicated(keys) & frame[keys].notna().any(axis="columns")]
    places = [
        ", ".join(f"{key} {row[key]:.12g}" if isinstance(row[key], float) else f"{key} {row[key]}" for key in keys)
        for _, row in twice.head(MOST).iterrows()
    ]
    noun = "row" if rows else "value"
    remedy = '; a stock has one row per unit and time; for a flow, set kind = "flow"' if rows else ""
    if len(twice) < 2:
        return [f"{at_lines(options.file, twice.index)}: a second {noun} for {place}{remedy}" for place in places]
    word = "line" if has_lines(options.file) else "row"
    lines = [f"    {word} {line}: {place}" for line, place in zip(twice.index, places, strict=False)]
    lines += [f"    and {len(twice) - MOST:,} more"] if len(twice) > MOST else []
    return ["\n".join([f"{options.file.name}: {len(twice):,} {noun}s are second ones{remedy}", *lines])]


@frozen(kw_only=True)
class Long:
    """A table with one value per row.

    Attributes:
        names: The column with the name of the value.
        values: The column with the value.
    """

    names: str
    values: str


@frozen(kw_only=True)
class Layout(CellFormat):
    """The layout of a table in a file, in addition to the format of its cells (its base).

    Attributes:
        columns: Column names in the file: `{ unit = "iso3", year = "time" }`; one column may have several names.
        wide: For a file with a column for each year: its columns of values and their name.
        long: For a file with one value per row: its columns of names and values.
        year: Year of all rows, if no column gives it; `false` if the rows count in every edition.
        where: Keep only rows with this value in this column.
    """

    columns: Mapping[str, str] = field(factory=dict)
    wide: Wide | None = None
    long: Long | None = None
    year: int | Literal[False] | None = None
    where: Mapping[str, Any] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.year and self.wide:
            raise ValueError("year: wide gives each value its year; leave one of them out")
        if self.year is not None and self.year is not False and not YEAR.holds(self.year):
            raise ValueError(f"year: {YEAR.refusal(self.year)}")
        values = [item for wanted in self.where.values() for item in (wanted if isinstance(wanted, list) else [wanted])]
        for value in (value for value in values if isinstance(value, Mapping | list)):
            raise ValueError(f"where: must be a text, a number, or true or false; got {describe_value(value)}")


@frozen(kw_only=True)
class Options(Layout, StatedOrigin):
    """Options of the source `files`, in addition to the layout of the table and its producer (its bases).

    Attributes:
        file: CSV, TSV, Parquet or Excel; path relative to the scenario, or an address, which `hubrank fetch` fetches.
        kind: `stock` (a level; the newest counts) or `flow` (amounts that add up over years).
        covers: Years (and countries) for which the file is complete, so that no row means 0.
    """

    file: Path
    kind: Literal["stock", "flow"] = "stock"
    covers: Coverage | None = None


def tables(options: Options) -> tuple[Table, ...]:
    """One table of any name; its columns are known when it is read."""
    return (Table(name="*", columns={}, kind=options.kind, covers=options.covers, origin=options.file.name),)


def origins(options: Options) -> tuple[Origin, ...]:
    """The scenario's statements about the file."""
    return (options.origin(options.file.name, options.file),)


def read(request: Request) -> Iterator[pd.DataFrame]:
    """The file's rows in one batch, their columns renamed."""
    yield rows_of(request)


def fingerprint(request: Request) -> str:
    """The SHA-256 of the file."""
    file: Path = request.options.file
    check_size(file)
    try:
        return digest_of(file)
    except OSError as error:
        raise FileProblem(f"{file.name}: cannot be read: {library_message(error)}") from error


def sample(table: str, options: Options) -> pd.DataFrame:
    """The file's first rows."""
    request = Request(table=table, columns=(), first_year=None, last_year=None, options=options)
    return rows_of(request).head(200)


hubrank_data_sources = declare(
    DataSource(
        name="files",
        title="Tables that come with a scenario: CSV, Parquet, Excel",
        read=read,
        sample=sample,
        tables=tables,
        origins=origins,
        options=Options,
        fingerprint=fingerprint,
    )
)
