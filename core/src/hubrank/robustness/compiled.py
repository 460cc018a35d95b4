"""A variant, ready to be counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from hubrank.robustness.keys import Keys, keys_of
from hubrank.robustness.ordering import agree, order_of
from hubrank.robustness.programs import Program

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array
    from hubrank.scenario.scenario import RankingSettings


@frozen(kw_only=True, eq=False)
class Edition:
    """The ranked units of an edition of a variant.

    Attributes:
        cells: Where they stand among the variant's ranked cells.
        units: Their positions among all units.
        tied: Whether units can share a rank.
        keys: What makes their packed sort keys; none where that cannot be.
    """

    cells: slice
    units: Any
    tied: bool
    keys: Keys | None


@frozen(kw_only=True, eq=False)
class CompiledVariant:
    """A variant, ready to be counted.

    Attributes:
        program: What makes the scores.
        editions: Each edition's units.
        same: Whether it reads the weights' rows as the scenario itself does.
    """

    program: Program
    editions: tuple[Edition, ...]
    same: bool


def editions_of(program: Program, pilot: Array, choice: RankingSettings, *, exact: bool) -> Iterator[Edition]:
    """Each edition of a variant, counted by keys where no two of its units tie.

    Args:
        program: The variant, compiled.
        pilot: The weights' rows that keys are tried with: the scenario's own and some drawn ones.
        choice: From scores to ranks.
        exact: Whether no keys will do, such as where scores are rounded.
    """
    units = program.variant.scores.shape[1]
    scores = None if exact or program.mean is None else program.scores(pilot)
    for at in range(len(program.variant.scores)):
        inside = np.flatnonzero(program.cells // units == at)
        cells = slice(int(inside[0]), int(inside[-1]) + 1) if len(inside) else slice(0, 0)
        tied, keys = True, None
        if scores is not None and len(inside):
            mine = scores[:, cells]
            tied = not agree(order_of(mine, choice.best == "lowest"), mine, choice)
            keys = None if tied else keys_of(program, cells, choice, pilot)
        yield Edition(cells=cells, units=program.cells[cells] % units, tied=tied, keys=keys)
