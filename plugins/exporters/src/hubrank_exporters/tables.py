"""A ranking's tables as CSV and Parquet."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from hubrank import Exporter
from hubrank.front import csv_bytes

if TYPE_CHECKING:
    import pandas as pd
    from hubrank import Ranking

    Tabled = Callable[[Ranking], pd.DataFrame]


#: The tables by name, the ranking first.
TABLES: dict[str, Tabled] = {
    "ranking": operator.methodcaller("table"),
    "values": operator.methodcaller("values"),
    "weights": operator.methodcaller("weights"),
    "unranked": operator.methodcaller("unranked"),
}


def write_csv(tabled: Tabled, ranking: Ranking, path: Path) -> None:
    """Write a table as CSV that a spreadsheet can open without harm."""
    path.write_bytes(csv_bytes(tabled(ranking)))


def write_parquet(tabled: Tabled, ranking: Ranking, path: Path) -> None:
    """Write a table as Parquet, with the ranking's title in its metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(tabled(ranking), preserve_index=False)
    table = table.replace_schema_metadata({"title": ranking.title})
    pq.write_table(table, path, compression="zstd")


def _exporters() -> tuple[Exporter, ...]:
    made = []
    for name, tabled in TABLES.items():
        before = "" if name == "ranking" else f".{name}"
        for kind, write in (("csv", write_csv), ("parquet", write_parquet)):
            made.append(
                Exporter(
                    name=f"{kind}-{name}",
                    suffix=f"{before}.{kind}",
                    write=functools.partial(write, tabled),
                    title=f"the table '{name}' as {'CSV' if kind == 'csv' else 'Parquet'}",
                )
            )
    return tuple(made)


EXPORTERS = _exporters()
