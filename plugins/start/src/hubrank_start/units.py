"""Which column identifies the units or holds the year, and whether years run down or across."""

import datetime
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import compress
from typing import Any

from attrs import evolve, frozen
from hubrank.errors import fold_name
from hubrank.i18n import enumerated
from hubrank.io.dates import Date, date_in, dates_in, newest_rows
from hubrank.io.table_layout import meant_by
from hubrank.plugin import gettext, ngettext

from hubrank_start.columns import Column
from hubrank_start.desk import Desk, Question
from hubrank_start.levels import together
from hubrank_start.marks import GROUP, LEFT, leave, mark, mark_rows
from hubrank_start.sheet import WORDS, blank, filled, is_empty, year_of

_CODE = re.compile(
    r"(?:.*(?:code|iso|iso2|iso3|isoa3|id|nuts|abbr|key|schlussel|kennziffer|ags|fips|lau)\d?|geo|ccode|location)"
)
_ASIDE = re.compile("flag|footnote|remark|status|source|note|frequency|freq|timeframe|decimals|powercode|unitmult")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
#: Dates of digits alone, and days as workbooks count them, from 1990 to 2100.
_DIGITS = re.compile(r"((?:19|20)\d\d)([01]\d)([0-3]\d)?", re.ASCII)
_DAY = re.compile(r"3[3-9]\d{3}|[4-6]\d{4}|7[0-2]\d{3}", re.ASCII)
#: Dates whose first number may be a day or a month, or must be a day.
_EITHER, _DAY_FIRST = re.compile(r"\d{1,2}/\d{1,2}/\d"), re.compile(r"(?:1[3-9]|2\d|3[01])/")
#: The year whose prices values are in, which is none of theirs: `constant 2015 US$`, `2017 PPP`, `2015 = 100`.
BASE_YEAR = re.compile(
    r"\b(?:constant|base(?: year)?|reference year|chained|(?:prices?|preise|prix|precios) (?:of|von|de|del?))"
    r"\W{1,2}(?:19|20)\d\d(?!\d)"
    r"|(?<!\d)(?:19|20)\d\d ?(?:= ?100|(?:constant |international )?"
    r"(?:[$€£]|(?:us\$|usd|ppp|int(?:ernational|l)?|dollars?|euros?|eur|prices?|preise|prix)(?![a-z])))",
    re.IGNORECASE,
)
#: The longest code; the number of years that makes a value one of years.
_SHORT, _FEW = 12, 2
#: A time of day, except midnight, which programs add to a day.
_TIME = re.compile(r"(?<![\d:+-])(?!0?0:00(?::00)?(?!\d))\d{1,2}:\d\d")


@frozen(kw_only=True)
class Labels:
    """The columns that are no values; `name` is of names where `unit` holds codes, `groups` are shared by units."""

    unit: Column
    name: Column | None
    year: Column | None
    groups: Sequence[Column]
    other: Sequence[Column]

    @property
    def keys(self) -> list[tuple[Any, Any]]:
        """Unit and year of each row."""
        return list(zip(self.unit.cells, self.year.cells if self.year else [None] * len(self.unit.cells), strict=True))


def year_column(columns: Sequence[Column]) -> Column | None:
    """The column whose head says year, time or date, and whose cells are years or dates; else the first of dates."""

    def others(column: Column) -> bool:
        """Whether another column may identify the units."""
        rest = (item for item in columns if item is not column and not is_empty(item.cells))
        return any(not item.is_figures or _CODE.fullmatch(fold_name(item.name)) for item in rest)

    told = [item for item in columns if item.role == "year"]
    columns = [item for item in columns if not item.role]
    called = [item for item in columns if fold_name(item.name) in WORDS["year"] or meant_by("year", [item.name])]
    dated = [item for item in columns if _says_date(item.name) and others(item)]
    by_cells = [
        item for item in columns if fold_name(item.name) not in WORDS["event"] and _all(item, date_of) and others(item)
    ]
    by_cells.sort(key=lambda item: max(filter(None, map(date_of, item.cells))), reverse=True)
    ways = ((told, _year_of_day), (called, year_in_cell), (dated, _year_of_day), (by_cells, date_of))
    return next((item for found, read in ways for item in found if _all(item, read)), None)


def _says_date(head: str) -> bool:
    words = map(fold_name, re.findall(r"[^\W\d_]+", head))
    return fold_name(head) in WORDS["date"] or any(word in WORDS["date_within"] for word in words)


def _all(column: Column, read: Callable[[object], object]) -> bool:
    found = (read(cell) is not None for cell in column.cells if not blank(cell))
    return next(found, False) and all(found)


