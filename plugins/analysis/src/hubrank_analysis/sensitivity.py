"""Which choice moves the ranks: Sobol' indices and Shapley effects of the ranks of draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
from attrs import frozen
from hubrank import Array, Ranking, ranks_of
from hubrank.progress import Progress, no_progress
from hubrank.ranking.intervals import HIGH, LOW
from hubrank.scenario import resolve
from hubrank.uncertainty.engine import Analysis
from hubrank.uncertainty.fast import local_shares
from hubrank.uncertainty.sampling import Design, Draws, stream

#: Outputs that are resampled at a time, since each has a number for every sample and input.
_OUTPUTS = 4096
#: Up to so many inputs every subset is looked at; beyond, random orders of the inputs.
MOST_EXACT = 6
_ORDERS = 40
_NEIGHBOURS = 4
#: Draws of each of the two samples that Sobol' indices are made from, and of Shapley effects.
SAMPLE = 1024
#: Of many units fewer are drawn, so that a sample has about so many ranks.
_MOST_UNITS, _RANKS = 4096, 1 << 24
_FIRST, _SECOND, _BOOTSTRAP = 1, 2, 3


@frozen(kw_only=True, eq=False)
class Indices:
    """Sobol' indices with the 5 % and 95 % quantiles of bootstrap samples, each `(inputs, outputs)`.

    Attributes:
        first: The share of an output's variance that an input alone accounts for.
        total: The share that it accounts for alone and together with others.
    """

    first: Array
    first_low: Array
    first_high: Array
    total: Array
    total_low: Array
    total_high: Array


def sobol(first: Array, second: Array, swapped: Array, degrees: int = 0) -> tuple[Array, Array]:
    """First-order and total indices (Saltelli et al. 2010, table 2 (b) and (f)).

    Outputs are centred before, without which the first-order estimate goes astray where their mean is far from 0.

    Args:
        first: Outputs at the first sample, `(draws, outputs)`.
        second: At the second.
        swapped: At the first with one input from the second, `(inputs, draws, outputs)`.
        degrees: What the variance's divisor is less than the number of draws.

    Returns:
        Each `(inputs, outputs)`; NaN for outputs that do not vary.
    """
    centre = (first.sum(axis=0) + second.sum(axis=0) + swapped.sum(axis=(0, 1))) / (len(first) * (2 + len(swapped)))
    first, second, swapped = first - centre, second - centre, swapped - centre
    variance = np.concatenate([first, second]).var(axis=0, ddof=degrees)
    with np.errstate(divide="ignore", invalid="ignore"):
        alone = (second * (swapped - first)).mean(axis=1) / variance
        total = ((first - swapped) ** 2).mean(axis=1) / (2 * variance)
    still = variance <= 1e-12 * np.maximum(centre**2, 1e-300)
    return np.where(still, np.nan, alone), np.where(still, np.nan, total)


def sobol_with_intervals(
    first: Array, second: Array, swapped: Array, rng: np.random.Generator, resamples: int = 200
) -> Indices:
    """Sobol' indices and 90 % bootstrap intervals; whole rows are drawn again, variance and all."""
    draws = len(first)
    rows = rng.multinomial(draws, np.full(draws, 1 / draws), size=resamples) / draws
    pieces = [slice(start, start + _OUTPUTS) for start in range(0, first.shape[1], _OUTPUTS)]
    parts = [_with_intervals(first[:, item], second[:, item], swapped[:, :, item], rows) for item in pieces]
    return Indices(**{name: np.concatenate([part[name] for part in parts], axis=1) for name in parts[0]})


