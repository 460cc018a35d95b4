"""Replies of services as rows: SDMX, JSON-stat and CSV, by place and year, with what flags say."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from hubrank_fetching import FetchError

if TYPE_CHECKING:
    import pandas as pd


#: What the columns of the table mean, beside that of places.
COLUMNS: Mapping[str, str] = {
    "year": "of the value",
    "value": "in the unit of the series",
    "vintage": "when the series was last updated, or its version",
    "method": "what the producer says of the value: estimated, provisional, a break in the series",
}
#: So many codes are told of a dimension.
_TOLD = 8


@frozen(kw_only=True, eq=False)
class Cells:
    """The cells of a reply that have something in them.

    Attributes:
        frame: A column a dimension with its codes, `value` (NaN where only a flag is there), `status`.
        time: The dimension of time.
        said: The words of each status; nothing where it says that all is as usual.
        labels: The words of codes, by dimension, as far as the reply has them.
        title: What the series is called.
        updated: When it was last updated, or its version.
    """

    frame: pd.DataFrame
    time: str
    said: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]]
    title: str = ""
    updated: str = ""

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions but that of time."""
        return tuple(str(name) for name in self.frame if name not in ("value", "status", self.time))


@frozen(kw_only=True)
class Asked:
    """What is wanted of a reply.

    Attributes:
        source: The source's name.
        flow: The data set's code.
        place: The dimension of places.
        column: The column of the table that holds them.
        code: What a code of a place is in that column; none of places that are not wanted.
    """

    source: str
    flow: str
    place: str
    column: str
    code: Callable[[str], str | None]


def rows(cells: Cells, asked: Asked) -> pd.DataFrame:
    """The values of the places that are wanted: the place's column, and those of `COLUMNS`."""
    import pandas as pd

    frame, there = cells.frame, cells.dimensions
    if asked.place not in there:
        what = f"'{asked.flow}' has no dimension '{asked.place}'; there are {', '.join(there)}"
        raise FetchError(asked.source, what, "you")
    codes = {code: asked.code(code) for code in frame[asked.place].unique()}
    wanted = frame[frame["value"].notna() & frame[asked.place].map(codes).notna()]
    _refuse_several(wanted, cells, asked)
    if strange := [item for item in wanted[cells.time].unique() if not is_year(item)]:
        what = f"'{asked.flow}' has values of '{strange[0]}'; only series of years are read"
        raise FetchError(asked.source, what, "you")
    if wanted.empty:
        raise FetchError(asked.source, _why_none(frame, asked), "you")
    result = {
        asked.column: wanted[asked.place].map(codes).astype(str),
        "year": wanted[cells.time].astype("int64"),
        "value": wanted["value"].astype("float64"),
        "vintage": cells.updated,
        "method": wanted["status"].map(lambda status: flag(status, cells.said)).astype(str),
    }
    return pd.DataFrame(result).reset_index(drop=True)


def flag(status: str, said: Mapping[str, str]) -> str:
    """What a status says, with itself in brackets: `estimated (e)`; of several flags in one, each."""
    if status in said:
        return f"{said[status].lstrip('|')} ({status})" if said[status] else ""
    known = [f"{said[item]} ({item})" for item in status if said.get(item)]
    return ", ".join(known) or status


def _refuse_several(frame: pd.DataFrame, cells: Cells, asked: Asked) -> None:
    """Values of several series would be added up as if they were one."""
    others = [name for name in cells.dimensions if name != asked.place]
    several = {name: frame[name].unique() for name in others if frame[name].nunique() > 1}
    if several:
        message = "; ".join(f"{name}: {_listed(codes, cells.labels.get(name, {}))}" for name, codes in several.items())
        raise FetchError(asked.source, f"'{asked.flow}' has several series; choose one in filters: {message}", "you")


def _listed(codes: Iterable[Any], labels: Mapping[str, str]) -> str:
    codes = list(map(str, codes))
    message = [f"{code} ({labels[code]})" if labels.get(code, code) != code else code for code in codes[:_TOLD]]
    more = [f"{len(codes) - _TOLD} more"] if len(codes) > _TOLD else []
    return ", ".join([*message, *more])


def is_year(text: str) -> bool:
    """Whether a period is a year."""
    return len(text) == len("2024") and text.isascii() and text.isdigit()


