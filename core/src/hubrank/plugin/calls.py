"""A call into a plugin: errors named, records validated."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType, MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, Literal

import attrs

from hubrank.plugin.methods import Form
from hubrank.plugin.sources import Origin, Table

if TYPE_CHECKING:
    from hubrank.numeric import Array


#: Signals by which a person or a machine ends a run; what their handlers raise is no plugin's.
_ENDS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))
#: Kinds of dtypes of real numbers.
_REAL = "fiub"


class PluginCallError(Exception):
    """What a plugin raised that is no `Exception`, such as `SystemExit`.

    Args:
        what: What it raised, as `told` tells it.
    """


def exception_text(error: BaseException) -> str:
    """What was raised and its text: `ValueError: no such year`."""
    return str(error) if isinstance(error, PluginCallError) else f"{type(error).__name__}: {text_of(error)}"


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


class plugin_call:  # noqa: N801  # reads as what it does
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
        raise PluginCallError(exception_text(error)) from error


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


def read_only(given: Any) -> Any:
    """What a plugin is handed: what it is given, where arrays and mappings cannot be changed by it."""
    if type(given) is dict:
        return MappingProxyType(given)
    if type(given) is list:
        return [read_only(each) for each in given]
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(given, numpy.ndarray):
        view = given.view()
        view.flags.writeable = False
        return view
    return given


#: Whether a value is as it must be, and what that is, for messages to the plugin's author.
Promise = tuple[Callable[[Any], bool], str]


def contract_violation(record: Any) -> str | None:
    """The first attribute of a record that is not what it must be, as `with a title that is not text`; none at best."""
    for name, (kept, said) in _promises(type(record)):
        if not kept(getattr(record, name)):
            return f"with {article(name)} that is not {said}"
    lacking = [each for each in _levels_of(record) if each not in attrs.fields_dict(record.options)]
    return f"with the level '{lacking[0]}', which its options do not have" if lacking else None


def _levels_of(record: Any) -> Iterator[str]:
    """The options that a record says are on the indicator's own scale."""
    for each in getattr(record, "levels", ()):
        yield from (each,) if isinstance(each, str) else each


def _promises(cls: type) -> tuple[tuple[str, Promise], ...]:
    """What the attributes of a record must be, by name; looked up once for each class."""
    if cls not in _KNOWN:
        _KNOWN[cls] = tuple(
            (each.name, _ATTRIBUTES[each.name]) for each in attrs.fields(cls) if each.name in _ATTRIBUTES
        )
    return _KNOWN[cls]


_KNOWN: dict[type, tuple[tuple[str, Promise], ...]] = {}


def article(noun: str) -> str:
    """A noun with its English article, as messages to authors of plugins have it."""
    return f"an {noun}" if noun[0] in "aeioAEIO" else f"a {noun}"


def _all(cls: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, tuple | list) and all(isinstance(each, cls) for each in value)


def _inputs(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(role, str)
        and isinstance(columns, Mapping)
        and all(each in (float, str) for each in columns.values())
        for role, columns in value.items()
    )


def _levels(value: Any) -> bool:
    return isinstance(value, tuple | list) and all(
        isinstance(each, str) or (_all(str)(each) and len(each) == 2) for each in value
    )


def _or_function(promise: Promise) -> Promise:
    kept, said = promise
    return (lambda value: callable(value) or kept(value)), f"{said}, or a function"


_TEXT: Promise = (lambda value: isinstance(value, str), "text")
_TRUTH: Promise = (lambda value: isinstance(value, bool), "true or false")
_FUNCTION: Promise = (callable, "a function")
_FUNCTION_OR_NONE: Promise = (lambda value: value is None or callable(value), "a function or None")

#: What functions of the options must give, by the attribute that they are.
GIVEN: dict[str, Promise] = {
    "tables": (_all(Table), "a tuple of Tables"),
    "origins": (_all(Origin), "a tuple of Origins"),
    "inputs": (_inputs, "columns and their types, float or str, by input"),
    "unit_columns": (_all(str), "a tuple of texts"),
    "form": (lambda value: value is None or isinstance(value, Form), "a Form or None"),
}

_ATTRIBUTES: dict[str, Promise] = {
    **dict.fromkeys(
        ("name", "title", "reference", "help", "description", "unit_of_measure", "suffix", "script"), _TEXT
    ),
    **dict.fromkeys(("apply", "fit", "read", "sample", "units", "places", "write", "count", "fingerprint"), _FUNCTION),
    **dict.fromkeys(("measure", "derive", "years", "stages", "formula"), _FUNCTION_OR_NONE),
    **dict.fromkeys(("random", "from_own", "pointwise", "oriented", "needs_spread", "data_driven"), _TRUTH),
    **dict.fromkeys(("monotone", "may_be_undefined", "reverses"), _TRUTH),
    **{name: _or_function(promise) for name, promise in GIVEN.items()},
    "parts": _FUNCTION,
    "options": (lambda value: isinstance(value, type) and attrs.has(value), "an attrs class"),
    "path": (lambda value: isinstance(value, Path | str), "a path"),
    "direction": (lambda value: isinstance(value, int) and value in (1, -1), "1 or -1"),
    "weights": (lambda value: isinstance(value, str) and value in ("shares", "raw"), "'shares' or 'raw'"),
    "levels": (_levels, "a tuple of names of options, or of pairs of them"),
    "rows": (_all(str), "a tuple of texts"),
    "references": (_all(str), "a tuple of texts"),
}
