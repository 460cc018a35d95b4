"""All findings about the tables, in the order of their ids."""

from collections.abc import Mapping

from rows import Table
from sources import Sources

from judging import figures, joins
from judging.finding import Finding
from judging.hubs import Hubs


def judge(tables: Mapping[str, Table], sources: Sources, hubs: Hubs) -> list[Finding]:
    """Everything that a person has to decide.

    Args:
        tables: Finished tables by name.
        sources: What they were built from; its gazetteer knows which names were ambiguous.
        hubs: The hubs that rankings evaluate.

    Returns:
        Findings, each once.
    """
    measured = figures.by_hub(tables, hubs)
    accounts = [account for table in tables.values() for account in table.accounts]
    every = [area for table in tables.values() for area in table.areas]
    found = [
        *figures.judged(measured, hubs.country, figures.COLUMNS),
        *figures.absent(measured, hubs.country, figures.COLUMNS),
        *joins.namesakes(sources.gazetteer, hubs),
        *joins.twins(accounts),
        *joins.borders(tables, hubs),
        *joins.areas(every, hubs),
        *joins.split(sources.institutions.by_hand, hubs),
    ]
    return sorted(set(found))
