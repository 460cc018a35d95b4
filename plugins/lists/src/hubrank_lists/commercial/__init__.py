"""Exports of Crunchbase, Dealroom and CB Insights that a user is licensed to use: counts and sums by place.

`layouts` has the forms of exports, `exports` finds and reads them, `counting` puts cities at their places and
makes the tables. Nothing is fetched, and no row of an export leaves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from attrs import field, frozen
from hubrank import Coverage, DataSource, FileProblem, Origin, Request, Table, hookimpl
from hubrank.io.cells import YEAR, CellFormat
from hubrank.io.safe_input import check_size, files_named
from hubrank_fetching.geonames import BUILT_IN

if TYPE_CHECKING:
    import pandas as pd


@frozen(kw_only=True)
class Cities:
    """A table of cities that cannot be placed by their names.

    Attributes:
        file: A CSV or XLSX with `city` and `country` as the export writes them, `lat` and `lon`; relative to the
            scenario.
    """

    file: Path


@frozen(kw_only=True)
class Options:
    """What a scenario says of an export.

    Attributes:
        file: CSV or XLSX as the service writes it, or a pattern for several (`exports/*.csv`); relative to the
            scenario.
        year: The year that levels are of: valuations and total funding. CB Insights writes it above its list.
        cities: Where cities are that are not found by their names: `{ file = "cities.csv" }`.
        covers: The years (and countries) for which the export is complete, so that no row means 0.
        sheet: Sheet of a workbook; the first by default.
        delimiter: Field separator of a CSV; a comma by default.
        encoding: Encoding of a CSV.
    """

    file: Path
    year: int | None = field(default=None)
    cities: Cities | None = None
    covers: Coverage | None = None
    sheet: str | None = None
    delimiter: str | None = None
    encoding: str = "utf-8"

    def reading(self) -> CellFormat:
        """How the table lies in its file."""
        return CellFormat(sheet=self.sheet, delimiter=self.delimiter, encoding=self.encoding)

    def __attrs_post_init__(self) -> None:
        self.reading()  # refuses what no file has

    @year.validator
    def _year(self, _: Any, value: int | None) -> None:
        if value is not None and not YEAR.holds(value):
            raise ValueError(f"year: {YEAR.refusal(value)}")


_PLACE = {
    "geonames": "GeoNames id of the head office's city, where it is sure",
    "lat": "degrees north",
    "lon": "degrees east",
    "country": "ISO 3166-1 alpha-3, where the export names one",
}
#: Title, kind, what the year is of, and amounts of each table.
_TABLES: dict[str, tuple[str, Literal["flow", "stock"], str, dict[str, str]]] = {
    "unicorns": (
        "Private companies valued at a billion US dollars or more",
        "stock",
        "of the list",
        {"unicorns": "companies", "valuation": "billion US dollars, as last known"},
    ),
    "new-unicorns": (
        "Companies by the year in which they came to be worth a billion US dollars, of those that are listed",
        "flow",
        "in which they did",
        {"unicorns": "companies"},
    ),
    "companies": (
        "Companies by the year in which they were founded, of those that are listed",
        "flow",
        "of the founding",
        {"companies": "companies"},
    ),
    "total-funding": (
        "What companies have raised so far",
        "stock",
        "of the export",
        {"funding": "million US dollars", "companies": "companies of which it is known"},
    ),
    "funding": (
        "Funding rounds",
        "flow",
        "of the round",
        {"rounds": "funding rounds", "raised": "million US dollars, where it is known"},
    ),
}


def _table(source: str, name: str, options: Options) -> Table:
    title, kind, year, amounts = _TABLES[name]
    own = {key: text for key, text in amounts.items() if (source, key) != ("dealroom", "raised")}
    columns = {**_PLACE, "year": year, **own}
    return Table(name=name, title=title, kind=kind, columns=columns, covers=options.covers, origin=source)


def tables(source: str, options: Options) -> tuple[Table, ...]:
    """The tables that the export gives by its columns; all of the source's where it cannot be read yet."""
    from hubrank_lists.commercial.exports import head_of
    from hubrank_lists.commercial.layouts import PRODUCERS

    layouts = PRODUCERS[source].layouts
    names = tuple(dict.fromkeys(name for layout in layouts for name in layout.tables))
    try:
        head = head_of(files_named(options.file)[0], source, options)
        names = head.layout.given(head.columns)
    except FileProblem:
        pass
    return tuple(_table(source, name, options) for name in names)


def origins(source: str, options: Options) -> tuple[Origin, ...]:
    """The producer, with what of the export could not be placed."""
    from hubrank_lists.commercial.counting import losses
    from hubrank_lists.commercial.exports import read_export
    from hubrank_lists.commercial.layouts import PRODUCERS

    producer = PRODUCERS[source]
    try:
        lost, newest = losses(source, options), read_export(source, options).frame["of"].max()
        of = options.year if options.year or newest != newest else int(newest)
    except FileProblem:  # told when it is read
        lost, of = "", options.year
    return (
        Origin(
            name=source,
            producer=producer.title,
            title=f"Export {options.file.name}",
            licence=f"licensed to you by {producer.title}; for counts and sums per place only, rows are not to be "
            "redistributed",
            url=producer.url,
            published="" if of is None else str(of),
            note=lost,
        ),
    )


def read(source: str, request: Request) -> Iterator[pd.DataFrame]:
    """The table, whole."""
    from hubrank_lists.commercial.counting import rows_of

    yield rows_of(source, request.table, request.options)


def sample(source: str, table: str, options: Options) -> pd.DataFrame:
    """The table's first rows."""
    from hubrank_lists.commercial.counting import rows_of

    return rows_of(source, table, options).head(200)


def fingerprint(request: Request) -> str:
    """The SHA-256 of the files, and the state of the places that cities are looked for in."""
    options: Options = request.options
    result = hashlib.sha256(BUILT_IN.published.encode())
    for path in (*files_named(options.file), *([options.cities.file] if options.cities else [])):
        check_size(path)
        with path.open("rb") as file:
            result.update(hashlib.file_digest(file, "sha256").digest())
    return result.hexdigest()


@hookimpl
def hubrank_data_sources() -> Iterator[DataSource]:
    """One source for each producer."""
    from hubrank_lists.commercial.layouts import PRODUCERS

    for name, producer in PRODUCERS.items():
        yield DataSource(
            name=name,
            title=producer.exports,
            read=partial(read, name),
            sample=partial(sample, name),
            tables=partial(tables, name),
            origins=partial(origins, name),
            options=Options,
            fingerprint=fingerprint,
        )
