"""Normalisation, by hand."""

import numpy as np
import pytest
from hubrank import Member, MethodError
from hubrank.methods.builtins import NORMALISATIONS
from hubrank.methods.normalisation import (
    AroundOptions,
    BandOptions,
    GoalpostsOptions,
    LogisticOptions,
    MeanBandOptions,
    MinMaxOptions,
    QuantileBandOptions,
    RankOptions,
    ScaledOptions,
    TargetOptions,
    UnitOptions,
    ZScoreOptions,
)
from hubrank.plugin.sources import NoOptions

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
        made = record.apply(values, record.fit(known, given, options), given, options)
        return made.ravel().tolist()

    return scale


def test_min_max(scaled):
    """10, 15 and 20 come to 1, 50.5 and 100; on another edition's scale 25 lies beyond, unless capped."""
    options = MinMaxOptions(range=(1, 100))

    assert scaled("min-max", options, [10, 15, 20]) == [1, 50.5, 100]
    assert scaled("min-max", MinMaxOptions(), [25], reference=[10, 20]) == [1.5]
    assert scaled("min-max", MinMaxOptions(cap=True), [25], reference=[10, 20]) == [1]


def test_equal_values_lie_in_the_middle(scaled):
    """One half of a range, 0 of a z-score."""
    assert scaled("min-max", MinMaxOptions(range=(0, 10)), [4, 4]) == [5, 5]
    assert scaled("z-score", ZScoreOptions(), [0.1, 0.1, 0.1]) == [0, 0, 0]
    assert scaled("percentile-rank", RankOptions(), [4, 4]) == [0.5, 0.5]


def test_z_score(scaled):
    """1, 2 and 3 have the standard deviation 1 (n - 1) or the root of two thirds (n)."""
    assert scaled("z-score", ZScoreOptions(mean=10, sd=2), [1, 2, 3]) == [8, 10, 12]
    assert scaled("z-score", ZScoreOptions(divisor="n"), [1, 2, 3]) == pytest.approx([-(1.5**0.5), 0, 1.5**0.5])


def test_goalposts(scaled):
    """The Human Development Report 2020: a life expectancy of 82.4 years between 20 and 85 is 0.960."""
    assert scaled("goalposts", GoalpostsOptions(goalposts=(20, 85)), [82.4, 90, 10]) == pytest.approx([0.96, 1, 0])


def test_goalposts_of_which_less_is_better(scaled):
    """Turned posts (-100, 0) put 100 at the worst end and 0 at the best: not all at 0, as in a peer."""
    assert METHODS["goalposts"].levels == ("goalposts",)
    assert scaled("goalposts", GoalpostsOptions(goalposts=(-100, 0)), [-100, -25, 0]) == [0, 0.75, 1]


@pytest.mark.parametrize(("cap", "expected"), [(False, [-0.5, 1.5]), ("best", [-0.5, 1]), ("worst", [0, 1.5])])
def test_goalposts_cap_an_end(scaled, cap, expected):
    """Either end can be left open."""
    assert scaled("goalposts", GoalpostsOptions(goalposts=(0, 10), cap=cap), [-5, 15]) == expected


def test_goalposts_onto_a_range(scaled):
    """From 1 to 100, for a geometric mean."""
    assert scaled("goalposts", GoalpostsOptions(goalposts=(0, 1), range=(1, 100)), [0, 0.5, 1]) == [1, 50.5, 100]


def test_goalpost_that_is_not_given_is_the_end_of_the_values(scaled):
    """Only the upper one is fixed."""
    assert scaled("goalposts", GoalpostsOptions(goalposts=("min", 20)), [10, 15]) == [0, 0.5]


def test_scaled(scaled):
    """Percentages become shares, and nothing is capped."""
    assert scaled("scaled", ScaledOptions(goalposts=(0, 100)), [50, 120]) == [0.5, 1.2]


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        ("min", [3, 1, 3, NAN, 2]),
        ("max", [4, 1, 4, NAN, 2]),
        ("average", [3.5, 1, 3.5, NAN, 2]),
        ("dense", [3, 1, 3, NAN, 2]),
    ],
)
def test_rank(scaled, ties, expected):
    """Equal values share a place; a gap has none."""
    np.testing.assert_array_equal(scaled("rank", RankOptions(ties=ties), [7, 1, 7, NAN, 2]), expected)


def test_rank_among_another_edition(scaled):
    """Values get the place that they would have had there."""
    assert scaled("rank", RankOptions(), [0, 2, 2.5, 9], reference=[1, 2, 3]) == [1, 2, 3, 4]
    assert scaled("rank", RankOptions(ties="average"), [2, 2.5], reference=[1, 2, 2, 3]) == [2.5, 4]


