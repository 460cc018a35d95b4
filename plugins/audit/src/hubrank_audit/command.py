"""`hubrank audit`."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from hubrank.front import console, counted, percent, plain, progress, quiet

if TYPE_CHECKING:
    from hubrank import Ranking, Registry
    from rich.console import Console

    from hubrank_audit.auditing import Audit

#: The exporter that makes the page, and where it comes from.
PAGE = "audit-page"
PAGE_PACKAGE = "hubrank-audit"


def audit(
    scenario: Annotated[str, typer.Argument(help="An installed scenario, a TOML file, or a run folder.")],
    output: Annotated[
        Path | None, typer.Option(help="Write the run, the audit tables and the page to this folder.")
    ] = None,
    edition: Annotated[int | None, typer.Option(help="Edition to show (default: the latest).")] = None,
    top: Annotated[int, typer.Option(min=1, help="Number of findings to show per rule.")] = 5,
    sample: Annotated[bool, typer.Option(help="Use the sources' sample data.")] = False,
) -> None:
    """Audit a ranking: coverage, outliers, correlations, consistency, components, effective weights."""
    from hubrank import Registry, front
    from hubrank.front import Cache, check_target, write_run

    from hubrank_audit.auditing import audit as audited

    if output is not None:
        check_target(output)
    registry = Registry.installed()
    with progress("loading") as tell:
        ranking = front.rank(scenario, registry, sample=sample, cache=Cache.default(), progress=tell)
        at = front.edition_of(ranking, edition)
        made = audited(ranking, tell)
    if output is not None:
        with progress("drawing the page") as tell:
            page = _page(ranking, registry)
            write_run(ranking, output, {**made.files(), **page}, progress=tell)
    show(made, ranking.editions[at], top)
    if output is not None and not quiet():
        typer.echo(f"\nwritten to {output}")
        if not page:
            typer.echo(f"for audit.html, a page with charts, install {PAGE_PACKAGE}")


def show(made: Audit, edition: int, top: int) -> None:
    """What a person reads of an audit."""
    from hubrank_audit.rules import RULES

    out = console()
    found = [each for each in made.findings if each.edition == edition]
    title = f"audit of {made.ranking.title}, {edition}"
    out.print(f"\n[bold]{plain(title)}[/bold]")
    units = int(made.ranking.considered[made.ranking.editions.index(edition)].sum())
    if not units:
        out.print("no unit is ranked in this edition; there is nothing to audit")
        return
    out.print(f"[dim]{_summary(units, len(made.ranking.plan.ranked), len(found))}[/dim]\n")
    for rule in RULES:
        own = [each for each in found if each.rule.name == rule.name]
        mark = "[green]ok[/green]" if not own else f"[yellow]{len(own)}[/yellow]"
        out.print(f"[bold]{rule.name}[/bold] {mark}  [dim]{plain(rule.says)}[/dim]", soft_wrap=True)
        for each in own[:top]:
            out.print(f"  - {plain(each.sentence)}", soft_wrap=True)
        if len(own) > top:
            out.print(f"  [dim]... and {len(own) - top} more (--top {len(own)})[/dim]")
    if not quiet():
        _dimensions(out, made, edition)


def _summary(units: int, indicators: int, findings: int) -> str:
    found = counted(findings, "finding") if findings else "no findings"
    return f"{counted(units, 'unit')}, {counted(indicators, 'indicator')}; {found}"


def _dimensions(out: Console, made: Audit, edition: int) -> None:
    """A line a dimension: alpha, first component, strongest and weakest member."""
    from rich.table import Table

    frames = made.of(edition)
    findings = Counter(each.where for each in made.findings if each.edition == edition)
    alphas = dict(zip(frames["consistency"]["dimension"], frames["consistency"]["alpha"], strict=True))
    first = frames["components"][frames["components"]["component"] == 1]
    explained = dict(zip(first["dimension"], first["explained"], strict=True))
    importance = frames["importance"]
    table = Table(box=None, pad_edge=False, header_style="dim", title="dimensions", title_justify="left")
    for column in ("dimension", "members", "alpha", "first component", "most influence", "least influence", "findings"):
        table.add_column(
            column, justify="left" if column in ("dimension", "most influence", "least influence") else "right"
        )
    for name, own in importance.groupby("dimension", sort=False):
        ordered = own.sort_values("main_effect_share", ascending=False)
        table.add_row(
            plain(str(name)),
            str(len(own)),
            f"{alphas[name]:.2f}" if name in alphas else "-",
            percent(explained[name]) if name in explained else "-",
            plain(_influence(ordered.iloc[0])),
            plain(_influence(ordered.iloc[-1])),
            str(findings[str(name)] + sum(findings[member] for member in own["element"])),
        )
    out.print()
    out.print(table)


def _influence(row: object) -> str:
    """A member with its shares of the weight and of the influence."""
    share = row["main_effect_share"]  # type: ignore[index]
    shown = "-" if share != share else percent(share)  # not a number
    return f"{row['element']} {shown} (weight {percent(row['weight'])})"  # type: ignore[index]


def _page(ranking: Ranking, registry: Registry) -> dict[str, bytes]:
    """The page of the installed exporter, as a file of the run's folder; nothing where it is not installed."""
    if PAGE not in registry.names("exporter"):
        return {}
    exporter = registry.find("exporter", PAGE).record
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "audit.html"
        exporter.write(ranking, path)
        return {path.name: path.read_bytes()}
