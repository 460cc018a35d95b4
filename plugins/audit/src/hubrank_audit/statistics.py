"""Statistics of indicators: coverage, correlation, consistency and principal components."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from attrs import frozen
from hubrank.methods import kurtosis, skewness, toolkit
from hubrank.plugin import Array, ValueCounts
from hubrank.ranking.intervals import HIGH

from hubrank_audit.findings import AVAILABLE, KURTOSIS, NONZERO, SKEWNESS, UNIQUE
from hubrank_audit.influence import codes_among, codes_of, kendall, spearman_probability

Method = Literal["pearson", "spearman", "kendall"]
METHODS: tuple[Method, ...] = ("pearson", "spearman", "kendall")


def statistics(values: Array, names: Sequence[str]) -> pd.DataFrame:
    """One row per column of values `(units, columns)`: location, spread, shape, availability, and flags.

    Returns:
        `indicator`, `min`, `max`, `mean`, `median`, `sd` (divisor n - 1), `skewness` (G1), `kurtosis` (excess, G2), the
        counts `available`, `nonzero`, `unique` and `same` (of the most frequent value), their shares (of `available`
        among all units, of the others among the available), and the flags `ok` or `low` (`outliers` by the shape) by
        the rules of thumb.
    """
    skews, peaks = skewness(values)[0], kurtosis(values)[0]
    return pd.DataFrame([_column(values[:, at], name, skews[at], peaks[at]) for at, name in enumerate(names)])


def _column(values: Array, name: str, skew: float, peak: float) -> dict[str, object]:
    there = values[~np.isnan(values)]
    number, units = len(there), len(values)
    same = np.unique(there, return_counts=True)[1]
    nonzero, unique, most = int((there != 0).sum()), len(same), int(same.max(initial=0))
    outliers = abs(skew) > SKEWNESS.threshold and peak > KURTOSIS
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
        "flag_available": "ok" if number / units >= AVAILABLE.threshold else "low",
        "flag_nonzero": "ok" if nonzero / units >= NONZERO.threshold else "low",
        "flag_unique": "ok" if unique / units >= UNIQUE.threshold else "low",
        "flag_shape": "outliers" if outliers else "ok",
    }


def _finite(statistic: Callable[[], Any], there: Array, at_any_size: Callable[[Array], Array]) -> float:
    """A statistic, by the way that numbers of any size allow where the usual one overflows or loses its digits."""
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        result = float(statistic())
    usual = np.isfinite(result) and (result != 0 or there.max() == there.min())
    return result if usual else float(at_any_size(there[:, None]).item())


def coverage(values: Array, units: Sequence[str], dimensions: Mapping[str, Sequence[int]]) -> pd.DataFrame:
    """One row per unit: the missing indicators, and the share of each dimension that it has, by the columns in it.

    Returns:
        `unit`, the counts `missing`, `zero` and `missing_or_zero`, the share `available` of all indicators and
        `nonzero` of the available, and one column a dimension: the share of its indicators that is there.
    """
    counted = ValueCounts.of(values)
    missing = counted.indicators - counted.there
    there = ~np.isnan(values)
    return pd.DataFrame(
        {
            "unit": list(units),
            "missing": missing,
            "zero": counted.zeros,
            "missing_or_zero": missing + counted.zeros,
            "available": counted.available,
            "nonzero": counted.nonzero,
            **{name: there[:, list(columns)].mean(axis=1) for name, columns in dimensions.items()},
        }
    )


@frozen(eq=False)
class Components:
    """Principal components of standardised members.

    Attributes:
        eigenvalues: The components' variances, the largest first; they sum to the number of members.
        loadings: `(members, components)`: unit vectors, the largest loading of each positive.
        units: The number of units with all members.
    """

    eigenvalues: Array
    loadings: Array
    units: int

    @property
    def explained(self) -> Array:
        """Each component's share of the variance."""
        return self.eigenvalues / self.eigenvalues.sum()


