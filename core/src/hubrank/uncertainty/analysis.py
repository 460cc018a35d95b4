"""Counting draws: block by block, on every core, until there are enough, or until interrupted."""

from __future__ import annotations

import contextlib
import contextvars
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import Any

import numpy as np
from attrs import define, field, frozen
from threadpoolctl import threadpool_limits

from hubrank.errors import Problem
from hubrank.measurement.measurement import Measurement
from hubrank.progress import Progress, no_progress
from hubrank.scenario.plan import Plan, Uncertainties
from hubrank.uncertainty.engine import Analysis, Bins, Tally, locals_of
from hubrank.uncertainty.sampling import design_of
from hubrank.uncertainty.variants import Variants

#: The first round of blocks where draws stop by precision; each round doubles what there is.
_FIRST_ROUND = 4


@frozen(kw_only=True, eq=False)
class Counted:
    """What was counted.

    Attributes:
        tally: The counts.
        interrupted: Whether it was stopped before all draws were made.
    """

    tally: Tally
    interrupted: bool = False


def analysis_of(
    plan: Plan, measurements: tuple[Measurement, ...], *, seed: int | None = None, closely: bool = True
) -> Analysis:
    """Prepare a plan's draws.

    Args:
        plan: A plan with uncertainties.
        measurements: What was measured, for each alternative of the vintage.
        seed: In place of the scenario's.
        closely: Whether scores, pairs and changes are counted in addition to ranks.

    Raises:
        ScenarioError: Alternatives cannot be had together, or constraints leave no room for weights.
    """
    uncertainties = plan.uncertainties
    if uncertainties is None:
        problem = "missing; set what is uncertain, e.g. weights = 0.25"
        raise plan.loaded.error([Problem("robustness", problem)])
    _check_errors(plan, uncertainties, measurements[0])
    variants = Variants(plan=plan, uncertainties=uncertainties, measurements=measurements)
    design, nominal = design_of(plan, uncertainties, seed), variants.nominal()
    shape = nominal.scores.shape
    made = Analysis(
        variants=variants,
        design=design,
        bins=Bins.of(shape[1], plan.scenario.ranking),
        nominal=locals_of(nominal, design.weights),
        closely=closely,
        low=np.full(shape, np.inf),
        high=np.full(shape, -np.inf),
    )
    if closely:
        made.explore()
    return made


def _check_errors(plan: Plan, uncertainties: Uncertainties, measurement: Measurement) -> None:
    """Refuse values whose standard error is missing or negative."""
    problems = []
    for each in uncertainties.noise:
        error = each.uncertainty.standard_error
        if error is None:
            continue
        values = measurement.values[..., measurement.indicators.index(each.indicator)]
        errors = measurement.values[..., measurement.indicators.index(error)]
        bad = int((~np.isnan(values) & ~(errors >= 0)).sum())
        if bad:
            what = f"'{error}' is missing or negative for {bad:,} values of '{each.indicator}'"
            problems.append(Problem(f"robustness.noise.{each.indicator}", what))
    if problems:
        raise plan.loaded.error(problems)


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
    wanted = sum(min(size, draws - block * size) for block in blocks)
    what, unit = "drawing", "draws"
    return _count(analysis, blocks, draws, cores, lambda done: progress(what, done, wanted, unit))


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
    what, unit = "drawing", "draws"

    def report(more: int) -> None:
        progress(what, done * size + more, needed, unit)

    while True:
        last = min(target, -(-most // size))
        counted = _count(analysis, range(done, last), most, cores, report)
        tally.add(counted.tally)
        done = last
        reached = error(tally)
        if counted.interrupted or reached <= precision or done * size >= most:
            return Counted(tally=tally, interrupted=counted.interrupted)
        enough = done * (reached / precision) ** 2
        needed = size * enough
        target = max(done + 1, min(2 * done, int(np.ceil(enough))))


def available_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _count(analysis: Analysis, blocks: range, draws: int, cores: int | None, report: Callable[[int], None]) -> Counted:
    """Count blocks on several threads; each adds to a tally of its own, and whole numbers add up in any order."""
    threads = max(1, min(cores or available_cores(), len(blocks)))
    span = max(1, min(analysis.span, -(-len(blocks) // threads)))
    spans = _Spans([blocks[start : start + span] for start in range(0, len(blocks), span)], report)
    tally, interrupted = analysis.empty(), False
    with threadpool_limits(1, user_api="blas"):
        if threads == 1:
            try:
                _count_spans(analysis, spans, draws, tally)
            except KeyboardInterrupt:
                interrupted = True
            return Counted(tally=tally, interrupted=interrupted)
        with ThreadPoolExecutor(threads) as pool:
            jobs: list[Future[Tally]] = []
            try:
                for _ in range(threads):
                    context = (
                        contextvars.copy_context()
                    )  # what a method says in a thread is in the language spoken here
                    jobs.append(pool.submit(context.run, _count_spans, analysis, spans, draws, analysis.empty()))
                for job in as_completed(jobs):
                    job.result()
            except KeyboardInterrupt:
                interrupted = True
                spans.stop.set()
            except BaseException:
                spans.stop.set()
                raise
            for job in jobs:
                tally.add(job.result())
    return Counted(tally=tally, interrupted=interrupted)


def _count_spans(analysis: Analysis, spans: _Spans, draws: int, tally: Tally) -> Tally:
    """What one thread counts; where it is stopped, what it has counted by then."""
    with contextlib.suppress(_StoppedError):
        for blocks in spans:
            analysis.add(tally, blocks, draws, spans.report)
    return tally


class _StoppedError(Exception):
    """A thread was told to stop while a span was prepared or, of slow methods, before what it counted was added."""


@define(eq=False)
class _Spans:
    """Hands out spans of blocks to whichever thread asks, until told to stop, and tells how many draws are counted."""

    spans: list[range]
    counted: Callable[[int], None]
    stop: threading.Event = field(factory=threading.Event)
    _lock: Any = field(factory=threading.Lock)
    _next: int = 0
    _draws: int = 0

    def __iter__(self) -> Iterator[range]:
        while not self.stop.is_set():
            with self._lock:
                at, self._next = self._next, self._next + 1
            if at >= len(self.spans):
                return
            yield self.spans[at]

    def report(self, draws: int) -> None:
        """Note that so many more draws are counted; none where the span can be stopped.

        Raises:
            _StoppedError: It was told to stop.
        """
        if not draws and self.stop.is_set():
            raise _StoppedError
        with self._lock:
            self._draws += draws
            self.counted(self._draws)
