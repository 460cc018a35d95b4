"""CSV, TSV, pasted text, JSON and Parquet as sheets."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hubrank import FileProblem, gettext
from hubrank.i18n import library_message
from hubrank.io.safe_input import check_size, read_text
from hubrank.io.table_layout import likely_delimiter, likely_encoding

from hubrank_start.sheet import Sheet, sheet_of

_DELIMITERS = ("\t", ";", ",", "|")
#: How many lines are enough to tell a delimiter.
_ENOUGH = 200
#: The line below the head of a table in Markdown.
_RULE = re.compile(r"[|:\- ]+")
#: Keys under which JSON files keep their rows.
_ROWS = ("data", "rows", "records", "results", "values", "items", "features", "value")


def text_sheet(path: Path) -> Sheet:
    """The fields of a CSV, whatever its encoding and delimiter."""
    content = read_text(path, "start_bytes", "start_bytes")
    notes: tuple[tuple[str, str, str], ...] = ()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        encoding, word = likely_encoding(content)
        text = content.decode(encoding, errors="replace")
        why = (
            gettext('the file is not UTF-8; "{word}" shows it', word=word) if word else gettext("the file is not UTF-8")
        )
        notes = ((gettext("encoding"), encoding, why),)
    return pasted(text, path.name.split(".")[0], notes)


def pasted(text: str, name: str, notes: Sequence[tuple[str, str, str]] = ()) -> Sheet:
    """The fields of a text, such as cells that were copied from a spreadsheet.

    Raises:
        FileProblem: It holds nothing.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise FileProblem(f"{name}: is empty")
    if found := re.match(r"sep=(.)\n", text):
        return _split(text[found.end() :], name, found[1], notes)
    lines = text.splitlines()
    if all(line.strip().startswith("|") for line in lines if line.strip()):
        rows = [line.strip().strip("|") for line in lines if line.strip() and not _RULE.fullmatch(line.strip())]
        return _split("\n".join(rows), name, "|", notes)
    beginning = {sign: _records("\n".join(lines[:_ENOUGH]), sign) for sign in _DELIMITERS}
    own = max(_DELIMITERS, key=lambda sign: sum(line.count(sign) > 0 for line in lines[:_ENOUGH]))
    return _split(text, name, likely_delimiter(beginning, own) or own, notes)


def json_sheet(path: Path) -> Sheet:
    """The records of a JSON file: a list of objects or lists, an object of columns or of units, or JSON lines."""
    content = read_text(path, "start_bytes", "start_bytes").decode("utf-8-sig", errors="replace")
    try:
        held = json.loads(content)
    except json.JSONDecodeError as error:
        try:
            held = [json.loads(line) for line in content.splitlines() if line.strip()]
        except (json.JSONDecodeError, RecursionError):
            raise FileProblem(f"{path.name}, line {error.lineno}: is not JSON: {error.msg.lower()}") from error
    except RecursionError as error:
        raise FileProblem(f"{path.name}: is nested too deeply for a table") from error
    rows = _json_rows(held)
    if not rows:
        raise FileProblem(f"{path.name}: holds no rows; a list of objects with the same keys is a table")
    return sheet_of(path.stem, rows)


def parquet_sheet(path: Path) -> Sheet:
    """The columns of a Parquet file; an index that it holds is a column."""
    import pandas as pd
    import pyarrow

    check_size(path, "start_bytes")
    try:
        frame = pd.read_parquet(path)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise FileProblem(f"{path.name}: is not a Parquet file: {library_message(error)}") from error
    if not isinstance(frame.index, pd.RangeIndex):
        frame = frame.reset_index()
    body = frame.astype(object).where(frame.notna(), None).to_numpy().tolist()
    return sheet_of(path.stem, [list(map(str, frame.columns)), *body])


def _split(text: str, name: str, delimiter: str, notes: Sequence[tuple[str, str, str]]) -> Sheet:
    records = _with_split_keys([record for _, record in _records(text, delimiter, empty=True)])
    return sheet_of(name, records, notes=tuple(notes), delimiter=delimiter)


def _with_split_keys(records: list[list[str]]) -> list[list[str]]:
    """The records with Eurostat's first column, of which a backslash parts the years, as columns of their own."""
    head = records[0][0].strip() if records and records[0] else ""
    if "\\" not in head or "," not in head:
        return records
    keys = head.partition("\\")[0].split(",")
    result = [[*keys, *records[0][1:]]]
    for first, *rest in filter(None, records[1:]):
        parts = first.split(",")
        result.append([*parts[: len(keys)], *[""] * (len(keys) - len(parts)), *rest])
    return result


def _records(text: str, delimiter: str, *, empty: bool = False) -> list[tuple[int, list[str]]]:
    csv.field_size_limit(sys.maxsize)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [(reader.line_num, record) for record in reader if empty or any(cell.strip() for cell in record)]


def _json_rows(held: Any) -> list[list[Any]]:
    if isinstance(held, Mapping):
        if found := next((held[key] for key in _ROWS if isinstance(held.get(key), list)), None):
            return _json_rows(found)
        if held and all(isinstance(item, list) for item in held.values()):
            return [list(held), *map(list, zip(*held.values(), strict=False))]
        if held and all(isinstance(item, Mapping) for item in held.values()):
            return _by_keys([{"unit": unit, **values} for unit, values in held.items()])
        return []
    if not isinstance(held, list) or not held:
        return []
    if all(isinstance(item, list) for item in held):
        return [*map(list, held)]
    if not all(isinstance(item, Mapping) for item in held):
        return []
    return _by_keys([item["properties"] if isinstance(item.get("properties"), Mapping) else item for item in held])


def _by_keys(records: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """Objects as rows; an object in an object becomes columns with its key before theirs."""
    flat = [dict(_flat(item)) for item in records]
    names = list(dict.fromkeys(key for item in flat for key in item))
    return [names, *([item.get(name) for name in names] for item in flat)]


def _flat(record: Mapping[str, Any]) -> list[tuple[str, Any]]:
    result: list[tuple[str, Any]] = []
    for key, value in record.items():
        if isinstance(value, Mapping):
            result += [
                (f"{key}: {inner}", item) for inner, item in value.items() if not isinstance(item, Mapping | list)
            ]
        else:
            result.append((str(key), value if not isinstance(value, list) else json.dumps(value)))
    return result
