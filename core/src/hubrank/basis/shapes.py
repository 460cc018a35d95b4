"""What a file's shape tells of how it is read: another encoding or delimiter, title lines, a header of two lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hubrank.basis.cells import is_gap
from hubrank.basis.errors import listed, number_of
from hubrank.basis.numerals import plain_numeral

#: A line of the file with its cells.
Record = tuple[int, Sequence[Any]]

_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20|21)\d\d(?!\d)", re.ASCII)
#: How many columns alike must be named after years for the table to be taken as wide.
_WIDE = 2


def uneven(wrong: Sequence[tuple[int, int]], named: int, header: int) -> str:
    """What is said of lines with another number of fields than the header has names."""
    lines = listed([str(line) for line, _ in wrong], most=10)
    least, most = min(width for _, width in wrong), max(width for _, width in wrong)
    fields = number_of(most, "field") if least == most else f"{least} to {most} fields"
    if header == 1:
        return f"{'line' if len(wrong) == 1 else 'lines'} {lines}: {fields}; the first line has {named}"
    return f"{'line' if len(wrong) == 1 else 'lines'} {lines}: {fields}; the header in line {header} has {named}"


def likely_encoding(content: bytes) -> tuple[str, str]:
    """The encoding that a text which is not UTF-8 likely has, and the first word that shows it."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16", ""
    if b"\0" in content[:1000]:
        return ("utf-16-le" if content[1:2] == b"\0" else "utf-16-be"), ""
    for name in ("utf-8", "cp1252", "latin-1"):
        try:
            text = content.decode(name)
            break
        except UnicodeDecodeError:
            continue
    word = re.search(r"\w*[^\x00-\x7f]\w*", text)
    return name, word[0] if word else ""


def likely_delimiter(records: Mapping[str, Sequence[Record]], own: str) -> str | None:
    """The delimiter by which more lines have the same number of fields than by the file's own; none if none.

    Args:
        records: For each delimiter the file's lines, the empty ones left out.
        own: The delimiter by which it is read.
    """
    fits = {sign: _usual(each)[1] for sign, each in records.items()}
    best = max(fits, key=lambda sign: (fits[sign], sign == own))
    return best if fits[best] > fits[own] else None


def title_lines(records: Sequence[Record]) -> int:
    """How many lines of a file stand above its header; 0 if its first line may be one."""
    width, _ = _usual(records)
    for line, cells in records:
        if _filled(cells) >= 2 and (len(cells) == width or _filled(cells) >= width - 1):
            return line - 1 if _may_be_header(cells) and line != records[0][0] else 0
    return 0


def footer_lines(records: Sequence[Record]) -> int:
    """How many of a file's lines stand below its last row: notes with one cell, such as a source.

    A short last line is no note, but a sign of a file that was cut off.
    """
    width, _ = _usual(records)
    last = max((line for line, cells in records if width > 1 and _filled(cells) > 1), default=records[-1][0])
    below = [(line, cells) for line, cells in records if line > last]
    if not below:
        return 0
    first = next(str(cell).strip() for cell in below[0][1] if not is_gap(cell))
    is_note = below[0][0] > last + 1 or re.search(r"^\W|:|\.$", first)
    return records[-1][0] - last if is_note else 0


def has_second_header(head: Sequence[Any], first: Sequence[Any]) -> bool:
    """Whether the line below the header is a part of it: names or years where the header has none, and no numbers."""
    unnamed = [at for at, cell in enumerate(head) if is_gap(cell)]
    below = [first[at] if at < len(first) else None for at in range(len(head))]
    if not unnamed or not _may_be_header([cell for cell in below if not is_gap(cell)], text=False):
        return False
    under = [below[at] for at in unnamed]
    gaps = any(is_gap(below[at]) for at in range(len(head)) if at not in unnamed)
    return any(not is_gap(cell) for cell in under) and (gaps or any(_is_year(cell) for cell in under))


def year_pattern(columns: Iterable[str]) -> tuple[str, list[str]]:
    """How columns are named after years, such as `GDP {year}`, and those columns; empty where they are not."""
    named: dict[str, list[str]] = {}
    for column in columns:
        if _YEAR.search(column):
            named.setdefault(_YEAR.sub("{year}", column), []).append(column)
    several = {pattern: each for pattern, each in named.items() if len(each) >= _WIDE}
    if not several:
        return "", []
    found = [column for each in several.values() for column in each]
    ends = {pattern[pattern.index("{year}") - 1 :] for pattern in several if not pattern.startswith("{year}")}
    if len(several) > 1 and len(ends) == 1 and all(not pattern.startswith("{year}") for pattern in several):
        return "{name}" + ends.pop(), found
    return max(several, key=lambda pattern: len(several[pattern])), found


def _usual(records: Sequence[Record]) -> tuple[int, float]:
    """How many fields most lines with several have, and what share of all lines has so many."""
    widths = Counter(len(cells) for _, cells in records)
    several = {width: count for width, count in widths.items() if width > 1}
    if not several:
        return 1, 0.0
    width = max(several, key=lambda each: (several[each], each))
    return width, several[width] / len(records)


def _filled(cells: Sequence[Any]) -> int:
    return sum(not is_gap(cell) for cell in cells)


def _may_be_header(cells: Sequence[Any], *, text: bool = True) -> bool:
    """Whether all cells are texts or years, and one of them a text where there must be one."""
    years = [_is_year(cell) for cell in cells]
    numbers = [_is_number(cell) for cell in cells]
    right = all(year or not number for year, number in zip(years, numbers, strict=True))
    return bool(cells) and right and (not text or not all(years))


def _is_year(cell: Any) -> bool:
    return bool(_YEAR.fullmatch(str(cell).strip()))


def _is_number(cell: Any) -> bool:
    return not isinstance(cell, str) or plain_numeral(cell.strip(), ".", ",") is not None
