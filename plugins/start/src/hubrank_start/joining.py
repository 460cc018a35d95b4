"""Several tables as one: the sheets of a workbook, or files side by side."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from attrs import evolve
from hubrank.errors import fold_name
from hubrank.i18n import enumerated
from hubrank.io.dates import Date, date_in
from hubrank.plugin import FileProblem, gettext

from hubrank_start.choosing import wanted_figures, with_metadata
from hubrank_start.columns import Column
from hubrank_start.desk import Desk, Question
from hubrank_start.levels import together
from hubrank_start.looking import Looked, look
from hubrank_start.places import are_countries, known_places
from hubrank_start.sheet import FORMULA, WORDS, Sheet

#: The share of units, and that of columns, that two sheets must have in common at least.
_COMMON, _ALIKE = 0.5, 0.6
#: A year, or a part of one, in the name of a sheet.
_YEAR = re.compile(r"(?<!\d)(?:(?:19|20)\d\d)(?:[-/_](?:\d\d|Q[1-4]))?(?!\d)")
#: The column of sheets that are groups; the suffix of a column's name that another table has.
_GROUP, _OTHER = "sheet", " of the other"
#: The suffix of a copy's name.
_COPY = re.compile(r"\(\d+\)$|\b(?:copy|copie|copia|kopie|old|alt|backup|draft|raw)\b|副本|备份")


def folder_table(files: Mapping[str, Sequence[Sheet]], desk: Desk, folder: str) -> Looked:
    """The values of each unit (and year) of several files side by side; a `FileProblem` if none holds a table."""
    tables: dict[str, Looked] = {}
    failed: list[tuple[str, str]] = []
    for file, sheets in files.items():
        try:
            tables[file.rsplit(".", 1)[0]] = look(sheets, desk, file)
        except FileProblem as error:
            failed += [(file, problem) for problem in error.problems]
    if not tables:
        raise FileProblem(*(problem for _, problem in failed))
    for file, problem in failed:
        desk.tell(gettext("files left out"), file, problem.removeprefix(f"{file}: "))
    desk.tell(gettext("files"), enumerated(list(files)), gettext("joined by unit"))
    return evolve(_beside(tables, desk), title=folder)


def workbook_table(sheets: Sequence[Sheet], desk: Desk, file: str) -> Looked | None:
    """The sheets of dimensions, years or groups as one table; None if one of them is a table of its own."""
    seen = [item for item in sheets if not item.hidden and item.heads is not None and not _is_aside(item.name)]
    tables: dict[str, Looked] = {}
    desks: dict[str, Desk] = {}
    for sheet in seen if len(seen) > 1 else ():
        try:
            desks[sheet.name] = Desk(answers=desk.answers)
            tables[sheet.name] = look([sheet], desks[sheet.name], file)
        except FileProblem as error:
            if FORMULA in str(error):
                desk.tell(gettext("sheets not joined"), sheet.name, FORMULA)
    if len(tables) < 2:
        return None
    main = max(tables.values(), key=lambda table: table.frame.notna().to_numpy().sum())
    kinds = {name: _kind(main, table) for name, table in tables.items()}
    tables = {name: table for name, table in tables.items() if table is main or kinds[name]}
    others = [kinds[name] for name, table in tables.items() if table is not main]
    kind = _kind_of_all(tables, others, desk) if others else "one"
    if kind == "one":
        return None
    unlike = {"dimensions": "groups", "groups": "dimensions"}.get(kind)
    tables = {name: table for name, table in tables.items() if table is main or kinds[name] != unlike}
    for name in tables:
        desks[name].pass_on(desk)
    result = {"years": _by_year, "groups": _by_group, "dimensions": _by_dimension}[kind](tables, desk)
    rest = [item for item in sheets if item.name not in tables and item.rows]
    if rest:
        names = enumerated([item.name for item in rest])
        desk.tell(gettext("sheets not joined"), names, gettext("notes, weights, results or other tables"))
    titles = {table.title for table in tables.values()}
    cells = result.frame.astype(object).where(result.frame.notna(), None)
    figures = [evolve(item, cells=cells[item.name].tolist()) for item in result.figures]
    figures = wanted_figures(with_metadata(figures, rest, desk), desk)
    return evolve(
        result,
        title=titles.pop() if len(titles) == 1 or kind == "years" else file.rsplit(".", 1)[0],
        frame=result.frame.drop(columns={item.name for item in result.figures} - {item.name for item in figures}),
        figures=figures,
        beside=[line for table in tables.values() for line in table.beside],
    )


def _is_aside(name: str) -> bool:
    """Whether a sheet is named as notes, weights and results are."""
    return any(fold_name(word) in WORDS["aside"] for word in re.findall(r"[^\W\d_]+", name.casefold()))


def _units(table: Looked) -> set[str]:
    return set(map(fold_name, table.frame[table.unit].astype(str)))


def _known(table: Looked) -> set[str]:
    """The units by their codes and names."""
    return _units(table) | (set() if table.name is None else set(map(fold_name, table.frame[table.name].astype(str))))


def _bare(name: str) -> str:
    """A name without the year in it."""
    return " ".join(_YEAR.sub("", name).split()).strip(" -–,:_()") or name


def _columns(table: Looked) -> set[tuple[str, str]]:
    """The columns of values by name, ignoring the year in it, and by scale."""
    return {(fold_name(_bare(item.name)), item.scale.name if item.scale else "") for item in table.figures}


def _kind(main: Looked, other: Looked) -> str:
    """The relation of a sheet to the one with the most values: `same` units and columns; empty without either."""
    one, two = _columns(main), _columns(other)
    units = len(_known(main) & _known(other)) >= _COMMON * min(len(_units(main)), len(_units(other)))
    columns = len(one & two) >= _ALIKE * min(len(one), len(two))
    return "same" if units and columns else "dimensions" if units else "groups" if columns else ""


def _kind_of_all(tables: Mapping[str, Looked], kinds: Sequence[str], desk: Desk) -> str:
    """The relation of sheets, by the kind of each other beside the largest; asked about if it is unclear."""
    found = set(kinds)
    named = {_date(name) for name in tables}
    several = None not in named and len(named) > 1 and all(table.year is None for table in tables.values())
    whole, names = max(tables.values(), key=lambda table: len(table.frame)), enumerated(list(tables))
    default, why, clear = "dimensions", gettext("they have the same units"), found != {"same"}
    if several and found == {"same"}:
        default, why, clear = "years", gettext("their names are years"), True
    elif "groups" in found:
        default, why, clear = "groups", gettext("they have the same columns and other units"), found == {"groups"}
    elif any(_COPY.search(name.casefold()) for name in tables):
        default, why, clear = "one", gettext("some are named like copies"), False
    elif found == {"same"} and all(_units(whole) > _units(table) for table in tables.values() if table is not whole):
        default, why = "one", gettext("one of them has the units of all the others")
    elif all(len(table.figures) == 1 for table in tables.values()):
        clear = True
    if clear and "sheets" not in desk.answers:
        desk.tell(gettext("sheets {sheets}", sheets=names), gettext(default), why)
        return default
    question = Question(
        key="sheets",
        text=gettext(
            "what are the sheets {sheets}: dimensions, years, groups, or should only one be read?",
            sheets=enumerated(list(tables)),
        ),
        default=default,
        why=why,
        options=("dimensions", *(["years"] if several else []), "groups", "one"),
        about=gettext("sheets {sheets}", sheets=names),
    )
    return desk.ask(question)


def _date(name: str) -> Date | None:
    """The date in the name of a sheet."""
    found, whole = _YEAR.findall(name), date_in(name.replace("_", " "))
    return whole or (date_in(found[0]) or (int(found[0][:4]), 0, 0) if len(set(found)) == 1 else None)


def _by_series(tables: Mapping[str, Looked], desk: Desk) -> Mapping[str, Looked]:
    """The tables of dimensions, those of one name except the year as one."""
    series: dict[str, dict[str, Looked]] = {}
    for name, table in tables.items():
        series.setdefault(_bare(name), {})[name] = table
    if len(series) < 2 or any(len(item) < 2 or None in map(_date, item) for item in series.values()):
        return tables
    return {name: _by_year(item, desk) for name, item in series.items()}


def _by_year(tables: Mapping[str, Looked], desk: Desk) -> Looked:
    """The rows of all sheets, each of the year in its name; of a year that has several the newest."""
    order = sorted(tables, key=_order)
    by_year = {_order(name)[0]: tables[name] for name in order}
    if older := [name for name in order if tables[name] not in by_year.values()]:
        desk.tell(gettext("sheets not joined"), enumerated(older), gettext("the newest of each year counts"))
    for year in by_year:
        desk.tell(gettext("years"), str(year), gettext("each on a sheet of its own"))
    return evolve(_stacked(by_year, "year", desk), year="year", edition=None)


def _order(name: str) -> Date:
    return _date(name) or (0, 0, 0)


def _by_group(tables: Mapping[str, Looked], desk: Desk) -> Looked:
    """The rows of all sheets, each of the group in its name; units of one name have it as a suffix."""
    result = _stacked(tables, _GROUP, desk)
    frame, unit = result.frame, result.unit
    several = frame.groupby(unit)[_GROUP].nunique()
    twice = frame[unit].isin(several.index[several > 1])
    if twice.any():
        names = enumerated(list(dict.fromkeys(frame[unit][twice])))
        desk.tell(gettext("units of one name"), names, gettext("their sheets distinguish them"))
        for column in filter(None, (unit, result.name)):
            named = frame[column].astype(str) + " (" + frame[_GROUP] + ")"
            frame = frame.assign(**{column: frame[column].mask(twice, named)})
    years = [table.edition for table in tables.values() if table.edition is not None]
    return evolve(result, frame=frame, groups=[*result.groups, _GROUP], edition=max(years, default=None))


def _by_dimension(tables: Mapping[str, Looked], desk: Desk) -> Looked:
    """The values of each unit side by side, those of a sheet in a dimension of its name."""
    tables = _by_series(tables, desk)
    single = all(len(table.figures) == 1 for table in tables.values())
    several = _several(tables.values())
    result = {}
    for name, table in tables.items():
        named = {
            item.name: name if single else f"{name}: {item.name}" for item in table.figures if item.name in several
        }
        figures = [evolve(item, dimension="" if single else name) for item in table.figures]
        result[name] = _renamed(evolve(table, figures=figures), named)
    return _beside(result, desk)


def _several(tables: Iterable[Looked]) -> set[str]:
    """The names of columns whose values of a unit differ by table."""
    found: dict[tuple[str, str, object], float] = {}
    result = set()
    for table in tables:
        years = table.frame[table.year] if table.year else [None] * len(table.frame)
        for item in table.figures:
            for unit, year, figure in zip(table.frame[table.unit], years, table.frame[item.name], strict=True):
                if figure == figure and found.setdefault((item.name, fold_name(str(unit)), year), figure) != figure:
                    result.add(item.name)
    return result


def _renamed(table: Looked, names: Mapping[str, str]) -> Looked:
    """The table with other names of columns."""
    figures = [evolve(item, name=names.get(item.name, item.name)) for item in table.figures]
    year, name = (names.get(item, item) if item else None for item in (table.year, table.name))
    unit, frame = names.get(table.unit, table.unit), table.frame.rename(columns=names)
    return evolve(table, frame=frame, figures=figures, unit=unit, year=year, name=name)


def _stacked(tables: Mapping[Any, Looked], column: str, desk: Desk) -> Looked:
    """The rows of all tables below each other, with a column of the tables' names; columns as in the last."""
    *_, last = tables.values()
    columns: dict[str, list[Column]] = {}
    for item in (item for table in tables.values() for item in table.figures):
        columns.setdefault(fold_name(_bare(item.name)), []).append(item)
    names = {
        key: items[-1].name if len({fold_name(item.name) for item in items}) == 1 else _bare(items[-1].name)
        for key, items in columns.items()
    }
    frames = []
    for label, table in tables.items():
        named = {item.name: names[fold_name(_bare(item.name))] for item in table.figures} | {table.unit: last.unit}
        part = _renamed(table, named | ({table.name: last.name} if table.name and last.name else {}))
        frames.append(part.frame.assign(**{part.unit: _as_named(part, last, desk), column: label}))
    figures = [
        evolve(items[-1], name=names[key], scale=together(names[key], [item.scale for item in items]))
        for key, items in columns.items()
    ]
    groups = dict.fromkeys(group for table in tables.values() for group in table.groups)
    return evolve(last, frame=pd.concat(frames, ignore_index=True), figures=figures, groups=[*groups], read=())


