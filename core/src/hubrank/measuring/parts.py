"""Sums of an input, part by part, each kept on disk, so that a run that was killed continues with the parts left."""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from hubrank.basis.errors import HubrankError
from hubrank.basis.structuring import describe
from hubrank.contract.guests import hosted
from hubrank.contract.sources import Request
from hubrank.measuring.batches import handed_over, pieces
from hubrank.measuring.cache import Cache, key_of
from hubrank.measuring.code import code_digest, core_digest
from hubrank.measuring.lost import nothing_lost
from hubrank.measuring.scans import add_scan, is_lazy
from hubrank.measuring.sums import Sums, amounts_of
from hubrank.scenario.binding import Bound
from hubrank.scenario.unit_sets import BoundUnits

if TYPE_CHECKING:
    from hubrank.scenario.inputs import BoundInput

#: Told how many rows were read, the position of the part that is read, and the number of parts.
TellRead = Callable[[int, int, int], None]
#: The numbers of `Sums` that are kept as they are.
_COUNTS = ("rows", "without", "spelt", "undated", "dated")


def sums_by_parts(
    part: Bound, bound: BoundInput, units: BoundUnits, request: Request, cache: Cache | None, tell: TellRead
) -> tuple[Sums, int, int]:
    """The sums of all rows; of a source with parts, one part after the other, in the same order each time.

    Rows that an indicator sees one by one are read at once, since there are no sums of them to keep.

    Returns:
        The sums, the number of parts, and how many of these an earlier run had summed.
    """
    parts = 1 if request.sample or bound.apart else _parts(part, request)
    if parts <= 1:
        return _sums_of(part, bound, units, request, functools.partial(_tell_rows, tell, 0, 0, 1)), 1, 0
    whole, resumed = Sums(bound, units), 0
    for at in range(parts):
        told = functools.partial(_tell_rows, tell, whole.rows, at, parts)
        told(0)
        sums, known = _part(part, bound, units, attrs.evolve(request, part=at), cache, told)
        whole.join(sums)
        resumed += known
    return whole, parts, resumed


def _parts(part: Bound, request: Request) -> int:
    """In how many parts the source can be read."""
    parts = part.call(part.part.record.parts, "parts", request)
    if isinstance(parts, bool) or not isinstance(parts, int | np.integer) or parts < 1:
        raise part.broke(f"parts returned {describe(parts)}; expected a whole number from 1")
    return int(parts)


def fingerprint_of(part: Bound, request: Request) -> str:
    """What the source says of the state of its rows; nothing of a sample, which is there where its rows are not.

    Raises:
        PluginError: It raised, or gave no text.
    """
    if request.sample:
        return ""
    made = part.call(part.part.record.fingerprint, "fingerprint", request)
    if not isinstance(made, str):
        raise part.broke(f"fingerprint returned {type(made).__name__}; expected a text")
    return made


def _tell_rows(tell: TellRead, before: int, part: int, parts: int, rows: int) -> None:
    tell(before + rows, part, parts)


def totals_key(bound: BoundInput, units: BoundUnits, request: Request, fingerprint: str) -> str:
    """What sums are kept under: all that decides them, the reader's code and the bytes that it tells of included.

    Where a part stands among the others does not decide its sums, so that a file that is added changes no other.
    """
    return key_of(
        core_digest(),
        code_digest(bound.source.read, data=request.sample or not bound.source.tells_changes),
        bound.part.distribution,
        bound.part.version,
        bound.source.name,
        [bound.table.name, bound.table.kind, bound.table.origin, bound.table.once, bound.apart],
        {name: cls.__name__ for name, cls in bound.columns.items()},
        [request.first_year, request.last_year, request.sample, request.part is not None],
        attrs.asdict(request.options),
        fingerprint,
        units.fingerprint,
        bound.choice.match,
    )


def _part(
    part: Bound,
    bound: BoundInput,
    units: BoundUnits,
    request: Request,
    cache: Cache | None,
    tell: Callable[[int], None],
) -> tuple[Sums, bool]:
    """The sums of one part, and whether an earlier run had them; what changes while it is read is not kept."""
    if cache is None:
        return _sums_of(part, bound, units, request, tell), False
    fingerprint = fingerprint_of(part, request)
    key = totals_key(bound, units, request, fingerprint)
    if (known := _known(cache, key, bound, units)) is not None:
        return known, True
    sums = _sums_of(part, bound, units, request, tell)
    if sums.partial and fingerprint_of(part, request) == fingerprint:
        cache.put(key, sums.whole(), _about(sums))
    return sums, False


def _about(sums: Sums) -> dict[str, Any]:
    """What the cache keeps beside the sums of a part."""
    return {
        "source": sums.bound.source.name,
        "table": f"{sums.bound.table.name} (part)",
        "units": sums.units.name,
        "lost": sums.lost[0].to_dict("list"),
        "amounts": {name: values.tolist() for name, values in sums.amounts.items()},
        **{name: getattr(sums, name) for name in _COUNTS},
    }


def _known(cache: Cache, key: str, bound: BoundInput, units: BoundUnits) -> Sums | None:
    import pandas as pd

    if (found := cache.get(key)) is None:
        return None
    frame, about = found
    empty = nothing_lost(amounts_of(bound)).drop(columns="suggestion")
    return Sums(
        bound,
        units,
        partial=[frame],
        lost=[pd.DataFrame(about["lost"], columns=empty.columns).astype(empty.dtypes)],
        amounts={name: np.array(values) for name, values in about["amounts"].items()},
        **{name: about[name] for name in _COUNTS},
    )


def _sums_of(part: Bound, bound: BoundInput, units: BoundUnits, request: Request, tell: Callable[[int], None]) -> Sums:
    """The rows of a request, put into units and folded into sums; how many there are is told frame by frame."""
    sums = Sums(bound, units)
    given = handed_over(part, bound, request)
    for batch in given:
        if is_lazy(batch):
            _refuse_frames(part, bound, sums)
            _add_scan(sums, part, batch, request, given)
        else:
            for frame in pieces(part, bound, units.places, batch):
                _refuse_frames(part, bound, sums)
                sums.add(frame)
                tell(sums.rows)
    return sums


def _refuse_frames(part: Bound, bound: BoundInput, sums: Sums) -> None:
    """Refuse a second frame of what counts once in a unit, since both may hold it."""
    if bound.table.once and sums.rows:
        told = (
            f"read gives table '{bound.table.name}' in parts; what counts once must come in one frame, and in "
            "a lazy one if it is long"
        )
        raise part.broke(told)


def _add_scan(sums: Sums, part: Bound, batch: Any, request: Request, given: Generator[Any]) -> None:
    """Add a lazy frame; what its engine raises is raised in the source, which may say what it means."""
    try:
        with hosted():
            add_scan(sums, part, batch, request)
    except HubrankError:
        raise
    except Exception as error:
        given.throw(error)
        raise
