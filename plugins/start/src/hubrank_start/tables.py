"""Files, folders and pastes as tables, one or several, and which of them are another tool's."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from attrs import evolve, frozen
from hubrank.errors import fold_name, shorten_list
from hubrank.infer.column_roles import OF_COLUMNS, unknown_columns
from hubrank.infer.draft import InferredScenario, errors_in
from hubrank.io.addresses import path_at
from hubrank.io.safe_input import is_file, is_folder, missing
from hubrank.plugin import FileProblem, Problem, ScenarioError, UsageError, gettext, gettext_noop

from hubrank_start.desk import Desk
from hubrank_start.joining import folder_table, workbook_table
from hubrank_start.looking import Looked, look
from hubrank_start.marks import GROUP
from hubrank_start.proposing import proposed
from hubrank_start.scales import graded
from hubrank_start.sheet import CALAMINE, OPENPYXL, Sheet
from hubrank_start.texts import frame_sheet, json_sheet, parquet_sheet, text_sheet

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
        from hubrank_start.workbooks import workbook_sheets

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


def draft_of(what: Path | pd.DataFrame, source: str = "", **choices: Any) -> InferredScenario:
    """The draft that `hubrank start TABLE --yes` makes of a table.

    Args:
        what: A file, or a frame of pandas.
        source: A frame's name in messages.
        **choices: Choices by the arguments of `hubrank.draft`, which replace those of the table.

    Raises:
        UsageError: This kind of file is not read.
        ScenarioError: There is no table, it is another tool's, or the choices do not fit it.
    """
    desk, source = Desk(answers=_answers(what, choices)), source or what.name
    with file_problems(source):
        if isinstance(what, Path):
            sheets = {item.name: sheets_of(item, desk) for item in files_of(str(what))}
            if found := import_of([what], sheets):
                words, tool = found
                raise FileProblem(
                    f"is a file of {tool}; hubrank import {' '.join(words)} --output FOLDER creates a scenario from it"
                )
        else:
            sheets = {source: [frame_sheet(what)]}
        looked = looked_at(sheets, source, desk)
    columns = [*dict.fromkeys(item.name for item in (*looked.read, *looked.figures))]
    known = columns if isinstance(what, Path) else [*dict.fromkeys((*map(str, what.columns), *columns))]
    problems = unknown_columns({key: item for key, item in choices.items() if key != "doubt"}, known)
    problems += [Problem("", item) for item in desk.wrong.values() if not problems]
    if problems:
        raise ScenarioError(source, problems)
    counted = [key.removeprefix("use.") for key, said in desk.answers.items() if said == "yes"]
    named = {gettext("{column} as an indicator", column=name) for name in counted}  # by choices, which tell enough
    desk.notes = [note for note in desk.notes if note[0] not in named]
    desk.answers = {key: item for key, item in desk.answers.items() if key in desk.used or key == "year"}
    figures = list(looked.figures)
    beside = [item for item in figures if item.name in errors_in(choices)]
    if (wanted := choices.get("indicators")) is not None:
        figures = [item for item in figures if item.name in wanted]
    if choices.get("dimensions"):
        figures = [evolve(item, dimension="") for item in figures]
    groups = looked.groups if choices.get("groups") is None else choices["groups"]
    title = gettext("Ranking") if looked.title == source and not isinstance(what, Path) else looked.title
    looked = evolve(looked, figures=[item for item in figures if item not in beside], groups=groups, title=title)
    others = {key: item for key, item in choices.items() if key not in OF_COLUMNS}
    return proposed(looked, desk, None, source, beside=[item.name for item in beside], said=others)


def _answers(what: Path | pd.DataFrame, choices: Mapping[str, Any]) -> dict[str, str]:
    """What choices say of columns, in the form of answers; columns that choices name count, whatever they look like."""
    year = choices.get("year")
    said = {f"use.{name}": "no" for name in choices.get("exclude") or ()}
    said |= {f"use.{name}": GROUP for name in choices.get("groups") or ()}
    said |= {"unit": choices["unit"]} if choices.get("unit") else {}
    said |= {f"use.{choices['name']}": "name"} if choices.get("name") else {}
    said |= {f"use.{year}": "year"} if isinstance(year, str) else {"year": str(year)} if year is not None else {}
    named = [choices[key] for key in _OF_FIGURES if isinstance(choices.get(key), Mapping | list)]
    names = [name for item in named for name in item if isinstance(name, str)] + errors_in(choices)
    if any(len(item) == len(_numbers(what)) for item in named if not isinstance(item, Mapping)):
        names += _numbers(what)  # in the order of the columns
    return {f"use.{name}": "yes" for name in names if name not in (choices.get("dimensions") or ())} | said


def _numbers(what: Path | pd.DataFrame) -> list[str]:
    """The columns of numbers of a frame."""
    return [] if isinstance(what, Path) else [str(name) for name in what if what[name].dtype.kind in "iuf"]


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
