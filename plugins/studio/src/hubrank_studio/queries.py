"""What a page says, as it can be worked with: texts, numbers, the path of a key, an edition, a unit."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from hubrank.io.escaping import unescape_formula
from hubrank.io.limits import whole_number
from hubrank.plugin import Ranking, UsageError, current_language, gettext
from hubrank_output.report.payload import unit_names


def text_of(said: Mapping[str, Any], key: str) -> str:
    """A text; a `UsageError` if it is none."""
    value = said.get(key)
    if not isinstance(value, str):
        raise UsageError(gettext("{key}: must be a text", key=key))
    return value


def number_of(said: Mapping[str, Any], key: str) -> int:
    """A whole number; a `UsageError` if it is none."""
    value = said.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise UsageError(gettext("{key}: must be a whole number", key=key))
    return value


def path_of(value: Any) -> tuple[str, ...]:
    """The path of a key; a `UsageError` if it is none."""
    if not isinstance(value, list) or not value or not all(isinstance(item, str) and item for item in value):
        raise UsageError(gettext("an edit needs the path of a key"))
    return tuple(value)


def edition_of(ranking: Ranking, query: Mapping[str, str]) -> int:
    """The position of the edition that a page looks at; of the last one if it does not say, or there is none such."""
    return position(ranking, whole_number(query.get("edition", "")))


def position(ranking: Ranking, edition: int | None) -> int:
    """The position of an edition; of the last one if there is no such edition."""
    return ranking.editions.index(edition) if edition in ranking.editions else len(ranking.editions) - 1


def unit_of(ranking: Ranking, query: Mapping[str, str], key: str = "unit") -> int:
    """The position of the unit whose code an address gives; a `UsageError` if there is none."""
    code = query.get(key, "")
    if code not in ranking.codes:
        raise UsageError(gettext("there is no unit '{code}'", code=code))
    return ranking.codes.index(code)


def names_of(ranking: Ranking) -> list[str]:
    """The units' names in the reader's language, as they were before a file of cells made formulas harmless."""
    names: list[str] = named(ranking)["names"]
    return names


def named(ranking: Ranking) -> dict[str, Any]:
    """The units' `codes` and `names`, and a `key` by which a page knows them again."""
    by_language, language = _named.setdefault(ranking.plan.units, {}), current_language()
    if language not in by_language:
        names = [unescape_formula(name) for name in unit_names(ranking)]
        by_language[language] = {"key": secrets.token_hex(8), "codes": ranking.codes, "names": names}
    return by_language[language]


#: The units of scenarios by language, which all steps have that do not change them.
_named: WeakKeyDictionary[Any, dict[str, dict[str, Any]]] = WeakKeyDictionary()


def numbers(values: Any) -> list[float | None]:
    """Numbers for JSON: None where there is none."""
    array = np.asarray(values, dtype=float)
    return [None if value != value else value for value in array.tolist()]
