"""Tables and choices in the forms that users pass, and the one form in which each is kept."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from numbers import Integral, Number
from typing import Any

import numpy as np
import pandas as pd

from hubrank.errors import UsageError, fold_name, library, number_of, shorten_list
from hubrank.infer.assumptions import Direction
from hubrank.infer.directions import direction_of
from hubrank.io.table_layout import MEANT
from hubrank.plugin.calls import exception_text

#: Yes and no as people write them.
YES = ("yes", "y", "true", "ja", "j", "oui", "o", "si", "sí", "s", "是", "对")
NO = ("no", "n", "false", "nein", "non", "否", "不", "不是")
#: Other words for "more is better", and for "less is better".
_UP = (
    "1 + +1 up higher high more positive pos max maximise maximize maximum benefit good ↑ ▲ hoch höher mayor más 高 "
    "gain asc positiv higher=better"
)
_DOWN = (
    "-1 - − −1 – down lower low less negative neg min minimise minimize minimum cost bad ↓ ▼ niedrig niedriger menor "
    "menos 低 loss desc negativ lower=better"
)
_UPS = [*YES, *_UP.split(), "higher is better", "higher is better", "higher better", "the higher the better"]
_DOWNS = [*NO, *_DOWN.split(), "lower is better", "lower is better", "lower better", "the lower the better"]
_WAYS: dict[str, Direction] = {}
_WAYS |= dict.fromkeys(_UPS, 1)
_WAYS |= dict.fromkeys(_DOWNS, -1)


def direction_in(cell: object) -> Direction | None:
    """A direction as people write it; None if a cell is none."""
    return _WAYS.get(str(cell).strip().casefold().removesuffix(".0"))


#: Choices that are tables by name, those of them with one value for all, lists of names, and texts.
TABLES, _FOR_ALL = ("weights", "direction", "dimensions", "titles", "treatment"), ("direction", "treatment")
_LISTS, _TEXTS = ("groups", "indicators", "exclude"), ("title", "name", "normalisation", "weighting", "aggregation")
_IN_ORDER = ("weights", "direction")
#: What requires narwhals.
_NO_PANDAS = "frame: a table that is not of pandas"
#: Heads of columns that tell more than values.
_HEADS = {*MEANT, *(head for heads in MEANT.values() for head in heads)}


def stated(choices: Mapping[str, Any]) -> dict[str, Any]:
    """Choices for a table, each in its one form: tables by name, lists of names, texts; None if not set.

    Weights and directions in the order of the columns stay a list, and one value for all columns stays one, until the
    columns are known: `by_column`. Weights by a method's name become its `weighting`.

    Raises:
        UsageError: A choice has none of its forms.
    """
    said = dict(choices)
    for key in (key for key in (*TABLES, *_LISTS, "unit") if said.get(key) is not None):
        said[key] = _plain(key, said[key])
    if isinstance(method := said.get("weights"), str):
        if said.get("weighting") not in (None, method):
            raise UsageError(f"weights: '{method}' is a method's name, and weighting names '{said['weighting']}'")
        said |= {"weights": None, "weighting": method}
    if said.get("direction") is not None:
        said["direction"] = _directions(said["direction"])
    if said.get("doubt") is not None:
        doubt = said["doubt"]
        said["doubt"] = _toml(doubt if isinstance(doubt, Mapping) else {"weight_uncertainty": doubt})
        if said.get("weight_uncertainty") is not None and "weight_uncertainty" in said["doubt"]:
            raise UsageError("doubt: says how uncertain weights are, as weight_uncertainty does; give only one of them")
    for key, value in said.items():
        if value is not None and (form := _form(key, value)):
            raise UsageError(f"{key}: must be {form}; got {value!r:.60}")
    return said


def _plain(key: str, value: Any) -> Any:
    """A choice as a dict, a list or one value of Python, from any container."""
    if isinstance(value, str | Number) or callable(value):
        names = _name(value) if key in ("unit", *_LISTS) else value
        return [names] if key in _LISTS else names
    if isinstance(value, Mapping):
        return {_name(name): _item(item) for name, item in value.items()}
    if isinstance(value, pd.Series) and not isinstance(value.index, pd.RangeIndex):
        return {_name(name): _item(item) for name, item in value.items()} if key in TABLES else value.tolist()
    if hasattr(value, "columns"):
        return _of_frame(key, pandas_of(value))
    if isinstance(value, AbstractSet) and key == "direction":
        return dict.fromkeys(sorted(value), -1)
    if key in _LISTS and isinstance(value, Iterable):
        return list(map(_name, value))
    return [_item(item) for item in value] if isinstance(value, Iterable) else value


def _name(value: Any) -> Any:
    """A column's name: numbers are texts, as `pandas_of` writes them."""
    return str(value) if isinstance(value, Integral) and not isinstance(value, bool) else value


