"""Files, folders and pastes as tables, one or several, and which of them are another tool's."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve, frozen
from hubrank.errors import fold_name, shorten_list
from hubrank.infer.draft import InferredScenario
from hubrank.io.addresses import path_at
from hubrank.io.safe_input import is_file, is_folder, missing
from hubrank.plugin import FileProblem, Problem, ScenarioError, UsageError, gettext_noop

from hubrank_start.desk import Desk
from hubrank_start.joining import folder_table, workbook_table
from hubrank_start.looking import Looked, look
from hubrank_start.proposing import proposed
from hubrank_start.scales import graded
from hubrank_start.sheet import Sheet
from hubrank_start.texts import json_sheet, parquet_sheet, text_sheet
from hubrank_start.workbooks import CALAMINE, OPENPYXL, workbook_sheets

TEXTS = (".csv", ".tsv", ".txt", ".tab", ".csv.gz", ".tsv.gz", ".md")
JSON, PARQUET = (".json", ".jsonl", ".ndjson", ".geojson"), (".parquet",)
ALL = (*OPENPYXL, *CALAMINE, *TEXTS, *JSON, *PARQUET)
#: Choices that name columns of values, which then count even where they look like an earlier total.
_OF_FIGURES = ("weights", "direction", "indicators")


def files_of(table: str) -> list[Path]:
    """The files that a word of the command line names, or a `UsageError`; none for a paste."""
    if table == "-":
        return []
    path = path_at(table)
    if is_folder(path):
        files = [item for item in sorted(path.iterdir()) if item.is_file() and item.name.lower().endswith(ALL)]
        files = [item for item in files if not item.name.startswith((".", "~$"))]
        if not files:
            raise UsageError(f"{table}: contains no table; supported: {shorten_list(list(ALL), 30)}")
        return files
    if not is_file(path):
        raise UsageError(missing(path))
    if not path.name.lower().endswith((*ALL, ".coinr.zip")):
        raise UsageError(f"{path.name}: this file type is not supported; supported: {shorten_list(list(ALL), 30)}")
    return [path]


def sheets_of(path: Path, desk: Desk) -> list[Sheet]:
    """The sheets of a file, or a `FileProblem`; a file without sheets is one."""
    name = path.name.lower()
    if name.endswith((*OPENPYXL, *CALAMINE)):
        return workbook_sheets(path)
    if name.endswith(PARQUET):
        return [parquet_sheet(path)]
    read = json_sheet if name.endswith(JSON) else text_sheet
    return [read(path, desk.flag("encoding"))]


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
    """The draft that `hubrank start FILE --yes` makes of a file.

    Args:
        path: The file.
        **choices: Choices by the arguments of `hubrank.draft`, which replace those of the file.

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
            raise FileProblem(
                f"is a file of {tool}; hubrank import {' '.join(words)} --output FOLDER creates a scenario from it"
            )
        looked = looked_at(sheets, path.name, desk)
    if desk.wrong:
        raise ScenarioError(path.name, [Problem("", item) for item in desk.wrong.values()])
    desk.answers = {key: desk.answers[key] for key in desk.used}
    if choices.get("dimensions"):
        looked = evolve(looked, figures=[evolve(item, dimension="") for item in looked.figures])
    result = proposed(looked, desk, None, path.name)
    return result.with_(**choices) if choices else result


@frozen(kw_only=True, eq=False)
class Reading:
    """A table read with some answers, the questions asked meanwhile, and the draft of it."""

    desk: Desk
    looked: Looked
    draft: InferredScenario


def read_with(
    sheets: Mapping[str, Sequence[Sheet]], source: str, desk: Desk, sheet: str | None = None, weights: str | None = None
) -> Reading:
    """The table of files, by their names, as it is read with the answers of a desk; a `FileProblem` if there is none.

    Args:
        sheets: The sheets of each file.
        source: A common name for messages.
        desk: Has the answers, and keeps the questions.
        sheet: The sheet that counts, by default the one with the most values.
        weights: `eq`, `pca`, or a file of weights.
    """
    return read_on(looked_at(sheets, source, desk, sheet), source, desk, weights)


def read_on(looked: Looked, source: str, desk: Desk, weights: str | None = None) -> Reading:
    """The reading of a table that was looked through at a desk; only answers of the draft matter from here on."""
    return Reading(desk=desk, looked=looked, draft=proposed(looked, desk, weights, source))


def looked_at(sheets: Mapping[str, Sequence[Sheet]], source: str, desk: Desk, sheet: str | None = None) -> Looked:
    """The table of a file, of several side by side, or of sheets that belong together; a `FileProblem` without one."""
    name, first = next(iter(sheets.items()))
    if len(sheets) > 1:
        looked = folder_table(sheets, desk, source)
    else:
        looked = (workbook_table(first, desk, name) if sheet is None else None) or look(first, desk, name, sheet)
    frame, figures, groups = graded(looked.frame, looked.figures, looked.groups, desk)
    return evolve(looked, frame=frame, figures=figures, groups=groups)


@contextlib.contextmanager
def file_problems(source: str) -> Iterator[None]:
    """Raise the errors of files as one `ScenarioError` under a common name."""
    try:
        yield
    except FileProblem as error:
        problems = [Problem("", what.removeprefix(f"{source}: ")) for what in error.problems]
        raise ScenarioError(source, problems) from error
