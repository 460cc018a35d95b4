"""The scenario that a run leaves: merged, and with its files' digests, so that it can be ranked again."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hubrank.basis.digests import digest_of
from hubrank.scenario.plan import Plan


def scenario_toml(plan: Plan, folder: Path) -> bytes:
    """The merged scenario, its files relative to the folder and with their SHA-256.

    A file that the scenario already had a digest of keeps it.
    """
    import tomli_w

    recorded = plan.loaded.table.get("files", {})
    digests: dict[str, str] = {}

    def relative(path: str) -> str:
        name = Path(os.path.relpath(path, folder.resolve())).as_posix()
        if path in recorded:
            digests[name] = recorded[path]
        elif Path(path).is_file():
            digests[name] = digest_of(Path(path))
        return name

    table = _moved({key: each for key, each in plan.loaded.table.items() if key != "files"}, relative)
    if "places" in table["units"]:
        table["units"]["places"] = relative(table["units"]["places"])
    if digests:
        table["files"] = dict(sorted(digests.items()))
    return tomli_w.dumps(table).encode()


def _moved(value: Any, relative: Callable[[str], str]) -> Any:
    """A value of the scenario with the path under every key `file` made relative."""
    if isinstance(value, list):
        return [_moved(each, relative) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: relative(each) if key == "file" and isinstance(each, str) else _moved(each, relative)
        for key, each in value.items()
    }
