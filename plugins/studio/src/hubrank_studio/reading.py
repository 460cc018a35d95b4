"""What was understood of a table, on the table itself: its cells with the roles of rows and columns, and why so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from hubrank.io.limits import whole_number
from hubrank.plugin import current_language, gettext
from hubrank_start.beside import column_of, figures_beside
from hubrank_start.desk import Question
from hubrank_start.marks import INDICATOR, Mark, Marks
from hubrank_start.sheet import Sheet, letters
from hubrank_start.tables import Reading

from hubrank_studio.original import SHEET
from hubrank_studio.session import Session

#: The most rows, columns and cells of a page, the most letters of a cell, and the values beside a question.
_ROWS, _COLUMNS, _CELLS, _LETTERS, _FEW = 200, 400, 20_000, 200, 6
#: What a mark of a row is for a value's row, which has none.
_PLAIN = Mark("")


def table(session: Session, query: Mapping[str, str]) -> dict[str, Any]:
    """The cells of a sheet from a row on, with the marks of rows and columns.

    Args:
        session: The session.
        query: `sheet` is its name, by default the first one that was read, and `from` the first row, from 0.
    """
    with session.lock:
        sheets, reading, step = session.sheets(), session.reading(), session.step
    if not sheets or step is None:
        return {"sheets": [], "tool": step is not None and step.source != ""}
    marks = reading.desk.marks if reading else {}
    ranked = {name for name, item in marks.items() if any(mark.kind == INDICATOR for mark in item.columns.values())}
    main = next((item for item in sheets if item.name in ranked), sheets[0])
    sheet = next((item for item in sheets if item.name == query.get("sheet")), main)
    first = min(whole_number(query.get("from", "")) or 0, max(0, len(sheet.rows) - 1))
    return {
        "file": step.source,
        "tool": reading is None,
        "sheets": [{"name": item.name, "hidden": item.hidden, "read": item.name in marks} for item in sheets],
        "sheet": sheet.name,
        "chosen": step.answers.get(SHEET),
        "answers": dict(step.answers),
        **{kind: f"{kind}.{sheet.name}" if len(sheets) > 1 else kind for kind in ("head", "dimensions")},
        "count": len(sheet.rows),
        "width": len(sheet.rows[0]) if sheet.rows else 0,
        "first": first,
        **_marked(sheet, marks.get(sheet.name, Marks()), first),
    }


def _marked(sheet: Sheet, marks: Marks, first: int) -> dict[str, Any]:
    """The rows from the first on and the columns, each with what it was read as; turned as the sheet was."""
    rows, columns = (marks.columns, marks.rows) if marks.turned else (marks.rows, marks.columns)
    labels = [at for kind in ("name", "unit") for at, item in marks.columns.items() if item.kind == kind and item.name]
    label = labels[0] if labels else None

    def named(at: int, units: Mapping[int, Mark], cells: Callable[[int, int], Any]) -> Mark:
        """The mark of a row of units; one of values is called by the unit's name."""
        if at in units or label is None:
            return units.get(at, _PLAIN)
        return Mark("", _text(cells(at, label)))

    def cell(row: int, column: int) -> Any:
        return sheet.rows[row][column]

    def of_row(at: int) -> Mark:
        return rows.get(at, _PLAIN) if marks.turned else named(at, rows, cell)

    def of_column(at: int) -> Mark:
        return named(at, columns, lambda row, column: cell(column, row)) if marks.turned else columns.get(at, _PLAIN)

    width = min(len(sheet.rows[0]) if sheet.rows else 0, _COLUMNS)
    most = min(_ROWS, _CELLS // max(1, width))
    return {
        "most": most,
        "turned": marks.turned,
        "columns": [{"letter": letters(at), **_mark(of_column(at))} for at in range(width)],
        "rows": [
            {
                "cells": [_text(sheet.odd.get((at, column), cell(at, column))) for column in range(width)],
                **_mark(of_row(at)),
            }
            for at in range(first, min(first + most, len(sheet.rows)))
        ],
    }


def _mark(mark: Mark) -> dict[str, str]:
    return {"kind": mark.kind, "name": mark.name, "why": mark.why}


def _text(cell: Any) -> str:
    text = "" if cell is None else f"{cell:.15g}" if isinstance(cell, float) else str(cell)
    return text if len(text) <= _LETTERS else f"{text[: _LETTERS - 1]}…"


def questioned(reading: Reading) -> list[dict[str, Any]]:
    """The questions about the table in their order, each with its answer, its default and the figures beside it."""
    by_language = _questioned.setdefault(reading, {})
    language = current_language()
    if language not in by_language:
        by_language[language] = list(_each_question(reading))
    return by_language[language]


#: The questions of a reading by language, since each state has them, and figures of large tables take their time.
_questioned: WeakKeyDictionary[Reading, dict[str, list[dict[str, Any]]]] = WeakKeyDictionary()


def _each_question(reading: Reading) -> Iterator[dict[str, Any]]:
    desk = reading.desk
    for item in desk.questions:
        answer = None if item in desk.asked else desk.answers.get(desk.answer_to(item.key) or "")
        yield {
            "key": item.key,
            "text": item.text,
            "why": item.why,
            "default": item.default,
            "answer": None if answer is None else item.accepted(answer),
            "options": [{"value": option, "text": _option(item, option)} for option in item.options],
            "column": column_of(item, reading),
            "figures": figures_beside(item, reading, _FEW),
        }


def _option(question: Question, option: str) -> str:
    """An answer in words that need no question."""
    if question.key.startswith("direction."):
        return gettext("higher is better") if option == "1" else gettext("lower is better")
    return question.shown(option)
