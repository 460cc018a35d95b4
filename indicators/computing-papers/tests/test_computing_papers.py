import hubrank_computing_papers
from hubrank import Coverage
from hubrank.testing import conforms, measured

LIST = {"computing-papers": {"kind": "flow", "covers": Coverage(first=2015, last=2019)}}


@conforms(hubrank_computing_papers, sample_options={"computing-papers": [{}, {"per": 1e6}]})
def test_conformance(check):
    """It keeps an indicator's promises."""
    check()


def test_papers_of_the_window_per_million_inhabitants():
    """3.5 + 2.5 papers of two years for 3 million people are 2 a million; 2015 is out of the window; BBB has none."""
    units = {"AAA": {"population": 3e6}, "BBB": {"population": 1e6}}
    rows = [("AAA", 2015, 9.0), ("AAA", 2018, 3.5), ("AAA", 2019, 2.5)]
    given = {"options": {"per": 1e6}, "tables": LIST, "computing_papers": rows}
    values = measured(hubrank_computing_papers, edition=2019, window=2, units=units, **given)

    assert values.to_dict() == {"AAA": 2.0, "BBB": 0.0}
