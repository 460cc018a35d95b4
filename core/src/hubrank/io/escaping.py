"""Text made safe for CSV, HTML, sheets, terminals."""

from __future__ import annotations

import contextlib
import io
import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


#: Characters that lay out text; everywhere else they are control characters.
_LAYOUT = "\n\t"
#: Invisible characters that join letters of Indic and Persian words and emoji.
JOINERS = "\u200c\u200d"
#: Characters that a spreadsheet may skip before it looks for a formula.
_BLANK = " \n\t\u00a0\u1680\u2000-\u200a\u200c\u200d\u202f\u205f\u3000"
#: A text that begins so would be taken for a formula; also by a spreadsheet that reads wide letters as narrow ones.
FORMULA = rf"\A(?:[\t\r]|[{_BLANK}]*[=+\-@＝＋－＠])"
#: The most characters, as UTF-16 counts them, that a cell of a workbook holds.
_CELL = 32_767
#: Characters that JSON may contain, but a terminal or a reader of scripts may not.
_BEYOND = re.compile(r"[^\x00-\x7e]")
#: Characters with a meaning in Markdown or HTML.
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~&$])")
#: Beginnings of a line that Markdown reads as a heading or an item of a list.
_BEGINNING = re.compile(r"^([#+=-]|\d+(?=[.)]))")
#: Names that every object of JavaScript has; a chart's library looks data up in such objects.
_INHERITED = frozenset(
    {
        *("constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable"),
        *("toLocaleString", "toString", "valueOf", "__proto__"),
        *("__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__"),
    }
)
#: An address of the web, which neither ends a link nor a cell of a table.
_ADDRESS = re.compile(r"https?://[^\s<>|\"'`\\]+")


def strip_control(text: str, layout: str = "") -> str:
    """A text that cannot steer a terminal, an editor, or the direction in which a line is read.

    Control characters (C0 and C1, so every escape sequence and hyperlink), except those of `layout`, become spaces;
    characters that turn the direction of writing, hide text or are no characters go.
    """
    if text.isprintable():
        return text
    return "".join(item if item in layout or item.isprintable() else _inert(item) for item in text)


def _inert(character: str) -> str:
    kind = unicodedata.category(character)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    if kind == "Cs":
        return "?"
    code = ord(character)  # some are never a character, and XML rejects them
    hidden = (kind == "Cf" and character not in JOINERS) or (
        kind == "Cn" and (code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF)
    )
    return "" if hidden else character


def escape_markup(text: object) -> str:
    """A text from outside made safe for the console: without markup and without what steers a terminal."""
    from rich.markup import escape as without_markup

    shown = strip_control(str(text))
    head = shown.rstrip("\\")
    if head == shown:
        return without_markup(shown)
    return f"{without_markup(head)}{2 * shown[len(head) :]}[none][/none]"  # Rich halves backslashes before a tag alone


def lines(text: str) -> str:
    """A text of several lines that cannot steer a terminal."""
    return strip_control(text, _LAYOUT)


def escape_formula(text: Any) -> str:
    """A text with a quote before it where it would be taken for a formula."""
    return f"'{text}" if begins_formula(str(text)) else str(text)


def unescape_formula(text: str) -> str:
    """A text as it was before `escape_formula`."""
    return text[1:] if text.startswith("'") and begins_formula(text[1:]) else text


def begins_formula(text: str) -> bool:
    """Whether a spreadsheet could take a text for a formula."""
    return re.match(FORMULA, text) is not None


def csv_text(text: Any) -> str:
    """A text for a cell of CSV: it steers no terminal, and is no formula; the same text again stays the same."""
    return escape_formula(lines(str(text)))


def sheet_text(text: str) -> str:
    """A text for a cell of a workbook: of characters that XML has, and no longer than a cell."""
    text = lines(text)
    units = text.encode("utf-16-le")
    if len(units) <= 2 * _CELL:
        return text
    return units[: 2 * (_CELL - 1)].decode("utf-16-le", "ignore") + "…"


def escape_markdown(text: object, *, begins: bool = True) -> str:
    """A text escaped for one line of Markdown; `begins` if it may begin a line, unlike a table's cell."""
    escaped = _SPECIAL.sub(r"\\\1", " ".join(strip_control(str(text)).split()))
    if not begins:
        return escaped
    return _BEGINNING.sub(lambda found: f"{found[1]}\\" if found[1].isdigit() else f"\\{found[1]}", escaped)


def html_text(text: object) -> str:
    """A text escaped for HTML, in an element or a quoted attribute."""
    from html import escape

    return escape(lines(str(text)))


def template_value(value: Any) -> Any:
    """A value for an HTML template, which escapes it: without control characters; markup stays unchanged."""
    return lines(value) if type(value) is str else value


def web_address(text: str) -> str:
    """An address that may be linked, of http or https; empty if it is another or none, such as `javascript:`."""
    return text if _ADDRESS.fullmatch(text) and strip_control(text) == text else ""


def chart_text(text: str) -> str:
    """A text for a chart, on one line; a name that JavaScript's objects already have gets an invisible joiner."""
    shown = strip_control(text)
    return f"{JOINERS[0]}{shown}" if shown in _INHERITED else shown


def chart_value(specification: Any) -> Any:
    """A chart's specification, JSON values, with every text in it harmless; keys, which are the chart's own, stay."""
    if isinstance(specification, str):
        return chart_text(specification)
    if isinstance(specification, dict):
        return {key: chart_value(item) for key, item in specification.items()}
    return list(map(chart_value, specification)) if isinstance(specification, list) else specification


