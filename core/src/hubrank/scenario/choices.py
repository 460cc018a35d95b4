"""Choices that stand in more than one table of a scenario, each made of what its TOML says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from attrs import field, frozen

from hubrank.basis.cells import YEAR
from hubrank.basis.language import worded
from hubrank.basis.limits import exceeded
from hubrank.basis.structuring import describe

FittedOn = Literal["edition", "pooled"] | int


@frozen
class MethodSpec:
    """A method by name, with the options that the scenario gives it.

    In TOML a name alone, or a table with `method` (`step` in a list of steps) and its options.
    """

    method: str
    options: Mapping[str, Any] = field(factory=dict)

    @classmethod
    def from_toml(cls, value: Any) -> MethodSpec:
        """Make it of a name or a table; `ValueError` where it is neither."""
        if isinstance(value, str):
            return cls(value)
        if not isinstance(value, dict):
            raise ValueError(f"must be a name or a table; got {describe(value)}")
        name = value.get("method", value.get("step"))
        if not isinstance(name, str):
            raise ValueError("method: missing; it has no default")
        return cls(name, {key: each for key, each in value.items() if key not in ("method", "step")})

    @property
    def label(self) -> str:
        """The method's name without its distribution's."""
        return self.method.rpartition(":")[2]

    def names_that_of(self, other: MethodSpec) -> bool:
        """Whether both name one method, be it that one of them says the distribution and the other does not."""
        full, others = ":" in self.method, ":" in other.method
        return self.method == other.method if full == others else self.label == other.label


@frozen
class Scaling:
    """A choice of normalisation or weighting with the values that it learns from.

    In TOML a method's name, or a table.

    Attributes:
        choice: The method; its options stand beside it.
        fitted_on: `edition` (each edition alone), `pooled`, or a year, whose scale all editions are read on.
        bounds_in: Whether levels such as goalposts are given as `measured` or as `treated` values.
    """

    choice: MethodSpec = field(metadata={"key": "method"})
    fitted_on: FittedOn = "edition"
    bounds_in: Literal["measured", "treated"] = "treated"

    @classmethod
    def from_toml(cls, value: Any) -> Scaling:
        """Make it of a name or a table; `ValueError` where it is neither."""
        if not isinstance(value, dict):
            return cls(MethodSpec.from_toml(value))
        rest = {key: each for key, each in value.items() if key not in ("fitted_on", "bounds_in")}
        fitted_on = value.get("fitted_on", "edition")
        if fitted_on not in ("edition", "pooled") and (not isinstance(fitted_on, int) or isinstance(fitted_on, bool)):
            what = f'must be "edition", "pooled" or a year; got {describe(fitted_on)}'
            raise ValueError(f"fitted_on: {what}")
        bounds = value.get("bounds_in", "treated")
        if bounds not in ("measured", "treated"):
            what = f'must be "measured" or "treated"; got {describe(bounds)}'
            raise ValueError(f"bounds_in: {what}")
        return cls(MethodSpec.from_toml(rest), fitted_on, bounds)


@frozen
class Treating:
    """Steps of treatment in their order.

    In TOML a step, a list of steps, or a table.

    Attributes:
        steps: The steps, each a method's name or a table with `step` and its options.
        fitted_on: Whether they learn from each `edition` alone, or from all editions `pooled`.
    """

    steps: tuple[MethodSpec, ...] = ()
    fitted_on: Literal["edition", "pooled"] = "edition"

    @classmethod
    def from_toml(cls, value: Any) -> Treating:
        """Make it of a step, a list or a table; `ValueError` where it is none of them."""
        if isinstance(value, dict) and "step" not in value:
            unknown = sorted(set(value) - {"steps", "fitted_on"})
            if unknown:
                raise ValueError(f"{unknown[0]}: unknown key; available: fitted_on, steps")
            fitted_on = value.get("fitted_on", "edition")
            if fitted_on not in ("edition", "pooled"):
                what = f'must be "edition" or "pooled"; got {describe(fitted_on)}'
                raise ValueError(f"fitted_on: {what}")
            return cls(cls.from_toml(value.get("steps", [])).steps, fitted_on)
        return cls(tuple(MethodSpec.from_toml(each) for each in (value if isinstance(value, list) else [value])))


@frozen
class Editions:
    """The years that are ranked: in TOML a list, or a table with `first`, `last` and, where it is not 1, `step`."""

    years: tuple[int, ...]

    @classmethod
    def from_toml(cls, value: Any) -> Editions:
        """Make it of a list or a table; `ValueError` where it is neither."""
        if isinstance(value, dict):
            unknown = sorted(set(value) - {"first", "last", "step"})
            numbers = [value.get("first"), value.get("last"), value.get("step", 1)]
            if unknown or not all(type(each) is int for each in numbers) or numbers[2] < 1:
                raise ValueError("must be a list of years or a table with first, last and step")
            _refuse_editions((numbers[1] - numbers[0]) // numbers[2] + 1)
            value = list(range(numbers[0], numbers[1] + 1, numbers[2]))
        if not isinstance(value, list) or not value or not all(type(each) is int for each in value):
            given = describe(value) if value != [] else "an empty list"
            raise ValueError(f"must be a list of years; got {given}")
        _refuse_editions(len(value))
        if wrong := [year for year in value if not 1 <= year <= 9999]:
            raise ValueError(YEAR.refusal(wrong[0]))
        if sorted(set(value)) != value:
            raise ValueError("must be in ascending order, without duplicates")
        return cls(tuple(value))


def _refuse_editions(number: int) -> None:
    """Refuse more editions than are allowed before they are listed; `ValueError` where there are."""
    if said := exceeded("editions", number):
        raise ValueError(said)


@frozen(kw_only=True)
class MissingRule:
    """What happens to a unit that lacks a member.

    Attributes:
        rule: `refuse` leaves the unit unranked, `renormalise` shares out the missing member's weight.
        at_least_share: The share of members (0 to 1) that must be there all the same.
        at_least_count: The number of members that must be there all the same.
    """

    rule: Literal["refuse", "renormalise"] = "refuse"
    at_least_share: float = field(default=0.0)
    at_least_count: int = field(default=1)

    def enough(self, there: Any, wanted: Any) -> Any:
        """Whether a unit has as many members as it needs for a score; only members that weigh something count.

        A unit that lacks none of them always has, whatever share or count is asked for; one without any never has.

        Args:
            there: How many it has, a number or an array.
            wanted: How many there are.
        """
        some = there > 0
        complete = there == wanted
        if self.rule == "refuse":
            return some & complete
        least = (there >= self.at_least_share * wanted - 1e-12) & (there >= self.at_least_count)
        return some & (complete | least)

    def needed(self, wanted: int) -> str:
        """How many members a unit needs, and which key says so; in counts, since a share would have to be rounded.

        Args:
            wanted: How many there are that weigh something.
        """
        least = next(there for there in range(wanted + 1) if self.enough(there, wanted))
        key = "at_least_count" if self.at_least_count >= least else "at_least_share"
        said = f"{key} = {getattr(self, key):.15g}"
        return worded("{said} requires {least}", said=said, least=least)

    @at_least_share.validator
    def _share(self, _: Any, value: float) -> None:
        if not 0 <= value <= 1:
            what = f"must be between 0 and 1; got {value:g}"
            raise ValueError(f"at_least_share: {what}")
