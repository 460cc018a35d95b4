"""Words for counts."""

from __future__ import annotations


def counted(number: int, word: str) -> str:
    """A number with its word, in the singular for one: `1 unit`, `2 units`."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
