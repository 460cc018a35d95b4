import hubrank_connectivity
import pytest
from hubrank.testing import conforms, measured


@conforms(hubrank_connectivity)
def test_conformance(check):
    """It keeps an indicator's promises."""
    check()


def test_best_connected_city_speaks_for_a_unit():
    """Of AAA's two cities the one with 60 counts, not their sum; BBB has no score and stays missing."""
    rows = [(("AAA", "one city"), 2020, 60.0), (("AAA", "another"), 2020, 25.0)]
    values = measured(hubrank_connectivity, edition=2024, units={"AAA": {}, "BBB": {}}, connectivity=rows)

    assert values.to_dict() == pytest.approx({"AAA": 60.0, "BBB": float("nan")}, nan_ok=True)
