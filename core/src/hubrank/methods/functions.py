"""The Handbook's methods as plain functions of arrays: units in rows, indicators in columns.

Every installed method can be called by its name, with the options of a scenario; the most usual have a function of
their own. A pandas frame gives a frame with the same labels, so that each function fits into a scikit-learn pipeline
(`FunctionTransformer(min_max)`). More is better: reverse the sign of an indicator of which less is better.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pandas as pd

from hubrank.errors import MethodError, UsageError
from hubrank.io.toml import parse_toml
from hubrank.numeric import Array, shares
from hubrank.plugin.methods import Context, Member
from hubrank.plugin.registry import NotFoundError, Part, Registry
from hubrank.plugin.units import Units


def impute(values: Any, method: str, **options: Any) -> Any:
    """Fill in missing values.

    Args:
        values: `(units, indicators)`, or `(units,)` of one indicator; missing values are NaN.
        method: An installed imputation's name: `median`, `mean`, `group-mean` ...
        **options: Its options, as in a scenario.

    Raises:
        UsageError: There is no such method or option, or it cannot take the values.
    """
    part, result = _method("imputation", method, options)
    return _each(values, method, lambda table, context: part.numbers(part.call("apply", table, context, result)))


def treat(values: Any, method: str, **options: Any) -> Any:
    """Treat skew and outliers.

    Args:
        values: As for `impute`.
        method: An installed treatment's name: `winsorise`, `log`, `skew-kurtosis`, `box-cox` ...
        **options: Its options, as in a scenario.

    Raises:
        UsageError: As for `impute`.
    """
    part, result = _method("treatment", method, options)
    return _each(values, method, lambda table, context: part.numbers(part.call("apply", table, context, result)))


def normalise(values: Any, method: str = "min-max", *, reference: Any = None, **options: Any) -> Any:
    """Normalise values to one scale.

    Args:
        values: As for `impute`.
        method: An installed normalisation's name: `min-max`, `z-score`, `rank`, `goalposts` ...
        reference: The values from which the scale is learned, with the same columns; the values themselves by default.
        **options: Its options, as in a scenario.

    Raises:
        UsageError: As for `impute`.
    """
    part, result = _method("normalisation", method, options)
    learnt = None if reference is None else _table(reference)[0]

    def apply(table: Array, context: Context) -> Array:
        fitted = part.call("fit", table if learnt is None else learnt, context, result)
        return part.numbers(part.call("apply", table, fitted, context, result))

    return _each(values, method, apply)


def weights_of(scores: Any, method: str, **options: Any) -> Array:
    """Compute weights from scores, as shares that sum to 1: `(indicators,)`, or one row for each unit.

    Args:
        scores: Normalised values, `(units, indicators)`.
        method: An installed weighting's name: `equal`, `pca`, `entropy`, `critic` ...
        **options: Its options, as in a scenario.

    Raises:
        UsageError: As for `impute`.
    """
    part, result = _method("weighting", method, options)
    table, context = _table(scores)
    found = _tried(method, lambda: part.numbers(part.call("apply", table, context, result)))
    rows = shares(np.asarray(found, dtype=float).reshape(-1, table.shape[-1]))
    return np.asarray(rows[0] if len(rows) == 1 else rows)


def aggregate(
    scores: Any,
    weights: Any = None,
    method: str = "arithmetic",
    *,
    missing: Literal["unranked", "renormalise"] = "unranked",
    **options: Any,
) -> Any:
    """Aggregate to one score for each unit.

    Args:
        scores: Normalised values, `(units, indicators)`.
        weights: One for each indicator, relative to each other; equal by default.
        method: An installed aggregation method's name: `arithmetic`, `geometric`, `harmonic`, `owa` ...
        missing: Whether a unit with a missing value gets no score (NaN), or its other indicators get the weight.
        **options: Its options, as in a scenario.

    Returns:
        `(units,)`; a series if a frame was given.

    Raises:
        UsageError: As for `impute`, or the number of weights differs from the number of indicators.
    """
    part, result = _method("aggregator", method, options)
    table, context = _table(scores)
    given = np.ones(table.shape[-1]) if weights is None else np.asarray(weights, dtype=float)
    if given.shape != table.shape[-1:]:
        raise UsageError(f"weights: must be {table.shape[-1]:,}, one for each indicator; got {given.size:,}")
    gaps = np.isnan(table)
    there = np.where(gaps, 0.0, given)
    weighted = shares(there) if part.record.weights == "shares" else there
    found = _tried(
        method, lambda: part.numbers(part.call("apply", np.where(gaps, 1.0, table), weighted, context, result))
    )
    lost = gaps.any(axis=-1) if missing == "unranked" else (there == 0).all(axis=-1)
    return _like(scores, np.where(lost, np.nan, found)[0])


def min_max(values: Any, range: tuple[float, float] = (0.0, 1.0)) -> Any:  # noqa: A002
    """Rescale each indicator linearly: the least value to the start of `range`, the greatest to the end."""
    return normalise(values, "min-max", range=[float(end) for end in range])


def z_score(values: Any) -> Any:
    """Each indicator's distance from the mean in standard deviations."""
    return normalise(values, "z-score")


