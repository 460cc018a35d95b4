"""The exporters keep their promises."""

import pytest
from hubrank.testing import conforms
from hubrank_output import report


@pytest.mark.long
@conforms(report)
def test_conformance(check):
    """Each exporter keeps each promise of its kind."""
    check()
