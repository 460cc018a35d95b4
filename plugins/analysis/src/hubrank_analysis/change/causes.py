"""Why a figure differs between two editions, as far as what was measured can tell.

A value carries its vintage, its origin and its method. They cannot prove that the world changed, but they tell where
it need not have: where the same table was counted otherwise, where another table or method took its place, and where a
unit is in a list in one edition only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import frozen
from hubrank import gettext_noop

if TYPE_CHECKING:
    from hubrank import BoundIndicator, Ranking

Cause = Literal["gap", "list", "source", "reread", "newer", "years", "same"]
#: What each cause is, in the order in which one speaks for a figure that is made from several.
CAUSES: dict[Cause, str] = {
    "gap": gettext_noop("there in one edition only"),
    "list": gettext_noop("in the list in one edition only"),
    "source": gettext_noop("another source or method"),
    "reread": gettext_noop("same vintage, counted otherwise"),
    "newer": gettext_noop("newer vintage"),
    "years": gettext_noop("same table, other years"),
    "same": gettext_noop("unchanged"),
}
#: The columns that a reader sees, and the causes that each holds. All but `world` need not be a change in the world.
GROUPS: dict[str, tuple[Cause, ...]] = {
    "world": ("newer", "years"),
    "source": ("source", "reread"),
    "list": ("list", "gap"),
}


@frozen(kw_only=True)
class Compared:
    """A unit's figures in two editions.

    Attributes:
        ranking: The ranking.
        editions: The positions of the two editions.
        unit: The unit's position.
    """

    ranking: Ranking
    editions: tuple[int, int]
    unit: int

    def cause(self, indicator: BoundIndicator) -> Cause:
        """Why the unit's figure differs.

        A figure that is made from others differs for what happened to them; where several did, the first of `CAUSES`
        speaks for it, so that no change is called the world's that may not be.
        """
        before, after = self._pair(self.ranking.measurement.values, indicator)
        if before == after or (np.isnan(before) and np.isnan(after)):
            return "same"
        made_from = [each for each in self.ranking.plan.indicators if each.key in indicator.made_from]
        parts = {self.cause(each) for each in made_from} - {"same"}
        return next((each for each in CAUSES if each in parts), None) or self._of_a_cell(indicator, before, after)

    def _of_a_cell(self, indicator: BoundIndicator, before: float, after: float) -> Cause:
        """Why a figure differs that is made from no others."""
        if np.isnan(before) or np.isnan(after):
            return "gap"
        if before == 0 or after == 0:
            return "list"
        measured = self.ranking.measurement
        if self._differ(measured.origins, indicator) or self._differ(measured.methods, indicator):
            return "source"
        if self._differ(measured.vintages, indicator):
            return "newer"
        kinds = {self.ranking.plan.inputs[name].table.kind for name in indicator.inputs.values()}
        return "years" if "flow" in kinds else "reread"

    def _differ(self, texts: Any, indicator: BoundIndicator) -> bool:
        before, after = self._pair(texts, indicator)
        return bool(before != after)

    def _pair(self, panel: Any, indicator: BoundIndicator) -> tuple[Any, Any]:
        """The unit's two entries of an indicator in a panel `(editions, units, indicators)`."""
        at = self.ranking.measurement.indicators.index(indicator.key)
        start, end = self.editions
        return panel[start, self.unit, at], panel[end, self.unit, at]
