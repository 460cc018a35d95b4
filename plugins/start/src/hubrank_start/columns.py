"""Columns of a table with their names, their numbers, and the facts in rows of headings."""

import functools
import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from attrs import evolve, field, frozen
from hubrank.errors import fold_name
from hubrank.i18n import enumerated, listed
from hubrank.infer.forms import direction_in
from hubrank.io.cell_errors import guessed, readable
from hubrank.io.cells import CellFormat, number_in, read_number, without_percent
from hubrank.io.dates import date_in
from hubrank.plugin import gettext, gettext_noop, ngettext
from hubrank.ranking.data_checks import coded_as_missing

from hubrank_start.desk import Desk, Question
from hubrank_start.levels import Scale
from hubrank_start.marks import INDICATOR, leave
from hubrank_start.sheet import (
    WORDS,
    Heads,
    Sheet,
    blank,
    filled,
    is_empty,
    is_missing,
    letters,
    numeric,
    uncommon,
    year_of,
)

#: Footnote marks after a name, read from its end.
_MARKS = re.compile(
    r"(?:(?:[*†‡§]|[¹²³⁰-₟](?!m[kcdm]?(?!\w))|\](?:\d++|[a-z])\[|\)[\da-c]\(|\)[\da-e](?=\s)(?!.*\())\s*+)++"
)
#: A direction after a name: `Crime (-)`, `Income ↑`.
_SIGNED = re.compile(r"(?=.*\w)(?P<name>.+?)(?<!\s)\s*+(?:[(\[]|(?=[↑↓▲▼]))(?P<sign>[-+−–↑↓▲▼])[)\]]?")
#: The share of numbers from which on a column is of values.
_MOSTLY = 0.6
#: Signs between a prefix and a name, the surest first.
_PARTED = (
    re.compile(r"(?s)(.+?)(?<!\s)\s*+[:|>»/\\]\s++(.+)"),
    re.compile(r"(?s)(.+?)(?<!\s)\s++[-–—]\s++(.+)"),
    re.compile(r"(?s)(.+?)(?:__|::|\.|:)(.+)"),
    re.compile(r"([^_]+)_(.+)"),
)
#: A value with the sign of a currency, or in brackets.
_MARKED = re.compile(r"\(?\s*+(?:US\$|[$€£¥~≈]|EUR|USD)?+\s*+\d[\d.,'’\s]*+(?:%|[$€£¥]|EUR|USD)?\s*+\)?")
#: Digits that zeros stand before, as in codes.
_ZEROS = re.compile(r"0\d+", re.ASCII)
#: A value in brackets, or before its minus.
_NEGATIVE = re.compile(r"^(?:\(\s*+([$€£¥]?+\s*+\d[\d.,'’\s]*+%?)\s*+\)|(\d[\d.,'’]*+)[-−])$")
#: A value that is decimal or a whole one above 999, and the options of the second.
_THREE_DIGITS, _THOUSANDS = re.compile(r"-?\d{1,3}(?:\.\d{3})+", re.ASCII), {"decimal": ",", "thousands": "."}
#: Signs before or after a value that are no part of it.
_CURRENCY = ("$", "€", "£", "¥", "US$", "EUR", "USD", "~", "≈")


@frozen(kw_only=True, eq=False)
class Column:
    """A column of a table, `at` a position from 0: its cells below the heading, and the sheet's facts about it.

    The dimension is the head above it, or the prefix of its name, without which `title` is the name; `code` is what
    its owner calls it by; the direction is 1 or -1. Where there is a scale the cells are levels of it. `role` is the
    user's word for it.

    `sheet` is the one that it is of, empty if it is of none; `lines` are the rows of each cell there, and `parts` the
    columns that it was made of, if it was made of several.
    """

    at: int
    name: str
    cells: Sequence[Any] = field(repr=False)
    title: str = ""
    dimension: str = ""
    measure: str = ""
    code: str = ""
    weight: float | None = None
    direction: int | None = None
    scale: Scale | None = None
    role: str = ""
    sheet: str = ""
    lines: Sequence[tuple[int, ...]] = field(default=(), repr=False)
    parts: Sequence[int] = ()

    @functools.cached_property
    def uncommon(self) -> Sequence[Any]:
        """The cells that are neither empty nor numbers in the common style."""
        return uncommon(self.cells)

    @functools.cached_property
    def is_figures(self) -> bool:
        """Whether most cells are numbers, not dates, and neither the head nor zeros before them make them codes."""
        common = len(self.cells) - list(self.cells).count(None) - len(self.uncommon)
        others = [cell for cell in filled(self.uncommon) if not is_missing(cell)]
        if self.role:
            return self.role == INDICATOR and (common > 0 or any(map(numeric, others)))
        if fold_name(self.name) in WORDS["code"] or any(map(_ZEROS.fullmatch, map(str, others))):
            return False
        held = common + len(others)
        numbers = common + sum(
            numeric(cell) or (isinstance(cell, str) and bool(_MARKED.fullmatch(cell))) for cell in others
        )
        return held > 0 and numbers >= _MOSTLY * held and not is_dated(self)


