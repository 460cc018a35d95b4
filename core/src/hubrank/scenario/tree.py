"""The tree of dimensions, bound to methods."""

from __future__ import annotations

import functools
import math
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import cast

from attrs import evolve, frozen

from hubrank.errors import did_you_mean
from hubrank.i18n import Title
from hubrank.numeric import odd_weights
from hubrank.plugin.methods import Form, Member
from hubrank.scenario.choices import FittedOn, MethodSpec, MissingRule
from hubrank.scenario.indicators import Binder, BoundIndicator, BoundPart
from hubrank.scenario.schema import ROOT, DimensionSettings, Scenario

#: The columns of `ranking.csv` before those of the dimensions.
RANKING_COLUMNS = (
    *("edition", "unit", "name", "country", "rank", "low", "high", "joint_low", "joint_high", "outside"),
    *("ranked_share", "score", "tier", "evidence_tier", "rank_change", "agreement", "robust_change"),
)
#: The columns after them, each only if requested or needed.
LAST_COLUMNS = WITHIN, SAMPLE = "rank_within", "sample"


@frozen(kw_only=True, eq=False)
class Node:
    """A dimension with its members and methods.

    Attributes:
        name: Its key in the scenario; `index` for the root.
        title: For tables and plots.
        parent: The dimension above; None for the root.
        members: Its members: indicators and dimensions, with their weights.
        weighting: The weighting of its members.
        weighting_fitted_on: The scores that a data-driven weighting is fitted on.
        aggregation: The method that aggregates their scores to its own.
        missing: The rule for a unit that lacks a member.
        post_processing: Steps on its score.
        parent_uses_raw: Whether its parent gets the score before those steps.
    """

    name: str
    title: Title | str
    parent: str | None
    members: tuple[Member, ...]
    weighting: BoundPart
    weighting_fitted_on: FittedOn
    aggregation: BoundPart
    missing: MissingRule
    post_processing: tuple[BoundPart, ...]
    parent_uses_raw: bool

    @property
    def form(self) -> Form | None:
        """The mean that its aggregation declares with its options; None if it declares none."""
        return cast("Form | None", self.aggregation.asked("form"))


@frozen(eq=False)
class Tree:
    """The tree of dimensions.

    Attributes:
        nodes: The dimensions, each after all that lie below it; the root last.
    """

    nodes: tuple[Node, ...]

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __getitem__(self, name: str) -> Node:
        return next(node for node in self.nodes if node.name == name)

    @property
    def root(self) -> Node:
        """The node whose score is the ranking's."""
        return self.nodes[-1]

    @functools.cached_property
    def by_name(self) -> Tree:
        """The same tree, the dimensions below each and its members in the order of their names; itself if sorted."""
        nodes = [evolve(node, members=tuple(sorted(node.members, key=lambda member: member.name))) for node in self]
        place: dict[str | None, tuple[tuple[int, str], ...]] = {None: ()}
        for node in reversed(nodes):
            place[node.name] = (*place[node.parent], (0, node.name))
        # A dimension comes after all that lie below it: behind every continuation of its path.
        nodes.sort(key=lambda node: (*place[node.name], (1, "")))
        same = [(node.name, node.members) for node in nodes] == [(node.name, node.members) for node in self]
        return self if same else Tree(tuple(nodes))

    def path(self, name: str) -> tuple[str, ...]:
        """The dimensions from `name` up to the root, both included."""
        node = self[name]
        return (name,) if node.parent is None else (name, *self.path(node.parent))


def grow(scenario: Scenario, indicators: tuple[BoundIndicator, ...], binder: Binder) -> Tree | None:
    """Make the tree of a scenario; None if there are problems."""
    before = len(binder.problems)
    _check_parents(scenario.dimensions, indicators, binder)
    if len(binder.problems) > before:
        return None
    nodes: list[Node | None] = []

    def visit(name: str, *above: str) -> int:
        """Add all dimensions below one, in the order of the scenario, then itself; its number of indicators."""
        member = functools.partial(Member, dimension=name, path=(name, *above))
        members = [
            member(name=child, weight=choice.weight, leaves=visit(child, name, *above))
            for child, choice in scenario.dimensions.items()
            if (choice.parent or ROOT) == name
        ]
        members += [
            member(name=item.key, direction=item.direction, weight=scenario.indicators[item.key].weight)
            for item in indicators
            if item.dimension == name
        ]
        _check_members(name, members, scenario, binder)
        nodes.append(_node(name, members, scenario, binder))
        return sum(member.leaves for member in members)

    visit(ROOT)
    return None if len(binder.problems) > before else Tree(tuple(node for node in nodes if node is not None))


