"""Files, folders and pastes as sheets, and which of them are another tool's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import frozen
from hubrank import UsageError, gettext_noop
from hubrank.errors import fold_name, shorten_list
from hubrank.io.safe_input import is_file, is_folder, shorten

from hubrank_start.books import CALAMINE, OPENPYXL, workbook_sheets
from hubrank_start.sheet import Sheet
from hubrank_start.texts import json_sheet, parquet_sheet, text_sheet

TEXTS = (".csv", ".tsv", ".txt", ".tab", ".csv.gz", ".tsv.gz", ".md")
JSON, PARQUET = (".json", ".jsonl", ".ndjson", ".geojson"), (".parquet",)
ALL = (*OPENPYXL, *CALAMINE, *TEXTS, *JSON, *PARQUET)


@frozen(kw_only=True)
class Import:
    """Files of another tool, which the verb `import` reads.

    Attributes:
        words: The words of the command, without the folder that it writes.
        tool: The tool's name.
    """

    words: tuple[str, ...]
    tool: str


def files_of(table: str) -> list[Path]:
    """The files that a word of the command line names; none for a paste.

    Raises:
        UsageError: There is no such file, it is of no kind that is read, or a folder holds none.
    """
    if table == "-":
        return []
    path = Path(table)
    if is_folder(path):
        found = [each for each in sorted(path.iterdir()) if each.is_file() and _ends(each, ALL)]
        found = [each for each in found if not each.name.startswith((".", "~$"))]
        if not found:
            raise UsageError(f"{table}: holds no table; read are {shorten_list(list(ALL), 30)}")
        return found
    if not is_file(path):
        raise UsageError(f"{shorten(table)}: file not found")
    if not _ends(path, (*ALL, ".coinr.zip")):
        raise UsageError(f"{path.name}: this kind of file is not read; read are {shorten_list(list(ALL), 30)}")
    return [path]


def sheets_of(path: Path) -> list[Sheet]:
    """The sheets of a file; a file without sheets is one.

    Raises:
        FileProblem: It cannot be read.
    """
    if _ends(path, (*OPENPYXL, *CALAMINE)):
        return workbook_sheets(path)
    if _ends(path, JSON):
        return [json_sheet(path)]
    return [parquet_sheet(path) if _ends(path, PARQUET) else text_sheet(path)]


def import_of(files: Sequence[Path], sheets: Mapping[str, Sequence[Sheet]]) -> Import | None:
    """Files that COINr or the COIN Tool wrote, by the names of files and sheets; none where they are others.

    Args:
        files: The files.
        sheets: Their sheets, by the files' names.
    """
    if len(files) == 1 and files[0].name.lower().endswith(".coinr.zip"):
        return Import(words=("coinr", str(files[0])), tool="COINr")
    by_name = {fold_name(each.name.removesuffix(each.suffix)): each for each in files if each.suffix.lower() == ".csv"}
    if len(files) == 1 and "idata" in by_name:
        beside = [each for each in files[0].parent.glob("*.csv") if fold_name(each.stem) == "imeta"]
        by_name |= {"imeta": beside[0]} if beside else {}
    if {"idata", "imeta"} <= set(by_name):
        return Import(words=("coinr", str(by_name["idata"]), str(by_name["imeta"])), tool="COINr")
    if len(files) == 1 and files[0].suffix.lower() in OPENPYXL and _is_coin_tool(sheets[files[0].name]):
        return Import(words=("coin-tool", str(files[0])), tool=gettext_noop("the COIN Tool"))
    return None


def _is_coin_tool(sheets: Sequence[Sheet]) -> bool:
    named = {each.name: each for each in sheets}
    if not {"Database", "Framework"} <= set(named):
        return False
    return any(str(cell).lower() == "dimension/indicator" for row in named["Framework"].rows for cell in row)


def _ends(path: Path, endings: tuple[str, ...]) -> bool:
    return path.name.lower().endswith(endings)
