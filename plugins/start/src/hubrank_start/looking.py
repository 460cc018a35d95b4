"""A table looked through: its rows, units, years and values."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd
from attrs import evolve, field, frozen
from hubrank.errors import fold_name
from hubrank.i18n import enumerated, listed
from hubrank.plugin import FileProblem, gettext, gettext_noop, ngettext

from hubrank_start.choosing import (
    as_told,
    chosen_sheet,
    is_point,
    wanted_figures,
    with_metadata,
    without_descriptions,
    without_ranks,
)
from hubrank_start.columns import Column, columns_of, read_figures, unmarked, with_prefixes, without_codes
from hubrank_start.desk import Desk, Question
from hubrank_start.marks import GROUP, INDICATOR, Marks, clear_rows, leave, mark, mark_heads, mark_rows
from hubrank_start.offices import describes_series, flat
from hubrank_start.pivots import filled_down, grouping, headed, is_total, summing_rows, without_totals
from hubrank_start.places import are_countries, groups_among, is_city, is_country, known_places
from hubrank_start.scales import with_scales
from hubrank_start.sheet import WORDS, Heads, Sheet, blank, filled, is_measure
from hubrank_start.units import (
    Labels,
    by_name,
    by_year,
    date_of,
    is_of_years,
    labels_of,
    newest_dates,
    where,
    year_column,
    year_in_cell,
)

#: The fewest other columns among which a total is searched.
_ROWS = 3
#: The share of the others' sum that a whole has at least, since its parts may not all be there.
_WHOLE = 0.5
#: Countries that are regions of another as well.
_AMBIGUOUS = {"georgia", "luxembourg", "luxemburg", "limburg"}
#: Countries of the United Kingdom.
_NATIONS = {"england", "scotland", "wales", "northern ireland"}
#: A title has more letters; a table with this many countries as headings is transposed.
_FEW = 3


@frozen(kw_only=True, eq=False)
class Looked:
    """A table and the names of its columns of units, their names, years and groups.

    Attributes:
        title: The text above the table, or the file's name.
        frame: One row per unit, or per unit and year; values are numbers or missing.
        edition: The year of all rows, if a column states it and no unit has several.
        figures: The columns of values, with the file's facts about them.
        read: All columns, before rows and columns were left out.
        beside: Texts above and below the table, and its sheet's name.
    """

    title: str
    frame: pd.DataFrame = field(repr=False)
    unit: str
    name: str | None
    year: str | None
    edition: int | None
    groups: Sequence[str]
    figures: Sequence[Column]
    read: Sequence[Column] = ()
    beside: Sequence[str] = ()


def look(sheets: Sequence[Sheet], desk: Desk, file: str, wanted: str | None = None) -> Looked:
    """Read the table of the sheet that is wanted, or that has the most values; a `FileProblem` if there is none."""
    chosen = chosen_sheet(sheets, wanted, desk, file)
    sheet, read, title = _columns(chosen, desk, file)
    columns = filled_down(read, desk)
    year = year_column(columns)
    figures = [item for item in columns if item is not year and item.is_figures]
    texts = [item for item in columns if not item.is_figures]
    labels = labels_of([item for item in columns if item not in figures or not texts], year, desk)
    if labels is None:
        raise FileProblem(
            f"{file}: no column names the units; a table needs a column of names or codes next to the values"
        )
    dated = [item for item in labels.other if all(map(date_of, filled(item.cells)))]
    texts = [item for item in labels.other if item not in dated]
    items = [item for item in texts if _repeats(item)]
    leave([item for item in texts if item not in items], gettext("text without repeated values"), desk)
    leave(items, gettext("it tells rows of a unit apart"), desk)
    leave(dated, gettext("dates that do not belong to the values"), desk)
    for item in labels.groups:
        shown = gettext('column "{column}"', column=item.name)
        desk.tell(gettext("groups"), shown, gettext("several units share its values"))
    figures = [item for item in figures if item not in (labels.unit, labels.name, year)]
    points = list(filter(is_point, figures))
    others = [item for item in sheets if item.name != chosen.name and not describes_series(item)]
    figures = with_metadata([item for item in figures if item not in points], others, desk)
    figures = wanted_figures(without_descriptions(figures, columns, desk), desk)
    figures = [without_codes(item, desk) for item in figures]
    looked = _tidied(figures, points, labels, sheet, desk, title)
    kinds: dict[str, Sequence[Column | None]] = {"unit": [labels.unit], "name": [labels.name], "year": [labels.year]}
    kinds |= {GROUP: labels.groups, "point": points, INDICATOR: figures}
    for kind, items in kinds.items():
        mark(items, kind, desk)
    lines = sheet.heads.titles if sheet.heads else ()
    below = [str(cell) for at in (sheet.heads.below if sheet.heads else ()) for cell in filled(sheet.rows[at])]
    return evolve(looked, beside=[*lines, *below, sheet.name], read=read)


def _repeats(column: Column) -> bool:
    """Whether several rows have the same text."""
    held = filled(column.cells)
    return len(set(held)) < len(held)


def _columns(sheet: Sheet, desk: Desk, file: str) -> tuple[Sheet, list[Column], str]:
    """The sheet as it is read, its columns with their numbers, of units in rows; and the table's title."""
    heads, called = sheet.heads, file.rsplit(".", 1)[0]
    assert heads is not None  # noqa: S101  # the sheet was chosen since it has a table
    if office := flat(sheet, desk) if sheet.head is None else None:
        sheet, heads = office
        called = sheet.name or called
    columns = columns_of(sheet, heads, desk)
    if not heads.extra and _is_turned(columns):  # rows of weights and the like are of columns
        turned = sheet.transposed()
        if turned.heads is not None:
            shown = gettext("transposed: units are its columns")
            desk.tell(gettext("table"), shown, gettext("as the headings indicate"))
            sheet, heads, columns = turned, turned.heads, columns_of(turned, turned.heads, Desk(answers={}))
            desk.marks[sheet.name] = Marks(turned=True)
    if office:  # whose sheet was made up
        heads, columns = evolve(heads, extra={}), [evolve(item, sheet="") for item in columns]
    else:
        mark_heads(sheet, heads, desk)
    _tell_heads(heads, desk)
    columns = as_told(columns, desk)
    columns, heads = headed(columns, heads, desk)
    columns, heads = without_totals(columns, heads, desk)
    columns = with_scales(columns, desk)
    year = year_column(columns)
    points = [item for item in columns if is_point(item) and item.is_figures]
    figures = [item for item in columns if item is not year and item.is_figures and item not in points]
    read = {item.at: item for item in with_prefixes(read_figures(figures, sheet, heads, desk))}
    read |= {item.at: item for item in read_figures(points, sheet, heads, desk)}
    title = next((item for item in heads.titles if len(item) > _FEW), "") or called
    columns = without_ranks([read.get(item.at, item) for item in columns], desk)
    means = [item for item in columns if item.is_figures and is_of_years(item.name) and is_total(item.name)]
    means = [item for item in means if not item.role]
    if len(columns) > len(means) + 1:
        leave(means, gettext("of several years"), desk)
        columns = [item for item in columns if item not in means]
    return sheet, by_year(by_name(columns, desk), desk, title if heads.titles else sheet.name), title


