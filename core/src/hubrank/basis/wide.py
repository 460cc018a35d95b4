"""Tables with a column for each year, as rows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    import pandas as pd

_RANGE = re.compile(r"(\d{4}) ?- ?(\d{4})", re.ASCII)


@frozen(kw_only=True)
class Wide:
    """A table with a column for each year.

    Attributes:
        years: The columns: a range of names, `"1990-2020"`, or a pattern of them, such as `"GDP {year}"`. With
            `{name}` the pattern reads several figures: `"{name} {year}"`.
        values: What the figures are called; none where the pattern has `{name}`.
    """

    years: str = "{year}"
    values: str | None = None

    def __attrs_post_init__(self) -> None:
        if not _RANGE.fullmatch(self.years) and "{year}" not in self.years:
            said = f'must be a range, "1990-2020", or a pattern with {{year}}; got "{self.years}"'
            raise ValueError(f"years: {said}")
        if ("{name}" in self.years) == (self.values is not None):
            said = "the name of the figures is missing; or years has a pattern with {name}"
            raise ValueError(f"values: {said}")

    def found(self, columns: Iterable[str]) -> dict[str, tuple[str, int]]:
        """The columns of figures, each with what the figure is called and its year."""
        span = _RANGE.fullmatch(self.years)
        pattern = "{year}" if span else self.years
        parts = re.split(r"(\{year\}|\{name\})", pattern)
        named: set[str] = set()
        text = "".join(_group(part, named) for part in parts)
        made: dict[str, tuple[str, int]] = {}
        for column in columns:
            if match := re.fullmatch(text, column.strip()):
                year = int(match["year"])
                if span is None or int(span[1]) <= year <= int(span[2]):
                    made[column] = (self.values or match["name"], year)
        return made


def by_year(frame: pd.DataFrame, found: dict[str, tuple[str, int]]) -> tuple[pd.DataFrame, list[str]]:
    """One row for each row and year, with a column `year` and one for each figure; the rows keep their labels.

    Returns:
        The rows, and what is wrong: a name that another column has.
    """
    import pandas as pd

    kept = frame.drop(columns=list(found))
    names = list(dict.fromkeys(name for name, _ in found.values()))
    taken = [name for name in (*names, "year") if name in kept.columns]
    if taken:
        return kept, [f"has a column '{name}' beside the columns of years" for name in taken]
    parts = []
    for year in sorted({year for _, year in found.values()}):
        figures = {name: frame[column] for column, (name, each) in found.items() if each == year}
        parts.append(kept.assign(year=year, **{name: figures.get(name, float("nan")) for name in names}))
    return pd.concat(parts), []


def _group(part: str, named: set[str]) -> str:
    """A part of a pattern as a regular expression; a year that stands twice is the same both times."""
    if part not in ("{year}", "{name}"):
        return re.escape(part)
    key = part[1:-1]
    if key in named:
        return rf"(?P={key})"
    named.add(key)
    return r"(?P<year>\d{4})" if key == "year" else r"(?P<name>.+?)"
