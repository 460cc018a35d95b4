"""`hubrank rank`."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from hubrank.basis.words import counted
from hubrank.front.asking import tell_resumed
from hubrank.front.screen import bar_of, console, plain, quiet
from hubrank.front.waiting import progress

if TYPE_CHECKING:
    from rich.console import Console

    from hubrank.composing.ranking import Ranking

#: Narrower consoles show no bars, so that no figure is cut.
WIDE = 104


def rank(
    scenario: Annotated[str, typer.Argument(help="An installed scenario, a TOML file, or a run folder.")],
    edition: Annotated[int | None, typer.Option(help="Edition to show (default: the latest).")] = None,
    top: Annotated[int, typer.Option(min=1, help="Number of units to show.")] = 30,
    output: Annotated[Path | None, typer.Option(help="Write a run folder with every value, weight and origin.")] = None,
    format_: Annotated[Literal["table", "csv", "json"], typer.Option("--format", help="Output format.")] = "table",
    sample: Annotated[bool, typer.Option(help="Use the sources' sample data.")] = False,
    draw: Annotated[int | None, typer.Option(min=1, help="Show the ranking of this draw of [robustness].")] = None,
    values: Annotated[
        Literal["csv", "parquet"] | None,
        typer.Option(help="What --output writes the values as (default: csv; parquet above 2 million rows)."),
    ] = None,
    within: Annotated[
        str | None, typer.Option(help="Also rank within groups: a column of the units, such as country.")
    ] = None,
) -> None:
    """Rank the units of a scenario."""
    from hubrank.basis.spreadsheets import csv_bytes
    from hubrank.measuring.cache import Cache
    from hubrank.runs import running
    from hubrank.runs.folder import check_target
    from hubrank.runs.record import write_run

    if output is not None:
        check_target(output)
    with progress("loading") as tell:
        ranking = running.rank_with_intervals(scenario, sample=sample, draw=draw, cache=Cache.default(), progress=tell)
    tell_resumed(ranking)
    at = running.edition_of(ranking, edition)
    if output is not None:
        with progress("writing") as tell:
            write_run(ranking, output, values=values, progress=tell)
    if format_ == "csv":
        table = ranking.table(within)
        chosen = table if edition is None else table[table["edition"] == edition]
        typer.echo(csv_bytes(chosen).decode(), nl=False)
    elif format_ == "json":
        typer.echo(json.dumps(as_json(ranking, None if edition is None else at, within), ensure_ascii=False))
    else:
        show(ranking, at, top, within)
        if output is not None and not quiet():
            typer.echo(f"\nwritten to {output}{_values_note(output, values)}")


def _values_note(output: Path, values: str | None) -> str:
    """That values are Parquet, where nobody asked for it."""
    if values is not None or not (output / "values.parquet").is_file():
        return ""
    return "; values.parquet, since there are many (--values csv writes CSV)"


def as_json(ranking: Ranking, at: int | None, within: str | None = None) -> dict[str, object]:
    """The ranking as JSON: the title, the editions and the rows of `ranking.csv`; missing values are null."""
    table = ranking.table(within)
    if at is not None:
        table = table[table["edition"] == ranking.editions[at]]
    rows = [{key: None if value != value else value for key, value in row.items()} for row in table.to_dict("records")]
    return {"title": ranking.title, "editions": list(ranking.editions), "ranking": rows}


def show(ranking: Ranking, at: int, top: int, within: str | None = None) -> None:
    """Print the ranking as a table."""
    out = console()
    order = ranking.order(at)
    title = f"{ranking.title}, {ranking.editions[at]}"
    out.print(f"\n[bold]{plain(title)}[/bold]")
    indicators = counted(len(ranking.plan.ranked), "indicator")
    dimensions = counted(len(ranking.plan.tree.nodes) - 1, "dimension")
    said = f"{counted(len(order), 'unit')} ranked by {indicators} in {dimensions}"
    out.print(f"[dim]{said}[/dim]\n")
    if len(order):
        out.print(_table(ranking, at, top, within, bars=out.width >= WIDE))
    if not quiet():
        if len(order) > top:
            out.print(f"[dim]... and {len(order) - top} more (--top {len(order)})[/dim]")
        if doubt := ranking.doubt_text(at):
            out.print(f"[dim]{doubt}[/dim]")
        _countries(out, ranking, at)
        _caveats(out, ranking, at)


def _table(ranking: Ranking, at: int, top: int, within: str | None, bars: bool) -> object:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    previous = ranking.editions[at - 1] if at else None
    columns: list[tuple[str, Literal["left", "right"]]] = [("rank", "right")]
    if previous is not None:
        columns.append((f"since {previous}", "left"))
    columns += [("unit", "left"), ("country", "left"), ("score", "right"), ("tier", "left")]
    if bars:
        columns.insert(-1, ("", "left"))
    if ranking.low is not None:
        columns.insert(1, ("90 % of draws", "right"))
    if within is not None:
        columns.append((f"in {plain(within)}", "right"))
    for name, justify in columns:
        table.add_column(name, justify=justify, no_wrap=name != "unit")
    order = ranking.order(at)[:top]
    tiers = ranking.tier(at)
    among = None if within is None else ranking.ranks_within(within)[at]
    lowest, highest = _ends(ranking, at)
    for unit in order:
        score = ranking.scores[at][unit]
        share = (score - lowest) / (highest - lowest) if highest > lowest else 1.0
        row = [f"{ranking.ranks[at][unit]:g}"]
        if ranking.low is not None:
            row.append(f"[dim]{ranking.range_text(at, unit)}[/dim]")
        if previous is not None:
            width = len(f"since {previous}") - (ranking.alike is not None)
            row.append(_moved(ranking.moved_text(at, unit), width))
        row += [
            plain(ranking.names[unit]),
            plain(ranking.countries[unit]),
            ranking.score_text(at, unit),
            *([f"[cyan]{bar_of(share)}[/cyan]"] if bars else []),
            f"[dim]{plain(tiers[unit])}[/dim]",
        ]
        if among is not None:
            row.append(f"{among[unit]:g}")
        table.add_row(*row)
    return table


def _ends(ranking: Ranking, at: int) -> tuple[float, float]:
    """The scores that an empty and a full bar stand for."""
    import numpy as np

    scores = ranking.scores[at][~np.isnan(ranking.ranks[at])]
    if ranking.plan.scenario.ranking.best == "lowest":
        return float(scores.max()), float(scores.min())
    return min(0.0, float(scores.min())), float(scores.max())


def _moved(text: str, width: int) -> str:
    """A move in its colour, to the right of a column; a bracket hangs over, so that digits stand below each other."""
    colour = {"▲": "green", "▼": "red", "n": "blue"}.get(text[0], "dim")
    return f"[{colour}]{text:>{width + text.endswith(')')}}[/{colour}]"


def _countries(out: Console, ranking: Ranking, at: int) -> None:
    """How many units each country has in the tiers."""
    from rich.table import Table

    order = ranking.order(at)
    if not any(ranking.countries):
        return
    tiers = ranking.plan.scenario.ranking.tiers or (10, 30, 100)
    tiers = (*tuple(tier for tier in tiers if tier < len(order)), len(order))
    counts = {
        tier: Counter(ranking.countries[unit] for unit in order if ranking.ranks[at][unit] <= tier) for tier in tiers
    }
    countries = sorted(counts[tiers[-1]], key=lambda name: [-counts[tier][name] for tier in tiers] + [name])
    table = Table(box=None, pad_edge=False, header_style="dim", title="by country", title_justify="left")
    table.add_column("country")
    for tier in tiers[:-1]:
        table.add_column(f"top {tier}", justify="right")
    table.add_column("all", justify="right")
    for name in countries[:12]:
        table.add_row(plain(name), *(str(counts[tier][name] or "") for tier in tiers))
    out.print()
    out.print(table)
    more = len(countries) - 12
    if more > 0:
        out.print(f"[dim]... and {more} more {'country' if more == 1 else 'countries'}[/dim]")


def _caveats(out: Console, ranking: Ranking, at: int) -> None:
    """What a reader of the edition should know."""
    about = [each for each in ranking.caveats() if each.edition in (None, ranking.editions[at])]
    if about:
        out.print()
    for each in about:
        where = " (--output lists the reasons)" if each.kind == "unranked" else ""
        out.print(f"[dim]{plain(each.text)}{where}[/dim]", soft_wrap=True)
