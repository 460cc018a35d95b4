"""Normalisation, by hand."""

import numpy as np
import pytest
from hubrank.methods.builtins import NORMALISATIONS
from hubrank.plugin import Member, MethodError

NAN = np.nan
METHODS = {each.name: each for each in NORMALISATIONS}


def column(*numbers):
    """One edition and one member."""
    return np.array(numbers, dtype=float)[None, :, None]


@pytest.fixture
def scaled(context):
    """Scale a column by a method, on its own values or on a reference."""

    def scale(name, options, numbers, reference=None, direction=1):
        values, known = column(*numbers), column(*(reference or numbers))
        given = context(len(reference or numbers), [Member(name="x", direction=direction)])
        record = METHODS[name]
        chosen = record.options(**options)
        return record.apply(values, record.fit(known, given, chosen), given, chosen).ravel().tolist()

    return scale


BANDS = {"cuts": (10, 20), "marks": (0, 50, 100)}


@pytest.mark.parametrize(
    ("name", "options", "numbers", "expected"),
    [
        ("min-max", {"range": (1, 100)}, [10, 15, 20], [1, 50.5, 100]),
        # Equal values lie in the middle: one half of a range, 0 of a z-score.
        ("min-max", {"range": (0, 10)}, [4, 4], [5, 5]),
        ("z-score", {}, [0.1, 0.1, 0.1], [0, 0, 0]),
        ("percentile-rank", {}, [4, 4], [0.5, 0.5]),
        # 1, 2 and 3 have the standard deviation 1 (n - 1) or the root of two thirds (n).
        ("z-score", {"mean": 10, "sd": 2}, [1, 2, 3], [8, 10, 12]),
        ("z-score", {"divisor": "n"}, [1, 2, 3], [-(1.5**0.5), 0, 1.5**0.5]),
        # The Human Development Report 2020: a life expectancy of 82.4 years between 20 and 85 is 0.960.
        ("goalposts", {"goalposts": (20, 85)}, [82.4, 90, 10], [0.96, 1, 0]),
        # Turned posts (-100, 0) put 100 at the worst end and 0 at the best: not all at 0, as in a peer.
        ("goalposts", {"goalposts": (-100, 0)}, [-100, -25, 0], [0, 0.75, 1]),
        ("goalposts", {"goalposts": (0, 10), "cap": False}, [-5, 15], [-0.5, 1.5]),
        ("goalposts", {"goalposts": (0, 10), "cap": "best"}, [-5, 15], [-0.5, 1]),
        ("goalposts", {"goalposts": (0, 10), "cap": "worst"}, [-5, 15], [0, 1.5]),
        ("goalposts", {"goalposts": (0, 1), "range": (1, 100)}, [0, 0.5, 1], [1, 50.5, 100]),
        ("goalposts", {"goalposts": ("min", 20)}, [10, 15], [0, 0.5]),
        ("scaled", {"goalposts": (0, 100)}, [50, 120], [0.5, 1.2]),
        # Equal values share a place; a missing value has none.
        ("rank", {"ties": "min"}, [7, 1, 7, NAN, 2], [3, 1, 3, NAN, 2]),
        ("rank", {"ties": "max"}, [7, 1, 7, NAN, 2], [4, 1, 4, NAN, 2]),
        ("rank", {"ties": "average"}, [7, 1, 7, NAN, 2], [3.5, 1, 3.5, NAN, 2]),
        ("rank", {"ties": "dense"}, [7, 1, 7, NAN, 2], [3, 1, 3, NAN, 2]),
        # How many are worse, and their share.
        ("borda", {}, [5, 1, 3], [2, 0, 1]),
        ("percentile-rank", {}, [5, 1, 3], [1, 0, 0.5]),
        # Half way to U1 is one half; better than it is more than 1, unless capped.
        ("distance-to-unit", {"unit": "U1"}, [10, 20, 15, 30], [0, 1, 0.5, 2]),
        ("distance-to-unit", {"unit": "U1", "cap": True}, [10, 20, 15, 30], [0, 1, 0.5, 1]),
        # Targets beyond the best unit leave room, those before it cap.
        ("distance-to-target", {"target": 30}, [10, 20], [0, 0.5]),
        ("distance-to-target", {"target": 15}, [10, 20], [0, 1]),
        # The reference, here the mean 4, becomes 100 and the range 60 wide.
        ("around-reference", {}, [1, 3, 8], [100 - 180 / 7, 100 - 60 / 7, 100 + 240 / 7]),
        ("above-below-mean", {}, [1, 9, 11, 19], [-1, 0, 0, 1]),  # within a fifth of the mean, 10, is average
        # The mean of these is 0.2, or the number next to it by the order of the units; 0.056 is a fifth below 0.07.
        ("above-below-mean", {"threshold": 0}, [0.1, 0.2, 0.3, 0.1, 0.2, 0.3], [-1, 0, 1, -1, 0, 1]),
        ("above-below-mean", {}, [0.084, 0.07, 0.07, 0.07, 0.056], [0, 0, 0, 0, 0]),
        ("sum", {}, [1, 3], [0.25, 0.75]),
        ("sum", {}, [0, 0], [0, 0]),
        ("vector", {}, [3, 4], [0.6, 0.8]),
        # One half at the mean, 1 / (1 + 1/e) one standard deviation above.
        ("logistic", {}, [1, 2, 3], [1 / (1 + np.e), 0.5, 1 / (1 + 1 / np.e)]),
        ("bands", BANDS, [5, 10, 15, 20, 30], [0, 50, 50, 100, 100]),
        ("quantile-bands", {"cuts": (0.5,), "marks": (0, 1)}, [1, 2, 3, 4], [0, 0, 1, 1]),
    ],
)
def test_by_hand(scaled, name, options, numbers, expected):
    """Each method's scale, as it is worked out beside it."""
    assert scaled(name, options, numbers) == pytest.approx(expected, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("name", "options", "numbers", "reference", "expected"),
    [
        ("min-max", {}, [25], [10, 20], [1.5]),
        ("min-max", {"cap": True}, [25], [10, 20], [1]),
        ("rank", {}, [0, 2, 2.5, 9], [1, 2, 3], [1, 2, 3, 4]),
        ("rank", {"ties": "average"}, [2, 2.5], [1, 2, 2, 3], [2.5, 4]),
    ],
)
def test_on_the_scale_of_another_edition(scaled, name, options, numbers, reference, expected):
    """25 lies beyond 10 to 20, unless capped; values get the place that they would have had there."""
    assert scaled(name, options, numbers, reference) == expected


