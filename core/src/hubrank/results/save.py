"""The saved result: tables, values, scenario, record."""

from __future__ import annotations

import contextlib
import datetime
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

import attrs
import numpy as np
import pandas as pd

from hubrank.errors import UsageError, library
from hubrank.i18n import ENGLISH, use_language
from hubrank.io.addresses import address_of
from hubrank.io.escaping import csv_bytes, json_text, write_csv
from hubrank.io.safe_input import digest_of
from hubrank.io.write import Content, check_above, is_there, replace_folder
from hubrank.measurement.measurement import CodedTexts
from hubrank.plugin.registry import Part, Registry, __version__
from hubrank.progress import Progress, no_progress
from hubrank.ranking.notices import FILE, unmatched_by_reason
from hubrank.ranking.provenance import names_by_kind, parts_of
from hubrank.ranking.ranking import Ranking
from hubrank.ranking.values import AGES, value_parts, values_file
from hubrank.results.error_files import error_files
from hubrank.scenario.load import with_files
from hubrank.scenario.plan import Plan
from hubrank.scenario.region import SCENARIO

if TYPE_CHECKING:
    import pyarrow as pa

#: The kind of component that a key chooses, in any table of a scenario.
_KINDS = {
    "imputation": "imputation",
    "treatment": "treatment",
    "normalisation": "normalisation",
    "weighting": "weighting",
    "aggregation": "aggregator",
    "post_processing": "rescaling",
}


def _with_full_names(table: Mapping[str, Any], parts: Iterable[Part]) -> dict[str, Any]:
    """A scenario's table with the full name of each part that it chooses; the parts are one of each kind and name."""
    names = {(part.kind, part.name): part.full_name for part in parts}

    def full(kind: str, name: str) -> str:
        return names.get((kind, name), name)

    def methods(table: Mapping[str, Any]) -> dict[str, Any]:
        return {key: _chosen(value, _KINDS[key], full) if key in _KINDS else value for key, value in table.items()}

    result = methods(table)
    if "set" in (units := result.get("units", {})):
        result["units"] = {**units, "set": full("unit set", units["set"])}
    for kind in {"inputs", "indicators", "dimensions"} & set(result):
        result[kind] = {key: methods(choice) if kind != "inputs" else choice for key, choice in result[kind].items()}
    for key, choice in result.get("inputs", {}).items():
        result["inputs"][key] = {**choice, "source": full("source", choice["source"])}
    for key, choice in result.get("indicators", {}).items():
        choice["indicator"] = full("indicator", choice.get("indicator", key))
    return result | {name: methods(result[name]) for name in ("ranking", "robustness") if name in result}


def _chosen(value: Any, kind: str, full: Callable[[str, str], str]) -> Any:
    """A choice of methods: a name, a table with one, a list of them, or lists by dimension."""
    if isinstance(value, str):
        return full(kind, value)
    if isinstance(value, list):
        return [_chosen(item, kind, full) for item in value]
    if not isinstance(value, dict):
        return value
    keys = {"method", "step"} & set(value) or {key for key in value if key == "steps" or isinstance(value[key], list)}
    return {key: _chosen(item, kind, full) if key in keys else item for key, item in value.items()}


def scenario_toml(plan: Plan, folder: Path) -> bytes:
    """The merged scenario, its parts by full names, its files relative to the folder and with their SHA-256.

    A file that the scenario already had a digest of keeps it.
    """
    import tomli_w

    recorded = plan.loaded.table.get("files", {})
    digests: dict[str, str] = {}

    def relative(path: str) -> str:
        name = address_of(path) or Path(os.path.relpath(path, folder.resolve())).as_posix()
        if path in recorded:
            digests[name] = recorded[path]
        elif Path(path).is_file():
            digests[name] = digest_of(Path(path))
        return name

    table = with_files({key: item for key, item in plan.loaded.table.items() if key != "files"}, relative)
    table = _with_full_names(table, parts_of(plan))
    for path in plan.loaded.region.files if plan.loaded.region else ():
        relative(str(path))
    if digests:
        table["files"] = dict(sorted(digests.items()))
    return tomli_w.dumps(table).encode()


#: Its presence makes a folder a run folder.
RECORD = "record.json"


def is_run(folder: Path) -> bool:
    """Whether a folder is a run folder."""
    return (folder / RECORD).is_file() and (folder / SCENARIO).is_file()


def check_target(folder: Path) -> None:
    """Reject a folder that a run must not replace, or cannot.

    Raises:
        UsageError: It is a file, or named as one that an exporter writes; a folder that is not empty and no run folder;
            or stands where nothing can be written.
    """
    check_above(folder)
    if not is_there(folder):
        suffixes = [part.texts["suffix"].lower() for part in Registry.installed() if part.kind == "exporter"]
        if suffix := next(filter(folder.name.lower().endswith, suffixes), ""):
            raise UsageError(f"{folder}: must be a folder; `hubrank export` writes files in {suffix}")
        return
    if folder.is_dir() and any(folder.iterdir()) and not is_run(folder):
        raise UsageError(f"{folder}: is not empty and not a run folder; choose another folder or empty it")
    if not folder.is_dir():
        raise UsageError(f"{folder}: is a file; specify a folder")


