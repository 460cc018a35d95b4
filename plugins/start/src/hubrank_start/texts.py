"""CSV, TSV, pasted text, JSON and Parquet as sheets."""

import csv
import io
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from attrs import evolve
from hubrank.errors import library
from hubrank.i18n import enumerated, library_message
from hubrank.io.cells import CellFormat
from hubrank.io.safe_input import check_size, parse_json, read_text
from hubrank.io.table_layout import encodings_of, likely_delimiter, likely_encoding
from hubrank.plugin import FileProblem, gettext, gettext_noop

from hubrank_start.sheet import Sheet, clean, sheet_of

#: The logarithm of the likelihood ratio of an encoding to another possible one.
_NEARLY = 0.4
_WORD = re.compile(r'[^\s;,|"]+')
_DELIMITERS = ("\t", ";", ",", "|")
#: The number of lines that decide a delimiter.
_ENOUGH = 200
#: A line that rules a table of Markdown or of a terminal; the separators of its cells, and marks in them.
_RULE = re.compile(r"(?=.*[|+])(?=.*-)[|+:\-= \t]++")
_BAR, _MARKUP = re.compile(r"(?<!\\)\|"), re.compile(r"\*\*|`|<br ?/?>|!?\[([^\[\]]*+)\]\([^()]*+\)|\\(?=\|)")
#: Names of columns that pandas makes up: of a column without one, and of one whose name another has.
_UNNAMED, _AGAIN = re.compile(r"Unnamed: \d+(?:_level_\d+)?"), re.compile(r"^(.+)\.\d+$")
#: Whole numbers up to this are exact.
_EXACT = 1e15
#: Keys under which JSON files keep their rows.
_ROWS = ("data", "rows", "records", "results", "values", "items", "features", "value")


def text_sheet(path: Path, encoding: str = "") -> Sheet:
    """The fields of a CSV with any delimiter, and its encoding if none is set."""
    text, notes = decoded(read_text(path, "start_bytes", "start_bytes"), encoding)
    return pasted(text, path.name.split(".")[0], notes)


def decoded(content: bytes, encoding: str = "") -> tuple[str, list[tuple[str, str, str]]]:
    """A text in its given or likely encoding, and a note on it; or a `FileProblem`."""
    if encoding:
        try:
            text = content.decode(CellFormat(encoding=encoding).encoding)
        except UnicodeError as error:
            fitting = ", ".join(encodings_of(content))
            raise FileProblem(f"is not {encoding}, as --set encoding says; it can be read as {fitting}") from error
        except ValueError as error:
            raise FileProblem(f"--set {error}") from error
        return text, [(gettext("encoding"), encoding, gettext("your answer"))]
    name, word = likely_encoding(content)
    text = content.decode(name, errors="replace")
    if name == "utf-8":
        return text, []
    why = gettext("the file is not UTF-8; --set encoding=NAME sets another encoding")
    if word:
        why = gettext('the file is not UTF-8, as "{word}" shows; --set encoding=NAME sets another encoding', word=word)
    if found := _read_otherwise(content, name, text):
        told = gettext_noop(
            'in {encoding} "{word}" is "{other}", nearly as likely; --set encoding={encoding} reads it so'
        )
        other, word, otherwise = found
        why = gettext(told, encoding=other, word=word, other=otherwise)
    return text, [(gettext("encoding"), name, why)]


def _read_otherwise(content: bytes, name: str, text: str) -> tuple[str, str, str] | None:
    """Another encoding that is almost as likely, with the first word that it reads differently, and how."""
    likely = encodings_of(content)
    for other, worth in likely.items():
        if worth > likely.get(name, float("inf")) - _NEARLY and (read := content.decode(other)) != text:
            pairs = zip(_WORD.findall(text), _WORD.findall(read), strict=False)
            return next(((other, one, two) for one, two in pairs if one != two), None)
    return None


def pasted(text: str, name: str, notes: Sequence[tuple[str, str, str]] = ()) -> Sheet:
    """The fields of a text, such as cells that were copied from a spreadsheet; a `FileProblem` if it is empty."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise FileProblem(f"{name}: is empty")
    lines = text.splitlines()
    if found := re.match(r"sep=(.)\n", text):
        text, delimiter = text[found.end() :], found[1]
    elif any(map(_RULE.fullmatch, lines)) or all(line.strip().startswith("|") for line in lines if line.strip()):
        return sheet_of(name, _of_markdown(lines), notes=notes, delimiter="|")
    else:
        beginning = {sign: _records("\n".join(lines[:_ENOUGH]), sign) for sign in _DELIMITERS}
        held = {
            sign: [(line, row) for line, row in rows if any(map(str.strip, row))] for sign, rows in beginning.items()
        }
        usual = max(_DELIMITERS, key=lambda sign: sum(sign in line for line in lines[:_ENOUGH]))
        delimiter = likely_delimiter(held, usual) or usual
    records = _with_split_keys([record for _, record in _records(text, delimiter)])
    return sheet_of(name, records, notes=notes, delimiter=delimiter)


def _of_markdown(lines: Sequence[str]) -> Iterator[list[str]]:
    """The cells of lines with bars, without rules and marks; other lines are a cell each."""
    for line in lines:
        bare = line.strip().lstrip("#").strip()
        if not _RULE.fullmatch(bare):
            cells = _BAR.split(bare.removeprefix("|").removesuffix("|"))
            yield [_MARKUP.sub(r"\1", cell).strip() for cell in cells]


def _records(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    csv.field_size_limit(sys.maxsize)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [(reader.line_num, record) for record in reader]


def _with_split_keys(records: list[list[Any]]) -> list[list[Any]]:
    """The records with Eurostat's first column, of which a backslash parts the years, as columns of their own."""
    head = (records[0][0] or "").strip() if records and records[0] else ""
    if "\\" not in head or "," not in head:
        return records
    keys = head.partition("\\")[0].split(",")
    result = [[*keys, *records[0][1:]]]
    for first, *rest in filter(None, records[1:]):
        parts = first.split(",")
        result.append([*parts[: len(keys)], *[""] * (len(keys) - len(parts)), *rest])
    return result


