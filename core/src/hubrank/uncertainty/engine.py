"""From scores to counts of draws: which program scores a draw, and ranks by the scenario's rules.

Only counts of draws are kept, in whole numbers, so that any parts add up to the same bytes. Packed keys cannot
represent ties and keep fewer bits than scores have. They are used if no two units of an edition tie under the
scenario's own weights and some drawn ones: scores of means are analytic functions of the weights, so two units tie
under all weights - because of the same values, up to missing ones - or, except for a set of probability 0, under none.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Literal

import attrs
import numpy as np
from attrs import Factory, field, frozen

from hubrank.errors import Problem, ScenarioError, UndrawnError, UsageError
from hubrank.io.limits import chosen, exceeded
from hubrank.methods.ranks import places
from hubrank.numeric import Array, quiet_numpy
from hubrank.ranking.kept import KeptDraws
from hubrank.ranking.ranking import ranks_of
from hubrank.ranking.stages import all_finite
from hubrank.scenario.schema import RankingSettings
from hubrank.uncertainty.fast import MOST_UNITS, Locals, count_keys, keys_of, local_shares
from hubrank.uncertainty.programs import CACHED, Edition, Program, flat_mean, locals_of
from hubrank.uncertainty.sampling import Design, Draws, noisy_values
from hubrank.uncertainty.tally import Bins, Tally, tied_places
from hubrank.uncertainty.variants import Variant, Variants, alike

#: Called with the number of further draws counted.
Report = Callable[[int], None]

#: The number of draws, the first ones, whose scores, pairs and changes are counted.
CLOSER = 16_384
#: Numbers that are worked on at a time, so that they stay in the cache.
_NUMBERS = 100_000
_MOST_NUMBERS = 3_200_000
#: Packed keys that are made and sorted at a time: many, so that a call for each step of the tree costs little.
_KEYS = 200_000
#: The most ranks of drawn values that are kept.
_KEPT_RANKS = 20_000_000
#: The most values of variants whose programs are kept.
_KEPT_PROGRAMS = 10_000_000
#: Values that are drawn, treated and normalised at a time.
_PANEL = 2_000_000
#: Draws of a piece if each may take long, so that interrupts and progress are handled soon.
_SLOW = 16
#: The most draws if a method takes one draw at a time and the command line sets no number.
ONE_BY_ONE = 1000
#: Draws that show the range of scores.
_PILOT = 256


@frozen(kw_only=True, eq=False)
class Analysis:
    """All that is needed to count draws of a plan, in blocks of which any parts add up.

    Attributes:
        bins: The columns that ranks are counted in.
        nominal: How the scenario's own dimensions read the weights' rows.
        low: The lower end of each unit's bins of scores, `(editions, units)`; `explore` finds both.
    """

    variants: Variants
    design: Design
    bins: Bins
    nominal: Locals
    closely: bool
    low: Array
    high: Array
    #: What its draws, and those of rankings with the same values and errors, have made.
    kept: KeptDraws
    #: The ranks of blocks whose values are drawn, `(draws, editions, units)`.
    ranked: dict[int, Any] = field(factory=dict, init=False)
    #: From scores to ranks.
    choice: RankingSettings = field(default=Factory(lambda self: self.variants.plan.scenario.ranking, takes_self=True))
    _ready: dict[tuple[int, ...], Program] = field(factory=dict)
    _lock: Any = field(factory=threading.RLock)

    def wanted(self, draws: int | Literal["auto"] | None) -> int | Literal["auto"]:
        """A number of draws, or `auto`; the scenario's if none is given, but no more than `ONE_BY_ONE` if that is slow.

        Raises:
            UsageError: More are asked for than are allowed.
        """
        if draws is None:
            own = self.design.uncertainties.choice.draws
            return ONE_BY_ONE if own != "auto" and own > ONE_BY_ONE and self.one_by_one() else own
        if draws == "auto":
            return draws
        with chosen(self.variants.plan.scenario.limits.changes):
            refused = exceeded("draws", draws)
        if refused:
            raise UsageError(f"the command {refused}")
        return draws

    def explore(self) -> None:
        """Learn from the first draws where each unit's scores lie."""
        draws = self.block(0).part(slice(0, _PILOT))
        low, high = self.low.reshape(-1), self.high.reshape(-1)
        for choice, which in draws.by_setting():
            ready, some = self.ready(choice), draws.part(which)
            step = max(1, _MOST_NUMBERS // max(1, len(ready.cells)))
            for start in range(0, len(some), step):
                scores = self.scores(ready, some.part(slice(start, start + step)))
                low[ready.cells] = np.minimum(low[ready.cells], scores.min(axis=0))
                high[ready.cells] = np.maximum(high[ready.cells], scores.max(axis=0))
        with np.errstate(invalid="ignore"):
            margin = (self.high - self.low) / 4
            self.low[:] -= margin
            self.high[:] += margin

    @property
    def ties(self) -> bool:
        """Whether units can share a rank in some draws only: by rounding, by steps, or as noise meets a bound."""
        stepped = bool(self.variants.plan.post_processing) or self.choice.decimals is not None
        return stepped or bool(self.design.uncertainties.figures) or self.choice.ties == "average"

    def programs(self) -> Iterator[Program]:
        """The programs of the scenario and of each of its alternatives alone, except what is left out."""
        sources = self.design.uncertainties.discrete
        still = (-1,) * len(sources)
        yield self.ready(still)
        for at, source in enumerate(sources):
            if not source.name.startswith("left out"):
                others = (item for item in range(len(source.labels)) if item != source.own)
                yield from (self.ready((*still[:at], item, *still[at + 1 :])) for item in others)

    def one_by_one(self) -> str:
        """The method of the scenario or of an alternative that takes one draw at a time; empty without one."""
        noisy = bool(self.design.uncertainties.figures)
        alone = noisy and self.variants.nominal().one_by_one
        found = (
            (ready.one_by_one if ready.mean is None else "")
            or (ready.variant.one_by_one if noisy and (alone or ready.columns is None) else "")
            for ready in self.programs()
        )
        return next(filter(None, found), "")

    def empty(self) -> Tally:
        """A tally without draws."""
        editions, units = self.low.shape
        return Tally.empty(editions, units, len(self.bins.low), self.design.weights.rows, self.closely)

    def add(
        self,
        tally: Tally,
        blocks: Sequence[int],
        draws: int,
        report: Report = lambda _: None,
        *,
        start: int = 0,
    ) -> None:
        """Count blocks of draws, those of them from a first draw up to a number, and report how many further ones."""
        size = self.design.block_size
        result = {at: self.block(at).part(slice(max(0, start - at * size), draws - at * size)) for at in blocks}
        for at in blocks:
            if self.closely and at * size < CLOSER:
                self.add_draws(tally, result.pop(at), closer=True, report=report)
        for at, block in list(result.items()):
            if block.panel is not None and not self.bins.banded:
                ranks = self._add_ranks(tally, result.pop(at))
                if start <= at * size and sum(item.size for item in self.ranked.values()) < _KEPT_RANKS:
                    self.ranked[at] = ranks
                report(len(ranks))
        if result:
            self.add_draws(tally, Draws.joined(list(result.values())), closer=False, report=report)

    def _add_ranks(self, tally: Tally, draws: Draws) -> Array:
        """Count draws of values by their ranks, `(draws, editions, units)`, of all variants at once."""
        ranks, local = self.ranks(draws), local_shares(self.nominal, draws.raw)
        editions, bins, units = tally.ranks.shape
        cells = (np.arange(editions)[:, None] * bins + self.bins.at(ranks)) * units + np.arange(units)
        cells = cells.ravel() if all_finite(ranks) else cells[~np.isnan(ranks)]
        tally.ranks += np.bincount(cells, minlength=tally.ranks.size).reshape(tally.ranks.shape)
        for at in range(editions):
            drawn, winners = np.nonzero(ranks[:, at] == 1)
            tally.add_firsts(at, winners, local[:, drawn])
        tally.draws += len(draws)
        return ranks

    def add_draws(self, tally: Tally, draws: Draws, *, closer: bool, report: Report = lambda _: None) -> None:
        """Count draws, and their scores, pairs and changes too where they are looked at closer."""
        settings = list(draws.by_setting())
        slow = False
        for choice, _ in settings:  # before anything is counted, since this may take long and be stopped
            slow |= self.ready(choice).slow
            report(0)
        total, tally = tally, self.empty() if slow else tally  # stopped halfway, it counts nothing
        for choice, which in settings:
            ready = self.ready(choice)
            part = draws if isinstance(which, slice) else draws.part(which)
            keyed = () if closer else tuple(at for at, edition in enumerate(ready.editions) if edition.keys is not None)
            whole = len(keyed) == len(ready.editions)
            if keyed:
                self._add_keys(tally, ready, part.raw, keyed, report if whole else lambda _: None)
            if not whole:
                self._add_scores(tally, ready, part, keyed, closer, report)
        tally.draws += len(draws)
        tally.closer += len(draws) if closer else 0
        if slow:
            total.add(tally)

    def ready(self, choice: tuple[int, ...]) -> Program:
        """A variant's program, made when it is first needed."""
        with self._lock:
            if choice not in self._ready:
                if len(self._ready) >= 1024:
                    self._ready.pop(next(iter(self._ready)))
                self._ready[choice] = self._kept_program(choice) or self._program(choice)
                self._keep(choice, self._ready[choice])
            return self._ready[choice]

    def _kept_program(self, choice: tuple[int, ...]) -> Program | None:
        """The program of a variant that differs in weights alone from one that was kept; None if none was."""
        known: Program | None = self.kept.programs.get(choice)
        if known is None:
            return None
        variant = attrs.evolve(known.variant, plan=self.variants.plan_of(choice).by_name)
        here = locals_of(variant, self.design.weights)
        return attrs.evolve(known, variant=variant, sampler=self.design.weights, locals=here, same=here == self.nominal)

    def _keep(self, choice: tuple[int, ...], program: Program) -> None:
        """Keep a program, without scores, if it is the same for other weights."""
        if choice in self.kept.programs or not program.whatever_weights:
            return
        if program.variant.values.size * (1 + len(self.kept.programs)) <= _KEPT_PROGRAMS:
            self.kept.programs[choice] = attrs.evolve(program, variant=attrs.evolve(program.variant, nodes={}))

    def _program(self, choice: tuple[int, ...]) -> Program:
        """A variant's program, whose editions are counted by keys where no two of their units tie."""
        variant = self.variants[choice]
        plan, sampler, pilot = variant.plan, self.design.weights, self.design.pilot
        here = locals_of(variant, sampler)
        cells = np.flatnonzero(~np.isnan(variant.scores))
        mean = flat_mean(plan, variant.nodes, variant.normalised, cells)
        result = Program(
            variant=variant,
            sampler=sampler,
            locals=here,
            cells=cells,
            columns=variant.columns_of(self.variants.nominal()),
            mean=mean,
            same=here == self.nominal,
        )
        certain = mean is None or self.ties
        scores = None if certain else result.scores(Draws(choices=np.empty((0, 4), dtype=np.intp), raw=pilot))
        editions, units = [], variant.scores.shape[1]
        for at in range(len(variant.scores)):
            inside = slice(*(int(item) for item in np.searchsorted(cells, [at * units, (at + 1) * units])))
            tied, keys = True, None
            if mean is not None and scores is not None and inside.start < inside.stop:
                mine = scores[:, inside]
                tied = not (places(mine, self.choice.best) == tied_places(mine, self.choice)).all()
                keys = None if tied else keys_of(mean, inside, here, self.choice.best, pilot)
            editions.append(Edition(cells=inside, units=cells[inside] % units, tied=tied, keys=keys))
        return self._scored_by_another(choice, attrs.evolve(result, editions=tuple(editions)))

    def _scored_by_another(self, choice: tuple[int, ...], program: Program) -> Program:
        """A program that leaves an indicator out, with its fuller one: found out with some weights, as keys are."""
        sources = zip(choice, self.design.uncertainties.discrete, strict=False)
        fuller = tuple(0 if source.name == "left out indicators" else at for at, source in sources)
        if fuller == choice or program.mean is None or program.columns is None or not program.weighted_alone:
            return program
        whole, raw = self.ready(fuller), self.design.pilot.copy()
        rows, every = ({row for rows, _ in item.locals for row in rows} for item in (program, whole))
        if whole.mean is None or whole.columns is None or whole.mean.form != program.mean.form:
            return program
        if not np.array_equal(whole.cells, program.cells):
            return program
        scores, idle = program.mean.evaluate(local_shares(program.locals, raw)), sorted(every - rows)
        raw[idle] = 0
        with quiet_numpy():
            same = alike(whole.mean.evaluate(local_shares(whole.locals, raw)), scores)
        return attrs.evolve(program, fuller=fuller, idle=idle) if same else program

    def _scorer(self, choice: tuple[int, ...]) -> tuple[tuple[int, ...], Sequence[int]]:
        """The combination whose program scores drawn values for another, and the rows of weights that are 0 in it."""
        known = self.kept.programs.get(choice) or self.ready(choice)
        return (choice, ()) if known.fuller is None else (known.fuller, known.idle)

    def _together(self, draws: Draws) -> Iterator[tuple[Program, Any, Draws]]:
        """The programs that score some draws, with the positions of these and the draws themselves."""
        found: dict[tuple[int, ...], list[Any]] = {}
        raw = draws.raw.copy()
        for choice, which in draws.by_setting():
            scorer, idle = self._scorer(choice) if draws.panel is not None else (choice, ())
            raw[np.array(idle, dtype=np.intp)[:, None], which] = 0
            found.setdefault(scorer, []).append(np.arange(len(draws))[which])
        for scorer, rows in found.items():
            which = np.concatenate(rows)
            yield self.ready(scorer), which, attrs.evolve(draws, raw=raw).part(which)

    def scores(self, ready: Program, draws: Draws, *, ordered: bool = False) -> Array:
        """The scores of draws of one variant, `(draws, ranked cells)`; or numbers in their order."""
        if not draws.figures:
            return ready.scores(draws, ordered=ordered)
        with self._drawn():
            if draws.panel is not None and ready.columns is not None:
                return ready.scores(draws, draws.panel, ready.columns, ordered=ordered)
            here = attrs.evolve(draws, panel=None, rows=np.arange(len(draws)))
            return ready.scores(here, self._panel(ready.variant, here), ordered=ordered)

    @contextlib.contextmanager
    def _drawn(self) -> Iterator[None]:
        """Report drawn values that a method cannot take."""
        try:
            yield
        except ScenarioError as error:
            figures = self.design.uncertainties.figures
            what = f"drawn with {figures}: {'; '.join(str(item) for item in error.problems)}"
            found = self.variants.plan.loaded.error([Problem("robustness", what)])
            raise UndrawnError(found.file, found.problems) from error

    def block(self, at: int, copy: int = 0) -> Draws:
        """A block of the design with the panel of its values, where they are drawn, in place of numbers."""
        return self.valued(self.design.choices(at, copy), at, copy)

    def valued(self, draws: Draws, at: int, copy: int, others: Iterable[tuple[int, ...]] = ()) -> Draws:
        """The first draws of a block with what they draw values by: a panel, or numbers where not all have its scale.

        Args:
            others: Further combinations of alternatives that are to be scored with these values.
        """
        if not self.design.uncertainties.figures:
            return draws
        choices = {*others, *(choice for choice, _ in draws.by_setting())}
        programs = [self.ready(choice) for choice in {self._scorer(choice)[0] for choice in choices}]
        if any(item.slow or item.columns is None for item in programs):
            return self.design.numbered(draws, at, copy)
        return self.with_values(draws, at, copy)

    def with_values(self, draws: Draws, at: int, copy: int = 0) -> Draws:
        """The first draws of a block with the panel of their values."""
        place, count = (self.design.errors, copy, at), len(draws)
        panel = self.kept.values.get(place)
        if panel is not None and panel.shape[1] >= count:
            return attrs.evolve(draws, panel=panel[:, :count], place=place)
        with self._drawn():
            panel = self._panel(self.variants.nominal(), self.design.numbered(draws, at, copy))
        with self._lock:
            kept = panel.size + sum(item.size for item in self.kept.values.values()) <= self.kept.most
            if kept:
                self.kept.values[place] = panel
        return attrs.evolve(draws, panel=panel, place=place if kept else None)

    def _panel(self, variant: Variant, draws: Draws) -> Array:
        """The values of draws after a variant's methods, `(indicators, draws, editions, units)`.

        Those that may be the same for other values, such as ranks, are in 64 bits, in which scores that tie still do.
        """
        editions, units, indicators = variant.values.shape
        distinct = all(item.normalisation.part.record.needs_spread for item in variant.plan.ranked)
        precision = self.design.precision if distinct else float
        result = np.empty((indicators, len(draws), editions, units), precision)
        step = max(1, _PANEL // variant.values.size)
        for start in range(0, len(draws), step):
            part = slice(start, start + step)
            values = noisy_values(variant, self.design, draws.part(part)).astype(precision, copy=False)
            result[:, part] = np.moveaxis(variant.normalised_of(values), -1, 0)
        for column, missing in zip(result, np.moveaxis(np.isnan(variant.normalised), -1, 0), strict=True):
            column[:, missing] = 0
        return result

    def ranks(self, draws: Draws) -> Array:
        """The ranks of draws, `(draws, editions, units)`; NaN if a draw does not rank a unit."""
        result, alike = np.empty((len(draws), *self.low.shape)), dict[Any, list[Any]]()
        for ready, rows, drawn in self._together(draws):
            kind = ready.cells.tobytes(), *(edition.tied for edition in ready.editions)
            alike.setdefault(kind, []).append((ready, rows, self.scores(ready, drawn, ordered=not self.ties)))
        for several in alike.values():  # together, as each of many small calls takes its time
            ready, rows, scores = several[0]
            if len(several) > 1:
                rows, scores = (np.concatenate([item[at] for item in several]) for at in (1, 2))
            for at, edition in enumerate(ready.editions):
                whole = len(edition.units) == result.shape[2]
                if not whole:
                    result[rows, at] = np.nan
                step = max(1, CACHED // max(1, len(edition.units)))
                for start in range(0, len(rows), step):
                    mine, which = scores[start : start + step, edition.cells], rows[start : start + step]
                    alone = int(which[0]) if step == 1 else which  # the row of one is copied, not picked
                    cells: Any = (alone, at) if whole else (which[:, None], at, edition.units)
                    result[cells] = ranks_of(mine, self.choice) if edition.tied else places(mine, self.choice.best, 1.0)
        return result

    def bands(self, draws: Draws) -> tuple[Array, Array]:
        """The best rank of the bin of each unit's rank, and numbers in the order of ranks, in 32 bits.

        Each `(draws, editions, units)`; NaN if a draw does not rank a unit. Where ranks are counted in bands the
        numbers are scores, lower ones better, since these need not be sorted.
        """
        if not self.bins.banded or self.choice.decimals is not None:
            ranks = self.ranks(draws)
            return self.bins.low[self.bins.at(ranks)].astype(np.float32) + 0 * ranks, ranks.astype(np.float32)
        lows, order = np.full((2, len(draws), *self.low.shape), np.nan, dtype=np.float32)
        sign = 1 if self.choice.best == "lowest" else -1
        for choice, which in draws.by_setting():
            ready, rows = self.ready(choice), np.arange(len(draws))[which]
            scores = self.scores(ready, draws.part(which), ordered=not self.ties)
            for at, edition in enumerate(ready.editions):
                whole = len(edition.units) == lows.shape[2]
                cells: Any = (which, at) if whole else (rows[:, None], at, edition.units)
                lows[cells] = self.bins.low[self.bins.bands(scores[:, edition.cells], self.choice)]
                order[cells] = sign * scores[:, edition.cells]
        return lows, order

    def _add_keys(self, tally: Tally, ready: Program, raw: Any, which: tuple[int, ...], report: Report) -> None:
        """Count draws `(rows, draws)` of some editions by packed keys, a piece that stays in the cache at a time."""
        sizes = [len(ready.editions[at].units) for at in which]
        counted = [np.zeros((size, size), dtype=np.int64) for size in sizes]
        step = max(_KEYS // max(sizes), 1)
        for start in range(0, raw.shape[1], step):
            piece = raw[:, start : start + step]
            own = local_shares(self.nominal, piece, "own shares")  # of winners, by the scenario's dimensions
            local = own if ready.same else local_shares(ready.locals, piece, "shares")
            for at, counts in zip(which, counted, strict=True):
                edition = ready.editions[at]
                assert edition.keys is not None  # noqa: S101  # the caller looked
                packed = edition.keys.keys(local)
                packed.sort(axis=1)
                count_keys(packed, counts)
                tally.add_firsts(at, edition.units[packed[:, 0] & (MOST_UNITS - 1)], own)
            report(piece.shape[1])
        for at, counts in zip(which, counted, strict=True):
            all_units = len(counts) == tally.ranks.shape[2]
            tally.ranks[at][: len(counts), slice(None) if all_units else ready.editions[at].units] += counts

    def _add_scores(
        self, tally: Tally, ready: Program, draws: Draws, done: tuple[int, ...], closer: bool, report: Report
    ) -> None:
        """Count draws of one variant by their scores, except the editions that are done."""
        units = max(1, *(len(edition.units) for edition in ready.editions))
        # few enough for the cache, but enough for the counts of many units to be worth adding
        step = max(_NUMBERS // units, min(units // 4, _MOST_NUMBERS // units), 1)
        if ready.slow:
            step = min(step, _SLOW)
        for start in range(0, len(draws), step):
            if ready.slow:
                report(0)
            part = draws.part(slice(start, min(start + step, len(draws))))
            scores = self.scores(ready, part, ordered=not closer and not self.ties)
            local = local_shares(self.nominal, part.raw)
            placed: list[Any] = []
            for at, edition in enumerate(ready.editions):
                if at not in done and len(edition.units):
                    mine = scores[:, edition.cells]
                    placed.append(self._add_edition(tally, at, edition, mine, local, closer))
                else:
                    placed.append(np.zeros((len(scores), 0), dtype=np.int64))
            for at in range(1, len(placed) if closer else 0):
                before, now = ready.editions[at - 1].units, ready.editions[at].units
                both, old, new = np.intersect1d(before, now, assume_unique=True, return_indices=True)
                tally.rose[at - 1, both] += (placed[at][:, new] < placed[at - 1][:, old]).sum(axis=0)
                tally.both[at - 1, both] += len(scores)
            report(len(scores))

    def _add_edition(self, tally: Tally, at: int, edition: Edition, scores: Array, local: Any, closer: bool) -> Any:
        """Count one edition by its scores; the places of its units."""
        if self.bins.banded:
            placed = self.bins.bands(scores, self.choice)
        else:
            placed = tied_places(scores, self.choice) if edition.tied else places(scores, self.choice.best)
        tally.add_bins(at, placed, edition.units)
        drawn, winners = np.nonzero(placed == 0)
        tally.add_firsts(at, edition.units[winners], local[:, drawn])
        if closer:
            tally.add_scores(at, scores, edition.units, self.low[at, edition.units], self.high[at, edition.units])
            if tally.wins.shape[1]:
                tally.add_wins(at, placed, edition.units)
        return placed
