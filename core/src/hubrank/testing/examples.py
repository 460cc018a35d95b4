"""Code blocks of a Markdown text or a docstring, so that examples can be tested as they stand."""

from __future__ import annotations

import re
import textwrap

from attrs import frozen

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>[a-z]+)\n(?P<code>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"`([^`\n]+)`[^`\n]*:\s*\Z")


@frozen(kw_only=True)
class Example:
    """A fenced block.

    Attributes:
        file: The file that the line before names in backquotes (a line such as "`pyproject.toml`:"), or nothing.
        language: The word behind the fence.
        code: What stands in it, without the fence's indentation.
    """

    file: str
    language: str
    code: str


def examples(text: str) -> tuple[Example, ...]:
    """The fenced blocks of a text, in their order."""
    found = []
    for match in _FENCE.finditer(text):
        named = _NAMED.search(text[: match.start()].rstrip("\n "))
        found.append(
            Example(
                file=named[1] if named else "",
                language=match["language"],
                code=textwrap.dedent(match["code"]),
            )
        )
    return tuple(found)
