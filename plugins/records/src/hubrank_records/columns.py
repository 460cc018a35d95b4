"""The columns of the files in one form for all engines, and the rows that count."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import narwhals as nw
from attrs import frozen
from hubrank import PLACE_COLUMNS, FileProblem
from hubrank.errors import did_you_mean, shorten_list

from hubrank_records.options import NEEDED, Condition, DateColumn, Options, kind_of

#: Places that are texts, and those that are points.
_POINT = ("lat", "lon")
_CODES = tuple(name for name in PLACE_COLUMNS if name not in _POINT)
_YEARS = ("from_year", "year")
#: Kinds of columns in words.
_CALLED = {
    "truth": "true or false",
    "text": "a text",
    "number": "a number",
    "date": "a date",
}


@frozen(kw_only=True)
class Columns:
    """The columns by the names that the scenario gives them.

    Attributes:
        kinds: `text`, `number`, `date`, `truth`, or the engine's own name of another type.
        old: The name in the files.
        there: All names in the files.
        parsed: Whether texts are to be read as what is needed, since a CSV has nothing else.
    """

    kinds: Mapping[str, str]
    old: Mapping[str, str]
    there: tuple[str, ...]
    parsed: bool

    @property
    def places(self) -> tuple[str, ...]:
        """Those that say where a row is."""
        return tuple(name for name in PLACE_COLUMNS if name in self.kinds)

    def called(self, name: str) -> str:
        """The scenario's name of a column that may be given by the name in the files."""
        new = {old: name for name, old in self.old.items()}
        return name if name in self.kinds else new.get(name, name)


def columns_of(frame: nw.LazyFrame[Any], options: Options, parsed: bool) -> Columns:
    """The columns of a frame by the scenario's names, unchecked."""
    schema = frame.collect_schema()
    renamed = {old: new for new, old in options.columns.items()}
    old = {renamed.get(name, name): name for name in schema}
    kinds = {new: _kind(schema[name]) for new, name in old.items()}
    return Columns(kinds=kinds, old=old, there=tuple(schema), parsed=parsed)


def refuse(columns: Columns, options: Options) -> None:
    """Refuse columns that lack something that the scenario names, or have it as another kind."""
    problems = [*_of_names(columns, columns.there, options), *_of_kinds(columns, options)]
    if problems:
        raise FileProblem(*(f"{options.name}: {item}" for item in problems))


def _kind(dtype: Any) -> str:
    if dtype.is_numeric():
        return "number"
    kinds = {nw.String: "text", nw.Categorical: "text", nw.Enum: "text", nw.Boolean: "truth"}
    dates = {nw.Date: "date", nw.Datetime: "date"}
    return {**kinds, **dates}.get(type(dtype), str(dtype))


def keys(options: Options) -> dict[str, str]:
    """What counting names beside the places: the key of the option and the column."""
    return {key: getattr(options, key) for key in NEEDED[options.count]}


def _of_names(columns: Columns, there: Sequence[str], options: Options) -> Iterator[str]:
    """Columns that are missing, twice, or not said."""
    for new, old in options.columns.items():
        if old not in there:
            yield _missing(f"columns.{new}", old, there)
        elif new in there and new not in options.columns.values():
            example = f'columns = {{ other = "{new}" }}'
            yield f"columns.{new}: the files have a column '{new}' too; {example} leaves it out"
    named = [*keys(options).items(), *((key, item) for key in ("amounts", "by") for item in getattr(options, key))]
    if isinstance(options.year, DateColumn):
        named.append(("year.column", options.year.column))
    named += [(f"where.{item}", item) for item in options.where]
    for key, name in named:
        if columns.called(name) not in columns.kinds:
            yield _missing(key, name, list(columns.kinds))
    yield from _of_where_and_when(columns, options)


def _missing(key: str, column: str, there: Sequence[str]) -> str:
    hint = did_you_mean(column, there)
    return f"{key}: no column '{column}'{hint}"


def _of_where_and_when(columns: Columns, options: Options) -> Iterator[str]:
    """Places and years that are not said, or twice."""
    available = shorten_list(sorted(columns.kinds))
    if not columns.places:
        yield (
            f"no column gives the place; name one {shorten_list(PLACE_COLUMNS[:-2])}, or two lat and lon, in "
            f"columns; available: {available}"
        )
    if ("lat" in columns.kinds) != ("lon" in columns.kinds):
        yield "there is only one of lat and lon; name the other in columns, or rename the one"
    if "year" in columns.kinds and options.year is not None:
        yield "there is a column 'year' and options.year too; columns = { other = \"year\" } leaves the column out"
    if "year" not in columns.kinds and options.year is None:
        yield (
            'no column gives the year; columns = { year = "COLUMN" }, year = { column = "COLUMN" } for '
            f"dates, year = 2020, or year = false; available: {available}"
        )


