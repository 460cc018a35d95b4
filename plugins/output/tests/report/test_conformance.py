"""The exporters keep their promises."""

from hubrank.testing import conforms
from hubrank_output import report


@conforms(report)
def test_conformance(check):
    """Each exporter keeps each promise of its kind."""
    check()
