"""The tables of an export: counts and sums by place and year, from which no row of it can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pandas as pd
from hubrank import FileProblem, plural, worded
from hubrank.front import listed

from hubrank_commercial.cells import is_unknown, parts_of, year_of
from hubrank_commercial.exports import Export, read_export
from hubrank_commercial.layouts import AMOUNTS, DATES
from hubrank_commercial.placing import Spot, spots_of

if TYPE_CHECKING:
    from hubrank_commercial import Options

_PLACE = ["geonames", "lat", "lon", "country"]
#: Lists of a company's rounds, of which an entry of each is one round.
ROUNDS = ("round_dates", "round_types", "round_amounts", "round_currencies", "round_investors")
_BILLION, _MILLION = 1e9, 1e6
#: So many cities without a place are named.
_CITIES = 8
#: So many rows that are wrong are told one by one.
_TOLD = 20


def rows_of(source: str, table: str, options: Options) -> pd.DataFrame:
    """The rows of a table.

    Raises:
        FileProblem: The export cannot be read, does not give this table, or does not say of when it is.
    """
    export = read_export(source, options)
    given = export.layout.given(export.frame.columns)
    if table not in given:
        what = worded(
            "{file}: as {form} with these columns it gives {tables}, and no '{table}'",
            file=options.file.name,
            form=worded(export.layout.title),
            tables=listed(given) or worded("nothing"),
            table=table,
        )
        raise FileProblem(what)
    return _COUNTED[table](export, options)


def _placed(frame: pd.DataFrame) -> pd.DataFrame:
    """The place columns of each row; a row without a city's place has its country alone, or nothing."""
    spots = spots_of(frame)
    places = [each.place for each in spots]
    made = pd.DataFrame(
        {
            "geonames": [None if each is None else each.geonames for each in places],
            "lat": [None if each is None else each.lat for each in places],
            "lon": [None if each is None else each.lon for each in places],
        },
        index=frame.index,
        dtype="float64",
    )
    return made.assign(country=pd.Series([each.country for each in spots], index=frame.index, dtype=object))


def _summed(frame: pd.DataFrame, year: pd.Series | int, amounts: dict[str, pd.Series | float]) -> pd.DataFrame:
    """Amounts by place and year; a sum of nothing that is known is not known."""
    rows = _placed(frame).assign(year=year, **amounts)
    rows = rows[rows["year"].notna()].astype({"year": "int64"})
    summed = rows.groupby([*_PLACE, "year"], dropna=False, sort=True)[list(amounts)].sum(min_count=1)
    return summed.astype("float64").reset_index()


def as_of(export: Export, options: Options) -> int:
    """The year that a list of levels is of.

    Raises:
        FileProblem: Neither the scenario nor the file says so.
    """
    found = options.year if options.year is not None else export.as_of
    if found is None:
        what = worded("{file}: does not say of when it is; set year = 2025 in options", file=options.file.name)
        raise FileProblem(what)
    return found


def _unicorns(export: Export, options: Options) -> pd.DataFrame:
    frame = export.frame[export.frame["joined"].notna()] if "round_dates" in export.layout.columns else export.frame
    return _summed(frame, as_of(export, options), {"unicorns": 1.0, "valuation": frame["valuation"] / _BILLION})


def _new_unicorns(export: Export, options: Options) -> pd.DataFrame:  # noqa: ARG001  # as the other tables are asked
    return _summed(export.frame, export.frame["joined"], {"unicorns": 1.0})


def _companies(export: Export, options: Options) -> pd.DataFrame:  # noqa: ARG001  # as the other tables are asked
    frame = companies_of(export)
    return _summed(frame, frame["founded"], {"companies": 1.0})


def _total_funding(export: Export, options: Options) -> pd.DataFrame:
    frame = companies_of(export)
    amounts: dict[str, pd.Series | float] = {"funding": frame["funding"] / _MILLION}
    return _summed(frame, as_of(export, options), amounts | {"companies": frame["funding"].notna().astype(float)})


def _funding(export: Export, options: Options) -> pd.DataFrame:
    if "round_dates" in export.frame.columns:
        frame = rounds_of(export, options)
        return _summed(frame, frame["announced"], {"rounds": 1.0})
    frame = export.frame
    return _summed(frame, frame["announced"], {"rounds": 1.0, "raised": frame["raised"] / _MILLION})


