"""HiGHS as scipy brings it, kept from writing to the screen."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys
from collections.abc import Iterator
from typing import Any


def mixed_integer(*arguments: Any, **named: Any) -> Any:
    """`scipy.optimize.milp`, of whose solver a line gets past Python to standard output now and then."""
    from scipy.optimize import milp

    with _nothing_written():
        return milp(*arguments, **named)


@contextlib.contextmanager
def _nothing_written() -> Iterator[None]:
    """Let what C code writes to standard output go nowhere."""
    sys.stdout.flush()
    kept = os.dup(1)
    try:
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123  # a descriptor is what is wanted
            os.dup2(nowhere.fileno(), 1)
            yield
            _flushed()
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _flushed() -> None:
    """Empty C's own buffers, where its library is to be had."""
    with contextlib.suppress(OSError, TypeError, AttributeError):
        ctypes.CDLL(None).fflush(None)
