"""A method, scale or missing rule, and its alternatives."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar, Literal, Self

from attrs import Attribute, field, frozen

from hubrank.i18n import ENGLISH, gettext, gettext_noop, ngettext, use_language
from hubrank.io.cells import YEAR
from hubrank.io.limits import exceeded
from hubrank.io.toml import describe_value, parse_toml

FittedOn = Literal["edition", "pooled"] | int


def refuse_unknown(table: Mapping[str, Any], keys: Collection[str]) -> None:
    """Reject a table's first unknown key; `ValueError`."""
    for key in sorted(set(table) - set(keys))[:1]:
        raise ValueError(f"{key}: unknown key; available: {', '.join(sorted(keys))}")


@frozen
class MethodSpec:
    """A method by name, with the options that the scenario gives it.

    In TOML a name alone, or a table with `method` (`step` in a list of steps) and its options.
    """

    method: str
    options: Mapping[str, Any] = field(factory=dict)

    @classmethod
    def from_toml(cls, value: Any) -> MethodSpec:
        """Make it from a name or a table; `ValueError` for anything else."""
        if isinstance(value, str):
            return cls(value)
        if not isinstance(value, dict):
            raise ValueError(f"must be a name or a table; got {describe_value(value)}")
        name = value.get("method", value.get("step"))
        if not isinstance(name, str):
            raise ValueError("method: missing; it has no default")
        return cls(name, {key: item for key, item in value.items() if key not in ("method", "step")})

    @property
    def label(self) -> str:
        """The method's name without its distribution."""
        return self.method.rpartition(":")[2]


@frozen
class Scaling:
    """A choice of normalisation or weighting, and the values it is fitted on.

    In TOML a method's name, or a table.

    Attributes:
        choice: The method; its options are in the same table.
        fitted_on: `edition` (each edition alone), `pooled` (all), or a year whose scale is used for all editions.
        bounds_in: Whether levels such as goalposts are given as `measured` or as `treated` values.
    """

    choice: MethodSpec = field(metadata={"key": "method"})
    fitted_on: FittedOn = "edition"
    bounds_in: Literal["measured", "treated"] = "treated"

    @classmethod
    def from_toml(cls, value: Any) -> Scaling:
        """Make it from a name or a table; `ValueError` for anything else."""
        if not isinstance(value, dict):
            return cls(MethodSpec.from_toml(value))
        rest = {key: item for key, item in value.items() if key not in ("fitted_on", "bounds_in")}
        fitted_on = value.get("fitted_on", "edition")
        if fitted_on not in ("edition", "pooled") and (not isinstance(fitted_on, int) or isinstance(fitted_on, bool)):
            raise ValueError(f'fitted_on: must be "edition", "pooled" or a year; got {describe_value(fitted_on)}')
        bounds = value.get("bounds_in", "treated")
        if bounds not in ("measured", "treated"):
            raise ValueError(f'bounds_in: must be "measured" or "treated"; got {describe_value(bounds)}')
        return cls(MethodSpec.from_toml(rest), fitted_on, bounds)


@frozen
class Treating:
    """Steps of treatment in their order.

    In TOML a step, a list of steps, or a table.

    Attributes:
        steps: The steps, each a method's name or a table with `step` and its options.
        fitted_on: Whether they are fitted on each `edition` alone, or on all editions `pooled`.
    """

    steps: tuple[MethodSpec, ...] = ()
    fitted_on: Literal["edition", "pooled"] = "edition"

    @classmethod
    def from_toml(cls, value: Any) -> Treating:
        """Make it from a step, a list or a table; `ValueError` for anything else."""
        if isinstance(value, dict) and "step" not in value:
            refuse_unknown(value, {"steps", "fitted_on"})
            fitted_on = value.get("fitted_on", "edition")
            if fitted_on not in ("edition", "pooled"):
                raise ValueError(f'fitted_on: must be "edition" or "pooled"; got {describe_value(fitted_on)}')
            return cls(cls.from_toml(value.get("steps", [])).steps, fitted_on)
        return cls(tuple(MethodSpec.from_toml(item) for item in (value if isinstance(value, list) else [value])))


