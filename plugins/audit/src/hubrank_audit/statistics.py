"""What the Handbook wants to know of every indicator before anything is done with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from hubrank.methods import kurtosis, skewness, toolkit

from hubrank_audit.rules import AVAILABLE, KURTOSIS, NONZERO, SKEWNESS, UNIQUE

if TYPE_CHECKING:
    import pandas as pd
    from hubrank import Array


def statistics(values: Array, names: Sequence[str]) -> pd.DataFrame:
    """One row a column: location, spread, shape, availability, and flags by the rules of thumb.

    Args:
        values: `(units, columns)`; gaps are NaN.
        names: The columns' names.

    Returns:
        `indicator`, `min`, `max`, `mean`, `median`, `sd` (divisor n - 1), `skewness` (G1), `kurtosis` (excess, G2),
        the counts `available`, `nonzero`, `unique` and `same` (the most frequent value's), their shares (that of
        `available` of all units, the others of the available), and the flags `ok` or `low` (`outliers` where the
        shape says so).
    """
    import pandas as pd

    skews, peaks = skewness(values)[0], kurtosis(values)[0]
    rows = [_column(values[:, at], name, skews[at], peaks[at]) for at, name in enumerate(names)]
    return pd.DataFrame(rows)


def _column(values: Array, name: str, skew: float, peak: float) -> dict[str, object]:
    there = values[~np.isnan(values)]
    number, units = len(there), len(values)
    _, same = np.unique(there, return_counts=True)
    nonzero, unique, most = int((there != 0).sum()), len(same), int(same.max(initial=0))
    nothing = float("nan")
    return {
        "indicator": name,
        "min": float(there.min()) if number else nothing,
        "max": float(there.max()) if number else nothing,
        "mean": _finite(there.mean, there, toolkit.mean) if number else nothing,
        "median": _finite(lambda: np.median(there), there, toolkit.median) if number else nothing,
        "sd": _finite(lambda: there.std(ddof=1), there, toolkit.deviation) if number > 1 else nothing,
        "skewness": float(skew),
        "kurtosis": float(peak),
        "available": number,
        "nonzero": nonzero,
        "unique": unique,
        "same": most,
        "share_available": number / units,
        "share_nonzero": nonzero / number if number else nothing,
        "share_unique": unique / number if number else nothing,
        "share_same": most / number if number else nothing,
        "flag_available": _flag(number / units >= AVAILABLE.threshold),
        "flag_nonzero": _flag(nonzero / units >= NONZERO.threshold),
        "flag_unique": _flag(unique / units >= UNIQUE.threshold),
        "flag_shape": "outliers" if abs(skew) > SKEWNESS.threshold and peak > KURTOSIS.threshold else "ok",
    }


def _finite(statistic: Callable[[], Any], there: Array, at_any_size: Callable[[Array], Array]) -> float:
    """A statistic, by the way that numbers of any size allow where the usual one overflows or loses its digits."""
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        made = float(statistic())
    usual = np.isfinite(made) and (made != 0 or there.max() == there.min())
    return made if usual else float(at_any_size(there[:, None]).item())


def _flag(good: bool) -> str:
    return "ok" if good else "low"
