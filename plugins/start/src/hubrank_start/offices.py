"""Files of statistical offices, recognised by headings, as rows by unit and year and columns by series."""

import itertools
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from attrs import evolve
from hubrank.errors import fold_name
from hubrank.i18n import enumerated
from hubrank.plugin import gettext, gettext_noop

from hubrank_start.desk import Desk, Question
from hubrank_start.marks import INDICATOR, LEFT, Mark
from hubrank_start.pivots import is_total
from hubrank_start.places import is_group
from hubrank_start.sheet import WORDS, Heads, Sheet, blank, clean, filled, row_kind

_LAYOUTS = tomllib.loads(Path(__file__).with_name("offices.toml").read_text(encoding="utf-8"))
_ROLES: Mapping[str, str] = {head: role for role, heads in _LAYOUTS["roles"].items() for head in heads}
_BEGINNINGS = {head[:-1]: role for head, role in _ROLES.items() if head.endswith("*")}
_TOTALS, _ANNUAL = _LAYOUTS["total"]["values"], _LAYOUTS["total"]["years"]
#: Columns of series that say nothing if they never change.
_ASIDE = ("measure", "subject")
#: The meanings of marks on values; other marks, except those for normal values, are reported unchanged.
_FLAGS: Mapping[str, str] = {
    "b": gettext_noop("break in the series"),
    "d": gettext_noop("another definition"),
    "e": gettext_noop("estimated"),
    "f": gettext_noop("forecast"),
    "i": gettext_noop("imputed"),
    "p": gettext_noop("provisional"),
    "r": gettext_noop("revised"),
    "s": gettext_noop("estimated"),
    "u": gettext_noop("unreliable"),
}
_USUAL = ("", "a", "normal value", "official figure")
#: The name of the row of marks below each of INSEE's series.
_MARKS = "Codes"
#: A heading that is a year; a value followed by marks, as Eurostat writes it; an identifier of a flow.
_YEAR_HEAD = re.compile(r"((?:19|20)\d\d)(?: ?\[YR\d{4}\]|年|-?[QMST]?\d{1,2})?")
_MARKED = r"(?P<value>:|[-+]?\d[\d.,]*) ?(?P<marks>[a-z]{1,4})"
_LAST_YEAR = r".*(?<!\d)((?:19|20)\d\d)(?!\d)"
_FLOW = re.compile(r"^(?:[\w.]++:)?(?:\w++@)?(\w++)\([\d.]++\)")
#: A line above the table that names its only series, as China's office writes it.
_NAMED = re.compile(r"指标[:：]\s*+(.+)")
#: The number of lines searched for the heading, and its fewest columns, more than a title has.
_LINES, _FEW = 20, 3
#: The marks of columns, by their role.
_KINDS = {"code": "unit", "name": "name", "label": "name", "year": "year", "years": INDICATOR, "value": INDICATOR}
_KINDS |= {"series": "series", "dimension": "series", "measure": "measure", "dataset": "title"}
#: The kinds of Eurostat's codes, by their length.
_LEVELS = {2: gettext_noop("countries"), 3: "NUTS 1", 4: "NUTS 2", 5: "NUTS 3"}


