"""Weights as products of local shares: the rows that each multiplies."""

from __future__ import annotations

import functools
import itertools
from typing import Any

import numpy as np
from attrs import frozen

#: The rows of local shares whose product is a weight; none of them is a weight of 1.
Path = tuple[int, ...]


@frozen(eq=False)
class Paths:
    """The paths of some weights.

    Attributes:
        paths: For each weight its path.
    """

    paths: tuple[Path, ...]

    def __len__(self) -> int:
        return len(self.paths)

    @functools.cached_property
    def flat(self) -> tuple[Any, Any]:
        """All rows one after another, and where each path's begin and the last ends."""
        rows = np.array(list(itertools.chain(*self.paths)), dtype=np.int64)
        return rows, np.cumsum([0, *map(len, self.paths)]).astype(np.int64)

    @functools.cached_property
    def levels(self) -> tuple[tuple[Any, Any], ...]:
        """For each place in a path the weights whose path has one there, and their rows."""
        made = []
        for level in range(max(map(len, self.paths), default=0)):
            which = [at for at, path in enumerate(self.paths) if len(path) > level]
            rows = np.array([self.paths[at][level] for at in which], dtype=np.intp)
            made.append((slice(None) if len(which) == len(self.paths) else np.array(which), rows))
        return tuple(made)
