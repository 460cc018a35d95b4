"""Records by the million, counted where they lie: files of Parquet, CSV or JSON lines, or a table of a database.

`options` is what a scenario says; `engines` finds what it names and scans it with DuckDB, Polars or Spark; `columns`
checks the columns, gives them one form and keeps rows; `counting` puts files into parts and gives rows their share, by
narwhals expressions, so that each engine does the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hubrank import DataSource, Origin, Request, Table, hookimpl

from hubrank_records.options import Options

if TYPE_CHECKING:
    import pandas as pd


def tables(options: Options) -> tuple[Table, ...]:
    """One table of whatever name, with the columns that the head of the files shows."""
    from hubrank_records.reading import table_of

    return (table_of(options),)


def origins(options: Options) -> tuple[Origin, ...]:
    """What the scenario says of the records."""
    return (options.origin(options.name),)


def read(request: Request) -> Iterator[Any]:
    """One lazy frame of the engine's, which the core sums; what the engine raises then is raised at the yield."""
    from hubrank_records.engines import engine_errors
    from hubrank_records.reading import frame_of

    with engine_errors(request.options):
        yield frame_of(request)


def sample(table: str, options: Options) -> pd.DataFrame:  # noqa: ARG001  # it has one table
    """The first records, counted as if there were no others."""
    from hubrank_records.reading import sample_of

    return sample_of(options)


def fingerprint(request: Request) -> str:
    """The plan as JSON: the engine, how it counts, and the files with sizes and digests."""
    from hubrank_records.counting import plan_of

    return plan_of(request.options, request.part)


def parts(request: Request) -> int:
    """How many parts the files have, whose sums add up."""
    from hubrank_records.counting import parts_of, whole_why

    return 1 if whole_why(request.options) else len(parts_of(request.options))


@hookimpl
def hubrank_data_sources() -> Iterator[DataSource]:
    """The source."""
    yield DataSource(
        name="records",
        title="Records in files or a database, counted where they lie: whole, fractionally, or once a unit",
        read=read,
        sample=sample,
        tables=tables,
        origins=origins,
        options=Options,
        fingerprint=fingerprint,
        parts=parts,
    )
