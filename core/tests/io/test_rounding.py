"""Rounding many numbers at once gives what rounding each by its digits gives; the vectors hold single numbers."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext

import numpy as np
import pytest
from hubrank.numeric import round_to, snap, written
from hypothesis import given, settings
from hypothesis import strategies as st

MODES = {"half-even": ROUND_HALF_EVEN, "half-up": ROUND_HALF_UP}


def by_digits(value, decimals, mode):
    """A number rounded by the digits that it is written with."""
    with localcontext(prec=700):
        return float(Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=MODES[mode]))


@st.composite
def near_halves(draw):
    """Decimals, and numbers that are halves of their last place or some binary numbers beside one."""
    decimals = draw(st.integers(-3, 15))
    whole = draw(st.integers(0, 10 ** draw(st.integers(1, 16))))
    half = float((Decimal(whole) + Decimal("0.5")).scaleb(-decimals))
    steps = draw(st.integers(-3, 3))
    for _ in range(abs(steps)):
        half = float(np.nextafter(half, np.sign(steps) * np.inf))
    return decimals, half * draw(st.sampled_from([1, -1]))


@settings(max_examples=50)
@given(near_halves(), st.sampled_from(list(MODES)))
def test_near_halves(case, mode):
    """Halves, and the numbers next to them, however many digits they have."""
    decimals, value = case

    assert round_to(np.array([value]), decimals, mode)[0] == by_digits(value, decimals, mode)


@settings(max_examples=30)
@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(-320, 330), st.sampled_from(list(MODES)))
def test_any_number(value, decimals, mode):
    """Numbers of any size to any decimals."""
    assert round_to(np.array([value]), decimals, mode)[0] == by_digits(value, decimals, mode)


@pytest.mark.parametrize("mode", MODES)
def test_each_number_of_an_array_is_rounded_by_itself(mode):
    """An array of any shape: halves, missing values, infinite and long numbers side by side."""
    values = np.array([[1.005, np.nan, 2.5e15 + 0.5], [np.inf, -np.inf, 0.4]])
    kept = values.copy()
    made = round_to(values, 2, mode)

    expected = [[1.0 if mode == "half-even" else 1.01, np.nan, 2.5e15 + 0.5], [np.inf, -np.inf, 0.4]]
    np.testing.assert_array_equal(made, expected)
    np.testing.assert_array_equal(values, kept)


def test_without_decimals_nothing_is_rounded():
    """The numbers stay as they are; if there is no score there is no text."""
    assert round_to(np.array([1.005]), None, "half-up").tolist() == [1.005]
    assert written(float("nan"), 2) == ""


@settings(max_examples=30)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_settled_scores_have_fourteen_digits(value):
    """As Python writes them with 14 digits, or the number beside it; 0, missing values and infinity stay."""
    made = snap(np.array([value, 0.0, np.inf, np.nan]))

    assert made[0] == pytest.approx(float(f"{value:.13e}"), rel=1e-13, abs=5e-324)
    np.testing.assert_array_equal(made[1:], [0.0, np.inf, np.nan])


def test_noise_is_not_rounded():
    """The half of 3.8 and 3.9 comes out as 3.8499999999999996: to one decimal it is 3.9 half-up, as by hand."""
    mean = snap(np.array([0.5 * 3.8 + 0.5 * 3.9]))

    assert mean.tolist() == [3.85]
    assert round_to(mean, 1, "half-up").tolist() == [3.9]
