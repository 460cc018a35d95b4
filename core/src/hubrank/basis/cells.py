"""Reading a cell of a table (a gap, a number, a year), and the message for a cell with anything else."""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.basis.arrays import Array, Mask

#: What a cell may say where it has no value; "NA" is none of them, since it is Namibia's code.
GAPS = (
    *("", "..", "--"),
    *("n/a", "N/a", "N/A", "#n/a", "#N/a", "#N/A"),
    *("nan", "NaN", "NAN", "null", "Null", "NULL"),
)


@frozen
class Kind:
    """What the cells of a column must hold, where they are no gaps.

    Attributes:
        text: In English words, marked for the catalogues, with places for `{low}` and `{high}` if it has limits.
        fits: Tells of numbers, of which none is NaN or infinite, which are right.
        limits: The least and the greatest number, if there are such.
    """

    text: str
    fits: Callable[[Array], Mask]
    limits: tuple[float, float] | None = None

    @property
    def called(self) -> str:
        """What they must be in words, as in "must be a number"."""
        if self.limits is None:
            return self.text
        low, high = (f"{each:g}" for each in self.limits)
        return f"a number from {low} to {high}"

    def holds(self, value: float) -> bool:
        """Whether it is right of one number."""
        return bool(self.fits(np.array([value], dtype=float))[0])

    def refusal(self, value: Any) -> str:
        """What is said of a cell: `must be a number; got "many"`."""
        return f"must be {self.called}; got {shown(value)}"


def number_between(low: float, high: float) -> Kind:
    """Numbers from one to another, both of them included."""
    text = "a number from {low} to {high}"
    return Kind(text, lambda values: (values >= low) & (values <= high), (low, high))


#: Any number.
NUMBER = Kind("a number", lambda values: np.ones(values.shape, dtype=bool))
#: A year.
YEAR = Kind(
    "a year, a whole number from 1 to 9999",
    lambda values: (values % 1 == 0) & (values >= 1) & (values <= 9999),
)
#: Degrees north.
LATITUDE = number_between(-90, 90)
#: Degrees east.
LONGITUDE = number_between(-180, 180)


def is_gap(value: Any) -> bool:
    """Whether a cell holds nothing: none, NaN, or a text that says so."""
    return value.strip() in GAPS if isinstance(value, str) else _is_none(value)


def shown(value: Any) -> str:
    """A cell in a message: `"many"`, `4.5`, `nothing`."""
    if isinstance(value, str):
        return f'"{value}"'
    return "nothing" if _is_none(value) else f"{value:.12g}" if isinstance(value, float) else str(value)


def read_number(value: Any) -> float | None:
    """A cell as a number; none where it is a gap or holds no finite one."""
    if isinstance(value, str):
        import pandas as pd

        value = float(read_numbers(pd.Series([value], dtype=object)).iloc[0])
    if isinstance(value, bool) or not isinstance(value, numbers.Real) or not math.isfinite(value):
        return None
    return float(value)


def read_numbers(values: pd.Series, *, texts: bool = True) -> pd.Series:
    """A column as numbers; what holds no finite number is NaN, and so are dates and truths.

    Args:
        values: The column.
        texts: Whether a text that is a number will do.
    """
    import pandas as pd

    types = pd.api.types
    readable = types.is_numeric_dtype(values) and not types.is_bool_dtype(values)
    if not readable and not (texts and (types.is_object_dtype(values) or types.is_string_dtype(values))):
        return pd.Series(np.nan, index=values.index, name=values.name)
    read = values if readable else pd.to_numeric(values, errors="coerce")
    if not readable and types.infer_dtype(values) != "string":
        read = read.mask(values.map(lambda each: isinstance(each, bool | np.bool_)))
    infinite = np.isinf(read.to_numpy(dtype=float, na_value=np.nan))
    return read.mask(infinite) if infinite.any() else read


def misfits(values: pd.Series, read: pd.Series, kind: Kind) -> Mask:
    """Which cells of a column are neither gaps nor such as they must be.

    Args:
        values: The column; its gaps are none or NaN.
        read: The column as numbers.
        kind: What it must hold.
    """
    found = read.to_numpy(dtype=float, na_value=np.nan)
    right = np.zeros(len(found), dtype=bool)
    there = ~np.isnan(found)
    right[there] = kind.fits(found[there])
    return values.notna().to_numpy(dtype=bool) & ~right


def _is_none(value: Any) -> bool:
    import pandas as pd

    return bool(pd.isna(value))
