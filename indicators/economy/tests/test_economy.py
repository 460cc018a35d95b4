import hubrank_economy
import pytest
from hubrank.testing import conforms, measured

UNITS = {"AAA": {}, "BBB": {}}


@conforms(hubrank_economy)
def test_conformance(check):
    """Both keep an indicator's promises."""
    check()


def test_output_per_head_is_that_of_the_same_row():
    """50,000 million for 2 million people are 25,000 a head; the 2017 row knows no people and does not count."""
    rows = [("AAA", 2016, 50_000.0, 2e6), ("AAA", 2017, 80_000.0, None)]
    values = measured(hubrank_economy, indicator="gdp-per-head", edition=2022, units=UNITS, economy=rows)

    assert values.to_dict() == pytest.approx({"AAA": 25_000.0, "BBB": float("nan")}, nan_ok=True)
