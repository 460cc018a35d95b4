"""How the cells of a table are written, where not as by default: what a scenario says of a file."""

from __future__ import annotations

import codecs
from typing import Literal

import attrs
from attrs import frozen

from hubrank.basis.errors import listed

#: Encodings of names and of source code; some of them take the square of a text's length.
_OF_NO_FILE = ("idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined")


@frozen(kw_only=True)
class Reading:
    """How a table in a file is read. Without an option nothing is guessed.

    Attributes:
        sheet: Sheet of a workbook; the first by default.
        delimiter: Field separator of a CSV; by default a comma, in a TSV a tab.
        encoding: Encoding of a CSV.
        skip_rows: Lines above the header, such as a title.
        skip_footer: Lines below the last row, such as a source.
        header: Lines of the header; the names of a column are joined, a head stands for the empty cells to its right.
        decimal: Decimal sign of numbers that are texts.
        thousands: Sign between thousands; none by default.
        percent: What `12%` is: 12 (`points`) or 0.12 (`share`).
        footnotes: Marks before or behind a number that are left out: `["*", "a)"]`.
        na: What stands for a gap in columns of numbers: `["k.A.", "-999"]`.
        dates: `year` reads the year of a date where a year must be.
        fill_merged: Whether merged cells of a workbook all hold what the first one shows.
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
                given = getattr(self, key)
                raise ValueError(f"{key}: must be at least {least}; got {given}")
        if self.delimiter is not None and len(self.delimiter) != 1:
            said = f'must be one sign, such as ";" or "\\t"; got "{self.delimiter}"'
            raise ValueError(f"delimiter: {said}")
        if self.decimal == self.thousands:
            said = f'is "{self.thousands}", as decimal is; they must differ'
            raise ValueError(f"thousands: {said}")
        wrong = [mark for mark in self.footnotes if not mark.strip() or mark[0].isdecimal()]
        if wrong:
            said = f"a mark must not be empty or begin with a digit; got {listed(wrong)!r}"
            raise ValueError(f"footnotes: {said}")
        if not _is_encoding(self.encoding):
            said = f'there is no encoding "{self.encoding}"; usual: utf-8, cp1252, utf-16'
            raise ValueError(f"encoding: {said}")

    def unfit(self, kind: str) -> list[str]:
        """The options that say something of another kind of file than `csv`, `tsv`, `workbook` or `parquet`."""
        workbook, text = ("sheet", "fill_merged"), ("delimiter", "encoding")
        lines = ("skip_rows", "skip_footer", "header")
        other = {"workbook": text, "parquet": (*workbook, *text, *lines)}.get(kind, workbook)
        fields = attrs.fields_dict(Reading)
        return [name for name in other if getattr(self, name) != fields[name].default]


def _is_encoding(name: str) -> bool:
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return False
    return found.name not in _OF_NO_FILE and bool(getattr(found, "_is_text_encoding", True))
