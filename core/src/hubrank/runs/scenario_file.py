"""The scenario that a run leaves: merged, and with its files' digests, so that it can be ranked again."""

from __future__ import annotations

import os
from pathlib import Path

from hubrank.basis.digests import digest_of
from hubrank.composing.provenance import parts_of
from hubrank.runs.full_names import with_full_names
from hubrank.scenario.named_files import with_files
from hubrank.scenario.plan import Plan


def scenario_toml(plan: Plan, folder: Path) -> bytes:
    """The merged scenario, its parts by full names, its files relative to the folder and with their SHA-256.

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

    table = with_files({key: each for key, each in plan.loaded.table.items() if key != "files"}, relative)
    table = with_full_names(table, parts_of(plan))
    for path in plan.loaded.region.files if plan.loaded.region else ():
        relative(str(path))
    if digests:
        table["files"] = dict(sorted(digests.items()))
    return tomli_w.dumps(table).encode()
