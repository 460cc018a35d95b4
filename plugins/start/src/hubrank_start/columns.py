"""Columns of a table with their names, their numbers, and what rows of heads say of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import attrs
from attrs import evolve, field, frozen
from hubrank import gettext, gettext_noop, ngettext
from hubrank.errors import fold_name
from hubrank.i18n import enumerated
from hubrank.io.cell_errors import Guess, guessed, readable
from hubrank.io.cells import CellFormat, number_in, read_number

from hubrank_start.desk import Desk, Question
from hubrank_start.sheet import (
    WORDS,
    Heads,
    Sheet,
    blank,
    direction_in,
    is_missing,
    letters,
    numeric,
    remembered,
    year_of,
)

#: Footnote marks behind a name.
_MARKS = re.compile(r"(?:\s*(?:[*†‡§]+|(?<!m)[¹²³⁰-₟]+|\[\d+\]|\((?:\d|[a-c])\)))+$")
#: A direction behind a name: `Crime (-)`, `Income ↑`.
_SIGNED = re.compile(r"(?P<name>.*\w.*?)\s*(?:[(\[]|(?=[↑↓▲▼]))(?P<sign>[-+−–↑↓▲▼])[)\]]?")
#: The share of cells below which a first column may stand for those below it.
_SPARSE = 0.7
#: Signs between a prefix and a name, the surest first; the last only where all columns have it.
_PARTED = (
    re.compile(r"(.+?)\s*[:|>»/\\]\s+(.+)"),
    re.compile(r"(.+?)\s+[-–—]\s+(.+)"),
    re.compile(r"(.+?)(?:__|::|\.|:)(.+)"),
)
_JOINED = re.compile(r"([^_]+)_(.+)")


@frozen(kw_only=True, eq=False)
class Column:
    """A column of a table.

    Attributes:
        at: Its position in the sheet, from 0.
        name: Its name, without footnote marks.
        cells: Its cells below the head.
        title: Its name without the prefix that says its dimension; empty where it has none.
        dimension: The head above it, or the prefix of its name; empty where there is none.
        measure: The unit of measurement.
        weight: As the sheet says; none where it does not.
        direction: 1 or -1, as the sheet says.
    """

    at: int
    name: str
    cells: Sequence[Any] = field(repr=False)
    title: str = ""
    dimension: str = ""
    measure: str = ""
    weight: float | None = None
    direction: int | None = None


def columns_of(sheet: Sheet, heads: Heads, desk: Desk) -> list[Column]:
    """The columns that hold anything; empty ones are told."""
    above = [_filled_right(sheet, at) for at in heads.above]
    dimension = _filled_right(sheet, heads.extra["dimension"]) if "dimension" in heads.extra else []
    result, empty = [], []
    for at, cell in enumerate(sheet.rows[heads.head] if sheet.rows else ()):
        over = [str(row[at]) for row in above if not blank(row[at])]
        cells = [_shared(sheet, row, at) for row in heads.rows]
        if all(map(blank, cells)):
            empty += [] if blank(cell) else [str(cell)]
            continue
        name, group = _name_and_dimension(cell, over, at)
        if at < len(dimension) and not blank(dimension[at]):
            group = str(dimension[at])
        found = _extras(sheet, heads, at)
        if signed := _SIGNED.fullmatch(name):
            name = signed["name"]
            found.setdefault("direction", direction_in(signed["sign"]))
        result.append(Column(at=at, name=name, cells=cells, dimension=group, **found))
    if empty:
        desk.tell(gettext("columns left out"), enumerated(empty), gettext("since empty"))
    if len({item.dimension for item in result if item.dimension}) == len(
        result
    ):  # a head of one column is no dimension
        result = [evolve(item, dimension="") for item in result]
    return _distinct_names(result, desk)


def _shared(sheet: Sheet, row: int, at: int) -> Any:
    """A cell, or the text of the one above that it is merged with, such as a region beside its countries."""
    cell = sheet.rows[row][at]
    first = sheet.merged.get((row, at)) if cell is None else None
    above = sheet.rows[first[0]][at] if first and first[1] == at else None
    return above if isinstance(above, str) else cell


def filled_down(columns: Sequence[Column], desk: Desk) -> list[Column]:
    """The columns, the first of them filled where a text stands for the empty cells below it, as in a pivot table."""
    first, *others = columns
    held = [cell for cell in first.cells if not blank(cell)]
    sparse = len(held) < _SPARSE * len(first.cells) and not blank(first.cells[0])
    texts = all(isinstance(cell, str) and not numeric(cell) for cell in held)
    full = any(
        len({cell for cell in item.cells if isinstance(cell, str) and not numeric(cell)}) == len(item.cells)
        for item in others
    )
    if not (sparse and texts and full and len(held) > 1):
        return list(columns)
    cells: list[Any] = []
    for cell in first.cells:
        cells.append(cells[-1] if blank(cell) else cell)
    desk.tell(first.name, gettext("filled down"), gettext("since a text stands for the empty cells below it"))
    return [evolve(first, cells=cells), *others]


def with_prefixes(columns: Sequence[Column]) -> list[Column]:
    """Columns of figures whose names begin with a dimension's: `Health: mortality`; as they are where names do not."""
    if any(item.dimension for item in columns) or len(columns) < 2:  # one column has no siblings
        return list(columns)
    for pattern in (*_PARTED, _JOINED):
        found = [pattern.fullmatch(item.name) for item in columns]
        matches = [item for item in found if item]
        shared = Counter(item[1].strip() for item in matches)
        years = any(year_of(part.strip()) is not None for item in matches for part in item.groups())
        if len(matches) == len(columns) and not years and 1 < len(shared) < len(columns) and max(shared.values()) > 1:
            parts = [(str(item[1]).strip(), str(item[2]).strip()) for item in matches]
            return [
                evolve(column, title=name.replace("_", " "), dimension=group.replace("_", " "))
                for column, (group, name) in zip(columns, parts, strict=True)
            ]
    return list(columns)