def _is_turned(columns: Sequence[Column]) -> bool:
    """Whether the heads of values name countries, and the first column does not; or it names an indicator a row."""
    year = year_column(columns)
    figures = [item for item in columns if item is not year and item.is_figures]
    texts = [item for item in columns if item not in figures]
    names = [item.name for item in figures]
    heads = known_places(names) if are_countries(names, "") == (True, "") else {}
    first = [str(cell) for cell in texts[0].cells if not blank(cell)] if texts else []
    called = bool(texts) and (fold_name(texts[0].name) in WORDS["turned"] or _are_measured(first))
    named = called and len(set(first)) == len(first)
    named = named and not any(map(year_in_cell, (item.name for item in figures)))
    turned = len(figures) >= _FEW and (len(heads) >= 0.8 * len(figures) or named)
    return turned and len(known_places(first)) < 0.5 * len(first)


def _are_measured(names: Sequence[str]) -> bool:
    """Whether most names are followed by a unit of measurement in brackets, and these differ, as for indicators."""
    found = [name.rpartition("(")[2].rstrip(")") for name in names if name.endswith(")") and "(" in name]
    measures = list(filter(is_measure, found))
    return len(set(measures)) > 1 and len(measures) > len(names) / 2


def _tell_heads(heads: Heads, desk: Desk) -> None:
    if heads.titles:
        titles = gettext("titles or notes: {titles}", titles=enumerated([item[:60] for item in heads.titles], 2))
        desk.tell(gettext("lines above the table"), gettext("skipped"), titles)
    if heads.above:
        rows = listed(str(at + 1) for at in (*heads.above, heads.head))
        desk.tell(gettext("headings"), gettext("in rows {rows}", rows=rows), gettext("they belong together"))
    if heads.skipped:
        lines = enumerated([gettext("row {row}", row=at + 1) for at in heads.skipped])
        desk.tell(gettext("rows left out"), lines, gettext("no values"))
    what = {
        "measure": gettext("units of measurement"),
        "weight": gettext("weights"),
        "direction": gettext("directions"),
        "dimension": gettext("dimensions"),
    }
    for kind, at in heads.extra.items():
        desk.tell(what[kind], gettext("row {row}", row=at + 1), gettext("as its label or its cells indicate"))
    if heads.below:
        shown = ngettext(len(heads.below), "{count} line skipped", "{count} lines skipped")
        desk.tell(gettext("lines below the table"), shown, gettext("notes or another table"))


