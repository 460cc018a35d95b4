"""What comes out: stages, scores, ranks, tiers, and who is not ranked and why."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from hubrank.basis.errors import UsageError, listed, suggestion
from hubrank.basis.ranks import ranks
from hubrank.basis.rounding import round_to
from hubrank.basis.shares import shares
from hubrank.composing.notebook import table_html
from hubrank.measuring.measurement import Measurement
from hubrank.scenario.plan import Plan
from hubrank.scenario.scenario import RankingChoice
from hubrank.scenario.tree import Node

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.basis.arrays import Array, Mask, Positions


#: How many rows a notebook shows.
_NOTEBOOK_ROWS = 20


@frozen(kw_only=True, eq=False)
class NodeScores:
    """What a dimension came to.

    Attributes:
        node: The dimension.
        members: Its members' scores, `(..., editions, units, members)`.
        weights: Their weights as the weighting gave them, `(..., editions or 1, units or 1, members)`.
        before: Its scores before the steps of `after`, `(..., editions, units)`.
        scores: Its scores after them.
        passed: Those of the two that its parent was handed.
    """

    node: Node
    members: Array
    weights: Array
    before: Array
    scores: Array
    passed: Array

    @property
    def shares(self) -> Array:
        """The weights, summing to 1 over the members."""
        made: Array = shares(self.weights)
        return made


@frozen(kw_only=True, eq=False)
class Ranking:
    """A ranking with all its stages.

    Attributes:
        plan: What it was made by.
        measurement: What was measured, with origins.
        considered: Which units of which edition passed the screening, `(editions, units)`.
        measured: `(editions, units, indicators)`, the indicators in the order of `plan.ranked`.
        imputed: Of the same shape.
        treated: Of the same shape.
        normalised: Of the same shape.
        nodes: Each dimension's scores and weights; the root is `index`.
        scores: `(editions, units)`; NaN for the unranked.
        ranks: `(editions, units)`; NaN for the unranked.
        low: The lower end of each rank's interval, where there is one.
        high: The upper end.
    """

    plan: Plan
    measurement: Measurement
    considered: Mask
    measured: Array
    imputed: Array
    treated: Array
    normalised: Array
    nodes: Mapping[str, NodeScores]
    scores: Array
    ranks: Array
    low: Array | None = field(default=None)
    high: Array | None = field(default=None)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        at = len(self.editions) - 1
        order = self.order(at)
        heads = ["rank", "range", f"since {self.editions[at - 1]}", "name", "country", "score"]
        shown = [True, self.low is not None, at > 0, True, any(self.countries), True]
        rows = [list(itertools.compress(self._cells(at, int(unit)), shown)) for unit in order[:_NOTEBOOK_ROWS]]
        title = f"{self.plan.scenario.title}, {self.editions[at]}"
        return table_html(title, list(itertools.compress(heads, shown)), rows, max(0, len(order) - _NOTEBOOK_ROWS))

    def _cells(self, at: int, unit: int) -> list[str]:
        low, high = self.low, self.high
        ends = () if low is None or high is None else (low[at, unit], high[at, unit])
        before, now = self.ranks[at - 1, unit], self.ranks[at, unit]
        moved = "new" if np.isnan(before) else "=" if before == now else f"{before - now:+g}"
        return [
            f"{now:g}",
            " to ".join(f"{end:g}" for end in dict.fromkeys(ends)),
            moved,
            self.names[unit],
            self.countries[unit],
            f"{self.scores[at, unit]:.4g}",
        ]

    @property
    def editions(self) -> tuple[int, ...]:
        """The years."""
        return self.plan.editions

    @property
    def codes(self) -> tuple[str, ...]:
        """The units' codes."""
        return self.plan.units.units.codes

    @functools.cached_property
    def names(self) -> tuple[str, ...]:
        """The units' names."""
        return tuple(self.plan.units.units["name"])

    @functools.cached_property
    def countries(self) -> tuple[str, ...]:
        """The units' countries; empty where they have none."""
        units = self.plan.units.units
        if "country" not in units:
            return ("",) * len(units)
        return tuple(each if isinstance(each, str) else "" for each in units["country"])

    def tier(self, edition: int) -> list[str]:
        """Each unit's tier or class in an edition (its position); empty where it is in none."""
        choice = self.plan.scenario.ranking
        if choice.classes:
            return [_class_of(score, choice) for score in _rounded(self.scores[edition], choice)]
        return [next((f"top {tier}" for tier in choice.tiers if rank <= tier), "") for rank in self.ranks[edition]]

    def ranks_within(self, column: str, scores: Array | None = None) -> Array:
        """Ranks among the units that say the same in a column of the unit set, `(editions, units)`.

        Args:
            column: The column; units where it is empty get no rank.
            scores: Other scores than the final ones, `(editions, units)`.

        Raises:
            UsageError: The unit set has no such column.
        """
        if column not in self.plan.units.units:
            raise UsageError(
                f"{column}: the units have no such column{suggestion(column, map(str, self.plan.units.units.frame))}"
            )
        groups = self.plan.context(()).groups(column)
        of = self.scores if scores is None else scores
        made = np.full(of.shape, np.nan)
        for group in range(groups.max() + 1):
            made[:, groups == group] = ranks_of(of[:, groups == group], self.plan.scenario.ranking)
        return made

    def order(self, edition: int) -> Positions:
        """The positions of the ranked units of an edition, best first, ties by name."""
        ranked = np.flatnonzero(~np.isnan(self.ranks[edition]))
        names = np.array(self.names, dtype=object)[ranked]
        by_name = np.argsort(names, kind="stable")
        by_rank = np.argsort(self.ranks[edition][ranked][by_name], kind="stable")
        return ranked[by_name][by_rank]

    def table(self, within: str | None = None) -> pd.DataFrame:
        """One row an edition and ranked unit, best first: the columns of `ranking.csv`.

        Args:
            within: A column of the unit set; the last column, `rank_within`, then is the rank among the units that
                say the same in it.
        """
        import pandas as pd

        frames = []
        dimensions = [node.name for node in self.plan.tree if node.parent is not None]
        for at, edition in enumerate(self.editions):
            order = self.order(at)
            tiers = self.tier(at)
            columns: dict[str, Any] = {
                "edition": edition,
                "unit": [self.codes[unit] for unit in order],
                "name": [self.names[unit] for unit in order],
                "country": [self.countries[unit] for unit in order],
                "rank": self.ranks[at][order],
                "low": np.nan if self.low is None else self.low[at][order],
                "high": np.nan if self.high is None else self.high[at][order],
                "score": self.scores[at][order],
                "tier": [tiers[unit] for unit in order],
            }
            columns |= {name: self.nodes[name].scores[at][order] for name in dimensions}
            if within is not None:
                columns["rank_within"] = self.ranks_within(within)[at][order]
            frames.append(pd.DataFrame(columns))
        return pd.concat(frames, ignore_index=True)

    def unranked(self) -> pd.DataFrame:
        """One row an edition and unit without a rank: the columns of `unranked.csv`."""
        import pandas as pd

        rows = []
        for at, edition in enumerate(self.editions):
            for unit in np.flatnonzero(np.isnan(self.ranks[at])):
                rows.append((edition, self.codes[unit], self.names[unit], self._why(at, int(unit))))
        return pd.DataFrame(rows, columns=["edition", "unit", "name", "why"])

    def weights(self) -> pd.DataFrame:
        """One row an edition, dimension and member: the columns of `weights.csv`."""
        import pandas as pd

        effective = {self.plan.tree.root.name: np.ones(len(self.editions))}
        rows = []
        for node in reversed(self.plan.tree.nodes):
            shares = self.nodes[node.name].shares.mean(axis=-2)
            shares = np.broadcast_to(shares, (len(self.editions), shares.shape[-1]))
            for at, member in enumerate(node.members):
                effective[member.name] = effective[node.name] * shares[:, at]
                rows += [
                    (edition, node.name, member.name, shares[row, at], effective[member.name][row])
                    for row, edition in enumerate(self.editions)
                ]
        frame = pd.DataFrame(rows, columns=["edition", "dimension", "member", "weight", "effective"])
        return frame.sort_values("edition", kind="stable", ignore_index=True)

    def imputed_cells(self, edition: int) -> Mapping[str, int]:
        """How many ranked units' values were imputed in an edition, by indicator; only where there are any."""
        ranked = ~np.isnan(self.ranks[edition])
        filled = np.isnan(self.measured[edition]) & ~np.isnan(self.imputed[edition]) & ranked[:, None]
        return {each.key: int(filled[:, at].sum()) for at, each in enumerate(self.plan.ranked) if filled[:, at].any()}

    def missing_cells(self, edition: int) -> Mapping[str, int]:
        """How many ranked units lack an indicator in an edition, so that its weight was shared out."""
        ranked = ~np.isnan(self.ranks[edition])
        lacking = np.isnan(self.normalised[edition]) & ranked[:, None]
        return {each.key: int(lacking[:, at].sum()) for at, each in enumerate(self.plan.ranked) if lacking[:, at].any()}

    def _why(self, edition: int, unit: int) -> str:
        if np.isnan(self.measured[edition, unit]).all():
            return "nothing was measured"
        if not self.considered[edition, unit]:
            return self._screened(edition, unit)
        for node in self.plan.tree:
            if np.isnan(self.nodes[node.name].before[edition, unit]):
                made = self.nodes[node.name]
                counted = np.broadcast_to(made.weights > 0, made.members.shape)[edition, unit]
                missing = np.isnan(made.members[edition, unit]) & counted
                lacking = [member.name for member, gone in zip(node.members, missing, strict=True) if gone]
                return f"{node.name}: lacks {listed(lacking)}"
        return "its score became no number"

    def _screened(self, edition: int, unit: int) -> str:
        values = self.measured[edition, unit]
        selection = self.plan.scenario.selection
        if self.codes[unit] in selection.drop:
            return "selection: dropped by name"
        share = (~np.isnan(values)).mean()
        if share < selection.at_least_share:
            return f"selection: has {share:.0%} of the indicators; {selection.at_least_share:.0%} are needed"
        nonzero = 1 - (values == 0).sum() / (~np.isnan(values)).sum()
        return f"selection: {nonzero:.0%} of its values are not 0; {selection.at_least_nonzero_share:.0%} are needed"


def ranks_of(scores: Array, choice: RankingChoice) -> Array:
    """Ranks of scores `(..., units)`; 1 is the best, NaN stays NaN.

    Args:
        scores: The scores.
        choice: Rounding, ties, and which end is best.
    """
    return ranks(_rounded(scores, choice), choice.ties, choice.best)


def _rounded(scores: Array, choice: RankingChoice) -> Array:
    return round_to(scores, choice.decimals, choice.rounding)


def _class_of(score: float, choice: RankingChoice) -> str:
    if np.isnan(score):
        return ""
    reached = [each for each in choice.classes if score >= each.at_least]
    return max(reached, key=lambda each: each.at_least).name if reached else ""
