"""Points with an amount, of a file or of a source's table."""

import datetime
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd
from attrs import frozen
from hubrank.errors import did_you_mean, shorten_list
from hubrank.io.cells import LATITUDE, LONGITUDE, NUMBER, YEAR, CellFormat
from hubrank.io.tables import ReadSpec, read_with_errors, require
from hubrank.io.write import is_there
from hubrank.plugin import (
    PLACE_COLUMNS,
    PROVENANCE_COLUMNS,
    TIME_COLUMNS,
    FileProblem,
    Origin,
    Registry,
    Request,
    Table,
    UsageError,
    divided,
    gettext,
    load,
    ngettext,
    resolve,
)
from hubrank.plugin.registry import installed_part

Span = tuple[int, int] | None
ORIGIN = "points"
_KINDS = {"lat": LATITUDE, "lon": LONGITUDE, "year": YEAR}


@frozen(kw_only=True, eq=False)
class Points:
    """Rows with `lat`, `lon`, `amount`, and the other columns of the table.

    Attributes:
        table: The file's name, or `SOURCE:TABLE`.
        amount: The name of the amount; `meaning` is its unit of measure.
        kind: `flow` or `stock`.
        year: The newest year of the rows; this one if they have none.
        notes: The rows left out, a sentence each.
    """

    frame: pd.DataFrame
    table: str
    amount: str
    meaning: str
    kind: str
    year: int
    origin: Origin
    notes: tuple[str, ...]


def points_of(table: str, amount: str | None, years: str | None, key: str, input_: str | None = None) -> Points:
    """The points of a file, of `SOURCE:TABLE`, or of an input of a scenario with the options that this sets.

    The amount is by default a source's only one; of a file each row counts once. The key is the column that links
    name; empty if there are no links.

    Raises:
        UsageError: There is no such table or column, or a cell is invalid.
    """
    span = None
    if years is not None:
        found = re.fullmatch(r"([0-9]{4})(?:-([0-9]{4}))?", years)
        if found is None or int(found[2] or found[1]) < int(found[1]):
            raise UsageError(f"--years {years}: must be a year such as 2020, or 2016-2020")
        span = int(found[1]), int(found[2] or found[1])
    if input_ is not None:
        return _of_source(*_input_of(table, input_), amount, span, key)
    source, colon, name = table.partition(":")
    if colon and not is_there(Path(table)):
        return _of_source(*_table_of(source, name), amount, span, key)
    try:
        return _of_file(Path(table), amount, span, key)
    except FileProblem as error:
        raise UsageError("\n".join(error.problems)) from error


def _of_file(path: Path, amount: str | None, span: Span, key: str) -> Points:
    required = [item for item in (amount, key) if item]
    frame, problems = read_with_errors(
        path, CellFormat(), ReadSpec(texts=[key] if key else [], kinds=_KINDS | ({amount: NUMBER} if amount else {}))
    )
    if frame is None or problems:
        raise FileProblem(*problems)
    require(frame, path.name, ["lat", "lon", *required, *(["year"] if span else [])])
    stated = gettext("not stated")
    origin = Origin(name=ORIGIN, producer=stated, title=path.name, licence=stated)
    meaning = gettext("as in the table") if amount else gettext("rows of the table")
    table = {"table": path.name, "amount": amount or "rows", "meaning": meaning, "kind": "flow", "origin": origin}
    return _points(frame.assign(amount=frame[amount] if amount else 1.0), span, table)


def _input_of(scenario: str, name: str) -> tuple[str, Any, Any, Table]:
    """The title, the source, the source's options and the table of a scenario's input."""
    registry = Registry.installed()
    inputs = resolve(load(scenario, registry), registry).inputs
    if name not in inputs:
        raise UsageError(f"{scenario} has no input '{name}'; it has {shorten_list([*inputs])}")
    bound = inputs[name]
    return f"{scenario}:{name}", bound.part, bound.options, bound.table


def _table_of(source: str, name: str) -> tuple[str, Any, Any, Table]:
    """A table of an installed source that needs no options."""
    part = installed_part("source", source)
    try:
        options = part.record.options()
    except TypeError as error:
        raise UsageError(f"source '{source}' needs options, which only a scenario can set; give a file") from error
    tables = {item.name: item for item in part.ask("tables", options)}
    if name not in tables:
        raise UsageError(f"source '{source}' has no table '{name}'; it has {shorten_list([*tables])}")
    return f"{source}:{name}", part, options, tables[name]