def _with_intervals(first: Array, second: Array, swapped: Array, rows: Array) -> dict[str, Array]:
    """The indices of some outputs; `rows` says how often each bootstrap sample has each draw, `(resamples, draws)`."""
    alone, total = sobol(first, second, swapped)
    centre = (first.mean(axis=0) + second.mean(axis=0)) / 2
    one, two = first - centre, second - centre
    mean = rows @ (one + two) / 2
    variance = rows @ (one**2 + two**2) / 2 - mean**2
    firsts, totals = [], []
    with np.errstate(divide="ignore", invalid="ignore"):
        for item in swapped - centre:
            firsts.append((rows @ (two * (item - one)) - mean * (rows @ (item - one))) / variance)
            totals.append(rows @ (one - item) ** 2 / (2 * variance))
        low, high = np.quantile(np.array(firsts), [LOW, HIGH], axis=1)
        total_low, total_high = np.quantile(np.array(totals), [LOW, HIGH], axis=1)
    ends = {"first_low": low, "first_high": high, "total_low": total_low, "total_high": total_high}
    still = np.isnan(alone)
    return {"first": alone, "total": total} | {name: np.where(still, np.nan, values) for name, values in ends.items()}


def shapley_effects(inputs: Array, outputs: Array, rng: np.random.Generator) -> Array:
    """Shapley effects from a sample alone (Broto, Bachoc and Depecker 2020, nearest neighbours).

    Args:
        inputs: `(draws, inputs)`, dependent or not.
        outputs: `(draws, outputs)`.
        rng: Draws orders where there are too many subsets.

    Returns:
        `(inputs, outputs)`: shares that sum to 1 over the inputs; NaN for outputs that do not vary.
    """
    count = inputs.shape[1]
    scaled = (inputs - inputs.mean(axis=0)) / np.maximum(inputs.std(axis=0), 1e-300)
    known: dict[frozenset[int], Array] = {frozenset(range(count)): np.zeros(outputs.shape[1])}

    def left(held: frozenset[int]) -> Array:
        """The mean variance that is left when some inputs are held."""
        if held not in known:
            known[held] = _variance_left(scaled[:, sorted(held)], outputs)
        return known[held]

    variance = left(frozenset())
    effects = np.zeros((count, outputs.shape[1]))
    if count <= MOST_EXACT:
        for at in range(count):
            others = [other for other in range(count) if other != at]
            for size in range(count):
                for held in combinations(others, size):
                    gain = left(frozenset(held)) - left(frozenset((*held, at)))
                    effects[at] += gain / (count * comb(count - 1, size))
    else:
        for _ in range(_ORDERS // 2):
            drawn = rng.permutation(count).tolist()
            for order in (drawn, drawn[::-1]):
                for size, at in enumerate(order):
                    effects[at] += (left(frozenset(order[:size])) - left(frozenset(order[: size + 1]))) / _ORDERS
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(variance > 1e-12, effects / variance, np.nan)


def _variance_left(held: Array, outputs: Array) -> Array:
    """The mean variance of the outputs among the nearest draws by the inputs that are held."""
    if held.shape[1] == 0:
        return outputs.var(axis=0, ddof=1)
    from scipy.spatial import cKDTree

    _, nearest = cKDTree(held).query(held, k=_NEIGHBOURS)
    return outputs[nearest].var(axis=1, ddof=1).mean(axis=0)


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


def blocks_of(design: Design, draws: int, copy: int = 0) -> Iterator[Draws]:
    """The first draws, block by block."""
    for at in range(-(-draws // design.block_size)):
        yield design.block(at, copy).part(slice(0, draws - at * design.block_size))


def sensitivity_of(
    analysis: Analysis, ranking: Ranking, *, sample: int | None = None, progress: Progress = no_progress
) -> Sensitivity:
    """Sobol' indices of all ranks, and what each input does alone.

    Inputs are each source with alternatives, each dimension's weights, and the noise; ranks shift from those of the
    ranking as the scenario has it. Each of the two samples has so many draws, by default as `sample_of` says.
    """
    design = analysis.design
    inputs: dict[str, dict[str, Any]] = {
        item.name: {"source": at} for at, item in enumerate(design.uncertainties.discrete)
    }
    for node in _as_written(analysis):
        if node.uncertainty is not None:
            inputs[f"weights of {node.node}"] = {"rows": slice(node.start, node.start + len(node.members))}
    if design.uncertainties.noise:
        inputs["noise"] = {"noise": True}
    wanted = sample_of(ranking) if sample is None else sample
    one, two = ([*blocks_of(design, wanted, copy)] for copy in (_FIRST, _SECOND))
    steps = 2 + 2 * len(inputs)
    progress("sensitivity", 0, steps)

    def outputs(draws: list[Draws]) -> tuple[Array, Array]:
        """The ranks of draws; and these with the mean shift of all, `(draws, editions x (units + 1))`."""
        ranks = np.concatenate([analysis.ranks(item) for item in draws])
        shift = np.nanmean(np.abs(ranks - ranking.ranks), axis=2, keepdims=True)
        return ranks, np.concatenate([ranks, shift], axis=2).reshape(len(ranks), -1)

    first, second = outputs(one)[1], outputs(two)[1]
    swapped, alone = [], []
    for at, (name, taken) in enumerate(inputs.items()):
        progress(f"sensitivity to {name}", 2 + 2 * at, steps)
        swapped.append(outputs([_mixed(a, b, **taken) for a, b in zip(one, two, strict=True)])[1])
        shift = np.abs(outputs([_only(analysis, taken, item) for item in one])[0] - ranking.ranks)
        mean = np.nanmean(shift, axis=2, keepdims=True)
        alone.append(np.concatenate([shift, mean], axis=2).mean(axis=0).ravel())
    progress("intervals of sensitivity")
    indices = sobol_with_intervals(first, second, np.array(swapped), stream(design.seed, _BOOTSTRAP))
    return Sensitivity(inputs=tuple(inputs), indices=indices, alone=np.array(alone))


def left_out(analysis: Analysis) -> Iterator[tuple[str, Array]]:
    """The ranks without each indicator and each dimension, `(editions, units)`; the only member of all stays."""
    plan = analysis.variants.plan
    for name in [member.name for node in plan.tree for member in node.members]:
        changed = resolve.without_member(name, plan)
        if changed.ranked:
            yield name, ranks_of(analysis.variants.other(changed, f"without {name}").scores, plan.scenario.ranking)


def shapley_of(analysis: Analysis, *, sample: int = SAMPLE) -> list[tuple[str, tuple[str, ...], Array]]:
    """Shapley effects of the weights of each dimension whose weights depend on each other.

    Returns:
        The dimension, its members, and their effects `(members, editions x units)`.
    """
    design = analysis.design
    dependent = [node for node in _as_written(analysis) if node.uncertainty and (not node.relative or node.inside)]
    draws = [*blocks_of(design, sample, _FIRST)] if dependent else []
    found = []
    for node in dependent:
        rows = slice(node.start, node.start + len(node.members))
        varied = [_only(analysis, {"rows": rows}, item) for item in draws]
        ranks = np.concatenate([analysis.ranks(item) for item in varied])
        shares = np.concatenate([local_shares(analysis.nominal, item.raw.astype(float))[rows].T for item in varied])
        effects = shapley_effects(shares, ranks.reshape(len(ranks), -1), stream(design.seed, _BOOTSTRAP, 1))
        members = tuple(member.name for member in analysis.variants.plan.tree[node.node].members)
        found.append((node.node, members, effects[[node.members.index(name) for name in members]]))
    return found


def _as_written(analysis: Analysis) -> list[Any]:
    """The samplers of the dimensions' weights in the order of the scenario."""
    return [analysis.design.weights[node.name] for node in analysis.variants.plan.tree]


def _only(analysis: Analysis, taken: Mapping[str, Any], draws: Draws) -> Draws:
    """Draws that vary one input; all else is as the scenario says."""
    certain = np.tile(analysis.design.weights.certain(), (1, len(draws)))
    return _mixed(Draws(choices=np.full_like(draws.choices, -1), raw=certain, noise=None), draws, **taken)


def _mixed(
    first: Draws, second: Draws, *, source: int | None = None, rows: slice | None = None, noise: bool = False
) -> Draws:
    """The first draws with a source's choices, the rows of a dimension's weights or the noise of as many others."""
    choices, raw = first.choices.copy(), first.raw.copy()
    if source is not None:
        choices[source] = second.choices[source]
    if rows is not None:
        raw[rows] = second.raw[rows]
    return Draws(choices=choices, raw=raw, noise=second.noise if noise else first.noise)