def _tidied(
    figures: list[Column], points: list[Column], labels: Labels, sheet: Sheet, desk: Desk, title: str
) -> Looked:
    if not figures:
        raise FileProblem("no column of numbers is left to rank the units by")
    labelled = (labels.unit, labels.name, labels.year, *labels.groups)
    columns = [item for item in (*labelled, *points, *figures) if item is not None]
    columns, grouped = _only_units(columns, labels, figures, desk)
    columns = [_in_one_case(item, desk) if item.name == labels.unit.name else item for item in columns]
    columns = newest_dates(columns, labels.unit.name, labels.year.name if labels.year else None, desk)
    now = {item.name: item for item in columns}
    labels = evolve(
        labels,
        unit=now[labels.unit.name],
        name=now[labels.name.name] if labels.name else None,
        year=now[labels.year.name] if labels.year else None,
        groups=[now[item.name] for item in (*labels.groups, *grouped)],
    )
    columns = _single_rows(columns, labels, sheet, desk)
    clear_rows(next(item for item in columns if item.name == labels.unit.name), desk)
    columns, labels, edition = _of_one_year(columns, labels, desk)
    year = labels.year.name if labels.year else None
    columns = _dated(columns, labels.unit.name, year, desk)
    numbers = {item.name for item in (*figures, *points)}
    frame = {}
    for item in columns:
        if item.name in numbers:
            frame[item.name] = pd.Series(item.cells, dtype=float)
        elif item.name == year:
            frame[item.name] = pd.Series(list(map(year_in_cell, item.cells)), dtype="Int64").astype(object)
        else:
            texts = [None if blank(cell) else unmarked(str(cell)) for cell in item.cells]
            frame[item.name] = pd.Series(texts, dtype=object)
    named = {item.name for item in figures}
    return Looked(
        title=title,
        frame=pd.DataFrame(frame),
        unit=labels.unit.name,
        name=labels.name.name if labels.name else None,
        year=year,
        edition=edition,
        groups=[item.name for item in labels.groups],
        figures=[item for item in columns if item.name in named],
    )


