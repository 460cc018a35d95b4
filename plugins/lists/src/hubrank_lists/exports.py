"""Exports: which files are, their cells, and the companies in them."""

import functools
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from attrs import evolve, frozen
from hubrank.errors import shorten_list
from hubrank.io.cells import YEAR, CellFormat, number_in, year_in
from hubrank.io.safe_input import files_named
from hubrank.io.tables import ReadSpec, first_rows, read_with_errors, table_kind
from hubrank.plugin import Coverage, FileProblem

from hubrank_lists.files import Places
from hubrank_lists.layouts import AMOUNTS, DATES, Layout

#: Words for unknown values.
UNKNOWN = ("", "-", "–", "—", "n/a", "none", "nan", "null", "unknown", "undisclosed", "not disclosed", "obfuscated")
_SCALES = {"": None, "k": 1e3, "m": 1e6, "b": 1e9, "bn": 1e9, "t": 1e12}
_AMOUNT = re.compile(r"(?:US)?\$?\s*([\d.,]+)\s*(k|m|bn?|t)?", re.IGNORECASE)
_UNIT = re.compile(r"\((?:[^()]*[\s$])?([KMB])\)")
_READING = CellFormat(thousands=",")
_MONTH = re.compile(r"[A-Za-z]{3,9}[/ -](\d{4})")
#: The number of rows searched for the header.
_HEAD_ROWS = 60
#: The most wrong cells that are listed.
_TOLD = 20
_AS_OF = re.compile(r"as of\b[^()]*?\b(\d{4})\b", re.IGNORECASE)
#: A role's column gets a name that no export has.
_ROLE = "role "


@frozen(kw_only=True)
class Options:
    """Options for an export.

    Attributes:
        file: CSV or XLSX as exported, or a pattern for several (`exports/*.csv`); relative to the scenario.
        year: The year of levels: valuations and total funding. CB Insights writes it above its list.
        cities: The places of cities that are not found by their names: `{ file = "cities.csv" }`.
        covers: The years (and countries) for which the export is complete, so that a missing row means 0.
        sheet: Sheet of a workbook; the first by default.
        delimiter: Field separator of a CSV; a comma by default.
        encoding: Encoding of a CSV.
    """

    file: Path
    year: int | None = None
    cities: Places | None = None
    covers: Coverage | None = None
    sheet: str | None = None
    delimiter: str | None = None
    encoding: str = "utf-8"

    def __attrs_post_init__(self) -> None:
        if self.year is not None and not YEAR.holds(self.year):
            raise ValueError(f"year: {YEAR.refusal(self.year)}")
        self.reading()  # rejects what no file has

    def reading(self) -> CellFormat:
        """The layout of the table in its file."""
        return CellFormat(sheet=self.sheet, delimiter=self.delimiter, encoding=self.encoding)


def is_unknown(text: str | None) -> bool:
    """Whether a cell says that nothing is known."""
    return text is None or text.strip().casefold() in UNKNOWN


def dollars(text: str, unit: float) -> float | None:
    """An amount of dollars: `$225.00 `, `$180B`, `46,000,000`; None if the cell holds none."""
    found = _AMOUNT.fullmatch(text.strip())
    number = number_in(found[1], _READING) if found else None
    if found is None or number is None:
        return None
    return number * (_SCALES[(found[2] or "").lower()] or unit)


def year_of(text: str) -> int | None:
    """The year of a date of any precision: `2019-03-01`, `2019-03`, `2019`, `mar/2019`, `3/1/2019`."""
    if found := _MONTH.fullmatch(text):
        return int(found[1])
    year = year_in(f"{text}-01" if re.fullmatch(r"\d{4}", text) else text)
    return None if year is None else int(year)


@frozen(kw_only=True)
class Head:
    """The form of an export, found from its first lines, and each role's column.

    Attributes:
        line: The line of the header, in a workbook the row.
        as_of: The year in the lines above the header; None if they have none.
    """

    layout: Layout
    columns: dict[str, str]
    line: int
    as_of: int | None


@frozen(kw_only=True, eq=False)
class Export:
    """An export, or several files of one form.

    Attributes:
        columns: The name of each role's column.
        frame: A column a role: texts, years of `DATES` and dollars of `AMOUNTS` as numbers; `of` is the year that the
            row's file names, where it names one.
        file: The position of each row's file in the paths.
        line: The line of each row.
        twice: Rows that were left out since another row has their id.
    """

    layout: Layout
    columns: Mapping[str, str]
    frame: pd.DataFrame
    paths: tuple[Path, ...]
    file: Sequence[int]
    line: Sequence[int]
    twice: int

    def place(self, at: int) -> str:
        """The place of a row: `export.csv, line 3`."""
        return place_of(self.paths[self.file[at]], self.line[at])


