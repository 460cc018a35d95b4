"""Finding the line of a key in a TOML text."""

from __future__ import annotations

import re

_HEADER = re.compile(r"^\s*\[\[?\s*(?P<key>[^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(
    r"""^\s*(?P<key>(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")

#: Texts, comments, and the signs by which tables nest and keys have parts.
_SIGN = re.compile(
    r'''"""(?:\\.|[^\\])*?"{3,5}|\'{3}.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*|[\[\]{}.=,\n]''', re.DOTALL
)


def nesting(text: str) -> tuple[int, int]:
    """How deep brackets of a TOML text nest at most, and how many parts its longest key has."""
    depth = deepest = dots = most = 0
    for sign in _SIGN.findall(text):
        if sign == ".":
            dots += 1
            most = max(most, dots)
        elif sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth, dots = depth - 1, 0
        elif sign in "=,\n":
            dots = 0
    return deepest, most + 1


def line_of(text: str, where: str) -> tuple[int, int | None]:
    """Find a key by a scan for its table's header and its name.

    Args:
        text: The TOML.
        where: A dotted key, such as `indicators.papers.options.per` or `ranking.post_processing[1].step`.

    Returns:
        How many parts of the key stand there, and the line (from 1) of the last of them; what lies in an
        inline table has that table's line.
    """
    wanted = [part for part in re.sub(r"\[\d+\]", "", where).split(".") if part]
    best: tuple[int, int | None] = (0, None)
    table: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _parts(header["key"])
            found = table
        elif key := _KEY.match(line):
            found = table + _parts(key["key"])
        else:
            continue
        if len(found) > best[0] and found == wanted[: len(found)]:
            best = (len(found), number)
    return best


def _parts(key: str) -> list[str]:
    return [part.strip("\"'") for part in _PART.findall(key)]
