"""Pages of the reference in Markdown, from docstrings, fields of classes, and functions."""

from __future__ import annotations

import inspect
import json
import re
import textwrap
import typing
from collections.abc import Iterable
from typing import Any

import attrs
from attrs import frozen
from hubrank.cli.commands.parts import meanings
from hubrank.io.toml import toml_type_text

#: Headings of lists of names and their meanings.
_LISTS = ("Args", "Attributes", "Raises")
_HEADS = {name: name for name in (*_LISTS, "Returns", "Yields", "Example", "Examples")} | {"Args": "Arguments"}
_HEAD = re.compile(rf"^({'|'.join(_HEADS)}):\n((?:[ \t]+.*\n|\n)*)", re.MULTILINE)
_NAMED = re.compile(r"^(\*{0,2}\w+): (.*(?:\n[ \t]+.*)*)", re.MULTILINE)


@frozen(kw_only=True)
class Item:
    """A key, an option, an attribute or a function: its name, type, default and meaning."""

    name: str
    kind: str = ""
    default: str = ""
    text: str


def table(items: Iterable[Item], first: str = "name") -> str:
    """A table of items, without empty columns."""
    rows = [(f"`{item.name}`", item.kind, item.default, item.text) for item in items]
    heads = (first, "type", "default", "meaning")
    shown = [place for place in range(4) if place in (0, 3) or any(row[place] for row in rows)]
    cells = [[" ".join(row[place].split()).replace("|", r"\|") for place in shown] for row in (heads, *rows)]
    lines = [f"| {' | '.join(line)} |" for line in cells]
    return "\n".join([lines[0], "| --- " * len(shown) + "|", *lines[1:]]) if rows else ""


@frozen(kw_only=True)
class Section:
    """A class, a table of TOML, a hook or a command; `more` follows its items."""

    name: str
    text: str
    items: tuple[Item, ...] = ()
    more: str = ""

    def __str__(self) -> str:
        parts = (f"## `{self.name}`", self.text, table(self.items), self.more)
        return "\n\n".join(part for part in parts if part)


@frozen(kw_only=True)
class Page:
    """A page and its place below the site's root; a page that is not `listed` is missing from the menu."""

    place: str
    title: str
    text: str
    sections: tuple[Section, ...] = ()
    listed: bool = True

    def __str__(self) -> str:
        head = "" if self.listed else "---\norphan: true\n---\n\n"
        kind = "" if self.text.startswith("**") else "**Reference.** "
        return head + "\n\n".join((f"# {self.title}", kind + self.text, *map(str, self.sections))) + "\n"


def text_of(thing: object) -> str:
    """The docstring of a thing, or an empty text."""
    return inspect.cleandoc(getattr(thing, "__doc__", None) or "")


def prose(doc: str) -> str:
    """A docstring without its lists and examples."""
    return _HEAD.sub("", doc + "\n").strip()


def first(doc: str) -> str:
    """The first paragraph of a docstring."""
    return prose(doc).partition("\n\n")[0]


def markdown(doc: str, without: tuple[str, ...] = ()) -> str:
    """A docstring in Markdown, without the lists of some headings."""
    sections = []
    for head, body in _HEAD.findall(doc + "\n"):
        text = textwrap.dedent(body)
        if head in _LISTS:
            text = table(Item(name=name, text=meaning) for name, meaning in _NAMED.findall(text))
        if head not in without:
            sections.append(f"**{_HEADS[head]}**\n\n{text.strip()}")
    return "\n\n".join([prose(doc), *sections]).strip()


def key(field: attrs.Attribute[Any]) -> str:
    """The field's name in TOML."""
    return str(field.metadata.get("key", field.name))


def options(cls: type) -> tuple[Item, ...]:
    """The keys of a class of options."""
    texts, hints, items = meanings(cls), typing.get_type_hints(cls), []
    for field in attrs.fields(cls):
        kind, meaning = toml_type_text(hints[field.name]), texts.get(field.name, "")
        items.append(Item(name=key(field), kind=kind, default=default(field), text=meaning))
    return tuple(items)


def attributes(cls: type) -> tuple[Item, ...]:
    """The attributes of a class, with their types."""
    texts, items = meanings(cls), []
    for field in attrs.fields(cls):
        if field.init and not field.name.startswith("_"):
            kind = field.type if isinstance(field.type, str) else getattr(field.type, "__name__", str(field.type))
            items.append(Item(name=field.name, kind=f"`{kind}`", text=texts.get(field.name, "")))
    return tuple(items)


def default(field: attrs.Attribute[Any]) -> str:
    """The default of a field in TOML, "required", or an empty text."""
    if field.default is attrs.NOTHING:
        return "required"
    result = field.default.factory() if isinstance(field.default, attrs.Factory) else field.default
    if result is None or result in ("", (), [], {}) or attrs.has(type(result)):
        return ""
    return f"`{json.dumps(result, default=str)}`"


def signature(function: Any) -> str:
    """The arguments, without annotations."""
    try:
        found = inspect.signature(function)
    except (TypeError, ValueError):
        return "()"
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    arguments, by_name_alone = [], False
    for parameter in found.parameters.values():
        if parameter.name in ("self", "cls"):
            continue
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and not by_name_alone:
            arguments.append("*")
        by_name_alone |= parameter.kind in (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_POSITIONAL)
        value = parameter.default
        text = repr(value) if isinstance(value, str | int | float | tuple | type(None)) else "..."
        default = "" if value is inspect.Parameter.empty else f"={text}"
        arguments.append(f"{stars.get(parameter.kind, '')}{parameter.name}{default}")
    return f"({', '.join(arguments)})"


def methods_of(cls: type[Any]) -> tuple[Item, ...]:
    """The public functions and properties of a class, with those inherited from hubrank's classes."""
    ours = [item for item in reversed(cls.__mro__) if item.__module__.startswith("hubrank")]
    found = {name: member for each in ours for name, member in vars(each).items() if not name.startswith("_")}
    items = []
    for name, member in found.items():
        function = getattr(member, "__func__", member)
        answers = inspect.isfunction(member) or isinstance(member, property | classmethod | staticmethod)
        if answers and (text := text_of(function)):
            called = name if isinstance(member, property) else name + signature(function)
            items.append(Item(name=called, text=first(text)))
    return tuple(items)
