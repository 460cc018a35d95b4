"""Which column tells the units apart, which names or groups them, and which holds the year."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import frozen
from hubrank import gettext
from hubrank.errors import fold_name
from hubrank.i18n import enumerated
from hubrank.io.table_layout import meant_by

from hubrank_start.columns import Column
from hubrank_start.desk import Desk, Question
from hubrank_start.numbers import is_figures
from hubrank_start.sheet import blank, year_of

#: Heads of columns of units, the most telling first.
_UNITS = (
    *("unit", "units", "city", "cities", "municipality", "university", "institution", "company", "firm", "school"),
    *("hospital", "hub", "student", "district", "county", "stadt", "gemeinde", "kreis", "kommune", "hochschule"),
    *("ville", "commune", "departement", "ciudad", "municipio", "alternative", "option", "supplier", "product", "town"),
    *("name", "unitname", "uname", "cityname", "entity", "country", "countries", "economy", "economies", "countryname"),
    *("countryorarea", "countryarea", "nation", "memberstate", "land", "pays", "pais", "territory", "bundesland"),
    *("province", "provincia", "comunidad", "state", "region", "geo", "geoname", "geographicarea", "referencearea"),
    *("location", "国家", "城市", "地区"),
)
#: Heads of columns that group units, where they tell no units apart.
_GROUPS = (
    *("region", "continent", "subregion", "incomegroup", "group", "cluster", "category", "class", "country", "state"),
    *("province", "type", "sector", "geographicregion", "worldregion", "kontinent", "gruppe", "land", "bundesland"),
)
#: Heads of columns of countries, which put units on the map even where each has another.
_COUNTRIES = ("land", "pays", "pais", "staat", "nation", "countryname")
_CODE = re.compile(
    r"(?:.*(?:code|iso|iso2|iso3|isoa3|id|nuts|abbr|key|schlussel|kennziffer|ags|fips|lau)\d?|geo|ccode|location)"
)
_YEARS = (
    "year",
    "jahr",
    "edition",
    "wave",
    "yearofdata",
    "refyear",
    "vintage",
    "season",
    "annee",
    "ano",
    "anno",
    "年份",
)
_SHORT = 12


@frozen(kw_only=True)
class Labels:
    """The columns that are no figures.

    Attributes:
        unit: Tells the units apart.
        name: Names them, where `unit` holds codes.
        year: Holds the year.
        groups: Columns of texts that several units share.
        other: Columns of texts that are neither, such as remarks.
    """

    unit: Column
    name: Column | None
    year: Column | None
    groups: tuple[Column, ...]
    other: tuple[Column, ...]


def year_column(columns: Sequence[Column]) -> Column | None:
    """The column whose head says year or time, and whose cells are years or dates."""
    for each in columns:
        key = fold_name(each.name)
        meant = key in _YEARS or meant_by("year", [each.name])
        held = [cell for cell in each.cells if not blank(cell)]
        if meant and held and all(year_in_cell(cell) is not None for cell in held):
            return each
    return None


def year_in_cell(cell: object) -> int | None:
    """The year of a year or of a date."""
    found = re.fullmatch(
        r"(\d{4})-\d\d(?:-\d\d.*)?|\d{1,2}[./]\d{1,2}[./](\d{4})|((?:19|20)\d\d)[-/]\d\d", str(cell).strip()
    )
    return year_of(cell) or (int(next(filter(None, found.groups()))) if found else None)


def labels_of(columns: Sequence[Column], year: Column | None, desk: Desk) -> Labels | None:
    """The roles of the columns of texts; none where no column can tell units apart."""
    texts = [each for each in columns if each is not year and not is_figures(each) and _held(each)]
    codes = [
        each for each in columns if each is not year and each not in texts and _CODE.fullmatch(fold_name(each.name))
    ]
    pool = texts or codes
    if not pool:
        return None
    names = [each for each in pool if not _is_coded(each) and not _is_dates(each)] or pool
    unit = _asked(sorted(names, key=lambda each: _worth(each, year, columns), reverse=True), year, columns, desk)
    code = next((each for each in pool if each is not unit and _is_coded(each) and _pairs(each, unit)), None)
    rest = [each for each in texts if each not in (unit, code)]
    groups = [each for each in rest if _is_group(each, unit)]
    return Labels(
        unit=code or unit,
        name=unit if code else None,
        year=year,
        groups=tuple(groups),
        other=tuple(each for each in rest if each not in groups),
    )


def _asked(names: Sequence[Column], year: Column | None, columns: Sequence[Column], desk: Desk) -> Column:
    """The likeliest column of units; asked about where another is as likely."""
    best = names[0]
    worths = [_worth(each, year, columns)[:2] for each in names]
    rivals = [each for each, worth in zip(names, worths, strict=True) if worth == worths[0]]
    if "unit" not in desk.answers and (len(rivals) < 2 or worths[0][1]):  # alone it has no rival
        return best
    options = tuple(each.name for each in (rivals if len(rivals) > 1 else names))
    answer = desk.ask(
        Question(
            key="unit",
            text=gettext("which column tells the units apart: {columns}?", columns=enumerated(list(options))),
            default=best.name,
            why=gettext("it is the first of them"),
            options=tuple(each.name for each in columns) if "unit" in desk.answers else options,
        )
    )
    return next(each for each in (*names, *columns) if each.name == answer)


def _worth(column: Column, year: Column | None, columns: Sequence[Column]) -> tuple[bool, int, int]:
    """Whether it tells rows apart, how telling its head is, and how far to the left it stands."""
    key = fold_name(column.name)
    known = len(_UNITS) - _UNITS.index(key) if key in _UNITS else 0
    return _tells(column, year), known, -columns.index(column)


def _tells(column: Column, year: Column | None) -> bool:
    """Whether hardly any value stands in two rows of a year."""
    keys = list(zip(column.cells, year.cells if year else [None] * len(column.cells), strict=True))
    held = [key for key in keys if not blank(key[0])]
    return len(set(held)) >= 0.8 * len(held) and len(held) >= 0.8 * len(keys)


def _held(column: Column) -> bool:
    return any(not blank(cell) for cell in column.cells)


def _is_coded(column: Column) -> bool:
    """Whether a column holds codes: its head says so, or all of its texts are short, without blanks, in capitals."""
    held = [str(cell) for cell in column.cells if not blank(cell)]
    key = fold_name(column.name)
    if key in _UNITS and not _CODE.fullmatch(key):
        return False
    short = all(len(each) <= _SHORT and " " not in each for each in held)
    capitals = all(each == each.upper() and len(each) <= 6 for each in held)  # NUTS codes have 5
    return short and (capitals or _CODE.fullmatch(key) is not None)


def _is_dates(column: Column) -> bool:
    return all(blank(cell) or year_in_cell(cell) is not None for cell in column.cells)


def _pairs(code: Column, unit: Column) -> bool:
    """Whether each unit has one code and each code one unit."""
    pairs = {(a, b) for a, b in zip(code.cells, unit.cells, strict=True) if not blank(b)}
    return len({a for a, _ in pairs}) == len(pairs) == len({b for _, b in pairs}) and all(
        not blank(a) for a, _ in pairs
    )


def _is_group(column: Column, unit: Column) -> bool:
    """Whether several units share a text of it, and each unit has one; or its head says that it is a group."""
    pairs = {(a, b) for a, b in zip(unit.cells, column.cells, strict=True) if not blank(a) and not blank(b)}
    values = {b for _, b in pairs}
    key = fold_name(column.name)
    named = key in _GROUPS
    if key == "country" or key in _COUNTRIES:
        return len(values) > 1
    one = len({a for a, _ in pairs}) == len(pairs)
    return 1 < len(values) < len(pairs) and (named or (one and len(values) <= len(pairs) / 2))
