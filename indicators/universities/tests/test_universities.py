import hubrank_universities
from hubrank import Coverage
from hubrank.testing import conforms, measured

LIST = {"universities": {"kind": "stock", "covers": Coverage(first=2005, last=2025)}}


@conforms(hubrank_universities, sample_options={"universities": [{"band": 100}, {"band": 1000, "per": 1e6}]})
def test_conformance(check):
    """It keeps an indicator's promises."""
    check()


def test_band_of_the_newest_list():
    """AAA has 3 among the first 200 in 2024; 2025 is later than the edition; BBB has none."""
    rows = [("AAA", 2020, 1.0), ("AAA", 2024, 3.0), ("AAA", 2025, 7.0)]
    given = {"edition": 2024, "options": {"band": 200}, "tables": LIST, "universities": rows}
    values = measured(hubrank_universities, units={"AAA": {}, "BBB": {}}, **given)

    assert values.to_dict() == {"AAA": 3.0, "BBB": 0.0}
