"""One unit of a ranking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import field, frozen

from hubrank.basis.harmless import inert
from hubrank.basis.language import numeral, worded
from hubrank.composing.notebook import table_html
from hubrank.composing.ranking import Ranking
from hubrank.composing.reasons import refuse_unranked
from hubrank.interactive.asking import ask, measurements_of
from hubrank.questions.answers import Answer
from hubrank.runs.running import edition_of, unit_of

if TYPE_CHECKING:
    import pandas as pd


@frozen(kw_only=True, eq=False)
class RankedUnit:
    """A unit of a ranking.

    Attributes:
        ranking: The ranking.
        at: The unit's position.
        edition: The edition (year) that it is looked at in.
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
        """Its name."""
        return self.ranking.names[self.at]

    @property
    def rank(self) -> float:
        """Its rank; NaN where it has none."""
        return float(self.ranking.ranks[self._edition, self.at])

    @property
    def range(self) -> tuple[float, float]:
        """The ends of its rank's interval, the better first; NaN where nothing is doubted."""
        if self.ranking.low is None or self.ranking.high is None:
            return float("nan"), float("nan")
        return float(self.ranking.low[self._edition, self.at]), float(self.ranking.high[self._edition, self.at])

    @property
    def score(self) -> float:
        """Its score; NaN where it has none."""
        return float(self.ranking.scores[self._edition, self.at])

    @property
    def tier(self) -> str:
        """Its tier or class; empty where it is in none."""
        return self.ranking.tier(self._edition)[self.at]

    @property
    def why_unranked(self) -> str:
        """Why it has no rank; empty where it has one."""
        return self.ranking.why(self._edition, self.at)

    def values(self) -> pd.DataFrame:
        """Its figures, one row an edition and indicator, stage by stage: the columns of `values.csv`."""
        made = self.ranking.values()
        return made[made["unit"] == self.code].reset_index(drop=True)

    def explain(self, against: str | None = None) -> Answer:
        """What makes its score, indicator by indicator.

        Args:
            against: A unit (code, name or alias) to compare with; the mean of all ranked units by default.

        Raises:
            UsageError: One of them has no rank, or there is no such unit.
        """
        edition = self._ranked()
        other = None if against is None else unit_of(self.ranking, against)
        if other is not None:
            refuse_unranked(self.ranking, edition, other)
        return ask("explain", self.ranking, edition=edition, unit=self.at, against=other)

    def change(self, since: int | None = None) -> Answer:
        """What moved it since an earlier edition.

        Args:
            since: The edition; the one before by default.

        Raises:
            UsageError: There is no such edition, or it has no rank in one of the two.
        """
        self._ranked()
        options = {
            "measurements": measurements_of(self.ranking),
            "start": since,
            "end": self.edition,
            "unit": self.code,
        }
        return ask("change", self.ranking, **options)

    def whatif(
        self,
        rank: int,
        *,
        indicators: Sequence[str] = (),
        costs: Mapping[str, float] | None = None,
        at_most: Mapping[str, float] | None = None,
    ) -> Answer:
        """The smallest improvement that takes it to a rank, all other units held constant.

        Args:
            rank: The rank.
            indicators: Those that may be improved; all by default.
            costs: What improving one costs, relative to 1.
            at_most: The largest improvements, in the indicators' own units of measure.

        Raises:
            UsageError: It has no rank, or there is no such indicator.
        """
        return ask(
            "whatif",
            self.ranking,
            edition=self._ranked(),
            unit=self.at,
            rank=rank,
            indicators=indicators,
            costs=costs or {},
            at_most=at_most or {},
        )

    @property
    def _edition(self) -> int:
        return edition_of(self.ranking, self.edition)

    def _ranked(self) -> int:
        """The edition's position, where it has a rank in it."""
        refuse_unranked(self.ranking, self._edition, self.at)
        return self._edition

    def _facts(self) -> list[tuple[str, str]]:
        at = self._edition
        facts = [
            (worded("rank"), self._rank_text()),
            (worded("range"), self.ranking.range_text(at, self.at)),
            (worded("score"), self.ranking.score_text(at, self.at)),
            (worded("tier"), self.tier),
            (worded("country"), self.ranking.countries[self.at]),
            (worded("moved"), self.ranking.moved_text(at, self.at)),
        ]
        return [(name, text) for name, text in facts if text]

    def _rank_text(self) -> str:
        if why := self.why_unranked:
            return worded("none: {why}", why=why)
        return numeral(f"{self.rank:g}")

    def __repr__(self) -> str:
        facts = ", ".join(f"{name} {inert(text)}" for name, text in self._facts())
        title = self.ranking.title
        return f"{inert(self.name)} ({inert(self.code)}), {inert(title)} {self.edition}: {facts}"

    def _repr_html_(self) -> str:
        title = f"{self.name}, {self.ranking.title} {self.edition}"
        return table_html(title, ["", ""], [list(each) for each in self._facts()], 0)
