"""Writers whose n-th change of files fails, or that die at it; started as a program of its own by `test_faults.py`.

Rankings are computed once, and each run is a fork in which every change of files is counted: opening for writing, each
write, flush and close, fsync, renaming, exchanging, making and deleting. For n = 1, 2, 3 and so on the n-th fails with
an error of the system or kills the process, until none is left to fail. Prints, as JSON, what was found.
"""

import builtins
import contextlib
import errno
import functools
import gc
import importlib
import io
import itertools
import json
import mmap
import os
import shutil
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Self

from hubrank.basis import workplaces
from hubrank.basis.errors import UsageError
from hubrank.basis.files import add_files, is_there
from hubrank.basis.workplaces import leftovers, tidy
from hubrank.contract.registry import Registry
from hubrank.front.app import run
from hubrank.runs import running

KILL = 137
#: What a system may say against a change of files.
ERRORS = (errno.ENOSPC, errno.EROFS, errno.EACCES)
#: What may befall one: the end of the process, one of the errors, or each of them in turn.
FAULTS = {"kill": (KILL,), **{errno.errorcode[each]: (each,) for each in ERRORS}, "errors": ERRORS}
#: Whether a fault has struck, told by a fork to who started it.
STRUCK = mmap.mmap(-1, 1)


class Faults:
    """Counts the changes of files below a folder, and lets one of them fail."""

    def __init__(self, folder: Path, step: int, fault: int) -> None:
        self.folder = str(folder)
        self.left = step
        self.fault = fault
        self.lines: list[str] = []

    def strike(self, before: Callable[[], object] = lambda: None, path: Any = None) -> None:
        """Count a change; let it fail if it is its turn, after what a killed one would have done.

        The error names the path, where the system's would.
        """
        self.left -= 1
        if self.left < 0:
            frame = sys._getframe(2)
            self.lines.append(f"{frame.f_code.co_filename}:{frame.f_lineno}")
        if self.left:
            return
        STRUCK[0] = 1
        before()
        if self.fault == KILL:
            os._exit(KILL)
        raise OSError(self.fault, os.strerror(self.fault), path)

    def install(self) -> None:
        """Count from now on."""
        for name in ("rename", "replace", "mkdir", "unlink", "remove", "rmdir", "chmod"):
            setattr(os, name, self._counted(getattr(os, name)))
        os.fsync = self._always(lambda handle: None)  # the disk is not waited for
        os.open = self._opening(os.open)
        builtins.open = io.open = self._file_opening(io.open)
        workplaces.exchange = self._always(workplaces.exchange)

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(call)
        def counted(path: Any, *rest: Any, **options: Any) -> Any:
            if any(options.get(key) is not None for key in ("dir_fd", "src_dir_fd")) or self._watched(path):
                self.strike(path=path)
            return call(path, *rest, **options)

        return counted

    def _always(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any) -> Any:
            self.strike()
            return call(*arguments)

        return counted

    def _opening(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def opened(path: Any, flags: int, *rest: Any, **options: Any) -> Any:
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and self._watched(path):
                self.strike(path=path)
            return call(path, flags, *rest, **options)

        return opened

    def _file_opening(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def opened(path: Any, mode: str = "r", *rest: Any, **options: Any) -> Any:
            if not {*mode} & {*"wax+"} or not self._watched(path):
                return call(path, mode, *rest, **options)
            self.strike(path=path)
            return File(call(path, mode, *rest, **options), self)

        return opened

    def _watched(self, path: Any) -> bool:
        return isinstance(path, str | os.PathLike) and str(Path(path).absolute()).startswith(self.folder)


class File:
    """A file whose writes, flushes and closing are counted."""

    def __init__(self, file: Any, faults: Faults) -> None:
        self._file, self._faults = file, faults

    def write(self, data: Any) -> int:
        """Write; what fails has written half."""
        self._faults.strike(lambda: (self._file.write(data[: len(data) // 2]), self._file.flush()))
        return self._file.write(data)

    def flush(self) -> None:
        """Flush."""
        self._faults.strike()
        self._file.flush()

    def close(self) -> None:
        """Close; what fails is closed all the same."""
        if not self._file.closed:
            self._faults.strike(self._file.close)
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class Writer:
    """A command line that writes to a place, and what the place holds before and after."""

    def __init__(self, home: Path, words: list[str], target: str, before: list[str] | None) -> None:
        self.home = home
        self.words = words
        self.target = home / "out" / target
        self.kept = home / "kept"
        self.said = home / "said"
        _remove(self.kept)
        if before is not None:
            self.made(before)
        self.old = content(self.target)
        if self.target.exists():
            (shutil.copytree if self.target.is_dir() else shutil.copyfile)(self.target, self.kept)
        self.made(words)
        self.new = content(self.target)
        if self.new == self.old:
            raise SystemExit(f"{words} changes nothing")
        self.reset()

    def made(self, words: list[str]) -> None:
        """Run here, so that forks have imported and remember what it takes."""
        with self.said.open("w") as said, contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = done(words)
        if code:
            raise SystemExit(f"{words} left with {code}: {self.said.read_text()}")

    def reset(self) -> None:
        """Have the old result there again."""
        if content(self.target) == self.old:
            return
        _remove(self.target)
        if self.kept.exists():
            (shutil.copytree if self.kept.is_dir() else shutil.copyfile)(self.kept, self.target)

    def run(self, words: list[str], step: int = 0, fault: int = KILL) -> int:
        """Run in a fork whose n-th change of files fails; the exit code."""
        STRUCK[0] = 0
        child = os.fork()
        if not child:
            handle = os.open(self.said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            os.dup2(handle, 2)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            faults = Faults(self.home, step, fault)
            faults.install()
            try:
                code = done(words)
            except BaseException:  # noqa: BLE001  # it is told
                traceback.print_exc()
                code = 99
            if not step:
                os.write(handle, json.dumps(faults.lines).encode())
            os._exit(code)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def faults(self, fault: str) -> tuple[int, list[str]]:
        """Let every change fail in turn; how many there were, and what was wrong after one."""
        wrong: list[str] = []
        tried = 0
        for step in self.steps():
            code = self.run(self.words, step, FAULTS[fault][step % len(FAULTS[fault])])
            if not STRUCK[0]:
                break
            tried += 1
            wrong += [f"{self.words[0]} {fault} at {step}: {each}" for each in self.looked(code, fault)]
            self.reset()
        if code or content(self.target) != self.new or self.left():
            wrong.append(f"{self.words}: the last run left with {code}, {self.left()}")
        self.reset()
        return tried, wrong

    def steps(self) -> Iterable[int]:
        """The changes of files that fail, and one more than there are."""
        if self.target.suffix != ".xlsx":
            return itertools.count(1)
        self.run(self.words)
        lines = json.loads(self.said.read_text())
        self.reset()
        first = {line: len(lines) - step for step, line in enumerate(reversed(lines))}
        return [*sorted(first.values()), len(lines) + 1]

    def looked(self, code: int, fault: str) -> list[str]:
        """What is wrong after a fault."""
        is_there(self.target)
        for folder in (self.target, self.target.parent):
            tidy(folder)
        tidy(Path(tempfile.gettempdir()))
        found, said = content(self.target), self.said.read_text()
        state = "old" if found == self.old else "new" if found == self.new else f"half: {sorted(found)}"
        wrong = [f"left: {self.left()}"] if self.left() else []
        if fault == "kill":
            return wrong + ([f"left with {code}"] if code != KILL else []) + ([state] if "half" in state else [])
        if (code, state) not in ((2, "old"), (0, "new")) or "Traceback" in said or (code and said.count("\n") != 1):
            wrong.append(f"{code}, {state}: {said}")
        return wrong

    def left(self) -> list[str]:
        """What is there beside the result."""
        temporary = Path(tempfile.gettempdir())
        names = {each.name for each in (self.home / "out").iterdir()} - {self.target.name}
        return sorted([*names, *(str(each) for each in (*leftovers(temporary), *temporary.iterdir()))])


def done(words: list[str]) -> int:
    """What a command line comes to; `add FOLDER NAME...` is what Python asks for without one."""
    if words[0] != "add":
        return run(words)
    try:
        add_files(Path(words[1]), {name: name.encode() * 100 for name in words[2:]})
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def content(path: Path) -> dict[str, bytes]:
    """The files of a place by name, records without their dates; none where nothing is there."""
    if path.is_file():
        return {"": path.read_bytes()}
    files = {str(each.relative_to(path)): each.read_bytes() for each in path.rglob("*") if each.is_file()}
    return {name: _undated(data) if name.endswith("record.json") else data for name, data in files.items()}


def _undated(data: bytes) -> bytes:
    try:
        return json.dumps(json.loads(data) | {"created": ""}).encode()
    except ValueError:
        return data


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True) if path.is_file() else None


def prepared(home: Path) -> None:
    """Compute what is written once, so that a run is its writing."""
    known = {name: running.rank_with_intervals(str(home / name)) for name in ("old.toml", "new.toml")}
    ranked = running.rank_with_intervals

    def rank_with_intervals(scenario: str, **options: Any) -> Any:
        return known[Path(scenario).name] if Path(scenario).name in known else ranked(scenario, **options)

    running.rank_with_intervals = rank_with_intervals
    pictures = importlib.import_module("hubrank_charts.pictures")
    pictures.picture = lambda chart, kind: f"<svg>{chart.to_json()}</svg>".encode()
    importlib.import_module("hubrank_start.command")._done = lambda target, report: None  # it writes nothing
    folder = importlib.import_module("hubrank_robustness.folder")
    drawing = importlib.import_module("hubrank_robustness.drawing")
    for module, name in (
        (folder, "files_of"),
        (folder, "sensitivity_files"),
        (folder, "bounds_files"),
        (drawing, "drawn"),
    ):
        setattr(module, name, remembered(getattr(module, name)))


def remembered(call: Callable[..., Any]) -> Callable[..., Any]:
    """A function that knows what it said of a title."""
    known: dict[str, Any] = {}

    def said(*arguments: Any, **options: Any) -> Any:
        rankings = [getattr(each, "ranking", each) for each in arguments]
        title = next(each.title for each in rankings if hasattr(each, "title"))
        if title not in known:
            known[title] = call(*arguments, **options)
        made = known[title]
        return dict(made) if isinstance(made, dict) else made

    return said


def writers(home: Path) -> dict[str, Callable[[], Writer]]:
    """The command lines by name, each with what stood there before."""

    def both(target: str, *words: str) -> Callable[[], Writer]:
        old, new = ([words[0], str(home / name), *words[1:]] for name in ("old.toml", "new.toml"))
        output = ["--output", str(home / "out" / target)]
        return lambda: Writer(home, [*new, *output], target, [*old, *output])

    def start() -> Writer:
        words = ["start", str(home / "table.csv"), str(home / "out" / "made"), "--yes", "--no-report"]
        return Writer(home, words, "made", None)

    def add() -> Writer:
        folder = home / "out" / "made"
        folder.mkdir(exist_ok=True)
        (folder / "mine.txt").write_text("mine")
        return Writer(home, ["add", str(folder), "scenario.toml", "data.csv", "units.csv"], "made", None)

    return {
        "add": add,
        "rank": both("run", "rank"),
        "robustness": both("robust", "robustness", "--draws", "20"),
        "report": both("page.html", "report"),
        "start": start,
        **{suffix: both(f"file.{suffix}", "export") for suffix in ("csv", "md", "datapackage.zip", "svg", "xlsx")},
    }


def in_two_steps() -> None:
    """Have no exchange, as file systems and other systems have none."""

    def exchange(first: Path, second: Path) -> None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))

    workplaces.exchange = exchange


def main(home: Path, faults: list[str], names: list[str]) -> dict[str, Any]:
    """Let every change of files of every writer fail in turn, in every way."""
    for folder in ("out", "temporary"):
        (home / folder).mkdir(exist_ok=True)
    tempfile.tempdir = str(home / "temporary")
    Registry.installed()
    prepared(home)
    steps, wrong = {}, []
    gc.freeze()  # a fork copies less
    for name in names:
        if name.startswith("two-step "):  # these come last
            in_two_steps()
        writer = writers(home)[name.removeprefix("two-step ")]()
        for fault in faults:
            steps[f"{name} {fault}"], found = writer.faults(fault)
            wrong += found
        _remove(writer.target)
    return {"steps": steps, "wrong": wrong}


if __name__ == "__main__":
    place, asked, *chosen = sys.argv[1:]
    sys.stdout.write(json.dumps(main(Path(place), asked.split(","), chosen)))
