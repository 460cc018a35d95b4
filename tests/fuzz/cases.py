"""One case: files and a command line; run in this process, and judged by what no input may do."""

from __future__ import annotations

import base64
import contextlib
import functools
import importlib.metadata
import io
import json
import os
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
import warnings
import webbrowser
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest import mock

from attrs import field, frozen
from hubrank.contract.registry import Registry
from hubrank.front import app, run

#: Seconds, and bytes that the process may grow by, of one case.
SLOW, LARGE = 20, 600_000_000

#: What a service would allow strangers; so no case is long only because it asks for much.
LIMITS = (
    "cells=2e5,sheet_cells=2e5,units=2000,panel=1e5,draws=20000,drawn=1e7,unpacked_bytes=2e7,workbook_bytes=2e7,"
    "polygon_points=1e5,file_bytes=1e7,start_bytes=1e7,editions=50,indicators=100"
)

_MEMORY = "/dev/shm"  # noqa: S108  # each case has a new folder in it
#: Where the folders of cases are: in memory, where there is such a place, since a disk takes longer than a case.
PLACE = _MEMORY if os.access(_MEMORY, os.W_OK) else None

#: The module of a plugin, where a case has one.
PLUGIN = "odd_plugin.py"

TRACES = re.compile(r"Traceback \(most recent|^  File \"[^\"]+\", line \d+", re.MULTILINE)
STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Overrun(BaseException):
    """A case took longer than `SLOW`."""


@frozen(kw_only=True)
class Case:
    """What is tried.

    Attributes:
        words: The command line.
        files: The files in the folder where it runs, by their paths.
        codes: The exit codes that the design has for it.
    """

    words: tuple[str, ...]
    files: Mapping[str, bytes] = field(factory=dict)
    codes: tuple[int, ...] = (0, 1, 2, 4)

    def text(self) -> str:
        """As JSON, for a file that stays."""
        files = {name: _told(content) for name, content in self.files.items()}
        made = {"words": self.words, "codes": self.codes, "files": files}
        return json.dumps(made, indent=1, ensure_ascii=True) + "\n"

    @classmethod
    def of(cls, text: str) -> Case:
        """The case that `text` tells."""
        made = json.loads(text)
        files = {
            name: content.encode() if isinstance(content, str) else base64.b64decode(content["base64"])
            for name, content in made["files"].items()
        }
        return cls(words=tuple(made["words"]), codes=tuple(made["codes"]), files=files)


def _told(content: bytes) -> str | dict[str, str]:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode()}


@frozen(kw_only=True)
class Ending:
    """How a case ended.

    Attributes:
        code: The exit code; -1 where it did not come so far.
        wrong: What is wrong with it; empty where nothing is.
        seconds: How long it took.
        grown: Bytes by which the process grew.
    """

    code: int
    wrong: str
    seconds: float
    grown: int


def tried(case: Case) -> Ending:
    """Run a case in a folder of its own."""
    before, start = _peak_from_here(), time.monotonic()
    with tempfile.TemporaryDirectory(dir=PLACE) as folder, _standing_in(Path(folder), case) as streams, _alarm():
        code, wrong = _ran(case)
    seconds, grown = time.monotonic() - start, _peak() - before
    found = wrong or _wrong(case, code, *streams)
    if not found and seconds > SLOW:
        found = f"took {seconds:.0f} seconds"
    if not found and grown > LARGE:
        found = f"grew by {grown:,} bytes"
    return Ending(code=code, wrong=found, seconds=seconds, grown=grown)


def written(case: Case, name: str) -> Mapping[str, bytes]:
    """The files in the folder `name` that a case writes, however long what it needs takes to be imported."""
    with tempfile.TemporaryDirectory(dir=PLACE) as folder, _standing_in(Path(folder), case):
        code, wrong = _ran(case)
        assert (code, wrong) == (0, ""), wrong
        return {path.name: path.read_bytes() for path in Path(name).iterdir() if path.is_file()}


def _peak_from_here() -> int:
    """The peak, which begins anew here where the system can; else a case shows only where it exceeds all before it."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return _peak()


def _peak() -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _ran(case: Case) -> tuple[int, str]:
    """The exit code, and what left the program in another way."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            code = run(case.words)
        except (Exception, SystemExit, KeyboardInterrupt, Overrun) as error:  # noqa: BLE001  # any of them is a finding
            frames = traceback.extract_tb(error.__traceback__)
            own = next((each for each in reversed(frames) if "hubrank" in each.filename), frames[-1])
            return -1, f"raised {type(error).__name__} in {Path(own.filename).name}:{own.lineno}: {str(error)[:200]}"
    told = [each for each in warned if issubclass(each.category, RuntimeWarning)]
    return code, "".join(f"warned in {Path(each.filename).name}:{each.lineno}: {each.message}" for each in told[:1])


