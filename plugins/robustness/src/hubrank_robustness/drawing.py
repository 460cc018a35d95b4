"""Draws counted here, or by the draw counter that the command line names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hubrank import grouped, marked, worded
from hubrank.front import installed_part
from hubrank.robustness import Outcome, Tally, analysis_of, assess

if TYPE_CHECKING:
    from hubrank import Measurement, Ranking
    from hubrank.front import Progress
    from hubrank.robustness import Analysis

    from hubrank_robustness.asked import Draw


def drawn(ranking: Ranking, measurements: tuple[Measurement, ...], how: Draw, tell: Progress) -> Outcome:
    """Draw a ranking again and again.

    Args:
        ranking: The ranking as the scenario has it.
        measurements: What was measured, for each alternative of the vintage.
        how: What the command line asks.
        tell: Told what is being done, and how far it is.

    Raises:
        UsageError: There is no draw counter of the name, or two distributions bring it.
        PluginError: The draw counter failed, or counted something else.
    """
    if how.count_with is None:
        return assess(
            ranking,
            measurements,
            draws=how.draws,
            precision=how.precision,
            seed=how.seed,
            engine=how.engine,
            cores=how.cores,
            progress=tell,
        )
    name, _colon, address = how.count_with.partition(":")
    counter = installed_part("draw counter", name)
    analysis = analysis_of(ranking.plan, measurements, seed=how.seed, engine=how.engine)
    tell(worded("drawing, counted with {plugin}", plugin=name))
    tally = _counted(counter, analysis, analysis.wanted(how.draws), address)
    return Outcome(ranking=ranking, counter=analysis.counter, tally=tally)


def _counted(counter: Any, analysis: Analysis, draws: int, address: str) -> Tally:
    """What an installed draw counter counts.

    Raises:
        PluginError: It raised, or gave no tally of as many draws.
    """
    tally = counter.call("count", analysis, draws, address)
    if not isinstance(tally, Tally):
        raise counter.broke(worded("count returned {kind} instead of a Tally", kind=type(tally).__name__))
    if tally.draws != draws:
        what = marked("count returned {counted} draws instead of {wanted}")
        raise counter.broke(worded(what, counted=grouped(tally.draws), wanted=grouped(draws)))
    return tally