def is_dated(column: Column) -> bool:
    """Whether all cells are dates, which do not identify units."""
    held = (cell for cell in column.cells if not blank(cell) and not is_missing(cell))
    dates = (isinstance(cell, str) and date_in(cell) for cell in held)
    return bool(next(dates, None)) and all(dates)


def facts_of(cells: Mapping[str, Any]) -> dict[str, Any]:
    """The facts about a column in cells, by its attributes."""
    weight = cells.get("weight")
    return {
        "weight": read_number(weight.rstrip("% ").replace(",", ".") if isinstance(weight, str) else weight),
        "direction": direction_in(cells.get("direction", "")),
        "measure": str(cells.get("measure", "")),
        "code": str(cells.get("code", "")),
        "dimension": str(cells.get("dimension", "")),
    }


def columns_of(sheet: Sheet, heads: Heads, desk: Desk) -> list[Column]:
    """The columns that are not empty; empty ones are reported."""
    above = [_filled_right(sheet, at) for at in heads.above]
    lines = {kind: sheet.rows[at] for kind, at in heads.extra.items()}
    if "dimension" in lines:
        lines["dimension"] = _filled_right(sheet, heads.extra["dimension"])
    places = [(row,) for row in heads.rows]
    result, empty = [], []
    names = sheet.rows[heads.head] if sheet.rows else ()
    across = zip(*(sheet.rows[row] for row in heads.rows), strict=True) if heads.rows else [()] * len(names)
    for at, (cell, column) in enumerate(zip(names, across, strict=True)):
        cells = [_shared(sheet, row, at) for row in heads.rows] if sheet.merged else list(column)
        if is_empty(cells):
            empty += [] if blank(cell) else [Column(at=at, name=str(cell), cells=cells, sheet=sheet.name)]
            continue
        name, dimension = _name_and_dimension(cell, [str(row[at]) for row in above if not blank(row[at])], at)
        facts = facts_of({kind: row[at] for kind, row in lines.items() if not blank(row[at])})
        facts["dimension"] = facts["dimension"] or dimension
        if signed := _SIGNED.fullmatch(name):
            name = signed["name"]
            facts["direction"] = facts["direction"] or direction_in(signed["sign"])
        result.append(Column(at=at, name=name, cells=cells, sheet=sheet.name, lines=places, **facts))
    leave(empty, gettext("empty"), desk)
    dimensions = {item.dimension for item in result if item.dimension}
    if len(dimensions) == len(result):  # a head of one column is no dimension
        result = [evolve(item, dimension="") for item in result]
    return _distinct_names(result, desk)


def _shared(sheet: Sheet, row: int, at: int) -> Any:
    """A cell, or the text of the one above that it is merged with, such as a region beside its countries."""
    cell = sheet.rows[row][at]
    first = sheet.merged.get((row, at)) if cell is None else None
    above = sheet.rows[first[0]][at] if first and first[1] == at else None
    return above if isinstance(above, str) else cell


def with_prefixes(columns: Sequence[Column]) -> list[Column]:
    """Columns of values whose names begin with a dimension's: `Health: mortality`; unchanged if names do not."""
    if any(item.dimension for item in columns):
        return list(columns)
    for pattern in _PARTED:
        parts = [(item[1].strip(), item[2].strip()) for column in columns if (item := pattern.fullmatch(column.name))]
        shared = Counter(dimension for dimension, _ in parts)
        years = any(year_of(text) is not None for part in parts for text in part)
        short = pattern is _PARTED[-1] and min(shared.values(), default=1) == 1  # words of a name
        if len(parts) == len(columns) and not years and not short and 1 < len(shared) < len(columns):
            return [
                evolve(column, title=name.replace("_", " "), dimension=dimension.replace("_", " "))
                for column, (dimension, name) in zip(columns, parts, strict=True)
            ]
    return list(columns)


def unmarked(text: str) -> str:
    """A name without the footnote marks after it."""
    found = _MARKS.match(text[::-1])
    return (text[: -found.end()] if found else text) or text


