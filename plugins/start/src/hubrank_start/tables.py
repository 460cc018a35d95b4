"""Files, folders and pastes as tables, one or several, and which of them are another tool's."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from attrs import evolve
from hubrank.errors import fold_name, shorten_list
from hubrank.i18n import enumerated
from hubrank.infer.draft import InferredScenario
from hubrank.io.safe_input import is_file, is_folder, shorten
from hubrank.plugin import FileProblem, Problem, ScenarioError, UsageError, gettext, gettext_noop

from hubrank_start.desk import Desk
from hubrank_start.looking import Looked, look
from hubrank_start.proposing import proposed
from hubrank_start.scales import graded
from hubrank_start.sheet import Sheet, year_of
from hubrank_start.texts import json_sheet, parquet_sheet, text_sheet
from hubrank_start.workbooks import CALAMINE, OPENPYXL, workbook_sheets

TEXTS = (".csv", ".tsv", ".txt", ".tab", ".csv.gz", ".tsv.gz", ".md")
JSON, PARQUET = (".json", ".jsonl", ".ndjson", ".geojson"), (".parquet",)
ALL = (*OPENPYXL, *CALAMINE, *TEXTS, *JSON, *PARQUET)
#: Choices that name columns of figures, which then count even where they look like an earlier total.
_OF_FIGURES = ("weights", "direction", "indicators")


def files_of(table: str) -> list[Path]:
    """The files that a word of the command line names, or a `UsageError`; none for a paste."""
    if table == "-":
        return []
    path = Path(table)
    if is_folder(path):
        files = [item for item in sorted(path.iterdir()) if item.is_file() and item.name.lower().endswith(ALL)]
        files = [item for item in files if not item.name.startswith((".", "~$"))]
        if not files:
            raise UsageError(f"{table}: holds no table; read are {shorten_list(list(ALL), 30)}")
        return files
    if not is_file(path):
        raise UsageError(f"{shorten(table)}: file not found")
    if not path.name.lower().endswith((*ALL, ".coinr.zip")):
        raise UsageError(f"{path.name}: this kind of file is not read; read are {shorten_list(list(ALL), 30)}")
    return [path]


def sheets_of(path: Path, desk: Desk) -> list[Sheet]:
    """The sheets of a file, or a `FileProblem`; a file without sheets is one."""
    name = path.name.lower()
    if name.endswith((*OPENPYXL, *CALAMINE)):
        return workbook_sheets(path)
    if name.endswith(PARQUET):
        return [parquet_sheet(path)]
    read = json_sheet if name.endswith(JSON) else text_sheet
    return [read(path, desk.said("encoding"))]


def import_of(files: Sequence[Path], sheets: Mapping[str, Sequence[Sheet]]) -> tuple[tuple[str, ...], str] | None:
    """The words of `hubrank import` for files of another tool, by names of files and sheets, and its name; or none."""
    if len(files) == 1 and files[0].name.lower().endswith(".coinr.zip"):
        return ("coinr", str(files[0])), "COINr"
    by_name = {fold_name(item.name.removesuffix(item.suffix)): item for item in files if item.suffix.lower() == ".csv"}
    if len(files) == 1 and "idata" in by_name:
        beside = [item for item in files[0].parent.glob("*.csv") if fold_name(item.stem) == "imeta"]
        by_name |= {"imeta": beside[0]} if beside else {}
    if {"idata", "imeta"} <= set(by_name):
        return ("coinr", str(by_name["idata"]), str(by_name["imeta"])), "COINr"
    if len(files) == 1 and files[0].suffix.lower() in OPENPYXL:
        named = {item.name: item for item in sheets[files[0].name]}
        framework = named["Framework"].rows if {"Database", "Framework"} <= set(named) else ()
        if any(str(cell).lower() == "dimension/indicator" for row in framework for cell in row):
            return ("coin-tool", str(files[0])), gettext_noop("the COIN Tool")
    return None


def draft_of(path: Path, **choices: Any) -> InferredScenario:
    """What `hubrank start FILE --yes` makes of a file.

    Args:
        path: The file.
        **choices: Choices by the arguments of `hubrank.draft`, laid over what the file says.

    Raises:
        UsageError: This kind of file is not read.
        ScenarioError: The file holds no table, is another tool's, or the choices do not fit it.
    """
    files = files_of(str(path))
    unit = {"unit": choices.pop("unit")} if choices.get("unit") is not None else {}
    named = [choices.get(choice) for choice in _OF_FIGURES]
    wanted = {f"use.{name}": "yes" for names in named if isinstance(names, Mapping | list) for name in names}
    desk = Desk(answers=unit | wanted)
    with file_problems(path.name):
        sheets = {item.name: sheets_of(item, desk) for item in files}
        if found := import_of(files, sheets):
            words, tool = found
            raise FileProblem(f"is of {tool}; hubrank import {' '.join(words)} --output FOLDER makes a scenario of it")
        looked = looked_at(sheets, path.name, desk)
    if desk.wrong:
        raise ScenarioError(path.name, [Problem("", item) for item in desk.wrong])
    desk.answers = {key: desk.answers[key] for key in desk.used}
    if choices.get("dimensions"):
        looked = evolve(looked, figures=[evolve(item, dimension="") for item in looked.figures])
    result = proposed(looked, desk, None, path.name)
    return result.with_(**choices) if choices else result


def looked_at(sheets: Mapping[str, Sequence[Sheet]], source: str, desk: Desk, sheet: str | None = None) -> Looked:
    """The table of a file, of several side by side, or of sheets named after years; a `FileProblem` without one."""
    name, first = next(iter(sheets.items()))
    if len(sheets) > 1:
        looked = _looked_together(sheets, desk, source)
    else:
        yearly = _looked_by_year(first, desk, name) if sheet is None else None
        looked = yearly or look(first, desk, name, sheet)
    frame, figures, groups = graded(looked.frame, looked.figures, looked.groups, desk)
    return evolve(looked, frame=frame, figures=figures, groups=groups)


def _looked_together(files: Mapping[str, Sequence[Sheet]], desk: Desk, folder: str) -> Looked:
    """The figures of each unit (and year) of several files side by side."""
    looked: dict[str, Looked] = {}
    failed: list[tuple[str, str]] = []
    for file, sheets in files.items():
        try:
            looked[file] = look(sheets, desk, file)
        except FileProblem as error:
            failed += [(file, problem) for problem in error.problems]
    if not looked:
        raise FileProblem(*(problem for _, problem in failed))
    for file, problem in failed:
        desk.tell(gettext("files left out"), file, problem.removeprefix(f"{file}: "))
    (_, result), *others = looked.items()
    for file, table in others:
        result = _beside(result, table, file)
    desk.tell(gettext("files"), enumerated(list(looked)), gettext("joined by unit"))
    return evolve(result, title=folder)


def _looked_by_year(sheets: Sequence[Sheet], desk: Desk, file: str) -> Looked | None:
    """Sheets that are named after years, with the same units and figures, as one table; none where there are none."""
    named = {year: item for item in sheets if not item.hidden and (year := year_of(item.name)) is not None}
    years = sorted(year for year, item in named.items() if item.heads is not None)
    if len(years) < 2:  # one sheet is a table of its own
        return None
    looked = [look([named[year]], desk, file) for year in years]
    newest = looked[-1]
    figures = [{item.name: item for item in one.figures} for one in looked]
    if any(
        item.unit != newest.unit or item.year is not None or not figures[-1].keys() & columns.keys()
        for item, columns in zip(looked, figures, strict=True)
    ):
        return None
    desk.tell(gettext("years"), enumerated(list(map(str, years))), gettext("each on a sheet of its own"))
    merged = {name: item for columns in figures for name, item in columns.items()}
    frame = pd.concat([one.frame.assign(year=year) for one, year in zip(looked, years, strict=True)], ignore_index=True)
    return evolve(newest, frame=frame, year="year", edition=None, figures=list(merged.values()))


def _beside(one: Looked, other: Looked, file: str) -> Looked:
    taken = set(one.frame.columns)
    renamed = {item.name: f"{file.rsplit('.', 1)[0]}: {item.name}" for item in other.figures if item.name in taken}
    figures = [evolve(item, name=renamed.get(item.name, item.name)) for item in other.figures]
    keys = {other.unit: one.unit}
    if one.year is not None and other.year is not None:
        keys[other.year] = one.year
    right = other.frame.rename(columns=keys | renamed)
    names = {fold_name(str(unit)): unit for unit in one.frame[one.unit]}  # codes by how they or their names are spelt
    if one.name is not None:
        names |= dict(zip(map(fold_name, map(str, one.frame[one.name])), one.frame[one.unit], strict=True))
    right[one.unit] = [names.get(fold_name(str(item)), item) for item in right[one.unit]]
    if not set(right[one.unit]) & set(one.frame[one.unit]):
        raise FileProblem(f"{file}: none of its units is in the other files; each file needs the same names or codes")
    groups = [item for item in other.groups if item not in taken]
    extra = [other.year] if other.year is not None and one.year is None else []
    wanted = [*keys.values(), *extra, *groups, *(item.name for item in figures)]
    return evolve(
        one,
        frame=one.frame.merge(right[wanted], on=list(keys.values()), how="outer", sort=False),
        year=one.year or other.year,
        groups=[*one.groups, *groups],
        figures=[*one.figures, *figures],
    )


@contextlib.contextmanager
def file_problems(source: str) -> Iterator[None]:
    """Raise what is wrong with files as a `ScenarioError` of what they are called together."""
    try:
        yield
    except FileProblem as error:
        problems = [Problem("", what.removeprefix(f"{source}: ")) for what in error.problems]
        raise ScenarioError(source, problems) from error
