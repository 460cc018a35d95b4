"""Plugins are guests: what their code raises or prints stays with them, and is told by name.

`hosted` is around every import of a plugin, every hook and every function of a part. It keeps a mistake in its place;
it is no jail: code of a plugin can do whatever the person can who runs it.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType, MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from hubrank.basis.arrays import Array

#: Signals by which a person or a machine ends a run; what their handlers raise is no plugin's.
_ENDS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))
#: Kinds of dtypes of real numbers.
_REAL = "fiub"


class GuestError(Exception):
    """What a plugin raised that is no `Exception`, such as `SystemExit`.

    Args:
        what: What it raised, as `told` tells it.
    """


def told(error: BaseException) -> str:
    """What was raised and its text: `ValueError: no such year`."""
    return str(error) if isinstance(error, GuestError) else f"{type(error).__name__}: {text_of(error)}"


def text_of(error: BaseException) -> str:
    """The text of what was raised, even where it cannot tell it."""
    try:
        return str(error)
    except BaseException as other:  # noqa: BLE001  # a text is wanted, whatever the error is made of
        return f"(its text cannot be told: {type(other).__name__})"


class _House:
    """The process while a command line answers: its standard output carries the answer, and signals are noted.

    Attributes:
        answers: Whether it does.
        guests: How many calls of plugins are under way, those of other threads included.
        raised: What the handler of a signal raised last.
    """

    def __init__(self) -> None:
        self.answers = False
        self.guests = 0
        self.raised: BaseException | None = None
        self._stream: Any = None
        self._lock = threading.Lock()

    def enter(self, guests: int) -> None:
        """Turn standard output to standard error for the first guest, and back after the last."""
        with self._lock:
            self.guests += guests
            if guests > 0 and self.guests == 1:
                self._stream, sys.stdout = sys.stdout, sys.stderr
            elif self.guests == 0:
                sys.stdout = self._stream

    def listen(self) -> list[tuple[int, Any]]:
        """Note what handlers of signals raise, so that it is told from what plugins do.

        Returns:
            The handlers as they were.
        """
        before = [(number, handler) for number in _ENDS if callable(handler := signal.getsignal(number))]
        for number, handler in before:
            signal.signal(number, self._noting(handler))
        return before

    def _noting(self, handler: Callable[[int, FrameType | None], Any]) -> Callable[[int, FrameType | None], Any]:
        def noting(number: int, frame: FrameType | None) -> Any:
            try:
                return handler(number, frame)
            except BaseException as raised:
                self.raised = raised
                raise

        return noting


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
        _settle(before)


def _settle(handlers: list[tuple[int, Any]]) -> None:
    for number, handler in handlers:
        signal.signal(number, handler)


class hosted:  # noqa: N801  # reads as what it does
    """Run code of a plugin.

    Whatever it raises leaves as an `Exception`, but for what the handler of a signal raised, such as Ctrl-C's.

    Args:
        verb: Whether it is a verb, which prints its answer itself and may end well after an interrupt.
    """

    def __init__(self, *, verb: bool = False) -> None:
        self._verb = verb
        self._main = threading.current_thread() is threading.main_thread()
        self._turned = _HOUSE.answers and not verb
        self._handlers: list[tuple[int, Any]] = []
        self._before = _HOUSE.raised

    def __enter__(self) -> None:
        if self._turned:
            _HOUSE.enter(1)
        if self._main and not _HOUSE.answers:
            self._handlers = _HOUSE.listen()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        if self._turned:
            _HOUSE.enter(-1)
        _settle(self._handlers)
        raised = _HOUSE.raised if self._main and _HOUSE.raised is not self._before else None
        if raised is not None and error is not raised and not (self._verb and error is None):
            raise raised
        if error is None or isinstance(error, Exception) or error is raised:
            return False
        if self._verb and isinstance(error, SystemExit):
            return False
        raise GuestError(told(error)) from error


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
