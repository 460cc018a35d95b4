"""What changed between two editions of a ranking: moves, their parts, and why a figure differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import attrs
import numpy as np
from attrs import frozen
from hubrank import Answer, Ranking, compose, format_number, gettext, gettext_noop
from hubrank.cli.command import ranked_unit, ranking_of
from hubrank.cli.console import progress
from hubrank.explain.contributions import Contributions, Part, contributions
from hubrank.explain.shapley import RankedUnits
from hubrank.io.answer import ScreenColumn, ScreenTable
from hubrank.io.escaping import escape_markup
from hubrank.uncertainty.analysis import analysis_of
from hubrank.uncertainty.outcome import moves_between

from hubrank_analysis.change.between import Overtaking, overtaking

if TYPE_CHECKING:
    from hubrank import Array, BoundIndicator, Measurement

    from hubrank_analysis.change.between import Difference


Cause = Literal["gap", "list", "source", "reread", "newer", "years", "same"]
#: What each cause is, in the order in which one speaks for a figure that is made from several.
CAUSES: dict[Cause, str] = {
    "gap": gettext_noop("there in one edition only"),
    "list": gettext_noop("in the list in one edition only"),
    "source": gettext_noop("another source or method"),
    "reread": gettext_noop("same vintage, counted otherwise"),
    "newer": gettext_noop("newer vintage"),
    "years": gettext_noop("same table, other years"),
    "same": gettext_noop("unchanged"),
}
#: The columns that a reader sees, and the causes that each holds. All but `world` need not be a change in the world.
GROUPS: dict[str, tuple[Cause, ...]] = {
    "world": ("newer", "years"),
    "source": ("source", "reread"),
    "list": ("list", "gap"),
}


@frozen(kw_only=True)
class Compared:
    """A unit's figures in two editions.

    Attributes:
        ranking: The ranking.
        editions: The positions of the two editions.
        unit: The unit's position.
    """

    ranking: Ranking
    editions: tuple[int, int]
    unit: int

    def cause(self, indicator: BoundIndicator) -> Cause:
        """Why the unit's figure differs.

        A figure that is made from others differs for what happened to them; where several did, the first of `CAUSES`
        speaks for it, so that no change is called the world's that may not be.
        """
        before, after = self._pair(self.ranking.measurement.values, indicator)
        if before == after or (np.isnan(before) and np.isnan(after)):
            return "same"
        made_from = [item for item in self.ranking.plan.indicators if item.key in indicator.made_from]
        parts = {self.cause(item) for item in made_from} - {"same"}
        return next((item for item in CAUSES if item in parts), None) or self._of_a_cell(indicator, before, after)

    def _of_a_cell(self, indicator: BoundIndicator, before: float, after: float) -> Cause:
        """Why a figure differs that is made from no others."""
        if np.isnan(before) or np.isnan(after):
            return "gap"
        if before == 0 or after == 0:
            return "list"
        measured = self.ranking.measurement
        if self._differ(measured.origins, indicator) or self._differ(measured.methods, indicator):
            return "source"
        if self._differ(measured.vintages, indicator):
            return "newer"
        kinds = {self.ranking.plan.inputs[name].table.kind for name in indicator.inputs.values()}
        return "years" if "flow" in kinds else "reread"

    def _differ(self, texts: Any, indicator: BoundIndicator) -> bool:
        before, after = self._pair(texts, indicator)
        return bool(before != after)

    def _pair(self, panel: Any, indicator: BoundIndicator) -> tuple[Any, Any]:
        """The unit's two entries of an indicator in a panel `(editions, units, indicators)`."""
        at = self.ranking.measurement.indicators.index(indicator.key)
        start, end = self.editions
        return panel[start, self.unit, at], panel[end, self.unit, at]


def between_scenarios(first: str, second: str, unit: str, edition: int | None, *, sample: bool) -> Answer:
    """Compare one unit in two scenarios."""
    from hubrank.results.rank import edition_of

    from hubrank_analysis.change.between import between, same_unit

    one, other = ranking_of(first, sample), ranking_of(second, sample)
    editions = edition_of(one, edition), edition_of(other, edition)
    position = ranked_unit(one, editions[0], unit)
    other_position = same_unit(one, position, other)
    ranked_unit(other, editions[1], other.codes[other_position])
    with progress("comparing"):
        result = between(one, other, editions, (position, other_position))
    return Answer(
        record=result,
        page=[*_between_page(result)],
        data=lambda: _between_data(result),
        rows=lambda: _between_data(result)["indicators"],
    )


def _between_data(made: Difference) -> dict[str, Any]:
    sides = zip((made.first, made.second), made.editions, made.units, strict=True)
    return {
        "unit": made.first.codes[made.units[0]],
        "name": made.first.names[made.units[0]],
        "sides": [
            {
                "title": ranking.title,
                "edition": ranking.editions[edition],
                "score": ranking.scores[edition, unit],
                "rank": ranking.ranks[edition, unit],
            }
            for ranking, edition, unit in sides
        ],
        "score": made.score,
        "places": made.places,
        "steps": [{"name": item.name, "score": item.score, "places": item.places} for item in made.steps],
        "mean": made.mean,
        "indicators": [
            {"key": key, "title": title, "first": first, "second": second}
            for key, title, first, second in made.indicators()
        ],
    }


