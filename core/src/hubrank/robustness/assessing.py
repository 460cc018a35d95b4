"""From a plan to an outcome, and from one draw's number to its ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import numpy as np

from hubrank.basis.errors import PluginError, UndrawnError, UsageError
from hubrank.basis.language import worded
from hubrank.basis.progress import Progress, no_progress
from hubrank.composing.compose import compose
from hubrank.composing.ranges import FewerDraws, NoDraws, Note
from hubrank.measuring.measure import measure
from hubrank.robustness.analysis import Analysis, analysis_of, run, run_to_precision
from hubrank.robustness.draws import noisy_values
from hubrank.robustness.moving import moves_alike
from hubrank.robustness.outcomes import HIGH, LOW, Outcome, marks_of, standard_error
from hubrank.robustness.programs import weigher

if TYPE_CHECKING:
    from hubrank.composing.ranking import Ranking
    from hubrank.measuring.cache import Cache
    from hubrank.measuring.measurement import Measurement
    from hubrank.scenario.plan import Plan

#: A run that stops by precision makes so many draws at most.
MOST_DRAWS = 100_000_000


def vintages(
    plan: Plan, measurement: Measurement, cache: Cache | None = None, progress: Progress = no_progress
) -> tuple[Measurement, ...]:
    """What was measured for each alternative of the vintage; one measurement where there is none.

    Args:
        plan: The plan.
        measurement: What was measured for the scenario as it is.
        cache: Where counted rows are kept.
        progress: Told what is being done, and how far it is.
    """
    uncertainties = plan.uncertainties
    source = (
        None
        if uncertainties is None
        else next((each for each in uncertainties.discrete if each.name == "vintage"), None)
    )
    if source is None:
        return (measurement,)
    return tuple(
        measurement if label.startswith("0 ") else measure(change(plan), cache, progress)
        for label, change in zip(source.labels, source.changes, strict=True)
    )


def assess(
    ranking: Ranking,
    measurements: tuple[Measurement, ...],
    *,
    draws: int | None = None,
    precision: float | None = None,
    seed: int | None = None,
    closely: bool = True,
    engine: str = "numpy",
    cores: int | None = None,
    progress: Progress = no_progress,
) -> Outcome:
    """Draw a ranking again and again.

    Args:
        ranking: The ranking as the scenario has it; its plan has uncertainties.
        measurements: What was measured, for each alternative of the vintage.
        draws: How many draws; as many as the scenario says by default.
        precision: In place of a number of draws, the largest standard error of a probability.
        seed: In place of the scenario's.
        closely: Whether scores, pairs and changes are counted in addition to ranks.
        engine: `numpy` or `kernel`.
        cores: How many cores to use; all by default.
        progress: Told what is being done, and how far it is.

    Raises:
        ScenarioError: Alternatives cannot be had together, or constraints leave no room for weights.
    """
    progress(worded("preparing draws"))
    analysis = analysis_of(ranking.plan, measurements, seed=seed, closely=closely, engine=engine)
    if precision is not None:
        bins = analysis.counter.bins
        marks = marks_of(ranking)
        counted = run_to_precision(
            analysis,
            precision,
            lambda tally: standard_error(tally, bins, marks),
            most=MOST_DRAWS,
            cores=cores,
            progress=progress,
        )
    else:
        counted = run(analysis, analysis.wanted(draws), cores=cores, progress=progress)
    return Outcome(ranking=ranking, counter=analysis.counter, tally=counted.tally, interrupted=counted.interrupted)


def with_intervals(ranking: Ranking, outcome: Outcome) -> Ranking:
    """The ranking with each rank's interval and what the draws say of its moves; fewer draws than wanted are told."""
    wanted = outcome.analysis.design.uncertainties.choice.draws
    note: Note = ""
    if outcome.draws < wanted and (method := outcome.counter.one_by_one()):
        note = FewerDraws(draws=outcome.draws, wanted=wanted, method=method)
    alike = moves_alike(outcome.analysis, ranking, outcome.draws)
    return attrs.evolve(ranking, low=outcome.rank(LOW), high=outcome.rank(HIGH), alike=alike, ranges_note=note)


def without_intervals(ranking: Ranking, error: UndrawnError | PluginError) -> Ranking:
    """The ranking without intervals, and why it has none."""
    said = "; ".join(map(str, error.problems)) if isinstance(error, UndrawnError) else str(error)
    return attrs.evolve(ranking, ranges_note=NoDraws(reason=said))


def replay(analysis: Analysis, number: int) -> Ranking:
    """The ranking of one draw, made by `compose` from what the draw varied.

    Args:
        analysis: The draws.
        number: The draw's number, from 1.

    Raises:
        UsageError: There is no draw with that number.
    """
    if number < 1:
        raise UsageError(worded("draws are numbered from 1; got {number}", number=number))
    draw = analysis.design.draw(number)
    choice = tuple(int(at) for at in draw.choices[:, 0])
    variant = analysis.variants[choice] if choice else analysis.variants.nominal()
    uncertainties = analysis.design.uncertainties
    vintage = next((at for at, source in enumerate(uncertainties.discrete) if source.name == "vintage"), None)
    measurement = analysis.variants.measurements[0 if vintage is None else choice[vintage]]
    if draw.noise is not None:
        values, first = measurement.values.copy(), analysis.variants.measurements[0]
        values[..., list(variant.columns)] = noisy_values(variant, uncertainties, first, draw.noise)[0]
        measurement = attrs.evolve(measurement, values=values)
    raw = np.asarray(draw.raw, dtype=float)
    return compose(analysis.variants.plan_of(choice), measurement, weigher(analysis.design.weights, raw))