def flat(sheet: Sheet, desk: Desk) -> tuple[Sheet, Heads] | None:
    """The sheet of an office as rows of units and years below a head and units of measure; None if it is another."""
    sheet = _as_text(sheet)
    found = _layout(sheet)
    if found is None:
        return None
    office, head = found
    columns = _columns(sheet.rows[head], office)
    dated = columns["year"] or not office.get("dated", True)
    is_whole = (columns["code"] or columns["name"]) and (columns["years"] or (dated and columns["value"]))
    figures = _figures(sheet, head, columns) if is_whole else pd.DataFrame()
    dimensions = [column for column in figures if column.startswith("=")]
    has_figures = any(figures[column].str.fullmatch(r"-?\d+[.,]\d+").any() for column in dimensions)
    if figures.empty or has_figures or (office.get("plain") and dimensions):
        return None
    place, shown = (columns["code"] or columns["name"])[0], columns["years"] or columns["value"]
    there = [row[place] for row in sheet.rows[head + 1 :] if any(row[at] not in (None, "") for at in shown)]
    codes = dict.fromkeys(str(cell) for cell in there if not blank(cell))
    if lost := [code for code in codes if code not in set(figures["code"])]:
        desk.tell(gettext("rows left out"), enumerated(lost), gettext("no values"))
    above = [str(cell) for row in sheet.rows[:head] for cell in filled(row) if not row_kind(cell)]
    titles = [item for item in (*figures["dataset"].unique(), *above) if len(item) > _FEW]
    title = next((found[1] for item in titles if (found := _NAMED.fullmatch(item))), titles[0] if titles else "")
    called = str(sheet.rows[head][columns["value"][0]]) if columns["value"] else ""
    value = title or (sheet.name if fold_name(called) in ("", "obsvalue") else called)
    figures["series"] = figures["series"].where(figures["series"] != "", value)
    shown = gettext("a file of {office}", office=office["name"]) if office["name"] else gettext("a row for each value")
    desk.tell(gettext("table"), shown, gettext("as the headings indicate"))
    below = [at for at in range(int(figures["line"].max()) + 1, len(sheet.rows)) if filled(sheet.rows[at])]
    marks = desk.marks_of(sheet.name)
    marks.columns |= dict.fromkeys(range(len(sheet.rows[head])), Mark(LEFT, why=gettext("about the values")))
    marks.columns |= {at: Mark(kind) for role, kind in _KINDS.items() for at in columns[role]}
    marks.rows |= dict.fromkeys(range(head), Mark("title")) | {head: Mark("head")} | dict.fromkeys(below, Mark("below"))

    def kept(rest: pd.DataFrame, why: str) -> pd.DataFrame:
        """The rest of the values; the lines that have none of it are marked with the reason."""
        marks.rows |= dict.fromkeys({*figures["line"]} - {*rest["line"]}, Mark(LEFT, why=why))
        return rest

    figures = kept(_without_groups(figures, desk), gettext("totals and groups, not units"))
    if office.get("levels"):
        figures = kept(_of_one_level(figures, desk), gettext("a place of another level"))
    figures = kept(_of_single_figures(figures, dimensions, desk), gettext("a part of a total"))
    _tell_marks(figures, desk)
    rows = _rows(figures, str(sheet.rows[head][(columns["code"] or columns["name"])[0]]), desk)
    heads = Heads(head=0, above=(), rows=range(3, len(rows)), extra={"measure": 1, "code": 2}, below=below)
    return evolve(sheet, name=title, rows=rows, merged={}, odd={}), heads


def describes_series(sheet: Sheet) -> bool:
    """Whether a sheet describes the World Bank's series, whose topics are no dimensions."""
    heads = {fold_name(str(cell)) for cell in sheet.rows[0]} if sheet.rows else set()
    return {"code", "licensetype", "indicatorname"} <= heads


def _as_text(sheet: Sheet) -> Sheet:
    """Eurostat's spreadsheet in the form of its text: facts above the table as columns, marks after the values."""
    for at, (row, below) in enumerate(itertools.pairwise(sheet.rows[:_LINES])):
        years = [column for column, cell in enumerate(row) if _year_of_head(cell)]
        if not years or fold_name(str(row[0])) != "time" or not fold_name(str(below[0])).startswith("geo"):
            continue
        facts = [held for line in sheet.rows[:at] if len(held := filled(line)) == 2]
        rows = [[*(str(name) for name, _ in facts), "geo", "Geopolitical entity", *(row[column] for column in years)]]
        for line in sheet.rows[at + 2 :]:
            marks = [None if column + 1 in years else cell for column, cell in enumerate([*line[1:], None])]
            cells = [
                f"{'' if line[column] is None else line[column]} {marks[column] or ''}".strip() for column in years
            ]
            rows.append([*(value for _, value in facts), line[0], line[years[0] - 1], *cells])
        return evolve(sheet, rows=rows, odd={})
    return sheet


