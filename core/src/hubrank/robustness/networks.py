"""Sorting networks: which places to compare, one pair after another, whatever stands in them."""

from __future__ import annotations

from typing import Any

import numpy as np


def sorting_network(count: int) -> Any:
    """Batcher's odd-even merge sort of a number of places: the pairs to compare, `(pairs, 2)`.

    Source: Batcher, Sorting networks and their applications (1968).
    """
    pairs = []
    run = 1
    while run < count:
        apart = run
        while apart:
            for first in range(apart % run, count - apart, 2 * apart):
                for place in range(first, min(first + apart, count - apart)):
                    if place // (2 * run) == (place + apart) // (2 * run):
                        pairs.append((place, place + apart))
            apart //= 2
        run *= 2
    return np.array(pairs, dtype=np.int32).reshape(-1, 2)
