"""Method and provenance: what the page says of how the ranking was made, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hubrank import Ranking


def background(ranking: Ranking) -> dict[str, Any]:
    """The texts of the section on method and provenance, for the template."""
    scenario = ranking.plan.scenario
    indicators = ranking.indicators().rename(columns={"unit_of_measure": "unit"})
    return {
        "description": [each.replace("\n", " ").strip() for each in scenario.description.split("\n\n") if each.strip()],
        "references": scenario.references,
        "assumed": [each.partition(": ")[::2] for each in scenario.assumed],
        "steps": ranking.steps(),
        "indicators": indicators[indicators["edition"] == ranking.editions[-1]].to_dict("records"),
        "sources": ranking.origins(),
        "packages": ranking.packages(),
        "caveats": ranking.caveats(),
        "unranked": ranking.unranked().to_dict("records"),
    }
