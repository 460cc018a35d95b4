"""What calamine does not tell of an ODS: hidden rows and columns, errors, and formulas without a stored value."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from attrs import define, field

from hubrank_start.bounds import CELLS
from hubrank_start.sheet import FORMULA

_NAMES = {name: f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("table", "office", "text")}
_TABLE, _OFFICE = _NAMES["table"], _NAMES["office"]
_ERROR = "#"


@define
class Marks:
    """What a sheet has beside its values.

    Attributes:
        rows: Numbers of hidden rows, from 1.
        columns: Positions of hidden columns, from 0.
        odd: What stands in a cell in place of a value, by position.
    """

    rows: set[int] = field(factory=set)
    columns: set[int] = field(factory=set)
    odd: dict[tuple[int, int], str] = field(factory=dict)


def marks_of(path: Path) -> dict[str, Marks]:
    """The marks of each sheet; the archive's size was checked before."""
    with zipfile.ZipFile(path) as archive:
        root = ET.fromstring(archive.read("content.xml"))  # noqa: S314  # entities were refused before
    return {str(table.get(f"{_TABLE}name")): _marks(table) for table in root.iter(f"{_TABLE}table")}


def _marks(table: Any) -> Marks:
    made, column, line = Marks(), 0, 0
    for each in table.iter(f"{_TABLE}table-column"):
        count = _repeated(each, "columns")
        if _hidden(each) and count < CELLS:
            made.columns |= set(range(column, min(column + count, column + 1000)))
        column += count
    for row in table.iter(f"{_TABLE}table-row"):
        count = _repeated(row, "rows")
        if _hidden(row):
            made.rows |= set(range(line + 1, line + 1 + min(count, 1000)))
        made.odd |= {(line, at): what for at, what in _odd(row)}
        line += count
    return made


def _odd(row: Any) -> Iterator[tuple[int, str]]:
    at = 0
    for cell in row:
        text = "".join(cell.itertext()).strip()
        formula = cell.get(f"{_TABLE}formula") is not None
        if formula and text.startswith((_ERROR, "Err:")):
            yield at, text
        elif formula and not text and cell.get(f"{_OFFICE}value") is None:
            yield at, FORMULA
        at += _repeated(cell, "columns")


def _hidden(element: Any) -> bool:
    return element.get(f"{_TABLE}visibility") in ("collapse", "filter")


def _repeated(element: Any, what: str) -> int:
    return int(element.get(f"{_TABLE}number-{what}-repeated", "1"))
