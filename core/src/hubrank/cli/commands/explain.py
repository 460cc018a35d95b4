"""Explain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from hubrank.cli.command import (
    Format,
    OfEdition,
    Sample,
    ScenarioName,
    UnitName,
    answer,
    answering,
    complete_indicators,
    complete_units,
    ranked_unit,
)
from hubrank.cli.console import Page, bar_of, number, progress, quiet
from hubrank.cli.tables import Column, Grid
from hubrank.i18n import grouped, marked, numeral, percent, plural, worded
from hubrank.io.escaping import plain

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.explain.profile import Branch, Figure, Profile


#: The stages of a figure, by their attributes.
_STAGES = (marked("measured"), marked("imputed"), marked("treated"), marked("normalised"))


def show(out: Page, made: Profile) -> None:
    """Print the explanation of a unit's score."""
    ranking, at = made.ranking, made.edition
    _headline(out, made)
    out.table(_table(made))
    for name, amount in made.rest.items():
        out.print(f"  {plain(name)}: {numeral(f'{amount:+.3f}')}")
    _sides(out, made)
    if not quiet():
        peers = ", ".join(
            f"{plain(ranking.names[each.unit])} ({numeral(f'{ranking.ranks[at][each.unit]:g}')})" for each in made.peers
        )
        out.print(f"\n[bold]{worded('most similar profiles')}[/bold]  {peers}")
        _gaps(out, made)
        _games(out, made)
        _origins(out, made)


def show_figure(out: Page, made: Profile, figure: Figure, rows: Mapping[str, pd.DataFrame] | None) -> None:
    """One indicator, stage by stage, down to its rows."""
    ranking, at = made.ranking, made.edition
    _headline(out, made)
    sense = worded("more is better") if figure.direction > 0 else worded("less is better")
    out.print(f"[bold]{plain(worded(figure.title))}[/bold] ({plain(figure.unit_of_measure)}; {sense})")
    units = [made.unit] if made.against is None else [made.unit, made.against]
    grid = Grid((Column(worded("stage"), "name"), *(Column(ranking.names[each]) for each in units)))
    column = next(position for position, each in enumerate(ranking.plan.ranked) if each.key == figure.key)
    for stage in _STAGES:
        values = getattr(ranking, stage)[at]
        grid.add(worded(stage), *(number(float(values[each, column])) for each in units))
    out.table(grid)
    said = worded(
        "weight in the score {weight}, rank by it {rank}, contribution {contribution}",
        weight=percent(figure.weight, 2),
        rank=numeral(f"{figure.rank:g}"),
        contribution=numeral(f"{figure.contribution:+.3f}"),
    )
    out.print(said)
    if age := made.age(figure):
        out.print(plain(worded("age: {age}", age=age)))
    if figure.method:
        out.print(plain(worded("method: {method}", method=figure.method)))
    _origins(out, made, figure)
    if rows is None:
        said = worded("a run folder does not contain source rows; name the scenario to see them")
        out.print(f"\n[dim]{said}[/dim]")
        return
    for name, frame in rows.items():
        _rows(out, name, frame)


def _rows(out: Page, name: str, frame: pd.DataFrame, most: int = 20) -> None:
    last = len(frame.columns)
    columns = [
        Column(str(each), kind, 0 if kind == "number" else last - at)
        for at, each in enumerate(frame.columns)
        if (kind := _kind(frame[each]))
    ]
    columns[:1] = [Column(each.name, "name") for each in columns[:1]]
    grid = Grid(columns, title=worded("input {name}", name=name))
    for row in frame.head(most).itertuples(index=False):
        grid.add(*(plain(number(each) if isinstance(each, float) else str(each)) for each in row))
    out.print()
    out.table(grid)
    if len(frame) > most:
        more = plural(len(frame) - most, "... and {count} more row", "... and {count} more rows")
        out.print(f"[dim]{more}[/dim]")


def _kind(values: pd.Series) -> Literal["number", "text"]:
    return "number" if values.dtype.kind in "iuf" else "text"