def components(values: Array) -> Components | None:
    """Principal components of the correlation matrix, over the units that have all members `(units, members)`.

    Returns:
        The components; None if fewer than 2 members vary or fewer than 3 units have all members. A member that
        does not vary has the loading 0.

    Source: OECD/JRC Handbook (2008), step 4.
    """
    whole = values[~np.isnan(values).any(axis=1)]
    if len(whole) < 3 or values.shape[1] < 2:
        return None
    spread = whole.std(axis=0, ddof=1)
    varies = spread > 1e-14 * np.abs(whole).max(axis=0)
    if varies.sum() < 2:
        return None
    scaled = (whole[:, varies] - whole[:, varies].mean(axis=0)) / spread[varies]
    _, singular, vectors = np.linalg.svd(scaled, full_matrices=False)
    signs = np.sign(vectors[np.arange(len(vectors)), np.abs(vectors).argmax(axis=1)])
    loadings = np.zeros((values.shape[1], len(singular)))
    loadings[varies] = (vectors * signs[:, None]).T
    return Components(singular**2 / (len(whole) - 1), loadings, len(whole))


def cronbach(values: Array) -> float:
    """Cronbach's alpha, from covariances of each pair of members `(units, members)` over the units that have both.

    Returns:
        k times the mean covariance of two members over the mean of all entries of the covariance matrix; NaN for
        fewer than 2 members or where a covariance cannot be had.

    Source: Cronbach (1951); OECD/JRC Handbook (2008), step 4.
    """
    members = values.shape[1]
    if members < 2:
        return float("nan")
    _, mask, n, centred = _pairwise(values)
    sums = centred.T @ mask
    with np.errstate(invalid="ignore", divide="ignore"):
        covariance = np.where(n > 1, (centred.T @ centred - sums * sums.T / n) / (n - 1), np.nan)
    whole = covariance.sum()
    between = (whole - np.trace(covariance)) / (members * (members - 1))
    return float(members**2 * between / whole) if whole != 0 else float("nan")


def without_each(values: Array) -> list[float]:
    """Alpha of the dimension without each of its members in turn; NaN if fewer than 2 are left."""
    return [cronbach(np.delete(values, at, axis=1)) for at in range(values.shape[1])]


def _pairwise(values: Array) -> tuple[Array, Array, Array, Array]:
    """The counts of units with each column, which units have it, the counts with both of two, distances to the mean."""
    there = ~np.isnan(values)
    mask = there.astype(float)
    count = np.maximum(mask.sum(axis=0), 1)
    centred = np.where(there, values - np.where(there, values, 0).sum(axis=0) / count, 0.0)
    return count, mask, mask.T @ mask, centred


@frozen(eq=False)
class Correlations:
    """Of every pair of columns, `(columns, columns)`.

    Attributes:
        r: NaN if fewer than 3 units have both, or one of the two is constant there.
        p: The two-sided probability of such a correlation if there is none.
        n: The number of units with both.
    """

    r: Array
    p: Array
    n: Any


def correlations(values: Array, method: Method = "pearson") -> Correlations:
    """Correlate all columns `(units, columns)` with one another; Spearman's ranks are over the units that have both.

    Returns:
        Coefficients and probabilities: Student's t for Pearson; for Spearman and Kendall (tau-b) the exact one
        (Spearman above 9 units: its Edgeworth series, Best and Roberts 1975) if there are no ties, else
        Student's t and the normal distribution with Kendall's variance for ties.
    """
    there = ~np.isnan(values)
    n = there.T.astype(np.intp) @ there.astype(np.intp)
    if method == "kendall":
        r, p = _kendall(values, there)
    elif method == "spearman":
        r, p = _spearman(values, there, n)
    else:
        r = pearson(values)
        p = student_probability(r, n)
    few = n < 3
    return Correlations(np.where(few, np.nan, r), np.where(few, np.nan, p), n)


def pearson(values: Array) -> Array:
    """Pearson's coefficient of every pair of columns over the units that have both; no loop over pairs."""
    count, mask, n, centred = _pairwise(values)
    spread = np.sqrt((centred**2).sum(axis=0) / count)
    flat = spread <= 1e-14 * np.fmax.reduce(np.abs(np.where(mask > 0, values, 0)), axis=0, initial=0)
    scaled = centred / np.where(flat, 1.0, spread)
    with np.errstate(invalid="ignore", divide="ignore"):
        sums = scaled.T @ mask
        squares = (scaled**2).T @ mask - sums**2 / n
        shared = scaled.T @ scaled - sums * sums.T / n
        squares = np.where(squares > 1e-12 * np.maximum(n, 1), squares, np.nan)
        r = np.clip(shared / np.sqrt(squares * squares.T), -1.0, 1.0)
    r[flat, :] = np.nan
    r[:, flat] = np.nan
    diagonal = np.diag_indices_from(r)
    r[diagonal] = np.where(np.isnan(r[diagonal]), np.nan, 1.0)
    return r


