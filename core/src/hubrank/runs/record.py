"""The run folder: its tables, its scenario and its record."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import attrs

from hubrank.basis.files import Content, replace_folder
from hubrank.basis.harmless import json_text
from hubrank.basis.language import ENGLISH, speaking
from hubrank.basis.progress import Progress, no_progress
from hubrank.basis.spreadsheets import csv_bytes, write_csv
from hubrank.basis.version import __version__
from hubrank.composing.lost import FILE, lost_by_reason
from hubrank.composing.provenance import names_by_kind
from hubrank.composing.ranking import Ranking
from hubrank.composing.values import values_file
from hubrank.measuring.measurement import InputReport
from hubrank.runs.folder import RECORD, check_target
from hubrank.runs.scenario_file import scenario_toml
from hubrank.runs.values_file import write_values


def write_run(
    ranking: Ranking,
    folder: Path,
    files: Mapping[str, bytes] | None = None,
    values: Literal["csv", "parquet"] | None = None,
    progress: Progress = no_progress,
) -> None:
    """Write a run folder, completely or not at all; in English, whatever is spoken.

    Args:
        ranking: The ranking.
        folder: Made, or replaced where it is a run folder.
        files: Further files by name, such as those of a robustness run.
        values: What the file of values is; Parquet where it is large by default.
        progress: Told what is being done, and how far it is.

    Raises:
        UsageError: The folder is not empty and not a run folder.
    """
    check_target(folder)
    name = f"values.{values}" if values else values_file(ranking)
    progress("writing tables")
    what, unit = f"writing {name}", "rows"

    def write(path: Path) -> None:
        write_values(ranking, path, lambda done, of: progress(what, done, of, unit))

    in_english = speaking(ENGLISH)
    with speaking(ENGLISH):
        content: dict[str, Content] = {
            "ranking.csv": in_english(lambda path: write_csv(ranking.table(), path)),
            "unranked.csv": csv_bytes(ranking.unranked()),
            name: in_english(write),
            "treatment.csv": csv_bytes(ranking.treatment()),
            FILE: csv_bytes(ranking.lost()),
            "weights.csv": csv_bytes(ranking.weights()),
            "scenario.toml": _sample_note(ranking) + scenario_toml(ranking.plan, folder),
            RECORD: record_json(ranking),
            **(files or {}),
        }
    replace_folder(folder, content)


def _sample_note(ranking: Ranking) -> bytes:
    """A comment for the scenario's file, which is the same with samples and without."""
    return (
        b"# The figures of this run are of the sources' samples (--sample), not of their full data.\n" * ranking.sampled
    )


def record_json(ranking: Ranking) -> bytes:
    """Versions, inputs with origins, caveats, and the date."""
    plan = ranking.plan
    record = {
        "hubrank": __version__,
        "python": sys.version.split()[0],
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "title": ranking.title,
        "sample": ranking.sampled,
        "seed": plan.scenario.seed,
        "packages": ranking.packages(),
        "parts": names_by_kind(plan),
        "units": {
            "set": plan.units.name,
            "count": len(plan.units.units),
            "blank": plan.units.blank,
            "origins": [attrs.asdict(origin) for origin in plan.units.origins],
        },
        "inputs": [_input(each) for each in ranking.measurement.inputs],
        "caveats": [str(each) for each in ranking.caveats()],
    }
    return (json_text(record, indent=2, sort_keys=True) + "\n").encode()


#: What says how a run came to its figures, not what they are, and what has a form of its own.
_LEFT_OUT = ("cached", "parts", "resumed", "lost")


def _input(report: InputReport) -> dict[str, Any]:
    """An input's report; of what it lost the sums by reason, since `lost.csv` has the places."""
    told = attrs.asdict(report, filter=lambda field, _: field.name not in _LEFT_OUT)
    return {**told, "lost": lost_by_reason(report)}
