"""A ranking and a unit in Python."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from attrs import asdict, evolve, field, frozen

from hubrank.cli.console import asked, progress
from hubrank.errors import UsageError
from hubrank.i18n import format_number, gettext
from hubrank.infer.assumptions import DATA, UNITS
from hubrank.infer.draft import InferredScenario
from hubrank.io.answer import Answer, table_html
from hubrank.io.cache import Cache
from hubrank.io.escaping import strip_control
from hubrank.notebook.display import Plots, ScenarioText, html_of, text_of
from hubrank.notebook.sources import Source, ask, measurements_of, source_of
from hubrank.numeric import Array
from hubrank.plugin.registry import Registry
from hubrank.ranking.ranking import Ranking, refuse_unranked
from hubrank.results.rank import edition_of, rank_with_intervals, run_folder, unit_of
from hubrank.results.save import write_run
from hubrank.scenario.load import with_files


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
        return self._ends(self.ranking.low, self.ranking.high)

    @property
    def joint_range(self) -> tuple[float, float]:
        """The ends of its joint range, which holds together with those of all other units; NaN where there is none."""
        joint = self.ranking.joint
        return self._ends(*((None, None) if joint is None else (joint.low, joint.high)))

    def _ends(self, low: Array | None, high: Array | None) -> tuple[float, float]:
        ends = (float("nan") if end is None else float(end[self._edition, self.at]) for end in (low, high))
        return next(ends), next(ends)

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
        frame = self.ranking.values()
        return frame[frame["unit"] == self.code].reset_index(drop=True)

    def explain(self, against: str | None = None) -> Answer:
        """What makes its score, indicator by indicator.

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
        """What moved it since an earlier edition.

        Args:
            since: The edition; the one before by default.

        Raises:
            UsageError: There is no such edition, or it has no rank in one of the two.
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
        """The smallest improvement that takes it to a rank, all other units held constant.

        Args:
            rank: The rank.
            indicators: Those that may be improved; all by default.
            costs: What improving one costs, relative to 1.
            at_most: The largest improvements, in the indicators' own units of measure.

        Raises:
            UsageError: It has no rank, or there is no such indicator.
        """
        options = {"rank": rank, "indicators": indicators, "costs": costs or {}, "at_most": at_most or {}}
        return ask("whatif", self.ranking, edition=self._ranked(), unit=self.at, **options)

    @property
    def _edition(self) -> int:
        return edition_of(self.ranking, self.edition)

    def _ranked(self) -> int:
        """The edition's position, where it has a rank in it."""
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
    what: str | InferredScenario
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
    def plot(self) -> Plots:
        """Its plots: `r.plot.range(top=20)`, `r.plot.scatter("patents", "papers")`."""
        return Plots(self.ranking)

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
        frame = self.ranking.table(within)
        if edition == "all":
            return frame
        return frame[frame["edition"] == self.editions[edition_of(self.ranking, edition)]].reset_index(drop=True)

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
        choices_given = dict(self.said)
        for key, item in choices.items():
            choices_given[key] = {**(choices_given.get(key) or {}), **item} if isinstance(item, Mapping) else item
        return _ranked(
            self.what, choices_given if self.source.draft is None else choices, choices_given, sample=self.sample
        )

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
        answer = ask("robustness", self.ranking, measurements=measurements_of(self.ranking), **options)
        return Robustness(**asdict(answer, recurse=False))

    def audit(self, edition: int | None = None) -> Answer:
        """Coverage, correlations, consistency and influence, and what rules of thumb do not like of them."""
        return ask("audit", self.ranking, edition=edition_of(self.ranking, edition))

    def diff(self, since: int | None = None, until: int | None = None) -> Answer:
        """The largest moves between two editions; `r["SWE"].diff()` explains one of them."""
        return ask("diff", self.ranking, measurements=measurements_of(self.ranking), start=since, end=until, unit=None)

    def compare(self, other: Any, edition: int | None = None, with_edition: int | None = None) -> Answer:
        """How alike another ranking is: overlap, rank correlations, the largest differences.

        Args:
            other: Another ranking, or what `hubrank.rank` takes.
            edition: The edition of this one; the latest by default.
            with_edition: The edition of the other.
        """
        second = other if isinstance(other, Ranked) else rank(other)
        at, with_at = edition_of(self.ranking, edition), edition_of(second.ranking, with_edition)
        return ask("compare", self.ranking, other=second.ranking, edition=at, with_edition=with_at)

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
        with asked(True):
            return ask("report", self.ranking, output=Path(path))

    def save(self, folder: Path | str) -> Path:
        """Write a run folder with every value, weight and origin; `hubrank.read` reads it.

        Raises:
            UsageError: The folder is not empty and not a run folder.
        """
        ranking, files = self.ranking, {}
        if self.source.draft is not None:  # the table lies in the folder too, and the scenario reads it there
            files = {name: item for name, item in self.source.draft.files().items() if name in (DATA, UNITS)}
            here = Path(folder).resolve()
            table = with_files(ranking.plan.loaded.table, lambda path: str(here / Path(path).name))
            table["files"] = {str(here / name): hashlib.sha256(item).hexdigest() for name, item in files.items()}
            loaded = evolve(ranking.plan.loaded, table=table)
            ranking = evolve(ranking, plan=evolve(ranking.plan, loaded=loaded))
        write_run(ranking, Path(folder), files)
        return Path(folder)

    def __repr__(self) -> str:
        return text_of(self.ranking)

    def _repr_html_(self) -> str:
        return html_of(self.ranking)


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
    exclude: Sequence[str] | None = None,
    titles: Mapping[str, str] | None = None,
    treatment: Mapping[str, str] | None = None,
    normalisation: str | None = None,
    weighting: str | None = None,
    aggregation: str | None = None,
    weight_uncertainty: float | None = None,
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
        exclude: Columns that are left out.
        titles: Names of indicators for people.
        treatment: Treatments of indicators by an installed name, or `none`.
        normalisation: An installed method's name.
        weighting: An installed method's name.
        aggregation: An installed method's name.
        weight_uncertainty: The share (0 to 1) by which each weight may differ, so that ranks have ranges; 0 for
            none.
        sample: Whether sources give their samples.

    Raises:
        HubrankError: Every mistake at once, in the words of the command line; `problems` has them one by one.
    """
    said = {key: value for key, value in locals().items() if key not in ("what", "sample") and value is not None}
    return _ranked(what, said, said, sample=sample)


def read(folder: Path | str) -> Ranked:
    """Open a run folder that `save` or `hubrank rank --output` wrote; nothing is measured again.

    Raises:
        UsageError: It is no run folder.
    """
    if run_folder(str(folder), Registry.of_commands()) is None:
        raise UsageError(f"{folder}: is not a run folder; hubrank.rank ranks a scenario or a table")
    return rank(folder)


def _ranked(what: Any, choices: Mapping[str, Any], said: Mapping[str, Any], sample: bool = False) -> Ranked:
    """Rank with choices; what was said in all is kept for further ones."""
    source = source_of(what, choices)
    cache = Cache.default() if source.draft is None else None
    with progress("loading") as tell:
        ranking = rank_with_intervals(source.name, sample=sample, cache=cache, progress=tell)
    return Ranked(ranking=ranking, what=source.draft or str(what), source=source, said=said, sample=sample)
