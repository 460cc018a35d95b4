import hubrank_papers
import pytest
from hubrank.testing import conforms, measured

WORKS = [("AAA", 2020, 3.0), ("AAA", 2021, 1.0), ("AAA", 2019, 50.0)]


OPTIONS = {
    "papers": [{}, {"per": 1e6}],
    "top-papers": [{}, {"per": 1e6}, {"share": 1}],
    "industry-papers": [{}, {"per": 1e6}],
    "international-papers": [{}, {"per": 1e6}],
}


@conforms(hubrank_papers, sample_options=OPTIONS)
def test_conformance(check):
    """All keep an indicator's promises."""
    check()


@pytest.mark.parametrize("indicator", sorted(OPTIONS))
def test_per_million_inhabitants(indicator):
    """3 + 1 papers of two years for 2 million people are 2 a million; 2019 lies before the window."""
    given = {"units": {"AAA": {"population": 2e6}}, "options": {"per": 1e6}, "works": WORKS}
    values = measured(hubrank_papers, indicator=indicator, edition=2021, window=2, **given)

    assert values.to_dict() == {"AAA": 2.0}