def _as_named(table: Looked, first: Looked, desk: Desk) -> list[Any]:
    """The units of a table as another spells them, by its codes for their names, or as the same countries."""
    named = [] if first.name is None else zip(first.frame[first.name], first.frame[first.unit], strict=True)
    known = {fold_name(str(name)): unit for name, unit in named}
    known |= {fold_name(str(unit)): unit for unit in first.frame[first.unit]}
    units = table.frame[table.unit]
    keys = [fold_name(str(unit)) for unit in units]
    if table.name is not None:
        others = map(fold_name, table.frame[table.name].astype(str))
        keys = [other if key not in known else key for key, other in zip(keys, others, strict=True)]
    spelt_as = {code: unit for code, unit in zip(_countries(first), first.frame[first.unit], strict=True) if code}
    codes = _countries(table)
    pairs = [
        (unit, known.get(key, spelt_as.get(code, unit))) for unit, key, code in zip(units, keys, codes, strict=True)
    ]
    unlike = [(str(unit), str(spelt)) for unit, spelt in pairs if unit != spelt]
    if differing := [f"{unit} = {spelt}" for unit, spelt in unlike if fold_name(unit) == fold_name(spelt)]:
        why = gettext("equal except for case, spaces, accents or punctuation")
        desk.tell(gettext("names of units"), enumerated(list(dict.fromkeys(differing))), why)
    return [spelt for _, spelt in pairs]