def _in_one_case(column: Column, desk: Desk) -> Column:
    """The units' names, those that differ in capitals alone as they first stand."""
    first: dict[str, str] = {}
    cells = [first.setdefault(str(cell).casefold(), cell) for cell in column.cells]
    if changed := [cell for cell, now in zip(column.cells, cells, strict=True) if cell != now]:
        desk.tell(
            gettext("units"), enumerated(list(dict.fromkeys(changed))), gettext("they differ only in capital letters")
        )
    return evolve(column, cells=cells)


def _of_one_year(columns: list[Column], labels: Labels, desk: Desk) -> tuple[list[Column], Labels, int | None]:
    """The table without its column of years, where each unit has one row, and the newest of these years."""
    if labels.year is None or len(set(labels.unit.cells)) < len(labels.unit.cells):
        return columns, labels, None
    years = sorted({year for cell in labels.year.cells if (year := year_in_cell(cell)) is not None})
    if len(years) > 1:
        what = gettext_noop('each unit has one row; column "{column}" has {first} to {last}')
        why = gettext(what, column=labels.year.name, first=years[0], last=years[-1])
        desk.tell(gettext("year"), gettext("all rows count for {year}", year=years[-1]), why)
    else:
        desk.tell(gettext("year"), str(years[-1]), gettext('column "{column}"', column=labels.year.name))
    return [item for item in columns if item is not labels.year], evolve(labels, year=None), years[-1]


def _dated(columns: list[Column], unit: str, year: str | None, desk: Desk) -> list[Column]:
    """The rows that have a year, where units have several; the others are reported."""
    now = {item.name: item for item in columns}
    undated = {at for at, cell in enumerate(now[year].cells) if year_in_cell(cell) is None} if year else set()
    _leave_rows(now[unit], sorted(undated), _numbered(now[unit], sorted(undated)), gettext("they have no year"), desk)
    return where(columns, lambda at: at not in undated)


def _only_units(
    columns: list[Column], labels: Labels, figures: Sequence[Column], desk: Desk
) -> tuple[list[Column], list[Column]]:
    """The columns without rows that are no units, which are reported; and a column of groups from such rows."""
    named = labels.name or labels.unit
    label = ["" if blank(cell) else str(cell) for cell in named.cells]
    told = {at: said for at, name in enumerate(label) if name and (said := desk.row_of(name))}
    bare = {at for at in range(len(label)) if all(blank(item.cells[at]) for item in figures)}
    groups = groups_among([*dict.fromkeys(name for at, name in enumerate(label) if name and at not in bare)])
    totals = [at for at, name in enumerate(label) if at not in told and (is_total(name) or name in groups)]
    nameless = [at for at, name in enumerate(label) if not name and at not in bare]
    left = {*totals, *bare, *nameless, *(at for at, said in told.items() if said == "no")}
    left |= {at for at, name in enumerate(label) if not name}
    grouped: list[Column] = []
    if labels.year is None:
        summed, grouped = _summed(columns, label, figures, [at for at in range(len(label)) if at not in {*left, *told}])
        for why in dict.fromkeys(summed.values()):
            rows = [at for at, reason in summed.items() if reason == why]
            _leave_rows(named, rows, enumerated([label[at] for at in rows]), why, desk)
        left |= summed.keys()
        for item in grouped:
            shown = enumerated(list(dict.fromkeys(filled(item.cells))))
            desk.tell(gettext("groups"), shown, gettext("their rows add up to them"))
    if (whole := _whole(label, left | told.keys(), figures, desk)) is not None:
        rows = [at for at, name in enumerate(label) if name == label[whole]]
        left |= {*rows}
        mark_rows(named, rows, desk, gettext("it is probably the total of the others"))
    mark_rows(named, [at for at, said in told.items() if said == "no"], desk, gettext("your answer"))
    names = enumerated(list(dict.fromkeys(label[at] for at in totals)))
    _leave_rows(named, totals, names, gettext("totals and groups, not units"), desk)
    shown = ngettext(len(nameless), "{count} row", "{count} rows")
    _leave_rows(named, nameless, shown, gettext("they have no name"), desk)
    there = {label[at] for at in range(len(label)) if at not in left}
    empty = dict.fromkeys(label[at] for at in sorted(bare) if label[at] and at not in totals)
    if lost := [name for name in empty if name not in there]:
        desk.tell(gettext("rows left out"), enumerated(lost), gettext("no values"))
    mark_rows(named, bare - {*totals}, desk, gettext("no values"))
    return where([*columns, *grouped], lambda at: at not in left), grouped


