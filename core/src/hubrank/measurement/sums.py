"""Check frames, assign them to units, sum them."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from attrs import define, field

from hubrank.errors import Problem, ScenarioError, did_you_mean
from hubrank.io.cells import NUMBER, YEAR, Kind, invalid_cells, read_numbers
from hubrank.measurement.unmatched import EXPECTED, merge_accounts, sum_column, unmatched_rows, why_nowhere
from hubrank.numeric import Array, Mask, Positions, counts_by, kinds_of, order_of, quiet_numpy, sums_by, sums_of
from hubrank.plugin.sources import PLACE_COLUMNS, PROVENANCE_COLUMNS, TIME_COLUMNS, UNDATED, Request
from hubrank.scenario.indicators import BoundPart
from hubrank.scenario.inputs import BoundInput
from hubrank.scenario.places import Located, Places
from hubrank.scenario.units import BoundUnits, refuse_overlap

#: A partial sum is folded when it has this many rows, so that memory does not grow with the source.
_FOLD = 2_000_000
#: The rows of a piece of a frame, which limits the memory of intermediate results.
PIECE = 1_000_000
#: The column of a tally with the number of the source's rows in each of its sums, and the most sums to wait for others.
ROWS, _HELD = "hubrank_rows", 100_000


@define(eq=False)
class Sums:
    """The sums so far, with the account of unassigned rows.

    Attributes:
        without: The number of rows in no unit.
        spelt: The number of rows assigned to a unit by another spelling of its name.
        undated: The number of rows in units without a year, if some row has one (`dated`).
        partial: Sums of parts of the rows, in the form of `Totals.frame`.
        tallies: Sums by place, not yet assigned to units and in none of the rest, in the form of a batch with `ROWS`.
        unassigned: The account so far, if a row lies in no unit.
        amounts: For each amount the sum inside and outside the units.
        years: For single rows the sums by `year`, and by whether they lie `outside` the units, as those of other units
            do; places that may be an error are in none.
        parts: The number of parts in which the rows were read, of which `resumed` an earlier run had summed.
        steady: As `Totals` has it.
    """

    bound: BoundInput
    units: BoundUnits
    rows: int = 0
    without: int = 0
    spelt: int = 0
    undated: int = 0
    dated: bool = False
    partial: list[pd.DataFrame] = field(factory=list)
    tallies: list[pd.DataFrame] = field(factory=list)
    unassigned: list[pd.DataFrame] = field(factory=list)
    amounts: dict[str, Array] = field(factory=dict)
    years: pd.DataFrame = field(factory=pd.DataFrame)
    parts: int = 1
    resumed: int = 0
    cached: bool = False
    steady: bool = False

    @property
    def read(self) -> int:
        """The number of rows, assigned or not."""
        return self.rows + sum(int(tally[ROWS].sum()) for tally in self.tallies)

    def tally(self, *tallies: pd.DataFrame) -> None:
        """Add sums by place, which are assigned when they are many."""
        self.tallies += tallies
        if sum(map(len, self.tallies)) > _HELD:
            self.assign()

    def assign(self) -> None:
        """Assign the sums by place to units."""
        if self.tallies:
            whole = pd.concat(self.tallies, ignore_index=True)
            self.add(whole, whole[ROWS].to_numpy())
            self.tallies = []

    def add(self, frame: pd.DataFrame, rows: Array | None = None) -> None:
        """Add rows, each in every unit of its place.

        Args:
            frame: The rows, with the columns of a batch.
            rows: The number of the source's rows in each; one by default.
        """
        columns = [name for name in PLACE_COLUMNS if name in frame.columns]
        kind, at = kinds_of([frame[name] for name in columns])
        rows = np.ones(len(frame), dtype=np.int64) if rows is None else rows
        counts: dict[str, Any] = {"rows": np.bincount(kind, rows, len(at)).astype(np.int64)}
        if "year" in frame.columns:
            dated = np.where(frame["year"].notna(), rows, 0)
            counts["dated"] = np.bincount(kind, dated, len(at)).astype(np.int64)
        tally = frame[columns].iloc[at].reset_index(drop=True).assign(**counts)
        located = self.locate(tally)
        units = np.bincount(located.row, minlength=len(located.nowhere))
        first, count = np.cumsum(units) - units, units[kind]
        row = np.repeat(np.arange(len(kind)), count)
        unit = located.unit[np.arange(len(row)) - np.repeat(np.cumsum(count) - count - first[kind], count)]
        if self.bound.table.count_distinct:
            outside = np.flatnonzero(located.nowhere[kind])
            there: Positions = np.r_[row, outside]
            things, place = _distinct(self.bound, frame.iloc[there], np.r_[unit, -1 - kind[outside]])
            self.note_once(things, place, tally, located)
            self.keep(things[place >= 0], place[place >= 0])
            return
        self._note_places(frame, kind, tally, located)
        self.keep(frame if len(row) == len(frame) and (row == np.arange(len(row))).all() else frame.iloc[row], unit)

    def note_once(self, things: pd.DataFrame, at: Positions, tally: pd.DataFrame, located: Located) -> None:
        """Count rows, and the amounts of things once in each unit and at each place that lies in none.

        Args:
            things: Sums of such things, with the columns of a batch.
            at: The position of each one's unit; for a place in none, -1 minus its position in the tally.
            tally: Distinct places with their `rows` and the number of these that are `dated`.
        """
        place = np.zeros(len(self.units.units), dtype=np.intp)  # of the places of a unit, any one holds its amounts
        place[located.unit] = located.row
        self._note_places(things, np.where(at >= 0, place[np.maximum(at, 0)], -1 - at), tally, located)

    def _note_places(self, frame: pd.DataFrame, place: Positions, tally: pd.DataFrame, located: Located) -> None:
        """Count rows, and the amounts of a frame whose rows lie at these of the distinct places."""
        sums = {
            name: np.nan_to_num(frame[name].to_numpy(dtype=float, na_value=np.nan)) for name in amounts_of(self.bound)
        }
        amounts = {sum_column(name): counts_by(place, values, len(tally)) for name, values in sums.items()}
        strange = self.note(pd.concat([tally, pd.DataFrame(amounts, index=tally.index, copy=False)], axis=1), located)
        if "year" in frame.columns:
            year, outside = frame["year"].to_numpy(dtype=float, na_value=np.nan), located.nowhere[place]
            years = pd.DataFrame({"year": year, **sums, "outside": outside}, copy=False)
            self._add_years(years[~strange[place]] if strange.any() else years)

    def locate(self, tally: pd.DataFrame) -> Located:
        """The units of distinct places, which have `rows`; places in several units are rejected if they must not be."""
        columns = [name for name in PLACE_COLUMNS if name in tally.columns]
        located = self.units.places.locate(tally[columns], self.bound.choice.match)
        if self.units.places.overlap == "error":
            refuse_overlap(self.bound.name, self.units, tally, located)
        return located

    def note(self, tally: pd.DataFrame, located: Located) -> Mask:
        """Count the rows and amounts in units and in none.

        Args:
            tally: Distinct places with their `rows`, the number of these that are `dated`, and the sum of each amount.

        Returns:
            Which places lie in none as no table of the whole world does.
        """
        columns = [name for name in PLACE_COLUMNS if name in tally.columns]
        outside, rows = located.nowhere, tally["rows"].to_numpy()
        dated = tally["dated"].to_numpy() if "dated" in tally.columns else rows
        strange, accounts = np.zeros(len(tally), dtype=bool), []
        if outside.any():
            reasons = why_nowhere(self.units.places, tally.loc[outside, columns], self.bound.choice.match)
            strange[outside] = ~reasons["reason"].isin(EXPECTED)
            accounts = [unmatched_rows(reasons, self.bound, tally[outside])]
        amounts = {}
        for name in amounts_of(self.bound):
            values = tally[sum_column(name)].to_numpy(dtype=float)
            with quiet_numpy():  # a sum over all units may be infinite; no share of it is reported then
                amounts[name] = np.array([np.sort(values[mask]).sum() for mask in (~outside, outside)])
        self.count(
            Sums(
                self.bound,
                self.units,
                rows=int(rows.sum()),
                without=int(rows[outside].sum()),
                spelt=int(rows[located.folded].sum()),
                undated=int((rows - dated)[~outside].sum()),
                dated="dated" in tally.columns and bool(dated.any()),
                unassigned=accounts,
                amounts=amounts,
            )
        )
        return strange

    def _add_years(self, years: pd.DataFrame) -> None:
        """Add sums by year."""
        names = amounts_of(self.bound)
        if names and len(years):
            with quiet_numpy():
                years = pd.concat([self.years, years], ignore_index=True) if len(self.years) else years
                self.years = sums_by(years, ["year", "outside"], names)

    def count(self, other: Sums) -> None:
        """Add the counts, the account and the amounts of other rows."""
        for name in ("rows", "without", "spelt", "undated"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.dated |= other.dated
        with quiet_numpy():
            for name, added in other.amounts.items():
                self.amounts[name] = self.amounts.get(name, 0.0) + added
        if other.unassigned:
            self.unassigned = [merge_accounts([*self.unassigned, *other.unassigned])]
        self._add_years(other.years)

    def keep(self, frame: pd.DataFrame, unit: Positions) -> None:
        """Add rows that lie in units, each with the position of its own, to the sums."""
        bound, codes = self.bound, np.array(self.units.units.codes, dtype=object)
        if bound.apart:
            self.partial.append(_keyed(bound, frame.reset_index(drop=True), codes[unit]))
            return
        # rows with identical texts become one; amounts stay missing if all were missing
        places = [name for name in PLACE_COLUMNS if name in frame.columns] if bound.table.kind == "stock" else []
        keys = list(dict.fromkeys([*places, *key_columns(bound, list(frame.columns))]))
        if (np.diff(unit) > 0).all():  # one row for each unit, in order
            self._append(_keyed(bound, frame.reset_index(drop=True), codes[unit]))
            return
        kind, first = kinds_of([pd.Series(unit), *(frame[name] for name in keys)])
        if len(first) == len(frame):
            reduced = frame.reset_index(drop=True)
        else:
            reduced, unit = frame[keys].iloc[first].reset_index(drop=True), unit[first]
            if amounts := amounts_of(bound):
                values = frame[amounts].astype(float)
                with quiet_numpy():  # values that are not numbers are reported where an indicator is measured
                    for name in amounts:
                        reduced[name] = sums_of(kind, values[name].to_numpy(), len(first))
        self._append(summed(bound, _keyed(bound, reduced, codes[unit])))

    def join(self, other: Sums) -> None:
        """Add the sums of other rows, none of which counts once with one of these."""
        self.resumed += other.cached
        self.tally(*other.tallies)
        if other.rows:
            self.count(other)
            self._append(other.whole())

    def _append(self, sums: pd.DataFrame) -> None:
        self.partial.append(sums)
        if sum(map(len, self.partial)) > _FOLD:
            self.partial = [self.whole()]

    def whole(self) -> pd.DataFrame:
        """All partial sums as one; rows that are kept apart one after the other, in order."""
        if self.bound.apart:
            rows = pd.concat(self.partial, ignore_index=True)
            return rows.iloc[order_of(rows, list(rows.columns))[0]].reset_index(drop=True)
        return summed(self.bound, pd.concat(self.partial)) if len(self.partial) > 1 else self.partial[0]


def _distinct(bound: BoundInput, frame: pd.DataFrame, unit: Positions) -> tuple[pd.DataFrame, Positions]:
    """Things that count once in a unit as one row each, with the largest of the amounts."""
    order = order_of(frame, [name for name in PLACE_COLUMNS if name in frame.columns])[0]
    amounts, frame, unit = amounts_of(bound), frame.iloc[order].reset_index(drop=True), unit[order]
    keys = [str(bound.table.count_distinct), *key_columns(bound, list(frame.columns))]
    kind, first = kinds_of([pd.Series(unit), *(frame[name] for name in keys)])
    reduced = frame.iloc[first].reset_index(drop=True)
    if amounts:
        reduced[amounts] = frame[amounts].astype(float).groupby(kind, sort=True).max()
    return reduced, unit[first]


def amounts_of(bound: BoundInput) -> list[str]:
    """The columns of an input that are summed."""
    return [name for name, cls in bound.columns.items() if cls is float]


def key_columns(bound: BoundInput, there: Sequence[str]) -> list[str]:
    """Those of the columns that distinguish rows of a unit and a place."""
    texts = [name for name, cls in bound.columns.items() if cls is not float]
    return [name for name in dict.fromkeys([*TIME_COLUMNS, *texts, *PROVENANCE_COLUMNS]) if name in there]


def _keyed(bound: BoundInput, frame: pd.DataFrame, unit: np.ndarray[Any, Any]) -> pd.DataFrame:
    """The columns that rows are summed by, and the amounts."""
    empty, units = pd.Series(np.nan, index=frame.index), pd.Series(unit, index=frame.index, dtype=object)
    by_code = {"unit"} == {*frame.columns} & {*PLACE_COLUMNS} and frame["unit"].tolist() == unit.tolist()
    year = frame["year"].astype(float) if "year" in frame.columns else empty
    start = frame["from_year"].astype(float).fillna(year) if "from_year" in frame.columns else year
    columns: dict[str, Any] = {
        "unit": units,
        "place": "" if bound.table.kind != "stock" else units if by_code else _place(frame),
        "from_year": start.fillna(UNDATED).astype("int32"),
        "year": year.fillna(UNDATED).astype("int32"),
    }
    for name, cls in bound.columns.items():
        columns[name] = frame[name].astype(float) if cls is float else _text(frame[name])
    declared = part_of(bound).asked("origins")  # rows that name none are of the table's, or of the source's only one
    origin = bound.table.origin or (str(declared[0].name) if len(declared) == 1 else "")
    kind, first = kinds_of([columns["from_year"], columns["year"]])
    texts = [
        "undated" if year == UNDATED else str(year) if start == year else f"{start}-{year}"
        for start, year in zip(*(columns[name].iloc[first] for name in ("from_year", "year")), strict=True)
    ]
    instead = {"origin": origin, "vintage": pd.Series(texts, dtype="str").array.take(kind), "method": ""}
    for name in PROVENANCE_COLUMNS:
        columns[name] = pd.Series(instead[name], index=frame.index, dtype="str")
        if name in frame.columns:
            given = _text(frame[name])
            columns[name] = given.where(given != "", columns[name])
    if (columns["origin"] == "").any():
        what = f"read, table '{bound.table.name}': rows without an origin; name it in the column origin or in the table"
        raise part_of(bound).broke(what)
    return pd.DataFrame(columns, index=frame.index, copy=False)


def _place(frame: pd.DataFrame) -> pd.Series:
    """One text for each place that a row can name; a country counts where the row names nothing finer."""
    columns = [column for column in PLACE_COLUMNS if column in frame.columns]
    if len(columns) == 1:
        return _text(frame[columns[0]])
    kind, first = kinds_of([frame[name] for name in columns])
    texts = frame[columns].iloc[first].astype("string").fillna("")
    if "country" in columns:
        finer = (texts.drop(columns="country") != "").any(axis="columns")
        texts["country"] = texts["country"].mask(finer, "")
    joined = texts[columns[0]].str.cat(texts[columns[1:]], sep="|").astype(object)
    return joined.iloc[kind].set_axis(frame.index)


def _text(values: pd.Series) -> pd.Series:
    """Cells as texts, missing ones empty; equal texts are one object."""
    if pd.api.types.infer_dtype(values) != "string":
        return values.astype("string").fillna("").astype(object)
    kind, distinct = pd.factorize(values)
    found = np.array([*map(str, np.asarray(distinct, dtype=object)), ""], dtype=object)[kind]
    return pd.Series(found, index=values.index, name=values.name)


def summed(bound: BoundInput, keyed: pd.DataFrame) -> pd.DataFrame:
    """Merge rows that differ only in amounts, in order; amounts stay missing if all were missing."""
    amounts = amounts_of(bound)
    with quiet_numpy():
        return sums_by(keyed, [name for name in keyed.columns if name not in amounts], amounts)


def part_of(bound: BoundInput) -> BoundPart:
    """An input's source with its options; errors name the input's key."""
    return BoundPart(bound.part, bound.options, f"inputs.{bound.name}")


def handed_over(bound: BoundInput, request: Request) -> Generator[Any]:
    """A source's frames one by one; its errors name the source.

    Exceptions thrown in at a frame, such as an error of the engine that counts it, are thrown on into the source, which
    knows best what they mean.
    """
    part = part_of(bound)
    if request.sample:
        yield part.call(bound.source.sample, "sample", request.table, request.options)
        return

    def read() -> Generator[Any]:
        yield from bound.source.read(request)

    iterator, end = read(), object()
    while (batch := part.call(next, "read", iterator, end)) is not end:
        try:
            yield batch
        except Exception as error:  # noqa: BLE001  # engines raise what they like
            part.call(iterator.throw, "read", error)


def pieces(bound: BoundInput, places: Places, batch: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """A frame in pieces, if it keeps the table's contract: the columns, with numbers where they are declared."""
    refuse_columns(bound, places, list(batch.columns))
    refuse_no_numbers(bound, batch)
    for start in range(0, max(len(batch), 1), PIECE):
        yield batch.iloc[start : start + PIECE].reset_index(drop=True)