def _headline(out: Page, made: Profile) -> None:
    ranking, at = made.ranking, made.edition
    count = int((ranking.ranks[at] == ranking.ranks[at]).sum())
    name, country = ranking.names[made.unit], ranking.countries[made.unit]
    where = f" ({country})" if country else ""
    out.print(f"\n[bold]{plain(name + where)}[/bold], {plain(ranking.title)} {ranking.editions[at]}")
    rank, score = ranking.ranks[at][made.unit], ranking.score_text(at, made.unit)
    if made.against is None:
        reference = worded("the mean of all {count}", count=grouped(count))
    else:
        other = numeral(f"{ranking.ranks[at][made.against]:g}")
        reference = worded("{unit} (rank {rank})", unit=ranking.names[made.against], rank=other)
    above = marked("rank {rank} of {count}, score {score}: {lead} above {reference}")
    below = marked("rank {rank} of {count}, score {score}: {lead} below {reference}")
    said = worded(
        above if made.lead >= 0 else below,
        rank=numeral(f"{rank:g}"),
        count=grouped(count),
        score=score,
        lead=numeral(f"{abs(made.lead):.3f}"),
        reference=reference,
    )
    out.print(f"{plain(said)}\n")


def _table(made: Profile) -> Grid:
    """Dimensions and their indicators, with their contributions."""
    columns = [
        Column(worded("dimension or indicator"), "name"),
        Column(worded("measured"), leaves=4),
        *([] if made.against is None else [Column(worded("measured (other)"), leaves=5)]),
        Column(worded("normalised")),
        Column(worded("rank")),
        Column(worded("weight"), leaves=3),
        Column(worded("contribution")),
        Column("", "bar"),
        Column(worded("origin"), "text", leaves=1),
        Column(worded("vintage"), "text", leaves=2),
    ]
    grid = Grid(columns)
    widest = max((abs(each.contribution) for each in made.figures), default=0.0) or 1.0
    _branch(grid, made, made.ranking.plan.tree.root.name, 0, widest)
    return grid


def _branch(grid: Grid, made: Profile, parent: str, depth: int, widest: float) -> None:
    gap = [""] if made.against is not None else []
    for branch in made.branches:
        if branch.parent == parent:
            grid.add(*_branch_cells(made, branch, depth, gap), style="bold")
            _branch(grid, made, branch.name, depth + 1, widest)
    for at, figure in enumerate(made.figures):
        if figure.dimension == parent:
            other = []
            if made.against is not None:
                other = [number(float(made.ranking.measured[made.edition, made.against, at]))]
            grid.add(*_figure_cells(made, figure, depth, other, widest))


def _branch_cells(made: Profile, branch: Branch, depth: int, gap: list[str]) -> list[str]:
    name = f"{'  ' * depth}{plain(worded(branch.title))}"
    score = made.ranking.score_text(made.edition, made.unit, branch.name) or "-"
    return [name, "", *gap, score, number(branch.rank), "", numeral(f"{branch.contribution:+.3f}"), "", "", ""]


def _figure_cells(made: Profile, figure: Figure, depth: int, other: list[str], widest: float) -> list[str]:
    good = made.helps(figure) >= 0
    colour = "green" if good else "red"
    shown = figure.normalised == figure.normalised
    return [
        f"{'  ' * depth}{plain(worded(figure.title))}",
        number(figure.measured) if figure.measured == figure.measured else f"[yellow]{worded('missing')}[/yellow]",
        *other,
        number(figure.normalised),
        number(figure.rank),
        percent(figure.weight, 1) if shown else "-",
        numeral(f"{figure.contribution:+.3f}"),
        f"[{colour}]{bar_of(abs(figure.contribution) / widest, 12)}[/{colour}]",
        f"[dim]{plain(figure.origin)}[/dim]",
        f"[dim]{plain(figure.vintage)}[/dim]",
    ]


def _sides(out: Page, made: Profile, most: int = 3) -> None:
    out.print()
    for title, figures in ((worded("strengths"), made.strengths), (worded("weaknesses"), made.weaknesses)):
        said = ", ".join(
            f"{plain(worded(each.title))} ({numeral(f'{each.contribution:+.2f}')})" for each in figures[:most]
        )
        out.print(f"[bold]{title}[/bold]  {said or worded('none')}")


