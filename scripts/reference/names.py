"""The public names of `hubrank` and of its other faces."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs

from reference.classes import attributes
from reference.contract import record_classes
from reference.docstrings import markdown, prose, text_of
from reference.functions import methods_of, signature
from reference.pages import Page, Section

#: The packages whose names people call in Python.
FACES = ("hubrank", "hubrank.methods", "hubrank.testing")

#: The classes that have a page of their own.
RECORDS = tuple(record_classes())


def pages() -> tuple[Page, ...]:
    """A page for each face."""
    return tuple(_page(importlib.import_module(face)) for face in FACES)


def _page(face: ModuleType) -> Page:
    sections = tuple(_section(face, name) for name in sorted(face.__all__, key=str.casefold))
    place = f"reference/python/{face.__name__}"
    return Page(place=place, title=f"`{face.__name__}` in Python", text=markdown(text_of(face)), sections=sections)


def _section(face: ModuleType, name: str) -> Section:
    thing = getattr(face, name)
    if thing in RECORDS:
        text = f"{prose(text_of(thing))}\n\nA record of the contract: [its attributes](/reference/records.md)."
        return Section(name=name, text=text)
    if inspect.isclass(thing) and not _is_alias(thing):
        own = attributes(thing) if attrs.has(thing) else ()
        doc = markdown(text_of(thing), without=("Attributes",) if own else ())
        return Section(name=name, text=doc, items=(*own, *methods_of(thing)))
    if inspect.isroutine(thing):
        return Section(name=name, text=f"`{name}{signature(thing)}`\n\n{markdown(text_of(thing))}")
    if inspect.ismodule(thing):
        return Section(name=name, text=markdown(text_of(thing)))
    value = f"`{name} = {thing!r}`" if isinstance(thing, str | int | float | tuple) else ""
    return Section(name=name, text=comment_above(Path(_home(face, name).__file__ or ""), name), more=value)


def _is_alias(thing: Any) -> bool:
    return bool(getattr(thing, "__args__", ()))


def _home(face: ModuleType, name: str) -> ModuleType:
    """The module that a face takes a name from."""
    for node in ast.walk(ast.parse(Path(face.__file__ or "").read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and name in [alias.name for alias in node.names]:
            return importlib.import_module(node.module or "")
    return face


def comment_above(path: Path, name: str) -> str:
    """The `#:` lines above where a name is assigned."""
    pattern = rf"((?:^#:.*\n)+)^(?:\w+, )*{re.escape(name)}\b[^\n]* = "
    found = re.search(pattern, path.read_text(encoding="utf-8"), re.MULTILINE)
    return " ".join(line.removeprefix("#:").strip() for line in found[1].splitlines()) if found else ""
