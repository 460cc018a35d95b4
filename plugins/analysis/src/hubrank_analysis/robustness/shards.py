"""Parts of a run: counted anywhere, kept in files, added up to the same bytes as the whole."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import typer
from attrs import frozen
from hubrank import DataError, UsageError, format_count, gettext
from hubrank.cli.console import is_quiet, write_text
from hubrank.io.write import replace_file
from hubrank.results.save import check_target
from hubrank.uncertainty.analysis import analysis_of, run
from hubrank.uncertainty.engine import Tally
from hubrank.uncertainty.outcome import Outcome

if TYPE_CHECKING:
    from hubrank import Measurement, Ranking
    from hubrank.progress import Progress
    from hubrank.uncertainty.engine import Analysis


@frozen(kw_only=True)
class About:
    """What a part must have in common with the others.

    Attributes:
        fingerprint: SHA-256 of the scenario's choices and of what was measured.
        seed: The seed.
        draws: The draws of all parts together.
        parts: How many parts there are.
        sample: Whether figures are of the sources' samples, not of their full data.
    """

    fingerprint: str
    seed: int
    draws: int
    parts: int
    sample: bool


def about(analysis: Analysis, draws: int, parts: int) -> About:
    """What parts of an analysis have in common."""
    digest = hashlib.sha256()
    plan = analysis.variants.plan
    table = {key: item for key, item in plan.loaded.table.items() if key not in ("files", "units")}
    digest.update(json.dumps(table, sort_keys=True, default=str).encode())
    digest.update("\n".join(plan.units.units.codes).encode())
    for measurement in analysis.variants.measurements:
        digest.update(np.ascontiguousarray(measurement.values).tobytes())
    return About(
        fingerprint=digest.hexdigest(),
        seed=analysis.design.seed,
        draws=draws,
        parts=parts,
        sample=any(item.sample for item in analysis.variants.measurements[0].inputs),
    )


def write_shard(folder: Path, part: int, tally: Tally, what: About) -> Path:
    """Leave a part's counts in a folder, whole or not at all; its path."""
    path = folder / f"counts-{part}-of-{what.parts}.npz"
    sink = io.BytesIO()
    arrays = {item.name: np.asarray(getattr(tally, item.name)) for item in attrs.fields(Tally)}
    np.savez_compressed(sink, about=np.array(json.dumps(attrs.asdict(what))), **arrays)  # type: ignore[arg-type]
    replace_file(path, sink.getvalue())
    return path


def read_shards(folder: Path) -> tuple[Tally, About]:
    """Add up all parts of a folder.

    Raises:
        UsageError: There are none, some are missing, or they are not of one run.
        DataError: A file is no part.
    """
    paths = sorted(folder.glob("counts-*-of-*.npz"))
    if not paths:
        raise UsageError(f"{folder}: contains no parts; create them with --shards I/N --output {folder}")
    total: Tally | None = None
    first: About | None = None
    for path in paths:
        tally, what = _read(path)
        if first is not None and what != first:
            names = [item.name for item in attrs.fields(About) if getattr(what, item.name) != getattr(first, item.name)]
            raise UsageError(f"{path}: belongs to a different run than {paths[0].name}: {', '.join(names)} differ")
        first = what
        if total is None:
            total = tally
        else:
            total.add(tally)
    if total is None or first is None or len(paths) != first.parts:
        wanted = first.parts if first else 0
        raise UsageError(f"{folder}: contains {len(paths)} of {wanted} parts")
    return total, first


def _read(path: Path) -> tuple[Tally, About]:
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as held:
            values: dict[str, Any] = {item.name: held[item.name] for item in attrs.fields(Tally)}
            what = About(**json.loads(str(held["about"])))
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise DataError(str(path), f"is not a part of a run: {error}") from error
    for name in ("draws", "closer"):
        values[name] = int(values[name])
    return Tally(**values), what


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


def count(
    ranking: Ranking,
    measurements: tuple[Measurement, ...],
    shard: tuple[int, int],
    folder: Path,
    how: Draw,
    tell: Progress,
) -> None:
    """Count one part and write it into a folder; an interrupted part is not written.

    Args:
        ranking: The ranking as the scenario has it.
        measurements: What was measured, for each alternative of the vintage.
        shard: Which part of how many.
        folder: Where the part is written.
        how: What the command line asks.
        tell: Told what is being done, and how far it is.
    """
    tell("preparing draws")
    analysis = analysis_of(ranking.plan, measurements, seed=how.seed)
    wanted = analysis.wanted(how.draws)
    counted = run(analysis, wanted, cores=how.cores, shard=shard, progress=tell)
    if counted.interrupted:
        write_text("hubrank: interrupted; the part is incomplete and was not written", err=True)
        raise typer.Exit(130)
    path = write_shard(folder, shard[0], counted.tally, about(analysis, wanted, shard[1]))
    if not is_quiet():
        done = format_count(counted.tally.draws)
        write_text(
            gettext("{done} of {wanted} draws counted into {file}", done=done, wanted=format_count(wanted), file=path)
        )


def merged(ranking: Ranking, measurements: tuple[Measurement, ...], folder: Path) -> Outcome:
    """Add up the parts of a folder.

    Raises:
        UsageError: They are not whole, or not of this scenario and these data.
    """
    tally, found = read_shards(folder)
    analysis = analysis_of(ranking.plan, measurements, seed=found.seed)
    if about(analysis, found.draws, found.parts).fingerprint != found.fingerprint:
        raise UsageError(f"{folder}: its parts belong to another scenario or other data")
    return Outcome(ranking=ranking, analysis=analysis, tally=tally)
