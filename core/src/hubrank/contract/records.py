"""Rows, put into units and summed, as an indicator sees them for one edition."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import field, frozen

from hubrank.contract.sources import Covers, Table

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.contract.units import Units

#: The year of rows that have none; they stand for every edition.
UNDATED = -1


class TooManyRowsError(Exception):
    """An indicator asked for more rows at once than it said it could take."""


class SummedRowsError(Exception):
    """An indicator asked for single rows of an input whose rows it did not declare to see."""


@frozen(kw_only=True)
class Window:
    """Which years an edition sees of an input.

    Attributes:
        first: The first year of a flow; none where all years count.
        last: The last year.
        oldest: The oldest year of a stock, or of a newest period; none where age does not matter.
        newest_only: Whether only the newest period up to `last` counts.
        due: The last year that the edition would see if it did not look ahead; `last` where it does not.
    """

    first: int | None
    last: int
    oldest: int | None = None
    newest_only: bool = False
    due: int | None = None

    def meets(self, covers: Covers, kind: Literal["flow", "stock"]) -> bool:
        """Whether a table is complete for some year that the window can see.

        Args:
            covers: What the table is complete for.
            kind: Whether its rows are of a flow or of a stock.
        """
        start = self.oldest if self.ages(kind) else self.first
        return covers.first <= self.last and (start is None or covers.last >= start)

    def ages(self, kind: Literal["flow", "stock"]) -> bool:
        """Whether a row can stand in for a newer one; in a flow of fixed years each row counts for its own."""
        return kind == "stock" or self.newest_only


@frozen(kw_only=True, eq=False)
class Records:
    """One input of an indicator, for one edition.

    Iterating gives what `frame` gives, batch by batch.

    Attributes:
        table: What the rows are.
        edition: The year that is measured.
        window: The years that count.
        rows: How many rows the source gave, whatever their year.
        rows_without_unit: How many of them lie in no unit.
        apart: Whether its rows were kept apart, since the indicator declares them in `rows`.
    """

    table: Table
    edition: int
    window: Window
    rows: int
    rows_without_unit: int
    apart: bool = False
    _totals: pd.DataFrame
    _units: Units
    _used: list[np.ndarray[Any, Any]] = field(factory=list)
    _kept_out: list[np.ndarray[Any, Any]] = field(factory=list)
    _absent: list[pd.DataFrame] = field(factory=list)
    _batch: int = 100_000

    def total(
        self, column: str, absent: float = np.nan, where: Mapping[str, Collection[str]] | None = None
    ) -> pd.Series:
        """Sum a flow over the window, by unit.

        Args:
            column: An amount.
            absent: What no row means, inside what the table covers; outside it stays missing.
            where: Only rows whose column has one of the texts: `{"category": ("Physics", "Chemistry")}`.
        """
        rows, without = self._by_age(_those(self._flow(), (column,), where))
        return self._filled(rows.groupby("unit", observed=True)[column].sum(), absent).mask(without)

    def latest(
        self,
        column: str,
        absent: float = np.nan,
        combine: Literal["sum", "max"] = "sum",
        where: Mapping[str, Collection[str]] | None = None,
        beside: tuple[str, ...] = (),
    ) -> pd.Series:
        """Take the newest value of a stock at each place, combined by unit.

        A unit is missing where the newest value of one of its places is older than the window allows.

        Args:
            column: An amount.
            absent: What no row means, inside what the table covers; outside it stays missing.
            combine: Whether a unit's places add up, or the largest place speaks for it.
            where: Only rows whose column has one of the texts.
            beside: Only rows that have these amounts too, so that a quotient is one of the same rows.
        """
        rows = _those(self._stock(), (column, *beside), where)
        newest = rows.groupby("place", observed=True)["year"].transform("max")
        rows, without = self._by_age(rows[rows["year"] == newest])
        places = rows.groupby(["unit", "place"], observed=True)[column].sum() if combine == "max" else None
        units = rows.groupby("unit", observed=True)[column].sum() if places is None else places.groupby("unit").max()
        return self._filled(units, absent).mask(without)

    def value(self, column: str, absent: float = np.nan, combine: Literal["sum", "max"] = "sum") -> pd.Series:
        """`total` of a flow, `latest` of a stock."""
        return self.total(column, absent) if self.table.kind == "flow" else self.latest(column, absent, combine)

    def frame(self, at_most: int = 1_000_000) -> pd.DataFrame:
        """The single rows of the window, all at once; two that are alike are two.

        A unit has none where the newest of one of its places is older than the window allows.

        Returns:
            `unit, from_year, year`, the columns asked for, `origin, vintage, method`.

        Raises:
            SummedRowsError: The indicator does not declare the input in `rows`, so rows were summed.
            TooManyRowsError: There are more than `at_most`; iterate instead.
        """
        if not self.apart:
            raise SummedRowsError(
                f"rows of '{self.table.name}' that share unit, place and time are summed; to count or filter single "
                "rows, declare the input in the indicator's rows; else use total or latest"
            )
        rows, _ = self._by_age(self._flow() if self.table.kind == "flow" else self._stock())
        if len(rows) > at_most:
            raise TooManyRowsError(f"{len(rows)} rows; the limit is {at_most}")
        return rows.drop(columns=["place"]).reset_index(drop=True)

    def __iter__(self) -> Iterator[pd.DataFrame]:
        rows = self.frame(at_most=len(self._totals))
        for start in range(0, len(rows), self._batch):
            yield rows.iloc[start : start + self._batch]

    def used(self, unit: str | None = None) -> pd.DataFrame:
        """The rows that were used so far, each once, in the table's order.

        Args:
            unit: The code of the unit whose rows are wanted; those of all units by default.

        Returns:
            `unit, place, from_year, year`, the columns asked for, `origin, vintage, method`.
        """
        used = np.unique(np.concatenate(self._used)) if self._used else np.array([], dtype=np.int64)
        rows = self._totals.loc[used]
        return rows if unit is None else rows[rows["unit"] == unit]

    def provenance(self) -> pd.DataFrame:
        """Origin, vintage and method of the rows that were used, or whose absence was, by unit, each text once."""
        import pandas as pd

        rows = self.used()[["unit", "origin", "vintage", "method"]]
        rows = pd.concat([rows, *self._absent]).drop_duplicates()
        several = rows["unit"].duplicated(keep=False)
        joined = rows[several].groupby("unit", observed=True).agg(_joined)
        return pd.concat([rows[~several].set_index("unit"), joined]) if len(joined) else rows.set_index("unit")

    def ages(self) -> pd.DataFrame:
        """How old or new what was used is, by unit: only those of which there is something to say.

        Returns:
            `carried`: the oldest year that stands in for a newer one; `ahead`: the newest year that the edition sees
            only because it looks ahead; `too_old`: the newest year that was kept out for its age. Floats; NaN where
            there is none.
        """
        import pandas as pd

        due = self.window.last if self.window.due is None else self.window.due
        used = pd.concat([*(self._dated(rows) for rows in self._used), self._absent_years()])
        out = pd.concat([self._dated(rows) for rows in self._kept_out] or [used[:0]])
        year = used["year"].to_numpy(dtype=float)
        carried = np.where((year < self.window.last) & self.window.ages(self.table.kind), year, np.nan)
        told = pd.concat([used.assign(carried=carried, ahead=np.where(year > due, year, np.nan)), out])
        told["too_old"] = np.concatenate([np.full(len(used), np.nan), out["year"].to_numpy(dtype=float)])
        told = told[told[["carried", "ahead", "too_old"]].notna().any(axis=1)]
        by_unit = told.groupby("unit", observed=True)
        return pd.DataFrame(
            {"carried": by_unit["carried"].min(), "ahead": by_unit["ahead"].max(), "too_old": by_unit["too_old"].max()},
            dtype=float,
        )

    def _dated(self, rows: np.ndarray[Any, Any]) -> pd.DataFrame:
        """Unit and year of dated rows; where they were given one by one, of the newest at each place."""
        found = self._totals.loc[rows, ["unit", "place", "year"]]
        found = found[found["year"] != UNDATED]
        if self.apart:
            found = found[found["year"] == found.groupby("place", observed=True)["year"].transform("max")]
        return found[["unit", "year"]]

    def _absent_years(self) -> pd.DataFrame:
        """Unit and year of the newest rows, for each unit whose lack of a row was read as a number."""
        import pandas as pd

        units = [unit for each in self._absent for unit in each["unit"]]
        year, covers = self._totals["year"], self.table.covers
        seen = year[year <= self.window.last].max() if (year <= self.window.last).any() else UNDATED
        last = self.window.last if covers is None else min(covers.last, self.window.last)
        newest = last if seen == UNDATED else min(last, seen)
        return pd.DataFrame({"unit": np.array(units, dtype=object), "year": np.full(len(units), newest, dtype=float)})

    def _flow(self) -> pd.DataFrame:
        rows, window = self._totals, self.window
        year, start = rows["year"], rows["from_year"]
        dated = year != UNDATED
        keep = ~dated | (year <= window.last)
        if window.newest_only:
            newest = year[keep].max() if keep.any() else UNDATED
            return rows[year == newest]
        if window.first is not None:
            keep &= ~dated | (start >= window.first)
        return rows[keep]

    def _stock(self) -> pd.DataFrame:
        return self._totals[self._totals["year"] <= self.window.last]

    def _by_age(self, rows: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray[Any, np.dtype[np.bool_]]]:
        """Note and give the rows that are not too old, and which units are left out.

        A unit is, with all its rows, where one of its places has nothing newer: part of a sum would pass for the whole.
        """
        oldest = self.window.oldest if self.window.ages(self.table.kind) else None
        old = (rows["year"] < (UNDATED if oldest is None else oldest)) & (rows["year"] != UNDATED)
        newest = rows.groupby(["unit", "place"], observed=True)["year"].transform("max") if old.any() else rows["year"]
        stale = rows["unit"].isin(rows["unit"][old & (newest == rows["year"])])
        self._used.append(rows.index[~old & ~stale].to_numpy())
        self._kept_out.append(rows.index[old & stale].to_numpy())
        return rows[~old & ~stale], self._units.frame.index.isin(rows["unit"][stale])

    def filled(self, values: pd.Series, absent: float = np.nan) -> pd.Series:
        """One number a unit of what was counted from `frame`.

        Args:
            values: Numbers by unit.
            absent: What no row means, inside what the table covers; outside it stays missing.
        """
        return self._filled(values, absent)

    def _filled(self, values: pd.Series, absent: float) -> pd.Series:
        filled = values.reindex(self._units.frame.index).astype(float)
        covers = self.table.covers
        if np.isnan(absent) or covers is None or not self.window.meets(covers, self.table.kind):
            return filled
        inside = np.ones(len(filled), dtype=bool)
        if covers.countries is not None:
            inside = self._units["country"].isin(covers.countries).to_numpy()
        gaps = filled.isna() & inside
        self._note_absent(filled.index[gaps], f"{covers.first}-{covers.last}", f"no row, which means {absent:g}")
        return filled.mask(gaps, absent)

    def _note_absent(self, units: pd.Index[str], vintage: str, method: str) -> None:
        import pandas as pd

        origin = self.table.origin or _joined(self._totals["origin"])
        noted = {"unit": units, "origin": origin, "vintage": vintage, "method": method}
        self._absent.append(pd.DataFrame(noted).astype(object))


def _those(rows: pd.DataFrame, there: tuple[str, ...], where: Mapping[str, Collection[str]] | None) -> pd.DataFrame:
    """The rows that have these amounts, and one of the texts in each column of `where`."""
    keep = np.ones(len(rows), dtype=bool)
    for column in there:
        keep &= rows[column].notna().to_numpy()
    for column, texts in (where or {}).items():
        keep &= rows[column].isin(texts).to_numpy()
    return rows[keep]


def _joined(texts: pd.Series) -> str:
    return " + ".join(sorted({str(text) for text in texts if isinstance(text, str) and text}))
