"""What the page draws besides the report's sections: how an indicator's values are spread, before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from hubrank.io.escaping import strip_control
from hubrank.methods.toolkit import kurtosis, skewness
from hubrank.plugin import Array, UsageError, gettext

from hubrank_studio.session import Session
from hubrank_studio.shown import edition_in, numbers, position

#: The stages that are drawn.
STAGES = ("measured", "treated", "normalised")


def distribution(session: Session, query: Mapping[str, str]) -> dict[str, Any]:
    """The sorted values of an indicator among the ranked units, stage by stage, and those of one unit.

    Args:
        session: The session.
        query: `indicator`, its key; `unit`, a code, or nothing.
    """
    ranking, key = session.newest(), query.get("indicator", "")
    at = position(ranking, edition_in(query))
    keys = [item.key for item in ranking.plan.ranked]
    if key not in keys:
        raise UsageError(gettext("there is no indicator '{key}'", key=key))
    column, item = keys.index(key), ranking.plan.ranked[keys.index(key)]
    ranked = ~np.isnan(ranking.ranks[at])
    own = ranking.codes.index(query["unit"]) if query.get("unit") in ranking.codes else None
    stages = {name: getattr(ranking, name)[at, :, column] for name in STAGES}
    return {
        "step": session.ranked,
        "key": key,
        "title": gettext(item.title),
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


#: What a page can look at.
VIEWS: dict[str, Callable[[Session, Mapping[str, str]], Any]] = {"distribution": distribution}
