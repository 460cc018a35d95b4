"""A variant, ready to be counted."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from hubrank.robustness.flat import FlatKeys, MixedKeys
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
    keys: FlatKeys | MixedKeys | None


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

    def weights(self, shares: Any) -> Any:
        """What the editions' keys are made from: the same for all of them."""
        keys = next(edition.keys for edition in self.editions if edition.keys is not None)
        return keys.weights(shares)
