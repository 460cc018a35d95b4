"""Every value of a ranking, stage by stage, with what happened to it: the table of `values.csv`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hubrank.composing.composed import Composed
from hubrank.composing.flags import flags

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.basis.arrays import Array

#: The columns of years: which older or newer year a value is of, and which was kept out for its age.
AGES = ("carried", "ahead", "too_old")


def values_table(composed: Composed) -> pd.DataFrame:
    """One row an edition, unit and indicator: the columns of `values.csv`."""
    import pandas as pd

    measurement = composed.measurement
    editions, units, indicators = measurement.values.shape
    stages = {
        "measured": measurement.values,
        "imputed": _spread(composed, composed.imputed),
        "treated": _spread(composed, composed.treated),
        "normalised": _spread(composed, composed.normalised),
    }
    return pd.DataFrame(
        {
            "edition": np.repeat(composed.editions, units * indicators),
            "unit": np.tile(np.repeat(np.array(composed.codes, dtype=object), indicators), editions),
            "indicator": np.tile(np.array(measurement.indicators, dtype=object), editions * units),
            **{name: values.ravel() for name, values in stages.items()},
            "flag": flags(composed).ravel(),
            "origin": measurement.origins.ravel(),
            "vintage": measurement.vintages.ravel(),
            "method": measurement.methods.ravel(),
            **{name: pd.array(getattr(measurement.ages, name).ravel(), dtype="Int64") for name in AGES},
        }
    )


def _spread(composed: Composed, stage: Array) -> Array:
    """A stage with a column for every measured indicator, empty for those outside the tree."""
    ranked = {each.key: at for at, each in enumerate(composed.plan.ranked)}
    spread = np.full(composed.measurement.values.shape, np.nan)
    for at, key in enumerate(composed.measurement.indicators):
        if key in ranked:
            spread[..., at] = stage[..., ranked[key]]
    return spread
