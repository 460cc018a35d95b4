"""A number as a table writes it: decimal commas, thousands, percents, footnote marks."""

from __future__ import annotations

import functools
import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hubrank.basis.cells import GAPS

if TYPE_CHECKING:
    from hubrank.basis.reading import Reading

#: Signs that stand for a blank or an apostrophe between thousands.
_LIKE = {" ": r"[ \u00a0\u2009\u202f]", "'": "['\u2019]", ".": r"\.", ",": ","}
_ISO = re.compile(r"(\d{4})-\d{1,2}(?:-\d{1,2}(?:[T ].*)?)?", re.ASCII)
_DAY_FIRST = re.compile(r"\d{1,2}([./-])\d{1,2}\1(\d{4})", re.ASCII)


def number_in(text: str, reading: Reading) -> float | None:
    """The number that a text holds, if any.

    Args:
        text: A cell; the minus may be the typographic one.
        reading: How numbers are written.
    """
    text = without_marks(text, reading.footnotes)
    percent = reading.percent is not None and text.endswith("%")
    plain = plain_numeral(text[:-1].rstrip() if percent else text, reading.decimal, reading.thousands)
    if plain is None:
        return None
    made = float(Decimal(plain).scaleb(-2) if percent and reading.percent == "share" else plain)
    return made if math.isfinite(made) else None


def is_gap_in(text: str, reading: Reading) -> bool:
    """Whether a text holds a gap but for blanks and footnote marks."""
    return without_marks(text, reading.footnotes) in {*GAPS, *reading.na}


def plain_numeral(text: str, decimal: str, thousands: str | None) -> str | None:
    """The number as Python writes it; none where the text is none in this style."""
    text = text.replace("\u2212", "-")
    if not _style(decimal, thousands).fullmatch(text):
        return None
    if thousands:
        text = re.sub(_LIKE[thousands], "", text)
    return text.replace(decimal, ".")


def without_marks(text: str, marks: tuple[str, ...]) -> str:
    """The text without the marks before and behind it."""
    text = text.strip()
    for mark in _repeated(sorted(marks, key=len, reverse=True)):
        if text.endswith(mark):
            text = text[: -len(mark)].rstrip()
        if text.startswith(mark):
            text = text[len(mark) :].lstrip()
    return text


def year_in(value: Any) -> float | None:
    """The year of a date, as text (`2020-03-01`, `1.3.2020`) or of a workbook; none where it is no date."""
    if isinstance(value, str):
        if found := _ISO.fullmatch(value.strip()):
            return float(found[1])
        found = _DAY_FIRST.fullmatch(value.strip())
        return float(found[2]) if found else None
    year = getattr(value, "year", None)
    return float(year) if isinstance(year, int) else None


@functools.cache
def _style(decimal: str, thousands: str | None) -> re.Pattern[str]:
    """Numbers with this decimal sign; groups are of three digits, or, as in India, of two before the last."""
    whole = r"\d+"
    if thousands:
        sign = _LIKE[thousands]
        whole = rf"\d{{1,3}}(?:{sign}\d{{3}})+|\d{{1,2}}(?:{sign}\d{{2}})+{sign}\d{{3}}|\d+"
    point = re.escape(decimal)
    return re.compile(rf"[+-]?(?:(?:{whole})(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d+)?", re.ASCII)


def _repeated(marks: list[str]) -> list[str]:
    """Each mark as often as one behind another is usual: `3.4 a) *`."""
    return [mark for _ in range(3) for mark in marks]
