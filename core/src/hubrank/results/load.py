"""Read a run's measurements again from its folder."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from datetime import MAXYEAR
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pandas as pd

from hubrank.errors import DataError, FileProblem, Problem, ScenarioError
from hubrank.io.escaping import csv_text, unescape_formula
from hubrank.io.safe_input import check_size, read_bytes
from hubrank.io.toml import describe_value
from hubrank.measurement.measurement import Ages, CodedTexts, InputReport, Measurement
from hubrank.measurement.unmatched import KEYS, no_unmatched
from hubrank.plugin.sources import Origin
from hubrank.ranking.notices import FILE as UNASSIGNED
from hubrank.ranking.values import AGES
from hubrank.results.error_files import read_errors
from hubrank.results.save import RECORD, file_of_values, values_of
from hubrank.scenario.plan import Plan

#: The types that a table of the record is held to, by how the class that it becomes writes them.
_TYPES: Mapping[object, type] = {"str": str, "int": int, "bool": bool}


def read_measurement(plan: Plan, folder: Path) -> Measurement:
    """A run's measurements, from its folder.

    Args:
        plan: The plan of the scenario in it.
        folder: The folder.

    Raises:
        DataError: The folder's files cannot be read as those of a run.
        ScenarioError: They lack what the scenario needs.
    """
    try:
        record = json.loads(read_bytes(folder / RECORD))
        check_size(file_of_values(folder))
        inputs = _reports(record["inputs"], folder / UNASSIGNED)
        plan.with_stand_ins({item.name: item.fallback for item in inputs if item.fallback})
        result = _values(plan, folder, inputs)
        errors = read_errors(plan, folder)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, FileProblem) as error:
        what = f"a file lacks {error}" if isinstance(error, KeyError) else error
        raise DataError(str(folder), f"cannot be read as a run folder: {what}") from error
    if result is None:
        name = file_of_values(folder).name
        what = f"{name} does not match the editions, units and indicators of scenario.toml; rank the scenario again"
        raise ScenarioError(str(folder), [Problem("", what)])
    return attrs.evolve(result, errors=errors)


def _values(plan: Plan, folder: Path, inputs: tuple[InputReport, ...]) -> Measurement | None:
    """The content of the file of values; None if its rows are not of the plan's editions, units and indicators."""
    keys = tuple(item.key for item in plan.indicators)
    shape = (len(plan.editions), len(plan.units.units), len(keys))
    values, done = np.empty(math.prod(shape)), 0
    texts = {name: CodedTexts(np.zeros(values.shape, dtype=np.uint8), []) for name in ("origin", "vintage", "method")}
    ages = attrs.asdict(Ages.none(shape), recurse=False)
    for part in values_of(folder):
        rows = slice(done, done := done + len(part["edition"]))
        if done > values.size:
            return None
        first, last = rows.start // shape[2], -(-done // shape[2])
        those = slice(rows.start - first * shape[2], done - first * shape[2])
        places = np.arange(first, last, dtype=np.int32)
        edition, unit = np.divmod(places, shape[1])
        edition, unit = (np.repeat(item, shape[2])[those] for item in (np.array(plan.editions)[edition], unit))
        indicator = np.tile(np.arange(shape[2], dtype=np.int32), last - first)[those]
        if not (
            (edition == part["edition"]).all()
            and _same(part["unit"], plan.units.units.codes, unit)
            and _same(part["indicator"], keys, indicator)
        ):
            return None
        values[rows] = part["measured"]
        for name, column in texts.items():
            if part[name].texts != column.texts[:1]:  # the first is that of all cells before
                column.put(rows, part[name].codes, part[name].texts)
        for name in AGES:
            years = part[name][~np.isnan(part[name])]
            if len(wrong := years[(years != np.round(years)) | (years < 1) | (years > MAXYEAR)]):
                raise ValueError(f"{name}: {wrong[0]:g} is no year")
            if len(years):
                ages[name] = ages[name] if ages[name].flags.writeable else np.full(shape, np.nan)
                ages[name].reshape(-1)[rows] = part[name]
    if done != values.size:
        return None
    origins, vintages, methods = (CodedTexts(item.codes.reshape(shape), item.texts) for item in texts.values())
    return Measurement(
        indicators=keys,
        values=values.reshape(shape),
        origins=origins,
        vintages=vintages,
        methods=methods,
        inputs=inputs,
        ages=Ages(**ages),
    )


def _same(found: CodedTexts, names: Sequence[str], wanted: Any) -> bool:
    """Whether texts are the names, in plain or CSV form, at some positions."""
    if not len(wanted):
        return True
    first = int(wanted.min())
    near = names[first : int(wanted.max()) + 1]  # of a million units each part holds a few
    if found.texts == [*near] and (found.codes == wanted - first).all():
        return True
    for form in (str, csv_text):
        written = [form(name) for name in near]
        place = {name: at for at, name in enumerate(written)}
        known = np.array([place.get(form(text), -1) for text in found.texts], dtype=np.intp)
        if (known[found.codes] == np.array([place[name] for name in written], dtype=np.intp)[wanted - first]).all():
            return True
    return False


def _reports(tables: Sequence[Any], path: Path) -> tuple[InputReport, ...]:
    """The reports of the record's inputs, with the places of unassigned rows, in the words that CSV guards."""
    texts = ("input", *KEYS, "suggestion")
    places = pd.read_csv(path, dtype=dict.fromkeys(texts, str), na_values={"rows": [""]}, keep_default_na=False)
    places = places.assign(**{name: places[name].map(unescape_formula) for name in texts})
    reports = []
    for item in tables:
        table = _checked(item, InputReport)
        amounts = {name: (float(sums[0]), float(sums[1])) for name, sums in dict(table["amounts"]).items()}
        empty = no_unmatched(amounts)
        account = places.loc[places["input"] == table["name"], list(empty.columns)].reset_index(drop=True)
        changed = {
            "origins": tuple(attrs.asdict(Origin(**_checked(origin, Origin))) for origin in table["origins"]),
            "amounts": amounts,
            "rising": {name: tuple(map(int, units)) for name, units in dict(table["rising"]).items()},
            "unassigned": account.astype(empty.dtypes),
        }
        reports.append(InputReport(**{**table, **changed}))
    return tuple(reports)


def _checked(table: Any, kind: type[Any]) -> Mapping[str, Any]:
    """A table of the record whose texts and numbers are of the types that its class has, else a `TypeError`."""
    if not isinstance(table, dict):
        raise TypeError(f"{RECORD}: must be a table; got {describe_value(table)}")
    for item in attrs.fields(kind):
        wanted = _TYPES.get(item.type)
        if wanted and item.name in table and type(table[item.name]) is not wanted:
            raise TypeError(f"{RECORD}: {item.name} is {describe_value(table[item.name])}")
    return table
