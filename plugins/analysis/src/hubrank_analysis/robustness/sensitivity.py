"""Which choice matters: Sobol' indices of every rank, one choice at a time, one member left out, Shapley effects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen
from hubrank import ranks_of
from hubrank.progress import no_progress
from hubrank.scenario import resolve
from hubrank.uncertainty.fast import local_shares
from hubrank.uncertainty.sampling import Draws, stream
from hubrank.uncertainty.variants import Variant

from hubrank_analysis.robustness.indices import Indices, sobol_with_intervals
from hubrank_analysis.robustness.shapley import shapley_effects

if TYPE_CHECKING:
    from hubrank import Array, Ranking
    from hubrank.progress import Progress
    from hubrank.uncertainty.engine import Analysis

#: Draws of each of the two samples that Sobol' indices are made from, and of Shapley effects.
SAMPLE = 1024
#: Of many units fewer are drawn, so that a sample has about so many ranks.
_MOST_UNITS, _RANKS = 4096, 1 << 24
_FIRST, _SECOND, _BOOTSTRAP = 1, 2, 3


@frozen(kw_only=True, eq=False)
class Input:
    """Something that draws vary and that can be told apart.

    Attributes:
        name: What it is called.
        taken: The arguments of `mixed` that take it from other draws.
    """

    name: str
    taken: Mapping[str, Any]


@frozen(kw_only=True, eq=False)
class Sensitivity:
    """What each input does to each output; outputs are the units' ranks, then the mean shift of all ranks.

    Attributes:
        inputs: The inputs' names.
        indices: Sobol' indices, `(inputs, editions x (units + 1))`.
        alone: The mean shift of a rank when only that input varies, of the same shape.
    """

    inputs: tuple[str, ...]
    indices: Indices
    alone: Array


def sample_of(ranking: Ranking) -> int:
    """How many draws each sample has: `SAMPLE`, of more than 4,096 units a smaller power of 2, at least 64."""
    if ranking.ranks.shape[1] <= _MOST_UNITS:
        return SAMPLE
    return min(SAMPLE, max(64, 1 << (_RANKS // ranking.ranks.size).bit_length() - 1))


def inputs_of(analysis: Analysis) -> list[Input]:
    """The inputs of an analysis: each source with alternatives, each dimension's weights, the noise."""
    design = analysis.design
    found = [Input(name=each.name, taken={"source": at}) for at, each in enumerate(design.uncertainties.discrete)]
    for node in _as_written(analysis):
        if node.uncertainty is not None:
            rows = slice(node.start, node.start + len(node.members))
            found.append(Input(name=f"weights of {node.node}", taken={"rows": rows}))
    if design.uncertainties.noise:
        found.append(Input(name="noise", taken={"noise": True}))
    return found


def sensitivity_of(
    analysis: Analysis, ranking: Ranking, *, sample: int | None = None, progress: Progress = no_progress
) -> Sensitivity:
    """Sobol' indices of all ranks, and what each input does alone.

    Args:
        analysis: The draws.
        ranking: The ranking as the scenario has it, from which ranks shift.
        sample: How many draws each of the two samples has; as `sample_of` says by default.
        progress: Told what is being done, and how far it is.
    """
    inputs = inputs_of(analysis)
    wanted = sample_of(ranking) if sample is None else sample
    one, two = (_sample(analysis, copy, wanted) for copy in (_FIRST, _SECOND))
    steps = 2 + 2 * len(inputs)
    progress("sensitivity", 0, steps)
    first = _outputs(analysis, ranking, one)
    second = _outputs(analysis, ranking, two)
    swapped = []
    alone = []
    for at, each in enumerate(inputs):
        progress(f"sensitivity to {each.name}", 2 + 2 * at, steps)
        swapped.append(_outputs(analysis, ranking, [mixed(a, b, **each.taken) for a, b in zip(one, two, strict=True)]))
        alone.append(_shift_alone(analysis, ranking, each, one))
    rng = stream(analysis.design.seed, _BOOTSTRAP)
    progress("intervals of sensitivity")
    indices = sobol_with_intervals(first, second, np.array(swapped), rng)
    return Sensitivity(inputs=tuple(each.name for each in inputs), indices=indices, alone=np.array(alone))


