"""COINr's iData and iMeta as a scenario."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from attrs import evolve, frozen
from hubrank.errors import did_you_mean
from hubrank.i18n import enumerated, joined
from hubrank.io.cells import NUMBER, YEAR, invalid_cells, is_gap, read_number, read_numbers
from hubrank.io.safe_input import check_archive, read_bytes
from hubrank.io.tables import read_table, require
from hubrank.io.toml import read_toml
from hubrank.io.write import temp_dir
from hubrank.plugin import FileProblem, Problem, ScenarioError, gettext, gettext_noop

from hubrank_output.interchange.framework import Element, Framework, check_names, column_of, problems_of

TYPES = ("Indicator", "Aggregate", "Group", "Denominator", "Other")
_REQUIRED = ("Level", "iCode", "Parent", "Direction", "Type", "Weight")
_TEXTS = ("iCode", "iName", "Parent", "Type", "Denominator", "Unit")
#: The names inside the zip that `hubrank export` writes.
DATA, META, METHODS = "iData.csv", "iMeta.csv", "methods.toml"


@frozen(kw_only=True)
class Entry(Element):
    """A row of iMeta, in `line` of the file: `code` is its iCode, `type` one of `TYPES`, `name` its iName or its code.

    `level` is 1 for indicators, more above; None if it is not in the tree.
    """

    line: int
    type: str
    level: int | None


def read_coinr(data: Path, meta: Path, methods: Path | None, year: int) -> Framework:
    """Read iData, one row per unit or per unit and year, and iMeta; a `ScenarioError` has every problem of both.

    `methods` is a TOML of tables that replace the defaults, `year` the edition if iData has no column `Time`.
    """
    entries, problems = _read_metadata(meta)
    groups = [entry.code for entry in entries if entry.type == "Group"]
    frame = None
    try:
        frame = read_table(data, texts=("uCode", "uName", *groups))
    except FileProblem as error:
        problems += problems_of(error, data, data.name)
    if frame is not None:
        problems += _unit_problems(frame, data.name)
        if entries:
            problems += _column_problems(frame, entries, data.name, meta.name)
    chosen = {} if methods is None else _read_methods(methods, problems)
    if problems or frame is None:
        raise ScenarioError(joined(item.name for item in (data, meta, methods) if item is not None), problems)
    framework = _framework(frame, entries, chosen, joined([data.name, meta.name]), year)
    if wrong := check_names([*framework.indicators, *framework.dimensions]):
        raise ScenarioError(meta.name, wrong)
    return framework


def read_coinr_zip(path: Path, year: int) -> Framework:
    """Read the pair, and the methods beside it, from the zip that `hubrank export` writes; else a `ScenarioError`."""
    try:
        packed = io.BytesIO(read_bytes(path))
        check_archive(packed, path.name, "unpacked_bytes", kind="a zip file that can be read")
        with zipfile.ZipFile(packed) as archive:
            content = {name: archive.read(name) for name in archive.namelist() if name in (DATA, META, METHODS)}
    except FileProblem as error:
        raise ScenarioError(path.name, problems_of(error, path)) from error
    if missing := [name for name in (DATA, META) if name not in content]:
        raise ScenarioError(path.name, [Problem("", f"does not contain {' or '.join(missing)}")])
    with temp_dir() as folder:
        for file, data in content.items():
            (folder / file).write_bytes(data)
        methods = folder / METHODS if METHODS in content else None
        return read_coinr(folder / DATA, folder / META, methods, year)


def _read_metadata(path: Path) -> tuple[list[Entry], list[Problem]]:
    try:
        frame = read_table(path, texts=_TEXTS)
        require(frame, path.name, _REQUIRED)
    except FileProblem as error:
        return [], problems_of(error, path, path.name)
    problems: list[Problem] = []
    rows = zip(frame.index, frame.to_dict("records"), strict=True)
    entries = [entry for line, row in rows if (entry := _entry(int(line), row, path.name, problems))]
    return entries, problems + _tree_problems(entries, path.name)


def _entry(line: int, row: dict[Any, Any], file: str, problems: list[Problem]) -> Entry | None:
    code, kind = _text(row["iCode"]), _text(row["Type"])

    def wrong(what: str, column: str) -> None:
        got = "nothing" if _is_missing(row[column]) else f'"{row[column]}"'
        problems.append(Problem(f"{code}.{column}", f"{what}; got {got}", line=line, file=file))

    if code is None:
        problems.append(Problem("iCode", "missing; every row of iMeta needs a code", line=line, file=file))
        return None
    if kind not in TYPES:
        wrong(f"must be one of {', '.join(TYPES)}", "Type")
        return None
    in_tree = kind in ("Indicator", "Aggregate")
    level, direction, weight = _whole(row["Level"]), _whole(row["Direction"]), read_number(row["Weight"])
    if in_tree and (level is None or level < 1):
        wrong("must be a whole number of at least 1", "Level")
    elif in_tree and (level == 1) != (kind == "Indicator"):
        what = "must be 1 for an indicator" if kind == "Indicator" else "must be above 1 for an aggregate"
        problems.append(Problem(f"{code}.Level", f"{what}; got {level}", line=line, file=file))
    if in_tree and direction not in (1, -1):
        wrong("must be 1 or -1", "Direction")
    if in_tree and (weight is None or weight < 0):
        wrong("must be a number of at least 0", "Weight")
    return Entry(
        line=line,
        code=code,
        type=kind,
        name=_text(row.get("iName")) or code,
        level=level if in_tree else None,
        parent=_text(row["Parent"]) if in_tree else None,
        direction=direction if direction in (1, -1) else 1,
        weight=weight if weight is not None else 1.0,
        denominator=_text(row.get("Denominator")),
    )


def _tree_problems(entries: Sequence[Entry], file: str) -> list[Problem]:
    by_code: dict[str, Entry] = {}
    problems: list[Problem] = []

    def wrong(entry: Entry, column: str, what: str) -> None:
        problems.append(Problem(f"{entry.code}.{column}", what, line=entry.line, file=file))

    for entry in entries:
        if entry.code in by_code:
            wrong(entry, "iCode", f"is already in line {by_code[entry.code].line}; codes must be unique")
        by_code.setdefault(entry.code, entry)
    aggregates = {entry.code for entry in entries if entry.type == "Aggregate"}
    parents = {entry.parent for entry in entries if entry.parent is not None}
    for entry in entries:
        if entry.parent is not None and entry.parent not in aggregates:
            what = "an aggregate" if entry.parent in by_code else "a code in iMeta"
            wrong(entry, "Parent", f"'{entry.parent}' is not {what}{did_you_mean(entry.parent, aggregates)}")
        elif entry.parent is not None:
            above = by_code[entry.parent].level
            if above is not None and entry.level is not None and above != entry.level + 1:
                what = f"'{entry.parent}' is at level {above}; a parent is one level up, {entry.level + 1}"
                wrong(entry, "Parent", what)
        if entry.type == "Aggregate" and entry.code not in parents:
            wrong(entry, "iCode", "has no members; no row has it as its parent")
    return problems + _top_problems(entries, file)


def _top_problems(entries: Sequence[Entry], file: str) -> list[Problem]:
    problems = [
        Problem(f"{entry.code}.Parent", "missing; every indicator needs a parent", line=entry.line, file=file)
        for entry in entries
        if entry.type == "Indicator" and entry.parent is None
    ]
    tops = [entry.code for entry in entries if entry.type == "Aggregate" and entry.parent is None]
    if not tops and entries:
        problems.append(Problem("Parent", "no aggregate without a parent, which would be the index", file=file))
    if len(tops) > 1:
        what = f"exactly one aggregate must have no parent; there are {', '.join(tops)}"
        problems.append(Problem("Parent", what, file=file))
    return problems


def _is_missing(value: Any) -> bool:
    """Whether R would call it missing: empty, or its own word for missing."""
    return is_gap(value) or value == "NA"


def _known(values: pd.Series) -> pd.Series:
    """A column with None for missing values, including R's."""
    return values.mask(values.map(_is_missing), None)


