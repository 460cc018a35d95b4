"""A column of a table as numbers, and which of its cells are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hubrank.basis.cells import YEAR, Kind, misfits, read_numbers
from hubrank.basis.numerals import is_gap_in, number_in, year_in

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.basis.arrays import Mask
    from hubrank.basis.reading import Reading


def numbers_of(values: pd.Series, reading: Reading, kind: Kind) -> tuple[pd.Series, Mask]:
    """Read a column as the table writes its numbers.

    Args:
        values: Cells, of which gaps are none or NaN.
        reading: How they are written.
        kind: What they must be.

    Returns:
        The numbers, and which cells are neither gaps nor such as they must be.
    """
    said = {each.strip() for each in reading.na}
    if said:
        values = values.mask(np.array([isinstance(each, str) and each.strip() in said for each in values], dtype=bool))
    plain = values if reading.decimal == "." else values.mask(values.map(lambda each: isinstance(each, str)))
    read = _with_written(values, read_numbers(plain), reading, kind)
    gaps = _holds_gaps(values, read, reading)
    if numbers := _numbers(said, reading):
        gaps |= read.isin(numbers).to_numpy(dtype=bool)
    read = read.mask(gaps) if gaps.any() else read
    return read, misfits(values.mask(gaps) if gaps.any() else values, read, kind)


def _with_written(values: pd.Series, read: pd.Series, reading: Reading, kind: Kind) -> pd.Series:
    """The numbers together with those that are written in the table's own way."""
    import pandas as pd

    left = _left(values, read)
    if not left.any():
        return read
    found = {each: _number(each, reading, kind) for each in values[left].unique()}
    filled = read.to_numpy(dtype=float, na_value=np.nan).copy()
    filled[left] = np.array([found[each] for each in values[left]], dtype=float)
    return pd.Series(filled, index=values.index, name=values.name)


def _left(values: pd.Series, read: pd.Series) -> Mask:
    """Which cells hold something and are not read."""
    return np.asarray(values.notna().to_numpy(dtype=bool) & read.isna().to_numpy(dtype=bool))


def _holds_gaps(values: pd.Series, read: pd.Series, reading: Reading) -> Mask:
    """Which cells that are not read are gaps but for blanks and marks."""
    left = _left(values, read)
    if left.any():
        gaps = {each for each in values[left].unique() if isinstance(each, str) and is_gap_in(each, reading)}
        left &= values.isin(gaps).to_numpy()
    return left


def _numbers(said: set[str], reading: Reading) -> list[float]:
    """The numbers among texts."""
    found = [number_in(each, reading) for each in said]
    return [number for number in found if number is not None]


def _number(value: Any, reading: Reading, kind: Kind) -> float | None:
    """The number of a cell that is not plainly one; none where it holds none."""
    made = number_in(value, reading) if isinstance(value, str) else None
    return year_in(value) if made is None and kind is YEAR and reading.dates == "year" else made
