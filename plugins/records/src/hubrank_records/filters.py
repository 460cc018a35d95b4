"""Which rows are kept."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from hubrank_records.columns import Columns, given
from hubrank_records.options import Condition, Options, kind_of

if TYPE_CHECKING:
    import narwhals as nw


def kept(frame: nw.LazyFrame[Any], columns: Columns, options: Options) -> nw.LazyFrame[Any]:
    """The rows that meet all conditions."""
    for name, condition in options.where.items():
        kind = columns.kinds[columns.called(name)]
        frame = frame.filter(_meets(_comparable(given(columns, name), kind, condition), kind, condition))
    return frame


def in_years(frame: nw.LazyFrame[Any], first: int | None, last: int | None) -> nw.LazyFrame[Any]:
    """The rows that do not end before or after what is asked for; those without a year stand for all."""
    import narwhals as nw

    year = nw.col("year")
    if first is not None:
        frame = frame.filter((year >= first) | year.is_null())
    return frame if last is None else frame.filter((year <= last) | year.is_null())


def _comparable(column: Any, kind: str, condition: Condition) -> Any:
    """The column as what it is compared with."""
    import narwhals as nw

    asked = {kind_of(each) for each in condition.values}
    if kind == "text" and asked == {"number"}:
        return column.cast(nw.Float64)
    if kind == "text" and asked == {"truth"}:
        return column.str.to_lowercase()
    return column


def _meets(column: Any, kind: str, condition: Condition) -> Any:
    if condition.missing is not None:
        return column.is_null() if condition.missing else ~column.is_null()
    if condition.one_of is not None:
        return column.is_in([_plain(each, kind) for each in condition.one_of])
    bounds = []
    if condition.at_least is not None:
        bounds.append(column >= _plain(condition.at_least, kind))
    if condition.at_most is not None:
        bounds.append(column <= _plain(condition.at_most, kind))
    return bounds[0] if len(bounds) == 1 else bounds[0] & bounds[1]


def _plain(value: Any, kind: str) -> Any:
    """A value as texts hold it, where the column has texts: dates as 2024-05-17, truth as true."""
    if kind != "text":
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, datetime.date) else value
