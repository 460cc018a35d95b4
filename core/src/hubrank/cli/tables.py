"""Tables on narrow screens."""

from __future__ import annotations

import codecs
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from hubrank.io.escaping import JOINERS

if TYPE_CHECKING:
    from hubrank.io.answer import ScreenColumn

#: Replacements of characters that an encoding lacks. Signs of a table take one cell, like the originals.
_INSTEAD = {
    **dict.fromkeys("█▉▊▋▌", "#"),
    **dict.fromkeys("▍▎▏▼─–—−", "-"),
    **dict.fromkeys("‘’ʻ", "'"),
    **dict.fromkeys("“”„«»", '"'),
    **dict(zip("▲━●·•×‚øØłŁđĐðÐıəƏħĦ", "+=o.*x,oOlLdDdDieEhH", strict=True)),
    "…": "...",
    "≥": ">=",
    "≤": "<=",
    "→": "->",
    "€": "EUR",
    "ß": "ss",
    "ẞ": "SS",
    "æ": "ae",
    "Æ": "AE",
    "œ": "oe",
    "Œ": "OE",
    "þ": "th",
    "Þ": "Th",
}
#: The part of a number with which a text ends.
_NUMBER_BEGUN = re.compile(r"(?<![\d.,])[.,]*+\d[\d.,]*+$")
#: The name of the rule for missing characters of an encoding, as streams know it.
FALLBACK = "hubrank"
#: The letters for which others were written.
lacked: set[str] = set()


def written(text: str) -> str:
    """A text as standard output writes it: letters that its encoding lacks are replaced."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return text if text.isascii() else text.encode(encoding, FALLBACK).decode(encoding)


def writes(character: str) -> bool:
    """Whether standard output's encoding has a character."""
    try:
        character.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _fallback(error: UnicodeError) -> tuple[str | bytes, int]:
    """The replacement of characters that a codec lacks: a sign, the letter without its accent, or "?"."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    lacked.update(item for item in lacking if item.isalpha())
    return "".join(map(_instead, lacking)), error.end


def _instead(character: str) -> str:
    if character in _INSTEAD:
        return _INSTEAD[character]
    if unicodedata.combining(character) or character in JOINERS:
        return ""
    bare = "".join(item for item in unicodedata.normalize("NFKD", character) if not unicodedata.combining(item))
    return bare if bare and bare != character and bare.isascii() else "?"


codecs.register_error(FALLBACK, _fallback)


def shortened(text: str, width: int) -> str:
    """Shorten a text to a number of cells: cut in the middle between whole characters, and never within a number.

    Wide characters take two cells, combining ones none.
    """
    from rich.cells import cell_len, split_graphemes

    if cell_len(text) <= width:
        return text
    mark = written("…") if width > 4 else ""
    room = width - len(mark)
    spans, _ = split_graphemes(text)
    begin, used = 0, 0
    while used + spans[begin][2] <= ((room + 1) // 2 if mark else room):
        used += spans[begin][2]
        begin += 1
    end = len(spans)
    while used + spans[end - 1][2] <= room:
        used += spans[end - 1][2]
        end -= 1
    tail = text[spans[end][0] :] if end < len(spans) else ""
    head = text[: spans[begin - 1][1]] if begin else ""
    return f"{_whole(head, text).rstrip()}{mark}{_whole(tail[::-1], text[::-1])[::-1].lstrip()}" if mark else head


def _whole(head: str, text: str) -> str:
    """The beginning of a text without the beginning of a number that goes on behind it."""
    return _NUMBER_BEGUN.sub("", head) if re.match(r"[.,]?\d", text[len(head) :]) else head


#: Between two columns.
GAP = 2
#: The cells that a text keeps before a column is dropped for it, and those when no more can be dropped.
_READABLE, _LEAST = 20, 12


@frozen
class Widths:
    """The width of a column: its widest cell, its heading in one line or a word each, and its cells' longest word."""

    natural: int
    folded: int
    word: int

    def least(self, column: ScreenColumn, floor: int) -> int:
        """The fewest cells that it takes, when its texts take as few as a floor; words are never cut."""
        least = max(floor, self.word) if column.kind == "words" else floor
        return min(self.folded, least) if column.kind in ("name", "text", "words") else self.folded


def widths(heading: str, cells: Sequence[str]) -> Widths:
    """The displayed width of a heading and of the cells below it."""
    from rich.cells import cell_len

    widest = max(map(cell_len, cells), default=0)
    words = max(map(cell_len, heading.split(" ")), default=0)
    longest = max((cell_len(word) for cell in set(cells) for word in cell.split(" ")), default=0)
    return Widths(natural=max(widest, cell_len(heading)), folded=max(widest, words), word=longest)


def arranged(columns: Sequence[ScreenColumn], sizes: Sequence[Widths], room: int) -> Iterator[dict[int, int]]:
    """The columns that a screen shows, each with its width; in several parts if they do not fit side by side.

    Tables that fit do not change. Else bars are dropped, headings take several lines, columns are dropped in their
    order, and texts are shortened. A table that is still too wide is shown in parts, each with the names.
    """

    def fits(shown: Sequence[int], floor: int | None) -> bool:
        cells = [sizes[at].natural if floor is None else sizes[at].least(columns[at], floor) for at in shown]
        return sum(cells) + GAP * (len(cells) - 1) <= room

    shown = list(range(len(columns)))
    bare = [at for at in shown if columns[at].kind != "bar"]
    for whole in (shown, bare):
        if fits(whole, None):
            yield {at: sizes[at].natural for at in whole}
            return
    leaving = sorted((at for at in bare if columns[at].leaves), key=lambda at: columns[at].leaves)
    while leaving and not fits(bare, _READABLE):
        bare.remove(leaving.pop(0))
    names = [at for at in bare if columns[at].kind == "name"]
    parts: list[list[int]] = [bare]
    if not fits(bare, _LEAST):
        parts = [[]]
        for at in (at for at in bare if at not in names):
            if parts[-1] and not fits([*names, *parts[-1], at], _READABLE):
                parts.append([])
            parts[-1].append(at)
        parts = [sorted([*names, *part]) for part in parts]
    for part in parts:
        yield _shared_out({at: sizes[at].least(columns[at], _LEAST) for at in part}, sizes, room)


def _shared_out(cells: dict[int, int], sizes: Sequence[Widths], room: int) -> dict[int, int]:
    """Each column's width: numbers whole, the rest cell by cell to the narrowest text that is not whole yet."""
    for _ in range(room - sum(cells.values()) - GAP * (len(cells) - 1)):
        short = [at for at in cells if cells[at] < sizes[at].folded]
        if not short:
            break
        cells[min(short, key=lambda at: cells[at])] += 1
    return cells


def heading(name: str, width: int) -> str:
    """A heading in lines of a number of cells."""
    from rich.cells import cell_len

    lines = [""]
    for word in name.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if cell_len(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(shortened(line, width) for line in lines)


def told_apart(texts: Sequence[str], width: int) -> list[str]:
    """Texts with their indents shortened to cells; texts that would look identical stay whole, in several lines."""
    short = {}
    for text in texts:
        bare = text.lstrip()
        indent = text[: len(text) - len(bare)]
        short[text] = indent + shortened(bare, max(width - len(indent), 1))
    alike = Counter(short.values())
    return [short[text] if alike[short[text]] == 1 else text for text in texts]
