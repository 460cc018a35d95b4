"""Standard output and error that are closed or full: a sentence or silence, an exit code, and no traceback."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback
from collections.abc import Iterator
from typing import ClassVar

from hubrank.basis.errors import HubrankError
from hubrank.basis.words import reason


class OutputError(HubrankError):
    """Standard output takes nothing more, as on a full disk."""


class ClosedError(OutputError):
    """Nobody reads standard output any more, as behind `| head -1`; nothing is said of it."""

    #: What a shell sees of a program that a closed pipe ended.
    exit_code: ClassVar[int] = 141


@contextlib.contextmanager
def sent(*, err: bool = False) -> Iterator[None]:
    """Write to a standard stream.

    Args:
        err: To standard error, where what cannot be written is lost: there is nowhere else to say it.

    Raises:
        OutputError: Standard output cannot be written.
    """
    try:
        yield
    except OSError as error:
        if not err:
            raise refused(error) from error


def refused(error: OSError) -> OutputError:
    """What is said where standard output cannot be written."""
    if isinstance(error, BrokenPipeError):
        return ClosedError("")
    return OutputError(f"standard output cannot be written: {reason(error)}")


def echoed(error: OSError) -> bool:
    """Whether an error is of help, which the command line's library writes to standard output itself."""
    return traceback.extract_tb(error.__traceback__)[-1].name == "echo"


def opened() -> None:
    """Have all standard streams, also where a process was started without, lest a file get their numbers."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            number = os.open(os.devnull, os.O_WRONLY if name == "stderr" else os.O_RDONLY)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8"))


def left(code: int) -> int:
    """The exit code of a process, once what its streams hold is written, or thrown away where it cannot be.

    Args:
        code: What it would be.
    """
    for stream in [each for each in (sys.__stdout__ or sys.stdout, sys.__stderr__ or sys.stderr) if not each.closed]:
        try:
            stream.flush()
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
            if stream is not sys.__stderr__ and code in (0, 1):
                code = refused(error).exit_code
    return code
