"""Rank, export."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from hubrank.cli.command import (
    Draws,
    Format,
    OfEdition,
    Sample,
    ScenarioName,
    Seconds,
    asked_rows,
    number_of_draws,
    tell_resumed,
    write_answer,
)
from hubrank.cli.console import is_quiet, progress, write_text
from hubrank.errors import UsageError, library, shorten_list
from hubrank.i18n import count_text, format_count, format_number, gettext, gettext_noop, ngettext
from hubrank.io.answer import Answer, ScreenColumn, ScreenTable, bar_of
from hubrank.io.escaping import escape_markup
from hubrank.io.limits import SHEET_ROWS
from hubrank.io.write import check_file, replace_file
from hubrank.plugin.registry import BRINGS, Registry

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.numeric import Positions
    from hubrank.plugin.registry import Part
    from hubrank.ranking.ranking import Ranking


def rank(
    scenario: ScenarioName,
    edition: OfEdition = None,
    top: Annotated[
        int | None, typer.Option(min=1, help="Show the first N units.", show_default="30; all in JSON and CSV")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write a run folder with every value, weight and source.")
    ] = None,
    format_: Format = "table",
    sample: Sample = False,
    draws: Draws = None,
    seconds: Seconds = None,
    replay: Annotated[int | None, typer.Option(min=1, help="Show the ranking of draw N of [robustness].")] = None,
    values: Annotated[
        Literal["csv", "parquet"] | None,
        typer.Option(
            "--values-format",
            help="Format of the file `values` in --output.",
            show_default=f"csv, or parquet from {SHEET_ROWS:,} rows on",
        ),
    ] = None,
    within: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Also rank within groups: a column of the units, such as country."),
    ] = None,
) -> None:
    """Rank the units of a scenario, and show ranks, 90 % intervals and scores."""
    from hubrank.io.cache import Cache
    from hubrank.results import rank as running
    from hubrank.results.save import check_target, write_run
    from hubrank.uncertainty.budget import Budget

    budget = Budget(draws=number_of_draws(draws), seconds=seconds)
    if replay is not None and budget.given:
        raise UsageError("--replay shows one draw; it cannot be combined with --draws or --seconds")
    if output is not None:
        check_target(output)
    if values == "parquet":
        library("pyarrow", "--values-format parquet")
    with progress("loading") as tell:
        ranking = running.rank_with_intervals(
            scenario, sample=sample, draw=replay, budget=budget, cache=Cache.default(), progress=tell
        )
    tell_resumed(ranking)
    at = running.edition_of(ranking, edition)
    if output is not None:
        with progress("writing") as tell:
            write_run(ranking, output, values=values, progress=tell)
    write_answer(
        ranking_answer(ranking, at, edition, top, within, written=output is not None or ranking.plan.loaded.measured),
        format_,
    )
    if output is not None and format_ == "table" and not is_quiet():
        text = gettext("written to {folder}", folder=output)
        if values is None and (output / "values.parquet").is_file():  # no one asked for it
            what = gettext_noop(
                "written to {folder}; values.parquet, as there are many values (--values-format csv writes CSV)"
            )
            text = gettext(what, folder=output)
        write_text(f"\n{text}")


#: The number of units on a page.
_SHOWN = 30
#: The kinds of caveats with details in the files of a run folder.
_IN_FILES = {"unassigned", "carried", "look-ahead", "too-old", "imputed", "missing", "unranked"}


def ranking_answer(
    ranking: Ranking, at: int, edition: int | None, top: int | None, within: str | None = None, *, written: bool = False
) -> Answer:
    """A ranking as an answer.

    Args:
        ranking: The ranking.
        at: The position of the edition that is shown.
        edition: The edition that was asked for, if any; without it and without `top` the data has all.
        top: The number of units that was asked for, if any.
        within: A column of the units, to rank within its groups too.
        written: Whether it was written to a run folder, whose files hold details.
    """

    def rows() -> pd.DataFrame:
        return asked_rows(ranking.table(within), ranking.editions[at], edition, top)

    order, shown = ranking.order(at), top or _SHOWN
    title = gettext("{title}, {edition}", title=ranking.title, edition=ranking.editions[at])
    text = gettext(
        "{units} ranked by {indicators} in {dimensions}",
        units=count_text(len(order), "unit"),
        indicators=count_text(len(ranking.plan.ranked), "indicator"),
        dimensions=count_text(len(ranking.plan.tree.nodes) - 1, "dimension"),
    )
    page = [f"\n[bold]{escape_markup(title)}[/bold]", f"[dim]{text}[/dim]\n"]
    details: list[str | ScreenTable] = []
    if len(order) > shown:
        more = gettext("... and {count} more (--top {all})", count=format_count(len(order) - shown), all=len(order))
        details.append(f"[dim]{more}[/dim]")
    if doubt := ranking.doubt_text(at):
        details.append(f"[dim]{doubt}[/dim]")
    details += [f"[dim]{text}[/dim]" for text in ranking.range_texts(at)]
    details += _countries(ranking, at, order)
    caveats = ranking.caveats_of(at)
    check = [f"[yellow]{escape_markup(item.text)}[/yellow]" for item in caveats if item.kind == "check"]
    page += [*check, ""] if check else []
    details += [""] if len(caveats) > len(check) else []
    for item in caveats[len(check) :]:
        details.append(f"[dim]{escape_markup(item.text)}[/dim]")
    if not written and _IN_FILES & {item.kind for item in caveats}:
        details.append(f"[dim]{gettext('--output FOLDER lists all of these, value by value and row by row')}[/dim]")
    return Answer(
        title=title,
        page=[*page, *([_table(ranking, at, order[:shown], within)] if len(order) else [])],
        details=details,
        data=lambda: {"title": ranking.title, "edition": ranking.editions[at], "ranking": rows()},
        rows=rows,
        about=lambda: ranking.about(at),
        left_out=0 if top is None else max(0, len(order) - top),
    )


def _table(ranking: Ranking, at: int, units: Positions, within: str | None) -> ScreenTable:
    """The first units, a row each."""
    import numpy as np

    columns = {ScreenColumn(gettext("rank")): [format_number(f"{ranking.ranks[at][unit]:g}") for unit in units]}
    if ranking.low is not None:
        from hubrank.ranking.intervals import held_text

        ranges = ScreenColumn(gettext("{share} interval", share=held_text()))
        columns[ranges] = [f"[dim]{ranking.range_text(at, unit)}[/dim]" for unit in units]
    if at:
        since = ScreenColumn(gettext("since {edition}", edition=ranking.editions[at - 1]), leaves=3)
        columns[since] = []
        for unit in units:  # where some are in brackets, the others leave room for one, so that digits line up
            text = ranking.moved_text(at, unit)
            colour = {"▲": "green", "▼": "red", "=": "dim", "(": "dim"}.get(text[0], "blue")
            room = " " if ranking.agreement is not None and not text.endswith(")") else ""
            columns[since].append(f"[{colour}]{text}[/{colour}]{room}")
    columns[ScreenColumn(gettext("unit"), "name")] = [escape_markup(ranking.called(unit)) for unit in units]
    if any(ranking.countries):
        country = ScreenColumn(gettext("country"), "text", leaves=2)
        columns[country] = [escape_markup(ranking.countries[unit]) for unit in units]
    columns[ScreenColumn(gettext("score"))] = [ranking.score_text(at, unit) for unit in units]
    ranked = ranking.scores[at][~np.isnan(ranking.ranks[at])]
    worst, best = min(0.0, float(ranked.min())), float(ranked.max())  # a bar goes from the worst score or 0 to the best
    if ranking.plan.scenario.ranking.best == "lowest":
        worst, best = float(ranked.max()), float(ranked.min())
    shares = ((score - worst) / (best - worst) if best != worst else 1.0 for score in ranking.scores[at][units])
    columns[ScreenColumn("", "bar")] = [f"[cyan]{bar_of(share)}[/cyan]" for share in shares]
    if any(tiers := ranking.tier(at)):
        columns[ScreenColumn(gettext("tier"), "text", leaves=1)] = [
            f"[dim]{escape_markup(tiers[unit])}[/dim]" for unit in units
        ]
    if within is not None:
        among = ranking.ranks_within(within)[at]
        columns[ScreenColumn(gettext("in {group}", group=gettext(within)))] = [
            format_number(f"{among[unit]:g}") for unit in units
        ]
    table = ScreenTable([*columns])
    for cells in zip(*columns.values(), strict=True):
        table.add(*cells)
    return table


def _countries(ranking: Ranking, at: int, order: Positions) -> Iterator[str | ScreenTable]:
    """The number of units that each country has in the tiers, unless each has one, or one has all."""
    if not any(ranking.countries) or len({ranking.countries[unit] for unit in order}) in (1, len(order)):
        return
    tiers = [tier for tier in ranking.plan.scenario.ranking.tiers or (10, 30, 100) if tier < len(order)]
    counts = [
        Counter(ranking.countries[unit] for unit in order if ranking.ranks[at][unit] <= tier)
        for tier in (*tiers, len(order))
    ]
    countries = sorted(counts[-1], key=lambda name: [-count[name] for count in counts] + [name])
    tops = [ScreenColumn(gettext("top {tier}", tier=tier)) for tier in tiers]
    columns = (ScreenColumn(gettext("country"), "name"), *tops, ScreenColumn(gettext("all")))
    table = ScreenTable(columns, title=gettext("by country"))
    for name in countries[:12]:
        table.add(escape_markup(name), *(str(count[name] or "") for count in counts))
    yield from ("", table)
    if (more := len(countries) - 12) > 0:
        yield f"[dim]{ngettext(more, '... and {count} more country', '... and {count} more countries')}[/dim]"


def export(
    scenario: ScenarioName,
    output: Annotated[Path, typer.Option(metavar="FILE", help="File to write; its suffix sets the file type.")],
    sample: Sample = False,
) -> None:
    """Write a ranking to a file; the suffix sets the type (see `hubrank list exporters`)."""
    from hubrank.io.cache import Cache
    from hubrank.results import rank

    registry = Registry.installed()
    part = exporter_of(output, registry)
    check_file(output)
    with progress("loading") as tell:
        if (most := part.record.most_rows) is not None:
            plan = rank.plan_of(scenario, registry, sample)
            if (rows := len(plan.editions) * len(plan.units.units) * len(plan.indicators)) > most:
                raise UsageError(
                    f"{output.name}: {part.record.suffix} holds {most:,} rows at most, fewer than the table values has "
                    f"({rows:,}); rank fewer editions or units, or export to Parquet or a data package"
                )
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
    """The exporter whose suffix ends the file's name, the longest where several do; `UsageError` for none or two."""
    parts = [part for part in registry if part.kind == "exporter"]
    fitting = [part for part in parts if path.name.lower().endswith(part.texts["suffix"].lower())]
    if not fitting:
        known = shorten_list(sorted({part.texts["suffix"] for part in parts}))
        known = known or f"none; {BRINGS['report']} brings some; pip install {BRINGS['report']}"
        raise UsageError(f"{path.name}: no exporter for this suffix; available: {known}")
    longest = max(len(part.texts["suffix"]) for part in fitting)
    chosen = [part for part in fitting if len(part.texts["suffix"]) == longest]
    if len(chosen) > 1:
        *others, last = sorted(f"{part.distribution} {part.version}".strip() for part in chosen)
        suffix = chosen[0].texts["suffix"]
        raise UsageError(
            f"{path.name}: '{suffix}' is provided by {', '.join(others)} and {last}; uninstall one of them"
        )
    return chosen[0]
