"""What the page says of each figure beside its value: whose it is, of which state and year, and how it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from hubrank.io.escaping import strip_control

if TYPE_CHECKING:
    from hubrank import Ranking

    from hubrank_output.report.sayings import Sayings

#: The years of a figure that is not of its edition.
_YEARS = ("carried", "ahead", "too_old")
#: So many texts are told apart by one byte.
_FEW = 256
#: More than any year.
_CENTURIES = 10_000


def cell_notes(ranking: Ranking, sayings: Sayings) -> dict[str, Any]:
    """For origins, vintages, methods and ages: the texts, and which of them each indicator, edition and unit has.

    The first three are the data's own texts; ages are said in all languages.
    """
    measurement = ranking.measurement
    columns = [measurement.indicators.index(each.key) for each in ranking.plan.ranked]
    coded = {"origin": measurement.origins, "vintage": measurement.vintages, "method": measurement.methods}
    made = {name: _notes(each.codes[:, :, columns], list(each.texts)) for name, each in coded.items()}
    return made | {"age": _ages(ranking, columns, sayings)}


def _notes(codes: Any, texts: list[Any]) -> dict[str, Any]:
    """Texts that cells have, and their numbers by indicator, edition and unit."""
    used = np.flatnonzero(np.bincount(codes.ravel(), minlength=len(texts)))
    numbers = np.zeros(len(texts), dtype="u1" if len(used) <= _FEW else "i4")
    numbers[used] = np.arange(len(used))
    of = np.moveaxis(numbers[codes], -1, 0)
    return {
        "texts": [strip_control(each) if isinstance(each, str) else each for each in map(texts.__getitem__, used)],
        "of": of,
    }


def _ages(ranking: Ranking, columns: list[int], sayings: Sayings) -> dict[str, Any]:
    """The texts of ages; of cells that are alike in edition, indicator and years one is asked for all."""
    ages = ranking.measurement.ages
    years = np.stack([getattr(ages, name)[:, :, columns] for name in _YEARS])
    there = ~np.isnan(years)
    codes = np.zeros(years.shape[1:], dtype=np.int32 if there.any() else np.uint8)
    editions, units, indicators = np.nonzero(there.any(axis=0))
    keys = editions * len(columns) + indicators
    for each in years[:, editions, units, indicators]:
        keys = keys * _CENTURIES + np.nan_to_num(each, nan=0).astype(np.int64)
    _, first, number = np.unique(keys, return_index=True, return_inverse=True)
    cells = [(int(editions[at]), int(units[at]), ranking.plan.ranked[indicators[at]].key) for at in first]
    codes[editions, units, indicators] = number.reshape(-1) + 1
    return _notes(codes, sayings.all(lambda: ["", *(ranking.age_text(*cell) for cell in cells)]))
