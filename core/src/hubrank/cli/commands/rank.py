"""Rank, export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from hubrank.cli.command import Format, OfEdition, Sample, ScenarioName, answer, tell_resumed
from hubrank.cli.console import Output, is_quiet, progress, write_text
from hubrank.errors import UsageError, shorten_list
from hubrank.i18n import count_text, format_count, format_number, gettext, ngettext
from hubrank.io.answer import ScreenColumn, ScreenTable, bar_of
from hubrank.io.escaping import escape_markup
from hubrank.io.write import check_file, replace_file

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.plugin.registry import Part, Registry
    from hubrank.ranking.ranking import Ranking


def rank(
    scenario: ScenarioName,
    edition: OfEdition = None,
    top: Annotated[int, typer.Option(min=1, help="Number of units to show.")] = 30,
    output: Annotated[Path | None, typer.Option(help="Write a run folder with every value, weight and origin.")] = None,
    format_: Format = "table",
    sample: Sample = False,
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
    from hubrank.io.cache import Cache
    from hubrank.results import rank as running
    from hubrank.results.save import check_target, write_run

    if output is not None:
        check_target(output)
    with progress("loading") as tell:
        ranking = running.rank_with_intervals(scenario, sample=sample, draw=draw, cache=Cache.default(), progress=tell)
    tell_resumed(ranking)
    at = running.edition_of(ranking, edition)
    if output is not None:
        with progress("writing") as tell:
            write_run(ranking, output, values=values, progress=tell)
    only = None if edition is None else at
    answer(
        format_,
        show=lambda out: show(out, ranking, at, top, within),
        data=lambda: as_json(ranking, only, within),
        rows=lambda: _rows(ranking, only, within),
    )
    if output is not None and format_ == "table" and not is_quiet():
        write_text(f"\n{_written(output, values)}")


def _written(output: Path, values: str | None) -> str:
    """Where the run is, and that values are Parquet, where nobody asked for it."""
    if values is not None or not (output / "values.parquet").is_file():
        return gettext("written to {folder}", folder=output)
    return gettext("written to {folder}; values.parquet, since there are many (--values csv writes CSV)", folder=output)


def as_json(ranking: Ranking, at: int | None, within: str | None = None) -> dict[str, object]:
    """The ranking as JSON: the title, the editions and the rows of `ranking.csv`."""
    rows = _rows(ranking, at, within).to_dict("records")
    return {"title": ranking.title, "editions": list(ranking.editions), "ranking": rows}


def _rows(ranking: Ranking, at: int | None, within: str | None) -> pd.DataFrame:
    """The rows of `ranking.csv`, of one edition or of all."""
    table = ranking.table(within)
    return table if at is None else table[table["edition"] == ranking.editions[at]]


def show(out: Output, ranking: Ranking, at: int, top: int, within: str | None = None) -> None:
    """Print the ranking as a table."""
    order = ranking.order(at)
    title = gettext("{title}, {edition}", title=ranking.title, edition=ranking.editions[at])
    out.print(f"\n[bold]{escape_markup(title)}[/bold]")
    said = gettext(
        "{units} ranked by {indicators} in {dimensions}",
        units=count_text(len(order), "unit"),
        indicators=count_text(len(ranking.plan.ranked), "indicator"),
        dimensions=count_text(len(ranking.plan.tree.nodes) - 1, "dimension"),
    )
    out.print(f"[dim]{said}[/dim]\n")
    if len(order):
        out.table(_table(ranking, at, top, within))
    if not is_quiet():
        if len(order) > top:
            more = gettext("... and {count} more (--top {all})", count=format_count(len(order) - top), all=len(order))
            out.print(f"[dim]{more}[/dim]")
        if doubt := ranking.doubt_text(at):
            out.print(f"[dim]{doubt}[/dim]")
        _countries(out, ranking, at)
        _caveats(out, ranking, at)


def _columns(ranking: Ranking, at: int, within: str | None) -> Iterator[ScreenColumn]:
    from hubrank.ranking.intervals import held_text

    yield ScreenColumn(gettext("rank"))
    if ranking.low is not None:
        yield ScreenColumn(gettext("{share} of draws", share=held_text()))
    if at:
        yield ScreenColumn(gettext("since {edition}", edition=ranking.editions[at - 1]), leaves=3)
    yield ScreenColumn(gettext("unit"), "name")
    if any(ranking.countries):
        yield ScreenColumn(gettext("country"), "text", leaves=2)
    yield ScreenColumn(gettext("score"))
    yield ScreenColumn("", "bar")
    yield ScreenColumn(gettext("tier"), "text", leaves=1)
    if within is not None:
        yield ScreenColumn(gettext("in {group}", group=within))


def _table(ranking: Ranking, at: int, top: int, within: str | None) -> ScreenTable:
    grid = ScreenTable(tuple(_columns(ranking, at, within)))
    among = None if within is None else ranking.ranks_within(within)[at]
    tiers, ends = ranking.tier(at), _ends(ranking, at)
    for unit in ranking.order(at)[:top]:
        grid.add(
            format_number(f"{ranking.ranks[at][unit]:g}"),
            *([] if ranking.low is None else [f"[dim]{ranking.range_text(at, unit)}[/dim]"]),
            *([_moved(ranking.moved_text(at, unit), ranking.alike is not None)] if at else []),
            escape_markup(ranking.names[unit]),
            *([escape_markup(ranking.countries[unit])] if any(ranking.countries) else []),
            ranking.score_text(at, unit),
            f"[cyan]{bar_of(_share(ranking.scores[at][unit], *ends))}[/cyan]",
            f"[dim]{escape_markup(tiers[unit])}[/dim]",
            *([] if among is None else [format_number(f"{among[unit]:g}")]),
        )
    return grid


def _share(score: float, lowest: float, highest: float) -> float:
    return (score - lowest) / (highest - lowest) if highest != lowest else 1.0


def _ends(ranking: Ranking, at: int) -> tuple[float, float]:
    """The scores that an empty and a full bar stand for."""
    import numpy as np

    scores = ranking.scores[at][~np.isnan(ranking.ranks[at])]
    if ranking.plan.scenario.ranking.best == "lowest":
        return float(scores.max()), float(scores.min())
    return min(0.0, float(scores.min())), float(scores.max())


def _moved(text: str, doubted: bool) -> str:
    """A move in its colour; where some are in brackets, the others leave room for one, so that digits line up."""
    colour = {"▲": "green", "▼": "red", "=": "dim", "(": "dim"}.get(text[0], "blue")
    return f"[{colour}]{text}[/{colour}]{' ' if doubted and not text.endswith(')') else ''}"


def _countries(out: Output, ranking: Ranking, at: int) -> None:
    """How many units each country has in the tiers, unless each has one, or one has all."""
    order = ranking.order(at)
    if not any(ranking.countries) or len({ranking.countries[unit] for unit in order}) in (1, len(order)):
        return
    tiers = ranking.plan.scenario.ranking.tiers or (10, 30, 100)
    tiers = (*tuple(tier for tier in tiers if tier < len(order)), len(order))
    counts = {
        tier: Counter(ranking.countries[unit] for unit in order if ranking.ranks[at][unit] <= tier) for tier in tiers
    }
    countries = sorted(counts[tiers[-1]], key=lambda name: [-counts[tier][name] for tier in tiers] + [name])
    tops = [ScreenColumn(gettext("top {tier}", tier=tier)) for tier in tiers[:-1]]
    columns = (ScreenColumn(gettext("country"), "name"), *tops, ScreenColumn(gettext("all")))
    grid = ScreenTable(columns, title=gettext("by country"))
    for name in countries[:12]:
        grid.add(escape_markup(name), *(str(counts[tier][name] or "") for tier in tiers))
    out.print()
    out.table(grid)
    more = len(countries) - 12
    if more > 0:
        said = ngettext(more, "... and {count} more country", "... and {count} more countries")
        out.print(f"[dim]{said}[/dim]")


def _caveats(out: Output, ranking: Ranking, at: int) -> None:
    """What a reader of the edition should know."""
    about = [each for each in ranking.caveats() if each.edition in (None, ranking.editions[at])]
    if about:
        out.print()
    for each in about:
        said = each.text
        if each.kind == "unranked":
            said = gettext("{caveat} (--output lists the reasons)", caveat=said)
        out.print(f"[dim]{escape_markup(said)}[/dim]")


def export(
    scenario: ScenarioName,
    output: Annotated[Path, typer.Option(help="File to write; its suffix sets the file type.")],
    sample: Sample = False,
) -> None:
    """Write a ranking to a file; the suffix sets the type (see `hubrank list exporters`)."""
    from hubrank.io.cache import Cache
    from hubrank.plugin.registry import Registry
    from hubrank.results import rank

    registry = Registry.installed()
    part = exporter_of(output, registry)
    check_file(output)
    with progress("loading") as tell:
        ranking = rank.rank_with_intervals(scenario, sample=sample, cache=Cache.default(), progress=tell)
    write_file(part, ranking, output)


def write_file(part: Part, ranking: Ranking, output: Path) -> None:
    """Write a ranking's file completely or not at all, and report it."""

    def write(path: Path) -> None:
        part.call("write", ranking, path)
        if not path.is_file():
            raise part.broke("write made no file")

    with progress(f"writing {output.name}"):
        replace_file(output, write)
    if not is_quiet():
        what = gettext(part.record.title) or part.name
        write_text(gettext("written to {file}: {what}", file=output, what=what))


def exporter_of(path: Path, registry: Registry) -> Part:
    """The exporter whose suffix ends the file's name; the longest where several do.

    Raises:
        UsageError: There is none, or two of the same suffix.
    """
    parts = [part for part in registry if part.kind == "exporter"]
    fitting = [part for part in parts if path.name.lower().endswith(part.record.suffix.lower())]
    if not fitting:
        known = shorten_list(sorted({part.record.suffix for part in parts})) or "none"
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
