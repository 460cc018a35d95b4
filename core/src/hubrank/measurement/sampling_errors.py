"""Errors of values, read of the rows that the values are read of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from hubrank.errors import Problem, ScenarioError, library
from hubrank.measurement.aged_errors import AgedErrors, aged_errors
from hubrank.measurement.measurement import Ages, Errors, inputs_of, window, years_of
from hubrank.numeric import Array, Mask, Positions, first_place, quiet_numpy
from hubrank.scenario.error_kinds import Bootstrap, Count, Relative, Replicates, RowErrors, SamplingError, Share
from hubrank.scenario.figure_errors import BoundError
from hubrank.scenario.indicators import BoundIndicator
from hubrank.scenario.plan import Plan

#: The rows, one by one, that a column's values of an edition are the sums of.
RowsOf = Callable[[BoundIndicator, int], pd.DataFrame]
#: The first year of each input's rows; None if they have no years.
FirstYears = Mapping[str, int | None]
#: The most units for which shared errors are computed.
MOST_SHARED = 2000


def errors_of(
    plan: Plan, values: Array, ages: Ages, rows_of: RowsOf, first_years: FirstYears, population: Callable[[int], Array]
) -> dict[str, Errors | AgedErrors]:
    """The errors of the values that a scenario says are off, by indicator.

    Args:
        values: The measured values, `(editions, units, indicators)`.
        population: An edition's inhabitants, of those who count by them.

    Raises:
        ScenarioError: A cell cannot be the error of its value.
    """
    errors = plan.uncertainties.errors if plan.uncertainties else ()
    return {
        item.indicator: _aged(plan, item, item.kind, values, _years(plan, ages, item.rows_of, first_years), population)
        if isinstance(item.kind, Relative)
        else _errors(plan, item, item.kind, values, rows_of)
        for item in errors
    }


def _aged(
    plan: Plan,
    error: BoundError,
    kind: Relative,
    values: Array,
    years: tuple[Array, Array],
    population: Callable[[int], Array],
) -> AgedErrors:
    at = {item.key: number for number, item in enumerate(plan.indicators)}
    figures = values[..., at[error.indicator]]
    if (figures < 0).any():
        _refuse(plan, error, figures < 0, figures, error.indicator, "what is off by a share of itself is 0 or more")
    if not error.given_by:
        size = np.where(np.isnan(figures), np.nan, float(kind.relative))
    else:
        size = values[..., at[error.given_by]]
        if (wrong := (size < 0) & ~np.isnan(figures)).any():
            _refuse(plan, error, wrong, size, error.given_by, "a relative standard error is 0 or more")
    with quiet_numpy():
        factor = np.ones(figures.shape)
        if error.divisor is not None:
            factor = error.scale / np.abs(values[..., at[error.divisor.key]])
        return aged_errors(plan, error, kind, size, factor, years, population)


def _years(plan: Plan, ages: Ages, indicator: BoundIndicator, first_years: FirstYears) -> tuple[Array, Array]:
    """The first and the last year that an indicator's values are of, `(editions, units)`: all those of a window."""
    last = years_of(plan, ages, indicator)
    length = np.ones((len(plan.editions), 1))
    for bound, _ in inputs_of(plan, indicator):
        for row, edition in enumerate(plan.editions):
            seen = window(plan, bound, edition)
            begin = first_years[bound.name] if seen.first is None else seen.first
            if not seen.ages(bound.table.kind) and begin is not None:
                length[row] = max(length[row, 0], seen.last - begin + 1)
    return last - length + 1, last


def _errors(plan: Plan, error: BoundError, kind: SamplingError, values: Array, rows_of: RowsOf) -> Errors:
    at = {item.key: number for number, item in enumerate(plan.indicators)}
    figures = values[..., at[error.indicator]]
    with quiet_numpy():
        factor = np.ones(figures.shape)
        if error.divisor is not None:
            factor = error.scale / np.abs(values[..., at[error.divisor.key]])
        if error.given_by:
            size = values[..., at[error.given_by]]
            wrong = (size < 0) & ~np.isnan(figures)
            if wrong.any():
                _refuse(plan, error, wrong, size, error.given_by, "a standard error is finite, and 0 or more")
            return Errors(family="normal", size=size)
        if isinstance(kind, Count):
            if (figures < 0).any():
                _refuse(plan, error, figures < 0, figures, error.indicator, "a count is 0 or more")
            return Errors(family="poisson", size=1 / factor)
        if isinstance(kind, Share):
            scale = error.scale if error.divisor is not None else kind.scale or 1.0
            if (wrong := (figures < 0) | (figures > scale)).any():
                rule = f"a share is from 0 to {scale:g}" + ("; for per cent set scale = 100" if scale == 1 else "")
                _refuse(plan, error, wrong, figures, error.indicator, rule)
            size = np.array([_sampled(plan, error, kind, row, rows_of) for row in range(len(figures))])
            return Errors(family="binomial", size=size, scale=scale)
        if isinstance(kind, Replicates | Bootstrap):
            return _of_deviations(plan, error, factor, rows_of)
        size = factor * [_standard_errors(plan, error, kind, row, rows_of) for row in range(len(figures))]
    return Errors(family="normal", size=size)


