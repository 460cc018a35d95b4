"""Counting draws: block by block, on every core, until there are enough, or until interrupted."""

from __future__ import annotations

import contextlib
import contextvars
import math
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from typing import NoReturn

import numpy as np
from attrs import frozen
from threadpoolctl import threadpool_limits

from hubrank.errors import Problem
from hubrank.measurement.measurement import Measurement
from hubrank.numeric import Array
from hubrank.progress import Progress, no_progress
from hubrank.ranking.kept import KeptDraws
from hubrank.scenario.plan import Plan
from hubrank.uncertainty.engine import Analysis, Report
from hubrank.uncertainty.programs import locals_of
from hubrank.uncertainty.sampling import Design, Draws, ErrorDraws, cells_of, rows_of, weight_sampler
from hubrank.uncertainty.tally import Bins, Tally
from hubrank.uncertainty.variants import Variants

#: The first round of blocks if draws stop by precision; each round doubles their number.
_FIRST_ROUND = 4
#: The draws of each combination of alternatives that are counted together, if there are enough blocks of this number.
_DRAWS_OF_EACH = 1024
_MOST_BLOCKS = 16
#: The most ranks of draws computed, the fewest draws, and the most ranks held at a time.
_MOST_RANKS, _LEAST_RANKED, _PIECE = 20_000_000, 100, 1_000_000
#: The most drawn values that a closer analysis keeps for itself: it looks at its first draws three times.
_KEPT = 20_000_000


class _StoppedError(Exception):
    """A thread was stopped while a span was prepared or, with slow methods, before its counts were added."""


@frozen(kw_only=True, eq=False)
class Counted:
    """The counts, and whether they were stopped before all draws were made."""

    tally: Tally
    interrupted: bool = False


def analysis_of(
    plan: Plan,
    measurements: tuple[Measurement, ...],
    *,
    seed: int | None = None,
    closely: bool = True,
    errors: ErrorDraws = "posterior",
    kept: KeptDraws | None = None,
) -> Analysis:
    """Prepare a plan's draws.

    Args:
        errors: Whether true values are drawn given the measured ones, or measured ones `around` themselves.
        kept: What draws of a ranking with the same values and errors have made, and the place of more of it.

    Raises:
        ScenarioError: Alternatives cannot be had together, or constraints leave no space for weights.
    """
    uncertainties = plan.uncertainties
    if uncertainties is None:
        refuse_undrawn(plan)
    problems, measured = [], measurements[0]
    for item in uncertainties.noise:
        if (error := item.uncertainty.standard_error) is not None:
            values = measured.values[..., measured.indicators.index(item.indicator)]
            sizes = measured.values[..., measured.indicators.index(error)]
            if bad := int((~np.isnan(values) & ~(sizes >= 0)).sum()):
                what = f"'{error}' is missing or negative for {bad:,} values of '{item.indicator}'"
                problems.append(Problem(f"robustness.noise.{item.indicator}", what))
    problems += [
        Problem(f"robustness.error.{item.indicator}", "was not measured with the values; rank the scenario again")
        for item in uncertainties.errors
        if item.indicator not in measured.errors
    ]
    if problems:
        raise plan.loaded.error(problems)
    variants = Variants(plan=plan, uncertainties=uncertainties, measurements=measurements)
    nominal = variants[()]
    design = Design(
        uncertainties=uncertainties,
        weights=weight_sampler(plan, uncertainties.weights),
        seed=uncertainties.choice.seed if seed is None else seed,
        cells=cells_of(uncertainties, len(plan.editions), len(plan.units.units)),
        rows=rows_of(uncertainties.errors, len(plan.editions)),
        errors=errors,
    )
    shape = nominal.scores.shape
    result = Analysis(
        variants=variants,
        design=design,
        bins=Bins.of(shape[1], plan.scenario.ranking),
        nominal=locals_of(nominal, design.weights),
        closely=closely,
        low=np.full(shape, np.inf),
        high=np.full(shape, -np.inf),
        kept=kept or KeptDraws(most=_KEPT if closely else 0),
    )
    if closely:
        result.explore()
    return result


