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
from hubrank.cli.console import Output, bar_of, is_quiet, progress, short_number
from hubrank.cli.tables import ScreenColumn, ScreenTable
from hubrank.i18n import format_count, format_number, format_percent, gettext, gettext_noop, ngettext
from hubrank.io.escaping import escape_markup

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.explain.profile import Branch, Figure, Profile


#: The stages of a figure, by their attributes.
_STAGES = (gettext_noop("measured"), gettext_noop("imputed"), gettext_noop("treated"), gettext_noop("normalised"))


def show(out: Output, made: Profile) -> None:
    """Print the explanation of a unit's score."""
    ranking, at = made.ranking, made.edition
    _headline(out, made)
    out.table(_table(made))
    for name, amount in made.rest.items():
        out.print(f"  {escape_markup(name)}: {format_number(f'{amount:+.3f}')}")
    _sides(out, made)
    if not is_quiet():
        peers = ", ".join(
            f"{escape_markup(ranking.names[each.unit])} ({format_number(f'{ranking.ranks[at][each.unit]:g}')})"
            for each in made.peers
        )
        out.print(f"\n[bold]{gettext('most similar profiles')}[/bold]  {peers}")
        _gaps(out, made)
        _games(out, made)
        _origins(out, made)


def show_figure(out: Output, made: Profile, figure: Figure, rows: Mapping[str, pd.DataFrame] | None) -> None:
    """One indicator, stage by stage, down to its rows."""
    ranking, at = made.ranking, made.edition
    _headline(out, made)
    sense = gettext("more is better") if figure.direction > 0 else gettext("less is better")
    out.print(f"[bold]{escape_markup(gettext(figure.title))}[/bold] ({escape_markup(figure.unit_of_measure)}; {sense})")
    units = [made.unit] if made.against is None else [made.unit, made.against]
    grid = ScreenTable((ScreenColumn(gettext("stage"), "name"), *(ScreenColumn(ranking.names[each]) for each in units)))
    column = next(position for position, each in enumerate(ranking.plan.ranked) if each.key == figure.key)
    for stage in _STAGES:
        values = getattr(ranking, stage)[at]
        grid.add(gettext(stage), *(short_number(float(values[each, column])) for each in units))
    out.table(grid)
    said = gettext(
        "weight in the score {weight}, rank by it {rank}, contribution {contribution}",
        weight=format_percent(figure.weight, 2),
        rank=format_number(f"{figure.rank:g}"),
        contribution=format_number(f"{figure.contribution:+.3f}"),
    )
    out.print(said)
    if age := made.age(figure):
        out.print(escape_markup(gettext("age: {age}", age=age)))
    if figure.method:
        out.print(escape_markup(gettext("method: {method}", method=figure.method)))
    _origins(out, made, figure)
    if rows is None:
        said = gettext("a run folder does not contain source rows; name the scenario to see them")
        out.print(f"\n[dim]{said}[/dim]")
        return
    for name, frame in rows.items():
        _rows(out, name, frame)


def _rows(out: Output, name: str, frame: pd.DataFrame, most: int = 20) -> None:
    last = len(frame.columns)
    columns = [
        ScreenColumn(str(each), kind, 0 if kind == "number" else last - at)
        for at, each in enumerate(frame.columns)
        if (kind := _kind(frame[each]))
    ]
    columns[:1] = [ScreenColumn(each.name, "name") for each in columns[:1]]
    grid = ScreenTable(columns, title=gettext("input {name}", name=name))
    for row in frame.head(most).itertuples(index=False):
        grid.add(*(escape_markup(short_number(each) if isinstance(each, float) else str(each)) for each in row))
    out.print()
    out.table(grid)
    if len(frame) > most:
        more = ngettext(len(frame) - most, "... and {count} more row", "... and {count} more rows")
        out.print(f"[dim]{more}[/dim]")


def _kind(values: pd.Series) -> Literal["number", "text"]:
    return "number" if values.dtype.kind in "iuf" else "text"


def _headline(out: Output, made: Profile) -> None:
    ranking, at = made.ranking, made.edition
    count = int((ranking.ranks[at] == ranking.ranks[at]).sum())
    name, country = ranking.names[made.unit], ranking.countries[made.unit]
    where = f" ({country})" if country else ""
    out.print(f"\n[bold]{escape_markup(name + where)}[/bold], {escape_markup(ranking.title)} {ranking.editions[at]}")
    rank, score = ranking.ranks[at][made.unit], ranking.score_text(at, made.unit)
    if made.against is None:
        reference = gettext("the mean of all {count}", count=format_count(count))
    else:
        other = format_number(f"{ranking.ranks[at][made.against]:g}")
        reference = gettext("{unit} (rank {rank})", unit=ranking.names[made.against], rank=other)
    above = gettext_noop("rank {rank} of {count}, score {score}: {lead} above {reference}")
    below = gettext_noop("rank {rank} of {count}, score {score}: {lead} below {reference}")
    said = gettext(
        above if made.lead >= 0 else below,
        rank=format_number(f"{rank:g}"),
        count=format_count(count),
        score=score,
        lead=format_number(f"{abs(made.lead):.3f}"),
        reference=reference,
    )
    out.print(f"{escape_markup(said)}\n")


