"""A ranking as a Frictionless data package: tables with their fields, licences and sources.

Reference: Frictionless Data, Data Package and Table Schema specifications.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubrank.front import csv_bytes

from hubrank_exporters.tables import TABLES

if TYPE_CHECKING:
    import pandas as pd
    from hubrank import Origin, Ranking

#: Date of files in the zip, so that the same ranking gives the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)
_KEYS = {
    "ranking": ["edition", "unit"],
    "values": ["edition", "unit", "indicator"],
    "weights": ["edition", "dimension", "member"],
    "unranked": ["edition", "unit"],
}
_SAYS = {
    "edition": "The edition (year) of the ranking",
    "unit": "The unit's code",
    "rank": "The rank; 1 is the best",
    "low": "The 5 % quantile of the rank over the draws",
    "high": "The 95 % quantile of the rank over the draws",
    "score": "The index",
    "measured": "The value in the indicator's unit of measure",
    "weight": "The member's share of its dimension",
    "effective": "The member's share of the index",
    "flag": "How the value was obtained or changed",
    "carried": "The year of an older value that stands in for a newer one",
    "ahead": "The year of a value that the edition sees only because it looks ahead",
    "too_old": "The newest year whose value is left out because it is older than max_age",
    "why": "Why the unit has no rank",
    "sample": "Stands where figures are of the sources' samples, not of their full data",
}


def write_json(ranking: Ranking, path: Path) -> None:
    """Write `datapackage.json` with the rows inside it."""
    frames = {name: tabled(ranking) for name, tabled in TABLES.items()}
    resources = [_resource(name, frame) | {"data": _rows(frame)} for name, frame in frames.items()]
    path.write_bytes(_dumped(_package(ranking, path) | {"resources": resources}))


def write_zip(ranking: Ranking, path: Path) -> None:
    """Write `datapackage.json` and the tables as CSV into one zip."""
    contents = {f"{name}.csv": csv_bytes(tabled(ranking)) for name, tabled in TABLES.items()}
    resources = []
    for name, tabled in TABLES.items():
        data = contents[f"{name}.csv"]
        resources.append(
            _resource(name, tabled(ranking))
            | {
                "path": f"{name}.csv",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(data),
                "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
            }
        )
    package = _dumped(_package(ranking, path) | {"resources": resources})
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {"datapackage.json": package, **contents}.items():
            archive.writestr(zipfile.ZipInfo(name, _DATE), data, zipfile.ZIP_DEFLATED)
    path.write_bytes(made.getvalue())


def _package(ranking: Ranking, path: Path) -> dict[str, Any]:
    scenario = ranking.plan.scenario
    found = [each.origin for each in ranking.origins()]
    made: dict[str, Any] = {
        "name": re.sub(r"[^a-z0-9._-]+", "-", path.name.lower().partition(".")[0]).strip("-") or "ranking",
        "profile": "tabular-data-package",
        "title": ranking.title,
        "description": scenario.description.strip(),
        "licenses": _licences(found),
        "sources": [_source(each) for each in found],
    }
    return {key: value for key, value in made.items() if value}


def _licences(found: Sequence[Origin]) -> list[dict[str, str]]:
    """Each licence once; those of data, whatever the software's is."""
    by_name: dict[str, str] = {}
    for each in found:
        by_name[each.licence] = by_name.get(each.licence) or each.licence_url
    return [{"title": name, **({"path": url} if _is_address(url) else {})} for name, url in by_name.items()]


def _source(origin: Origin) -> dict[str, str]:
    made = {"title": f"{origin.producer}: {origin.title}"}
    if _is_address(origin.url):
        made["path"] = origin.url
    wanted = ("licence", "published", "accessed", "citation", "note")
    return made | {key: getattr(origin, key) for key in wanted if getattr(origin, key)}


def _is_address(text: str) -> bool:
    return text.startswith(("https://", "http://"))


def _resource(name: str, frame: pd.DataFrame) -> dict[str, Any]:
    fields = [_field(str(column), frame[column]) for column in frame.columns]
    schema = {"fields": fields, "primaryKey": _KEYS[name], "missingValues": [""]}
    return {"name": name, "profile": "tabular-data-resource", "schema": schema}


def _field(name: str, values: pd.Series) -> dict[str, str]:
    import pandas as pd

    is_whole = pd.api.types.is_integer_dtype(values)
    kind = "integer" if is_whole else "number" if pd.api.types.is_numeric_dtype(values) else "string"
    made = {"name": name, "type": kind}
    return made | {"description": _SAYS[name]} if name in _SAYS else made


def _rows(frame: pd.DataFrame) -> list[list[Any]]:
    """The head and the rows; gaps are null."""
    there = frame.astype(object).where(frame.notna(), None)
    return [[str(column) for column in frame.columns], *there.to_numpy().tolist()]


def _dumped(package: Mapping[str, Any]) -> bytes:
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()