def _of_source(title: str, part: Any, options: Any, table: Table, amount: str | None, span: Span, key: str) -> Points:
    known = [item for item in table.columns if item not in (*PLACE_COLUMNS, *TIME_COLUMNS, *PROVENANCE_COLUMNS)]
    if amount is None and len(known) != 1:
        raise UsageError(f"table '{table.name}' has several amounts; choose with --amount: {shorten_list(known)}")
    column = amount or known[0]
    needed = ["lat", "lon", *([key] if key else [])]
    if lacking := [item for item in (column, *needed) if item not in (known if item == column else table.columns)]:
        hint = did_you_mean(column, known) if lacking[0] == column else ""
        raise UsageError(f"table '{table.name}' has no column '{lacking[0]}'{hint}")
    if table.count_distinct:
        raise UsageError(
            f"table '{table.name}' counts each {table.count_distinct} once in a unit, whatever its places, so that no "
            "place has its own"
        )
    query = Request(table=table.name, columns=(column,), first_year=None, last_year=None, options=options)

    def read(request: Request) -> list[pd.DataFrame]:
        batches = part.record.read(request)
        frames = (item if isinstance(item, pd.DataFrame) else item.collect().to_pandas() for item in batches)
        return [divided(item, [column]) for item in frames]

    batches = part.call("read", query, function=read)
    wanted = {*needed, column}
    if missing := sorted({name for item in batches for name in wanted - {*item.columns}}):
        raise part.broke(f"read returned no column '{missing[0]}' of table '{table.name}'")
    frame = pd.concat(batches) if batches else pd.DataFrame(columns=sorted(wanted), dtype=float)
    fields = {
        "table": title,
        "amount": column,
        "meaning": table.columns[column],
        "kind": table.kind,
        "origin": _together(title, table, frame, part.ask("origins", options)),
    }
    return _points(frame.assign(amount=frame[column]).reset_index(drop=True), span, fields)


def _together(title: str, table: Table, frame: pd.DataFrame, origins: Iterable[Origin]) -> Origin:
    """The producers of the rows as one origin, since the amounts of one place are added up across producers."""
    named = set(frame["origin"].dropna()) if "origin" in frame else {table.origin}
    named_origins = [item for item in origins if item.name in named]
    joined = {
        part: "; ".join(dict.fromkeys(getattr(item, part) for item in named_origins)) or gettext("not stated")
        for part in ("producer", "licence")
    }
    titles = "; ".join(dict.fromkeys(item.title for item in named_origins))
    return Origin(name=ORIGIN, title=title, note=gettext("sum of: {titles}", titles=titles), **joined)


def _points(frame: pd.DataFrame, span: Span, fields: dict[str, Any]) -> Points:
    if span and "year" in frame:
        frame = frame[frame["year"].between(*span)]
    known = frame[["lat", "lon"]].notna().all(axis=1)
    counted = frame["amount"].notna()
    notes = []
    if nowhere := int((~known).sum()):
        notes.append(
            ngettext(
                nowhere,
                "{count} row without lat and lon is left out, with {lost} {amount}",
                "{count} rows without lat and lon are left out, with {lost} {amount}",
                lost=f"{frame.loc[~known, 'amount'].sum():g}",
                amount=fields["amount"],
            )
        )
    if empty := int((known & ~counted).sum()):
        notes.append(
            ngettext(
                empty,
                "{count} row without {amount} is left out",
                "{count} rows without {amount} are left out",
                amount=fields["amount"],
            )
        )
    frame = frame[known & counted]
    if fields["kind"] == "stock" and "year" in frame:
        frame = frame[frame["year"] == frame.groupby(["lat", "lon"])["year"].transform("max")]
    if (frame["amount"] < 0).any():
        raise UsageError(f"{fields['table']}: an amount must not be negative; got {frame['amount'].min()}")
    if not frame["amount"].sum() > 0:
        raise UsageError(f"{fields['table']}: no row has a place and an amount above 0")
    years = frame["year"].dropna() if "year" in frame else pd.Series(dtype=float)
    year = datetime.datetime.now(datetime.UTC).year if years.empty else int(years.max())
    if years.empty:
        notes.append(gettext("year: {year}; no column has a year", year=year))
    return Points(frame=frame[frame["amount"] > 0], year=year, notes=tuple(notes), **fields)
