"""The plugin keeps the promises of an imputation."""

import hubrank_imputation
from hubrank.testing import conforms


@conforms(hubrank_imputation)
def test_conformance(check):
    """Every imputation keeps every promise."""
    check()
