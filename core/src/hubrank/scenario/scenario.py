"""All of a ranking's choices: the attrs classes of a scenario's TOML.

Every class is one table of the TOML; `docs/` and `scenarios/README.md` explain the keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from attrs import Attribute, field, frozen

from hubrank.basis.language import Title
from hubrank.basis.limits import settable
from hubrank.basis.reading import Reading
from hubrank.basis.structuring import describe
from hubrank.scenario.choices import Editions, MethodSpec, MissingRule, Scaling, Treating
from hubrank.scenario.uncertainty_choices import Robustness


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
        distinct: Whether a unit may stand in several rows of `file`, all alike in the columns that are read.
        where: Keeps the units whose columns say so: a value, a list of values, or `{ at_least, at_most }`.
        within_km: How far from a centre a unit reaches, where its places do not say.
        from_inputs: Unit columns that are read from inputs for each edition: `{ population = "people" }`.
        leave_out: Units (codes) that are left out.
        overlap: What happens to a row in several units' circles or polygons: it counts in the `nearest` centre's, or of
            polygons in the smallest; in `all` of them; or it is an `error`.
    """

    set: str | None = None
    file: Path | None = None
    places: Path | None = None
    reading: Reading = field(factory=Reading)
    places_reading: Reading = field(factory=Reading)
    columns: Mapping[str, str] = field(factory=dict)
    distinct: bool = False
    where: Mapping[str, Any] = field(factory=dict)
    within_km: float | None = None
    from_inputs: Mapping[str, str] = field(factory=dict)
    leave_out: tuple[str, ...] = ()
    overlap: Literal["nearest", "all", "error"] = "nearest"


#: The greatest age of a value, in years.
MaxAge = int | Literal["any"]


def _age(_: Any, attribute: Attribute[MaxAge | None], value: MaxAge | None) -> None:
    if isinstance(value, int) and value < 0:
        what = f'must be 0 or more years, or "any"; got {value}'
        raise ValueError(f"{attribute.name}: {what}")


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
        max_lost: The share (0 to 1) of the rows, or of any amount, that may lie in no unit; by default any.
        fallback: The input that is read in its place where its rows are absent: not fetched, or of a `file` that is not
            there. It is told wherever the ranking is; an error of any other kind stays one. `--sample` reads it.
        options: The source's options.
    """

    source: str
    table: str | None = None
    window: int | Literal["all", "newest"] | None = field(default=None)
    lag: int = field(default=0)
    max_age: MaxAge | None = field(default=None, validator=_age)
    look_ahead: bool = False
    match: Literal["exact", "folded"] = "exact"
    max_lost: float | None = field(default=None)
    fallback: str | None = field(default=None)
    options: Mapping[str, Any] = field(factory=dict)

    @window.validator
    def _window(self, _: Any, value: int | str | None) -> None:
        if isinstance(value, int) and value < 1:
            raise ValueError(f"window: must be at least 1 year; got {value}")

    @max_lost.validator
    def _limit(self, _: Any, value: float | None) -> None:
        if value is not None and not 0 <= value <= 1:
            raise ValueError(f"max_lost: must be between 0 and 1; got {value:g}")

    @lag.validator
    def _lag(self, _: Any, value: int) -> None:
        if value < 0:
            what = f"must not be negative; got {value}; look_ahead lets an edition see newer rows"
            raise ValueError(f"lag: {what}")


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
        hands_up: Whether its parent gets the score `before` or `after` those steps.
    """

    title: Title | None = None
    parent: str | None = None
    weight: float = 1.0
    weighting: Scaling | None = None
    missing: MissingRule | None = None
    aggregation: MethodSpec | None = None
    post_processing: tuple[MethodSpec, ...] = ()
    hands_up: Literal["before", "after"] = "after"


@frozen(kw_only=True)
class IndicatorSettings:
    """A column: an installed indicator in a dimension.

    Attributes:
        indicator: The installed indicator's name; the key by default.
        title: For tables and plots; the indicator's own by default.
        dimension: The dimension that it belongs to; may be absent where other indicators are made from it.
        weight: Relative to its siblings.
        direction: 1 or -1, where it is not the indicator's own.
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
    weight: float = 1.0
    direction: Literal[1, -1] | None = None
    inputs: Mapping[str, str] = field(factory=dict)
    max_age: MaxAge | None = field(default=None, validator=_age)
    made_from: tuple[str, ...] = field(default=(), metadata={"key": "from"})
    options: Mapping[str, Any] = field(factory=dict)
    imputation: MethodSpec | None = None
    treatment: Treating | None = None
    normalisation: Scaling | None = None


def _share(_: Any, attribute: Attribute[float], value: float) -> None:
    if not 0 <= value <= 1:
        raise ValueError(f"{attribute.name}: must be between 0 and 1; got {value:g}")


@frozen(kw_only=True)
class Selection:
    """Screening of units, in each edition, before anything is imputed.

    Attributes:
        at_least_share: The share of indicators (0 to 1) that a unit must have.
        at_least_nonzero_share: The share of its values (0 to 1) that must not be 0.
        keep: Units (codes) that stay whatever they lack; in TOML `except`.
        drop: Units (codes) that go whatever they have.
    """

    at_least_share: float = field(default=0.0, validator=_share)
    at_least_nonzero_share: float = field(default=0.0, validator=_share)
    keep: tuple[str, ...] = field(default=(), metadata={"key": "except"})
    drop: tuple[str, ...] = ()


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
    rounding: Literal["half-even", "half-up"] = "half-even"
    ties: Literal["min", "average", "max", "dense"] = "min"
    best: Literal["highest", "lowest"] = "highest"
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
            raise ValueError(f"must be a table; got {describe(value)}")
        return cls(settable(value))


@frozen(kw_only=True)
class Scenario:
    """All of a ranking's choices.

    Attributes:
        title: What is ranked; a text, or texts by language.
        editions: The years that it is ranked for.
        units: Which units.
        region: The folder of a region that is not installed, whose units and tables it can name.
        description: A few sentences on the method's grounds; a text, or texts by language.
        references: Where the method is from.
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
    """

    title: Title
    editions: Editions
    units: UnitsSettings
    region: Path | None = None
    description: Title = field(factory=lambda: Title(""))
    references: tuple[str, ...] = ()
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
