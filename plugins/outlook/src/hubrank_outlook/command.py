"""`hubrank outlook`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from hubrank.front import (
    Column,
    Format,
    Grid,
    Page,
    Sample,
    ScenarioName,
    answer,
    counted,
    number,
    percent,
    plain,
    progress,
    quiet,
    ranking_of,
)

if TYPE_CHECKING:
    from hubrank_outlook.outlook import Outlook
    from hubrank_outlook.projection import BackTest, Projection


def outlook(
    scenario: ScenarioName,
    editions: Annotated[int, typer.Option(min=1, max=50, help="Number of editions to project.")] = 3,
    top: Annotated[int, typer.Option(min=1, help="Number of units to show.")] = 20,
    back_test: Annotated[
        bool, typer.Option("--back-test", help="Also evaluate how well projections of past editions would have done.")
    ] = False,
    format_: Format = "table",
    sample: Sample = False,
) -> None:
    """Show past growth and convergence, and project the ranks of coming editions with intervals."""
    from hubrank_outlook.outlook import back_tested, next_years
    from hubrank_outlook.outlook import outlook as carried_forward

    ranking = ranking_of(scenario, sample)
    with progress("projecting") as tell:
        made = carried_forward(ranking, next_years(ranking.editions, editions))
        tell("testing past projections")
        tests = back_tested(ranking) if back_test else ()
    answer(
        format_,
        show=lambda out: show(out, made, tests, top),
        data=lambda: as_json(made, tests),
        rows=lambda: as_json(made, tests)["projected"],
    )


def as_json(made: Outlook, tests: Sequence[BackTest]) -> dict[str, Any]:
    """What scripts read; gaps as null."""
    import attrs

    ranking = made.ranking
    return {
        "title": ranking.title,
        "projection": "drift and bootstrap of past changes; their causes are not modelled",
        "editions": list(ranking.editions),
        "growth": [
            {
                "indicator": each.key,
                "yearly": dict(zip(ranking.codes, each.yearly.tolist(), strict=True)),
                "same_vintage": each.same,
            }
            for each in made.growth
        ],
        "convergence": attrs.asdict(made.convergence),
        "projected": [
            {"edition": each.year, "unit": code, "name": ranking.names[at], **_projected(each, at)}
            for each in made.projections
            for at, code in enumerate(ranking.codes)
            if each.rank[at] == each.rank[at]
        ],
        "back_test": [attrs.asdict(each) for each in tests],
    }


def _projected(each: Projection, at: int) -> dict[str, float]:
    names = ("rank", "rank_low", "rank_high", "score", "score_low", "score_high")
    return {name: getattr(each, name)[at] for name in names}


def show(out: Page, made: Outlook, tests: Sequence[BackTest], top: int) -> None:
    """The page that a person reads."""
    ranking = made.ranking
    title = f"{ranking.title}: outlook from {len(ranking.editions)} editions"
    out.print(f"\n[bold]{plain(title)}[/bold], {ranking.editions[0]} to {ranking.editions[-1]}")
    out.print("[yellow]a projection of past changes, not a forecast: their causes are not modelled[/yellow]\n")
    _growth(out, made)
    _convergence(out, made)
    _ranks(out, made, top)
    if tests:
        _tests(out, tests)
    elif not quiet():
        out.print("[dim]--back-test shows how accurate such projections would have been in the past[/dim]")


def _growth(out: Page, made: Outlook) -> None:
    import numpy as np

    names = np.array(made.ranking.names, dtype=object)
    words = (Column("fastest", "words"), Column("slowest", "words"), Column("same vintage", "words", leaves=1))
    grid = Grid((Column("indicator", "name"), Column("median"), *words), title="annual growth by indicator")
    for each in made.growth:
        known = np.flatnonzero(~np.isnan(each.yearly))
        cells = ["-", "-", "-"]
        if len(known):
            order = known[np.argsort(each.yearly[known], kind="stable")]
            cells = [
                percent(np.median(each.yearly[known]), 1, signed=True),
                *(f"{plain(names[at])} {percent(each.yearly[at], 1, signed=True)}" for at in (order[-1], order[0])),
            ]
        same = f"{counted(each.same, 'unit')}: growth unknown" if each.same else ""
        grid.add(plain(each.title), *cells, f"[dim]{same}[/dim]")
    out.table(grid)


def _convergence(out: Page, made: Outlook) -> None:
    found = made.convergence
    sense = "units at the bottom catch up" if found.beta < 0 else "units at the top pull away"
    uncertainty = "" if abs(found.beta) > 2 * found.beta_error else ", not significant"
    out.print(
        f"\n[bold]convergence[/bold] of {found.units} units: beta {found.beta:+.4f} +- {found.beta_error:.4f} per year "
        f"({sense}{uncertainty}); sigma {number(found.sigma[0])} to {number(found.sigma[-1])}",
    )
    kept = percent(made.walk.trust)
    out.print(f"[dim]{kept} of a unit's own drift is kept, the share that persisted in the past[/dim]\n")


def _ranks(out: Page, made: Outlook, top: int) -> None:
    """The units of the last edition with their projected ranks."""
    ranking = made.ranking
    last = len(ranking.editions) - 1
    years = (ranking.editions[-1], *(each.year for each in made.projections))
    columns = (Column("unit", "name"), *(Column(str(year)) for year in years))
    grid = Grid(columns, title="projected ranks (90 % intervals)")
    for unit in ranking.order(last)[:top]:
        cells = [
            f"{each.rank[unit]:.0f} ({each.rank_low[unit]:.0f}-{each.rank_high[unit]:.0f})" for each in made.projections
        ]
        grid.add(plain(ranking.names[unit]), f"{ranking.ranks[last, unit]:g}", *cells)
    out.table(grid)


def _interval(each: Projection, unit: int) -> str:
    return f"{each.rank[unit]:.0f} ({each.rank_low[unit]:.0f}-{each.rank_high[unit]:.0f})"


def _tests(out: Page, tests: Sequence[BackTest]) -> None:
    names = ("years ahead", "cases", "rank error", "unchanged", "coverage", "score error", "unchanged")
    grid = Grid(tuple(map(Column, names)), title="back-test: every edition projected from earlier editions only")
    for each in tests:
        grid.add(
            str(each.years),
            str(each.cases),
            f"{each.rank_error:.2f}",
            f"{each.rank_error_still:.2f}",
            percent(each.inside),
            number(each.score_error),
            number(each.score_error_still),
        )
    out.print()
    out.table(grid)
    out.print(
        "[dim]coverage: share of ranks inside the 90 % interval; "
        "unchanged: error if every unit kept its last value[/dim]",
    )