def _between_page(made: Difference) -> Iterator[str | ScreenTable]:
    yield f"\n[bold]{escape_markup(made.first.names[made.units[0]])}[/bold]"
    for name, ranking, edition, unit in zip("AB", (made.first, made.second), made.editions, made.units, strict=True):
        rank, score = ranking.ranks[edition, unit], ranking.score_text(edition, unit)
        title = f"{ranking.title} {ranking.editions[edition]}"
        text = gettext("{title}: rank {rank}, score {score}", title=title, rank=format_number(f"{rank:g}"), score=score)
        yield f"{name}  {escape_markup(text)}"
    yield ""
    yield _steps(made)
    columns = (ScreenColumn(gettext("indicator"), "name"), ScreenColumn("A"), ScreenColumn("B"), ScreenColumn("B - A"))
    grid = ScreenTable(columns, title=gettext("lead over the mean"))
    for _, title, first, second in made.indicators():
        grid.add(escape_markup(gettext(title)), _score(first), _score(second), _score(second - first))
    yield ""
    yield grid
    yield f"[dim]{gettext('difference in the mean score: {score}', score=_score(made.mean))}[/dim]"


def _steps(made: Difference) -> ScreenTable:
    """What each step does, and all of them together."""
    columns = (ScreenColumn(gettext("step"), "name"), ScreenColumn(gettext("score")), ScreenColumn(gettext("places")))
    grid = ScreenTable(columns, title=gettext("from A to B"))
    for item in made.steps:
        name = ", ".join(gettext(part) for part in item.parts)
        grid.add(name, _score(item.score), _places(item.places))
    grid.add(gettext("together"), _score(made.score), _places(made.places), style="bold")
    return grid


def _score(score: float) -> str:
    return format_number(f"{score:+.3f}")


def _places(places: float) -> str:
    return format_number(f"{places:+g}") if places else "0"


@frozen(kw_only=True)
class Move:
    """What an indicator did between two editions.

    Attributes:
        key: The indicator.
        title: For tables.
        measured: The values before and after.
        vintages: The vintages before and after.
        origins: The origins before and after.
        cause: Why the figure differs, as far as its vintages, origins and methods tell.
        own: What the unit's own new figure brings to its score.
        scale: What comes of the scale that the figure is read on: others' figures, and methods that learn from them.
        places: How many places of rank it brings, by the unit's own score; the sum over the indicators and over the
            others' side is the change of rank.
        others: How many places the scores of those cost or give that were overtaken or overtook.
    """

    key: str
    title: str
    measured: tuple[float, float]
    vintages: tuple[str, str]
    origins: tuple[str, str]
    cause: Cause
    own: float
    scale: float
    places: float
    others: float

    @property
    def renewed(self) -> bool:
        """Whether the figure is of another vintage or origin."""
        return self.vintages[0] != self.vintages[1] or self.origins[0] != self.origins[1]


@frozen(kw_only=True, eq=False)
class Change:
    """A unit's change between two editions, split exactly.

    Attributes:
        ranking: The ranking.
        editions: The positions of the two editions.
        unit: The unit's position.
        score: The change of its score: the sum of all `own` and `scale`, and of `own_rest` and `scale_rest`.
        places: The places that it rose: its rank before less its rank after.
        moves: One an indicator.
        own_rest: What its own figures bring that no single indicator can be given.
        scale_rest: The same of the scale.
        overtaking: Who changed sides with it.
        alike: The share of draws that move it the same way; NaN where it did not move or nothing was drawn.
    """

    ranking: Ranking
    editions: tuple[int, int]
    unit: int
    score: float
    places: float
    moves: tuple[Move, ...]
    own_rest: Mapping[Part, float]
    scale_rest: Mapping[Part, float]
    overtaking: Overtaking
    alike: float = np.nan

    @property
    def split(self) -> dict[str, float]:
        """The places won by what is behind them: the groups of causes, and `others`; they sum to all places.

        The unit's own figures are told by why they differ. `others` is all else: the scores of those overtaken, units
        that came or left, and the scale, weights and steps that learn from others.
        """
        own = {name: sum(item.places for item in self.moves if item.cause in causes) for name, causes in GROUPS.items()}
        return {**own, "others": self.places - sum(own.values())}

    @property
    def unproven(self) -> bool:
        """Whether the larger part of the move comes from figures that need not have changed in the world."""
        sign = 1 if self.places >= 0 else -1
        return (self.split["source"] + self.split["list"]) * sign > abs(self.places) / 2

    @property
    def own(self) -> float:
        """What the unit's own figures bring to its score."""
        return sum(item.own for item in self.moves) + sum(self.own_rest.values())

    @property
    def scale(self) -> float:
        """What the scale brings that its figures are read on."""
        return sum(item.scale for item in self.moves) + sum(self.scale_rest.values())

    @property
    def unchanged(self) -> list[Move]:
        """The indicators whose vintage is the same in both editions; own figures of theirs bring nothing."""
        return [item for item in self.moves if not item.renewed]


