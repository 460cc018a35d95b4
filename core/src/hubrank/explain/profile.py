"""A unit from score to origin; rows behind a value; its Answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import attrs
import numpy as np
from attrs import frozen

from hubrank.errors import UsageError
from hubrank.explain.contributions import Contributions, Kind, against_all, contributions
from hubrank.explain.shapley import RankedUnits, effective_weights, ranked
from hubrank.i18n import (
    ENGLISH,
    format_count,
    format_number,
    format_percent,
    gettext,
    gettext_noop,
    listed,
    ngettext,
    use_language,
    with_reason,
)
from hubrank.io.answer import Answer, ScreenColumn, ScreenTable, bar_of, frame_blocks, short_number
from hubrank.io.cache import Cache
from hubrank.io.escaping import escape_markup
from hubrank.measurement.aged_errors import AgedErrors
from hubrank.measurement.figures import editions_behind, measure_one
from hubrank.measurement.measurement import Measurement
from hubrank.methods.ranks import rank_of
from hubrank.numeric import NOISE, Array
from hubrank.plugin.records import Records
from hubrank.ranking.provenance import UsedOrigin
from hubrank.ranking.ranking import Ranking
from hubrank.scenario.indicators import BoundIndicator
from hubrank.scenario.plan import Plan
from hubrank.scenario.tree import Node

if TYPE_CHECKING:
    import pandas as pd


@frozen(kw_only=True)
class Figure:
    """An indicator of a unit, stage by stage.

    Attributes:
        direction: 1 where more is better, -1 where less is.
        measured: NaN if nothing was.
        error: Its standard error, if the scenario states one; NaN if not.
        normalised: The value on the common scale; NaN if the weight was redistributed.
        weight: Its weight in the unit's score, including its share of the missing indicators' weights.
        rank: The unit's rank by it among the ranked units.
        contribution: Its part of the lead over the reference.
        method: How a derived value was made.
        age: The other year that it is of, or the year that was too old, in English for programs; empty if of its own.
    """

    key: str
    title: str
    dimension: str
    unit_of_measure: str
    direction: int
    measured: float
    error: float
    imputed: float
    treated: float
    normalised: float
    weight: float
    rank: float
    contribution: float
    origin: str
    vintage: str
    method: str
    age: str


@frozen(kw_only=True)
class Branch:
    """A dimension of a unit: its score and its rank by it among the ranked units.

    Attributes:
        contribution: Its part of the lead over the reference.
        attribution: How the part was split below it.
    """

    name: str
    title: str
    parent: str
    score: float
    rank: float
    contribution: float
    attribution: str


@frozen(kw_only=True)
class Peer:
    """A unit of like profile, by its position.

    Its distance is the root of the weighted mean of squared differences of normalised values, by the spread of each.
    """

    unit: int
    distance: float


@frozen(kw_only=True, eq=False)
class Profile:
    """A unit, explained; units and editions are positions.

    Attributes:
        against: The unit that it is compared with; none for the mean of all.
        lead: Its score less the reference's.
        contributions: The parts of the lead.
        branches: The dimensions, those above first.
        figures: The indicators that are part of the edition, in the order of the tree.
        peers: The nearest in profile, nearest first.
    """

    ranking: Ranking
    edition: int
    unit: int
    against: int | None
    lead: float
    contributions: Contributions
    branches: tuple[Branch, ...]
    figures: tuple[Figure, ...]
    peers: tuple[Peer, ...]

    @property
    def strengths(self) -> list[Figure]:
        """The indicators that help most, in order."""
        return sorted((item for item in self.figures if self.helps(item) > 0), key=lambda item: -self.helps(item))

    @property
    def weaknesses(self) -> list[Figure]:
        """The indicators that cost most, in order."""
        return sorted((item for item in self.figures if self.helps(item) < 0), key=self.helps)

    def helps(self, figure: Figure) -> float:
        """A value's contribution towards a better rank, whichever end of the scores is best."""
        return -figure.contribution if self.ranking.plan.scenario.ranking.best == "lowest" else figure.contribution

    @property
    def rest(self) -> Mapping[str, float]:
        """The part of the difference that no indicator explains, by its cause in words."""
        games, titles = self.contributions.attribution, self.ranking.plan.titles()
        return {
            gettext(_CAUSES["whole" if games.get(name) == "whole" else kind], dimension=titles[name]): float(amount[0])
            for (kind, name), amount in self.contributions.parts.items()
            if kind != "indicator"
        }

    def age(self, figure: Figure) -> str:
        """A value's age in the reader's language."""
        return self.ranking.age_text(self.edition, self.unit, figure.key) if figure.age else ""

    def figure(self, key: str) -> Figure:
        """The value of an indicator.

        Raises:
            UsageError: It is not part of the edition.
        """
        found = next((item for item in self.figures if item.key == key), None)
        if found is None:
            raise UsageError(f"'{key}' is not part of edition {self.ranking.editions[self.edition]}")
        return found

    def origins(self, figure: Figure | None = None) -> list[UsedOrigin]:
        """The producers and terms of all values, or of one, and of the units that rows were assigned to; each once."""
        figures = self.figures if figure is None else (figure,)
        named = {name for item in figures for name in item.origin.split(" + ")}
        return [item for item in self.ranking.origins() if item.units or item.origin.name in named]


