import hubrank_conferences
from hubrank import Coverage
from hubrank.testing import conforms, measured

LIST = {"conferences": {"kind": "flow", "covers": Coverage(first=2022, last=2025)}}


@conforms(hubrank_conferences, sample_options={"conferences": [{}, {"top": True}]})
def test_conformance(check):
    """It keeps an indicator's promises."""
    check()


def test_conferences_of_the_window_add_up():
    """2 of 2024 and 3 of 2025 are 5; the one of 2022 is out of the window of two years; BBB held none."""
    rows = [("AAA", 2022, 1.0), ("AAA", 2024, 2.0), ("AAA", 2025, 3.0)]
    given = {"tables": LIST, "conferences": rows}
    values = measured(hubrank_conferences, edition=2025, window=2, units={"AAA": {}, "BBB": {}}, **given)

    assert values.to_dict() == {"AAA": 5.0, "BBB": 0.0}
