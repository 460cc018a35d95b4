"""COINr's iData and iMeta as a framework."""

from __future__ import annotations

import functools
import io
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomli
from hubrank import FileProblem, Problem, ScenarioError, gettext, gettext_noop
from hubrank.errors import did_you_mean
from hubrank.i18n import enumerated, library_message
from hubrank.io.cells import NUMBER, YEAR, invalid_cells, is_gap, read_numbers
from hubrank.io.safe_input import check_archive, read_bytes
from hubrank.io.tables import read_table
from hubrank.io.write import temp_dir

from hubrank_output.interchange.coinr_metadata import Entry, known, read_metadata
from hubrank_output.interchange.framework import Element, Framework, check_names, column_of

if TYPE_CHECKING:
    import pandas as pd

_OWN = ("uCode", "uName", "Time")
#: The names inside the zip that `hubrank export` writes.
DATA, META, METHODS = "iData.csv", "iMeta.csv", "methods.toml"


def read_coinr(data: Path, meta: Path, methods: Path | None, year: int) -> Framework:
    """Read an index of COINr.

    Args:
        data: iData: a row a unit, or a row a unit and year where `Time` differs.
        meta: iMeta.
        methods: A TOML of tables that replace what the scenario would choose otherwise.
        year: The edition, where iData has no column `Time`.

    Raises:
        ScenarioError: Every problem of both files, with its line.
    """
    entries, problems = read_metadata(meta)
    groups = [entry.code for entry in entries if entry.type == "Group"]
    frame, found = _read_data(data, groups)
    problems += found
    if frame is not None:
        problems += _unit_problems(frame, data.name)
        if entries:
            problems += _column_problems(frame, entries, data.name, meta.name)
    chosen, found = _read_methods(methods)
    problems += found
    if problems or frame is None:
        files = [each.name for each in (data, meta, methods) if each is not None]
        raise ScenarioError(_and(files), problems)
    framework = _framework(frame, entries, chosen, _and([data.name, meta.name]), year)
    if wrong := check_names(framework.indicators, framework.dimensions):
        raise ScenarioError(meta.name, wrong)
    return framework


def _and(files: Sequence[str]) -> str:
    """Two files or more, in one text."""
    first, *others = files
    return functools.reduce(lambda made, name: gettext("{first} and {second}", first=made, second=name), others, first)


def read_coinr_zip(path: Path, year: int) -> Framework:
    """Read the pair, and the methods beside it, from the zip that `hubrank export` writes.

    Raises:
        ScenarioError: It is no such zip, or its files have problems.
    """
    try:
        packed = io.BytesIO(read_bytes(path))
        check_archive(packed, path.name, "unpacked_bytes", kind="a zip file that can be read")
        with zipfile.ZipFile(packed) as archive:
            content = {name: archive.read(name) for name in archive.namelist() if name in (DATA, META, METHODS)}
    except FileProblem as error:
        problems = [Problem("", each.removeprefix(f"{path.name}: ")) for each in error.problems]
        raise ScenarioError(path.name, problems) from error
    missing = [name for name in (DATA, META) if name not in content]
    if missing:
        raise ScenarioError(
            path.name,
            [Problem("", f"does not contain {missing[0]}{'' if len(missing) == 1 else f' or {missing[-1]}'}")],
        )
    with temp_dir() as folder:
        for file, data in content.items():
            (folder / file).write_bytes(data)
        methods = folder / METHODS if METHODS in content else None
        return read_coinr(folder / DATA, folder / META, methods, year)


def _read_data(path: Path, groups: Sequence[str]) -> tuple[pd.DataFrame | None, list[Problem]]:
    try:
        return read_table(path, texts=("uCode", "uName", *groups)), []
    except FileProblem as error:
        return None, [Problem("", each.removeprefix(f"{path.name}: "), file=path.name) for each in error.problems]


def _read_methods(path: Path | None) -> tuple[Mapping[str, Any], list[Problem]]:
    if path is None:
        return {}, []
    try:
        return tomli.loads(path.read_text(encoding="utf-8")), []
    except OSError as error:
        return {}, [Problem("", f"cannot be read: {library_message(error)}", file=path.name)]
    except UnicodeDecodeError:
        return {}, [Problem("", "is not UTF-8; save it as UTF-8", file=path.name)]
    except tomli.TOMLDecodeError as error:
        return {}, [Problem("", library_message(error.msg), line=error.lineno, file=path.name)]


def _unit_problems(frame: pd.DataFrame, file: str) -> list[Problem]:
    if "uCode" not in frame.columns:
        return [Problem("uCode", f"missing{did_you_mean('uCode', frame.columns)}", file=file)]
    problems = [
        Problem("uCode", "missing; every unit needs a code", line=line, file=file)
        for line in _lines(frame, frame["uCode"].map(is_gap))
    ]
    keys = ["uCode"]
    if "Time" in frame.columns:
        keys.append("Time")
        years = known(frame["Time"])
        problems += [
            Problem("Time", YEAR.refusal(years[line]), line=line, file=file)
            for line in _lines(frame, years.isna() | invalid_cells(years, read_numbers(years), YEAR))
        ]
    problems += [
        Problem("uCode", f"a second row for {_row(frame, keys, line)}", line=line, file=file)
        for line in _lines(frame, frame.duplicated(keys) & frame["uCode"].notna())
    ]
    return problems


