"""Sums of an engine are the same to the last bit in whatever order and by however many threads it adds."""

import math
import random

import duckdb
import narwhals as nw
import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hubrank.measurement.lazy import FRACTIONS, SHORT, WHOLE, Cut, exact_sums
from hypothesis import given, settings
from hypothesis import strategies as st


def by_polars(table):
    """The rows as a lazy frame of polars."""
    return nw.from_native(pl.from_arrow(table).lazy())


def by_duckdb(table):
    """The rows as a relation of a connection with several threads."""
    return nw.from_native(CONNECTION.from_arrow(table))


CONNECTION = duckdb.connect(config={"threads": 4})
ENGINES = {"polars": by_polars, "duckdb": by_duckdb}


def summed(engine, kinds, values, cut=FRACTIONS):
    """The sum of each kind."""
    table = pa.table({"kind": list(kinds), "amount": pa.array(list(values), pa.float64())})
    made = exact_sums(ENGINES[engine](table), ["kind"], {"amount": cut}, {"rows": nw.len()})
    return dict(zip(made["kind"].to_pylist(), made["amount"].to_pylist(), strict=True))


def shares(rows):
    """Shares of 1 to 40 and amounts of any size, in groups."""
    rng = np.random.default_rng(3)
    return rng.integers(0, 7, rows), np.where(rng.random(rows) < 0.7, 1 / rng.integers(1, 40, rows), rng.normal(0, 1e6))


@pytest.mark.long
@pytest.mark.parametrize("engine", ENGINES)
def test_shuffled_rows_and_threads(engine):
    """300,000 rows in three orders: the same bytes, which are those of the exactly rounded sum except a last digit."""
    kinds, values = shares(300_000)
    first = summed(engine, kinds, values)
    exact = {kind: math.fsum(values[kinds == kind]) for kind in range(7)}

    for seed in (1, 2):
        order = np.random.default_rng(seed).permutation(len(kinds))
        assert summed(engine, kinds[order], values[order]) == first
    assert first == pytest.approx(exact, rel=2**-52)


@pytest.mark.long
@pytest.mark.parametrize("engine", ENGINES)
@given(
    values=st.lists(
        st.tuples(st.sampled_from("abc"), st.floats(allow_nan=False, allow_infinity=False, width=64)), min_size=1
    ),
    seed=st.integers(0, 9),
)
@settings(max_examples=8)
def test_numbers_of_any_size(engine, values, seed):
    """From the least to the largest number that there is: in any order the same, and right to the last digits."""
    groups = {}
    for kind, value in values:
        groups.setdefault(kind, []).append(value)
    other = random.Random(seed).sample(values, len(values))  # noqa: S311  # no secret
    found = summed(engine, *zip(*values, strict=True))

    if all(sum(map(abs, each)) < 1e300 for each in groups.values()):
        assert summed(engine, *zip(*other, strict=True)) == found
        for kind, each in groups.items():
            assert found[kind] == pytest.approx(math.fsum(each), rel=0, abs=sum(map(abs, each)) * 2**-51)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "value", [0.1, 1 / 3, -7.3, 1e-9, 5e-324, 1e22, 1.7e308, 123456789.123456789, 2.0**53 - 1, 0.0, -1e-200]
)
def test_a_number_alone_comes_back(engine, value):
    """A group of one row has its value, whatever the others have."""
    assert summed(engine, "abb", [value, 3.3, 1 / 7])["a"] == value


@pytest.mark.parametrize("engine", ENGINES)
def test_a_number_finer_than_the_first_ones(engine):
    """Eighths are added as they are; with a tenth among them all are added again, without rounding."""
    values = [0.125, 2.5, 0.1, 1e9]

    assert summed(engine, "aaba", values, SHORT) == {"a": 1e9 + 2.625, "b": 0.1}
    assert summed(engine, "aaaa", values, SHORT) == {"a": math.fsum(values)}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("others", [[2.0**53, 1.0], [2.0**53, -1.0], [math.nan, 2.0**60]])
def test_whole_numbers_that_are_too_many(engine, others):
    """Added as they are, sums from 2 ** 53 on would be rounded on the way; numbers below 0 would hide that."""
    values = [*others, *([1.0] * 9), 2.0]
    exact = math.fsum(value for value in values if value == value)

    assert summed(engine, "a" * 12, values, WHOLE) == {"a": exact} == summed(engine, "a" * 12, values[::-1], WHOLE)


@pytest.mark.parametrize("engine", ENGINES)
def test_gaps(engine):
    """NaN and null are missing values; what has missing values alone has no sum, and infinity stays."""
    kinds, nan, inf = "aabbccdd", math.nan, math.inf

    assert summed(engine, kinds, [0.1, nan, None, None, nan, None, inf, 1.5]) == {
        "a": 0.1,
        "b": None,
        "c": None,
        "d": inf,
    }


def test_a_cut_that_fits():
    """By hand: 100 rows below 8 need 7 and 3 bits of 51 in the first digit, so 2 ** -41; 44 bits are left for others.

    A share of 2 ** -40 has bits down to 2 ** -92, which a second and third digit reach: 2 ** -85 and 2 ** -129.
    """
    largest, count = np.array([7.9, 2.0**-40]), np.array([100, 1])
    made = Cut.fitting(largest, count)

    assert (made.unit, made.bits, made.digits) == (-41, 44, 3)
    assert made.holds(largest, count)
    assert not FRACTIONS.holds(largest, count)  # its fourth digit ends at 2 ** -81
    assert FRACTIONS.holds(np.array([7.9, 0.1, np.nan]), np.array([100, 1, 0]))
