"""Treatment, by hand and against SciPy."""

import re

import numpy as np
import pytest
import scipy.stats
from hubrank.methods import treat
from hubrank.methods.treatment import (
    BoxCoxOptions,
    FromLowestOptions,
    LogOptions,
    OverRangeOptions,
    PowerOptions,
    ShiftOptions,
    SkewKurtosisOptions,
    WinsoriseOptions,
    YeoJohnsonOptions,
    box_cox,
    log,
    log_from_lowest,
    log_over_range,
    power,
    skew_kurtosis,
    square_root,
    winsorise,
    yeo_johnson,
)
from hubrank.plugin import Member, MethodError

NAN = np.nan


def column(*numbers):
    """One edition and one member."""
    return np.array(numbers, dtype=float)[None, :, None]


@pytest.mark.parametrize(
    ("apply", "options", "numbers", "expected"),
    [
        (log, LogOptions(), [np.e], [1]),
        (log, LogOptions(base=10), [100, 1000], [2, 3]),
        (log, LogOptions(base=10, shift=1), [0, 9], [0, 1]),  # a shift is added before
        (square_root, ShiftOptions(), [9], [3]),
        (power, PowerOptions(exponent=2, shift=1), [2], [9]),
        # The outermost value of each end is set to the next; missing values are no values.
        (winsorise, WinsoriseOptions(points=1), [1, 5, 6, NAN, 7, 100], [5, 5, 6, NAN, 7, 7]),
        (winsorise, WinsoriseOptions(points=1, ends="high"), [1, 5, 6, NAN, 7, 100], [1, 5, 6, NAN, 7, 7]),
        (winsorise, WinsoriseOptions(points=1, ends="low"), [1, 5, 6, NAN, 7, 100], [5, 5, 6, NAN, 7, 100]),
        # Of more points than there are all lie on the median, and no lower limit is above the upper.
        (winsorise, WinsoriseOptions(points=5), [1, 2, 9], [2, 2, 2]),
        # The 10 % quantiles of 0..10 are 1 and 9.
        (winsorise, WinsoriseOptions(quantile=0.1), range(11), [1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9]),
        # Limits one interquartile range, 5, beyond the quartiles 2.5 and 7.5.
        (winsorise, WinsoriseOptions(fences=1), [-9, *range(1, 10), 99], [-2.5, *range(1, 10), 12.5]),
        (box_cox, BoxCoxOptions(exponent=0.5), [9], [4]),  # (9^0.5 - 1) / 0.5
        (box_cox, BoxCoxOptions(exponent=0), [np.e], [1]),
        # The least value becomes a hundredth of the range; equal values stay.
        (log_from_lowest, FromLowestOptions(), [10, 20, 110], np.log([1, 11, 101])),
        (log_from_lowest, FromLowestOptions(), [5, 5], [5, 5]),
        # Half way from 0 to 101 is ln(1 + 100 / 2); mirrored for a long lower tail.
        (log_over_range, OverRangeOptions(), [0, 50.5, 0, 0, 101], np.log([1, 51, 1, 1, 101])),
        (log_over_range, OverRangeOptions(), [0, 50.5, 101, 101, 101], -np.log([101, 51, 1, 1, 1])),
        # A missing value beside the outlier leaves the member silently untreated in a peer.
        (skew_kurtosis, SkewKurtosisOptions(), [*range(1, 11), 30, 100, NAN], [*range(1, 11), 30, 30, NAN]),
    ],
)
def test_by_hand(context, apply, options, numbers, expected):
    """Each treatment's values, as they are worked out beside them."""
    treated = apply(column(*numbers), context(len(numbers), 1), options)

    assert treated.ravel() == pytest.approx(expected, rel=1e-12, nan_ok=True)


