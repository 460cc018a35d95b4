"""Texts in Markdown."""

from __future__ import annotations

import re

#: What Markdown or HTML would read as more than a sign.
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&$])")
#: What it would read as a heading or an item of a list at the beginning of a line.
_BEGINNING = re.compile(r"^([#+=-]|\d+(?=[.)]))")


def marked_down(text: object, *, begins: bool = True) -> str:
    """A text on one line that stands for itself in Markdown.

    Args:
        text: Any text.
        begins: Whether it may begin a line; what stands in a table never does.
    """
    escaped = _SPECIAL.sub(r"\\\1", " ".join(str(text).split()))
    return _BEGINNING.sub(lambda found: _escaped(found[1]), escaped) if begins else escaped


def _escaped(sign: str) -> str:
    """A backslash before a sign; a number that would begin a list has it after."""
    return f"\\{sign}" if not sign.isdigit() else f"{sign}\\"
