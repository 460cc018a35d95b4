"""What a choice did: which ranks two steps, or variants of a scenario, differ in, and whether clearly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from attrs import evolve, frozen
from hubrank.io.limits import whole_number
from hubrank.numeric import Array, Mask
from hubrank.plugin import HubrankError, Ranking, UsageError, gettext
from hubrank.ranking.ranking import move_text
from hubrank_analysis.between import between, same_unit
from hubrank_analysis.comparison import compare_editions

from hubrank_studio.queries import edition_of, names_of, numbers, position, unit_of
from hubrank_studio.remedies import with_titles
from hubrank_studio.session import Session
from hubrank_studio.tree import Tables

#: The most steps beside the first, and the most units in the table.
_COLUMNS, _ROWS = 8, 300


@frozen(kw_only=True, eq=False)
class Beside:
    """A step's ranking beside that of another, in one edition of each (their positions).

    Attributes:
        first: The ranking before.
        at: Its edition.
        second: The ranking after.
        other: Its edition.
        ranks: The ranks after, by the units before, `(units,)`; NaN for units without a rank, or that are gone.
    """

    first: Ranking
    at: int
    second: Ranking
    other: int
    ranks: Array

    @classmethod
    def of(cls, first: Ranking, at: int, second: Ranking) -> Beside:
        """Two rankings in an edition of the first; in the last of the second if it has no such edition."""
        other = position(second, first.editions[at])
        places = {code: place for place, code in enumerate(second.codes)}
        where = np.array([places.get(code, -1) for code in first.codes])
        ranks = np.where(where < 0, np.nan, second.ranks[other][where])
        return cls(first=first, at=at, second=second, other=other, ranks=ranks)

    @property
    def changed(self) -> Mask:
        """Which units' ranks differ, `(units,)`; those with a rank in both."""
        both = ~np.isnan(self.ranks) & ~np.isnan(self.first.ranks[self.at])
        return both & (self.ranks != self.first.ranks[self.at])

    @property
    def beyond(self) -> Mask | None:
        """Which units' ranks lie outside the ranges that they had before, `(units,)`; None without ranges.

        It is what the report calls a clear change of a rank under other weights.
        """
        if self.first.low is None:
            return None
        ranks = self.first.ranks.copy()
        ranks[self.at] = self.ranks
        return np.asarray(evolve(self.first, ranks=ranks).outside[self.at] & self.changed)


def effect(session: Session, query: Mapping[str, str]) -> dict[str, Any]:
    """The ranks of some steps side by side, the first being what the others are compared with.

    Args:
        session: The session.
        query: `steps`, numbers with commas between; `draw`, to draw the first one's ranges if they are not known.
    """
    base, *others = _steps(query)
    first = session.earlier(base, ranges=bool(query.get("draw")))
    at = edition_of(first, query)
    columns, found = [], []
    for number in others:
        try:
            found.append(beside := Beside.of(first, at, session.earlier(number)))
        except HubrankError as error:
            tables = Tables.read(session)
            columns.append({"step": number, "why": " ".join(with_titles(item, tables) for item in error.problems)})
            continue
        columns.append({"step": number, **_counts(beside)})
    return {
        "base": base,
        "edition": first.editions[at],
        "uncertain": first.plan.uncertainties is not None,
        "drawn": not first.undrawn,
        "columns": columns,
        **_rows(first, at, found),
    }


def why(session: Session, query: Mapping[str, str]) -> dict[str, Any]:
    """How a unit's rank came from one step's to another's, by the steps of the Handbook in which they differ."""
    one, other = (session.earlier(number) for number in _steps(query)[:2])
    beside = Beside.of(one, edition_of(one, query), other)
    unit = unit_of(one, query)
    found = between(one, other, (beside.at, beside.other), (unit, same_unit(one, unit, other)))
    return {
        "unit": one.codes[unit],
        "places": found.places,
        "steps": [
            {"names": [gettext(name) for name in item.parts], "score": item.score, "places": item.places}
            for item in found.steps
        ],
    }


def _steps(query: Mapping[str, str]) -> list[int]:
    texts = query.get("steps", "").split(",")
    steps = [step for step in map(whole_number, texts) if step is not None]
    if not 2 <= len(texts) == len(steps) <= _COLUMNS + 1:
        raise UsageError(gettext("choose the step before and up to {count} others", count=_COLUMNS))
    return steps


def _counts(beside: Beside) -> dict[str, Any]:
    """What a sentence says of two rankings."""
    first, at, beyond, changed = beside.first, beside.at, beside.beyond, beside.changed
    before = ~np.isnan(first.ranks[at])
    after = ~np.isnan(beside.ranks)
    entered = {beside.second.codes[unit] for unit in beside.second.order(beside.other)}
    entered -= {code for code, ranked in zip(first.codes, before, strict=True) if ranked}
    return {
        "units": int((before & after).sum()),
        "changed": int(changed.sum()),
        "beyond": None if beyond is None else int(beyond.sum()),
        "largest": _largest(beside, changed if beyond is None or not beyond.any() else beyond),
        "left": int((before & ~after).sum()),
        "entered": len(entered),
        "spearman": numbers([compare_editions(beside.second, first, (beside.other, at)).spearman])[0],
    }


def _largest(beside: Beside, some: Mask, most: int = 3) -> list[dict[str, Any]]:
    """The units of some that moved most."""
    before, names = beside.first.ranks[beside.at], names_of(beside.first)
    order = sorted(np.flatnonzero(some).tolist(), key=lambda unit: (-abs(before[unit] - beside.ranks[unit]), unit))
    return [
        {"name": names[unit], "before": float(before[unit]), "after": float(beside.ranks[unit])}
        for unit in order[:most]
    ]


def _rows(first: Ranking, at: int, found: list[Beside]) -> dict[str, Any]:
    """The units whose ranks differ in any of the columns: clear changes first, then the largest; none twice."""
    before, names = first.ranks[at], names_of(first)
    with np.errstate(invalid="ignore"):
        moved = np.nan_to_num(np.array([np.where(item.changed, abs(item.ranks - before), 0.0) for item in found]))
    largest = moved.max(axis=0, initial=0.0) if len(found) else np.zeros(len(before))
    gone = np.any([np.isnan(item.ranks) & ~np.isnan(before) for item in found], axis=0) if found else largest > 0
    clear = np.any([item.beyond for item in found if item.beyond is not None], axis=0) & (largest > 0)
    wanted = np.flatnonzero((largest > 0) | gone)
    order = wanted[np.lexsort((before[wanted], -largest[wanted], ~clear[wanted]))]
    return {
        "count": len(order),
        "rows": [
            {
                "code": first.codes[unit],
                "name": names[unit],
                "rank": numbers([before[unit]])[0],
                "range": first.range_text(at, unit),
                "cells": list(_cells(found, unit)),
            }
            for unit in order[:_ROWS].tolist()
        ],
    }


def _cells(found: list[Beside], unit: int) -> Iterator[dict[str, Any]]:
    """A unit's rank in each column, with its move: in brackets if it is within the range that the rank had."""
    for item in found:
        before, after = float(item.first.ranks[item.at, unit]), float(item.ranks[unit])
        beyond = None if item.beyond is None else bool(item.beyond[unit])
        moved = "" if np.isnan(after) else move_text(before, after, doubtful=beyond is False and before != after)
        yield {"rank": numbers([after])[0], "moved": moved, "beyond": beyond}
