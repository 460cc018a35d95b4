"""All keys of a scenario."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from attrs import field, fields_dict, frozen

from hubrank.errors import did_you_mean
from hubrank.i18n import Title
from hubrank.io.cells import CellFormat
from hubrank.io.limits import Limits
from hubrank.io.toml import describe_value
from hubrank.numeric import Best, Mode, Ties
from hubrank.scenario.choices import (
    Bounded,
    Editions,
    MethodAlternatives,
    MethodSpec,
    MissingAlternatives,
    MissingRule,
    Scaling,
    ScalingAlternatives,
    Span,
    Treating,
    TreatingAlternatives,
    VintageAlternatives,
    refuse_unknown,
    share_validator,
)
from hubrank.scenario.error_kinds import GivenError


class _ByName:
    """A choice for all, or a table of choices by name: of dimensions (`index` is the root) or indicators.

    A table with one of the choice's own `keys` is a choice.
    """

    item: ClassVar[Any]
    keys: ClassVar[Collection[str]] = ()

    @classmethod
    def from_toml(cls, value: Any) -> Self:
        """Make it; `ValueError` if that is impossible."""
        make: Callable[..., Self] = cls
        if isinstance(value, dict) and not value.keys() & set(cls.keys):
            return make(None, {name: cls.item.from_toml(item) for name, item in value.items()})
        return make(cls.item.from_toml(value))


@frozen
class AggregationUncertainty(_ByName):
    """Alternative aggregation methods, one drawn for all dimensions, or for each named dimension by itself.

    In TOML a list, or a table of lists by dimension (`index` is the root).
    """

    everywhere: MethodAlternatives | None
    by_dimension: Mapping[str, MethodAlternatives] = field(factory=dict)
    item = MethodAlternatives


#: The name of the root of the tree, whose score is the ranking's.
ROOT = "index"

#: The keys of a table for the uncertainty of the weights of all dimensions.
SPECIFICATION = {"distribution", "within", "concentration", "constraints"}


@frozen(kw_only=True)
class WeightUncertainty:
    """The possible weights of a dimension's members.

    In TOML a number (the box: each weight up and down by that share), `"any"` (the whole simplex), or a table.

    Attributes:
        distribution: `box`, uniform within `within` of each weight before they are normalised to sum to 1 (Saisana et
            al. 2005); `simplex`, uniform over all weights that sum to 1; `dirichlet`, around the weights.
        within: The box: 0.25 is 25 % up and down.
        concentration: For `dirichlet`; by default the number of members, which is uniform for equal weights.
        constraints: Further conditions: `research >= environment`, `papers <= 0.4`, `a >= 2 * b`.
    """

    distribution: Literal["box", "simplex", "dirichlet"] = "box"
    within: float | None = None
    concentration: float | None = None
    constraints: tuple[str, ...] = ()

    @classmethod
    def from_toml(cls, value: Any) -> WeightUncertainty:
        """Make it from a number, `any` or a table; `ValueError` for anything else."""
        table: Any = {"within": float(value)} if type(value) in (int, float) else value
        table = {"distribution": "simplex"} if value == "any" else table
        if not isinstance(table, dict):
            raise ValueError(f'must be a share such as 0.25, "any" or a table; got {describe_value(value)}')
        refuse_unknown(table, SPECIFICATION)
        distribution = table.get("distribution", "box" if "within" in table else "simplex")
        constraints = tuple(table.get("constraints", ()))
        if distribution not in ("box", "simplex", "dirichlet"):
            given = describe_value(distribution)
            raise ValueError(f"distribution: must be 'box', 'simplex' or 'dirichlet'; got {given}")
        for name, wanted, most in (("within", "box", 1.0), ("concentration", "dirichlet", float("inf"))):
            number = table.get(name)
            if number is not None and type(number) not in (int, float):
                raise ValueError(f"{name}: must be a number; got {describe_value(number)}")
            if number is not None and not 0 < number <= most:
                raise ValueError(f"{name}: must be above 0{' and at most 1' if most == 1 else ''}")
            if number is not None and distribution != wanted:
                raise ValueError(f"{name}: only applies to the distribution '{wanted}'")
        if distribution == "box" and table.get("within") is None:
            raise ValueError("within: missing; set the share by which each weight may vary")
        if distribution == "dirichlet" and constraints:
            raise ValueError("constraints: only apply to 'box' and 'simplex', not to 'dirichlet'")
        if not all(isinstance(constraint, str) for constraint in constraints):
            raise ValueError("constraints: must be a list of texts such as 'research >= environment'")
        return cls(**{**table, "distribution": distribution, "constraints": constraints})


@frozen
class WeightUncertainties(_ByName):
    """The weights' uncertainty, the same in all dimensions or by dimension.

    In TOML a value for `WeightUncertainty`, or a table of them by dimension (`index` is the root).
    """

    everywhere: WeightUncertainty | None
    by_dimension: Mapping[str, WeightUncertainty] = field(factory=dict)
    item = WeightUncertainty
    keys = SPECIFICATION


@frozen(kw_only=True)
class NoiseUncertainty:
    """The error of a measured value.

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
        """Make it from a number or a table; `ValueError` for anything else."""
        table: Any = {"relative": value} if not isinstance(value, dict) else value
        keys = ("absolute", "relative", "standard_error")
        if len(table) != 1 or not set(table) <= set(keys):
            raise ValueError(f"must be a number or a table with one of {', '.join(keys)}; got {describe_value(value)}")
        ((key, size),) = table.items()
        if key == "standard_error" and not isinstance(size, str):
            raise ValueError(f"standard_error: must name an indicator; got {describe_value(size)}")
        if key != "standard_error" and (type(size) not in (int, float) or not size > 0):
            raise ValueError(f"{key}: must be a number above 0; got {describe_value(size)}")
        number: Any = size if key == "standard_error" else float(size)
        return cls(**{key: number})


