"""Arrays that are used again and again: fresh pages of memory cost a third of the time of filling them."""

from __future__ import annotations

import math
import threading
from collections.abc import Hashable
from typing import Any

import numpy as np


class Buffers(threading.local):
    """The arrays of a thread, one for each use."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Any] = {}

    def array(self, use: Hashable, shape: tuple[int, ...], dtype: Any) -> Any:
        """An array for a use; what stood in it is lost."""
        size = math.prod(shape)
        kept = self._kept.get(use)
        if kept is None or kept.size < size or kept.dtype != dtype:
            kept = self._kept[use] = np.empty(size, dtype)
        return kept[:size].reshape(shape)


#: What a thread counts draws in, one edition after another.
BUFFERS = Buffers()