def _layout(sheet: Sheet) -> tuple[Mapping[str, Any], int] | None:
    """The office whose headings are in one of the first rows, and that row."""
    for at, row in enumerate(sheet.rows[:_LINES]):
        keys = {fold_name(str(cell)) for cell in row if not blank(cell)}
        keys |= {f"@{_role(key)}" for key in keys} | {"@name" for key in keys if key in WORDS["unit"]}
        keys |= {"@coded" for code, text in itertools.pairwise(map(str, row)) if _is_label(code, text)}
        across = any(map(_year_of_head, row))
        for office in _LAYOUTS["office"] if len(keys) >= _FEW else ():
            if across == office.get("across", False) and all(keys & {*item.split()} for item in office["heads"]):
                return office, at
    return None


def _year_of_head(cell: Any) -> str:
    found = _YEAR_HEAD.fullmatch(str(cell).strip())
    return found[1] if found else ""


def _columns(row: Sequence[Any], office: Mapping[str, Any]) -> dict[str, list[int]]:
    """Positions of columns by role; `label` are those with the texts for the codes in the column before them."""
    result: dict[str, list[int]] = {role: [] for role in (*_LAYOUTS["roles"], "years", "dimension", "label")}
    heads = ["" if blank(cell) else str(cell) for cell in row]
    for at, text in enumerate(heads):
        before = heads[at - 1] if at else ""
        key = fold_name(text)
        if _year_of_head(text):
            role = "years"
        elif not text:  # UNdata's column of names has no head
            role = "label" if _role(fold_name(before)) == "name" else "aside"
        else:
            role = "value" if key == office.get("value") else _role(key)
            own = role not in ("dimension", "aside", "name") and role != _role(fold_name(before))
            coded = before != "" and not own and _role(fold_name(before)) != "alone"
            role = "label" if coded and _is_label(before, text) else role
            role = "dimension" if role == "name" and result["name"] else role
        result[role].append(at)
    if not result["code"] and not result["name"]:
        result["name"] = [at for at in result["dimension"] if fold_name(heads[at]) in WORDS["unit"]][:1]
        result["dimension"] = [at for at in result["dimension"] if at not in result["name"]]
    return result


def _role(key: str) -> str:
    begun = (role for beginning, role in _BEGINNINGS.items() if key.startswith(beginning))
    return _ROLES.get(key) or next(begun, "dimension")


def _is_label(code: str, text: str) -> bool:
    """Whether a head names in words the column that the head before it names by its code."""
    bare = re.sub(r"code(?: ?\([^()]*\))?$", "", code, flags=re.IGNORECASE)
    if bare != code and fold_name(bare) == re.sub("label$", "", fold_name(text)):
        return True
    one_case, cases = code in (code.upper(), code.lower()), text in (text.upper(), text.lower())
    return one_case and not cases and not re.search(r"[ .]", code)


