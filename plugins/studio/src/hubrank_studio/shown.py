"""What the page shows of a session, as JSON values; numbers that are none are None."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from hubrank.io.escaping import strip_control
from hubrank.plugin import Ranking, Registry, gettext
from hubrank_output.report.payload import unit_names
from hubrank_start.tables import Reading

from hubrank_studio.reading import questions
from hubrank_studio.session import Session

#: The choices of a method that a scenario makes for all, with the kind of component.
CHOICES = {"normalisation": "normalisation", "weighting": "weighting", "aggregation": "aggregator"}


def state(session: Session, edition: int | None = None) -> dict[str, Any]:
    """Everything but the table itself: `result` has the ranks, `tree` the choices."""
    step, ranking = session.step, session.ranking
    reading = session.reading()
    return {
        "step": step.number if step else 0,
        "ranked": session.ranked,
        "toml": step.toml if step else "",
        "file": session.folder.scenario,
        "folder": session.folder.path.name,
        "problems": [{"where": item.where, "what": item.what, "line": item.line} for item in session.problems],
        "history": session.folder.steps(),
        "can_redo": step is not None and session.folder.after(step.number) is not None,
        "questions": [] if reading is None else list(questions(reading)),
        "assumptions": [] if reading is None else list(assumptions(reading)),
        "tree": None if ranking is None else tree(ranking),
        "choices": None if ranking is None else choices(ranking),
        "result": None if ranking is None else result(session, ranking, edition),
    }


def assumptions(reading: Reading) -> Iterator[dict[str, Any]]:
    """What was assumed about the table, each with its reason."""
    for item in reading.draft.assumed:
        yield {
            "key": item.key,
            "what": item.what,
            "shown": item.shown,
            "why": item.why,
            "asked": item.asked,
        }


def tree(ranking: Ranking) -> dict[str, Any]:
    """The dimensions and indicators within each other, each with its weight among its siblings and in the whole."""
    plan, scenario = ranking.plan, ranking.plan.scenario
    indicators = {item.key: item for item in plan.ranked}
    nodes = {node.name: node for node in plan.tree}

    def part(name: str, weight: float, share: float) -> dict[str, Any]:
        common = {"key": name, "weight": weight, "share": share}
        if name in indicators:
            item, at = indicators[name], plan.ranked.index(indicators[name])
            missing = int(np.isnan(ranking.measured[-1, :, at]).sum())
            return common | {
                "kind": "indicator",
                "title": gettext(item.title),
                "direction": item.direction,
                "measure": strip_control(gettext(item.record.unit_of_measure)),
                "treatment": _treatment(scenario.indicators[name]),
                "missing": missing,
            }
        node = nodes[name]
        whole = sum(member.weight for member in node.members) or 1.0
        members = [part(item.name, item.weight, share * item.weight / whole) for item in node.members]
        title = gettext(node.title)
        return common | {"kind": "dimension", "title": title, "weighting": node.weighting.part.name, "members": members}

    return part(plan.tree.root.name, 1.0, 1.0)


def _treatment(settings: Any) -> list[str]:
    """The names of the steps that draw in an indicator's outliers."""
    steps = getattr(settings.treatment, "steps", None) or ()
    return [str(getattr(item, "method", item)) for item in steps]


def choices(ranking: Ranking) -> dict[str, Any]:
    """The choices of methods for all indicators or dimensions: what is chosen, and what there is instead."""
    registry, plan = Registry.installed(), ranking.plan
    root = plan.tree.root
    chosen = {
        "weighting": registry.name_of(root.weighting.part),
        "aggregation": registry.name_of(root.aggregation.part),
        "normalisation": plan.scenario.normalisation.choice.method,
    }
    kinds = {"weighting": "weighting", "aggregation": "aggregator", "normalisation": "normalisation"}
    return {
        name: {"value": chosen[name], "options": list(registry.names(kind)), "path": [name, "method"]}
        for name, kind in kinds.items()
    } | {"treatment": {"options": list(registry.names("treatment"))}}


def ranges_now(session: Session, edition: int | None = None) -> dict[str, Any]:
    """The ranges so far, with the step that they are of."""
    ranking = session.ranking
    if ranking is None:
        return {"step": 0}
    return {"step": session.ranked, **ranges(session, ranking, position(ranking, edition))}


def position(ranking: Ranking, edition: int | None) -> int:
    """The position of an edition; of the last one if there is no such edition."""
    return ranking.editions.index(edition) if edition in ranking.editions else len(ranking.editions) - 1


def result(session: Session, ranking: Ranking, edition: int | None = None) -> dict[str, Any]:
    """The ranked units of an edition, best first, by column; those without a rank are last, with the reason."""
    at = position(ranking, edition)
    order = ranking.order(at)
    names, tiers = unit_names(ranking), ranking.tier(at)
    unranked = np.flatnonzero(np.isnan(ranking.ranks[at]))
    return {
        "title": ranking.title,
        "editions": list(ranking.editions),
        "edition": ranking.editions[at],
        "units": len(ranking.codes),
        "codes": [ranking.codes[unit] for unit in order],
        "names": [names[unit] for unit in order],
        "ranks": numbers(ranking.ranks[at][order]),
        "scores": numbers(ranking.rounded_scores(at)[order]),
        "tiers": [tiers[unit] for unit in order],
        "dimensions": {
            name: numbers(ranking.nodes[name].scores[at][order])
            for name in (node.name for node in ranking.plan.tree)
            if name != ranking.plan.tree.root.name
        },
        **ranges(session, ranking, at),
        "unranked": [{"name": names[unit], "why": ranking.why(at, int(unit))} for unit in unranked[:UNRANKED]],
        "unranked_count": len(unranked),
        "decimals": ranking.plan.scenario.ranking.decimals,
        "rounding": ranking.plan.scenario.ranking.rounding,
        "caveats": [str(item) for item in ranking.caveats()],
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
        frame = frame.reindex([ranking.codes[unit] for unit in order])
        low, high = numbers(frame["low"].to_numpy()), numbers(frame["high"].to_numpy())
    return {
        "low": low,
        "high": high,
        "draws": session.draws,
        "growing": session.growing,
        "uncertain": ranking.plan.uncertainties is not None,
        "range_texts": [] if low is None or ranking.low is None else list(ranking.range_texts(at)),
    }


def numbers(values: Any) -> list[float | None]:
    """Numbers for JSON: None where there is none."""
    array = np.asarray(values, dtype=float)
    return [None if value != value else value for value in array.tolist()]
