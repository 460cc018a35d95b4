"""Plan, and its uncertainty."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import numpy as np
from attrs import evolve, frozen

from hubrank.errors import UsageError, casefold_name, did_you_mean, shorten_list
from hubrank.i18n import Title, gettext, languages, use_language
from hubrank.numeric import Array, Mask
from hubrank.plugin.methods import Context, Member
from hubrank.plugin.registry import Part
from hubrank.plugin.units import Units
from hubrank.scenario.choices import Discrete
from hubrank.scenario.figure_errors import BoundError
from hubrank.scenario.indicators import Binder, BoundIndicator, BoundPart
from hubrank.scenario.inputs import BoundInput
from hubrank.scenario.load import Loaded
from hubrank.scenario.schema import NoiseUncertainty, Robustness, Scenario, WeightUncertainty
from hubrank.scenario.tree import Tree, no_dimension
from hubrank.scenario.units import BoundUnits

_NUMBER = r"\d+(?:\.\d+)?"
_SIDE = re.compile(rf"(?:(?P<factor>{_NUMBER})\s*\*\s*)?(?P<name>[A-Za-z_][\w-]*)")
_OPERATOR = re.compile(r"(>=|<=)")


def node_of(text: str, dimension_of: Mapping[str, str]) -> str:
    """The dimension of the members that a constraint names, of the dimensions of all; `ValueError` for none."""
    names = [name for side in _sides(text) for name in side[0]]
    if not names:
        raise ValueError(f"'{text}' names no member")
    for name in names:
        if name not in dimension_of:
            raise ValueError(f"'{text}': there is no member '{name}'" + did_you_mean(name, dimension_of))
    nodes = sorted({dimension_of[name] for name in names})
    if len(nodes) > 1:
        raise ValueError(f"'{text}': its members belong to {' and '.join(nodes)}; compare members of one dimension")
    return nodes[0]


def rows_of(texts: Sequence[str], members: Sequence[str]) -> Array:
    """The constraints as rows `(constraints, members)` whose product with any positive weights is at least 0.

    A share such as 0.4 is of the sum of all members' weights, so the rows hold on any scale. `a >= b >= c` is two.
    """
    rows = []
    for text in texts:
        for (left, right), operator in zip(itertools.pairwise(_sides(text)), _OPERATOR.findall(text), strict=True):
            row, first = np.zeros(len(members)), 1 if operator == ">=" else -1
            for (factors, share), sign in ((left, first), (right, -first)):
                row += sign * share
                for name, factor in factors.items():
                    row[members.index(name)] += sign * factor
            rows.append(row)
    return np.array(rows).reshape(len(rows), len(members))


def _sides(text: str) -> list[tuple[dict[str, float], float]]:
    """Each side as the factors of its names and a share."""
    sides: list[tuple[dict[str, float], float]] = []
    for part in _OPERATOR.split(text)[::2]:
        side = part.strip()
        if re.fullmatch(_NUMBER, side):
            sides.append(({}, float(side)))
        elif found := _SIDE.fullmatch(side):
            sides.append(({found["name"]: float(found["factor"] or 1)}, 0.0))
    if len(sides) < max(2, len(_OPERATOR.findall(text)) + 1):
        raise ValueError(f"'{text}' is not a constraint; write 'a >= b', 'a >= 2 * b' or 'a <= 0.4'")
    return sides


@frozen(kw_only=True, eq=False)
class NodeWeights:
    """The uncertainty about the weights of a dimension's members, with their constraints.

    Constraints are rows whose product with the weights, the members in the order of their names, is at least 0.
    """

    node: str
    uncertainty: WeightUncertainty
    constraints: Array


def bind_weights(choice: Robustness, tree: Tree, binder: Binder) -> tuple[NodeWeights, ...]:
    """The uncertainty about each dimension's weights; dimensions with one member have none."""
    if (wanted := choice.weight_uncertainty) is None:
        return ()
    nodes = {node.name: node for node in tree.by_name}
    for name in wanted.by_dimension:
        if name not in nodes:
            binder.problem(f"robustness.weight_uncertainty.{name}", no_dimension(name, nodes))
    uncertainties = wanted.by_dimension if wanted.everywhere is None else dict.fromkeys(nodes, wanted.everywhere)
    dimension_of = {member.name: node.name for node in tree for member in node.members}
    texts: dict[str, list[str]] = {}
    for text in sorted({text for uncertainty in uncertainties.values() for text in uncertainty.constraints}):
        try:
            texts.setdefault(node_of(text, dimension_of), []).append(text)
        except ValueError as error:
            binder.problem("robustness.weight_uncertainty.constraints", str(error))
    weights = []
    for name, uncertainty in uncertainties.items():
        if name not in nodes or len(nodes[name].members) < 2:
            continue
        node = nodes[name]
        if uncertainty.distribution != "box" and node.weighting.part.record.data_driven:
            what = (
                f"dimension '{name}' is weighted by '{node.weighting.part.name}', which depends on the "
                "scores; its uncertainty can only be a share, such as 0.25"
            )
            binder.problem("robustness.weight_uncertainty", what)
        rows = rows_of(texts.get(name, []), [member.name for member in node.members])
        weights.append(NodeWeights(node=name, uncertainty=uncertainty, constraints=rows))
    return tuple(weights)


@frozen(kw_only=True, eq=False)
class Noise:
    """The error of an indicator (its key)."""

    indicator: str
    uncertainty: NoiseUncertainty


