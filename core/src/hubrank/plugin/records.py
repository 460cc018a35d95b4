"""Records: the rows of units that an indicator reads."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import Factory, field, frozen

from hubrank.numeric import kinds_of, quiet_numpy
from hubrank.plugin.sources import PROVENANCE_COLUMNS, UNDATED, Coverage, Table, Window

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.numeric import Array, Mask, Positions
    from hubrank.plugin.units import Units


@frozen(eq=False)
class RowIndex:
    """Summed rows, identified by numbers.

    Attributes:
        frame: Rows as the core sums them: `unit, place, from_year, year`, the columns, `origin, vintage, method`.
        year: The last year of each row, `(rows,)`.
        from_year: The first year of each row, `(rows,)`.
        positions: The position of each row's unit among the units, -1 if it is not one of them; filled on demand.
        largest: The columns of which a unit has the largest value, so they do not add up over places.
    """

    frame: pd.DataFrame
    year: Any = field(init=False, default=Factory(lambda self: self.frame["year"].to_numpy(), takes_self=True))
    from_year: Any = field(
        init=False, default=Factory(lambda self: self.frame["from_year"].to_numpy(), takes_self=True)
    )
    largest: set[str] = field(factory=set, init=False)
    _numbers: dict[str, tuple[Positions, Any]] = field(factory=dict, init=False)
    positions: dict[Units, Positions] = field(factory=dict, init=False)
    _stocks: dict[int, tuple[Positions, Positions]] = field(factory=dict, init=False)

    def numbers(self, column: str) -> tuple[Positions, Any]:
        """The number of each row's unit or place, and the text of each number."""
        import pandas as pd

        if column not in self._numbers:
            numbers, texts = pd.factorize(self.frame[column], use_na_sentinel=False)
            self._numbers[column] = np.asarray(numbers), np.asarray(texts, dtype=object)
        return self._numbers[column]

    @functools.cached_property
    def provenance(self) -> tuple[Positions, tuple[tuple[str, str, str], ...]]:
        """The number of each row's origin, vintage and method together, and the texts of each number."""
        columns = [self.frame[name] for name in PROVENANCE_COLUMNS]
        numbers, first = kinds_of(columns)
        origins, vintages, methods = (map(str, column.iloc[first]) for column in columns)
        return numbers, tuple(zip(origins, vintages, methods, strict=True))

    @property
    def first_year(self) -> int | None:
        """The first year of any row; None if no row has one."""
        years = self.from_year[self.year != UNDATED]
        return int(years.min()) if len(years) else None

    def newest(self, rows: Positions, by: Positions) -> Positions:
        """Of some rows, those of the newest year of their number in `by`."""
        years = self.year[rows]
        best = np.full(by.max(initial=-1) + 1, np.iinfo(np.int64).min)
        np.maximum.at(best, by[rows], years)
        newest_rows: Positions = rows[years == best[by[rows]]]
        return newest_rows

    def stock(self, last: int) -> tuple[Positions, Positions]:
        """The rows up to a year, and of these the newest at each place."""
        if last not in self._stocks:
            rows = np.flatnonzero(self.year <= last)
            years = self.year[rows]
            alike = bool((years == years[:1]).all())
            self._stocks[last] = rows, rows if alike else self.newest(rows, self.numbers("place")[0])
        return self._stocks[last]


class TooManyRowsError(Exception):
    """An indicator asked for more rows at once than it declared."""


class SummedRowsError(Exception):
    """An indicator asked for single rows of an input whose rows it did not declare to see."""


