"""Replies of services as rows: SDMX, JSON-stat and CSV, by place and year, with what flags say."""

import contextlib
import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from attrs import frozen
from hubrank.plugin import Table
from hubrank_fetching import FetchError, other_form

#: The meanings of the table's columns, except that of places.
COLUMNS: Mapping[str, str] = {
    "year": "of the value",
    "value": "in the unit of the series",
    "vintage": "when the series was last updated, or its version",
    "method": "what the producer says of the value: estimated, provisional, a break in the series",
}
#: The most codes of a dimension that are listed.
_TOLD = 8
_YEAR = re.compile("[0-9]{4}")


#: The possible forms of SDMX-ML replies.
XML = ("application/xml", "text/xml")


def tables(source: str, title: str, kind: Any, place: Mapping[str, str]) -> tuple[Table, ...]:
    """The one table of a source, of the series that its options name, with a column of places."""
    return (Table(name="figures", title=title, kind=kind, columns={**place, **COLUMNS}, origin=source),)


@frozen(kw_only=True, eq=False)
class Cells:
    """The cells of a reply that have something in them.

    Attributes:
        frame: A column a dimension with its codes, `value` (NaN if only a flag is there), `status`.
        time: The dimension of time.
        meanings: The words of each status; nothing if it says that all is as usual.
        labels: The words of codes, by dimension, as far as the reply has them.
        title: The name of the series.
        updated: When it was last updated, or its version.
    """

    frame: pd.DataFrame
    time: str
    meanings: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]]
    title: str = ""
    updated: str = ""

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions but that of time."""
        return tuple(str(name) for name in self.frame if name not in ("value", "status", self.time))


def rows(
    cells: Cells, *, source: str, flow: str, place: str, column: str, code: Callable[[str], str | None]
) -> pd.DataFrame:
    """The values of the places that are wanted: the place's column, and those of `COLUMNS`.

    Args:
        cells: The cells of the reply.
        source: The source's name.
        flow: The data set's code.
        place: The dimension of places.
        column: The column of the table that holds them.
        code: The form of a place's code in that column; None for places that are not wanted.

    Raises:
        FetchError: There is no such dimension, or no value of a wanted place; the values are of several series, which
            would be added up as if they were one; or not of years.
    """
    frame, there = cells.frame, cells.dimensions
    if place not in there:
        raise FetchError(source, f"'{flow}' has no dimension '{place}'; there are {', '.join(there)}", "you")
    codes = {item: code(item) for item in frame[place].unique()}
    wanted = frame[frame["value"].notna() & frame[place].map(codes).notna()]
    several = {name: wanted[name].unique() for name in there if name != place and wanted[name].nunique() > 1}
    if several:
        choices = "; ".join(f"{name}: {_listed(own, cells.labels.get(name, {}))}" for name, own in several.items())
        raise FetchError(source, f"'{flow}' has several series; choose one in filters: {choices}", "you")
    if strange := [item for item in wanted[cells.time].unique() if not _YEAR.fullmatch(item)]:
        raise FetchError(source, f"'{flow}' has values of '{strange[0]}'; only series of years are read", "you")
    if wanted.empty:
        known = frame.loc[frame["value"].notna(), place].unique()
        what = f"of the places that are asked for; it has those of {_listed(known, {})}"
        raise FetchError(source, f"'{flow}' has no values {what if len(known) else 'with these filters'}", "you")
    result = {
        column: wanted[place].map(codes).astype(str),
        "year": wanted[cells.time].astype("int64"),
        "value": wanted["value"].astype("float64"),
        "vintage": cells.updated,
        "method": wanted["status"].map(lambda status: flag(status, cells.meanings)).astype(str),
    }
    return pd.DataFrame(result).reset_index(drop=True)


def flag(status: str, meanings: Mapping[str, str]) -> str:
    """The meaning of a status, with itself in brackets: `estimated (e)`; of several flags in one, each."""
    if status in meanings:
        return f"{meanings[status].lstrip('|')} ({status})" if meanings[status] else ""
    known = [f"{meanings[item]} ({item})" for item in status if meanings.get(item)]
    return ", ".join(known) or status


def _listed(codes: Iterable[Any], labels: Mapping[str, str]) -> str:
    codes = list(map(str, codes))
    message = [f"{code} ({labels[code]})" if labels.get(code, code) != code else code for code in codes[:_TOLD]]
    more = [f"{len(codes) - _TOLD} more"] if len(codes) > _TOLD else []
    return ", ".join([*message, *more])


SHAPE = {"id": [str], "size": [int], "value": (dict, list), "dimension": dict}


def cells_of_json(reply: Mapping[str, Any]) -> Cells:
    """The cells of a data set that have a value or a flag.

    Values and flags stand at the position that a cell has if all dimensions are walked through, the last the fastest;
    as a list, or as a record of positions where most are empty.
    """
    names, sizes = reply["id"], reply["size"]
    codes = [_codes(reply, name, size) for name, size in zip(names, sizes, strict=True)]
    values, text = _sparse(reply["value"]), reply.get("status") or {}
    statuses = dict.fromkeys(values, text) if isinstance(text, str) else _sparse(text)
    flat = np.array(sorted({*values, *statuses}), dtype=np.intp)
    if len(flat) and not 0 <= flat[0] <= flat[-1] < np.prod(sizes):
        raise ValueError(f"reply.value.{flat[-1]}")
    at = np.unravel_index(flat, sizes) if len(flat) else [flat] * len(names)
    result = {name: np.array(labels, dtype=object)[where] for name, labels, where in zip(names, codes, at, strict=True)}
    result["value"] = [values.get(item, np.nan) for item in flat]
    result["status"] = [statuses.get(item, "") for item in flat]
    return Cells(
        frame=pd.DataFrame(result).astype({"value": float}),
        time="time",
        meanings=reply.get("extension", {}).get("status", {}).get("label", {}),
        labels={name: reply["dimension"][name]["category"].get("label", {}) for name in names},
        title=str(reply.get("label", "")),
        updated=str(reply.get("updated", "")).partition("T")[0],
    )


def _codes(reply: Mapping[str, Any], name: str, size: int) -> list[str]:
    """The codes of a dimension in their order: of a record of positions, of a list, or of the one label."""
    try:
        category = reply["dimension"][name]["category"]
        index = category.get("index", list(category.get("label", {})))
        codes = sorted(index, key=index.__getitem__) if isinstance(index, dict) else list(index)
        good = len(codes) == size and (not isinstance(index, dict) or sorted(index.values()) == list(range(size)))
    except (LookupError, TypeError, AttributeError):
        good = False
    if not good:
        raise ValueError(f"reply.dimension.{name}")
    return codes


def _sparse(found: Any) -> dict[int, Any]:
    """The values by position; missing values of a list are null."""
    if isinstance(found, dict):
        return {int(at): item for at, item in found.items() if item is not None}
    return {at: item for at, item in enumerate(found) if item is not None}


@frozen(kw_only=True)
class Structure:
    """A data flow's dimensions in the order of a key, without the time dimension."""

    version: str
    title: str
    dimensions: tuple[str, ...]
    time: str


