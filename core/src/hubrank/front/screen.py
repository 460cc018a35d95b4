"""What a person sees, and how wide: bars, numbers, and what was asked of all verbs alike."""

from __future__ import annotations

import contextlib
import contextvars
import os
import sys
from collections.abc import Iterator
from typing import TextIO

from hubrank.basis.language import numeral
from hubrank.basis.output import turned, turned_back

#: The variable that sets `--width` for every run.
WIDTH = "HUBRANK_WIDTH"

_QUIET = contextvars.ContextVar("quiet", default=False)
_WIDTH = contextvars.ContextVar[int | None]("width", default=None)


@contextlib.contextmanager
def asked(quiet: bool, width: int | None) -> Iterator[None]:
    """Run with `--quiet` and `--width` as a command line has them."""
    token = _WIDTH.set(width)
    try:
        with quieted(quiet):
            yield
    finally:
        _WIDTH.reset(token)


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


def laid_out() -> bool:
    """Whether tables are laid out for eyes: on a terminal, or where a width or colours are asked for."""
    return sys.stdout.isatty() or _given() is not None or bool(os.environ.get("FORCE_COLOR"))


def width() -> int:
    """How many cells a line of standard output has: as asked for, else the terminal's, else 80."""
    if (given := _given()) is not None:
        return given
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    with contextlib.suppress(OSError, ValueError):
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    return 80


def _given() -> int | None:
    """The width that `--width` or else the environment gives."""
    if (here := _WIDTH.get()) is not None:
        return here
    always = os.environ.get(WIDTH, "")
    return int(always) if always.isdecimal() and int(always) else None


def coloured(stream: TextIO) -> bool:
    """Whether a stream gets colours: a terminal that has them, or any where they are forced; `NO_COLOR` forbids it."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


@contextlib.contextmanager
def silenced() -> Iterator[None]:
    """Let what libraries in C write past Python to standard output go nowhere, as solvers do now and then."""
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123  # a descriptor is what is wanted
        kept = turned(nowhere.fileno())
        try:
            yield
        finally:
            turned_back(kept)


def bar_of(share: float, width: int = 20) -> str:
    """A bar of eighths of a cell, `share` of `width` long."""
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    full, rest = divmod(eighths, 8)
    return "█" * full + (" ▏▎▍▌▋▊▉"[rest] if rest else "")


def number(value: float, digits: int = 4) -> str:
    """A number for people: thousands apart, no more digits than it needs."""
    if value != value:  # not a number
        return "-"
    return numeral(f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.{digits}g}")