def head_of(path: Path, producer: str, layouts: Sequence[Layout], options: Options) -> Head:
    """Find the header of an export, which is of one of the producer's forms."""
    above: list[str] = []
    for line, cells in first_rows(path, options.reading(), _HEAD_ROWS):
        header = [str(item) for item in cells if item is not None and str(item).strip()]
        for layout in layouts:
            roles = layout.roles(header)
            if set(layout.needed) <= set(roles):
                found = _AS_OF.search(" ".join(above))
                return Head(layout=layout, columns=roles, line=line, as_of=int(found[1]) if found else None)
        above += header
    wanted = "; ".join(
        layout.title + " has " + shorten_list([f"'{layout.columns[role][0]}'" for role in layout.needed])
        for layout in layouts
    )
    raise FileProblem(f"{path.name}: no row is the header of an export of {producer}: {wanted}")


def read_export(producer: str, layouts: tuple[Layout, ...], options: Options) -> Export:
    """The files of an export, read whole, each row once."""
    paths = files_named(options.file)
    stats = [path.stat() if path.is_file() else None for path in paths]
    states = tuple((item.st_size, item.st_mtime_ns) if item else (0, 0) for item in stats)
    return _read(producer, layouts, options, paths, states)


@functools.lru_cache(maxsize=4)
def _read(
    producer: str,
    layouts: tuple[Layout, ...],
    options: Options,
    paths: tuple[Path, ...],
    _states: tuple[tuple[int, int], ...],
) -> Export:
    heads = {path: head_of(path, producer, layouts, options) for path in paths}
    forms = {head.layout.title for head in heads.values()}
    if len(forms) > 1:
        text = shorten_list([f"{path.name} ({head.layout.title})" for path, head in heads.items()])
        raise FileProblem(f"{options.file.name}: names exports of several forms: {text}")
    layout = next(iter(heads.values())).layout
    years = [head.as_of for head in heads.values()]
    dated = options.year is None and None not in years and len(set(years)) == len(years)
    if "id" not in layout.columns and len(paths) > 1 and not dated:  # rows without ids are distinguished by years
        named = shorten_list([f"{path.name} ({head.as_of or '?'})" for path, head in heads.items()])
        what = "of several lists each must name a year of its own above its header, and options must name none"
        raise FileProblem(f"{options.file.name}: {what}: {named}")
    problems: list[str] = []
    frames = [_frame(path, head, options, problems) for path, head in heads.items()]
    if problems:
        raise FileProblem(*problems)
    frame = pd.concat([item.assign(file=at) for at, item in enumerate(frames)]).reset_index(names="line")
    again = frame["id"].notna() & frame["id"].duplicated() if "id" in frame.columns else frame["line"].isna()
    kept = frame[~again].reset_index(drop=True)
    return Export(
        layout=layout,
        columns={role: column for head in heads.values() for role, column in head.columns.items()},
        frame=kept.drop(columns=["file", "line"]),
        paths=paths,
        file=kept["file"].tolist(),
        line=kept["line"].tolist(),
        twice=int(again.sum()),
    )


def _frame(path: Path, head: Head, options: Options, problems: list[str]) -> pd.DataFrame:
    """The useful rows of one file, by roles; errors are added to the problems."""
    words = {item for word in UNKNOWN for item in (word, word.title(), word.upper())} - {""}
    reading = evolve(options.reading(), skip_rows=head.line - 1, dates="year", na=tuple(sorted(words)))
    names = {f"{_ROLE}{role}": column for role, column in head.columns.items()}
    dates = [name for name in names if name.removeprefix(_ROLE) in DATES]
    wanted = ReadSpec(columns=names, texts=set(names) - set(dates), kinds=dict.fromkeys(dates, YEAR), only=set(names))
    frame, text = read_with_errors(path, reading, wanted)
    problems += text
    if frame is None or not set(names) <= set(frame.columns):
        return pd.DataFrame(columns=list(head.columns))
    frame = frame[list(names)].set_axis(list(head.columns), axis="columns")
    frame = frame[frame.notna().any(axis="columns")].copy()
    for role in AMOUNTS:
        if role in frame.columns:
            frame[role] = _amounts(path, frame[role], head.columns[role], problems)
    return frame.assign(of=float("nan") if head.as_of is None else float(head.as_of))


def _amounts(path: Path, cells: pd.Series, header: str, problems: list[str]) -> pd.Series:
    """A column as dollars; each cell that is neither an amount nor unknown is a problem."""
    named = _UNIT.search(header)  # 1e9 of `Valuation ($B)`, 1e6 of `Total funding (USD M)`
    unit = (_SCALES[named[1].lower()] or 1.0) if named else 1.0
    known = {text: None if is_unknown(text) else dollars(text, unit) for text in cells.dropna().unique()}
    wrong = [(line, text) for line, text in cells.dropna().items() if known[text] is None and not is_unknown(text)]
    what = f"{header} must be dollars, such as $1.5B or 1,500,000; got"
    problems += [f'{place_of(path, line)}: {what} "{text}"' for line, text in wrong[:_TOLD]]
    if (more := len(wrong) - _TOLD) > 0:
        cell = f"cell of {header} is not an amount" if more == 1 else f"cells of {header} are not amounts"
        problems.append(f"{path.name}: {more:,} more {cell} of dollars")
    return cells.map(known).astype("float64")


def place_of(path: Path, line: Any) -> str:
    """The place of a row: `export.csv, line 3`, or a row in a workbook."""
    return f"{path.name}, {'row' if table_kind(path.name) == 'workbook' else 'line'} {line}"
