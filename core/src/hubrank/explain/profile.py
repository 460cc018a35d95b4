"""A unit from score to origin; rows behind a figure; its Answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from hubrank.explain.contributions import Contributions, Kind, against_all, contributions
from hubrank.explain.shapley import RankedUnits, effective_weights, ranked
from hubrank.i18n import ENGLISH, format_number, gettext, use_language
from hubrank.io.answer import Answer
from hubrank.measurement.figures import editions_behind, measure_one
from hubrank.ranking.provenance import UsedOrigin
from hubrank.ranking.ranking import Ranking, ranks_of
from hubrank.scenario.schema import RankingSettings
from hubrank.scenario.tree import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from hubrank.io.cache import Cache
    from hubrank.measurement.measurement import Measurement
    from hubrank.numeric import Array
    from hubrank.plugin.records import Records
    from hubrank.scenario.indicators import BoundIndicator
    from hubrank.scenario.plan import Plan


@frozen(kw_only=True)
class Figure:
    """An indicator of a unit, stage by stage.

    Attributes:
        key: The indicator.
        title: For tables.
        dimension: The dimension that it belongs to.
        unit_of_measure: What one counts.
        direction: 1 where more is better, -1 where less is.
        measured: NaN where nothing was.
        imputed: The value after imputation.
        treated: The value after treatment.
        normalised: The value on the common scale; NaN where the weight was shared out.
        weight: What it weighs in the unit's score, its own and what it got of others' that are missing.
        rank: The unit's rank by it among the ranked units.
        contribution: Its part of the lead over the reference.
        origin: Who made the figure.
        vintage: The state of the data.
        method: How a derived figure was made.
        age: Of which other year it is, or which was too old for it, in English, as programs read it; empty where it is
            of its own.
    """

    key: str
    title: str
    dimension: str
    unit_of_measure: str
    direction: int
    measured: float
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
    """A dimension of a unit.

    Attributes:
        name: The dimension.
        title: For tables.
        parent: The dimension above.
        score: The unit's score in it.
        rank: Its rank by it among the ranked units.
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
    """A unit of like profile.

    Attributes:
        unit: Its position.
        distance: The root of the weighted mean of squared differences of normalised values, by the spread of each.
    """

    unit: int
    distance: float


@frozen(kw_only=True, eq=False)
class Profile:
    """A unit, explained.

    Attributes:
        ranking: The ranking.
        edition: The edition's position.
        unit: The unit's position.
        against: The position of the unit that it is compared with; none for the mean of all.
        lead: Its score less the reference's.
        contributions: What makes the lead.
        branches: The dimensions, those above first.
        figures: The indicators, in the order of the tree.
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
        return sorted((each for each in self.figures if self.helps(each) > 0), key=lambda each: -self.helps(each))

    @property
    def weaknesses(self) -> list[Figure]:
        """The indicators that cost most, in order."""
        return sorted((each for each in self.figures if self.helps(each) < 0), key=self.helps)

    def helps(self, figure: Figure) -> float:
        """What a figure brings towards a better rank, whichever end of the scores is best."""
        return -figure.contribution if self.ranking.plan.scenario.ranking.best == "lowest" else figure.contribution

    @property
    def rest(self) -> Mapping[str, float]:
        """The part of the difference that no indicator explains, by its cause in words."""
        games = self.contributions.attribution
        return {
            _cause(kind, name, whole=games.get(name) == "whole"): float(amount[0])
            for (kind, name), amount in self.contributions.parts.items()
            if kind != "indicator"
        }

    def age(self, figure: Figure) -> str:
        """A figure's age in the language spoken."""
        return self.ranking.age_text(self.edition, self.unit, figure.key) if figure.age else ""

    def figure(self, key: str) -> Figure:
        """The figure of an indicator."""
        return next(each for each in self.figures if each.key == key)

    def origins(self, figure: Figure | None = None) -> list[UsedOrigin]:
        """Who made the figures, on what terms, and who the units that rows were put into; each once.

        Args:
            figure: The figure whose origins are asked for; all figures by default.
        """
        figures = self.figures if figure is None else (figure,)
        named = {name for each in figures for name in each.origin.split(" + ")}
        return [each for each in self.ranking.origins() if each.units or each.origin.name in named]


def _cause(kind: Kind, dimension: str, *, whole: bool) -> str:
    """What a part of the difference comes of that is no indicator's."""
    if whole:
        return gettext("{dimension} as a whole, which its method does not split", dimension=dimension)
    if kind == "dimension":
        return gettext("{dimension}, which one side of the comparison lacks", dimension=dimension)
    if kind == "weights":
        return gettext("different weights in {dimension}", dimension=dimension)
    if kind == "steps":
        return gettext("different post-processing of {dimension}", dimension=dimension)
    return gettext("different comparison units in {dimension}", dimension=dimension)


