"""From a name on the command line to a ranking."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve

from hubrank.errors import PluginError, Problem, ScenarioError, UndrawnError, UsageError, did_you_mean, shorten_list
from hubrank.io.cache import Cache
from hubrank.io.tables import table_kind
from hubrank.io.write import is_there, steadily
from hubrank.measurement.figures import measure
from hubrank.measurement.measurement import Measurement
from hubrank.plugin.registry import Registry
from hubrank.progress import Progress, no_progress
from hubrank.ranking.kept import KeptDraws, same_but_for_weights, same_draws, same_measurement
from hubrank.ranking.ranking import Ranking, compose
from hubrank.results.kept_ranges import ranges_key, restored, stored
from hubrank.results.load import read_measurement
from hubrank.results.save import is_run
from hubrank.scenario.load import MalformedError, load
from hubrank.scenario.plan import Plan
from hubrank.scenario.region import SCENARIO, is_region
from hubrank.scenario.resolve import problems_of_tables, resolve, with_others

if TYPE_CHECKING:
    from hubrank.uncertainty.budget import Budget


def run_folder(scenario: str, registry: Registry) -> Path | None:
    """The run folder that the command line names; None if it names a scenario.

    Raises:
        UsageError: It is a folder, but neither a run folder nor a region's, and has no scenario.
    """
    folder = Path(scenario)
    if scenario in registry.names("scenario") or not is_there(folder) or not folder.is_dir():
        return None
    if not is_run(folder):
        if is_region(folder) or is_there(folder / SCENARIO):
            return None
        there = sorted(item.name for item in folder.iterdir() if item.suffix == ".toml" or table_kind(item.name))
        what = f"it holds {shorten_list(there, 6)}; `hubrank start` makes a scenario of tables" if there else ""
        raise UsageError(
            f"{scenario}: is a folder without a {SCENARIO}; {what or 'specify a scenario or a .toml file'}"
        )
    return folder


def plan_of(
    scenario: str, registry: Registry, sample: bool = False, *, tables: bool = False, before: Plan | None = None
) -> Plan:
    """Load and resolve the scenario of a command line.

    Args:
        scenario: An installed scenario's name, a path to a TOML, or a run folder.
        registry: The installed components.
        sample: Whether sources read their samples.
        tables: Whether the headers of the tables that come with a scenario are checked too.
        before: Another plan, whose units are kept if they are chosen in the same way.

    Raises:
        ScenarioError: All errors of the scenario: of its form, its names and its tables.
    """
    folder = run_folder(scenario, registry)
    if folder is not None:
        return resolve(load(folder / SCENARIO, registry, measured=True), registry, before=before)
    try:
        loaded = load(scenario, registry)
    except MalformedError as error:
        raise with_others(error, error, registry) from error
    try:
        plan = resolve(loaded, registry, sample, before)
    except ScenarioError as error:
        raise with_others(error, loaded, registry) from error
    if tables and (found := problems_of_tables(loaded, registry)):
        raise loaded.error(found)
    return plan


def rank(
    scenario: str,
    registry: Registry | None = None,
    *,
    sample: bool = False,
    cache: Cache | None = None,
    progress: Progress = no_progress,
    before: Ranking | None = None,
) -> Ranking:
    """Rank the scenario of a command line.

    Args:
        scenario: An installed scenario's name, a path to a TOML, or a run folder, which is not measured again.
        registry: The installed components; looked up by default.
        sample: Whether sources read their samples.
        cache: The cache of counted rows; None for no cache.
        progress: Called with the task and its progress.
        before: Another ranking; what this one has in common with it is neither read nor computed again.
    """
    registry = registry or Registry.installed()
    if (folder := run_folder(scenario, registry)) is None:
        plan = plan_of(scenario, registry, sample, before=before.plan if before else None)
        try:
            if before is not None and same_measurement(plan, before.plan):
                measured = before.measurement
            else:
                measured = measure(plan, cache, progress)
        except ScenarioError as error:
            others = [] if sample else problems_of_tables(plan.loaded, registry)
            raise plan.loaded.error(dict.fromkeys([*error.problems, *others])) from error
    else:
        progress("reading the run")

        def read() -> tuple[Plan, Measurement]:
            plan = plan_of(scenario, registry, before=before.plan if before else None)
            return plan, read_measurement(plan, folder)

        plan, measured = steadily(folder, read)
    progress("composing")
    return compose(plan, measured, before=before)


def rank_with_intervals(
    scenario: str,
    *,
    sample: bool = False,
    draw: int | None = None,
    ranges: bool = True,
    budget: Budget | None = None,
    cache: Cache | None = None,
    progress: Progress = no_progress,
    before: Ranking | None = None,
) -> Ranking:
    """Rank as `rank` does, each rank with its interval where the scenario has `[robustness]`, or one of its draws.

    Where draws cannot be made the ranks have no intervals, and a caveat says why.

    Raises:
        ScenarioError: A draw, or a number of draws, is asked for, and the scenario has no `[robustness]`.
    """
    from hubrank.uncertainty.analysis import analysis_of, refuse_undrawn
    from hubrank.uncertainty.outcome import assess, replay, with_intervals, without_intervals

    registry = Registry.installed()
    ranking = rank(scenario, registry, sample=sample, cache=cache, progress=progress, before=before)
    alike = before is not None and same_draws(ranking, before)
    reweighted = before is not None and alike and same_but_for_weights(ranking.plan, before.plan)
    if before is not None:
        kept_draws = before.kept_draws if alike else None
        ranking = evolve(ranking, kept_draws=KeptDraws.after(kept_draws, reweighted=reweighted))
    if draw is None and (not ranges or ranking.plan.uncertainties is None):
        if ranges and budget is not None and budget.given:
            refuse_undrawn(ranking.plan)
        return ranking
    try:
        measurements = _vintages(ranking, scenario, registry, cache, progress)
        if draw is not None:
            return replay(analysis_of(ranking.plan, measurements, closely=False), draw)
        key = "" if cache is None or before is not None else ranges_key(ranking.plan, measurements, budget)
        if cache is not None and key and (known := cache.get(key)) is not None:
            return restored(ranking, *known)
        outcome = assess(ranking, measurements, budget=budget, closely=False, progress=progress)
    except (UndrawnError, PluginError) as error:
        if draw is not None:
            raise
        return without_intervals(ranking, error)
    progress("comparing moves")
    if outcome.interrupted:
        raise KeyboardInterrupt
    drawn = before.drawn if before is not None and reweighted else None
    surely = drawn is not None and outcome.draws <= drawn.draws  # as many could be made before
    later = surely and bool(outcome.analysis.design.uncertainties.figures)
    ranged = with_intervals(ranking, outcome, joint_later=later)
    if cache is not None and key and not ranged.ranges_note:
        cache.put(key, *stored(ranged))
    return ranged


def ranked_with_vintages(
    scenario: str,
    registry: Registry | None = None,
    *,
    sample: bool = False,
    cache: Cache | None = None,
    progress: Progress = no_progress,
) -> tuple[Ranking, tuple[Measurement, ...]]:
    """Rank as `rank` does; and one measurement, or one for each alternative of the data lag where it is uncertain.

    Raises:
        UndrawnError: A run folder holds one vintage only.
    """
    registry = registry or Registry.installed()
    ranking = rank(scenario, registry, sample=sample, cache=cache, progress=progress)
    return ranking, _vintages(ranking, scenario, registry, cache, progress)


def _vintages(
    ranking: Ranking, scenario: str, registry: Registry, cache: Cache | None, progress: Progress
) -> tuple[Measurement, ...]:
    from hubrank.uncertainty.outcome import vintages

    uncertainties = ranking.plan.uncertainties
    varied = uncertainties is not None and any(item.name == "data_lag" for item in uncertainties.discrete)
    if varied and run_folder(scenario, registry) is not None:
        what = "a run folder contains one vintage, but draws need more"
        raise UndrawnError(scenario, [Problem("robustness.data_lag", what)])
    return vintages(ranking.plan, ranking.measurement, cache, progress)


def edition_of(ranking: Ranking, edition: int | None) -> int:
    """The position of an edition, of the last by default; a `UsageError` if there is no such edition."""
    if edition is None:
        return len(ranking.editions) - 1
    if edition not in ranking.editions:
        raise UsageError(f"there is no edition {edition}{did_you_mean(str(edition), map(str, ranking.editions))}")
    return ranking.editions.index(edition)


def unit_of(ranking: Ranking, text: str) -> int:
    """The position of a unit by its code, name or alias; a `UsageError` if there is none, or more than one."""
    return ranking.plan.units.units.by_name.position(text)
