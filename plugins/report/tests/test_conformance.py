"""The exporters keep their promises."""

import hubrank_report
from hubrank.testing import conforms


@conforms(hubrank_report)
def test_conformance(check):
    """Each exporter keeps each promise of its kind."""
    check()
