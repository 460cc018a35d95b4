"""What every verb needs: rank the scenario that the command line names, find a unit, write JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hubrank.basis.language import worded
from hubrank.front.pages import say
from hubrank.front.screen import quiet
from hubrank.front.waiting import progress

if TYPE_CHECKING:
    from hubrank.composing.ranking import Ranking


def ranking_of(scenario: str, sample: bool) -> Ranking:
    """Rank the scenario or run folder that the command line names, with a progress bar."""
    from hubrank.measuring.cache import Cache
    from hubrank.runs import running

    with progress("loading") as tell:
        ranking = running.rank(scenario, sample=sample, cache=Cache.default(), progress=tell)
    tell_resumed(ranking)
    return ranking


def tell_resumed(ranking: Ranking) -> None:
    """Say on standard error which inputs continue the work of a run that ended before it had all."""
    for each in ranking.measurement.inputs:
        if each.resumed and not quiet():
            said = worded(
                "{input}: {resumed} of {parts} parts were summed by an earlier run; the others by this one",
                input=each.name,
                resumed=each.resumed,
                parts=each.parts,
            )
            say(said, err=True)


def ranked_unit(ranking: Ranking, at: int, text: str) -> int:
    """The position of a unit that has a rank in an edition.

    Raises:
        UsageError: There is no such unit, or it is not ranked.
    """
    from hubrank.composing.reasons import refuse_unranked
    from hubrank.runs import running

    position = running.unit_of(ranking, text)
    refuse_unranked(ranking, at, position)
    return position


def jsonable(value: Any) -> Any:
    """A value ready for JSON: gaps as null, NumPy numbers as Python's."""
    if isinstance(value, Mapping):
        return {str(key): jsonable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [jsonable(each) for each in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and value != value else value
