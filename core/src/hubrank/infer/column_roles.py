"""The role of each column of a table."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from attrs import evolve, field, frozen

from hubrank.errors import Problem, fold_name, shorten_list, without_accents
from hubrank.i18n import gettext
from hubrank.infer.assumptions import Choices
from hubrank.io.cells import GAPS, YEAR, read_numbers, shown
from hubrank.io.dates import Date, dates_in, newest_rows
from hubrank.io.table_layout import MEANT
from hubrank.numeric import Array
from hubrank.plugin.sources import PLACE_COLUMNS, PROVENANCE_COLUMNS, TIME_COLUMNS
from hubrank.scenario.schema import ROOT
from hubrank.scenario.tree import LAST_COLUMNS, RANKING_COLUMNS

#: Heads of columns of names, and of earlier results, as `folded_key` writes them.
NAMES = ("name", "names", "unitname", "title", "label", "city", "ville", "stadt", "ciudad")
_RESULTS = ("rank", "ranking", "position", "rang", "platz", "puesto", "classement")
_NUMBERS = ("", "no", "nr", "n", "num", "number", "index", "id", "row", "unnamed0", "lfdnr")
#: Headings of columns that identify units, the clearest first; those before `country` hold codes.
CODES = ("unit", *MEANT["unit"][:-1], "nuts", *MEANT["nuts"], "ror", "geonames", *MEANT["country"][1:])
#: Heads of dates that are not those of the values.
EVENTS = (
    *("founded", "foundedon", "foundation", "established", "created", "opened", "openingdate", "since", "birth"),
    *(
        "dateofbirth",
        "birthdate",
        "inception",
        "launched",
        "launchdate",
        "accession",
        "deadline",
        "expires",
        "validuntil",
    ),
    *("gegrundet", "grundung", "grundungsdatum", "eroffnet", "eroffnung", "seit", "beitritt", "geburtsdatum", "frist"),
    *("fondation", "datedecreation", "creation", "ouverture", "depuis", "datedenaissance", "fundacion", "fundado"),
    *("fechadecreacion", "apertura", "desde", "fechadenacimiento", "成立日期", "成立时间", "开业日期", "出生日期"),
)
#: The share of a column's cells that are numbers from which on the others are errors.
_MOSTLY = 0.5


@frozen(kw_only=True)
class Roles:
    """The roles of the columns.

    Attributes:
        unit: The column that identifies the units.
        rivals: Other columns that identify them as well.
        name: The column of names; None if there is none beside `unit`.
        year: The column of years or of dates.
        places: The columns of latitude and longitude, by `lat` and `lon`.
        groups: Columns of texts that several units share.
        figures: Columns of numbers, with the numbers read.
        left: Columns that are left out, and the reason.
    """

    unit: str
    rivals: tuple[str, ...]
    name: str | None
    year: str | None
    places: Mapping[str, str]
    groups: tuple[str, ...]
    figures: Mapping[str, pd.Series] = field(repr=False)
    left: Mapping[str, str]


def roles_of(frame: pd.DataFrame, choices: Choices) -> tuple[Roles | None, list[Problem]]:
    """The roles of a table's columns, None if its units cannot be identified; and every problem."""
    shapes = [name for name in frame if frame[name].dtype.kind == "O" and frame[name].map(_is_shape).any()]
    frame = frame.drop(columns=shapes)
    if problems := choices.unknown_columns(list(frame.columns)):
        return None, problems
    year = choices.year_column or _year_column(frame, choices)
    figures, texts = _numbers_and_texts(frame, choices, year, problems)
    unit, rivals = _unit_column(frame, choices, year, texts, figures)
    if unit is None:
        within = "" if year is None else f" in each {year}"
        what = f"no column identifies the units (every column has duplicates{within} or gaps): "
        what += shorten_list(texts) or "there is no column of text"
        pairs = (pair for pair in itertools.combinations(texts, 2) if not frame.duplicated([*pair]).any())
        if len(figures) == 1 and year is None and (pair := next(pairs, None)):
            index, columns, values = *pair, *figures
            what += f"; if each row is one value, rank table.pivot({index=}, {columns=}, {values=})"
        return None, [*problems, Problem("unit", what)]
    twice = _repeated(frame, unit, year)
    if len(twice):
        rows = dict.fromkeys(twice.itertuples(index=False, name=None))
        names = shorten_list([str(row[0]) if year is None else f"{row[0]} in {row[1]}" for row in rows])
        what = f"in two or more rows: {names}; keep one row of each, or name the column of years with year"
        problems.append(Problem(unit, what))
    texts = [text for text in texts if text != unit]
    name = choices.name or next((text for text in texts if fold_name(text) in NAMES), rivals[0] if rivals else None)
    name = None if name == unit else name
    groups = choices.groups
    if groups is None:
        groups = [text for text in texts if text != name and _shared(frame, text, unit)]
    places = {key: column for key in ("lat", "lon") for column in figures if fold_name(column) in (key, *MEANT[key])}
    used = {unit, name, *groups, *places.values()}
    left = dict.fromkeys(map(str, shapes), gettext("neither numbers nor text"))
    wanted = choices.indicators if choices.indicators is not None else figures
    figures = {column: numbers for column, numbers in figures.items() if column not in used and column in wanted}
    for column, numbers in figures.items():
        if why := _useless(column, numbers, choices.indicators is not None):
            left[column] = why
    no_group = gettext("text without repeated values")
    left |= {text: no_group for text in texts if text not in (*used, *left)}
    left |= dict.fromkeys(choices.exclude, gettext("excluded, as you asked"))
    return Roles(
        unit=unit,
        rivals=tuple(rivals),
        name=name,
        year=year,
        places=places if len(places) == 2 else {},  # a point has two
        groups=tuple(groups),
        figures={column: numbers for column, numbers in figures.items() if column not in left},
        left=left,
    ), problems


