"""A table of pandas, polars or pyarrow as a frame of pandas whose columns have names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hubrank.basis.errors import UsageError, listed

if TYPE_CHECKING:
    import pandas as pd


def pandas_of(given: Any) -> pd.DataFrame:
    """A table as a frame of pandas with its rows numbered; an index that says something becomes a column.

    Raises:
        UsageError: It is no table, or two columns have one name.
    """
    import narwhals as nw
    import pandas as pd

    frame = given if isinstance(given, pd.DataFrame) else None
    if frame is None:
        try:
            frame = pd.DataFrame(nw.from_native(given, eager_only=True).to_pandas())
        except TypeError as error:
            what = f"must be a table of pandas, polars or pyarrow; got {type(given).__name__}"
            raise UsageError(f"frame: {what}") from error
    if not isinstance(frame.index, pd.RangeIndex) and (named(frame) or frame.index.dtype.kind not in "iu"):
        frame = (
            frame.reset_index(names=frame.index.names[0] or "unit")
            if frame.index.nlevels == 1
            else (frame.reset_index())
        )
    frame = frame.reset_index(drop=True)
    frame.columns = [str(each) for each in frame.columns]
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        names = listed(list(dict.fromkeys(twice)))
        raise UsageError(f"frame: two columns are named {names}; rename one of them")
    return frame


def named(frame: pd.DataFrame) -> bool:
    """Whether the index of a frame has names."""
    return any(each is not None for each in frame.index.names)
