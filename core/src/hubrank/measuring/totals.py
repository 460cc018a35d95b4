"""Rows of a source, put into units and summed: what is slow, done once and cached."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import frozen

from hubrank.basis.errors import DataError, Problem, ScenarioError, listed, suggestion
from hubrank.contract.origins import Origin
from hubrank.contract.records import UNDATED
from hubrank.contract.sources import PLACE_COLUMNS, PROVENANCE_COLUMNS, TIME_COLUMNS, Request
from hubrank.measuring.cache import Cache, key_of
from hubrank.scenario.binding import Bound
from hubrank.scenario.places import NOWHERE, Places
from hubrank.scenario.unit_sets import BoundUnits

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.scenario.inputs import BoundInput

#: A partial sum is folded when it has this many rows, so that memory does not grow with the source.
_FOLD = 2_000_000


@frozen(kw_only=True, eq=False)
class Counted:
    """An input's rows, summed by unit, place, time, provenance and the columns that tell rows apart.

    Attributes:
        frame: `unit, place, from_year, year`, the columns asked for, `origin, vintage, method`.
        rows: How many rows the source gave.
        rows_without_unit: How many of them lie in no unit.
        amounts: For each amount the sum inside and outside the units.
        origins: Who made the rows.
        fingerprint: What the source says of the state of its rows.
        cached: Whether the rows came from the cache.
    """

    frame: pd.DataFrame
    rows: int
    rows_without_unit: int
    amounts: Mapping[str, tuple[float, float]]
    origins: tuple[Origin, ...]
    fingerprint: str
    cached: bool


def count(
    bound: BoundInput,
    units: BoundUnits,
    years: tuple[int | None, int | None],
    cache: Cache | None,
    sample: bool,
) -> Counted:
    """Count an input, or take it from the cache.

    Args:
        bound: The input.
        units: The units that rows are put into.
        years: The first and last year that any edition sees; none where all count.
        cache: Where counted rows are kept; none keeps none.
        sample: Whether the source's sample is read in its stead.

    Raises:
        ScenarioError: A file that the scenario names is wrong.
        PluginError: The source broke its contract.
        DataError: There are no rows.
    """
    part = Bound(bound.part, bound.options, f"inputs.{bound.name}")
    request = Request(
        table=bound.table.name,
        columns=tuple(sorted(bound.columns)),
        first_year=years[0],
        last_year=years[1],
        options=bound.options,
        sample=sample,
        texts=tuple(sorted(name for name, cls in bound.columns.items() if cls is str)),
    )
    origins = part.call(bound.source.origins_for, "origins", bound.options)
    fingerprint = part.call(bound.source.fingerprint, "fingerprint", request)
    key = _key(bound, units, request, fingerprint)
    if cache is not None and (found := cache.get(key)):
        frame, known = found
        amounts = {name: (inside, outside) for name, (inside, outside) in known["amounts"].items()}
        return Counted(
            frame=frame,
            rows=known["rows"],
            rows_without_unit=known["rows_without_unit"],
            amounts=amounts,
            origins=origins,
            fingerprint=fingerprint,
            cached=True,
        )
    made = _read(part, bound, units.places, units.units.codes, request)
    counted = attrs.evolve(made, origins=origins, fingerprint=fingerprint)
    if cache is not None:
        about = {
            "source": bound.source.name,
            "table": bound.table.name,
            "units": units.name,
            "rows": counted.rows,
            "rows_without_unit": counted.rows_without_unit,
            "amounts": counted.amounts,
        }
        cache.put(key, counted.frame, about)
    return counted


def _key(bound: BoundInput, units: BoundUnits, request: Request, fingerprint: str) -> str:
    return key_of(
        bound.part.distribution,
        bound.part.version,
        bound.source.name,
        bound.table.name,
        bound.table.kind,
        {name: cls.__name__ for name, cls in bound.columns.items()},
        [request.first_year, request.last_year, request.sample],
        attrs.asdict(request.options),
        fingerprint,
        units.fingerprint,
    )


def _read(part: Bound, bound: BoundInput, places: Places, codes: tuple[str, ...], request: Request) -> Counted:
    """Read every batch and fold it into sums."""
    import pandas as pd

    partial: list[pd.DataFrame] = []
    rows = without = held = 0
    amounts = {name: np.zeros(2) for name, cls in bound.columns.items() if cls is float}
    for batch in _batches(part, bound, request):
        frame = _checked(part, bound, batch)
        _check_places(bound, frame, places)
        position = places.locate(frame)
        inside = position != NOWHERE
        rows += len(frame)
        without += int((~inside).sum())
        for name, sums in amounts.items():
            values = frame[name].to_numpy(dtype=float)
            sums += [np.nansum(values[inside]), np.nansum(values[~inside])]
        unit = np.array(codes, dtype=object)[position[inside]]
        partial.append(_summed(bound, _keyed(bound, frame[inside], unit)))
        held += len(partial[-1])
        if held > _FOLD:
            partial = [_summed(bound, pd.concat(partial))]
            held = len(partial[0])
    if not rows:
        raise DataError(f"inputs.{bound.name}", f"'{bound.source.name}' gave no rows of table '{bound.table.name}'")
    return Counted(
        frame=_summed(bound, pd.concat(partial)) if len(partial) > 1 else partial[0],
        rows=rows,
        rows_without_unit=without,
        amounts={name: (float(sums[0]), float(sums[1])) for name, sums in amounts.items()},
        origins=(),
        fingerprint="",
        cached=False,
    )


def _batches(part: Bound, bound: BoundInput, request: Request) -> Iterable[pd.DataFrame]:
    """The source's frames; what it raises names it."""
    if request.sample:
        yield part.call(bound.source.sample, "sample", request.table, request.options)
        return
    iterator = iter(part.call(bound.source.read, "read", request))
    end = object()
    while (batch := part.call(next, "read", iterator, end)) is not end:
        yield batch


