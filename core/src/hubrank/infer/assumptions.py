"""The assumptions about a table, and their texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from attrs import frozen

from hubrank.i18n import gettext, with_reason

Direction = Literal[1, -1]


#: The files that a draft's scenario names.
DATA, UNITS = "data.csv", "units.csv"
#: The dimension of indicators without one.
ALL = "all"
#: The share of the indicators that a unit must have to be ranked.
LEAST = 0.5


@frozen
class Assumption:
    """One thing that was assumed, since the table does not say it.

    Attributes:
        key: The name for an answer: `direction.health`; see `Draft.answered`.
        what: The same in plain words: `direction of Health`.
        value: The assumed value, in the form of an answer.
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
        """The assumed value, with the reason in brackets."""
        return with_reason(self.shown, self.why) if self.why else self.shown


@frozen(kw_only=True)
class DraftIndicator:
    """A column of values as an indicator.

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


@frozen(kw_only=True)
class Choices:
    """The user's choices for a table, as `draft` explains them; None and empty ones are inferred."""

    weights: Mapping[str, float]
    direction: Mapping[str, int]
    dimensions: Mapping[str, Sequence[str]]
    edition: int | None
    titles: Mapping[str, str]
    treatment: Mapping[str, str]
    normalisation: str | None
    weighting: str | None
    aggregation: str | None
    weight_uncertainty: float | None