def _table(made: Profile) -> ScreenTable:
    """Dimensions and their indicators, with their contributions."""
    columns = [
        ScreenColumn(gettext("dimension or indicator"), "name"),
        ScreenColumn(gettext("measured"), leaves=4),
        *([] if made.against is None else [ScreenColumn(gettext("measured (other)"), leaves=5)]),
        ScreenColumn(gettext("normalised")),
        ScreenColumn(gettext("rank")),
        ScreenColumn(gettext("weight"), leaves=3),
        ScreenColumn(gettext("contribution")),
        ScreenColumn("", "bar"),
        ScreenColumn(gettext("origin"), "text", leaves=1),
        ScreenColumn(gettext("vintage"), "text", leaves=2),
    ]
    grid = ScreenTable(columns)
    widest = max((abs(each.contribution) for each in made.figures), default=0.0) or 1.0
    _branch(grid, made, made.ranking.plan.tree.root.name, 0, widest)
    return grid


def _branch(grid: ScreenTable, made: Profile, parent: str, depth: int, widest: float) -> None:
    gap = [""] if made.against is not None else []
    for branch in made.branches:
        if branch.parent == parent:
            grid.add(*_branch_cells(made, branch, depth, gap), style="bold")
            _branch(grid, made, branch.name, depth + 1, widest)
    for at, figure in enumerate(made.figures):
        if figure.dimension == parent:
            other = []
            if made.against is not None:
                other = [short_number(float(made.ranking.measured[made.edition, made.against, at]))]
            grid.add(*_figure_cells(made, figure, depth, other, widest))


def _branch_cells(made: Profile, branch: Branch, depth: int, gap: list[str]) -> list[str]:
    name = f"{'  ' * depth}{escape_markup(gettext(branch.title))}"
    score = made.ranking.score_text(made.edition, made.unit, branch.name) or "-"
    return [
        name,
        "",
        *gap,
        score,
        short_number(branch.rank),
        "",
        format_number(f"{branch.contribution:+.3f}"),
        "",
        "",
        "",
    ]


def _figure_cells(made: Profile, figure: Figure, depth: int, other: list[str], widest: float) -> list[str]:
    good = made.helps(figure) >= 0
    colour = "green" if good else "red"
    shown = figure.normalised == figure.normalised
    return [
        f"{'  ' * depth}{escape_markup(gettext(figure.title))}",
        short_number(figure.measured)
        if figure.measured == figure.measured
        else f"[yellow]{gettext('missing')}[/yellow]",
        *other,
        short_number(figure.normalised),
        short_number(figure.rank),
        format_percent(figure.weight, 1) if shown else "-",
        format_number(f"{figure.contribution:+.3f}"),
        f"[{colour}]{bar_of(abs(figure.contribution) / widest, 12)}[/{colour}]",
        f"[dim]{escape_markup(figure.origin)}[/dim]",
        f"[dim]{escape_markup(figure.vintage)}[/dim]",
    ]


def _sides(out: Output, made: Profile, most: int = 3) -> None:
    out.print()
    for title, figures in ((gettext("strengths"), made.strengths), (gettext("weaknesses"), made.weaknesses)):
        said = ", ".join(
            f"{escape_markup(gettext(each.title))} ({format_number(f'{each.contribution:+.2f}')})"
            for each in figures[:most]
        )
        out.print(f"[bold]{title}[/bold]  {said or gettext('none')}")


def _gaps(out: Output, made: Profile) -> None:
    lacking = [
        f"{gettext(each.title)} ({age})" if (age := made.age(each)) else gettext(each.title)
        for each in made.figures
        if each.normalised != each.normalised
    ]
    if lacking:
        said = gettext("missing, weight redistributed: {indicators}", indicators=", ".join(lacking))
        out.print(f"[dim]{escape_markup(said)}[/dim]")


def _games(out: Output, made: Profile) -> None:
    """Which split is reported."""
    from hubrank.explain.shapley import attribution_text

    games = made.contributions.attribution
    splits = [
        gettext(
            "{split} in {nodes}",
            split=attribution_text(game),
            nodes=", ".join(node for node in games if games[node] == game),
        )
        for game in sorted(set(games.values()))
    ]
    said = gettext("the contributions add up to the difference; how they are split: {splits}", splits="; ".join(splits))
    out.print(f"[dim]{escape_markup(said)}[/dim]")


def _origins(out: Output, made: Profile, figure: Figure | None = None) -> None:
    out.print()
    for each in made.origins(figure):
        origin = each.origin
        said = f"{origin.name}: {origin.producer}, {origin.title}; {origin.licence}"
        out.print(f"[dim]{escape_markup(said)}[/dim]")


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
