"""A ranking's tables, and each of them as CSV and Parquet."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen
from hubrank import ENGLISH, Exporter, use_language
from hubrank.io.escaping import csv_bytes

from hubrank_output.exporters import notes

if TYPE_CHECKING:
    import pandas as pd
    from hubrank import Ranking


@frozen(kw_only=True)
class Table:
    """A table that every kind of file carries.

    Attributes:
        name: What it is called.
        rows: What its rows are, in a sentence.
        key: The columns that tell its rows apart; none where nothing does.
        made: Makes it of a ranking.
    """

    name: str
    rows: str
    key: tuple[str, ...]
    made: Callable[[Ranking], pd.DataFrame]


#: The tables, the ranking first.
TABLES = (
    Table(
        name="ranking",
        rows="One row an edition and ranked unit, best first",
        key=("edition", "unit"),
        made=operator.methodcaller("table"),
    ),
    Table(
        name="values",
        rows="One row an edition, unit and indicator: the value at every stage, and what happened to it",
        key=("edition", "unit", "indicator"),
        made=operator.methodcaller("values"),
    ),
    Table(
        name="weights",
        rows="One row an edition, dimension and member",
        key=("edition", "dimension", "member"),
        made=operator.methodcaller("weights"),
    ),
    Table(
        name="indicators",
        rows="One row an edition and indicator: what it is, what it weighs, how many units have it",
        key=("edition", "indicator"),
        made=operator.methodcaller("indicators"),
    ),
    Table(
        name="unranked",
        rows="One row an edition and unit without a rank, with the reason",
        key=("edition", "unit"),
        made=operator.methodcaller("unranked"),
    ),
    Table(
        name="treatment",
        rows="One row an edition, indicator and stage of treatment",
        key=(),
        made=operator.methodcaller("treatment"),
    ),
    Table(
        name="lost",
        rows="One row an input, reason and place of rows that lie in no unit",
        key=(),
        made=operator.methodcaller("lost"),
    ),
    Table(name="sources", rows="One row an origin of data, with its licence", key=(), made=notes.sources),
    Table(
        name="notes",
        rows="One row for each thing to know: how the ranking was made, what marks mean, caveats, references",
        key=(),
        made=notes.notes,
    ),
)


@use_language(ENGLISH)
def write_csv(table: Table, ranking: Ranking, path: Path) -> None:
    """Write a table as CSV that a spreadsheet can open without harm."""
    path.write_bytes(csv_bytes(table.made(ranking)))


@use_language(ENGLISH)
def write_parquet(table: Table, ranking: Ranking, path: Path) -> None:
    """Write a table as Parquet, with the ranking's title in its metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    made = pa.Table.from_pandas(table.made(ranking), preserve_index=False)
    pq.write_table(made.replace_schema_metadata({"title": ranking.title}), path, compression="zstd")


def _exporters() -> tuple[Exporter, ...]:
    made = []
    for table in TABLES:
        before = "" if table.name == "ranking" else f".{table.name}"
        for kind, write in (("csv", write_csv), ("parquet", write_parquet)):
            made.append(
                Exporter(
                    name=f"{kind}-{table.name}",
                    suffix=f"{before}.{kind}",
                    write=functools.partial(write, table),
                    title=f"the table '{table.name}' as {'CSV' if kind == 'csv' else 'Parquet'}",
                )
            )
    return tuple(made)


EXPORTERS = _exporters()