def _countries(table: Looked) -> list[str]:
    """The alpha-3 code of each row's unit; empty unless the units are certainly countries."""
    column = table.name or table.unit
    names = [str(name) for name in table.frame[column]]
    different = list(dict.fromkeys(names))
    known = known_places(different) if are_countries(different, column) == (True, "") else {}
    return [known.get(name, "") for name in names]


def _beside(tables: Mapping[str, Looked], desk: Desk) -> Looked:
    """The values of each unit (and year) of several tables; a `FileProblem` if one shares no unit with others."""
    (_, result), *others = tables.items()
    for name, table in others:
        result = _with(result, table, name, desk)
    everyone = dict.fromkeys(result.frame[result.unit])
    for name, table in tables.items():
        there = set(_as_named(table, result, Desk(answers={})))
        if lacking := [str(unit) for unit in everyone if unit not in there]:
            desk.tell(
                gettext("units missing in {table}", table=name),
                enumerated(lacking),
                gettext("they have no values in it"),
            )
    years = sorted({table.edition for table in tables.values() if table.edition is not None})
    if len(years) > 1:
        why = gettext("the tables are of {years}", years=enumerated(list(map(str, years))))
        desk.tell(gettext("year"), gettext("all rows count for {year}", year=years[-1]), why)
    return evolve(result, edition=years[-1] if years and result.year is None else None, read=())


