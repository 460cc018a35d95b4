"""Which sheet and columns count, and the facts in sheets of metadata."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve
from hubrank.errors import did_you_mean, fold_name, shorten_list, without_accents
from hubrank.i18n import enumerated, listed
from hubrank.io.limits import whole_number
from hubrank.io.table_layout import meant_by
from hubrank.plugin import FileProblem, gettext, gettext_noop

from hubrank_start.columns import Column, facts_of
from hubrank_start.desk import Desk, Question
from hubrank_start.marks import GROUP, INDICATOR, LEFT, Mark, leave, mark
from hubrank_start.pivots import summing_columns
from hubrank_start.scales import is_mark
from hubrank_start.sheet import FORMULA, WORDS, Sheet, blank, filled, is_missing, letters, numeric, row_kind
from hubrank_start.units import year_column, year_in_head

#: The share of a table's indicators that another sheet must name to describe them.
_MOSTLY = 0.5
#: A rank, and words that may be beside it in its heading.
_RANK = re.compile(r"[=#t]?\s?(\d{1,6})(?:\.0)?(?:st|nd|rd|th|\.|=|\+|er?|º|ª)?(?:\s?[-–]\s?=?\d+)?", re.IGNORECASE)
_OF_ALL = re.compile(r"\b(?:world|global|overall|national|current|previous|prev|last year|(?:19|20)\d\d)\b")
#: Headings of columns of errors of values.
_ERROR = re.compile(
    r"\b(?:margins? of error|standard (?:errors?|deviations?)|st(?:an)?d\.? ?dev|confidence (?:intervals?|limits?)"
    r"|(?:\d\d ?% ?|lower |upper )ci|ci (?:lower|upper))\b",
    re.IGNORECASE,
)
#: Headings of those of another column: `income_se`, `score std`.
_ERROR_OF = re.compile(r"(.+?) ?(?:se|std|sd|stderr|moe|ci|error)", re.IGNORECASE)
#: Headings of columns of codes and of numbered things, such as `ZIP Code`, `Cod. INE`, `Area Number`.
_CODE = re.compile(
    r"\b(?:id|code|codigo|codice|cod|zip|phone|fips|geoid|ags|siren|siret|kennziffer|schlussel|telefon"
    r"|(?:area|ward|district|phone|tract|account) number)\W*$"
    r"|^(?:id|_id|code|codigo|codice|cod|zip|fips|telefon|phone)\b(?! violation)|^(?:ward|precinct|tract)$"
)
#: The possible kinds of a column of metadata, in terms of `row_kind`.
_KINDS = (gettext_noop("weight"), gettext_noop("direction"), gettext_noop("measure"), gettext_noop("dimension"))


def chosen_sheet(sheets: Sequence[Sheet], wanted: str | None, desk: Desk, file: str) -> Sheet:
    """The sheet that is wanted, else that with the most values; a `FileProblem` if it has no table."""

    def figures(sheet: Sheet) -> int:
        return -1 if sheet.heads is None else sum(numeric(cell) for row in sheet.rows for cell in row)

    named = {item.name: item for item in sheets}
    if wanted is not None and wanted not in named:
        raise FileProblem(f"{file}: has no sheet '{wanted}'{did_you_mean(wanted, named)}")
    seen = [item for item in sheets if not item.hidden] or list(sheets)
    alone = seen[0] if len(seen) == 1 else None
    sheet = named[wanted] if wanted is not None else alone or max(seen, key=figures, default=None)
    if sheet is None or not sheet.rows:
        raise FileProblem(f"{file}: is empty")
    if found := [f"{letters(at)}{row + 1}" for (row, at), what in sheet.odd.items() if what == FORMULA]:
        raise FileProblem(
            f'{file}: sheet "{sheet.name}", {shorten_list(found, most=6)}: {FORMULA}; open the workbook in a '
            "spreadsheet program and save it, then start again"
        )
    if sheet.heads is None:
        raise FileProblem(
            f"{file}: no table was found; a table has names of columns in one row and below it a row for each "
            "unit, with its name and values"
        )
    if others := [item for item in sheets if item is not sheet and any(map(filled, item.rows))]:
        names = enumerated(
            [gettext('"{sheet}" (hidden)', sheet=item.name) if item.hidden else f'"{item.name}"' for item in others]
        )
        why = gettext_noop("it has the most values; not read: {sheets}")
        if wanted is not None:
            why = gettext_noop("not read: {sheets}")
        desk.tell(gettext("sheet"), f'"{sheet.name}"', gettext(why, sheets=names))
    for what, shown, why in sheet.notes:
        desk.tell(what, shown, why)
    sheet = _with_row("head", gettext("headings"), sheet, desk)
    return _without_hidden(_with_row("dimensions", gettext("dimensions"), sheet, desk), desk)


def _with_row(kind: str, what: str, sheet: Sheet, desk: Desk) -> Sheet:
    """The sheet, whose row of names or of dimensions the user says, by its number from 1: `head`, or `head.SHEET`."""
    key = next((key for key in (f"{kind}.{sheet.name}", kind) if key in desk.answers), "")
    if not key:
        return sheet
    answer = desk.flag(key)
    row = whole_number(answer) or 0
    headed = evolve(sheet, **{kind: row - 1})
    if not 0 < row <= len(sheet.rows) or not filled(sheet.rows[row - 1]) or headed.heads is None:
        of = "names" if kind == "head" else kind
        desk.wrong[key] = f"{key}={answer}: must be the number of a row of {of}, with rows of values below it"
        return sheet
    desk.tell(what, gettext("row {row}", row=row), gettext("your answer"))
    return headed


def _without_hidden(sheet: Sheet, desk: Desk) -> Sheet:
    """The sheet without its hidden rows and columns, unless they are to be read, or nothing is left without them."""
    rows = [at for at in sorted(sheet.hidden_rows) if at <= len(sheet.rows) and filled(sheet.rows[at - 1])]
    columns = [at for at in sorted(sheet.hidden_columns) if filled(row[at] for row in sheet.rows if at < len(row))]
    if sheet.hidden:
        shown = gettext('"{sheet}" was read', sheet=sheet.name)
        desk.tell(gettext("hidden sheet"), shown, gettext("no other sheet holds a table"))
    if not rows and not columns:
        return sheet
    places = [gettext("row {row}", row=at) for at in rows]
    places += [gettext("column {column}", column=letters(at)) for at in columns]
    named = enumerated(places)
    question = Question(
        key="hidden",
        text=gettext("the workbook hides {places}; read or leave out?", places=named),
        default="leave out",
        why=gettext("hidden cells are usually not part of the table"),
        options=("read", "leave out"),
        about=gettext("hidden {places}", places=named),
    )
    cells = [
        [None if at in rows or column in columns else cell for column, cell in enumerate(row)]
        for at, row in enumerate(sheet.rows, start=1)
    ]
    visible = evolve(sheet, rows=cells)
    if visible.heads is None or desk.ask(question) == "read":
        return sheet
    marks, hidden = desk.marks_of(sheet.name), Mark(LEFT, why=gettext("hidden"))
    marks.rows |= {at - 1: hidden for at in rows}
    marks.columns |= dict.fromkeys(columns, hidden)
    return visible


def as_told(columns: Sequence[Column], desk: Desk) -> list[Column]:
    """The columns in the roles that the user says they have: `unit=NAME`, and `use.NAME` for others.

    Columns of values that are left out otherwise still count where the roles of others are found.
    """
    year, unit = year_column(columns), desk.answers.get("unit", "")
    result = []
    for item in columns:
        question = _use_of(item)
        key = desk.answer_to(question.key)
        said = None if key is None else question.accepted(desk.answers[key])
        apart = item is year or not item.is_figures or is_point(item) or year_in_head(item.name)
        if fold_name(unit) == fold_name(item.name):
            result.append(evolve(item, role="unit"))
        elif said in ("year", "name", GROUP, "yes"):
            role = INDICATOR if desk.ask(question) == "yes" else str(said)
            result.append(_in_role(item, role, key or "", desk))
        elif said == "no" and apart:
            desk.ask(question)
            mark([item], LEFT, desk, gettext("your answer"))
        else:
            result.append(item)
    return result


def _use_of(column: Column) -> Question:
    return Question(
        key=f"use.{column.name}",
        text=gettext("{column}: does it count as an indicator?", column=column.name),
        default="yes",
        why=gettext("your answer"),
        options=("yes", "no", "year", "name", GROUP),
        about=gettext("{column} as an indicator", column=column.name),
    )


def _in_role(column: Column, role: str, key: str, desk: Desk) -> Column:
    """The column in a role, or without it where its cells are nothing of the kind."""
    result = evolve(column, role=role)
    if role == INDICATOR and not result.is_figures:
        desk.wrong[key] = f"{key}: the column holds no numbers"
    elif role == "year" and year_column([result]) is None:
        desk.wrong[key] = f"{key}: the column holds something other than years and dates"
    else:
        return result
    return column


def without_ranks(columns: Sequence[Column], desk: Desk) -> list[Column]:
    """The columns without those that number rows, are ranks, or show how other columns changed; reports them."""
    number, rank = gettext("it numbers the rows"), gettext("a rank is an earlier result")
    ranks = [item for item in columns if _is_rank(item)]
    ranks += [item for item in columns if ranks and fold_name(item.name) in WORDS["change"]]
    left = {item: number for item in columns if _numbers_rows(item)} | dict.fromkeys(ranks, rank)
    left = {item: why for item, why in left.items() if not item.role}
    for why in dict.fromkeys(left.values()):
        leave([item for item, reason in left.items() if reason == why], why, desk)
    return [item for item in columns if item not in left]


def _ranks(column: Column) -> list[int]:
    """The numbers of a column of ranks such as `=3`, `3rd` or `101-150`; None if a cell is no rank."""
    found = []
    for cell in column.cells:
        if not blank(cell) and not is_missing(cell):
            if (rank := _RANK.fullmatch(str(cell))) is None:
                return []
            found.append(int(rank[1]))
    return found


def _numbers_rows(column: Column) -> bool:
    called = fold_name(column.name) in WORDS["numbering"] or column.name.startswith(("column ", "Unnamed"))
    held = sorted(_ranks(column)) if called else []
    return bool(held) and held in (list(range(1, len(held) + 1)), list(range(len(held))))


def _is_rank(column: Column) -> bool:
    name = column.name.casefold()
    called = fold_name(_OF_ALL.sub("", name)) in WORDS["rank"]
    among = re.search(rf"\b(?:{'|'.join(WORDS['rank'])})\b", name)
    held = _ranks(column) if called or among else []
    return bool(held) and (called or max(held) <= len(held))


def wanted_figures(figures: Sequence[Column], desk: Desk) -> list[Column]:
    """The values without earlier totals and sizes of units, which are asked about."""
    twice = [*_counted_twice(figures, desk)]
    figures = [item for item in figures if item not in twice]
    return [item for item in figures if not _is_no_indicator(item, figures, desk)]


def without_descriptions(figures: Sequence[Column], columns: Sequence[Column], desk: Desk) -> list[Column]:
    """The values without those that describe models, such as their size and price, unless they are to count."""
    words = {word for item in columns for word in re.findall("[a-z0-9]+", item.name.casefold())}
    if not words.intersection(WORDS["leaderboard"]):
        return list(figures)
    told = [item for item in figures if _bare_key(item) in WORDS["describing"] and item.weight is None]
    told = [item for item in told if desk.answer_to(f"use.{item.name}") is None]
    if len(told) == len(figures):
        return list(figures)
    leave(told, gettext("it describes a model and is no achievement of it"), desk)
    return [item for item in figures if item not in told]


def _bare_key(column: Column) -> str:
    """A column's name without what is in brackets or behind a comma, as lists of words have it."""
    return fold_name(re.sub(r"\((?:[^()]|\([^()]*\))*+\)|\[[^\[\]]*\]|, .*| in .*", "", column.name))


