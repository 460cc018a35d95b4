"""What the field's practice proposes: treatment by shape, the mean by correlation."""

import numpy as np
import pandas as pd
import pytest
from hubrank.infer.defaults import aggregation_of, editions_of
from hubrank.infer.draft import draft


def towns(**columns):
    """A table of towns, with these columns of values."""
    number = len(next(iter(columns.values())))
    return pd.DataFrame({"unit": [f"T{at:02}" for at in range(number)], **columns})


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([*range(1, 12), 1000], "1 extreme value set to the next"),
        ([2.0**at for at in range(100)], "a logarithm"),
        ([1, 2, 3, 4, 100], "left as they are"),
    ],
)
def test_outliers(values, shown):
    """One town far away; each town twice the one before, of which five are not enough; too few towns to test."""
    made = draft(towns(Income=values))
    told = {each.key: each for each in made.assumed}["treatment.income"]

    assert told.shown == shown
    assert made.indicators[0].treatment == ("none" if len(values) < 10 else "skew-kurtosis")


def test_opposed_indicators_get_a_geometric_mean():
    """Income rises where safety falls, in twenty towns: correlation -1; the scale begins at 1, since 0 has no mean."""
    made = draft(towns(Income=range(20), Safety=range(20, 0, -1)))

    assert made.aggregation == "geometric"
    assert made.normalisation == {"method": "min-max", "range": [1, 100]}
    assert "Income and Safety pull in opposite directions, correlation -1.00" in made.assumed[-2].why


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (np.array([[1.0, 2], [2, 1], [3, 0]]), "3 units are too few"),
        (np.array([[1.0, np.nan], [2, 1], [3, 0]]), "1 missing value would weigh more"),
        (np.array([[1.0], [2], [3]]), "there is only one indicator"),
        (
            np.array([[1.0, 1], [2, 2], [3, 4]]),
            "no two indicators pull in opposite directions; lowest correlation 1.00",
        ),
    ],
)
def test_otherwise_an_arithmetic_one(values, why):
    """Too few units, missing values, one indicator, or none opposed."""
    name, reason = aggregation_of(values, ["a", "b"])

    assert name == "arithmetic"
    assert why in reason


def test_editions_are_years_that_distinguish_units():
    """In 2020 all values of a are equal; b has none in 2022, for which its newest of 2021 counts."""
    frame = pd.DataFrame({"year": [2020, 2020, 2021, 2021, 2022, 2022], "a": [1, 1, 1, 2, 3, 4.0]})
    frame["b"] = [1, 2, 3, 4, np.nan, np.nan]

    assert editions_of(frame, ["a", "b"]) == ((2021, 2022), 1)
    assert editions_of(frame[frame["year"] != 2022], ["a", "b"]) == ((2021,), 0)
    assert editions_of(frame[frame["year"] != 2021], ["a", "b"]) == ((2022,), 2)
