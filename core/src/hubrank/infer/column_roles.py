"""What the columns of a tidy table are, and its content by units, years and indicators."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from attrs import field, frozen

from hubrank.errors import Problem, ScenarioError, did_you_mean, fold_name, shorten_list, without_accents
from hubrank.i18n import gettext
from hubrank.io.cells import GAPS, read_numbers, shown
from hubrank.io.table_layout import MEANT
from hubrank.numeric import Array
from hubrank.plugin.sources import PLACE_COLUMNS, PROVENANCE_COLUMNS, TIME_COLUMNS
from hubrank.scenario.schema import ROOT
from hubrank.scenario.tree import LAST_COLUMNS, RANKING_COLUMNS

#: What a user may say of columns; other choices are about what is made of them.
OF_COLUMNS = ("unit", "name", "year", "groups", "indicators", "exclude")


@frozen(kw_only=True)
class Roles:
    """The roles of the columns of a tidy table: one row per unit, or per unit and year.

    Attributes:
        unit: The column that identifies the units.
        name: The column of names; None if there is none beside `unit`.
        year: The column of years.
        groups: Columns of texts that several units share.
        figures: Columns of numbers that rank the units.
        beside: Columns of numbers that tell of others, such as their standard errors.
        codes: What keys are made of, by column, where it is not the column's name.
    """

    unit: str
    name: str | None = None
    year: str | None = None
    groups: Sequence[str] = ()
    figures: Sequence[str] = field(repr=False)
    beside: Sequence[str] = ()
    codes: Mapping[str, str] = field(factory=dict)


def tidy(frame: pd.DataFrame, said: Mapping[str, Any], beside: Collection[str]) -> tuple[pd.DataFrame, Roles]:
    """A table that is tidy as it stands, with its numbers read, and its roles; nothing is guessed.

    The first column of texts identifies the units, unless a choice does; a column called year has years; columns of
    numbers rank.

    Args:
        frame: The table.
        said: Choices for columns.
        beside: Columns of numbers that tell of others.

    Raises:
        ScenarioError: A choice is no column, a unit has several rows, or texts are among numbers.
    """
    problems = unknown_columns(said, [*frame.columns])
    frame, excluded = frame.copy(), {*(said.get("exclude") or ())}
    textual = {said.get("unit"), said.get("name"), *(said.get("groups") or ())}
    columns = [str(name) for name in frame if name not in excluded]
    year = next((name for name in columns if name == said.get("year") or fold_name(name) == "year"), None)
    texts, figures = list[str](), list[str]()
    for name in (name for name in columns if name != year):
        cells = known(frame[name])
        numbers = read_numbers(cells)
        wrong = cells[cells.notna().to_numpy() & numbers.isna().to_numpy()]
        if name in textual or len(wrong) == cells.notna().sum():
            texts.append(name)
        elif len(wrong):
            problems.append(Problem(name, f"must hold numbers; got {shown(wrong.iloc[0])}"))
        else:
            frame[name] = numbers
            figures.append(name)
    unit: str | None = said.get("unit") or next(iter(texts), None)
    if unit is None:
        problems.append(Problem("unit", "no column identifies the units: there is no column of text"))
    elif unit in frame and len(twice := frame[frame.duplicated([unit, *filter(None, [year])])]):
        names = shorten_list([*dict.fromkeys(map(str, twice[unit]))])
        problems.append(Problem(unit, f"in two or more rows: {names}; keep one row of each"))
    if problems or unit is None:
        raise ScenarioError("the table", problems)
    if year is not None:
        frame[year] = read_numbers(known(frame[year]))
    wanted = said.get("indicators")
    figures = [name for name in figures if name in wanted] if wanted is not None else figures
    places = {"lat", "lon", *MEANT["lat"], *MEANT["lon"]}
    return frame, Roles(
        unit=unit,
        name=said.get("name"),
        year=year,
        groups=said.get("groups") or (),
        figures=[name for name in figures if name not in beside and fold_name(name) not in places],
        beside=[name for name in figures if name in beside],
    )


def unknown_columns(said: Mapping[str, Any], columns: Sequence[str]) -> list[Problem]:
    """Names in choices for columns that are none."""
    named = {key: [value] if isinstance(value, str) else value for key in OF_COLUMNS if (value := said.get(key))}
    return [
        Problem(where, f"there is no column '{name}'" + did_you_mean(name, columns))
        for where, names in named.items()
        for name in (names if isinstance(names, Iterable) else ())
        if name not in columns
    ]


def known(cells: pd.Series) -> pd.Series:
    """A column with its missing values as None, its texts without outer blanks."""
    if cells.dtype.kind in "iufb":
        return cells
    bare = cells.astype(object).map(lambda item: item.strip() if isinstance(item, str) else item)
    return bare.mask(bare.isna() | bare.isin(GAPS), None)


def useless(numbers: pd.Series) -> str:
    """Why a column of numbers cannot rank units; empty if it can."""
    there = numbers.dropna()
    if there.empty:
        return gettext("empty")
    if there.nunique() > 1:
        return ""
    return gettext("all its values are {value}, so it does not distinguish units", value=f"{there.iloc[0]:g}")


#: Names that have a meaning in a scenario or in one of its files.
_TAKEN = {*PLACE_COLUMNS, *TIME_COLUMNS, *PROVENANCE_COLUMNS, *RANKING_COLUMNS, *LAST_COLUMNS, ROOT}
_TAKEN |= {"aliases", "polygon", "radius_km"}


def keys_of(names: Iterable[str], suffix: str, taken: Collection[str] = ()) -> dict[str, str]:
    """A key for each name: its words in lower case, joined by hyphens; with a suffix where it is taken or reserved."""
    keys: dict[str, str] = {}
    for at, name in enumerate(names, start=1):
        key = "-".join(re.findall(r"[^\W_]+", without_accents(name).casefold())) or f"{suffix}-{at}"
        key = f"{key}-{suffix}" if key in _TAKEN or key in taken else key
        numbered = itertools.chain([key], (f"{key}-{number}" for number in itertools.count(2)))
        keys[name] = next(item for item in numbered if item not in keys.values())
    return keys


def codes_of(cells: pd.Series) -> pd.Series:
    """Codes of units as texts, whole numbers without a point; None if a cell is empty."""
    return known(cells).map(
        lambda item: None if item is None or item != item else f"{item:.15g}" if isinstance(item, float) else str(item)
    )


def figures_of(frame: pd.DataFrame, roles: Roles, keys: Mapping[str, str]) -> pd.DataFrame:
    """One row per unit (and year): `unit`, `year` and one column per key, in the table's order."""
    columns = {"unit": codes_of(frame[roles.unit])}
    if roles.year is not None:
        columns["year"] = frame[roles.year]
    columns |= {keys[item]: frame[item] for item in (*roles.figures, *roles.beside)}
    figures = pd.DataFrame(columns).dropna(subset=list(columns)[: 2 if roles.year else 1])
    return figures.astype({"year": int}) if roles.year else figures


