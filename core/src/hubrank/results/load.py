"""What a run measured, read again from its folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import MAXYEAR
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from attrs import define

from hubrank.errors import DataError, FileProblem, Problem, ScenarioError
from hubrank.io.escaping import csv_text, unescape_formula
from hubrank.io.safe_input import check_size, read_bytes
from hubrank.io.toml import describe_value
from hubrank.measurement.measurement import Ages, CodedTexts, InputReport, Measurement
from hubrank.measurement.unmatched import KEYS, no_unmatched
from hubrank.plugin.sources import Origin
from hubrank.ranking.notices import FILE as UNASSIGNED
from hubrank.ranking.values import AGES
from hubrank.results.save import RECORD, file_of_values, values_of
from hubrank.scenario.plan import Plan

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.numeric import Array, Positions


_TEXTS = ("origin", "vintage", "method")

#: The types that a table of the record is held to, by how the class that it becomes writes them.
_TYPES: Mapping[object, type] = {"str": str, "int": int, "bool": bool}


def read_measurement(plan: Plan, folder: Path) -> Measurement:
    """What a run measured, from its folder.

    Args:
        plan: The plan of the scenario in it.
        folder: The folder.

    Raises:
        DataError: The folder's files cannot be read as those of a run.
        ScenarioError: They do not hold what the scenario needs.
    """
    keys = tuple(item.key for item in plan.indicators)
    result = _Read.empty(len(plan.editions), len(plan.units.units), len(keys))
    try:
        record = json.loads(read_bytes(folder / RECORD))
        check_size(file_of_values(folder))
        lost = _lost(folder / UNASSIGNED)
        inputs = tuple(_report(item, lost) for item in record["inputs"])
        plan.with_stand_ins({item.name: item.fallback for item in inputs if item.fallback})
        matching = all(result.add(plan, part) for part in values_of(folder)) and result.rows == result.values.size
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, FileProblem) as error:
        raise DataError(str(folder), f"cannot be read as a run folder: {error}") from error
    if not matching:
        name = file_of_values(folder).name
        what = f"{name} does not match the editions, units and indicators of scenario.toml; rank the scenario again"
        raise ScenarioError(str(folder), [Problem("", what)])
    return Measurement(
        indicators=keys,
        values=result.values,
        origins=result.texts["origin"],
        vintages=result.texts["vintage"],
        methods=result.texts["method"],
        inputs=inputs,
        ages=Ages(**result.ages),
    )


@define(kw_only=True, eq=False)
class _Read:
    """What was read so far, in arrays of `(editions, units, indicators)`."""

    values: Array
    texts: Mapping[str, CodedTexts]
    ages: dict[str, Array]
    rows: int = 0

    @classmethod
    def empty(cls, *shape: int) -> _Read:
        nothing = Ages.none(shape)
        return cls(
            values=np.full(shape, np.nan),
            texts={name: CodedTexts.empty(shape) for name in _TEXTS},
            ages={name: getattr(nothing, name) for name in AGES},
        )

    def add(self, plan: Plan, part: Mapping[str, Any]) -> bool:
        """Add the rows that follow; tells whether they are those of the plan's next editions, units and indicators."""
        count = len(part["edition"])
        if self.rows + count > self.values.size:
            return False
        at = np.unravel_index(np.arange(self.rows, self.rows + count), self.values.shape)
        self.rows += count
        codes, keys = plan.units.units.codes, [item.key for item in plan.indicators]
        if not (np.array(plan.editions)[at[0]] == part["edition"]).all():
            return False
        if not (_same(part["unit"], codes, at[1]) and _same(part["indicator"], keys, at[2])):
            return False
        self.values[at] = part["measured"]
        for name, texts in self.texts.items():
            texts.put(at, part[name].codes, part[name].texts)
        for name, years in self.ages.items():
            if not np.isnan(part[name]).all():
                _check_years(name, part[name])
                self.ages[name] = years if years.flags.writeable else np.full(self.values.shape, np.nan)
                self.ages[name][at] = part[name]
        return True


def _same(found: CodedTexts, names: Sequence[str], wanted: Positions) -> bool:
    """Whether texts are the names, written as they are or as CSV has them, at some positions."""
    written = [csv_text(name) for name in names]
    place = {name: at for at, name in enumerate(written)}
    known = np.array([place.get(csv_text(text), -1) for text in found.texts], dtype=np.intp)
    return bool((known[found.codes] == np.array([place[name] for name in written], dtype=np.intp)[wanted]).all())


def _lost(path: Path) -> pd.DataFrame:
    """The places of lost rows, without the quotes that keep spreadsheets from reading formulas."""
    import pandas as pd

    texts = ("input", *KEYS, "suggestion")
    frame = pd.read_csv(path, dtype=dict.fromkeys(texts, str), na_values={"rows": [""]}, keep_default_na=False)
    return frame.assign(**{name: frame[name].map(unescape_formula) for name in texts})


def _report(table: Mapping[str, Any], lost: pd.DataFrame) -> InputReport:
    table = _fitting(table, InputReport)
    origins = tuple(attrs.asdict(Origin(**_fitting(item, Origin))) for item in table["origins"])
    amounts = {name: (float(sums[0]), float(sums[1])) for name, sums in dict(table["amounts"]).items()}
    empty = no_unmatched(amounts)
    own = lost.loc[lost["input"] == table["name"], list(empty.columns)].reset_index(drop=True)
    return InputReport(**{**table, "origins": origins, "amounts": amounts, "unassigned": own.astype(empty.dtypes)})


def _check_years(name: str, years: Array) -> None:
    """Raise for what is no year, where there is one.

    Raises:
        ValueError: A number is none.
    """
    given = years[~np.isnan(years)]
    wrong = given[(given != np.round(given)) | (given < 1) | (given > MAXYEAR)]
    if len(wrong):
        raise ValueError(f"{name}: {wrong[0]:g} is no year")


def _fitting(table: Any, kind: type[Any]) -> Mapping[str, Any]:
    """A table of the record whose texts and numbers are of the types that its class has.

    Raises:
        TypeError: It is no table, or one of them is of another type.
    """
    if not isinstance(table, dict):
        raise TypeError(f"{RECORD}: must be a table; got {describe_value(table)}")
    for item in attrs.fields(kind):
        wanted = _TYPES.get(item.type)
        if wanted and item.name in table and type(table[item.name]) is not wanted:
            given = describe_value(table[item.name])
            raise TypeError(f"{RECORD}: {item.name} is {given}")
    return table