def left_out(analysis: Analysis) -> Iterator[tuple[str, Array]]:
    """The ranks without each indicator and each dimension, `(editions, units)`; the only member of all stays."""
    variants = analysis.variants
    plan = variants.plan
    names = [member.name for node in plan.tree for member in node.members]
    for name in names:
        changed = resolve.without_member(name, plan)
        if not changed.ranked:
            continue
        variant: Variant = variants.other(changed, f"without {name}")
        yield name, ranks_of(variant.scores, plan.scenario.ranking)


def shapley_of(analysis: Analysis, *, sample: int = SAMPLE) -> list[tuple[str, tuple[str, ...], Array]]:
    """Shapley effects of the weights of each dimension whose weights depend on each other.

    Returns:
        The dimension, its members, and their effects `(members, editions x units)`.
    """
    design = analysis.design
    dependent = [node for node in _as_written(analysis) if node.uncertainty and (not node.relative or node.inside)]
    if not dependent:
        return []
    draws = _sample(analysis, _FIRST, sample)
    found = []
    for node in dependent:
        rows = slice(node.start, node.start + len(node.members))
        varied = [_only(analysis, {"rows": rows}, each) for each in draws]
        ranks = np.concatenate([analysis.ranks(each) for each in varied])
        shares = np.concatenate([local_shares(analysis.nominal, each.raw.astype(float))[rows].T for each in varied])
        effects = shapley_effects(shares, ranks.reshape(len(ranks), -1), stream(design.seed, _BOOTSTRAP, 1))
        members = tuple(member.name for member in analysis.variants.plan.tree[node.node].members)
        found.append((node.node, members, effects[[node.members.index(name) for name in members]]))
    return found


def _as_written(analysis: Analysis) -> list[Any]:
    """The samplers of the dimensions' weights in the order of the scenario."""
    return [analysis.design.weights[node.name] for node in analysis.variants.plan.tree]


def _sample(analysis: Analysis, copy: int, sample: int) -> list[Draws]:
    size = analysis.design.block_size
    blocks = range(-(-sample // size))
    return [analysis.design.block(at, copy).part(slice(0, min(size, sample - at * size))) for at in blocks]


def _outputs(analysis: Analysis, ranking: Ranking, draws: list[Draws]) -> Array:
    """Ranks and the mean shift of all ranks, `(draws, editions x (units + 1))`."""
    ranks = np.concatenate([analysis.ranks(each) for each in draws])
    shift = np.nanmean(np.abs(ranks - ranking.ranks), axis=2, keepdims=True)
    return np.concatenate([ranks, shift], axis=2).reshape(len(ranks), -1)


def _shift_alone(analysis: Analysis, ranking: Ranking, varied: Input, draws: list[Draws]) -> Array:
    """The mean shift of each rank when only one input varies."""
    ranks = np.concatenate([analysis.ranks(_only(analysis, varied.taken, each)) for each in draws])
    shift = np.abs(ranks - ranking.ranks)
    mean = np.nanmean(shift, axis=2, keepdims=True)
    return np.asarray(np.concatenate([shift, mean], axis=2).mean(axis=0).ravel())


def _only(analysis: Analysis, taken: Mapping[str, Any], draws: Draws) -> Draws:
    """Draws that vary one input; all else is as the scenario says."""
    certain = np.tile(analysis.design.weights.certain(), (1, len(draws)))
    still = Draws(choices=np.full_like(draws.choices, -1), raw=certain, noise=None)
    return mixed(still, evolve(draws), **taken)


def mixed(
    first: Draws, second: Draws, *, source: int | None = None, rows: slice | None = None, noise: bool = False
) -> Draws:
    """The first draws with one source's choices taken from the second.

    Args:
        first: Draws.
        second: As many others.
        source: The number of a source with alternatives.
        rows: The rows of a dimension's weights.
        noise: Whether the noise is taken.
    """
    choices, raw = first.choices.copy(), first.raw.copy()
    if source is not None:
        choices[source] = second.choices[source]
    if rows is not None:
        raw[rows] = second.raw[rows]
    return Draws(choices=choices, raw=raw, noise=second.noise if noise else first.noise)