def _toml(value: Any) -> Any:
    """A value as a scenario's TOML can hold it.

    Raises:
        UsageError: It cannot.
    """
    if isinstance(value, Mapping):
        return {str(name): _toml(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_toml(item) for item in value]
    if not isinstance(plain := _item(value), str | bool | int | float):
        raise UsageError(f"doubt: must be a number, 'any', or a table of the keys of [robustness]; got {value!r:.60}")
    return plain


def _item(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _of_frame(key: str, frame: pd.DataFrame) -> dict[str, Any]:
    """A choice by name from a frame: a row with one column per name, or a column of names beside the choice's own."""
    texts = [name for name in frame if frame[name].dtype.kind not in "biuf"]
    own = [name for name in frame if fold_name(str(name)) in (key, key.removesuffix("s"))]
    others = own or [name for name in frame if name not in texts[:1]]
    if len(frame) == 1 and not own:
        return {str(name): _item(item) for name, item in frame.iloc[0].items()}
    if not texts or len(others) != 1:
        form = f"a column of indicators and one named {key}, or a column an indicator and one row"
        raise UsageError(f"{key}: a frame must have {form}; got columns {shorten_list([*map(str, frame)])}")
    return dict(zip(frame[texts[0]], map(_item, frame[others[0]]), strict=True))


def _directions(value: Any) -> Any:
    """Directions as 1 or -1; names alone are those of which less is better."""

    def way(item: Any) -> Any:
        found = None if isinstance(item, bool) else direction_in(getattr(item, "__name__", item))  # max itself too
        return item if found is None else found

    if isinstance(value, Mapping):
        both = {way(key) for key in value} <= {1, -1}  # {"min": ["Unemployment"], "max": ["Income"]}
        if both and all(isinstance(item, list | tuple | AbstractSet) for item in value.values()):
            return {name: way(key) for key, names in value.items() for name in names}
        return {name: way(item) for name, item in value.items()}
    many = value if isinstance(value, list) else [value]
    if many and all(isinstance(item, str) and direction_in(item) is None for item in many):
        return dict.fromkeys(many, -1)
    return list(map(way, many)) if isinstance(value, list) else way(value)


def _form(key: str, value: Any) -> str:
    """The form that a choice must have, if it has another."""

    def are_names(value: Any) -> bool:
        return isinstance(value, Iterable) and not isinstance(value, str) and all(isinstance(x, str) for x in value)

    right, form = True, ""
    if key in TABLES:
        right = isinstance(value, Mapping) and are_names(value)
        form = "a table by name"
        if key in _IN_ORDER:
            right = right or isinstance(value, list)
            form += ", or a list in the order of the columns"
        if key in _FOR_ALL:
            right = right or not isinstance(value, Mapping | list)
        if right and key == "dimensions":
            right, form = all(map(are_names, value.values())), "a table of lists of names"
    elif key in _LISTS:
        right = are_names(value) and not (key == "groups" and isinstance(value, Mapping))
        form = "a list of names" + "; dimensions puts indicators together" * (key == "groups")
    elif key in _TEXTS:
        right, form = isinstance(value, str), "a text"
    elif key == "unit":
        right, form = isinstance(value, str | list), "a column's name, or a list of names, one a row"
    elif key == "year":
        right, form = isinstance(value, str | Integral), "a year or the name of a column"
    return "" if right else form


def by_column(key: str, value: Any, columns: Sequence[str]) -> dict[str, Any]:
    """A choice by name, where it was said in the order of columns or once for all of them.

    Raises:
        UsageError: There are more or fewer values than columns.
    """
    if isinstance(value, Mapping):
        return dict(value)
    if not isinstance(value, list):
        return dict.fromkeys(columns, value)
    if len(value) != len(columns):
        names = f"{number_of(len(columns), 'indicator')}, in this order: {shorten_list(columns)}"
        raise UsageError(f"{key}: {number_of(len(value), 'value')} for {names}")
    return dict(zip(columns, value, strict=True))


def table_of(given: Any, said: dict[str, Any]) -> pd.DataFrame:
    """A table as a pandas frame with numbered rows, from any container.

    Args:
        given: A frame or a series of any library that narwhals knows, lazy or not, or a dataset of pyarrow; a dict of
            columns or of units, a list of records, an array.
        said: Choices, as `stated` returns them. Names of units, one per row, become a column, which `unit` then names;
            `indicators` name an array's columns.

    Raises:
        UsageError: It is no table, two columns have one name, or its names are not known.
    """
    given = list(given) if isinstance(given, Iterator) and not hasattr(given, "read") else given
    frame = _rows(_framed(given, said), said)
    if isinstance(names := said.get("unit"), list):
        if len(names) != len(frame):
            raise UsageError(f"unit: {number_of(len(names), 'name')} for {number_of(len(frame), 'row')}")
        said["unit"] = next(name for name in ("unit", "unit named") if name not in frame)
        frame.insert(0, said["unit"], names)
    return frame


def _framed(given: Any, said: Mapping[str, Any]) -> Any:
    """The container of a table as a frame; None is returned unchanged."""
    if isinstance(given, pd.Series):
        return given.to_frame("value" if given.name is None else given.name)
    if isinstance(given, Mapping):
        if given and all(isinstance(item, Mapping) for item in given.values()):
            return _of_dicts(given, said)
        if given and all(isinstance(item, Number) for item in given.values()):
            return pd.Series(dict(given)).to_frame("value")
        return _made(lambda: pd.DataFrame(dict(given)))
    if isinstance(given, np.ndarray) and given.dtype.names:
        return pd.DataFrame.from_records(given)
    if not isinstance(given, list | tuple | np.ndarray) or not len(given):
        return given
    if all(isinstance(item, Mapping) or hasattr(item, "_fields") or dataclasses.is_dataclass(item) for item in given):
        return _made(lambda: pd.DataFrame(list(given)))
    if isinstance(given[0], Sequence) and all(isinstance(item, str) for item in given[0]):
        return _made(lambda: pd.DataFrame([*given[1:]], columns=list(given[0])))
    names = said.get("indicators")
    if names is None or not isinstance(said.get("unit"), list):
        what = "hubrank.rank(array, unit=[a name for each row], indicators=[a name for each column])"
        raise UsageError(f"an array names neither its rows nor its columns: {what}")
    return _made(lambda: pd.DataFrame(np.asarray(given), columns=list(names)))


def _made(make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    try:
        return make()
    except ValueError as error:
        raise UsageError(f"the table cannot be made: {error}") from error


def _of_dicts(given: Mapping[Any, Mapping[Any, Any]], said: Mapping[str, Any]) -> pd.DataFrame:
    """A frame from dicts in a dict, the outer of which are columns or units.

    They are columns if known names, or names that show a direction, are among them; units if these are inside, or
    numbers stand beside texts there. A `UsageError` asks if neither is clear.
    """
    inner = list(dict.fromkeys(key for row in given.values() for key in row))
    named = {name for key in TABLES if isinstance(said.get(key), Mapping) for name in said[key]}
    named |= {name for key in _LISTS for name in said.get(key) or ()}

    def signs(names: Iterable[Any]) -> tuple[int, int]:
        telling = sum(direction_of(str(name)).direction != 0 for name in names)
        return sum(name in named for name in names), telling

    mixed = any(len({isinstance(item, str) for item in row.values() if item is not None}) > 1 for row in given.values())
    outer_signs, inner_signs = signs(given), signs(inner)
    if mixed or inner_signs > outer_signs:
        return pd.DataFrame.from_dict(dict(given), orient="index")
    if outer_signs > inner_signs:
        return pd.DataFrame(given)
    first, second = shorten_list([str(name) for name in given], 3), shorten_list([str(name) for name in inner], 3)
    raise UsageError(
        f"which are the units? If they are {first}: hubrank.rank(pd.DataFrame.from_dict(table, orient='index')); "
        f"if they are {second}: hubrank.rank(pd.DataFrame(table))"
    )


def _rows(given: Any, said: Mapping[str, Any]) -> pd.DataFrame:
    """A table's rows; of a lazy table those columns that matter are collected.

    Columns that choices leave out are there too, but empty; so are all others where a choice names no column, so that
    the error can say which was meant.

    Raises:
        UsageError: It is no table, or its engine cannot compute it.
    """
    try:
        if (schema := lazy_schema(given)) is None:
            return pandas_of(given)
        return _collected(given, schema, said)
    except (UsageError, MemoryError):
        raise
    except Exception as error:  # each engine has errors of its own
        raise UsageError(f"frame: cannot be read: {exception_text(error).splitlines()[0]}") from error


def _collected(given: Any, schema: Mapping[str, bool], said: Mapping[str, Any]) -> pd.DataFrame:
    wanted = [name for name, is_number in schema.items() if _matters(name, is_number, said)] or [*schema]
    if hasattr(given, "get_fragments"):
        table = given.to_table(columns=wanted)
    else:
        table = library("narwhals", _NO_PANDAS).from_native(given).select(wanted)
    wrong = {*(said.get("indicators") or ()), *(said.get("exclude") or ())} - {*schema}
    there = [name for name in schema if wrong or name in wanted or name in (said.get("exclude") or ())]
    return pandas_of(table).reindex(columns=there)


def lazy_schema(given: Any) -> dict[str, bool] | None:
    """The columns of a lazy table, each with whether it holds numbers; None of any other container."""
    if isinstance(given, pd.DataFrame | pd.Series | Mapping | list | tuple | np.ndarray | Iterator):
        return None
    nw = library("narwhals", _NO_PANDAS)
    is_dataset = all(hasattr(type(given), name) for name in ("schema", "get_fragments", "to_table"))  # of pyarrow
    table = nw.from_native(given.schema.empty_table() if is_dataset else given, pass_through=True)
    if not is_dataset and not isinstance(table, nw.LazyFrame):
        return None
    return {name: kind.is_numeric() for name, kind in table.collect_schema().items()}


def _matters(name: str, is_number: bool, said: Mapping[str, Any]) -> bool:
    """Whether a ranking can depend on a column: not on one left out, nor on numbers beside the named indicators.

    Numbers whose head says that they are years, codes or coordinates matter all the same.
    """
    named = [said.get("unit"), said.get("name"), said.get("year"), *(said.get("groups") or ())]
    if name in named:
        return True
    if name in (said.get("exclude") or ()):
        return False
    indicators = said.get("indicators")
    return indicators is None or name in indicators or not is_number or fold_name(name) in _HEADS


def pandas_of(given: Any) -> pd.DataFrame:
    """A table as a frame of pandas with its rows numbered; an index that says something becomes a column.

    A `UsageError` says that it is no table, or that two columns have one name.
    """
    frame: pd.DataFrame = given
    if not isinstance(given, pd.DataFrame):
        nw = library("narwhals", _NO_PANDAS)
        try:
            native: Any = nw.from_native(given, allow_series=True)
        except TypeError as error:
            if hasattr(given, "read"):
                raise UsageError("frame: an open file is not a table; give its path, or pd.read_csv(file)") from error
            kind = type(given).__name__
            what = "a table of pandas, polars, pyarrow, DuckDB or Ibis, a dict, or a list of records"
            raise UsageError(f"frame: must be {what}; got {kind}") from error
        native = native.collect() if isinstance(native, nw.LazyFrame) else native
        native = native.alias(native.name or "value").to_frame() if isinstance(native, nw.Series) else native
        frame = pd.DataFrame(native.to_pandas())
    index = frame.index
    named = any(name is not None for name in index.names)
    if not isinstance(index, pd.RangeIndex) and (named or index.dtype.kind not in "iu"):
        frame = frame.reset_index(names=index.names[0] or "unit") if index.nlevels == 1 else frame.reset_index()
    frame = frame.reset_index(drop=True)
    frame.columns = [" ".join(map(str, item)).strip() if isinstance(item, tuple) else str(item) for item in frame]
    if twice := shorten_list(list(dict.fromkeys(frame.columns[frame.columns.duplicated()]))):
        raise UsageError(f"frame: two columns are named {twice}; rename one of them")
    return frame
