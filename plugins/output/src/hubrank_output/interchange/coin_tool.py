"""The JRC's COIN Tool, an Excel workbook, as a framework.

The sheet `Database` has an indicator a column from E, a unit a row from 17, and above the values, from row 7:
weight, direction, lower and upper goalpost, the codes of the index, sub-index, pillar and sub-pillar that the
indicator lies in, its name and its code. The sheet `Framework` names the codes and weighs them.
"""

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from attrs import field, frozen
from hubrank.errors import did_you_mean
from hubrank.io.cells import NUMBER, is_gap, read_number
from hubrank.io.safe_input import check_archive, read_bytes
from hubrank.plugin import FileProblem, Problem, ScenarioError, gettext
from openpyxl.utils import get_column_letter

from hubrank_output.interchange.framework import Element, Framework, check_names, column_of, problems_of

_WEIGHT, _DIRECTION, _LOWER, _UPPER, _INDEX, _NAME, _CODE, _FIRST_UNIT = 7, 8, 9, 10, 11, 15, 16, 17
#: Sub-index, pillar and sub-pillar, the highest first.
_LEVELS = (12, 13, 14)
_UNIT_NAME, _UNIT_CODE, _FIRST_INDICATOR = 2, 3, 5
#: The columns of `Framework`, from its heading on.
_ELEMENT_CODE, _ELEMENT_WEIGHT, _ELEMENT_NAME = 3, 5, 8


@frozen
class Sheet:
    """The non-empty cells of a sheet, by row and column, both from 1, and their errors."""

    name: str
    cells: Mapping[tuple[int, int], Any]
    problems: list[Problem] = field(factory=list)

    def text(self, row: int, column: int) -> str | None:
        """A cell as text; None if it is empty."""
        value = self.cells.get((row, column))
        return None if is_gap(value) else str(value).strip()

    def number(self, row: int, column: int) -> float | None:
        """A cell as a number; None if it is empty, or a problem where it holds something else."""
        value = self.cells.get((row, column))
        read = read_number(value)
        if read is None and not is_gap(value):
            self.wrong(row, column, NUMBER.refusal(value))
        return read

    def wrong(self, row: int, column: int, what: str) -> None:
        """Note a problem of a cell."""
        self.problems.append(Problem(f"{self.name}!{get_column_letter(column)}{row}", what))


def read_coin_tool(path: Path, year: int) -> Framework:
    """Read a workbook, saved with its formulas' values, with values of `year`; a `ScenarioError` has all problems."""
    database, framework = _sheets(path)
    columns, rows = _filled(database)
    if not columns or not rows:
        what = "no values start here; units must run down and indicators to the right"
        database.wrong(_FIRST_UNIT, _FIRST_INDICATOR, what)
    values = [[database.number(row, column) for column in columns] for row in rows]
    levels = [row for row in _LEVELS if len({database.text(row, column) for column in columns}) > 1]
    indicators = [_indicator(database, column, levels) for column in columns]
    named = _named(framework)
    dimensions = _dimensions(database, columns, levels, named)
    top = database.text(_INDEX, columns[0]) if columns else None
    codes = [str(database.text(row, _UNIT_CODE)) for row in rows]
    problems = [*database.problems, *framework.problems]
    for what, found in (("indicators", [item.code for item in indicators]), ("units", codes)):
        twice = sorted(code for code, count in Counter(found).items() if count > 1)
        problems += [Problem(database.name, f"two {what} have the code '{code}'") for code in twice]
    problems += check_names([*indicators, *dimensions])
    if problems:
        raise ScenarioError(path.name, problems)
    names = [database.text(row, _UNIT_NAME) or code for row, code in zip(rows, codes, strict=True)]
    figures = pd.DataFrame(values, columns=[column_of(item.code) for item in indicators], dtype=float)
    return Framework(
        title=named.get(top or "", ("", 1.0))[0] or path.stem,
        made_from=path.name,
        units=pd.DataFrame({"unit": codes, "name": names}),
        figures=pd.DataFrame({"unit": codes, "year": year}).join(figures),
        indicators=indicators,
        dimensions=dimensions,
        notes=[gettext("the workbook has no year; {year} is assumed, --year sets another", year=year)],
    )


