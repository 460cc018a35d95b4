"""Rows of cells: one series, by place and year, with what its flags say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

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
    """The values of the places that are wanted: the place's column, and those of `COLUMNS`.

    Raises:
        FetchError: There are several series, periods that are no years, or no values.
    """
    import pandas as pd

    frame, there = cells.frame, cells.dimensions
    if asked.place not in there:
        what = f"'{asked.flow}' has no dimension '{asked.place}'; there are {', '.join(there)}"
        raise FetchError(asked.source, what, "you")
    codes = {code: asked.code(code) for code in frame[asked.place].unique()}
    wanted = frame[frame["value"].notna() & frame[asked.place].map(codes).notna()]
    _refuse_several(wanted, cells, asked)
    _refuse_parts_of_years(wanted[cells.time].unique(), asked)
    if wanted.empty:
        raise FetchError(asked.source, _why_none(frame, asked), "you")
    made = {
        asked.column: wanted[asked.place].map(codes).astype(str),
        "year": wanted[cells.time].astype("int64"),
        "value": wanted["value"].astype("float64"),
        "vintage": cells.updated,
        "method": wanted["status"].map(lambda status: flag(status, cells.said)).astype(str),
    }
    return pd.DataFrame(made).reset_index(drop=True)


def flag(status: str, said: Mapping[str, str]) -> str:
    """What a status says, with itself in brackets: `estimated (e)`; of several flags in one, each."""
    if status in said:
        return f"{said[status].lstrip('|')} ({status})" if said[status] else ""
    known = [f"{said[each]} ({each})" for each in status if said.get(each)]
    return ", ".join(known) or status


def _refuse_several(frame: pd.DataFrame, cells: Cells, asked: Asked) -> None:
    """Values of several series would be added up as if they were one."""
    others = [name for name in cells.dimensions if name != asked.place]
    several = {name: frame[name].unique() for name in others if frame[name].nunique() > 1}
    if several:
        told = "; ".join(f"{name}: {_listed(codes, cells.labels.get(name, {}))}" for name, codes in several.items())
        raise FetchError(asked.source, f"'{asked.flow}' has several series; choose one in filters: {told}", "you")


def _listed(codes: Iterable[Any], labels: Mapping[str, str]) -> str:
    codes = list(map(str, codes))
    told = [f"{code} ({labels[code]})" if labels.get(code, code) != code else code for code in codes[:_TOLD]]
    more = [f"{len(codes) - _TOLD} more"] if len(codes) > _TOLD else []
    return ", ".join([*told, *more])


def _refuse_parts_of_years(periods: Iterable[str], asked: Asked) -> None:
    if strange := [each for each in periods if not is_year(each)]:
        what = f"'{asked.flow}' has values of '{strange[0]}'; only series of years are read"
        raise FetchError(asked.source, what, "you")


def is_year(text: str) -> bool:
    """Whether a period is a year."""
    return len(text) == len("2024") and text.isascii() and text.isdigit()


def _why_none(frame: pd.DataFrame, asked: Asked) -> str:
    there = frame.loc[frame["value"].notna(), asked.place].unique()
    if not len(there):
        return f"'{asked.flow}' has no values with these filters"
    return f"'{asked.flow}' has no values of the places that are asked for; it has those of {_listed(there, {})}"
