"""Local shares of weights: from the rows of a draw to what each member of each dimension weighs among its own."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from hubrank.basis.shares import shares

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array


@frozen(kw_only=True, eq=False)
class Locals:
    """From a draw's rows to the local shares of a variant's dimensions.

    Attributes:
        parts: For each dimension of the variant the rows of its members, and what they are multiplied by.
        starts: The first row of each dimension's shares.
    """

    parts: tuple[tuple[tuple[int, ...], Array | None], ...]
    starts: dict[str, int]

    def alike(self, other: Locals) -> bool:
        """Whether two read the same rows in the same way."""
        mine, others = self.arrays, other.arrays
        return all(np.array_equal(first, second) for first, second in zip(mine, others, strict=True))

    @functools.cached_property
    def arrays(self) -> tuple[Any, Any, Any]:
        """The rows of all members, where each dimension's begin, and what rows are multiplied by."""
        rows = np.array([row for rows, _ in self.parts for row in rows], dtype=np.int64)
        starts = np.cumsum([0, *(len(rows) for rows, _ in self.parts)]).astype(np.int64)
        base = [np.ones(len(rows)) if base is None else base for rows, base in self.parts]
        return rows, starts, np.concatenate(base).astype(np.float32)

    @property
    def size(self) -> int:
        """How many members all dimensions have."""
        return sum(len(rows) for rows, _ in self.parts)

    def shares(self, raw: Any, out: Any = None) -> Any:
        """Local shares `(members of all dimensions, draws)` in the rows' own precision, summing to 1 by dimension."""
        made = np.empty((self.size, raw.shape[1]), dtype=raw.dtype) if out is None else out
        start = 0
        for rows, base in self.parts:
            part = made[start : start + len(rows)]
            first = rows[0]
            whole = rows == tuple(range(first, first + len(rows)))
            source = raw[first : first + len(rows)] if whole else raw[list(rows)]
            weighed = source if base is None else source * base[:, None].astype(raw.dtype)
            shares(weighed, axis=0, out=part)
            start += len(rows)
        return made
