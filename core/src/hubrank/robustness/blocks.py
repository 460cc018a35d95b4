"""Counting one block of draws."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from hubrank.composing.ranking import ranks_of
from hubrank.robustness.buffers import BUFFERS
from hubrank.robustness.compiled import CompiledVariant, Edition, editions_of
from hubrank.robustness.draws import Design, Draws, joined, noisy_values
from hubrank.robustness.engines import steps_of
from hubrank.robustness.locals import Locals
from hubrank.robustness.ordering import Bins, banded_places, order_of, places_of, tied_places
from hubrank.robustness.programs import compiled, locals_of
from hubrank.robustness.steps import MOST_UNITS, Steps
from hubrank.robustness.tallies import Tally
from hubrank.robustness.variants import Variants

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.scenario.scenario import RankingSettings

#: Called with how many more draws are counted.
Told = Callable[[int], None]
#: Scores, pairs and changes are counted of so many draws, the first.
CLOSER = 16_384
#: Numbers that are worked on at a time, so that they stay in the cache.
_NUMBERS = 100_000
#: Packed keys that are made and sorted at a time: many, so that a call for each step of the tree costs little.
_KEYS = 200_000
_MOST_NUMBERS = 3_200_000
#: Draws of a piece where each may take long, so that an interrupt is heard soon and progress is seen.
_SLOW = 16
_PILOT = 256
#: So many draws of each combination of alternatives are counted together where there are enough, of so many blocks.
_DRAWS_OF_EACH = 1024
_MOST_BLOCKS = 16


def tell_nobody(_draws: int) -> None:
    """Nobody is told how many more draws are counted."""


def _step(units: int) -> int:
    """Draws of a piece: few enough for the cache, but enough for the counts of many units to be worth adding."""
    return max(_NUMBERS // units, min(units // 4, _MOST_NUMBERS // units), 1)


@frozen(kw_only=True, eq=False)
class Counter:
    """Counts blocks of draws.

    Attributes:
        variants: The combinations of alternatives.
        design: How draws are made.
        bins: The columns that ranks are counted in.
        nominal: How the scenario's own dimensions read the weights' rows.
        closely: Whether scores, pairs and changes are counted.
        engine: `numpy` or `kernel`.
        low: The lower end of each unit's bins of scores, `(editions, units)`.
        high: The upper end.
    """

    variants: Variants
    design: Design
    bins: Bins
    nominal: Locals
    closely: bool
    engine: str
    low: Array
    high: Array
    _ready: dict[tuple[int, ...], CompiledVariant] = field(factory=dict)
    _lock: Any = field(factory=threading.Lock)

    @classmethod
    def of(cls, variants: Variants, design: Design, *, closely: bool, engine: str) -> Counter:
        """A counter; the first draws tell where scores lie."""
        nominal = variants.nominal()
        shape = nominal.scores.shape
        made = cls(
            variants=variants,
            design=design,
            bins=Bins.of(shape[1], variants.plan.scenario.ranking),
            nominal=locals_of(nominal, design.weights),
            closely=closely,
            engine=engine,
            low=np.full(shape, np.inf),
            high=np.full(shape, -np.inf),
        )
        if closely:
            made._explore()
        return made

    def __getstate__(self) -> dict[str, Any]:
        kept = ("variants", "design", "bins", "nominal", "closely", "engine", "low", "high")
        return {name: getattr(self, name) for name in kept}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in {**state, "_ready": {}, "_lock": threading.Lock()}.items():
            object.__setattr__(self, name, value)

    @property
    def choice(self) -> RankingSettings:
        """From scores to ranks."""
        return self.variants.plan.scenario.ranking

    @property
    def ties(self) -> bool:
        """Whether units can share a rank in some draws only: by rounding, by steps, or as noise meets a bound."""
        stepped = bool(self.variants.plan.post_processing) or self.choice.decimals is not None
        return stepped or bool(self.design.uncertainties.noise) or self.choice.ties == "average"

    def one_by_one(self) -> str:
        """The method of the scenario or of an alternative that takes one draw at a time; empty without one."""
        sources = self.design.uncertainties.discrete
        still = (-1,) * len(sources)
        choices = [still] + [
            (*still[:at], each, *still[at + 1 :])
            for at, source in enumerate(sources)
            if not source.name.startswith("left out")
            for each in range(len(source.labels))
            if each != source.own
        ]
        programs = (self.ready(choice).program for choice in choices)
        noisy = bool(self.design.uncertainties.noise)
        found = (
            (each.one_by_one if each.mean is None else "") or (each.variant.one_by_one if noisy else "")
            for each in programs
        )
        return next((each for each in found if each), "")

    def empty(self) -> Tally:
        """A tally without draws."""
        editions, units = self.low.shape
        return Tally.empty(editions, units, len(self.bins), self.design.weights.rows, self.closely)

    @property
    def span(self) -> int:
        """How many blocks are counted together, so that each combination of alternatives has a good many draws."""
        combinations = math.prod(len(source.labels) for source in self.design.uncertainties.discrete)
        if self.design.uncertainties.noise:
            return 1
        return max(1, min(_MOST_BLOCKS, combinations * _DRAWS_OF_EACH // self.design.block_size))

    def add(self, tally: Tally, blocks: Sequence[int], draws: int | None = None, told: Told = tell_nobody) -> None:
        """Count blocks of draws.

        Args:
            tally: What is added to.
            blocks: Which.
            draws: How many draws there are in all; the last block is cut.
            told: Told of draws that are counted.
        """
        size = self.design.block_size
        made = {at: self.design.block(at, steps=self.steps) for at in blocks}
        if draws is not None:
            made = {at: block.part(slice(0, draws - at * size)) for at, block in made.items()}
        closer = [at for at in made if self.closely and at * size < CLOSER]
        for at in closer:
            self.count(tally, made.pop(at), closer=True, told=told)
        if made:
            self.count(tally, joined(list(made.values())), closer=False, told=told)

    def count(self, tally: Tally, draws: Draws, *, closer: bool, told: Told = tell_nobody) -> None:
        """Count draws.

        Args:
            tally: What is added to.
            draws: The draws.
            closer: Whether to look at scores, pairs and changes too.
            told: Told of draws that are counted.
        """
        settings = list(draws.by_setting())
        slow = False
        for choice, _ in settings:  # before anything is counted, since this may take long and be stopped
            slow |= self.ready(choice).program.slow
            told(0)
        total, tally = tally, self.empty() if slow else tally  # stopped halfway, it counts nothing
        for choice, which in settings:
            ready = self.ready(choice)
            part = draws if isinstance(which, slice) else draws.part(which)
            keyed = () if closer else tuple(at for at, edition in enumerate(ready.editions) if edition.keys is not None)
            whole = len(keyed) == len(ready.editions)
            if keyed:
                self._add_keys(tally, ready, part.raw, keyed, told if whole else tell_nobody)
            if not whole:
                self._add_scores(tally, ready, part, keyed, closer, told)
        tally.draws += len(draws)
        tally.closer += len(draws) if closer else 0
        if slow:
            total.add(tally)

    def ready(self, choice: tuple[int, ...]) -> CompiledVariant:
        """A variant, compiled when it is first needed."""
        with self._lock:
            if choice not in self._ready:
                if len(self._ready) >= 1024:
                    self._ready.pop(next(iter(self._ready)))
                self._ready[choice] = self._compiled(choice)
            return self._ready[choice]

    def _compiled(self, choice: tuple[int, ...]) -> CompiledVariant:
        variant = self.variants[choice] if choice or self.design.uncertainties.discrete else self.variants.nominal()
        program = compiled(variant, self.design.weights)
        editions = editions_of(program, self.design.pilot(), self.choice, exact=self.ties or self.bins.banded)
        same = program.locals.alike(self.nominal)
        return CompiledVariant(program=program, editions=tuple(editions), same=same)

    def scores(self, ready: CompiledVariant, draws: Draws, *, ordered: bool = False) -> Array:
        """The scores of draws of one variant, `(draws, ranked cells)`; or numbers in their order."""
        if draws.noise is None:
            return ready.program.scores(draws.raw, ordered=ordered)
        measured = self.variants.measurements[0]
        values = noisy_values(ready.program.variant, self.design.uncertainties, measured, draws.noise)
        return ready.program.scores(draws.raw, values, ordered=ordered)

    def ranks(self, choice: tuple[int, ...], draws: Draws) -> Iterator[tuple[int, Any, Array]]:
        """Each edition of a variant, its units, and their ranks in some draws, `(draws, units)`."""
        ready = self.ready(choice)
        scores = self.scores(ready, draws, ordered=not self.ties)
        for at, edition in enumerate(ready.editions):
            yield at, edition.units, ranks_of(scores[:, edition.cells], self.choice)

    @property
    def steps(self) -> Steps:
        """What the engine does."""
        return steps_of(self.engine)

    def _add_keys(self, tally: Tally, ready: CompiledVariant, raw: Any, which: tuple[int, ...], told: Told) -> None:
        """Count draws of some editions by packed keys, a piece that stays in the cache at a time.

        Args:
            tally: What is added to.
            ready: The variant.
            raw: The weights' rows, `(rows, draws)`.
            which: The editions.
            told: Told of draws that are counted.
        """
        units = [ready.editions[at].units for at in which]
        counts = [tally.places(at, len(each)) for at, each in zip(which, units, strict=True)]
        step = max(_KEYS // max(map(len, units)), 1)
        for start in range(0, raw.shape[1], step):
            piece = raw[:, start : start + step]
            own = self._shares(self.nominal, piece, "own shares")
            local = own if ready.same else self._shares(ready.program.locals, piece, "shares")
            for at, counted in zip(which, counts, strict=True):
                self._add_piece(tally, at, ready.editions[at], local, own, counted)
            told(piece.shape[1])
        for at, counted, each in zip(which, counts, units, strict=True):
            tally.add_places(at, counted, each)

    def _shares(self, here: Locals, raw: Any, use: str) -> Any:
        """Local shares of raw rows; they stand until the thread makes the next for that use."""
        made = BUFFERS.array(use, (here.size, raw.shape[1]), np.float32)
        self.steps.local_shares(here, raw, made)
        return made

    def _add_piece(self, tally: Tally, at: int, edition: Edition, local: Any, own: Any, counts: Any) -> None:
        """Count draws by local shares of the variant's dimensions and, for the weights of winners, the scenario's."""
        assert edition.keys is not None  # noqa: S101  # the caller looked
        packed = edition.keys.keys(local, self.steps)
        packed.sort(axis=1)
        self.steps.count(packed, counts)
        self.steps.add_firsts(edition.units[packed[:, 0] & (MOST_UNITS - 1)], own, tally.firsts[at])

    def _add_scores(
        self, tally: Tally, ready: CompiledVariant, draws: Draws, done: tuple[int, ...], closer: bool, told: Told
    ) -> None:
        """Count draws of one variant by their scores.

        Args:
            tally: What is added to.
            ready: The variant.
            draws: The draws.
            done: The editions that are counted already.
            closer: Whether to look at scores, pairs and changes.
            told: Told of draws that are counted.
        """
        step = _step(max(1, *(len(edition.units) for edition in ready.editions)))
        if ready.program.slow:
            step = min(step, _SLOW)
        for start in range(0, len(draws), step):
            if ready.program.slow:
                told(0)
            piece = slice(start, min(start + step, len(draws)))
            part = draws.part(piece)
            scores = self.scores(ready, part, ordered=not closer and not self.ties)
            own = self.nominal.shares(part.raw)
            places: list[Any] = []
            for at, edition in enumerate(ready.editions):
                if at not in done and len(edition.units):
                    mine = scores[:, edition.cells]
                    places.append(self._add_edition(tally, at, edition, mine, own, closer))
                else:
                    places.append(np.zeros((len(scores), 0), dtype=np.int64))
            if closer and len(places) > 1:
                self._add_changes(tally, ready, places)
            told(len(scores))

    def _add_edition(self, tally: Tally, at: int, edition: Edition, scores: Array, own: Any, closer: bool) -> Any:
        """Count one edition by its scores; the places of its units."""
        lowest = self.choice.best == "lowest"
        if self.bins.banded:
            places = banded_places(scores, self.bins, self.choice)
            tally.add_bins(at, places, edition.units)
        elif edition.tied:
            places = tied_places(scores, self.choice)
            tally.add_bins(at, places, edition.units)
        else:
            order = order_of(scores, lowest)
            tally.add_order(at, order, edition.units)
            places = places_of(order)
        if edition.tied:
            drawn, winners = np.nonzero(places == 0)
            tally.add_firsts(at, edition.units[winners], own[:, drawn])
        else:
            winners = scores.argmin(axis=1) if lowest else scores.argmax(axis=1)
            tally.add_firsts(at, edition.units[winners], own)
        if closer:
            low, high = self.low[at, edition.units], self.high[at, edition.units]
            tally.add_scores(at, scores, edition.units, low, high)
            if tally.wins.shape[1]:
                tally.add_wins(at, places, edition.units)
        return places

    def _add_changes(self, tally: Tally, ready: CompiledVariant, places: list[Any]) -> None:
        """Count whose rank was better than in the edition before."""
        for at in range(1, len(places)):
            before, now = ready.editions[at - 1].units, ready.editions[at].units
            units, old, new = np.intersect1d(before, now, assume_unique=True, return_indices=True)
            if not len(units):
                continue
            tally.rose[at - 1, units] += (places[at][:, new] < places[at - 1][:, old]).sum(axis=0)
            tally.both[at - 1, units] += len(places[at])

    def _explore(self) -> None:
        """Learn from the first draws where each unit's scores lie."""
        draws = self.design.block(0).part(slice(0, _PILOT))
        for choice, which in draws.by_setting():
            ready = self.ready(choice)
            scores = self.scores(ready, draws.part(which))
            cells = ready.program.cells
            self.low.ravel()[cells] = np.minimum(self.low.ravel()[cells], scores.min(axis=0))
            self.high.ravel()[cells] = np.maximum(self.high.ravel()[cells], scores.max(axis=0))
        with np.errstate(invalid="ignore"):
            margin = (self.high - self.low) / 4
            self.low[:] -= margin
            self.high[:] += margin
