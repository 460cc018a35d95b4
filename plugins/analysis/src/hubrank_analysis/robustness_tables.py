"""The tables that `hubrank robustness` writes: intervals, pairs, confidence, sensitivity."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from attrs import evolve
from hubrank import Array, Ranking
from hubrank.io.escaping import csv_bytes
from hubrank.progress import Progress, no_progress
from hubrank.ranking.intervals import HIGH, LOW
from hubrank.uncertainty.engine import Analysis
from hubrank.uncertainty.fast import local_shares
from hubrank.uncertainty.outcome import Outcome, with_intervals
from hubrank.uncertainty.sampling import Design, Draws, WeightSampler

from hubrank_analysis.sensitivity import blocks_of, left_out, sample_of, sensitivity_of, shapley_of

#: What stands in the column of units for the mean shift of all ranks.
ALL = "(all)"
#: The other uncertainties vary as in so many draws, the first; fewer where noise makes each a case of its own.
_DRAWS, _NOISY_DRAWS = 16_384, 1024
#: Numbers of noise that are kept, and numbers that are worked on at a time.
_NOISE, _NUMBERS = 32_000_000, 2_000_000


def sensitivity_files(analysis: Analysis, ranking: Ranking, progress: Progress = no_progress) -> dict[str, bytes]:
    """The tables of sensitivity as CSV, by name."""
    tables = {"sensitivity.csv": _sensitivity(analysis, ranking, progress)}
    progress("leaving members out")
    tables["left_out.csv"] = _left_out(analysis, ranking)
    progress("effects of weights")
    effects = _shapley(analysis, ranking)
    if len(effects):
        tables["shapley.csv"] = effects
    progress("writing sensitivity")
    return {name: csv_bytes(ranking.marked(table)) for name, table in tables.items()}


def _sensitivity(analysis: Analysis, ranking: Ranking, progress: Progress) -> pd.DataFrame:
    """One row an edition, unit (or the mean shift of all ranks) and input: the columns of `sensitivity.csv`."""
    found = sensitivity_of(analysis, ranking, progress=progress)
    editions, units = ranking.ranks.shape
    inputs = np.array(found.inputs, dtype=object)
    names = np.array([*ranking.codes, ALL], dtype=object)
    ends = ("first", "first_low", "first_high", "total", "total_low", "total_high")
    columns = {name: getattr(found.indices, name) for name in ends} | {"alone": found.alone}
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


def _left_out(analysis: Analysis, ranking: Ranking) -> pd.DataFrame:
    """One row an edition and member: how ranks shift without it, and whose shifts most."""
    rows = []
    for name, ranks in left_out(analysis):
        for at, edition in enumerate(ranking.editions):
            shift = ranks[at] - ranking.ranks[at]
            if np.isnan(shift).all():
                continue
            most = int(np.nanargmax(np.abs(shift)))
            rows.append((edition, name, np.nanmean(np.abs(shift)), ranking.codes[most], shift[most]))
    return pd.DataFrame(rows, columns=["edition", "left_out", "mean_shift", "unit", "largest_shift"])


def _shapley(analysis: Analysis, ranking: Ranking) -> pd.DataFrame:
    """One row an edition, unit, dimension and member, where weights depend on each other."""
    rows = []
    for dimension, members, effects in shapley_of(analysis, sample=sample_of(ranking)):
        for member, shares in zip(members, effects.reshape(len(members), *ranking.ranks.shape), strict=True):
            rows += [
                (ranking.editions[at], ranking.codes[unit], dimension, member, shares[at, unit])
                for at, unit in np.argwhere(~np.isnan(shares))
            ]
    return pd.DataFrame(rows, columns=["edition", "unit", "dimension", "member", "effect"])


def confidence_factors(outcome: Outcome) -> Array:
    """The probability that a unit is first when its central weights are used and all other uncertainties vary.

    They vary as they do in the draws; draws that leave the unit out do not count. Where weights alone are uncertain it
    is 1 or 0 (Lahdelma and Salminen 2001).

    Returns:
        `(editions, units)`; NaN where a unit was never first.
    """
    analysis, design = outcome.analysis, outcome.analysis.design
    editions, units = np.nonzero(outcome.tally.ranks[:, 0])
    raw = weight_rows(design.weights, outcome.central_weights[editions, units].T)
    others, times = _others(design, outcome.draws)
    first, ranked = np.zeros(len(units)), np.zeros(len(units))
    cells = outcome.ranking.ranks.size if others.noise is None else analysis.variants.measurements[0].values.size
    step = max(1, _NUMBERS // cells)
    pairs = len(times) * len(units)
    for start in range(0, pairs, step):
        other, own = np.divmod(np.arange(start, min(start + step, pairs)), len(units))
        noise = None if others.noise is None else others.noise[other]
        draws = Draws(choices=others.choices[:, other], raw=raw[:, own], noise=noise)
        ranks = analysis.ranks(draws)[np.arange(len(own)), editions[own], units[own]]
        first += np.bincount(own, times[other] * (ranks == 1), len(units))
        ranked += np.bincount(own, times[other] * ~np.isnan(ranks), len(units))
    found = np.full(outcome.ranking.ranks.shape, np.nan)
    with np.errstate(invalid="ignore"):
        found[editions, units] = first / ranked
    return found


def weight_rows(sampler: WeightSampler, shares: Array) -> Any:
    """The sampler's rows that give local shares, both `(members of all dimensions, draws)`."""
    rows = shares.copy()
    for node in sampler.nodes:
        if node.relative:
            own = slice(node.start, node.start + len(node.members))
            base = np.broadcast_to(node.base[:, None], shares[own].shape)
            rows[own] = np.divide(shares[own] * node.base.sum(), base, out=np.ones_like(shares[own]), where=base > 0)
    return rows


