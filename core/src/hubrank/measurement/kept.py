"""A finished measurement in the cache, under a key of all that it depends on, so that it is made once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

import attrs
import numpy as np
import pandas as pd

from hubrank.io.cache import key_of
from hubrank.measurement.aged_errors import AgedErrors
from hubrank.measurement.measurement import Ages, CodedTexts, Errors, InputReport, Measurement
from hubrank.measurement.totals import code_digest, core_digest
from hubrank.measurement.unmatched import unmatched_account
from hubrank.numeric import Array
from hubrank.plugin.part_index import is_installed, search_path
from hubrank.plugin.registry import Part
from hubrank.scenario.error_kinds import Bootstrap, Relative, Replicates
from hubrank.scenario.indicators import BoundIndicator, BoundPart
from hubrank.scenario.inputs import BoundInput
from hubrank.scenario.plan import Plan
from hubrank.scenario.units import IN_FINGERPRINT

#: The texts of each value, and the years.
_TEXTS = ("origins", "vintages", "methods")
_YEARS: tuple[Literal["carried", "ahead", "too_old"], ...] = ("carried", "ahead", "too_old")
#: What decides the rows of an input, and the values of an indicator.
_OF_INPUT = ("name", "choice", "part", "options", "table", "columns", "apart")
_OF_INDICATOR = ("key", "bound", "inputs", "max_age", "made_from", "editions", "reads_absence")
#: The arrays of errors, each `(editions, units)`.
_ERRORS = ("size", "exposure", "age", "overlap")


class UnknownError(Exception):
    """Something whose changes could not be seen."""


def plain(value: Any) -> Any:
    """A choice as JSON holds it; components by name and version.

    Raises:
        UnknownError: It holds something else than records, texts, numbers, dates, paths and classes.
    """
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Path() | date():
            return str(value)
        case Part():
            return [value.kind, value.full_name, value.version]
        case BoundPart():
            return [plain(value.part), plain(value.options)]
        case BoundIndicator():
            return value.key
        case type():
            return f"{value.__module__}.{value.__qualname__}"
        case Mapping():
            return [[plain(key), plain(item)] for key, item in value.items()]
        case list() | tuple():
            return [*map(plain, value)]
        case _ if attrs.has(type(value)):
            return {item.name: plain(getattr(value, item.name)) for item in attrs.fields(type(value))}
    raise UnknownError


def code_of(function: Any, *, data: bool = False) -> str:
    """The digest of the plugin that defines a function; `UnknownError` if it is in no file."""
    if not (digest := code_digest(function, data=data)):
        raise UnknownError
    return digest


def choices_of(plan: Plan) -> Any:
    """What a plan measures and how, apart from its units, the rows and the code; `UnknownError` as `plain` says."""
    scenario = plan.scenario
    chains = [(name, (bound.instead_of or bound).chain) for name, bound in plan.inputs.items()]
    return [
        plain((scenario.window, scenario.units, scenario.region, scenario.limits, scenario.seed)),
        [plain(plan.editions), plan.sample],
        [[name, [[plain(getattr(item, key)) for key in _OF_INPUT] for item in chain]] for name, chain in chains],
        [[plain(getattr(item, key)) for key in _OF_INDICATOR] for item in plan.indicators],
        plain(plan.uncertainties.errors if plan.uncertainties else ()),
    ]


def measurement_key(plan: Plan, fingerprints: Mapping[str, tuple[BoundInput, str]]) -> str:
    """The key of a plan's measurement; empty if something that it depends on could change unseen.

    Args:
        fingerprints: For each input that it reads, the one of its chain that is there, and the fingerprint of its rows.
    """
    errors, frame = plan.uncertainties.errors if plan.uncertainties else (), plan.units.units.frame
    shared = any(isinstance(item.kind, Replicates | Bootstrap) for item in errors)  # too large to keep
    if shared or not all(plan.sample or fingerprint for _, fingerprint in fingerprints.values()):
        return ""
    others = frame.drop(columns=[*IN_FINGERPRINT], errors="ignore")
    digest = frame_digest(others) if len(others.columns) else ""
    sources = [item.source.read for name in fingerprints for item in plan.inputs[name].chain]
    try:
        return key_of(
            "measurement",
            made_by(),
            choices_of(plan),
            [plan.units.name, plan.units.fingerprint, [*map(str, frame.columns)], digest],
            [[name, bound.name, fingerprint] for name, (bound, fingerprint) in fingerprints.items()],
            [code_of(read, data=plan.sample) for read in sources],
            [code_of(item.record.measure or item.record.derive) for item in plan.indicators],
        )
    except (UnknownError, TypeError):
        return ""


def made_by() -> Any:
    """The code that computes: hubrank's own, and the state of the folders with libraries."""
    return [core_digest(), [item for item in search_path() if is_installed(item[0])]]


