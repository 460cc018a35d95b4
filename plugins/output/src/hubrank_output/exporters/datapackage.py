"""A ranking as a Frictionless data package: tables with their fields, licences and sources.

Reference: Frictionless Data, Data Package and Table Schema specifications.
"""

import hashlib
import re
from pathlib import Path
from typing import Any

import pandas as pd
from hubrank.io.escaping import csv_bytes, json_text, web_address
from hubrank.plugin import ENGLISH, Ranking, use_language

from hubrank_output import TABLES
from hubrank_output.exporters.export_tables import ORIGIN, fields, table_of, zip_bytes


@use_language(ENGLISH)
def write_json(ranking: Ranking, path: Path) -> None:
    """Write `datapackage.json` with the rows inside: metadata, and values of their fields' types; null if missing."""
    resources = []
    for name in TABLES:
        frame = table_of(ranking, name)
        resource = _resource(name, ranking, frame)
        there = frame.astype(object).where(frame.notna(), None)
        columns = [
            [str(value) if item["type"] == "string" and value is not None else value for value in there.iloc[:, at]]
            for at, item in enumerate(resource["schema"]["fields"])
        ]
        resources.append(resource | {"data": [list(frame.columns), *map(list, zip(*columns, strict=True))]})
    path.write_bytes(_package(ranking, path, resources))


@use_language(ENGLISH)
def write_zip(ranking: Ranking, path: Path) -> None:
    """Write `datapackage.json` and the tables as CSV into one zip."""
    contents: dict[str, bytes] = {}
    resources = []
    for name in TABLES:
        file, frame = f"{name}.csv", table_of(ranking, name)
        data = contents[file] = csv_bytes(frame)
        beside = {"path": file, "format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "bytes": len(data)}
        digest = {"hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}
        resources.append(_resource(name, ranking, frame) | beside | digest)
    path.write_bytes(zip_bytes({"datapackage.json": _package(ranking, path, resources), **contents}))


def _package(ranking: Ranking, path: Path, resources: list[dict[str, Any]]) -> bytes:
    licences: dict[str, str] = {}  # the licences of data, not of the software
    sources = []
    for used in ranking.origins():
        origin = used.origin
        licences[origin.licence] = licences.get(origin.licence) or origin.licence_url
        sources.append(
            {
                "title": f"{origin.producer}: {origin.title}",
                **({"path": origin.url} if web_address(origin.url) else {}),
                **{key: getattr(origin, key) for key in ORIGIN if key not in ("title", "producer", "url")},
                "gave": used.gave,
            }
        )
    package: dict[str, Any] = {
        "name": re.sub(r"[^a-z0-9._-]+", "-", path.name.lower().partition(".")[0]).strip("-") or "ranking",
        "profile": "tabular-data-package",
        "title": ranking.title,
        "description": ranking.plan.scenario.description.strip(),
        "caveats": list(map(str, ranking.caveats())),
        "licenses": [{"title": name, **({"path": url} if web_address(url) else {})} for name, url in licences.items()],
        "sources": [{key: text for key, text in source.items() if text or key == "gave"} for source in sources],
    }
    package = {key: value for key, value in package.items() if value} | {"resources": resources}
    return (json_text(package, indent=1) + "\n").encode()


def _resource(name: str, ranking: Ranking, frame: pd.DataFrame) -> dict[str, Any]:
    rows, key = TABLES[name]
    columns = fields(ranking, name, frame)
    schema: dict[str, Any] = {
        "fields": [{"name": column, "type": kind, "description": meaning} for column, kind, meaning in columns],
        "missingValues": [""],
    }
    if key:
        schema["primaryKey"] = list(key)
    return {"name": name, "description": rows, "profile": "tabular-data-resource", "schema": schema}