def _of_kinds(columns: Columns, options: Options) -> Iterator[str]:
    """Columns whose type is not what is needed. A CSV has texts only, which are read as what is needed."""
    wanted = dict.fromkeys((*options.amounts, *_POINT, *_YEARS), ("number",))
    wanted |= dict.fromkeys((*keys(options).values(), *options.by, *_CODES), ("text", "number"))
    for name, kinds in wanted.items():
        kind = columns.kinds.get(columns.called(name))
        if kind is not None and kind not in kinds and not (columns.parsed and kind == "text"):
            is_, hint = _article(kind), _hint(columns, name, kind)
            if len(kinds) == 1:
                yield f"column '{name}' must be a number; it is {is_}{hint}"
            else:
                yield f"column '{name}' must be a text or a number; it is {is_}{hint}"
    if isinstance(options.year, DateColumn):
        kind = columns.kinds.get(columns.called(options.year.column), "date")
        if kind not in ("date", "text"):
            yield f"year.column: '{options.year.column}' must be a date or a text; it is {_article(kind)}"
    for name, condition in options.where.items():
        yield from _of_condition(columns, name, condition)


def _hint(columns: Columns, name: str, kind: str) -> str:
    """How the year of a date is had."""
    if (name, kind) != ("year", "date"):
        return ""
    old = columns.old[name]
    return f'; columns = {{ date = "{old}" }} and year = {{ column = "date" }} take its year'


def _of_condition(columns: Columns, name: str, condition: Condition) -> Iterator[str]:
    kind = columns.kinds.get(columns.called(name))
    for value in condition.values[:1]:
        asked = kind_of(value)
        fits = kind is None or kind == asked or (kind == "text" and (columns.parsed or asked == "date"))
        if not fits:
            yield f"where.{name}: compares with {_article(asked)}, but the column is {_article(str(kind))}"


def _article(kind: str) -> str:
    return _CALLED.get(kind, kind)


def in_one_form(frame: nw.LazyFrame[Any], columns: Columns, options: Options) -> nw.LazyFrame[Any]:
    """Every column by the scenario's name: codes and `by` as texts, amounts and points as numbers, years whole.

    Empty texts are gaps. What names records, authors and institutions keeps its type, which is shorter than a text.
    """
    result = {name: _text(columns, name) for name in (*options.by, *(item for item in _CODES if item in columns.kinds))}
    numbers = (*options.amounts, *(name for name in _POINT if name in columns.kinds))
    result |= {name: _number(columns, name) for name in numbers}
    result |= {name: _number(columns, name).cast(nw.Int64) for name in _YEARS if name in columns.kinds}
    if options.year is not False and options.year is not None:
        result["year"] = _year(columns, options.year)
    result |= {f"_{key}": given(columns, name) for key, name in keys(options).items()}
    return frame.select(**result)


def given(columns: Columns, name: str) -> Any:
    """A column as it is, its empty texts as gaps."""
    called = columns.called(name)
    column = nw.col(columns.old[called])
    return nw.when(column != "").then(column) if columns.kinds[called] == "text" else column


def _text(columns: Columns, name: str) -> Any:
    column = given(columns, name)
    return column if columns.kinds[columns.called(name)] == "text" else column.cast(nw.String)


def _number(columns: Columns, name: str) -> Any:
    return given(columns, name).cast(nw.Float64)


def _year(columns: Columns, year: int | DateColumn) -> Any:
    if not isinstance(year, DateColumn):
        return nw.lit(year).cast(nw.Int64)
    column = given(columns, year.column)
    if columns.kinds[columns.called(year.column)] == "date":
        return column.dt.year().cast(nw.Int64)
    return column.str.slice(0, 4).cast(nw.Int64)


def kept(frame: nw.LazyFrame[Any], columns: Columns, options: Options) -> nw.LazyFrame[Any]:
    """The rows that meet all conditions."""
    for name, condition in options.where.items():
        kind = columns.kinds[columns.called(name)]
        frame = frame.filter(_meets(_comparable(given(columns, name), kind, condition), kind, condition))
    return frame


def in_years(frame: nw.LazyFrame[Any], first: int | None, last: int | None) -> nw.LazyFrame[Any]:
    """The rows that do not end before or after what is asked for; those without a year stand for all."""
    year = nw.col("year")
    if first is not None:
        frame = frame.filter((year >= first) | year.is_null())
    return frame if last is None else frame.filter((year <= last) | year.is_null())


def _comparable(column: Any, kind: str, condition: Condition) -> Any:
    asked = {kind_of(item) for item in condition.values}
    if kind == "text" and asked == {"number"}:
        return column.cast(nw.Float64)
    if kind == "text" and asked == {"truth"}:
        return column.str.to_lowercase()
    return column


def _meets(column: Any, kind: str, condition: Condition) -> Any:
    if condition.missing is not None:
        return column.is_null() if condition.missing else ~column.is_null()
    if condition.one_of is not None:
        return column.is_in([_plain(item, kind) for item in condition.one_of])
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
