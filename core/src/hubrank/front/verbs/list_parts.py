"""`hubrank list`."""

from __future__ import annotations

from typing import Annotated

import typer

from hubrank.basis.errors import UsageError, suggestion

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
    "draw-counters": "draw counter",
    "commands": "command",
}


def list_parts(
    kind: Annotated[str | None, typer.Argument(help=", ".join(PLURALS))] = None,
) -> None:
    """List installed parts of all kinds, or of one kind."""
    from hubrank.contract.registry import Registry

    if kind is not None and kind not in PLURALS:
        raise UsageError(f"there is no kind '{kind}'{suggestion(kind, PLURALS)}")
    registry = Registry.installed()
    for plural, singular in PLURALS.items():
        if kind not in (None, plural) or not registry.names(singular):
            continue
        if kind is None:
            typer.echo(f"{plural}")
        width = max(len(name) for name in registry.names(singular))
        for name in registry.names(singular):
            for part in registry.parts[singular][name]:
                what = getattr(part.record, "title", "") or getattr(part.record, "help", "") or part.distribution
                typer.echo(f"{'' if kind else '  '}{name:<{width}}  {what}".rstrip())
        if kind is None:
            typer.echo("")
    for each in registry.broken:
        typer.echo(f"could not be loaded: {each}", err=True)