def known(cells: pd.Series) -> pd.Series:
    """A column with its missing values as None, its texts without outer blanks."""
    if cells.dtype.kind in "iufb":
        return cells
    bare = cells.astype(object).map(lambda item: item.strip() if isinstance(item, str) else item)
    return bare.mask(bare.isna() | bare.isin(GAPS), None)


def years_of(cells: pd.Series) -> pd.Series:
    """A column of years or of dates as numbers; NaN if a cell is no year."""
    years = read_numbers(known(cells))
    return years.fillna(pd.Series([np.nan if date is None else date[0] for date in _dates(cells)], index=cells.index))


def _dates(cells: pd.Series) -> list[Date | None]:
    """The dates of a column; None for missing values, and for numbers, which may be years."""
    return dates_in(known(cells).tolist()) if cells.dtype.kind in "OMUT" else [None] * len(cells)


def newest_of(frame: pd.DataFrame, roles: Roles, choices: Choices) -> tuple[pd.DataFrame, Roles, list[int]]:
    """The rows that count where units have several dates, as `newest_rows` says, their roles, and the years of each.

    Where each unit has one row left all count for the newest of these years.
    """
    dates = [] if roles.year is None else _dates(frame[roles.year])
    if roles.year is None or not any(dates):
        return frame, roles, []
    rows = newest_rows(codes_of(frame[roles.unit]).tolist(), dates, each_year=choices.edition is not None)
    newest = frame.iloc[rows].reset_index(drop=True)
    figures = {column: numbers.iloc[rows].reset_index(drop=True) for column, numbers in roles.figures.items()}
    roles, years = evolve(roles, figures=figures), []
    if choices.edition is None and newest[roles.unit].is_unique:
        years = sorted({date[0] for at in rows if (date := dates[at]) is not None})
        newest = newest.assign(**{str(roles.year): years[-1]})
    return newest, roles, years


def _year_column(frame: pd.DataFrame, choices: Choices) -> str | None:
    """The column whose head says year, and whose cells are years or dates; else the first of dates, by its cells."""
    taken = {choices.unit, choices.name, *(choices.indicators or ()), *(choices.groups or ()), *choices.exclude}
    others = [str(column) for column in frame.columns if column not in taken]
    for column in others:
        if fold_name(column) in ("year", *MEANT["year"]):
            years = years_of(frame[column]).to_numpy(dtype=float)
            if len(years) and YEAR.fits(years).all() and years.min() >= 1000:  # earlier ones are none
                return column
    dated = (column for column in others if fold_name(column) not in EVENTS and all(_dates(frame[column])))
    return next(dated, None) if len(frame) else None


