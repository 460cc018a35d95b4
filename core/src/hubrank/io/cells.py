"""Cells, missing values, years and numbers; how cells may be written."""

from __future__ import annotations

import codecs
import contextlib
import functools
import math
import numbers
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Literal

import attrs
import numpy as np
import pandas as pd
from attrs import frozen

from hubrank.errors import shorten_list
from hubrank.io.dates import date_in
from hubrank.numeric import Array, Mask

#: Texts of a cell for a missing value; "NA" is none of them, since it is Namibia's code.
GAPS = (
    *("", "..", "--"),
    *("n/a", "N/a", "N/A", "#n/a", "#N/a", "#N/A"),
    *("nan", "NaN", "NAN", "null", "Null", "NULL"),
)


@frozen
class Kind:
    """The required content of a column's cells, if not missing: in words, and a test of finite numbers."""

    called: str
    fits: Callable[[Array], Mask]

    def holds(self, value: float) -> bool:
        """Whether it is right of one number."""
        return bool(self.fits(np.array([value], dtype=float))[0])

    def refusal(self, value: Any) -> str:
        """The message for a cell: `must be a number; got "many"`."""
        return f"must be {self.called}; got {shown(value)}"


NUMBER = Kind("a number", lambda values: np.ones(values.shape, dtype=bool))
YEAR = Kind(
    "a year, a whole number from 1 to 9999", lambda values: (values % 1 == 0) & (values >= 1) & (values <= 9999)
)
#: Kilometres.
DISTANCE = Kind("a number of 0 or more", lambda values: values >= 0)
#: Degrees north.
LATITUDE = Kind("a number from -90 to 90", lambda values: np.abs(values) <= 90)
#: Degrees east.
LONGITUDE = Kind("a number from -180 to 180", lambda values: np.abs(values) <= 180)


def is_gap(value: Any) -> bool:
    """Whether a cell is missing: None, NaN, or a text that means so."""
    return value.strip() in GAPS if isinstance(value, str) else bool(pd.isna(value))


def shown(value: Any) -> str:
    """A cell in a message: `"many"`, `4.5`, `nothing`."""
    if isinstance(value, str):
        return f'"{value}"'
    return "nothing" if pd.isna(value) else f"{value:.12g}" if isinstance(value, float) else str(value)


def read_number(value: Any) -> float | None:
    """A cell as a number; None if it is missing or holds no finite number."""
    if isinstance(value, str):
        value = float(read_numbers(pd.Series([value], dtype=object)).iloc[0])
    if isinstance(value, bool) or not isinstance(value, numbers.Real) or not math.isfinite(value):
        return None
    return float(value)


def read_numbers(values: pd.Series, *, texts: bool = True) -> pd.Series:
    """A column as numbers; cells without a finite number are NaN, and so are dates, truths, and texts unless wanted."""
    types = pd.api.types
    readable = types.is_numeric_dtype(values) and not types.is_bool_dtype(values)
    if not readable and not (texts and (types.is_object_dtype(values) or types.is_string_dtype(values))):
        return pd.Series(np.nan, index=values.index, name=values.name)
    read = values if readable else pd.to_numeric(values, errors="coerce")
    if not readable and types.infer_dtype(values) != "string":
        read = read.mask(values.map(lambda item: isinstance(item, bool | np.bool_)))
    infinite = np.isinf(read.to_numpy(dtype=float, na_value=np.nan))
    return read.mask(infinite) if infinite.any() else read


def invalid_cells(values: pd.Series, read: pd.Series, kind: Kind) -> Mask:
    """Which cells of a column, whose missing ones are None or NaN, are invalid, given the numbers read from it."""
    cells = read.to_numpy(dtype=float, na_value=np.nan)
    return np.asarray(values.notna().to_numpy(dtype=bool) & (np.isnan(cells) | ~kind.fits(cells)))


#: Encodings that files of tables have.
USUAL_ENCODINGS = (
    *("utf-8", "utf-16", "cp1252", "cp1250", "iso8859-2", "cp1251", "koi8-r", "cp1253", "cp1254", "cp1255", "cp1256"),
    *("cp1257", "gb18030", "big5", "shift_jis", "euc-jp", "euc-kr"),
)
#: Encodings of names and of source code; some of them take the square of a text's length.
_OF_NO_FILE = ("idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined")


