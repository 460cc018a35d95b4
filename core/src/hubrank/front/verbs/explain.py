"""`hubrank explain`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from hubrank.front.asking import jsonable, ranked_unit
from hubrank.front.verbs.explain_tables import show, show_figure
from hubrank.front.waiting import progress

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.questions.profile import Figure, Profile


def explain(
    scenario: Annotated[str, typer.Argument(help="An installed scenario, a TOML file, or a run folder.")],
    unit: Annotated[str, typer.Argument(help="A unit's code, name or alias.")],
    against: Annotated[
        str | None, typer.Option(help="Unit to compare with (default: the mean of all ranked units).")
    ] = None,
    indicator: Annotated[str | None, typer.Option(help="Show one indicator, with its source rows.")] = None,
    edition: Annotated[int | None, typer.Option(help="Edition to explain (default: the latest).")] = None,
    format_: Annotated[Literal["table", "json"], typer.Option("--format", help="Output format.")] = "table",
    sample: Annotated[bool, typer.Option(help="Use the sources' sample data.")] = False,
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
        made = profile(ranking, at, position, other)
        figure = None if indicator is None else made.figure(ranking.plan.key(indicator, "indicator"))
        rows: dict[str, pd.DataFrame] | None = None
        if figure is not None and running.run_folder(scenario, registry) is None:
            code, year = ranking.codes[position], ranking.editions[at]
            tell("reading rows")
            rows = rows_behind(ranking.plan, ranking.measurement, figure.key, code, year, Cache.default())
    if format_ == "json":
        typer.echo(json.dumps(as_json(made, figure, rows), ensure_ascii=False))
    elif figure is None:
        show(made)
    else:
        show_figure(made, figure, rows)


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
    return jsonable(table)  # type: ignore[no-any-return]
