"""A scenario's parts by their full names, so that what is installed later does not change what it means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hubrank.contract.registry import Part

#: The kind of part that a key chooses, in whatever table of a scenario it stands.
_KINDS = {
    "imputation": "imputation",
    "treatment": "treatment",
    "normalisation": "normalisation",
    "weighting": "weighting",
    "aggregation": "aggregator",
    "post_processing": "rescaling",
}


def with_full_names(table: Mapping[str, Any], parts: Iterable[Part]) -> dict[str, Any]:
    """A scenario's table with the full name of each part that it chooses.

    Args:
        table: The table; it stays as it is.
        parts: What it chooses, one of each kind and name.
    """
    names = {(part.kind, part.name): part.full_name for part in parts}

    def full(kind: str, name: str) -> str:
        return names.get((kind, name), name)

    def source(_key: str, choice: Mapping[str, Any]) -> dict[str, Any]:
        return {**choice, "source": full("source", choice["source"])}

    def indicator(key: str, choice: Mapping[str, Any]) -> dict[str, Any]:
        return {**_methods(choice, full), "indicator": full("indicator", choice.get("indicator", key))}

    def dimension(_key: str, choice: Mapping[str, Any]) -> dict[str, Any]:
        return _methods(choice, full)

    made = _methods(table, full)
    if "set" in (units := made.get("units", {})):
        made["units"] = {**units, "set": full("unit set", units["set"])}
    for name, change in {"inputs": source, "indicators": indicator, "dimensions": dimension}.items():
        if name in made:
            made[name] = {key: change(key, choice) for key, choice in made[name].items()}
    for name in ("ranking", "robustness"):
        if name in made:
            made[name] = _methods(made[name], full)
    return made


def _methods(table: Mapping[str, Any], full: Callable[[str, str], str]) -> dict[str, Any]:
    """A table with the full names of the methods that its own keys choose."""
    return {key: _chosen(value, _KINDS[key], full) if key in _KINDS else value for key, value in table.items()}


def _chosen(value: Any, kind: str, full: Callable[[str, str], str]) -> Any:
    """A choice of methods: a name, a table with one, a list of them, or lists by dimension."""
    if isinstance(value, str):
        return full(kind, value)
    if isinstance(value, list):
        return [_chosen(each, kind, full) for each in value]
    if not isinstance(value, dict):
        return value
    keys = {"method", "step"} & set(value) or {key for key in value if key == "steps" or isinstance(value[key], list)}
    return {key: _chosen(each, kind, full) if key in keys else each for key, each in value.items()}
