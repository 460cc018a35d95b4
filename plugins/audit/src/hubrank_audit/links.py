"""`hubrank links`: an index beside variables that are not in it, and how well its first edition predicted them.

The OECD/JRC Handbook's ninth step. A relation is Spearman's coefficient with Bonett and Wright's interval (2000), or
the partial one if something is controlled for (Kendall 1942), whose interval has one unit fewer. A forecast is a
regression of ranks: of a variable's rank in the last edition, or the rank of its growth since the first, on the ranks
of its own value and of the index in the first. Each unit is predicted from all others (Allen 1974; Stone 1974); the
contribution of the index beyond the variable's own value is their partial coefficient.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer
from attrs import frozen
from hubrank.cli.command import Format, Sample, ScenarioName, ranking_of, write_answer
from hubrank.cli.console import is_quiet, progress, write_text
from hubrank.errors import did_you_mean
from hubrank.i18n import listed
from hubrank.io.answer import ScreenColumn, ScreenTable
from hubrank.io.escaping import csv_bytes, escape_markup
from hubrank.plugin import (
    Answer,
    Array,
    BoundIndicator,
    Ranking,
    UsageError,
    count_text,
    format_number,
    format_percent,
    gettext,
)
from hubrank.ranking.intervals import held_text
from hubrank.results.save import check_target, write_run
from hubrank.scenario.indicators import with_parts
from hubrank.scenario.inputs import FILES

from hubrank_audit.auditing import Structure
from hubrank_audit.influence import ranking_without
from hubrank_audit.statistics import Correlations, correlation_intervals, correlations

#: The fewest units for a forecast, and the most variables side by side on a screen.
FEWEST, ACROSS = 10, 4
_RELATION = ["units", "r", "low", "high"]
_LINKS = ["variable", "edition", "element", "level", *_RELATION]
_SHARES = ["own", "index", "both"]
_BEYOND = ["beyond", "beyond_low", "beyond_high"]
_FORECASTS = ["variable", "outcome", "first", "last", *_RELATION, *_SHARES, *_BEYOND]


@frozen(kw_only=True, eq=False)
class Links:
    """The relations of a ranking to its outside variables, and its forecasts of them.

    Attributes:
        titles: The titles of elements and variables, by key.
        given: The variable that is taken out of every relation.
        without: For each variable the indicators that the index is taken without, since they are of its column.
        links: One row per variable and element, in the newest edition that has the variable: its `level`, `units` that
            have both, `r` (above 0 where the better goes with the better; NaN below 3 units or where one is constant)
            and its 90 % interval, `low` to `high` (NaN below 5).
        forecasts: One row a variable and outcome, its `level` in the edition `last` or its `growth` since `first`, and
            one of the index itself: `units`, `r`, `low` and `high` of the index in `first`; which share of the variance
            of ranks the variable's `own` value then, the `index` and `both` foretell of units not seen (below 0 where
            the mean does better), and the index' coefficient `beyond` its own value, with an interval. NaN below 10.
    """

    ranking: Ranking
    variables: tuple[str, ...]
    titles: Mapping[str, str]
    given: str | None
    without: Mapping[str, tuple[str, ...]]
    links: pd.DataFrame
    forecasts: pd.DataFrame


def links(ranking: Ranking, given: str | None = None) -> Links:
    """Relate a ranking to its outside variables; `given` is one, such as inhabitants, to take out of every relation.

    Raises:
        UsageError: There are none, or `given` is none of them.
    """
    outside = {item.key: item for item in ranking.plan.indicators if item.outside}
    variables = {key: item for key, item in outside.items() if key != given}
    if given is not None and given not in outside:
        raise UsageError(f"--given {given}: is not a variable outside the ranking{did_you_mean(given, outside)}")
    if not variables:
        raise UsageError(
            f"{ranking.plan.loaded.name}: has no variables outside the ranking to relate it to; add some, such as "
            '[indicators] output = { indicator = "gdp", outside = true }'
        )
    size = None if given is None else values_of(ranking, outside[given])
    related, foreseen, without = [], [], {}
    for key, item in variables.items():
        without[key], rest = _without(ranking, item)
        related += _links(rest, item, size)
        foreseen += _forecasts(rest, item)
    root, first, last = ranking.plan.tree.root.name, ranking.editions[0], ranking.editions[-1]
    if first != last:
        itself = relation(ranking.scores[0], ranking.scores[-1])
        foreseen.insert(0, {"variable": root, "outcome": "level", "first": first, "last": last} | itself)
    titles = {item.key: gettext(item.title) for item in ranking.plan.indicators}
    titles |= {node.name: gettext(node.title) for node in ranking.plan.tree} | {root: gettext("index")}
    return Links(
        ranking=ranking,
        variables=tuple(variables),
        titles=titles,
        given=given,
        without=without,
        links=ranking.marked(pd.DataFrame(related, columns=_LINKS)),
        forecasts=ranking.marked(pd.DataFrame(foreseen, columns=_FORECASTS)),
    )


def values_of(ranking: Ranking, item: BoundIndicator) -> Array:
    """A variable of the ranked units with more as better, `(editions, units)`."""
    values = ranking.measurement.values[..., ranking.measurement.indicators.index(item.key)]
    return np.where(np.isnan(ranking.ranks), np.nan, item.direction * values)


def relation(first: Array, second: Array, given: Array | None = None) -> dict[str, float]:
    """The number of units with two columns `(units,)`, Spearman's coefficient `r`, and its interval, `low` to `high`.

    With a third that is given it is the partial coefficient of their ranks.
    """
    columns = np.column_stack([first, second] if given is None else [first, second, given])
    columns = columns[~np.isnan(columns).any(axis=1)]
    found = correlations(columns, "spearman")
    r, n = found.r, found.n
    if given is not None:
        free = np.sqrt((1 - r[0, 2] ** 2) * (1 - r[1, 2] ** 2))
        r = np.full((2, 2), (r[0, 1] - r[0, 2] * r[1, 2]) / free if free > 1e-9 else np.nan)
        n = n[:2, :2] - 1
    ends = (float(end[0, 1]) for end in correlation_intervals(columns, Correlations(r, r, n), "spearman"))
    return dict(zip(_RELATION, (len(columns), float(r[0, 1]), *ends), strict=True))


def foretold(outcome: Array, own: Array, index: Array) -> dict[str, float]:
    """Forecasts of an outcome by a variable's own earlier value, the index and both, each `(units,)`; see `Links`."""
    from scipy import stats

    columns = np.column_stack([outcome, own, index])
    columns = columns[~np.isnan(columns).any(axis=1)]
    if len(columns) < FEWEST or (np.ptp(columns, axis=0) == 0).any():
        return {}
    y, before, score = stats.rankdata(columns, axis=0).T
    errors = [_left_out(y, predictors) for predictors in ([before], [score], [before, score])]
    beyond = relation(outcome, index, own)
    shares = [1 - error / _left_out(y, []) for error in errors]
    return dict(zip(_SHARES + _BEYOND, [*shares, *(beyond[name] for name in _RELATION[1:])], strict=True))


