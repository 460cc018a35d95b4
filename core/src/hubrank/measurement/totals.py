"""Totals of an input, by part, cached."""

from __future__ import annotations

import functools
import hashlib
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pandas as pd
from attrs import frozen

from hubrank.errors import DataError, HubrankError, library
from hubrank.io.cache import Cache, key_of
from hubrank.io.toml import describe_value
from hubrank.measurement.measurement import RowsRead
from hubrank.measurement.sums import Sums, handed_over, part_of, pieces, summed
from hubrank.measurement.unmatched import close_account, no_unmatched, unmatched_account
from hubrank.plugin.calls import plugin_call
from hubrank.plugin.records import RowIndex
from hubrank.plugin.sources import Origin, Request
from hubrank.scenario.inputs import BoundInput
from hubrank.scenario.units import BoundUnits

#: Called with the number of rows read, the position of the part that is read, and the number of parts.
TellRead = Callable[[int, int, int], None]
#: The numbers of `Sums` that the cache keeps unchanged.
_COUNTS = ("rows", "without", "spelt", "undated", "dated")


@frozen(kw_only=True, eq=False)
class Totals(RowsRead):
    """An input's rows, summed by unit, place, time, provenance and the columns that distinguish rows.

    Attributes:
        frame: `unit, place, from_year, year`, the requested columns, `origin, vintage, method`.
        apart: The rows before they were summed, if an indicator must see single rows.
        years: Sums by year, as in `Sums`; empty if rows have none.
        steady: Whether the fingerprint is sure to be that of the rows that were summed.
    """

    frame: pd.DataFrame
    years: pd.DataFrame
    origins: tuple[Origin, ...] = ()
    apart: pd.DataFrame | None = None
    steady: bool = False

    @functools.cached_property
    def index(self) -> RowIndex:
        """The summed rows, identified by numbers for all indicators and editions."""
        return RowIndex(self.frame)

    @functools.cached_property
    def apart_index(self) -> RowIndex:
        """The rows before they were summed, where they are kept; else the summed ones."""
        return self.index if self.apart is None else RowIndex(self.apart)

    @property
    def largest(self) -> set[str]:
        """The amounts of which an indicator has read the largest of a unit's places."""
        return self.index.largest | self.apart_index.largest


def totals_of(
    bound: BoundInput,
    units: BoundUnits,
    years: tuple[int | None, int | None],
    cache: Cache | None,
    sample: bool,
    tell: TellRead = lambda *_: None,
    fingerprint: str | None = None,
) -> Totals:
    """Sum an input's rows, or take the totals from the cache.

    Args:
        years: The first and last year that any edition uses; None if all count.
        sample: Whether the source's sample is read instead of its rows.
        tell: Called with the number of rows read, the position of the part that is read, and the number of parts.
        fingerprint: The fingerprint of the rows, if it is known.

    Raises:
        ScenarioError: A file that the scenario names is wrong.
        PluginError: The source broke its contract.
        DataError: There are no rows.
    """
    request = bound.request(years, sample, units)
    origins = tuple(part_of(bound).asked("origins"))
    fingerprint = fingerprint_of(bound, request) if fingerprint is None else fingerprint
    sums = _sums(bound, units, request, fingerprint, cache, tell)
    frame = sums.whole()
    return Totals(
        frame=summed(bound, frame) if bound.apart else frame,
        apart=frame if bound.apart else None,
        rows=sums.rows,
        rows_without_unit=sums.without,
        amounts={name: (float(inside), float(outside)) for name, (inside, outside) in sorted(sums.amounts.items())},
        unassigned=sums.unassigned[0] if sums.unassigned else no_unmatched(sums.amounts),
        years=sums.years[sorted(sums.years.columns)],
        folded=sums.spelt,
        undated=sums.undated if sums.dated else 0,
        origins=origins,
        fingerprint=fingerprint,
        cached=sums.cached,
        steady=sums.steady,
        parts=sums.parts,
        resumed=sums.resumed,
    )


def _sums(
    bound: BoundInput, units: BoundUnits, request: Request, fingerprint: str, cache: Cache | None, tell: TellRead
) -> Sums:
    """The sums of all rows, with a finished account, or of one part: from the cache, else read and cached.

    Rows that change while they are read, or that have no fingerprint, are not cached: changes could not be detected.
    """
    if not (fingerprint or request.sample):
        cache = None
    key = key_of(  # where a part stands among the others does not decide its sums
        _digest(Path(__file__).parents[1], _CORE),
        code_digest(bound.source.read, data=request.sample),
        bound.part.distribution,
        bound.part.version,
        bound.source.name,
        [bound.table.name, bound.table.kind, bound.table.origin, bound.table.count_distinct, bound.apart],
        {name: cls.__name__ for name, cls in bound.columns.items()},
        [request.first_year, request.last_year, request.sample, request.part is not None],
        attrs.asdict(request.options),
        fingerprint,
        units.fingerprint,
        bound.choice.match,
    )
    if cache is not None and (known := cache.get(key)) is not None:
        frame, about = known
        amounts = {name: np.array(values) for name, values in about["amounts"].items()}
        accounts = [unmatched_account(account, amounts) for account in about["unassigned"]]
        kept: dict[str, Any] = {name: about[name] for name in _COUNTS} | {"unassigned": accounts, "amounts": amounts}
        kept["tallies" if about["by_place"] else "partial"] = [frame]
        return Sums(bound, units, years=pd.DataFrame(about["years"]), cached=True, steady=True, **kept)
    if request.part is None:
        sums = _whole(bound, units, request, cache, tell)
        sums.assign()
        if not sums.rows:
            what = f"'{bound.source.name}' returned no rows for table '{bound.table.name}'"
            raise DataError(part_of(bound).where, what)
        sums.unassigned = [close_account(units.places, account) for account in sums.unassigned]
    else:
        sums = _read(bound, units, request, lambda rows: tell(rows, 0, 1))
        if sums.partial or len(sums.tallies) > 1:
            sums.assign()
    if cache is not None and (sums.tallies or sums.partial) and fingerprint_of(bound, request) == fingerprint:
        sums.partial = [sums.whole()] if sums.partial else []
        about = {
            "source": bound.source.name,
            "table": bound.table.name if request.part is None else f"{bound.table.name} (part)",
            "units": units.name,
            "by_place": bool(sums.tallies),
            "unassigned": [account.to_dict("list") for account in sums.unassigned],
            "amounts": {name: values.tolist() for name, values in sums.amounts.items()},
            "years": sums.years.to_dict("list"),
            **{name: getattr(sums, name) for name in _COUNTS},
        }
        cache.put(key, (sums.tallies or sums.partial)[0], about)
        sums.steady = True
    return sums