#: The columns that a measurement is read from.
_NUMBERS = ("measured", *AGES)
_TEXTS = ("unit", "indicator", "origin", "vintage", "method")


def _write_values(ranking: Ranking, path: Path, progress: Progress) -> None:
    """Write every value, stage by stage, as Parquet, or as CSV whose texts are kept from being read as formulas."""
    done = 0
    with path.open("wb") as file, contextlib.ExitStack() as stack:
        writer: Any = None
        for part in value_parts(ranking):
            rows = len(part["edition"])
            if ranking.sampled:
                part["sample"] = CodedTexts(np.zeros(rows, dtype=np.uint8), ["yes"])
            if path.suffix == ".csv":
                write_csv(pd.DataFrame({name: _column(item) for name, item in part.items()}), file, header=not done)
            else:
                table = _table(part)
                writer = writer or stack.enter_context(_parquet_writer(file, table.schema, ranking.sampled))
                writer.write_table(table)
            done += rows
            progress(f"writing {path.name}", done, ranking.measurement.values.size, "rows")


def _column(cells: Any) -> Any:
    return pd.Categorical.from_codes(cells.codes, pd.Index(cells.texts)) if isinstance(cells, CodedTexts) else cells


def _parquet_writer(file: BinaryIO, schema: pa.Schema, sampled: bool) -> Any:
    import pyarrow as pa
    from pyarrow.parquet import ParquetWriter

    texts = [item.name for item in schema if pa.types.is_dictionary(item.type)]
    texts += ["edition", *AGES, *(["sample"] if sampled else [])]
    often_alike = [name for name in texts if name not in ("unit", "indicator")]
    return ParquetWriter(file, schema, use_dictionary=texts, write_statistics=often_alike)


def _table(part: Mapping[str, Any]) -> pa.Table:
    import pyarrow as pa

    columns = {}
    for name, item in part.items():
        if isinstance(item, CodedTexts):
            texts = pa.array(item.texts, type=pa.string())
            columns[name] = pa.DictionaryArray.from_arrays(item.codes.astype(np.int32, copy=False), texts)
        elif name in AGES and np.isnan(item).all():
            columns[name] = pa.nulls(len(item), pa.int16())
        else:  # without missing numbers no copy is made
            columns[name] = pa.array(item, from_pandas=bool(np.isnan(item).any()))
    return pa.table(columns | {name: columns[name].cast(pa.int16()) for name in AGES})


def values_of(folder: Path) -> Iterator[dict[str, Any]]:
    """The rows of a run's file of values, some at a time.

    Yields:
        `edition`, numbers (NaN if there are none) and coded texts, those that a CSV keeps from being read as
        formulas still so.

    Raises:
        OSError: There is no such file.
        ValueError: It is no such file.
        KeyError: It has no such column.
    """
    path = file_of_values(folder)
    yield from (_parquet_parts if path.suffix == ".parquet" else _csv_parts)(path)


def file_of_values(folder: Path) -> Path:
    """The path of a run's values."""
    parquet = folder / "values.parquet"
    return parquet if parquet.is_file() else folder / "values.csv"


#: The rows of a CSV that are read at a time.
_ROWS = 500_000


def _parquet_parts(path: Path) -> Iterator[dict[str, Any]]:
    pq = library("pyarrow.parquet", f"{path.name}: reading it")
    file, wanted = pq.ParquetFile(path), ["edition", *_NUMBERS, *_TEXTS]
    for at in range(file.num_row_groups):
        alike = _alike(file.metadata.row_group(at))
        group = file.read_row_group(at, columns=[name for name in wanted if name not in alike])
        for batch in group.to_batches():
            yield {name: _cells(name, batch, alike) for name in wanted}


def _alike(group: Any) -> dict[str, Any]:
    """The columns of a group of rows that have one value, as its statistics say; None if that is missing.

    Not those of floats, whose statistics leave out what is no number.
    """
    columns = [column for column in map(group.column, range(group.num_columns)) if column.statistics is not None]
    known = {column.path_in_schema: column.statistics for column in columns}
    found = {name: item.min for name, item in known.items() if item.has_min_max and item.min == item.max}
    whole = {
        name: value for name, value in found.items() if not known[name].null_count and not isinstance(value, float)
    }
    return whole | {name: None for name, item in known.items() if item.null_count == group.num_rows}


