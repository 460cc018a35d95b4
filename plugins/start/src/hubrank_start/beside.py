"""The figures that a question concerns, to be shown beside it."""

from __future__ import annotations

from typing import Any

from hubrank.i18n import enumerated, format_number
from hubrank.plugin import gettext

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
        pairs = list(zip(frame[label], frame[name], strict=True))
    elif name in read and label in read:
        pairs = list(zip(read[label].cells, read[name].cells, strict=True))
        pairs = [(unit, scale.texts.get(cell, cell) if scale else cell) for unit, cell in pairs]
    else:
        return []
    units = set(frame[label])
    pairs = [(shortened(str(unit)), cell) for unit, cell in pairs if unit in units and not blank(cell) and cell == cell]
    lines = [enumerated([f"{unit} {_cell(cell)}" for unit, cell in pairs], most)]
    if pairs and all(isinstance(cell, int | float) for _, cell in pairs):
        low, high = min(pairs, key=lambda item: item[1]), max(pairs, key=lambda item: item[1])
        ends = {"low": _cell(low[1]), "of_low": low[0], "high": _cell(high[1]), "of_high": high[0]}
        lines.append(gettext("from {low} ({of_low}) to {high} ({of_high})", **ends))
    return [f"{name}: {lines[0]}", *lines[1:]]


def _cell(cell: Any) -> str:
    return format_number(f"{cell:,.6g}") if isinstance(cell, int | float) else shortened(str(cell))


def shortened(name: str) -> str:
    """A name, cut where it is too long."""
    return name if len(name) <= LONG else f"{name[: LONG - 1]}…"
