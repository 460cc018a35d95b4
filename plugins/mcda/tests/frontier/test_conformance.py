"""Benefit of the doubt keeps the contract, with and without bounds on shares."""

import pytest
from hubrank.testing import conforms
from hubrank_mcda import frontier

BOUNDED = {"low": 0.05, "high": 0.6}


@pytest.mark.long
@conforms(
    frontier,
    sample_options={"weighting:benefit-of-the-doubt": [{}, BOUNDED], "aggregator:benefit-of-the-doubt": [{}, BOUNDED]},
)
def test_conformance(check):
    """Each part keeps each promise of its kind."""
    check()
