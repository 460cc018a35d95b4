import hubrank_facilities
from hubrank import Coverage
from hubrank.testing import conforms, measured

LIST = {"facilities": {"kind": "stock", "covers": Coverage(first=2018, last=2018)}}


@conforms(hubrank_facilities)
def test_conformance(check):
    """It keeps an indicator's promises."""
    check()


def test_facilities_of_a_units_places_add_up():
    """Two places of AAA with 1 and 2 facilities make 3; BBB has none."""
    given = {"tables": LIST, "facilities": [("AAA", 2018, 1.0), ("AAA", 2018, 2.0)]}
    values = measured(hubrank_facilities, edition=2018, units={"AAA": {}, "BBB": {}}, **given)

    assert values.to_dict() == {"AAA": 3.0, "BBB": 0.0}