def _checked(part: Bound, bound: BoundInput, batch: pd.DataFrame) -> pd.DataFrame:
    """The batch, when it keeps what the table promises."""
    import pandas as pd

    if not isinstance(batch, pd.DataFrame):
        raise part.broke(f"read gave a {type(batch).__name__}; a pandas DataFrame was promised")
    there = list(batch.columns)
    for name in [*bound.columns, *(name for name in PLACE_COLUMNS if name in bound.table.columns)]:
        if name not in there:
            raise part.broke(f"read gave no column '{name}' of table '{bound.table.name}'{suggestion(name, there)}")
        if there.count(name) > 1:
            raise part.broke(f"read gave two columns '{name}' of table '{bound.table.name}'")
    amounts = [name for name, cls in bound.columns.items() if cls is float]
    for name in (*amounts, *(name for name in ("lat", "lon", *TIME_COLUMNS) if name in there)):
        _check_numbers(part, bound, name, batch[name])
    return batch.reset_index(drop=True)


def _check_numbers(part: Bound, bound: BoundInput, name: str, values: pd.Series) -> None:
    import pandas as pd

    if not pd.api.types.is_numeric_dtype(values) and not values.isna().all():
        raise part.broke(f"read gave texts in column '{name}' of table '{bound.table.name}'; numbers were promised")
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    if np.isinf(numbers).any():
        raise part.broke(f"read gave infinity in column '{name}' of table '{bound.table.name}'")
    if name in TIME_COLUMNS and (broken := numbers[numbers % 1 > 0]).size:
        what = f"read gave {broken[0]:g} in column '{name}' of table '{bound.table.name}'; whole years were promised"
        raise part.broke(what)


def _check_places(bound: BoundInput, frame: pd.DataFrame, places: Places) -> None:
    there = [column for column in PLACE_COLUMNS if column in frame.columns and column != "lon"]
    if not set(there) & set(places.schemes):
        what = f"its rows say where by {listed(there)}; the units are found by {listed(places.schemes)}"
        raise ScenarioError("", [Problem(f"inputs.{bound.name}", what)])


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
