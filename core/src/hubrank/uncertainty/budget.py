"""How many draws are made: a number, as many as make the bounds of ranges precise, or until the time is over.

By default draws go on until the bounds hardly move any more, or until a budget of work is spent. Both depend on counts
alone, so that the results are the same on any machine; only `seconds` asks the clock.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Integral, Real
from time import monotonic
from typing import Literal

import numpy as np
import pandas as pd
from attrs import field, frozen

from hubrank.errors import UsageError
from hubrank.io.limits import chosen, limits
from hubrank.progress import Progress, no_progress
from hubrank.ranking.intervals import FALSE_SHARE
from hubrank.uncertainty.analysis import Counted, run, run_until
from hubrank.uncertainty.engine import ONE_BY_ONE, Analysis
from hubrank.uncertainty.tally import Tally

#: A number of draws, as many as it takes, or what the scenario says.
Wanted = int | Literal["auto"] | None
#: Called with the draws made, those wanted and the ranges so far.
Listener = Callable[[int, int | None, pd.DataFrame], object]

#: The fewest draws that are judged, and the most if a draw costs little.
LEAST, MOST = 1024, 16_384
#: The fewest draws if each costs much: one of them is beyond either bound of a range twice in twenty.
_FEWEST = 128
#: The most draws of a run that stops by precision or by the clock.
MOST_DRAWS = 100_000_000
#: The budget of work, in numbers as `work` weighs them: about as many nanoseconds.
_WORK = 600_000_000
#: The weights of numbers: of ranking a unit, and of a value that is summed, drawn, or composed by the methods.
_RANKED, _SUMMED, _DRAWN, _COMPOSED = 20.0, 0.1, 25.0, 100.0


@frozen(kw_only=True)
class Budget:
    """What ends the draws.

    Attributes:
        draws: The number of draws; by default that of the scenario, `auto` unless it says otherwise.
        seconds: The time after which no further draws are made.
        listener: Called after some draws, and after each round, with their number, the number wanted (None if that is
            unknown), and the ranges so far: `edition`, `unit`, `rank`, `low` and `high`, best first.
    """

    draws: Wanted = None
    seconds: float | None = None
    listener: Listener | None = None
    _started: float = field(init=False)

    @_started.default
    def _now(self) -> float:
        return monotonic()

    def __attrs_post_init__(self) -> None:
        given = self.draws
        whole = isinstance(given, Integral) and not isinstance(given, bool)
        if given not in (None, "auto") and not (whole and int(given) >= 1):
            raise UsageError(f"draws: must be a whole number from 1, or auto; got {given!r}")
        if (time := self.seconds) is not None and not (isinstance(time, Real) and time is not True and time > 0):
            raise UsageError(f"seconds: must be a number above 0; got {time!r}")
        if self.listener is not None and not callable(self.listener):
            what = "a function of the draws made, those wanted and the ranges"
            raise UsageError(f"progress: must be {what}; got {self.listener!r:.60}")

    @property
    def given(self) -> bool:
        """Whether it says more than the scenario does."""
        return self.draws is not None or self.seconds is not None

    @property
    def _used(self) -> float:
        """The share of the time that is over."""
        return 0.0 if self.seconds is None else (monotonic() - self._started) / self.seconds

    def count(
        self,
        analysis: Analysis,
        lacks: Callable[[Tally], float],
        ranges: Callable[[Tally], pd.DataFrame],
        *,
        cores: int | None = None,
        progress: Progress = no_progress,
    ) -> Counted:
        """Make the draws.

        Args:
            lacks: The factor by which the bounds of a tally's ranges are less precise than they should be.
            ranges: The ranges of a tally, for the listener.

        Raises:
            UsageError: More draws are asked for than are allowed.
        """
        by_clock, alone = self.seconds is not None, self.draws is None
        draws = allowed_draws(analysis) if by_clock and alone else analysis.wanted(self.draws)
        if draws != "auto" and not by_clock and self.listener is None:
            return run(analysis, draws, cores=cores, progress=progress)
        step = analysis.design.step
        most = most_draws(analysis) if draws == "auto" else draws
        tested = draws_for_moves(analysis)

        def missing(tally: Tally) -> float:
            if self._used >= 1:
                return 0.0
            return max(lacks(tally), math.sqrt(tested / tally.draws)) if draws == "auto" else math.inf

        def after(done: int) -> int:
            """Twice as many; by the clock as many as there is time for, if these are fewer."""
            return done + min(done, int(done * (1 / self._used - 1))) if by_clock else 2 * done

        def heard(tally: Tally, needed: int) -> None:
            if self.listener is not None:
                known = needed if draws == "auto" else draws
                self.listener(tally.draws, None if by_clock and alone else known, ranges(tally))

        return run_until(
            analysis,
            missing,
            most=most,
            first=step if by_clock else -(-min(LEAST, most) // step) * step,
            step=step,
            after=after,
            heard=heard if self.listener else None,
            cores=cores,
            progress=progress,
        )


def most_draws(analysis: Analysis) -> int:
    """The most draws that the budget of work pays for, in whole steps unless there is not one."""
    step = analysis.design.step
    paid = ONE_BY_ONE if analysis.one_by_one() else max(_FEWEST, _WORK / work(analysis))
    most = int(min(paid, max(MOST, draws_for_moves(analysis)), allowed_draws(analysis)))
    return most // step * step or most


def allowed_draws(analysis: Analysis) -> int:
    """The most draws that the limits allow, of those that end by precision or by the clock."""
    scenario = analysis.variants.plan.scenario
    with chosen(scenario.limits.changes):
        allowed = limits()
    values = analysis.low.shape[1] * len(scenario.indicators)
    return max(1, int(min(MOST_DRAWS, allowed.draws, allowed.drawn / values)))


def work(analysis: Analysis) -> float:
    """The numbers that a draw computes, weighted by what each costs."""
    plan = analysis.variants.plan
    summed = _SUMMED if all(item.mean is not None for item in analysis.programs()) else _COMPOSED
    drawn = _DRAWN if analysis.design.uncertainties.figures else 0.0
    return analysis.low.size * (_RANKED + len(plan.ranked) * (summed + drawn))


def draws_for_moves(analysis: Analysis) -> int:
    """The draws that make a single rank change between two editions significant; 0 if none is tested."""
    editions, units = map(int, analysis.low.shape)
    if editions < 2 or not analysis.design.uncertainties.estimated:
        return 0
    return math.ceil(2 * units * math.fsum(1 / np.arange(1, units + 1)) / FALSE_SHARE)
