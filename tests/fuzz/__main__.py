"""`python -m tests.fuzz --cases 20000 [--target NAME] [--part N]`: what became of the cases, and 1 if any is wrong."""

from __future__ import annotations

import argparse
import faulthandler
import multiprocessing
import resource
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from .searching import Tally, kept, searched
from .targets import TARGETS

#: Cases of one process, and the memory that it may have.
CHUNK, MEMORY = 2000, 4 * 2**30


def main() -> int:
    """Search, tell and keep."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Try inputs that nobody would write.")
    parser.add_argument("--cases", type=int, default=20_000, help="cases of each target (default: %(default)s)")
    parser.add_argument("--target", action="append", choices=TARGETS, help="this target alone; may be given again")
    parser.add_argument("--part", type=int, default=2, help="other cases than those of other parts")
    given = parser.parse_args()
    print("target          cases  by exit code                      slowest s  peak growth MB  wrong")
    wrong = 0
    for target in given.target or TARGETS:
        tally = _whole(target, given.cases, given.part)
        codes = "  ".join(f"{code}: {count}" for code, count in sorted(tally.codes.items()))
        growth = tally.grown / 1e6
        print(f"{target:<14}{tally.cases:>7}  {codes:<32}{tally.slowest:>11.1f}{growth:>16.0f}{len(tally.found):>7}")
        for what, case in tally.found.items():
            print(f"  {what}\n    {kept(target, what, case)}")
        sys.stdout.flush()
        wrong += len(tally.found)
    return 1 if wrong else 0


def _whole(target: str, cases: int, part: int) -> Tally:
    """The tally of all chunks, each in a process of its own that may die."""
    whole = Tally(codes=Counter())
    for at, start in enumerate(range(0, cases, CHUNK)):
        with ProcessPoolExecutor(1, multiprocessing.get_context("fork"), _bounded) as pool:
            try:
                tally = pool.submit(searched, target, min(CHUNK, cases - start), part * 10_000 + at).result()
            except BrokenProcessPool:
                tally = Tally()
                print(f"{target}: the process of part {part * 10_000 + at} died", file=sys.stderr)
                whole.codes[-9] += 1
        whole.cases += tally.cases
        whole.codes += tally.codes
        whole.slowest = max(whole.slowest, tally.slowest)
        whole.grown = max(whole.grown, tally.grown)
        for what, case in tally.found.items():
            whole.found.setdefault(what, case)
    return whole


def _bounded() -> None:
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


if __name__ == "__main__":
    sys.exit(main())
