"""A ranking as a Frictionless data package: tables with their fields, licences and sources.

Reference: Frictionless Data, Data Package and Table Schema specifications.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubrank import ENGLISH, use_language
from hubrank.io.escaping import csv_bytes, json_text, web_address

from hubrank_output.exporters.export_tables import ORIGIN, TABLES, Table, fields, zip_bytes

if TYPE_CHECKING:
    import pandas as pd
    from hubrank import Ranking, UsedOrigin

#: What is handed on of a source beside its title and path.
_SOURCE = tuple(key for key in ORIGIN if key not in ("title", "producer", "url"))


@use_language(ENGLISH)
def write_json(ranking: Ranking, path: Path) -> None:
    """Write `datapackage.json` with the rows inside it."""
    resources = []
    for table in TABLES:
        frame = table.frame(ranking)
        resource = _resource(table, ranking, frame)
        resources.append(resource | {"data": _rows(frame, resource["schema"]["fields"])})
    path.write_bytes(_dumped(_package(ranking, path) | {"resources": resources}))


@use_language(ENGLISH)
def write_zip(ranking: Ranking, path: Path) -> None:
    """Write `datapackage.json` and the tables as CSV into one zip."""
    contents: dict[str, bytes] = {}
    resources = []
    for table in TABLES:
        name, frame = f"{table.name}.csv", table.frame(ranking)
        data = contents[name] = csv_bytes(frame)
        resources.append(
            _resource(table, ranking, frame)
            | {
                "path": name,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(data),
                "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
            }
        )
    package = _dumped(_package(ranking, path) | {"resources": resources})
    path.write_bytes(zip_bytes({"datapackage.json": package, **contents}))


def _package(ranking: Ranking, path: Path) -> dict[str, Any]:
    origins = ranking.origins()
    licences: dict[str, str] = {}  # those of data, whatever the software's is
    for used in origins:
        licences[used.origin.licence] = licences.get(used.origin.licence) or used.origin.licence_url
    package: dict[str, Any] = {
        "name": re.sub(r"[^a-z0-9._-]+", "-", path.name.lower().partition(".")[0]).strip("-") or "ranking",
        "profile": "tabular-data-package",
        "title": ranking.title,
        "description": ranking.plan.scenario.description.strip(),
        "caveats": list(map(str, ranking.caveats())),
        "licenses": [{"title": name, **({"path": url} if web_address(url) else {})} for name, url in licences.items()],
        "sources": list(map(_source, origins)),
    }
    return {key: value for key, value in package.items() if value}


def _source(used: UsedOrigin) -> dict[str, str]:
    origin = used.origin
    return {
        "title": f"{origin.producer}: {origin.title}",
        **({"path": origin.url} if web_address(origin.url) else {}),
        **{key: getattr(origin, key) for key in _SOURCE if getattr(origin, key)},
        "gave": used.gave,
    }


def _resource(table: Table, ranking: Ranking, frame: pd.DataFrame) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [
            {"name": field.name, "type": field.kind, "description": field.says}
            for field in fields(ranking, table.name, frame)
        ],
        "missingValues": [""],
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    return {"name": table.name, "description": table.rows, "profile": "tabular-data-resource", "schema": schema}


def _rows(frame: pd.DataFrame, fields: Sequence[Mapping[str, str]]) -> list[list[Any]]:
    """The head and the rows, each value of its field's type; gaps are null."""
    there = frame.astype(object).where(frame.notna(), None)
    columns = [
        [str(value) if item["type"] == "string" and value is not None else value for value in there.iloc[:, at]]
        for at, item in enumerate(fields)
    ]
    return [[item["name"] for item in fields], *map(list, zip(*columns, strict=True))]


def _dumped(package: Mapping[str, Any]) -> bytes:
    return (json_text(package, indent=1) + "\n").encode()