@frozen
class Editions:
    """The years to rank: in TOML a list, or a table with `first`, `last` and, if it is not 1, `step`."""

    years: tuple[int, ...]

    @classmethod
    def from_toml(cls, value: Any) -> Editions:
        """Make it from a list or a table; `ValueError` for anything else."""
        number, years = len(value) if isinstance(value, list) else 0, value
        if isinstance(value, dict):
            first, last, step = (value.get(key, default) for key, default in (("first", ""), ("last", ""), ("step", 1)))
            if value.keys() - {"first", "last", "step"} or {type(first), type(last), type(step)} != {int} or step < 1:
                raise ValueError("must be a list of years or a table with first, last and step")
            if last < first:
                raise ValueError(f"first, {first}, is after last, {last}")
            number, years = (last - first) // step + 1, range(first, last + 1, step)
        if what := exceeded("editions", number):  # before they are listed
            raise ValueError(what)
        years = list(years) if isinstance(years, range) else years
        if not isinstance(years, list) or not years:
            given = describe_value(years) if years != [] else "an empty list"
            raise ValueError(f"must be a list of years; got {given}")
        if at := next((at for at, item in enumerate(years, 1) if type(item) is not int), 0):
            raise ValueError(
                f"item {at} is {describe_value(years[at - 1]).removeprefix('the text ')}; every item must be a year"
            )
        if wrong := [year for year in years if not 1 <= year <= 9999]:
            raise ValueError(YEAR.refusal(wrong[0]))
        if sorted(set(years)) != years:
            raise ValueError("must be in ascending order, without duplicates")
        return cls(tuple(years))


@frozen(kw_only=True)
class Span:
    """The years from `first` to `last`, both included; one of them may be left open."""

    first: int = 1
    last: int = 9999

    def __attrs_post_init__(self) -> None:
        if self.first > self.last:
            raise ValueError(f"first: must not be after last; got {self.first} and {self.last}")


@frozen
class Bounded:
    """A validator: a number within its bounds, as the text describes them; None and words are allowed."""

    text: str
    least: float
    most: float = math.inf

    def __call__(self, _: object, attribute: Attribute[Any], value: Any) -> None:
        """Reject another; `ValueError`."""
        if isinstance(value, int | float) and not self.least <= value <= self.most:
            raise ValueError(f"{attribute.name}: {self.text.format(value)}")


share_validator = Bounded("must be between 0 and 1; got {:g}", 0, 1)


@frozen(kw_only=True)
class MissingRule:
    """The rule for a unit that lacks a member.

    Attributes:
        rule: `unranked` leaves the unit unranked, `renormalise` redistributes the missing member's weight.
        at_least_share: The share of members (0 to 1) that a unit must still have.
        at_least_count: The number of members that a unit must still have.
    """

    rule: Literal["unranked", "renormalise"] = "unranked"
    at_least_share: float = field(default=0.0, validator=share_validator)
    at_least_count: int = field(default=1)

    def enough(self, there: Any, wanted: Any) -> Any:
        """Whether a unit has enough members (numbers or arrays); only members with a weight count.

        A unit that lacks none of them always has, whatever share or count is required; one without any never has.
        """
        enough = there == wanted
        if self.rule == "renormalise":
            enough |= (there >= self.at_least_share * wanted - 1e-12) & (there >= self.at_least_count)
        return (there > 0) & enough

    def needed(self, wanted: int) -> str:
        """The required number of a unit's members, by option; a share is converted to a count to avoid rounding."""
        least = next(there for there in range(wanted + 1) if self.enough(there, wanted))
        key = "at_least_count" if self.at_least_count >= least else "at_least_share"
        text = f"{key} = {getattr(self, key):.15g}"
        return gettext("{said} requires {least}", said=text, least=least)


@frozen
class Alternatives:
    """Alternative choices for one setting, with their chances.

    An alternative that is a table may carry `chance`, its weight relative to others (1 by default). The bare name of
    the scenario's own method means the scenario's own choice with its options.

    Attributes:
        choices: The alternatives.
        chances: The relative likelihood of each.
        bare: Whether each is a name alone.
    """

    choices: tuple[Any, ...]
    chances: tuple[float, ...]
    bare: tuple[bool, ...]
    choice_of: ClassVar[Any]  # a function from a list item, without its chance, to the choice

    @classmethod
    def from_toml(cls, value: Any) -> Self:
        """Make it from a list; `ValueError` for anything else."""
        if not isinstance(value, list) or not value:
            given = describe_value(value) if value else "an empty list"
            raise ValueError(f"must be a list of alternatives; got {given}")
        choices, chances = [], []
        for item in value:
            choice, chance = item, 1
            if isinstance(item, dict):
                choice, chance = {key: part for key, part in item.items() if key != "chance"}, item.get("chance", 1)
            if isinstance(chance, bool) or not isinstance(chance, int | float) or not chance > 0:
                raise ValueError(f"chance: must be a number above 0; got {describe_value(chance)}")
            choices.append(cls.choice_of(choice))
            chances.append(float(chance))
        return cls(tuple(choices), tuple(chances), tuple(isinstance(item, str) for item in value))


