"""The explanation of a unit's score as an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubrank.basis.language import numeral, worded
from hubrank.questions.answers import Answer
from hubrank.questions.profile import Profile, profile

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.composing.ranking import Ranking


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
    other = worded("the mean of all") if against is None else ranking.names[against]
    return Answer(
        title=worded(
            "{name}, {title} {edition}: rank {rank}, score {score}, {lead} against {other}",
            name=ranking.names[unit],
            title=ranking.title,
            edition=ranking.editions[edition],
            rank=numeral(f"{ranking.ranks[edition, unit]:g}"),
            score=ranking.score_text(edition, unit),
            lead=numeral(f"{made.lead:+.3f}"),
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
            "indicator": [worded(each.title) for each in figures],
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
            "dimension": [worded(each.title) for each in made.branches],
            "score": [each.score for each in made.branches],
            "rank": [each.rank for each in made.branches],
            "contribution": [each.contribution for each in made.branches],
            "key": [each.name for each in made.branches],
        }
    )


def _notes(made: Profile) -> tuple[str, ...]:
    peers = ", ".join(made.ranking.names[each.unit] for each in made.peers)
    rest = tuple(
        worded("{cause}: {amount}", cause=cause, amount=numeral(f"{amount:+.3f}"))
        for cause, amount in made.rest.items()
    )
    return (*rest, worded("most similar profiles: {units}", units=peers)) if peers else rest