def change(ranking: Ranking, start: int, end: int, unit: int) -> Change:
    """Split a unit's change between two editions.

    The score depends on the unit's own figures and on all else: the others' figures, and the scale, weights and steps
    that learn from them. Both changed, so each is credited with the mean of what it brings before and after the
    other has changed, found by composing the ranking again with the unit's figures of the other edition.

    Args:
        ranking: The ranking.
        start: The position of the edition before.
        end: The position of the edition after.
        unit: The unit's position; it must be ranked in both.

    Raises:
        ScenarioError: A method cannot take the figures of one edition among those of another.
    """
    new, old = RankedUnits.of(ranking, end, unit), RankedUnits.of(ranking, start, unit)
    old_among_new = RankedUnits.of(_with_figures(ranking, start, end, unit), end, unit)
    new_among_old = RankedUnits.of(_with_figures(ranking, end, start, unit), start, unit)
    own = _mean(contributions(new, old_among_new), contributions(new_among_old, old))
    scale = _mean(contributions(old_among_new, old), contributions(new, new_among_old))
    met = overtaking(ranking, start, end, unit)
    keys = {("indicator", item.key) for item in ranking.plan.ranked}
    return Change(
        ranking=ranking,
        editions=(start, end),
        unit=unit,
        score=float(new.scores[0] - old.scores[0]),
        places=float(ranking.ranks[start, unit] - ranking.ranks[end, unit]),
        moves=tuple(_move(ranking, start, end, unit, at, own, scale, met) for at in range(len(ranking.plan.ranked))),
        own_rest={part: amount for part, amount in own.items() if part not in keys},
        scale_rest={part: amount for part, amount in scale.items() if part not in keys},
        overtaking=met,
    )


def doubt(ranking: Ranking, measurements: tuple[Measurement, ...], start: int, end: int) -> Array | None:
    """The share of draws that agree with each unit's move between two editions, `(units,)`.

    NaN where a rank did not move; none where the scenario has no doubts.

    Args:
        ranking: The ranking.
        measurements: What was measured, for each alternative of the vintage.
        start: The position of the edition before.
        end: The position of the edition after.
    """
    if ranking.plan.uncertainties is None:
        return None
    analysis = analysis_of(ranking.plan, measurements, closely=False)
    return moves_between(analysis, ranking, [(start, end)], analysis.wanted(None))[0]


def by_size(ranking: Ranking, start: int, end: int) -> list[int]:
    """The units that are ranked in both editions, the largest move first, ties by the change of score, then by code.

    Changes of score are alike whose twelve digits of the largest score are.
    """
    places = np.abs(ranking.ranks[start] - ranking.ranks[end])
    both = np.flatnonzero(~np.isnan(places))
    before, after = (ranking.scores[at][both] for at in (start, end))
    largest = np.abs([before, after]).max(initial=0) or 1.0
    order = both[np.lexsort((-np.round(np.abs(before - after) / largest, 12), -places[both]))]
    return [int(unit) for unit in order]


def _with_figures(ranking: Ranking, source: int, into: int, unit: int) -> Ranking:
    """The ranking, composed again with a unit's figures of one edition in another."""
    measurement = ranking.measurement
    values = measurement.values.copy()
    values[into, unit] = values[source, unit]
    return compose(ranking.plan, attrs.evolve(measurement, values=values))


def _mean(first: Contributions, second: Contributions) -> dict[Part, float]:
    """The mean of two splits, part by part."""
    parts = {**first.parts, **second.parts}
    nothing: Array = np.zeros(1)
    return {part: float((first.parts.get(part, nothing) + second.parts.get(part, nothing))[0]) / 2 for part in parts}


def _move(
    ranking: Ranking,
    start: int,
    end: int,
    unit: int,
    at: int,
    own: Mapping[Part, float],
    scale: Mapping[Part, float],
    met: Overtaking,
) -> Move:
    item = ranking.plan.ranked[at]
    measurement = ranking.measurement
    column = measurement.indicators.index(item.key)
    part: Part = ("indicator", item.key)
    return Move(
        key=item.key,
        title=item.title,
        measured=(float(ranking.measured[start, unit, at]), float(ranking.measured[end, unit, at])),
        vintages=(str(measurement.vintages[start, unit, column]), str(measurement.vintages[end, unit, column])),
        origins=(str(measurement.origins[start, unit, column]), str(measurement.origins[end, unit, column])),
        cause=Compared(ranking=ranking, editions=(start, end), unit=unit).cause(item),
        own=own.get(part, 0.0),
        scale=scale.get(part, 0.0),
        places=float(met.own[at]),
        others=float(met.others[at]),
    )