def _text(value: Any) -> str | None:
    return None if _is_missing(value) else str(value)


def _whole(value: Any) -> int | None:
    number = read_number(value)
    return int(number) if number is not None and number % 1 == 0 else None


def _read_methods(path: Path, problems: list[Problem]) -> Mapping[str, Any]:
    try:
        return read_toml(path).table
    except ScenarioError as error:
        problems += [evolve(item, file=path.name) for item in error.problems]
    return {}


def _unit_problems(frame: pd.DataFrame, file: str) -> list[Problem]:
    if "uCode" not in frame.columns:
        return [Problem("uCode", f"missing{did_you_mean('uCode', frame.columns)}", file=file)]
    keys = ["uCode", "Time"] if "Time" in frame.columns else ["uCode"]
    found = [("uCode", "missing; every unit needs a code", line) for line in _lines(frame, frame["uCode"].map(is_gap))]
    if "Time" in frame.columns:
        years = _known(frame["Time"])
        wrong = years.isna() | invalid_cells(years, read_numbers(years), YEAR)
        found += [("Time", YEAR.refusal(years[line]), line) for line in _lines(frame, wrong)]
    for line in _lines(frame, frame.duplicated(keys) & frame["uCode"].notna()):
        found.append(("uCode", f"a second row for {', '.join(str(frame[key][line]) for key in keys)}", line))
    return [Problem(where, what, line=line, file=file) for where, what, line in found]


