"""Words for counts and shares."""

from __future__ import annotations


def counted(number: int, word: str) -> str:
    """A number with its word, in the singular for one: `1 unit`, `2 units`."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def printable(text: str) -> str:
    """A text in one line: control characters, which could move a cursor or end a comment, as blanks."""
    return "".join(each if each.isprintable() else " " for each in text)


def percent(share: float, digits: int = 0, *, signed: bool = False) -> str:
    """A share in per cent, as all texts write it: `64 %`, `-2.5 %`; with `signed`, `+64 %`."""
    return f"{100 * share:{'+' if signed else ''}.{digits}f} %"
