"""Public names, hooks and records of Python."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import hubrank.plugin
from hubrank.plugin import hooks as hookspecs
from hubrank.plugin.registry import CONTRACT

from reference.pages import Page, Section, attributes, markdown, methods_of, prose, signature, text_of

HOOKS = f"""The functions that a plugin can implement, in a module that its distribution names in the entry-point group
`hubrank` (`hubrank.commands` for commands). [Write a plugin](/docs/how-to/write-a-plugin.md) shows how.

The plugin contract has the number {CONTRACT}: it increases when plugins can rely on something new."""
RECORDS = """What a plugin's hooks yield, and what its functions receive. Import them from `hubrank.plugin`, and `Stage`
from `hubrank.methods`. Functions receive `Records` and `Window`; you do not create them."""

#: The public packages.
FACES = ("hubrank", "hubrank.plugin", "hubrank.methods", "hubrank.testing")
#: What users need first; the rest follows in alphabetical order.
FIRST = ("rank", "read", "Ranked", "RankedUnit", "Robustness", "Answer", "draft", "InferredScenario")
#: Modules and classes of the contract that plugins neither create nor receive.
INSIDE = {"calls", "registry", "RowIndex", "UnitIndex"}


def hooks() -> Page:
    """The page of all hooks."""
    found = vars(hookspecs).items()
    sections = [Section(name=name, text=markdown(text_of(hook))) for name, hook in found if name.startswith("hubrank_")]
    return Page(place="reference/hooks", title="Hooks", text=HOOKS, sections=tuple(sections))


def records() -> Page:
    """The page of all records."""
    classes = sorted(record_classes(), key=lambda cls: cls.__name__)
    sections = tuple(
        Section(name=cls.__name__, text=prose(text_of(cls)), items=(*attributes(cls), *methods_of(cls)))
        for cls in classes
    )
    return Page(place="reference/records", title="Records of the contract", text=RECORDS, sections=sections)


def record_classes() -> Iterator[type[Any]]:
    """The classes that are part of the contract."""
    names = {module.name for module in pkgutil.iter_modules(hubrank.plugin.__path__)}
    for name in sorted(names - INSIDE):
        home = importlib.import_module(f"hubrank.plugin.{name}")
        for cls in vars(home).values():
            ours = inspect.isclass(cls) and cls.__module__ == home.__name__ and cls.__name__ not in INSIDE
            if ours and attrs.has(cls):
                yield cls


def pages() -> Iterator[Page]:
    """A page for each public package."""
    for face in map(importlib.import_module, FACES):
        at = {name: place for place, name in enumerate(FIRST)} if face is hubrank else {}
        names = sorted(face.__all__, key=lambda name: (at.get(name, len(FIRST)), name.casefold()))
        sections = tuple(_section(face, name) for name in names)
        place, title = f"reference/python/{face.__name__}", f"Python: `{face.__name__}`"
        yield Page(place=place, title=title, text=markdown(text_of(face)), sections=sections)


def _section(face: ModuleType, name: str) -> Section:
    thing = getattr(face, name)
    if thing in tuple(record_classes()):
        text = f"{prose(text_of(thing))}\n\nIts attributes are in [Records of the contract](/reference/records.md)."
        return Section(name=name, text=text)
    if inspect.isclass(thing) and not getattr(thing, "__args__", ()):
        fields = attributes(thing) if attrs.has(thing) else ()
        doc = markdown(text_of(thing), without=("Attributes",) if fields else ())
        return Section(name=name, text=doc, items=(*fields, *methods_of(thing)))
    if inspect.isroutine(thing):
        return Section(name=name, text=f"`{name}{signature(thing)}`\n\n{markdown(text_of(thing))}")
    if inspect.ismodule(thing):
        return Section(name=name, text=markdown(text_of(thing)))
    value = f"`{name} = {thing!r}`" if isinstance(thing, str | int | float | tuple) else ""
    return Section(name=name, text=_comment(face, name), more=value)


def _comment(face: ModuleType, name: str) -> str:
    """The `#:` lines above the assignment of a name, in the module that defines it."""
    text = Path(face.__file__ or "").read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and name in [alias.name for alias in node.names]:
            text = Path(importlib.import_module(node.module or "").__file__ or "").read_text(encoding="utf-8")
    found = re.search(rf"((?:^#:.*\n)+)^(?:\w+, )*{re.escape(name)}\b[^\n]* = ", text, re.MULTILINE)
    return " ".join(line.removeprefix("#:").strip() for line in found[1].splitlines()) if found else ""
