"""What each row counts. The shares of a record's rows add up to 1, in every engine by the same expressions.

A missing author is one more author of its record, a missing affiliation one more of its author: the share that lies
nowhere is handed over as a row without a place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hubrank_records.options import COUNT, RECORD, Options

if TYPE_CHECKING:
    import narwhals as nw

#: What shares a record's 1, from the outside to the inside.
_LEVELS = {"fractional-author": ("_author", "_affiliation"), "fractional-institution": ("_affiliation",)}


def counted(
    frame: nw.LazyFrame[Any], options: Options, places: Sequence[str], amounts: Sequence[str]
) -> nw.LazyFrame[Any]:
    """The rows with `count` and their shares of the amounts.

    Args:
        frame: Places, years, `by`, amounts, and `_record`, `_author`, `_affiliation` as the counting needs them.
        options: The source's.
        places: The columns that say where.
        amounts: The amounts that are asked for, `count` not among them.

    Returns:
        Places, years, `by`, `count`, the amounts; `record` where a record counts once in a unit.
    """
    import narwhals as nw

    times = [name for name in ("from_year", "year") if name in frame.collect_schema()]
    kept = [*places, *times, *options.by]
    if options.count == "rows":
        return frame.select(*kept, nw.lit(1.0).alias(COUNT), *amounts)
    levels = _LEVELS.get(options.count, ())
    rows = _distinct(frame, ["_record", *levels, *kept], amounts)
    if options.count == "full":
        return rows.select(*kept, nw.lit(1.0).alias(COUNT), *amounts, nw.col("_record").cast(nw.String).alias(RECORD))
    single = list(places) == [options.affiliation] and times in ([], ["year"]) and not options.by
    shared = _shared(rows, ["_record", *times[-1:]], levels, single=single)
    return shared.select(*kept, COUNT, *(nw.col(name) * nw.col(COUNT) for name in amounts))


def _distinct(frame: nw.LazyFrame[Any], keys: Sequence[str], amounts: Sequence[str]) -> nw.LazyFrame[Any]:
    """Each row once; where the same has several amounts, with the largest."""
    import narwhals as nw

    if not amounts:
        return frame.select(*keys).unique()
    return frame.group_by(*keys).agg(*(nw.col(name).max() for name in amounts))


def _shared(rows: nw.LazyFrame[Any], whole: Sequence[str], levels: Sequence[str], *, single: bool) -> nw.LazyFrame[Any]:
    """The rows with `count`: 1 over the members of the whole, over the members of each of them, and so on.

    From the inside: so many rows have all levels in common; so many members has a group as the inverses of their
    numbers of rows add up to. Where all levels tell each row from the others (`single`), the innermost group has as
    many members as rows, which saves the engine a pass.
    """
    import narwhals as nw

    depths = list(range(len(levels) - 1, -1, -1))
    first = depths.pop(0) if single else len(levels)
    rows = rows.with_columns(nw.len().over(*whole, *levels[:first]).cast(nw.Float64).alias("_rows"))
    for depth in depths:
        members = (nw.col("_rows") ** -1).sum().over(*whole, *levels[:depth]).round(0)
        rows = rows.with_columns((nw.col("_rows") * members).alias("_rows"))
    return rows.with_columns((nw.col("_rows") ** -1).alias(COUNT))