_CAUSES: Mapping[Kind | Literal["whole"], str] = {
    "whole": gettext_noop("{dimension} as a whole (its method cannot be split)"),
    "dimension": gettext_noop("missing values in {dimension}"),
    "weights": gettext_noop("different weights in {dimension}"),
    "steps": gettext_noop("different post-processing of {dimension}"),
    "field": gettext_noop("different comparison units in {dimension}"),
}


def profile(ranking: Ranking, edition: int, unit: int, against: int | None = None, peers: int = 5) -> Profile:
    """Explain the score of a ranked unit, against another or by default the mean of all, with its nearest units.

    Units and editions are positions.
    """
    if against is None:
        parts = against_all(ranking, edition, unit)
    else:
        parts = contributions(*(RankedUnits.of(ranking, edition, item) for item in (unit, against)))
    return Profile(
        ranking=ranking,
        edition=edition,
        unit=unit,
        against=against,
        lead=float(parts.difference[0]),
        contributions=parts,
        branches=_branches(ranking, edition, unit, parts),
        figures=_figures(ranking, edition, unit, parts),
        peers=nearest(ranking, edition, unit, peers),
    )


#: The units whose distances are computed at a time.
_BLOCK = 10_000


def nearest(ranking: Ranking, edition: int, unit: int, most: int = 5) -> tuple[Peer, ...]:
    """The ranked units with the most similar profiles.

    Distances are taken over the indicators that both have, weighted as in the unit's own score and each divided by its
    spread over the ranked units.
    """
    order = ranked(ranking, edition)
    weights = effective_weights(RankedUnits.of(ranking, edition, unit))[0]
    counted, panel = weights > 0, ranking.normalised[edition]
    panel, weights = panel if counted.all() else np.compress(counted, panel, axis=-1), weights[counted]
    own, panel = panel[unit], panel if len(order) == len(panel) else panel[order]
    blocks, mean = np.split(panel, range(_BLOCK, len(order), _BLOCK)), panel.mean(axis=0)
    if np.isfinite(mean).all():
        spread = np.sqrt(sum(((some - mean) ** 2).sum(axis=0) for some in blocks) / len(panel))
    else:
        spread = np.nanstd(panel, axis=0)
    distance = np.concatenate([_distances(some, own, spread, weights) for some in blocks])
    distance = np.where((order == unit) | np.isnan(distance), np.inf, distance)
    near = np.flatnonzero(distance <= np.partition(distance, min(most, len(order)) - 1)[min(most, len(order)) - 1])
    found = near[np.argsort(distance[near], kind="stable")][:most]
    return tuple(Peer(unit=int(order[at]), distance=float(distance[at])) for at in found if np.isfinite(distance[at]))


def _distances(values: Array, scores: Array, spread: Array, weights: Array) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        gaps = np.where(spread > 0, (values - scores) / spread, 0.0) ** 2
        missing = np.isnan(gaps)
        if missing.any():
            gaps[missing], weights = 0.0, ~missing * weights
        return np.asarray(np.sqrt((gaps * weights).sum(axis=-1) / weights.sum(axis=-1)))


def _branches(ranking: Ranking, edition: int, unit: int, parts: Contributions) -> tuple[Branch, ...]:
    """The dimensions, each before those below it, in the order of the scenario."""
    nodes = {node.name: node for node in ranking.plan.tree}

    def below(parent: Node) -> Iterator[Branch]:
        for node in (nodes[member.name] for member in parent.members if member.name in nodes):
            scores = ranking.nodes[node.name].scores[edition]
            yield Branch(
                name=node.name,
                title=node.title,
                parent=parent.name,
                score=float(scores[unit]),
                rank=_rank(ranking, edition, scores, unit),
                contribution=float(parts.totals[node.name][0]) if node.name in parts.totals else float("nan"),
                attribution=parts.attribution.get(node.name, ""),
            )
            yield from below(node)

    return tuple(below(ranking.plan.tree.root))


