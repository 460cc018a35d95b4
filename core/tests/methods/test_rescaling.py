"""Steps on a score, by hand."""

import numpy as np
import pytest
from hubrank.methods.builtins import RESCALINGS
from hubrank.plugin import MethodError

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


@pytest.mark.parametrize(
    ("step", "options", "rows", "expected"),
    [
        # Around 100, or within the range that the scores have.
        ("reverse", {"around": 100}, [[30, 70]], [[70, 30]]),
        ("reverse", {}, [[1, 2, 5]], [[5, 4, 1]]),
        ("scale", {"by": 10}, [[1, 2]], [[10, 20]]),
        ("shift", {"by": -1}, [[1, 2]], [[0, 1]]),
        ("power", {"exponent": 0.5}, [[4, 9]], [[2, 3]]),
        ("reciprocal", {}, [[4, 0.5, NAN]], [[0.25, 2, NAN]]),
        ("cap", {"low": 0, "high": 10}, [[-1, 5, NAN, 20]], [[0, 5, NAN, 10]]),
        # The best of each edition, or of all, gets 100.
        ("best-100", {}, [[1, 2], [3, 4]], [[50, 100], [75, 100]]),
        ("best-100", {"fitted_on": "pooled"}, [[1, 2], [3, 4]], [[25, 50], [75, 100]]),
        ("min-max", {"range": (0, 100)}, [[1, 2, 3]], [[0, 50, 100]]),
        ("min-max", {"fitted_on": "pooled"}, [[1, 2], [3, 5]], [[0, 0.25], [0.5, 1]]),
        ("min-max", {}, [[0.1 + 0.2, 0.3, 0.3]], [[0.5, 0.5, 0.5]]),  # equal except the last digit
        ("min-max", {}, [[0.1 + 0.2, 0.3, 0.4]], [[0, 0, 1]]),
        # Places from the lowest, and the share of units that are lower; 0.1 + 0.2 and 0.3 are one score.
        ("rank", {}, [[5, 1, 5, 3]], [[3, 1, 3, 2]]),
        ("percentile-rank", {}, [[5, 1, 4]], [[1, 0, 0.5]]),
        ("rank", {}, [[0.1 + 0.2, 0.3, 0.5]], [[1, 1, 3]]),
        ("percentile-rank", {}, [[0.1 + 0.2, 0.3, 0.5]], [[0, 0, 1]]),
        ("percentile-rank", {"ties": "max"}, [[0.1 + 0.2, 0.3, 0.5]], [[0.5, 0.5, 1]]),
        # As numbers are written: 1.005 and 2.675 are halves although the nearest floats lie below.
        (
            "round",
            {"decimals": 2, "mode": "half-up"},
            [[0.125, 1.005, 2.675, -0.125, NAN]],
            [[0.13, 1.01, 2.68, -0.13, NAN]],
        ),
        ("round", {"decimals": 2, "mode": "half-even"}, [[0.125, 0.375]], [[0.12, 0.38]]),
    ],
)
def test_by_hand(stepped, step, options, rows, expected):
    """Each step's scores, as they are worked out beside them."""
    np.testing.assert_array_equal(stepped(step, rows, **options), expected)


@pytest.mark.parametrize(
    ("step", "options", "rows", "told"),
    [
        ("power", {"exponent": 0.5}, [[-4, 9]], "1 score below 0"),
        ("reciprocal", {}, [[0, -1, 2]], "2 scores of 0 or below; a reciprocal needs scores above 0"),
        ("best-100", {}, [[-1, 0]], "the best score is 0; it must be above 0"),
        # 0.1 to the power of 1,000 is 1e-1000, and would tie with 0.
        ("power", {"exponent": 1000}, [[0.1, 0, 1]], "the power of 1 score is too small for a number"),
    ],
)
def test_what_has_no_number_is_refused(stepped, step, options, rows, told):
    """With how many scores there are."""
    with pytest.raises(MethodError, match=told):
        stepped(step, rows, **options)


def test_rank_exponential(stepped):
    """England and Wales give the highest 100, Scotland the lowest 0."""
    assert stepped("rank-exponential", [[1, 2]])[0][1] == pytest.approx(100)
    assert stepped("rank-exponential", [[1, 2]], first=0)[0][0] == 0
