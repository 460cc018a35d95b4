"""Code blocks of a Markdown text or a docstring, so that examples can be tested as they stand."""

from __future__ import annotations

import re
import textwrap

from attrs import frozen

_FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>[a-z]+)(?: (?P<file>\S+))?\n(?P<code>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)


@frozen(kw_only=True)
class Example:
    """A fenced block.

    Attributes:
        file: The file that the fence names behind the language, or nothing.
        language: The first word behind the fence.
        code: What stands in it, without the fence's indentation.
    """

    file: str
    language: str
    code: str


def examples(text: str, section: str = "") -> tuple[Example, ...]:
    """The fenced blocks of a text, in their order.

    Args:
        text: The text, such as a README.
        section: The heading of second level below which they stand; of the whole text where it is empty.
    """
    if section:
        text = text.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return tuple(
        Example(file=match["file"] or "", language=match["language"], code=textwrap.dedent(match["code"]))
        for match in _FENCE.finditer(text)
    )