@frozen(kw_only=True)
class CellFormat:
    """Options for reading a table from a file. Without an option nothing is guessed.

    Attributes:
        sheet: Sheet of a workbook; the first by default.
        delimiter: Field separator of a CSV; by default a comma, in a TSV a tab.
        encoding: Encoding of a CSV.
        skip_rows: Lines above the header, such as a title.
        skip_footer: Lines below the last row, such as a source.
        header: Lines of the header; the names of a column are joined, a heading covers empty cells to its right.
        decimal: Decimal sign of numbers that are texts.
        thousands: Sign between thousands; none by default.
        percent: The meaning of `12%`: 12 (`points`) or 0.12 (`share`).
        footnotes: Marks before or after a number that are ignored: `["*", "a)"]`.
        na: Texts for missing values in columns of numbers: `["k.A.", "-999"]`.
        dates: `year` reads the year of a date where a year is required.
        fill_merged: Whether merged cells of a workbook all hold the value of the first one.
    """

    sheet: str | None = None
    delimiter: str | None = None
    encoding: str = "utf-8"
    skip_rows: int = 0
    skip_footer: int = 0
    header: int = 1
    decimal: Literal[".", ","] = "."
    thousands: Literal[",", ".", " ", "'"] | None = None
    percent: Literal["points", "share"] | None = None
    footnotes: tuple[str, ...] = ()
    na: tuple[str, ...] = ()
    dates: Literal["year"] | None = None
    fill_merged: bool = False

    def __attrs_post_init__(self) -> None:
        for key, least in (("skip_rows", 0), ("skip_footer", 0), ("header", 1)):
            if getattr(self, key) < least:
                raise ValueError(f"{key}: must be at least {least}; got {getattr(self, key)}")
        if self.delimiter is not None and len(self.delimiter) != 1:
            raise ValueError(f'delimiter: must be one sign, such as ";" or "\\t"; got "{self.delimiter}"')
        if self.decimal == self.thousands:
            raise ValueError(f'thousands: is "{self.thousands}", as decimal is; they must differ')
        if wrong := [mark for mark in self.footnotes if not mark.strip() or mark[0].isdecimal()]:
            raise ValueError(f"footnotes: a mark must not be empty or begin with a digit; got {shorten_list(wrong)!r}")
        with contextlib.suppress(LookupError, ValueError):
            codec = codecs.lookup(self.encoding)
            if codec.name not in _OF_NO_FILE and getattr(codec, "_is_text_encoding", True):
                return
        raise ValueError(f'encoding: there is no encoding "{self.encoding}"; usual: {", ".join(USUAL_ENCODINGS)}')

    def unfit(self, kind: str) -> list[str]:
        """The options that say something of another kind of file than `csv`, `tsv`, `workbook` or `parquet`."""
        workbook, text = ("sheet", "fill_merged"), ("delimiter", "encoding")
        lines = ("skip_rows", "skip_footer", "header")
        other = {"workbook": text, "parquet": (*workbook, *text, *lines)}.get(kind, workbook)
        fields = attrs.fields_dict(CellFormat)
        return [name for name in other if getattr(self, name) != fields[name].default]


#: Signs used instead of a blank or an apostrophe between thousands.
_LIKE = {" ": r"[ \u00a0\u2009\u202f]", "'": "['\u2019]", ".": r"\.", ",": ","}


def number_in(text: str, reading: CellFormat) -> float | None:
    """The number that a text holds, if any; its minus may be the typographic one."""
    text = without_marks(text, reading.footnotes)
    percent = reading.percent is not None and text.endswith("%")
    plain = plain_numeral(text[:-1].rstrip() if percent else text, reading.decimal, reading.thousands)
    if plain is None:
        return None
    number = scaled(plain, -2 if percent and reading.percent == "share" else 0)
    return number if math.isfinite(number) else None


def scaled(plain: str, power: int) -> float:
    """A numeral times a power of ten, rounded once; infinite where no number is so large."""
    try:
        return float(Decimal(plain).scaleb(power) if power else plain)
    except ArithmeticError:
        return math.inf


def among(values: pd.Series, wanted: Sequence[Any]) -> Mask:
    """Which values are among those that are wanted; as in TOML, true is not 1."""
    found = np.array(values.notna() & values.isin(wanted), dtype=bool)
    if not {0, 1}.isdisjoint(wanted):
        keys = {(isinstance(item, bool), item) for item in wanted}
        found[found] = [(isinstance(item, bool | np.bool_), item) in keys for item in values[found]]
    return found


def is_gap_in(text: str, reading: CellFormat) -> bool:
    """Whether a text means a missing value, ignoring blanks and footnote marks."""
    return without_marks(text, reading.footnotes) in {*GAPS, *reading.na}


