"""`hubrank explain`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hubrank.front.answers import Format, answer, answering
from hubrank.front.arguments import OfEdition, Sample, ScenarioName, UnitName
from hubrank.front.asking import ranked_unit
from hubrank.front.completing import complete_indicators, complete_units
from hubrank.front.verbs.explain_tables import show, show_figure
from hubrank.front.waiting import progress

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.questions.profile import Figure, Profile


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
    from hubrank.contract.registry import Registry
    from hubrank.measuring.cache import Cache
    from hubrank.questions.profile import profile
    from hubrank.questions.rows import rows_behind
    from hubrank.runs import running

    registry = Registry.installed()
    with progress("loading") as tell:
        ranking = running.rank(scenario, registry, sample=sample, cache=Cache.default(), progress=tell)
        at = running.edition_of(ranking, edition)
        position = ranked_unit(ranking, at, unit)
        other = None if against is None else ranked_unit(ranking, at, against)
        tell("explaining")
        with answering(format_):
            made = profile(ranking, at, position, other)
        figure = None if indicator is None else made.figure(ranking.plan.key(indicator, "indicator"))
        rows: dict[str, pd.DataFrame] | None = None
        if figure is not None and running.run_folder(scenario, registry) is None:
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