@frozen
class NoiseUncertainties(_ByName):
    """The indicators' noise: in TOML a number for all, or a table by indicator."""

    everywhere: NoiseUncertainty | None
    by_indicator: Mapping[str, NoiseUncertainty] = field(factory=dict)
    item = NoiseUncertainty


@frozen(kw_only=True)
class LeaveOut:
    """What each draw may leave out: nothing or one indicator, nothing or one unit, all equally likely.

    In TOML `true` (any indicator), a list of indicators, or a table.

    Attributes:
        indicators: Which indicators may be left out: `true` for any, or a list.
        units: Which units may be left out: `true` for any, or a list of codes.
    """

    indicators: bool | tuple[str, ...] = False
    units: bool | tuple[str, ...] = False

    @classmethod
    def from_toml(cls, value: Any) -> LeaveOut:
        """Make it; `ValueError` if that is impossible."""
        table = value if isinstance(value, dict) else {"indicators": value}
        refuse_unknown(table, {"indicators", "units"})
        for key, item in table.items():
            names = isinstance(item, list) and all(isinstance(name, str) for name in item)
            if not isinstance(item, bool) and not names:
                raise ValueError(f"{key}: must be true, false or a list of names; got {describe_value(item)}")
        return cls(**{key: tuple(item) if isinstance(item, list) else item for key, item in table.items()})


_at_least_one = Bounded("must be at least 1; got {}", 1)
_age = Bounded('must be 0 or more years, or "any"; got {}', 0)


@frozen(kw_only=True)
class Robustness:
    """A scenario's uncertainties (`[robustness]`), all drawn together.

    Attributes:
        draws: The number of simulations, or `auto` for as many as make the bounds of ranges precise.
        seed: The same seed gives the same draws.
        weight_uncertainty: The possible weights.
        normalisation: Alternatives for indicators without a normalisation of their own.
        treatment: Alternatives for indicators without a treatment of their own.
        imputation: Alternatives for indicators without an imputation of their own.
        n_imputations: The number of repetitions of an imputation that draws, all equally likely.
        aggregation: Alternatives for dimensions without an aggregation of their own, or by dimension.
        missing: Alternatives for dimensions without a rule of their own.
        error: The errors of values that were measured on a sample, by indicator.
        noise: Random changes of measured values, to test their effect on ranks.
        exclude: Indicators and units that draws may leave out.
        data_lag: Years by which all inputs may be older.
    """

    draws: int | Literal["auto"] = field(default="auto", validator=_at_least_one)
    seed: int = field(default=1, validator=Bounded("must not be negative; got {}", 0))
    weight_uncertainty: WeightUncertainties | None = None
    normalisation: ScalingAlternatives | None = None
    treatment: TreatingAlternatives | None = None
    imputation: MethodAlternatives | None = None
    n_imputations: int | None = field(default=None, validator=_at_least_one)
    aggregation: AggregationUncertainty | None = None
    missing: MissingAlternatives | None = None
    error: Mapping[str, GivenError] = field(factory=dict)
    noise: NoiseUncertainties | None = None
    exclude: LeaveOut | None = None
    data_lag: VintageAlternatives | None = None