def _why_none(frame: pd.DataFrame, asked: Asked) -> str:
    there = frame.loc[frame["value"].notna(), asked.place].unique()
    if not len(there):
        return f"'{asked.flow}' has no values with these filters"
    return f"'{asked.flow}' has no values of the places that are asked for; it has those of {_listed(there, {})}"


#: What Eurostat writes otherwise than ISO 3166-1.
_OTHERWISE = {"EL": "GR", "UK": "GB"}
#: What begins with letters of a country and is a sum of several: EU27_2020, EA20, EEA30_2007, EFTA.
_SUM = re.compile(r"(EU|EA|EEA|EFTA)(\d.*)?")
#: The codes of Eurostat's levels, behind the two letters of the country.
_BEHIND: Mapping[str, str] = {
    "country": "",
    "nuts1": "[0-9A-Z]",
    "nuts2": "[0-9A-Z]{2}",
    "nuts3": "[0-9A-Z]{3}",
    "city": r"\d{3}[A-Z][0-9A-Z]*",
}
#: The column that has the codes of a level.
PLACE_COLUMNS: Mapping[str, str] = {
    "country": "country",
    "nuts1": "nuts",
    "nuts2": "nuts",
    "nuts3": "nuts",
    "city": "unit",
}


def of_level(level: str) -> Callable[[str], str | None]:
    """What a code of Eurostat is at a level: countries as ISO 3166-1 alpha-3; none where it is of another, or a sum."""
    from hubrank_fetching.geonames import codes_of_countries

    countries, form = codes_of_countries(), re.compile(f"([A-Z]{{2}}){_BEHIND[level]}")

    def code(text: str) -> str | None:
        found = form.fullmatch(text)
        country = countries.get(_OTHERWISE.get(found[1], found[1])) if found and not _SUM.fullmatch(text) else None
        return (country if level == "country" else text) if country else None

    return code


def of_scheme(scheme: str) -> Callable[[str], str | None]:
    """What a code of the OECD is in a column: countries alone in `country`, any in others."""
    from hubrank_fetching.geonames import codes_of_countries

    countries = frozenset(codes_of_countries().values())
    return lambda text: text if scheme != "country" or text in countries else None


SHAPE = {"id": [str], "size": [int], "value": (dict, list), "dimension": dict}
TIME = "time"


def cells_of_json(reply: Mapping[str, Any]) -> Cells:
    """The cells of a data set that have a value or a flag.

    Values and flags stand at the position that a cell has if all dimensions are walked through, the last the fastest;
    as a list, or as a record of positions where most are empty.
    """
    import pandas as pd

    names, sizes = reply["id"], reply["size"]
    codes = [_codes(reply, name, size) for name, size in zip(names, sizes, strict=True)]
    values, text = _sparse(reply["value"]), reply.get("status") or {}
    statuses = dict.fromkeys(values, text) if isinstance(text, str) else _sparse(text)
    flat = np.array(sorted({*values, *statuses}), dtype=np.intp)
    if len(flat) and not 0 <= flat[0] <= flat[-1] < np.prod(sizes):
        raise ValueError(f"reply.value.{flat[-1]}")
    at = np.unravel_index(flat, sizes) if len(flat) else [flat] * len(names)
    result = {name: np.array(own, dtype=object)[where] for name, own, where in zip(names, codes, at, strict=True)}
    result |= {
        "value": [values.get(item, np.nan) for item in flat],
        "status": [statuses.get(item, "") for item in flat],
    }
    extension = reply.get("extension", {})
    return Cells(
        frame=pd.DataFrame(result).astype({"value": float}),
        time=TIME,
        said=extension.get("status", {}).get("label", {}),
        labels={name: _category(reply, name).get("label", {}) for name in names},
        title=str(reply.get("label", "")),
        updated=str(reply.get("updated", "")).partition("T")[0],
    )