def _figures(ranking: Ranking, edition: int, unit: int, parts: Contributions) -> tuple[Figure, ...]:
    weights = effective_weights(RankedUnits.of(ranking, edition, unit))[0]
    measurement = ranking.measurement
    figures = []
    for at, item in enumerate(ranking.plan.ranked):
        if ranking.editions[edition] not in item.editions:
            continue
        column = measurement.indicators.index(item.key)
        part = parts.parts.get(("indicator", item.key))
        with use_language(ENGLISH):
            age = ranking.age_text(edition, unit, item.key)
        figures.append(
            Figure(
                key=item.key,
                title=item.title,
                dimension=str(item.dimension),
                unit_of_measure=item.record.unit_of_measure,
                direction=item.direction,
                **{stage: float(getattr(ranking, stage)[edition, unit, at]) for stage in _STAGES},
                error=float(measurement.standard_errors(item.key)[edition, unit]),
                weight=float(weights[at]),
                rank=_rank(ranking, edition, ranking.normalised[edition, :, at], unit),
                contribution=0.0 if part is None else float(part[0]),
                origin=str(measurement.origins[edition, unit, column]),
                vintage=str(measurement.vintages[edition, unit, column]),
                method=str(measurement.methods[edition, unit, column]),
                age=age,
            )
        )
    return tuple(figures)


def _rank(ranking: Ranking, edition: int, scores: Array, unit: int) -> float:
    """The unit's rank by scores of which more is better, among the units that are ranked."""
    unranked = np.isnan(ranking.ranks[edition])
    return rank_of(np.where(unranked, np.nan, scores) if unranked.any() else scores, unit, NOISE)


def explain(
    ranking: Ranking,
    *,
    edition: int,
    unit: int,
    against: int | None = None,
    indicator: str | None = None,
    rows: Mapping[str, pd.DataFrame] | None = None,
) -> Answer:
    """Explain a unit's score, indicator by indicator.

    Args:
        ranking: The ranking.
        edition: The edition's position.
        unit: The unit's position; it must be ranked.
        against: The unit to compare with; by default the mean of all ranked units.
        indicator: The key of an indicator, to show it alone, stage by stage.
        rows: The rows behind that indicator, as `rows_behind` gives them.

    Returns:
        The tables `indicators` and `dimensions`, the largest gains and losses first, and the `Profile`.
    """
    result = profile(ranking, edition, unit, against)
    figure = None if indicator is None else result.figure(indicator)
    return Answer(
        title=gettext(
            "{name}, {title} {edition}: rank {rank}, score {score}, {lead} against {other}",
            name=ranking.names[unit],
            title=ranking.title,
            edition=ranking.editions[edition],
            rank=format_number(f"{ranking.ranks[edition, unit]:g}"),
            score=ranking.score_text(edition, unit),
            lead=_signed(result.lead),
            other=gettext("the average of all") if against is None else ranking.names[against],
        ),
        tables=_tables(result),
        notes=_notes(result),
        bars="contribution",
        record=result,
        page=[*_headline(result), *(_unit_page(result) if figure is None else _figure_page(result, figure, rows))],
        details=[*_details(result)] if figure is None else [],
        data=lambda: _data(result, figure, rows),
        rows=lambda: [attrs.asdict(item) for item in (result.figures if figure is None else [figure])],
        about=lambda: {
            **ranking.about(result.edition),
            "origins": [attrs.asdict(item.origin) | {"gave": item.gave} for item in result.origins(figure)],
        },
    )


def _signed(amount: float) -> str:
    return format_number(f"{amount:+.3f}")


def _tables(profile: Profile) -> dict[str, pd.DataFrame]:
    import pandas as pd

    figures = sorted(profile.figures, key=lambda item: -abs(item.contribution))
    columns = ["title", "contribution", "measured", "normalised", "rank", "weight", "dimension", "key"]
    indicators = pd.DataFrame([attrs.asdict(item) for item in figures], columns=columns)
    columns = ["title", "score", "rank", "contribution", "name"]
    dimensions = pd.DataFrame([attrs.asdict(item) for item in profile.branches], columns=columns)
    for frame in (indicators, dimensions):
        frame["title"] = [gettext(title) for title in frame["title"]]
    return {
        "indicators": indicators.rename(columns={"title": "indicator", "measured": "value", "normalised": "score"}),
        "dimensions": dimensions.rename(columns={"title": "dimension", "name": "key"}),
    }


