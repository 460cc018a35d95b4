"""Totals: the rows of an input, put into units and summed; what is slow, done once and cached."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import define, field, frozen

from hubrank.basis.errors import DataError
from hubrank.contract.origins import Origin
from hubrank.contract.row_index import RowIndex
from hubrank.contract.sources import PLACE_COLUMNS, PROVENANCE_COLUMNS, Request
from hubrank.contract.window import UNDATED
from hubrank.measuring.batches import batches
from hubrank.measuring.cache import Cache, key_of
from hubrank.measuring.code import code_digest, core_digest
from hubrank.measuring.lost import closed, lost_rows, merged, nothing_lost
from hubrank.measuring.overlaps import refuse_overlap
from hubrank.scenario.binding import Bound
from hubrank.scenario.unit_sets import BoundUnits

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.scenario.inputs import BoundInput

#: A partial sum is folded when it has this many rows, so that memory does not grow with the source.
_FOLD = 2_000_000


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
) -> Totals:
    """Sum an input's rows, or take the totals from the cache.

    Args:
        bound: The input.
        units: The units that rows are put into.
        years: The first and last year that any edition sees; none where all count.
        cache: Where totals are kept; none keeps none.
        sample: Whether the source's sample is read in place of its rows.

    Raises:
        ScenarioError: A file that the scenario names is wrong.
        PluginError: The source broke its contract.
        DataError: There are no rows.
    """
    part = Bound(bound.part, bound.options, f"inputs.{bound.name}")
    request = _request(bound, years, sample)
    origins = part.call(bound.source.origins_for, "origins", bound.options)
    fingerprint = part.call(bound.source.fingerprint, "fingerprint", request)
    key = _key(bound, units, request, fingerprint)
    made = None if cache is None else _cached(cache, key)
    if made is None:
        made = _summed_batches(part, bound, units, request)
        if cache is not None and part.call(bound.source.fingerprint, "fingerprint", request) == fingerprint:
            cache.put(key, made.frame, _about(bound, units, made))
    if bound.apart:
        made = attrs.evolve(made, frame=_summed(bound, made.frame), apart=made.frame)
    return attrs.evolve(made, origins=origins, fingerprint=fingerprint)


def _request(bound: BoundInput, years: tuple[int | None, int | None], sample: bool) -> Request:
    return Request(
        table=bound.table.name,
        columns=tuple(sorted(bound.columns)),
        first_year=years[0],
        last_year=years[1],
        options=bound.options,
        sample=sample,
        texts=tuple(sorted(name for name, cls in bound.columns.items() if cls is str)),
    )


def _cached(cache: Cache, key: str) -> Totals | None:
    import pandas as pd

    found = cache.get(key)
    if found is None:
        return None
    frame, known = found
    empty = nothing_lost(known["amounts"])
    return Totals(
        frame=frame,
        rows=known["rows"],
        rows_without_unit=known["rows_without_unit"],
        amounts={name: (inside, outside) for name, (inside, outside) in known["amounts"].items()},
        lost=pd.DataFrame(known["lost"], columns=empty.columns).astype(empty.dtypes),
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


def _key(bound: BoundInput, units: BoundUnits, request: Request, fingerprint: str) -> str:
    """What totals are kept under: all that decides them, the reader's code and the bytes that it tells of included."""
    return key_of(
        core_digest(),
        code_digest(bound.source.read, data=not bound.source.tells_changes),
        bound.part.distribution,
        bound.part.version,
        bound.source.name,
        [bound.table.name, bound.table.kind, bound.table.origin, bound.apart],
        {name: cls.__name__ for name, cls in bound.columns.items()},
        [request.first_year, request.last_year, request.sample],
        attrs.asdict(request.options),
        fingerprint,
        units.fingerprint,
        bound.choice.match,
    )


def _summed_batches(part: Bound, bound: BoundInput, units: BoundUnits, request: Request) -> Totals:
    """Put every batch into units and fold it into sums."""
    sums = _Sums(bound, units)
    for frame in batches(part, bound, units.places, request):
        sums.add(frame)
    if not sums.rows:
        raise DataError(part.where, f"'{bound.source.name}' returned no rows for table '{bound.table.name}'")
    return sums.totals()


