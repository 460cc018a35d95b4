"""Standard output's descriptor, turned elsewhere for a while."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from typing import Any

_C: list[Callable[[Any], Any]] = []


def turned(to: int) -> int | None:
    """Let the descriptor of standard output write to another; what Python has in its buffer leaves before.

    Args:
        to: The other descriptor; where it is closed, what is written goes nowhere.

    Returns:
        What `turned_back` wants: a descriptor of what it was; none where there was none.
    """
    _flush_python()
    try:
        kept = os.dup(1)
    except OSError:
        return None
    try:
        os.dup2(to, 1)
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)
    return kept


def turned_back(kept: int | None) -> None:
    """Let standard output be what it was; what is still in a buffer goes where it was turned to."""
    _flush_python()
    _flush_c()
    if kept is not None:
        os.dup2(kept, 1)
        os.close(kept)


def _flush_python() -> None:
    _flush(sys.stdout)
    if sys.stdout is not sys.__stdout__:
        _flush(sys.__stdout__)


def _flush(stream: Any) -> None:
    try:
        stream.flush()
    except (OSError, ValueError, AttributeError):  # full, closed, or none
        return


def _flush_c() -> None:
    """Empty C's own buffers, where its library is to be had; who writes by C has loaded `ctypes`, as NumPy does."""
    if not _C and (ctypes := sys.modules.get("ctypes")) is not None:
        with contextlib.suppress(OSError, TypeError, AttributeError):
            _C.append(ctypes.CDLL(None).fflush)
    for flush in _C:
        flush(None)
