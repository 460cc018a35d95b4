"""Trees of dimensions by chance: as a plan, and their ranks of values that are passed to it."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w
from attrs import field, frozen
from hubrank.measurement.measurement import CodedTexts, Measurement
from hubrank.plugin.registry import Registry
from hubrank.ranking.ranking import compose
from hubrank.scenario.load import load
from hubrank.scenario.plan import Plan
from hubrank.scenario.resolve import resolve
from hypothesis import strategies as st

#: Values are whole numbers up to this; the byte behind it is a missing value.
MOST = 6
#: Normalised values, greater than 0 for every mean.
LOW, HIGH = 1, 10
MIN_MAX = {"method": "min-max", "range": [LOW, HIGH]}
GOALPOSTS = {"method": "goalposts", "goalposts": [0, MOST], "range": [LOW, HIGH]}


@frozen
class Node:
    """A dimension: its method, its weight, its members in order; of an indicator only its weight and direction."""

    weight: int
    method: Any = ""
    members: tuple[Node, ...] = ()
    direction: int = 1
    steps: tuple[str, ...] = ()

    @property
    def leaves(self) -> Iterator[Node]:
        """The indicators below, in order."""
        for member in self.members:
            yield from member.leaves if member.members else [member]


@frozen
class Tree:
    """A scenario's tree with what holds for all of it."""

    root: Node
    units: int
    gaps: bool
    settings: dict[str, Any] = field(eq=False, hash=False)

    @property
    def size(self) -> int:
        """How many values there are."""
        return self.units * len(list(self.root.leaves))

    @property
    def values(self) -> st.SearchStrategy[np.ndarray]:
        """Values `(units, indicators)`, NaN if there is a missing value; drawn as bytes, which is quick."""
        count = MOST + 1 + self.gaps
        return st.binary(min_size=self.size, max_size=self.size).map(
            lambda drawn: np.array([np.nan if item % count > MOST else item % count for item in drawn]).reshape(
                self.units, -1
            )
        )


@functools.cache
def folder() -> Path:
    """A folder for files that all scenarios share; it goes with the process."""
    kept = tempfile.TemporaryDirectory()
    FOLDERS.append(kept)
    return Path(kept.name)


FOLDERS: list[tempfile.TemporaryDirectory[str]] = []


def tables(node: Node, names: Sequence[str], name: str = "") -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The tables of a tree below a node: kind, name and content; indicators and dimensions take names in turn."""
    given = iter(names)

    def below(node: Node, parent: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
        for member in node.members:
            own = next(given)
            above = {"weight": member.weight}
            if member.members:
                held = {"aggregation": member.method, "post_processing": list(member.steps)}
                yield "dimensions", own, above | held | ({"parent": parent} if parent else {})
                yield from below(member, own)
            else:
                held = {"indicator": "value", "direction": member.direction, "dimension": parent}
                yield "indicators", own, above | held

    yield from below(node, name)


def bound(tree: Tree, names: Sequence[str], order: Callable[[list[Any]], None] = lambda _: None) -> Plan:
    """A tree as a plan whose parts have these names, written in this order."""
    units = folder() / f"units{tree.units}.csv"
    units.write_text("unit,name\n" + "".join(f"U{at},U{at}\n" for at in range(tree.units)))
    written = list(tables(tree.root, names))
    order(written)
    scenario: dict[str, Any] = {
        "title": "By chance",
        "editions": [2024],
        "units": {"file": units.name},
        "inputs": {"values": {"source": "files", "options": {"file": units.name}}},
        "aggregation": tree.root.method,
        "missing": {"rule": "renormalise"},
        "dimensions": {name: table for kind, name, table in written if kind == "dimensions"},
        "indicators": {name: table for kind, name, table in written if kind == "indicators"},
        **tree.settings,
    }
    path = folder() / "scenario.toml"
    path.write_text(tomli_w.dumps(scenario))
    return resolve(load(path, Registry.installed()), Registry.installed())


def ranks(plan: Plan, values: np.ndarray, names: Sequence[str]) -> np.ndarray:
    """The ranks of units by their values, whose columns are of the indicators of these names."""
    keys = [item.key for item in plan.indicators]
    ordered = np.empty((1, *values.shape))
    ordered[0][:, [keys.index(name) for name in names]] = values
    none = CodedTexts.empty(ordered.shape)
    measured = Measurement(indicators=tuple(keys), values=ordered, origins=none, vintages=none, methods=none, inputs=())
    return compose(plan, measured).ranks[0]


def numbered(tree: Tree) -> tuple[list[str], list[str]]:
    """Names of all parts of a tree, in its order, and those of its indicators among them."""
    names, leaves = [], []

    def below(node: Node) -> None:
        for member in node.members:
            names.append(f"n{len(names):02}")
            if member.members:
                below(member)
            else:
                leaves.append(names[-1])

    below(tree.root)
    return names, leaves
