"""Standard output's descriptor, turned elsewhere for a while."""

from __future__ import annotations

import contextlib
import os
import sys

from attrs import frozen


@frozen
class Turned:
    """What standard output was before it was turned.

    Attributes:
        kept: A descriptor of it; none where there was none.
    """

    kept: int | None

    def back(self) -> None:
        """Let standard output be what it was; what is still in a buffer goes where it was turned to."""
        flush()
        if self.kept is not None:
            os.dup2(self.kept, 1)
            os.close(self.kept)


def turned(to: int) -> Turned:
    """Let the descriptor of standard output write to another until it is turned back.

    What is in a buffer leaves before. What Python writes by an own stream is not touched.

    Args:
        to: The other descriptor; where it is closed, what is written goes nowhere.
    """
    flush()
    try:
        kept = os.dup(1)
    except OSError:
        return Turned(None)
    try:
        os.dup2(to, 1)
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)
    return Turned(kept)


def flush() -> None:
    """Empty the buffers of Python's own standard output and, where its library is to be had, of C's."""
    for stream in (sys.stdout, sys.__stdout__):
        if stream is not None:
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
    if (ctypes := sys.modules.get("ctypes")) is not None:  # who writes by C has most likely loaded it
        with contextlib.suppress(OSError, TypeError, AttributeError):
            ctypes.CDLL(None).fflush(None)
