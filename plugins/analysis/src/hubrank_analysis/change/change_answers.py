"""What `change` and `whatif` find, as answers in Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from hubrank import Answer, Ranking, count_text, format_number, gettext

from hubrank_analysis.change import whatif as asked
from hubrank_analysis.change.causes import Change, doubt
from hubrank_analysis.change.change_command import changes, editions_between, moves, placed, ranked_in, titled

if TYPE_CHECKING:
    import pandas as pd
    from hubrank import Measurement


def change(
    ranking: Ranking,
    *,
    measurements: tuple[Measurement, ...],
    start: int | None,
    end: int | None,
    unit: str | None,
) -> Answer:
    """What moved a unit between two editions, or the largest moves.

    Args:
        ranking: The ranking.
        measurements: What was measured, for each alternative of the vintage.
        start: The earlier edition (year); the one before the later by default.
        end: The later edition; the latest by default.
        unit: The unit's code, name or alias; none asks for the largest moves.

    Raises:
        UsageError: There is no such edition, or the unit is not ranked in one of them.
    """
    editions = editions_between(ranking, start, end)
    alike = doubt(ranking, measurements, *editions)
    if unit is None:
        made = moves(ranking, editions, alike, None)
        title = titled(ranking, editions)
        return Answer(title=title, tables={"moves": _moves(made)}, bars="places", record=tuple(made))
    (one,) = changes(ranking, editions, alike, [ranked_in(ranking, editions, unit)])
    return Answer(
        title=gettext(
            "{unit}, {ranking}, {start} to {end}: {places} places, score {score}",
            unit=ranking.names[one.unit],
            ranking=ranking.title,
            start=ranking.editions[editions[0]],
            end=ranking.editions[editions[1]],
            places=format_number(f"{one.places:+g}"),
            score=format_number(f"{one.score:+.3f}"),
        ),
        tables={"indicators": _indicators(one)},
        notes=(placed(one),),
        bars="places",
        record=one,
    )


def _moves(made: Sequence[Change]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(
        {
            "unit": [each.ranking.names[each.unit] for each in made],
            "places": [each.places for each in made],
            **{name: [each.split[name] for each in made] for name in ("world", "source", "list", "others")},
            "score": [each.score for each in made],
            "alike": [each.alike for each in made],
            "code": [each.ranking.codes[each.unit] for each in made],
        }
    )


def _indicators(made: Change) -> pd.DataFrame:
    import pandas as pd

    ordered = sorted(made.moves, key=lambda each: -abs(each.places))
    return pd.DataFrame(
        {
            "indicator": [gettext(each.title) for each in ordered],
            "before": [each.measured[0] for each in ordered],
            "after": [each.measured[1] for each in ordered],
            "own": [each.own for each in ordered],
            "scale": [each.scale for each in ordered],
            "places": [each.places for each in ordered],
            "others": [each.others for each in ordered],
            "cause": [each.cause for each in ordered],
            "key": [each.key for each in ordered],
        }
    )


def whatif(
    ranking: Ranking,
    *,
    edition: int,
    unit: int,
    rank: int,
    indicators: Sequence[str],
    costs: Mapping[str, float],
    at_most: Mapping[str, float],
) -> Answer:
    """The smallest improvement that takes a unit to a rank.

    Args:
        ranking: The ranking.
        edition: The edition's position.
        unit: The unit's position; it must be ranked.
        rank: The rank.
        indicators: Those that may be improved, by key or title; all by default.
        costs: What improving one costs, relative to 1.
        at_most: The largest improvements, in the indicators' own units of measure.

    Raises:
        UsageError: There is no such indicator, or the unit has no figure of it.
    """
    limits = {name: (value, False) for name, value in at_most.items()}
    chosen = asked.levers(ranking, edition, unit, keys=indicators, costs=costs, limits=limits)
    trial = asked.Trial(ranking, edition, unit)
    alone = [asked.single(trial, lever, rank) for lever in chosen]
    joint = asked.together(trial, alone, rank) if len(alone) > 1 else None
    now = ranking.ranks[edition, unit]
    tables = {"alone": _rows([(each, 0) for each in sorted(alone, key=lambda each: (not each.reached, each.cost))])}
    if joint is not None:
        moved = [at for at, lever in enumerate(joint.levers) if joint.changes[at] > 1e-6 * lever.relative]
        tables["together"] = _rows([(joint, at) for at in moved])
    return Answer(
        title=gettext(
            "{unit}, {ranking} {edition}: from rank {now} to rank {rank}",
            unit=ranking.names[unit],
            ranking=ranking.title,
            edition=ranking.editions[edition],
            now=format_number(f"{now:g}"),
            rank=rank,
        ),
        tables=tables,
        notes=(gettext("it has already reached this rank"),) if now <= rank else tuple(_notes(alone, joint)),
        record=(tuple(alone), joint),
    )


def _notes(alone: Sequence[asked.Answer], joint: asked.Answer | None) -> Iterator[str]:
    """How many indicators would do alone, and what all of them reach together."""
    yield gettext(
        "{indicators} alone would do", indicators=count_text(sum(each.reached for each in alone), "indicator")
    )
    if joint is None:
        return
    rank = format_number(f"{joint.rank:g}")
    if joint.reached:
        yield gettext("together: reaches rank {rank}", rank=rank)
    else:
        yield gettext("together: not reachable within the bounds, only rank {rank}", rank=rank)


def _rows(made: Sequence[tuple[asked.Answer, int]]) -> pd.DataFrame:
    import pandas as pd

    levers = [each.levers[at] for each, at in made]
    return pd.DataFrame(
        {
            "indicator": [gettext(lever.title) for lever in levers],
            "current": [lever.now for lever in levers],
            "required": [each.value(at) for each, at in made],
            "relative": [each.changes[at] / each.levers[at].relative for each, at in made],
            "reached": [each.reached for each, _ in made],
            "rank": [each.rank for each, _ in made],
            "key": [lever.key for lever in levers],
        }
    )
