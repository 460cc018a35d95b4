"""The exporters keep the contract."""

import hubrank_output
import pytest
from hubrank.plugin import UsageError
from hubrank.testing import conforms

WHY = "the kit's ranking has neither coordinates nor ranges"
FAILING = {
    f"{name}-{kind}-{check}": (UsageError, WHY)
    for name in ("map", "range")
    for kind in ("svg", "png")
    for check in ("check_writes_its_file", "check_same_bytes")
}


@pytest.mark.long
@conforms(hubrank_output, expected_failures=FAILING)
def test_conformance(check):
    """Each exporter passes each check of its kind."""
    check()