def _counted_twice(figures: Sequence[Column], desk: Desk) -> Iterator[Column]:
    """Columns that add others up, unless they are to count."""
    added = [item for item in figures if item.scale is None]  # no sum of levels is a level
    for column, (parts, why) in summing_columns(added).items() if added else ():
        named = enumerated([item.title or item.name for item in parts])
        question = Question(
            key=f"use.{column.name}",
            text=gettext("{column} is computed from {parts}; does it count as well?", column=column.name, parts=named),
            default="no",
            why=why,
            options=("no", "yes"),
            about=gettext("{column} as an indicator", column=column.name),
        )
        if desk.ask(question) == "no":
            mark([column], LEFT, desk, why)
            yield column


def _is_no_indicator(column: Column, figures: Sequence[Column], desk: Desk) -> bool:
    count, words = len(figures), column.name.replace("_", " ")
    key = _bare_key(column)
    of_another = _ERROR_OF.fullmatch(words)
    is_error = _ERROR.search(words) is not None or (
        of_another is not None and any(fold_name(item.name) == fold_name(of_another[1]) for item in figures)
    )
    is_code = _is_code(column)
    is_aside = key in WORDS["size"] or is_error or is_code
    usual = not (is_aside or key in WORDS["result"]) or column.weight is not None or is_mark(column)
    if (usual or count <= (1 if is_aside else 2)) and desk.answer_to(f"use.{column.name}") is None:
        return False
    question = _use_of(column)
    if not usual:
        text, why = _doubt(key, is_error, is_code)
        text = gettext(text, column=column.name)
        question = evolve(question, text=text, default="no", why=why, options=("no", "yes"))
    if desk.ask(question) != "no":
        return False
    mark([column], LEFT, desk, question.why)
    return True