def date_of(cell: object) -> Date | None:
    """The date from 1900 to 2100 of a text."""
    date = date_in(cell) if isinstance(cell, str) else None
    return date if date is not None and year_of(date[0]) is not None else None


def year_in_cell(cell: object) -> int | None:
    """The year of a year or of a date."""
    date = date_of(cell)
    return year_of(cell) if date is None else date[0]


def _year_of_day(cell: object) -> int | None:
    """The year of a date, digits alone as well: `20231231`, `202312`, or the number that a workbook has for a day."""
    return year_in_cell(_with_dashes(cell))


def _with_dashes(cell: object) -> str:
    text = str(cell)
    if found := _DIGITS.fullmatch(text):
        return "-".join(filter(None, found.groups()))
    day = int(text) if _DAY.fullmatch(text) else 0
    return (datetime.date(1899, 12, 30) + datetime.timedelta(days=day)).isoformat() if day else text


def newest_dates(columns: list[Column], unit: str, year: str | None, desk: Desk) -> list[Column]:
    """The rows that count if units have several dates, with the years of these; unchanged without dates."""
    cells_of = {item.name: item.cells for item in columns}
    if year is None or all(year_of(cell) is not None for cell in filled(cells_of[year])):
        return columns
    cells = ["" if blank(cell) else _with_dashes(cell) for cell in cells_of[year]]
    each = "year" in desk.answers  # which the user chose
    dates, turned = (dates_in(cells, month_first=first) for first in (None, True))
    rows, others = (newest_rows(cells_of[unit], item, each_year=each) for item in (dates, turned))
    times = {found[0] for cell in cells if (found := _TIME.search(cell))}
    if fold_name(year) in WORDS["answered"] or len(times) > 1:  # each row is another's answer
        rows = others = list(range(len(cells)))
    open_ = next((cell for cell in cells if _EITHER.match(cell)), "")
    if rows != others and open_ and not any(map(_DAY_FIRST.match, cells)):
        question = Question(
            key="dates",
            text=gettext("{column}: what comes first in {date}?", column=year, date=open_),
            default="day",
            why=gettext("the usual order in most countries"),
            options=("day", "month"),
            about=gettext("what comes first in dates such as {date}", date=open_),
        )
        rows, dates = (others, turned) if desk.ask(question) == "month" else (rows, dates)
    if left := len(cells) - len(rows):
        why = gettext("the newest of each unit counts")
        mark_rows(next(item for item in columns if item.name == unit), {*range(len(cells))} - {*rows}, desk, why)
        shown = ngettext(left, "{count} older row left out", "{count} older rows left out")
        desk.tell(gettext("several dates"), shown, why)
    years = [year_of(cell) if date is None else date[0] for cell, date in zip(cells, dates, strict=True)]
    return where([evolve(item, cells=years) if item.name == year else item for item in columns], set(rows).__contains__)


def labels_of(columns: Sequence[Column], year: Column | None, desk: Desk) -> Labels | None:
    """The roles of the columns of texts; None if no column can identify units."""
    others = [item for item in columns if item is not year]
    texts = [item for item in others if not item.is_figures and not is_empty(item.cells)]
    codes = [item for item in others if item not in texts and _CODE.fullmatch(fold_name(item.name))]
    pool = [item for item in texts if item.role != GROUP] or codes
    if not pool:
        return None
    dates = [item for item in pool if None not in map(year_in_cell, filled(item.cells))]
    undated = [item for item in pool if item not in dates] or pool
    telling = [item for item in undated if fold_name(item.name) not in WORDS["answer"] and len({*item.cells}) > 1]
    names = [item for item in telling if not _is_coded(item)] or telling or undated
    named = next((item for item in pool if item.role == "name"), None)
    told = next((item for item in others if item.role == "unit"), None)
    unit = named or _choose_unit(names, year, columns, desk)
    code = next((item for item in pool if item is not unit and _is_coded(item) and _pairs(item, unit)), None)
    code = told if named else code
    rest = [item for item in texts if item not in (unit, code)]
    groups = [item for item in rest if item.role == GROUP or (item not in dates and _is_group(item, unit))]
    other = [item for item in rest if item not in groups]
    return Labels(unit=code or unit, name=unit if code else None, year=year, groups=groups, other=other)