def _wrong(case: Case, code: int, out: str, err: str) -> str:
    if code not in case.codes:
        return f"left with {code}: {err[:300]}"
    if TRACES.search(err):
        return f"a traceback: {err[-300:]}"
    if found := STEERING.search(out + err):
        return f"wrote {found.group()!r}"
    if code and not err.strip():
        return f"left with {code} and no message"
    if code and out and not out.endswith("\n"):
        return f"left with {code} and half a line: {out[-80:]!r}"
    return ""


class _Streams(list[str]):
    """Standard output and error, once they are closed."""


@contextlib.contextmanager
def _standing_in(folder: Path, case: Case) -> Iterator[_Streams]:
    """The case's files around it, a cache of its own, and no browser."""
    home = folder / "a" / "b" / "c" / "d"  # so that a path that climbs stays in the folder
    home.mkdir(parents=True)
    for name, content in case.files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    surroundings = {"HUBRANK_CACHE": str(folder / "cache"), "HUBRANK_LIMITS": LIMITS, "HOME": str(folder)}
    told, there = _Streams(), Path.cwd()
    out, err = io.StringIO(), io.StringIO()
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.dict(os.environ, surroundings))
        stack.enter_context(mock.patch.object(tempfile, "tempdir", str(folder)))
        stack.enter_context(mock.patch.object(app, "_command", _command))
        stack.enter_context(mock.patch.object(webbrowser, "open", lambda *_, **__: True))
        stack.enter_context(mock.patch.object(sys, "stdin", io.StringIO("")))
        for each in _registries(home):
            stack.enter_context(each)
        stack.enter_context(contextlib.redirect_stdout(out))
        stack.enter_context(contextlib.redirect_stderr(err))
        os.chdir(home)
        try:
            yield told
        finally:
            os.chdir(there)
            told += [out.getvalue(), err.getvalue()]


@contextlib.contextmanager
def _alarm() -> Iterator[None]:
    def ring(*_: Any) -> None:
        raise Overrun(f"took more than {SLOW} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, SLOW)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


#: A verb's options, made of its function once.
_command = functools.cache(app._command)


@functools.cache
def _installed() -> tuple[importlib.metadata.EntryPoint, ...]:
    """What the core brings, and all verbs, found once: to look for it, or to collect the members, outlasts a case."""
    found = importlib.metadata.entry_points()
    return tuple(
        _entry(each, each.dist.metadata["Name"], each.dist.version)
        for each in (*found.select(group="hubrank"), *found.select(group="hubrank.commands"))
        if each.group == "hubrank.commands" or each.dist.metadata["Name"] == "hubrank"
    )


def _entry(entry: importlib.metadata.EntryPoint, name: str, version: str) -> importlib.metadata.EntryPoint:
    """An entry point whose distribution need not be read again."""
    made = importlib.metadata.EntryPoint(name=entry.name, value=entry.value, group=entry.group)
    metadata = f"Name: {name}\nVersion: {version}\n"
    vars(made)["dist"] = SimpleNamespace(read_text={"METADATA": metadata}.get, version=version, name=name)
    return made


@functools.cache
def _registry(made: str) -> Registry:
    """What is installed, collected once."""
    return getattr(Registry, made)()


def _registries(home: Path) -> list[Any]:
    """In place of what is installed: the same without looking again, or the core with the case's plugin beside it."""
    file = home / PLUGIN
    if not file.exists():
        kinds = {each: _registry(each) for each in ("installed", "of_commands")}
        return [mock.patch.object(Registry, each, lambda found=found: found) for each, found in kinds.items()]
    name = PLUGIN.removesuffix(".py")
    module = ModuleType(name)
    module.__file__ = str(file)
    exec(compile(file.read_bytes(), PLUGIN, "exec"), vars(module))  # noqa: S102  # a plugin is code
    entry = _entry(importlib.metadata.EntryPoint(name="odd", value=name, group="hubrank"), "hubrank-odd", "0.1")
    found = importlib.metadata.EntryPoints([*_installed(), entry])
    return [
        mock.patch.dict(sys.modules, {name: module}),
        mock.patch.object(importlib.metadata, "entry_points", lambda **chosen: found.select(**chosen)),
    ]
