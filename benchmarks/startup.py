"""How long a person waits: the best of five starts of three commands, as whole processes.

`python3 run.py python benchmarks/startup.py --json`
"""

import argparse
import json
import os
import shutil
import subprocess
import tempfile
import time

COMMANDS = {
    "help_seconds": ["--help"],
    "list_seconds": ["list"],
    "rank_seconds": ["rank", "global"],
}


def best_of(arguments: list[str], runs: int, variables: dict[str, str]) -> float:
    """The shortest of several runs, in seconds, after one that is not counted."""
    program = shutil.which("hubrank")
    if program is None:
        raise SystemExit("hubrank is not on the PATH; start this with python3 run.py")
    times = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL, env=variables)
        times.append(time.perf_counter() - start)
    return min(times[1:])


def main() -> None:
    """Time the commands with a cache of their own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object last")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        variables = {**os.environ, "HUBRANK_CACHE": cache}
        figures = {name: round(best_of(words, arguments.runs, variables), 3) for name, words in COMMANDS.items()}
    for name, seconds in figures.items():
        print(f"{name:<14} {seconds:.3f}")
    if arguments.json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
