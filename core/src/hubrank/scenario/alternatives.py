"""Alternative choices for one setting of a scenario, with their chances."""

from __future__ import annotations

import functools
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, Self

from attrs import frozen

from hubrank.basis.language import ENGLISH, marked, plural, speaking, worded
from hubrank.basis.structuring import describe, structure
from hubrank.scenario.choices import MethodSpec, MissingRule, Scaling, Treating

#: A rule for units that lack a member, as TOML.
_RULE = "{ rule = 'refuse' }"


@frozen
class Alternatives:
    """Alternative choices for one setting, with their chances.

    Attributes:
        choices: The alternatives.
        chances: How likely each is, relative to the others.
        bare: Whether each is a name alone.
    """

    choices: tuple[Any, ...]
    chances: tuple[float, ...]
    bare: tuple[bool, ...]


@frozen
class ListedAlternatives(Alternatives, ABC):
    """Alternatives that a scenario lists.

    An alternative that is a table may carry `chance`, its weight relative to others (1 by default). The bare name of
    the scenario's own method means the scenario's own choice, options and all.
    """

    @classmethod
    def from_toml(cls, value: Any) -> Self:
        """Make it of a list; `ValueError` where it is none."""
        if not isinstance(value, list) or not value:
            given = describe(value) if value else "an empty list"
            raise ValueError(f"must be a list of alternatives; got {given}")
        chances = []
        choices = []
        for each in value:
            chance = each.get("chance", 1) if isinstance(each, dict) else 1
            if isinstance(chance, bool) or not isinstance(chance, int | float) or not chance > 0:
                raise ValueError(f"chance: must be a number above 0; got {describe(chance)}")
            rest = {key: part for key, part in each.items() if key != "chance"} if isinstance(each, dict) else each
            choices.append(cls._make(rest))
            chances.append(float(chance))
        return cls(tuple(choices), tuple(chances), tuple(isinstance(each, str) for each in value))

    @classmethod
    @abstractmethod
    def _make(cls, value: Any) -> Any:
        """One alternative, of what stands in the list without its chance; `ValueError` where it is none."""


@frozen
class MethodAlternatives(ListedAlternatives):
    """Alternative methods of imputation or aggregation."""

    @classmethod
    def _make(cls, value: Any) -> MethodSpec:
        return MethodSpec.from_toml(value)


@frozen
class ScalingAlternatives(ListedAlternatives):
    """Alternative normalisations."""

    @classmethod
    def _make(cls, value: Any) -> Scaling:
        return Scaling.from_toml(value)


@frozen
class TreatingAlternatives(ListedAlternatives):
    """Alternative treatments, each a step, a list of steps or a table with `steps`."""

    @classmethod
    def _make(cls, value: Any) -> Treating:
        return Treating.from_toml(value)


@frozen
class MissingAlternatives(ListedAlternatives):
    """Alternative rules for units that lack a member."""

    @classmethod
    def _make(cls, value: Any) -> MissingRule:
        if not isinstance(value, dict):
            raise ValueError(f"must be tables such as {_RULE}; got {describe(value)}")
        rule, problems = structure(MissingRule, value)
        if rule is None:
            raise ValueError(f"{problems[0]}")
        return rule


@frozen
class VintageAlternatives(ListedAlternatives):
    """Years by which every input is older than the scenario says."""

    @classmethod
    def _make(cls, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ValueError(f"must be years that the data are older by, from 0 on; got {describe(value)}")
        return value


#: What sources are called: those that stand for themselves, and those of one dimension.
_SOURCES = frozenset(
    (
        marked("vintage"),
        marked("imputation"),
        marked("imputations"),
        marked("treatment"),
        marked("normalisation"),
        marked("aggregation"),
        marked("missing"),
        marked("left out indicators"),
        marked("left out units"),
        marked("weights"),
        marked("noise"),
    )
)
_SOURCES_OF = {
    "aggregation": marked("aggregation of {dimension}"),
    "weights": marked("weights of {dimension}"),
}
_THEN = " then "


def source_text(name: str) -> str:
    """What a source of uncertainty is called, of its name in files, in the language that is spoken."""
    if name in _SOURCES:
        return worded(name)
    kind, found, dimension = name.partition(" of ")
    return worded(_SOURCES_OF[kind], dimension=dimension) if found and kind in _SOURCES_OF else name


def alternative_text(label: str) -> str:
    """What an alternative is called, of its label in files, in the language that is spoken; methods keep their name."""
    if found := re.fullmatch(r"([\d,]+) years? older", label):
        return _older(int(found[1].replace(",", "")))
    steps = label.split(_THEN)
    return functools.reduce(lambda first, second: worded("{first} then {second}", first=first, second=second), steps)


def older_label(years: int) -> str:
    """The label of data that are older by years."""
    with speaking(ENGLISH):
        return _older(years)


def steps_label(steps: Sequence[MethodSpec]) -> str:
    """The label of steps of treatment."""
    return _THEN.join(step.label for step in steps) or "none"


def _older(years: int) -> str:
    return plural(years, "{count} year older", "{count} years older")


@frozen(eq=False)
class Alternative:
    """One of the choices of a source of uncertainty.

    Attributes:
        label: Its name in tables.
        choice: What tells it from the others.
        change: What it makes of a `Plan`: another `Plan`.
    """

    label: str
    choice: Any
    change: Callable[[Any], Any]


@frozen(kw_only=True, eq=False)
class Discrete:
    """A source of uncertainty with alternatives, of which each draw takes one.

    Attributes:
        name: What it is called in tables: `normalisation`, `aggregation of research`.
        labels: The alternatives' names.
        chances: How likely each is; they sum to 1.
        changes: What each alternative makes of a `Plan`: another `Plan`.
        own: Which of them is what the scenario itself has.
        added: Whether the scenario does not list its own choice, so that it was added.
    """

    name: str
    labels: tuple[str, ...]
    chances: tuple[float, ...]
    changes: tuple[Callable[[Any], Any], ...]
    own: int = 0
    added: bool = False

    @classmethod
    def among(
        cls, name: str, listed: Sequence[Alternative], chances: Sequence[float], own: Alternative | None = None
    ) -> Discrete:
        """The listed alternatives and, where they lack it, the scenario's own choice before them.

        Draws without the ranking's own method would be ranges of another ranking. What is added is as likely as the
        others are on average.

        Args:
            name: What the source is called.
            listed: The alternatives.
            chances: How likely each is, relative to the others.
            own: The scenario's own choice; the first of the list where it is among them by nature.
        """
        at = 0 if own is None else next((at for at, each in enumerate(listed) if each.choice == own.choice), None)
        if at is None and own is not None:
            listed = [own, *listed]
            chances = [sum(chances) / len(chances), *chances]
        total = sum(chances)
        return cls(
            name=name,
            labels=tuple(each.label for each in listed),
            chances=tuple(chance / total for chance in chances),
            changes=tuple(each.change for each in listed),
            own=at or 0,
            added=at is None,
        )