def _of_deviations(plan: Plan, error: BoundError, factor: Array, rows_of: RowsOf) -> Errors:
    """Errors whose variances and covariances are products of deviations, `(replicates or clusters, units)`."""
    sizes, deviations, together = [], [], False
    for row, scale in enumerate(factor):
        rows, units = _rows(plan, error, row, rows_of)
        if isinstance(error.kind, Bootstrap):
            found, shared = _of_clusters(plan, error, error.kind, row, rows, units)
            together |= shared
        elif isinstance(error.kind, Replicates):
            found = _of_replicates(plan, error, error.kind, row, rows, units)
            together |= error.kind.paired
        mean = isinstance(error.kind, Bootstrap) and error.mean
        deviations.append(found.multiply(error.scale if mean else scale).tocsr())
        sizes.append(np.sqrt(np.asarray(deviations[-1].multiply(deviations[-1]).sum(axis=0)).ravel()))
        sizes[-1][np.bincount(units, minlength=len(scale)) == 0] = np.nan
    if not together:
        return Errors(family="normal", size=np.array(sizes))
    if factor.shape[1] > MOST_SHARED:
        what = f"errors that units share are computed for {MOST_SHARED:,} units at most; there are {factor.shape[1]:,}"
        raise ScenarioError("", [Problem(f"robustness.error.{error.indicator}", what)])
    return Errors(
        family="normal", size=np.array(sizes), covariance=np.array([covariance_of(item) for item in deviations])
    )


def covariance_of(deviations: Any) -> Array:
    """The covariance of errors `(units, units)` of sparse deviations `(replicates or clusters, units)`.

    Few clusters say little about the many pairs of units: their product would overstate differences. So correlations
    are shrunk towards their mean, the more the less certain they are (Schäfer and Strimmer 2005, target F).
    """
    with quiet_numpy():
        size = np.sqrt(np.asarray(deviations.multiply(deviations).sum(axis=0)).ravel())
        scaled = deviations.multiply(np.where(size > 0, 1 / size, 0.0)).tocsr()
        found = (scaled.T @ scaled).toarray()
        squares = scaled.multiply(scaled).tocsr()
        off = (squares.T @ squares).toarray() - np.square(found) / deviations.shape[0]
        pairs = ~np.eye(len(size), dtype=bool) & (size > 0) & (size > 0)[:, None]
        mean = found[pairs].mean() if pairs.any() else 0.0
        spread = np.square(found - mean)[pairs].sum()
        kept = 1 - min(1.0, float(off[pairs].sum() / spread)) if spread > 0 else 0.0
        found[pairs] = mean + kept * (found[pairs] - mean)
        return np.asarray((found + found.T) / 2 * np.outer(size, size))


def _of_replicates(
    plan: Plan, error: BoundError, kind: Replicates, row: int, rows: pd.DataFrame, units: Positions
) -> Any:
    """The difference of each unit's sum with each replicate's weights from that with its own (Wolter 2007)."""
    csr_matrix = library("scipy.sparse", "the error 'replicates'").csr_matrix
    for column in kind.columns:
        if (wrong := ~np.isfinite(rows[column].to_numpy(dtype=float))).any():
            _refuse_cell(plan, error, row, rows, units, column, wrong, "all replicates of a value are finite")
    cells = rows[[error.rows_of.bound.options.column, *kind.columns]].to_numpy(dtype=float)
    size = len(plan.units.units)
    sums = np.array([np.bincount(units, column, size) for column in cells.T])
    return csr_matrix((sums[1:] - sums[0]) * np.sqrt(kind.multiplied))


def _of_clusters(
    plan: Plan, error: BoundError, kind: Bootstrap, row: int, rows: pd.DataFrame, units: Positions
) -> tuple[Any, bool]:
    """The effect of each cluster of rows on a unit's value, and whether some cluster has rows of several units.

    The sum of their products is the covariance that resampling clusters, each as often as a Poisson number of mean 1
    says, comes to: of a sum exactly, of a mean to the first order, with n / (n - 1) for n clusters (Efron 1982, chapter
    6; Davison and Hinkley 1997, section 2.7).
    """
    coo_matrix = library("scipy.sparse", "the error 'bootstrap'").coo_matrix
    size = len(plan.units.units)
    if np.bincount(units, minlength=size).max(initial=0) < 2:
        what = "bootstrap resamples the rows of a unit, and no unit has more than one; its table must have one a record"
        raise ScenarioError("", [Problem(f"robustness.error.{error.indicator}", what)])
    number = np.arange(len(rows))
    if kind.cluster is not None:
        number, named = pd.factorize(rows[kind.cluster])
        if "" in named:
            what = f"'{kind.cluster}' is empty in some rows; each must name what was sampled"
            raise ScenarioError("", [Problem(f"robustness.error.{error.indicator}", what)])

    def of(cells: Array) -> Any:
        return coo_matrix((cells, (number, units)), (number.max() + 1, size)).tocsr()

    sums = of(rows[error.rows_of.bound.options.column].to_numpy(dtype=float))
    there = of(np.ones(len(rows)))
    there.data[:] = 1
    shared = bool((there.sum(axis=1) > 1).any())
    if error.divisor is None or not error.mean:
        return sums, shared
    column = error.divisor.bound.options.column
    cells = rows[column].to_numpy(dtype=float)
    if np.isnan(cells).any():
        _refuse_cell(plan, error, row, rows, units, column, np.isnan(cells), "what a mean is divided by is in each row")
    return of_means(sums, of(cells), there), shared


