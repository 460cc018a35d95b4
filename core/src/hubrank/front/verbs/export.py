"""`hubrank export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hubrank.basis.errors import UsageError, listed
from hubrank.basis.files import check_file, replace_file
from hubrank.basis.language import worded
from hubrank.front.arguments import Sample, ScenarioName
from hubrank.front.pages import say
from hubrank.front.screen import quiet
from hubrank.front.waiting import progress

if TYPE_CHECKING:
    from hubrank.composing.ranking import Ranking
    from hubrank.contract.registry import Part, Registry


def export(
    scenario: ScenarioName,
    output: Annotated[Path, typer.Option(help="File to write; its suffix sets the file type.")],
    sample: Sample = False,
) -> None:
    """Write a ranking to a file; the suffix sets the type (see `hubrank list exporters`)."""
    from hubrank.contract.registry import Registry
    from hubrank.measuring.cache import Cache
    from hubrank.runs import running

    registry = Registry.installed()
    part = exporter_of(output, registry)
    check_file(output)
    with progress("loading") as tell:
        ranking = running.rank_with_intervals(scenario, sample=sample, cache=Cache.default(), progress=tell)
    write_file(part, ranking, output)


def write_file(part: Part, ranking: Ranking, output: Path) -> None:
    """Write a ranking's file completely or not at all, and report it."""

    def write(path: Path) -> None:
        part.call("write", ranking, path)
        if not path.is_file():
            raise part.broke("write made no file")

    with progress(f"writing {output.name}"):
        replace_file(output, write)
    if not quiet():
        what = worded(part.record.title) or part.name
        say(worded("written to {file}: {what}", file=output, what=what))


def exporter_of(path: Path, registry: Registry) -> Part:
    """The exporter whose suffix ends the file's name; the longest where several do.

    Raises:
        UsageError: There is none, or two of the same suffix.
    """
    parts = [part for part in registry if part.kind == "exporter"]
    fitting = [part for part in parts if path.name.lower().endswith(part.record.suffix.lower())]
    if not fitting:
        known = listed(sorted({part.record.suffix for part in parts})) or "none"
        raise UsageError(f"{path.name}: no exporter for this suffix; available: {known}")
    longest = max(len(part.record.suffix) for part in fitting)
    chosen = [part for part in fitting if len(part.record.suffix) == longest]
    if len(chosen) > 1:
        *others, last = sorted(f"{part.distribution} {part.version}".strip() for part in chosen)
        suffix = chosen[0].record.suffix
        raise UsageError(
            f"{path.name}: '{suffix}' is provided by {', '.join(others)} and {last}; uninstall one of them"
        )
    return chosen[0]
