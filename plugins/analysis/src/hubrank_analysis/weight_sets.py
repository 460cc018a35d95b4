"""All weights that a scenario's uncertainties allow, as linear constraints, and closed-form bounds over them."""

from typing import Any

import numpy as np
from attrs import frozen
from hubrank.methods import shares
from hubrank.plugin import Array, Form, gettext
from hubrank.scenario.plan import Uncertainties
from hubrank.uncertainty.programs import forms_of
from hubrank.uncertainty.sampling import WeightSampler, base_weights
from hubrank.uncertainty.variants import Variant


@frozen(kw_only=True, eq=False)
class NodeSet:
    """The weights that the members of a dimension may have, up to a common factor; infinite on a simplex.

    Members have positions among those of all dimensions, and each its dimension's among the sets or its indicator's
    column, else -1. The product of constraints with the weights is at least 0.
    """

    name: str
    form: Form
    members: list[int]
    children: tuple[int, ...]
    columns: tuple[int, ...]
    low: Array
    high: Array
    constraints: Array

    @property
    def free(self) -> bool:
        """Whether the weights are only bounded by 0 and by summing to 1."""
        return bool(np.isinf(self.high).all())

    @property
    def indicators(self) -> list[int]:
        """The columns of the members that are indicators."""
        return [column for column in self.columns if column >= 0]

    def highest(self, values: Array, below: Array | None = None) -> Array:
        """The greatest weighted mean of members' values `(rows, members)`, or its ratio to that of the values `below`.

        Missing members have no weight. Within a box the best weights are the greatest for the best values and the least
        for the others. Constraints are left out, which can only widen the bound.
        """

        def sums_of(low: Array, high: Array) -> Array:
            """The sums that take the first k from `high` and the others from `low`, for k from 0 on."""
            start = low.sum(axis=1, keepdims=True)
            return np.concatenate([start, start + np.cumsum(high - low, axis=1)], axis=1)

        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = values if below is None else values / below
            there = ~np.isnan(ratio)
            filled = np.where(there, ratio, -np.inf)
            if self.free:
                return np.where(there.any(axis=1), filled.max(axis=1), np.nan)
            order = np.argsort(-filled, axis=1)
            there = np.take_along_axis(there, order, axis=1)
            low, high = self.low[order] * there, self.high[order] * there
            top = np.where(there, np.take_along_axis(values, order, axis=1), 0.0)
            bottom = np.ones(1)
            if below is not None:
                bottom = np.where(there, np.take_along_axis(below, order, axis=1), 0.0)
            sums, weights = sums_of(low * top, high * top), sums_of(low * bottom, high * bottom)
            means = sums / weights if below is not None else np.where(weights > 0, sums / weights, np.nan)
            return np.fmax.reduce(means, axis=1)


