"""Runs that are killed; started as a program of its own by `test_kill.py`.

Everything is imported once and each run is a fork, so that a run is quick and kills fall into its work, not into
imports. Prints, as JSON, what was found after each kill.
"""

import importlib
import json
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

from hubrank.contract.registry import Registry
from hubrank.front.app import run
from hubrank.measuring.cache import Cache

KILLS = 50

#: What a run imports when it needs it.
MODULES = (
    "hubrank.runs.running",
    "pyarrow.dataset",
    "pyarrow.csv",
    "pyarrow.pandas_compat",
    "pyarrow.parquet",
    "tomli_w",
)

#: What changes files, as Python's audit hooks call it.
CHANGES = {"os.rename", "os.mkdir", "os.chmod", "os.remove", "os.rmdir", "shutil.rmtree"}


def started(scenario: Path, step: int | None = None) -> int:
    """The process of a run that has begun; with a step it kills itself before so many a change of files."""
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if step is not None:
            kill_before(step, str(scenario.parent))
        os._exit(run(["rank", str(scenario), "--format", "csv", "--output", str(scenario.parent / "run")]))
    return child


def kill_before(step: int, folder: str) -> None:
    """Have this process killed before a change of the files of a folder, counted from 0."""
    steps = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal steps
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if (writes or event in CHANGES) and str(arguments[0]).startswith(folder):
            if steps == step:
                os.kill(os.getpid(), signal.SIGKILL)
            steps += 1

    sys.addaudithook(watch)


def exit_code(child: int) -> int:
    """How a run ended; below 0 where it was killed."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def content(folder: Path) -> dict[str, bytes]:
    """The files of a run, the record without its date."""
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    if "record.json" in files:
        record = json.loads(files["record.json"])
        del record["created"]
        files["record.json"] = json.dumps(record).encode()
    return files


class Rounds:
    """What runs left, round by round."""

    def __init__(self, scenario: Path) -> None:
        self.scenario = scenario
        self.output = scenario.parent / "run"
        self.cache = Cache.default()
        self.cold, self.warm = self.seconds(), self.seconds()
        self.whole = content(self.output)
        self.killed = self.broken = 0
        self.states: list[str] = []

    def seconds(self) -> float:
        """How long a run takes that nobody kills."""
        began = time.monotonic()
        if code := exit_code(started(self.scenario)):
            raise SystemExit(f"a run that nobody killed left with {code}")
        return time.monotonic() - began

    def forget(self, cached: bool = False, output: bool = False) -> None:
        """Delete what earlier runs left."""
        for folder, gone in ((self.cache.folder, cached), (self.output, output)):
            if gone:
                shutil.rmtree(folder, ignore_errors=True)

    def look(self, child: int) -> bool:
        """Note what a run left; whether it was killed."""
        code = exit_code(child)
        self.killed += code == -signal.SIGKILL
        found = content(self.output) if self.output.exists() else None
        self.states.append("absent" if found is None else "whole" if found == self.whole else "half")
        self.broken += len(self.cache.broken())
        return code == -signal.SIGKILL


def main(scenario: Path) -> dict[str, object]:
    """Kill runs at random moments, then before each change of files."""
    chance = random.Random(20)  # noqa: S311  # no secret
    for name in MODULES:
        importlib.import_module(name)
    Registry.installed()
    run(["list"])
    rounds = Rounds(scenario)
    while rounds.killed < KILLS and len(rounds.states) < 3 * KILLS:
        cold = chance.random() < 0.5
        rounds.forget(cached=cold, output=chance.random() < 0.3)
        child = started(scenario)
        time.sleep((rounds.cold if cold else rounds.warm) * chance.uniform(0.2, 1.0))
        os.kill(child, signal.SIGKILL)
        rounds.look(child)
    by_chance = rounds.killed
    rounds.seconds()
    steps = 0
    rounds.forget(cached=True)
    while rounds.look(started(scenario, steps)):
        steps += 1
        rounds.forget(cached=True)
    return {
        "by chance": by_chance,
        "steps": steps,
        "states": {name: rounds.states.count(name) for name in ("absent", "whole", "half")},
        "broken entries": rounds.broken,
        "last state": rounds.states[-1],
        "good entries": len(list(rounds.cache.entries())) - len(rounds.cache.broken()),
    }


if __name__ == "__main__":
    found = json.dumps(main(Path(sys.argv[1])))
    sys.stdout.write(f"\n{found}")
