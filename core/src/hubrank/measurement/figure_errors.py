"""Errors of figures, read of the rows that the figures are read of."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

import numpy as np
import pandas as pd

from hubrank.errors import Problem, ScenarioError
from hubrank.measurement.measurement import Errors
from hubrank.numeric import Array, Mask, Positions, first_place, quiet_numpy
from hubrank.scenario.error_kinds import Count, RowErrors, Share
from hubrank.scenario.figure_errors import BoundError
from hubrank.scenario.indicators import BoundIndicator
from hubrank.scenario.plan import Plan

#: The rows, one by one, that a column's values of an edition are the sums of.
RowsOf = Callable[[BoundIndicator, int], pd.DataFrame]


def errors_of(plan: Plan, values: Array, rows_of: RowsOf) -> dict[str, Errors]:
    """The errors of the figures that a scenario says are off, by indicator.

    Args:
        values: What was measured, `(editions, units, indicators)`.

    Raises:
        ScenarioError: A cell cannot be the error of its figure.
    """
    errors = plan.uncertainties.errors if plan.uncertainties else ()
    return {item.indicator: _errors(plan, item, values, rows_of) for item in errors}


def _errors(plan: Plan, error: BoundError, values: Array, rows_of: RowsOf) -> Errors:
    at = {item.key: number for number, item in enumerate(plan.indicators)}
    figures, kind = values[..., at[error.indicator]], error.kind
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
        size = factor * [_standard_errors(plan, error, kind, row, rows_of) for row in range(len(figures))]
    return Errors(family="normal", size=size)


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
    """How many were sampled for each share of an edition, `(units,)`."""
    if isinstance(kind.binomial, float):
        return np.full(len(plan.units.units), kind.binomial)
    rows, units = _rows(plan, error, row, rows_of)
    several = np.bincount(units, minlength=len(plan.units.units))[units] > 1
    if error.divisor is None and several.any():
        rule = "a share of several rows is no sum of theirs; make it a ratio of what was counted"
        _refuse_cell(plan, error, row, rows, units, kind.binomial, several, rule)
    sampled = rows[kind.binomial].to_numpy(dtype=float)
    if (wrong := np.isinf(sampled) | (sampled < 1)).any():
        _refuse_cell(plan, error, row, rows, units, kind.binomial, wrong, "a sample has 1 or more")
    return _summed(plan, sampled, units)


def _rows(plan: Plan, error: BoundError, row: int, rows_of: RowsOf) -> tuple[pd.DataFrame, Positions]:
    """The rows of an edition's figures in units, and the position of each one's unit."""
    rows = rows_of(error.rows_of, plan.editions[row])
    units = np.asarray(plan.units.units.frame.index.get_indexer(pd.Index(rows["unit"])))
    return rows[units >= 0].reset_index(drop=True), units[units >= 0]


def _summed(plan: Plan, numbers: Array, units: Positions) -> Array:
    """The sums of rows by unit, `(units,)`; NaN where a unit has none, or one of them is NaN."""
    size = len(plan.units.units)
    return np.where(np.bincount(units, minlength=size) > 0, np.bincount(units, numbers, size), np.nan)


def _refuse(plan: Plan, error: BoundError, wrong: Mask, cells: Array, column: str, rule: str) -> NoReturn:
    """The error for the first figure, `(editions, units)`, whose cell is wrong."""
    codes = plan.units.units.codes
    place = first_place(wrong, codes, plan.editions)
    what = f"'{column}' is {cells[place.at, place.unit]:g} for {codes[place.unit]} in edition {place.edition}; {rule}"
    raise ScenarioError("", [Problem(f"robustness.error.{error.indicator}", what)])


def _refuse_cell(
    plan: Plan,
    error: BoundError,
    row: int,
    rows: pd.DataFrame,
    units: Positions,
    column: str,
    wrong: Mask,
    rule: str,
) -> NoReturn:
    """The same for a cell of a row."""
    cells = np.full((len(plan.editions), len(plan.units.units)), np.nan)
    first = int(wrong.argmax())
    cells[row, units[first]] = rows[column].iloc[first]
    _refuse(plan, error, np.isfinite(cells) | np.isinf(cells), cells, column, rule)