@define(eq=False)
class _Sums:
    """The sums of the batches so far."""

    bound: BoundInput
    units: BoundUnits
    rows: int = 0
    without: int = 0
    spelt: int = 0
    undated: int = 0
    dated: bool = False
    partial: list[pd.DataFrame] = field(factory=list)
    lost: list[pd.DataFrame] = field(factory=list)
    amounts: dict[str, np.ndarray[Any, Any]] = field(factory=dict)

    def add(self, frame: pd.DataFrame) -> None:
        """Add a batch."""
        located = self.units.places.locate(frame, self.bound.choice.match)
        if self.units.places.overlap == "error":
            refuse_overlap(self.bound, self.units, frame, located)
        outside = located.nowhere
        self.rows += len(frame)
        self.without += int(outside.sum())
        self.spelt += int(located.folded.sum())
        if "year" in frame.columns:
            gaps = frame["year"].isna().to_numpy()
            self.undated += int((gaps & ~outside).sum())
            self.dated |= not gaps.all()
        for name in (name for name, cls in self.bound.columns.items() if cls is float):
            values = frame[name].to_numpy(dtype=float)
            self.amounts.setdefault(name, np.zeros(2))
            self.amounts[name] += [np.nansum(values[~outside]), np.nansum(values[outside])]
        codes = np.array(self.units.units.codes, dtype=object)
        keyed = _keyed(self.bound, frame.iloc[located.row].reset_index(drop=True), codes[located.unit])
        self.partial.append(keyed if self.bound.apart else _summed(self.bound, keyed))
        if sum(map(len, self.partial)) > _FOLD and not self.bound.apart:
            self.partial = [_whole(self.bound, self.partial)]
        self.lost = [merged([*self.lost, lost_rows(self.units.places, self.bound, frame[outside])])]

    def totals(self) -> Totals:
        """What they come to."""
        return Totals(
            frame=_whole(self.bound, self.partial),
            rows=self.rows,
            rows_without_unit=self.without,
            amounts={name: (float(sums[0]), float(sums[1])) for name, sums in self.amounts.items()},
            lost=closed(self.units.places, self.lost[0]),
            folded=self.spelt,
            undated=self.undated if self.dated else 0,
        )


def _whole(bound: BoundInput, partial: list[pd.DataFrame]) -> pd.DataFrame:
    """All partial sums as one; rows that are kept apart one after the other."""
    import pandas as pd

    if bound.apart:
        return pd.concat(partial, ignore_index=True)
    return _summed(bound, pd.concat(partial)) if len(partial) > 1 else partial[0]


def _keyed(bound: BoundInput, frame: pd.DataFrame, unit: np.ndarray[Any, Any]) -> pd.DataFrame:
    """The columns that rows are summed by, and the amounts."""
    import pandas as pd

    empty = pd.Series(np.nan, index=frame.index)
    year = frame["year"].astype(float) if "year" in frame.columns else empty
    start = frame["from_year"].astype(float).fillna(year) if "from_year" in frame.columns else year
    made = {
        "unit": unit,
        "place": _place(frame) if bound.table.kind == "stock" else "",
        "from_year": start.fillna(UNDATED).astype("int32"),
        "year": year.fillna(UNDATED).astype("int32"),
    }
    for name, cls in bound.columns.items():
        made[name] = frame[name].astype(float) if cls is float else _text(frame[name])
    for name in PROVENANCE_COLUMNS:
        made[name] = _text(frame[name]) if name in frame.columns else ""
    keyed = pd.DataFrame(made, index=frame.index)
    keyed["origin"] = keyed["origin"].where(keyed["origin"] != "", bound.table.origin)
    keyed["vintage"] = keyed["vintage"].where(keyed["vintage"] != "", _vintage(keyed))
    return keyed


def _place(frame: pd.DataFrame) -> pd.Series:
    """One text for each place that a row can name; a country counts where the row names nothing finer."""
    columns = [column for column in PLACE_COLUMNS if column in frame.columns]
    if len(columns) == 1:
        return _text(frame[columns[0]])
    distinct = frame[columns].drop_duplicates()
    texts = distinct.astype("string").fillna("")
    if "country" in columns:
        finer = (texts.drop(columns="country") != "").any(axis="columns")
        texts["country"] = texts["country"].mask(finer, "")
    keyed = distinct.assign(_place=texts[columns[0]].str.cat(texts[columns[1:]], sep="|").astype(object))
    return frame[columns].merge(keyed, on=columns, how="left")["_place"].set_axis(frame.index)


def _text(values: pd.Series) -> pd.Series:
    return values.astype("string").fillna("").astype(object)


def _vintage(keyed: pd.DataFrame) -> pd.Series:
    start, year = keyed["from_year"].astype("string"), keyed["year"].astype("string")
    text = year.where(keyed["from_year"] == keyed["year"], start + "-" + year)
    return text.where(keyed["year"] != UNDATED, "undated").astype(object)


def _summed(bound: BoundInput, keyed: pd.DataFrame) -> pd.DataFrame:
    """Rows that are alike but for their amounts, as one; gaps stay where all were gaps."""
    amounts = [name for name, cls in bound.columns.items() if cls is float]
    keys = [name for name in keyed.columns if name not in amounts]
    if not keyed.duplicated(keys).any():
        return keyed.reset_index(drop=True)
    grouped = keyed.groupby(keys, sort=True, as_index=False, dropna=False)
    if not amounts:
        return grouped.size().drop(columns="size")
    return grouped[amounts].sum(min_count=1)