@frozen(kw_only=True, eq=False)
class Records:
    """One input of an indicator, for one edition.

    Iterating yields the rows of `frame`, batch by batch.

    Attributes:
        table: A description of the rows.
        edition: The year that is measured.
        window: The years that count.
        rows: The number of rows that the source yielded, of any year.
        rows_without_unit: The number of rows that belong to no unit.
        apart: Whether its rows were kept apart, since the indicator declares them in `rows`.
    """

    table: Table
    edition: int
    window: Window
    rows: int
    rows_without_unit: int
    apart: bool = False
    _index: RowIndex
    _units: Units
    _used: list[Positions] = field(factory=list)
    _kept_out: list[Positions] = field(factory=list)
    _absent: list[tuple[Positions, tuple[str, str, str]]] = field(factory=list)
    _batch: int = 100_000

    def total(
        self, column: str, absent: float = np.nan, where: Mapping[str, Collection[str]] | None = None
    ) -> pd.Series:
        """Sum a flow over the window, by unit.

        Args:
            column: An amount.
            absent: The value of missing rows within what the table covers; outside it the value stays missing.
            where: Only rows whose column has one of the texts: `{"category": ("Physics", "Chemistry")}`.
        """
        return self._by_unit(self._those(self._flow(), (column,), where), column, absent, "sum")

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
            absent: The value of missing rows within what the table covers; outside it the value stays missing.
            combine: Whether the places of a unit are added up, or only the largest counts.
            where: Only rows whose column has one of the texts.
            beside: Only rows that have these amounts too, so that both sides of a quotient come from the same rows.
        """
        stock, newest = self._index.stock(self.window.last)
        rows = self._those(stock, (column, *beside), where)
        rows = newest if rows is stock else self._index.newest(rows, self._index.numbers("place")[0])
        covers = self.table.covers
        if not np.isnan(absent) and covers is not None and self.window.meets(covers, self.table.kind):
            # rows that end in a later, complete year are not used: a missing row there is no answer either
            years = self._index.year[rows]
            ended = (years < self._newest_complete(covers)) & (years != UNDATED)
            if covers.countries is not None:
                units = self._at_units(rows)
                ended &= (units >= 0) & self._units["country"].isin(covers.countries).to_numpy()[units]
            rows = rows[~ended]
        return self._by_unit(rows, column, absent, combine)

    def value(self, column: str, absent: float = np.nan, combine: Literal["sum", "max"] = "sum") -> pd.Series:
        """`total` of a flow, `latest` of a stock."""
        return self.total(column, absent) if self.table.kind == "flow" else self.latest(column, absent, combine)

    def frame(self, at_most: int = 1_000_000) -> pd.DataFrame:
        """The single rows of the window, all at once; duplicates are kept.

        A unit has none if the newest row of one of its places is older than the window allows.

        Returns:
            `unit, from_year, year`, the columns asked for, `origin, vintage, method`.

        Raises:
            SummedRowsError: The indicator does not declare the input in `rows`, so rows were summed.
            TooManyRowsError: There are more than `at_most`; iterate instead.
        """
        if not self.apart:
            raise SummedRowsError(
                f"rows of '{self.table.name}' that share unit, place and time are summed; to count or filter "
                "single rows, declare the input in the indicator's rows; else use total or latest"
            )
        stock = self.table.kind != "flow"
        rows, _ = self._by_age(self._index.stock(self.window.last)[0] if stock else self._flow())
        if len(rows) > at_most:
            raise TooManyRowsError(f"{len(rows)} {'row' if len(rows) == 1 else 'rows'}; the limit is {at_most}")
        return self._index.frame.drop(columns=["place"]).iloc[rows].reset_index(drop=True)

    def __iter__(self) -> Iterator[pd.DataFrame]:
        rows = self.frame(at_most=len(self._index.frame))
        for start in range(0, len(rows), self._batch):
            yield rows.iloc[start : start + self._batch]

    def used(self, unit: str | None = None) -> pd.DataFrame:
        """The rows that were used so far, each once, in the table's order.

        Args:
            unit: The code of a unit, for its rows only; by default those of all units.

        Returns:
            `unit, place, from_year, year`, the columns asked for, `origin, vintage, method`.
        """
        rows = self._index.frame.iloc[self._rows_used()]
        return rows if unit is None else rows[rows["unit"] == unit]

    def _rows_used(self) -> Positions:
        if len(self._used) == 1:
            return self._used[0]
        return np.unique(np.concatenate(self._used)) if self._used else np.array([], dtype=np.intp)

    def provenance(self) -> pd.DataFrame:
        """Origin, vintage and method of the rows used, or of the absence of rows, by unit, each text once."""
        import pandas as pd

        units, numbers, texts = self.provenance_numbers()
        rows = [texts[number] for number in numbers]
        return pd.DataFrame(rows, columns=list(PROVENANCE_COLUMNS), index=self._units.frame.index[units], dtype=object)

    def provenance_numbers(self) -> tuple[Positions, Positions, tuple[tuple[str, str, str], ...]]:
        """The values of `provenance`, without repeating the texts for each unit.

        Returns:
            The positions of the units that have one, the number of each one's provenance, and each number's three
            texts.
        """
        row_numbers, texts = self._index.provenance
        known = {item: number for number, item in enumerate(texts)}
        rows, inside = self._inside(self._rows_used())
        units, numbers = [inside], [row_numbers[rows]]
        for positions, provenance in self._absent:
            units.append(positions)
            numbers.append(np.full(len(positions), known.setdefault(provenance, len(known))))
        at_units, which = np.concatenate(units), np.concatenate(numbers)
        if (np.bincount(at_units) > 1).any():  # a unit with several numbers gets one for all their texts
            every = list(known)
            of_units, each = np.divmod(np.unique(at_units * len(every) + which), len(every))
            starts = np.flatnonzero(np.diff(of_units, prepend=-1))
            lengths = np.diff(starts, append=len(of_units))
            at_units, which = of_units[starts], each[starts]
            for at in np.flatnonzero(lengths > 1):
                several = each[starts[at] : starts[at] + lengths[at]]
                columns = zip(*(every[number] for number in several), strict=True)
                origin, vintage, method = (" + ".join(sorted(filter(None, set(column)))) for column in columns)
                which[at] = known.setdefault((origin, vintage, method), len(known))
        return at_units, which, tuple(known)

    def overlap(self) -> tuple[str, str, str] | None:
        """A unit and two periods of its summed rows that overlap, so that years count twice; None if there are none.

        Rows with different texts or origins do not overlap.
        """
        index = self._index
        if self.table.kind != "flow" or self.apart or (index.from_year == index.year).all():
            return None
        frame = index.frame.iloc[self._inside(self._rows_used())[0]]
        by = [str(name) for name, kind in frame.dtypes.items() if name != "vintage" and kind.kind not in "fi"]
        spans = frame[[*by, "from_year", "year"]].drop_duplicates().sort_values([*by, "from_year", "year"])
        before = spans.groupby(by, sort=False)[["from_year", "year"]].shift()
        if not (shared := ((spans["from_year"] <= before["year"]) & (spans["year"] != UNDATED)).to_numpy()).any():
            return None
        at = int(shared.argmax())
        one, other = (f"{first:.0f}-{last:.0f}" for first, last in (item.iloc[at][-2:] for item in (before, spans)))
        return str(spans["unit"].iloc[at]), one, other

    def ages(self) -> Mapping[str, Array]:
        """The age of the values used, `(units,)` each; NaN if there is nothing to report.

        Returns:
            `carried`: the oldest year used instead of a newer one; `ahead`: the newest year that the edition sees only
            because it looks ahead; `too_old`: the newest year that was excluded for its age.
        """
        window = self.window
        due = window.last if window.due is None else window.due
        ages = {name: np.full(len(self._units), np.nan) for name in ("carried", "ahead", "too_old")}
        dated: list[tuple[bool, Positions, Array]] = []
        for used, given in [*((True, rows) for rows in self._used), *((False, rows) for rows in self._kept_out)]:
            rows = given[self._index.year[given] != UNDATED]
            if self.apart:  # of single rows, the newest at each place
                rows = self._index.newest(rows, self._index.numbers("place")[0])
            inside, units = self._inside(rows)
            dated.append((used, units, self._index.year[inside].astype(float)))
        if self._absent and (covers := self.table.covers):  # no row was read as a value of the newest year
            newest = float(self._newest_complete(covers))
            dated += [(True, units, np.full(len(units), newest)) for units, _ in self._absent]
        for used, units, years in dated:
            if not used:
                np.fmax.at(ages["too_old"], units, years)
                continue
            if window.ages(self.table.kind):
                older = years < window.last
                np.fmin.at(ages["carried"], units[older], years[older])
            newer = years > due
            np.fmax.at(ages["ahead"], units[newer], years[newer])
        return ages

    def _flow(self) -> Positions:
        window, year = self.window, self._index.year
        dated = year != UNDATED
        keep = ~dated | (year <= window.last)
        if window.newest_only:
            return np.flatnonzero(year == (year[keep].max() if keep.any() else UNDATED))
        if window.first is not None:
            keep &= ~dated | (self._index.from_year >= window.first)
        return np.flatnonzero(keep)

    def _those(self, rows: Positions, there: tuple[str, ...], where: Mapping[str, Collection[str]] | None) -> Positions:
        """Of some rows, those that have these amounts, and one of the texts in each column of `where`."""
        frame = self._index.frame
        keep = np.ones(len(frame), dtype=bool)
        for column in there:
            keep &= ~np.isnan(frame[column].to_numpy(dtype=float))
        for column, texts in (where or {}).items():
            keep &= frame[column].isin(texts).to_numpy()
        selected = keep[rows]
        return rows if selected.all() else rows[selected]

    def _newest_complete(self, covers: Coverage) -> int:
        """The last year that the table covers, as far as the edition sees it and the rows extend."""
        newest = self._index.year[self._index.year <= self.window.last].max(initial=UNDATED)
        return int(min(covers.last, self.window.last, *([] if newest == UNDATED else [newest])))

    def _by_age(self, rows: Positions) -> tuple[Positions, Mask | None]:
        """Note and return the rows that are not too old, and the units left out; None if there is no row.

        A unit is left out with all its rows if one of its places has nothing newer: a partial sum would look complete.
        """
        oldest = self.window.oldest if self.window.ages(self.table.kind) else None
        years = self._index.year[rows]
        old = (years < (UNDATED if oldest is None else oldest)) & (years != UNDATED)
        if not old.any():
            self._used.append(rows)
            return rows, None
        (units, codes), place = self._index.numbers("unit"), self._index.numbers("place")[0]
        spot = np.unique(units * (place.max(initial=0) + 1) + place, return_inverse=True)[1]
        newest = np.isin(rows, self._index.newest(rows, spot))
        stale = np.isin(units[rows], units[rows[old & newest]])
        self._used.append(rows[~old & ~stale])
        self._kept_out.append(rows[old & stale])
        return self._used[-1], self._units.frame.index.isin(codes[np.unique(units[rows[stale]])])

    def _by_unit(self, rows: Positions, column: str, absent: float, combine: str) -> pd.Series:
        """An amount of rows by unit, summed, or at the place with the largest sum, without values that are too old."""
        import pandas as pd

        rows, without = self._by_age(rows)
        rows, units = self._inside(rows)
        values = pd.Series(self._index.frame[column].to_numpy(dtype=float)[rows], index=units)
        with quiet_numpy():  # values that are not numbers are reported where the indicator is measured
            if combine == "max":
                self._index.largest.add(column)
                places = self._index.numbers("place")[0][rows]
                values = values.groupby([units, places]).sum().groupby(level=0).max()
            elif not ((np.diff(units) > 0).all() or values.index.is_unique):
                values = values.groupby(level=0).sum()
        by_unit = np.full(len(self._units), np.nan)
        by_unit[values.index.to_numpy()] = values.to_numpy()
        filled = self.filled(pd.Series(by_unit, index=self._units.frame.index, copy=False), absent)
        return filled if without is None else filled.mask(without)

    def _at_units(self, rows: Positions) -> Positions:
        """The position of each row's unit; -1 if it has none."""
        positions = self._index.positions
        if self._units not in positions:
            if self._index.frame["unit"].tolist() == [*self._units.codes]:  # a row for each, in order
                positions[self._units] = np.arange(len(self._units))
                return positions[self._units][rows]
            numbers, codes = self._index.numbers("unit")
            positions[self._units] = np.asarray(self._units.frame.index.get_indexer(codes))[numbers]
        return positions[self._units][rows]

    def _inside(self, rows: Positions) -> tuple[Positions, Positions]:
        """Of some rows, those in the units, and the positions of their units."""
        units = self._at_units(rows)
        inside = units >= 0
        return (rows, units) if inside.all() else (rows[inside], units[inside])

    def filled(self, values: pd.Series, absent: float = np.nan) -> pd.Series:
        """One number for each unit from counts of the rows of `frame`.

        Args:
            values: Numbers by unit.
            absent: The value of missing rows within what the table covers; outside it the value stays missing.
        """
        index, covers = self._units.frame.index, self.table.covers
        filled = (values if values.index.is_(index) else values.reindex(index)).astype(float)
        if np.isnan(absent) or covers is None or not self.window.meets(covers, self.table.kind):
            return filled
        numbers = filled.to_numpy()
        gaps = np.isnan(numbers)
        if covers.countries is not None:
            gaps &= self._units["country"].isin(covers.countries).to_numpy()
        if gaps.any():
            origins = sorted({origin for origin, _, _ in self._index.provenance[1] if origin})
            origin = self.table.origin or " + ".join(origins)
            provenance = (origin, f"{covers.first}-{covers.last}", f"no row, which means {absent:g}")
            self._absent.append((np.flatnonzero(gaps), provenance))
        return filled.mask(gaps, absent)
