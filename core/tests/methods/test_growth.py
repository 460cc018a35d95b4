"""Growth over editions, by hand."""

import numpy as np
import pandas as pd
import pytest
from hubrank.methods.derived import GrowthOptions, growth
from hubrank.plugin import Context, Units

#: Five years of four units: doubling each year, with missing values, level, and starting at 0.
SERIES = np.array([[1, 2, 4, 8, 16], [1, np.nan, 4, 8, np.nan], [5, 5, 5, 5, 5], [0, 1, 2, 3, 4]], dtype=float).T


def of_last(**options):
    """The growth up to the last of five years."""
    units = Units(frame=pd.DataFrame({"name": list("ABCD")}, index=pd.Index(list("ABCD"), name="unit")))
    context = Context(editions=(2020, 2021, 2022, 2023, 2024), units=units, members=(), rng=np.random.default_rng(0))
    return growth([SERIES], context, GrowthOptions(**options))[-1]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"over": 4}, [1, np.nan, 0, np.nan]),
        ({"over": 4, "ends": "available"}, [1, 1, 0, np.nan]),
        ({"over": 4, "ends": "available", "annual": False}, [15, 7, 0, np.nan]),
        ({"newest": 3}, [1, np.nan, 0, 1 / np.sqrt(1 / 2) - 1]),
        ({"newest": 3, "ends": "available"}, [1, 1, 0, np.sqrt(2) - 1]),
        ({"newest": 3, "ends": "available", "interpolate": True}, [1, np.sqrt(8 / 2.5) - 1, 0, np.sqrt(2) - 1]),
        ({"newest": 2, "rate": "least-squares", "scale": 100}, [100, np.nan, 0, 100 / 3]),
        ({"over": 4, "ends": "available", "rate": "least-squares"}, [np.nan, (93 / 42) / (9 / 14), 0, np.nan]),
    ],
)
def test_growth(options, expected):
    """Doubling is 100 % a year; what does not change grows by 0; what starts at 0 or below has no rate."""
    np.testing.assert_allclose(of_last(**options), expected, rtol=1e-9)
