"""What is known of a unit: its figures with origin and steps, and what it would take to reach a rank."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import attrs
from hubrank.cli.command import jsonable
from hubrank.explain import profile
from hubrank.io.cache import Cache
from hubrank.io.escaping import strip_control, unescape_formula
from hubrank.io.limits import whole_number
from hubrank.plugin import Ranking, UsageError, gettext
from hubrank.ranking.ranking import refuse_unranked
from hubrank.ranking.values import steps_taken
from hubrank_analysis.whatif import Trial, improvements, levers

from hubrank_studio.queries import edition_of, names_of, numbers, unit_of
from hubrank_studio.session import Session, SupersededError

#: The most rows of an input, and of the original table, that are shown; the most letters of a cell.
_ROWS, _LETTERS = 50, 80

#: One improvement is looked for at a time: each ranks hundreds of times.
_TRYING = threading.Lock()
#: A value's stages, in order.
_STAGES = ("measured", "imputed", "treated", "normalised")

#: What stands for a term that is not known; it is not shown.
_UNSTATED = ("not stated", "the column's own")
#: What is shown of an origin.
_TERMS = ("producer", "title", "licence", "url", "accessed")


def unit(session: Session, query: Mapping[str, str]) -> dict[str, Any]:
    """A unit explained, as `hubrank explain` does, with each value's stages, origin and age.

    Args:
        session: The session.
        query: `unit`, a code; `against`, that of another one to compare it with.
    """
    ranking, step = session.newest()
    at, own = edition_of(ranking, query), unit_of(ranking, query)
    names = names_of(ranking)
    head = {
        "step": step,
        "edition": ranking.editions[at],
        "code": ranking.codes[own],
        "name": names[own],
        "rank": numbers([ranking.ranks[at, own]])[0],
        "why": ranking.why(at, own),
        "figures": list(_figures(ranking, at, own)),
    }
    if head["rank"] is None:
        return head
    other = unit_of(ranking, query, "against") if query.get("against") else None
    answer = profile.explain(ranking, edition=at, unit=own, against=other)
    found: dict[str, Any] = jsonable(answer.data())
    indicators = {item["key"]: item for item in found.pop("indicators")}
    head["figures"] = [item | indicators.get(item["key"], {}) | {"title": item["title"]} for item in head["figures"]]
    if other is not None:
        theirs = {item["key"]: item for item in _figures(ranking, at, other)}
        for item in head["figures"]:
            item["other"] = theirs[item["key"]]
        found |= {"against": ranking.codes[other], "against_name": names[other]}
    for item in found["dimensions"]:
        item["title"] = gettext(item["title"])
        item["shown"] = ranking.score_text(at, own, item["name"])
        item["other"] = None if other is None else ranking.score_text(at, other, item["name"])
    return {
        **found,
        **head,
        "summary": _named(ranking, own, answer.title),
        "count": len(ranking.order(at)),
        "range": ranking.range_text(at, own),
        "score": ranking.score_text(at, own),
        "moved": ranking.moved_text(at, own),
        "since": gettext("since {edition}", edition=ranking.editions[at - 1]),
        "tier": ranking.tier(at)[own],
        "peers": [
            {"code": ranking.codes[item.unit], "name": names[item.unit], "rank": ranking.ranks[at, item.unit].item()}
            for item in answer.record.peers
        ],
        "notes": list(answer.notes),
    }


def _figures(ranking: Ranking, at: int, own: int) -> Iterator[dict[str, Any]]:
    """The values of a unit, stage by stage, with what happened to each and where it comes from."""
    treated = steps_taken(ranking)
    origins: dict[str, list[dict[str, Any]]] = {}
    for used in ranking.origins():
        origins.setdefault(used.origin.name, []).append(attrs.asdict(used.origin))
    titles = ranking.plan.titles()
    for place, item in enumerate(ranking.plan.ranked):
        if ranking.editions[at] not in item.editions:
            continue
        column = ranking.measurement.indicators.index(item.key)
        stages = {name: numbers([getattr(ranking, name)[at, own, place]])[0] for name in _STAGES}
        name = str(ranking.measurement.origins[at, own, column])
        yield {
            "key": item.key,
            "title": titles[item.key],
            "dimension": titles[str(item.dimension)],
            "measure": _stated(item.record.unit_of_measure),
            "direction": item.direction,
            **stages,
            "treated_by": str(treated[place][at, own]) if place in treated else "",
            "imputed_by": "" if stages["measured"] is not None else item.imputation.part.name,
            "vintage": str(ranking.measurement.vintages[at, own, column]),
            "method": str(ranking.measurement.methods[at, own, column]),
            "age_text": ranking.age_text(at, own, item.key),
            "origins": [
                {key: _stated(origin[key]) for key in _TERMS}
                for part in name.split(" + ")
                for origin in origins.get(part, [])
            ],
        }


def _stated(text: str) -> str:
    return "" if text in _UNSTATED else strip_control(gettext(text))


def rows(session: Session, query: Mapping[str, str]) -> dict[str, Any]:
    """The rows behind a unit's value of an indicator: those of its inputs, and those of the table as it was given."""
    ranking, _ = session.newest()
    at, own = edition_of(ranking, query), unit_of(ranking, query)
    key = ranking.plan.key(query.get("indicator", ""), "indicator")
    found = profile.rows_behind(
        ranking.plan, ranking.measurement, key, ranking.codes[own], ranking.editions[at], Cache.default()
    )
    called = {unescape_formula(text) for text in (ranking.codes[own], ranking.names[own])}
    shown = {name: frame[[column for column in frame if _says(column, frame[column])]] for name, frame in found.items()}
    return {
        "inputs": [
            {"name": name, "heads": list(frame), "rows": _cells(frame.head(_ROWS)), "count": len(frame)}
            for name, frame in shown.items()
        ],
        "original": list(itertools.islice(_given_rows(session, called), _ROWS)),
    }


