"""What the command line asks of the draws, and options that exclude each other."""

from __future__ import annotations

import re
from pathlib import Path

from attrs import frozen
from hubrank import UsageError
from hubrank.results.save import check_target


@frozen(kw_only=True)
class Draw:
    """How draws are made and counted.

    Attributes:
        draws: How many; the scenario's number where neither this nor a precision is given.
        precision: In place of a number, the largest standard error of a probability.
        seed: In place of the scenario's.
        cores: Number of cores to use; all by default.
    """

    draws: int | None = None
    precision: float | None = None
    seed: int | None = None
    cores: int | None = None


def checked(how: Draw, shards: str | None, merge: Path | None, output: Path | None) -> Draw:
    """The same, when nothing of it contradicts the rest of the command line.

    Raises:
        UsageError: Something does, or the output folder must not be replaced.
    """
    if how.draws is not None and how.precision is not None:
        raise UsageError("--draws and --precision cannot be combined; give one of them")
    if how.precision is not None and not 0 < how.precision < 0.5:
        raise UsageError(f"--precision must lie between 0 and 0.5; got {how.precision:g}")
    if shards is not None and (output is None or how.precision is not None or merge is not None):
        raise UsageError("--shards needs --output and cannot be combined with --precision or --merge")
    if output is not None and shards is None:
        check_target(output)
    return how


def shard_of(text: str) -> tuple[int, int]:
    """The part and how many there are, from a text such as `1/4`.

    Raises:
        UsageError: It is none.
    """
    found = re.fullmatch(r"(\d+)/(\d+)", text)
    part, parts = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= part <= parts:
        raise UsageError(f"--shards must have the form PART/PARTS, e.g. 1/4; got '{text}'")
    return part, parts
