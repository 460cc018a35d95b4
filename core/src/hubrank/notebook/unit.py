"""A unit of a ranking in Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from attrs import field, frozen

from hubrank.errors import UsageError
from hubrank.i18n import format_number, gettext
from hubrank.io.answer import Answer, table_html
from hubrank.io.escaping import strip_control
from hubrank.notebook import guesses
from hubrank.notebook.sources import ask, measurements_of
from hubrank.numeric import Array
from hubrank.ranking.ranking import Ranking, refuse_unranked
from hubrank.results.rank import edition_of, unit_of


@frozen(kw_only=True, eq=False)
class RankedUnit:
    """A unit of a ranking.

    Attributes:
        ranking: The ranking.
        at: The unit's position.
        edition: The edition (year) of the values below.
    """

    ranking: Ranking = field(repr=False)
    at: int
    edition: int

    @property
    def code(self) -> str:
        """The unit's code."""
        return self.ranking.codes[self.at]

    @property
    def name(self) -> str:
        """The unit's name."""
        return self.ranking.names[self.at]

    @property
    def rank(self) -> float:
        """The unit's rank; NaN if it has none."""
        return float(self.ranking.ranks[self._edition, self.at])

    @property
    def range(self) -> tuple[float, float]:
        """The ends of the rank's interval, the better first; NaN if nothing is uncertain."""
        return self._ends(self.ranking.low, self.ranking.high)

    @property
    def joint_range(self) -> tuple[float, float]:
        """The ends of the joint interval, valid together with those of all other units; NaN if there is none."""
        joint = self.ranking.joint
        return self._ends(*((None, None) if joint is None else (joint.low, joint.high)))

    def _ends(self, low: Array | None, high: Array | None) -> tuple[float, float]:
        ends = (float("nan") if end is None else float(end[self._edition, self.at]) for end in (low, high))
        return next(ends), next(ends)

    @property
    def score(self) -> float:
        """The unit's score; NaN if it has none."""
        return float(self.ranking.scores[self._edition, self.at])

    @property
    def tier(self) -> str:
        """The unit's tier or class; empty if it is in none."""
        return self.ranking.tier(self._edition)[self.at]

    @property
    def why_unranked(self) -> str:
        """The reason why it has no rank; empty if it has one."""
        return self.ranking.why(self._edition, self.at)

    def values(self) -> pd.DataFrame:
        """The unit's values, one row per edition and indicator, stage by stage: the columns of `values.csv`."""
        frame = self.ranking.values()
        return frame[frame["unit"] == self.code].reset_index(drop=True)

    def explain(self, against: str | None = None) -> Answer:
        """The contributions to its score, indicator by indicator.

        Args:
            against: A unit (code, name or alias) to compare with; the mean of all ranked units by default.

        Raises:
            UsageError: One of them has no rank, or there is no such unit.
        """
        edition, other = self._ranked(), None
        if against is not None:
            refuse_unranked(self.ranking, edition, other := unit_of(self.ranking, against))
        return ask("explain", self.ranking, edition=edition, unit=self.at, against=other)

    def diff(self, since: int | None = None) -> Answer:
        """The reasons for its rank change since an earlier edition.

        Args:
            since: The edition; the previous one by default.

        Raises:
            UsageError: There is no such edition, or the unit has no rank in one of the two.
        """
        self._ranked()
        measurements = measurements_of(self.ranking)
        return ask("diff", self.ranking, measurements=measurements, start=since, end=self.edition, unit=self.code)

    def whatif(
        self,
        rank: int,
        *,
        indicators: Sequence[str] = (),
        costs: Mapping[str, float] | None = None,
        at_most: Mapping[str, float] | None = None,
    ) -> Answer:
        """The smallest improvement that moves it to a rank, with all other units held constant.

        Args:
            rank: The rank.
            indicators: The indicators that may be improved; all by default.
            costs: The cost of improving each indicator, relative to 1.
            at_most: The largest improvements, in the indicators' own units of measure.

        Raises:
            UsageError: The unit has no rank, or there is no such indicator.
        """
        options = {"rank": rank, "indicators": indicators, "costs": costs or {}, "at_most": at_most or {}}
        return ask("whatif", self.ranking, edition=self._ranked(), unit=self.at, **options)

    @property
    def _edition(self) -> int:
        return edition_of(self.ranking, self.edition)

    def _ranked(self) -> int:
        """The edition's position, if the unit has a rank in it."""
        refuse_unranked(self.ranking, self._edition, self.at)
        return self._edition

    def _facts(self) -> list[tuple[str, str]]:
        at, why = self._edition, self.why_unranked
        facts = [
            (gettext("rank"), gettext("none: {why}", why=why) if why else format_number(f"{self.rank:g}")),
            (gettext("range"), self.ranking.range_text(at, self.at)),
            (gettext("score"), self.ranking.score_text(at, self.at)),
            (gettext("tier"), self.tier),
            (gettext("country"), self.ranking.countries[self.at]),
            (gettext("moved"), self.ranking.moved_text(at, self.at)),
        ]
        return [(name, text) for name, text in facts if text]

    def __repr__(self) -> str:
        facts = ", ".join(map(" ".join, self._facts()))
        return strip_control(f"{self.name} ({self.code}), {self.ranking.title} {self.edition}: {facts}")

    def _repr_html_(self) -> str:
        return table_html(f"{self.name}, {self.ranking.title} {self.edition}", ["", ""], self._facts(), 0)

    if not TYPE_CHECKING:  # for type checkers, unknown names are errors

        def __getitem__(self, key: object) -> Any:
            raise UsageError(f"a unit has no items such as {key!r:.60}: its values are in .values()")

        def __getattr__(self, name: str) -> Any:
            raise guesses.of_unit(name, dir(type(self)))
