"""Google's docstrings as Markdown."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterator

#: Headings of lists of names with what is said of them.
_LISTS = {"Args": "Arguments", "Attributes": "Attributes", "Raises": "Raises"}
#: Headings of prose.
_PROSE = {"Returns": "Returns", "Yields": "Yields", "Example": "Example", "Examples": "Examples"}
_HEAD = re.compile(rf"^({'|'.join([*_LISTS, *_PROSE])}):\n((?:[ \t]+.*\n|\n)*)", re.MULTILINE)
_NAMED = re.compile(r"^(\*{0,2}\w+): (.*(?:\n[ \t]+.*)*)", re.MULTILINE)


def text_of(thing: object) -> str:
    """What stands in the docstring of a thing, or nothing."""
    return inspect.cleandoc(getattr(thing, "__doc__", None) or "")


def prose(doc: str) -> str:
    """A docstring without its lists and examples."""
    return _HEAD.sub("", doc + "\n").strip()


def first(doc: str) -> str:
    """The paragraph that a docstring begins with."""
    return prose(doc).partition("\n\n")[0]


def markdown(doc: str, without: tuple[str, ...] = ()) -> str:
    """A docstring in Markdown.

    Args:
        doc: The docstring, without indent.
        without: Headings of lists that stand elsewhere.
    """
    sections = [_section(head, body) for head, body in _HEAD.findall(doc + "\n") if head not in without]
    return "\n\n".join([prose(doc), *sections]).strip()


def named(doc: str, head: str) -> dict[str, str]:
    """What a list of a docstring says of each name, in one line."""
    for found, body in _HEAD.findall(doc + "\n"):
        if found == head:
            return dict(_listed(body))
    return {}


def _section(head: str, body: str) -> str:
    if head in _LISTS:
        return f"**{_LISTS[head]}**\n\n" + "\n".join(f"- `{name}`: {text}" for name, text in _listed(body))
    return f"**{_PROSE[head]}**\n\n{textwrap.dedent(body).strip()}"


def _listed(body: str) -> Iterator[tuple[str, str]]:
    for name, text in _NAMED.findall(textwrap.dedent(body)):
        yield name, " ".join(text.split())
