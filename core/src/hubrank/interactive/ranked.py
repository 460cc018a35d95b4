"""A ranking in Python: it shows itself, and answers what is asked of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from attrs import frozen

from hubrank.basis.errors import UsageError
from hubrank.composing.ranking import Ranking
from hubrank.drafting.draft import Draft
from hubrank.front.screen import quieted
from hubrank.front.waiting import progress
from hubrank.interactive.asking import ask, measurements_of
from hubrank.interactive.saving import save
from hubrank.interactive.showing import html_of, text_of
from hubrank.interactive.sources import Source, source_of
from hubrank.interactive.texts import ScenarioText
from hubrank.interactive.units import RankedUnit
from hubrank.measuring.cache import Cache
from hubrank.questions.answers import Answer
from hubrank.runs.running import edition_of, rank_with_intervals, run_folder, unit_of

if TYPE_CHECKING:
    import pandas as pd


@frozen(kw_only=True, eq=False, repr=False)
class Robustness(Answer):
    """How sure each rank is: an answer whose main table has a row a unit, best first."""

    def acceptability(self) -> pd.DataFrame:
        """The probability of each rank (SMAA): one row an edition, unit and rank that it had in any draw."""
        return self.table("acceptability")


@frozen(kw_only=True, eq=False)
class Ranked:
    """What was ranked.

    Attributes:
        ranking: All its stages, for those who ask more.
        what: What was handed over, a scenario's name or a draft.
        source: The same as what a run is made of.
        said: The choices that were laid over it.
        sample: Whether sources gave their samples.
    """

    ranking: Ranking
    what: str | Draft
    source: Source
    said: Mapping[str, Any]
    sample: bool = False

    @property
    def editions(self) -> tuple[int, ...]:
        """The years that are ranked."""
        return tuple(self.ranking.editions)

    @property
    def scenario(self) -> ScenarioText:
        """The scenario, which writes the TOML that makes the ranking again."""
        return ScenarioText(plan=self.ranking.plan, draft=self.source.draft)

    @property
    def caveats(self) -> tuple[str, ...]:
        """What a reader should know."""
        return tuple(map(str, self.ranking.caveats()))

    def table(self, edition: int | Literal["all"] | None = None, within: str | None = None) -> pd.DataFrame:
        """One row a ranked unit, best first: `rank`, `low`, `high`, `score`, `tier` and the other columns of the run.

        Args:
            edition: The edition; the latest by default, `all` for one row an edition and unit.
            within: A column of the units; `rank_within` then is the rank among those that say the same in it.

        Raises:
            UsageError: There is no such edition or column.
        """
        made = self.ranking.table(within)
        if edition == "all":
            return made
        return made[made["edition"] == self.editions[edition_of(self.ranking, edition)]].reset_index(drop=True)

    def values(self) -> pd.DataFrame:
        """Every figure, stage by stage: the columns of `values.csv`."""
        return self.ranking.values()

    def weights(self) -> pd.DataFrame:
        """Every weight: the columns of `weights.csv`."""
        return self.ranking.weights()

    def unranked(self) -> pd.DataFrame:
        """The units without a rank, and why: the columns of `unranked.csv`."""
        return self.ranking.unranked()

    def unit(self, name: str, edition: int | None = None) -> RankedUnit:
        """A unit by its code, name or alias, in an edition, the latest by default.

        Raises:
            UsageError: There is none, or no such edition.
        """
        at = edition_of(self.ranking, edition)
        return RankedUnit(ranking=self.ranking, at=unit_of(self.ranking, name), edition=self.editions[at])

    def __getitem__(self, name: str) -> RankedUnit:
        return self.unit(name)

    def __len__(self) -> int:
        return len(self.ranking.order(len(self.editions) - 1))

    def __iter__(self) -> Iterator[RankedUnit]:
        """The ranked units of the latest edition, best first."""
        latest = self.editions[-1]
        order = self.ranking.order(len(self.editions) - 1)
        return (RankedUnit(ranking=self.ranking, at=int(at), edition=latest) for at in order)

    def with_(self, **choices: Any) -> Ranked:
        """The same, ranked anew with further choices: the arguments of `hubrank.rank`."""
        said = dict(self.said)
        for key, each in choices.items():
            said[key] = {**(said.get(key) or {}), **each} if isinstance(each, Mapping) else each
        return _ranked(self.what, said if self.source.draft is None else choices, said, sample=self.sample)

    def robustness(
        self,
        draws: int | None = None,
        *,
        precision: float | None = None,
        seed: int | None = None,
        cores: int | None = None,
    ) -> Robustness:
        """How sure each rank is, by draws of everything that is doubted.

        Args:
            draws: How many; as many as the scenario says by default.
            precision: In their place, the largest standard error of a probability.
            seed: In place of the scenario's.
            cores: How many cores to use; all by default.

        Raises:
            ScenarioError: The scenario doubts nothing, or its alternatives cannot be had together.
        """
        options = {"draws": draws, "precision": precision, "seed": seed, "cores": cores}
        made = ask("robustness", self.ranking, measurements=measurements_of(self.ranking), **options)
        return Robustness(title=made.title, tables=made.tables, notes=made.notes, record=made.record)

    def audit(self, edition: int | None = None) -> Answer:
        """Coverage, correlations, consistency and influence, and what rules of thumb do not like of them."""
        return ask("audit", self.ranking, edition=edition_of(self.ranking, edition))

    def change(self, since: int | None = None, until: int | None = None) -> Answer:
        """The largest moves between two editions; `r["SWE"].change()` explains one of them.

        Raises:
            UsageError: There is no such edition.
        """
        return ask(
            "change", self.ranking, measurements=measurements_of(self.ranking), start=since, end=until, unit=None
        )

    def compare(self, other: Any, edition: int | None = None, with_edition: int | None = None) -> Answer:
        """How alike another ranking is: overlap, rank correlations, the largest differences.

        Args:
            other: Another ranking, or what `hubrank.rank` takes.
            edition: The edition of this one; the latest by default.
            with_edition: The edition of the other.
        """
        second = other if isinstance(other, Ranked) else rank(other)
        editions = {
            "edition": edition_of(self.ranking, edition),
            "with_edition": edition_of(second.ranking, with_edition),
        }
        return ask("compare", self.ranking, other=second.ranking, **editions)

    def ask(self, verb: str, **options: Any) -> Answer:
        """What a verb of any member answers, such as one of your own.

        Args:
            verb: Its name on the command line.
            **options: What its function for Python takes besides the ranking.

        Raises:
            UsageError: The verb is not installed, or of the command line alone.
        """
        return ask(verb, self.ranking, **options)

    def report(self, path: Path | str) -> Answer:
        """Write the interactive HTML page.

        Raises:
            UsageError: The file's name does not end in .html.
        """
        with quieted(True):
            return ask("report", self.ranking, output=Path(path))

    def save(self, folder: Path | str) -> Path:
        """Write a run folder with every value, weight and origin; `hubrank.open` reads it.

        Raises:
            UsageError: The folder is not empty and not a run folder.
        """
        save(self.ranking, Path(folder), self.source.draft)
        return Path(folder)

    def __repr__(self) -> str:
        return text_of(self.ranking, self.source.draft)

    def _repr_html_(self) -> str:
        return html_of(self.ranking, self.source.draft)


def rank(
    what: Any,
    *,
    title: str | None = None,
    weights: Mapping[str, float] | None = None,
    direction: Mapping[str, int] | None = None,
    dimensions: Mapping[str, Sequence[str]] | None = None,
    groups: Sequence[str] | None = None,
    year: str | int | None = None,
    unit: str | None = None,
    name: str | None = None,
    indicators: Sequence[str] | None = None,
    leave_out: Sequence[str] | None = None,
    titles: Mapping[str, str] | None = None,
    treatment: Mapping[str, str] | None = None,
    normalisation: str | None = None,
    weighting: str | None = None,
    aggregation: str | None = None,
    doubt: float | None = None,
    sample: bool = False,
) -> Ranked:
    """Rank a table, a scenario or a run.

    Args:
        what: A table of pandas, polars or pyarrow with a row a unit (and year); the path of one, which hubrank-start
            reads as people have it, and which must be tidy where that is not installed; or an installed scenario's
            name, the path of a scenario's TOML, or a run folder.
        title: What is ranked.
        weights: Weights of indicators or dimensions, relative to each other; 1 by default.
        direction: 1 where more of an indicator is better, -1 where less is; by its name by default.
        dimensions: The indicators of each dimension.
        groups: Columns of groups, such as the country.
        year: The column of years; or the year that is ranked.
        unit: The column that tells the units apart.
        name: The column of their names.
        indicators: The columns of figures; all others are left out.
        leave_out: Columns that are left out.
        titles: Names of indicators for people.
        treatment: Treatments of indicators by an installed name, or `none`.
        normalisation: An installed method's name.
        weighting: An installed method's name.
        aggregation: An installed method's name.
        doubt: The share (0 to 1) by which each weight may differ, so that ranks have ranges; 0 doubts nothing.
        sample: Whether sources give their samples.

    Raises:
        HubrankError: Every mistake at once, in the words of the command line; `problems` has them one by one.
    """
    said = {key: each for key, each in locals().items() if key not in ("what", "sample") and each is not None}
    return _ranked(what, said, said, sample=sample)


def open(folder: Path | str) -> Ranked:  # noqa: A001  # as in other libraries, by its module: hubrank.open
    """Open a run folder that `save` or `hubrank rank --output` wrote; nothing is measured again.

    Raises:
        UsageError: It is no run folder.
    """
    from hubrank.contract.registry import Registry

    if run_folder(str(folder), Registry.of_commands()) is None:
        raise UsageError(f"{folder}: is not a run folder; hubrank.rank ranks a scenario or a table")
    return rank(folder)


def _ranked(what: Any, choices: Mapping[str, Any], said: Mapping[str, Any], sample: bool = False) -> Ranked:
    """Rank with choices; what was said in all is kept for further ones."""
    source = source_of(what, choices)
    cache = Cache.default() if source.draft is None else None
    with progress("loading") as tell:
        ranking = rank_with_intervals(source.name, sample=sample, cache=cache, progress=tell)
    kept = source.draft or str(what)
    return Ranked(ranking=ranking, what=kept, source=source, said=said, sample=sample)
