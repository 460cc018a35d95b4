"""Imputation, by hand."""

import numpy as np
import pytest
from hubrank.methods import impute
from hubrank.methods.imputation import (
    CarryForwardOptions,
    GroupOptions,
    InterpolateOptions,
    RowOptions,
    carry_forward,
    group_mean,
    group_median,
    interpolate,
    mean,
    median,
    row_mean,
)
from hubrank.plugin import Member
from hubrank.plugin.sources import NoOptions

NAN = np.nan


def column(*numbers):
    """One edition and one member."""
    return np.array(numbers, dtype=float)[None, :, None]


BY_REGION = GroupOptions(by="region")


@pytest.mark.parametrize(
    ("apply", "options", "regions", "numbers", "expected"),
    [
        (mean, NoOptions(), "----", [1, NAN, 2, 9], [1, 4, 2, 9]),
        (median, NoOptions(), "----", [1, NAN, 2, 9], [1, 2, 2, 9]),
        # There is nothing to fill it from, and no warning.
        (mean, NoOptions(), "--", [NAN, NAN], [NAN, NAN]),
        (median, NoOptions(), "--", [NAN, NAN], [NAN, NAN]),
        # The north has 2 and 4, the south nothing, and the last unit no group.
        (group_mean, BY_REGION, ["N", "N", "N", "S", None], [2, 4, NAN, NAN, NAN], [2, 4, 3, NAN, NAN]),
        (group_median, BY_REGION, "NNNN", [1, 2, 9, NAN], [1, 2, 9, 2]),
    ],
)
def test_among_units(context, apply, options, regions, numbers, expected):
    """From the units that have it, all of them or those of the same group."""
    filled = apply(column(*numbers), context(len(numbers), 1, region=list(regions)), options)

    assert filled.ravel() == pytest.approx(expected, rel=1e-12, nan_ok=True)


def test_constant():
    """Every gap gets the number."""
    assert impute([1, NAN], "constant", value=0.0).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("apply", "options", "years", "numbers", "expected"),
    [
        # The first edition has nothing before it; later missing values get the newest earlier value.
        (carry_forward, CarryForwardOptions(), range(2020, 2024), [NAN, 3, NAN, NAN], [NAN, 3, 3, 3]),
        # Over editions two years apart, one edition or two years reach one gap.
        (carry_forward, CarryForwardOptions(at_most_editions=1), range(2020, 2025, 2), [3, NAN, NAN], [3, 3, NAN]),
        (carry_forward, CarryForwardOptions(at_most_years=2), range(2020, 2025, 2), [3, NAN, NAN], [3, 3, NAN]),
        # Between 2020 (10) and 2024 (30) the year 2021 lies at a quarter of the way.
        (interpolate, InterpolateOptions(), (2020, 2021, 2024), [10, NAN, 30], [10, 15, 30]),
        # The ends stay missing, or get the nearest value.
        (interpolate, InterpolateOptions(), range(2020, 2023), [NAN, 4, NAN], [NAN, 4, NAN]),
        (interpolate, InterpolateOptions(extend=True), range(2020, 2023), [NAN, 4, NAN], [4, 4, 4]),
        # A missing value two years from its farther neighbour needs at_most_years of 2.
        (interpolate, InterpolateOptions(at_most_years=2), (2020, 2021, 2023), [1, NAN, 4], [1, 2, 4]),
        (interpolate, InterpolateOptions(at_most_years=1), (2020, 2021, 2023), [1, NAN, 4], [1, NAN, 4]),
    ],
)
def test_over_editions(context, apply, options, years, numbers, expected):
    """One unit and one member over editions."""
    filled = apply(np.array(numbers, dtype=float)[:, None, None], context(1, 1, years), options)

    assert filled.ravel() == pytest.approx(expected, rel=1e-12, nan_ok=True)


def test_interpolation_keeps_units_apart_whatever_their_order(context):
    """Rows out of time order misalign a peer's columns; an array with an axis of editions cannot be out of order."""
    values = np.array([[[1.0], [100.0]], [[NAN], [NAN]], [[3.0], [300.0]]])
    filled = interpolate(values, context(2, 1, (2020, 2021, 2022)), InterpolateOptions())

    assert filled[1].ravel().tolist() == [2, 200]


def test_row_mean_turns_where_less_is_better(context):
    """The best of three in one member, a unit gets the best value of the other: the lowest, as less is better."""
    members = [
        Member(name="income", path=("life", "index")),
        Member(name="deaths", direction=-1, path=("life", "index")),
    ]
    values = np.array([[[10.0, 5.0], [20.0, 9.0], [30.0, NAN]]])

    assert row_mean(values, context(3, members), RowOptions())[0, 2, 1] == 5


def test_row_mean_stays_within_the_dimension(context):
    """A member of another dimension says nothing, unless the level is higher."""
    members = [Member(name="a", path=("x", "index")), Member(name="b", path=("y", "index"))]
    values = np.array([[[0.0, 5.0], [10.0, NAN], [5.0, 7.0]]])

    assert np.isnan(row_mean(values, context(3, members), RowOptions())[0, 1, 1])
    assert row_mean(values, context(3, members), RowOptions(level=2))[0, 1, 1] == 7