def _column_problems(frame: pd.DataFrame, entries: Sequence[Entry], file: str, meta: str) -> list[Problem]:
    wanted = {entry.code: entry for entry in entries if entry.type != "Aggregate"}
    extra = [column for column in frame.columns if column not in (*wanted, "uCode", "uName", "Time")]
    absent = set(wanted) - set(frame.columns)
    problems = [
        Problem(code, f"iData has no such column{did_you_mean(code, extra)}", entry.line, meta)
        for code, entry in wanted.items()
        if code in absent
    ]
    problems += [Problem(column, f"iMeta has no row for it{did_you_mean(column, absent)}", 1, file) for column in extra]
    for entry in entries:
        if entry.denominator is not None and entry.denominator not in wanted:
            hint = did_you_mean(entry.denominator, [item.code for item in entries if item.type == "Denominator"])
            what = f"'{entry.denominator}' is not a code in iMeta{hint}"
            problems.append(Problem(f"{entry.code}.Denominator", what, entry.line, meta))
    for code, entry in wanted.items():
        if code in absent or entry.type not in ("Indicator", "Denominator"):
            continue
        values = _known(frame[code])
        if lines := _lines(values, invalid_cells(values, read_numbers(values), NUMBER)):
            what, more = NUMBER.refusal(values[lines[0]]), len(lines) - 1
            if more:
                what += f"; {more:,} more of its values {'is' if more == 1 else 'are'} not a number either"
            problems.append(Problem(code, what, lines[0], file))
    return problems


def _lines(rows: pd.DataFrame | pd.Series, wrong: Iterable[bool]) -> list[int]:
    return [int(line) for line, item in zip(rows.index, wrong, strict=True) if item]


def _framework(
    frame: pd.DataFrame, entries: Sequence[Entry], methods: Mapping[str, Any], files: str, year: int
) -> Framework:
    top = next(entry for entry in entries if entry.type == "Aggregate" and entry.parent is None)
    notes = _notes(frame, entries)
    years: Any = year
    if "Time" in frame.columns:
        years = read_numbers(frame["Time"]).astype(int)
    else:
        notes.append(gettext("iData has no column Time; {year} is assumed, --year sets another", year=year))
    frame = frame.assign(Time=years).sort_values("Time", kind="stable")
    codes = [entry.code for entry in entries if entry.type in ("Indicator", "Denominator")]
    values = {column_of(code): read_numbers(_known(frame[code])) for code in codes}
    figures = pd.DataFrame({"unit": frame["uCode"], "year": frame["Time"], **values})
    below = [evolve(entry, parent=None) if entry.parent == top.code else entry for entry in entries if entry is not top]
    above = sorted(below, key=lambda item: -(item.level or 0))
    return Framework(
        title=top.name,
        made_from=files,
        units=_units(frame, entries),
        figures=figures.sort_values(["unit", "year"], kind="stable", ignore_index=True),
        indicators=[entry for entry in below if entry.type == "Indicator"],
        dimensions=[entry for entry in above if entry.type == "Aggregate"],
        methods=methods,
        notes=notes,
    )


def _units(frame: pd.DataFrame, entries: Sequence[Entry]) -> pd.DataFrame:
    """One row per unit, from its newest row: its code, name, groups and whatever else iMeta allows."""
    newest = frame.drop_duplicates("uCode", keep="last").sort_values("uCode", kind="stable", ignore_index=True)
    columns = {"unit": newest["uCode"], "name": newest["uName"] if "uName" in newest.columns else newest["uCode"]}
    for entry in entries:
        if entry.type in ("Group", "Other"):
            name = f"{entry.code}_group" if entry.code in ("unit", "name") else entry.code
            columns[name] = _known(newest[entry.code])
    return pd.DataFrame(columns)


def _notes(frame: pd.DataFrame, entries: Sequence[Entry]) -> list[str]:
    notes = []
    for entry in entries:
        if entry.type == "Group":
            changing = frame.groupby("uCode")[entry.code].nunique(dropna=False) > 1
            if changing.any():
                note = gettext_noop("{column} changes over time for {units}; the newest value is used")
                units = enumerated(list(map(str, changing.index[changing])))
                notes.append(gettext(note, column=entry.code, units=units))
        if entry.type == "Aggregate" and entry.direction == -1:
            note = gettext_noop("{code}: the direction of an aggregate is ignored, as in COINr")
            notes.append(gettext(note, code=entry.code))
    return notes
