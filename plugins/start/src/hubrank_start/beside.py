"""The figures that a question concerns, to be shown beside it."""

from numbers import Real
from typing import Any

import pandas as pd
from hubrank.i18n import enumerated, format_number
from hubrank.plugin import gettext
from pandas.api.types import is_numeric_dtype

from hubrank_start.desk import Question
from hubrank_start.sheet import blank
from hubrank_start.tables import Reading

#: The longest name.
LONG = 24


def column_of(question: Question, reading: Reading) -> str:
    """The column, or the row, that a question is about, by its name; empty if it is about the whole table."""
    _, _, key = question.key.partition(".")
    return next((item.column for item in reading.draft.indicators if item.key == key), key)


def figures_beside(question: Question, reading: Reading, most: int) -> list[str]:
    """The content of a question's column, beside names of units: a few cells, the lowest and the highest."""
    looked, draft, name = reading.looked, reading.draft, column_of(question, reading)
    read, label = {item.name: item for item in looked.read}, looked.name or looked.unit
    frame = looked.frame if looked.year is None else looked.frame[looked.frame[looked.year] == max(draft.editions)]
    scale = read[name].scale if name in read else None
    if name in frame and scale is None:
        cells = pd.Series(frame[name].to_numpy(), frame[label]).dropna()
    elif name in read and label in read:
        units, pairs = set(frame[label]), zip(read[label].cells, read[name].cells, strict=True)
        held = [(unit, cell) for unit, cell in pairs if cell == cell and not blank(cell) and unit in units]
        texts = [scale.texts.get(cell, cell) if scale else cell for _, cell in held]
        cells = pd.Series(texts, [unit for unit, _ in held])
    else:
        return []
    few = zip(cells.index[:most], cells.iloc[:most].tolist(), strict=True)
    shown = [f"{_cell(str(unit))} {_cell(cell)}" for unit, cell in few]
    lines = [enumerated([*shown, *[""] * (len(cells) - len(shown))], most)]  # the others are counted
    if len(cells) and is_numeric_dtype(cells):
        low, high = cells.idxmin(), cells.idxmax()
        ends = {"low": cells.min(), "of_low": str(low), "high": cells.max(), "of_high": str(high)}
        ends = {key: _cell(cell) for key, cell in ends.items()}
        lines.append(gettext("from {low} ({of_low}) to {high} ({of_high})", **ends))
    return [f"{name}: {lines[0]}", *lines[1:]]


def _cell(cell: Any) -> str:
    return format_number(f"{cell:,.6g}") if isinstance(cell, Real) else shortened(str(cell))


def shortened(name: str) -> str:
    """A name, cut where it is too long."""
    return name if len(name) <= LONG else f"{name[: LONG - 1]}…"
