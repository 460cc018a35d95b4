"""The hooks, and the records that plugins write and are handed."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import attrs
import hubrank.plugin
from hubrank.plugin import hooks as hookspecs
from hubrank.plugin.registry import CONTRACT

from reference.classes import attributes
from reference.docstrings import markdown, prose, text_of
from reference.functions import methods_of
from reference.pages import Page, Section

HOOKS = f"""What a plugin can provide: it implements any of these functions in a module that its distribution names in
the entry-point group `hubrank` (`hubrank.commands` for verbs). [The page on plugins](/plugins/README.md) says how.

The contract has the number {CONTRACT}: it grows when something is added that a plugin can rely on."""
RECORDS = """What a plugin's hooks yield, and what its functions are handed. All can be imported from `hubrank`, but
`Stage` from `hubrank.methods`; `Records` and `Window` are only handed."""

#: Modules of the contract whose classes a plugin neither makes nor is handed.
INSIDE = {"registry", "row_index", "unit_index"}


def hooks() -> Page:
    """The page of all hooks."""
    found = vars(hookspecs).items()
    sections = [_hook(name, hook) for name, hook in found if name.startswith("hubrank_")]
    return Page(place="reference/hooks", title="Hooks", text=HOOKS, sections=tuple(sections))


def records() -> Page:
    """The page of all records."""
    sections = tuple(_record(cls) for cls in sorted(record_classes(), key=lambda cls: cls.__name__))
    return Page(place="reference/records", title="Records of the contract", text=RECORDS, sections=sections)


def record_classes() -> Iterator[type[Any]]:
    """The classes that are part of the contract."""
    names = {module.name for module in pkgutil.iter_modules(hubrank.plugin.__path__)}
    for name in sorted(names - INSIDE):
        home = importlib.import_module(f"hubrank.plugin.{name}")
        for cls in vars(home).values():
            if inspect.isclass(cls) and cls.__module__ == home.__name__ and attrs.has(cls):
                yield cls


def _hook(name: str, hook: Any) -> Section:
    return Section(name=name, text=markdown(text_of(hook)))


def _record(cls: type[Any]) -> Section:
    return Section(name=cls.__name__, text=prose(text_of(cls)), items=(*attributes(cls), *methods_of(cls)))
