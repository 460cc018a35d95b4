"""A variant, compiled: from weights and values to the scores of the units that are ranked."""

from __future__ import annotations

import functools
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from hubrank.basis.edges import unwarned, without_noise
from hubrank.basis.errors import PluginError
from hubrank.composing.aggregating import aggregate, rescale, weigh
from hubrank.composing.stages import all_finite
from hubrank.robustness.forms import forms_of
from hubrank.robustness.locals import Locals
from hubrank.robustness.means import Mean, mean_of
from hubrank.robustness.samplers import NodeSampler, WeightSampler, base_weights

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hubrank.basis.arrays import Array
    from hubrank.composing.aggregating import Weigh
    from hubrank.composing.composed import NodeScores
    from hubrank.contract.methods import Context
    from hubrank.robustness.variants import Variant
    from hubrank.scenario.tree import Node

    Cells = np.ndarray[Any, np.dtype[np.intp]]

#: Numbers that an aggregator is handed at once.
_NUMBERS = 2_000_000


def locals_of(variant: Variant, sampler: WeightSampler) -> Locals:
    """How a variant's dimensions read the sampler's rows; members that it leaves out have none."""
    parts = []
    starts = {}
    start = 0
    for node in variant.plan.tree:
        drawn = sampler[node.name]
        rows = member_rows(drawn, node)
        base = base_weights(variant.plan, node) if drawn.relative else None
        if base is not None and (base == base[0]).all():
            base = None
        parts.append((rows, base))
        starts[node.name] = start
        start += len(rows)
    return Locals(parts=tuple(parts), starts=starts)


def member_rows(drawn: NodeSampler, node: Node) -> tuple[int, ...]:
    """The sampler's rows of a dimension's members."""
    return tuple(drawn.start + drawn.members.index(member.name) for member in node.members)