def _category(reply: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = reply["dimension"][name]["category"]
    return found


def _codes(reply: Mapping[str, Any], name: str, size: int) -> list[str]:
    """The codes of a dimension in their order: of a record of positions, of a list, or of the one label."""
    try:
        category = _category(reply, name)
        index = category.get("index", list(category.get("label", {})))
        codes = sorted(index, key=index.__getitem__) if isinstance(index, dict) else list(index)
        good = len(codes) == size and (not isinstance(index, dict) or sorted(index.values()) == list(range(size)))
    except (LookupError, TypeError, AttributeError):
        good = False
    if not good:
        raise ValueError(f"reply.dimension.{name}")
    return codes


def _sparse(found: Any) -> dict[int, Any]:
    """What is there by position; gaps of a list are null."""
    if isinstance(found, dict):
        return {int(at): item for at, item in found.items() if item is not None}
    return {at: item for at, item in enumerate(found) if item is not None}


@frozen(kw_only=True)
class Structure:
    """What a data flow is.

    Attributes:
        version: Its version.
        title: What it is called, in English where it says so.
        dimensions: The dimensions in the order in which a key names them, time not among them.
        time: The dimension of time.
    """

    version: str
    title: str
    dimensions: tuple[str, ...]
    time: str


def is_xml(content: bytes) -> bool:
    """Whether a reply is a message of SDMX-ML rather than data in another form."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def structure(content: bytes, flow: str, source: str) -> Structure:
    """The structure of a flow, in a message that has the flow and what defines it."""
    from sdmx.model.common import TimeDimension

    message = _message(content, source)
    try:
        found = message.dataflow[flow]
        definition = message.structure[found.structure.id]
        parts = definition.dimensions.components
        (time,) = (item.id for item in parts if isinstance(item, TimeDimension))
        dimensions = tuple(item.id for item in parts if not isinstance(item, TimeDimension))
        return Structure(
            version=str(found.version),
            title=found.name.localized_default("en") or flow,
            dimensions=dimensions,
            time=time,
        )
    except (LookupError, AttributeError, TypeError, ValueError):
        raise FetchError(source, f"its reply has another form: dataflow {flow}", "us") from None


def footer(content: bytes, source: str) -> tuple[int, str]:
    """The code and the words of a message's footer; 0 where it has none."""
    found = getattr(_message(content, source), "footer", None)
    if found is None:
        return 0, ""
    return int(found.code or 0), " ".join(str(item) for item in found.text[:1])


def _refuse_entities(content: bytes) -> None:
    """SDMX-ML declares no type of document, which is how entities that grow are declared."""
    if b"<!DOCTYPE" in content:
        raise ValueError


def _message(content: bytes, source: str) -> Any:
    import sdmx

    try:
        _refuse_entities(content)
        with contextlib.redirect_stdout(io.StringIO()):  # where the library fails, it prints all that it has read
            return sdmx.read_sdmx(io.BytesIO(content))
    except Exception:  # noqa: BLE001  # whatever it trips over is no message of SDMX-ML
        raise FetchError(source, "its reply has another form: SDMX-ML", "us") from None


_VALUE, _STATUS, _POWER = "OBS_VALUE", "OBS_STATUS", "UNIT_MULT"
#: The status of a value of which nothing is said.
_USUAL = "A"
_MISSING = ("", "NaN")


def cells_of_csv(content: bytes, structure: Structure) -> Cells:
    """The rows of a reply, with values in whole units: those in thousands are multiplied.

    Columns are chosen by the codes of dimensions; the label of a code stands in the column behind it, if at all.
    """
    import pandas as pd

    text = content.decode("utf-8-sig")
    head = next(csv.reader(io.StringIO(text)), [])
    wanted = [*structure.dimensions, structure.time, _VALUE]
    if lacking := [name for name in wanted if name not in head]:
        raise ValueError(f"{lacking[0]}: -")
    frame = pd.read_csv(
        io.StringIO(text), header=0, names=range(len(head)), dtype=str, index_col=False, keep_default_na=False
    )
    column = {name: frame[head.index(name)] for name in (*wanted, _STATUS, _POWER) if name in head}
    numbers = pd.to_numeric(column[_VALUE].where(~column[_VALUE].isin(_MISSING)))
    power = pd.to_numeric(column[_POWER].replace("", "0")) if _POWER in column else 0
    status = column.get(_STATUS, "")
    result = {name: column[name] for name in wanted[:-1]} | {"value": numbers * 10.0**power, "status": status}
    return Cells(
        frame=pd.DataFrame(result),
        time=structure.time,
        said={_USUAL: "", "": ""} | {key: text for key, text in _labels(frame, head, _STATUS).items() if key != _USUAL},
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
