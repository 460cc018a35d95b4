"""`hubrank explain`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from hubrank.front.asking import jsonable, ranked_unit
from hubrank.front.screen import bar_of, console, number, progress, quiet

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from hubrank.questions.profile import Branch, Figure, Profile


def explain(
    scenario: Annotated[str, typer.Argument(help="An installed scenario's name, a path to a TOML, or a run folder.")],
    unit: Annotated[str, typer.Argument(help="A unit's code, name or alias.")],
    against: Annotated[
        str | None, typer.Option(help="The unit to hold it against; the mean of all by default.")
    ] = None,
    indicator: Annotated[str | None, typer.Option(help="One indicator, down to its rows.")] = None,
    edition: Annotated[int | None, typer.Option(help="The year; the last by default.")] = None,
    format_: Annotated[Literal["table", "json"], typer.Option("--format", help="What is printed.")] = "table",
    sample: Annotated[bool, typer.Option(help="Read the sources' samples in their stead.")] = False,
) -> None:
    """Explain a unit's score: contributions, weights, values, rows, origins and licences."""
    from hubrank.contract.registry import Registry
    from hubrank.measuring.cache import Cache
    from hubrank.questions.profile import profile
    from hubrank.questions.rows import rows_behind
    from hubrank.runs import running

    registry = Registry.installed()
    with progress() as tell:
        ranking = running.rank(scenario, registry, sample=sample, cache=Cache.default(), progress=tell)
    at = running.edition_of(ranking, edition)
    position = ranked_unit(ranking, at, unit)
    other = None if against is None else ranked_unit(ranking, at, against)
    made = profile(ranking, at, position, other)
    rows: dict[str, pd.DataFrame] | None = None
    if indicator is not None:
        figure = figure_of(made, indicator)
        if running.run_folder(scenario, registry) is None:
            code = ranking.codes[position]
            rows = rows_behind(ranking.plan, figure.key, code, ranking.editions[at], Cache.default())
    if format_ == "json":
        typer.echo(json.dumps(as_json(made, indicator, rows), ensure_ascii=False))
    elif indicator is None:
        show(made)
    else:
        show_figure(made, figure, rows)


def figure_of(made: Profile, key: str) -> Figure:
    """The figure of an indicator, by its key or title.

    Raises:
        UsageError: There is no such indicator.
    """
    from hubrank.basis.errors import UsageError, suggestion

    for each in made.figures:
        if key.casefold() in (each.key.casefold(), each.title.casefold()):
            return each
    raise UsageError(f"there is no indicator '{key}'{suggestion(key, (each.key for each in made.figures))}")


def as_json(made: Profile, indicator: str | None, rows: Mapping[str, pd.DataFrame] | None) -> dict[str, Any]:
    """What scripts read; gaps as null."""
    import attrs

    ranking, at = made.ranking, made.edition
    figures = [attrs.asdict(each) for each in made.figures if indicator is None or each is figure_of(made, indicator)]
    table: dict[str, Any] = {
        "title": ranking.plan.scenario.title,
        "edition": ranking.editions[at],
        "unit": ranking.codes[made.unit],
        "name": ranking.names[made.unit],
        "rank": ranking.ranks[at][made.unit],
        "score": ranking.scores[at][made.unit],
        "against": None if made.against is None else ranking.codes[made.against],
        "lead": made.lead,
        "dimensions": [attrs.asdict(each) for each in made.branches],
        "indicators": figures,
        "beside": made.rest,
        "games": made.contributions.games,
        "peers": [{"unit": ranking.codes[each.unit], "distance": each.distance} for each in made.peers],
        "origins": made.origins(),
    }
    if rows is not None:
        table["rows"] = {name: frame.to_dict("records") for name, frame in rows.items()}
    return jsonable(table)  # type: ignore[no-any-return]


def show(made: Profile) -> None:
    """The page that a person reads."""
    from rich.markup import escape

    out = console()
    ranking, at = made.ranking, made.edition
    _headline(out, made)
    out.print(_table(made))
    for name, amount in made.rest.items():
        out.print(f"  {escape(name)}: {amount:+.3f}")
    _sides(out, made)
    if not quiet():
        peers = ", ".join(
            f"{escape(ranking.names[each.unit])} ({ranking.ranks[at][each.unit]:g})" for each in made.peers
        )
        out.print(f"\n[bold]nearest in profile[/bold]  {peers}", soft_wrap=True)
        _gaps(out, made)
        _games(out, made)
        _origins(out, made)


def show_figure(made: Profile, figure: Figure, rows: Mapping[str, pd.DataFrame] | None) -> None:
    """One indicator, stage by stage, down to its rows."""
    from rich.markup import escape
    from rich.table import Table

    out = console()
    ranking, at = made.ranking, made.edition
    _headline(out, made)
    sense = "more" if figure.direction > 0 else "less"
    out.print(f"[bold]{escape(figure.title)}[/bold] ({escape(figure.unit_of_measure)}; {sense} is better)")
    table = Table(box=None, pad_edge=False, header_style="dim")
    units = [made.unit] if made.against is None else [made.unit, made.against]
    for name in ("", *(ranking.names[each] for each in units)):
        table.add_column(escape(name), justify="right" if name else "left")
    column = next(position for position, each in enumerate(ranking.plan.ranked) if each.key == figure.key)
    for stage in ("measured", "imputed", "treated", "normalised"):
        values = getattr(ranking, stage)[at]
        table.add_row(stage, *(number(float(values[each, column])) for each in units))
    out.print(table)
    out.print(f"weight in the score {figure.weight:.2%}, rank by it {figure.rank:g}, brings {figure.brings:+.3f}")
    if figure.method:
        out.print(f"made by: {escape(figure.method)}")
    _origins(out, made, figure)
    if rows is None:
        out.print("\n[dim]a run folder holds values, not rows; name the scenario to see them[/dim]")
        return
    for name, frame in rows.items():
        _rows(out, name, frame)