def unmarked(text: str) -> str:
    """A name without the footnote marks behind it."""
    return _MARKS.sub("", text) or text


def _name_and_dimension(cell: Any, over: Sequence[str], at: int) -> tuple[str, str]:
    """A column's name, and the head above it as its dimension; a year is joined with what stands above it."""
    text = "" if blank(cell) else re.sub(r"^((?:19|20)\d\d)-\d\d-\d\d$", r"\1", str(cell))
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
        if blank(row[column]):
            if merged:
                row[column] = row[merged[column]] if column in merged else None
            elif column:
                row[column] = row[column - 1]
    return row


def _extras(sheet: Sheet, heads: Heads, at: int) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for kind, line in heads.extra.items():
        cell = sheet.rows[line][at]
        if blank(cell) or kind == "dimension":
            continue
        if kind == "weight":
            result["weight"] = read_number(str(cell).rstrip("% ").replace(",", ".") if isinstance(cell, str) else cell)
        elif kind == "direction":
            result["direction"] = direction_in(cell)
        else:
            result["measure"] = str(cell)
    return result


def _distinct_names(columns: list[Column], desk: Desk) -> list[Column]:
    """Columns of one name are told apart by the head above them, or by their letter."""
    counts = Counter(item.name for item in columns)
    twice = sorted(name for name, count in counts.items() if count > 1)
    if not twice:
        return columns
    heads = Counter((item.name, item.dimension) for item in columns)
    result = []
    for item in columns:
        if counts[item.name] > 1 and item.dimension and heads[item.name, item.dimension] == 1:
            result.append(evolve(item, name=f"{item.dimension}: {item.name}", title=item.name))
        elif counts[item.name] > 1:
            result.append(evolve(item, name=f"{item.name} ({letters(item.at)})"))
        else:
            result.append(item)
    shown = gettext("{names} with the head above or the letter", names=enumerated(twice))
    desk.tell(gettext("names of columns"), shown, gettext("since several have that name"))
    return result


#: The share of a column's cells that are numbers from which on it is one of figures.
_MOSTLY = 0.6
#: A figure with the sign of a currency, or in brackets.
_MARKED = re.compile(r"\(?\s*(?:US\$|[$€£¥~≈]|EUR|USD)?\s*\d[\d.,'’\s]*(?:%|[$€£¥]|EUR|USD)?\s*\)?")
#: A figure in brackets.
_NEGATIVE = re.compile(r"^\(\s*([$€£¥]?\s*\d[\d.,'’\s]*%?)\s*\)$")
#: Signs before or behind a figure that are no part of it.
_CURRENCY = ("$", "€", "£", "¥", "US$", "EUR", "USD", "~", "≈")


@remembered
def is_figures(column: Column) -> bool:
    """Whether most cells of a column are numbers, and its head does not say that they are codes."""
    if fold_name(column.name) in WORDS["code"]:
        return False
    held = [cell for cell in column.cells if not blank(cell) and not (isinstance(cell, str) and is_missing(cell))]
    texts = [cell for cell in held if isinstance(cell, str)]
    marked = [cell for cell in texts if _MARKED.fullmatch(cell)]
    return bool(held) and sum(numeric(cell) or cell in marked for cell in held) >= _MOSTLY * len(held)


