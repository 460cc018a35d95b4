"""Method and provenance: what the page says of how the ranking was made, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from hubrank import Ranking

    from hubrank_output.report.page_texts import Sayings

#: So many units without a rank are named, with the reason.
NAMED = 200


def background(ranking: Ranking, sayings: Sayings) -> dict[str, Any]:
    """The texts of the section on method and provenance, for the template.

    What the scenario itself says of its references and of what was assumed stays as it was written.
    """
    scenario = ranking.plan.scenario
    indicators = ranking.indicators().rename(columns={"unit_of_measure": "unit"})
    unranked = [(int(at), int(unit)) for at, unit in zip(*np.nonzero(np.isnan(ranking.ranks)), strict=True)]
    said = sayings.all(
        lambda: {
            "steps": [list(step) for step in ranking.steps()],
            "gave": [each.gave for each in ranking.origins()],
            "why": [ranking.why(*place) for place in unranked[:NAMED]],
            "description": "\n".join(ranking.description),
        }
    )
    return {
        "description": said["description"],
        "references": scenario.references,
        "assumed": [each.partition(": ")[::2] for each in scenario.assumed],
        "steps": said["steps"],
        "dimensions": {each.key: each.dimension for each in ranking.plan.ranked},
        "indicators": indicators[indicators["edition"] == ranking.editions[-1]].to_dict("records"),
        "sources": list(zip(ranking.origins(), said["gave"], strict=True)),
        "packages": ranking.packages(),
        "unranked": [
            {"edition": ranking.editions[at], "name": ranking.names[unit], "why": why}
            for (at, unit), why in zip(unranked, said["why"], strict=False)
        ],
        "more_unranked": max(0, len(unranked) - NAMED),
    }