def _name_and_dimension(cell: Any, over: Sequence[str], at: int) -> tuple[str, str]:
    """A column's name, and the head above it as its dimension; a year is joined with what stands above it."""
    text = "" if blank(cell) else re.sub(r"^((?:19|20)\d\d)-(?:01-01|12-31)$", r"\1", str(cell))
    if not text:
        return (over[-1] if over else f"column {letters(at)}"), ""
    if year_of(text) is not None and over:
        return f"{' '.join(over)} {text}", ""
    if over and year_of(over[-1]) is not None:
        return f"{text} {over[-1]}", " ".join(over[:-1])
    return unmarked(text), unmarked(over[-1]) if over else ""


def _filled_right(sheet: Sheet, at: int) -> list[Any]:
    """A row of heads, each for all columns that it covers: those that it is merged with, else all up to the next."""
    row = list(sheet.rows[at])
    merged = {column: first for (line, column), (_, first) in sheet.merged.items() if line == at}
    for column in range(len(row)):
        if blank(row[column]) and merged:
            row[column] = row[merged[column]] if column in merged else None
        elif blank(row[column]) and column:
            row[column] = row[column - 1]
    return row


def _distinct_names(columns: list[Column], desk: Desk) -> list[Column]:
    """Columns of one name are distinguished by the heading above them, or by their letter."""
    counts = Counter(item.name for item in columns)
    heads = Counter((item.name, item.dimension) for item in columns)
    twice = sorted(name for name, count in counts.items() if count > 1)
    result = []
    for item in columns:
        name, title = item.name, item.title
        if counts[name] > 1 and item.dimension and heads[name, item.dimension] == 1:
            name, title = f"{item.dimension}: {name}", name
        elif counts[name] > 1:
            name = f"{name} ({letters(item.at)})"
        result.append(evolve(item, name=name, title=title))
    if twice:
        shown = gettext("{names} with the head above or the letter", names=enumerated(twice))
        desk.tell(gettext("names of columns"), shown, gettext("several columns share that name"))
    return result


def read_figures(columns: Sequence[Column], sheet: Sheet, heads: Heads, desk: Desk) -> list[Column]:
    """The columns with numbers instead of texts; cells that are no number are reported and left empty."""
    columns = [_without_brackets(column, desk) for column in columns]
    reading = _reading(columns, sheet, desk)
    result = []
    for column in columns:
        cells, unread = _numbers(column, reading)
        odd = sheet.odd or any(isinstance(cell, bool) for cell in column.uncommon)
        for line, cell in zip(heads.rows, column.cells, strict=True) if odd else ():
            if what := sheet.odd.get((line, column.at)):
                unread.append(what)
            elif isinstance(cell, bool):
                unread.append(str(cell))
        others = []
        if reading.percent:
            bare = without_percent(pd.Series(column.cells, dtype=object), pd.Series(cells, dtype=float), reading)
            cells = [None if lacks else cell for cell, lacks in zip(cells, bare, strict=True)]
            others = [str(cell) for cell in itertools.compress(column.cells, bare)]
        for given, why in (
            (unread, gettext_noop("not a number: {cells}")),
            (others, gettext_noop("without %, unlike other cells: {cells}")),
        ):
            if given:
                found = enumerated([f'"{item}"' for item in dict.fromkeys(given)], most=3)
                shown = ngettext(len(given), "{count} cell left empty", "{count} cells left empty")
                desk.tell(column.name, shown, gettext(why, cells=found))
        result.append(evolve(column, cells=cells))
    return result


def without_codes(column: Column, desk: Desk) -> Column:
    """A column of numbers without those that a user calls codes for missing values: -1 among positive ones."""
    coded = coded_as_missing(np.array(column.cells, dtype=float))
    if not coded.any():
        return column
    found = [str(line + 1) for line, is_code in zip(column.lines, coded, strict=True) if is_code for line in line]
    cell = next(cell for cell, is_code in zip(column.cells, coded, strict=True) if is_code)
    values = {"column": column.name, "cell": f"{cell:g}", "rows": enumerated(found)}
    question = Question(
        key=f"missing.{column.name}",
        text=gettext("{column}: does {cell} in rows {rows} mean that the value is missing?", **values),
        default="yes",
        why=gettext("all other values are far from it"),
        options=("yes", "no"),
        about=gettext("{cell} in {column} as missing (rows {rows})", **values),
    )
    if desk.ask(question) == "no":
        return column
    cells = [None if is_code else cell for cell, is_code in zip(column.cells, coded, strict=True)]
    return evolve(column, cells=cells)