def profile(ranking: Ranking, edition: int, unit: int, against: int | None = None, peers: int = 5) -> Profile:
    """Explain a unit's score.

    Args:
        ranking: The ranking.
        edition: The edition's position.
        unit: The unit's position; it must be ranked.
        against: The unit to compare with; by default the mean of all ranked units.
        peers: How many of the nearest units are named.
    """
    cells = RankedUnits.of(ranking, edition, unit)
    if against is None:
        made = against_all(ranking, edition, unit)
    else:
        made = contributions(cells, RankedUnits.of(ranking, edition, against))
    return Profile(
        ranking=ranking,
        edition=edition,
        unit=unit,
        against=against,
        lead=float(made.difference[0]),
        contributions=made,
        branches=_branches(ranking, edition, unit, made),
        figures=_figures(ranking, edition, unit, made),
        peers=nearest(ranking, edition, unit, peers),
    )


def nearest(ranking: Ranking, edition: int, unit: int, most: int = 5) -> tuple[Peer, ...]:
    """The ranked units of the most alike profile.

    Distances are taken over the indicators that both have, weighted as in the unit's own score and each by its
    spread over the ranked units.
    """
    order = ranked(ranking, edition)
    values = ranking.normalised[edition][order]
    own = ranking.normalised[edition][unit]
    spread = np.nanstd(values, axis=0)
    weights = effective_weights(RankedUnits.of(ranking, edition, unit))[0]
    with np.errstate(invalid="ignore", divide="ignore"):
        gaps = np.where(spread > 0, (values - own) / spread, 0.0) ** 2
        there = ~np.isnan(gaps) * weights
        distance = np.sqrt(np.nansum(gaps * weights, axis=-1) / there.sum(axis=-1))
    distance = np.where((order == unit) | np.isnan(distance), np.inf, distance)
    found = np.argsort(distance, kind="stable")[:most]
    return tuple(Peer(unit=int(order[at]), distance=float(distance[at])) for at in found if np.isfinite(distance[at]))


def _branches(ranking: Ranking, edition: int, unit: int, made: Contributions) -> tuple[Branch, ...]:
    nodes = {node.name: node for node in ranking.plan.tree}
    branches = []
    for node in _from_the_top(nodes, ranking.plan.tree.root):
        scores = ranking.nodes[node.name].scores[edition]
        branches.append(
            Branch(
                name=node.name,
                title=node.title,
                parent=str(node.parent),
                score=float(scores[unit]),
                rank=_rank(ranking, edition, scores, unit),
                contribution=float(made.totals[node.name][0]) if node.name in made.totals else float("nan"),
                attribution=made.attribution.get(node.name, ""),
            )
        )
    return tuple(branches)


def _from_the_top(nodes: Mapping[str, Node], above: Node) -> list[Node]:
    """The dimensions below one, each before those below it, in the order of the scenario."""
    own = [nodes[member.name] for member in above.members if member.name in nodes]
    return [each for node in own for each in (node, *_from_the_top(nodes, node))]


