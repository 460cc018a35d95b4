"""All weights that a scenario's uncertainties allow, as linear constraints, and closed-form bounds over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen
from hubrank import Form, gettext
from hubrank.methods import shares
from hubrank.uncertainty.engine import forms_of
from hubrank.uncertainty.sampling import WeightSampler, base_weights

if TYPE_CHECKING:
    from hubrank import Array
    from hubrank.scenario.plan import Uncertainties
    from hubrank.uncertainty.variants import Variant


@frozen(kw_only=True, eq=False)
class NodeSet:
    """The weights that the members of a dimension may have, up to a common factor.

    Attributes:
        name: The dimension.
        members: The positions of its members among all members of all dimensions.
        children: For each member the position of its own dimension among the sets; -1 for an indicator.
        columns: For each member its indicator's column; -1 for a dimension.
        low: The least weights.
        high: The greatest; infinite on a simplex.
        constraints: Rows whose product with the weights is at least 0.
    """

    name: str
    members: tuple[int, ...]
    children: tuple[int, ...]
    columns: tuple[int, ...]
    low: Array
    high: Array
    constraints: Array

    @property
    def free(self) -> bool:
        """Whether the weights are only bounded by 0 and by summing to 1."""
        return bool(np.isinf(self.high).all())

    def highest(self, values: Array) -> Array:
        """The greatest weighted mean of members' values `(rows, members)`; what is missing has no weight.

        Within a box the best weights are the greatest for the best values and the least for the others, so as
        many means are compared as there are members. Constraints are left out, which can only widen the bound.
        """
        there = ~np.isnan(values)
        filled = np.where(there, values, -np.inf)
        if self.free:
            return np.where(there.any(axis=1), filled.max(axis=1), np.nan)
        order = np.argsort(-filled, axis=1)
        ranked = np.take_along_axis(np.where(there, values, 0.0), order, axis=1)
        present = np.take_along_axis(there, order, axis=1)
        low, high = self.low[order] * present, self.high[order] * present
        sums = _prefix_sums(low * ranked, high * ranked)
        weights = _prefix_sums(low, high)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.fmax.reduce(np.where(weights > 0, sums / weights, np.nan), axis=1))


def _prefix_sums(low: Array, high: Array) -> Array:
    """The sums that take the first k from `high` and the others from `low`, for k from 0 on."""
    start = low.sum(axis=1, keepdims=True)
    return np.concatenate([start, start + np.cumsum(high - low, axis=1)], axis=1)


@frozen(kw_only=True, eq=False)
class WeightSet:
    """All weights of a tree of means.

    Attributes:
        nodes: The dimensions' sets, leaves before the root.
        forms: Their means.
        names: The members' names by position, each with its dimension.
    """

    nodes: tuple[NodeSet, ...]
    forms: tuple[Form, ...]
    names: tuple[tuple[str, str], ...]

    @property
    def mixed(self) -> bool:
        """Whether means of several kinds stand above each other, so that no score is a weighted sum."""
        return len(set(self.forms)) > 1

    def entered(self, normalised: Array) -> Array:
        """Normalised values `(units, indicators)` as their dimensions sum them."""
        result = np.full(normalised.shape, np.nan)
        for node, form in zip(self.nodes, self.forms, strict=True):
            columns = [column for column in node.columns if column >= 0]
            result[:, columns] = form.enter(normalised[:, columns])
        return result

    def members(self, at: int, values: Array, made: list[Array]) -> Array:
        """The values of a dimension's members as it sums them, `(rows, members)`."""
        node, form = self.nodes[at], self.forms[at]
        found = []
        for column, child in zip(node.columns, node.children, strict=True):
            if column >= 0:
                found.append(values[:, column])
            else:
                same = self.forms[child] == form
                found.append(made[child] if same else form.enter(self.forms[child].leave(made[child])))
        return np.stack(found, axis=1)

    def highest(self, values: Array, sign: float = 1.0) -> Array:
        """The greatest sum at the root over all weights, of rows of entered values; the least with the sign -1."""
        result: list[Array] = []
        for at, node in enumerate(self.nodes):
            result.append(sign * node.highest(sign * self.members(at, values, result)))
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
            if min(node.children) < 0 and max(node.children) < 0 and above is not None and above != self.forms[at]:
                result.append(self._log_ratio(node, rows, others, above))
                continue
            members = [
                others[:, column] - rows[:, column] if column >= 0 else result[child]
                for column, child in zip(node.columns, node.children, strict=True)
            ]
            result.append(node.highest(np.stack(members, axis=1)))
        return result[-1]

    @property
    def shallow(self) -> bool:
        """Whether `higher` holds: where kinds differ, an arithmetic mean of indicators lies in a geometric mean."""
        changes = [
            (self.forms[at], above, node)
            for at, node in enumerate(self.nodes)
            if (above := self._above(at)) not in (None, self.forms[at])
        ]
        return all(
            form.linear and above is not None and above.logarithmic and max(node.children) < 0
            for form, above, node in changes
        )

    def _above(self, at: int) -> Form | None:
        return next((form for node, form in zip(self.nodes, self.forms, strict=True) if at in node.children), None)

    def _log_ratio(self, node: NodeSet, one: Array, others: Array, above: Form) -> Array:
        """The greatest logarithm of the ratio of two weighted means with the same weights."""
        columns = list(node.columns)
        top, bottom = others[:, columns] + above.shift, one[:, columns] + above.shift
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = top / bottom
            if node.free:
                return np.asarray(np.log(np.fmax.reduce(ratio, axis=1)))
            order = np.argsort(-ratio, axis=1)
            there = ~np.isnan(np.take_along_axis(ratio, order, axis=1))
            low, high = node.low[order] * there, node.high[order] * there
            top, bottom = (np.where(there, np.take_along_axis(item, order, axis=1), 0.0) for item in (top, bottom))
            means = _prefix_sums(low * top, high * top) / _prefix_sums(low * bottom, high * bottom)
            return np.asarray(np.log(np.fmax.reduce(means, axis=1)))

    @property
    def leaves(self) -> Any:
        """The member of each indicator's column."""
        pairs = [
            (column, member)
            for node in self.nodes
            for column, member in zip(node.columns, node.members, strict=True)
            if column >= 0
        ]
        return np.array([member for _, member in sorted(pairs)])

    def filled(self, values: Array) -> Array:
        """Values with the same scores and fewer gaps.

        A dimension with one indicator there has that indicator's value whatever the weights, as if the missing
        ones had it too.
        """
        result = values.copy()
        for node in self.nodes:
            columns = [column for column in node.columns if column >= 0]
            if len(columns) < len(node.columns):
                continue
            mine = result[:, columns]
            alone = (~np.isnan(mine)).sum(axis=1) == 1
            result[np.ix_(alone, columns)] = np.nansum(mine[alone], axis=1, keepdims=True)
        return result

    def middle(self) -> Array:
        """Effective weights in the middle of the set."""
        result = np.zeros(len(self.names))
        whole = {len(self.nodes) - 1: 1.0}
        for at in reversed(range(len(self.nodes))):
            node = self.nodes[at]
            local = np.ones(len(node.members)) if node.free else (node.low + node.high) / 2
            result[list(node.members)] = whole[at] * shares(local)
            whole |= {
                child: result[member] for child, member in zip(node.children, node.members, strict=True) if child >= 0
            }
        return result

    def scores(self, values: Array, weights: Array) -> Array:
        """Scores as sums of entered values, by effective weights of all members; missing members' weights shared out.

        Args:
            values: `(units, indicators)`.
            weights: `(members,)`.
        """
        result: list[Array] = []
        for at, node in enumerate(self.nodes):
            stacked = self.members(at, values, result)
            there = ~np.isnan(stacked)
            mine = np.maximum(weights[list(node.members)], 0.0) * there
            sums = (np.where(there, stacked, 0.0) * shares(mine)).sum(axis=1)
            result.append(np.where(mine.any(axis=1), sums, np.nan))
        return result[-1]

    def local_shares(self, weights: Array) -> list[tuple[str, str, float]]:
        """Effective weights of all members as shares within their dimensions: dimension, member, share."""
        found = []
        for node in self.nodes:
            local = shares(weights[list(node.members)])
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
    nodes = []
    names: list[tuple[str, str]] = []
    for node in variant.plan.tree:
        drawn = sampler[node.name]
        base = base_weights(variant.plan, node)
        within = 0.0 if drawn.uncertainty is None else drawn.uncertainty.within
        count = len(node.members)
        nodes.append(
            NodeSet(
                name=node.name,
                members=tuple(range(len(names), len(names) + count)),
                children=tuple(place.get(member.name, -1) for member in node.members),
                columns=tuple(column.get(member.name, -1) for member in node.members),
                low=np.zeros(count) if within is None else base * (1 - within),
                high=np.full(count, np.inf) if within is None else base * (1 + within),
                constraints=constraints.get(node.name, np.zeros((0, count))),
            )
        )
        names += [(node.name, member.name) for member in node.members]
    found = WeightSet(nodes=tuple(nodes), forms=tuple(forms[node.name] for node in nodes), names=tuple(names))
    if found.mixed and not found.shallow:
        return None, gettext("exact ranges are not available: means are nested other than arithmetic within geometric")
    return found, ""