def of_means(sums: Any, counted: Any, there: Any) -> Any:
    """The effect of each cluster on a unit's mean, sparse `(clusters, units)` like all these.

    Args:
        sums: The sums of the numerator.
        counted: The divisor of the sum.
        there: 1 if a cluster has rows of a unit.
    """
    total, whole = (np.asarray(item.sum(axis=0)).ravel() for item in (sums, counted))
    clusters = np.asarray(there.sum(axis=0)).ravel()
    with quiet_numpy():
        return (sums - counted.multiply(total / whole)).multiply(np.sqrt(clusters / (clusters - 1)) / whole)


def _standard_errors(plan: Plan, error: BoundError, kind: RowErrors, row: int, rows_of: RowsOf) -> Array:
    """The standard errors of sums of an edition's rows, `(units,)`: the root of the sum of their variances."""
    if not kind.columns:
        return np.full(len(plan.units.units), kind.sizes(pd.DataFrame(index=[0]))[0])
    rows, units = _rows(plan, error, row, rows_of)
    values = rows[error.rows_of.bound.options.column].to_numpy(dtype=float)
    for column, wrong, rule in kind.wrong(rows, values):
        if wrong.any():
            _refuse_cell(plan, error, row, rows, units, column, wrong, rule)
    return _summed(plan, np.square(kind.sizes(rows)), units) ** 0.5


def _sampled(plan: Plan, error: BoundError, kind: Share, row: int, rows_of: RowsOf) -> Array:
    """The size of the sample for each share of an edition, `(units,)`."""
    if isinstance(kind.binomial, float):
        return np.full(len(plan.units.units), kind.binomial)
    rows, units = _rows(plan, error, row, rows_of)
    several = np.bincount(units, minlength=len(plan.units.units))[units] > 1
    if error.divisor is None and several.any():
        rule = "a share of several rows is not their sum; make it a ratio of counts"
        _refuse_cell(plan, error, row, rows, units, kind.binomial, several, rule)
    sampled = rows[kind.binomial].to_numpy(dtype=float)
    if (wrong := np.isinf(sampled) | (sampled < 1)).any():
        _refuse_cell(plan, error, row, rows, units, kind.binomial, wrong, "a sample has 1 or more")
    return _summed(plan, sampled, units)


def _rows(plan: Plan, error: BoundError, row: int, rows_of: RowsOf) -> tuple[pd.DataFrame, Positions]:
    """The rows of an edition's values in units, and the position of each one's unit."""
    rows = rows_of(error.rows_of, plan.editions[row])
    units = np.asarray(plan.units.units.frame.index.get_indexer(pd.Index(rows["unit"])))
    return rows[units >= 0].reset_index(drop=True), units[units >= 0]


def _summed(plan: Plan, numbers: Array, units: Positions) -> Array:
    """The sums of rows by unit, `(units,)`; NaN if a unit has none, or one of them is NaN."""
    size = len(plan.units.units)
    return np.where(np.bincount(units, minlength=size) > 0, np.bincount(units, numbers, size), np.nan)


def _refuse(plan: Plan, error: BoundError, wrong: Mask, cells: Array, column: str, rule: str) -> NoReturn:
    """The error for the first value, `(editions, units)`, whose cell is wrong."""
    place = first_place(wrong, plan.units.units.codes, plan.editions)
    _say(plan, error, (place.at, place.unit), f"'{column}' is {cells[place.at, place.unit]:g}", rule)


def _refuse_cell(
    plan: Plan, error: BoundError, row: int, rows: pd.DataFrame, units: Positions, column: str, wrong: Mask, rule: str
) -> NoReturn:
    """The same for the first row of an edition whose cell is wrong."""
    first = int(wrong.argmax())
    cell = float(rows[column].iloc[first])
    found = f"'{column}' is empty" if np.isnan(cell) else f"'{column}' is {cell:g}"
    _say(plan, error, (row, int(units[first])), found, rule)


def _say(plan: Plan, error: BoundError, at: tuple[int, int], found: str, rule: str) -> NoReturn:
    what = f"{found} for {plan.units.units.codes[at[1]]} in edition {plan.editions[at[0]]}; {rule}"
    raise ScenarioError("", [Problem(f"robustness.error.{error.indicator}", what)])
