"""A ranking in Python."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
import pandas as pd
from attrs import asdict, evolve, field, frozen

from hubrank.cli.commands.rank import exporter_of, write_file
from hubrank.cli.console import asked, progress
from hubrank.errors import ScenarioError, UsageError
from hubrank.infer.arguments import guided, meant
from hubrank.infer.assumptions import DATA, UNITS
from hubrank.infer.draft import InferredScenario
from hubrank.infer.forms import by_column, stated
from hubrank.io.answer import Answer
from hubrank.io.cache import Cache
from hubrank.io.escaping import csv_bytes
from hubrank.io.write import replace_file
from hubrank.notebook import guesses
from hubrank.notebook.display import Plots, ScenarioText, html_of, text_of
from hubrank.notebook.sources import Source, ask, changed_source, measurements_of, source_of
from hubrank.notebook.unit import RankedUnit
from hubrank.plugin.calls import listening
from hubrank.plugin.registry import Registry
from hubrank.ranking.kept import KeptDraws
from hubrank.ranking.ranking import Ranking
from hubrank.results.rank import edition_of, rank_with_intervals, run_folder, unit_of
from hubrank.results.save import write_run
from hubrank.scenario.load import with_files
from hubrank.uncertainty.budget import Budget, Listener


@frozen(kw_only=True, eq=False, repr=False)
class Robustness(Answer):
    """The certainty of each rank: an answer whose main table has one row per unit, best first."""

    def acceptability(self) -> pd.DataFrame:
        """The probability of each rank (SMAA): one row per edition, unit and rank that occurred in any draw."""
        return self.table("acceptability")


@frozen(kw_only=True, eq=False)
class Ranked:
    """A ranking.

    Attributes:
        ranking: All stages of the computation, for advanced use.
        what: What `hubrank.rank` got, a scenario's name or a draft.
        source: The scenario or draft in the form that computes a run, for advanced use.
        said: Further choices, which change the scenario or draft.
        sample: Whether sources read their samples.
        ranges: Whether ranks have ranges, where something is uncertain.
        budget: What ends the draws of ranges.
    """

    ranking: Ranking
    what: str | InferredScenario
    source: Source
    said: Mapping[str, Any]
    sample: bool = False
    ranges: bool = True
    budget: Budget = field(factory=Budget)

    @property
    def editions(self) -> tuple[int, ...]:
        """The editions (years) of the ranking."""
        return tuple(self.ranking.editions)

    @property
    def scenario(self) -> ScenarioText:
        """The scenario, which writes the TOML that reproduces the ranking."""
        return ScenarioText(plan=self.ranking.plan, draft=self.source.draft)

    @property
    def plot(self) -> Plots:
        """Its plots: `r.plot.range(top=20)`, `r.plot.scatter("patents", "companies")`."""
        return Plots(self.ranking)

    @property
    def caveats(self) -> tuple[str, ...]:
        """The notes that a reader should know."""
        return tuple(map(str, self.ranking.caveats()))

    def table(self, edition: int | Literal["all"] | None = None, within: str | None = None) -> pd.DataFrame:
        """One row per ranked unit, best first: `rank`, `low`, `high`, `score`, `tier` and the other columns of the run.

        Args:
            edition: The edition; the latest by default, `all` for one row per edition and unit.
            within: A column of the units; `rank_within` then is the rank among units with the same value in it.

        Raises:
            UsageError: There is no such edition or column.
        """
        frame = self.ranking.table(within)
        if edition == "all":
            return frame
        return frame[frame["edition"] == self.editions[edition_of(self.ranking, edition)]].reset_index(drop=True)

    to_frame = table

    def head(self, n: int = 5) -> pd.DataFrame:
        """The first rows of the table."""
        return self.table().head(n)

    @property
    def ranks(self) -> pd.Series:
        """The ranks in the latest edition by the units' codes, best first."""
        return self.table().set_index("unit")["rank"]

    @property
    def scores(self) -> pd.Series:
        """The scores in the latest edition by the units' codes, best first."""
        return self.table().set_index("unit")["score"]

    def to_dict(self, orient: Literal["index", "records", "list"] = "index") -> Any:
        """The table as dicts: its rows by the units' codes, best first, or in the forms of pandas."""
        table = self.table()
        return (table.set_index("unit") if orient == "index" else table).to_dict(orient)

    def to_csv(
        self, path: Path | str | None = None, edition: int | Literal["all"] | None = None, **options: Any
    ) -> str | None:
        """Write the table as CSV; without a path, return its text.

        Raises:
            UsageError: The file cannot be written, there is no such edition, or an option is not `index=False`.
        """
        _refuse_options("to_csv", options)
        made = csv_bytes(self.table(edition))
        if path is None:
            return made.decode()
        replace_file(Path(path), made)
        return None

    def export(self, path: Path | str) -> Path:
        """Write a file with the exporter that its suffix names: `.xlsx`, `.md`, `.parquet`, `.ranking.svg`.

        Raises:
            UsageError: No exporter has this suffix, or the file cannot be written.
        """
        with asked(True):
            write_file(exporter_of(Path(path), Registry.installed()), self.ranking, Path(path))
        return Path(path)

    def to_excel(self, path: Path | str, **options: Any) -> Path:
        """Write the workbook, whose scores update with the weights.

        Raises:
            UsageError: The file's name does not end in .xlsx, it cannot be written, or an option is set.
        """
        _refuse_options("to_excel", options)
        if Path(path).suffix.lower() != ".xlsx":
            raise UsageError(f"{Path(path).name}: a workbook's name must end in .xlsx")
        return self.export(path)

    def values(self) -> pd.DataFrame:
        """Every value, stage by stage: the columns of `values.csv`."""
        return self.ranking.values()

    def weights(self) -> pd.DataFrame:
        """Every weight: the columns of `weights.csv`."""
        return self.ranking.weights()

    def unranked(self) -> pd.DataFrame:
        """The units without a rank, and the reason: the columns of `unranked.csv`."""
        return self.ranking.unranked()

    def unit(self, name: str, edition: int | None = None) -> RankedUnit:
        """A unit by its code, name or alias, in an edition, the latest by default.

        Raises:
            UsageError: There is none, or no such edition.
        """
        at = edition_of(self.ranking, edition)
        return RankedUnit(ranking=self.ranking, at=unit_of(self.ranking, name), edition=self.editions[at])

    @overload
    def __getitem__(self, key: str | int) -> RankedUnit: ...

    @overload
    def __getitem__(self, key: slice | list[str]) -> list[RankedUnit]: ...

    def __getitem__(self, key: str | int | slice | list[str]) -> RankedUnit | list[RankedUnit]:
        """A unit by its code, name or alias, or by its position, the best being 0; several by a list or a slice."""
        if isinstance(key, slice):
            return list(self)[key]
        if isinstance(key, list):
            return [self.unit(name) for name in key]
        if isinstance(key, int | np.integer):
            if -len(self) <= key < len(self):
                return list(self)[int(key)]
            last = f"{len(self)} units are ranked, the best is [0], the last [-1]"
            raise UsageError(f"there is no place {key}: {last}; a unit's code is a text, ['{key}']")
        try:
            return self.unit(key)
        except UsageError as error:
            if key in self.table():
                raise UsageError(f"'{key}' is not a unit but a column: .table()['{key}']") from error
            if key in {name for item in self.ranking.plan.ranked for name in (item.key, str(item.title))}:
                raise UsageError(f"'{key}' is not a unit but an indicator: its values are in .values()") from error
            raise

    def __contains__(self, name: object) -> bool:
        """Whether a text is the code, name or alias of a unit, ranked or not."""
        return isinstance(name, str) and bool(self.ranking.plan.units.units.by_name.find(name))

    def __len__(self) -> int:
        return len(self.ranking.order(len(self.editions) - 1))

    def __iter__(self) -> Iterator[RankedUnit]:
        """The ranked units of the latest edition, best first."""
        latest = self.editions[-1]
        order = self.ranking.order(len(self.editions) - 1)
        return (RankedUnit(ranking=self.ranking, at=int(at), edition=latest) for at in order)

    def with_(
        self,
        *,
        ranges: bool | None = None,
        draws: int | Literal["auto"] | None = None,
        seconds: float | None = None,
        progress: Listener | None = None,
        **choices: Any,
    ) -> Ranked:
        """The same ranking with further choices: the arguments of `hubrank.rank`.

        What they do not change is kept: nothing is read again unless a choice changes what is read.

        Args:
            ranges: Whether ranks have ranges, which take most of the time; as before by default.
            draws: The number of draws, or `auto`; as before by default, unless `seconds` is given.
            seconds: The time after which no further draws are made.
            progress: Called with the draws made, those wanted, and the ranges so far.
            **choices: The arguments; tables such as `weights` are extended.
        """
        budget = Budget(draws=draws, seconds=seconds, listener=progress)
        ranges = self.ranges if ranges is None else ranges
        _refuse_idle(ranges, budget)
        if not budget.given:
            budget = evolve(self.budget, listener=progress)
        choices, given = stated(meant(choices, _CHOICES)), dict(self.said)
        indicators = list(self.ranking.plan.scenario.indicators)
        for key, item in choices.items():
            old = given.get(key) or {}
            given[key] = {**by_column(key, old, indicators), **item} if isinstance(item, Mapping) else item
        laid = given if self.source.draft is None else choices  # a draft has the earlier ones already
        source = changed_source(self.source, self.what, laid, self.ranking.plan.scenario)
        return _ranked(source, self.what, given, sample=self.sample, ranges=ranges, budget=budget, before=self.ranking)

    def robustness(
        self,
        draws: int | Literal["auto"] | None = None,
        *,
        seconds: float | None = None,
        precision: float | None = None,
        seed: int | None = None,
        cores: int | None = None,
    ) -> Robustness:
        """The certainty of each rank, by simulations of everything uncertain.

        Args:
            draws: The number of draws, or `auto`; by default that of the scenario.
            seconds: The time after which no further draws are made.
            precision: Instead of both, the largest standard error of a probability.
            seed: Replaces the scenario's seed.
            cores: The number of cores to use; all by default.

        Raises:
            ScenarioError: The scenario has no uncertainty, or its alternatives contradict one another.
        """
        options = {"draws": draws, "seconds": seconds, "precision": precision, "seed": seed, "cores": cores}
        answer = ask("robustness", self.ranking, measurements=measurements_of(self.ranking), **options)
        return Robustness(**asdict(answer, recurse=False))

    def sweep(self, sets: Any, edition: int | None = None) -> Answer:
        """The ranks and scores under many sets of weights: a row per set, edition and ranked unit, the best first.

        Args:
            sets: A row for each set: its name in the first column, and weights in columns named by indicators and
                dimensions; where one is missing, it is the ranking's own. A table as for `hubrank.rank`, or its path.
            edition: The edition; all by default.

        Raises:
            UsageError: A column, a name or a weight is wrong, or there is no such edition.
        """
        at = None if edition is None else edition_of(self.ranking, edition)
        return ask("sweep", self.ranking, sets=sets, edition=at)

    def audit(self, edition: int | None = None) -> Answer:
        """Coverage, correlations, consistency and importance, and what exceeds the usual limits."""
        return ask("audit", self.ranking, edition=edition_of(self.ranking, edition))

    def diff(self, since: int | None = None, until: int | None = None) -> Answer:
        """The largest rank changes between two editions; `r["SWE"].diff()` explains one of them."""
        return ask("diff", self.ranking, measurements=measurements_of(self.ranking), start=since, end=until, unit=None)

    def compare(self, other: Any, edition: int | None = None, with_edition: int | None = None) -> Answer:
        """The agreement with another ranking: overlap, rank correlations, the largest differences.

        Args:
            other: Another ranking, or what `hubrank.rank` takes.
            edition: The edition of this one; the latest by default.
            with_edition: The edition of the other.
        """
        second = other if isinstance(other, Ranked) else rank(other)
        at, with_at = edition_of(self.ranking, edition), edition_of(second.ranking, with_edition)
        return ask("compare", self.ranking, other=second.ranking, edition=at, with_edition=with_at)

    def ask(self, verb: str, **options: Any) -> Answer:
        """The answer of a command of any package, such as your own.

        Args:
            verb: Its name on the command line.
            **options: The arguments of its Python function other than the ranking.

        Raises:
            UsageError: The command is not installed, or exists on the command line only.
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
        """Write a run folder with every value, weight and source; `hubrank.read` reads it.

        Raises:
            UsageError: The folder is not empty and not a run folder.
        """
        ranking, files = self.ranking, {}
        if self.source.draft is not None:  # the table is in the folder too, and the scenario reads it there
            files = {name: item for name, item in self.source.draft.files().items() if name in (DATA, UNITS)}
            here = Path(folder).resolve()
            table = with_files(ranking.plan.loaded.table, lambda path: str(here / Path(path).name))
            table["files"] = {str(here / name): hashlib.sha256(item).hexdigest() for name, item in files.items()}
            loaded = evolve(ranking.plan.loaded, table=table)
            ranking = evolve(ranking, plan=evolve(ranking.plan, loaded=loaded))
        write_run(ranking, Path(folder), files)
        return Path(folder)

    if not TYPE_CHECKING:  # for type checkers, unknown names are errors

        def __getattr__(self, name: str) -> Any:
            raise guesses.of_ranking(name, dir(type(self)))

    def __repr__(self) -> str:
        return text_of(self.ranking)

    def _repr_html_(self) -> str:
        return html_of(self.ranking)


def _refuse_options(name: str, options: Mapping[str, Any]) -> None:
    """Options of pandas; of these, `index=False` is the default here."""
    if others := [key for key, value in options.items() if (key, value) != ("index", False)]:
        raise UsageError(f"{name} has no option {others[0]}; pandas has: .table().{name}(..., {others[0]}=...)")


@guided
def rank(
    what: Any,
    *,
    title: str | None = None,
    weights: Any = None,
    direction: Any = None,
    dimensions: Mapping[str, Sequence[str]] | None = None,
    groups: Sequence[str] | None = None,
    year: str | int | None = None,
    unit: str | Sequence[str] | None = None,
    name: str | None = None,
    indicators: Sequence[str] | None = None,
    exclude: Sequence[str] | None = None,
    titles: Mapping[str, str] | None = None,
    treatment: Mapping[str, str] | str | None = None,
    normalisation: str | None = None,
    weighting: str | None = None,
    aggregation: str | None = None,
    weight_uncertainty: float | None = None,
    doubt: Any = None,
    inputs: Mapping[str, Any] | None = None,
    sample: bool = False,
    ranges: bool = True,
    draws: int | Literal["auto"] | None = None,
    seconds: float | None = None,
    progress: Listener | None = None,
) -> Ranked:
    """Rank a table, a scenario or a run.

    Args:
        what: A table with one row per unit (and year), as for `hubrank.draft`: of pandas, polars, pyarrow, DuckDB or
            Ibis, a dict, a list of records, an array with names in `unit` and `indicators`; the path of a table, which
            may be messy if hubrank-start is installed and must be tidy otherwise, or its address, if it is fetched; an
            installed scenario's name, the path of a scenario's TOML, or a run folder.
        title: The title of the ranking.
        weights: Weights of indicators or dimensions, relative to each other, 1 by default: by name (a dict, a series, a
            frame), or in the order of the columns (a list, an array); or the name of an installed weighting method.
        direction: 1 ("higher", "max", "benefit") if more of an indicator is better, -1 ("lower", "min", "cost") if less
            is: by name, in the order of the columns, or one for all; or the names of the indicators of which less is
            better. By default inferred from the indicator's name.
        dimensions: The indicators of each dimension.
        groups: Columns of groups, such as the country.
        year: The column of years; or the year to rank.
        unit: The column that identifies the units, or their names in the order of the rows.
        name: The column of the units' names.
        indicators: The columns of values; all others are left out.
        exclude: Columns to leave out.
        titles: Readable names of indicators.
        treatment: Treatments of indicators, or one for all, by an installed name, or `none`.
        normalisation: An installed method's name.
        weighting: An installed method's name.
        aggregation: An installed method's name.
        weight_uncertainty: The share (0 to 1) by which each weight may vary, for ranks with intervals; 0 for none.
        doubt: All that is uncertain: "any" for any weights, a share as in `weight_uncertainty`, or a table of the keys
            of `[robustness]`, such as `{"exclude": True, "noise": {"income": 0.1}}`. A scenario keeps its other keys.
        inputs: Of a scenario, tables for inputs of the source `records` in place of their files: a table of polars,
            DuckDB, Ibis, Spark, pyarrow or pandas, lazy or not. The engine that owns a lazy table counts its rows; only
            sums are collected.
        sample: Whether sources read their samples.
        ranges: Whether ranks have ranges, where something is uncertain; they take most of the time.
        draws: The number of draws; by default that of the scenario, else `auto`, as many as make ranges precise.
        seconds: The time after which no further draws are made.
        progress: Called now and then with the number of draws made, the number wanted (None if unknown), and a frame of
            the ranges so far, the best unit first: `edition`, `unit`, `rank`, `low` and `high`.

    Raises:
        HubrankError: All errors at once, with the texts of the command line; `problems` lists them.
    """
    said = {key: value for key, value in locals().items() if key in _CHOICES and value is not None}
    if isinstance(what, Ranked):
        return what.with_(ranges=ranges, draws=draws, seconds=seconds, progress=progress, **said)
    budget = Budget(draws=draws, seconds=seconds, listener=progress)
    _refuse_idle(ranges, budget)
    said = stated(said)
    if said.get("weights") and said.get("weighting", "fixed") != "fixed":
        raise UsageError(f"weights: '{said['weighting']}' computes its own; give only one of weights and weighting")
    return _ranked(source_of(what, said), what, said, sample=sample, ranges=ranges, budget=budget)


def _refuse_idle(ranges: bool, budget: Budget) -> None:
    if not ranges and (budget.given or budget.listener is not None):
        raise UsageError("ranges=False makes no draws; leave out draws, seconds and progress")


#: The choices for a ranking; the others are on how it is computed.
_CHOICES = tuple(
    name
    for name in inspect.signature(rank).parameters
    if name not in ("what", "sample", "ranges", "draws", "seconds", "progress")
)


def read(folder: Path | str) -> Ranked:
    """Open a run folder that `save` or `hubrank rank --output` wrote; nothing is measured again.

    Raises:
        UsageError: It is not a run folder.
    """
    if not isinstance(folder, str | Path) or run_folder(str(folder), Registry.of_commands()) is None:
        name = folder if isinstance(folder, str | Path) else type(folder).__name__
        raise UsageError(f"{name}: is not a run folder; hubrank.rank ranks a scenario or a table")
    return rank(folder)


def _ranked(
    source: Source,
    what: Any,
    said: Mapping[str, Any],
    *,
    sample: bool,
    ranges: bool,
    budget: Budget,
    before: Ranking | None = None,
) -> Ranked:
    """Rank a source, to which choices were applied, after another ranking, if there is one."""
    cache = Cache.default() if source.draft is None else None
    try:
        with listening(), progress("loading") as tell:
            ranking = rank_with_intervals(
                source.name, sample=sample, ranges=ranges, budget=budget, cache=cache, progress=tell, before=before
            )
    except ScenarioError as error:
        if source.draft is None:
            raise
        wrong = (evolve(item, line=None, file=None) for item in error.problems)  # no one wrote this scenario's lines
        raise ScenarioError(str(what) if isinstance(what, str | Path) else "the table", wrong) from error
    if before is None:
        ranking = evolve(ranking, kept_draws=KeptDraws())
    name, kept = source.draft or str(what), evolve(budget, listener=None)
    return Ranked(ranking=ranking, what=name, source=source, said=said, sample=sample, ranges=ranges, budget=kept)