def _numbers(column: Column, reading: CellFormat) -> tuple[list[float | None], list[str]]:
    """The numbers of a column, and the texts that are neither a number nor a missing value."""
    if not column.uncommon and reading.decimal == ".":
        return [None if cell is None else float(cell) for cell in column.cells], []
    texts = column.uncommon if reading.decimal == "." else column.cells  # others are numbers as they are
    read = {text: number_in(text, reading) for text in texts if isinstance(text, str)}
    wrong = {text for text, number in read.items() if number is None and not readable(text, reading)}
    cells = [
        None if cell is None or isinstance(cell, bool) else read[cell] if cell in read else float(cell)
        for cell in column.cells
    ]
    return cells, [cell for cell in column.cells if cell in wrong] if wrong else []


def _without_brackets(column: Column, desk: Desk) -> Column:
    """The column with `(5.2)`, as accountants write it, as -5.2."""
    if not any(isinstance(cell, str) and _NEGATIVE.match(cell) for cell in column.uncommon):
        return column
    cells = [_NEGATIVE.sub(r"-\1\2", cell) if isinstance(cell, str) else cell for cell in column.cells]
    desk.tell(
        column.name,
        gettext("numbers in brackets or followed by a minus are negative"),
        gettext("the usual notation in accounts"),
    )
    return evolve(column, cells=cells)


def _reading(columns: Sequence[Column], sheet: Sheet, desk: Desk) -> CellFormat:
    """The format of the table's numbers; asked about if 1,234 may be 1234 or 1.234."""
    others = [cell for column in columns for cell in column.uncommon if isinstance(cell, str)]
    texts = [cell for column in columns for cell in column.cells if isinstance(cell, str)]
    dotted = [cell for cell in texts if "." in cell] if sheet.delimiter in (";", "\t") else []
    if dotted and all(map(_THREE_DIGITS.fullmatch, dotted)) and not any("," in cell for cell in texts):
        return evolve(CellFormat(), **_ask_style({dotted[0]: ({"decimal": "."}, _THOUSANDS)}, sheet, desk))
    if not others:
        return CellFormat()
    marked = [cell for cell in others if not (cell[:1] + cell[-1:]).isdigit()]
    signs = tuple(sign for sign in _CURRENCY if any(cell.startswith(sign) or cell.endswith(sign) for cell in marked))
    guess = guessed(texts, CellFormat(footnotes=signs))
    if guess.open:
        guess = guessed(texts, evolve(guess.reading, **_ask_style(guess.open, sheet, desk)))
    _tell_reading(guess.reading, texts, desk)
    return guess.reading


def _ask_style(unclear: Mapping[str, Sequence[Mapping[str, Any]]], sheet: Sheet, desk: Desk) -> dict[str, Any]:
    """The options for cells that can be read in two ways: a sign parts decimals, or thousands."""
    text, ways = next(iter(unclear.items()))
    sign, semicolons = "," if "," in text else ".", sheet.delimiter == ";"
    decimal = next((item for item in ways if item.get("decimal") == sign), ways[0])
    thousands = next((item for item in ways if item.get("thousands") == sign), ways[-1])
    why = gettext("three digits follow it everywhere")
    if semicolons:
        why = gettext("fields are separated by semicolons")
    elif sign == ".":
        why = gettext("a point usually is one")
    asked = gettext_noop('is "{sign}" in {cells} a decimal sign or a thousands separator?')
    answer = desk.ask(
        Question(
            key="comma",
            text=gettext(asked, sign=sign, cells=enumerated(list(unclear), most=3)),
            default="decimal" if (sign == ",") == semicolons else "thousands",
            why=why,
            options=("decimal", "thousands"),
            about=gettext('"{sign}" in {cell}', sign=sign, cell=text),
        )
    )
    return dict(decimal if answer == "decimal" else thousands)


def _tell_reading(reading: CellFormat, texts: Sequence[str], desk: Desk) -> None:
    example = next((item for item in texts if reading.decimal == "," and "," in item), texts[0])
    if reading.decimal == ",":
        desk.tell(gettext("decimal sign"), gettext("a comma"), gettext('as in "{cell}"', cell=example))
    if reading.thousands:
        sign = next((item for item in texts if reading.thousands in item.replace("\u00a0", " ")), example)
        shown = gettext('separated by "{sign}"', sign=reading.thousands)
        desk.tell(gettext("thousands"), shown, gettext('as in "{cell}"', cell=sign))
    if reading.percent:
        desk.tell(gettext("percent"), gettext("12% is read as 12"), gettext("on one scale for all"))
    if reading.footnotes:
        desk.tell(gettext("marks ignored"), " ".join(reading.footnotes), gettext("next to numbers"))
    if reading.na:
        desk.tell(gettext("treated as missing"), listed(reading.na), "")