@frozen(kw_only=True, eq=False)
class Program:
    """What makes the scores of a variant's ranked cells (edition by edition, their units in order).

    Attributes:
        variant: The variant.
        sampler: The weights' sampler.
        locals: How it reads a draw's weights.
        cells: The ranked cells, as positions in editions x units.
        mean: The tree of means, flattened; none where the methods themselves make the scores.
    """

    variant: Variant
    sampler: WeightSampler
    locals: Locals
    cells: Cells
    mean: Mean | None

    def scores(self, raw: Any, values: Array | None = None, *, ordered: bool = False) -> Array:
        """Scores `(draws, ranked cells)`; made by the methods themselves where noise leads a mean out of its domain.

        Args:
            raw: The weights' rows, `(rows, draws)`.
            values: Values with noise, `(draws, editions, units, indicators)`; the variant's own by default.
            ordered: Whether any numbers in the order of the scores will do, such as their logarithms.
        """
        panel = None if values is None else self.variant.normalised_of(values)
        raw = np.asarray(raw, dtype=float)
        if self.mean is None:
            return self._by_methods(raw, self.variant.normalised if panel is None else panel)
        flat = None if panel is None else panel.reshape(len(panel), -1, panel.shape[-1])[:, self.cells]
        sums = self._settled(self.locals.shares(raw), flat)
        if not all_finite(sums):
            return self._by_methods(raw, self.variant.normalised if panel is None else panel)
        if ordered and not self.variant.plan.post_processing:
            return np.asarray(sums)
        scores = self.mean.form.leave(sums)
        return self._rescaled(scores) if self.variant.plan.post_processing else scores

    def _settled(self, shares: Any, panel: Array | None) -> Any:
        """The sums of the mean, 0 where the terms of a plain one cancel, as the methods themselves make them."""
        assert self.mean is not None  # noqa: S101  # the caller looked
        with unwarned():  # the caller looks at them
            sums = self.mean.evaluate(shares, panel)
        sizes = self.mean.sizes if panel is None else None  # values with noise do not cancel
        if sizes is None:
            return sums
        return without_noise(sums, lambda: sizes.evaluate(shares), sizes.bounds()[1])

    def _rescaled(self, scores: Array) -> Array:
        plan = self.variant.plan
        panel = np.full((len(scores), self.variant.scores.size), np.nan)
        panel[:, self.cells] = scores
        shaped = panel.reshape(len(scores), *self.variant.scores.shape)
        return rescale(plan.post_processing, shaped, plan.context(())).reshape(len(scores), -1)[:, self.cells]

    @property
    def slow(self) -> bool:
        """Whether each draw has weights of its own that follow its scores, which may take long."""
        driven = [node.name for node in self.variant.plan.tree if node.weighting.part.record.data_driven]
        return self.mean is None and any(name not in self.steady for name in driven)

    @functools.cached_property
    def steady(self) -> Mapping[str, Array]:
        """The weights that follow scores which are alike in all draws: those of dimensions of indicators alone."""
        plan, column = self.variant.plan, {each.key: at for at, each in enumerate(self.variant.plan.ranked)}
        return {
            node.name: weigh(
                node,
                self.variant.normalised[..., [column[each.name] for each in node.members]],
                plan.context(node.members),
            )
            for node in plan.tree
            if node.weighting.part.record.data_driven and all(each.name in column for each in node.members)
        }

    @functools.cached_property
    def one_by_one(self) -> str:
        """The method that cannot take several draws at once, so that each is composed alone; empty where all can.

        Two draws together must give what each gives alone.
        """
        plan, panel = self.variant.plan, self.variant.normalised
        certain = self.sampler.certain()
        pair = np.hstack([certain, certain * np.linspace(0.9, 1.1, len(certain))[:, None]])
        try:
            together = aggregate(plan, np.broadcast_to(panel, (2, *panel.shape)), weigher(self.sampler, pair))
            scores = rescale(plan.post_processing, together[plan.tree.root.name].handed_up, plan.context(()))
        except PluginError as error:
            return error.part
        for at in range(2):
            alone = aggregate(plan, panel, weigher(self.sampler, pair[:, at : at + 1]))
            for name, node in alone.items():
                if not _alike(together[name].before[at], node.before):
                    return str(node.node.aggregation.part)
                if not _alike(together[name].scores[at], node.scores):
                    return str(node.node.post_processing[-1].part)
            if not _alike(scores[at], self._final(alone)):
                return str(plan.post_processing[-1].part)
        return ""

    def _by_methods(self, raw: Array, panel: Array) -> Array:
        """The scores as `compose` makes them, so many draws at once as fit; one by one where a method needs it."""
        shape = self.variant.normalised.shape
        steady = self.steady if panel.ndim == 3 else {}  # noise makes other scores for each draw
        step = 1 if self.one_by_one else max(1, _NUMBERS // int(np.prod(shape)))
        made = np.empty((raw.shape[1], len(self.cells)))
        for start in range(0, raw.shape[1], step):
            part = slice(start, min(start + step, raw.shape[1]))
            if panel.ndim > 3:
                given = panel[start] if self.one_by_one else panel[part]
            else:
                given = panel if self.one_by_one else np.broadcast_to(panel, (part.stop - start, *shape))
            nodes = aggregate(self.variant.plan, given, weigher(self.sampler, raw[:, part], steady))
            made[part] = self._final(nodes).reshape(part.stop - start, -1)[:, self.cells]
        return made

    def _final(self, nodes: Mapping[str, NodeScores]) -> Array:
        plan = self.variant.plan
        return rescale(plan.post_processing, nodes[plan.tree.root.name].handed_up, plan.context(()))


def _alike(several: Array, alone: Array) -> bool:
    """Whether scores are the same to the noise of computing them."""
    return np.allclose(several, alone, rtol=1e-9, atol=1e-12, equal_nan=True)


def weigher(sampler: WeightSampler, raw: Array, steady: Mapping[str, Array] = MappingProxyType({})) -> Weigh:
    """What gives `compose` the weights of draws, `(draws, 1, 1, members)` beside the scores.

    Args:
        sampler: The weights' sampler.
        raw: The rows of the draws; of one draw, weights come without an axis for draws.
        steady: Weights that follow the scores and are the same for all draws, by dimension.
    """

    def drawn(node: Node, scores: Array, context: Context) -> Array:
        given = sampler[node.name]
        rows = raw[list(member_rows(given, node))].T[:, None, None, :]
        if scores.ndim == 3:
            rows = rows[0]
        if not given.relative:
            return rows
        own = steady.get(node.name)
        return np.asarray((weigh(node, scores, context) if own is None else own) * rows)

    return drawn


def compiled(variant: Variant, sampler: WeightSampler) -> Program:
    """Compile a variant.

    Raises:
        ScenarioError: A method cannot take the values.
    """
    plan = variant.plan
    here = locals_of(variant, sampler)
    cells = np.flatnonzero(variant.ranked)
    forms = forms_of(plan, variant.nodes)
    panel = variant.normalised.reshape(-1, variant.normalised.shape[-1])
    mean = None if forms is None else mean_of(plan, forms, here.starts, variant.nodes, cells, panel[cells])
    return Program(variant=variant, sampler=sampler, locals=here, cells=cells, mean=mean)
