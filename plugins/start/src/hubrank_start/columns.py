"""Columns of a table with their names, and what rows of heads, weights, directions and units say of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from attrs import evolve, field, frozen
from hubrank import gettext
from hubrank.i18n import enumerated
from hubrank.io.cells import read_number

from hubrank_start.desk import Desk
from hubrank_start.heads import Heads
from hubrank_start.sheet import Sheet, blank, letters, numeric, year_of
from hubrank_start.words import direction_in

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
    made, empty = [], []
    for at, cell in enumerate(sheet.rows[heads.head] if sheet.rows else ()):
        over = [str(row[at]) for row in above if not blank(row[at])]
        cells = [_shared(sheet, row, at) for row in heads.rows]
        if all(map(blank, cells)):
            empty += [] if blank(cell) else [str(cell)]
            continue
        name, group = _named(cell, over, at)
        if at < len(dimension) and not blank(dimension[at]):
            group = str(dimension[at])
        found = _extras(sheet, heads, at)
        if signed := _SIGNED.fullmatch(name):
            name = signed["name"]
            found.setdefault("direction", direction_in(signed["sign"]))
        made.append(Column(at=at, name=name, cells=cells, dimension=group, **found))
    if empty:
        desk.tell(gettext("columns left out"), enumerated(empty), gettext("since empty"))
    made = _label_less(made)
    return _told_apart(made, desk)


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
    full = any(_is_full_text(each) for each in others)
    if not (sparse and texts and full and len(held) > 1):
        return list(columns)
    cells: list[Any] = []
    for cell in first.cells:
        cells.append(cells[-1] if blank(cell) else cell)
    desk.tell(first.name, gettext("filled down"), gettext("since a text stands for the empty cells below it"))
    return [evolve(first, cells=cells), *others]


def _is_full_text(column: Column) -> bool:
    texts = [cell for cell in column.cells if isinstance(cell, str) and not numeric(cell)]
    return len(set(texts)) == len(column.cells)


def with_prefixes(columns: Sequence[Column]) -> list[Column]:
    """Columns of figures whose names begin with a dimension's: `Health: mortality`; as they are where names do not."""
    if any(each.dimension for each in columns) or len(columns) < 2:  # one column has no siblings
        return list(columns)
    for pattern in (*_PARTED, _JOINED):
        found = [pattern.fullmatch(each.name) for each in columns]
        matches = [each for each in found if each]
        shared = Counter(each[1].strip() for each in matches)
        years = any(year_of(part.strip()) is not None for each in matches for part in each.groups())
        if len(matches) == len(columns) and not years and 1 < len(shared) < len(columns) and max(shared.values()) > 1:
            parts = [(str(each[1]).strip(), str(each[2]).strip()) for each in matches]
            return [
                evolve(column, title=name.replace("_", " "), dimension=group.replace("_", " "))
                for column, (group, name) in zip(columns, parts, strict=True)
            ]
    return list(columns)


def unmarked(text: str) -> str:
    """A name without the footnote marks behind it."""
    return _MARKS.sub("", text) or text


def _named(cell: Any, over: Sequence[str], at: int) -> tuple[str, str]:
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
    made: dict[str, Any] = {}
    for kind, line in heads.extra.items():
        cell = sheet.rows[line][at]
        if blank(cell) or kind == "dimension":
            continue
        if kind == "weight":
            made["weight"] = read_number(str(cell).rstrip("% ").replace(",", ".") if isinstance(cell, str) else cell)
        elif kind == "direction":
            made["direction"] = direction_in(cell)
        else:
            made["measure"] = str(cell)
    return made


def _label_less(columns: list[Column]) -> list[Column]:
    """A head above columns of labels is no dimension; nor is one that stands above a single column everywhere."""
    heads = Counter(each.dimension for each in columns if each.dimension)
    if not heads or max(heads.values()) > 1:
        return columns
    return [evolve(each, dimension="") for each in columns] if len(heads) == len(columns) else columns


def _told_apart(columns: list[Column], desk: Desk) -> list[Column]:
    """Columns of one name are told apart by the head above them, or by their letter."""
    counts = Counter(each.name for each in columns)
    twice = sorted(name for name, count in counts.items() if count > 1)
    if not twice:
        return columns
    heads = Counter((each.name, each.dimension) for each in columns)
    made = []
    for each in columns:
        if counts[each.name] > 1 and each.dimension and heads[each.name, each.dimension] == 1:
            made.append(evolve(each, name=f"{each.dimension}: {each.name}", title=each.name))
        elif counts[each.name] > 1:
            made.append(evolve(each, name=f"{each.name} ({letters(each.at)})"))
        else:
            made.append(each)
    shown = gettext("{names} with the head above or the letter", names=enumerated(twice))
    desk.tell(gettext("names of columns"), shown, gettext("since several have that name"))
    return made
