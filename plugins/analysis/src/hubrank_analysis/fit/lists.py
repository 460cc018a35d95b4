"""Tables of published lists, and how they are written."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field, frozen
from hubrank import UsageError
from hubrank.errors import shorten_list
from hubrank.io.cells import NUMBER, CellFormat
from hubrank.io.table_layout import meant_by
from hubrank.io.tables import ReadSpec, read_with_errors
from hubrank.io.toml import parse_toml

if TYPE_CHECKING:
    import pandas as pd


@frozen(kw_only=True)
class ListReading(CellFormat):
    """How the table of a published list is written.

    Attributes:
        columns: Names of columns in the file: `{ rank = "Rank", name = "City" }`.
    """

    columns: Mapping[str, str] = field(factory=dict)


DEFAULT = ListReading()


def reading_of(text: str) -> ListReading:
    """The options that a person writes as the inside of a TOML table.

    Raises:
        UsageError: It is no TOML, or there is no such option.
    """
    try:
        table = tomllib.loads(f"reading = {{ {text} }}")
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f'--reading: must be TOML such as skip_rows = 2, decimal = ","; {error}') from error
    made, problems = parse_toml(ListReading, table["reading"], "--reading")
    if made is None:
        raise UsageError("\n".join(map(str, problems)))
    return made


def list_of(path: Path, reading: ListReading) -> pd.DataFrame:
    """The table of a list with a column `rank`, and perhaps `score`, of numbers.

    Raises:
        UsageError: It cannot be read, or has no ranks; with everything that is wrong with it.
    """
    kinds = {"rank": NUMBER, "score": NUMBER}
    frame, problems = read_with_errors(
        path, reading, ReadSpec(columns=reading.columns, kinds=kinds, key="--reading columns")
    )
    if frame is not None and "rank" not in frame.columns:
        problems = [*problems, _without_ranks(path, list(frame.columns))]
    if frame is None or problems:
        raise UsageError("\n".join(problems))
    return frame


def _without_ranks(path: Path, columns: list[str]) -> str:
    """That a table has no ranks, and which column may be they."""
    there = shorten_list(columns)
    if meant := meant_by("rank", columns):
        return (
            f"{path.name}: has no column 'rank'; its columns are {there}; is '{meant[0]}' the rank? --reading "
            f"'columns = {{ rank = \"{meant[0]}\" }}'"
        )
    return f"{path.name}: has no column 'rank'; its columns are {there}"