def winsorise(values: Any, points: int | None = None, *, quantile: float | None = None) -> Any:
    """Set each indicator's extreme values to the next one: `points` of them at each end, or those beyond a quantile."""
    options = {"points": points, "quantile": quantile}
    return treat(values, "winsorise", **{key: item for key, item in options.items() if item is not None})


def arithmetic_mean(scores: Any, weights: Any = None) -> Any:
    """The weighted arithmetic mean of each unit's scores; NaN if one is missing."""
    return aggregate(scores, weights, "arithmetic")


def geometric_mean(scores: Any, weights: Any = None) -> Any:
    """The weighted geometric mean of each unit's scores, all above 0; NaN if one is missing."""
    return aggregate(scores, weights, "geometric")


def _method(kind: str, name: str, options: dict[str, Any]) -> tuple[Part, Any]:
    """An installed method with its options.

    Raises:
        UsageError: There is no such method, or an option is wrong.
    """
    try:
        part = Registry.installed().find(kind, name)
    except NotFoundError as error:
        raise UsageError(str(error)) from error
    result, problems = parse_toml(part.record.options, options, name)
    if problems:
        raise UsageError("; ".join(map(str, problems)))
    return part, result


def _table(values: Any) -> tuple[Array, Context]:
    """Values as `(1 edition, units, members)`, and the method's context."""
    found = np.asarray(values, dtype=float)
    table = found.reshape(1, -1, 1) if found.ndim == 1 else found[None]
    labelled = isinstance(values, pd.DataFrame | pd.Series)
    columns = values.columns if isinstance(values, pd.DataFrame) else range(1, table.shape[-1] + 1)
    names = [str(item) for item in columns]
    codes = pd.Index([str(item) for item in (values.index if labelled else range(1, table.shape[-2] + 1))])
    units = Units(frame=pd.DataFrame({"name": codes}, index=codes))
    members = tuple(Member(name=name) for name in names)
    return table, Context(editions=(1,), units=units, members=members, rng=np.random.default_rng(0))


def _each(values: Any, method: str, apply: Callable[[Array, Context], Array]) -> Any:
    """Values in the given shape with the given labels."""
    table, context = _table(values)
    return _like(values, np.asarray(_tried(method, lambda: apply(table, context))).reshape(np.shape(values)))


def _tried(method: str, call: Callable[[], Any]) -> Any:
    """The result of a method.

    Raises:
        UsageError: It cannot take the values.
    """
    try:
        return call()
    except MethodError as error:
        raise UsageError(f"{method}: {error}") from error


def _like(given: Any, result: Array) -> Any:
    """An array with the labels of the frame or series that was given, if any."""
    if not isinstance(given, pd.DataFrame | pd.Series):
        return result
    if isinstance(given, pd.DataFrame) and result.ndim > 1:
        return pd.DataFrame(result, index=given.index, columns=given.columns)
    return pd.Series(result, index=given.index)
