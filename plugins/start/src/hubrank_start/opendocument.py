"""What calamine does not tell of an ODS: hidden rows and columns, errors, and formulas without a stored value."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from attrs import define, field
from hubrank import limits

from hubrank_start.sheet import FORMULA

_NAMES = {name: f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("table", "office", "text")}
_TABLE, _OFFICE = _NAMES["table"], _NAMES["office"]
_ERROR = "#"
#: So many repeated rows or cells are looked at; what is repeated more often is empty.
_MOST = 1000


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
        if _hidden(each) and count < limits().sheet_cells:
            made.columns |= set(range(column, min(column + count, column + _MOST)))
        column += count
    for row in table.iter(f"{_TABLE}table-row"):
        count = _repeated(row, "rows")
        if _hidden(row):
            made.rows |= set(range(line + 1, line + 1 + min(count, _MOST)))
        for at, what in _odd(row):
            made.odd |= {(each, at): what for each in range(line, line + min(count, _MOST))}
        line += count
    return made


def _odd(row: Any) -> Iterator[tuple[int, str]]:
    at = 0
    for cell in row:
        count = _repeated(cell, "columns")
        if what := _in_place_of_a_value(cell):
            yield from ((each, what) for each in range(at, at + min(count, _MOST)))
        at += count


def _in_place_of_a_value(cell: Any) -> str:
    """An error, or that a formula was not computed; one whose result is an empty text has the type of a text."""
    text = "".join(cell.itertext()).strip()
    if cell.get(f"{_TABLE}formula") is None:
        return ""
    if text.startswith((_ERROR, "Err:")):
        return text
    return "" if text or cell.get(f"{_OFFICE}value-type") is not None else FORMULA


def _hidden(element: Any) -> bool:
    return element.get(f"{_TABLE}visibility") in ("collapse", "filter")


def _repeated(element: Any, what: str) -> int:
    return int(element.get(f"{_TABLE}number-{what}-repeated", "1"))
