"""What is known of sensitivity, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hubrank.io.escaping import csv_bytes
from hubrank.progress import no_progress

from hubrank_analysis.robustness.sensitivity import left_out, sample_of, sensitivity_of, shapley_of

if TYPE_CHECKING:
    import pandas as pd
    from hubrank import Ranking
    from hubrank.progress import Progress
    from hubrank.uncertainty.engine import Analysis

#: What stands in the column of units for the mean shift of all ranks.
ALL = "(all)"


def sensitivity_files(analysis: Analysis, ranking: Ranking, progress: Progress = no_progress) -> dict[str, bytes]:
    """The tables of sensitivity as CSV, by name."""
    tables = {"sensitivity.csv": sensitivity_table(analysis, ranking, progress)}
    progress("leaving members out")
    tables["left_out.csv"] = left_out_table(analysis, ranking)
    progress("effects of weights")
    effects = shapley_table(analysis, ranking)
    if len(effects):
        tables["shapley.csv"] = effects
    progress("writing sensitivity")
    return {name: csv_bytes(ranking.marked(table)) for name, table in tables.items()}


def sensitivity_table(analysis: Analysis, ranking: Ranking, progress: Progress = no_progress) -> pd.DataFrame:
    """One row an edition, unit (or the mean shift of all ranks) and input: the columns of `sensitivity.csv`."""
    import pandas as pd

    found = sensitivity_of(analysis, ranking, progress=progress)
    editions, units = ranking.ranks.shape
    names = np.array([*ranking.codes, ALL], dtype=object)
    shape = (len(found.inputs), editions, units + 1)
    columns = {
        "first": found.indices.first,
        "first_low": found.indices.first_low,
        "first_high": found.indices.first_high,
        "total": found.indices.total,
        "total_low": found.indices.total_low,
        "total_high": found.indices.total_high,
        "alone": found.alone,
    }
    table = pd.DataFrame(
        {
            "edition": np.repeat(ranking.editions, (units + 1) * len(found.inputs)),
            "unit": np.tile(np.repeat(names, len(found.inputs)), editions),
            "input": np.tile(np.array(found.inputs, dtype=object), editions * (units + 1)),
            **{name: values.reshape(shape).transpose(1, 2, 0).ravel() for name, values in columns.items()},
        }
    )
    return table[table["alone"].notna()]


def left_out_table(analysis: Analysis, ranking: Ranking) -> pd.DataFrame:
    """One row an edition and member: how ranks shift without it, and whose shifts most."""
    import pandas as pd

    rows = []
    for name, ranks in left_out(analysis):
        for at, edition in enumerate(ranking.editions):
            shift = ranks[at] - ranking.ranks[at]
            if np.isnan(shift).all():
                continue
            most = int(np.nanargmax(np.abs(shift)))
            rows.append((edition, name, np.nanmean(np.abs(shift)), ranking.codes[most], shift[most]))
    return pd.DataFrame(rows, columns=["edition", "left_out", "mean_shift", "unit", "largest_shift"])


def shapley_table(analysis: Analysis, ranking: Ranking) -> pd.DataFrame:
    """One row an edition, unit, dimension and member, where weights depend on each other."""
    import pandas as pd

    editions, units = ranking.ranks.shape
    rows = []
    for dimension, members, effects in shapley_of(analysis, sample=sample_of(ranking)):
        shaped = effects.reshape(len(members), editions, units)
        for member, shares in zip(members, shaped, strict=True):
            rows += [
                (ranking.editions[at], ranking.codes[unit], dimension, member, shares[at, unit])
                for at, unit in np.argwhere(~np.isnan(shares))
            ]
    return pd.DataFrame(rows, columns=["edition", "unit", "dimension", "member", "effect"])
