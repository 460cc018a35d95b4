"""What a table was taken for: the record of a draft, and of each thing that was assumed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from hubrank.drafting.directions import Direction

if TYPE_CHECKING:
    import pandas as pd

#: The file of a draft's scenario, and those that it names.
SCENARIO, DATA, UNITS = "scenario.toml", "data.csv", "units.csv"
#: The dimension of indicators that nobody put into one.
ALL = "all"
#: The share of the indicators that a unit must have to be ranked.
LEAST = 0.5


@frozen(kw_only=True)
class Assumption:
    """One thing that was assumed, since the table does not say it.

    Attributes:
        key: What an answer names: `direction.health`; see `Draft.answered`.
        what: The same in plain words: `direction of Health`.
        value: What was taken, as an answer would give it.
        shown: The value in words: `higher is better`.
        why: The reason, in one line.
        asked: Whether only the user can know it.
    """

    key: str
    what: str
    value: Any
    shown: str
    why: str
    asked: bool = False

    def __str__(self) -> str:
        return f"{self.what}: {self.shown}, {self.why}"


@frozen(kw_only=True)
class DraftIndicator:
    """A column of figures as an indicator.

    Attributes:
        key: Its key in the TOML, and its column in `data.csv`.
        column: Its column in the table that was given.
        title: Its name for people.
        direction: 1 where more is better, else -1.
        treatment: The step that draws in its outliers: an installed treatment's name, or `none`.
        weight: Relative to its siblings.
        dimension: The dimension that it belongs to, by key.
        coverage: The share (0 to 1) of the units that have it in the newest edition.
    """

    key: str
    column: str
    title: str
    direction: Direction
    treatment: str
    weight: float
    dimension: str
    coverage: float


@frozen(kw_only=True)
class DraftDimension:
    """A dimension of a draft.

    Attributes:
        key: Its key in the scenario.
        title: Its name for people.
        weight: Its weight relative to its siblings.
    """

    key: str
    title: str
    weight: float = 1.0


@frozen(kw_only=True, eq=False)
class Drafted:
    """A scenario that was made of a table.

    Attributes:
        title: What is ranked.
        unit: The column that tells the units apart.
        name: The column of their names; none where the codes are the names.
        year: The column of years; none where all rows are of one year.
        groups: Columns of groups, such as the country, by their column in `units.csv`.
        editions: The years that are ranked.
        max_age: How many years older than the edition a figure may be.
        indicators: What the units are ranked by.
        dimensions: What the indicators are put into.
        normalisation: The method's name, with its options.
        weighting: The method's name.
        aggregation: The method's name.
        doubt: The share (0 to 1) by which each weight may differ; 0 where nothing is doubted.
        assumed: What was assumed, in the order of the steps.
        figures: One row a unit and year: `unit`, `year` where there are several, a column a key.
        units: One row a unit: `unit`, `name`, `lat` and `lon` if known, the groups.
    """

    title: str
    unit: str
    name: str | None
    year: str | None
    groups: Mapping[str, str]
    editions: tuple[int, ...]
    max_age: int
    indicators: tuple[DraftIndicator, ...]
    dimensions: tuple[DraftDimension, ...]
    normalisation: Mapping[str, Any]
    weighting: str
    aggregation: str
    doubt: float
    assumed: tuple[Assumption, ...]
    figures: pd.DataFrame = field(repr=False)
    units: pd.DataFrame = field(repr=False)

    @property
    def asked(self) -> tuple[Assumption, ...]:
        """What only the user can know."""
        return tuple(each for each in self.assumed if each.asked)
