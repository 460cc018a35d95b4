"""hubrank scenarios from, and for, COINr and the JRC's COIN Tool."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from hubrank import Command, Exporter, hookimpl

if TYPE_CHECKING:
    from hubrank import Ranking


@hookimpl
def hubrank_commands() -> Iterable[Command]:
    """The verb `import`."""
    yield Command(
        name="import",
        help="Create a scenario from COINr or COIN Tool files.",
        function="hubrank_output.interchange.import_command:app",
        group="Scenarios, plugins and files",
    )


@hookimpl
def hubrank_exporters() -> Iterable[Exporter]:
    """COINr's tables."""
    yield Exporter(
        name="coinr",
        suffix=".coinr.zip",
        write=_write,
        title="COINr's iData and iMeta, and the steps' methods, as a zip",
    )


def _write(ranking: Ranking, path: Path) -> None:
    from hubrank_output.interchange.coinr_export import write

    write(ranking, path)
