"""The columns of the files in one form for all engines, and the rows that count."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

import narwhals as nw
from attrs import frozen
from hubrank.errors import did_you_mean, shorten_list
from hubrank.plugin import PLACE_COLUMNS, TIME_COLUMNS, FileProblem

from hubrank_records.options import NEEDED, Condition, DateColumn, Options, kind_of

#: Places that are texts, and those that are points.
_POINT = ("lat", "lon")
_CODES = tuple(name for name in PLACE_COLUMNS if name not in _POINT)
#: Kinds of columns in words.
_CALLED = {"truth": "true or false", "text": "a text", "number": "a number", "date": "a date"}
_KINDS = {
    **dict.fromkeys((nw.String, nw.Categorical, nw.Enum), "text"),
    **dict.fromkeys((nw.Date, nw.Datetime), "date"),
    nw.Boolean: "truth",
}


@frozen(kw_only=True)
class Columns:
    """The columns by the names that the scenario gives them.

    `kinds` are `text`, `number`, `date`, `truth`, or the engine's own name of another type, of which `whole` are those
    with integers; `old` are the names in the files, all of which are `there`; `parsed` texts, since a CSV has nothing
    else, are converted as required.
    """

    kinds: Mapping[str, str]
    whole: frozenset[str]
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
    types = {new: schema[name] for new, name in old.items()}
    kinds = {new: "number" if kind.is_numeric() else _KINDS.get(type(kind), str(kind)) for new, kind in types.items()}
    whole = frozenset(new for new, kind in types.items() if kind.is_integer())
    return Columns(kinds=kinds, whole=whole, old=old, there=tuple(schema), parsed=parsed)


def refuse(columns: Columns, options: Options) -> None:
    """Reject columns that lack something that the scenario names, or have it as another kind."""
    checks = (_of_names, _of_where_and_when, _of_kinds)
    if problems := [item for check in checks for item in check(columns, options)]:
        raise FileProblem(*(f"{options.name}: {item}" for item in problems))


def keys(options: Options) -> dict[str, str]:
    """The columns that counting requires beside the places: the key of the option and the column."""
    return {key: getattr(options, key) for key in NEEDED[options.count]}


def _of_names(columns: Columns, options: Options) -> Iterator[str]:
    for new, old in options.columns.items():
        if old not in columns.there:
            yield f"columns.{new}: no column '{old}'{did_you_mean(old, columns.there)}"
        elif new in columns.there and new not in options.columns.values():
            example = f'columns = {{ other = "{new}" }}'
            yield f"columns.{new}: the files have a column '{new}' too; {example} leaves it out"
    named = [*keys(options).items(), *((key, item) for key in ("amounts", "by") for item in getattr(options, key))]
    if isinstance(options.year, DateColumn):
        named.append(("year.column", options.year.column))
    named += [(f"where.{item}", item) for item in options.where]
    for key, name in named:
        if columns.called(name) not in columns.kinds:
            yield f"{key}: no column '{name}'{did_you_mean(name, columns.kinds)}"


def _of_where_and_when(columns: Columns, options: Options) -> Iterator[str]:
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
    """Columns of the wrong type. A CSV has texts only, which are converted."""
    wanted = dict.fromkeys((*options.amounts, *_POINT, *TIME_COLUMNS), ("number",))
    wanted |= dict.fromkeys((*keys(options).values(), *options.by, *_CODES), ("text", "number"))
    for name, kinds in wanted.items():
        kind = columns.kinds.get(columns.called(name))
        if kind is not None and kind not in kinds and not (columns.parsed and kind == "text"):
            hint = ""
            if (name, kind) == ("year", "date"):
                old = columns.old[name]
                hint = f'; columns = {{ date = "{old}" }} and year = {{ column = "date" }} take its year'
            must = " or ".join(_CALLED[item] for item in kinds)
            yield f"column '{name}' must be {must}; it is {_CALLED.get(kind, kind)}{hint}"
    if isinstance(options.year, DateColumn):
        kind = columns.kinds.get(columns.called(options.year.column), "date")
        if kind not in ("date", "text"):
            yield f"year.column: '{options.year.column}' must be a date or a text; it is {_CALLED.get(kind, kind)}"
    for name, condition in options.where.items():
        kind = columns.kinds.get(columns.called(name))
        asked = kind_of(next(iter(condition.values), None))
        if asked and kind and kind != asked and not (kind == "text" and (columns.parsed or asked == "date")):
            yield f"where.{name}: compares with {_CALLED[asked]}, but the column is {_CALLED.get(kind, kind)}"


def in_one_form(frame: nw.LazyFrame[Any], columns: Columns, options: Options) -> nw.LazyFrame[Any]:
    """Every column by the scenario's name: codes and `by` as texts, amounts and points as numbers, years whole.

    Empty texts are missing; where rows are only summed, the core takes them for that. Integers and the names of
    records, authors and institutions keep their type, which is shorter.
    """
    result = {}
    for name in _texts(columns, options):
        text = columns.kinds[columns.called(name)] == "text"
        code = nw.col(columns.old[columns.called(name)]) if options.count == "rows" else given(columns, name)
        result[name] = code if text else code.cast(nw.String)
    for name in (*options.amounts, *(item for item in (*_POINT, *TIME_COLUMNS) if item in columns.kinds)):
        number = given(columns, name)
        if columns.called(name) not in columns.whole:
            number = number.cast(nw.Float64)
            number = number.cast(nw.Int64) if name in TIME_COLUMNS else number
        result[name] = number
    if isinstance(options.year, DateColumn):
        date = given(columns, options.year.column)
        year = date.dt.year() if columns.kinds[columns.called(options.year.column)] == "date" else date.str.slice(0, 4)
        result["year"] = year.cast(nw.Int64)
    elif options.year is not False and options.year is not None:
        result["year"] = nw.lit(options.year).cast(nw.Int64)
    result |= {f"_{key}": given(columns, name) for key, name in keys(options).items()}
    return frame.select(**result)


def texts_of(columns: Columns, options: Options) -> list[str]:
    """The names in the files of codes and `by` that are texts."""
    names = map(columns.called, _texts(columns, options))
    return sorted({columns.old[name] for name in names if columns.kinds[name] == "text"})


def _texts(columns: Columns, options: Options) -> tuple[str, ...]:
    return (*options.by, *(name for name in _CODES if name in columns.kinds))


def given(columns: Columns, name: str) -> Any:
    """A column unchanged, with its empty texts as missing values."""
    called = columns.called(name)
    column = nw.col(columns.old[called])
    return nw.when(column != "").then(column) if columns.kinds[called] == "text" else column


def kept(frame: nw.LazyFrame[Any], columns: Columns, options: Options) -> nw.LazyFrame[Any]:
    """The rows that meet all conditions."""
    for name, condition in options.where.items():
        kind, column = columns.kinds[columns.called(name)], given(columns, name)
        asked = {kind_of(item) for item in condition.values}
        if kind == "text" and asked == {"number"}:
            column = column.cast(nw.Float64)
        elif kind == "text" and asked == {"truth"}:
            column = column.str.to_lowercase()
        frame = frame.filter(_meets(column, kind, condition))
    return frame


def in_years(frame: nw.LazyFrame[Any], first: int | None, last: int | None) -> nw.LazyFrame[Any]:
    """The rows that do not end before or after the requested years; those without a year count in all."""
    year = nw.col("year")
    if first is not None:
        frame = frame.filter((year >= first) | year.is_null())
    return frame if last is None else frame.filter((year <= last) | year.is_null())


def _meets(column: Any, kind: str, condition: Condition) -> Any:
    if condition.missing is not None:
        return column.is_null() if condition.missing else ~column.is_null()
    if condition.one_of is not None:
        return column.is_in([_plain(item, kind) for item in condition.one_of])
    if condition.at_least is None:
        return column <= _plain(condition.at_most, kind)
    above = column >= _plain(condition.at_least, kind)
    return above if condition.at_most is None else above & (column <= _plain(condition.at_most, kind))


def _plain(value: Any, kind: str) -> Any:
    """A value as texts hold it, where the column has texts: dates as 2024-05-17, truth as true."""
    if kind != "text":
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, datetime.date) else value