def _check_parents(
    dimensions: Mapping[str, DimensionSettings], indicators: tuple[BoundIndicator, ...], binder: Binder
) -> None:
    if ROOT in dimensions:
        binder.problem(f"dimensions.{ROOT}", f"'{ROOT}' is the name of the root; choose another name")
    for name in (name for name in (*RANKING_COLUMNS, *LAST_COLUMNS) if name in dimensions):
        binder.problem(f"dimensions.{name}", f"'{name}' is a column of ranking.csv; choose another name")
    for item in (item for item in indicators if item.dimension is not None):
        if item.dimension not in dimensions:
            binder.problem(f"indicators.{item.key}.dimension", no_dimension(f"{item.dimension}", dimensions))
        if item.key in dimensions:
            binder.problem(f"indicators.{item.key}", f"a dimension is also named '{item.key}'; names must be unique")
    for name, choice in dimensions.items():
        if choice.parent is not None and choice.parent not in dimensions:
            binder.problem(f"dimensions.{name}.parent", no_dimension(choice.parent, dimensions))
        elif circle := circle_of(name, {key: item.parent for key, item in dimensions.items()}):
            binder.problem(f"dimensions.{name}.parent", f"is circular: {' -> '.join(circle)}")


def circle_of(start: str, following: Mapping[str, str | None]) -> list[str]:
    """The cycle from a name back to itself by its parents, both ends included; empty if there is none."""
    path = [start]
    while (name := following.get(path[-1])) is not None and name not in path[1:]:
        path.append(name)
        if name == start:
            return path
    return []


def no_dimension(name: str, known: Iterable[str]) -> str:
    """The error for a name that is no dimension."""
    return f"there is no dimension '{name}'" + did_you_mean(name, known)


def _check_members(name: str, members: list[Member], scenario: Scenario, binder: Binder) -> None:
    where = f"dimensions.{name}" if name != ROOT else "dimensions"
    if not members:
        if not any(item.dimension == name for item in scenario.indicators.values()):
            binder.problem(where, "has no members; add indicators or remove it")
        return
    for member, what in wrong_weights({member.name: member.weight for member in members}):
        kind = "dimensions" if member in scenario.dimensions else "indicators"
        binder.problem(f"{kind}.{member}.weight" if member else where, what)


def wrong_weights(weights: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    """The members of a dimension whose weights are unusable, and why; an empty name for all of them together."""
    sound = {member: weight for member, weight in weights.items() if 0 <= weight < math.inf}
    for member in (member for member in weights if member not in sound):
        yield member, f"must be 0 or more and finite; got {weights[member]:g}"
    yield from odd_weights(sound)
    if not any(weights.values()):
        yield "", "all its members have weight 0; at least one must be above 0"


def passes_on(members: Sequence[Member], dimensions: Container[str], aggregation: BoundPart) -> bool:
    """Whether a node has the score of its only member, a dimension: a method that compares units would stretch it."""
    return len(members) == 1 and members[0].name in dimensions and aggregation.asked("form") is None


def _node(name: str, members: list[Member], scenario: Scenario, binder: Binder) -> Node | None:
    choice = scenario.dimensions.get(name, DimensionSettings())
    where = f"dimensions.{name}."
    scaling, rule = choice.weighting or scenario.weighting, choice.aggregation or scenario.aggregation
    place = f"{where}weighting" if choice.weighting else "weighting"
    weighting = binder.scaling("weighting", scaling, place, scenario.editions.years)
    aggregation = binder.choice("aggregator", rule, f"{where}aggregation" if choice.aggregation else "aggregation")
    post_processing = binder.steps("rescaling", choice.post_processing, f"{where}post_processing")
    if weighting is None or aggregation is None or not members:
        return None
    inherits = choice.aggregation is None and "arithmetic" in binder.registry.names("aggregator")
    if inherits and passes_on(members, scenario.dimensions, aggregation):
        aggregation = binder.choice("aggregator", MethodSpec("arithmetic"), "aggregation") or aggregation
    return Node(
        name=name,
        title=choice.title or (scenario.title if name == ROOT else name),
        parent=None if name == ROOT else choice.parent or ROOT,
        members=tuple(members),
        weighting=weighting,
        weighting_fitted_on=scaling.fitted_on,
        aggregation=aggregation,
        missing=choice.missing or scenario.missing,
        post_processing=post_processing,
        parent_uses_raw=choice.parent_uses == "raw",
    )