@frozen(kw_only=True)
class UnitsSettings:
    """The units to rank.

    Attributes:
        set: An installed unit set's name.
        file: Instead, a table (CSV, Parquet, Excel) or GeoJSON file with one row per unit.
        places: A table or GeoJSON file of the units' places; by default the columns of `file`.
        reading: The format of the cells of `file`: `{ delimiter = ";", decimal = "," }`.
        places_reading: The format of the cells of `places`.
        columns: The names of columns in `file`: `{ unit = "iso3", name = "country" }`.
        allow_duplicates: Whether a unit may have several rows in `file`, identical in the columns that are read.
        where: Keeps the units with these column values: a value, a list of values, or `{ at_least, at_most }`.
        within_km: The radius around a unit's centre, unless its places set one.
        from_inputs: Unit columns that are read from inputs for each edition: `{ population = "people" }`.
        exclude: Units (codes) that are left out.
        overlap: The rule for a row in several units' circles or polygons: it counts for the `nearest` centre, or the
            smallest polygon; for `all` of them; or it is an `error`.
    """

    set: str | None = None
    file: Path | None = None
    places: Path | None = None
    reading: CellFormat = field(factory=CellFormat)
    places_reading: CellFormat = field(factory=CellFormat)
    columns: Mapping[str, str] = field(factory=dict)
    allow_duplicates: bool = False
    where: Mapping[str, Any] = field(factory=dict)
    within_km: float | None = field(
        default=None, validator=Bounded("must be a finite number, 0 or more; got {}", 0, sys.float_info.max)
    )
    from_inputs: Mapping[str, str] = field(factory=dict)
    exclude: tuple[str, ...] = ()
    overlap: Literal["nearest", "all", "error"] = "nearest"


#: The greatest age of a value, in years.
MaxAge = int | Literal["any"]


@frozen(kw_only=True)
class InputSettings:
    """A table, bound to a source.

    Attributes:
        source: An installed source's name.
        table: The table's name; the input's own by default.
        window: Years of a flow up to the edition, `"all"` years up to it, or the `"newest"` period in the data.
        lag: Years between the edition and the newest year that the source has in full.
        max_age: The most years by which a value of a stock, or of a flow's newest period, may be older than the newest
            year that an edition sees (itself, less the lag), or `"any"`; by default the table's own, 0 for yearly ones.
        look_ahead: Whether an edition may see vintages newer than itself.
        match: How the column `unit` names a unit: by its `exact` code; or `folded`, by its code, name or alias,
            ignoring case, accents, spaces and punctuation.
        max_unassigned: The largest share (0 to 1) of rows, or of any amount, that may have no unit; any by default.
        fallback: The input that is used instead if its rows are absent: not fetched, or of a `file` that does not
            exist. Rankings report it; any other error stays an error. `--sample` reads it.
        options: The source's options.
    """

    source: str
    table: str | None = None
    window: int | Literal["all", "newest"] | None = field(
        default=None, validator=Bounded("must be at least 1 year; got {}", 1)
    )
    lag: int = field(
        default=0, validator=Bounded("must not be negative; got {}; look_ahead lets an edition see newer rows", 0)
    )
    max_age: MaxAge | None = field(default=None, validator=_age)
    look_ahead: bool = False
    match: Literal["exact", "folded"] = "exact"
    max_unassigned: float | None = field(default=None, validator=share_validator)
    fallback: str | None = None
    options: Mapping[str, Any] = field(factory=dict)


def _below_root(parent: str | None) -> str | None:
    """The dimension above; None for the root, which is the default."""
    return None if parent == ROOT else parent


