import hubrank_laureates
from hubrank import Coverage
from hubrank.testing import conforms, measured

PRIZES = {"laureates": {"kind": "flow", "covers": Coverage(first=1901, last=2024)}}


@conforms(hubrank_laureates, sample_options={"laureates": [{}, {"categories": ["Physics"], "per": 1e6}]})
def test_conformance(check):
    """It keeps an indicator's promises."""
    check()


def test_categories_of_the_window():
    """Of AAA's prizes since 1901 two are for physics; BBB's one is not."""
    rows = [("AAA", 1921, 1.0, "Physics"), ("AAA", 1950, 1.0, "Physics"), ("BBB", 1950, 1.0, "Peace")]
    given = {"window": "all", "options": {"categories": ["Physics"]}, "tables": PRIZES, "laureates": rows}
    values = measured(hubrank_laureates, edition=2024, units={"AAA": {}, "BBB": {}}, **given)

    assert values.to_dict() == {"AAA": 2.0, "BBB": 0.0}
