"""Where a ranking's figures come from, each origin once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from hubrank import Ranking


def origins(ranking: Ranking) -> list[Mapping[str, str]]:
    """The origins of all inputs in their order, then those of the units."""
    found: dict[str, Mapping[str, str]] = {}
    for report in ranking.measurement.inputs:
        for origin in report.origins:
            found.setdefault(origin["name"], origin)
    for origin in ranking.plan.units.origins:
        found.setdefault(origin.name, attrs.asdict(origin))
    return list(found.values())