def refuse_columns(bound: BoundInput, places: Places, there: list[str]) -> None:
    """Reject rows that lack a column of their table, or by whose places no unit can be found."""
    part, once = part_of(bound), [bound.table.count_distinct] if bound.table.count_distinct else []
    for name in [*bound.columns, *once, *(name for name in PLACE_COLUMNS if name in bound.table.columns)]:
        if name not in there:
            what = f"read returned no column '{name}' of table '{bound.table.name}'"
            raise part.broke(what + did_you_mean(name, there))
        if there.count(name) > 1:
            raise part.broke(f"read returned two columns '{name}' of table '{bound.table.name}'")
    if what := places.unmet(there):
        raise ScenarioError("", [Problem(part.where, what)])


def refuse_no_numbers(bound: BoundInput, batch: pd.DataFrame) -> None:
    """Reject rows with a cell that is neither missing nor the required number."""
    for name, kind in number_columns(bound, batch.columns).items():
        wrong = invalid_cells(batch[name], read_numbers(batch[name], texts=False), kind)
        if wrong.any():
            raise no_number(bound, name, kind, batch[name].iloc[int(wrong.argmax())])


def number_columns(bound: BoundInput, there: Collection[str]) -> dict[str, Kind]:
    """The existing columns of numbers, and their required content."""
    kinds = dict.fromkeys([*amounts_of(bound), "lat", "lon"], NUMBER) | dict.fromkeys(TIME_COLUMNS, YEAR)
    return {name: kind for name, kind in kinds.items() if name in there}


def no_number(bound: BoundInput, name: str, kind: Kind, value: Any) -> Exception:
    """The error for a cell that is none."""
    return part_of(bound).broke(f"read, table '{bound.table.name}': column '{name}' {kind.refusal(value)}")
