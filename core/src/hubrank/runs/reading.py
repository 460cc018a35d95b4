"""What a run measured, read again from its folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from hubrank.basis.errors import DataError, Problem, ScenarioError
from hubrank.basis.spreadsheets import escape_formula, unescape_formula
from hubrank.composing.lost import FILE as LOST
from hubrank.composing.values import AGES
from hubrank.contract.origins import Origin
from hubrank.measuring.lost import KEYS, nothing_lost
from hubrank.measuring.measurement import Ages, InputReport, Measurement
from hubrank.runs.folder import RECORD
from hubrank.scenario.plan import Plan

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.basis.arrays import Array


_TEXTS = ("origin", "vintage", "method")
_KEYS = ("edition", "unit", "indicator")


def read_measurement(plan: Plan, folder: Path) -> Measurement:
    """What a run measured, from its folder.

    Args:
        plan: The plan of the scenario in it.
        folder: The folder.

    Raises:
        DataError: The folder's files cannot be read as those of a run.
        ScenarioError: They do not hold what the scenario needs.
    """
    try:
        frame = _values(folder / "values.csv")
        measured, *years = (_numbers(frame[name]) for name in ("measured", *AGES))
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        lost = _lost(folder / LOST)
        inputs = tuple(_report(each, lost) for each in record["inputs"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(str(folder), f"cannot be read as a run folder: {error}") from error
    _check_rows(plan, frame, folder)
    keys = tuple(each.key for each in plan.indicators)
    shape = (len(plan.editions), len(plan.units.units), len(keys))
    texts = {name: frame[name].to_numpy(dtype=object).reshape(shape) for name in _TEXTS}
    return Measurement(
        indicators=keys,
        values=measured.reshape(shape),
        origins=texts["origin"],
        vintages=texts["vintage"],
        methods=texts["method"],
        inputs=inputs,
        ages=Ages(**{name: each.reshape(shape) for name, each in zip(AGES, years, strict=True)}),
    )


def _numbers(texts: pd.Series) -> Array:
    """Numbers of a column as they were written; NaN where it is empty."""
    return np.array([float(each or "nan") for each in texts])


def _values(path: Path) -> pd.DataFrame:
    import pandas as pd

    texts = dict.fromkeys(("unit", "indicator", "measured", *_TEXTS, *AGES), str)
    return pd.read_csv(path, dtype=texts, keep_default_na=False, usecols=["edition", *texts])


def _check_rows(plan: Plan, frame: pd.DataFrame, folder: Path) -> None:
    """Refuse values of other editions, units or indicators than the scenario's."""
    import pandas as pd

    codes = [escape_formula(code) for code in plan.units.units.codes]
    keys = [escape_formula(each.key) for each in plan.indicators]
    expected = pd.MultiIndex.from_product([plan.editions, codes, keys])
    found = pd.MultiIndex.from_frame(frame[list(_KEYS)])
    if len(found) != len(expected) or not expected.equals(found):
        what = "values.csv does not match the editions, units and indicators of scenario.toml; rank the scenario again"
        raise ScenarioError(str(folder), [Problem("", what)])


def _lost(path: Path) -> pd.DataFrame:
    """The places of lost rows, without the quotes that keep spreadsheets from reading formulas."""
    import pandas as pd

    texts = ("input", *KEYS, "suggestion")
    frame = pd.read_csv(path, dtype=dict.fromkeys(texts, str), na_values={"rows": [""]}, keep_default_na=False)
    return frame.assign(**{name: frame[name].map(unescape_formula) for name in texts})


def _report(table: Mapping[str, Any], lost: pd.DataFrame) -> InputReport:
    origins = tuple(attrs.asdict(Origin(**each)) for each in table["origins"])
    amounts = {name: (sums[0], sums[1]) for name, sums in table["amounts"].items()}
    empty = nothing_lost(amounts)
    own = lost.loc[lost["input"] == table["name"], list(empty.columns)].reset_index(drop=True)
    return InputReport(**{**table, "origins": origins, "amounts": amounts, "lost": own.astype(empty.dtypes)})