def test_borda_and_percentile_rank(scaled):
    """How many are worse, and their share."""
    assert scaled("borda", RankOptions(), [5, 1, 3]) == [2, 0, 1]
    assert scaled("percentile-rank", RankOptions(), [5, 1, 3]) == [1, 0, 0.5]


def test_distance_to_a_unit(scaled):
    """Half way to U1 is one half; better than it is more than 1, unless capped."""
    assert scaled("distance-to-unit", UnitOptions(unit="U1"), [10, 20, 15, 30]) == [0, 1, 0.5, 2]
    assert scaled("distance-to-unit", UnitOptions(unit="U1", cap=True), [10, 20, 15, 30]) == [0, 1, 0.5, 1]


def test_distance_to_the_worst_unit(scaled):
    """It measures nothing, and says so instead of giving infinities."""
    with pytest.raises(MethodError, match="unit 'U0' is no better than the worst unit in 'x'"):
        scaled("distance-to-unit", UnitOptions(unit="U0"), [10, 20])


def test_distance_to_a_unit_without_a_value(scaled):
    """It has no distance."""
    with pytest.raises(MethodError, match="unit 'U0' has no value in 'x'"):
        scaled("distance-to-unit", UnitOptions(unit="U0"), [NAN, 10, 20])


def test_distance_to_a_unit_that_does_not_exist(scaled):
    """The message says which there are."""
    with pytest.raises(MethodError, match="unit: there is no unit 'U7'"):
        scaled("distance-to-unit", UnitOptions(unit="U7"), [10, 20])


def test_distance_to_a_unit_over_pooled_editions(context):
    """The unit's mean of both editions, 20, gets 1."""
    given = context(2, 1, (2020, 2021))
    pooled = np.array([10.0, 15, 10, 25])[None, :, None]
    record, options = METHODS["distance-to-unit"], UnitOptions(unit="U1")

    assert record.apply(pooled, record.fit(pooled, given, options), given, options).ravel().tolist() == [0, 0.5, 0, 1.5]


def test_distance_to_a_target(scaled):
    """Targets beyond the best unit leave room, those before it cap."""
    assert scaled("distance-to-target", TargetOptions(target=30), [10, 20]) == [0, 0.5]
    assert scaled("distance-to-target", TargetOptions(target=15), [10, 20]) == [0, 1]


def test_around_a_reference(scaled):
    """The reference, here the mean 4, becomes 100 and the range 60 wide."""
    assert scaled("around-reference", AroundOptions(), [1, 3, 8]) == pytest.approx(
        [100 - 180 / 7, 100 - 60 / 7, 100 + 240 / 7]
    )


def test_above_and_below_the_mean(scaled):
    """Within a fifth of the mean, 10, is average."""
    assert scaled("above-below-mean", MeanBandOptions(), [1, 9, 11, 19]) == [-1, 0, 0, 1]


def test_share_of_the_sum(scaled):
    """1 and 3 of 4; where less is better the shares of the reciprocals."""
    assert scaled("sum", NoOptions(), [1, 3]) == [0.25, 0.75]
    assert scaled("sum", NoOptions(), [1, 3], direction=-1) == pytest.approx([0.75, 0.25])


def test_share_of_the_largest_rewards_little_where_less_is_better(scaled):
    """The unit with the least emissions scores highest; in a peer the one with the most does."""
    assert scaled("max", NoOptions(), [10, 20, 40], direction=-1) == [0.75, 0.5, 0]
    assert scaled("linear", NoOptions(), [10, 20, 40], direction=-1) == [1, 0.5, 0.25]


def test_share_of_nothing(scaled):
    """All values 0 stay 0; values below 0 have no share."""
    assert scaled("sum", NoOptions(), [0, 0]) == [0, 0]
    with pytest.raises(MethodError, match="'x' has 1 value that is below 0"):
        scaled("sum", NoOptions(), [-1, 3])


def test_vector(scaled):
    """3 and 4 have the length 5."""
    assert scaled("vector", NoOptions(), [3, 4]) == [0.6, 0.8]


def test_logistic(scaled):
    """One half at the mean, 1 / (1 + 1/e) one standard deviation above."""
    assert scaled("logistic", LogisticOptions(), [1, 2, 3]) == pytest.approx([1 / (1 + np.e), 0.5, 1 / (1 + 1 / np.e)])


def test_bands(scaled):
    """A value on a cut is in the better band, also where less is better."""
    options = BandOptions(cuts=(10, 20), marks=(0, 50, 100))

    assert scaled("bands", options, [5, 10, 15, 20, 30]) == [0, 50, 50, 100, 100]
    assert scaled("bands", options, [5, 10, 15, 20, 30], direction=-1) == [100, 100, 50, 50, 0]


def test_quantile_bands(scaled):
    """The best half gets 1."""
    assert scaled("quantile-bands", QuantileBandOptions(cuts=(0.5,), marks=(0, 1)), [1, 2, 3, 4]) == [0, 0, 1, 1]
