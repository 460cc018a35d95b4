"""The tree of dimensions, bound to methods."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from hubrank.errors import did_you_mean
from hubrank.i18n import Title
from hubrank.numeric import odd_weights
from hubrank.plugin.methods import Form, Member
from hubrank.scenario.choices import FittedOn, MissingRule
from hubrank.scenario.indicators import Binder, BoundPart
from hubrank.scenario.schema import DimensionSettings, Scenario

if TYPE_CHECKING:
    from hubrank.scenario.indicators import BoundIndicator

#: The name of the root, whose score is the ranking's.
ROOT = "index"

#: The columns of `ranking.csv` before those of the dimensions.
RANKING_COLUMNS = (
    *("edition", "unit", "name", "country", "rank", "low", "high", "outside", "score", "tier"),
    *("moved", "moved_alike", "beyond_doubt"),
)
#: Those after them, each where it is asked for or needed.
LAST_COLUMNS = WITHIN, SAMPLE = "rank_within", "sample"


@frozen(kw_only=True, eq=False)
class Node:
    """A dimension with its members and methods.

    Attributes:
        name: Its key in the scenario; `index` for the root.
        title: For tables and plots.
        parent: The dimension above; none for the root.
        members: Its members: indicators and dimensions, with their weights.
        weighting: How they are weighted.
        weighting_fitted_on: The scores that a data-driven weighting learns from.
        aggregation: How their scores become its own.
        missing: What happens to a unit that lacks one.
        post_processing: Steps on its score.
        hands_up_before: Whether its parent gets the score as it was before those steps.
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
    hands_up_before: bool

    @property
    def form(self) -> Form | None:
        """The mean that its aggregation declares under its options; none where it declares none.

        Raises:
            PluginError: The plugin gave something else.
        """
        found: Form | None = self.aggregation.asked("form")
        return found


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
        """The same tree, the dimensions below each and its members in the order of their names; itself if they are."""
        nodes = {node.name: evolve(node, members=tuple(sorted(node.members, key=_name))) for node in self.nodes}
        order: list[Node] = []

        def visit(node: Node) -> None:
            for member in node.members:
                if member.name in nodes:
                    visit(nodes[member.name])
            order.append(node)

        if nodes:
            visit(nodes[self.root.name])
        return self if _names(order) == _names(self.nodes) else Tree(tuple(order))

    def path(self, name: str) -> tuple[str, ...]:
        """The dimensions from `name` up to the root, both included."""
        node = self[name]
        return (name,) if node.parent is None else (name, *self.path(node.parent))


def _name(member: Member) -> str:
    return member.name


def _names(nodes: Iterable[Node]) -> list[tuple[str, list[str]]]:
    return [(node.name, [member.name for member in node.members]) for node in nodes]


def grow(scenario: Scenario, indicators: tuple[BoundIndicator, ...], binder: Binder) -> Tree | None:
    """Make the tree of a scenario; none where there are problems."""
    before = len(binder.problems)
    dimensions = scenario.dimensions
    _check_parents(dimensions, indicators, binder)
    if len(binder.problems) > before:
        return None
    order = [*_children_first(dimensions), ROOT]
    members = {name: _members(name, scenario, indicators) for name in order}
    for name in order:
        _check_members(name, members[name], scenario, binder)
    nodes = [_node(name, members[name], scenario, binder) for name in order]
    whole = tuple(node for node in nodes if node is not None)
    return Tree(whole) if len(binder.problems) == before else None


def _check_parents(
    dimensions: Mapping[str, DimensionSettings], indicators: tuple[BoundIndicator, ...], binder: Binder
) -> None:
    if ROOT in dimensions:
        what = f"'{ROOT}' is the name of the root; choose another name"
        binder.problem(f"dimensions.{ROOT}", what)
    for name in (*RANKING_COLUMNS, *LAST_COLUMNS):
        if name in dimensions:
            what = f"'{name}' is a column of ranking.csv; choose another name"
            binder.problem(f"dimensions.{name}", what)
    for each in indicators:
        if each.dimension is not None and each.dimension not in dimensions:
            binder.problem(f"indicators.{each.key}.dimension", no_dimension(each.dimension, dimensions))
        if each.dimension is not None and each.key in dimensions:
            what = f"a dimension is also named '{each.key}'; names must be unique"
            binder.problem(f"indicators.{each.key}", what)
    for name, choice in dimensions.items():
        if choice.parent is not None and choice.parent not in dimensions:
            binder.problem(f"dimensions.{name}.parent", no_dimension(choice.parent, dimensions))
        elif circle := _circle(name, dimensions):
            binder.problem(f"dimensions.{name}.parent", f"is circular: {' -> '.join(circle)}")