def refuse_undrawn(plan: Plan) -> NoReturn:
    """Refuse draws of a scenario without uncertainty: a `ScenarioError`."""
    missing = "missing; set what is uncertain, e.g. weight_uncertainty = 0.25"
    raise plan.loaded.error([Problem("robustness", missing)])


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
        cores: The number of threads; by default the number of cores. The counts are the same with any number.
        shard: The number of this part and of all parts: every n-th block.
    """
    size = analysis.design.block_size
    blocks = range(shard[0] - 1, -(-draws // size), shard[1])
    wanted = sum(min(size, draws - block * size) for block in blocks)
    tally = analysis.empty()

    def tell(done: int) -> None:
        progress("drawing", done, wanted, "draws")

    return Counted(tally=tally, interrupted=_count(analysis, blocks, 0, draws, cores, tell, tally))


def run_until(
    analysis: Analysis,
    lacks: Callable[[Tally], float],
    *,
    most: int,
    first: int | None = None,
    step: int | None = None,
    after: Callable[[int], int] = lambda done: 2 * done,
    heard: Callable[[Tally, int], None] | None = None,
    cores: int | None = None,
    progress: Progress = no_progress,
) -> Counted:
    """Count draws until they are precise enough, or there are the most.

    Args:
        lacks: The factor by which the Monte Carlo error of a tally is too large; up to 1 it is precise enough.
        first: The draws of the first round; by default four blocks. Further rounds make no more than are needed.
        step: The draws whose multiples rounds end with; by default a block.
        after: The most draws of all rounds up to the next one, by those so far; by default twice as many.
        heard: Called with the tally after every round, and earlier in the first, and the draws that are wanted.
    """
    step, tally, done = step or analysis.design.block_size, analysis.empty(), 0
    needed: int | None = None
    target = first or _FIRST_ROUND * analysis.design.block_size

    def report(more: int) -> None:
        progress("drawing", done + more, needed, "draws")

    while True:
        target = min(target, most)
        while done < target:
            stop = min(max(2 * done, step), target) if heard else target
            blocks = range(done // analysis.design.block_size, -(-stop // analysis.design.block_size))
            if _count(analysis, blocks, done, stop, cores, report, tally):
                return Counted(tally=tally, interrupted=True)
            done = stop
            if heard and done < target:
                heard(tally, needed or target)
        reached = lacks(tally)
        needed = math.ceil(min(most, done * reached**2)) if reached < math.inf else None
        over = reached <= 1 or done >= most
        if heard:
            heard(tally, done if over else needed or most)
        if over:
            return Counted(tally=tally)
        wanted = after(done) if needed is None else min(after(done), needed)
        target = max(done + step, -(-wanted // step) * step)


def ranks_of_draws(analysis: Analysis, draws: int) -> Iterator[Array]:
    """The ranks of the first draws, some at a time, each `(draws, editions, units)`.

    With very many units they are of fewer: no more than 20 million ranks are made, but of 100 draws in any case.
    """
    block_size = analysis.design.block_size
    most = min(draws, max(_LEAST_RANKED, _MOST_RANKS // analysis.low.size))
    for block in range(-(-most // block_size)):
        wanted = min(block_size, most - block * block_size)
        kept = analysis.ranked.get(block)
        if kept is not None and len(kept) >= wanted:
            yield kept[:wanted]
        else:
            yield from map(analysis.ranks, draws_of(analysis, most, first=block, last=block + 1))


def draws_of(
    analysis: Analysis, draws: int, copy: int = 0, *, first: int = 0, last: int | None = None
) -> Iterator[Draws]:
    """The first draws of a copy of the design, of some blocks or all, some at a time."""
    size, step = analysis.design.block_size, max(1, _PIECE // analysis.low.size)
    for block in range(first, -(-draws // size) if last is None else last):
        drawn = analysis.block(block, copy).part(slice(0, draws - block * size))
        yield from (drawn.part(slice(start, start + step)) for start in range(0, len(drawn), step))


def scores_around(
    plan: Plan,
    measurements: tuple[Measurement, ...],
    draws: int,
    *,
    seed: int | None = None,
    kept: KeptDraws | None = None,
) -> Array:
    """The scores of the scenario's own choices for possible values: each changed by its error once more.

    Their differences from the ranking's scores are distributed as those of the ranking's from the true ones, from which
    confidence sets are made (Mogstad, Romano, Shaikh and Wilhelm 2024).

    Returns:
        `(draws, editions, units)`; NaN for the unranked.

    Raises:
        ScenarioError: As for `analysis_of`.
    """
    analysis = analysis_of(plan, measurements, seed=seed, closely=False, errors="around", kept=kept)
    design, nominal = analysis.design, analysis.ready(())
    scores = np.full((draws, *analysis.low.shape), np.nan)
    for at in range(-(-draws // design.block_size)):
        start, size = at * design.block_size, min(design.block_size, draws - at * design.block_size)
        own = Draws(
            choices=np.full((len(design.uncertainties.discrete), size), -1, dtype=np.intp),
            raw=np.tile(design.weights.certain(), (1, size)),
        )
        found = analysis.scores(nominal, analysis.with_values(own, at))
        scores.reshape(draws, -1)[start : start + size, nominal.cells] = found
    return scores


def _count(
    analysis: Analysis, blocks: range, start: int, draws: int, cores: int | None, tell: Report, tally: Tally
) -> bool:
    """Add blocks from a first draw up to a number to a tally, on several threads; whether it was interrupted.

    Each but the first adds to a tally of its own, and whole numbers add up in any order.
    """
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    threads = min(cores or available, 1 + (draws - start) // len(analysis.bins.low))  # each has a table to fill
    parts = _parts(analysis.design, blocks, range(start, draws), threads)
    spans, threads = iter(parts), max(1, min(threads, len(parts)))
    lock, stop, done = threading.Lock(), threading.Event(), 0

    def report(more: int) -> None:
        nonlocal done
        if not more and stop.is_set():
            raise _StoppedError
        with lock:
            done += more
            tell(done)

    def count(tally: Tally) -> Tally:
        with contextlib.suppress(_StoppedError):
            while not stop.is_set() and (span := next(spans, None)) is not None:
                analysis.add(tally, span[0], span[1].stop, report, start=span[1].start)
        return tally

    interrupted = False
    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        jobs: list[Future[Tally]] = []
        try:
            for number in range(threads):  # texts of a method in a thread are in the reader's language here
                own = analysis.empty() if number else tally
                jobs.append(pool.submit(contextvars.copy_context().run, count, own))
            for job in as_completed(jobs):
                job.result()
        except BaseException as error:
            stop.set()
            interrupted = isinstance(error, KeyboardInterrupt)
            if not interrupted:
                raise
        for job in jobs[1:]:
            tally.add(job.result())
    return interrupted


def _parts(design: Design, blocks: range, draws: range, threads: int) -> list[tuple[range, range]]:
    """Blocks that are counted together, so that each combination of alternatives has many draws, and which draws.

    A single block is divided among the threads, unless its numbers take long.
    """
    size, sources = design.block_size, design.uncertainties
    if len(blocks) == 1 and design.step < size:
        inside = range(max(draws.start, blocks[0] * size), min(draws.stop, blocks[0] * size + size))
        share = max(design.step, -(-len(inside) // threads))
        return [(blocks, inside[at : at + share]) for at in range(0, len(inside), share)]
    wanted = _DRAWS_OF_EACH * math.prod(len(source.labels) for source in sources.discrete)
    together = 1 if sources.figures else max(1, min(_MOST_BLOCKS, wanted // size))
    count = max(1, min(together, -(-len(blocks) // threads)))
    return [(blocks[at : at + count], draws) for at in range(0, len(blocks), count)]