def _doubt(key: str, is_error: bool, is_code: bool) -> tuple[str, str]:
    """The question about a column that is probably no indicator, and the reason."""
    if key in WORDS["result"]:
        text = gettext_noop("{column} looks like an earlier result; does it count as an indicator?")
        return text, gettext("an earlier result is not a measurement")
    if is_error:
        text = gettext_noop("{column} looks like the error of a value; does it count as an indicator?")
        return text, gettext("the error of a value is not an achievement")
    if is_code:
        text = gettext_noop("{column} looks like a code; does it count as an indicator?")
        return text, gettext("whole numbers that all differ, and its name says so")
    text = gettext_noop("{column} looks like the size of a unit; does it count as an indicator?")
    return text, gettext("the size of a unit is not an achievement")


def _is_code(column: Column) -> bool:
    """Whether a column holds numbers that are names, by its head and its cells."""
    if not _CODE.search(without_accents(column.name.casefold())):
        return False
    held = filled(column.cells)
    return len(set(held)) == len(held) and all(isinstance(cell, float) and cell.is_integer() for cell in held)


def is_point(column: Column) -> bool:
    """Whether a column holds latitudes or longitudes."""
    return any(fold_name(column.name) == key or meant_by(key, [column.name]) for key in ("lat", "lon"))


