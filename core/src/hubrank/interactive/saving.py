"""A run folder of what was ranked in Python; that of a table holds the table too."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from attrs import evolve

from hubrank.composing.ranking import Ranking
from hubrank.drafting.draft import Draft
from hubrank.drafting.records import DATA, UNITS
from hubrank.runs.record import write_run


def save(ranking: Ranking, folder: Path, draft: Draft | None) -> None:
    """Write a run folder, completely or not at all.

    Args:
        ranking: The ranking.
        folder: Made, or replaced where it is a run folder.
        draft: What was made of a table; its files are written into the folder, and its scenario reads them there.

    Raises:
        UsageError: The folder is not empty and not a run folder.
    """
    if draft is None:
        write_run(ranking, folder)
        return
    files = {name: content for name, content in draft.files().items() if name in (DATA, UNITS)}
    here = folder.resolve()
    table = _moved(ranking.plan.loaded.table, here)
    table["files"] = {str(here / name): hashlib.sha256(content).hexdigest() for name, content in files.items()}
    loaded = evolve(ranking.plan.loaded, table=table)
    write_run(evolve(ranking, plan=evolve(ranking.plan, loaded=loaded)), folder, files)


def _moved(value: Any, folder: Path) -> Any:
    """A scenario's table with every file in another folder."""
    if not isinstance(value, dict):
        return value
    return {
        key: str(folder / Path(each).name) if key == "file" else _moved(each, folder) for key, each in value.items()
    }