def _left_out(y: Array, predictors: Sequence[Array]) -> float:
    """The mean squared error where each unit is foretold by the regression on all other units."""
    design = np.column_stack([np.ones(len(y)), *predictors])
    hat = design @ np.linalg.pinv(design)
    free = 1 - np.diag(hat)  # 0 if only this unit differs from the others: they cannot predict it
    return float((((y - hat @ y) / np.where(free > 1e-9, free, np.nan)) ** 2).mean())


def _without(ranking: Ranking, item: BoundIndicator) -> tuple[tuple[str, ...], Ranking | None]:
    """The indicators that are made of a column that an outside variable reads, and the ranking without them, if any."""
    plan = ranking.plan

    def columns(key: str) -> Iterator[tuple[str, Any, str]]:
        parts = with_parts(plan.indicators, [key])
        for part in plan.indicators:
            read = part.bound.asked("inputs") if part.key in parts and part.inputs else {}
            for role, names in read.items():
                bound = plan.inputs[part.inputs[role]]
                table = bound.options.file if bound.source.name == FILES else bound.table.name
                yield from ((bound.source.name, table, name) for name in names)

    own = set(columns(item.key))
    shared = tuple(each.key for each in plan.ranked if own.intersection(columns(each.key)))
    rest: Ranking | None = ranking
    for key in shared:
        rest = ranking_without(rest, key) if rest else None
    return shared, rest