def _gaps(out: Page, made: Profile) -> None:
    lacking = [
        f"{worded(each.title)} ({age})" if (age := made.age(each)) else worded(each.title)
        for each in made.figures
        if each.normalised != each.normalised
    ]
    if lacking:
        said = worded("missing, weight redistributed: {indicators}", indicators=", ".join(lacking))
        out.print(f"[dim]{plain(said)}[/dim]")


def _games(out: Page, made: Profile) -> None:
    """Which split is reported."""
    from hubrank.explain.shapley import attribution_text

    games = made.contributions.attribution
    splits = [
        worded(
            "{split} in {nodes}",
            split=attribution_text(game),
            nodes=", ".join(node for node in games if games[node] == game),
        )
        for game in sorted(set(games.values()))
    ]
    said = worded("the contributions add up to the difference; how they are split: {splits}", splits="; ".join(splits))
    out.print(f"[dim]{plain(said)}[/dim]")


def _origins(out: Page, made: Profile, figure: Figure | None = None) -> None:
    out.print()
    for each in made.origins(figure):
        origin = each.origin
        said = f"{origin.name}: {origin.producer}, {origin.title}; {origin.licence}"
        out.print(f"[dim]{plain(said)}[/dim]")


def explain(
    scenario: ScenarioName,
    unit: UnitName,
    against: Annotated[
        str | None,
        typer.Option(
            help="Unit to compare with (default: the mean of all ranked units).", autocompletion=complete_units
        ),
    ] = None,
    indicator: Annotated[
        str | None,
        typer.Option(help="Show one indicator, with its source rows.", autocompletion=complete_indicators),
    ] = None,
    edition: OfEdition = None,
    format_: Format = "table",
    sample: Sample = False,
) -> None:
    """Explain a unit's score: contributions, weights, values, source rows, origins and licences."""
    from hubrank.explain.profile import profile, rows_behind
    from hubrank.io.cache import Cache
    from hubrank.plugin.registry import Registry
    from hubrank.results import rank

    registry = Registry.installed()
    with progress("loading") as tell:
        ranking = rank.rank(scenario, registry, sample=sample, cache=Cache.default(), progress=tell)
        at = rank.edition_of(ranking, edition)
        position = ranked_unit(ranking, at, unit)
        other = None if against is None else ranked_unit(ranking, at, against)
        tell("explaining")
        with answering(format_):
            made = profile(ranking, at, position, other)
        figure = None if indicator is None else made.figure(ranking.plan.key(indicator, "indicator"))
        rows: dict[str, pd.DataFrame] | None = None
        if figure is not None and rank.run_folder(scenario, registry) is None:
            code, year = ranking.codes[position], ranking.editions[at]
            tell("reading rows")
            rows = rows_behind(ranking.plan, ranking.measurement, figure.key, code, year, Cache.default())
    answer(
        format_,
        show=lambda out: show(out, made) if figure is None else show_figure(out, made, figure, rows),
        data=lambda: as_json(made, figure, rows),
        rows=lambda: as_json(made, figure, None)["indicators"],
    )


def as_json(made: Profile, figure: Figure | None, rows: Mapping[str, pd.DataFrame] | None) -> dict[str, Any]:
    """The explanation as JSON; missing values are null."""
    import attrs

    ranking, at = made.ranking, made.edition
    figures = [attrs.asdict(each) for each in (made.figures if figure is None else [figure])]
    table: dict[str, Any] = {
        "title": ranking.title,
        "edition": ranking.editions[at],
        "unit": ranking.codes[made.unit],
        "name": ranking.names[made.unit],
        "rank": ranking.ranks[at][made.unit],
        "score": ranking.scores[at][made.unit],
        "against": None if made.against is None else ranking.codes[made.against],
        "lead": made.lead,
        "dimensions": [attrs.asdict(each) for each in made.branches],
        "indicators": figures,
        "remainder": made.rest,
        "attribution": made.contributions.attribution,
        "peers": [{"unit": ranking.codes[each.unit], "distance": each.distance} for each in made.peers],
        "origins": [attrs.asdict(each.origin) for each in made.origins(figure)],
    }
    if rows is not None:
        table["rows"] = {name: frame.to_dict("records") for name, frame in rows.items()}
    return table