def no_dimension(name: str, known: Iterable[str]) -> str:
    """What is wrong where a dimension is named that is none."""
    return f"there is no dimension '{name}'" + did_you_mean(name, known)


def _circle(name: str, dimensions: Mapping[str, DimensionSettings]) -> list[str]:
    walked = [name]
    while (parent := dimensions[walked[-1]].parent) is not None and parent in dimensions:
        walked.append(parent)
        if parent == name:
            return walked
        if parent in walked[:-1]:
            return []
    return []


def _children_first(dimensions: Mapping[str, DimensionSettings]) -> list[str]:
    """Depth first, in the order of the scenario."""
    order: list[str] = []

    def visit(name: str | None) -> None:
        for child, choice in dimensions.items():
            if choice.parent == name:
                visit(child)
                order.append(child)

    visit(None)
    return order


def _members(name: str, scenario: Scenario, indicators: tuple[BoundIndicator, ...]) -> tuple[Member, ...]:
    parent = None if name == ROOT else name
    path = _path(name, scenario.dimensions)
    below = [
        Member(
            name=child,
            weight=choice.weight,
            dimension=name,
            path=path,
            leaves=_leaves(child, scenario, indicators),
        )
        for child, choice in scenario.dimensions.items()
        if choice.parent == parent
    ]
    own = [
        Member(
            name=each.key,
            direction=each.direction,
            weight=scenario.indicators[each.key].weight,
            dimension=name,
            path=path,
        )
        for each in indicators
        if each.dimension == name
    ]
    return tuple(below + own)


def _path(name: str, dimensions: Mapping[str, DimensionSettings]) -> tuple[str, ...]:
    if name == ROOT:
        return (ROOT,)
    return (name, *_path(dimensions[name].parent or ROOT, dimensions))


def _leaves(name: str, scenario: Scenario, indicators: tuple[BoundIndicator, ...]) -> int:
    return sum(name in _path(each.dimension, scenario.dimensions) for each in indicators if each.dimension)


def _check_members(name: str, members: tuple[Member, ...], scenario: Scenario, binder: Binder) -> None:
    where = f"dimensions.{name}" if name != ROOT else "dimensions"
    if not members:
        unbound = any(each.dimension == name for each in scenario.indicators.values())
        if not unbound:
            binder.problem(where, "has no members; add indicators or remove it")
        return
    for member in members:
        kind = "dimensions" if member.name in scenario.dimensions else "indicators"
        if not 0 <= member.weight < math.inf:
            binder.problem(f"{kind}.{member.name}.weight", f"must be 0 or more and finite; got {member.weight:g}")
    sound = {member.name: member.weight for member in members if 0 <= member.weight < math.inf}
    for odd, told in odd_weights(sound):
        binder.problem(f"{'dimensions' if odd in scenario.dimensions else 'indicators'}.{odd}.weight", told)
    if all(member.weight == 0 for member in members):
        binder.problem(where, "all its members have weight 0; at least one must be above 0")


def _node(name: str, members: tuple[Member, ...], scenario: Scenario, binder: Binder) -> Node | None:
    choice = scenario.dimensions.get(name, DimensionSettings())
    where = f"dimensions.{name}."
    weighting_where = f"{where}weighting" if choice.weighting else "weighting"
    scaling = choice.weighting or scenario.weighting
    weighting = binder.scaling("weighting", scaling, weighting_where, scenario.editions.years)
    aggregation_where = f"{where}aggregation" if choice.aggregation else "aggregation"
    aggregation = binder.choice("aggregator", choice.aggregation or scenario.aggregation, aggregation_where)
    post_processing = binder.steps("rescaling", choice.post_processing, f"{where}post_processing")
    if weighting is None or aggregation is None or not members:
        return None
    return Node(
        name=name,
        title=choice.title or (scenario.title if name == ROOT else name),
        parent=None if name == ROOT else choice.parent or ROOT,
        members=members,
        weighting=weighting,
        weighting_fitted_on=scaling.fitted_on,
        aggregation=aggregation,
        missing=choice.missing or scenario.missing,
        post_processing=post_processing,
        hands_up_before=choice.hands_up == "before",
    )
