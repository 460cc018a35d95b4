"""From draws to scores: the program of a variant, by a flattened mean or by the methods themselves."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from attrs import field, frozen

from hubrank.errors import PluginError
from hubrank.i18n import gettext
from hubrank.numeric import NOISE, Array, quiet_numpy
from hubrank.plugin.methods import Context, Form
from hubrank.ranking.pipeline import Weigh, aggregate, rescale, weigh
from hubrank.ranking.stages import NodeScores, all_finite
from hubrank.scenario.plan import Plan
from hubrank.scenario.tree import Node
from hubrank.uncertainty.fast import MOST_UNITS, Keys, Locals, Mean, Panel, local_shares, mean_of
from hubrank.uncertainty.sampling import Draws, WeightSampler, base_weights
from hubrank.uncertainty.variants import Variant, alike

#: Drawn values of a column, or scores, that are worked on at a time.
CACHED = 20_000
#: The most numbers passed to an aggregation method at once.
_AGGREGATED = 2_000_000


def form_of(scores: NodeScores) -> Form | None:
    """The mean of its members, weighted by shares, that a dimension's aggregation declares.

    None if it declares none, takes raw weights, or the mean is not defined for one of the dimension's own scores.
    """
    node = scores.node
    form = node.form if node.aggregation.part.record.weights == "shares" else None
    return form if form and (form.takes(scores.members) | np.isnan(scores.members)).all() else None


def why_composed(plan: Plan, nodes: Mapping[str, NodeScores]) -> dict[str, str]:
    """Why draws have to be composed by the methods themselves: a reason for each dimension that has one."""
    found = {}
    for node in plan.tree:
        name = node.aggregation.part.name
        if node.post_processing and (node.parent is None or not node.parent_uses_raw):
            step = node.post_processing[0].part.name
            found[node.name] = gettext("the step {step} follows the aggregation", step=step)
        elif node.weighting.part.record.data_driven:
            found[node.name] = gettext("the weighting {method} depends on the scores", method=node.weighting.part.name)
        elif node.aggregation.part.record.weights != "shares":
            found[node.name] = gettext("the method {method} uses raw weights instead of shares", method=name)
        elif node.form is None:
            found[node.name] = gettext("the method {method} has no closed form", method=name)
        elif form_of(nodes[node.name]) is None:
            found[node.name] = gettext("the method {method} is not defined for some of its scores", method=name)
    return found


def forms_of(plan: Plan, nodes: Mapping[str, NodeScores]) -> dict[str, Form] | None:
    """The form of every dimension; None if scores have to be made by the methods themselves."""
    forms = {node.name: node.form for node in plan.tree if node.form is not None}
    return None if why_composed(plan, nodes) else forms


def flat_mean(plan: Plan, nodes: Mapping[str, NodeScores], normalised: Array, cells: Any) -> Mean | None:
    """The tree of means of some cells, flattened; None if scores have to be made by the methods themselves."""
    if (forms := forms_of(plan, nodes)) is None:
        return None
    members = {name: node.members.reshape(-1, node.members.shape[-1])[cells] for name, node in nodes.items()}
    return mean_of(plan, forms, members, normalised.reshape(-1, normalised.shape[-1])[cells])


def weigher(sampler: WeightSampler, raw: Array, steady: Mapping[str, Array] = MappingProxyType({})) -> Weigh:
    """Make the function that gives `compose` the weights of draws, `(draws, 1, 1, members)` beside the scores.

    Args:
        raw: The rows of the draws; for one draw, weights have no axis for draws.
        steady: Weights computed from the scores that are the same for all draws, by dimension.
    """

    def drawn(node: Node, scores: Array, context: Context) -> Array:
        given = sampler[node.name]
        rows = raw[given.rows_of(node)].T[:, None, None, :]
        if scores.ndim == 3:
            rows = rows[0]
        if not given.relative:
            return rows
        weights = steady.get(node.name)
        return np.asarray((weigh(node, scores, context) if weights is None else weights) * rows)

    return drawn


def locals_of(variant: Variant, sampler: WeightSampler) -> Locals:
    """How a variant's dimensions read the sampler's rows; members that it leaves out have none."""
    parts = []
    for node in variant.plan.tree:
        drawn = sampler[node.name]
        same = node.members == drawn.written
        base = tuple((drawn.base if same else base_weights(variant.plan, node)).tolist()) if drawn.relative else ()
        parts.append((tuple(drawn.rows_of(node)), base if len(set(base)) > 1 else None))
    return tuple(parts)


@frozen(kw_only=True, eq=False)
class Edition:
    """The ranked units of an edition of a variant.

    Attributes:
        cells: Where they stand among the variant's ranked cells.
        units: Their positions among all units.
        keys: The maker of their packed sort keys; None if that is impossible.
    """

    cells: slice
    units: Any
    tied: bool
    keys: Keys | None


@frozen(kw_only=True, eq=False)
class Program:
    """A variant, ready to be counted: the scores of its ranked cells, edition by edition, units in order.

    Attributes:
        locals: Its map from a draw's rows to weights.
        cells: The ranked cells, as positions in editions x units.
        columns: The positions of its indicators in the scenario's panel, if drawn values get the same scale; else None.
        mean: The tree of means, flattened; None if the methods themselves compute the scores.
        same: Whether it reads the weights' rows in the same way as the scenario itself.
        fuller: The combination that leaves no indicator out, if its program scores drawn values so where the rows
            `idle` of the weights are 0; else None.
        editions: Each edition's units.
        terms: By the place of a panel and a first draw what its draws keep for other weights (`Panel`).
    """

    variant: Variant
    sampler: WeightSampler
    locals: Locals
    cells: Any
    columns: Any
    mean: Mean | None
    same: bool
    fuller: tuple[int, ...] | None = None
    idle: Sequence[int] = ()
    editions: tuple[Edition, ...] = ()
    terms: dict[tuple[Any, ...], dict[int, Any]] = field(factory=dict)

    def scores(self, draws: Draws, panel: Array | None = None, columns: Any = None, *, ordered: bool = False) -> Array:
        """Scores `(draws, ranked cells)`; made by the methods themselves where noise leads a mean out of its domain.

        Args:
            draws: The draws, of whose weights' rows they are.
            panel: Normalised drawn values, `(indicators, draws, editions, units)`, of which the draws know their rows;
                the variant's own by default.
            columns: The position of each indicator in the panel; its own by default.
            ordered: Whether any numbers in the order of the scores will do, such as their logarithms.
        """
        raw = np.asarray(draws.raw, dtype=float if panel is None else panel.dtype)
        plan, mean = self.variant.plan, self.mean
        columns = range(len(plan.ranked)) if columns is None else columns
        sums = None
        if mean is not None:
            shares = local_shares(self.locals, raw)
            with quiet_numpy():  # values that are not finite are examined below
                # values with noise do not cancel
                sums = mean.sums(shares) if panel is None else self._sums(shares, panel, draws, columns)
        if mean is None or sums is None or not all_finite(sums):
            return self._by_methods(
                raw, self.variant.normalised if panel is None else self._given(panel, draws, columns)
            )
        if not plan.post_processing:
            return np.asarray(sums if ordered else mean.form.leave(sums))
        whole = np.full((len(sums), self.variant.scores.size), np.nan)
        whole[:, self.cells] = mean.form.leave(sums)
        shaped = whole.reshape(len(whole), *self.variant.scores.shape)
        return rescale(plan.post_processing, shaped, plan.context(())).reshape(len(whole), -1)[:, self.cells]

    def _sums(self, shares: Any, panel: Array, draws: Draws, columns: Any) -> Array:
        """The mean of drawn values, `(draws, ranked cells)`, some draws at a time so that they stay in the cache."""
        assert self.mean is not None  # noqa: S101  # the caller looked
        whole = panel.reshape(*panel.shape[:2], -1)
        result = np.empty((len(draws), len(self.cells)), shares.dtype)
        step = max(1, CACHED // len(self.cells))
        for start in range(0, len(draws), step):
            part = slice(start, start + step)
            terms = None if draws.place is None else self.terms.setdefault((*draws.place, start), {})
            result[part] = self.mean.evaluate(
                shares[:, part], Panel(whole, columns, draws.rows[part], self.cells, terms)
            )
        return result

    def _given(self, panel: Array, draws: Draws, columns: Any) -> Array:
        """The drawn values for the methods, `(draws, editions, units, indicators)`, NaN where they are missing."""
        values = np.moveaxis(panel[list(columns)][:, draws.rows], 0, -1)
        values[:, np.isnan(self.variant.normalised)] = np.nan
        return values

    @property
    def slow(self) -> bool:
        """Whether each draw has weights of its own that follow its scores, which may take long."""
        driven = [node.name for node in self.variant.plan.tree if node.weighting.part.record.data_driven]
        return self.mean is None and any(name not in self.steady for name in driven)

    @property
    def whatever_weights(self) -> bool:
        """Whether all but the weights is the same for any weights, none of them 0 in one alone.

        None may have keys, and its means take all scores between the least and the largest of the indicators.
        """
        normalised, tree = self.variant.normalised, self.variant.plan.tree
        low, high = np.nanmin(normalised), np.nanmax(normalised)
        ends = np.array([low, high]) + NOISE * np.array([-1, 1]) * max(abs(low), abs(high))
        return (
            self.mean is not None
            and self.columns is not None
            and all(edition.tied or len(edition.units) > MOST_UNITS for edition in self.editions)
            and not any(node.weighting.part.record.data_driven for node in tree)
            and all(node.form is not None and node.form.takes(ends).all() for node in tree)
        )

    @property
    def complete(self) -> bool:
        """Whether a member that is left out is one with a weight of 0: nothing is missing, and no weight follows it."""
        plan = self.variant.plan
        return (
            self.mean is not None
            and self.weighted_alone
            and plan.whole
            and not plan.scenario.selection.at_least_nonzero_share
            and all_finite(self.variant.values)
            and not self.mean.incomplete.any()
        )

    @property
    def weighted_alone(self) -> bool:
        """Whether no member's weight follows the others."""
        return all(node.weighting.part.is_own("fixed", "equal") for node in self.variant.plan.tree)

    @functools.cached_property
    def steady(self) -> Mapping[str, Array]:
        """The weights computed from scores that are the same in all draws: those of dimensions of indicators alone."""
        plan, column = self.variant.plan, {item.key: at for at, item in enumerate(self.variant.plan.ranked)}
        return {
            node.name: weigh(
                node,
                self.variant.normalised[..., [column[item.name] for item in node.members]],
                plan.context(node.members),
            )
            for node in plan.tree
            if node.weighting.part.record.data_driven and all(item.name in column for item in node.members)
        }

    @functools.cached_property
    def one_by_one(self) -> str:
        """The method that cannot take two draws at once as it takes each alone; empty if all can."""
        plan, panel = self.variant.plan, self.variant.normalised
        certain = self.sampler.certain()
        pair = np.hstack([certain, certain * np.linspace(0.9, 1.1, len(certain))[:, None]])
        try:
            together = aggregate(plan, np.broadcast_to(panel, (2, *panel.shape)), weigher(self.sampler, pair))
            scores = self._final(together)
        except PluginError as error:
            return error.part
        for at in range(2):
            alone = aggregate(plan, panel, weigher(self.sampler, pair[:, at : at + 1]))
            for name, node in alone.items():
                if not alike(together[name].before[at], node.before):
                    return str(node.node.aggregation.part)
                if not alike(together[name].scores[at], node.scores):
                    return str(node.node.post_processing[-1].part)
            if not alike(scores[at], self._final(alone)):
                return str(plan.post_processing[-1].part)
        return ""

    def _by_methods(self, raw: Array, panel: Array) -> Array:
        """The scores by `compose`, as many draws at once as fit; one by one if a method needs it."""
        shape = self.variant.normalised.shape
        noisy = panel.ndim > 3
        steady = {} if noisy else self.steady  # noise makes other scores for each draw
        step = 1 if self.one_by_one else max(1, _AGGREGATED // int(np.prod(shape)))
        result = np.empty((raw.shape[1], len(self.cells)))
        for start in range(0, raw.shape[1], step):
            part = slice(start, min(start + step, raw.shape[1]))
            given = panel[part] if noisy else np.broadcast_to(panel, (part.stop - start, *shape))
            if self.one_by_one:
                given = given[0]
            nodes = aggregate(self.variant.plan, given, weigher(self.sampler, raw[:, part], steady))
            result[part] = self._final(nodes).reshape(part.stop - start, -1)[:, self.cells]
        return result

    def _final(self, nodes: Mapping[str, NodeScores]) -> Array:
        plan = self.variant.plan
        return rescale(plan.post_processing, nodes[plan.tree.root.name].handed_up, plan.context(()))
