"""All findings about the tables, in the order of their ids."""

from collections.abc import Mapping, Sequence

from tools.vintage.judging import figures, joins
from tools.vintage.judging.finding import Finding
from tools.vintage.judging.hubs import Hubs
from tools.vintage.places import Namesakes, Place
from tools.vintage.rows import Table


def judge(
    tables: Mapping[str, Table],
    hubs: Hubs,
    *,
    names: Namesakes,
    by_hand: Mapping[tuple[str, str], Sequence[tuple[Place, float]]],
    now: int,
) -> list[Finding]:
    """Everything that a person has to decide.

    Args:
        tables: Finished tables by name.
        hubs: The hubs that rankings evaluate.
        names: Which names they were joined by, and which of those are ambiguous.
        by_hand: Sites and their shares, by country and key, of institutions that were divided by hand.
        now: The year up to which figures are judged; later ones are projections.

    Returns:
        Findings, each once.
    """
    measured = figures.by_hub(tables, hubs, now=now)
    accounts = [account for table in tables.values() for account in table.accounts]
    every = [area for table in tables.values() for area in table.areas]
    found = [
        *figures.judged(measured, hubs.country, figures.COLUMNS),
        *figures.absent(measured, hubs.country, figures.COLUMNS),
        *joins.namesakes(names, hubs),
        *joins.twins(accounts),
        *joins.borders(tables, hubs),
        *joins.areas(every, hubs),
        *joins.split(by_hand, hubs),
    ]
    return sorted(set(found))