def _known(ranking: Ranking | None, item: BoundIndicator) -> tuple[Ranking, Array, int] | None:
    """The ranking, a variable's values, and the position of the newest edition that has any; None if none has."""
    if ranking is None:
        return None
    values = values_of(ranking, item)
    known = np.flatnonzero(~np.isnan(values).all(axis=1))
    return (ranking, values, int(known[-1])) if len(known) else None


def _links(rest: Ranking | None, item: BoundIndicator, size: Array | None) -> Iterator[dict[str, Any]]:
    """The relations of a variable to each element of a ranking."""
    if (known := _known(rest, item)) is None:
        return
    ranking, values, at = known
    structure = Structure.of(ranking.plan, at)
    columns = {name: ranking.nodes[name].scores[at] for name in structure.members}
    columns |= dict(zip(structure.indicators, structure.of_panel(ranking, "normalised", at).T, strict=True))
    for name in _elements(structure, ranking.plan.tree.root.name):
        told = {"variable": item.key, "edition": ranking.editions[at], "element": name, "level": structure.level(name)}
        yield told | relation(columns[name], values[at], None if size is None else size[at])


def _elements(structure: Structure, name: str) -> Iterator[str]:
    """An element, then its members with theirs, in the author's order."""
    yield name
    for member in structure.members.get(name, ()):
        yield from _elements(structure, member)


def _forecasts(rest: Ranking | None, item: BoundIndicator) -> Iterator[dict[str, Any]]:
    """How a ranking's first edition predicted a variable's newest values, and its growth if it began above 0."""
    if (known := _known(rest, item)) is None or not (at := known[2]):
        return
    ranking, values, _ = known
    column = ranking.measurement.indicators.index(item.key)
    carried = ranking.measurement.ages.carried[at, :, column] <= ranking.editions[0]  # known then: nothing is foretold
    own, level = np.where(carried, np.nan, values[0]), np.where(carried, np.nan, values[at])
    began = item.direction * own > 0
    growth = np.where(began, item.direction * level / np.where(began, own, 1), np.nan) * item.direction
    for outcome, figures in (("level", level), ("growth", growth)):
        found = relation(ranking.scores[0], figures)
        if found["units"]:
            told = {
                "variable": item.key,
                "outcome": outcome,
                "first": ranking.editions[0],
                "last": ranking.editions[at],
            }
            yield told | found | foretold(figures, own, ranking.scores[0])


def show_links(
    scenario: ScenarioName,
    given: Annotated[
        str | None, typer.Option(metavar="VARIABLE", help="Outside variable to control for, such as inhabitants.")
    ] = None,
    output: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Write the run and both tables.")] = None,
    format_: Format = "table",
    sample: Sample = False,
) -> None:
    """Relate the index, dimensions and indicators to outside variables, and test how well they predict them."""
    if output is not None:
        check_target(output)
    ranking = ranking_of(scenario, sample)
    with progress("relating") as tell:
        result = links(ranking, given)
        if output is not None:
            files = {"links.csv": csv_bytes(result.links), "links-forecasts.csv": csv_bytes(result.forecasts)}
            write_run(ranking, output, files, progress=tell)
    write_answer(_answer(result), format_)
    if output is not None and format_ == "table" and not is_quiet():
        write_text("\n" + gettext("written to {folder}", folder=output))


def answer_links(ranking: Ranking, *, given: str | None = None) -> Answer:
    """Relate a ranking to its outside variables.

    Args:
        ranking: The ranking.
        given: The key of an outside variable that is taken out of every relation.

    Returns:
        The tables `links` and `forecasts`; the `Links`.
    """
    return _answer(links(ranking, given))


def _answer(result: Links) -> Answer:
    title = gettext("{title}: links to outside variables", title=result.ranking.title)
    tables = {"links": result.links, "forecasts": result.forecasts}
    return Answer(
        title=title,
        tables=tables,
        notes=tuple(text for key in result.variables for text in _findings(result, key)),
        record=result,
        page=[*_page(result, title)],
        details=[*_limits()],
        data=lambda: {"title": result.ranking.title, "given": result.given, "without": result.without, **tables},
        about=lambda: result.ranking.about(len(result.ranking.editions) - 1),
    )