def test_log_names_members_that_have_values_of_0_or_less(context):
    """Every such member with the number of its values, and what can be done."""
    members = [Member(name="papers"), Member(name="prizes"), Member(name="firms")]
    values = np.array([[[1.0, 0.0, 2.0], [2.0, -1.0, 0.0]]])

    with pytest.raises(
        MethodError,
        match=r"'prizes' has 2 values that are not above 0, 'firms' has 1 value that is not above 0; .* shift = 1",
    ):
        log(values, context(2, members), LogOptions())


@pytest.mark.parametrize(
    ("apply", "options", "what"),
    [
        (log, LogOptions(shift=1), "not above -1 (shift = 1); a logarithm"),
        (square_root, ShiftOptions(shift=1), "below -1 (shift = 1); a square root"),
        (power, PowerOptions(exponent=2, shift=1), "below -1 (shift = 1); a power"),
        (box_cox, BoxCoxOptions(shift=1), "not above -1 (shift = 1); Box-Cox"),
    ],
)
def test_the_shift_is_part_of_the_cause(context, apply, options, what):
    """A shift of 1 takes values down to -1: -0.5 is below 0 and no error, -2 is one."""
    apply(column(-0.5, 2), context(2, 1), options)

    with pytest.raises(MethodError, match=re.escape(f"has 1 value that is {what}")):
        apply(column(-0.5, -2), context(2, 1), options)


def test_fitted_exponents_are_those_of_scipy(context):
    """Box-Cox and Yeo-Johnson of each member and edition, each for itself."""
    values = np.random.default_rng(3).lognormal(size=(2, 40, 3))
    treated = box_cox(values, context(40, 3, (1, 2)), BoxCoxOptions())
    signed = yeo_johnson(values - 1, context(40, 3, (1, 2)), YeoJohnsonOptions())

    assert treated[1, :, 2] == pytest.approx(scipy.stats.boxcox(values[1, :, 2])[0], abs=1e-5)
    assert signed[0, :, 1] == pytest.approx(scipy.stats.yeojohnson(values[0, :, 1] - 1)[0], abs=1e-5)


def test_exponential_transform_of_ranks(context):
    """The upper tenth takes about half the range, as the English indices say; 4 of 4 gets 100."""
    treated = treat([1, 2, 3, 4], "rank-exponential")
    tenth = treat(range(1, 101), "rank-exponential")[89]

    assert treated[-1] == pytest.approx(100)
    assert treated[0] == pytest.approx(-23 * np.log(1 - 0.25 * (1 - np.exp(-100 / 23))))
    assert tenth == pytest.approx(50, abs=1)


def test_log_over_range_that_would_turn_the_order(context):
    """A greatest value below 1 turns the order in a peer, where the values come back unchanged today."""
    with pytest.raises(MethodError, match="'a' has 1 value that is the highest and not above 1; set factor"):
        log_over_range(column(0.1, 0.5), context(2, 1), OverRangeOptions())


def test_skewed_members_alone_are_treated(context):
    """One outlier is set to the next value; the other member stays as it is."""
    straight, skewed = np.arange(1.0, 13), np.array([*range(1, 11), 30, 100], dtype=float)
    treated = skew_kurtosis(np.stack([straight, skewed], axis=-1)[None], context(12, 2), SkewKurtosisOptions())

    assert treated[0, :, 0].tolist() == straight.tolist()
    assert treated[0, :, 1].tolist() == [*range(1, 11), 30, 30]


def test_the_logarithm_takes_the_original_values(context):
    """Where winsorising fails the second stage starts again, unless the two are combined."""
    numbers = np.append(np.arange(1.0, 41), [5000, 6000, 7000, 8000])
    alone = skew_kurtosis(column(*numbers), context(44, 1), SkewKurtosisOptions(at_most=1)).ravel()
    combined = skew_kurtosis(column(*numbers), context(44, 1), SkewKurtosisOptions(at_most=1, combine=True)).ravel()

    assert alone == pytest.approx(np.log(numbers - 1 + 0.01 * 7999))
    assert combined[-1] == pytest.approx(np.log(6999 + 0.01 * 6999))