@frozen(kw_only=True)
class DimensionSettings:
    """A node of the tree.

    Attributes:
        title: The title in tables and plots; a text, or texts by language: `{ en = "Papers", fr = "Articles" }`.
        parent: The dimension above; by default the root, `index`.
        weight: The weight relative to its siblings.
        weighting: The weighting of its members, if it differs from the scenario's.
        missing: The rule for a unit that lacks one of its members.
        aggregation: The method that aggregates its members to its score.
        post_processing: Steps on its score.
        parent_uses: Whether its parent gets its score before these steps (`raw`) or after them (`post-processed`).
    """

    title: Title | None = None
    parent: str | None = field(default=None, converter=_below_root)
    weight: float = 1.0
    weighting: Scaling | None = None
    missing: MissingRule | None = None
    aggregation: MethodSpec | None = None
    post_processing: tuple[MethodSpec, ...] = ()
    parent_uses: Literal["raw", "post-processed"] = "post-processed"


@frozen(kw_only=True)
class IndicatorSettings:
    """An installed indicator in a dimension.

    Attributes:
        indicator: The installed indicator's name; the key by default.
        title: The title in tables and plots; the indicator's own by default.
        dimension: The dimension that it belongs to; not needed if other indicators are derived from it.
        outside: Whether it is outside the ranking: measured, not ranked, and related to the ranking by `hubrank links`.
        weight: The weight relative to its siblings.
        direction: 1 (more is better) or -1 (less is better), if it is not the indicator's own.
        editions: The editions that it is part of, if not all: `{ last = 2017 }`, `{ first = 2015 }` or both. In the
            others it has no value and no weight, and does not count as missing.
        inputs: The scenario's input for each of its own: `{ works = "top-works" }`.
        max_age: The greatest age of a value, if it differs from that of its inputs.
        made_from: The indicators, or columns of its input, that it is derived from.
        options: The indicator's options.
        imputation: Its imputation, if it is not the scenario's.
        treatment: Its treatment, if it is not the scenario's.
        normalisation: Its normalisation, if it is not the scenario's.
    """

    indicator: str | None = None
    title: Title | None = None
    dimension: str | None = None
    outside: bool = False
    weight: float = 1.0
    direction: Literal[1, -1] | None = None
    editions: Span | None = None
    inputs: Mapping[str, str] = field(factory=dict)
    max_age: MaxAge | None = field(default=None, validator=_age)
    made_from: tuple[str, ...] = field(default=(), metadata={"key": "from"})
    options: Mapping[str, Any] = field(factory=dict)
    imputation: MethodSpec | None = None
    treatment: Treating | None = None
    normalisation: Scaling | None = None


@frozen(kw_only=True)
class Selection:
    """Screening of units, in each edition, before anything is imputed.

    Attributes:
        at_least_share: The share of indicators (0 to 1) that a unit must have.
        at_least_nonzero_share: The share of its values (0 to 1) that must not be 0.
        keep: Units (codes) that stay whatever they lack.
        exclude: Units (codes) that are excluded whatever they have.
    """

    at_least_share: float = field(default=0.0, validator=share_validator)
    at_least_nonzero_share: float = field(default=0.0, validator=share_validator)
    keep: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@frozen(kw_only=True)
class ScoreClass:
    """A class of scores: all from `at_least` up to the next higher class.

    Attributes:
        name: The name of the class.
        at_least: The lowest score of the class.
    """

    name: str
    at_least: float


@frozen(kw_only=True)
class RankingSettings:
    """How scores become ranks.

    Attributes:
        post_processing: Steps on the final score.
        decimals: The decimals that scores are rounded to before ranking; by default they are not rounded.
        rounding: How halves are rounded: `half-even` or `half-up` (away from 0).
        ties: The rank that equal scores share: the least, the mean, or the greatest of theirs, or `dense`.
        best: Whether the `highest` or the `lowest` score is rank 1.
        tiers: The last ranks of tiers: 10, 30, 100.
        classes: Instead of tiers, classes by cut points of the score, rounded in the same way as for the ranks.
    """

    post_processing: tuple[MethodSpec, ...] = ()
    decimals: int | None = None
    rounding: Mode = "half-even"
    ties: Ties = "min"
    best: Best = "highest"
    tiers: tuple[int, ...] = ()
    classes: tuple[ScoreClass, ...] = ()


