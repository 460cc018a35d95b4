"""Totals of an input, by part, cached."""

from __future__ import annotations

import functools
import hashlib
import sys
from collections.abc import Callable, Generator, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import frozen

from hubrank.errors import DataError, HubrankError
from hubrank.io.cache import Cache, key_of
from hubrank.io.toml import describe_value
from hubrank.measurement.lazy import add_scan, is_lazy
from hubrank.measurement.sums import Sums, amounts_of, handed_over, pieces, summed
from hubrank.measurement.unmatched import no_unmatched, unmatched_account
from hubrank.plugin.calls import plugin_call
from hubrank.plugin.records import RowIndex
from hubrank.plugin.sources import Origin, Request
from hubrank.scenario.indicators import BoundPart
from hubrank.scenario.units import BoundUnits

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.scenario.inputs import BoundInput


#: The rooms whose code decides what rows become.
_ROOMS = ("io", "plugin", "scenario", "measurement")


def code_digest(function: Callable[..., Any], *, data: bool) -> str:
    """The SHA-256 of the plugin that a function is of, so that one under development is never served stale.

    It is the package whose hook yields sources, which may be one of several in a distribution; else the outermost one.

    Args:
        function: The function, or what can be called like one.
        data: Whether the other files of the package count too, since nothing else tells when they change.
    """
    while not hasattr(function, "__module__") or isinstance(function, functools.partial):
        function = function.func if isinstance(function, functools.partial) else type(function)
    parts = function.__module__.split(".")
    outwards = [sys.modules.get(".".join(parts[:length])) for length in range(len(parts), 0, -1)]
    plugins = [each for each in outwards if hasattr(each, "__path__") and hasattr(each, "hubrank_data_sources")]
    for module in (*plugins, outwards[-1], outwards[0]):
        file = getattr(module, "__file__", None)
        if file is not None:
            return _digest(Path(file), data)
    return ""


@functools.cache
def core_digest() -> str:
    """The SHA-256 of the core's own code that checks, places and sums rows."""
    root = Path(__file__).parents[1]
    return _of(root, [*root.glob("*.py"), *(path for room in _ROOMS for path in (root / room).rglob("*.py"))])


@functools.cache
def _digest(file: Path, data: bool) -> str:
    """That of a module, or of the package whose `__init__` it is; read once by a process."""
    if file.stem != "__init__":
        return _of(file.parent, [file])
    return _of(file.parent, file.parent.rglob("*" if data else "*.py"))