def _choose_unit(names: Sequence[Column], year: Column | None, columns: Sequence[Column], desk: Desk) -> Column:
    """The likeliest column of units, the first of them; asked about where another is as likely."""

    def worth(column: Column) -> tuple[bool, int]:
        """Whether hardly any value repeats within a year, and how clear the heading is."""
        keys = list(zip(column.cells, year.cells if year else [None] * len(column.cells), strict=True))
        held = [key for key in keys if not blank(key[0])]
        tells = len(set(held)) >= 0.8 * len(held) and len(held) >= 0.8 * len(keys)
        key = fold_name(column.name)
        return tells, len(WORDS["unit"]) - WORDS["unit"].index(key) if key in WORDS["unit"] else 0

    worths = {item: worth(item) for item in names}
    names = sorted(names, key=lambda item: (*worths[item], -columns.index(item)), reverse=True)
    best = names[0]
    rivals = [item for item in names if worths[item] == worths[best]]
    if "unit" not in desk.answers and (len(rivals) < 2 or worths[best][1]):  # alone it has no rival
        return best
    options = tuple(item.name for item in (rivals if len(rivals) > 1 else names))
    answer = desk.ask(
        Question(
            key="unit",
            text=gettext("which column identifies the units: {columns}?", columns=enumerated(list(options))),
            default=best.name,
            why=gettext("it is the first of them"),
            options=tuple(item.name for item in columns) if "unit" in desk.answers else options,
        )
    )
    return next(item for item in (*names, *columns) if item.name == answer)


def _is_coded(column: Column) -> bool:
    """Whether a column holds codes: its heading says so, or all of its texts are short, without blanks, in capitals."""
    held = list(map(str, filled(column.cells)))
    key = fold_name(column.name)
    if key in WORDS["unit"] and not _CODE.fullmatch(key):
        return False
    short = all(len(item) <= _SHORT and " " not in item for item in held)
    capitals = all(item == item.upper() and (len(item) <= 6 or item.isdecimal()) for item in held)  # NUTS codes have 5
    return short and (capitals or _CODE.fullmatch(key) is not None)


def _pairs(code: Column, unit: Column) -> bool:
    """Whether each unit has one code and each code one unit."""
    pairs = {(a, b) for a, b in zip(code.cells, unit.cells, strict=True) if not blank(b)}
    codes, units = {a for a, _ in pairs}, {b for _, b in pairs}
    return len(codes) == len(pairs) == len(units) and not any(map(blank, codes))


def _is_group(column: Column, unit: Column) -> bool:
    """Whether several units share a text of it, and each unit has one; or its head says that it is a group."""
    pairs = {(a, b) for a, b in zip(unit.cells, column.cells, strict=True) if not blank(a) and not blank(b)}
    values = {b for _, b in pairs}
    key = fold_name(column.name)
    if key in WORDS["country"]:
        return len(values) > 1
    one = len({a for a, _ in pairs}) == len(pairs)
    return 1 < len(values) < len(pairs) and (key in WORDS["group"] or (one and len(values) <= len(pairs) / 2))


def by_name(columns: list[Column], desk: Desk) -> list[Column]:
    """Rows of one value each, whose indicator a column names, become rows of units."""

    def repeats(column: Column) -> bool:
        held = filled(column.cells)
        return len(set(held)) < len(held)

    called = (item for key in WORDS["indicator"] for item in columns if fold_name(item.name) == key and repeats(item))
    names = next(called, None)
    if names is None or names.is_figures:
        return columns
    value = next((item for item in columns if fold_name(item.name) in WORDS["value"] and item.is_figures), None)
    yearly = {item.name: found[0] for item in columns if (found := _year_of_data(item.name)) and item.is_figures}
    figures = [value] if value is not None else [item for item in columns if item.name in yearly]
    if not figures:
        return columns
    keys = [item for item in columns if item not in (names, *figures) and not _follows(item, names, columns)]
    titles = list(dict.fromkeys(str(cell) for cell in filled(names.cells)))
    index: dict[tuple[Any, ...], dict[tuple[str, str], Any]] = {}
    lines: dict[tuple[Any, ...], list[int]] = {}
    for at, name in enumerate(names.cells):
        if not blank(name):
            place = tuple(key.cells[at] for key in keys)
            row = index.setdefault(place, {})
            row |= {(str(name), item.name): item.cells[at] for item in figures}
            lines.setdefault(place, []).extend(names.lines[at])
    mark([names], "series", desk)
    mark([item for item in columns if item not in (names, *figures, *keys)], LEFT, desk, gettext("about the indicator"))
    shown = gettext('{number} by the column "{column}"', number=len(titles), column=names.name)
    desk.tell(gettext("indicators"), shown, gettext("each row has one value"))
    shared = list(map(tuple, lines.values()))
    result = [evolve(key, cells=[row[at] for row in index], lines=shared) for at, key in enumerate(keys)]
    for name in titles:
        for item in figures:
            title = name if item is value else f"{name} {yearly[item.name]}"
            cells = [row.get((name, item.name)) for row in index.values()]
            at = 10_000 + len(result)
            made = evolve(item, at=at, parts=(item.at,), lines=shared, dimension="")
            result.append(evolve(made, name=title, cells=cells))
    return result


