"""Words for counts."""

from __future__ import annotations


def counted(number: int, word: str) -> str:
    """A number with its word, in the singular for one: `1 unit`, `2 units`."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def printable(text: str) -> str:
    """A text in one line: control characters, which could move a cursor or end a comment, as blanks."""
    return "".join(each if each.isprintable() else " " for each in text)
