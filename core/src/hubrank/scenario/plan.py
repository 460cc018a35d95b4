"""A plan: a scenario with every name bound to a part, ready to be measured and composed."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Literal

import numpy as np
from attrs import evolve, frozen

from hubrank.basis.errors import UsageError, listed, suggestion
from hubrank.basis.language import Title, languages, speaking, worded
from hubrank.basis.names import name_key
from hubrank.contract.methods import Context, Member
from hubrank.contract.units import Units
from hubrank.scenario.binding import Bound
from hubrank.scenario.columns import BoundIndicator
from hubrank.scenario.inputs import BoundInput
from hubrank.scenario.loading import Loaded
from hubrank.scenario.scenario import Scenario
from hubrank.scenario.tree import Tree
from hubrank.scenario.uncertainty.sources import Uncertainties
from hubrank.scenario.unit_sets import BoundUnits


@frozen(kw_only=True, eq=False)
class Plan:
    """A scenario, ready to be measured and composed.

    Attributes:
        loaded: The scenario and its files.
        units: What is ranked.
        inputs: The tables that are read.
        indicators: All columns, those that others are made from before these.
        tree: The dimensions, leaves before the root.
        post_processing: Steps on the final score.
        uncertainties: What robustness draws from; none where the scenario is in no uncertainty.
        sample: Whether sources give their samples.
    """

    loaded: Loaded
    units: BoundUnits
    inputs: Mapping[str, BoundInput]
    indicators: tuple[BoundIndicator, ...]
    tree: Tree
    post_processing: tuple[Bound, ...]
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

    @property
    def ranked(self) -> tuple[BoundIndicator, ...]:
        """The indicators of the tree, in the order of the compose arrays' last axis."""
        return tuple(each for each in self.indicators if each.dimension is not None)

    @functools.cached_property
    def by_name(self) -> Plan:
        """The same plan, its indicators, dimensions and members in the order of their names; itself if they are.

        What is computed is computed in this order, so that the order in which an author wrote them decides nothing,
        not even the last digit. People and programs read it in the author's order.
        """
        indicators = tuple(sorted(self.indicators, key=lambda each: each.key))
        same = indicators == self.indicators and self.tree.by_name is self.tree
        return self if same else evolve(self, indicators=indicators, tree=self.tree.by_name)

    @property
    def members(self) -> tuple[Member, ...]:
        """The indicators of the tree as members, in the order of `ranked`."""
        by_name = {member.name: member for node in self.tree for member in node.members}
        return tuple(by_name[each.key] for each in self.ranked)

    def with_stand_ins(self, names: Mapping[str, str]) -> Plan:
        """The plan in which inputs stand in for others, which are absent; itself where none do.

        Args:
            names: By input, the one that stands in for it.

        Raises:
            LookupError: The scenario has no such fallback.
        """
        inputs = {name: self.inputs[name].stand_in(other) for name, other in names.items()}
        return evolve(self, inputs={**self.inputs, **inputs}) if inputs else self

    def key(self, text: str, *kinds: Literal["indicator", "dimension"]) -> str:
        """The key of an indicator of the tree, or of a dimension, that a person names by key or title.

        A key comes before a title, which may be in any language that it has.

        Args:
            text: In any case and whatever Unicode form, outer spaces aside.
            kinds: What it may be; either by default.

        Raises:
            UsageError: There is none, or more than one of that title.
        """
        known: dict[str, Title | str] = {}
        if not kinds or "indicator" in kinds:
            known |= {each.key: each.title for each in self.ranked}
        if not kinds or "dimension" in kinds:
            known |= {node.name: node.title for node in self.tree}
        wanted = name_key(text)
        found = [key for key in known if name_key(key) == wanted]
        found = found or [key for key, title in known.items() if wanted in map(name_key, _given(title))]
        found = found or [key for key, title in known.items() if wanted in map(name_key, _translated(title))]
        if not found:
            raise UsageError(_nothing(text, kinds) + suggestion(text, known))
        if len(found) > 1 and text not in found:
            raise UsageError(f"'{text}' is the title of {len(found)}: {listed(found)}; name one by its key")
        return text if text in found else found[0]

    def context(self, members: tuple[Member, ...], units: Units | None = None) -> Context:
        """What methods may know."""
        return Context(
            editions=self.editions,
            units=units or self.units.units,
            members=members,
            rng=np.random.default_rng(self.scenario.seed),
        )


def _nothing(text: str, kinds: tuple[Literal["indicator", "dimension"], ...]) -> str:
    if kinds == ("indicator",):
        return f"there is no indicator '{text}'"
    if kinds == ("dimension",):
        return f"there is no dimension '{text}'"
    return f"there is no indicator or dimension '{text}'"


def _given(title: Title | str) -> tuple[str, ...]:
    """A title in the languages that the scenario gives it in."""
    return (title, *title.texts.values()) if isinstance(title, Title) else (title,)


def _translated(title: Title | str) -> list[str]:
    """A title in the languages that hubrank speaks."""
    said = []
    for language in languages():
        with speaking(language):
            said.append(worded(title))
    return said
