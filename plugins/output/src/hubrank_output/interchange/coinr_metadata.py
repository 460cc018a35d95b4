"""COINr's iMeta: what each column of iData is, and the tree above it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen
from hubrank import FileProblem, Problem
from hubrank.errors import did_you_mean
from hubrank.io.cells import is_gap, read_number
from hubrank.io.tables import read_table, require

if TYPE_CHECKING:
    import pandas as pd

TYPES = ("Indicator", "Aggregate", "Group", "Denominator", "Other")
_REQUIRED = ("Level", "iCode", "Parent", "Direction", "Type", "Weight")
_TEXTS = ("iCode", "iName", "Parent", "Type", "Denominator", "Unit")


@frozen(kw_only=True)
class Entry:
    """A row of iMeta.

    Attributes:
        line: Its line in the file.
        code: `iCode`.
        type: One of `TYPES`.
        name: `iName`; the code where there is none.
        level: 1 for indicators, more above; none for what is not in the tree.
        parent: The code of the aggregate above; none for the top, and for what is not in the tree.
        direction: 1 or -1.
        weight: Relative to its siblings.
        denominator: The code that it is divided by.
    """

    line: int
    code: str
    type: str
    name: str
    level: int | None
    parent: str | None
    direction: int
    weight: float
    denominator: str | None

    @property
    def in_tree(self) -> bool:
        """Whether it is an indicator or an aggregate."""
        return self.type in ("Indicator", "Aggregate")


def read_metadata(path: Path) -> tuple[tuple[Entry, ...], list[Problem]]:
    """Read iMeta.

    Returns:
        The rows that could be read, and every problem of the file.
    """
    try:
        frame = read_table(path, texts=_TEXTS)
        require(frame, path.name, _REQUIRED)
    except FileProblem as error:
        return (), [Problem("", each.removeprefix(f"{path.name}: "), file=path.name) for each in error.problems]
    problems: list[Problem] = []
    entries = tuple(
        entry
        for line, row in zip(frame.index, frame.to_dict("records"), strict=True)
        if (entry := _entry(int(line), row, path.name, problems)) is not None
    )
    problems += _tree_problems(entries, path.name)
    return entries, problems


def _entry(line: int, row: dict[Any, Any], file: str, problems: list[Problem]) -> Entry | None:
    """A row; none where it has no code or no type."""
    code, kind = _text(row["iCode"]), _text(row["Type"])

    def wrong(what: str, column: str) -> None:
        problems.append(Problem(f"{code or 'iCode'}.{column}" if code else column, what, line=line, file=file))

    if code is None:
        wrong("missing; every row of iMeta needs a code", "iCode")
        return None
    if kind not in TYPES:
        wrong(f"must be one of {', '.join(TYPES)}; got {_shown(row['Type'])}", "Type")
        return None
    in_tree = kind in ("Indicator", "Aggregate")
    level = _whole(row["Level"])
    if in_tree and (level is None or level < 1):
        wrong(f"must be a whole number of at least 1; got {_shown(row['Level'])}", "Level")
    elif kind == "Indicator" and level != 1:
        wrong(f"must be 1 for an indicator; got {level}", "Level")
    elif kind == "Aggregate" and level == 1:
        wrong("must be above 1 for an aggregate; got 1", "Level")
    direction = _whole(row["Direction"])
    if in_tree and direction not in (1, -1):
        wrong(f"must be 1 or -1; got {_shown(row['Direction'])}", "Direction")
    weight = read_number(row["Weight"])
    if in_tree and (weight is None or weight < 0):
        wrong(f"must be a number of at least 0; got {_shown(row['Weight'])}", "Weight")
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
    tops = [entry for entry in entries if entry.type == "Aggregate" and entry.parent is None]
    problems = [
        Problem(f"{entry.code}.Parent", "missing; every indicator needs a parent", line=entry.line, file=file)
        for entry in entries
        if entry.type == "Indicator" and entry.parent is None
    ]
    if not tops and entries:
        what = "no aggregate without a parent, which would be the index"
        problems.append(Problem("Parent", what, file=file))
    if len(tops) > 1:
        names = ", ".join(entry.code for entry in tops)
        what = f"exactly one aggregate must have no parent; there are {names}"
        problems.append(Problem("Parent", what, file=file))
    return problems


def is_missing(value: Any) -> bool:
    """Whether R would call it missing: a gap, or its own word for one."""
    return is_gap(value) or value == "NA"


def known(values: pd.Series) -> pd.Series:
    """A column whose gaps are none, R's among them."""
    return values.mask(values.map(is_missing), None)


def _text(value: Any) -> str | None:
    return None if is_missing(value) else str(value)


def _whole(value: Any) -> int | None:
    number = read_number(value)
    return int(number) if number is not None and number % 1 == 0 else None


def _shown(value: Any) -> str:
    return "nothing" if is_missing(value) else f'"{value}"'