def _cells(name: str, batch: Any, alike: Mapping[str, Any]) -> Any:
    """A column of some rows: editions, numbers, or coded texts."""
    item = None if name in alike else batch.column(name)
    if name in _TEXTS:
        _refuse_absent([name] if (alike[name] is None if item is None else item.null_count) else [])
        if item is None:
            return CodedTexts(np.broadcast_to(np.uint8(0), batch.num_rows), [alike[name]])
        coded = item.dictionary_encode()
        return CodedTexts(coded.indices.to_numpy(), coded.dictionary.to_pylist())
    if item is None:
        return np.broadcast_to(np.nan if alike[name] is None else alike[name], batch.num_rows)
    return item.to_numpy() if name == "edition" else item.to_numpy(zero_copy_only=False).astype(float, copy=False)


def _csv_parts(path: Path) -> Iterator[dict[str, Any]]:
    kinds = {"edition": np.int64, **dict.fromkeys(_NUMBERS, float), **dict.fromkeys(_TEXTS, object)}
    with pd.read_csv(
        path,
        usecols=[*kinds],
        dtype=kinds,
        na_values={name: [""] for name in _NUMBERS},
        keep_default_na=False,
        chunksize=_ROWS,
        low_memory=False,
    ) as batches:
        for batch in batches:
            texts = {name: batch[name].astype("category").cat for name in _TEXTS}
            _refuse_absent([name for name, item in texts.items() if (item.codes < 0).any()])
            yield {
                "edition": batch["edition"].to_numpy(),
                **{name: batch[name].to_numpy(dtype=float) for name in _NUMBERS},
                **{name: CodedTexts(item.codes.to_numpy(), list(item.categories)) for name, item in texts.items()},
            }


def _refuse_absent(names: Sequence[str]) -> None:
    if names:
        raise ValueError(f"{names[0]}: a text is missing")


def write_run(
    ranking: Ranking,
    folder: Path,
    files: Mapping[str, bytes] | None = None,
    values: Literal["csv", "parquet"] | None = None,
    progress: Progress = no_progress,
) -> None:
    """Write a run folder atomically; in English, whatever the reader's language.

    Args:
        ranking: The ranking.
        folder: Created, or replaced if it is a run folder; else a `UsageError`.
        files: Further files by name, such as those of a robustness run.
        values: The format of the file of values; by default Parquet if it is large.
        progress: Called with the task and its progress.
    """
    check_target(folder)
    name = f"values.{values}" if values else values_file(ranking)
    if name == "values.parquet":
        library("pyarrow", name)
    progress("writing tables")
    in_english = use_language(ENGLISH)
    with use_language(ENGLISH):
        content: dict[str, Content] = {
            "ranking.csv": in_english(lambda path: write_csv(ranking.table(), path)),
            "unranked.csv": csv_bytes(ranking.unranked()),
            name: in_english(lambda path: _write_values(ranking, path, progress)),
            "treatment.csv": csv_bytes(ranking.treatment()),
            FILE: csv_bytes(ranking.unassigned()),
            "weights.csv": csv_bytes(ranking.weights()),
            SCENARIO: _SAMPLE_NOTE * ranking.sampled + scenario_toml(ranking.plan, folder),
            RECORD: _record_json(ranking),
            **error_files(ranking),
            **(files or {}),
        }
    replace_folder(folder, content)


#: A comment for the scenario's file, which is the same with samples and without.
_SAMPLE_NOTE = b"# The figures of this run are of the sources' samples (--sample), not of their full data.\n"
#: Keys on how a run came to its values, not on the values, and those with a form of their own.
_LEFT_OUT = ("cached", "parts", "resumed", "unassigned")


def _errors(ranking: Ranking) -> dict[str, Any]:
    """The errors of values: the scenario's statement for each indicator, its input, and the number without an error."""
    uncertainties = ranking.plan.uncertainties
    errors = [
        {
            "indicator": item.indicator,
            "given": item.text,
            "input": item.input if item.reads_rows else None,
            "family": ranking.measurement.errors[item.indicator].family,
            "without": int(ranking.measurement.exact(item.indicator).sum()),
        }
        for item in (uncertainties.errors if uncertainties else ())
        if item.indicator in ranking.measurement.errors
    ]
    return {"errors": errors} if errors else {}


def _record_json(ranking: Ranking) -> bytes:
    """Versions, inputs with origins, caveats, and the date; of unassigned rows the sums by reason alone."""
    plan = ranking.plan
    inputs = [
        {
            **attrs.asdict(item, filter=lambda field, _: field.name not in _LEFT_OUT),
            "unassigned": unmatched_by_reason(item),
        }
        for item in ranking.measurement.inputs
    ]
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
        "inputs": inputs,
        **_errors(ranking),
        **({} if ranking.drawn is None else {"draws": attrs.asdict(ranking.drawn)}),
        "caveats": [str(item) for item in ranking.caveats()],
        "data_checks": [
            {name: getattr(check, name) for name in ("kind", "about", "cells", "count", "text", "remedy")}
            | {"acknowledged": plan.scenario.acknowledged.get(check.key)}
            for check in ranking.data_checks
        ],
    }
    return (json_text(record, indent=2, sort_keys=True) + "\n").encode()