def _notes(profile: Profile) -> tuple[str, ...]:
    peers = listed(profile.ranking.names[item.unit] for item in profile.peers)
    rest = [gettext("{amount}: {cause}", cause=cause, amount=_signed(amount)) for cause, amount in profile.rest.items()]
    return (*rest, *([gettext("most similar profiles: {units}", units=peers)] if peers else []))


def _data(profile: Profile, figure: Figure | None, rows: Mapping[str, pd.DataFrame] | None) -> dict[str, Any]:
    """The explanation for programs."""
    ranking, at = profile.ranking, profile.edition
    return {
        "title": ranking.title,
        "edition": ranking.editions[at],
        "unit": ranking.codes[profile.unit],
        "name": ranking.names[profile.unit],
        "rank": ranking.ranks[at][profile.unit],
        "score": ranking.scores[at][profile.unit],
        "against": None if profile.against is None else ranking.codes[profile.against],
        "lead": profile.lead,
        "dimensions": [attrs.asdict(item) for item in profile.branches],
        "indicators": [attrs.asdict(item) for item in (profile.figures if figure is None else [figure])],
        "remainder": profile.rest,
        "attribution": profile.contributions.attribution,
        "peers": [{"unit": ranking.codes[item.unit], "distance": item.distance} for item in profile.peers],
        **({} if rows is None else {"rows": rows}),
    }


def _headline(profile: Profile) -> list[str]:
    ranking, at = profile.ranking, profile.edition
    count = int((ranking.ranks[at] == ranking.ranks[at]).sum())
    name, country = ranking.called(profile.unit), ranking.countries[profile.unit]
    where = with_reason(name, country) if country else name
    if profile.against is None:
        reference = gettext("the average of all {count}", count=format_count(count))
    else:
        other = format_number(f"{ranking.ranks[at][profile.against]:g}")
        reference = gettext("{unit}, rank {rank}", unit=ranking.called(profile.against), rank=other)
    above = gettext_noop("rank {rank} of {count}, score {score}; {lead} points above {reference} ({score_of})")
    below = gettext_noop("rank {rank} of {count}, score {score}; {lead} points below {reference} ({score_of})")
    text = gettext(
        above if profile.lead >= 0 else below,
        rank=format_number(f"{ranking.ranks[at][profile.unit]:g}"),
        count=format_count(count),
        score=ranking.score_text(at, profile.unit),
        lead=short_number(abs(profile.lead)),
        reference=reference,
        score_of=short_number(float(ranking.scores[at][profile.unit]) - profile.lead),
    )
    return [
        f"\n[bold]{escape_markup(where)}[/bold]{gettext(', ')}{escape_markup(ranking.title)} {ranking.editions[at]}",
        f"{escape_markup(text)}\n",
    ]


def _unit_page(profile: Profile) -> Iterator[str | ScreenTable]:
    """Dimensions and their indicators with their contributions, the unexplained rest, and the largest parts."""
    columns = [
        ScreenColumn(gettext("dimension or indicator"), "name"),
        ScreenColumn(gettext("measured"), leaves=4),
        *([] if profile.against is None else [ScreenColumn(gettext("measured (other)"), leaves=5)]),
        ScreenColumn(gettext("normalised")),
        ScreenColumn(gettext("rank")),
        ScreenColumn(gettext("weight"), leaves=3),
        ScreenColumn(gettext("contribution")),
        ScreenColumn("", "bar"),
        ScreenColumn(gettext("origin"), "text", leaves=1),
        ScreenColumn(gettext("vintage"), "text", leaves=2),
    ]
    table = ScreenTable(columns)
    _add_below(table, profile, profile.ranking.plan.tree.root.name, 0)
    yield table
    for cause, amount in profile.rest.items():
        yield f"  {escape_markup(gettext('{amount}: {cause}', amount=_signed(amount), cause=cause))}"
    yield ""
    for title, figures in ((gettext("strengths"), profile.strengths), (gettext("weaknesses"), profile.weaknesses)):
        parts = [f"{gettext(item.title)} ({format_number(f'{item.contribution:+.2f}')})" for item in figures[:3]]
        yield f"[bold]{title}[/bold]  {escape_markup(', '.join(parts)) or gettext('none')}"