def _row(frame: pd.DataFrame, keys: Sequence[str], line: int) -> str:
    return ", ".join(str(frame[key][line]) for key in keys)


def _column_problems(frame: pd.DataFrame, entries: Sequence[Entry], file: str, meta: str) -> list[Problem]:
    wanted = {entry.code: entry for entry in entries if entry.type != "Aggregate"}
    problems = [
        Problem(
            code,
            f"iData has no such column{did_you_mean(code, _others(frame, wanted))}",
            entry.line,
            meta,
        )
        for code, entry in wanted.items()
        if code not in frame.columns
    ]
    problems += [
        Problem(
            column,
            f"iMeta has no row for it{did_you_mean(column, set(wanted) - set(frame.columns))}",
            1,
            file,
        )
        for column in _others(frame, wanted)
    ]
    for entry in entries:
        if entry.denominator is not None and entry.denominator not in wanted:
            hint = did_you_mean(entry.denominator, [each.code for each in entries if each.type == "Denominator"])
            what = f"'{entry.denominator}' is not a code in iMeta{hint}"
            problems.append(Problem(f"{entry.code}.Denominator", what, entry.line, meta))
    for code, entry in wanted.items():
        if code in frame.columns and entry.type in ("Indicator", "Denominator"):
            problems += _number_problems(frame[code], code, file)
    return problems


def _others(frame: pd.DataFrame, wanted: Collection[str]) -> list[str]:
    """Columns that iMeta does not describe."""
    return [column for column in frame.columns if column not in wanted and column not in _OWN]


def _number_problems(values: pd.Series, code: str, file: str) -> list[Problem]:
    told = known(values)
    lines = _lines(told, invalid_cells(told, read_numbers(told), NUMBER))
    if not lines:
        return []
    others = ""
    if more := len(lines) - 1:
        others = f"; {more:,} more of its values {'is' if more == 1 else 'are'} not a number either"
    return [Problem(code, f"{NUMBER.refusal(told[lines[0]])}{others}", lines[0], file)]


def _lines(rows: pd.DataFrame | pd.Series, wrong: Iterable[bool]) -> list[int]:
    """The lines in the file of the rows that are wrong."""
    return [int(line) for line, each in zip(rows.index, wrong, strict=True) if each]


def _framework(
    frame: pd.DataFrame, entries: Sequence[Entry], methods: Mapping[str, Any], files: str, year: int
) -> Framework:
    top = next(entry for entry in entries if entry.type == "Aggregate" and entry.parent is None)
    notes = _notes(frame, entries)
    if "Time" not in frame.columns:
        note = gettext("iData has no column Time; {year} is assumed, --year sets another", year=year)
        notes = (*notes, note)
    years = read_numbers(frame["Time"]).astype(int) if "Time" in frame.columns else year
    frame = frame.assign(Time=years).sort_values("Time", kind="stable")
    columns = [entry.code for entry in entries if entry.type in ("Indicator", "Denominator")]
    values = {column_of(code): read_numbers(known(frame[code])) for code in columns}
    figures = type(frame)({"unit": frame["uCode"], "year": frame["Time"], **values})
    return Framework(
        title=top.name,
        made_from=files,
        units=_units(frame, entries),
        figures=figures.sort_values(["unit", "year"], kind="stable", ignore_index=True),
        indicators=tuple(_element(entry, top.code) for entry in entries if entry.type == "Indicator"),
        dimensions=tuple(
            _element(entry, top.code)
            for entry in sorted(entries, key=lambda each: -(each.level or 0))
            if entry.type == "Aggregate" and entry is not top
        ),
        methods=methods,
        notes=notes,
    )


def _element(entry: Entry, top: str) -> Element:
    return Element(
        code=entry.code,
        name=entry.name,
        weight=entry.weight,
        parent=None if entry.parent == top else entry.parent,
        direction=entry.direction,
        denominator=entry.denominator if entry.type == "Indicator" else None,
    )


def _units(frame: pd.DataFrame, entries: Sequence[Entry]) -> pd.DataFrame:
    """A row a unit, from its newest row: its code, name, groups and whatever else iMeta lets through."""
    newest = frame.drop_duplicates("uCode", keep="last").sort_values("uCode", kind="stable", ignore_index=True)
    columns = {"unit": newest["uCode"], "name": newest["uName"] if "uName" in newest.columns else newest["uCode"]}
    for entry in entries:
        if entry.type in ("Group", "Other"):
            values = newest[entry.code]
            taken = entry.code in ("unit", "name")
            columns[f"{entry.code}_group" if taken else entry.code] = known(values)
    return type(frame)(columns)


def _notes(frame: pd.DataFrame, entries: Sequence[Entry]) -> tuple[str, ...]:
    notes = []
    for entry in entries:
        if entry.type == "Group":
            changing = frame.groupby("uCode")[entry.code].nunique(dropna=False) > 1
            if changing.any():
                names = enumerated([str(code) for code in changing.index[changing]])
                note = gettext_noop("{column} changes over time for {units}; the newest value is used")
                notes.append(gettext(note, column=entry.code, units=names))
        if entry.type == "Aggregate" and entry.direction == -1:
            note = gettext_noop("{code}: the direction of an aggregate is ignored, as in COINr")
            notes.append(gettext(note, code=entry.code))
    return tuple(notes)
