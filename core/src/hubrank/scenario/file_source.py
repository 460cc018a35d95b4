"""The source `files`: tables that come with a scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from attrs import field, frozen

from hubrank.basis.cells import YEAR
from hubrank.basis.digests import digest_of
from hubrank.basis.doors import check_size
from hubrank.basis.errors import FileProblem
from hubrank.basis.reading import Reading
from hubrank.basis.structuring import describe
from hubrank.basis.wide import Wide
from hubrank.basis.words import reason
from hubrank.contract.hookspecs import hookimpl
from hubrank.contract.origins import Origin, StatedOrigin
from hubrank.contract.sources import Covers, DataSource, Request, Table

if TYPE_CHECKING:
    import pandas as pd


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
class Layout(Reading):
    """How a table lies in a file, beside how its cells are written (its base).

    Attributes:
        columns: Column names in the file: `{ unit = "iso3", year = "time" }`; one column may have several names.
        wide: For a file with a column for each year: its columns of figures and what they are called.
        long: For a file with one value per row: its columns of names and values.
        year: Year of all rows, if no column gives it; `false` where the rows stand for every edition.
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
            raise ValueError("year: wide gives each figure its year; leave one of them out")
        if self.year is not None and self.year is not False and not YEAR.holds(self.year):
            raise ValueError(f"year: {YEAR.refusal(self.year)}")
        for wanted in self.where.values():
            for each in wanted if isinstance(wanted, list) else [wanted]:
                if isinstance(each, Mapping | list):
                    what = f"must be a text, a number, or true or false; got {describe(each)}"
                    raise ValueError(f"where: {what}")


@frozen(kw_only=True)
class Options(Layout, StatedOrigin):
    """What a scenario can set of the source `files`, beside how the table is laid out and who made it (its bases).

    Attributes:
        file: CSV, TSV, Parquet or Excel; path relative to the scenario.
        kind: `stock` (a level; the newest counts) or `flow` (amounts that add up over years).
        covers: Years (and countries) for which the file is complete, so that no row means 0.
    """

    file: Path
    kind: Literal["stock", "flow"] = "stock"
    covers: Covers | None = None


def tables(options: Options) -> tuple[Table, ...]:
    """One table of whatever name; its columns are known when it is read."""
    return (Table(name="*", columns={}, kind=options.kind, covers=options.covers, origin=options.file.name),)


def origins(options: Options) -> tuple[Origin, ...]:
    """What the scenario says of the file."""
    return (options.origin(options.file.name),)


def read(request: Request) -> Iterator[pd.DataFrame]:
    """The file's rows in one batch, their columns renamed."""
    from hubrank.scenario.file_rows import rows_of

    yield rows_of(request)


def fingerprint(request: Request) -> str:
    """The SHA-256 of the file."""
    file: Path = request.options.file
    check_size(file)
    try:
        return digest_of(file)
    except OSError as error:
        raise FileProblem(f"{file.name}: cannot be read: {reason(error)}") from error


def sample(table: str, options: Options) -> pd.DataFrame:
    """The file's first rows."""
    request = Request(table=table, columns=(), first_year=None, last_year=None, options=options)
    return next(iter(read(request))).head(200)


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
