"""The tables that `hubrank robustness` writes: intervals, pairs, confidence, and which choice moves the ranks."""

import functools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from attrs import evolve
from hubrank.io.escaping import csv_bytes
from hubrank.plugin import Array, Ranking, ranks_of
from hubrank.progress import Progress, no_progress
from hubrank.ranking.intervals import HIGH, LOW
from hubrank.scenario import resolve
from hubrank.uncertainty.engine import Analysis
from hubrank.uncertainty.fast import buffer, local_shares
from hubrank.uncertainty.outcome import Outcome
from hubrank.uncertainty.sampling import Design, Draws, WeightSampler, stream
from threadpoolctl import threadpool_limits

#: The entry in the column of units for the mean shift of all ranks.
ALL = "(all)"
#: The number of draws, the first, that vary the other uncertainties; fewer if noise makes each a case of its own.
_DRAWS, _NOISY_DRAWS = 16_384, 1024
#: Numbers of noise that are kept, and numbers that are worked on at a time.
_NOISE, _NUMBERS = 32_000_000, 2_000_000
#: Ranks that are worked on at a time, so that they stay in the cache, and the fewest draws that these are of.
_CACHED, _FEWEST = 250_000, 16


@threadpool_limits.wrap(1, user_api="blas")  # matrices are small: further threads would only wait
def sensitivity_files(analysis: Analysis, ranking: Ranking, progress: Progress = no_progress) -> dict[str, bytes]:
    """The tables of sensitivity as CSV, by name.

    `left_out` has one row an edition and member: how ranks shift without it, and whose shifts most; `shapley` one an
    edition, unit, dimension and member, where weights depend on each other.
    """
    tables = {"sensitivity.csv": _sensitivity(analysis, ranking, progress)}
    progress("leaving members out")
    rows: list[tuple[Any, ...]] = []
    for name, ranks in left_out(analysis):
        for edition, shift, size in zip(
            ranking.editions, ranks - ranking.ranks, np.abs(ranks - ranking.ranks), strict=True
        ):
            if not np.isnan(size).all():
                most = int(np.nanargmax(size))
                rows.append((edition, name, np.nanmean(size), ranking.codes[most], shift[most]))
    columns = ["edition", "left_out", "mean_shift", "unit", "largest_shift"]
    tables["left_out.csv"] = pd.DataFrame(rows, columns=columns)
    progress("effects of weights")
    rows = []
    for dimension, members, effects in shapley_of(analysis, sample=sample_of(ranking)):
        for member, shares in zip(members, effects.reshape(len(members), *ranking.ranks.shape), strict=True):
            there = np.argwhere(~np.isnan(shares))
            rows += [
                (ranking.editions[at], ranking.codes[unit], dimension, member, shares[at, unit]) for at, unit in there
            ]
    if rows:
        tables["shapley.csv"] = pd.DataFrame(rows, columns=["edition", "unit", "dimension", "member", "effect"])
    progress("writing sensitivity")
    return {name: csv_bytes(ranking.marked(table)) for name, table in tables.items()}


def _sensitivity(analysis: Analysis, ranking: Ranking, progress: Progress) -> pd.DataFrame:
    """One row per edition, unit (or the mean shift of all ranks) and input: the columns of `sensitivity.csv`."""
    names_of_inputs, indices, errors, alone = sensitivity_of(analysis, ranking, progress=progress)
    editions, units = ranking.ranks.shape
    inputs = np.array(names_of_inputs, dtype=object)
    names = np.array([*ranking.codes, ALL], dtype=object)
    reach = NormalDist().inv_cdf(HIGH) * errors
    columns = {}
    for order, name in enumerate(("first", "total")):
        ends = {"": 0, "_low": -reach[order], "_high": reach[order]}
        columns |= {f"{name}{end}": indices[order] + distance for end, distance in ends.items()}
    columns["alone"] = alone
    shape = (len(inputs), editions, units + 1)
    table = pd.DataFrame(
        {
            "edition": np.repeat(ranking.editions, (units + 1) * len(inputs)),
            "unit": np.tile(np.repeat(names, len(inputs)), editions),
            "input": np.tile(inputs, editions * (units + 1)),
            **{name: values.reshape(shape).transpose(1, 2, 0).ravel() for name, values in columns.items()},
        }
    )
    return table[table["alone"].notna()]


