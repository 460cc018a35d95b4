"""Tables on narrow screens."""

from __future__ import annotations

import codecs
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from attrs import frozen

from hubrank.io.answer import ScreenColumn
from hubrank.io.escaping import JOINERS

#: How characters are written where an encoding lacks them. Signs of a table take one cell, as they do themselves.
_INSTEAD = {
    **dict.fromkeys("█▉▊▋▌", "#"),
    **dict.fromkeys("▍▎▏", "-"),
    "▲": "+",
    "▼": "-",
    "━": "=",
    "─": "-",
    "●": "o",
    "·": ".",
    "•": "*",
    "…": "...",
    "–": "-",
    "—": "-",
    "−": "-",
    "×": "x",
    "≥": ">=",
    "≤": "<=",
    "→": "->",
    "€": "EUR",
    "‘": "'",
    "’": "'",
    "‚": ",",
    "“": '"',
    "”": '"',
    "„": '"',
    "ʻ": "'",
    "«": '"',
    "»": '"',
    "ß": "ss",
    "ẞ": "SS",
    "æ": "ae",
    "Æ": "AE",
    "œ": "oe",
    "Œ": "OE",
    "ø": "o",
    "Ø": "O",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ð": "d",
    "Ð": "D",
    "þ": "th",
    "Þ": "Th",
    "ı": "i",
    "ə": "e",
    "Ə": "E",
    "ħ": "h",
    "Ħ": "H",
}
#: The part of a number with which a text ends.
_NUMBER_BEGUN = re.compile(r"\d[\d.,]*$")
#: The name of the rule for what an encoding lacks, as streams know it.
FALLBACK = "hubrank"
#: The letters for which others were written.
lacked: set[str] = set()


def written(text: str) -> str:
    """A text as standard output will write it: other letters stand for those that its encoding lacks."""
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
    """What a codec writes in place of characters that it lacks: a sign, the letter without its accent, or "?"."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    lacked.update(each for each in lacking if each.isalpha())
    return "".join(map(_instead, lacking)), error.end


def _instead(character: str) -> str:
    if character in _INSTEAD:
        return _INSTEAD[character]
    if unicodedata.combining(character) or character in JOINERS:
        return ""
    bare = "".join(each for each in unicodedata.normalize("NFKD", character) if not unicodedata.combining(each))
    return bare if bare and bare != character and bare.isascii() else "?"


codecs.register_error(FALLBACK, _fallback)


def shortened(text: str, width: int) -> str:
    """A text in at most so many cells, cut in the middle between whole characters, and never within a number.

    Args:
        text: Any text.
        width: Cells; wide characters take two, combining ones none.
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
#: How many cells a text keeps before a column leaves for it, and how many when none can leave any more.
_READABLE, _LEAST = 20, 12


@frozen
class Widths:
    """How wide a column is.

    Attributes:
        natural: Its widest cell, its heading in one line.
        folded: The same, with the heading in lines of a word each.
        word: The longest word of its cells.
    """

    natural: int
    folded: int
    word: int

    def least(self, column: ScreenColumn, floor: int) -> int:
        """The fewest cells that it takes, when its texts take as few as a floor; words are never cut."""
        least = max(floor, self.word) if column.kind == "words" else floor
        return min(self.folded, least) if column.kind in ("name", "text", "words") else self.folded


def widths(heading: str, cells: Sequence[str]) -> Widths:
    """How wide a heading and the cells below it are.

    Args:
        heading: Of the column.
        cells: As they are shown, without markup.
    """
    from rich.cells import cell_len

    widest = max(map(cell_len, cells), default=0)
    words = max(map(cell_len, heading.split(" ")), default=0)
    longest = max((cell_len(word) for cell in set(cells) for word in cell.split(" ")), default=0)
    return Widths(natural=max(widest, cell_len(heading)), folded=max(widest, words), word=longest)


def arranged(columns: Sequence[ScreenColumn], sizes: Sequence[Widths], room: int) -> Iterator[dict[int, int]]:
    """The columns that a screen shows, each with its width; in several parts where they cannot stand side by side.

    Nothing happens to a table that fits. Else bars leave, headings take several lines, columns leave in their turn,
    and texts are shortened. What is left and still too wide is told in parts, each with the names.

    Args:
        columns: The table's.
        sizes: How wide each is.
        room: The cells of a line.
    """
    shown = list(range(len(columns)))
    if _total([sizes[at].natural for at in shown]) <= room:
        yield {at: sizes[at].natural for at in shown}
        return
    shown = [at for at in shown if columns[at].kind != "bar"]
    if _total([sizes[at].natural for at in shown]) <= room:
        yield {at: sizes[at].natural for at in shown}
        return
    leaving = sorted((at for at in shown if columns[at].leaves), key=lambda at: columns[at].leaves)
    while not _fits(columns, sizes, shown, room, _READABLE) and leaving:
        shown.remove(leaving.pop(0))
    for part in _parts(columns, sizes, shown, room):
        yield _shared_out(columns, sizes, part, room)


def _total(cells: Sequence[int]) -> int:
    return sum(cells) + GAP * (len(cells) - 1)


def _fits(
    columns: Sequence[ScreenColumn], sizes: Sequence[Widths], shown: Sequence[int], room: int, floor: int
) -> bool:
    return _total([sizes[at].least(columns[at], floor) for at in shown]) <= room


def _parts(
    columns: Sequence[ScreenColumn], sizes: Sequence[Widths], shown: Sequence[int], room: int
) -> Iterator[list[int]]:
    """The columns in as few parts as there must be, the names in each."""
    if _fits(columns, sizes, shown, room, _LEAST):
        yield list(shown)
        return
    names = [at for at in shown if columns[at].kind == "name"]
    part: list[int] = []
    for at in (at for at in shown if at not in names):
        if part and not _fits(columns, sizes, [*names, *part, at], room, _READABLE):
            yield sorted([*names, *part])
            part = []
        part.append(at)
    yield sorted([*names, *part])


def _shared_out(
    columns: Sequence[ScreenColumn], sizes: Sequence[Widths], shown: Sequence[int], room: int
) -> dict[int, int]:
    """Each column's width: numbers whole, the rest cell by cell to the narrowest text that is not whole yet."""
    made = {at: sizes[at].least(columns[at], _LEAST) for at in shown}
    short = [at for at in shown if made[at] < sizes[at].folded]
    for _ in range(room - _total(list(made.values()))):
        if not short:
            break
        narrowest = min(short, key=lambda at: made[at])
        made[narrowest] += 1
        if made[narrowest] == sizes[narrowest].folded:
            short.remove(narrowest)
    return made


def heading(name: str, width: int) -> str:
    """A heading in lines of at most so many cells."""
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
    """Texts in so many cells each; those that would look alike stay whole, and take several lines.

    Args:
        texts: A column's.
        width: Cells; what a text begins with of spaces is kept.
    """
    short = {text: _indented(text, width) for text in dict.fromkeys(texts)}
    alike = Counter(short.values())
    return [short[text] if alike[short[text]] == 1 else text for text in texts]


def _indented(text: str, width: int) -> str:
    bare = text.lstrip()
    indent = text[: len(text) - len(bare)]
    return indent + shortened(bare, max(width - len(indent), 1))
