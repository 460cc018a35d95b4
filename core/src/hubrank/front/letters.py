"""Letters on their way to a screen: none that it cannot write, none cut in two."""

from __future__ import annotations

import codecs
import re
import sys
import unicodedata

from hubrank.basis.harmless import JOINERS

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