def with_metadata(figures: Sequence[Column], sheets: Sequence[Sheet], desk: Desk) -> list[Column]:
    """The columns of values with the facts in other sheets, where the table itself has none."""
    result = list(figures)
    for sheet in sheets:
        kinds, facts = _metadata(sheet, {fold_name(item.name) for item in figures}, desk)
        if kinds:
            why = gettext('the sheet "{sheet}" has them for each indicator', sheet=sheet.name)
            desk.tell(gettext("weights and the like"), listed(map(gettext, kinds)), why)
            result = [_with(item, facts.get(fold_name(item.name), {})) for item in result]
    return result


def _metadata(sheet: Sheet, names: set[str], desk: Desk) -> tuple[Sequence[str], Mapping[str, Mapping[str, Any]]]:
    """The kinds of facts about indicators in a sheet, and the facts; None if there are none."""

    def names_them(rows: Sequence[Sequence[Any]], at: int) -> bool:
        found = {fold_name(str(row[at])) for row in rows if not blank(row[at])}
        return bool(names) and len(found & names) >= max(1, _MOSTLY * len(names))

    for line, row in enumerate(sheet.rows):
        kinds = {at: kind for at, cell in enumerate(row) if (kind := row_kind(cell)) in _KINDS}
        below = sheet.rows[line + 1 :]
        key = next((at for at in range(len(row)) if kinds and at not in kinds and names_them(below, at)), None)
        if key is not None:
            marks = desk.marks_of(sheet.name)
            marks.rows[line] = Mark("head")
            marks.columns |= {at: Mark(kind) for at, kind in kinds.items()} | {key: Mark("series")}
            facts = {
                fold_name(str(item[key])): {kind: item[at] for at, kind in kinds.items() if not blank(item[at])}
                for item in below
                if not blank(item[key])
            }
            return list(dict.fromkeys(kinds.values())), facts
    kind = row_kind(sheet.name)  # such as `Weights`, with a name and a value in each row
    if kind in _KINDS and sheet.rows and names_them(sheet.rows, 0):
        desk.marks_of(sheet.name).columns |= {0: Mark("series"), 1: Mark(kind)}
        held = [(row[0], filled(row[1:])) for row in sheet.rows if not blank(row[0])]
        return [kind], {fold_name(str(name)): {kind: values[0]} for name, values in held if values}
    return (), {}


def _with(column: Column, cells: Mapping[str, Any]) -> Column:
    facts = facts_of(cells)
    return evolve(
        column,
        weight=column.weight if column.weight is not None else facts["weight"],
        direction=column.direction or facts["direction"],
        dimension=facts["dimension"] or column.dimension,
        measure=column.measure or facts["measure"],
    )
