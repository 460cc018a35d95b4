"""How long a user waits: starts of common commands as whole processes, alone or beside another installation.

`python3 run.py python benchmarks/startup.py --json`
`python3 run.py python benchmarks/startup.py --beside /elsewhere/.venv/bin/hubrank`

Each command runs once to fill the cache of totals and is timed after that; the least of some runs counts. Time of the
processor is what other work on the machine disturbs less.
"""

import os
import subprocess
import tempfile
import time

from surroundings import benchmark, program

COMMANDS = {
    "list": ["list"],
    "help": ["--help"],
    "show": ["show", "global"],
    "check": ["check", "global"],
    "rank": ["rank", "global"],
    "explain": ["explain", "global", "Berlin"],
    "robustness": ["robustness", "global"],
}
#: The most that a command may take of the processor, in seconds.
LIMITS = {"help_cpu_seconds": 0.08, "list_cpu_seconds": 0.15, "rank_cpu_seconds": 0.6}


def waited(command: str, arguments: list[str], variables: dict[str, str]) -> tuple[float, float]:
    """The seconds of one run: by the clock, and of the processor."""
    before, start = os.times(), time.perf_counter()
    subprocess.run([command, *arguments], check=True, stdout=subprocess.DEVNULL, env=variables)
    clock, after = time.perf_counter() - start, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return clock, used


def best_of(programs: list[str], arguments: list[str], runs: int, folder: str) -> list[tuple[float, float]]:
    """The least of several runs of each program, in turns, after one that is not counted; each with its own cache."""
    caches = [{**os.environ, "HUBRANK_CACHE": os.path.join(folder, str(at))} for at in range(len(programs))]  # noqa: PTH118
    turns = [
        [waited(command, arguments, variables) for command, variables in zip(programs, caches, strict=True)]
        for _ in range(runs + 1)
    ]
    return [tuple(map(min, zip(*item, strict=True))) for item in zip(*turns[1:], strict=True)]


if __name__ == "__main__":
    beside = {"help": "another installation's program, run in turns with this one's"}
    with benchmark(__doc__, LIMITS, runs=5, beside=beside) as (asked, figures), tempfile.TemporaryDirectory() as folder:
        programs = [program("hubrank"), *([asked.beside] if asked.beside else [])]
        for name, words in COMMANDS.items():
            (clock, used), *other = best_of(programs, words, asked.runs, folder)
            theirs = "".join(f"   beside {clock_there:.3f}, processor {spent:.3f}" for clock_there, spent in other)
            print(f"{name:<14} {clock:.3f}, processor {used:.3f}{theirs}", flush=True)
            figures |= {f"{name}_seconds": round(clock, 3), f"{name}_cpu_seconds": round(used, 3)}
            if other:
                figures[f"{name}_ratio"] = round(used / other[0][1], 3)
