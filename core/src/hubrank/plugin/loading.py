"""Modules of entry points: those of the installed distributions, and what the hooks of one yield."""

from __future__ import annotations

import importlib.metadata
import itertools
from collections.abc import Iterable, Iterator, Sequence
from email.parser import HeaderParser
from types import FunctionType, ModuleType
from typing import Any

import pluggy
from attrs import frozen

import hubrank.plugin
from hubrank.plugin import hooks
from hubrank.plugin.calls import checked_record

#: The name of the record that each hook yields.
_RECORDS = {
    "hubrank_unit_sets": "UnitSet",
    "hubrank_data_sources": "DataSource",
    "hubrank_indicators": "Indicator",
    "hubrank_imputations": "Imputation",
    "hubrank_treatments": "Treatment",
    "hubrank_normalisations": "Normalisation",
    "hubrank_weightings": "Weighting",
    "hubrank_aggregators": "Aggregator",
    "hubrank_rescalings": "Rescaling",
    "hubrank_exporters": "Exporter",
    "hubrank_scenarios": "ScenarioFile",
    "hubrank_commands": "Command",
}


@frozen
class Entry:
    """An entry point: its group and the place of its module, with the distribution's name, version and requirements."""

    group: str
    place: str
    distribution: str
    version: str
    requires: Sequence[str]


def entries_of(*groups: str) -> Sequence[Entry]:
    """The entry points of some groups; the description of a distribution, which is long, is not parsed."""
    installed = importlib.metadata.entry_points()
    entries: list[Entry] = []
    known: dict[int, tuple[str, str, list[str]]] = {}  # the entry points of a distribution share it
    for entry in itertools.chain(*(installed.select(group=group) for group in groups)):
        if entry.dist is None:
            entries.append(Entry(entry.group, entry.value, entry.value, "", []))
            continue
        if id(entry.dist) not in known:
            text = entry.dist.read_text("METADATA") or entry.dist.read_text("PKG-INFO") or ""
            metadata = HeaderParser().parsestr(text.partition("\n\n")[0])
            requires = metadata.get_all("Requires-Dist") or []
            known[id(entry.dist)] = metadata["Name"], metadata["Version"], requires
        entries.append(Entry(entry.group, entry.value, *known[id(entry.dist)]))
    return entries


def module_at(place: str) -> Any:
    """The module of an entry point, or the attribute of one."""
    return importlib.metadata.EntryPoint("", place, "").load()


class _Manager(pluggy.PluginManager):
    """Looks only at the functions of a module: nothing else in it can be a hook."""

    def parse_hookimpl_opts(self, plugin: Any, name: str) -> pluggy.HookimplOpts | None:
        if isinstance(plugin, ModuleType) and not isinstance(vars(plugin).get(name), FunctionType):
            return None
        return super().parse_hookimpl_opts(plugin, name)


def yielded(plugin: Any, wanted: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """What some hooks of a plugin yield, each with its hook; whatever is wrong with them is raised.

    Each plugin has a manager of its own, since one that breaks a hook leaves the manager unusable.
    """
    manager = _Manager("hubrank")
    manager.add_hookspecs(hooks)
    manager.register(plugin)
    manager.check_pending()
    for hook in wanted:
        for records in getattr(manager.hook, hook)():
            for record in records:
                yield hook, checked_record(record, hook, getattr(hubrank.plugin, _RECORDS[hook]))