class MethodAlternatives(Alternatives):
    """Alternative methods of imputation or aggregation."""

    choice_of = MethodSpec.from_toml


class ScalingAlternatives(Alternatives):
    """Alternative normalisations."""

    choice_of = Scaling.from_toml


class TreatingAlternatives(Alternatives):
    """Alternative treatments, each a step, a list of steps or a table with `steps`."""

    choice_of = Treating.from_toml


class MissingAlternatives(Alternatives):
    """Alternative rules for units that lack a member."""

    @staticmethod
    def choice_of(value: Any) -> MissingRule:
        """One rule; `ValueError` for anything else."""
        if not isinstance(value, dict):
            raise ValueError(f"must be tables such as {{ rule = 'unranked' }}; got {describe_value(value)}")
        rule, problems = parse_toml(MissingRule, value)
        if rule is None:
            raise ValueError(f"{problems[0]}")
        return rule


class VintageAlternatives(Alternatives):
    """Years by which every input lags behind the scenario."""

    @staticmethod
    def choice_of(value: Any) -> int:
        """A number of years; `ValueError` for anything else."""
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ValueError(f"must be years that the data are older by, from 0 on; got {describe_value(value)}")
        return value


#: Names of sources of uncertainty: those of the whole scenario, and those of one dimension.
_SOURCES = {
    gettext_noop("data_lag"),
    gettext_noop("imputation"),
    gettext_noop("imputations"),
    gettext_noop("treatment"),
    gettext_noop("normalisation"),
    gettext_noop("aggregation"),
    gettext_noop("missing"),
    gettext_noop("left out indicators"),
    gettext_noop("left out units"),
    gettext_noop("weights"),
    gettext_noop("noise"),
    gettext_noop("errors"),
    gettext_noop("noise and errors"),
}
_SOURCES_OF = {
    "aggregation": gettext_noop("aggregation of {dimension}"),
    "weights": gettext_noop("weights of {dimension}"),
}
_THEN = " then "


def source_text(name: str) -> str:
    """The title of a source of uncertainty, given its name in files, in the reader's language."""
    if name in _SOURCES:
        return gettext(name)
    kind, found, dimension = name.partition(" of ")
    return gettext(_SOURCES_OF[kind], dimension=dimension) if found and kind in _SOURCES_OF else name


def alternative_text(label: str) -> str:
    """The title of an alternative, given its label in files, in the reader's language; methods keep their names."""
    if found := re.fullmatch(r"([\d,]+) years? older", label):
        return ngettext(int(found[1].replace(",", "")), "{count} year older", "{count} years older")
    steps = label.split(_THEN)
    return functools.reduce(lambda first, second: gettext("{first} then {second}", first=first, second=second), steps)


def older_label(years: int) -> str:
    """The label of data that lag by years."""
    with use_language(ENGLISH):
        return ngettext(years, "{count} year older", "{count} years older")


def steps_label(steps: Sequence[MethodSpec]) -> str:
    """The label of steps of treatment."""
    return _THEN.join(step.label for step in steps) or "none"


@frozen(eq=False)
class Alternative:
    """One alternative of a source of uncertainty: its name, its identity, and the change that it makes to a `Plan`."""

    label: str
    choice: Any
    change: Callable[[Any], Any]


@frozen(kw_only=True, eq=False)
class Discrete:
    """A source of uncertainty with alternatives; each draw uses one of them.

    Attributes:
        name: Its name in tables: `normalisation`, `aggregation of research`.
        chances: The probability of each; they sum to 1.
        changes: For each alternative, a function from a `Plan` to the changed `Plan`.
        own: The position of the scenario's own choice.
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
        """The listed alternatives, preceded by the scenario's own choice if they lack it.

        Draws without the ranking's own method would give the intervals of another ranking. The added choice gets the
        average chance of the others.
        """
        at = 0 if own is None else next((at for at, item in enumerate(listed) if item.choice == own.choice), None)
        if at is None and own is not None:
            listed = [own, *listed]
            chances = [sum(chances) / len(chances), *chances]
        total = sum(chances)
        return cls(
            name=name,
            labels=tuple(item.label for item in listed),
            chances=tuple(chance / total for chance in chances),
            changes=tuple(item.change for item in listed),
            own=at or 0,
            added=at is None,
        )
