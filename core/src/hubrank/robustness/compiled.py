"""A variant, ready to be counted."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from hubrank.robustness.keys import Keys
from hubrank.robustness.programs import Program


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