def _figures(sheet: Sheet, head: int, columns: Mapping[str, Sequence[int]]) -> pd.DataFrame:
    """A row for each value, with columns for its attributes.

    These are the `line`, `code` and `name` of the place, `year` (0 if there is none), `period`, `value`, `marks`,
    `series` and its `key`, `measure`, `dataset`, and the dimensions, whose names begin with `=`.
    """
    raw = pd.DataFrame(sheet.rows[head + 1 :], dtype=object)
    raw = raw.map(lambda cell: "" if blank(cell) and cell != ":" else cell)
    heads = [str(cell) for cell in sheet.rows[head]]

    def words(at: int) -> pd.Series:
        """A column in the words of the one beside it, where there are any."""
        own = raw[at].map(str)
        label = raw[at + 1].map(str) if at + 1 in columns["label"] else own
        return label.where(label != "", own)

    def joined(role: str) -> pd.Series:
        """The columns of a role in one text."""
        held = [words(at) for at in columns[role] if fold_name(heads[at]) not in _ASIDE or raw[at].nunique() > 1]
        held = held or [words(at) for at in columns[role]]
        texts = [", ".join(filter(None, row)) for row in zip(*held, strict=True)] if held else ""
        return pd.Series(texts, index=raw.index, dtype=object)

    coded = [at for at in columns["series"] if raw[at].nunique() > 1]
    places = [*columns["code"][:1], *columns["name"][:1]]
    facts = pd.DataFrame(
        {
            "line": raw.index + head + 1,
            "code": raw[places[0]].map(str),
            "name": words(places[-1]),
            "series": joined("series"),
            "key": raw[coded[0]].map(str) if len(coded) == 1 and coded[0] + 1 in columns["label"] else "",
            "measure": joined("measure"),
            "dataset": joined("dataset").map(lambda text: _FLOW.sub(r"\1", text)),
        }
        | {f"={heads[at]}": words(at) for at in columns["dimension"]}
    )
    multiplier = joined("multiplier")
    is_told = ~multiplier.str.fullmatch(r"\d*|[Uu]nits", na=True)
    facts["measure"] = facts["measure"].where(~is_told, facts["measure"] + ", " + multiplier)
    if columns["years"]:
        parts = [facts.assign(period=heads[at], value=raw[at], marks="") for at in columns["years"]]
    else:
        value = raw[columns["value"][0]]
        period = raw[columns["year"][0]].map(str) if columns["year"] else "0000"
        parts = [facts.assign(period=period, value=value, marks=joined("status"))]
    result = pd.concat(parts, ignore_index=True)
    marked = result["value"].map(str).str.extract(rf"^{_MARKED}$")
    result["value"] = result["value"].where(marked["value"].isna(), marked["value"]).replace({":": ""})
    result["marks"] = result["marks"].where(marked["marks"].isna(), marked["marks"])
    result["year"] = result["period"].str.extract(_LAST_YEAR)[0] if columns["year"] or columns["years"] else "0"
    result = result[~result["code"].isin(("", _MARKS)) & result["year"].notna() & (result["value"] != "")]
    return result.assign(year=result["year"].astype(int)).reset_index(drop=True)


def _without_groups(figures: pd.DataFrame, desk: Desk) -> pd.DataFrame:
    names = figures.drop_duplicates("code")
    found = {item for item in (*names["code"], *names["name"]) if is_group(item) or is_total(item)}
    left = figures["code"].isin(found) | figures["name"].isin(found)
    if left.all():  # they are compared with each other
        return figures
    if left.any():
        shown = enumerated(list(dict.fromkeys(figures.loc[left, "name"])))
        desk.tell(gettext("rows left out"), shown, gettext("totals and groups, not units"))
    return figures[~left]


def _of_one_level(figures: pd.DataFrame, desk: Desk) -> pd.DataFrame:
    """The values of countries or of regions, where the file has several levels of NUTS."""
    length = figures["code"].str.len().where(figures["code"].str.fullmatch("[A-Z]{2}[A-Z0-9]{0,3}"), 0)
    counts = figures.groupby(length)["code"].nunique()
    counts = counts[[item for item in counts.index if item in _LEVELS]].sort_values(ascending=False, kind="stable")
    if len(counts) < 2:
        return figures
    names = {gettext(_LEVELS[item]): item for item in counts.index}
    answer = desk.ask(
        Question(
            key="level",
            text=gettext("the file has places of several levels; which are the units?"),
            default=next(iter(names)),
            why=gettext("most places are of it"),
            options=tuple(names),
            about=gettext("level of the units"),
        )
    )
    return figures[length == names[answer]]


