"""Sums of an engine that come to the same in whatever order it adds: of values cut into digits, which add up exactly.

The first digit of a value is the multiple of a unit that is nearest to it, the next that of the rest and a finer unit,
and so on. A sum of digits is not rounded as long as it has room, so no order can be told from it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from attrs import frozen

from hubrank.basis.edges import unwarned

if TYPE_CHECKING:
    import narwhals as nw
    import pyarrow as pa

    from hubrank.basis.arrays import Array

#: The bits of a number; those that a digit may have beside what rounds it; the least power of two that is a number.
_BITS, _ROOM, _LEAST = 53, 51, -1074
#: Numbers from this power of two on are not cut: there is no room above them.
_LARGE = 1000
#: Columns that are made on the way.
_DIGIT, _REST, _THERE, _LARGEST = "hubrank_digit", "hubrank_rest", "hubrank_there", "hubrank_largest"


@frozen
class Cut:
    """How the values of a column are cut.

    Attributes:
        unit: The power of two that is the first digit's unit.
        bits: The unit of each further digit is so many powers of two smaller.
        digits: How many there are; one is the value as it is.
    """

    unit: int
    bits: int
    digits: int

    @classmethod
    def fitting(cls, largest: Array, count: Array) -> Self:
        """The cut that holds for sums of so many values of which so much is the largest, whatever its sign."""
        least, most, rows = _powers(largest, count)
        if most + rows > _LARGE:
            return cls(0, 0, 1)
        unit, bits = most + rows - _ROOM, _ROOM - rows
        return cls(unit, bits, 1 + math.ceil((unit - max(least - _BITS, _LEAST)) / bits))

    def holds(self, largest: Array, count: Array) -> bool:
        """Whether no sum is rounded and a value alone comes back as it is; a single digit is for whole numbers."""
        least, most, rows = _powers(largest, count)
        if most + rows > self.unit + _ROOM:
            return False
        last = self.unit - self.bits * (self.digits - 1)
        return self.digits == 1 or (self.bits + rows <= _BITS and least - _BITS >= last)

    def of(self, frame: nw.LazyFrame[Any], name: str, digits: Sequence[str]) -> nw.LazyFrame[Any]:
        """A frame with the digits of a column, in columns of these names.

        What adds a large number and takes it away again is left with a multiple of that number's last bit.
        """
        import narwhals as nw

        if self.digits == 1:
            return frame.with_columns(nw.col(name).alias(digits[0]))
        rest = nw.col(name)
        for at, digit in enumerate(digits):
            large = 1.5 * 2.0 ** (self.unit - self.bits * at + _BITS - 1)
            frame = frame.with_columns(((rest + large) - large).alias(digit))
            frame = frame.with_columns((rest - nw.col(digit)).alias(_REST))
            rest = nw.col(_REST)
        return frame

    def value(self, sums: Sequence[Array]) -> Array:
        """The sums of values, of those of their digits."""
        made = np.zeros(len(sums[0]))
        with unwarned():
            for each in reversed(sums):
                made = made + each
        return np.where(np.isfinite(sums[0]), made, sums[0])


#: What holds for nearly all columns of whole numbers, and of others.
WHOLE, FRACTIONS = Cut(0, 0, 1), Cut(0, 27, 4)


def _powers(largest: Array, count: Array) -> tuple[int, int, int]:
    """The powers of two above the least and the most of some sums' largest values, and above the most of their rows."""
    there = np.isfinite(largest) & (largest > 0)
    if not there.any():
        return 0, 0, 0
    powers = np.frexp(largest[there])[1]
    return int(powers.min()), int(powers.max()), math.ceil(math.log2(count[there].max()))


