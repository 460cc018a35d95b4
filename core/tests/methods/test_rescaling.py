"""Steps on a score, by hand."""

import numpy as np
import pytest
from hubrank import MethodError
from hubrank.methods.builtins import RESCALINGS

METHODS = {each.name: each for each in RESCALINGS}
NAN = np.nan


@pytest.fixture
def stepped(context):
    """Rows of editions by one step."""

    def step(name, rows, **options):
        scores = np.array(rows, dtype=float)
        record = METHODS[name]
        return record.apply(scores, context(scores.shape[1], 0), record.options(**options)).tolist()

    return step


def test_reverse(stepped):
    """Around 100, or within the range that the scores have."""
    assert stepped("reverse", [[30, 70]], around=100) == [[70, 30]]
    assert stepped("reverse", [[1, 2, 5]]) == [[5, 4, 1]]


def test_arithmetic_of_scores(stepped):
    """Times, plus, to the power."""
    assert stepped("scale", [[1, 2]], by=10) == [[10, 20]]
    assert stepped("shift", [[1, 2]], by=-1) == [[0, 1]]
    assert stepped("power", [[4, 9]], exponent=0.5) == [[2, 3]]


def test_power_of_scores_below_0(stepped):
    """It is refused with how many there are."""
    with pytest.raises(MethodError, match="1 score below 0"):
        stepped("power", [[-4, 9]], exponent=0.5)


def test_cap(stepped):
    """A gap stays a gap."""
    np.testing.assert_array_equal(stepped("cap", [[-1, 5, NAN, 20]], low=0, high=10), [[0, 5, NAN, 10]])


def test_best_100(stepped):
    """The best of each edition, or of all, gets 100."""
    assert stepped("best-100", [[1, 2], [3, 4]]) == [[50, 100], [75, 100]]
    assert stepped("best-100", [[1, 2], [3, 4]], fitted_on="pooled") == [[25, 50], [75, 100]]


def test_best_of_0_has_no_share(stepped):
    """It is refused rather than divided by."""
    with pytest.raises(MethodError, match="the best score is 0; it must be above 0"):
        stepped("best-100", [[-1, 0]])


def test_min_max(stepped):
    """From 0 to 100, each edition or all of them."""
    assert stepped("min-max", [[1, 2, 3]], range=(0, 100)) == [[0, 50, 100]]
    assert stepped("min-max", [[1, 2], [3, 5]], fitted_on="pooled") == [[0, 0.25], [0.5, 1]]


def test_ranks(stepped):
    """Places from the lowest, and the share of units that are lower."""
    assert stepped("rank", [[5, 1, 5, 3]]) == [[3, 1, 3, 2]]
    assert stepped("percentile-rank", [[5, 1, 4]]) == [[1, 0, 0.5]]


def test_rank_exponential(stepped):
    """England and Wales give the highest 100, Scotland the lowest 0."""
    assert stepped("rank-exponential", [[1, 2]])[0][1] == pytest.approx(100)
    assert stepped("rank-exponential", [[1, 2]], first=0)[0][0] == 0


def test_rounding(stepped):
    """As the numbers are written: 1.005 and 2.675 are halves although the nearest floats lie below."""
    halves = [[0.125, 1.005, 2.675, -0.125, NAN]]

    np.testing.assert_array_equal(
        stepped("round", halves, decimals=2, mode="half-up"), [[0.13, 1.01, 2.68, -0.13, NAN]]
    )
    assert stepped("round", [[0.125, 0.375]], decimals=2, mode="half-even") == [[0.12, 0.38]]


@pytest.mark.parametrize(
    ("step", "options", "expected"),
    [
        ("rank", {}, [1, 1, 3]),
        ("percentile-rank", {}, [0, 0, 1]),
        ("percentile-rank", {"ties": "max"}, [0.5, 0.5, 1]),
    ],
)
def test_scores_that_differ_by_the_noise_of_computing_them_share_a_place(stepped, step, options, expected):
    """0.1 + 0.2 and 0.3 are one score, as in the ranking."""
    assert stepped(step, [[0.1 + 0.2, 0.3, 0.5]], **options) == [expected]


def test_a_power_that_vanishes_is_told(stepped):
    """0.1 to the power of 1,000 is 1e-1000, and would tie with 0."""
    with pytest.raises(MethodError, match="the power of 1 score is too small for a number"):
        stepped("power", [[0.1, 0, 1]], exponent=1000)
