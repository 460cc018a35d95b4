"""Going through many cases of a target; the smallest that fails stays as a file."""

from __future__ import annotations

import gc
import re
import zlib
from collections import Counter
from pathlib import Path

from attrs import define, field
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import FlakyFailure

from .cases import Case, Ending, tried
from .targets import TARGETS, run_folder

FOUND = Path(__file__).parent / "found"


class WrongError(AssertionError):
    """A case ended as none may."""


@define
class Tally:
    """What became of the cases.

    Attributes:
        cases: How many were run.
        codes: How many ended with which exit code.
        slowest: Seconds of the slowest.
        grown: Bytes of the one by which the process grew most.
        found: The smallest failing cases, by what is wrong with them.
    """

    cases: int = 0
    codes: Counter[int] = field(factory=Counter)
    slowest: float = 0.0
    grown: int = 0
    found: dict[str, Case] = field(factory=dict)

    def add(self, ending: Ending) -> None:
        """Count one."""
        self.cases += 1
        self.codes[ending.code] += 1
        self.slowest = max(self.slowest, ending.seconds)
        self.grown = max(self.grown, ending.grown)


def searched(target: str, cases: int, part: int = 0) -> Tally:
    """Run cases of a target; the same target, number and part are the same cases.

    Args:
        target: The name of the target.
        cases: How many.
        part: Which of many such searches.
    """
    run_folder()  # made before hypothesis watches over chance
    tally, last = Tally(), dict[str, Case]()

    @seed(zlib.crc32(f"{target} {part}".encode()))
    @settings(
        max_examples=cases,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(TARGETS[target])
    def search(case: Case) -> None:
        ending = tried(case)
        tally.add(ending)
        if ending.wrong:
            last.clear()
            last[ending.wrong] = case
            raise WrongError(ending.wrong)

    gc.freeze()  # what is there already need not be looked through after every few cases
    try:
        search()
    except (WrongError, FlakyFailure):
        tally.found |= last
    finally:
        gc.unfreeze()
    return tally


def kept(target: str, wrong: str, case: Case) -> Path:
    """Write a failing case where a test runs it for ever after."""
    name = re.sub(r"[^a-z0-9]+", "-", wrong.lower())[:60].strip("-")
    path = FOUND / f"{target}-{name}.json"
    path.write_text(case.text(), encoding="utf-8")
    return path
