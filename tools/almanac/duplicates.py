"""Rows that a list has twice: the same firm or institution under two spellings, decided by hand."""

from collections.abc import Iterable

import pandas as pd

from tools.almanac.names import INPUTS


def listed_twice(table: str, names: Iterable[str], places: Iterable[str]) -> list[bool]:
    """Whether a row repeats another of its list.

    Args:
        table: The table that the list belongs to.
        names: What its rows are called.
        places: Where its rows say they are, one each.

    Returns:
        One truth value a row: a row of `inputs/duplicates.csv` beyond the first that it may have.
    """
    by_hand = pd.read_csv(INPUTS / "duplicates.csv", dtype=str, keep_default_na=False)
    by_hand = by_hand[by_hand["table"] == table]
    allowed = {(row.name, row.place): int(row.kept) for row in by_hand.itertuples(index=False)}
    twice = []
    for row in zip(names, places, strict=True):
        if row in allowed:
            allowed[row] -= 1
        twice.append(allowed.get(row, 0) < 0)
    return twice
