"""A column of a table as numbers, and which of its cells are none."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from hubrank.basis.cells import YEAR, Kind, misfits, read_numbers
from hubrank.basis.numerals import number_in, year_in

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
    import pandas as pd

    gaps = _told_gaps(values, reading)
    values = values.mask(gaps) if gaps.any() else values
    plain = values if reading.decimal == "." else values.mask(values.map(lambda each: isinstance(each, str)))
    read = read_numbers(plain)
    left = values.notna().to_numpy(dtype=bool) & read.isna().to_numpy(dtype=bool)
    if not left.any():
        return read, misfits(values, read, kind)
    found = {each: _number(each, reading, kind) for each in values[left].unique()}
    filled = read.to_numpy(dtype=float, na_value=np.nan).copy()
    filled[left] = np.array([found[each] for each in values[left]], dtype=float)
    numbers = pd.Series(filled, index=values.index, name=values.name)
    held = {each for each, number in found.items() if number is not None and math.isnan(number)}
    values = values.mask(left & values.isin(held)) if held else values
    return numbers, misfits(values, numbers, kind)


def _number(value: Any, reading: Reading, kind: Kind) -> float | None:
    """The number of a cell that is not plainly one; NaN where it is a gap, none where it is neither."""
    made = number_in(value, reading) if isinstance(value, str) else None
    return year_in(value) if made is None and kind is YEAR and reading.dates == "year" else made


def _told_gaps(values: pd.Series, reading: Reading) -> Mask:
    """Which cells are gaps by the scenario's word: the text alone, or its number."""
    if not reading.na:
        return np.zeros(len(values), dtype=bool)
    said = {each.strip() for each in reading.na}
    numbers = {number for each in said if (number := number_in(each, reading)) is not None and math.isfinite(number)}
    return np.array(
        [(each.strip() if isinstance(each, str) else each) in said | numbers for each in values], dtype=bool
    )
