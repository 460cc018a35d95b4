"""What the page shows of a session, as JSON values; numbers that are none are None."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from hubrank.io.escaping import strip_control
from hubrank.methods.toolkit import kurtosis, skewness
from hubrank.plugin import Array, Ranking, UsageError, gettext
from hubrank_start.tables import Reading

from hubrank_studio import choices, tree
from hubrank_studio.assumed import directions_decided
from hubrank_studio.folder import RUN
from hubrank_studio.queries import edition_of, named, numbers, unit_of
from hubrank_studio.reading import questioned
from hubrank_studio.remedies import problem_shown
from hubrank_studio.session import Session


def state(session: Session, query: Mapping[str, str]) -> dict[str, Any]:
    """Everything but the table itself: `result` has the ranks, `tree` the choices; all of it is of one step."""
    with session.lock:
        step, (ranking, ranked) = session.step, session.ranked
        at = 0 if ranking is None else edition_of(ranking, query)
        reading, tables = session.reading(), tree.Tables.read(session)
        return {
            "step": step.number if step else 0,
            "ranked": ranked,
            "toml": step.toml if step else "",
            "run": session.folder.own(RUN).name,
            "problems": [problem_shown(item, tables) for item in session.problems],
            "history": session.folder.steps(),
            "can_redo": step is not None and session.folder.after(step.number) is not None,
            "questions": [] if reading is None else list(_answered(reading, tables)),
            "tree": None if ranking is None else tree.shown(tables, ranking, at),
            "choices": None if tables is None else choices.shown(tables, reading, ranking),
            "result": None if ranking is None else result(session, ranking, at, query),
        }


def _answered(reading: Reading, tables: tree.Tables | None) -> Iterator[dict[str, Any]]:
    """The questions, with the answers that the scenario itself gives."""
    decided = {} if tables is None else directions_decided(reading.draft, tables.whole)
    for item in questioned(reading):
        yield item | ({"answer": str(decided[item["key"]])} if item["key"] in decided else {})


def ranges_now(session: Session, query: Mapping[str, str]) -> dict[str, Any]:
    """The ranges so far, with the step that they are of."""
    with session.lock:
        ranking, number = session.ranked
        if ranking is None:
            return {"step": 0}
        return {"step": number, **ranges(session, ranking, edition_of(ranking, query))}


def result(session: Session, ranking: Ranking, at: int, query: Mapping[str, str]) -> dict[str, Any]:
    """The ranked units of an edition, best first, by column; those without a rank are last, with the reason.

    Args:
        session: The session.
        ranking: Its ranking.
        at: The edition's position.
        query: `named`, the key of the units that the page knows; `dimensions`, to have the scores of these too.
    """
    order, units = ranking.order(at), named(ranking)
    names, tiers, places = units["names"], ranking.tier(at), order.tolist()
    unranked = np.flatnonzero(np.isnan(ranking.ranks[at]))
    return {
        "title": ranking.title,
        "editions": list(ranking.editions),
        "edition": ranking.editions[at],
        "units": len(ranking.codes),
        "named": {"key": units["key"]} if query.get("named") == units["key"] else units,
        "order": places,
        "ranks": numbers(ranking.ranks[at][order]),
        "scores": numbers(ranking.rounded_scores(at)[order]),
        "tiers": [tiers[unit] for unit in places] if any(tiers) else [],
        "dimensions": {
            name: numbers(ranking.nodes[name].scores[at][order])
            for name in (node.name for node in ranking.plan.tree if query.get("dimensions"))
            if name != ranking.plan.tree.root.name
        },
        **ranges(session, ranking, at),
        "unranked": [
            {"code": ranking.codes[unit], "name": names[unit], "why": ranking.why(at, int(unit))}
            for unit in unranked[:UNRANKED]
        ],
        "unranked_count": len(unranked),
        "decimals": ranking.plan.scenario.ranking.decimals,
        "rounding": ranking.plan.scenario.ranking.rounding,
        "caveats": [str(item) for item in ranking.caveats_of(at)],
    }


#: The most units without a rank that are named.
UNRANKED = 200


def ranges(session: Session, ranking: Ranking, at: int) -> dict[str, Any]:
    """The ranges of the ranked units in the order of `result`: those so far while draws are being made."""
    order = ranking.order(at)
    low = high = None
    if ranking.low is not None and ranking.high is not None:
        low, high = numbers(ranking.low[at][order]), numbers(ranking.high[at][order])
    elif session.ranges is not None:
        frame = session.ranges[session.ranges["edition"] == ranking.editions[at]].set_index("unit")
        frame = frame.reindex([ranking.codes[unit] for unit in order.tolist()])
        low, high = numbers(frame["low"].to_numpy()), numbers(frame["high"].to_numpy())
    return {
        "low": low,
        "high": high,
        "draws": session.draws,
        "growing": session.growing,
        "uncertain": ranking.plan.uncertainties is not None,
    }


def distribution(session: Session, query: Mapping[str, str]) -> dict[str, Any]:
    """The sorted values of an indicator among the ranked units, stage by stage, and those of one unit.

    Args:
        session: The session.
        query: `indicator`, its key; `unit`, a code, or nothing.
    """
    (ranking, number), key = session.newest(), query.get("indicator", "")
    at = edition_of(ranking, query)
    keys = [item.key for item in ranking.plan.ranked]
    if key not in keys:
        raise UsageError(gettext("there is no indicator '{key}'", key=key))
    column, item = keys.index(key), ranking.plan.ranked[keys.index(key)]
    ranked = ~np.isnan(ranking.ranks[at])
    own = unit_of(ranking, query) if query.get("unit") in ranking.codes else None
    stages = {name: getattr(ranking, name)[at, :, column] for name in ("measured", "treated", "normalised")}
    return {
        "step": number,
        "key": key,
        "title": ranking.plan.titles()[key],
        "measure": strip_control(gettext(item.record.unit_of_measure)),
        "treatment": [step.part.name for step in item.treatment],
        "stages": [
            {"name": name, **_spread(values[ranked]), "own": None if own is None else numbers([values[own]])[0]}
            for name, values in stages.items()
        ],
    }


def _spread(values: Array) -> dict[str, Any]:
    there = np.sort(values[~np.isnan(values)])
    shape = [float(measure(there[:, None]).squeeze()) for measure in (skewness, kurtosis)]
    return {"values": numbers(there), "skewness": numbers(shape)[0], "kurtosis": numbers(shape)[1]}