def units_of(frame: pd.DataFrame, roles: Roles) -> tuple[pd.DataFrame, dict[str, str]]:
    """One row per unit, from its newest row: its code, name, place and groups; and the groups by their column here.

    The first group that says country is `country`.
    """
    columns = {"unit": codes_of(frame[roles.unit])}
    names = columns["unit"] if roles.name is None else known(frame[roles.name]).astype(object)
    columns["name"] = names.where(names.notna(), columns["unit"]).astype(str)
    places = {key: item for key in ("lat", "lon") for item in map(str, frame) if fold_name(item) in (key, *MEANT[key])}
    if len(places) == 2:  # a point has two
        columns |= {key: read_numbers(known(frame[column])) for key, column in places.items()}
    countries = ("country", *MEANT["country"], "pays", "land", "pais", "staat", "nation")
    country = next((group for group in roles.groups if fold_name(group) in countries), None)
    keys = keys_of([group for group in roles.groups if group != country], "group")
    groups = {"country" if group == country else keys[group]: group for group in roles.groups}
    columns |= {key: known(frame[column]).astype(object) for key, column in groups.items()}
    units = pd.DataFrame(columns)
    if roles.year is not None:
        units = units.iloc[np.argsort(frame[roles.year].to_numpy(dtype=float, na_value=np.nan), kind="stable")]
    newest = units.dropna(subset="unit").drop_duplicates("unit", keep="last").sort_index(ignore_index=True)
    return newest, groups


def panel_of(
    figures: pd.DataFrame, keys: Iterable[str], editions: Iterable[int], max_age: int, units: pd.Series
) -> Array:
    """Values as `(editions, units, indicators)`: the newest that is not too old; NaN if there is none."""
    keys = list(keys)
    if "year" not in figures:
        return figures.set_index("unit")[keys].reindex(units).to_numpy(dtype=float)[None]
    by_year = figures.set_index("year").sort_index(kind="stable")
    recent = (by_year[(by_year.index <= year) & (by_year.index >= year - max_age)] for year in editions)
    return np.stack([rows.groupby("unit")[keys].last().reindex(units).to_numpy(dtype=float) for rows in recent])
