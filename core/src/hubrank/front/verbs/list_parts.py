"""`hubrank list`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from hubrank.basis.errors import UsageError, suggestion
from hubrank.basis.harmless import plain
from hubrank.basis.language import worded
from hubrank.front.answers import Format, answer
from hubrank.front.completing import Word, offered
from hubrank.front.layout import Column, Grid
from hubrank.front.pages import Page, say

if TYPE_CHECKING:
    from hubrank.contract.registry import Part, Registry

#: What the command line calls a kind of parts.
PLURALS = {
    "unit-sets": "unit set",
    "sources": "source",
    "indicators": "indicator",
    "imputations": "imputation",
    "treatments": "treatment",
    "normalisations": "normalisation",
    "weightings": "weighting",
    "aggregators": "aggregator",
    "rescalings": "rescaling",
    "exporters": "exporter",
    "scenarios": "scenario",
    "commands": "command",
}


def _kinds(incomplete: str) -> list[Word]:
    return offered(((plural, "") for plural in PLURALS), incomplete)


def list_parts(
    kind: Annotated[str | None, typer.Argument(help=", ".join(PLURALS), autocompletion=_kinds)] = None,
    format_: Format = "table",
) -> None:
    """List installed parts of all kinds, or of one kind."""
    from hubrank.contract.registry import Registry

    if kind is not None and kind not in PLURALS:
        raise UsageError(f"there is no kind '{kind}'{suggestion(kind, PLURALS)}")
    registry = Registry.installed()
    found = {
        plural: [part for name in registry.names(singular) for part in registry.parts[singular][name]]
        for plural, singular in PLURALS.items()
        if kind in (None, plural) and registry.names(singular)
    }
    answer(
        format_,
        show=lambda out: _show(out, registry, found, headed=kind is None),
        data=lambda: [_record(part) for parts in found.values() for part in parts],
        rows=lambda: [_record(part) for parts in found.values() for part in parts],
    )
    for each in registry.broken:
        say(worded("could not be loaded: {plugin}", plugin=each), err=True)


def _record(part: Part) -> dict[str, str]:
    return {
        "kind": part.kind,
        "name": part.name,
        "full_name": part.full_name,
        "meaning": _meaning(part),
        "distribution": part.distribution,
        "version": part.version,
    }


def _meaning(part: Part) -> str:
    return worded(getattr(part.record, "title", "") or getattr(part.record, "help", ""))


def _show(out: Page, registry: Registry, found: Mapping[str, Sequence[Part]], *, headed: bool) -> None:
    for plural, parts in found.items():
        if headed:
            out.print(f"[bold]{plural}[/bold]")
        indent = "  " if headed and out.pictures else ""
        grid = Grid(
            (Column(worded("name"), "name"), Column(worded("meaning"), "words")), headed=out.shape == "markdown"
        )
        for part in parts:
            grid.add(f"{indent}{plain(registry.name_of(part))}", plain(_meaning(part) or part.distribution))
        out.table(grid)
        if headed:
            out.print()