def _sheets(path: Path) -> tuple[Sheet, Sheet]:
    try:
        content = io.BytesIO(read_bytes(path))
        check_archive(content, path.name, "workbook_bytes", kind="an Excel workbook", book=True)
    except FileProblem as error:
        raise ScenarioError(path.name, problems_of(error, path)) from error
    sheets = {}
    try:
        book = openpyxl.load_workbook(content, read_only=True, data_only=True)
        for name in {"Database", "Framework"} & set(book.sheetnames):
            rows = enumerate(book[name].iter_rows(values_only=True), start=1)
            cells = {
                (row, at): value for row, values in rows for at, value in enumerate(values, 1) if value is not None
            }
            sheets[name] = Sheet(name, cells)
    except Exception as error:  # openpyxl raises anything for unexpected content
        raise ScenarioError(path.name, [Problem("", f"is not an Excel workbook: {str(error).lower()}")]) from error
    if missing := [name for name in ("Database", "Framework") if name not in sheets]:
        hints = {name: did_you_mean(name, book.sheetnames) for name in missing}
        problems = [Problem(name, f"there is no such sheet{hint}") for name, hint in hints.items()]
        raise ScenarioError(path.name, problems)
    return sheets["Database"], sheets["Framework"]


def _filled(sheet: Sheet) -> tuple[list[int], list[int]]:
    """The columns that have a value and a code, and the rows that have a value of these and a unit's code."""
    figures = [
        (row, column)
        for (row, column), value in sheet.cells.items()
        if row >= _FIRST_UNIT and column >= _FIRST_INDICATOR and not is_gap(value)
    ]
    columns = sorted({column for _, column in figures})
    for column in columns:
        if sheet.text(_CODE, column) is None:
            sheet.wrong(_CODE, column, "missing; an indicator with values needs a code")
    columns = [column for column in columns if sheet.text(_CODE, column) is not None]
    rows = sorted({row for row, column in figures if column in columns})
    for row in rows:
        if sheet.text(row, _UNIT_CODE) is None:
            sheet.wrong(row, _UNIT_CODE, "missing; a unit with values needs a code")
    return columns, [row for row in rows if sheet.text(row, _UNIT_CODE) is not None]


def _indicator(sheet: Sheet, column: int, levels: Sequence[int]) -> Element:
    direction, weight = sheet.number(_DIRECTION, column), sheet.number(_WEIGHT, column)
    if direction not in (1, -1):
        sheet.wrong(_DIRECTION, column, "must be 1 or -1, the indicator's direction")
    if weight is None or weight < 0:
        sheet.wrong(_WEIGHT, column, "must be a number of at least 0, the indicator's weight")
    code = str(sheet.text(_CODE, column))
    for row in reversed(levels):
        if sheet.text(row, column) is None:
            sheet.wrong(row, column, "missing; an indicator needs a dimension on each level that is used")
    above = [text for row in levels if (text := sheet.text(row, column)) is not None]
    low, high = sheet.number(_LOWER, column), sheet.number(_UPPER, column)
    choices = {}
    if low is not None and high is not None and low < high:
        choices = {"normalisation": {"method": "goalposts", "goalposts": [low, high], "range": [0, 100]}}
    elif low is not None or high is not None:
        sheet.wrong(_LOWER, column, "give both goalposts or neither, the lower one below the upper one")
    return Element(
        code=_key(code),
        name=sheet.text(_NAME, column) or code,
        weight=1.0 if weight is None else weight,
        direction=-1 if direction == -1 else 1,
        parent=_key(above[-1]) if above else None,
        choices=choices,
    )


def _named(sheet: Sheet) -> dict[str, tuple[str, float]]:
    heading = [row for (row, _), value in sheet.cells.items() if str(value).strip().lower() == "dimension/indicator"]
    if not heading:
        sheet.wrong(4, _ELEMENT_CODE, "no cell 'Dimension/indicator', which heads the column of codes")
        return {}
    named = {}
    for row in range(min(heading) + 1, max(row for row, _ in sheet.cells) + 1):
        code = sheet.text(row, _ELEMENT_CODE)
        if code is not None and not code.lower().startswith("ind."):
            weight = sheet.number(row, _ELEMENT_WEIGHT)
            named[code] = (sheet.text(row, _ELEMENT_NAME) or code, 1.0 if weight is None else weight)
    return named


def _dimensions(
    database: Sheet, columns: Sequence[int], levels: Sequence[int], named: Mapping[str, tuple[str, float]]
) -> list[Element]:
    nodes: dict[str, Element] = {}
    for at, row in enumerate(levels):
        for column in columns:
            code = database.text(row, column)
            if code is None:
                continue
            parent = database.text(levels[at - 1], column) if at else None
            key, above = _key(code), None if parent is None else _key(parent)
            if key not in nodes:
                if named and code not in named:
                    database.wrong(row, column, f"'{code}' is not in the sheet Framework{did_you_mean(code, named)}")
                name, weight = named.get(code, (code, 1.0))
                nodes[key] = Element(code=key, name=name, weight=weight, parent=above)
            elif nodes[key].parent != above:
                database.wrong(row, column, f"'{code}' is in '{parent}' here but in '{nodes[key].parent}' elsewhere")
    return list(nodes.values())


def _key(code: str) -> str:
    """A code as the key of a table: `ind.01` becomes `ind-01`, since a dot parts keys."""
    return code.replace(".", "-")