def _add_below(table: ScreenTable, profile: Profile, parent: str, depth: int) -> None:
    """Add the members of a dimension: dimensions with their members, then indicators."""
    gap = [] if profile.against is None else [""]
    for branch in profile.branches:
        if branch.parent == parent:
            name = f"{'  ' * depth}{escape_markup(gettext(branch.title))}"
            score = profile.ranking.score_text(profile.edition, profile.unit, branch.name) or "-"
            cells = ["", *gap, score, short_number(branch.rank), "", _signed(branch.contribution), "", "", ""]
            table.add(name, *cells, style="bold")
            _add_below(table, profile, branch.name, depth + 1)
    widest = max((abs(item.contribution) for item in profile.figures), default=0.0) or 1.0
    keys = [item.key for item in profile.ranking.plan.ranked]
    for figure in profile.figures:
        if figure.dimension == parent:
            at = keys.index(figure.key)
            colour = "green" if profile.helps(figure) >= 0 else "red"
            lacking = figure.measured != figure.measured
            table.add(
                f"{'  ' * depth}{escape_markup(gettext(figure.title))}",
                f"[yellow]{gettext('missing')}[/yellow]" if lacking else _with_error(profile, figure),
                *(short_number(float(profile.ranking.measured[profile.edition, profile.against, at])) for _ in gap),
                short_number(figure.normalised),
                short_number(figure.rank),
                format_percent(figure.weight, 1) if figure.normalised == figure.normalised else "-",
                _signed(figure.contribution),
                f"[{colour}]{bar_of(abs(figure.contribution) / widest, 12)}[/{colour}]",
                f"[dim]{escape_markup(figure.origin)}[/dim]",
                f"[dim]{escape_markup(figure.vintage)}[/dim]",
            )


def _with_error(profile: Profile, figure: Figure) -> str:
    """A measured value, with its standard error and age if it has them: `20 ± 2 (2019, 6 years old)`."""
    measured = short_number(figure.measured)
    if figure.error != figure.error:
        return measured
    errors = profile.ranking.measurement.errors[figure.key]
    text = f"{measured} ± {short_number(figure.error)}"
    years = int(errors.age[profile.edition, profile.unit]) if isinstance(errors, AgedErrors) else 0
    if not years:
        return text
    year = profile.ranking.editions[profile.edition] - years
    old = ngettext(years, "{year}, {count} year old", "{year}, {count} years old", year=year)
    return f"{text} ({old})"


def _details(profile: Profile) -> Iterator[str]:
    """The most similar units, the missing values, and the origins."""
    ranking = profile.ranking
    ranks = ranking.ranks[profile.edition]
    peers = [f"{ranking.called(item.unit)} ({format_number(f'{ranks[item.unit]:g}')})" for item in profile.peers]
    yield f"\n[bold]{gettext('most similar profiles')}[/bold]  {escape_markup(', '.join(peers))}"
    lacking = [
        f"{gettext(item.title)} ({age})" if (age := profile.age(item)) else gettext(item.title)
        for item in profile.figures
        if item.normalised != item.normalised
    ]
    if lacking:
        yield _dim(gettext("missing, weight redistributed: {indicators}", indicators=listed(lacking)))
    yield from _origins(profile)


def _dim(text: str) -> str:
    return f"[dim]{escape_markup(text)}[/dim]"


def _origins(profile: Profile, figure: Figure | None = None) -> Iterator[str]:
    yield ""
    for item in profile.origins(figure):
        producer, licence = gettext(item.origin.producer), gettext(item.origin.licence)  # which may be "not stated"
        yield _dim(f"{item.origin.name}: {producer}, {item.origin.title}; {licence}")


#: The stages of a value, by their attributes.
_STAGES = (gettext_noop("measured"), gettext_noop("imputed"), gettext_noop("treated"), gettext_noop("normalised"))


