"""The folder that a run leaves, and reading it again."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from hubrank.basis.errors import DataError, Problem, ScenarioError, UsageError
from hubrank.basis.spreadsheets import csv_bytes, harmless
from hubrank.basis.version import __version__
from hubrank.composing.ranking import Ranking
from hubrank.measuring.measurement import InputReport, Measurement
from hubrank.runs.flags import flags
from hubrank.runs.treatment_log import treatment_table
from hubrank.scenario.binding import Bound
from hubrank.scenario.plan import Plan

if TYPE_CHECKING:
    import pandas as pd

#: Its presence makes a folder a run folder.
RECORD = "record.json"


def is_run(folder: Path) -> bool:
    """Whether a folder is one that a run left."""
    return (folder / RECORD).is_file() and (folder / "scenario.toml").is_file()


def write_run(ranking: Ranking, folder: Path, files: Mapping[str, bytes] | None = None) -> None:
    """Leave a run's folder, whole or not at all.

    Args:
        ranking: The ranking.
        folder: Made, or replaced where it is a run folder.
        files: Further files by name, such as those of a robustness run.

    Raises:
        UsageError: The folder is not empty and no run folder.
    """
    check_target(folder)
    content = {
        "ranking.csv": csv_bytes(ranking.table()),
        "unranked.csv": csv_bytes(ranking.unranked()),
        "values.csv": csv_bytes(values_table(ranking)),
        "treatment.csv": csv_bytes(treatment_table(ranking)),
        "weights.csv": csv_bytes(ranking.weights()),
        "scenario.toml": scenario_toml(ranking.plan, folder),
        RECORD: record_json(ranking),
        **(files or {}),
    }
    replace_folder(folder, content)


def check_target(folder: Path) -> None:
    """Refuse a folder that a run must not replace.

    Raises:
        UsageError: It is a file, or a folder that is not empty and no run folder.
    """
    if folder.is_dir() and any(folder.iterdir()) and not is_run(folder):
        raise UsageError(f"{folder}: is not empty and no folder of a run; name another, or empty it")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: is a file; name a folder")


def replace_folder(folder: Path, content: Mapping[str, bytes]) -> None:
    """Write files into a folder of another name and rename it when it is whole.

    Raises:
        UsageError: The folder cannot be written.
    """
    folder = folder.resolve()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent))
        try:
            _fill(temporary, content)
            _put(temporary, folder)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {(error.strerror or str(error)).lower()}") from error


def _fill(folder: Path, content: Mapping[str, bytes]) -> None:
    for name, data in content.items():
        (folder / name).write_bytes(data)
    folder.chmod(0o755)


def _put(made: Path, folder: Path) -> None:
    """Rename a folder to the place of another, which is deleted."""
    if not folder.exists():
        made.rename(folder)
        return
    old = made.with_suffix(".old")
    folder.rename(old)
    try:
        made.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old)


def values_table(ranking: Ranking) -> pd.DataFrame:
    """One row an edition, unit and indicator: the columns of `values.csv`."""
    import pandas as pd

    measurement = ranking.measurement
    shape = measurement.values.shape
    ranked = {each.key: at for at, each in enumerate(ranking.plan.ranked)}
    column = [ranked.get(key, -1) for key in measurement.indicators]
    stages = {
        "measured": measurement.values,
        "imputed": _spread(ranking.imputed, column, shape),
        "treated": _spread(ranking.treated, column, shape),
        "normalised": _spread(ranking.normalised, column, shape),
    }
    editions, units, indicators = shape
    return pd.DataFrame(
        {
            "edition": np.repeat(ranking.editions, units * indicators),
            "unit": np.tile(np.repeat(np.array(ranking.codes, dtype=object), indicators), editions),
            "indicator": np.tile(np.array(measurement.indicators, dtype=object), editions * units),
            **{name: values.ravel() for name, values in stages.items()},
            "flag": flags(ranking).ravel(),
            "origin": measurement.origins.ravel(),
            "vintage": measurement.vintages.ravel(),
            "method": measurement.methods.ravel(),
        }
    )


def _spread(stage: Any, column: list[int], shape: tuple[int, ...]) -> Any:
    """A stage with a column for every measured indicator, empty for those outside the tree."""
    if column == list(range(stage.shape[-1])):
        return stage
    spread = np.full(shape, np.nan)
    for at, source in enumerate(column):
        if source >= 0:
            spread[..., at] = stage[..., source]
    return spread


def scenario_toml(plan: Plan, folder: Path) -> bytes:
    """The merged scenario, its files relative to the folder and with their SHA-256."""
    import tomli_w

    digests: dict[str, str] = {}

    recorded = plan.loaded.table.get("files", {})

    def relative(path: str) -> str:
        name = Path(os.path.relpath(path, folder.resolve())).as_posix()
        if path in recorded:
            digests[name] = recorded[path]
        elif Path(path).is_file():
            digests[name] = hashlib.sha256(Path(path).read_bytes()).hexdigest()
        return name

    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(each) for each in value]
        if not isinstance(value, dict):
            return value
        return {
            key: relative(each) if key == "file" and isinstance(each, str) else walk(each)
            for key, each in value.items()
        }

    table = walk({key: each for key, each in plan.loaded.table.items() if key != "files"})
    if "places" in table["units"]:
        table["units"]["places"] = relative(table["units"]["places"])
    if digests:
        table["files"] = dict(sorted(digests.items()))
    return tomli_w.dumps(table).encode()


def record_json(ranking: Ranking) -> bytes:
    """Versions, inputs with origins, what was lost, and the date."""
    plan = ranking.plan
    inputs = [
        {key: value for key, value in attrs.asdict(each).items() if key != "cached"}
        for each in ranking.measurement.inputs
    ]
    record = {
        "hubrank": __version__,
        "python": sys.version.split()[0],
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "title": plan.scenario.title,
        "seed": plan.scenario.seed,
        "packages": packages(plan),
        "units": {
            "set": plan.units.name,
            "count": len(plan.units.units),
            "origins": [attrs.asdict(origin) for origin in plan.units.origins],
        },
        "inputs": inputs,
        "warnings": warnings(ranking),
    }
    return (json.dumps(record, indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode()


def packages(plan: Plan) -> dict[str, str]:
    """The distributions whose parts the plan uses, with their versions."""
    bound: list[Bound] = [*plan.after]
    for indicator in plan.indicators:
        bound += [indicator.bound, indicator.imputation, *indicator.treatment, indicator.normalisation]
    for node in plan.tree:
        bound += [node.weighting, node.aggregation, *node.after]
    parts = [each.part for each in bound] + [each.part for each in plan.inputs.values()]
    if plan.doubts is not None:
        parts += plan.doubts.parts
    if plan.units.part is not None:
        parts.append(plan.units.part)
    return dict(sorted({part.distribution: part.version for part in parts}.items()))


def warnings(ranking: Ranking) -> list[str]:
    """What a reader of the ranking should know."""
    said = [
        f"input {each.name}: editions see vintages newer than themselves (look_ahead)"
        for each in ranking.measurement.inputs
        if each.look_ahead
    ]
    if any(each.sample for each in ranking.measurement.inputs):
        said.append("the values are of the sources' samples, not of all their rows")
    for at, edition in enumerate(ranking.editions):
        said += [f"{edition}: {key} imputed for {count} units" for key, count in ranking.imputed_cells(at).items()]
        said += [f"{edition}: {key} missing for {count} units" for key, count in ranking.missing_cells(at).items()]
        if count := int(np.isnan(ranking.ranks[at]).sum()):
            said.append(f"{edition}: {count} units are not ranked; unranked.csv says why")
    return said


def read_measurement(plan: Plan, folder: Path) -> Measurement:
    """What a run measured, from its folder.

    Raises:
        DataError: The folder does not hold what the scenario in it needs.
    """
    import pandas as pd

    path = folder / "values.csv"
    try:
        frame = pd.read_csv(
            path,
            dtype=dict.fromkeys(("unit", "indicator", "measured", "origin", "vintage", "method"), str),
            keep_default_na=False,
            usecols=["edition", "unit", "indicator", "measured", "origin", "vintage", "method"],
        )
        values = np.array([float(each or "nan") for each in frame["measured"]])
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        inputs = tuple(_report(each) for each in record["inputs"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(str(folder), f"cannot be read as a run's folder: {error}") from error
    keys = tuple(each.key for each in plan.indicators)
    expected = pd.MultiIndex.from_product(
        [plan.editions, [harmless(code) for code in plan.units.units.codes], [harmless(key) for key in keys]]
    )
    found = pd.MultiIndex.from_frame(frame[["edition", "unit", "indicator"]])
    if len(found) != len(expected) or not expected.equals(found):
        problem = Problem(
            "", f"{path.name} does not hold the editions, units and indicators of scenario.toml; rank it anew"
        )
        raise ScenarioError(str(folder), [problem])
    shape = (len(plan.editions), len(plan.units.units), len(keys))
    texts = {name: frame[name].to_numpy(dtype=object).reshape(shape) for name in ("origin", "vintage", "method")}
    return Measurement(
        indicators=keys,
        values=values.reshape(shape),
        origins=texts["origin"],
        vintages=texts["vintage"],
        methods=texts["method"],
        inputs=inputs,
    )


def _report(table: Mapping[str, Any]) -> InputReport:
    amounts = {name: (sums[0], sums[1]) for name, sums in table["amounts"].items()}
    return InputReport(**{**table, "origins": tuple(table["origins"]), "amounts": amounts})