def json_text(value: Any, *, writes: Callable[[str], bool] = lambda _: True, **options: Any) -> str:
    """A value as JSON, by `json.dumps`, with every text complete: control characters are escaped.

    Half of a pair of surrogates is no text, and strict readers reject it: it becomes U+FFFD.

    Args:
        value: The value to write.
        writes: Whether a character can be written unescaped.
        **options: As `json.dumps` takes them.
    """
    import json

    def escape(found: re.Match[str]) -> str:
        item = "\ufffd" if "\ud800" <= found[0] <= "\udfff" else found[0]
        if strip_control(item) == item and writes(item):
            return item
        units = item.encode("utf-16-be").hex()  # also DEL, which Python's own writer leaves
        return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))

    return _BEYOND.sub(escape, json.dumps(value, ensure_ascii=False, **options))


#: The number of rows written at a time.
_PART = 100_000
#: From this many cells on Arrow writes them, where it is installed, in a quarter of the time.
_MANY = 200_000
#: A text that `csv_text` may change, as Arrow's own search has it.
_SUSPECT = rf"[\p{{Cc}}\p{{Cf}}\p{{Zl}}\p{{Zp}}\x{{fdd0}}-\x{{fdef}}\x{{fffe}}\x{{ffff}}]|{FORMULA}"
#: The sizes from and below which a number is written without a power of ten, as Arrow does.
_SMALL, _LARGE = 1e-6, 1e10


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """A frame as CSV, as `write_csv` writes it."""
    sink = io.BytesIO()
    write_csv(frame, sink)
    return sink.getvalue()


def write_csv(frame: pd.DataFrame, file: Path | BinaryIO, *, header: bool = True) -> None:
    """Write a frame as CSV: UTF-8, LF, numbers in their shortest exact form, missing values empty, texts harmless."""
    import csv

    write = _write_by_arrow if frame.size >= _MANY and find_spec("pyarrow") else _write_rows
    with file.open("wb") if isinstance(file, Path) else contextlib.nullcontext(file) as sink:
        if header:
            names = io.StringIO()
            csv.writer(names, lineterminator="\n").writerow([csv_text(name) for name in frame.columns])
            sink.write(names.getvalue().encode())
        for start in range(0, len(frame), _PART):
            part = frame.iloc[start : start + _PART]
            write([part[name] for name in part.columns], sink)


def _write_rows(columns: Sequence[pd.Series], sink: BinaryIO) -> None:
    """Write columns row by row; every text is in quotes."""
    import pandas as pd

    cells = [_numerals(item) if pd.api.types.is_numeric_dtype(item) else _quoted(item) for item in columns]
    sink.write("".join(f"{','.join(row)}\n" for row in zip(*cells, strict=True)).encode())


def _quoted(values: pd.Series) -> list[str]:
    distinct = {item: '"' + csv_text(item).replace('"', '""') + '"' for item in values.dropna().unique()}
    return values.map(distinct).astype(object).where(values.notna(), "").tolist()


def _numerals(values: pd.Series) -> list[str]:
    """Numbers as texts; missing ones are empty."""
    if values.dtype.kind != "f":
        return ["" if item is None else str(item).lower() for item in values.astype(object).where(values.notna(), None)]
    numbers = values.to_numpy(dtype=float, na_value=math.nan)
    sizes = abs(numbers)
    texts = [text.removesuffix(".0") for text in map(repr, numbers.tolist())]
    for at in (~((sizes >= 1e-4) & (sizes < _LARGE))).nonzero()[0].tolist():
        texts[at] = _numeral(texts[at])
    return texts


def _numeral(text: str) -> str:
    """A very small or large number of Python's as Arrow writes it: with a power of ten, unless it is short without."""
    if text in ("0", "-0", "inf", "-inf", "nan"):
        return "" if text == "nan" else text
    from decimal import Decimal

    number = Decimal(text).normalize()
    if _SMALL <= abs(number) < _LARGE:
        return f"{number:f}"
    sign, digits, _ = number.as_tuple()
    first, *rest = map(str, digits)
    return f"{'-' * sign}{first}{'.' * bool(rest)}{''.join(rest)}e{number.adjusted():+d}"


def _write_by_arrow(columns: Sequence[pd.Series], sink: BinaryIO) -> None:
    """The bytes of `_write_rows`."""
    import pyarrow as pa
    import pyarrow.csv as pc

    table = pa.Table.from_arrays(list(map(_arrow, columns)), names=[str(at) for at in range(len(columns))])
    pc.write_csv(table, sink, pc.WriteOptions(include_header=False, quoting_style="needed"))


def _arrow(values: pd.Series) -> pa.Array:
    """A column as numbers or texts, most of which need no change."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    if pd.api.types.is_numeric_dtype(values):
        return pa.array(values, from_pandas=True)
    with contextlib.suppress(pa.ArrowInvalid, UnicodeEncodeError):  # several types, or half a pair of surrogates
        texts = pa.array(values, from_pandas=True)
        texts = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
        is_text = pa.types.is_string(texts.type) or pa.types.is_large_string(texts.type)
        if is_text and not pc.any(pc.match_substring_regex(texts, _SUSPECT)).as_py():
            return texts
    distinct = {item: csv_text(item) for item in values.dropna().unique()}
    return pa.array(values.map(distinct), type=pa.string(), from_pandas=True)
