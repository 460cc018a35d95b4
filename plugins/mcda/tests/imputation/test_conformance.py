"""The plugin keeps the promises of an imputation."""

from hubrank.testing import conforms
from hubrank_mcda import imputation


@conforms(imputation)
def test_conformance(check):
    """Every imputation keeps every promise."""
    check()