@frozen
class Allowed:
    """The limits that a scenario sets, by name; those that a user sets take precedence."""

    changes: Mapping[str, float] = field(factory=dict)

    @classmethod
    def from_toml(cls, value: Any) -> Allowed:
        """Make it from a table of numbers by limit; `ValueError` for anything else."""
        if not isinstance(value, Mapping):
            raise ValueError(f"must be a table; got {describe_value(value)}")
        known = fields_dict(Limits)
        for name, number in value.items():
            if name not in known:
                raise ValueError(f"{name}: there is no such limit{did_you_mean(name, known)}")
            if not known[name].metadata["by_scenario"]:
                raise ValueError(f"{name}: is of the scenario's own files; set it by --limit {name}=NUMBER")
            if isinstance(number, bool) or not isinstance(number, int | float):
                raise ValueError(f"{name}: must be a number above 0; got {number}")
        numbers = {name: float(str(number)) for name, number in value.items()}
        Limits(**numbers)
        return cls(numbers)


#: The kinds of data checks (`hubrank.ranking.data_checks`).
DATA_CHECKS = (
    *("missing-code", "scale-outlier", "unit-change", "clipped", "unnormalised", "negative-denominator"),
    *("total-among-parts", "same-editions", "invisible-character", "class-boundary", "estimated-among-counted"),
    "cumulative",
)


def _known_checks(_: Any, attribute: Any, value: Mapping[str, str]) -> None:
    for key, reason in value.items():
        kind, _, about = key.partition(": ")
        problem = "" if reason.strip() else "has no reason; write why the values are right"
        problem = problem if about else "must be KIND: INDICATOR, such as 'clipped: income'"
        problem = problem if kind in DATA_CHECKS else "is not a kind of data check" + did_you_mean(kind, DATA_CHECKS)
        if problem:
            raise ValueError(f"{attribute.name}: '{key}' {problem}")


@frozen(kw_only=True)
class Scenario:
    """All choices of a ranking.

    Attributes:
        title: The title of the ranking; a text, or texts by language.
        editions: The years to rank.
        units: The units to rank.
        region: The folder of a region that is not installed, whose units and tables it can name.
        description: A few sentences on the reasons for the method; a text, or texts by language.
        author: The author: a person, an office, a publisher; not inherited by `extends`.
        published: The date of publication: "2026-11", "2026-11-30"; not inherited by `extends`.
        references: The sources of the method.
        check: Assumptions that only the author can confirm, one per line; shown before everything else.
        assumed: Assumptions made when it was created from a table, one per line.
        hubrank: The versions of hubrank that it was written for: ">=0.1".
        window: Years up to the edition that a flow is summed over.
        inputs: The tables to read, by name.
        dimensions: The tree of dimensions, by name.
        indicators: The indicators, by name.
        selection: Screening of units.
        imputation: How missing values are filled in.
        treatment: How skew and outliers are treated.
        normalisation: How values are brought to one scale.
        weighting: How members are weighted.
        missing: The rule for a unit that lacks a member.
        aggregation: The method that aggregates members to a score.
        ranking: How scores become ranks.
        robustness: The uncertain choices and values.
        seed: The random seed of methods that draw.
        files: SHA-256 of the files that it names, checked when it is loaded.
        limits: Limits on the size of input and results, if they differ from the defaults.
        acknowledged: Data checks whose values are right, with the reason: `{ "scale-outlier: income" = "checked" }`.
    """

    title: Title
    editions: Editions
    units: UnitsSettings
    region: Path | None = None
    description: Title = field(factory=lambda: Title(""))
    author: str = ""
    published: str = ""
    references: tuple[str, ...] = ()
    check: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    hubrank: str = ""
    window: int = 1
    inputs: Mapping[str, InputSettings] = field(factory=dict)
    dimensions: Mapping[str, DimensionSettings]
    indicators: Mapping[str, IndicatorSettings]
    selection: Selection = field(factory=Selection)
    imputation: MethodSpec = field(factory=lambda: MethodSpec("none"))
    treatment: Treating = field(factory=Treating)
    normalisation: Scaling
    weighting: Scaling = field(factory=lambda: Scaling(MethodSpec("fixed")))
    missing: MissingRule = field(factory=MissingRule)
    aggregation: MethodSpec
    ranking: RankingSettings = field(factory=RankingSettings)
    robustness: Robustness | None = None
    seed: int = 0
    files: Mapping[str, str] = field(factory=dict)
    limits: Allowed = field(factory=Allowed)
    acknowledged: Mapping[str, str] = field(factory=dict, validator=_known_checks)