def _figures(ranking: Ranking, edition: int, unit: int, made: Contributions) -> tuple[Figure, ...]:
    weights = effective_weights(RankedUnits.of(ranking, edition, unit))[0]
    measurement = ranking.measurement
    figures = []
    for at, each in enumerate(ranking.plan.ranked):
        column = measurement.indicators.index(each.key)
        part = made.parts.get(("indicator", each.key))
        with use_language(ENGLISH):
            age = ranking.age_text(edition, unit, each.key)
        figures.append(
            Figure(
                key=each.key,
                title=each.title,
                dimension=str(each.dimension),
                unit_of_measure=each.record.unit_of_measure,
                direction=each.direction,
                measured=float(ranking.measured[edition, unit, at]),
                imputed=float(ranking.imputed[edition, unit, at]),
                treated=float(ranking.treated[edition, unit, at]),
                normalised=float(ranking.normalised[edition, unit, at]),
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
    among = np.where(np.isnan(ranking.ranks[edition]), np.nan, scores)
    return float(ranks_of(among, RankingSettings())[unit])


def explain(ranking: Ranking, *, edition: int, unit: int, against: int | None = None) -> Answer:
    """What makes a unit's score, indicator by indicator.

    Args:
        ranking: The ranking.
        edition: The edition's position.
        unit: The unit's position; it must be ranked.
        against: The unit to compare with; by default the mean of all ranked units.

    Returns:
        The tables `indicators` and `dimensions`, those that help or cost most first, and the `Profile`.
    """
    made = profile(ranking, edition, unit, against)
    other = gettext("the mean of all") if against is None else ranking.names[against]
    return Answer(
        title=gettext(
            "{name}, {title} {edition}: rank {rank}, score {score}, {lead} against {other}",
            name=ranking.names[unit],
            title=ranking.title,
            edition=ranking.editions[edition],
            rank=format_number(f"{ranking.ranks[edition, unit]:g}"),
            score=ranking.score_text(edition, unit),
            lead=format_number(f"{made.lead:+.3f}"),
            other=other,
        ),
        tables={"indicators": _indicators(made), "dimensions": _dimensions(made)},
        notes=_notes(made),
        bars="contribution",
        record=made,
    )


def _indicators(made: Profile) -> pd.DataFrame:
    import pandas as pd

    figures = sorted(made.figures, key=lambda each: -abs(each.contribution))
    return pd.DataFrame(
        {
            "indicator": [gettext(each.title) for each in figures],
            "contribution": [each.contribution for each in figures],
            "value": [each.measured for each in figures],
            "score": [each.normalised for each in figures],
            "rank": [each.rank for each in figures],
            "weight": [each.weight for each in figures],
            "dimension": [each.dimension for each in figures],
            "key": [each.key for each in figures],
        }
    )


def _dimensions(made: Profile) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        {
            "dimension": [gettext(each.title) for each in made.branches],
            "score": [each.score for each in made.branches],
            "rank": [each.rank for each in made.branches],
            "contribution": [each.contribution for each in made.branches],
            "key": [each.name for each in made.branches],
        }
    )


def _notes(made: Profile) -> tuple[str, ...]:
    peers = ", ".join(made.ranking.names[each.unit] for each in made.peers)
    rest = tuple(
        gettext("{cause}: {amount}", cause=cause, amount=format_number(f"{amount:+.3f}"))
        for cause, amount in made.rest.items()
    )
    return (*rest, gettext("most similar profiles: {units}", units=peers)) if peers else rest


def rows_behind(
    plan: Plan, measurement: Measurement, key: str, unit: str, edition: int, cache: Cache | None
) -> dict[str, pd.DataFrame]:
    """The rows of a unit that an indicator used for an edition: it is measured once more, and they are noted.

    Args:
        plan: The plan.
        measurement: What was measured for it.
        key: The indicator; of one that is made from others, theirs for the editions that it is made of.
        unit: The unit's code.
        edition: The edition's year.
        cache: Where totals are kept.

    Returns:
        A frame an input, `place, from_year, year`, the columns that the indicator reads, `origin, vintage, method`;
        rows are summed by all but the amounts, unless the indicator sees single rows. The key is the input's name.
        Behind it stands in brackets whose rows they are, where that is not the indicator itself: `population (units'
        population)` for a column of the units that is read from an input, `values (papers)` for an indicator that this
        one is made from, `values (papers, 2020)` where that is of another edition, as behind a rate of growth.
    """
    at = plan.units.units.codes.index(unit)
    return {
        label: frame
        for indicator, year in dict.fromkeys(_measured(plan, measurement, key, at, edition))
        for label, frame in _used(
            plan,
            indicator,
            unit,
            year,
            cache,
            [indicator.key] * (indicator.key != key) + [str(year)] * (year != edition),
        ).items()
    }


def _measured(
    plan: Plan, measurement: Measurement, key: str, unit: int, edition: int
) -> Iterator[tuple[BoundIndicator, int]]:
    """The indicator and the edition, or those that it is made from in the end."""
    indicator = next(each for each in plan.indicators if each.key == key)
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


def _used(
    plan: Plan, indicator: BoundIndicator, unit: str, edition: int, cache: Cache | None, of: list[str]
) -> dict[str, pd.DataFrame]:
    made = measure_one(plan, indicator, edition, cache)
    reads = indicator.bound.asked("inputs")
    shared = list(indicator.inputs.values())
    found = {}
    for role, records in made.inputs.items():
        name = indicator.inputs[role]
        whose = of + [role] * (shared.count(name) > 1)
        found[_label(name, whose)] = _shown(records, unit, list(reads[role]))
    for column in indicator.bound.asked("unit_columns"):
        if column in made.unit_columns:
            whose = [*of, f"units' {column}"]
            label = _label(plan.scenario.units.from_inputs[column], whose)
            found[label] = _shown(made.unit_columns[column], unit, [column])
    return found


def _label(name: str, whose: list[str]) -> str:
    return f"{name} ({', '.join(whose)})" if whose else name


def _shown(records: Records, unit: str, columns: list[str]) -> pd.DataFrame:
    """The rows of a unit, with the columns that were read."""
    wanted = ["place", "from_year", "year", *columns, "origin", "vintage", "method"]
    return records.used(unit)[wanted].reset_index(drop=True)
