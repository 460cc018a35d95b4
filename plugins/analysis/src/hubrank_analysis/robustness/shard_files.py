"""Parts of a run: counted anywhere, kept in files, added up to the same bytes as the whole."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import frozen
from hubrank import DataError, UsageError
from hubrank.io.write import replace_file
from hubrank.uncertainty.engine import Tally

if TYPE_CHECKING:
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
    table = {key: each for key, each in plan.loaded.table.items() if key not in ("files", "units")}
    digest.update(json.dumps(table, sort_keys=True, default=str).encode())
    digest.update("\n".join(plan.units.units.codes).encode())
    for measurement in analysis.variants.measurements:
        digest.update(np.ascontiguousarray(measurement.values).tobytes())
    return About(
        fingerprint=digest.hexdigest(),
        seed=analysis.design.seed,
        draws=draws,
        parts=parts,
        sample=any(each.sample for each in analysis.variants.measurements[0].inputs),
    )


def write_shard(folder: Path, part: int, tally: Tally, what: About) -> Path:
    """Leave a part's counts in a folder, whole or not at all; its path."""
    path = folder / f"counts-{part}-of-{what.parts}.npz"
    sink = io.BytesIO()
    arrays = {each.name: np.asarray(getattr(tally, each.name)) for each in attrs.fields(Tally)}
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
            names = [each.name for each in attrs.fields(About) if getattr(what, each.name) != getattr(first, each.name)]
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
            values: dict[str, Any] = {each.name: held[each.name] for each in attrs.fields(Tally)}
            what = About(**json.loads(str(held["about"])))
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise DataError(str(path), f"is not a part of a run: {error}") from error
    for name in ("draws", "closer"):
        values[name] = int(values[name])
    return Tally(**values), what