def _of_single_figures(figures: pd.DataFrame, dimensions: Sequence[str], desk: Desk) -> pd.DataFrame:
    """One value for each unit, year and series: of a dimension its total, or each value as a series of its own."""
    for column in (*dimensions, "measure"):
        values = figures.groupby("series")[column].transform("nunique")
        if (values < 2).all():
            continue
        several = figures[values > 1]
        name = column.removeprefix("=")
        options = list(dict.fromkeys(several[column]))
        folded = {fold_name(item): item for item in reversed(options)} if column != "measure" else {}
        wanted = _ANNUAL if re.match("fre[qc]", fold_name(name)) else _TOTALS
        total = next((folded[item] for item in wanted if item in folded), None)
        key = f"dimension.{name}"
        if total is None or key in desk.answers:
            answer = desk.ask(
                Question(
                    key=key,
                    text=gettext("{column} has {values}; which counts?", column=name, values=enumerated(options, 6)),
                    default="apart" if total is None else total,
                    why=gettext("it has no total, so each becomes an indicator"),
                    options=("apart", *options),
                    about=gettext('column "{column}"', column=name),
                )
            )
        else:
            answer = total
            others = enumerated([item for item in options if item != total], 6)
            desk.tell(name, total, gettext("all together; left out: {values}", values=others))
        has = figures[figures[column] == answer].groupby("series").size()
        kept = (values < 2) | (figures[column] == answer) | ~figures["series"].isin(has.index)
        figures = figures[kept].copy()
        apart = figures.groupby("series")[column].transform("nunique") > 1
        figures["series"] = figures["series"].where(~apart, figures["series"] + ", " + figures[column])
        figures["key"] = figures["key"].where(~apart, "")
    return figures


def _tell_marks(figures: pd.DataFrame, desk: Desk) -> None:
    marks = figures["marks"].map(str)
    counts = marks[~marks.str.lower().isin(_USUAL)].value_counts()
    for mark, count in counts.items():
        meant = ", ".join(dict.fromkeys(gettext(_FLAGS[item]) for item in str(mark).lower() if item in _FLAGS))
        where = figures.loc[marks == mark]
        example = where.iloc[-1]
        of = f"{example['name']} {example['year'] or ''}".strip()
        why = gettext("such as {unit}; used as they are", unit=of)
        shown = f"{mark} ({meant}): {count}" if meant and len(str(mark)) < _FEW else f"{mark}: {count}"
        desk.tell(gettext("marks of values"), shown, why)


def _rows(figures: pd.DataFrame, head: str, desk: Desk) -> list[list[Any]]:
    """A head, units of measure and the units by year; of several values of a year the last counts."""
    last = figures.sort_values("period", kind="stable").drop_duplicates(["code", "year", "series"], keep="last")
    if left := len(figures) - len(last):
        shown = gettext("{count} values left out", count=left)
        desk.tell(gettext("several values of a year"), shown, gettext("the last of each year counts"))
    figures = last
    series = list(dict.fromkeys(figures.sort_index()["series"]))
    of_series = figures.drop_duplicates("series").set_index("series")
    distinct = ~of_series["key"].duplicated(keep=False)
    table = figures.pivot(index=["code", "year"], columns="series", values="value")[series]
    names = figures.drop_duplicates("code").set_index("code")["name"]
    order = {code: at for at, code in enumerate(dict.fromkeys(figures.sort_index()["code"]))}
    table = table.sort_index(key=lambda level: level.map(order) if level.name == "code" else level)
    numbers = all(map(str.isdecimal, names.index))  # of the UN, or of an office's own
    coded, named = not numbers and any(names.index != names), any(names.index != names)
    dated = ["year"] if figures["year"].any() else []
    labels = ["code" if numbers and not named else head, *(["name"] if coded else []), *dated]
    rows = [[*labels, *series]]
    for facts in (of_series["measure"], of_series["key"].where(distinct, "")):
        rows.append([*[None] * len(labels), *(facts[item] or None for item in series)])
    for (code, year), cells in zip(table.index, table.to_numpy(), strict=True):
        held = [None if blank(cell) or cell != cell else clean(cell) for cell in cells]
        places = [code, names[code]] if coded else [names[code]]
        rows.append([*places, *([int(year)] if dated else []), *held])
    return rows
