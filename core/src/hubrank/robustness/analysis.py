"""Counting draws: block by block, on every core, until there are enough, or until interrupted."""

from __future__ import annotations

import contextlib
import contextvars
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define, field, frozen
from threadpoolctl import threadpool_limits

from hubrank.basis.errors import Problem, UsageError
from hubrank.basis.language import plural, worded
from hubrank.basis.limits import chosen, exceeded
from hubrank.basis.progress import Progress, no_progress
from hubrank.robustness.blocks import Counter, Told, tell_nobody
from hubrank.robustness.draws import Design, design_of
from hubrank.robustness.tallies import Tally
from hubrank.robustness.variants import Variants

if TYPE_CHECKING:
    from hubrank.measuring.measurement import Measurement
    from hubrank.scenario.plan import Plan
    from hubrank.scenario.uncertainty.sources import Uncertainties

#: The first round of blocks where draws stop by precision; each round doubles what there is.
_FIRST_ROUND = 4
#: Where a method takes one draw at a time, a scenario that says no number on the command line gets so many at most.
ONE_BY_ONE = 1000


@frozen(kw_only=True, eq=False)
class Analysis:
    """All that is needed to count draws of a plan, here or elsewhere.

    Attributes:
        variants: The combinations of alternatives.
        design: How draws are made.
        counter: What counts a block.
    """

    variants: Variants
    design: Design
    counter: Counter

    def wanted(self, draws: int | None) -> int:
        """A number of draws; the scenario's where none is given, but no more than `ONE_BY_ONE` where that is slow.

        Raises:
            UsageError: More are asked for than are allowed.
        """
        if draws is not None:
            with chosen(self.variants.plan.scenario.limits.changes):
                refused = exceeded("draws", draws)
            if refused:
                raise UsageError(worded("the command {problem}", problem=refused))
            return draws
        said = int(self.design.uncertainties.choice.draws)
        return min(said, ONE_BY_ONE) if said > ONE_BY_ONE and self.counter.one_by_one() else said

    def empty(self) -> Tally:
        """A tally without draws."""
        return self.counter.empty()

    def count(
        self,
        spans: Iterable[Sequence[int]],
        draws: int | None = None,
        into: Tally | None = None,
        told: Told = tell_nobody,
    ) -> Tally:
        """Count spans of blocks one after another.

        Args:
            spans: The blocks of each.
            draws: How many draws there are in all; the last block is cut.
            into: What is added to.
            told: Told of draws that are counted.
        """
        tally = self.empty() if into is None else into
        for blocks in spans:
            self.counter.add(tally, blocks, draws, told)
        return tally


@frozen(kw_only=True, eq=False)
class Counted:
    """What was counted.

    Attributes:
        tally: The counts.
        interrupted: Whether it was stopped before all draws were made.
    """

    tally: Tally
    interrupted: bool = field(default=False)


def analysis_of(
    plan: Plan,
    measurements: tuple[Measurement, ...],
    *,
    seed: int | None = None,
    closely: bool = True,
    engine: str = "numpy",
) -> Analysis:
    """Prepare a plan's draws.

    Args:
        plan: A plan with uncertainties.
        measurements: What was measured, for each alternative of the vintage.
        seed: In place of the scenario's.
        closely: Whether scores, pairs and changes are counted in addition to ranks.
        engine: `numpy`, or `kernel` for the compiled one of the extra `fast`.

    Raises:
        ScenarioError: Alternatives cannot be had together, or constraints leave no room for weights.
    """
    uncertainties = _uncertainties(plan)
    _check_errors(plan, uncertainties, measurements[0])
    variants = Variants(plan=plan, uncertainties=uncertainties, measurements=measurements)
    design = design_of(plan, uncertainties, seed)
    counter = Counter.of(variants, design, closely=closely, engine=engine)
    return Analysis(variants=variants, design=design, counter=counter)


