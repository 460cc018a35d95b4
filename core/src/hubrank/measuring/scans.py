"""Rows that stay where they lie: a source's lazy frame, summed by its own engine, of which the sums come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from hubrank.basis.cells import Kind
from hubrank.basis.errors import DataError
from hubrank.contract.sources import PLACE_COLUMNS
from hubrank.measuring.batches import no_number, number_columns, refuse_columns, refuse_no_numbers
from hubrank.measuring.cuts import FRACTIONS, WHOLE, Cut, collected, exact_sums, without_nan
from hubrank.measuring.lost import sum_column
from hubrank.measuring.sums import Sums, amounts_of, key_columns

if TYPE_CHECKING:
    import narwhals as nw
    import pandas as pd
    import pyarrow as pa

    from hubrank.contract.sources import Request
    from hubrank.scenario.binding import Bound
    from hubrank.scenario.places import Located

#: Sums of so many different places, years and texts are collected at once; of more, the units are told to the engine.
FEW = 2_000_000
#: So many rows can be kept apart.
APART = 10_000_000

#: Columns that are made on the way.
_ROWS, _UNIT, _KEY = "hubrank_rows", "hubrank_unit", "hubrank_key"
#: What stands for a gap in columns that are joined, since no gap equals another there.
_NO_TEXT, _NO_NUMBER = "\u2400", -9999


def is_lazy(batch: Any) -> bool:
    """Whether a source handed over a plan in place of rows."""
    import pandas as pd

    if isinstance(batch, pd.DataFrame):
        return False
    import narwhals as nw

    return isinstance(batch, nw.LazyFrame)


def add_scan(sums: Sums, part: Bound, frame: nw.LazyFrame[Any], request: Request) -> None:
    """Add what the rows of a lazy frame come to.

    Where rows tell few places, years and texts apart, one pass sums them by these, and what comes back is put into
    units as rows are. Else the distinct places are found first, and a second pass joins their units and sums by them.

    Args:
        sums: The sums so far.
        part: The source with its options.
        frame: The rows, as a batch has them.
        request: What the source was asked for.

    Raises:
        ScenarioError: No row can lie in a unit.
        PluginError: The source broke its contract.
        DataError: An indicator counts rows one by one, and they are too many.
    """
    scan = _scan(sums, part, frame, request)
    by_unit = sums.bound.apart or sums.bound.table.once
    whole = None if by_unit else scan.summed(scan.frame, [*scan.places, *scan.keys], FEW)
    if whole is not None:
        sums.add(whole, whole[_ROWS].to_numpy())
        return
    tally = scan.tally()
    rows = tally.to_pandas()
    located = sums.note(rows)
    if sums.bound.apart:
        _refuse_many(part, int(rows["rows"].to_numpy()[located.row].sum()))
    inside = scan.in_units(tally, located)
    sums.keep(inside, inside[_UNIT].to_numpy(dtype=np.intp))


@frozen(kw_only=True, eq=False)
class _Scan:
    """A lazy frame with the columns that are asked for, of the years that are.

    Attributes:
        part: The source with its options.
        sums: What its rows are added to.
        frame: The rows.
        places: Its place columns.
        keys: Its columns that tell rows of a place apart.
        amounts: Its columns that are summed.
        whole: Those of them that have whole numbers by their type.
    """

    part: Bound
    sums: Sums
    frame: nw.LazyFrame[Any]
    places: list[str]
    keys: list[str]
    amounts: list[str]
    whole: set[str]

    def summed(self, frame: nw.LazyFrame[Any], keys: list[str], most: int | None = None) -> pd.DataFrame | None:
        """Rows summed by columns, with how many each stands for; none where there are more sums than can be taken."""
        import narwhals as nw

        sums = exact_sums(frame, keys, self._cuts, {_ROWS: nw.len()}, most)
        if sums is None:
            return None
        made: pd.DataFrame = sums.to_pandas()
        refuse_no_numbers(self.part, self.sums.bound, made)
        return made.sort_values(keys, ignore_index=True) if keys else made

    def tally(self) -> pa.Table:
        """The distinct places, as `Sums.note` takes them: with 0 where all amounts are gaps."""
        import narwhals as nw

        counts = {"rows": nw.len()} | ({"dated": nw.col("year").count()} if "year" in self.keys else {})
        made = exact_sums(self.frame, self.places, self._cuts, counts)
        assert made is not None  # noqa: S101  # no limit was set
        refuse_no_numbers(self.part, self.sums.bound, made.to_pandas())
        for name in self.amounts:
            made = made.drop_columns(name).append_column(sum_column(name), made[name].fill_null(0.0))
        return made

    @property
    def _cuts(self) -> dict[str, Cut]:
        return {name: WHOLE if name in self.whole else FRACTIONS for name in self.amounts}

    def in_units(self, tally: pa.Table, located: Located) -> pd.DataFrame:
        """The rows that lie in units, summed unless they are kept apart, each with the position of its unit."""
        import narwhals as nw
        import pyarrow as pa

        chosen = tally.select(self.places).take(pa.array(located.row)).append_column(_UNIT, pa.array(located.unit))
        joined = [f"{_KEY}{at}" for at in range(len(self.places))]
        units = self._joinable(_like(self.frame, chosen)).select(*joined, _UNIT)
        rows = self._joinable(self.frame).join(units, on=joined, how="inner")
        stay = self.places if self.sums.bound.table.kind == "stock" else []
        keys = [_UNIT, *stay, *self.keys]
        if once := self.sums.bound.table.once:
            largest = [nw.col(name).max() for name in self.amounts]
            rows = without_nan(rows, self.amounts).group_by(once, *keys).agg(nw.len().alias(_ROWS), *largest)
        if self.sums.bound.apart:
            apart = without_nan(rows, self.amounts).select(*keys, *self.amounts)
            made: pd.DataFrame = collected(apart).to_pandas().sort_values([*keys, *self.amounts], ignore_index=True)
            refuse_no_numbers(self.part, self.sums.bound, made)
            return made
        summed = self.summed(rows, keys)
        assert summed is not None  # noqa: S101  # no limit was set
        return summed

    def _joinable(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """The frame with columns by which its places can be joined, gaps included."""
        import narwhals as nw

        types = frame.collect_schema()
        made = {}
        for at, name in enumerate(self.places):
            made[f"{_KEY}{at}"] = nw.col(name).fill_null(_NO_NUMBER if types[name].is_numeric() else _NO_TEXT)
        return frame.with_columns(**made)


def _scan(sums: Sums, part: Bound, frame: nw.LazyFrame[Any], request: Request) -> _Scan:
    """The frame with what is asked for, when it has that."""
    import narwhals as nw

    bound, types = sums.bound, frame.collect_schema()
    refuse_columns(part, bound, sums.units.places, types.names())
    places = [name for name in PLACE_COLUMNS if name in types]
    keys, amounts = key_columns(bound, types.names()), amounts_of(bound)
    numbers = dict(number_columns(bound, types.names()))
    once = [bound.table.once] if bound.table.once else []
    made = {
        name: _number(part, bound, frame, name, numbers[name]) if name in numbers else _text(name, types[name])
        for name in dict.fromkeys([*places, *keys, *amounts, *once])
    }
    picked = frame.select(**made)
    points = [name for name in places if name in numbers]  # a place with NaN and one with a gap are one
    picked = without_nan(picked, points)
    if "year" in types:
        year, gap = nw.col("year"), nw.col("year").is_null()
        gap = gap | year.is_nan() if picked.collect_schema()["year"].is_float() else gap
        if request.first_year is not None:
            picked = picked.filter(gap | (year >= request.first_year))
        if request.last_year is not None:
            picked = picked.filter(gap | (year <= request.last_year))
    whole = {name for name in amounts if types[name].is_integer()}
    return _Scan(part=part, sums=sums, frame=picked, places=places, keys=keys, amounts=amounts, whole=whole)


def _number(part: Bound, bound: Any, frame: nw.LazyFrame[Any], name: str, kind: Kind) -> nw.Expr:
    """A column that must hold numbers; one of another type holds gaps alone, or is refused."""
    import narwhals as nw

    column, dtype = nw.col(name), frame.collect_schema()[name]
    if not dtype.is_numeric():
        example = collected(frame.select(name).filter(~column.is_null()).head(1))[name].to_pylist()
        if example:
            raise no_number(part, bound, name, kind, example[0])
    whole = name in ("from_year", "year") and dtype.is_integer()
    return column if whole or dtype == nw.Float64 else column.cast(nw.Float64)


def _text(name: str, dtype: Any) -> nw.Expr:
    """A code or a text; whole numbers are texts at once, so that 7 stays 7 where others are gaps."""
    import narwhals as nw

    column = nw.col(name)
    return column.cast(nw.String) if dtype.is_integer() or dtype in (nw.Categorical, nw.Enum) else column


def _like(frame: nw.LazyFrame[Any], rows: pa.Table) -> nw.LazyFrame[Any]:
    """Rows as a lazy frame of another's engine and, since engines join nothing else, of its session."""
    import narwhals as nw

    native = frame.to_native()
    if frame.implementation.is_duckdb():
        made: nw.LazyFrame[Any] = nw.from_native(native.query("hubrank_frame", "SELECT * FROM rows"))
    else:
        eager = nw.from_native(rows, eager_only=True)
        made = eager.lazy(frame.implementation, session=getattr(native, "sparkSession", None))
    return made


def _refuse_many(part: Bound, rows: int) -> None:
    if rows > APART:
        what = (
            f"an indicator counts rows one by one, and {rows:,} lie in units; the most is {APART:,}; count "
            "them where they lie, and give the counts as an amount"
        )
        raise DataError(part.where, what)