def _page(result: Links, title: str) -> Iterator[str | ScreenTable]:
    yield f"\n[bold]{escape_markup(title)}[/bold]"
    if result.given is not None:
        yield gettext(
            "{variable} is controlled for in all coefficients", variable=escape_markup(result.titles[result.given])
        )
    cells = {(row.element, row.variable): row for row in result.links.itertuples(index=False)}
    for first in range(0, len(result.variables), ACROSS):
        variables = result.variables[first : first + ACROSS]
        heads = [ScreenColumn(result.titles[key]) for key in variables]
        grid = ScreenTable((ScreenColumn("rho", "name"), *heads))
        for name in dict.fromkeys(result.links["element"]):
            row = (cells.get((name, key)) for key in variables)
            style = "bold" if name in result.ranking.nodes else ""
            grid.add(escape_markup(result.titles[name]), *map(_coefficient, row), style=style)
        yield from ("", grid)
    yield gettext("(+0.10): the {share} interval includes 0", share=held_text())
    yield ""
    for key in result.variables:
        link = cells.get((result.ranking.plan.tree.root.name, key))
        yield gettext(
            "{variable}, {edition}, {units}: index {range}",
            variable=f"[bold]{escape_markup(result.titles[key])}[/bold] ({escape_markup(key)})",
            edition=link.edition if link else "-",
            units=count_text(link.units if link else 0, "unit"),
            range=_range(link.r, link.low, link.high) if link else "-",
        )
        yield from (f"  - {escape_markup(text)}" for text in _findings(result, key))
    if len(result.forecasts):
        yield from ("", _forecast_table(result))
    else:
        yield gettext("only one edition has values of them, so no forecast is tested")


def _findings(result: Links, key: str) -> Iterator[str]:
    """Variables with a negative relation, those without one, and the parts left out of the index."""
    rows = result.links[(result.links["variable"] == key) & (result.links["level"] == "indicator")].sort_values("r")
    against, silent = rows[rows["high"] < 0], rows[(rows["low"] <= 0) & (rows["high"] >= 0)]
    for text, names in (
        (gettext("negatively related: {indicators}"), against["element"]),
        (gettext("no clear relation: {indicators}"), silent["element"]),
        (gettext("the index is computed without {indicators}, which read the same column"), result.without[key]),
    ):
        if len(names):
            yield text.format(indicators=listed(result.titles[name] for name in names))


def _forecast_table(result: Links) -> ScreenTable:
    first, last = result.ranking.editions[0], result.ranking.editions[-1]
    title = gettext("{last} predicted by {first}", first=first, last=last)
    shares = (gettext("index"), gettext("own value"), gettext("both"))
    heads = (gettext("units"), "rho", *shares, gettext("index beyond own value"))
    grid = ScreenTable((ScreenColumn(title, "name"), *map(ScreenColumn, heads)))
    for row in result.forecasts.itertuples(index=False):
        name = result.titles[row.variable] + ("" if row.last == last else f" {row.last}")
        if row.outcome == "growth":
            name = gettext("{variable}, growth", variable=name)
        told = ("-" if share != share else format_percent(share) for share in (row.index, row.own, row.both))
        beyond = _range(row.beyond, row.beyond_low, row.beyond_high)
        grid.add(escape_markup(name), str(row.units), _signed(row.r), *told, beyond)
    return grid


def _coefficient(link: Any) -> str:
    """A coefficient, in brackets where its interval holds 0 or is not known."""
    if link is None or link.r != link.r:  # not a number
        return "-"
    return _signed(link.r) if link.low > 0 or link.high < 0 else f"({_signed(link.r)})"


def _range(value: float, low: float, high: float) -> str:
    """A coefficient and its interval, if it has one."""
    if low != low:  # not a number
        return _signed(value)
    return gettext("{value} ({low} to {high})", value=_signed(value), low=_signed(low), high=_signed(high))


def _signed(value: float) -> str:
    return "-" if value != value else format_number(f"{value:+.2f}")  # not a number


def _limits() -> Iterator[str]:
    """The meaning of the numbers, and their limits."""
    yield ""
    yield gettext(
        "rho: Spearman's coefficient; index, own value, both: share of the variance of ranks that each "
        "predicts, each unit from the others; beyond own value: rho with the own value controlled for, and its "
        "{share} interval",
        share=held_text(),
    )
    yield gettext(
        "correlation is not causation; units are neither a sample nor independent, so intervals tend to be too narrow"
    )