@frozen(kw_only=True, eq=False)
class WeightSet:
    """All weights of a tree of means: its dimensions, leaves before the root, and the members' dimensions and names."""

    nodes: tuple[NodeSet, ...]
    names: tuple[tuple[str, str], ...]

    @property
    def mixed(self) -> bool:
        """Whether means of several kinds stand above each other, so that no score is a weighted sum."""
        return len({node.form for node in self.nodes}) > 1

    @property
    def shallow(self) -> bool:
        """Whether `higher` holds: where kinds differ, an arithmetic mean of indicators lies in a geometric mean."""
        return all(
            node.form.linear and above.logarithmic and max(node.children) < 0
            for at, node in enumerate(self.nodes)
            if (above := self._above(at)) not in (None, node.form)
        )

    def entered(self, normalised: Array) -> Array:
        """Normalised values `(units, indicators)` as their dimensions sum them."""
        result = np.full(normalised.shape, np.nan)
        for node in self.nodes:
            result[:, node.indicators] = node.form.enter(normalised[:, node.indicators])
        return result

    def _members(self, node: NodeSet, values: Array, sums: list[Array]) -> Array:
        """The values of a dimension's members as it sums them, `(rows, members)`."""
        found = []
        for column, child in zip(node.columns, node.children, strict=True):
            if column >= 0:
                found.append(values[:, column])
            else:
                inner = self.nodes[child].form
                found.append(sums[child] if inner == node.form else node.form.enter(inner.leave(sums[child])))
        return np.stack(found, axis=1)

    def highest(self, values: Array, sign: float = 1.0) -> Array:
        """The greatest sum at the root over all weights, of rows of entered values; the least with the sign -1."""
        result: list[Array] = []
        for node in self.nodes:
            result.append(sign * node.highest(sign * self._members(node, values, result)))
        return result[-1]

    def higher(self, one: Array, others: Array) -> Array:
        """Bounds from above of the others' sums at the root less one's: the greatest difference over all weights.

        Exact where all means are of one kind, and where values are averaged inside logarithms in one step; deeper
        mixtures take the greatest of the one and the least of the other by themselves.
        """
        rows = np.broadcast_to(one, others.shape)
        result: list[Array] = []
        for at, node in enumerate(self.nodes):
            above = self._above(at)
            if max(node.children) < 0 and above not in (None, node.form):
                ratios = node.highest(others[:, node.indicators] + above.shift, rows[:, node.indicators] + above.shift)
                with np.errstate(divide="ignore", invalid="ignore"):
                    result.append(np.log(ratios))
                continue
            members = [
                others[:, column] - rows[:, column] if column >= 0 else result[child]
                for column, child in zip(node.columns, node.children, strict=True)
            ]
            result.append(node.highest(np.stack(members, axis=1)))
        return result[-1]

    def _above(self, at: int) -> Form | None:
        """The form of the dimension that a dimension lies in."""
        return next((node.form for node in self.nodes if at in node.children), None)

    @property
    def leaves(self) -> Any:
        """The member of each indicator's column."""
        pairs = [pair for node in self.nodes for pair in zip(node.columns, node.members, strict=True) if pair[0] >= 0]
        return np.array([member for _, member in sorted(pairs)])

    def filled(self, values: Array) -> Array:
        """Values with the same scores and fewer missing ones: in a dimension with one indicator, all have its value."""
        result = values.copy()
        for node in self.nodes:
            if max(node.children) >= 0:
                continue
            mine = result[:, node.indicators]
            alone = (~np.isnan(mine)).sum(axis=1) == 1
            result[np.ix_(alone, node.indicators)] = np.nansum(mine[alone], axis=1, keepdims=True)
        return result

    def middle(self) -> Array:
        """Effective weights in the middle of the set."""
        result = np.zeros(len(self.names))
        whole = {len(self.nodes) - 1: 1.0}
        for at in reversed(range(len(self.nodes))):
            node = self.nodes[at]
            local = np.ones(len(node.members)) if node.free else (node.low + node.high) / 2
            result[node.members] = whole[at] * shares(local)
            whole |= dict(zip(node.children, result[node.members], strict=True))
        return result

    def scores(self, values: Array, weights: Array) -> Array:
        """Scores of entered values `(units, indicators)` as sums by effective weights; missing ones' are shared out."""
        result: list[Array] = []
        for node in self.nodes:
            stacked = self._members(node, values, result)
            there = ~np.isnan(stacked)
            mine = np.maximum(weights[node.members], 0.0) * there
            sums = (np.where(there, stacked, 0.0) * shares(mine)).sum(axis=1)
            result.append(np.where(mine.any(axis=1), sums, np.nan))
        return result[-1]

    def local_shares(self, weights: Array) -> list[tuple[str, str, float]]:
        """Effective weights of all members as shares within their dimensions: dimension, member, share."""
        found = []
        for node in self.nodes:
            local = shares(weights[node.members])
            found += [(*self.names[member], float(share)) for member, share in zip(node.members, local, strict=True)]
        return found


def weight_set(variant: Variant, sampler: WeightSampler, uncertainties: Uncertainties) -> tuple[WeightSet | None, str]:
    """The weights of a scenario, or none and why exact analysis is not offered."""
    if not uncertainties.weights:
        return None, gettext("no weights are uncertain")
    forms = forms_of(variant.plan, variant.nodes)
    if forms is None or variant.plan.post_processing:
        return None, gettext(
            "exact ranges are not available: an aggregation or post-processing step is not a weighted mean"
        )
    constraints = {item.node: item.constraints for item in uncertainties.weights}
    column = {item.key: at for at, item in enumerate(variant.plan.ranked)}
    place = {node.name: at for at, node in enumerate(variant.plan.tree)}
    nodes, names = [], []
    for node in variant.plan.tree:
        drawn = sampler[node.name].uncertainty
        base = base_weights(variant.plan, node)
        within = 0.0 if drawn is None else drawn.within
        count = len(node.members)
        nodes.append(
            NodeSet(
                name=node.name,
                form=forms[node.name],
                members=list(range(len(names), len(names) + count)),
                children=tuple(place.get(member.name, -1) for member in node.members),
                columns=tuple(column.get(member.name, -1) for member in node.members),
                low=np.zeros(count) if within is None else base * (1 - within),
                high=np.full(count, np.inf) if within is None else base * (1 + within),
                constraints=constraints.get(node.name, np.zeros((0, count))),
            )
        )
        names += [(node.name, member.name) for member in node.members]
    found = WeightSet(nodes=tuple(nodes), names=tuple(names))
    if found.mixed and not found.shallow:
        return None, gettext("exact ranges are not available: means are nested other than arithmetic within geometric")
    return found, ""
