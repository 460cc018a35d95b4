import hubrank_companies
from hubrank import Coverage
from hubrank.testing import conforms, measured

LIST = {"large-companies": {"kind": "stock", "covers": Coverage(first=2024, last=2024)}}


@conforms(hubrank_companies, sample_options={"companies": [{}, {"per": 1e6}, {"industries": "technology"}]})
def test_conformance(check):
    """It keeps an indicator's promises."""
    check()


def test_counts_per_million_inhabitants():
    """4 companies for 8 million people are half a one a million; BBB has none."""
    units = {"AAA": {"population": 8e6}, "BBB": {"population": 1e6}}
    given = {"options": {"per": 1e6}, "tables": LIST, "large_companies": [("AAA", 2024, 4.0)]}
    values = measured(hubrank_companies, edition=2024, units=units, **given)

    assert values.to_dict() == {"AAA": 0.5, "BBB": 0.0}


def test_only_companies_of_the_industries_count():
    """The row's one amount is the column that the option names: 1 company of health; BBB has none."""
    rows = {"large_companies": [("AAA", 2024, 1.0)], "tables": LIST, "options": {"industries": "health"}}
    values = measured(hubrank_companies, edition=2024, units={"AAA": {}, "BBB": {}}, **rows)

    assert values.to_dict() == {"AAA": 1.0, "BBB": 0.0}