def _rows(out: Console, name: str, frame: pd.DataFrame, most: int = 20) -> None:
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim", title=f"input {escape(name)}", title_justify="left")
    for column in frame.columns:
        table.add_column(escape(str(column)))
    for row in frame.head(most).itertuples(index=False):
        table.add_row(*(escape(number(each) if isinstance(each, float) else str(each)) for each in row))
    out.print()
    out.print(table)
    if len(frame) > most:
        out.print(f"[dim]... and {len(frame) - most} more rows[/dim]")


def _headline(out: Console, made: Profile) -> None:
    from rich.markup import escape

    ranking, at = made.ranking, made.edition
    count = int((ranking.ranks[at] == ranking.ranks[at]).sum())
    name, country = ranking.names[made.unit], ranking.countries[made.unit]
    where = f" ({country})" if country else ""
    out.print(f"\n[bold]{escape(name + where)}[/bold], {escape(ranking.plan.scenario.title)} {ranking.editions[at]}")
    rank, score = ranking.ranks[at][made.unit], ranking.scores[at][made.unit]
    if made.against is None:
        reference = f"the mean of all {count}"
    else:
        reference = f"{ranking.names[made.against]} (rank {ranking.ranks[at][made.against]:g})"
    side = "above" if made.lead >= 0 else "below"
    out.print(f"rank {rank:g} of {count}, score {number(score, 5)}: {abs(made.lead):.3f} {side} {escape(reference)}\n")


def _table(made: Profile) -> object:
    """Dimensions and their indicators, with what each brings."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="dim")
    names = ["", "measured", "normalised", "rank", "weight", "brings", "", "origin", "vintage"]
    if made.against is not None:
        names.insert(2, "the other's")
    for name in names:
        left = name in ("", "origin", "vintage")
        table.add_column(name, justify="left" if left else "right", no_wrap=True)
    widest = max((abs(each.brings) for each in made.figures), default=0.0) or 1.0
    _branch(table, made, made.ranking.plan.tree.root.name, 0, widest)
    return table


def _branch(table: Any, made: Profile, parent: str, depth: int, widest: float) -> None:
    gap = [""] if made.against is not None else []
    for branch in made.branches:
        if branch.parent == parent:
            table.add_row(*_branch_cells(branch, depth, gap), style="bold")
            _branch(table, made, branch.name, depth + 1, widest)
    for at, figure in enumerate(made.figures):
        if figure.dimension == parent:
            other = []
            if made.against is not None:
                other = [number(float(made.ranking.measured[made.edition, made.against, at]))]
            table.add_row(*_figure_cells(made, figure, depth, other, widest))


def _branch_cells(branch: Branch, depth: int, gap: list[str]) -> list[str]:
    from rich.markup import escape

    name = f"{'  ' * depth}{escape(branch.title)}"
    return [name, "", *gap, number(branch.score), number(branch.rank), "", f"{branch.brings:+.3f}", "", "", ""]


def _figure_cells(made: Profile, figure: Figure, depth: int, other: list[str], widest: float) -> list[str]:
    from rich.markup import escape

    good = made.helps(figure) >= 0
    colour = "green" if good else "red"
    shown = figure.normalised == figure.normalised
    return [
        f"{'  ' * depth}{escape(figure.title)}",
        number(figure.measured) if figure.measured == figure.measured else "[yellow]missing[/yellow]",
        *other,
        number(figure.normalised),
        number(figure.rank),
        f"{figure.weight:.1%}" if shown else "-",
        f"{figure.brings:+.3f}",
        f"[{colour}]{bar_of(abs(figure.brings) / widest, 12)}[/{colour}]",
        f"[dim]{escape(figure.origin)}[/dim]",
        f"[dim]{escape(figure.vintage)}[/dim]",
    ]


def _sides(out: Console, made: Profile, most: int = 3) -> None:
    from rich.markup import escape

    for title, figures in (("strengths", made.strengths), ("weaknesses", made.weaknesses)):
        said = ", ".join(f"{escape(each.title)} ({each.brings:+.2f})" for each in figures[:most])
        out.print(f"\n[bold]{title}[/bold]  {said or 'none'}", end="", soft_wrap=True)
    out.print()


def _gaps(out: Console, made: Profile) -> None:
    lacking = [each.title for each in made.figures if each.normalised != each.normalised]
    if lacking:
        out.print(f"[dim]missing, its weight shared out among the rest: {', '.join(lacking)}[/dim]", soft_wrap=True)


def _games(out: Console, made: Profile) -> None:
    """Which split is reported."""
    games = made.contributions.games
    said = [
        f"{game} in {', '.join(node for node in games if games[node] == game)}" for game in sorted(set(games.values()))
    ]
    out.print(f"[dim]contributions sum to the lead; split level by level: {'; '.join(said)}[/dim]", soft_wrap=True)


def _origins(out: Console, made: Profile, figure: Figure | None = None) -> None:
    from rich.markup import escape

    names = None if figure is None else set(figure.origin.split(" + "))
    out.print()
    for origin in made.origins():
        if names is None or origin["name"] in names:
            said = f"{origin['name']}: {origin['producer']}, {origin['title']}; {origin['licence']}"
            out.print(f"[dim]{escape(said)}[/dim]", soft_wrap=True)