def _leave_rows(column: Column, rows: Sequence[int], shown: str, why: str, desk: Desk) -> None:
    """Tell that rows are no units, and why."""
    if rows:
        desk.tell(gettext("rows left out"), shown, why)
        mark_rows(column, rows, desk, why)


def _summed(
    columns: Sequence[Column], label: Sequence[str], figures: Sequence[Column], rows: Sequence[int]
) -> tuple[dict[int, str], list[Column]]:
    """Rows that are made of others, each with the reason; and a column of groups where they are of several."""
    added = [item for item in figures if item.scale is None]  # no sum of levels is a level
    summed = summing_rows(added, rows) if added else {}
    heads = {row: label[at] for at, (_, members) in summed.items() for row in members if row not in summed}
    groups = [grouping(columns, [heads.get(at) for at in range(len(label))])] if len(set(heads.values())) > 1 else []
    return {at: why for at, (why, _) in summed.items()}, groups


def _whole(label: Sequence[str], left: set[int], figures: Sequence[Column], desk: Desk) -> int | None:
    """The first or the last row, if it is a country among units that are none, and not to count."""

    def is_of_all(figure: float | None, others: Sequence[float | None]) -> bool:
        """Whether it may be that of all others together: between them, or about as large as their sum."""
        held = [item for item in others if item is not None]
        return figure is None or not held or min(held) < figure < max(held) or figure >= _WHOLE * sum(held) > 0

    rows = [at for at in range(len(label)) if at not in left]
    names = list(dict.fromkeys(label[at] for at in rows))
    if len(_NATIONS.intersection(map(str.casefold, names))) > 1:
        return None
    ends = [at for at in rows[:1] + rows[-1:] if label[at].casefold() not in _AMBIGUOUS]
    ends = [at for at in ends if is_country(label[at]) or label[at].casefold() in _NATIONS]
    at = next((at for at in ends if not known_places([item for item in names if item != label[at]])), None)
    if at is None or min(len(names) - 1, len(figures) + 1) < _ROWS or is_city(name := label[at]):
        return None
    if not all(is_of_all(item.cells[at], [item.cells[row] for row in rows if row != at]) for item in figures):
        return None
    question = Question(
        key=f"use.{name}",
        text=gettext("{name} is a country, the other units are not; does it count as a unit?", name=name),
        default="no",
        why=gettext("it is probably the total of the others"),
        options=("no", "yes"),
        about=gettext("{name} as a unit", name=name),
    )
    return at if desk.ask(question) == "no" else None


def _single_rows(columns: list[Column], labels: Labels, sheet: Sheet, desk: Desk) -> list[Column]:
    """Each unit once a year: rows that are equal in every column of the file become one, of others the user chooses."""
    keys, lines = labels.keys, labels.unit.lines
    if len(set(keys)) == len(keys):
        return columns
    first: dict[tuple[Any, ...], int] = {}
    for at, key in enumerate(keys):
        first.setdefault((key, *(tuple(sheet.rows[line]) for line in lines[at])), at)
    rows = list(first.values())
    if same := sorted({*range(len(keys))} - {*rows}):
        why = gettext("the same as another row in every column")
        desk.tell(gettext("identical rows"), gettext("left out: {rows}", rows=_numbered(labels.unit, same)), why)
        mark_rows(labels.unit, same, desk, why)
    if max(Counter(keys[at] for at in rows).values()) == 1:
        return where(columns, set(rows).__contains__)
    return _choose_rows(columns, labels, rows, sheet, desk)


