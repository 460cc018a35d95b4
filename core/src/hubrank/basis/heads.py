"""Names of columns: what they are renamed to, and which may be meant by a name that is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from hubrank.basis.errors import suggestion
from hubrank.basis.names import folded_key

if TYPE_CHECKING:
    import pandas as pd

#: Other names that people give to a column that hubrank reads by its name, as `folded_key` writes them.
MEANT: Mapping[str, tuple[str, ...]] = {
    "year": (
        *("years", "yr", "time", "timeperiod", "date", "period", "refyear", "referenceyear"),
        *("jahr", "annee", "anno", "ano"),
    ),
    "unit": ("units", "code", "id", "unitcode", "ucode", "name"),
    "country": ("countries", "countrycode", "iso3", "iso3c", "iso3code", "isoa3", "isoalpha3", "iso"),
    "nuts": ("nutsid", "nutscode", "geo"),
    "geonames": ("geonamesid", "geonameid"),
    "ror": ("rorid",),
    "subdivision": ("iso31662",),
    "lat": ("latitude",),
    "lon": ("longitude", "lng", "long"),
}


def meant_by(name: str, columns: Iterable[str], *, alike_only: bool = False) -> list[str]:
    """The columns that may be what a missing one is: named alike, or by another usual name.

    Args:
        name: The name that is missing.
        columns: The columns that are there and not read otherwise.
        alike_only: Whether only case, accents and blanks may differ.
    """
    wanted = {folded_key(name)} | (set() if alike_only else set(MEANT.get(name, ())))
    return [column for column in columns if column != name and folded_key(column) in wanted]


def renamed(frame: pd.DataFrame, columns: Mapping[str, str], key: str) -> tuple[pd.DataFrame, list[str]]:
    """The frame with its columns under their new names; one column may have several.

    Args:
        frame: The table.
        columns: The name in the file of each new name.
        key: Where the names are set, for messages: `options.columns`.

    Returns:
        The frame, and what is wrong: a column that is not there, or two under one name.
    """
    import pandas as pd

    known = list(frame.columns)
    problems = [f"no column '{old}'{suggestion(old, known)}" for old in columns.values() if old not in known]
    kept = [column for column in known if column not in columns.values()]
    problems += [
        f"'{old}' and '{new}' would both be named '{new}'; name the second otherwise in {key}: other = \"{new}\""
        for new, old in columns.items()
        if new in kept and old in known
    ]
    made = {}
    for column in known:
        for name in [new for new, old in columns.items() if old == column] or [column]:
            made[name] = frame[column]
    return pd.DataFrame(made, index=frame.index, copy=False), list(dict.fromkeys(problems))
