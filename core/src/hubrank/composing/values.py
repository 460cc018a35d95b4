"""Every value of a ranking, stage by stage, with what happened to it: the table of the file `values`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from hubrank.basis.coded import CodedTexts
from hubrank.basis.language import ENGLISH, speaking
from hubrank.composing.composed import Composed
from hubrank.composing.flags import flags

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.basis.arrays import Array

#: The columns of years: which older or newer year a value is of, and which was kept out for its age.
AGES = ("carried", "ahead", "too_old")
#: A table of more rows is written as Parquet, unless CSV is asked for.
MOST_ROWS_OF_CSV = 2_000_000
#: How many rows are made at a time.
_PART = 500_000


def values_file(composed: Composed) -> str:
    """The name of the file of values that its size asks for."""
    return "values.parquet" if composed.measurement.values.size > MOST_ROWS_OF_CSV else "values.csv"


def values_table(composed: Composed) -> pd.DataFrame:
    """One row an edition, unit and indicator: the columns of the file `values`."""
    import pandas as pd

    parts = [
        pd.DataFrame({name: each[:] if isinstance(each, CodedTexts) else each for name, each in part.items()})
        for part in value_parts(composed)
    ]
    made = pd.concat(parts, ignore_index=True)
    return made.assign(**{name: made[name].astype("Int64") for name in AGES})


def value_parts(composed: Composed) -> Iterator[dict[str, Any]]:
    """The columns of the table, some units of an edition at a time, in order.

    Yields:
        Whole numbers, floats (NaN where there is nothing) and coded texts by name; those of `AGES` are floats.
    """
    indicators = len(composed.measurement.indicators)
    with speaking(ENGLISH):
        flagged = flags(composed)
    units = len(composed.codes)
    step = max(1, _PART // indicators)
    for edition in range(len(composed.editions)):
        for start in range(0, units, step):
            yield _part(composed, flagged, edition, slice(start, min(start + step, units)))


def _part(composed: Composed, flagged: CodedTexts, edition: int, units: slice) -> dict[str, Any]:
    measurement, rows = composed.measurement, (edition, units)
    keys = list(measurement.indicators)
    count = units.stop - units.start
    stages = {name: getattr(composed, name)[rows] for name in ("imputed", "treated", "normalised")}
    texts = {"origin": measurement.origins, "vintage": measurement.vintages, "method": measurement.methods}
    return {
        "edition": np.full(count * len(keys), composed.editions[edition]),
        "unit": CodedTexts(np.repeat(np.arange(count), len(keys)), list(composed.codes[units])),
        "indicator": CodedTexts(np.tile(np.arange(len(keys)), count), keys),
        "measured": measurement.values[rows].ravel(),
        **{name: _spread(composed, stage).ravel() for name, stage in stages.items()},
        **{name: CodedTexts(each.codes[rows].ravel(), each.texts) for name, each in {"flag": flagged, **texts}.items()},
        **{name: getattr(measurement.ages, name)[rows].ravel() for name in AGES},
    }


def _spread(composed: Composed, stage: Array) -> Array:
    """A stage `(units, indicators)` with a column for each measured indicator, empty for those outside the tree."""
    ranked = [each.key for each in composed.plan.ranked]
    measured = list(composed.measurement.indicators)
    if ranked == measured:
        return stage
    spread = np.full((len(stage), len(measured)), np.nan)
    spread[:, [measured.index(key) for key in ranked]] = stage
    return spread
