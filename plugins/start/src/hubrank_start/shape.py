"""Tables of another shape as one row a unit and year: indicators in rows, years in columns, units in columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from attrs import evolve
from hubrank import gettext
from hubrank.errors import fold_name
from hubrank.i18n import enumerated

from hubrank_start.columns import Column
from hubrank_start.desk import Desk
from hubrank_start.numbers import is_figures
from hubrank_start.sheet import blank
from hubrank_start.units import year_column

_NAMES = (
    *("seriesname", "indicatorname", "indicator", "indicators", "variable", "variables", "series", "metric", "measure"),
    *("item", "subject", "indikator", "merkmal", "indicateur", "indicador", "statistic", "seriescode", "indicatorcode"),
)
_VALUES = ("value", "values", "obsvalue", "wert", "valeur", "valor", "figure", "amount", "observation", "data", "数值")
_ASIDE = re.compile(
    r".*(?:flag|footnote|remark|status|source|note|frequency|freq|timeframe|decimals|powercode|unitmult).*"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_FEW = 2


def rows_of_units(columns: Sequence[Column], desk: Desk, called: str) -> list[Column]:
    """The columns of a table with one row a unit, or a unit and year.

    Args:
        columns: As the sheet has them.
        desk: Where it is told.
        called: What figures are called whose head is a year alone.
    """
    return _by_year(_by_name(list(columns), desk), desk, called)


def _by_name(columns: list[Column], desk: Desk) -> list[Column]:
    """Rows of one figure each become a column for each indicator."""
    names = next((each for key in _NAMES for each in columns if fold_name(each.name) == key and _repeats(each)), None)
    if names is None or is_figures(names):
        return columns
    value = next((each for each in columns if fold_name(each.name) in _VALUES and is_figures(each)), None)
    yearly = [each for each in columns if _YEAR.search(each.name) and is_figures(each)] if value is None else []
    if value is None and not yearly:
        return columns
    figures = [value] if value is not None else yearly
    keys = [each for each in columns if each not in (names, *figures) and not _follows(each, names, columns)]
    kept = list(dict.fromkeys(str(cell) for cell in names.cells if not blank(cell)))
    index: dict[tuple[Any, ...], dict[tuple[str, str], Any]] = {}
    for at, name in enumerate(names.cells):
        if not blank(name):
            row = index.setdefault(tuple(key.cells[at] for key in keys), {})
            row |= {(str(name), each.name): each.cells[at] for each in figures}
    shown = gettext('{number} by the column "{column}"', number=len(kept), column=names.name)
    desk.tell(gettext("indicators"), shown, gettext("since each row holds one figure"))
    made = [evolve(key, cells=[row[at] for row in index]) for at, key in enumerate(keys)]
    for name in kept:
        for each in figures:
            title = name if value is not None else f"{name} {_YEAR.search(each.name)[0]}"  # type: ignore[index]
            cells = [row.get((name, each.name)) for row in index.values()]
            made.append(evolve(each, name=title, cells=cells, at=10_000 + len(made), dimension=""))
    return made


def _repeats(column: Column) -> bool:
    held = [cell for cell in column.cells if not blank(cell)]
    return len(set(held)) < len(held)


def _follows(column: Column, names: Column, columns: Sequence[Column]) -> bool:
    """Whether a column tells something of the indicator, not of the unit: its code, its unit; or is a remark."""
    if column is year_column(columns):
        return False
    pairs = set(zip(names.cells, column.cells, strict=True))
    values = {value for _, value in pairs}
    return (
        len({name for name, _ in pairs}) == len(pairs)
        or len(values) < _FEW
        or bool(_ASIDE.fullmatch(fold_name(column.name)))
    )


def _by_year(columns: list[Column], desk: Desk, called: str) -> list[Column]:
    """Columns of years become rows, where some figure has several years."""
    found: dict[str, dict[int, Column]] = {}
    for each in columns:
        if (year := _YEAR.search(each.name)) and is_figures(each):
            found.setdefault(_base(each.name) or called, {})[int(year[0])] = each
    if not any(len(by) >= _FEW for by in found.values()) or year_column(columns) is not None:
        return columns
    years = sorted({year for by in found.values() for year in by})
    yearly = [each for by in found.values() for each in by.values()]
    rest = [each for each in columns if each not in yearly]
    desk.tell(gettext("years"), enumerated(list(map(str, years))), gettext("which are columns of their own"))
    count = len(columns[0].cells)
    made = [evolve(each, cells=list(each.cells) * len(years)) for each in rest]
    cells = [year for year in years for _ in range(count)]
    made.append(Column(at=min(each.at for each in yearly), name="year", cells=cells))
    for name, by in found.items():
        first = next(iter(by.values()))
        filled = [cell for year in years for cell in (by[year].cells if year in by else [None] * count)]
        made.append(evolve(first, name=name, cells=filled))
    return made


def _base(name: str) -> str:
    """A name without its years, and what joined them to it."""
    bare = re.sub(r"[\[(]\s*(?:YR)?\s*[\])]", "", _YEAR.sub("", name))
    return bare.strip(" _-–,:;/.'")


def where(columns: Sequence[Column], keep: Callable[[int], bool]) -> list[Column]:
    """The columns with the rows at some positions."""
    rows = [at for at in range(len(columns[0].cells)) if keep(at)] if columns else []
    return [evolve(each, cells=[each.cells[at] for at in rows]) for each in columns]
