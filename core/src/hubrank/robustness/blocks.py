"""Counting one block of draws."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from hubrank.robustness.draws import Design, Draws, noisy_values
from hubrank.robustness.flat import FlatKeys, flat_keys
from hubrank.robustness.ordering import Bins, histogram_places, order_of, places_of, tied_places, twins_of
from hubrank.robustness.programs import Locals, Program, compiled, locals_of
from hubrank.robustness.settings import Settings
from hubrank.robustness.tallies import Tally

if TYPE_CHECKING:
    from hubrank.methods import Array
    from hubrank.scenario import RankingChoice

#: Scores, pairs and changes are counted of so many draws, the first.
CLOSER = 16_384
#: Numbers that are worked on at a time, so that they stay in the cache.
_NUMBERS = 100_000
_PILOT = 256


@frozen(kw_only=True, eq=False)
class Edition:
    """The ranked units of an edition of a setting.

    Attributes:
        cells: Where they stand among the setting's ranked cells.
        units: Their positions among all units.
        twins: For each the first with the same values; none where no two are alike.
        flat: What makes their sort keys in one product; none where that cannot be.
    """

    cells: slice
    units: Any
    twins: Any
    flat: FlatKeys | None


@frozen(kw_only=True, eq=False)
class Ready:
    """A setting, ready to be counted.

    Attributes:
        program: What makes the scores.
        editions: Each edition's units.
    """

    program: Program
    editions: tuple[Edition, ...]

    def weights(self, raw: Any) -> Any:
        """The weights `(columns, draws)` of the flattened tree; none where no edition can use them."""
        mean = self.program.mean
        if mean is None or all(edition.flat is None for edition in self.editions):
            return None
        return mean.weights(self.program.locals.shares(raw))


@frozen(kw_only=True, eq=False)
class Counter:
    """Counts blocks of draws.

    Attributes:
        settings: The combinations of alternatives.
        design: How draws are made.
        bins: The columns that ranks are counted in.
        nominal: How the scenario's own dimensions read the weights' rows.
        closely: Whether scores, pairs and changes are counted.
        engine: `numpy` or `kernel`.
        low: The lower end of each unit's bins of scores, `(editions, units)`.
        high: The upper end.
    """

    settings: Settings
    design: Design
    bins: Bins
    nominal: Locals
    closely: bool
    engine: str
    low: Array
    high: Array
    _ready: dict[tuple[int, ...], Ready] = field(factory=dict)
    _lock: Any = field(factory=threading.Lock)

    @classmethod
    def of(cls, settings: Settings, design: Design, *, closely: bool, engine: str) -> Counter:
        """A counter; the first draws tell where scores lie."""
        nominal = settings.nominal()
        shape = nominal.scores.shape
        made = cls(
            settings=settings,
            design=design,
            bins=Bins.of(shape[1], settings.plan.scenario.ranking),
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
        kept = ("settings", "design", "bins", "nominal", "closely", "engine", "low", "high")
        return {name: getattr(self, name) for name in kept}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in {**state, "_ready": {}, "_lock": threading.Lock()}.items():
            object.__setattr__(self, name, value)

    @property
    def choice(self) -> RankingChoice:
        """From scores to ranks."""
        return self.settings.plan.scenario.ranking

    def empty(self) -> Tally:
        """A tally without draws."""
        editions, units = self.low.shape
        return Tally.empty(editions, units, len(self.bins), self.design.weights.rows, self.closely)

    def add(self, tally: Tally, block: int, length: int) -> None:
        """Count the first draws of a block."""
        draws = self.design.block(block).part(slice(0, length))
        closer = self.closely and block * self.design.block_size < CLOSER
        shares = self.nominal.shares(draws.raw)
        for choice, which in draws.by_setting():
            ready = self.ready(choice)
            part = draws if isinstance(which, slice) else draws.part(which)
            own = shares if isinstance(which, slice) else shares[:, which]
            weights = None if closer else ready.weights(part.raw)
            step = max(1, _NUMBERS // max(1, *(len(edition.units) for edition in ready.editions)))
            for start in range(0, len(part), step):
                piece = slice(start, min(start + step, len(part)))
                flat = None if weights is None else weights[:, piece]
                self._add_piece(tally, ready, part.part(piece), own[:, piece], flat, closer)
        tally.draws += length
        tally.closer += length if closer else 0

    def ready(self, choice: tuple[int, ...]) -> Ready:
        """A setting, compiled when it is first needed."""
        with self._lock:
            if choice in self._ready:
                return self._ready[choice]
        setting = self.settings[choice] if choice or self.design.doubts.discrete else self.settings.nominal()
        program = compiled(setting, self.design.weights)
        made = Ready(program=program, editions=tuple(self._editions(program)))
        with self._lock:
            if len(self._ready) >= 1024:
                self._ready.pop(next(iter(self._ready)))
            self._ready[choice] = made
        return made

    def scores(self, ready: Ready, draws: Draws) -> Array:
        """The scores of draws of one setting, `(draws, ranked cells)`."""
        if draws.noise is None:
            return ready.program.scores(draws.raw)
        whole = self.settings.measurements[0].values
        values = noisy_values(ready.program.setting, self.design.doubts, whole, draws.noise)
        return ready.program.scores(draws.raw, values)

    def _editions(self, program: Program) -> list[Edition]:
        editions, units = program.setting.scores.shape
        panel = program.setting.normalised.reshape(editions * units, -1)
        noisy = bool(self.design.doubts.noise)
        found = []
        for at in range(editions):
            inside = np.flatnonzero(program.cells // units == at)
            cells = slice(int(inside[0]), int(inside[-1]) + 1) if len(inside) else slice(0, 0)
            twins = None if noisy or not len(inside) else twins_of(panel[program.cells[cells]])
            flat = None
            if twins is None and not noisy and self.choice.decimals is None and self.choice.ties != "average":
                flat = flat_keys(program, program.cells[cells], self.choice)
            found.append(Edition(cells=cells, units=program.cells[cells] % units, twins=twins, flat=flat))
        return found

    def _add_piece(self, tally: Tally, ready: Ready, draws: Draws, shares: Any, weights: Any, closer: bool) -> None:
        """Count draws of one setting.

        Args:
            tally: What is added to.
            ready: The setting.
            draws: The draws.
            shares: Local shares of the scenario's dimensions, `(rows, draws)`.
            weights: Weights of the setting's flattened tree, where it is one.
            closer: Whether to look at scores, pairs and changes.
        """
        scores: Array | None = None
        places: list[Any] = []
        for at, edition in enumerate(ready.editions):
            if not len(edition.units):
                places.append(None)
                continue
            if edition.flat is not None and weights is not None:
                order = edition.flat.order(weights)
                tally.add_order(at, order, edition.units)
                tally.add_firsts(at, edition.units[order[:, 0]], shares)
                continue
            scores = self.scores(ready, draws) if scores is None else scores
            places.append(self._add_scores(tally, at, edition, scores[:, edition.cells], shares, closer))
        if closer and len(places) > 1:
            self._add_changes(tally, ready, places)

    def _add_scores(self, tally: Tally, at: int, edition: Edition, scores: Array, shares: Any, closer: bool) -> Any:
        """Count one edition; the places of its units."""
        scores = scores if edition.twins is None else scores[:, edition.twins]
        lowest = self.choice.best == "lowest"
        tied = edition.twins is not None or self.choice.decimals is not None or self.choice.ties == "average"
        if self.bins.banded:
            places = histogram_places(scores, lowest)
            tally.add_bins(at, self.bins.of_places(places), edition.units)
        elif tied:
            places = tied_places(scores, self.choice)
            tally.add_bins(at, places, edition.units)
        else:
            order = order_of(scores, lowest)
            tally.add_order(at, order, edition.units)
            places = places_of(order)
        winners = scores.argmin(axis=1) if lowest else scores.argmax(axis=1)
        tally.add_firsts(at, edition.units[winners], shares)
        if closer:
            low, high = self.low[at, edition.units], self.high[at, edition.units]
            tally.add_scores(at, scores, edition.units, low, high)
            if tally.wins.shape[1]:
                tally.add_wins(at, places, edition.units)
        return places

    def _add_changes(self, tally: Tally, ready: Ready, places: list[Any]) -> None:
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
