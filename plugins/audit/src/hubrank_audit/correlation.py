"""Correlations of columns with gaps: each pair over the units that have both."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import frozen

from hubrank_audit.concordance import codes_among, codes_of
from hubrank_audit.rank_tests import kendall, spearman_probability

if TYPE_CHECKING:
    from hubrank import Array

    Counts = np.ndarray[Any, np.dtype[np.intp]]

Method = Literal["pearson", "spearman", "kendall"]
METHODS: tuple[Method, ...] = ("pearson", "spearman", "kendall")


@frozen(eq=False)
class Correlations:
    """Of every pair of columns.

    Attributes:
        r: `(columns, columns)`; NaN where fewer than 3 units have both, or one of the two is constant there.
        p: The two-sided probability of such a correlation where there is none, `(columns, columns)`.
        n: How many units have both.
    """

    r: Array
    p: Array
    n: Counts


def correlations(values: Array, method: Method = "pearson") -> Correlations:
    """Correlate all columns with one another.

    Args:
        values: `(units, columns)`; gaps are NaN.
        method: `pearson`; `spearman` with mean ranks over the units that have both; `kendall`, tau-b.

    Returns:
        Coefficients with probabilities: Student's t for Pearson; for Spearman and Kendall the exact distribution
        (Spearman above 9 units: its Edgeworth series, Best and Roberts 1975) where there are no ties, else
        Student's t and the normal distribution with Kendall's variance for ties.
    """
    there = ~np.isnan(values)
    n = (there.T.astype(np.intp) @ there.astype(np.intp)).astype(np.intp)
    if method == "kendall":
        r, p = _pair_by_pair(values, there)
    else:
        r = pearson(values) if method == "pearson" else _spearman(values, there)
        p = student_probability(r, n)
        if method == "spearman":
            p = _without_ties(values, there, r, p)
    few = n < 3
    r, p = np.where(few, np.nan, r), np.where(few, np.nan, p)
    return Correlations(r, p, n)


def pearson(values: Array) -> Array:
    """Pearson's coefficient of every pair of columns over the units that have both; no loop over pairs."""
    there = ~np.isnan(values)
    count = np.maximum(there.sum(axis=0), 1)
    centred = np.where(there, values - np.where(there, values, 0).sum(axis=0) / count, 0.0)
    spread = np.sqrt((centred**2).sum(axis=0) / count)
    flat = spread <= 1e-14 * np.fmax.reduce(np.abs(np.where(there, values, 0)), axis=0, initial=0)
    scaled = centred / np.where(flat, 1.0, spread)
    mask = there.astype(float)
    n = mask.T @ mask
    with np.errstate(invalid="ignore", divide="ignore"):
        sums = scaled.T @ mask
        squares = (scaled**2).T @ mask - sums**2 / n
        shared = scaled.T @ scaled - sums * sums.T / n
        squares = np.where(squares > 1e-12 * np.maximum(n, 1), squares, np.nan)
        made = shared / np.sqrt(squares * squares.T)
    r: Array = np.clip(made, -1.0, 1.0)
    r[flat, :] = np.nan
    r[:, flat] = np.nan
    diagonal = np.diag_indices_from(r)
    r[diagonal] = np.where(np.isnan(r[diagonal]), np.nan, 1.0)
    return r


def student_probability(r: Array, n: Counts) -> Array:
    """Two-sided probability of a coefficient by Student's t with n - 2 degrees of freedom."""
    from scipy import stats

    freedom = np.maximum(n - 2, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(r) * np.sqrt(freedom / np.maximum((1 - r) * (1 + r), 0))
    return np.asarray(2 * stats.t.sf(t, freedom), dtype=float)


def _spearman(values: Array, there: Any) -> Array:
    """Pearson's coefficient of ranks; pair by pair where the gaps of two columns differ."""
    r = pearson(_ranks(values))
    for one, other in itertools.combinations(range(values.shape[1]), 2):
        both = there[:, one] & there[:, other]
        if both.sum() in (there[:, one].sum(), 0) and both.sum() == there[:, other].sum():
            continue
        r[one, other] = r[other, one] = pearson(_ranks(values[both][:, [one, other]]))[0, 1]
    return r


def _ranks(values: Array) -> Array:
    from scipy import stats

    ranks: Array = stats.rankdata(values, axis=0, nan_policy="omit")
    return ranks


def _without_ties(values: Array, there: Any, r: Array, p: Array) -> Array:
    """The probabilities of pairs without ties by the exact distribution or its series."""
    replaced = p.copy()
    for one, other in itertools.combinations(range(values.shape[1]), 2):
        both = there[:, one] & there[:, other]
        first, second = values[both, one], values[both, other]
        if len(first) > 2 and _all_distinct(first) and _all_distinct(second):
            replaced[one, other] = replaced[other, one] = spearman_probability(r[one, other], len(first))
    return replaced


def _all_distinct(values: Array) -> bool:
    return len(np.unique(values)) == len(values)


def _pair_by_pair(values: Array, there: Any) -> tuple[Array, Array]:
    """Kendall's coefficients; each column is ranked once."""
    columns = values.shape[1]
    r, p = np.full((columns, columns), np.nan), np.full((columns, columns), np.nan)
    codes = [codes_of(values[:, at]) for at in range(columns)]
    for at, each in enumerate(codes):
        if each.max(initial=-1) > 0:
            r[at, at], p[at, at] = 1.0, 0.0
    for one, other in itertools.combinations(range(columns), 2):
        both = there[:, one] & there[:, other]
        r[one, other], p[one, other] = kendall(*(codes_among(codes[each], both) for each in (one, other)))
        r[other, one], p[other, one] = r[one, other], p[one, other]
    return r, p