def _of(root: Path, paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        if path.is_file() and "__pycache__" not in path.parts:
            name = path.relative_to(root).as_posix()
            digest.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


#: Told how many rows were read, the position of the part that is read, and the number of parts.
TellRead = Callable[[int, int, int], None]
#: The numbers of `Sums` that are kept as they are.
_COUNTS = ("rows", "without", "spelt", "undated", "dated")


def sums_by_parts(
    part: BoundPart, bound: BoundInput, units: BoundUnits, request: Request, cache: Cache | None, tell: TellRead
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


def _parts(part: BoundPart, request: Request) -> int:
    """In how many parts the source can be read."""
    parts = part.call(part.part.record.parts, "parts", request)
    if isinstance(parts, bool) or not isinstance(parts, int | np.integer) or parts < 1:
        raise part.broke(f"parts returned {describe_value(parts)}; expected a whole number from 1")
    return int(parts)


def fingerprint_of(part: BoundPart, request: Request) -> str:
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
    part: BoundPart,
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
        cache.put(key, sums.whole(), _parts_about(sums))
    return sums, False


def _parts_about(sums: Sums) -> dict[str, Any]:
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
    empty = no_unmatched(amounts_of(bound)).drop(columns="suggestion")
    return Sums(
        bound,
        units,
        partial=[frame],
        lost=[pd.DataFrame(about["lost"], columns=empty.columns).astype(empty.dtypes)],
        amounts={name: np.array(values) for name, values in about["amounts"].items()},
        **{name: about[name] for name in _COUNTS},
    )


def _sums_of(
    part: BoundPart, bound: BoundInput, units: BoundUnits, request: Request, tell: Callable[[int], None]
) -> Sums:
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


def _refuse_frames(part: BoundPart, bound: BoundInput, sums: Sums) -> None:
    """Refuse a second frame of what counts once in a unit, since both may hold it."""
    if bound.table.once and sums.rows:
        told = (
            f"read gives table '{bound.table.name}' in parts; what counts once must come in one frame, and in "
            "a lazy one if it is long"
        )
        raise part.broke(told)


def _add_scan(sums: Sums, part: BoundPart, batch: Any, request: Request, given: Generator[Any]) -> None:
    """Add a lazy frame; what its engine raises is raised in the source, which may say what it means."""
    try:
        with plugin_call():
            add_scan(sums, part, batch, request)
    except HubrankError:
        raise
    except Exception as error:
        given.throw(error)
        raise


def _silent(_rows: int, _part: int, _parts: int) -> None:
    """Tell nobody."""


@frozen(kw_only=True, eq=False)
class Totals:
    """An input's rows, summed by unit, place, time, provenance and the columns that tell rows apart.

    Attributes:
        frame: `unit, place, from_year, year`, the columns asked for, `origin, vintage, method`.
        rows: How many rows the source gave.
        rows_without_unit: How many of them lie in no unit.
        amounts: For each amount the sum inside and outside the units; a row in several units counts once.
        lost: The account of the rows in no unit, as `measuring.lost` keeps it.
        folded: How many rows were put into a unit by another spelling of its name.
        undated: How many rows in units lack a year, though others of the table have one.
        origins: Who made the rows.
        fingerprint: What the source says of the state of its rows.
        cached: Whether the totals came from the cache.
        parts: In how many parts the rows were summed.
        resumed: How many of them an earlier run had summed.
        apart: The rows before they were summed, where an indicator must see them one by one.
    """

    frame: pd.DataFrame
    rows: int
    rows_without_unit: int
    amounts: Mapping[str, tuple[float, float]]
    lost: pd.DataFrame
    folded: int = 0
    undated: int = 0
    origins: tuple[Origin, ...] = ()
    fingerprint: str = ""
    cached: bool = False
    parts: int = 1
    resumed: int = 0
    apart: pd.DataFrame | None = None

    @functools.cached_property
    def index(self) -> RowIndex:
        """The summed rows, told apart by numbers for all indicators and editions."""
        return RowIndex(self.frame)

    @functools.cached_property
    def apart_index(self) -> RowIndex:
        """The rows before they were summed, where they are kept; else the summed ones."""
        return self.index if self.apart is None else RowIndex(self.apart)


def totals_of(
    bound: BoundInput,
    units: BoundUnits,
    years: tuple[int | None, int | None],
    cache: Cache | None,
    sample: bool,
    tell: TellRead = _silent,
) -> Totals:
    """Sum an input's rows, or take the totals from the cache.

    Args:
        bound: The input.
        units: The units that rows are put into.
        years: The first and last year that any edition sees; none where all count.
        cache: Where totals are kept; none keeps none.
        sample: Whether the source's sample is read in place of its rows.
        tell: Told how many rows were read, the position of the part that is read, and the number of parts.

    Raises:
        ScenarioError: A file that the scenario names is wrong.
        PluginError: The source broke its contract.
        DataError: There are no rows.
    """
    part = BoundPart(bound.part, bound.options, f"inputs.{bound.name}")
    request = bound.request(years, sample, units)
    origins = tuple(part.asked("origins"))
    fingerprint = fingerprint_of(part, request)
    key = totals_key(bound, units, request, fingerprint)
    made = None if cache is None else _cached(cache, key)
    if made is None:
        made = _summed_rows(part, bound, units, request, cache, tell)
        if cache is not None and fingerprint_of(part, request) == fingerprint:
            cache.put(key, made.frame, _about(bound, units, made))
    if bound.apart:
        made = attrs.evolve(made, frame=summed(bound, made.frame), apart=made.frame)
    return attrs.evolve(made, origins=origins, fingerprint=fingerprint)


def _cached(cache: Cache, key: str) -> Totals | None:
    found = cache.get(key)
    if found is None:
        return None
    frame, known = found
    return Totals(
        frame=frame,
        rows=known["rows"],
        rows_without_unit=known["rows_without_unit"],
        amounts={name: (inside, outside) for name, (inside, outside) in known["amounts"].items()},
        lost=unmatched_account(known["lost"], known["amounts"]),
        folded=known["folded"],
        undated=known["undated"],
        cached=True,
    )


def _about(bound: BoundInput, units: BoundUnits, made: Totals) -> Mapping[str, Any]:
    """What the cache keeps beside the totals."""
    return {
        "source": bound.source.name,
        "table": bound.table.name,
        "units": units.name,
        "rows": made.rows,
        "rows_without_unit": made.rows_without_unit,
        "amounts": made.amounts,
        "lost": made.lost.to_dict("list"),
        "folded": made.folded,
        "undated": made.undated,
    }


def _summed_rows(
    part: BoundPart, bound: BoundInput, units: BoundUnits, request: Request, cache: Cache | None, tell: TellRead
) -> Totals:
    """Put every row into units and fold it into sums."""
    sums, parts, resumed = sums_by_parts(part, bound, units, request, cache, tell)
    if not sums.rows:
        source, table = bound.source.name, bound.table.name
        raise DataError(part.where, f"'{source}' returned no rows for table '{table}'")
    return Totals(
        frame=sums.whole(),
        rows=sums.rows,
        rows_without_unit=sums.without,
        amounts={name: (float(inside), float(outside)) for name, (inside, outside) in sums.amounts.items()},
        lost=sums.account(),
        folded=sums.spelt,
        undated=sums.undated if sums.dated else 0,
        parts=parts,
        resumed=resumed,
    )
