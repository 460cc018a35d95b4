"""Benefit of the doubt, with and without bounds on shares, and every imputation keep the contract of their kinds."""

from types import SimpleNamespace

import hubrank_mcda
import pytest
from hubrank.plugin import hookimpl
from hubrank.testing import conforms

BOUNDED = [{}, {"low": 0.05, "high": 0.6}]


def doubt(hook):
    """What a hook yields of benefit of the doubt."""
    return hookimpl(specname=hook.__name__)(lambda: (part for part in hook() if part.name == "benefit-of-the-doubt"))


@pytest.mark.long
@conforms(
    SimpleNamespace(
        __name__="hubrank_mcda",
        hubrank_aggregators=doubt(hubrank_mcda.hubrank_aggregators),
        hubrank_weightings=doubt(hubrank_mcda.hubrank_weightings),
        hubrank_imputations=hubrank_mcda.hubrank_imputations,
    ),
    sample_options={"weighting:benefit-of-the-doubt": BOUNDED, "aggregator:benefit-of-the-doubt": BOUNDED},
)
def test_conformance(check):
    """Each part passes each check."""
    check()
