"""`hubrank outlook`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from hubrank import Answer, format_number, gettext, ngettext
from hubrank.cli.command import Format, Sample, ScenarioName, ranking_of, write_answer
from hubrank.cli.console import progress
from hubrank.i18n import format_percent
from hubrank.io.answer import ScreenColumn, ScreenTable, short_number
from hubrank.io.escaping import escape_markup

if TYPE_CHECKING:
    from hubrank_analysis.outlook.outlook import BackTest, Convergence, Outlook, Projection


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
    from hubrank_analysis.outlook.outlook import back_tested, next_years
    from hubrank_analysis.outlook.outlook import outlook as carried_forward

    ranking = ranking_of(scenario, sample)
    with progress("projecting") as tell:
        result = carried_forward(ranking, next_years(ranking.editions, editions))
        tell("testing past projections")
        tests = back_tested(ranking) if back_test else ()
    hint = gettext("--back-test shows how accurate such projections would have been in the past")
    answer = Answer(
        record=result,
        page=[*_page(result, tests, top)],
        details=[] if tests else [f"[dim]{hint}[/dim]"],
        data=lambda: _data(result, tests),
        rows=lambda: _data(result, tests)["projected"],
    )
    write_answer(answer, format_)


def _data(made: Outlook, tests: Sequence[BackTest]) -> dict[str, Any]:
    import attrs

    ranking = made.ranking
    return {
        "title": ranking.title,
        "projection": "drift and bootstrap of past changes; their causes are not modelled",
        "editions": list(ranking.editions),
        "growth": [
            {
                "indicator": item.key,
                "yearly": dict(zip(ranking.codes, item.yearly.tolist(), strict=True)),
                "same_vintage": item.same,
            }
            for item in made.growth
        ],
        "convergence": attrs.asdict(made.convergence),
        "projected": [
            {"edition": item.year, "unit": code, "name": ranking.names[at], **_projected(item, at)}
            for item in made.projections
            for at, code in enumerate(ranking.codes)
            if item.rank[at] == item.rank[at]
        ],
        "back_test": [attrs.asdict(item) for item in tests],
    }


def _projected(item: Projection, at: int) -> dict[str, float]:
    names = ("rank", "rank_low", "rank_high", "score", "score_low", "score_high")
    return {name: getattr(item, name)[at] for name in names}


def _page(made: Outlook, tests: Sequence[BackTest], top: int) -> Iterator[str | ScreenTable]:
    ranking = made.ranking
    title = ngettext(
        len(ranking.editions),
        "{title}: outlook from {count} edition",
        "{title}: outlook from {count} editions",
        title=ranking.title,
    )
    years = gettext("{first} to {last}", first=ranking.editions[0], last=ranking.editions[-1])
    yield f"\n[bold]{escape_markup(title)}[/bold], {years}"
    warning = gettext("a projection of past changes, not a forecast: their causes are not modelled")
    yield f"[yellow]{warning}[/yellow]\n"
    yield _growth(made)
    yield from _convergence(made)
    yield _ranks(made, top)
    if tests:
        yield from _tests(tests)


def _growth(made: Outlook) -> ScreenTable:
    import numpy as np

    names = np.array(made.ranking.names, dtype=object)
    columns = (
        ScreenColumn(gettext("indicator"), "name"),
        ScreenColumn(gettext("median")),
        ScreenColumn(gettext("fastest"), "words"),
        ScreenColumn(gettext("slowest"), "words"),
        ScreenColumn(gettext("same vintage"), "words", leaves=1),
    )
    grid = ScreenTable(columns, title=gettext("annual growth by indicator"))
    for item in made.growth:
        known = np.flatnonzero(~np.isnan(item.yearly))
        cells = ["-", "-", "-"]
        if len(known):
            order = known[np.argsort(item.yearly[known], kind="stable")]
            cells = [
                format_percent(np.median(item.yearly[known]), 1, signed=True),
                *(
                    f"{escape_markup(names[at])} {format_percent(item.yearly[at], 1, signed=True)}"
                    for at in (order[-1], order[0])
                ),
            ]
        same = ngettext(item.same, "{count} unit: growth unknown", "{count} units: growth unknown") if item.same else ""
        grid.add(escape_markup(gettext(item.title)), *cells, f"[dim]{same}[/dim]")
    return grid


def _convergence(made: Outlook) -> Iterator[str]:
    found = made.convergence
    text = ngettext(
        found.units,
        "{convergence} of {units} unit: beta {beta} +- {error} per year ({sense}); sigma {first} to {last}",
        "{convergence} of {units} units: beta {beta} +- {error} per year ({sense}); sigma {first} to {last}",
        convergence=f"[bold]{gettext('convergence')}[/bold]",
        units=found.units,
        beta=format_number(f"{found.beta:+.4f}"),
        error=format_number(f"{found.beta_error:.4f}"),
        sense=_sense(found),
        first=short_number(found.sigma[0]),
        last=short_number(found.sigma[-1]),
    )
    yield f"\n{text}"
    drift = gettext(
        "{share} of a unit's own drift is kept, the share that persisted in the past",
        share=format_percent(made.walk.trust),
    )
    yield f"[dim]{drift}[/dim]\n"


def _sense(found: Convergence) -> str:
    """Whether scores draw together, and whether that could be chance."""
    if abs(found.beta) > 2 * found.beta_error:
        return gettext("units at the bottom catch up") if found.beta < 0 else gettext("units at the top pull away")
    if found.beta < 0:
        return gettext("units at the bottom catch up, not significant")
    return gettext("units at the top pull away, not significant")


def _ranks(made: Outlook, top: int) -> ScreenTable:
    from hubrank.ranking.intervals import held_text

    ranking = made.ranking
    last = len(ranking.editions) - 1
    years = (ranking.editions[-1], *(item.year for item in made.projections))
    columns = (ScreenColumn(gettext("unit"), "name"), *(ScreenColumn(str(year)) for year in years))
    grid = ScreenTable(columns, title=gettext("projected ranks ({share} intervals)", share=held_text()))
    for unit in ranking.order(last)[:top]:
        cells = [
            f"{item.rank[unit]:.0f} ({item.rank_low[unit]:.0f}-{item.rank_high[unit]:.0f})" for item in made.projections
        ]
        grid.add(escape_markup(ranking.names[unit]), format_number(f"{ranking.ranks[last, unit]:g}"), *cells)
    return grid


def _tests(tests: Sequence[BackTest]) -> Iterator[str | ScreenTable]:
    from hubrank.ranking.intervals import held_text

    names = (
        gettext("years ahead"),
        gettext("cases"),
        gettext("rank error"),
        gettext("unchanged"),
        gettext("coverage"),
        gettext("score error"),
        gettext("unchanged"),
    )
    title = gettext("back-test: every edition projected from earlier editions only")
    grid = ScreenTable(tuple(map(ScreenColumn, names)), title=title)
    for item in tests:
        grid.add(
            str(item.years),
            str(item.cases),
            format_number(f"{item.rank_error:.2f}"),
            format_number(f"{item.rank_error_still:.2f}"),
            format_percent(item.inside),
            short_number(item.score_error),
            short_number(item.score_error_still),
        )
    yield ""
    yield grid
    meaning = gettext(
        "coverage: share of ranks inside the {share} interval; unchanged: error if every unit kept its last value",
        share=held_text(),
    )
    yield f"[dim]{meaning}[/dim]"
