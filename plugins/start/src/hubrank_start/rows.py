"""Rows that are no units: totals, means, headings, repeated heads, empty ones; and units that stand twice."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

from attrs import evolve
from hubrank import gettext, ngettext
from hubrank.i18n import enumerated

from hubrank_start.columns import Column
from hubrank_start.desk import Desk, Question
from hubrank_start.places import groups_among, is_city, known_places
from hubrank_start.shape import where
from hubrank_start.sheet import blank
from hubrank_start.units import Labels
from hubrank_start.words import is_total

#: A total is told by its figures where so many rows stand above it, and so many columns of figures agree.
_ROWS, _COLUMNS = 3, 2
_ALIKE = 1e-3
#: The share of the others' sum that a whole has at least, since its parts may not all be there.
_WHOLE = 0.5
#: Countries that are regions of another as well.
_AMBIGUOUS = {"georgia", "luxembourg", "luxemburg", "limburg"}


def only_units(columns: list[Column], unit: Column, figures: Sequence[Column], desk: Desk) -> list[Column]:
    """The columns without rows that are no units; what is left out is told."""
    label = ["" if blank(cell) else str(cell) for cell in unit.cells]
    bare = {at for at in range(len(label)) if all(blank(each.cells[at]) for each in figures)}
    groups = groups_among(list(dict.fromkeys(filter(None, label))))
    totals = [at for at, name in enumerate(label) if is_total(name) or name in groups]
    left = {*totals, *bare, *(at for at, name in enumerate(label) if not name)}
    if summed := _summed(figures, [at for at in range(len(label)) if at not in left]):
        last, kind = summed
        sums, means = (
            gettext("since its figures are the sums of those above"),
            gettext("since its figures are the means of those above"),
        )
        desk.tell(gettext("rows left out"), label[last], sums if kind == "sums" else means)
        left.add(last)
    if (whole := _whole(label, left, figures, desk)) is not None:
        left.add(whole)
    _tell(label, totals, bare, left, desk)
    return where(columns, lambda at: at not in left)


def _tell(label: Sequence[str], totals: Sequence[int], bare: set[int], left: set[int], desk: Desk) -> None:
    """What was left out of a table, apart from what was told before."""
    if totals:
        names = enumerated(list(dict.fromkeys(label[at] for at in totals)))
        desk.tell(gettext("rows left out"), names, gettext("since totals and groups are no units"))
    if nameless := [at for at, name in enumerate(label) if not name and at not in bare]:
        shown = ngettext(len(nameless), "{count} row", "{count} rows")
        desk.tell(gettext("rows left out"), shown, gettext("since no name stands beside them"))
    there = {label[at] for at in range(len(label)) if at not in left}
    empty = dict.fromkeys(label[at] for at in sorted(bare) if label[at] and at not in totals)
    if lost := [name for name in empty if name not in there]:
        desk.tell(gettext("rows left out"), enumerated(lost), gettext("since without any figure"))


def _whole(label: Sequence[str], left: set[int], figures: Sequence[Column], desk: Desk) -> int | None:
    """The first or the last row, if it is a country among units that are none, and not to count."""
    kept = [at for at in range(len(label)) if at not in left]
    names = list(dict.fromkeys(label[at] for at in kept))
    ends = [at for at in kept[:1] + kept[-1:] if label[at].casefold() not in _AMBIGUOUS and known_places([label[at]])]
    at = next((at for at in ends if not known_places([each for each in names if each != label[at]])), None)
    if at is None or min(len(names) - 1, len(figures) + 1) < _ROWS or is_city(name := label[at]):
        return None
    if not all(_is_of_all(each.cells[at], [each.cells[row] for row in kept if row != at]) for each in figures):
        return None
    question = Question(
        key=f"use.{name}",
        text=gettext("{name} is a country among units that are none; does it count as a unit?", name=name),
        default="no",
        why=gettext("it is likely the whole of the others"),
        options=("no", "yes"),
        what=gettext("{name} as a unit", name=name),
    )
    return at if desk.ask(question) == "no" else None


def _is_of_all(figure: float | None, others: Sequence[float | None]) -> bool:
    """Whether a figure may be that of all others together: between them, or about as large as their sum."""
    held = [each for each in others if each is not None]
    return figure is None or not held or min(held) < figure < max(held) or figure >= _WHOLE * sum(held) > 0


def _summed(figures: Sequence[Column], rows: Sequence[int]) -> tuple[int, str] | None:
    """The last row, if its figures are the sums or the means of those above."""
    if len(rows) <= _ROWS:
        return None
    agree: dict[str, int] = {"sums": 0, "means": 0}
    told = 0
    for each in figures:
        held = [each.cells[at] for at in rows[:-1] if each.cells[at] is not None]
        last = each.cells[rows[-1]]
        if last is None or len(held) < _ROWS or len(set(held)) == 1:
            continue
        told += 1
        agree["sums"] += math.isclose(last, sum(held), rel_tol=_ALIKE)
        agree["means"] += math.isclose(last, sum(held) / len(held), rel_tol=_ALIKE)
    kind = max(agree, key=lambda name: agree[name])
    return (rows[-1], kind) if told >= _COLUMNS and agree[kind] == told else None


def told_apart(columns: list[Column], labels: Labels, desk: Desk) -> tuple[list[Column], Labels]:
    """Each unit once a year: rows that are alike are one, of the others one is asked for."""
    keys = _keys(labels)
    if len(set(keys)) == len(keys):
        return columns, labels
    seen: set[tuple[Any, ...]] = set()
    same: set[int] = set()
    for at in range(len(keys)):
        row = tuple(each.cells[at] for each in columns)
        same |= {at} if row in seen else set()
        seen.add(row)
    if same:
        names = enumerated(list(dict.fromkeys(str(keys[at][0]) for at in same)))
        shown = gettext("{names} counts once", names=names)
        desk.tell(gettext("rows that are alike"), shown, gettext("since they are the same in every column"))
    kept = [at for at in range(len(keys)) if at not in same]
    twice = [key for key, count in Counter(keys[at] for at in kept).items() if count > 1]
    if not twice:
        return where(columns, set(kept).__contains__), labels
    return _asked(columns, labels, kept, enumerated(list(dict.fromkeys(str(key[0]) for key in twice))), desk), labels


def _asked(columns: list[Column], labels: Labels, kept: Sequence[int], names: str, desk: Desk) -> list[Column]:
    keys = _keys(labels)
    telling = next((each for each in labels.groups if _tells([(keys[at], each.cells[at]) for at in kept])), None)
    options = ("first", "last", "mean", *(["apart"] if telling else []))
    why = gettext("a list is read from its top")
    if telling:
        why = gettext('the column "{column}" tells them apart', column=telling.name)
    answer = desk.ask(
        Question(
            key="duplicates",
            text=gettext("{names}: in several rows; which counts?", names=names),
            default="apart" if telling else "first",
            why=why,
            options=options,
            what=gettext("several rows of {names}", names=names),
        )
    )
    if answer == "apart" and telling:
        return _named_by(where(columns, set(kept).__contains__), labels.unit.name, telling.name)
    order = kept if answer != "last" else list(reversed(kept))
    first: dict[Any, int] = {}
    for at in order:
        first.setdefault(keys[at], at)
    if answer != "mean":
        return where(columns, set(first.values()).__contains__)
    return _averaged(columns, keys, kept, first)


def _averaged(columns: list[Column], keys: Sequence[Any], kept: Sequence[int], first: dict[Any, int]) -> list[Column]:
    made = []
    for each in columns:
        cells = list(each.cells)
        for key, at in first.items():
            held = [each.cells[row] for row in kept if keys[row] == key and each.cells[row] is not None]
            if held and all(isinstance(cell, float) for cell in held):
                cells[at] = sum(held) / len(held)
        made.append(evolve(each, cells=cells))
    return where(made, set(first.values()).__contains__)


def _named_by(columns: list[Column], unit: str, group: str) -> list[Column]:
    """Units that share a name with their group's behind it."""
    names = next(each.cells for each in columns if each.name == unit)
    groups = next(each.cells for each in columns if each.name == group)
    counts = Counter(names)
    cells = [f"{name} ({of})" if counts[name] > 1 else name for name, of in zip(names, groups, strict=True)]
    return [evolve(each, cells=cells) if each.name == unit else each for each in columns]


def _keys(labels: Labels) -> list[tuple[Any, Any]]:
    years = labels.year.cells if labels.year else [None] * len(labels.unit.cells)
    return list(zip(labels.unit.cells, years, strict=True))


def _tells(keys: Sequence[Any]) -> bool:
    return len(set(keys)) == len(keys)