def exact_sums(
    frame: nw.LazyFrame[Any],
    keys: Sequence[str],
    amounts: Mapping[str, Cut],
    counts: Mapping[str, nw.Expr],
    most: int | None = None,
) -> pa.Table | None:
    """Rows summed by columns, where they lie; an amount stays a gap where all were gaps, and NaN is one.

    Where a cut does not hold for what came back, the rows are summed once more, by one that does.

    Args:
        frame: The rows.
        keys: The columns that tell sums apart.
        amounts: The columns that are summed, with how their values are cut.
        counts: What else is told of each sum, by name.
        most: The most sums that are taken; None for no limit.

    Returns:
        The keys, counts and amounts; None where there are more sums than can be taken.
    """
    made = _Summed.of(frame, keys, amounts, counts, None if most is None else most + 1)
    if most is not None and len(made.table) > most:
        return None
    if made.nan:
        frame = without_nan(frame, list(amounts))
        made = _Summed.of(frame, keys, amounts, counts)
    fitting = made.fitting()
    if fitting != amounts:
        made = _Summed.of(frame, keys, fitting, counts)
    return made.whole([*keys, *counts])


@frozen(eq=False)
class _Summed:
    """Sums of digits, as the engine gave them.

    Attributes:
        table: They.
        cuts: How each amount was cut.
    """

    table: pa.Table
    cuts: Mapping[str, Cut]

    @classmethod
    def of(
        cls,
        frame: nw.LazyFrame[Any],
        keys: Sequence[str],
        cuts: Mapping[str, Cut],
        counts: Mapping[str, nw.Expr],
        head: int | None = None,
    ) -> Self:
        """Have an engine sum; the first sums alone where there is a limit."""
        import narwhals as nw

        sums = [each.alias(name) for name, each in counts.items()]
        for at, (name, cut) in enumerate(cuts.items()):
            digits = [f"{_DIGIT}{at}_{digit}" for digit in range(cut.digits)]
            frame = cut.of(frame, name, digits)
            sums += [nw.col(each).sum() for each in digits]
            sums += [nw.col(name).count().alias(f"{_THERE}{at}"), nw.col(name).abs().max().alias(f"{_LARGEST}{at}")]
        grouped = frame.group_by(list(keys)).agg(*sums)
        return cls(collected(grouped if head is None else grouped.head(head)), cuts)

    def _column(self, name: str) -> Array:
        made: Array = self.table[name].to_pandas().to_numpy(dtype=float, na_value=np.nan)
        return made

    @property
    def nan(self) -> bool:
        """Whether a sum is NaN that is none of gaps alone."""
        return any(
            bool((np.isnan(self._column(f"{_DIGIT}{at}_0")) & (self._column(f"{_THERE}{at}") > 0)).any())
            for at in range(len(self.cuts))
        )

    def fitting(self) -> dict[str, Cut]:
        """Cuts that hold for the sums, those that they were made with where these do."""
        made = {}
        for at, (name, cut) in enumerate(self.cuts.items()):
            known = self._column(f"{_LARGEST}{at}"), self._column(f"{_THERE}{at}")
            made[name] = cut if cut.holds(*known) else Cut.fitting(*known)
        return made

    def whole(self, names: Sequence[str]) -> pa.Table:
        """These columns, and the amounts put together of their digits."""
        import pyarrow as pa

        made = self.table.select(list(names))
        for at, (name, cut) in enumerate(self.cuts.items()):
            values = cut.value([self._column(f"{_DIGIT}{at}_{digit}") for digit in range(cut.digits)])
            made = made.append_column(name, pa.array(values, mask=~(self._column(f"{_THERE}{at}") > 0)))
        return made


def without_nan(frame: nw.LazyFrame[Any], numbers: Sequence[str]) -> nw.LazyFrame[Any]:
    """A frame with gaps where columns have NaN."""
    import narwhals as nw

    made = {name: nw.when(~nw.col(name).is_nan()).then(nw.col(name)) for name in numbers}
    return frame.with_columns(**made) if made else frame


def collected(frame: nw.LazyFrame[Any]) -> pa.Table:
    """The rows of a plan; polars streams them."""
    options = {"engine": "streaming"} if frame.implementation.is_polars() else {}
    made: pa.Table = frame.collect("pyarrow", **options).to_native()
    return made
