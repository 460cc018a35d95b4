"""Three towns, as a person hands them over."""

import pandas as pd
import pytest


@pytest.fixture(scope="session")
def towns():
    """Unemployment 100, 0, 50 (turned); income 0, 100, 50; green 0, 50, 100."""
    return pd.DataFrame(
        {
            "code": ["A", "B", "C"],
            "Town": ["Aberg", 'Bedorf <b>"x"</b>', "Ceville\x1b[31m"],
            "Unemployment": [4.0, 8.0, 6.0],
            "Income": [10.0, 30.0, 20.0],
            "Green": [0.0, 5.0, 10.0],
        }
    )


@pytest.fixture
def years():
    """Two towns in two years that change places: B leads in 2022, A in 2023."""
    return pd.DataFrame({"unit": list("ABAB"), "year": [2022, 2022, 2023, 2023], "Income": [1, 2, 9, 3]})
