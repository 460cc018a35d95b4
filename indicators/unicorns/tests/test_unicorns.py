import hubrank_unicorns
from hubrank import Coverage
from hubrank.testing import conforms, measured

LIST = {"unicorns": {"kind": "stock", "covers": Coverage(first=2022, last=2025)}}


@conforms(hubrank_unicorns, sample_options={"unicorns": [{}, {"per": 1e6}], "unicorn-valuation": [{}, {"per": 1e6}]})
def test_conformance(check):
    """Both keep an indicator's promises."""
    check()


def test_newest_list_counts_and_absence_is_none():
    """The list of 2025 has 5 in AAA; BBB is not in it and has none."""
    rows = [("AAA", 2022, 9.0), ("AAA", 2025, 5.0)]
    units = {"AAA": {}, "BBB": {}}
    values = measured(hubrank_unicorns, indicator="unicorns", edition=2025, units=units, tables=LIST, unicorns=rows)

    assert values.to_dict() == {"AAA": 5.0, "BBB": 0.0}
