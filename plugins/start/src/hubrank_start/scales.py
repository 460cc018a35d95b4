"""Columns of grades, ratings and answers as values, in an order that is asked about."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from attrs import evolve, frozen
from hubrank.errors import fold_name, shorten_list
from hubrank.i18n import enumerated, listed
from hubrank.plugin import gettext, ngettext

from hubrank_start.columns import Column, is_dated
from hubrank_start.desk import Desk, Question
from hubrank_start.levels import Scale, folded, is_dash, levels_in, ordered, scale_of
from hubrank_start.marks import GROUP, INDICATOR, LEFT, mark
from hubrank_start.sheet import WORDS, blank, filled

#: Heads of marks of German schools, of which 1 is the best and 6 the worst.
_MARKS, _BEST, _WORST = re.compile(r"(?:\w*noten?|\w*notendurchschnitt|\w*notenschnitt|\w*notenmittel)\b.*"), 1, 6
#: The most levels shown.
_SHOWN = 8


def with_scales(columns: Sequence[Column], desk: Desk) -> list[Column]:
    """The columns, the levels of those on an ordinal scale as values; one column of texts is left for the units."""
    found = {item.at: scale for item in columns if (scale := _scale_of(item, desk)) is not None}
    texts = [item for item in columns if (item.at in found or not item.is_figures) and not is_dated(item)]
    coded = any(fold_name(item.name) in WORDS["code"] for item in columns)
    if texts and (scale := found.get(texts[0].at)) is not None:
        held = filled(texts[0].cells)
        letters = all(len(text) == 1 for text in scale.texts.values())
        if letters or len(set(held)) == len(held) or not (coded or any(item.at not in found for item in texts)):
            del found[texts[0].at]  # it identifies the units
    labels = {item.at for item in columns if not item.is_figures and item.at not in found}
    ticked = any(scale.name == "ticks" for scale in found.values()) and len(found) + len(labels) < len(columns)
    rows = zip(*(item.cells for item in columns if item.at not in labels), strict=True) if ticked else ()
    bare = {at for at, row in enumerate(rows) if all(cell is None for cell in row)}  # no units, since only labelled
    result = []
    for item in columns:
        if (scale := found.get(item.at)) is None:
            result.append(item)
            continue
        absent = bare if scale.name == "ticks" else ()
        cells = [None if at in absent else value for at, value in enumerate(scale.values)]
        unread = [cell for cell, value in zip(item.cells, cells, strict=True) if value is None and not blank(cell)]
        lost = [str(cell) for cell in unread if not is_dash(str(cell))]
        if lost:
            shown = ngettext(len(lost), "{count} cell left empty", "{count} cells left empty")
            quoted = enumerated([f'"{text}"' for text in dict.fromkeys(lost)], most=3)
            desk.tell(item.name, shown, gettext("not on its scale: {cells}", cells=quoted))
        direction = item.direction or (1 if scale.better else None)
        result.append(evolve(item, cells=cells, scale=evolve(scale, values=()), direction=direction))
    return result


def _scale_of(column: Column, desk: Desk) -> Scale | None:
    """The scale of a column by its cells, or by a flag; None if its heading marks it as groups."""
    key = fold_name(column.name)
    if (column.role and column.role != INDICATOR) or (key in WORDS["unit"] and key not in WORDS["group"]):
        return None
    scale, grouped = scale_of(column.cells), _of_groups(column)
    if scale is not None:
        return evolve(scale, sure=not grouped) if scale.sure or not grouped else None
    wanted = (item for item in desk.answers.items() if fold_name(item[0]) == fold_name(_key(column)))
    key, order = next(wanted, ("", ""))
    if len(levels_in(order)) < 2 or column.is_figures:
        return None
    if (scale := ordered(column.cells, order)) is None:
        texts = shorten_list(list(dict.fromkeys(map(str, filled(column.cells)))))
        desk.wrong[key] = f"{key}={order}: must name each of {texts}"
        desk.used.add(key)
    return scale


def _of_groups(column: Column) -> bool:
    """Whether a head says that its column is of groups, kinds or colours."""
    words = re.findall(r"[^\W\d_]+", column.name.casefold())
    return fold_name(column.name) in WORDS["group"] or any(fold_name(word) in WORDS["kind"] for word in words)


def _key(column: Column) -> str:
    return f"scale.{column.name}"


def graded(
    frame: pd.DataFrame, figures: Sequence[Column], groups: Sequence[str], desk: Desk
) -> tuple[pd.DataFrame, list[Column], list[str]]:
    """A table with levels as 1 to k (0 and 1 for no and yes), after questions; other texts are groups, or left out.

    Args:
        frame: The table, one column per name.
        figures: The columns of values, of which some are on scales.
        groups: The names of the columns of groups.
        desk: The desk for questions.

    Returns:
        The table, the columns of values and the names of the columns of groups.
    """
    kept, groups = [], list(groups)
    for item in figures:
        if item.scale is None:
            kept.append(_as_mark(item, desk))
            continue
        texts = {value: text or gettext("empty") for value, text in item.scale.texts.items()}
        order = sorted(texts.keys() & set(frame[item.name]))
        if len(order) < 2:
            mark([item], LEFT, desk, gettext("all units have the same value"))
            frame = frame.assign(**{item.name: frame[item.name].map(texts)})  # as a text it is reported to be no group
            continue
        lowest = 0 if item.scale.name in ("truth", "ticks") else 1
        answer = desk.ask(_question(item, {value: texts[value] for value in order}, lowest))
        if answer == "no":
            frame = frame.assign(**{item.name: frame[item.name].map(texts)})
            is_group = 1 < len(order) < len(frame)
            groups += [item.name] if is_group else []
            mark([item], GROUP if is_group else LEFT, desk, "" if is_group else gettext("text without repeated values"))
            continue
        if answer != "yes":
            order.sort(key=lambda value: levels_in(answer).index(folded(texts[value])))
        places = order if item.scale.counts and answer == "yes" else range(lowest, len(order) + lowest)
        levels, numbers = np.array(sorted(zip(order, places, strict=True)), dtype=float).T
        read = np.interp(frame[item.name].to_numpy(dtype=float), levels, numbers)  # means lie between levels
        frame = frame.assign(**{item.name: read})
        kept.append(item)
    return frame, kept, groups


@frozen(kw_only=True)
class _OfScale(Question):
    """Whether a column is a scale; another order of its levels answers it too."""

    levels: Sequence[str]

    def accepted(self, answer: str) -> str | None:
        whole = sorted(levels_in(answer)) == sorted(map(folded, self.levels))
        return answer if whole else super().accepted(answer)


def _question(item: Column, texts: Mapping[float, str], lowest: int) -> Question:
    """The question about a column, by the text of each level from the lowest, which is read as a number."""
    scale = item.scale
    assert scale is not None  # noqa: S101  # others are not asked about
    best = [*texts.values()][::-1]
    numbers = [f"{value:g}" for value in (texts if scale.counts else range(lowest, len(texts) + lowest))][::-1]
    by_hand = [] if len(best) > _SHOWN else ["<".join(texts.values())]
    if len(best) > _SHOWN:
        best, numbers = [*best[:4], "...", *best[-2:]], [*numbers[:4], "...", *numbers[-2:]]
    shown = gettext("{levels}: read as {numbers}", levels=" > ".join(best), numbers=listed(numbers))
    return _OfScale(
        key=_key(item),
        text=gettext("{column}: is it a scale, {levels}?", column=item.name, levels=shown),
        default="yes" if scale.sure else "no",
        why=gettext("its cells are levels of a scale") if scale.sure else gettext("its name says groups"),
        options=("yes", "no", *by_hand),
        about=gettext("{column} as a scale ({levels})", column=item.name, levels=shown),
        levels=tuple(texts.values()),
    )


def is_mark(column: Column) -> bool:
    """Whether a column holds marks by its head, and grades or values as German schools give them."""
    if not _MARKS.fullmatch(column.name.casefold()):
        return False
    numbers = [cell for cell in column.cells if isinstance(cell, int | float)]
    return column.scale is not None or (bool(numbers) and _BEST <= min(numbers) <= max(numbers) <= _WORST)


def _as_mark(column: Column, desk: Desk) -> Column:
    """The column, whose lowest value is the best if a user says so."""
    if column.direction is not None or not is_mark(column):
        return column
    question = Question(
        key=_key(column),
        text=gettext("{column}: is 1 the best mark, as in German schools?", column=column.name),
        default="yes",
        why=gettext("its name says marks, and all are from 1 to 6"),
        options=("yes", "no"),
        about=gettext("1 as the best of {column}", column=column.name),
    )
    return evolve(column, direction=-1 if desk.ask(question) == "yes" else 1)
