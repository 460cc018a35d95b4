"""The ranking without a member, and how members agree."""

import functools
import itertools
from typing import Any

import numpy as np
import pandas as pd
from hubrank.plugin import Array, Mask, Ranking, ScenarioError, compose, without_member

#: The most units without ties for which all orders are counted.
EXACT_SPEARMAN = 9
EXACT_KENDALL = 49
#: Coefficients of the Edgeworth series, Best and Roberts (1975), Algorithm AS 89, Applied Statistics 24.
_SERIES = (0.2274, 0.2531, 0.1745, 0.0758, 0.1033, 0.3932, 0.0879, 0.0151, 0.0072, 0.0831, 0.0131, 4.6e-4)

Codes = np.ndarray[Any, np.dtype[np.int64]]


def ranking_without(ranking: Ranking, name: str) -> Ranking | None:
    """The ranking as if an indicator or a dimension had never been in the scenario; None if nothing is left.

    Every step is repeated, including the screening: a unit that lacked only this is ranked, and one that had little
    else is not. A dimension without remaining weight goes too.

    Raises:
        ScenarioError: The scenario cannot do without it, for example because a weighting names it.
    """
    plan = without_member(name, ranking.plan)
    return compose(plan, ranking.measurement) if plan.ranked else None


def removals(ranking: Ranking) -> pd.DataFrame:
    """One row per edition and element: the shift of the ranks when it is left out.

    Returns:
        `edition`, `element`, `level` (`indicator` or `dimension`), `mean_shift` and `largest_shift` of the ranks of the
        units that are ranked both ways, `unit`, the code of the one with the largest shift, and `why`, the reason if
        the scenario cannot do without the element; the shifts are missing then.
    """
    rows = []
    dimensions = [("dimension", node.name) for node in ranking.plan.tree if node.parent is not None]
    for kind, name in [*(("indicator", item.key) for item in ranking.plan.ranked), *dimensions]:
        try:
            without = ranking_without(ranking, name)
        except ScenarioError as error:
            why = "; ".join(str(item) for item in error.problems)
            rows += [(edition, name, kind, np.nan, np.nan, "", why) for edition in ranking.editions]
            continue
        if without is None:
            continue
        for edition, shift in zip(ranking.editions, np.abs(without.ranks - ranking.ranks), strict=True):
            if not np.isnan(shift).all():
                most = int(np.nanargmax(shift))
                rows.append((edition, name, kind, float(np.nanmean(shift)), shift[most], ranking.codes[most], ""))
    columns = ["edition", "element", "level", "mean_shift", "largest_shift", "unit", "why"]
    return pd.DataFrame(rows, columns=columns).sort_values("edition", kind="stable", ignore_index=True)


def codes_of(values: Array) -> Codes:
    """Consecutive whole numbers in the order of a column's values, equal for equal values; -1 for missing ones."""
    found = np.full(len(values), -1, dtype=np.int64)
    there = ~np.isnan(values)
    found[there] = np.unique(values[there], return_inverse=True)[1]
    return found


def codes_among(codes: Codes, there: Mask) -> Codes:
    """The codes of some of the units, none left out; nothing is sorted again."""
    if there.all():
        return codes
    kept = codes[there]
    return (np.cumsum(np.bincount(kept) > 0) - 1)[kept]


def concordance(first: Codes, second: Codes) -> tuple[int, int, list[Codes]]:
    """The order of the pairs of units in two columns, in whole numbers, so that nothing is rounded.

    The columns are `(units,)`, as `codes_of` or `codes_among` makes them, none missing.

    Returns:
        The number of pairs, those in the same order less the others, and the number of units with each value, by
        column.
    """
    pairs = len(first) * (len(first) - 1) // 2
    ties = [np.bincount(item) for item in (first, second)]
    tied = [_pairs(item) for item in ties]
    both = 0
    ordered = np.empty_like(second)
    if tied[0]:
        keys = np.sort(first * len(ties[1]) + second)
        both = _pairs(np.diff(np.flatnonzero(np.diff(keys, prepend=-1, append=keys[-1] + 1))))
        ordered = keys % len(ties[1])
    else:
        ordered[first] = second
    return pairs, pairs - tied[0] - tied[1] + both - 2 * inversions(ordered), ties


