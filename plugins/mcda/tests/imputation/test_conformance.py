"""The plugin keeps the promises of an imputation."""

import pytest
from hubrank.testing import conforms
from hubrank_mcda import imputation


@pytest.mark.long
@conforms(imputation)
def test_conformance(check):
    """Every imputation keeps every promise."""
    check()