def student_probability(r: Array, n: Any) -> Array:
    """Two-sided probability of a coefficient by Student's t with n - 2 degrees of freedom."""
    from scipy import stats

    freedom = np.maximum(n - 2, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(r) * np.sqrt(freedom / np.maximum((1 - r) * (1 + r), 0))
    return 2 * stats.t.sf(t, freedom)


def correlation_intervals(values: Array, found: Correlations, method: Method = "pearson") -> tuple[Array, Array]:
    """An interval at 90 % of every correlation, its ends `(columns, columns)` each, by Fisher's transformation.

    Pearson's is no narrower than by the fourth moments of the two columns, which far values make wide. NaN for fewer
    than 5 units.

    Source: Fisher (1921), Metron 1; Efron (1982), The Jackknife, the Bootstrap and Other Resampling Plans (the
    infinitesimal jackknife); Spearman: Bonett and Wright (2000), Psychometrika 65; Kendall: Fieller, Hartley and
    Pearson (1957), Biometrika 44.
    """
    from scipy import stats

    r, n = found.r, np.where(found.n > 4, found.n, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = {"pearson": 1 / (n - 3), "spearman": (1 + r**2 / 2) / (n - 3), "kendall": 0.437 / (n - 4)}[method]
        reach = stats.norm.ppf(HIGH) * np.sqrt(variance)
        if method == "pearson":
            reach = np.fmax(reach, stats.t.ppf(HIGH, n - 2) * _moment_errors(values, r))
        return np.tanh(np.arctanh(r) - reach), np.tanh(np.arctanh(r) + reach)


def _moment_errors(values: Array, r: Array) -> Array:
    """Standard errors of Fisher's transformation of Pearson's coefficients, by the effect of each unit on them."""
    result = np.full(r.shape, np.nan)
    for one, other in _combinations(values):
        both = values[:, [one, other]][~np.isnan(values[:, [one, other]]).any(axis=1)]
        if len(both) > 4 and abs(r[one, other]) < 1:
            scaled = (both - both.mean(axis=0)) / both.std(axis=0)
            moved = scaled.prod(axis=1) - r[one, other] * (scaled**2).mean(axis=1)
            error = np.sqrt((moved**2).mean() / (len(both) - 3)) / (1 - r[one, other] ** 2)
            result[one, other] = result[other, one] = error
    return result


def holm(p: Array) -> Array:
    """Probabilities adjusted for their number, NaN left out: without any correlation, 1 table in 20 has one below 0.05.

    Source: Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6.
    """
    result = np.full(len(p), np.nan)
    order = np.argsort(p)[: int((~np.isnan(p)).sum())]
    result[order] = np.minimum(np.maximum.accumulate(p[order] * (len(order) - np.arange(len(order)))), 1.0)
    return result


def _spearman(values: Array, there: Any, n: Any) -> tuple[Array, Array]:
    """Pearson's coefficient of ranks; pair by pair if different values are missing, exact if nothing ties."""
    r = pearson(_ranks(values))
    pairs = {pair: there[:, pair].all(axis=1) for pair in _combinations(values)}
    for (one, other), both in pairs.items():
        if not (both.sum() in (there[:, one].sum(), 0) and both.sum() == there[:, other].sum()):
            r[one, other] = r[other, one] = pearson(_ranks(values[both][:, [one, other]]))[0, 1]
    p = student_probability(r, n)
    for (one, other), both in pairs.items():
        number = both.sum()
        if number > 2 and all(len(np.unique(values[both, at])) == number for at in (one, other)):
            p[one, other] = p[other, one] = spearman_probability(r[one, other], int(number))
    return r, p


def _combinations(values: Array) -> Any:
    return itertools.combinations(range(values.shape[1]), 2)


def _ranks(values: Array) -> Array:
    from scipy import stats

    return stats.rankdata(values, axis=0, nan_policy="omit")


def _kendall(values: Array, there: Any) -> tuple[Array, Array]:
    """Kendall's coefficients; each column is ranked once."""
    columns = values.shape[1]
    r, p = np.full((2, columns, columns), np.nan)
    codes = [codes_of(values[:, at]) for at in range(columns)]
    for at, item in enumerate(codes):
        if item.max(initial=-1) > 0:
            r[at, at], p[at, at] = 1.0, 0.0
    for one, other in _combinations(values):
        both = there[:, one] & there[:, other]
        r[one, other], p[one, other] = kendall(*(codes_among(codes[item], both) for item in (one, other)))
        r[other, one], p[other, one] = r[one, other], p[one, other]
    return r, p