_COUNTED: dict[str, Callable[[Export, Options], pd.DataFrame]] = {
    "unicorns": _unicorns,
    "new-unicorns": _new_unicorns,
    "companies": _companies,
    "total-funding": _total_funding,
    "funding": _funding,
}


def companies_of(export: Export) -> pd.DataFrame:
    """The rows that are companies, where an export has investors and schools too."""
    frame = export.frame
    if "roles" not in frame.columns:
        return frame
    return frame[[each is not None and "company" in each.split(",") for each in frame["roles"]]]


def rounds_of(export: Export, options: Options) -> pd.DataFrame:
    """A row for each round of the companies' lists, with the year in `announced`.

    Raises:
        FileProblem: The lists of a company have different lengths, or a date is none.
    """
    lists = [role for role in ROUNDS if role in export.frame.columns]
    at: list[int] = []
    years: list[int | None] = []
    problems: list[str] = []
    for position, cells in enumerate(zip(*(export.frame[role] for role in lists), strict=True)):
        entries = [parts_of(cell) for cell in cells]
        problems += [f"{export.places[position]}: {said}" for said in _uneven(lists, entries, export)]
        for text in entries[lists.index("round_dates")]:
            year = None if is_unknown(text) else year_of(text)
            if year is None and not is_unknown(text):
                column = export.layout.columns["round_dates"][0]
                what = worded('{column} must be dates; got "{text}"', column=column, text=text)
                problems.append(f"{export.places[position]}: {what}")
            at.append(position)
            years.append(year)
    if problems:
        more = len(problems) - _TOLD
        last = plural(
            more,
            "{file}: {count} more problem like these",
            "{file}: {count} more problems like these",
            file=options.file.name,
        )
        raise FileProblem(*problems[:_TOLD], *([last] if more > 0 else []))
    return export.frame.iloc[at].assign(announced=pd.Series(years, dtype="float64").to_numpy())


def _uneven(lists: list[str], entries: list[list[str]], export: Export) -> Iterator[str]:
    """What is wrong with lists of which an entry of each is one round; an empty list tells nothing."""
    lengths = {role: len(each) for role, each in zip(lists, entries, strict=True) if each}
    if len(set(lengths.values())) > 1:
        told = listed([f"{export.layout.columns[role][0]} {length}" for role, length in lengths.items()])
        yield worded("the lists of rounds have different lengths: {lists}", lists=told)
    elif lengths and "round_dates" not in lengths:
        column = export.layout.columns["round_dates"][0]
        yield worded("{column} is empty beside other lists of rounds", column=column)


def losses(source: str, options: Options) -> str:
    """What of an export cannot be placed, dated or summed, in sentences for its origin; empty where all can."""
    export = read_export(source, options)
    return " ".join([*_of_places(spots_of(export.frame)), *_of_cells(export)])


def _of_places(spots: list[Spot]) -> Iterator[str]:
    rows = len(spots)
    inside = [each for each in spots if each.country and each.place is None]
    unsure = [each for each in inside if each.city]
    if nowhere := rows - sum(each.country is not None for each in spots):
        yield f"No country that is known: {nowhere} of {rows} rows."
    if len(inside) > len(unsure):
        yield f"No city, so in the country alone: {len(inside) - len(unsure)} of {rows} rows."
    if unsure:
        cities = sorted({f"{each.city} ({each.country})" for each in unsure})
        told = ", ".join(cities[:_CITIES]) + (" ..." if len(cities) > _CITIES else "")
        yield f"A city that GeoNames does not know or tell apart, so in the country alone: {len(unsure)} of {rows} rows"
        yield f"({told})."


def _of_cells(export: Export) -> Iterator[str]:
    for role in (*DATES, *AMOUNTS):
        if role in export.frame.columns and (count := int(export.frame[role].isna().sum())):
            column = export.layout.columns[role][0]
            yield f"Nothing in '{column}': {count} of {len(export.frame)} rows."
    if export.twice:
        yield f"Rows left out since another one has their id: {export.twice}."