def _follows(column: Column, names: Column, columns: Sequence[Column]) -> bool:
    """Whether a column describes the indicator, not the unit: its code, its unit; or is a remark."""
    if column is year_column(columns):
        return False
    pairs = set(zip(names.cells, column.cells, strict=True))
    return (
        len({name for name, _ in pairs}) == len(pairs)
        or len({value for _, value in pairs}) < _FEW
        or _ASIDE.search(fold_name(column.name)) is not None
    )


def is_of_years(name: str) -> bool:
    """Whether a head names a span of years, such as `Mean 2019-2023`; two years in a row may be a season."""
    years = sorted(map(int, _YEAR.findall(name)))
    return bool(years) and years[-1] - years[0] > 1


def year_in_head(name: str) -> bool:
    """Whether a head has a year in it."""
    return _YEAR.search(name) is not None


def by_year(columns: list[Column], desk: Desk, called: str) -> list[Column]:
    """Columns of years become rows, if some value has several; `called` are values whose heading is a year."""
    found: dict[str, dict[int, Column]] = {}
    dated = sorted(((date, item) for item in columns if item.is_figures and (date := date_of(item.name))), key=_first)
    if len(dated) >= _FEW:
        found[called] = {date[0]: item for date, item in dated}  # the last of a year
        older = [item for _, item in dated if item not in found[called].values()]
        leave(older, gettext("the newest of each year counts"), desk)
        columns = [item for item in columns if item not in older]
    figures = [item for item in columns if item.is_figures and not date_of(item.name) and not is_of_years(item.name)]
    with_base = [item for item in figures if _YEAR.search(item.name) and not _year_of_data(item.name)]
    alike = Counter(_YEAR.sub("", item.name) for item in with_base)
    for item in figures:
        year = _YEAR.search(item.name) if alike[_YEAR.sub("", item.name)] >= _FEW else _year_of_data(item.name)
        if year:
            bare = item.name[: year.start()] + item.name[year.end() :]
            bare = re.sub(r"[\[(]\s*+(?:YR(?:19|20)?+\d*+\s*+)?[\])]", "", bare)
            found.setdefault(bare.strip(" _-–,:;/.'年") or called, {})[int(year[0])] = item
    several = len(dated) >= _FEW or any(len(by) >= _FEW for by in found.values())
    if not several or year_column(columns) is not None:
        return columns
    years = sorted({year for by in found.values() for year in by})
    yearly = [item for by in found.values() for item in by.values()]
    desk.tell(gettext("years"), enumerated(list(map(str, years))), gettext("each in a column of its own"))
    if plain := [item.name for item in figures if item not in yearly]:
        desk.tell(enumerated(plain), gettext("used for every year"), gettext("no year in the heading"))
    count = len(columns[0].cells)
    lines = list(columns[0].lines) * len(years)
    result = [evolve(item, cells=list(item.cells) * len(years), lines=lines) for item in columns if item not in yearly]
    cells = [year for year in years for _ in range(count)]
    result.append(Column(at=min(item.at for item in yearly), name="year", cells=cells, lines=lines))
    for name, by in found.items():
        across = [cell for year in years for cell in (by[year].cells if year in by else [None] * count)]
        scale = together(name, [item.scale for item in by.values()])
        first, parts = next(iter(by.values())), [item.at for item in by.values()]
        result.append(evolve(first, name=name, cells=across, scale=scale, parts=parts, lines=lines))
    return result


def _first(pair: tuple[Date, Column]) -> Date:
    return pair[0]


def _year_of_data(name: str) -> re.Match[str] | None:
    """The year in a head that is no base year."""
    return _YEAR.search(BASE_YEAR.sub(lambda found: "~" * len(found[0]), name))


def where(columns: Sequence[Column], keep: Callable[[int], bool]) -> list[Column]:
    """The columns with the rows at some positions."""
    if not columns:
        return []
    kept, lines = [keep(at) for at in range(len(columns[0].cells))], columns[0].lines
    if all(kept) and all(item.lines is lines for item in columns):
        return list(columns)
    lines = list(compress(lines, kept))
    return [evolve(item, cells=list(compress(item.cells, kept)), lines=lines) for item in columns]
