"""A ranking as COINr's iData and iMeta, with its methods beside them, in one zip.

iData holds what was measured, iMeta the tree; `methods.toml` the steps' methods, which COINr has no table for and
`hubrank import coinr` reads again.
"""

import itertools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import tomli_w
from hubrank.io.escaping import csv_bytes
from hubrank.plugin import Ranking, UsageError

from hubrank_output.exporters.export_tables import zip_bytes
from hubrank_output.interchange.coinr_import import DATA, META, METHODS

#: Unit columns with other locations or names; COINr has no use for them.
_PLACES = ("name", "aliases", "lat", "lon", "radius_km", "polygon", "also_countries")
#: Tables of a scenario that iData and iMeta contain, or that describe the source of values.
_NOT_METHODS = ("units", "inputs", "dimensions", "indicators", "editions", "files", "hubrank", "window", "title")
_OF_DIMENSIONS = ("weighting", "missing", "aggregation", "post_processing", "parent_uses")
_OF_INDICATORS = ("imputation", "treatment", "normalisation")


def write(ranking: Ranking, path: Path) -> None:
    """Write the zip, or raise a `UsageError`: a method that reads a file cannot come along."""
    frame = ranking.plan.units.units.frame
    columns = {  # of the units that come along: numbers, and texts that more than one unit shares
        str(name): pd.api.types.is_numeric_dtype(frame[name])
        for name in frame.columns
        if name not in _PLACES
        and (pd.api.types.is_numeric_dtype(frame[name]) or frame[name].dropna().duplicated().any())
    }
    codes = _codes(ranking, columns)
    meta = _meta(ranking, columns, codes)
    methods = _methods(ranking, set(meta["iCode"]) - set(codes.values()), codes)
    editions, units, indicators = ranking.measured.shape
    values = ranking.measured.reshape(editions * units, indicators)
    data = {
        "uName": list(ranking.names) * editions,
        "uCode": list(ranking.codes) * editions,
        "Time": np.repeat(ranking.editions, units),
        **{codes[name]: list(frame[name]) * editions for name in columns},
        **{codes[item.key]: values[:, at] for at, item in enumerate(ranking.plan.ranked)},
    }
    content = {DATA: csv_bytes(pd.DataFrame(data)), META: csv_bytes(meta), METHODS: tomli_w.dumps(methods).encode()}
    path.write_bytes(zip_bytes(content))


def _codes(ranking: Ranking, columns: Mapping[str, bool]) -> dict[str, str]:
    """The names of unit columns, indicators and dimensions in R: letters, digits, `_` and `.`, each name once."""
    plan = ranking.plan
    names = [*columns, *(item.key for item in plan.ranked), *(node.name for node in plan.tree)]
    taken = {"uCode", "uName", "Time", *ranking.codes}
    result: dict[str, str] = {}
    for name in dict.fromkeys(names):
        code = re.sub(r"[^0-9A-Za-z_.]", "_", name)
        code = code if code[0].isalpha() else f"x{code}"
        while code in taken:
            code += "_"
        taken.add(code)
        result[name] = code
    return result


def _meta(ranking: Ranking, columns: Mapping[str, bool], codes: Mapping[str, str]) -> pd.DataFrame:
    """The tree with every parent one level above its members; aggregates of one member fill what lies between."""
    plan = ranking.plan
    root = plan.tree.root
    direction = {item.key: item.direction for item in plan.ranked}
    unit = {item.key: item.record.unit_of_measure for item in plan.ranked}
    title = {item.key: item.title for item in plan.ranked} | {node.name: node.title for node in plan.tree}
    level: dict[str, int] = dict.fromkeys(direction, 1)
    rows: list[tuple[Any, ...]] = []
    for node in plan.tree:
        level[node.name] = 1 + max(level[member.name] for member in node.members)
        for member in node.members:
            name, code = member.name, codes[member.name]
            between = [f"{code}_L{item}" for item in range(level[name] + 1, level[node.name])]
            first = (direction.get(name, 1), unit.get(name), "Indicator" if name in direction else "Aggregate")
            for at, (part, parent) in enumerate(itertools.pairwise([code, *between, codes[node.name]])):
                sign, measure, kind = first if at == 0 else (1, None, "Aggregate")
                weight = member.weight if at == len(between) else 1.0
                rows.append((level[name] + at, part, title[name] or part, sign, weight, measure, parent, kind))
    rows.append((level[root.name], codes[root.name], ranking.title, 1, 1.0, None, None, "Aggregate"))
    order = {codes[key]: at for at, key in enumerate(direction)}
    rows.sort(key=lambda row: (row[0], order.get(row[1], 0)))
    for name, is_number in columns.items():
        rows.append((None, codes[name], name, None, None, None, None, "Other" if is_number else "Group"))
    heads = ["Level", "iCode", "iName", "Direction", "Weight", "Unit", "Parent", "Type"]
    return pd.DataFrame(rows, columns=heads).astype({"Level": "Int64", "Direction": "Int64", "Weight": float})


def _methods(ranking: Ranking, between: set[str], codes: Mapping[str, str]) -> Any:
    """The scenario's tables of methods, with names as in iMeta; the aggregates `between` have one member each."""
    table = ranking.plan.loaded.table
    alone = {"aggregation": "arithmetic", "weighting": "fixed", "missing": {"rule": "unranked"}}
    nodes = [(node.name, "dimensions", _OF_DIMENSIONS) for node in ranking.plan.tree if node.parent is not None]
    leaves = [(item.key, "indicators", _OF_INDICATORS) for item in ranking.plan.ranked]
    chosen: dict[str, dict[str, Any]] = {"dimensions": {}, "indicators": {}}
    for name, kind, keys in (*nodes, *leaves):
        if choices := {key: table[kind][name][key] for key in keys if key in table[kind][name]}:
            chosen[kind][codes[name]] = choices
    chosen["dimensions"] |= dict.fromkeys(sorted(between), alone)
    methods = {
        "weighting": "fixed",
        **{key: value for key, value in table.items() if key not in _NOT_METHODS},
        "missing": {"rule": "unranked", **table.get("missing", {})},
        **chosen,
    }
    return _renamed(methods, {name: code for name, code in codes.items() if name != code}, "")


def _renamed(value: Any, codes: Mapping[str, str], where: str) -> Any:
    """A table with names of indicators, dimensions and unit columns as R has them; a method's own name stays."""
    if isinstance(value, list):
        return [_renamed(item, codes, where) for item in value]
    if not isinstance(value, dict):
        return codes.get(value, value) if isinstance(value, str) else value
    if "file" in value:
        raise UsageError(
            f"{where}.file: a method that reads a file cannot be exported to COINr; write its values into the scenario"
        )
    return {
        codes.get(key, key): item if key in ("method", "step") else _renamed(item, codes, f"{where}.{key}".lstrip("."))
        for key, item in value.items()
    }