def structure(content: bytes, flow: str, source: str) -> Structure:
    """The structure of a flow, in a message that has the flow and what defines it."""
    from sdmx.model.common import TimeDimension

    whole = message(content, source)
    try:
        found = whole.dataflow[flow]
        parts = whole.structure[found.structure.id].dimensions.components
        (time,) = (item.id for item in parts if isinstance(item, TimeDimension))
        dimensions = tuple(item.id for item in parts if not isinstance(item, TimeDimension))
        title = found.name.localized_default("en") or flow
        return Structure(version=str(found.version), title=title, dimensions=dimensions, time=time)
    except (LookupError, AttributeError, TypeError, ValueError):
        raise other_form(source, f"dataflow {flow}") from None


def message(content: bytes, source: str) -> Any:
    """A message of SDMX-ML, read."""
    import sdmx  # which takes a second, and most replies have another form

    if b"<!DOCTYPE" in content:  # SDMX-ML declares no type of document, which is how entities that grow are declared
        raise other_form(source, "SDMX-ML")
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # where the library fails, it prints all that it has read
            return sdmx.read_sdmx(io.BytesIO(content))
    except Exception:  # noqa: BLE001  # whatever it trips over is no message of SDMX-ML
        raise other_form(source, "SDMX-ML") from None


_VALUE, _STATUS, _POWER = "OBS_VALUE", "OBS_STATUS", "UNIT_MULT"
#: The status of a value of which nothing is said.
_USUAL = "A"
_MISSING = ("", "NaN")


def cells_of_csv(content: bytes, structure: Structure) -> Cells:
    """The rows of a reply, with values in whole units: those in thousands are multiplied.

    Columns are chosen by the codes of dimensions; a code's label may be in the column after it.
    """
    text = content.decode("utf-8-sig")
    head = next(csv.reader(io.StringIO(text)), [])
    wanted = [*structure.dimensions, structure.time, _VALUE]
    if lacking := [name for name in wanted if name not in head]:
        raise ValueError(f"{lacking[0]}: -")
    form: dict[str, Any] = {"header": 0, "names": range(len(head)), "index_col": False, "keep_default_na": False}
    frame = pd.read_csv(io.StringIO(text), dtype=str, **form)
    column = {name: frame[head.index(name)] for name in (*wanted, _STATUS, _POWER) if name in head}
    numbers = pd.to_numeric(column[_VALUE].where(~column[_VALUE].isin(_MISSING)))
    power = pd.to_numeric(column[_POWER].replace("", "0")) if _POWER in column else 0
    status = column.get(_STATUS, "")
    result = {name: column[name] for name in wanted[:-1]} | {"value": numbers * 10.0**power, "status": status}
    return Cells(
        frame=pd.DataFrame(result),
        time=structure.time,
        meanings=_labels(frame, head, _STATUS) | {_USUAL: "", "": ""},
        labels={name: _labels(frame, head, name) for name in structure.dimensions},
        title=structure.title,
        updated=f"version {structure.version}",
    )


def _labels(frame: pd.DataFrame, head: Sequence[str], name: str) -> dict[str, str]:
    """The words of a column's codes; none in a reply without labels."""
    at = head.index(name) if name in head else len(head)
    if at + 1 >= len(head) or head[at + 1].isupper():
        return {}
    pairs = frame[[at, at + 1]].drop_duplicates(at)
    return dict(zip(pairs[at], pairs[at + 1], strict=True))
