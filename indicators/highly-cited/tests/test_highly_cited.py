import hubrank_highly_cited
from hubrank import Coverage
from hubrank.testing import conforms, measured

LIST = {"highly-cited": {"kind": "stock", "covers": Coverage(first=2014, last=2019)}}


@conforms(hubrank_highly_cited, sample_options={"highly-cited": [{}, {"per": 1e6}]})
def test_conformance(check):
    """It keeps an indicator's promises."""
    check()


def test_per_million_inhabitants_of_the_newest_list():
    """6 researchers in 2019 for 3 million people are 2 a million; BBB is not in the list and has none."""
    units = {"AAA": {"population": 3e6}, "BBB": {"population": 1e6}}
    rows = [("AAA", 2018, 9.0), ("AAA", 2019, 6.0)]
    given = {"options": {"per": 1e6}, "tables": LIST, "highly_cited": rows}
    values = measured(hubrank_highly_cited, edition=2022, units=units, **given)

    assert values.to_dict() == {"AAA": 2.0, "BBB": 0.0}
