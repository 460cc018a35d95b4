"""The errors of a run's values, written into its folder and read again."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from hubrank.io.escaping import csv_bytes, csv_text
from hubrank.io.safe_input import check_size
from hubrank.measurement.aged_errors import AgedErrors
from hubrank.measurement.measurement import Errors
from hubrank.numeric import Array
from hubrank.ranking.ranking import Ranking
from hubrank.scenario.error_kinds import Relative
from hubrank.scenario.plan import Plan

ERRORS, COVARIANCES = "errors.csv", "error_covariances.csv"
#: The columns of errors by procedure and age.
_AGED = ("exposure", "age", "overlap")


def error_files(ranking: Ranking) -> dict[str, bytes]:
    """By name the files of a run whose values have errors; None if they have none."""
    measured = ranking.measurement
    if not measured.errors:
        return {}
    rows, shared = [], []
    for key, errors in measured.errors.items():
        cells = itertools.product(ranking.editions, ranking.codes)
        table = pd.DataFrame(cells, columns=["edition", "unit"]).assign(indicator=key, family=errors.family)
        given = measured.standard_errors(key)
        table = table.assign(standard_error=given.ravel(), size=errors.size.ravel())
        if isinstance(errors, AgedErrors):
            rows.append(table.assign(**{name: getattr(errors, name).ravel() for name in _AGED}))
            continue
        rows.append(table.assign(scale=errors.scale))
        if errors.covariance is not None:
            first, second = np.triu_indices(len(ranking.codes))
            codes = np.array(ranking.codes, dtype=object)
            for edition, covariance in zip(ranking.editions, errors.covariance, strict=True):
                pairs = {"edition": edition, "indicator": key, "unit": codes[first], "other": codes[second]}
                shared.append(pd.DataFrame({**pairs, "covariance": covariance[first, second]}))
    files = {ERRORS: csv_bytes(pd.concat(rows, ignore_index=True))}
    return files | ({COVARIANCES: csv_bytes(pd.concat(shared, ignore_index=True))} if shared else {})


def read_errors(plan: Plan, folder: Path) -> Mapping[str, Errors | AgedErrors]:
    """The errors of the values of a run's plan, by indicator.

    Raises:
        OSError: There are no such files.
        ValueError: They are no such files, or not of the plan's editions, units and indicators.
        LookupError: A column is missing.
    """
    given = {item.indicator: item for item in plan.uncertainties.errors} if plan.uncertainties else {}
    keys = list(given)
    if not keys:
        return {}
    shape = (len(plan.editions), len(plan.units.units))
    table = _table(folder / ERRORS)
    cells = itertools.product(keys, plan.editions, plan.units.units.codes)
    wanted = [(str(year), csv_text(unit), csv_text(key)) for key, year, unit in cells]
    _refuse_others(table[["edition", "unit", "indicator"]], wanted, ERRORS)
    pairs = pd.DataFrame()
    if (folder / COVARIANCES).is_file():
        pairs = _table(folder / COVARIANCES)
    found: dict[str, Errors | AgedErrors] = {}
    for key, error in given.items():
        mine = table[table["indicator"] == csv_text(key)]
        family = str(mine["family"].iloc[0])
        if family not in ("normal", "poisson", "binomial", "relative", "count") or (mine["family"] != family).any():
            raise ValueError(f"{ERRORS}: '{family}' is not a family of errors")
        size = _numbers(mine["size"]).reshape(shape)
        if isinstance(error.kind, Relative):
            columns = {name: _numbers(mine[name]).reshape(shape) for name in _AGED}
            found[key] = AgedErrors(kind=error.kind, size=size, read_of=error.read_of, **columns)
            continue
        scale = float(_numbers(mine["scale"])[0])
        covariance = None
        if len(pairs) and (there := pairs["indicator"] == csv_text(key)).any():
            covariance = _covariance(plan, pairs[there])
        found[key] = Errors(family=family, size=size, scale=scale, covariance=covariance)  # type: ignore[arg-type]
    return found


def _covariance(plan: Plan, pairs: pd.DataFrame) -> Array:
    """The covariance of errors, `(editions, units, units)`, of its upper triangles."""
    units = len(plan.units.units)
    first, second = np.triu_indices(units)
    codes = [csv_text(code) for code in plan.units.units.codes]
    cells = [
        (str(year), codes[one], codes[two]) for year in plan.editions for one, two in zip(first, second, strict=True)
    ]
    _refuse_others(pairs[["edition", "unit", "other"]], cells, COVARIANCES)
    result = np.empty((len(plan.editions), units, units))
    result[:, first, second] = result[:, second, first] = _numbers(pairs["covariance"]).reshape(len(result), -1)
    return result


def _table(path: Path) -> pd.DataFrame:
    check_size(path)
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def _numbers(texts: pd.Series) -> Array:
    """Numbers, NaN if there is none."""
    return np.array([float(text) if text else np.nan for text in texts])


def _refuse_others(found: pd.DataFrame, wanted: Sequence[tuple[str, ...]], name: str) -> None:
    if list(found.itertuples(index=False, name=None)) != list(wanted):
        raise ValueError(f"{name} does not match the editions, units and indicators of scenario.toml")