@frozen(kw_only=True, eq=False)
class Uncertainties:
    """All sources of uncertainty of a scenario, with the components in its alternatives, for the record."""

    choice: Robustness
    weights: tuple[NodeWeights, ...] = ()
    discrete: tuple[Discrete, ...] = ()
    noise: tuple[Noise, ...] = ()
    errors: tuple[BoundError, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def estimated(self) -> bool:
        """Whether values are drawn, and not only choices."""
        return bool(self.figures) or self.choice.n_imputations is not None

    @property
    def figures(self) -> str:
        """The reason why draws have other values than measured, by its name in files; empty if they do not."""
        return " and ".join(name for name in ("noise", "errors") if getattr(self, name))


@frozen(kw_only=True, eq=False)
class Plan:
    """A scenario, ready to be measured and composed.

    Attributes:
        loaded: The scenario and its files.
        units: The units to rank.
        inputs: The tables to read.
        indicators: All columns, sources before those derived from them.
        tree: The dimensions, leaves before the root.
        post_processing: Steps on the final score.
        uncertainties: What robustness draws from; None if the scenario has no uncertainty.
        sample: Whether sources read their samples.
    """

    loaded: Loaded
    units: BoundUnits
    inputs: Mapping[str, BoundInput]
    indicators: tuple[BoundIndicator, ...]
    tree: Tree
    post_processing: tuple[BoundPart, ...]
    uncertainties: Uncertainties | None = None
    sample: bool = False

    @property
    def scenario(self) -> Scenario:
        """The choices."""
        return self.loaded.scenario

    @property
    def editions(self) -> tuple[int, ...]:
        """The years."""
        return self.scenario.editions.years

    @functools.cached_property
    def ranked(self) -> tuple[BoundIndicator, ...]:
        """The indicators of the tree, in the order of the compose arrays' last axis."""
        return tuple(item for item in self.indicators if item.dimension is not None)

    @functools.cached_property
    def by_name(self) -> Plan:
        """The same plan, its indicators, dimensions and members in the order of their names; itself if sorted.

        Everything is computed in this order, so that the author's order does not affect even the last digit. People and
        programs read it in the author's order.
        """
        indicators = tuple(sorted(self.indicators, key=lambda item: item.key))
        same = indicators == self.indicators and self.tree.by_name is self.tree
        return self if same else evolve(self, indicators=indicators, tree=self.tree.by_name)

    @functools.cached_property
    def whole(self) -> bool:
        """Whether all indicators of the tree are part of all editions."""
        return all(item.editions == self.editions for item in self.ranked)

    def part_of(self, names: Sequence[str]) -> Mask:
        """Which indicators and dimensions are part of which editions, `(editions, 1, names)`.

        A dimension is part of those that any of its members is part of.
        """
        years = {item.key: set(item.editions) for item in self.ranked}
        for node in self.tree:  # leaves before the root
            years[node.name] = set().union(*(years[member.name] for member in node.members))
        return np.array([[[year in years[name] for name in names]] for year in self.editions])

    @property
    def members(self) -> tuple[Member, ...]:
        """The indicators of the tree as members, in the order of `ranked`."""
        by_name = {member.name: member for node in self.tree for member in node.members}
        return tuple(by_name[item.key] for item in self.ranked)

    def with_stand_ins(self, names: Mapping[str, str]) -> Plan:
        """The plan with fallbacks used for absent inputs (by name); itself if there are none.

        Raises:
            LookupError: The scenario has no such fallback.
        """
        inputs = dict(self.inputs)
        for name, other in names.items():
            first = self.inputs[name]
            found = next((item for item in first.chain if item.name == other), None)
            if found is None:
                raise LookupError(other)
            inputs[name] = found if found is first else evolve(found, instead_of=first.instead_of or first)
        return evolve(self, inputs=inputs) if names else self

    def key(self, text: str, *kinds: Literal["indicator", "dimension"]) -> str:
        """The key of an indicator of the tree, or of a dimension, that a user names by key or title, in any case.

        A key takes precedence over a title, which may be in any of its languages.

        Raises:
            UsageError: There is none, or more than one with that title.
        """
        known: dict[str, Title | str] = {}
        if not kinds or "indicator" in kinds:
            known |= {item.key: item.title for item in self.ranked}
        if not kinds or "dimension" in kinds:
            known |= {node.name: node.title for node in self.tree}
        wanted = casefold_name(text)
        found = [key for key in known if casefold_name(key) == wanted]
        for titles in () if found else (_given, _translated):
            found = found or [key for key, title in known.items() if wanted in map(casefold_name, titles(title))]
        if not found:
            kind = " or ".join(kinds or ("indicator", "dimension"))
            raise UsageError(f"there is no {kind} '{text}'" + did_you_mean(text, known))
        if len(found) > 1 and text not in found:
            raise UsageError(f"'{text}' is the title of {len(found)}: {shorten_list(found)}; name one by its key")
        return text if text in found else found[0]

    def titles(self) -> dict[str, str]:
        """Titles of dimensions and indicators in the reader's language, by their keys."""
        titles = {node.name: node.title for node in self.tree} | {item.key: item.title for item in self.ranked}
        return {key: gettext(title) for key, title in titles.items()}

    def context(self, members: tuple[Member, ...], units: Units | None = None) -> Context:
        """The context of methods."""
        return Context(
            editions=self.editions,
            units=units or self.units.units,
            members=members,
            rng=np.random.default_rng(self.scenario.seed),
        )


def _given(title: Title | str) -> Iterator[str]:
    """A title in the languages that the scenario gives it in."""
    yield title
    yield from title.texts.values() if isinstance(title, Title) else ()


def _translated(title: Title | str) -> Iterator[str]:
    """A title in the languages of hubrank."""
    for language in languages():
        with use_language(language):
            yield gettext(title)
