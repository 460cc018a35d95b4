"""The files that a robustness run leaves beside the ranking's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from hubrank.io.escaping import csv_bytes
from hubrank.ranking.intervals import HIGH, LOW
from hubrank.uncertainty.fast import local_shares
from hubrank.uncertainty.outcome import Outcome, with_intervals

from hubrank_analysis.robustness.confidence import confidence_factors

if TYPE_CHECKING:
    import pandas as pd
    from hubrank.uncertainty.engine import Analysis


def files_of(outcome: Outcome) -> dict[str, bytes]:
    """All tables of an outcome as CSV, by name."""
    tables = {
        "robustness.csv": robustness_table(outcome),
        "acceptability.csv": acceptability_table(outcome),
        "central_weights.csv": central_weights_table(outcome),
    }
    if outcome.ahead is not None:
        tables["pairwise.csv"] = pairwise_table(outcome)
    return {name: csv_bytes(outcome.ranking.marked(table)) for name, table in tables.items()}


def robustness_table(outcome: Outcome) -> pd.DataFrame:
    """One row an edition and ranked unit, best first: the columns of `robustness.csv`."""
    import pandas as pd

    ranking = with_intervals(outcome.ranking, outcome)
    columns: dict[str, Any] = {
        "rank": ranking.ranks,
        "median": outcome.rank(0.5),
        "low": ranking.low,
        "high": ranking.high,
        "outside": np.where(ranking.outside, "*", ""),
        "best": outcome.extreme(),
        "worst": outcome.extreme(worst=True),
    }
    for mark in outcome.marks:
        columns["first" if mark == 1 else f"top_{mark}"] = outcome.top(mark)
    columns |= {f"tier_{tier}": share for tier, share in outcome.tops_tier().items()}
    columns |= {
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


def acceptability_table(outcome: Outcome) -> pd.DataFrame:
    """One row an edition, unit and rank (or band of ranks) that it had in any draw."""
    import pandas as pd

    share = outcome.acceptability
    edition, units, bins = np.nonzero(np.nan_to_num(share).transpose(0, 2, 1))
    codes = np.array(outcome.ranking.codes, dtype=object)
    return pd.DataFrame(
        {
            "edition": np.array(outcome.ranking.editions)[edition],
            "unit": codes[units],
            "rank": outcome.bins.low[bins],
            "up_to": outcome.bins.high[bins],
            "probability": share[edition, bins, units],
        }
    )


def pairwise_table(outcome: Outcome) -> pd.DataFrame:
    """One row an edition and pair of units: how likely the first is ahead of the second."""
    import pandas as pd

    ahead = outcome.ahead
    if ahead is None:
        ahead = np.zeros((0, 0, 0))
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


def central_weights_table(outcome: Outcome) -> pd.DataFrame:
    """One row an edition, unit that was ever first, dimension and member: the weights that speak for it."""
    import pandas as pd

    members = outcome.analysis.design.weights.rows_of(outcome.ranking.plan.tree)
    central = outcome.central_weights
    rows = []
    for at, edition in enumerate(outcome.ranking.editions):
        for unit in np.flatnonzero(outcome.tally.ranks[at, 0] > 0):
            code = outcome.ranking.codes[unit]
            rows += [(edition, code, dimension, member, central[at, unit, row]) for dimension, member, row in members]
    return pd.DataFrame(rows, columns=["edition", "unit", "dimension", "member", "weight"])


def design_table(analysis: Analysis, draws: int) -> pd.DataFrame:
    """One row a draw: what each source of uncertainty gave it, and the drawn weights as local shares."""
    import pandas as pd

    design = analysis.design
    members = design.weights.rows_of(analysis.variants.plan.tree)
    frames = []
    for block in range(-(-draws // design.block_size)):
        length = min(design.block_size, draws - block * design.block_size)
        drawn = design.block(block).part(slice(0, length))
        columns: dict[str, Any] = {"draw": np.arange(length) + block * design.block_size + 1}
        for source, chosen in zip(design.uncertainties.discrete, drawn.choices, strict=True):
            columns[source.name] = np.array(source.labels, dtype=object)[chosen]
        shares = local_shares(analysis.nominal, drawn.raw.astype(float))
        columns |= {f"weight {dimension}: {member}": shares[row] for dimension, member, row in members}
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)