def read_figures(columns: Sequence[Column], sheet: Sheet, heads: Heads, desk: Desk) -> list[Column]:
    """The columns with numbers in place of texts; what is no number is told and left empty."""
    columns = _without_brackets(columns, desk)
    reading = _reading(columns, sheet, desk)
    result = []
    for column in columns:
        unread: list[str] = []
        cells = [_number(cell, reading, unread) for cell in column.cells]
        for line, cell in zip(heads.rows, column.cells, strict=True):
            if what := sheet.odd.get((line, column.at)):
                unread.append(what)
            elif isinstance(cell, bool):
                unread.append(str(cell))
        if unread:
            found = enumerated([f'"{item}"' for item in dict.fromkeys(unread)], most=3)
            shown = ngettext(len(unread), "{count} cell left empty", "{count} cells left empty")
            desk.tell(column.name, shown, gettext("no number: {cells}", cells=found))
        result.append(evolve(column, cells=cells))
    return result


def _without_brackets(columns: Sequence[Column], desk: Desk) -> list[Column]:
    """The columns with `(5.2)`, as accountants write it, as -5.2."""
    result = []
    for column in columns:
        cells = [_NEGATIVE.sub(r"-\1", cell) if isinstance(cell, str) else cell for cell in column.cells]
        if cells != list(column.cells):
            shown = gettext("figures in brackets are negative")
            desk.tell(column.name, shown, gettext("so accountants write them"))
        result.append(evolve(column, cells=cells))
    return result


def _reading(columns: Sequence[Column], sheet: Sheet, desk: Desk) -> CellFormat:
    """How the table writes numbers; asked about where 1,234 may be 1234 or 1.234."""
    texts = [cell for column in columns for cell in column.cells if isinstance(cell, str)]
    signs = tuple(sign for sign in _CURRENCY if any(cell.startswith(sign) or cell.endswith(sign) for cell in texts))
    guess = guessed(texts, CellFormat(footnotes=signs))
    if guess.open:
        guess = guessed(texts, attrs.evolve(guess.reading, **_ask_style(guess, sheet, desk)))
    _tell(guess.reading, texts, desk)
    return guess.reading


def _ask_style(guess: Guess, sheet: Sheet, desk: Desk) -> dict[str, Any]:
    text, ways = next(iter(guess.open.items()))
    sign = "," if "," in text else "."
    decimal = next((item for item in ways if item.get("decimal") == sign), ways[0])
    thousands = next((item for item in ways if item.get("thousands") == sign), ways[-1])
    comma = sheet.delimiter == ";"
    text_asked = gettext_noop('is "{sign}" in {cells} a decimal sign or does it part thousands?')
    answer = desk.ask(
        Question(
            key="comma",
            text=gettext(text_asked, sign=sign, cells=enumerated(list(guess.open), most=3)),
            default="decimal" if comma else "thousands",
            why=gettext("fields are parted by semicolons") if comma else gettext("three digits follow it everywhere"),
            options=("decimal", "thousands"),
            what=gettext('"{sign}" in {cell}', sign=sign, cell=text),
        )
    )
    return dict(decimal if answer == "decimal" else thousands)


def _tell(reading: CellFormat, texts: Sequence[str], desk: Desk) -> None:
    if not texts:
        return
    example = next((item for item in texts if reading.decimal == "," and "," in item), texts[0])
    if reading.decimal == ",":
        desk.tell(gettext("decimal sign"), gettext("a comma"), gettext('as in "{cell}"', cell=example))
    if reading.thousands:
        sign = next((item for item in texts if reading.thousands in item.replace("\u00a0", " ")), example)
        shown = gettext('parted by "{sign}"', sign=reading.thousands)
        desk.tell(gettext("thousands"), shown, gettext('as in "{cell}"', cell=sign))
    if reading.percent:
        desk.tell(gettext("percent"), gettext("12% is read as 12"), gettext("on one scale for all"))
    if reading.footnotes:
        desk.tell(gettext("marks left out"), " ".join(reading.footnotes), gettext("which stand beside figures"))
    if reading.na:
        desk.tell(gettext("read as gaps"), ", ".join(reading.na), gettext("which say that there is no value"))


def _number(cell: Any, reading: CellFormat, unread: list[str]) -> float | None:
    """A cell as a number; what is neither a number nor a gap is noted."""
    if cell is None or isinstance(cell, bool):
        return None
    if not isinstance(cell, str):
        return float(cell)
    found = number_in(cell, reading)
    if found is None and not readable(cell, reading):
        unread.append(cell)
    return found
