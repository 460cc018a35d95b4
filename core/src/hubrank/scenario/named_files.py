"""Which texts of a scenario's table name files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

#: Tables whose keys are names of columns or inputs, so that one called `file` names no file.
_OF_NAMES = ("where", "columns", "from_inputs", "inputs")


def with_files(table: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    """A scenario's table with every path in it changed.

    Those are all under a key `file`, `region`, `units.places` and the keys of `files`.

    Args:
        table: The table; it stays as it is.
        change: What becomes of a path.
    """
    made = {key: _changed(key, value, change) for key, value in table.items()}
    if isinstance(units := made.get("units"), dict) and isinstance(units.get("places"), str):
        units["places"] = change(units["places"])
    if isinstance(region := made.get("region"), str):
        made["region"] = change(region)
    if isinstance(files := made.get("files"), dict):
        made["files"] = {change(name): digest for name, digest in files.items()}
    return made


def _changed(name: str, value: Any, change: Callable[[str], str]) -> Any:
    """A value under a key of that name."""
    if isinstance(value, list):
        return [_changed(name, each, change) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: change(each)
        if key == "file" and isinstance(each, str) and name not in _OF_NAMES
        else _changed(key, each, change)
        for key, each in value.items()
    }
