"""The rows of an input with their units, places and provenance as whole numbers: made once for all who ask."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.basis.arrays import Array, Positions

PROVENANCE = ("origin", "vintage", "method")


@frozen(eq=False)
class RowIndex:
    """Summed rows, told apart by numbers.

    Attributes:
        frame: As the core sums rows: `unit, place, from_year, year`, the columns, `origin, vintage, method`.
    """

    frame: pd.DataFrame

    @functools.cached_property
    def year(self) -> Any:
        """The last year of each row, `(rows,)`."""
        return self.frame["year"].to_numpy()

    @functools.cached_property
    def from_year(self) -> Any:
        """The first year of each row, `(rows,)`."""
        return self.frame["from_year"].to_numpy()

    @functools.cached_property
    def units(self) -> tuple[Positions, Any]:
        """The number of each row's unit, and the code of each number."""
        return _numbered(self.frame["unit"])

    @functools.cached_property
    def place(self) -> Positions:
        """The number of each row's place, the same wherever the place is the same."""
        return _numbered(self.frame["place"])[0]

    @functools.cached_property
    def spot(self) -> Positions:
        """The number of each row's unit and place together."""
        return np.unique(self.units[0] * (self.place.max(initial=0) + 1) + self.place, return_inverse=True)[1]

    @functools.cached_property
    def provenance(self) -> tuple[Positions, tuple[tuple[str, str, str], ...]]:
        """The number of each row's origin, vintage and method together, and the texts of each number."""
        import pandas as pd

        parts = [_numbered(self.frame[name]) for name in PROVENANCE]
        whole = np.zeros(len(self.frame), dtype=np.intp)
        for numbers, texts in parts:
            whole = whole * len(texts) + numbers
        numbers, first = pd.factorize(whole)[0], np.flatnonzero(~pd.Series(whole).duplicated().to_numpy())
        told = zip(*(texts[each[first]] for each, texts in parts), strict=True)
        return numbers, tuple((str(one), str(two), str(three)) for one, two, three in told)

    def amount(self, column: str) -> Array:
        """An amount of each row, `(rows,)`; NaN where a row has none."""
        if column not in self._amounts:
            self._amounts[column] = self.frame[column].to_numpy(dtype=float)
        return self._amounts[column]

    @functools.cached_property
    def _amounts(self) -> dict[str, Array]:
        return {}

    def at_units(self, index: pd.Index[str]) -> Positions:
        """The position of each row's unit in an index of units; -1 where it is not there."""
        known = self._positions.get(id(index))
        if known is None or known[0] is not index:
            numbers, codes = self.units
            known = self._positions[id(index)] = index, np.asarray(index.get_indexer(codes))[numbers]
        return known[1]

    @functools.cached_property
    def _positions(self) -> dict[int, tuple[pd.Index[str], Positions]]:
        return {}

    def newest(self, rows: Positions, by: Positions) -> Positions:
        """Of some rows those of the newest year of their number in `by`."""
        years = self.year[rows]
        best = np.full(by.max(initial=-1) + 1, np.iinfo(np.int64).min)
        np.maximum.at(best, by[rows], years)
        found: Positions = rows[years == best[by[rows]]]
        return found

    @functools.cached_property
    def _stocks(self) -> dict[int, tuple[Positions, Positions]]:
        return {}

    def stock(self, last: int) -> tuple[Positions, Positions]:
        """The rows up to a year, and of these the newest at each place."""
        if last not in self._stocks:
            rows = np.flatnonzero(self.year <= last)
            self._stocks[last] = rows, self.newest(rows, self.place)
        return self._stocks[last]


def _numbered(values: pd.Series) -> tuple[Positions, Any]:
    import pandas as pd

    numbers, found = pd.factorize(values, use_na_sentinel=False)
    return np.asarray(numbers), np.asarray(found, dtype=object)
