"""Calls into plugins: name the plugin in errors, validate what it returns."""

from __future__ import annotations

import contextlib
import functools
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType, MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, Literal

import attrs
from attrs import define, field

if TYPE_CHECKING:
    from hubrank.numeric import Array

#: Signals by which a user or a machine ends a run; what their handlers raise is not an error of a plugin.
_ENDS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))
#: Kinds of dtypes of real numbers.
_REAL = "fiub"


class PluginCallError(Exception):
    """Anything a plugin raised other than an `Exception`, such as `SystemExit`, as text."""


def exception_text(error: BaseException) -> str:
    """The class and text of an exception: `ValueError: no such year`."""
    return str(error) if isinstance(error, PluginCallError) else f"{type(error).__name__}: {text_of(error)}"


def text_of(error: BaseException) -> str:
    """The text of an exception, even if making it raises."""
    try:
        return str(error)
    except BaseException as other:  # noqa: BLE001  # a text is wanted, whatever the error is made of
        return f"(its text is not available: {type(other).__name__})"


@define
class _Process:
    """The state of the process while a command line answers: standard output carries only the answer.

    `calls` counts the calls of plugins under way in all threads; `raised` is what a handler of a signal raised last;
    `listens` is whether that is noted.
    """

    answers: bool = False
    listens: bool = False
    calls: int = 0
    raised: BaseException | None = None
    _stream: Any = None
    _lock: threading.Lock = field(factory=threading.Lock)

    def count(self, calls: int) -> None:
        """Redirect standard output to standard error for the first call, and restore it after the last."""
        with self._lock:
            self.calls += calls
            if calls > 0 and self.calls == 1:
                self._stream, sys.stdout = sys.stdout, sys.stderr
            elif self.calls == 0:
                sys.stdout = self._stream

    def listen(self) -> list[tuple[int, Any]]:
        """Note what handlers of signals raise, to distinguish it from what plugins raise; restore the handlers."""
        before = [(number, handler) for number in _ENDS if callable(handler := signal.getsignal(number))]
        for number, handler in before:
            signal.signal(number, functools.partial(self._handle, handler))
        return before

    def _handle(self, handler: Callable[[int, FrameType | None], Any], number: int, frame: FrameType | None) -> Any:
        try:
            return handler(number, frame)
        except BaseException as raised:
            self.raised = raised
            raise


_PROCESS = _Process()


@contextlib.contextmanager
def listening() -> Iterator[None]:
    """Note what handlers of signals raise during many calls of plugins, rather than during each."""
    if _PROCESS.listens or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = _PROCESS.listen()
    _PROCESS.listens = True
    try:
        yield
    finally:
        _PROCESS.listens = False
        for number, handler in before:
            signal.signal(number, handler)


@contextlib.contextmanager
def answering() -> Iterator[None]:
    """Keep standard output for the answer of a command line: what plugins print goes to standard error.

    In a program or notebook that uses hubrank, output is not redirected.
    """
    if _PROCESS.answers or threading.current_thread() is not threading.main_thread():
        yield
        return
    with listening():
        _PROCESS.answers = True
        try:
            yield
        finally:
            _PROCESS.answers = False


@define
class plugin_call:  # noqa: N801  # reads as what it does
    """Run code of a plugin.

    Anything it raises leaves as an `Exception`, except what the handler of a signal raised, such as Ctrl-C's. A command
    prints its answer itself and may end well after an interrupt.
    """

    verb: bool = field(default=False, kw_only=True)
    _main: bool = field(init=False, factory=lambda: threading.current_thread() is threading.main_thread())
    _turned: bool = field(init=False, default=False)
    _handlers: list[tuple[int, Any]] = field(init=False, factory=list)
    _before: BaseException | None = field(init=False, factory=lambda: _PROCESS.raised)

    def __enter__(self) -> None:
        self._turned = _PROCESS.answers and not self.verb
        if self._turned:
            _PROCESS.count(1)
        if self._main and not _PROCESS.listens:
            self._handlers = _PROCESS.listen()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        if self._turned:
            _PROCESS.count(-1)
        for number, handler in self._handlers:
            signal.signal(number, handler)
        raised = _PROCESS.raised if self._main and _PROCESS.raised is not self._before else None
        if raised is not None and error is not raised and not (self.verb and error is None):
            raise raised
        if error is None or isinstance(error, Exception) or error is raised:
            return False
        if self.verb and isinstance(error, SystemExit):
            return False
        raise PluginCallError(exception_text(error)) from error


