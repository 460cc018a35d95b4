"""The errors of the flagship's values by counting and by age, measured on the tables that have vintages.

`python3 run.py python scripts/flagship_errors.py` prints, as Markdown, for each table of the almanac the entries of
`[robustness.error]` of `global`: `count`, the variance of a count of 1, and `per_year`, the relative error that a year
adds.

A hub's values k years apart differ by twice the error of one and by k years. On the root of y + 3/8, on which the error
of a count is constant (Anscombe 1948), the square of the difference is about (2 count + per_year^2 k y) / 4; on the
logarithm of an amount 2 relative^2 + per_year^2 k. The median of all hubs, their common change, is no error. Fitted by
least squares without negative terms, each square weighted by the inverse of its fit.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from hubrank.plugin import Array
from scipy.optimize import nnls

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from tools.almanac.university_errors import UNITS, by_hub  # noqa: E402
from tools.vintage.judging import Hubs  # noqa: E402

#: Tables with their columns, whether these count, and the first year of one procedure.
TABLES = (
    ("leading-universities", "first1000", True, 2021),
    ("leading-universities", "science100", True, 2021),
    ("highly-cited", "highly_cited", True, 2018),
    ("robotics-papers", "papers", True, 2018),
    ("unicorns", "unicorns", True, 2021),
    ("university-papers", "papers", False, 2017),
    ("research-spending", "spending", False, 2015),
    ("patents", "pct", False, 2018),
    ("students", "international", False, 2021),
)
#: A hub whose values are less than this says nothing of how an amount changes.
LEAST = {"papers": 0.2, "spending": 100.0, "pct": 30.0, "international": 300.0}
#: Squares beyond this multiple of the fit are cut to it: they are joins and moved seats, reported elsewhere.
CUT = 9.0


def fitted(sums: pd.DataFrame, count: bool, least: float) -> tuple[float, float, int]:
    """`count` or `relative`, `per_year`, and the number of differences used."""
    squares, terms = [], []
    for first in sums:
        for last in (year for year in sums if year > first):
            before, after = sums[first].to_numpy(), sums[last].to_numpy()
            there = (before + after > 0) if count else (before > least) & (after > least)
            years = float(last - first)
            form = (lambda values: np.sqrt(values + 0.375)) if count else np.log
            change = form(after[there]) - form(before[there])
            mean = (before[there] + after[there]) / 2
            squares.append(np.square(change - np.median(change)))
            one, aged = (0.5, years * mean / 4) if count else (2.0, years)
            terms.append(np.column_stack([np.full(len(mean), one), np.broadcast_to(aged, len(mean))]))
    found, whole = np.concatenate(squares), np.concatenate(terms)
    return *np.sqrt(settled(whole, found)), len(found)  # type: ignore[return-value]


def settled(terms: Array, squares: Array) -> Array:
    """The two variances, weighted by what they give until they settle."""
    given = np.array([1.0, 0.01])
    for _ in range(50):
        expected = np.maximum(terms @ given, 1e-9)
        cut = np.minimum(squares, CUT * expected)
        given, _ = nnls(terms / expected[:, None], cut / expected)
    return given


def lines() -> Iterator[str]:
    """The table."""
    yield "| table | column | count, or relative | per_year | differences |\n| --- | --- | --- | --- | --- |\n"
    hubs = Hubs(UNITS)
    for table, column, count, first in TABLES:
        sums = by_hub(table, [column], hubs)[column].unstack().fillna(0.0)  # 0 if a listed hub has none
        one, aged, number = fitted(sums[[year for year in sums if year >= first]], count, LEAST.get(column, 0.0))
        shown = f"count {one**2:.2f}" if count else f"relative {one:.3f}"
        yield f"| {table} | {column} | {shown} | {aged:.3f} | {number:,} |\n"


if __name__ == "__main__":
    sys.stdout.writelines(lines())