def _whole(bound: BoundInput, units: BoundUnits, request: Request, cache: Cache | None, tell: TellRead) -> Sums:
    """The sums of all rows; of a source with parts, one part after the other, in the same order each time.

    Rows that an indicator sees one by one are read at once, since there are no sums of them to keep.
    """
    part = part_of(bound)
    parts = 1 if request.sample or bound.apart else part.call(bound.source.parts, "parts", request)
    if isinstance(parts, bool) or not isinstance(parts, int | np.integer) or parts < 1:
        raise part.broke(f"parts returned {describe_value(parts)}; expected a whole number from 1")
    if parts == 1:
        return _read(bound, units, request, lambda rows: tell(rows, 0, 1))
    sums = Sums(bound, units, parts=int(parts))
    for at in range(sums.parts):
        tell_part = functools.partial(_tell_part, tell, sums.read, at, sums.parts)
        tell_part(0, 0, 1)
        part_request = attrs.evolve(request, part=at)
        fingerprint = "" if cache is None else fingerprint_of(bound, part_request)
        sums.join(_sums(bound, units, part_request, fingerprint, cache, tell_part))
    return sums


def _tell_part(tell: TellRead, before: int, part: int, parts: int, rows: int, _part: int, _parts: int) -> None:
    tell(before + rows, part, parts)


def _read(bound: BoundInput, units: BoundUnits, request: Request, tell: Callable[[int], None]) -> Sums:
    """The rows of a request, assigned to units and summed; reports the number of rows frame by frame.

    Errors of a lazy frame's engine are raised in the source, which can explain them.
    """
    sums, table = Sums(bound, units), bound.table
    batches = handed_over(bound, request)
    for batch in batches:
        frames: Iterable[Any] = pieces(bound, units.places, batch) if isinstance(batch, pd.DataFrame) else [batch]
        for frame in frames:
            if table.count_distinct and sums.rows:  # both may hold what counts once in a unit
                what = "what counts once must come in one frame, and in a lazy one if it is long"
                raise part_of(bound).broke(f"read gives table '{table.name}' in parts; {what}")
            if isinstance(frame, pd.DataFrame):
                sums.add(frame)
                tell(sums.rows)
                continue
            for name in ("narwhals", "pyarrow"):
                library(name, "a source that hands over a lazy frame")
            from hubrank.measurement.lazy import add_scan  # imported on use, since its imports take long

            try:
                with plugin_call():
                    add_scan(sums, frame, request)
            except HubrankError:
                raise
            except Exception as error:
                batches.throw(error)
                raise
    return sums


def fingerprint_of(bound: BoundInput, request: Request) -> str:
    """The source's fingerprint of its rows; empty for a sample, which exists without the rows."""
    if request.sample:
        return ""
    part = part_of(bound)
    fingerprint = part.call(bound.source.fingerprint, "fingerprint", request)
    if not isinstance(fingerprint, str):
        raise part.broke(f"fingerprint returned {type(fingerprint).__name__}; expected a text")
    return fingerprint


#: The core's own code that decides what rows become.
_CORE = ("*.py", "io/**/*.py", "plugin/**/*.py", "scenario/**/*.py", "measurement/**/*.py")


def core_digest() -> str:
    """The SHA-256 of the core's code."""
    return _digest(Path(__file__).parents[1], ("**/*.py",))


def code_digest(function: Callable[..., Any], *, data: bool) -> str:
    """The SHA-256 of the plugin that defines a function, so that a plugin under development never gets stale rows.

    It is the package whose hook yields sources, which may be one of several in a distribution; else the outermost one.
    With `data` the other files of the package count too, since no fingerprint covers them.
    """
    while not hasattr(function, "__module__") or isinstance(function, functools.partial):
        function = function.func if isinstance(function, functools.partial) else type(function)
    parts = (function.__module__ or "").split(".")
    modules = (sys.modules.get(".".join(parts[:length])) for length in range(len(parts), 0, -1))
    outwards = [{} if module is None else vars(module) for module in modules]
    plugins = [item for item in outwards if "__path__" in item and "hubrank_data_sources" in item]
    files = (item.get("__file__") for item in (*plugins, outwards[-1], outwards[0]))
    if (name := next(filter(None, files), None)) is None:
        return ""
    file, pattern = Path(name), "**/*" if data else "**/*.py"
    return _digest(file.parent, (pattern if file.stem == "__init__" else file.name,))


@functools.cache
def _digest(root: Path, patterns: tuple[str, ...]) -> str:
    """The SHA-256 of files below a folder; read once by a process."""
    digest = hashlib.sha256()
    for path in sorted(path for pattern in patterns for path in root.glob(pattern)):
        if path.is_file() and "__pycache__" not in path.parts:
            name = path.relative_to(root).as_posix()
            digest.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()
