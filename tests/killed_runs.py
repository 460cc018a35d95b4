"""Runs that are killed at random moments; started as a program of its own by `test_kill.py`.

Everything is imported once and each run is a fork, so that a run is quick and kills fall into its work, not into
imports. Prints, as JSON, what was found after each kill.
"""

import json
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

import pandas  # noqa: F401  # imported before the forks
import pyarrow.csv
import pyarrow.parquet  # noqa: F401
from hubrank.cache import Cache
from hubrank.cli.app import run
from hubrank.registry import Registry

KILLS = 50


def started(scenario: str, output: Path) -> int:
    """The process of a run that has begun."""
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        os._exit(run(["rank", scenario, "--output", str(output)]))
    return child


def seconds(scenario: str, output: Path) -> float:
    """How long a run takes that nobody kills."""
    began = time.monotonic()
    code = exit_code(started(scenario, output))
    assert code == 0, code
    return time.monotonic() - began


def exit_code(child: int) -> int:
    """How a run ended; below 0 where it was killed."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def state(output: Path, whole: dict[str, bytes]) -> str:
    """What a run left: nothing, everything, or something else."""
    if not output.exists():
        return "absent"
    found = content(output)
    return "whole" if found == whole else "half"


def content(folder: Path) -> dict[str, bytes]:
    """The files of a run, the record without its date."""
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    if "record.json" in files:
        record = json.loads(files["record.json"])
        del record["created"]
        files["record.json"] = json.dumps(record).encode()
    return files


def main(scenario: str, folder: Path) -> dict[str, object]:
    """Kill runs and look at what they left."""
    chance = random.Random(20)  # noqa: S311  # no secret
    Registry.installed()
    output, cache = folder / "run", Cache.default()
    cold, warm = seconds(scenario, output), seconds(scenario, output)
    whole = content(output)
    states: list[str] = []
    killed = broken = 0
    while killed < KILLS and len(states) < 3 * KILLS:
        lasts = warm
        if chance.random() < 0.5:
            shutil.rmtree(cache.folder)
            lasts = cold
        if chance.random() < 0.3:
            shutil.rmtree(output, ignore_errors=True)
        child = started(scenario, output)
        time.sleep(lasts * chance.uniform(0.2, 1.0))
        os.kill(child, signal.SIGKILL)
        killed += exit_code(child) == -signal.SIGKILL
        states.append(state(output, whole))
        broken += len(cache.broken())
        cache.folder.mkdir(exist_ok=True)
    seconds(scenario, output)
    return {
        "killed": killed,
        "states": {name: states.count(name) for name in ("absent", "whole", "half")},
        "broken entries": broken,
        "last state": state(output, whole),
        "good entries": len(list(cache.entries())) - len(cache.broken()),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