@pytest.mark.parametrize(
    ("name", "options", "numbers", "expected"),
    [
        ("sum", {}, [1, 3], [0.75, 0.25]),  # the shares of the reciprocals
        # The unit with the least emissions scores highest; in a peer the one with the most does.
        ("max", {}, [10, 20, 40], [0.75, 0.5, 0]),
        ("linear", {}, [10, 20, 40], [1, 0.5, 0.25]),
        ("bands", BANDS, [5, 10, 15, 20, 30], [100, 100, 50, 50, 0]),  # a value on a cut is in the better band
    ],
)
def test_where_less_is_better(scaled, name, options, numbers, expected):
    """Methods that turn values themselves; goalposts are turned for them."""
    assert scaled(name, options, numbers, direction=-1) == pytest.approx(expected, rel=1e-12)
    assert METHODS["goalposts"].levels == ("goalposts",)


@pytest.mark.parametrize(
    ("name", "options", "numbers", "told"),
    [
        ("distance-to-unit", {"unit": "U0"}, [10, 20], "unit 'U0' is no better than the worst unit in 'x'"),
        ("distance-to-unit", {"unit": "U0"}, [NAN, 10, 20], "unit 'U0' has no value in 'x'"),
        ("distance-to-unit", {"unit": "U7"}, [10, 20], "unit: there is no unit 'U7'"),
        ("sum", {}, [-1, 3], "'x' has 1 value that is below 0"),
    ],
)
def test_what_has_no_scale_is_refused(scaled, name, options, numbers, told):
    """The worst unit measures nothing, a missing value has no distance, values below 0 no share."""
    with pytest.raises(MethodError, match=told):
        scaled(name, options, numbers)


def test_distance_to_a_unit_over_pooled_editions(context):
    """The unit's mean of both editions, 20, gets 1."""
    given = context(2, 1, (2020, 2021))
    pooled = np.array([10.0, 15, 10, 25])[None, :, None]
    record, options = METHODS["distance-to-unit"], METHODS["distance-to-unit"].options(unit="U1")

    assert record.apply(pooled, record.fit(pooled, given, options), given, options).ravel().tolist() == [0, 0.5, 0, 1.5]
