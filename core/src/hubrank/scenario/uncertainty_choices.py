"""What a scenario's `[robustness]` may say: every choice that could have been another one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from attrs import field, frozen

from hubrank.basis.structuring import describe
from hubrank.scenario.alternatives import (
    MethodAlternatives,
    MissingAlternatives,
    ScalingAlternatives,
    TreatingAlternatives,
    VintageAlternatives,
)


@frozen
class AggregationUncertainty:
    """Alternative aggregators, one drawn for all dimensions, or for each named dimension by itself.

    In TOML a list, or a table of lists by dimension (`index` is the root).
    """

    everywhere: MethodAlternatives | None
    by_dimension: Mapping[str, MethodAlternatives] = field(factory=dict)

    @classmethod
    def from_toml(cls, value: Any) -> AggregationUncertainty:
        """Make it of a list or a table of lists; `ValueError` where it is neither."""
        if isinstance(value, dict):
            return cls(None, {name: MethodAlternatives.from_toml(each) for name, each in value.items()})
        return cls(MethodAlternatives.from_toml(value))


@frozen(kw_only=True)
class WeightUncertainty:
    """Where the weights of a dimension's members may lie.

    In TOML a number (the box: each weight up and down by that share), `"any"` (the whole simplex), or a table.

    Attributes:
        distribution: `box`, uniform within `within` of each weight before they are made to sum to 1 (Saisana
            et al. 2005); `simplex`, uniform over all weights that sum to 1; `dirichlet`, around the weights.
        within: The box: 0.25 is 25 % up and down.
        concentration: Of `dirichlet`; as many as there are members by default, which for equal weights is uniform.
        constraints: What must hold besides: `research >= environment`, `papers <= 0.4`, `a >= 2 * b`.
    """

    distribution: Literal["box", "simplex", "dirichlet"] = "box"
    within: float | None = None
    concentration: float | None = None
    constraints: tuple[str, ...] = ()

    @classmethod
    def from_toml(cls, value: Any) -> WeightUncertainty:
        """Make it of a number, `any` or a table; `ValueError` where it is none of them."""
        if value == "any":
            return cls(distribution="simplex")
        if isinstance(value, int | float) and not isinstance(value, bool):
            return cls._checked(distribution="box", within=float(value))
        if not isinstance(value, dict):
            raise ValueError(f'must be a share such as 0.25, "any" or a table; got {describe(value)}')
        unknown = sorted(set(value) - SPECIFICATION)
        if unknown:
            raise ValueError(_unknown(unknown[0], ", ".join(sorted(SPECIFICATION))))
        made = {"distribution": "box" if "within" in value else "simplex"} | value
        return cls._checked(**made | {"constraints": tuple(made.get("constraints", ()))})

    @classmethod
    def _checked(cls, **values: Any) -> WeightUncertainty:
        if values["distribution"] not in ("box", "simplex", "dirichlet"):
            given = describe(values["distribution"])
            what = f"must be 'box', 'simplex' or 'dirichlet'; got {given}"
            raise ValueError(f"distribution: {what}")
        for name, wanted, most in (("within", "box", 1.0), ("concentration", "dirichlet", float("inf"))):
            number = values.get(name)
            if number is not None and (isinstance(number, bool) or not isinstance(number, int | float)):
                raise ValueError(f"{name}: must be a number; got {describe(number)}")
            if number is not None and not 0 < number <= most:
                what = "must be above 0 and at most 1" if most == 1 else "must be above 0"
                raise ValueError(f"{name}: {what}")
            if number is not None and values["distribution"] != wanted:
                what = f"only applies to the distribution '{wanted}'"
                raise ValueError(f"{name}: {what}")
        if values["distribution"] == "box" and values.get("within") is None:
            raise ValueError("within: missing; set the share by which each weight may vary")
        if values["distribution"] == "dirichlet" and values.get("constraints"):
            what = "only apply to 'box' and 'simplex', not to 'dirichlet'"
            raise ValueError(f"constraints: {what}")
        if not all(isinstance(each, str) for each in values.get("constraints", ())):
            what = "must be a list of texts such as 'research >= environment'"
            raise ValueError(f"constraints: {what}")
        return cls(**values)


def _unknown(key: str, known: str) -> str:
    return f"{key}: unknown key; available: {known}"


#: The keys of a table that says how the weights of all dimensions are uncertain.
SPECIFICATION = {"distribution", "within", "concentration", "constraints"}


@frozen
class WeightUncertainties:
    """The weights' uncertainty, the same in all dimensions or by dimension.

    In TOML what `WeightUncertainty` is made of, or a table of such by dimension (`index` is the root).
    """

    everywhere: WeightUncertainty | None
    by_dimension: Mapping[str, WeightUncertainty] = field(factory=dict)

    @classmethod
    def from_toml(cls, value: Any) -> WeightUncertainties:
        """Make it; `ValueError` where it cannot."""
        if isinstance(value, dict) and not set(value) & SPECIFICATION:
            return cls(None, {name: WeightUncertainty.from_toml(each) for name, each in value.items()})
        return cls(WeightUncertainty.from_toml(value))


@frozen(kw_only=True)
class NoiseUncertainty:
    """How far a measured value may be off.

    In TOML a number (relative), or a table with one of the keys.

    Attributes:
        relative: Standard error as a share of the value; the noise is log-normal and keeps the sign.
        absolute: Standard error in the indicator's own unit of measure; the noise is normal.
        standard_error: The indicator, outside the tree, whose values are the standard errors.
    """

    relative: float | None = None
    absolute: float | None = None
    standard_error: str | None = None

    @classmethod
    def from_toml(cls, value: Any) -> NoiseUncertainty:
        """Make it of a number or a table; `ValueError` where it is neither."""
        table = {"relative": value} if not isinstance(value, dict) else value
        keys = ("absolute", "relative", "standard_error")
        if len(table) != 1 or not set(table) <= set(keys):
            raise ValueError(f"must be a number or a table with one of {', '.join(keys)}; got {describe(value)}")
        ((key, said),) = table.items()
        if key == "standard_error":
            if not isinstance(said, str):
                raise ValueError(f"standard_error: must name an indicator; got {describe(said)}")
            return cls(standard_error=said)
        if isinstance(said, bool) or not isinstance(said, int | float) or not said > 0:
            raise ValueError(f"{key}: must be a number above 0; got {describe(said)}")
        number = float(said)
        return cls(relative=number) if key == "relative" else cls(absolute=number)


@frozen
class NoiseUncertainties:
    """The indicators' noise: in TOML a number for all, or a table by indicator."""

    everywhere: NoiseUncertainty | None
    by_indicator: Mapping[str, NoiseUncertainty] = field(factory=dict)

    @classmethod
    def from_toml(cls, value: Any) -> NoiseUncertainties:
        """Make it; `ValueError` where it cannot."""
        if isinstance(value, dict):
            return cls(None, {name: NoiseUncertainty.from_toml(each) for name, each in value.items()})
        return cls(NoiseUncertainty.from_toml(value))


