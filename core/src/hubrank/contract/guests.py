"""Plugins are guests: what their code raises, prints or takes too long for stays with them, and is told by name.

`hosted` is around every import of a plugin, every hook and every function of a part. It keeps a mistake in its place;
it is no jail: code of a plugin can do whatever the person can who runs it.
"""

from __future__ import annotations

import contextlib
import math
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType, MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, Literal

from hubrank.basis.errors import PluginError
from hubrank.basis.language import grouped, plural, worded
from hubrank.basis.limits import limits
from hubrank.basis.output import turned, turned_back

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array

#: After so many alarms that a call has swallowed, a command line gives it up, and itself with it.
ALARMS = 5
#: Signals by which a person or a machine ends a run; what their handlers raise is no plugin's.
_ENDS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))


#: Kinds of dtypes of real numbers.
_REAL = "fiub"


class GuestError(Exception):
    """What a plugin raised that is no `Exception`, such as `SystemExit`.

    Args:
        what: What it raised, as `told` tells it.
    """


class LimitError(GuestError):
    """It took more time or memory than it may."""


class _Overdue(BaseException):
    """Raised within a call that takes longer than it may."""


def told(error: BaseException) -> str:
    """What was raised and its text: `ValueError: no such year`."""
    return str(error) if isinstance(error, GuestError) else f"{type(error).__name__}: {text_of(error)}"


def text_of(error: BaseException) -> str:
    """The text of what was raised, even where it cannot tell it."""
    try:
        return str(error)
    except BaseException as other:  # noqa: BLE001  # a text is wanted, whatever the error is made of
        return worded("(its text cannot be told: {error})", error=type(other).__name__)


class _House:
    """The process while a command line answers: its standard output carries the answer, and signals are noted.

    Attributes:
        answers: Whether it does.
        guests: How many calls of plugins are under way, those of other threads included.
        timed: The call that the alarm is set for.
        raised: What the handler of a signal raised last.
    """

    def __init__(self) -> None:
        self.answers = False
        self.guests = 0
        self.timed: hosted | None = None
        self.raised: BaseException | None = None
        self._kept: int | None = None
        self._stream: Any = None
        self._lock = threading.RLock()

    def enter(self) -> None:
        """Turn standard output to standard error for the first guest."""
        with self._lock:
            self.guests += 1
            if self.guests == 1:
                self._stream, self._kept = sys.stdout, turned(2)
                sys.stdout = sys.stderr

    def leave(self) -> None:
        """Turn it back after the last."""
        with self._lock:
            self.guests -= 1
            if self.guests == 0:
                turned_back(self._kept)
                sys.stdout = self._stream

    def listen(self) -> list[tuple[int, Any]]:
        """Note what handlers of signals raise, so that it is told from what plugins do, and hear the alarm.

        Returns:
            The handlers as they were.
        """
        before: list[tuple[int, Any]] = []
        for number in _ENDS:
            handler = signal.getsignal(number)
            if callable(handler):
                before.append((number, handler))
                signal.signal(number, self._noting(handler))
        if hasattr(signal, "SIGALRM") and not any(signal.getitimer(signal.ITIMER_REAL)):
            before.append((signal.SIGALRM, signal.signal(signal.SIGALRM, self._alarm)))
        return before

    def _noting(self, handler: Callable[[int, FrameType | None], Any]) -> Callable[[int, FrameType | None], Any]:
        def noting(number: int, frame: FrameType | None) -> Any:
            try:
                return handler(number, frame)
            except BaseException as raised:
                self.raised = raised
                raise

        return noting

    def _alarm(self, _number: int, frame: FrameType | None) -> None:
        if self.timed is not None and (frame is None or frame.f_code is not hosted.__exit__.__code__):
            self.timed.overdue()


_HOUSE = _House()


@contextlib.contextmanager
def answering() -> Iterator[None]:
    """Keep standard output for the answer of a command line: what plugins print goes to standard error.

    In a program or notebook that uses hubrank, output is its own and stays as it is.
    """
    if _HOUSE.answers or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = _HOUSE.listen()
    _HOUSE.answers = True
    try:
        yield
    finally:
        _HOUSE.answers = False
        _settled(before)


def _settled(handlers: list[tuple[int, Any]]) -> None:
    for number, handler in handlers:
        signal.signal(number, handler)