def frame_digest(frame: pd.DataFrame) -> str:
    """The digest of a frame's rows."""
    return hashlib.sha256(pd.util.hash_pandas_object(frame, categorize=False).to_numpy().tobytes()).hexdigest()


def arrays_of(measurement: Measurement) -> dict[str, Array]:
    """All that is known of each value, except errors that units share; `(editions, units, indicators)` each."""
    shape, errors = measurement.values.shape, measurement.errors
    columns: dict[str, Array] = {"values": measurement.values}
    columns |= {name: getattr(measurement, name).codes for name in _TEXTS}
    columns |= {name: getattr(measurement.ages, name) for name in _YEARS if not measurement.ages.silent(name)}
    for name in _ERRORS if errors else ():
        columns[name] = np.full(shape, np.nan)
        for key, item in errors.items():
            columns[name][..., measurement.indicators.index(key)] = getattr(item, name, np.nan)
    return columns


def words_of(measurement: Measurement) -> dict[str, Any]:
    """The texts of a measurement: those that its values refer to, and what its errors are."""
    return {
        "indicators": measurement.indicators,
        "texts": {name: getattr(measurement, name).texts for name in _TEXTS},
        "errors": [[key, item.family, getattr(item, "scale", 1.0)] for key, item in measurement.errors.items()],
    }


def stored(measurement: Measurement, plan: Plan) -> tuple[pd.DataFrame, dict[str, Any]]:
    """A measurement of a plan as the cache keeps it: a row per value, and what is known of all."""
    about = words_of(measurement) | {
        "source": plan.loaded.name,
        "table": "measurement",
        "units": plan.units.name,
        "inputs": json.dumps([*map(_report, measurement.inputs)]),  # a text, since the order of its tables matters
    }
    columns = {name: values.ravel() for name, values in arrays_of(measurement).items()}
    return pd.DataFrame(columns, copy=False), about


def restored(plan: Plan, frame: pd.DataFrame, about: Mapping[str, Any]) -> Measurement:
    """The measurement of a plan from what `stored` has made of it."""
    indicators = tuple(about["indicators"])
    shape = (len(plan.editions), len(plan.units.units), len(indicators))
    cells = {str(name): frame[name].to_numpy().reshape(shape) for name in frame.columns}
    stated = {item.indicator: item for item in plan.uncertainties.errors} if plan.uncertainties else {}
    errors: dict[str, Errors | AgedErrors] = {}
    for key, family, scale in about["errors"]:
        arrays = {name: np.ascontiguousarray(cells[name][..., indicators.index(key)]) for name in _ERRORS}
        if isinstance(kind := stated[key].kind, Relative):
            errors[key] = AgedErrors(kind=kind, read_of=stated[key].read_of, **arrays)
        else:
            errors[key] = Errors(family=family, size=arrays["size"], scale=scale)
    silent = attrs.asdict(Ages.none(shape), recurse=False)
    return Measurement(
        indicators=indicators,
        values=cells["values"],
        **{name: CodedTexts(cells[name], about["texts"][name]) for name in _TEXTS},
        ages=Ages(**{name: cells.get(name, silent[name]) for name in _YEARS}),
        errors=errors,
        inputs=tuple(map(_report_from, json.loads(about["inputs"]))),
    )


def _report(report: InputReport) -> dict[str, Any]:
    return attrs.asdict(report, recurse=False) | {"unassigned": report.unassigned.to_dict("list")}


def _report_from(table: Mapping[str, Any]) -> InputReport:
    """A report; its rows were not read now."""
    pairs = {name: {key: tuple(item) for key, item in table[name].items()} for name in ("amounts", "rising")}
    account = unmatched_account(table["unassigned"], pairs["amounts"])
    told = {"unassigned": account, "origins": tuple(table["origins"]), "cached": True, "parts": 1, "resumed": 0}
    return InputReport(**{**table, **pairs, **told})