@frozen(kw_only=True)
class LeaveOut:
    """What each draw may lack: nothing or one of the indicators, nothing or one of the units, all as likely.

    In TOML `true` (any indicator), a list of indicators, or a table.

    Attributes:
        indicators: Which indicators may be lacking: `true` for any, or a list.
        units: Which units may be lacking: `true` for any, or a list of codes.
    """

    indicators: bool | tuple[str, ...] = False
    units: bool | tuple[str, ...] = False

    @classmethod
    def from_toml(cls, value: Any) -> LeaveOut:
        """Make it; `ValueError` where it cannot."""
        table = value if isinstance(value, dict) else {"indicators": value}
        unknown = sorted(set(table) - {"indicators", "units"})
        if unknown:
            raise ValueError(_unknown(unknown[0], "indicators, units"))
        for key, each in table.items():
            names = isinstance(each, list) and all(isinstance(name, str) for name in each)
            if not isinstance(each, bool) and not names:
                what = f"must be true, false or a list of names; got {describe(each)}"
                raise ValueError(f"{key}: {what}")
        return cls(**{key: tuple(each) if isinstance(each, list) else each for key, each in table.items()})


def _at_least_one(_: Any, attribute: Any, value: int | None) -> None:
    if value is not None and value < 1:
        raise ValueError(f"{attribute.name}: must be at least 1; got {value}")


@frozen(kw_only=True)
class Robustness:
    """A scenario's uncertainties (`[robustness]`), all drawn together.

    Attributes:
        draws: How often the ranking is made again.
        seed: The same seed gives the same draws.
        weights: Where weights may lie.
        normalisation: Alternatives, where an indicator has no normalisation of its own.
        treatment: Alternatives, where an indicator has no treatment of its own.
        imputation: Alternatives, where an indicator has no imputation of its own.
        imputations: How often an imputation that draws is made, each as likely as the others.
        aggregation: Alternatives, where a dimension has no aggregation of its own, or by dimension.
        missing: Alternatives, where a dimension has no rule of its own.
        noise: How far measured values may be off.
        leave_out: Indicators and units that draws may lack.
        vintage: Years by which all inputs may be older.
    """

    draws: int = field(default=10_000, validator=_at_least_one)
    seed: int = field(default=1)
    weights: WeightUncertainties | None = None
    normalisation: ScalingAlternatives | None = None
    treatment: TreatingAlternatives | None = None
    imputation: MethodAlternatives | None = None
    imputations: int | None = field(default=None, validator=_at_least_one)
    aggregation: AggregationUncertainty | None = None
    missing: MissingAlternatives | None = None
    noise: NoiseUncertainties | None = None
    leave_out: LeaveOut | None = None
    vintage: VintageAlternatives | None = None

    @seed.validator
    def _seed(self, _: Any, value: int) -> None:
        if value < 0:
            raise ValueError(f"seed: must not be negative; got {value}")
