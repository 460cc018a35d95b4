"""What the field's practice proposes for figures: treatment, editions, aggregation, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from hubrank.basis.language import numeral, plural, worded
from hubrank.basis.words import counted
from hubrank.methods.correlation import correlations
from hubrank.methods.shape import kurtosis, skewness
from hubrank.methods.treatment.skewed import SkewKurtosisOptions, passes, stages

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.basis.arrays import Array
    from hubrank.contract.methods import Context

#: The step that draws in what is too skewed, and leaves the rest.
TREATMENT = "skew-kurtosis"
#: The share of units below which an indicator is told to lack many, and of its indicators that a unit must have.
ENOUGH = 0.65
#: A correlation that opposes two members, and the number of units from which on it can be told.
OPPOSED, TELLING = -0.4, 20
#: The number of units from which on an outlier can be told from a spread.
SHAPED = 10


def treatment_of(panel: Array, context: Context) -> tuple[str, str, str]:
    """Whether an indicator's outliers are drawn in.

    Args:
        panel: Its values, `(editions, units)`.
        context: What a treatment is handed.

    Returns:
        The step's name or `none`, what it does in words, and why; both empty where nothing is to be said.
    """
    values, options = panel[..., None], SkewKurtosisOptions()
    failing = ~passes(values, options).reshape(len(panel), -1).all(axis=-1)
    if not failing.any():
        return "none", "", ""
    worst = int(np.flatnonzero(failing)[-1])
    one = values[worst]
    why = worded(
        "since a few units lie far from the others (skewness {skewness} above {most}, "
        "kurtosis {kurtosis} above {peak})",
        skewness=numeral(f"{float(skewness(one)[0, 0]):.1f}"),
        most=2,
        kurtosis=numeral(f"{float(kurtosis(one)[0, 0]):.1f}"),
        peak=numeral("3.5"),
    )
    if (number := int((~np.isnan(one)).sum())) < SHAPED:
        few = worded("{reason}, but {number} units are too few to be sure", reason=why, number=number)
        return "none", worded("left as they are"), few
    made = stages(one, context, options)
    if len(made) > 1:
        return TREATMENT, worded("a logarithm"), why
    moved = int((made[0].values != one)[~np.isnan(one)].sum())
    shown = plural(moved, "{count} extreme value set to the next", "{count} extreme values set to the next")
    return TREATMENT, shown, why


def editions_of(figures: pd.DataFrame, keys: Sequence[str]) -> tuple[tuple[int, ...], int]:
    """The years in which every indicator tells units apart, and how old a figure may be.

    Args:
        figures: One row a unit and year.
        keys: The indicators' columns.

    Returns:
        The years; where there is none, the newest, and the years from the oldest figure to it.
    """
    telling = (figures.groupby("year")[list(keys)].nunique() > 1).all(axis=1)
    years = tuple(int(year) for year in telling.index[telling])
    if years:
        return years, 0
    newest = int(figures["year"].max())
    return (newest,), newest - int(figures["year"].min())


def aggregation_of(turned: Array, titles: Sequence[str]) -> tuple[str, str]:
    """Whether a bad score may be made up for by a good one.

    Args:
        turned: Values of the newest edition on which more is better, `(units, indicators)`.
        titles: The indicators' names.

    Returns:
        `arithmetic` or `geometric`, and why.
    """
    if turned.shape[-1] == 1:
        return "arithmetic", worded("since there is one indicator")
    if gaps := int(np.isnan(turned).sum()):
        return "arithmetic", worded("since {gaps} would weigh more in a geometric mean", gaps=counted(gaps, "gap"))
    made = correlations(turned, "spearman")
    first, second = sorted(int(each) for each in np.unravel_index(int(np.argmin(made)), made.shape))
    least = float(made[first, second])
    shown = numeral(f"{least:.2f}")
    if least > OPPOSED:
        why = worded("since no two indicators oppose each other (least correlation {least})", least=shown)
        return "arithmetic", why
    pair = {"first": titles[first], "second": titles[second]}
    if len(turned) < TELLING:
        why = worded(
            "since {number} units are too few to tell whether {first} and {second} oppose each other",
            number=len(turned),
            **pair,
        )
        return "arithmetic", why
    why = worded(
        "since {first} and {second} oppose each other (correlation {least}): good should not make up for bad",
        least=shown,
        **pair,
    )
    return "geometric", why