def parquet_sheet(path: Path) -> Sheet:
    """The columns of a Parquet file; an index that it holds is a column."""
    import pandas as pd

    check_size(path, "start_bytes")
    library("pyarrow", f"{path.name}: reading it")
    try:
        frame = pd.read_parquet(io.BytesIO(path.read_bytes()))  # errors name no folder
    except Exception as error:  # pandas raises anything of damaged notes on the columns
        raise FileProblem(f"{path.name}: is not a Parquet file: {library_message(error)}") from error
    if not isinstance(frame.index, pd.RangeIndex):
        frame = frame.reset_index()
    return evolve(frame_sheet(frame), name=path.stem)


def frame_sheet(frame: Any) -> Sheet:
    """The cells of a frame of pandas below the names of its columns, which are undone where pandas made them up."""
    shapes = [name for name in frame if frame[name].dtype.kind == "O" and frame[name].map(_is_shape).any()]
    body = frame.drop(columns=shapes)
    names = [None if _UNNAMED.fullmatch(str(name)) else str(name) for name in body.columns]
    what = gettext("columns not used"), enumerated(list(map(str, shapes))), gettext("neither numbers nor text")
    rows = list(map(list, zip(*(_cells(body.iloc[:, at]) for at in range(len(names))), strict=True)))
    names, *rows = _with_split_keys([names, *rows])
    bare = [_AGAIN.sub(r"\1", name or "") for name in names]  # the first row of several heads
    restored = [one if one in names else name for one, name in zip(bare, names, strict=True)]
    for heads in (restored, names):
        sheet = sheet_of("table", [heads, *rows], is_clean=True, notes=[what] if shapes else [])
        if heads == names or (sheet.heads and sheet.heads.head):
            break
    return sheet if sheet.heads else evolve(sheet, head=0)


def _cells(column: Any) -> list[Any]:
    """The cells of a column of a frame; missing ones are None, whole numbers have no point."""
    there = column.notna()
    if column.dtype.kind in "iu":
        return list(column.tolist())
    if column.dtype.kind != "f":
        return list(map(clean, column.astype(object).where(there, None)))
    whole = (column[there] % 1 == 0).all() and (column[there].abs() < _EXACT).all()
    return list((column.astype("Int64") if whole else column).astype(object).where(there, None))


def _is_shape(cell: object) -> bool:
    """Whether a cell is a geometry, or holds several values."""
    return hasattr(cell, "__geo_interface__") or isinstance(cell, list | tuple | dict | set | np.ndarray)


def json_sheet(path: Path, encoding: str = "") -> Sheet:
    """The records of a JSON file: a list of objects or lists, an object of columns or of units, or JSON lines."""
    text, notes = decoded(read_text(path, "start_bytes", "start_bytes"), encoding)
    content = text.removeprefix("\ufeff")
    try:
        held = parse_json(content)
    except json.JSONDecodeError as error:
        try:
            held = [parse_json(line) for line in content.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            raise FileProblem(f"{path.name}, line {error.lineno}: is not JSON: {error.msg.lower()}") from error
    except UnicodeError as error:
        raise FileProblem(f"{path.name}: contains half a character, such as \\ud800; write whole characters") from error
    except RecursionError as error:
        raise FileProblem(f"{path.name}: is nested too deeply for a table") from error
    if rows := _json_rows(held):
        return sheet_of(path.stem, [[_cell(value) for value in row] for row in rows], notes=notes)
    raise FileProblem(f"{path.name}: contains no rows; a list of objects with the same keys is a table")


def _cell(value: Any) -> Any:
    """A value of a record as a cell, which a list or an object is as a text."""
    return json.dumps(value) if isinstance(value, list | Mapping) else value


def _json_rows(held: Any) -> list[list[Any]]:
    if isinstance(held, Mapping):
        if found := next((held[key] for key in _ROWS if isinstance(held.get(key), list)), None):
            return _json_rows(found)
        if held and all(isinstance(item, list) for item in held.values()):
            return [list(held), *map(list, zip(*held.values(), strict=False))]
        if held and all(isinstance(item, Mapping) for item in held.values()):
            return _by_keys([{"unit": unit, **values} for unit, values in held.items()])
    elif isinstance(held, list) and all(isinstance(item, list) for item in held):
        return [*map(list, held)]
    elif isinstance(held, list) and all(isinstance(item, Mapping) for item in held):
        return _by_keys([item["properties"] if isinstance(item.get("properties"), Mapping) else item for item in held])
    return []


def _by_keys(records: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """Objects as rows; an object in an object becomes columns with its key before theirs."""
    flat = [dict(_flat(item)) for item in records]
    names = list(dict.fromkeys(key for item in flat for key in item))
    return [names, *([item.get(name) for name in names] for item in flat)]


def _flat(record: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in record.items():
        if isinstance(value, Mapping):
            inner = {f"{key}: {name}": item for name, item in value.items()}
            yield from ((name, item) for name, item in inner.items() if not isinstance(item, Mapping | list))
        else:
            yield str(key), value
