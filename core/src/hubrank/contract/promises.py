"""What the attributes of a record must be, and what its functions of options must give, whichever kind it is of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from hubrank.contract.forms import Form
from hubrank.contract.origins import Origin
from hubrank.contract.sources import Table

#: Whether a value is as it must be, and what that is, for messages to the plugin's author.
Promise = tuple[Callable[[Any], bool], str]


def broken(record: Any) -> str | None:
    """The first attribute of a record that is not what it must be, as `with a title that is not text`; none at best."""
    for name, (kept, said) in _promises(type(record)):
        if not kept(getattr(record, name)):
            return f"with {article(name)} that is not {said}"
    lacking = [each for each in _levels_of(record) if each not in attrs.fields_dict(record.options)]
    return f"with the level '{lacking[0]}', which its options do not have" if lacking else None


def _levels_of(record: Any) -> Iterator[str]:
    """The options that a record says are on the indicator's own scale."""
    for each in getattr(record, "levels", ()):
        yield from (each,) if isinstance(each, str) else each


def _promises(cls: type) -> tuple[tuple[str, Promise], ...]:
    """What the attributes of a record must be, by name; looked up once for each class."""
    if cls not in _KNOWN:
        _KNOWN[cls] = tuple(
            (each.name, _ATTRIBUTES[each.name]) for each in attrs.fields(cls) if each.name in _ATTRIBUTES
        )
    return _KNOWN[cls]


_KNOWN: dict[type, tuple[tuple[str, Promise], ...]] = {}


def article(noun: str) -> str:
    """A noun with its English article, as messages to authors of plugins have it."""
    return f"an {noun}" if noun[0] in "aeioAEIO" else f"a {noun}"


def _all(cls: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, tuple | list) and all(isinstance(each, cls) for each in value)


def _inputs(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(role, str)
        and isinstance(columns, Mapping)
        and all(each in (float, str) for each in columns.values())
        for role, columns in value.items()
    )


def _levels(value: Any) -> bool:
    return isinstance(value, tuple | list) and all(
        isinstance(each, str) or (_all(str)(each) and len(each) == 2) for each in value
    )


def _or_function(promise: Promise) -> Promise:
    kept, said = promise
    return (lambda value: callable(value) or kept(value)), f"{said}, or a function"


_TEXT: Promise = (lambda value: isinstance(value, str), "text")
_TRUTH: Promise = (lambda value: isinstance(value, bool), "true or false")
_FUNCTION: Promise = (callable, "a function")
_FUNCTION_OR_NONE: Promise = (lambda value: value is None or callable(value), "a function or None")

#: What functions of the options must give, by the attribute that they are.
GIVEN: dict[str, Promise] = {
    "tables": (_all(Table), "a tuple of Tables"),
    "origins": (_all(Origin), "a tuple of Origins"),
    "inputs": (_inputs, "columns and their types, float or str, by input"),
    "unit_columns": (_all(str), "a tuple of texts"),
    "form": (lambda value: value is None or isinstance(value, Form), "a Form or None"),
}

_ATTRIBUTES: dict[str, Promise] = {
    **dict.fromkeys(
        ("name", "title", "reference", "help", "description", "unit_of_measure", "suffix", "script"), _TEXT
    ),
    **dict.fromkeys(("apply", "fit", "read", "sample", "units", "places", "write", "count", "fingerprint"), _FUNCTION),
    **dict.fromkeys(("measure", "derive", "years", "stages", "formula"), _FUNCTION_OR_NONE),
    **dict.fromkeys(("random", "from_own", "pointwise", "oriented", "needs_spread", "data_driven"), _TRUTH),
    **dict.fromkeys(("monotone", "may_be_undefined", "reverses"), _TRUTH),
    **{name: _or_function(promise) for name, promise in GIVEN.items()},
    "parts": _FUNCTION,
    "options": (lambda value: isinstance(value, type) and attrs.has(value), "an attrs class"),
    "path": (lambda value: isinstance(value, Path | str), "a path"),
    "direction": (lambda value: isinstance(value, int) and value in (1, -1), "1 or -1"),
    "weights": (lambda value: isinstance(value, str) and value in ("shares", "raw"), "'shares' or 'raw'"),
    "levels": (_levels, "a tuple of names of options, or of pairs of them"),
    "rows": (_all(str), "a tuple of texts"),
    "references": (_all(str), "a tuple of texts"),
}
