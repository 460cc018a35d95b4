"""Cells as these exports write them: amounts of dollars, and lists parted by semicolons."""

from __future__ import annotations

import re

from hubrank.io.cells import CellFormat, number_in, year_in

#: Words for what is not known.
UNKNOWN = ("", "-", "–", "—", "n/a", "none", "nan", "null", "unknown", "undisclosed", "not disclosed", "obfuscated")
_SCALES = {"": None, "k": 1e3, "m": 1e6, "b": 1e9, "bn": 1e9, "t": 1e12}
_AMOUNT = re.compile(r"(?:US)?\$?\s*([\d.,]+)\s*(k|m|bn?|t)?", re.IGNORECASE)
_UNIT = re.compile(r"\((?:[^)]*[\s$])?([KMB])\)")
_READING = CellFormat(thousands=",")
_MONTH = re.compile(r"[A-Za-z]{3,9}[/ -](\d{4})")


def is_unknown(text: str | None) -> bool:
    """Whether a cell says that nothing is known."""
    return text is None or text.strip().casefold() in UNKNOWN


def unit_of(header: str) -> float:
    """The dollars that one is in a column: 1e9 of `Valuation ($B)`, 1e6 of `Total funding (USD M)`, else 1."""
    found = _UNIT.search(header)
    return (_SCALES[found[1].lower()] or 1.0) if found else 1.0


def dollars(text: str, unit: float) -> float | None:
    """An amount of dollars: `$225.00 `, `$180B`, `46,000,000`.

    Args:
        text: The cell; an unit that it has itself counts.
        unit: The dollars that one is where it has none.

    Returns:
        The amount; none where the cell holds none.
    """
    found = _AMOUNT.fullmatch(text.strip())
    number = number_in(found[1], _READING) if found else None
    if found is None or number is None:
        return None
    return number * (_SCALES[(found[2] or "").lower()] or unit)


def parts_of(text: str | None) -> list[str]:
    """The entries of a list: none where it is empty."""
    return [] if text is None or not text.strip() else [each.strip() for each in text.split(";")]


def year_of(text: str) -> int | None:
    """The year of a date of any precision: `2019-03-01`, `2019-03`, `2019`, `mar/2019`, `3/1/2019`."""
    if found := _MONTH.fullmatch(text):
        return int(found[1])
    plain = year_in(f"{text}-01" if re.fullmatch(r"\d{4}", text) else text)
    return None if plain is None else int(plain)
