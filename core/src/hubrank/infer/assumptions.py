"""What was assumed of a table, and what is said of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral
from typing import Any, Literal

from attrs import frozen

from hubrank.errors import Problem, UsageError, did_you_mean
from hubrank.i18n import gettext

Direction = Literal[1, -1]


def without_accents(text: str) -> str:
    """The text in its compatibility form, without accents."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


#: The file of a draft's scenario, and those that it names.
SCENARIO, DATA, UNITS = "scenario.toml", "data.csv", "units.csv"
#: The dimension of indicators that nobody put into one.
ALL = "all"
#: The share of the indicators that a unit must have to be ranked.
LEAST = 0.5


@frozen
class Assumption:
    """One thing that was assumed, since the table does not say it.

    Attributes:
        key: What an answer names: `direction.health`; see `Draft.answered`.
        what: The same in plain words: `direction of Health`.
        value: What was taken, as an answer would give it.
        shown: The value in words: `higher is better`.
        why: The reason, in one line; may be empty.
        asked: Whether only the user can know it: it is said first of all, as a thing to check.
    """

    key: str
    what: str
    value: Any
    shown: str
    why: str
    asked: bool = False

    def __str__(self) -> str:
        if self.asked:
            words = {"what": self.what, "shown": self.shown, "why": self.why}
            return gettext("{what}: assumed: {shown} ({why}) - please check", **words)
        return gettext("{what}: {choice}", what=self.what, choice=self.reasoned)

    @property
    def reasoned(self) -> str:
        """What was taken, with the reason in brackets."""
        return gettext("{choice} ({reason})", choice=self.shown, reason=self.why) if self.why else self.shown


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
    """

    key: str
    column: str
    title: str
    direction: Direction
    treatment: str
    weight: float
    dimension: str


@frozen
class DraftDimension:
    """A dimension of a draft: its key in the scenario, name for people, and weight relative to its siblings."""

    key: str
    title: str
    weight: float = 1.0


#: Choices that are tables by name, lists of names, and texts.
TABLES, _LISTS = ("weights", "direction", "dimensions", "titles", "treatment"), ("groups", "indicators", "exclude")
_TEXTS = ("title", "unit", "name", "normalisation", "weighting", "aggregation")


def check_forms(choices: Mapping[str, Any]) -> None:
    """Raise a `UsageError` where a choice has another form than in `Choices`; none is what is not said."""

    def are_names(value: Any) -> bool:
        return isinstance(value, Iterable) and not isinstance(value, str) and all(isinstance(x, str) for x in value)

    for key, value in choices.items():
        right, form = True, ""
        if key in TABLES:
            right, form = isinstance(value, Mapping) and are_names(value), "a table by name"
            if right and key == "dimensions":
                right, form = all(map(are_names, value.values())), "a table of lists of names"
        elif key in _LISTS:
            right, form = are_names(value), "a list of names"
        elif key in _TEXTS:
            right, form = isinstance(value, str), "a text"
        elif key == "year":
            right, form = isinstance(value, str | Integral), "a year or the name of a column"
        if value is not None and not right:
            raise UsageError(f"{key}: must be {form}; got {value!r:.60}")


@frozen(kw_only=True)
class Choices:
    """What the user says of a table, as `draft` explains it; what is none or empty is found out."""

    weights: Mapping[str, float]
    direction: Mapping[str, int]
    dimensions: Mapping[str, Sequence[str]]
    groups: Sequence[str] | None
    year: str | int | None
    unit: str | None
    name: str | None
    indicators: Sequence[str] | None
    exclude: Sequence[str]
    titles: Mapping[str, str]
    treatment: Mapping[str, str]
    normalisation: str | None
    weighting: str | None
    aggregation: str | None
    weight_uncertainty: float | None

    @property
    def year_column(self) -> str | None:
        """The column of years."""
        return self.year if isinstance(self.year, str) else None

    @property
    def edition(self) -> int | None:
        """The year that is ranked."""
        return int(self.year) if isinstance(self.year, Integral) else None

    def unknown_columns(self, columns: Sequence[str]) -> list[Problem]:
        """Names of columns that are none."""
        named = {"unit": [self.unit], "name": [self.name], "year": [self.year_column]}
        lists = {"groups": self.groups or (), "indicators": self.indicators or (), "exclude": self.exclude}
        return [
            Problem(where, f"there is no column '{name}'" + did_you_mean(name, columns))
            for where, names in (named | lists).items()
            for name in names
            if name is not None and name not in columns
        ]