def _given_rows(session: Session, names: set[str]) -> Iterator[dict[str, Any]]:
    """The rows of the table as it was given in which a cell is one of a unit's names, each with its number from 1."""
    file = "" if session.step is None else session.step.source
    for sheet in session.sheets():
        for number, row in enumerate(sheet.rows, 1):
            cells = ["" if cell is None else strip_control(str(cell).strip()) for cell in row]
            if names & {*cells}:
                yield {"file": file, "sheet": sheet.name, "row": number, "cells": [cell[:_LETTERS] for cell in cells]}


def _says(column: str, cells: Any) -> bool:
    """Whether a column of rows says anything: rows without a year have the year -1, and others have no text."""
    return bool((cells != (-1 if column in ("from_year", "year") else "")).any())


def _cells(frame: Any) -> list[list[Any]]:
    records: list[dict[str, Any]] = jsonable(frame)
    return [
        [item if isinstance(item, int | float) else unescape_formula(str(item or "")) for item in row.values()]
        for row in records
    ]


def whatif(session: Session, query: Mapping[str, str]) -> dict[str, Any]:
    """What it would take a unit to reach a rank, as `hubrank whatif` finds it; it ends when the scenario changes.

    Args:
        session: The session.
        query: `unit`, a code; `rank`.
    """
    ranking, number = session.newest()
    at, own = edition_of(ranking, query), unit_of(ranking, query)
    refuse_unranked(ranking, at, own)
    if not (wanted := whole_number(query.get("rank", ""))):
        raise UsageError(gettext("a rank is a whole number from 1"))

    def heed() -> None:
        if session.superseded(number):
            raise SupersededError

    def tell(_what: str, done: float | None = None, of: float | None = None, _unit: str = "") -> None:
        session.tell(f"trying {done}/{of}")

    try:
        with _TRYING:
            answer = improvements(Trial(ranking, at, own, heed), levers(ranking, at, own), wanted, tell)
    except SupersededError:
        return {"step": number, "superseded": True}
    titles = ranking.plan.titles()
    found: dict[str, Any] = jsonable(answer.data())
    for improvement in [*found["alone"], *([found["together"]] if found["together"] else [])]:
        for change in improvement["changes"]:
            change["title"] = titles[change["indicator"]]
    found["alone"].sort(key=lambda item: (not item["reached"], item["cost"]))
    return {**found, "step": number, "summary": _named(ranking, own, answer.title), "notes": list(answer.notes)}


def _named(ranking: Ranking, own: int, text: str) -> str:
    """A sentence about a unit with its name as the page has it."""
    return text.replace(ranking.called(own), names_of(ranking)[own], 1)
