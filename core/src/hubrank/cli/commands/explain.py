"""Explain."""

from __future__ import annotations

from typing import Annotated

import typer

from hubrank.cli.command import (
    Format,
    OfEdition,
    Sample,
    ScenarioName,
    UnitName,
    complete_indicators,
    complete_units,
    ranked_unit,
    write_answer,
)
from hubrank.cli.console import progress


def explain(
    scenario: ScenarioName,
    unit: UnitName,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="UNIT",
            help="Unit to compare with.",
            show_default="the mean of all ranked units",
            autocompletion=complete_units,
        ),
    ] = None,
    indicator: Annotated[
        str | None,
        typer.Option(
            metavar="INDICATOR", help="Show one indicator with its source rows.", autocompletion=complete_indicators
        ),
    ] = None,
    edition: OfEdition = None,
    format_: Format = "table",
    sample: Sample = False,
) -> None:
    """Explain a unit's score: contributions, weights, values, source rows, sources and licences."""
    from hubrank.explain import profile
    from hubrank.io.cache import Cache
    from hubrank.plugin.registry import Registry
    from hubrank.results import rank

    registry = Registry.installed()
    with progress("loading") as tell:
        ranking = rank.rank(scenario, registry, sample=sample, cache=Cache.default(), progress=tell)
        at = rank.edition_of(ranking, edition)
        position = ranked_unit(ranking, at, unit)
        other = None if against is None else ranked_unit(ranking, at, against)
        key = rows = None
        if indicator is not None:
            key = ranking.plan.key(indicator, "indicator")
            if rank.run_folder(scenario, registry) is None:
                code, year = ranking.codes[position], ranking.editions[at]
                tell("reading rows")
                rows = profile.rows_behind(ranking.plan, ranking.measurement, key, code, year, Cache.default())
        tell("explaining")
        result = profile.explain(ranking, edition=at, unit=position, against=other, indicator=key, rows=rows)
    write_answer(result, format_)