def _numbered(column: Column, rows: Sequence[int]) -> str:
    """Rows by their numbers in the file, each with what a column has there."""
    texts = [gettext("row {row}", row=" + ".join(str(line + 1) for line in column.lines[at])) for at in rows]
    return enumerated([f"{text} ({column.cells[at]})" for text, at in zip(texts, rows, strict=True)], most=6)


def _choose_rows(columns: list[Column], labels: Labels, rows: Sequence[int], sheet: Sheet, desk: Desk) -> list[Column]:
    keys, lines = labels.keys, labels.unit.lines
    counts = Counter(keys[at] for at in rows)
    names = enumerated(list(dict.fromkeys(str(key[0]) for key, count in counts.items() if count > 1)))
    apart = (item for item in labels.groups if len({(keys[at], item.cells[at]) for at in rows}) == len(rows))
    telling = next(apart, None)

    def items(column: Column) -> bool:
        """Whether a column has what each unit was measured on: no unit has one twice, and units share them."""
        cells = [sheet.rows[lines[at][0]][column.at] for at in rows]
        pairs = set(zip([keys[at] for at in rows], cells, strict=True))
        return len(pairs) == len(rows) > len(set(cells))

    measured = next((item for item in labels.other if not item.parts and items(item)), None)
    default, why = "first", gettext("the first row of each is used")
    if measured is not None:
        default, why = "mean", gettext('column "{column}" tells them apart', column=measured.name)
    elif len(counts) * 2 <= len(rows):
        default, why = "mean", gettext("most units have several rows, like answers to a survey")
    if telling:
        default, why = "apart", gettext('the column "{column}" distinguishes them', column=telling.name)
    answer = desk.ask(
        Question(
            key="duplicates",
            text=gettext("{names}: in several rows; which counts?", names=names),
            default=default,
            why=why,
            options=("first", "last", "mean", *(["apart"] if telling else [])),
            about=gettext("several rows of {names}", names=names),
        )
    )
    if answer == "apart" and telling:
        return _named_by(where(columns, set(rows).__contains__), labels.unit.name, telling.name)
    kept: dict[Any, int] = {}
    for at in rows if answer != "last" else reversed(rows):
        kept.setdefault(keys[at], at)
    others = sorted({*rows} - {*kept.values()})
    if answer == "mean":
        joined: dict[Any, list[int]] = {}
        for at in rows:
            joined.setdefault(keys[at], []).extend(line + 1 for line in lines[at])
        shown = [f"{key[0]} ({', '.join(map(str, of))})" for key, of in joined.items() if len(of) > 1]
        desk.tell(gettext("rows put together"), enumerated(shown, most=6), gettext("their mean counts"))
        columns = [_averaged(item, keys, rows, kept) for item in columns]
    else:
        why = gettext("another row of the unit counts")
        desk.tell(gettext("rows left out"), _numbered(labels.unit, others), why)
        mark_rows(labels.unit, others, desk, why)
    return where(columns, set(kept.values()).__contains__)


def _averaged(column: Column, keys: Sequence[Any], rows: Sequence[int], kept: dict[Any, int]) -> Column:
    cells = list(column.cells)
    for key, at in kept.items():
        held = [column.cells[row] for row in rows if keys[row] == key and column.cells[row] is not None]
        if held and all(isinstance(cell, float) for cell in held):
            cells[at] = sum(held) / len(held)
    return evolve(column, cells=cells)


def _named_by(columns: list[Column], unit: str, group: str) -> list[Column]:
    """Units that share a name, with their group's after it."""
    cells_of = {item.name: item.cells for item in columns}
    counts = Counter(cells_of[unit])
    pairs = zip(cells_of[unit], cells_of[group], strict=True)
    cells = [f"{name} ({of})" if counts[name] > 1 else name for name, of in pairs]
    return [evolve(item, cells=cells) if item.name == unit else item for item in columns]
