"""Records by the million, counted where they lie: files of Parquet, CSV or JSON lines, or a table of a database.

`options` is what a scenario says; `engines` finds what it names and scans it with DuckDB, Polars or Spark; `columns`
checks the columns, gives them one form and keeps rows; `counting` puts files into parts and gives rows their share, by
narwhals expressions, so that each engine does the same. `reading` does it all for a request.
"""

import functools
import importlib
from typing import Any

from hubrank.plugin import DataSource, declare

from hubrank_records.options import Options


def _reading(name: str, *arguments: Any) -> Any:
    """Call a function of `reading`, which is imported only now: the engines take long to import."""
    return getattr(importlib.import_module("hubrank_records.reading"), name)(*arguments)


tables, read, sample, fingerprint, parts = (
    functools.partial(_reading, name) for name in ("tables", "read", "sample", "fingerprint", "parts")
)

hubrank_data_sources = declare(
    DataSource(
        name="records",
        title="Records in files or a database, counted by location: in full, fractionally, or once per unit",
        read=read,
        sample=sample,
        tables=tables,
        origins=lambda options: (options.origin(options.name, options.file),),
        options=Options,
        fingerprint=fingerprint,
        parts=parts,
    )
)