def _figure_page(
    profile: Profile, figure: Figure, rows: Mapping[str, pd.DataFrame] | None
) -> Iterator[str | ScreenTable]:
    """One indicator, stage by stage, down to its rows."""
    ranking, at = profile.ranking, profile.edition
    sense = gettext("higher is better") if figure.direction > 0 else gettext("lower is better")
    measure = escape_markup(gettext(figure.unit_of_measure))
    yield f"[bold]{escape_markup(gettext(figure.title))}[/bold] ({measure}; {sense})"
    units = [profile.unit] if profile.against is None else [profile.unit, profile.against]
    table = ScreenTable(
        [ScreenColumn(gettext("stage"), "name"), *(ScreenColumn(ranking.called(item)) for item in units)]
    )
    column = [item.key for item in ranking.plan.ranked].index(figure.key)
    for stage in _STAGES:
        values = getattr(ranking, stage)[at]
        table.add(gettext(stage), *(short_number(float(values[item, column])) for item in units))
    yield table
    yield gettext(
        "weight in the score {weight}, rank by it {rank}, contribution {contribution}",
        weight=format_percent(figure.weight, 2),
        rank=format_number(f"{figure.rank:g}"),
        contribution=_signed(figure.contribution),
    )
    given = (
        {item.indicator: item.text for item in ranking.plan.uncertainties.errors} if ranking.plan.uncertainties else {}
    )
    if figure.error == figure.error and figure.key in given:
        error = short_number(figure.error)
        yield escape_markup(gettext("standard error {error} ({given})", error=error, given=given[figure.key]))
    if age := profile.age(figure):
        yield escape_markup(gettext("age: {age}", age=age))
    if figure.method:
        yield escape_markup(gettext("method: {method}", method=figure.method))
    yield from _origins(profile, figure)
    if rows is None:
        text = gettext("a run folder does not contain source rows; name the scenario to see them")
        yield f"\n[dim]{text}[/dim]"
    for name, frame in (rows or {}).items():
        yield from ("", *frame_blocks(frame, gettext("input {name}", name=name)))


def rows_behind(
    plan: Plan, measurement: Measurement, key: str, unit: str, edition: int, cache: Cache | None
) -> dict[str, pd.DataFrame]:
    """The rows of a unit (its code) that an indicator used for an edition, which is measured again to note them.

    Of a derived indicator they are the rows of its sources, for the editions that it uses.

    Returns:
        A frame per input, `place, from_year, year`, the columns that the indicator reads, `origin, vintage, method`;
        rows are summed by all but the amounts, unless the indicator sees single rows. The key is the input's name,
        followed in brackets by the owner of the rows if it is not the indicator itself:
        `inhabitants (units.population)` for a column of the units that is read from an input, `values (papers)` for a
        source of a derived indicator, `values (papers, 2020)` for that source in another edition, as for a growth rate.
    """
    at = plan.units.units.codes.index(unit)
    rows: dict[str, pd.DataFrame] = {}
    for indicator, year in dict.fromkeys(_measured(plan, measurement, key, at, edition)):
        of = [indicator.key] * (indicator.key != key) + [str(year)] * (year != edition)
        measured, shared = measure_one(plan, indicator, year, cache), list(indicator.inputs.values())
        behind: list[tuple[str, list[str], Records, Iterable[str]]] = []
        for role, records in measured.inputs.items():
            name = indicator.inputs[role]
            whose = of + [role] * (shared.count(name) > 1)
            behind.append((name, whose, records, indicator.bound.asked("inputs")[role]))
        for column in indicator.bound.asked("unit_columns"):
            if (noted := measured.unit_columns.get(column)) is not None:
                name = plan.scenario.units.from_inputs[column]
                behind.append((name, [*of, f"units.{column}"], noted, [column]))
        for name, whose, records, columns in behind:
            wanted = ["place", "from_year", "year", *columns, "origin", "vintage", "method"]
            label = f"{name} ({', '.join(whose)})" if whose else name
            rows[label] = records.used(unit)[wanted].reset_index(drop=True)
    return rows


def _measured(
    plan: Plan, measurement: Measurement, key: str, unit: int, edition: int
) -> Iterator[tuple[BoundIndicator, int]]:
    """The indicator and the edition, or those that it is made from in the end."""
    indicator = next(item for item in plan.indicators if item.key == key)
    if indicator.record.measure is not None:
        yield indicator, edition
        return
    columns = {name: measurement.indicators.index(name) for name in (key, *indicator.made_from)}
    values = [measurement.values[:, :, columns[name]] for name in indicator.made_from]
    behind = editions_behind(plan, indicator, values, measurement.values[:, :, columns[key]])
    row = plan.editions.index(edition)
    for name in indicator.made_from:
        for year, used in zip(plan.editions, behind[:, row, unit], strict=True):
            if used:
                yield from _measured(plan, measurement, name, unit, year)