def _others(design: Design, draws: int) -> tuple[Draws, Array]:
    """What the first draws vary besides weights: each case once, and how often it was drawn."""
    numbers = int(np.prod(design.cells))
    most = max(1, min(_NOISY_DRAWS, _NOISE // numbers)) if numbers else _DRAWS
    first = Draws.joined(list(blocks_of(design, min(draws, most))))
    if numbers:
        return first, np.ones(len(first))
    if not len(first.choices):
        return first.part(slice(0, 1)), np.ones(1)
    cases, times = np.unique(first.choices, axis=1, return_counts=True)
    return evolve(first, choices=cases), times.astype(float)


def tables_of(outcome: Outcome) -> dict[str, pd.DataFrame]:
    """All tables of an outcome, by name."""
    tables = {
        "robustness": robustness_table(outcome),
        "acceptability": _acceptability(outcome),
        "central_weights": _central_weights(outcome),
    }
    return tables if outcome.ahead is None else tables | {"pairwise": _pairwise(outcome, outcome.ahead)}


def robustness_table(outcome: Outcome) -> pd.DataFrame:
    """One row an edition and ranked unit, best first: the columns of `robustness.csv`."""
    ranking = with_intervals(outcome.ranking, outcome)
    columns: dict[str, Any] = {
        "rank": ranking.ranks,
        "median": outcome.rank(0.5),
        "low": ranking.low,
        "high": ranking.high,
        "outside": np.where(ranking.outside, "*", ""),
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
    if (tied := outcome.tied()) is not None:
        columns["tied"] = tied
    columns["confidence"] = confidence_factors(outcome)
    frames = []
    for at, edition in enumerate(ranking.editions):
        order = ranking.order(at)
        frame = {"edition": edition, "unit": [ranking.codes[unit] for unit in order]}
        frames.append(pd.DataFrame(frame | {name: values[at][order] for name, values in columns.items()}))
    return pd.concat(frames, ignore_index=True)


def _acceptability(outcome: Outcome) -> pd.DataFrame:
    """One row an edition, unit and rank (or band of ranks) that it had in any draw."""
    share = outcome.acceptability
    edition, units, bins = np.nonzero(np.nan_to_num(share).transpose(0, 2, 1))
    return pd.DataFrame(
        {
            "edition": np.array(outcome.ranking.editions)[edition],
            "unit": np.array(outcome.ranking.codes, dtype=object)[units],
            "rank": outcome.bins.low[bins],
            "up_to": outcome.bins.high[bins],
            "probability": share[edition, bins, units],
        }
    )


def _pairwise(outcome: Outcome, ahead: Array) -> pd.DataFrame:
    """One row an edition and pair of units: how likely the first is ahead of the second."""
    edition, first, second = np.nonzero(ahead)
    codes = np.array(outcome.ranking.codes, dtype=object)
    return pd.DataFrame(
        {
            "edition": np.array(outcome.ranking.editions)[edition],
            "unit": codes[first],
            "other": codes[second],
            "ahead": ahead[edition, first, second],
        }
    )


def _central_weights(outcome: Outcome) -> pd.DataFrame:
    """One row an edition, unit that was ever first, dimension and member: the weights that speak for it."""
    members = outcome.analysis.design.weights.rows_of(outcome.ranking.plan.tree)
    central = outcome.central_weights
    rows = [
        (outcome.ranking.editions[at], outcome.ranking.codes[unit], dimension, member, central[at, unit, row])
        for at, unit in np.argwhere(outcome.tally.ranks[:, 0] > 0)
        for dimension, member, row in members
    ]
    return pd.DataFrame(rows, columns=["edition", "unit", "dimension", "member", "weight"])


def design_table(analysis: Analysis, draws: int) -> pd.DataFrame:
    """One row a draw: what each source of uncertainty gave it, and the drawn weights as local shares."""
    design = analysis.design
    members = design.weights.rows_of(analysis.variants.plan.tree)
    frames = []
    for drawn in blocks_of(design, draws):
        columns: dict[str, Any] = {}
        for source, chosen in zip(design.uncertainties.discrete, drawn.choices, strict=True):
            columns[source.name] = np.array(source.labels, dtype=object)[chosen]
        shares = local_shares(analysis.nominal, drawn.raw.astype(float))
        columns |= {f"weight {dimension}: {member}": shares[row] for dimension, member, row in members}
        frames.append(pd.DataFrame(columns))
    table = pd.concat(frames, ignore_index=True)
    table.insert(0, "draw", np.arange(draws) + 1)
    return table
