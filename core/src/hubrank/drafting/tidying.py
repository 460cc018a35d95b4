"""A table of any layout of columns as the two that a scenario reads: figures and units."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from hubrank.basis.cells import read_numbers
from hubrank.basis.heads import MEANT
from hubrank.basis.names import folded_key
from hubrank.contract.sources import PLACE_COLUMNS, PROVENANCE_COLUMNS, TIME_COLUMNS
from hubrank.drafting.roles import Roles, known, years_of
from hubrank.scenario.tree import LAST_COLUMNS, RANKING_COLUMNS, ROOT

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.basis.arrays import Array

#: Names that have a meaning in a scenario or in one of its files.
_TAKEN = {*PLACE_COLUMNS, *TIME_COLUMNS, *PROVENANCE_COLUMNS, *RANKING_COLUMNS, *LAST_COLUMNS, ROOT}
_TAKEN |= {"aliases", "polygon", "radius_km"}


def keys_of(names: Iterable[str], suffix: str, taken: Collection[str] = ()) -> dict[str, str]:
    """A key for each name: the name itself where it is one word, else its words joined by hyphens.

    Args:
        names: The names, all different.
        suffix: What a key gets that has another meaning in a scenario: `figure`.
        taken: Keys that are not free.
    """
    made: dict[str, str] = {}
    for at, name in enumerate(names, start=1):
        key = name if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name) else _words(name) or f"{suffix}-{at}"
        key = f"{key}-{suffix}" if key in _TAKEN or key in taken else key
        number = next(n for n in range(1, len(made) + 2) if _numbered(key, n) not in made.values())
        made[name] = _numbered(key, number)
    return made


def _numbered(key: str, number: int) -> str:
    return key if number == 1 else f"{key}-{number}"


def _words(name: str) -> str:
    plain = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    return "-".join(re.findall(r"[^\W_]+", plain.casefold()))


def codes_of(cells: pd.Series) -> pd.Series:
    """Codes of units as texts, whole numbers without a point; none where a cell is empty."""
    return known(cells).map(
        lambda each: None if each is None or each != each else f"{each:.15g}" if isinstance(each, float) else str(each)
    )


def figures_of(frame: pd.DataFrame, roles: Roles, keys: Mapping[str, str]) -> pd.DataFrame:
    """One row a unit (and year): `unit`, `year` and a column a key, in the table's order."""
    import pandas as pd

    columns = {"unit": codes_of(frame[roles.unit])}
    if roles.year is not None:
        columns["year"] = years_of(frame[roles.year])
    columns |= {keys[each]: numbers for each, numbers in roles.figures.items()}
    made = pd.DataFrame(columns).dropna(subset=list(columns)[: 2 if roles.year else 1])
    return made.astype({"year": int}) if roles.year else made


def units_of(frame: pd.DataFrame, roles: Roles) -> tuple[pd.DataFrame, dict[str, str]]:
    """One row a unit, from its newest row: its code, name, place and groups; and the groups by their column here."""
    import pandas as pd

    columns = {"unit": codes_of(frame[roles.unit])}
    names = columns["unit"] if roles.name is None else known(frame[roles.name]).astype(object)
    columns["name"] = names.where(names.notna(), columns["unit"]).astype(str)
    columns |= {key: read_numbers(known(frame[column])) for key, column in roles.places.items()}
    groups = _group_columns(roles)
    columns |= {key: known(frame[column]).astype(object) for column, key in groups.items()}
    made = pd.DataFrame(columns)
    if roles.year is not None:
        made = made.iloc[np.argsort(years_of(frame[roles.year]).to_numpy(dtype=float), kind="stable")]
    newest = made.dropna(subset="unit").drop_duplicates("unit", keep="last").sort_index(ignore_index=True)
    return newest, {key: column for column, key in groups.items()}


def _group_columns(roles: Roles) -> dict[str, str]:
    """The column of each group in the file of units; the first that says country is `country`."""
    countries = ("country", *MEANT["country"], "pays", "land", "pais", "staat", "nation")
    first = next((each for each in roles.groups if folded_key(each) in countries), None)
    keys = keys_of([each for each in roles.groups if each != first], "group")
    return {each: "country" if each == first else keys[each] for each in roles.groups}


def panel_of(
    figures: pd.DataFrame, keys: Iterable[str], editions: Iterable[int], max_age: int, units: pd.Series
) -> Array:
    """Figures as `(editions, units, indicators)`: the newest that is not too old; NaN where there is none."""
    keys = list(keys)
    if "year" not in figures:
        return figures.set_index("unit")[keys].reindex(units).to_numpy(dtype=float)[None]
    by_year = figures.set_index("year").sort_index(kind="stable")
    return np.stack(
        [
            by_year[(by_year.index <= year) & (by_year.index >= year - max_age)]
            .groupby("unit")[keys]
            .last()
            .reindex(units)
            .to_numpy(dtype=float)
            for year in editions
        ]
    )