class hosted:  # noqa: N801  # reads as what it does
    """Run code of a plugin.

    Whatever it raises leaves as an `Exception`, but for what the handler of a signal raised, such as Ctrl-C's.

    Args:
        distribution: Whose code it is, for the one message that nobody else can tell.
        part: Which part's, if it is one's.
        seconds: How long it may take, by default its limit. Kept in the main thread on POSIX.
        memory: How many bytes it may take beyond those in use, by default the limit `plugin_memory`. Kept in the main
            thread on Linux.
        verb: Whether it is a verb, which prints its answer itself and may end well after an interrupt.
        loading: Whether it is imported or asked for its parts, for which the limit is `load_seconds`, not
            `plugin_seconds`.
    """

    def __init__(
        self,
        distribution: str,
        part: object = None,
        *,
        seconds: float | None = None,
        memory: float | None = None,
        verb: bool = False,
        loading: bool = False,
    ) -> None:
        self._distribution, self._part = distribution, part
        allowed = limits()
        self._limit = "load_seconds" if loading else "plugin_seconds"
        self._seconds: float = getattr(allowed, self._limit) if seconds is None else seconds
        self._memory, self._verb = allowed.plugin_memory if memory is None else memory, verb
        self._main = threading.current_thread() is threading.main_thread()
        self._handlers: list[tuple[int, Any]] = []
        self._alarms, self._turned, self._timed = 0, False, False
        self._before = _HOUSE.raised
        self._spared: tuple[int, int] | None = None

    def __enter__(self) -> None:
        self._turned = _HOUSE.answers and not self._verb
        if self._turned:
            _HOUSE.enter()
        if self._main:
            self._handlers = [] if _HOUSE.answers else _HOUSE.listen()
            self._spare()
            self._time()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        if self._timed:
            _HOUSE.timed = None
            signal.setitimer(signal.ITIMER_REAL, 0)
        limited = self._settle()
        raised = _HOUSE.raised if self._main and _HOUSE.raised is not self._before else None
        if raised is not None and error is not raised and not (self._verb and error is None):
            raise raised
        if self._alarms:
            raise LimitError(self._too_long()) from None
        if limited and isinstance(error, MemoryError):
            raise LimitError(self._too_large()) from error
        own = error is None or isinstance(error, Exception) or error is raised
        if own or (self._verb and isinstance(error, SystemExit)):
            return False
        assert error is not None  # noqa: S101  # so says the line before
        raise GuestError(told(error)) from error

    def _time(self) -> None:
        """Set the alarm, unless it is set: for who called this one, or by the program that hubrank is part of."""
        if 0 < self._seconds < math.inf and hasattr(signal, "setitimer") and _HOUSE.timed is None:
            if signal.getitimer(signal.ITIMER_REAL)[0]:
                return
            self._timed, _HOUSE.timed = True, self
            signal.setitimer(signal.ITIMER_REAL, self._seconds, 1)

    def overdue(self) -> None:
        """End the call; where it goes on all the same, end the command line.

        Raises:
            BaseException: Within the call, so that it ends.
        """
        self._alarms += 1
        if self._alarms > ALARMS and _HOUSE.answers:
            whose = f"{self._distribution}: {self._part}" if self._part else self._distribution
            os.write(2, f"hubrank: {whose}: {self._too_long()}\n".encode(errors="replace"))
            os._exit(PluginError.exit_code)
        raise _Overdue

    def _spare(self) -> None:
        """Bound the memory that the process may write to; a browser engine sets aside far more that it never uses."""
        if 0 < self._memory < math.inf and sys.platform == "linux":
            import resource

            used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5]) * resource.getpagesize()
            self._spared = resource.getrlimit(resource.RLIMIT_DATA)
            most = used + int(self._memory)
            if self._spared[0] == resource.RLIM_INFINITY or most < self._spared[0]:
                resource.setrlimit(resource.RLIMIT_DATA, (most, self._spared[1]))

    def _settle(self) -> bool:
        """Leave everything as it was before; whether the memory was bounded."""
        limited = self._spared is not None
        if self._spared is not None:
            import resource

            resource.setrlimit(resource.RLIMIT_DATA, self._spared)
        if self._turned:
            _HOUSE.leave()
        _settled(self._handlers)
        return limited

    def _too_long(self) -> str:
        return plural(
            round(self._seconds),
            "took longer than {count} second, the limit {limit}",
            "took longer than {count} seconds, the limit {limit}",
            limit=self._limit,
        )

    def _too_large(self) -> str:
        return worded("took more than {count} bytes, the limit plugin_memory", count=grouped(int(self._memory)))


def real_numbers(made: Any) -> Array | None:
    """What a plugin made as an array of floats that can be changed; none where it holds anything else.

    What is masked is a gap.
    """
    import numpy as np

    if isinstance(made, np.ma.MaskedArray) and made.dtype.kind in _REAL:
        made = np.where(np.ma.getmaskarray(made), np.nan, np.ma.getdata(made))
    found = np.asarray(made)
    if found.dtype.kind not in _REAL:
        return None
    return found.astype(float, copy=not found.flags.writeable)


def handed(given: Any) -> Any:
    """What a plugin is handed: what it is given, where arrays and mappings cannot be changed by it."""
    if type(given) is dict:
        return MappingProxyType(given)
    if type(given) is list:
        return [handed(each) for each in given]
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(given, numpy.ndarray):
        view = given.view()
        view.flags.writeable = False
        return view
    return given