def _with(one: Looked, other: Looked, name: str, desk: Desk) -> Looked:
    """A table with the values of another beside its own; those that are the same in both count once."""
    other = evolve(other, frame=other.frame.assign(**{other.unit: _as_named(other, one, desk)}))
    if not set(other.frame[other.unit]) & set(one.frame[one.unit]):
        raise FileProblem(f"{name}: none of its units is in the other files; each file needs the same names or codes")
    keys = {other.unit: one.unit}
    if one.year is not None and other.year is not None:
        keys[other.year] = one.year
    other = _renamed(other, keys)
    on = list(keys.values())
    both = one.frame.merge(other.frame, on=on, suffixes=("", _OTHER))
    twice = [item.name for item in other.figures if item.name in one.frame]
    same = [item for item in twice if both[item].equals(both[item + _OTHER])]
    if same:
        desk.tell(gettext("columns not used"), enumerated(same), gettext("they are the same in several tables"))
    other = evolve(other, figures=[item for item in other.figures if item.name not in same])
    other = _renamed(other, {item: f"{name}: {item}" for item in twice if item not in same})
    groups = [item for item in other.groups if item not in one.frame]
    extra = [other.year] if other.year is not None and one.year is None else []
    wanted = [*on, *extra, *groups, *(item.name for item in other.figures)]
    frame = one.frame.merge(other.frame[wanted], on=on, how="outer", sort=False)
    labels = [item for item in (one.name, *one.groups, *groups) if item is not None]
    if labels:  # of years that one table alone has
        frame[labels] = frame.groupby(one.unit)[labels].transform("first")
    if one.name is not None:
        names = dict(zip(other.frame[one.unit], other.frame[other.name or one.unit], strict=True))
        frame[one.name] = frame[one.name].fillna(frame[one.unit].map(names))
    return evolve(
        one,
        frame=frame,
        year=one.year or other.year,
        groups=[*one.groups, *groups],
        figures=[*one.figures, *other.figures],
    )