def real_numbers(result: Any, dtype: Any = float) -> Array | None:
    """A plugin's return value as a writable array of floats; None if it holds anything else.

    Masked values are missing.
    """
    import numpy as np

    if isinstance(result, np.ma.MaskedArray) and result.dtype.kind in _REAL:
        result = np.where(np.ma.getmaskarray(result), np.nan, np.ma.getdata(result))
    array = np.asarray(result)
    if array.dtype.kind not in _REAL:
        return None
    return array.astype(dtype, copy=not array.flags.writeable)


def read_only(argument: Any) -> Any:
    """An argument for a plugin, made read-only if it is an array or a mapping."""
    if type(argument) is dict:
        return MappingProxyType(argument)
    if type(argument) is list:
        return [read_only(item) for item in argument]
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(argument, numpy.ndarray):
        view = argument.view()
        view.flags.writeable = False
        return view
    return argument


#: A test of a value and a description of valid ones, for messages to the plugin's author.
_Promise = tuple[Callable[[Any], bool], str]


def checked_record(record: Any, hook: str, wanted: type[Any]) -> Any:
    """Check a record that a hook yielded.

    Raises:
        TypeError: It is of another class, or one of its attributes is invalid.
    """
    if not isinstance(record, wanted):
        raise TypeError(f"{hook} yielded {article(type(record).__name__)}; expected {article(wanted.__name__)}")
    for attribute in attrs.fields(type(record)):
        name, value, kind = attribute.name, getattr(record, attribute.name), str(attribute.type)
        if name in GIVEN:
            holds, text = GIVEN[name]
            kept, text = callable(value) or holds(value), f"{text}, or a function"
        elif kind.startswith("Callable"):
            optional = kind.endswith("| None")
            kept, text = callable(value) or (optional and value is None), f"a function{' or None' if optional else ''}"
        else:
            holds, text = _PROMISES.get(kind, (lambda _: True, ""))
            kept = holds(value)
        if not kept:
            what = f"{article(wanted.__name__)} with {article(name)} that is not {text}"
            raise TypeError(f"{hook} yielded {what}")
    for name in getattr(record, "levels", ()):
        if name not in attrs.fields_dict(record.options):
            what = f"{article(wanted.__name__)} with the level '{name}', which its options do not have"
            raise TypeError(f"{hook} yielded {what}")
    return record


def article(noun: str) -> str:
    """A noun with its English article, for messages to authors of plugins."""
    return f"an {noun}" if noun[0] in "aeioAEIO" else f"a {noun}"


def _is_tuple(cls: type, value: Any) -> bool:
    return isinstance(value, tuple | list) and all(isinstance(item, cls) for item in value)


def _are_tables(value: Any) -> bool:
    from hubrank.plugin.sources import Table

    return _is_tuple(Table, value)


def _are_origins(value: Any) -> bool:
    from hubrank.plugin.sources import Origin

    return _is_tuple(Origin, value)


def _is_form(value: Any) -> bool:
    from hubrank.plugin.methods import Form

    return isinstance(value, Form | None)


_TEXTS: _Promise = (lambda value: _is_tuple(str, value), "a tuple of texts")

#: The required results of functions of the options, by attribute.
GIVEN: dict[str, _Promise] = {
    "tables": (_are_tables, "a tuple of Tables"),
    "origins": (_are_origins, "a tuple of Origins"),
    "inputs": (
        lambda value: (
            isinstance(value, Mapping)
            and all(isinstance(role, str) and isinstance(columns, Mapping) for role, columns in value.items())
            and all(kind in (float, str) for columns in value.values() for kind in columns.values())
        ),
        "columns and their types, float or str, by input",
    ),
    "unit_columns": _TEXTS,
    "form": (_is_form, "a Form or None"),
}

#: The required values of other attributes, by annotation.
_PROMISES: dict[str, _Promise] = {
    "str": (lambda value: isinstance(value, str), "text"),
    "bool": (lambda value: isinstance(value, bool), "true or false"),
    "type": (lambda value: isinstance(value, type) and attrs.has(value), "an attrs class"),
    "Path": (lambda value: isinstance(value, Path | str), "a path"),
    "tuple[str, ...]": _TEXTS,
    "Literal[1, -1]": (lambda value: isinstance(value, int) and value in (1, -1), "1 or -1"),
    "Literal['shares', 'raw']": (
        lambda value: isinstance(value, str) and value in ("shares", "raw"),
        "'shares' or 'raw'",
    ),
}
