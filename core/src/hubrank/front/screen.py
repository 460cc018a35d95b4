"""What a person sees: a console, bars and numbers; texts from data made safe."""

from __future__ import annotations

import contextlib
import contextvars
import ctypes
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

#: Control characters of C0 and C1 with spaces in their place: a name must not move the cursor or change colours.
_STEERING = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")

_QUIET = contextvars.ContextVar("quiet", default=False)


def console() -> Console:
    """Standard output; plain and as wide as it needs when piped."""
    from rich.console import Console

    terminal = sys.stdout.isatty()
    return Console(width=None if terminal else 200, highlight=False, emoji=False, soft_wrap=not terminal)


@contextlib.contextmanager
def quieted(wanted: bool) -> Iterator[None]:
    """Run with `--quiet` on or off."""
    token = _QUIET.set(wanted)
    try:
        yield
    finally:
        _QUIET.reset(token)


def quiet() -> bool:
    """Whether only the result should be printed (`--quiet`)."""
    return _QUIET.get()


def plain(text: object) -> str:
    """A text made safe for the console: without markup and control characters.

    Args:
        text: A name from data, or any other text from outside.
    """
    from rich.markup import escape

    return escape(without_steering(str(text)))


def without_steering(text: str) -> str:
    """A text without control characters."""
    return text.translate(_STEERING)


@contextlib.contextmanager
def silenced() -> Iterator[None]:
    """Let what libraries in C write past Python to standard output go nowhere, as solvers do now and then."""
    sys.stdout.flush()
    kept = os.dup(1)
    try:
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123  # a descriptor is what is wanted
            os.dup2(nowhere.fileno(), 1)
            yield
            _flush_c()
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _flush_c() -> None:
    """Empty C's own buffers, where its library is to be had."""
    with contextlib.suppress(OSError, TypeError, AttributeError):
        ctypes.CDLL(None).fflush(None)


def bar_of(share: float, width: int = 20) -> str:
    """A bar of eighths of a cell, `share` of `width` long."""
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    full, rest = divmod(eighths, 8)
    return "█" * full + (" ▏▎▍▌▋▊▉"[rest] if rest else "")


def number(value: float, digits: int = 4) -> str:
    """A number for people: thousands apart, no more digits than it needs."""
    if value != value:  # not a number
        return "-"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.{digits}g}"