def _pairs(counts: Codes) -> int:
    return int((counts * (counts - 1) // 2).sum())


def inversions(codes: Codes) -> int:
    """The number of pairs of a sequence of consecutive whole numbers from 0 that have the larger value first.

    The sequence is cut into runs of places and runs of values. Pairs of one run of places are compared one by one, then
    those of one run of values; all others follow from the counts of each run of places in each run of values.
    """
    length = len(codes)
    size = int(np.sqrt(length))
    small = codes.astype(np.uint16 if length < 1 << 16 else np.uint32)
    positions = np.arange(length, dtype=small.dtype)
    if codes.max() < length - 1:
        place = np.argsort(small, kind="stable")
        value = np.empty_like(small)
        value[place] = positions
    else:
        value, place = small, np.empty(length, dtype=np.intp)
        place[codes] = positions
    runs = positions // small.dtype.type(size)
    number = int(runs[-1]) + 1
    counts = np.bincount(runs * np.intp(number) + runs[value], minlength=number * number).reshape(number, number)
    larger = counts[:, ::-1].cumsum(axis=1)[:, ::-1] - counts
    before = larger.cumsum(axis=0) - larger
    return int((before * counts).sum()) + _within(value, size) + _within(runs[place], size)


def _within(values: Any, size: int) -> int:
    """The number of pairs within runs of a length that have the larger value first."""
    rest = -len(values) % size
    runs = np.append(values, np.full(rest, np.iinfo(values.dtype).max, dtype=values.dtype)).reshape(-1, size)
    columns = np.ascontiguousarray(runs.T)
    return sum(int(np.count_nonzero(columns[:-by] > columns[by:])) for by in range(1, size))


def kendall(first: Codes, second: Codes) -> tuple[float, float]:
    """Kendall's tau-b of codes, as `codes_of` makes them, and its two-sided probability.

    It is exact for up to 49 units without ties, else that of the normal distribution, with Kendall's variance for ties
    (Rank Correlation Methods, 1970, chapter 4).
    """
    from scipy import stats

    number = len(first)
    if number < 2 or (first == first[0]).all() or (second == second[0]).all():
        return float("nan"), float("nan")
    pairs, balance, ties = concordance(first, second)
    tied = [_pairs(item) for item in ties]
    tau = float(np.clip(balance / np.sqrt(pairs - tied[0]) / np.sqrt(pairs - tied[1]), -1.0, 1.0))
    if number <= EXACT_KENDALL and not any(tied):
        return tau, float(stats.kendalltau(first, second, method="exact").pvalue)
    ordered = number * (number - 1)
    spread = sum(int((item * (item - 1) * (2 * item + 5)).sum()) for item in ties)
    triples = [int((item * (item - 1) * (item - 2)).sum()) for item in ties]
    variance = (ordered * (2 * number + 5) - spread) / 18 + 2 * tied[0] * tied[1] / ordered
    variance += triples[0] * triples[1] / (9 * ordered * (number - 2)) if number > 2 else 0.0
    return tau, float(2 * stats.norm.sf(abs(balance) / np.sqrt(variance)))


def spearman_probability(r: float, n: int) -> float:
    """Two-sided probability of Spearman's coefficient for `n` units without ties."""
    distance = round((n**3 - n) * (1 - r) / 6)
    upper = distance > (n**3 - n) / 6
    tail = _tail(distance if upper else distance + 2, n)
    return float(min(2 * (tail if upper else 1 - tail), 1.0))


def _tail(distance: int, n: int) -> float:
    """The probability that the sum of squared rank differences is at least `distance`."""
    from scipy import stats

    if distance <= 0:
        return 1.0
    if distance > (n**3 - n) / 3:
        return 0.0
    if n <= EXACT_SPEARMAN:
        return float((_all_distances(n) >= distance).mean())
    b = 1 / n
    x = (6 * (distance - 1) * b / (n * n - 1) - 1) * np.sqrt(1 / b - 1)
    y = x * x
    c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12 = _SERIES
    inner = c9 - c10 * b + y * b * (c11 - c12 * y)
    middle = -c4 + b * (c5 + c6 * b) - y * b * (c7 + c8 * b - y * inner)
    correction = x * b * (c1 + b * (c2 + c3 * b) + y * middle)
    return float(np.clip(correction * np.exp(-y / 2) + stats.norm.sf(x), 0.0, 1.0))


@functools.cache
def _all_distances(n: int) -> Array:
    """The sums of squared rank differences of all orders of `n` units."""
    orders = np.array(list(itertools.permutations(range(n))), dtype=float)
    return ((orders - np.arange(n)) ** 2).sum(axis=1)
