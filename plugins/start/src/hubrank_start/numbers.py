"""Columns of figures, and their cells as numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import attrs
from attrs import evolve
from hubrank import gettext, gettext_noop, ngettext
from hubrank.errors import fold_name
from hubrank.i18n import enumerated
from hubrank.io.cell_errors import Guess, guessed, readable
from hubrank.io.cells import CellFormat, number_in

from hubrank_start.columns import Column
from hubrank_start.desk import Desk, Question
from hubrank_start.heads import Heads
from hubrank_start.sheet import Sheet, blank, is_missing, numeric, remembered

#: The share of a column's cells that are numbers from which on it is one of figures.
_MOSTLY = 0.6
#: A figure with the sign of a currency, or in brackets.
_MARKED = re.compile(r"\(?\s*(?:US\$|[$€£¥~≈]|EUR|USD)?\s*\d[\d.,'’\s]*(?:%|[$€£¥]|EUR|USD)?\s*\)?")
#: A figure in brackets.
_NEGATIVE = re.compile(r"^\(\s*([$€£¥]?\s*\d[\d.,'’\s]*%?)\s*\)$")
#: Signs before or behind a figure that are no part of it.
_CURRENCY = ("$", "€", "£", "¥", "US$", "EUR", "USD", "~", "≈")
#: Heads of columns whose numbers are names.
_CODES = (
    "code",
    "id",
    "unitcode",
    "countrycode",
    "regioncode",
    "ags",
    "fips",
    "geoid",
    "zip",
    "postcode",
    "plz",
    "lau",
    "nuts",
)


@remembered
def is_figures(column: Column) -> bool:
    """Whether most cells of a column are numbers, and its head does not say that they are codes."""
    if fold_name(column.name) in _CODES:
        return False
    held = [cell for cell in column.cells if not blank(cell) and not (isinstance(cell, str) and is_missing(cell))]
    texts = [cell for cell in held if isinstance(cell, str)]
    marked = [cell for cell in texts if _MARKED.fullmatch(cell)]
    return bool(held) and sum(numeric(cell) or cell in marked for cell in held) >= _MOSTLY * len(held)


def read_figures(columns: Sequence[Column], sheet: Sheet, heads: Heads, desk: Desk) -> list[Column]:
    """The columns with numbers in place of texts; what is no number is told and left empty."""
    columns = _without_brackets(columns, desk)
    reading = _reading(columns, sheet, desk)
    made = []
    for column in columns:
        told: list[str] = []
        cells = [_number(cell, reading, told) for cell in column.cells]
        for line, cell in zip(heads.rows, column.cells, strict=True):
            if what := sheet.odd.get((line, column.at)):
                told.append(what)
            elif isinstance(cell, bool):
                told.append(str(cell))
        if told:
            found = enumerated([f'"{each}"' for each in dict.fromkeys(told)], most=3)
            shown = ngettext(len(told), "{count} cell left empty", "{count} cells left empty")
            desk.tell(column.name, shown, gettext("no number: {cells}", cells=found))
        made.append(evolve(column, cells=cells))
    return made


def _without_brackets(columns: Sequence[Column], desk: Desk) -> list[Column]:
    """The columns with `(5.2)`, as accountants write it, as -5.2."""
    made = []
    for column in columns:
        cells = [_NEGATIVE.sub(r"-\1", cell) if isinstance(cell, str) else cell for cell in column.cells]
        if cells != list(column.cells):
            shown = gettext("figures in brackets are negative")
            desk.tell(column.name, shown, gettext("so accountants write them"))
        made.append(evolve(column, cells=cells))
    return made


def _reading(columns: Sequence[Column], sheet: Sheet, desk: Desk) -> CellFormat:
    """How the table writes numbers; asked about where 1,234 may be 1234 or 1.234."""
    texts = [cell for column in columns for cell in column.cells if isinstance(cell, str)]
    signs = tuple(sign for sign in _CURRENCY if any(cell.startswith(sign) or cell.endswith(sign) for cell in texts))
    guess = guessed(texts, CellFormat(footnotes=signs))
    if guess.open:
        guess = guessed(texts, attrs.evolve(guess.reading, **_asked(guess, sheet, desk)))
    _tell(guess.reading, texts, desk)
    return guess.reading


def _asked(guess: Guess, sheet: Sheet, desk: Desk) -> dict[str, Any]:
    text, ways = next(iter(guess.open.items()))
    sign = "," if "," in text else "."
    decimal = next((each for each in ways if each.get("decimal") == sign), ways[0])
    thousands = next((each for each in ways if each.get("thousands") == sign), ways[-1])
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
    example = next((each for each in texts if reading.decimal == "," and "," in each), texts[0])
    if reading.decimal == ",":
        desk.tell(gettext("decimal sign"), gettext("a comma"), gettext('as in "{cell}"', cell=example))
    if reading.thousands:
        sign = next((each for each in texts if reading.thousands in each.replace("\u00a0", " ")), example)
        shown = gettext('parted by "{sign}"', sign=reading.thousands)
        desk.tell(gettext("thousands"), shown, gettext('as in "{cell}"', cell=sign))
    if reading.percent:
        desk.tell(gettext("percent"), gettext("12% is read as 12"), gettext("on one scale for all"))
    if reading.footnotes:
        desk.tell(gettext("marks left out"), " ".join(reading.footnotes), gettext("which stand beside figures"))
    if reading.na:
        desk.tell(gettext("read as gaps"), ", ".join(reading.na), gettext("which say that there is no value"))


def _number(cell: Any, reading: CellFormat, told: list[str]) -> float | None:
    """A cell as a number; what is neither a number nor a gap is noted."""
    if cell is None or isinstance(cell, bool):
        return None
    if not isinstance(cell, str):
        return float(cell)
    found = number_in(cell, reading)
    if found is None and not readable(cell, reading):
        told.append(cell)
    return found