def confidence_factors(outcome: Outcome) -> Array:
    """The probability `(editions, units)` that a unit is first by its central weights while all else varies.

    Other uncertainties vary as they do in the draws; draws that leave the unit out do not count. Where weights alone
    are uncertain it is 1 or 0 (Lahdelma and Salminen 2001), NaN if a unit was never first.
    """
    analysis = outcome.analysis
    editions, units = np.nonzero(outcome.tally.ranks[:, 0])
    raw = weight_rows(analysis.design.weights, outcome.central_weights[editions, units].T)
    first, ranked = np.zeros(len(units)), np.zeros(len(units))
    for others, times in _others(analysis, outcome.draws):
        cells = analysis.variants.measurements[0].values.size if others.figures else outcome.ranking.ranks.size
        step = max(1, _NUMBERS // cells)
        pairs = len(times) * len(units)
        for start in range(0, pairs, step):
            other, unit = np.divmod(np.arange(start, min(start + step, pairs)), len(units))
            draws = evolve(others.part(other), raw=raw[:, unit], place=None)
            ranks = analysis.ranks(draws)[np.arange(len(unit)), editions[unit], units[unit]]
            first += np.bincount(unit, times[other] * (ranks == 1), len(units))
            ranked += np.bincount(unit, times[other] * ~np.isnan(ranks), len(units))
    found = np.full(outcome.ranking.ranks.shape, np.nan)
    with np.errstate(invalid="ignore"):
        found[editions, units] = first / ranked
    return found


def weight_rows(sampler: WeightSampler, shares: Array) -> Any:
    """The sampler's rows that give local shares, both `(members of all dimensions, draws)`."""
    rows = shares.copy()
    for node in sampler.nodes:
        if node.relative:
            columns = node.span
            base = np.broadcast_to(node.base[:, None], shares[columns].shape)
            rows[columns] = np.divide(
                shares[columns] * node.base.sum(), base, out=np.ones_like(shares[columns]), where=base > 0
            )
    return rows


def _others(analysis: Analysis, draws: int) -> Iterator[tuple[Draws, Array]]:
    """The values of the first draws besides weights: each case once, and its frequency."""
    design = analysis.design
    numbers = int(np.prod(design.cells) + np.prod(design.aged_cells))
    most = max(1, min(_NOISY_DRAWS, _NOISE // numbers)) if numbers else _DRAWS
    blocks = blocks_of(design, min(draws, most), analysis.block)
    if numbers:
        yield from ((block, np.ones(len(block))) for block in blocks)
        return
    first = Draws.joined(list(blocks))
    if not len(first.choices):
        yield first.part(slice(0, 1)), np.ones(1)
        return
    cases, times = np.unique(first.choices, axis=1, return_counts=True)
    yield evolve(first, choices=cases), times.astype(float)


def tables_of(outcome: Outcome) -> dict[str, pd.DataFrame]:
    """All tables of an outcome, by name.

    `acceptability` has one row an edition, unit and rank (or band of ranks) that it had in any draw; `central_weights`
    one an edition, unit that was ever first, dimension and member that is part of the edition; `pairwise` one an
    edition and pair of units of which the first was ahead in some draw, or that no draw ranks both of; `top_sets` one
    an edition and number of places.
    """
    tables = {"robustness": robustness_table(outcome)}
    editions, codes = np.array(outcome.ranking.editions), np.array(outcome.ranking.codes, dtype=object)
    share = outcome.acceptability
    edition, units, bins = np.nonzero(np.nan_to_num(share).transpose(0, 2, 1))
    tables["acceptability"] = pd.DataFrame(
        {
            "edition": editions[edition],
            "unit": codes[units],
            "rank": outcome.bins.low[bins],
            "up_to": outcome.bins.high[bins],
            "probability": share[edition, bins, units],
        }
    )
    plan, central = outcome.ranking.plan, outcome.central_weights
    members = outcome.analysis.design.weights.rows_of(plan.tree)
    part_of = plan.part_of([member for _, member, _ in members])[:, 0]
    rows = [
        (editions[at], codes[unit], dimension, member, central[at, unit, row])
        for at, unit in np.argwhere(outcome.tally.ranks[:, 0] > 0)
        for (dimension, member, row), there in zip(members, part_of[at], strict=True)
        if there
    ]
    table = pd.DataFrame(rows, columns=["edition", "unit", "dimension", "member", "weight"])
    if not plan.whole:  # redistributed among those that are part of the edition
        table["weight"] /= table.groupby(["edition", "unit", "dimension"])["weight"].transform("sum")
    tables["central_weights"] = table
    if (ahead := outcome.ahead) is not None:
        ranked = ~np.isnan(outcome.ranking.ranks)
        unmet = np.isnan(ahead) & ranked[:, :, None] & ranked[:, None, :] & ~np.eye(len(codes), dtype=bool)
        edition, first, second = pairs = np.nonzero((ahead > 0) | unmet)
        columns = {"edition": editions[edition], "unit": codes[first], "other": codes[second]}
        counts = {"ahead": ahead[pairs], "draws": outcome.tally.compared[pairs]}
        tables["pairwise"] = pd.DataFrame(columns | counts)
    sets = [sets_table(outcome, at) for at in range(len(editions))]
    tables["top_sets"] = pd.concat(sets, ignore_index=True)
    return tables


def sets_table(outcome: Outcome, at: int) -> pd.DataFrame:
    """One row per number of places of an edition (its position): how likely the same units as in the ranking take them.

    Places that end within a tie have no row, nor have all places.
    """
    shares = outcome.joint.same_first[at]
    there = np.flatnonzero(~np.isnan(shares))
    return pd.DataFrame({"edition": outcome.ranking.editions[at], "top": there + 1, "probability": shares[there]})


def robustness_table(outcome: Outcome) -> pd.DataFrame:
    """One row per edition and ranked unit, best first: the columns of `robustness.csv`."""
    ranking = outcome.ranged
    columns: dict[str, Any] = {
        "rank": ranking.ranks,
        "median": outcome.rank(0.5),
        "low": ranking.low,
        "high": ranking.high,
        "joint_low": outcome.joint.low,
        "joint_high": outcome.joint.high,
        "outside": np.where(ranking.outside, "*", ""),
        "ranked_share": outcome.ranked_share,
        "best": outcome.extreme(),
        "worst": outcome.extreme(worst=True),
        **{"first" if mark == 1 else f"top_{mark}": outcome.top(mark) for mark in outcome.marks},
        **{f"tier_{tier}": share for tier, share in outcome.tops_tier().items()},
        "score": ranking.scores,
        "score_median": outcome.score(0.5),
        "score_low": outcome.score(LOW),
        "score_high": outcome.score(HIGH),
        "rose": outcome.rose,
    }
    if (ends := outcome.group_ends()) is not None:
        columns["group_first"], columns["group_last"] = ends
    columns["evidence_tier"] = ranking.evidence_tiers
    columns["confidence"] = confidence_factors(outcome)
    frames = []
    for at, edition in enumerate(ranking.editions):
        order = ranking.order(at)
        frame = {"edition": edition, "unit": [ranking.codes[unit] for unit in order]}
        frames.append(pd.DataFrame(frame | {name: values[at][order] for name, values in columns.items()}))
    return pd.concat(frames, ignore_index=True)


def design_table(analysis: Analysis, draws: int) -> pd.DataFrame:
    """One row per draw: the choice from each source of uncertainty, and the drawn weights as local shares."""
    design = analysis.design
    members = design.weights.rows_of(analysis.variants.plan.tree)
    frames = []
    for drawn in blocks_of(design, draws, design.choices):
        columns: dict[str, Any] = {}
        for source, chosen in zip(design.uncertainties.discrete, drawn.choices, strict=True):
            columns[source.name] = np.array(source.labels, dtype=object)[chosen]
        shares = local_shares(analysis.nominal, drawn.raw.astype(float))
        columns |= {f"weight {dimension}: {member}": shares[row] for dimension, member, row in members}
        frames.append(pd.DataFrame(columns))
    table = pd.concat(frames, ignore_index=True)
    table.insert(0, "draw", np.arange(draws) + 1)
    return table


#: Outputs of draws that are worked on at a time, so that what is computed of them stays in the cache.
_TILE = 16_384
#: The most inputs for which every subset is used; beyond, random orders of the inputs.
MOST_EXACT = 6
_ORDERS = 40
_NEIGHBOURS = 4
#: Draws of each of the two samples that Sobol' indices are made from, and of Shapley effects.
SAMPLE = 1024
#: With many units fewer draws are made, to limit the ranks of a sample to this number.
_MOST_UNITS, _RANKS = 4096, 1 << 24
_FIRST, _SECOND, _PERMUTED = 1, 2, 3


def sobol(first: Any, second: Any, swapped: Iterable[Array], degrees: int = 0) -> tuple[Array, Array]:
    """First-order and total indices (Saltelli et al. 2010, table 2 (b) and (f)) and their standard errors.

    Both are `(2, inputs, outputs)`; the errors are those of many draws, in which an index is a ratio of means (Janon et
    al. 2014). Outputs are centred, without which the first-order estimate goes astray where their mean is far from 0.
    They are `(draws, outputs)` at the two samples; `swapped` are at the first with one input from the second, some
    draws after the other, `(inputs, some draws, outputs)`. The variance's divisor is the number of draws less
    `degrees`; what does not vary gives NaN.
    """
    start, end = (item.mean(axis=0, dtype=float) for item in (first, second))
    centre = (start + end) / 2
    sums, done = np.zeros((1, 3, 1)), 0
    for items in swapped:
        rows, tile = slice(done, done := done + items.shape[1]), max(1, _TILE // items.shape[1])
        tiles = [(rows, slice(at, at + tile)) for at in range(0, len(centre), tile)]
        found = [_sums(first[here], second[here], items[:, :, here[1]], centre[here[1]]) for here in tiles]
        sums = sums + np.concatenate(found, axis=-1)
    (squares, fourths, _), (changes, *terms) = sums[0], sums[1:].reshape(3, -1, 3, len(centre))
    variance = squares / (done - degrees / 2)
    variance[variance <= 1e-12 * np.maximum(centre**2, 1e-300)] = np.nan
    size = done * variance
    indices = np.array([term[:, 0] for term in terms]) / size
    left = [term[:, 1] + index * (index * fourths - 2 * term[:, 2]) for term, index in zip(terms, indices, strict=True)]
    off = changes[:, 0].sum(axis=0) / done + len(changes) * (start - centre)  # of all outputs, from the two samples'
    indices[0] -= off / (2 + len(changes)) * changes[:, 0] / size
    return indices, np.sqrt(np.maximum(left, 0)) / size


def _sums(first: Array, second: Array, swapped: Array, centre: Array) -> Array:
    """Sums over draws, `(1 + 3 x inputs, 3, outputs)`: of each term, of its square, of its product with the first term.

    That is the square from the centre; the others are how outputs change with each input, and the terms of its indices.
    """
    one, two = first - centre, second - centre
    changes = [item - first for item in swapped]
    terms = [(one**2 + two**2) / 2, *changes, *(two * item for item in changes), *(item**2 / 2 for item in changes)]
    products = [[np.einsum("do,do->o", term, other) for other in (term, terms[0])] for term in terms]
    return np.array([(term.sum(axis=0), *item) for term, item in zip(terms, products, strict=True)])


def shapley_effects(inputs: Array, outputs: Array, rng: np.random.Generator) -> Array:
    """Shapley effects from a sample alone (Broto, Bachoc and Depecker 2020, nearest neighbours).

    Inputs are `(draws, inputs)`, dependent or not, and outputs `(draws, outputs)`; effects are shares that sum to 1
    over the inputs, `(inputs, outputs)`, NaN for outputs that do not vary.
    """
    from scipy.spatial import cKDTree

    count = inputs.shape[1]
    scaled = (inputs - inputs.mean(axis=0)) / np.maximum(inputs.std(axis=0), 1e-300)
    whole, nothing = np.zeros(outputs.shape[1]), outputs.var(axis=0, ddof=1)
    known: dict[frozenset[int], Array] = {frozenset(): nothing, frozenset(range(count)): whole}

    def left(held: frozenset[int]) -> Array:
        """The mean variance that is left among the nearest draws by the inputs that are held."""
        if held not in known:
            inside = scaled[:, sorted(held)]
            nearest = cKDTree(inside).query(inside, k=_NEIGHBOURS)[1]
            known[held] = outputs[nearest].var(axis=1, ddof=1).mean(axis=0)
        return known[held]

    variance = left(frozenset())
    effects = np.zeros((count, outputs.shape[1]))
    if count <= MOST_EXACT:
        for at in range(count):
            others = [other for other in range(count) if other != at]
            for size in range(count):
                for held in combinations(others, size):
                    gain = left(frozenset(held)) - left(frozenset((*held, at)))
                    effects[at] += gain / (count * math.comb(count - 1, size))
    else:
        for _ in range(_ORDERS // 2):
            drawn = rng.permutation(count).tolist()
            for order in (drawn, drawn[::-1]):
                for size, at in enumerate(order):
                    effects[at] += (left(frozenset(order[:size])) - left(frozenset(order[: size + 1]))) / _ORDERS
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(variance > 1e-12, effects / variance, np.nan)


def sample_of(ranking: Ranking) -> int:
    """The number of draws of each sample: `SAMPLE`, for more than 4,096 units a smaller power of 2, at least 64."""
    if ranking.ranks.shape[1] <= _MOST_UNITS:
        return SAMPLE
    return min(SAMPLE, max(64, 1 << (_RANKS // ranking.ranks.size).bit_length() - 1))


def blocks_of(design: Design, draws: int, block: Callable[[int], Draws]) -> Iterator[Draws]:
    """The first draws, block by block, of which each is made from its number."""
    for at in range(-(-draws // design.block_size)):
        yield block(at).part(slice(0, draws - at * design.block_size))


def sensitivity_of(
    analysis: Analysis, ranking: Ranking, *, sample: int | None = None, progress: Progress = no_progress
) -> tuple[tuple[str, ...], Array, Array, Array]:
    """The inputs, Sobol' indices of all ranks with their errors, and the mean shift when only one input varies.

    Inputs are each source with alternatives, each dimension's weights, and noise and errors of values; outputs
    `(inputs, editions x (units + 1))` are the units' ranks, then the mean shift of all from those of the ranking.
    Indices and errors are of `sobol`. Each of the two samples has this number of draws, by default that of `sample_of`.
    """
    inputs = _inputs_of(analysis)
    wanted = sample_of(ranking) if sample is None else sample
    one, two = (
        [*blocks_of(analysis.design, wanted, functools.partial(analysis.design.choices, copy=copy))]
        for copy in (_FIRST, _SECOND)
    )
    ranks = np.empty((2, wanted, ranking.ranks.size), dtype=np.float32)  # they hold any rank exactly
    shifts = np.empty((2 + len(inputs), wanted, len(ranking.editions)))
    alone = np.zeros((len(inputs), len(ranking.editions), ranking.ranks.shape[1] + 1))

    def shifted(draws: Draws) -> tuple[Array, Array, Array]:
        found = analysis.ranks(draws)
        shift = found - ranking.ranks
        return found.reshape(len(found), -1), np.abs(shift, out=shift), _mean(shift)

    def swapped() -> Iterator[Array]:
        for part, a, b in _parts(analysis, one, two):
            found = buffer("swapped", (len(inputs), len(a), ranking.ranks.size), float)
            for at, (name, taken) in enumerate(inputs.items()):
                progress(f"sensitivity to {name}", len(inputs) * part.start + at * len(a), len(inputs) * wanted)
                found[at], _, shifts[2 + at, part] = shifted(_mixed(a, b, **taken))
                _, shift, mean = shifted(_only(analysis, taken, a))
                alone[at, :, :-1] += shift.sum(axis=0)
                alone[at, :, -1] += mean.sum(axis=0)
            yield found

    for part, *both in _parts(analysis, one, two):
        progress("sensitivity", part.start, wanted)
        for at, draws in enumerate(both):
            ranks[at, part], _, shifts[at, part] = shifted(draws)
    of_ranks, of_shifts = sobol(*ranks, swapped()), sobol(shifts[0], shifts[1], [shifts[2:]])
    shape = (2, len(inputs), len(ranking.editions), -1)
    pairs = ([item.reshape(shape) for item in pair] for pair in zip(of_ranks, of_shifts, strict=True))
    indices, errors = (np.concatenate(pair, axis=3).reshape(2, len(inputs), -1) for pair in pairs)
    return tuple(inputs), indices, errors, alone.reshape(len(inputs), -1) / wanted


def _inputs_of(analysis: Analysis) -> dict[str, dict[str, Any]]:
    """What can vary alone, by name, as arguments of `_mixed` and `_only`."""
    inputs: dict[str, dict[str, Any]] = {
        item.name: {"source": at} for at, item in enumerate(analysis.design.uncertainties.discrete)
    }
    for node in _as_written(analysis):
        if node.uncertainty is not None:
            inputs[f"weights of {node.node}"] = {"rows": node.span}
    if figures := analysis.design.uncertainties.figures:
        inputs[figures] = {"noise": True}
    return inputs


def _parts(analysis: Analysis, first: Sequence[Draws], second: Sequence[Draws]) -> Iterator[tuple[slice, Draws, Draws]]:
    """Some draws of both samples at a time, with values that mixed ones can have, and which of all draws these are."""
    step, done = max(_FEWEST, _CACHED // analysis.low.size), 0
    for at, (one, two) in enumerate(zip(first, second, strict=True)):
        mixed = [one, two, *(_mixed(one, two, source=source) for source in range(len(one.choices)))]
        choices = {choice for draws in mixed for choice, _ in draws.by_setting()}
        a, b = analysis.valued(one, at, _FIRST, choices), analysis.valued(two, at, _SECOND, choices)
        for start in range(0, len(one), step):
            part = slice(start, start + step)
            yield slice(done, done := min(done + step, done + len(one) - start)), a.part(part), b.part(part)


def _mean(shifts: Array) -> Array:
    """The mean of shifts of ranks `(..., units)` without missing ones, whole numbers and halves as they are."""
    means = shifts.mean(axis=-1)
    return np.nanmean(shifts, axis=-1) if np.isnan(means).any() else np.asarray(means)


def left_out(analysis: Analysis) -> Iterator[tuple[str, Array]]:
    """The ranks without each indicator and each dimension, `(editions, units)`; the only member of all stays."""
    plan, program, weights = analysis.variants.plan, analysis.ready(()), analysis.design.weights
    complete = program.complete
    for dimension, name, row in weights.rows_of(plan.tree):
        changed = resolve.without_member(name, plan)
        if not changed.ranked:
            continue
        if complete and any(node.name == dimension for node in changed.tree):
            raw, scores = weights.certain(), np.full(analysis.low.shape, np.nan)
            raw[row] = 0
            scores.ravel()[program.cells] = program.scores(Draws(choices=np.empty((0, 1), dtype=np.intp), raw=raw))
        else:
            scores = analysis.variants.other(changed, f"without {name}").scores
        yield name, ranks_of(scores, plan.scenario.ranking)


def shapley_of(analysis: Analysis, *, sample: int = SAMPLE) -> list[tuple[str, tuple[str, ...], Array]]:
    """Dimensions whose weights depend on each other, with members and effects `(members, editions x units)`."""
    design = analysis.design
    dependent = [node for node in _as_written(analysis) if node.uncertainty and (not node.relative or node.inside)]
    draws = [*blocks_of(design, sample, functools.partial(design.choices, copy=_FIRST))] if dependent else []
    found = []
    for node in dependent:
        rows = node.span
        varied = [_only(analysis, {"rows": rows}, item) for item in draws]
        ranks = np.concatenate([analysis.ranks(item) for item in varied])
        shares = np.concatenate([local_shares(analysis.nominal, item.raw.astype(float))[rows].T for item in varied])
        effects = shapley_effects(shares, ranks.reshape(len(ranks), -1), stream(design.seed, _PERMUTED, 1))
        members = tuple(member.name for member in analysis.variants.plan.tree[node.node].members)
        found.append((node.node, members, effects[[node.members.index(name) for name in members]]))
    return found


def _as_written(analysis: Analysis) -> list[Any]:
    """The samplers of the dimensions' weights in the order of the scenario."""
    return [analysis.design.weights[node.name] for node in analysis.variants.plan.tree]


def _only(analysis: Analysis, taken: Mapping[str, Any], draws: Draws) -> Draws:
    """Draws that vary one input; all else is as the scenario says."""
    certain = np.tile(analysis.design.weights.certain(), (1, len(draws)))
    return _mixed(Draws(choices=np.full_like(draws.choices, -1), raw=certain), draws, **taken)


def _mixed(
    first: Draws, second: Draws, *, source: int | None = None, rows: slice | None = None, noise: bool = False
) -> Draws:
    """The first draws with a source's choices, the rows of a dimension's weights or the noise of the other draws."""
    choices, raw = first.choices.copy(), first.raw.copy()
    if source is not None:
        choices[source] = second.choices[source]
    if rows is not None:
        raw[rows] = second.raw[rows]
    return evolve(second if noise else first, choices=choices, raw=raw, place=None)