def _numbers_and_texts(
    frame: pd.DataFrame, choices: Choices, year: str | None, problems: list[Problem]
) -> tuple[dict[str, pd.Series], list[str]]:
    """The columns of numbers, read, and those of texts; a column of numbers with a few texts is a problem."""
    figures: dict[str, pd.Series] = {}
    texts = []
    for column in frame.columns:
        if column == year or column in choices.exclude:
            continue
        cells = known(frame[column])
        numbers = cells.astype(float) if cells.dtype.kind == "b" else read_numbers(cells)
        wrong = cells[cells.notna().to_numpy() & numbers.isna().to_numpy()]
        textual = column in (choices.unit, choices.name, *(choices.groups or ()))
        textual = textual or (frame[column].dtype.kind in "OU" and fold_name(column) in (*CODES, *NAMES))
        mostly = len(wrong) > (1 - _MOSTLY) * int(cells.notna().sum())
        if textual or (mostly and column not in (choices.indicators or ())):
            texts.append(str(column))
            continue
        figures[str(column)] = numbers
        if len(wrong):
            what = f"must hold numbers; got {shown(wrong.iloc[0])}"
            what += f"; {len(wrong) - 1:,} more of its cells are not numbers either" if len(wrong) > 1 else ""
            problems.append(Problem(str(column), what))
    return figures, texts


def _is_shape(cell: object) -> bool:
    """Whether a cell is a geometry, or holds several values."""
    return hasattr(cell, "__geo_interface__") or isinstance(cell, list | dict | set | np.ndarray)


def _unit_column(
    frame: pd.DataFrame, choices: Choices, year: str | None, texts: Sequence[str], figures: Mapping[str, pd.Series]
) -> tuple[str | None, list[str]]:
    """The column that identifies the units, and the others that do."""

    def tells(column: str) -> bool:
        enough = bool(known(frame[column]).notna().mean() > 1 - _MOSTLY)
        return enough and _repeated(frame, column, year).empty

    if choices.unit is not None:
        return choices.unit, [text for text in texts if text != choices.unit and tells(text)]
    found = [text for text in texts if text not in (choices.groups or ()) and tells(text)]
    found = [text for text in found if text != choices.name] or found
    found.sort(key=lambda text: [*CODES, fold_name(text)].index(fold_name(text)))  # other heads come last
    found = found or [column for column in figures if fold_name(column) in CODES and tells(column)][:1]
    return next(iter(found), None), found[1:]


def _repeated(frame: pd.DataFrame, column: str, year: str | None) -> pd.DataFrame:
    """The rows, ignoring missing values, that repeat an earlier value of the same year."""
    cells = known(frame[column])
    there = cells.notna()
    pairs = pd.concat([cells[there], *([] if year is None else [frame[year][there]])], axis=1)
    return pairs[pairs.duplicated()]


def _shared(frame: pd.DataFrame, column: str, unit: str) -> bool:
    """Whether several units have a text in common, and not all of them."""
    cells = known(frame[column]).groupby(known(frame[unit])).last().dropna()
    return 1 < cells.nunique() < len(cells)


def _useless(column: str, numbers: pd.Series, wanted: bool) -> str:
    """Why a column of numbers cannot rank units; empty if it can."""
    there = numbers.dropna()
    if there.empty:
        return gettext("empty")
    if there.nunique() == 1:
        return gettext("all its values are {value}, so it does not distinguish units", value=f"{there.iloc[0]:g}")
    if wanted:
        return ""
    if fold_name(column) in _RESULTS:
        return gettext("a rank is an earlier result, not a measurement")
    numbered = fold_name(column) in _NUMBERS and there.is_unique and (there % 1 == 0).all()
    return gettext("it numbers the rows") if numbered else ""


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
        columns["year"] = years_of(frame[roles.year])
    columns |= {keys[item]: numbers for item, numbers in roles.figures.items()}
    figures = pd.DataFrame(columns).dropna(subset=list(columns)[: 2 if roles.year else 1])
    return figures.astype({"year": int}) if roles.year else figures


def units_of(frame: pd.DataFrame, roles: Roles) -> tuple[pd.DataFrame, dict[str, str]]:
    """One row per unit, from its newest row: its code, name, place and groups; and the groups by their column here.

    The first group that says country is `country`.
    """
    columns = {"unit": codes_of(frame[roles.unit])}
    names = columns["unit"] if roles.name is None else known(frame[roles.name]).astype(object)
    columns["name"] = names.where(names.notna(), columns["unit"]).astype(str)
    columns |= {key: read_numbers(known(frame[column])) for key, column in roles.places.items()}
    countries = ("country", *MEANT["country"], "pays", "land", "pais", "staat", "nation")
    country = next((group for group in roles.groups if fold_name(group) in countries), None)
    keys = keys_of([group for group in roles.groups if group != country], "group")
    groups = {"country" if group == country else keys[group]: group for group in roles.groups}
    columns |= {key: known(frame[column]).astype(object) for key, column in groups.items()}
    units = pd.DataFrame(columns)
    if roles.year is not None:
        units = units.iloc[np.argsort(years_of(frame[roles.year]).to_numpy(dtype=float), kind="stable")]
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
