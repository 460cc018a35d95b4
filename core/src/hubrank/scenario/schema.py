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
        """Make it; `ValueError` where it cannot."""
        make: Callable[..., Self] = cls
        if isinstance(value, dict) and not value.keys() & set(cls.keys):
            return make(None, {name: cls.item.from_toml(item) for name, item in value.items()})
        return make(cls.item.from_toml(value))


@frozen
class AggregationUncertainty(_ByName):
    """Alternative aggregators, one drawn for all dimensions, or for each named dimension by itself.

    In TOML a list, or a table of lists by dimension (`index` is the root).
    """

    everywhere: MethodAlternatives | None
    by_dimension: Mapping[str, MethodAlternatives] = field(factory=dict)
    item = MethodAlternatives


#: The keys of a table that says how the weights of all dimensions are uncertain.
SPECIFICATION = {"distribution", "within", "concentration", "constraints"}


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

    In TOML what `WeightUncertainty` is made of, or a table of such by dimension (`index` is the root).
    """

    everywhere: WeightUncertainty | None
    by_dimension: Mapping[str, WeightUncertainty] = field(factory=dict)
    item = WeightUncertainty
    keys = SPECIFICATION


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
        draws: How often the ranking is made again.
        seed: The same seed gives the same draws.
        weight_uncertainty: Where weights may lie.
        normalisation: Alternatives, where an indicator has no normalisation of its own.
        treatment: Alternatives, where an indicator has no treatment of its own.
        imputation: Alternatives, where an indicator has no imputation of its own.
        n_imputations: How often an imputation that draws is made, each as likely as the others.
        aggregation: Alternatives, where a dimension has no aggregation of its own, or by dimension.
        missing: Alternatives, where a dimension has no rule of its own.
        error: How far figures may be off because they were measured on a sample, by indicator.
        noise: How far measured values are moved to see what that does to ranks.
        exclude: Indicators and units that draws may lack.
        data_lag: Years by which all inputs may be older.
    """

    draws: int = field(default=10_000, validator=_at_least_one)
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
    """Which units are ranked.

    Attributes:
        set: An installed unit set's name.
        file: In its place, a table (CSV, Parquet, Excel) or GeoJSON file with one row a unit.
        places: A table or GeoJSON file of the units' places; by default the columns of `file`.
        reading: How the cells of `file` are written: `{ delimiter = ";", decimal = "," }`.
        places_reading: How the cells of `places` are written.
        columns: Names that columns have in `file`: `{ unit = "iso3", name = "country" }`.
        allow_duplicates: Whether a unit may stand in several rows of `file`, all alike in the columns that are read.
        where: Keeps the units whose columns say so: a value, a list of values, or `{ at_least, at_most }`.
        within_km: How far from a centre a unit reaches, where its places do not say.
        from_inputs: Unit columns that are read from inputs for each edition: `{ population = "people" }`.
        exclude: Units (codes) that are left out.
        overlap: What happens to a row in several units' circles or polygons: it counts in the `nearest` centre's, or of
            polygons in the smallest; in `all` of them; or it is an `error`.
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
        max_age: How many years older than the newest year that an edition sees (itself, less the lag) a value of a
            stock, or of the newest period of a flow, may be, or `"any"`; by default what the source's table declares,
            0 for a yearly one.
        look_ahead: Whether an edition may see vintages newer than itself.
        match: How the column `unit` names a unit: by its `exact` code; or `folded`, by its code, name or alias in any
            case, whatever the accents, spaces and punctuation.
        max_unassigned: The share (0 to 1) of the rows, or of any amount, that may lie in no unit; by default any.
        fallback: The input that is read in its place where its rows are absent: not fetched, or of a `file` that is not
            there. It is told wherever the ranking is; an error of any other kind stays one. `--sample` reads it.
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


@frozen(kw_only=True)
class DimensionSettings:
    """A node of the tree.

    Attributes:
        title: For tables and plots; a text, or a table of texts by language: `{ en = "Papers", fr = "Articles" }`.
        parent: The dimension above; the root by default.
        weight: Relative to its siblings.
        weighting: How its members are weighted, where it is not the scenario's way.
        missing: What happens to a unit that lacks a member of it.
        aggregation: How its members become its score.
        post_processing: Steps on its score.
        parent_uses: Whether its parent gets its score as it was before them (`raw`) or `post-processed`.
    """

    title: Title | None = None
    parent: str | None = None
    weight: float = 1.0
    weighting: Scaling | None = None
    missing: MissingRule | None = None
    aggregation: MethodSpec | None = None
    post_processing: tuple[MethodSpec, ...] = ()
    parent_uses: Literal["raw", "post-processed"] = "post-processed"


@frozen(kw_only=True)
class IndicatorSettings:
    """A column: an installed indicator in a dimension.

    Attributes:
        indicator: The installed indicator's name; the key by default.
        title: For tables and plots; the indicator's own by default.
        dimension: The dimension that it belongs to; may be absent where other indicators are made from it.
        outside: Whether it stands outside the ranking, which `hubrank links` relates to it: measured and never ranked.
        weight: Relative to its siblings.
        direction: 1 or -1, where it is not the indicator's own.
        editions: The editions that it is part of, where not of all: `{ last = 2017 }`, `{ first = 2015 }` or both. In
            the others it has no value and no weight, and nobody lacks it.
        inputs: Which of the scenario's inputs it reads for each of its own: `{ works = "top-works" }`.
        max_age: How old a value may be, where it is not as its inputs say.
        made_from: In TOML `from`: the indicators, or columns of its input, that it is made from.
        options: The indicator's options.
        imputation: Where it is not the scenario's.
        treatment: Where it is not the scenario's.
        normalisation: Where it is not the scenario's.
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
        exclude: Units (codes) that go whatever they have.
    """

    at_least_share: float = field(default=0.0, validator=share_validator)
    at_least_nonzero_share: float = field(default=0.0, validator=share_validator)
    keep: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@frozen(kw_only=True)
class ScoreClass:
    """A class of scores: all from `at_least` upwards that no higher class takes.

    Attributes:
        name: What it is called.
        at_least: The lowest score of it.
    """

    name: str
    at_least: float


@frozen(kw_only=True)
class RankingSettings:
    """From scores to ranks.

    Attributes:
        post_processing: Steps on the final score.
        decimals: Ranks are those of scores rounded so; by default nothing is rounded.
        rounding: How halves are rounded: `half-even` or `half-up` (away from 0).
        ties: The rank that equal scores share: the least, the mean, or the greatest of theirs, or `dense`.
        best: Whether the `highest` or the `lowest` score is rank 1.
        tiers: Ranks that close a tier: 10, 30, 100.
        classes: In place of tiers, classes by cut points of the score, rounded as it is for the ranks.
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
    """Limits of `basis.limits` that a scenario sets, by name; what a person sets stays."""

    changes: Mapping[str, float] = field(factory=dict)

    @classmethod
    def from_toml(cls, value: Any) -> Allowed:
        """Make it of a table of numbers by limit; `ValueError` where it is none."""
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
    """All of a ranking's choices.

    Attributes:
        title: What is ranked; a text, or texts by language.
        editions: The years that it is ranked for.
        units: Which units.
        region: The folder of a region that is not installed, whose units and tables it can name.
        description: A few sentences on the method's grounds; a text, or texts by language.
        author: Who ranks: a person, an office, a publisher; not of a scenario that another `extends`.
        published: When it was published: "2026-11", "2026-11-30"; as the author.
        references: Where the method is from.
        check: What was assumed though only its author can know it, a line each; said before all else.
        assumed: What was assumed when it was made of a table, a line each.
        hubrank: The version that it was written for: ">=0.1".
        window: Years up to the edition that a flow is summed over.
        inputs: Tables by name.
        dimensions: The tree.
        indicators: The columns.
        selection: Screening of units.
        imputation: How gaps are filled.
        treatment: How skew and outliers are treated.
        normalisation: How values come to one scale.
        weighting: How members are weighted.
        missing: What happens to a unit that lacks a member.
        aggregation: How members become a score.
        ranking: From scores to ranks.
        robustness: The uncertain choices.
        seed: For methods that draw.
        files: SHA-256 of files that it names, checked when it is loaded.
        limits: How large what it reads and makes may be, where not as by default.
        acknowledged: Data checks whose figures are right, with the reason: `{ "scale-outlier: income" = "checked" }`.
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
