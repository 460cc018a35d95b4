"""`hubrank audit`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from hubrank import Answer, count_text, format_number, format_percent, gettext
from hubrank.cli.command import Format, OfEdition, Sample, ScenarioName, write_answer
from hubrank.cli.console import is_quiet, progress, write_text
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
        result = audited(ranking, tell)
    if output is not None:
        with progress("drawing the page") as tell:
            page = _html_page(ranking, registry)
            write_run(ranking, output, {**result.files(), **page}, progress=tell)
    write_answer(_answer(result, at, top), format_)
    if output is not None and format_ == "table" and not is_quiet():
        write_text("\n" + gettext("written to {folder}", folder=output))
        if not page:
            write_text(gettext("for audit.html, a page with charts, install {package}", package=PAGE_PACKAGE))


def audit_edition(ranking: Ranking, *, edition: int) -> Answer:
    """Audit an edition of a ranking.

    Args:
        ranking: The ranking.
        edition: The edition's position.

    Returns:
        The table `findings`, and those of the audit by name; the `Audit` of all editions.
    """
    from hubrank_audit.auditing import audit as audited

    return _answer(audited(ranking), edition, 5)


def _answer(made: Audit, at: int, top: int) -> Answer:
    edition = made.ranking.editions[at]

    def findings() -> pd.DataFrame:
        table = made.findings_table()
        return table[table["edition"] == edition]

    own, tables = findings().reset_index(drop=True), made.of(edition)
    found = count_text(len(own), "finding") if len(own) else gettext("no findings")
    units = int(made.ranking.considered[at].sum())
    return Answer(
        title=gettext(
            "audit of {title}, {edition}: {findings}", title=made.ranking.title, edition=edition, findings=found
        ),
        tables={"findings": own[["rule", "where", "value", "finding", "rule_of_thumb", "source"]], **tables},
        notes=tuple(own["finding"]),
        record=made,
        page=[*_page(made, edition, units, top)],
        details=["", _dimensions(made, edition, tables)] if units else [],
        data=lambda: {"title": made.ranking.title, "edition": edition, "findings": findings(), **tables},
        rows=findings,
    )


def _page(made: Audit, edition: int, units: int, top: int) -> Iterator[str]:
    from hubrank_audit.findings import RULES

    found = [item for item in made.findings if item.edition == edition]
    title = gettext("audit of {title}, {edition}", title=made.ranking.title, edition=edition)
    yield f"\n[bold]{escape_markup(title)}[/bold]"
    if not units:
        yield gettext("no unit is ranked in this edition; there is nothing to audit")
        return
    summary = gettext(
        "{units}, {indicators}; {findings}",
        units=count_text(units, "unit"),
        indicators=count_text(len(made.ranking.plan.ranked), "indicator"),
        findings=count_text(len(found), "finding") if found else gettext("no findings"),
    )
    yield f"[dim]{summary}[/dim]\n"
    for rule in RULES:
        own = [item for item in found if item.rule.name == rule.name]
        mark = f"[green]{gettext('ok')}[/green]" if not own else f"[yellow]{len(own)}[/yellow]"
        yield f"[bold]{rule.name}[/bold] {mark}  [dim]{escape_markup(gettext(rule.says))}[/dim]"
        for item in own[:top]:
            yield f"  - {escape_markup(item.sentence)}"
        if len(own) > top:
            more = gettext("... and {number} more (--top {all})", number=len(own) - top, all=len(own))
            yield f"  [dim]{more}[/dim]"


def _dimensions(made: Audit, edition: int, frames: Mapping[str, pd.DataFrame]) -> ScreenTable:
    """A line a dimension: alpha, first component, strongest and weakest member."""
    findings = Counter(item.where for item in made.findings if item.edition == edition)
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
    return grid


def _influence(row: object) -> str:
    """A member with its shares of the weight and of the influence."""
    share = row["main_effect_share"]  # type: ignore[index]
    shown = "-" if share != share else format_percent(share)  # not a number
    return f"{row['element']} {shown} ({format_percent(row['weight'])})"  # type: ignore[index]


def _html_page(ranking: Ranking, registry: Registry) -> dict[str, bytes]:
    """The page of the installed exporter, as a file of the run's folder; nothing where it is not installed."""
    if PAGE not in registry.names("exporter"):
        return {}
    exporter = registry.find("exporter", PAGE)
    with temp_dir() as folder:
        path = folder / "audit.html"
        exporter.call("write", ranking, path)
        return {path.name: path.read_bytes()}