def plain_numeral(text: str, decimal: str, thousands: str | None) -> str | None:
    """The number as Python writes it; None if the text is none in this style."""
    text = text.replace("\u2212", "-")
    if not _style(decimal, thousands).fullmatch(text):
        return None
    if thousands:
        text = re.sub(_LIKE[thousands], "", text)
    return text.replace(decimal, ".")


def without_marks(text: str, marks: tuple[str, ...]) -> str:
    """The text without the marks before and after it."""
    text = text.strip()
    for mark in 3 * sorted(marks, key=len, reverse=True):  # `3.4 a) *`
        if text.endswith(mark):
            text = text[: -len(mark)].rstrip()
        if text.startswith(mark):
            text = text[len(mark) :].lstrip()
    return text


def year_in(value: Any) -> float | None:
    """The year of a date, as text (`2020-03-01`, `1.3.2020`) or of a workbook; None if it is no date."""
    date = date_in(value)
    return None if date is None else float(date[0])


@functools.cache
def _style(decimal: str, thousands: str | None) -> re.Pattern[str]:
    """Numbers with this decimal sign; groups are of three digits, or, as in India, of two before the last."""
    whole = r"\d+"
    if thousands:
        sign = _LIKE[thousands]
        whole = rf"\d{{1,3}}(?:{sign}\d{{3}})+|\d{{1,2}}(?:{sign}\d{{2}})+{sign}\d{{3}}|\d+"
    point = re.escape(decimal)
    return re.compile(rf"[+-]?(?:(?:{whole})(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d+)?", re.ASCII)


def numbers_of(values: pd.Series, reading: CellFormat, kind: Kind) -> tuple[pd.Series, Mask]:
    """A column, whose missing cells are None or NaN, as numbers, and which cells are neither missing nor valid."""
    words = {item.strip() for item in reading.na}
    if words:
        values = values.mask(np.array([isinstance(item, str) and item.strip() in words for item in values], dtype=bool))
    plain = values if reading.decimal == "." else values.mask(values.map(lambda item: isinstance(item, str)))
    read = read_numbers(plain)
    gaps = unread = (values.notna() & read.isna()).to_numpy(dtype=bool)
    if unread.any():
        numbers = {item: _number(item, reading, kind) for item in values[unread].unique()}
        filled = read.to_numpy(dtype=float, na_value=np.nan).copy()
        filled[unread] = np.array([numbers[item] for item in values[unread]], dtype=float)
        read = pd.Series(filled, index=values.index, name=values.name)
        gaps = unread & np.isnan(filled)
        texts = {item for item in values[gaps].unique() if isinstance(item, str) and is_gap_in(item, reading)}
        gaps &= values.isin(texts).to_numpy()
    if codes := [number for item in words if (number := number_in(item, reading)) is not None]:
        gaps = gaps | read.isin(codes).to_numpy(dtype=bool)
    if gaps.any():
        values, read = values.mask(gaps), read.mask(gaps)
    return read, invalid_cells(values, read, kind) | without_percent(values, read, reading)


def _has_percent(value: Any, reading: CellFormat) -> bool:
    """Whether a cell's number is written with the percent sign that is read."""
    text = without_marks(value, reading.footnotes) if reading.percent and isinstance(value, str) else ""
    return text.endswith("%")


def without_percent(values: pd.Series, read: pd.Series, reading: CellFormat) -> Mask:
    """The cells that lack the percent sign of others on another scale: 0.5 beside 45%, or 45 where 45% is 0.45.

    0 is 0 with and without it, and some tables have the sign in their first rows alone.
    """
    marks = [item for item in values.unique() if _has_percent(item, reading)] if reading.percent else []
    if not marks:
        return np.zeros(len(values), dtype=bool)
    sizes = np.abs(read.to_numpy(dtype=float, na_value=np.nan))
    marked, there = values.isin(marks).to_numpy(dtype=bool), sizes > 0
    with_sign, plain = sizes[marked & there], sizes[~marked & there]
    if not len(with_sign) or not len(plain):
        return np.zeros(len(values), dtype=bool)
    apart = plain.min() > max(1, with_sign.max())
    if reading.percent == "points":
        apart = plain.min() < 1 and plain.max() <= 1 < with_sign.min()
    return np.asarray(~marked & there & apart)


def _number(value: Any, reading: CellFormat, kind: Kind) -> float | None:
    """The number of a cell that is not plainly one; None if it holds none."""
    number = number_in(value, reading) if isinstance(value, str) else None
    return year_in(value) if number is None and kind is YEAR and reading.dates == "year" else number
