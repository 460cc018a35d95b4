"""`hubrank audit`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from hubrank import count_text, format_number, format_percent, gettext
from hubrank.cli.command import Format, OfEdition, Sample, ScenarioName, answer
from hubrank.cli.console import Output, is_quiet, progress, write_text
from hubrank.io.answer import ScreenColumn, ScreenTable
from hubrank.io.escaping import escape_markup
from hubrank.io.write import temp_dir

if TYPE_CHECKING:
    import pandas as pd
    from hubrank import Ranking, Registry

    from hubrank_audit.auditing import Audit


#: The exporter that makes the page, and where it comes from.
PAGE = "audit-page"
PAGE_PACKAGE = "hubrank-audit"


def audit(
    scenario: ScenarioName,
    output: Annotated[
        Path | None, typer.Option(help="Write the run, the audit tables and the page to this folder.")
    ] = None,
    edition: OfEdition = None,
    format_: Format = "table",
    top: Annotated[int, typer.Option(min=1, help="Number of findings to show per rule.")] = 5,
    sample: Sample = False,
) -> None:
    """Audit a ranking: coverage, outliers, correlations, consistency, components, effective weights."""
    from hubrank import Registry
    from hubrank.io.cache import Cache
    from hubrank.results.rank import edition_of, rank
    from hubrank.results.save import check_target, write_run

    from hubrank_audit.auditing import audit as audited

    if output is not None:
        check_target(output)
    registry = Registry.installed()
    with progress("loading") as tell:
        ranking = rank(scenario, registry, sample=sample, cache=Cache.default(), progress=tell)
        at = edition_of(ranking, edition)
        made = audited(ranking, tell)
    if output is not None:
        with progress("drawing the page") as tell:
            page = _page(ranking, registry)
            write_run(ranking, output, {**made.files(), **page}, progress=tell)
    answer(
        format_,
        show=lambda out: show(out, made, ranking.editions[at], top),
        data=lambda: as_json(made, ranking.editions[at]),
        rows=lambda: _findings(made, ranking.editions[at]),
    )
    if output is not None and format_ == "table" and not is_quiet():
        write_text("\n" + gettext("written to {folder}", folder=output))
        if not page:
            write_text(gettext("for audit.html, a page with charts, install {package}", package=PAGE_PACKAGE))


def as_json(made: Audit, edition: int) -> dict[str, Any]:
    """What scripts read: the title, the edition, its findings and the tables that are written to a folder."""
    tables = {name: table.to_dict("records") for name, table in made.of(edition).items()}
    findings = _findings(made, edition).to_dict("records")
    return {"title": made.ranking.title, "edition": edition, "findings": findings, **tables}


def _findings(made: Audit, edition: int) -> pd.DataFrame:
    table = made.findings_table()
    return table[table["edition"] == edition]


def show(out: Output, made: Audit, edition: int, top: int) -> None:
    """What a person reads of an audit."""
    from hubrank_audit.findings import RULES

    found = [each for each in made.findings if each.edition == edition]
    title = gettext("audit of {title}, {edition}", title=made.ranking.title, edition=edition)
    out.print(f"\n[bold]{escape_markup(title)}[/bold]")
    units = int(made.ranking.considered[made.ranking.editions.index(edition)].sum())
    if not units:
        out.print(gettext("no unit is ranked in this edition; there is nothing to audit"))
        return
    out.print(f"[dim]{_summary(units, len(made.ranking.plan.ranked), len(found))}[/dim]\n")
    for rule in RULES:
        own = [each for each in found if each.rule.name == rule.name]
        mark = f"[green]{gettext('ok')}[/green]" if not own else f"[yellow]{len(own)}[/yellow]"
        out.print(f"[bold]{rule.name}[/bold] {mark}  [dim]{escape_markup(gettext(rule.says))}[/dim]")
        for each in own[:top]:
            out.print(f"  - {escape_markup(each.sentence)}")
        if len(own) > top:
            more = gettext("... and {number} more (--top {all})", number=len(own) - top, all=len(own))
            out.print(f"  [dim]{more}[/dim]")
    if not is_quiet():
        _dimensions(out, made, edition)


def _summary(units: int, indicators: int, findings: int) -> str:
    return gettext(
        "{units}, {indicators}; {findings}",
        units=count_text(units, "unit"),
        indicators=count_text(indicators, "indicator"),
        findings=count_text(findings, "finding") if findings else gettext("no findings"),
    )


def _dimensions(out: Output, made: Audit, edition: int) -> None:
    """A line a dimension: alpha, first component, strongest and weakest member."""
    frames = made.of(edition)
    findings = Counter(each.where for each in made.findings if each.edition == edition)
    alphas = dict(zip(frames["consistency"]["dimension"], frames["consistency"]["alpha"], strict=True))
    first = frames["components"][frames["components"]["component"] == 1]
    explained = dict(zip(first["dimension"], first["explained"], strict=True))
    importance = frames["importance"]
    grid = ScreenTable(
        (
            ScreenColumn(gettext("dimension"), "name"),
            ScreenColumn(gettext("members"), leaves=1),
            ScreenColumn(gettext("alpha")),
            ScreenColumn(gettext("first component")),
            ScreenColumn(gettext("most influence (weight)"), "words"),
            ScreenColumn(gettext("least influence (weight)"), "words"),
            ScreenColumn(gettext("findings")),
        ),
        title=gettext("dimensions"),
    )
    for name, own in importance.groupby("dimension", sort=False):
        ordered = own.sort_values("main_effect_share", ascending=False)
        grid.add(
            escape_markup(str(name)),
            str(len(own)),
            format_number(f"{alphas[name]:.2f}") if name in alphas else "-",
            format_percent(explained[name]) if name in explained else "-",
            escape_markup(_influence(ordered.iloc[0])),
            escape_markup(_influence(ordered.iloc[-1])),
            str(findings[str(name)] + sum(findings[member] for member in own["element"])),
        )
    out.print()
    out.table(grid)


def _influence(row: object) -> str:
    """A member with its shares of the weight and of the influence."""
    share = row["main_effect_share"]  # type: ignore[index]
    shown = "-" if share != share else format_percent(share)  # not a number
    return f"{row['element']} {shown} ({format_percent(row['weight'])})"  # type: ignore[index]


def _page(ranking: Ranking, registry: Registry) -> dict[str, bytes]:
    """The page of the installed exporter, as a file of the run's folder; nothing where it is not installed."""
    if PAGE not in registry.names("exporter"):
        return {}
    exporter = registry.find("exporter", PAGE)
    with temp_dir() as folder:
        path = folder / "audit.html"
        exporter.call("write", ranking, path)
        return {path.name: path.read_bytes()}