def run(
    analysis: Analysis,
    draws: int,
    *,
    cores: int | None = None,
    shard: tuple[int, int] = (1, 1),
    progress: Progress = no_progress,
) -> Counted:
    """Count a number of draws.

    Args:
        analysis: What is counted.
        draws: How many draws.
        cores: How many threads; as many as there are cores by default. The counts are the same with any number.
        shard: Which part of how many: every n-th block.
        progress: Told what is being done, and how far it is.
    """
    size = analysis.design.block_size
    blocks = range(shard[0] - 1, -(-draws // size), shard[1])
    mine = sum(min(size, draws - block * size) for block in blocks)
    what, unit = worded("drawing"), worded("draws")
    return _count(analysis, blocks, draws, cores, lambda done: progress(what, done, mine, unit))


def run_to_precision(
    analysis: Analysis,
    precision: float,
    error: Callable[[Tally], float],
    *,
    most: int,
    cores: int | None = None,
    progress: Progress = no_progress,
) -> Counted:
    """Count draws until the Monte Carlo error is small enough.

    Args:
        analysis: What is counted.
        precision: The error wanted.
        error: The error of a tally.
        most: The most draws.
        cores: How many threads.
        progress: Told what is being done, and how far it is.
    """
    tally = analysis.empty()
    size = analysis.design.block_size
    done = 0
    target = _FIRST_ROUND
    needed = None
    what, unit = worded("drawing"), worded("draws")

    def tell(more: int) -> None:
        progress(what, done * size + more, needed, unit)

    while True:
        last = min(target, -(-most // size))
        counted = _count(analysis, range(done, last), most, cores, tell)
        tally.add(counted.tally)
        done = last
        reached = error(tally)
        if counted.interrupted or reached <= precision or done * size >= most:
            return Counted(tally=tally, interrupted=counted.interrupted)
        enough = done * (reached / precision) ** 2
        needed = size * enough
        target = max(done + 1, min(2 * done, int(np.ceil(enough))))


def _count(analysis: Analysis, blocks: range, draws: int, cores: int | None, tell: Callable[[int], None]) -> Counted:
    """Count blocks on several threads; each adds to a tally of its own, and whole numbers add up in any order."""
    threads = max(1, min(cores or available_cores(), len(blocks)))
    stop = threading.Event()
    span = max(1, min(analysis.counter.span, -(-len(blocks) // threads)))
    handed = _Handed([blocks[start : start + span] for start in range(0, len(blocks), span)], tell, stop)
    with threadpool_limits(1, user_api="blas"):
        if threads == 1:
            tally = analysis.empty()
            try:
                analysis.count(handed, draws, tally, handed.done)
            except KeyboardInterrupt:
                return Counted(tally=tally, interrupted=True)
            return Counted(tally=tally)
        return _on_threads(analysis, handed, draws, threads, stop)


def _on_threads(analysis: Analysis, handed: _Handed, draws: int, threads: int, stop: threading.Event) -> Counted:
    total = analysis.empty()
    with ThreadPoolExecutor(threads) as pool:
        jobs: list[Future[Tally]] = []
        interrupted = False
        try:
            for _ in range(threads):
                speaking = contextvars.copy_context()  # what a method says in a thread is in the language spoken here
                jobs.append(pool.submit(speaking.run, _counted, analysis, handed, draws))
            for job in as_completed(jobs):
                job.result()
        except KeyboardInterrupt:
            interrupted = True
            stop.set()
        except BaseException:
            stop.set()
            raise
        for job in jobs:
            total.add(job.result())
    return Counted(tally=total, interrupted=interrupted)


def _counted(analysis: Analysis, handed: _Handed, draws: int) -> Tally:
    """What one thread counts; where it is stopped, what it has counted by then."""
    tally = analysis.empty()
    with contextlib.suppress(_StoppedError):
        analysis.count(handed, draws, tally, handed.done)
    return tally


class _StoppedError(Exception):
    """A thread was told to stop while a span was prepared or, of slow methods, before what it counted was added."""


@define(eq=False)
class _Handed:
    """Hands out spans of blocks to whichever thread asks, until told to stop, and tells how many draws are counted."""

    spans: list[range]
    tell: Callable[[int], None]
    stop: threading.Event
    _lock: Any = field(factory=threading.Lock)
    _given: list[range] = field(factory=list)
    _counted: int = 0

    def __iter__(self) -> Iterator[range]:
        while not self.stop.is_set():
            with self._lock:
                at = len(self._given)
                if at == len(self.spans):
                    return
                self._given.append(self.spans[at])
            yield self.spans[at]

    def done(self, draws: int) -> None:
        """Note that so many more draws are counted; none where the span can be stopped.

        Raises:
            _StoppedError: It was told to stop.
        """
        if not draws and self.stop.is_set():
            raise _StoppedError
        with self._lock:
            self._counted += draws
            self.tell(self._counted)


def available_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _uncertainties(plan: Plan) -> Uncertainties:
    if plan.uncertainties is None:
        told = worded("missing; set what is uncertain, e.g. {example}", example="weights = 0.25")
        raise plan.loaded.error([Problem("robustness", told)])
    return plan.uncertainties


def _check_errors(plan: Plan, uncertainties: Uncertainties, measurement: Measurement) -> None:
    """Refuse values whose standard error is missing or negative."""
    problems = []
    for each in uncertainties.noise:
        if each.uncertainty.standard_error is None:
            continue
        values = measurement.values[..., measurement.indicators.index(each.indicator)]
        errors = measurement.values[..., measurement.indicators.index(each.uncertainty.standard_error)]
        bad = int((~np.isnan(values) & ~(errors >= 0)).sum())
        if bad:
            what = plural(
                bad,
                "'{error}' is missing or negative for {count} values of '{indicator}'",
                "'{error}' is missing or negative for {count} values of '{indicator}'",
                error=each.uncertainty.standard_error,
                indicator=each.indicator,
            )
            problems.append(Problem(f"robustness.noise.{each.indicator}", what))
    if problems:
        raise plan.loaded.error(problems)
