"""All sources of the distribution keep what the contract promises."""

from pathlib import Path

import hubrank_lists
import pytest
from hubrank.testing import conforms

HERE = Path(__file__).parent
TOP500 = {"file": str(HERE / "top500" / "cases" / "TOP500_202506.tsv")}
SITES = {"sites": {"file": str(HERE / "top500" / "cases" / "sites.csv")}}
EXPORTS = {
    name: {"file": str(HERE / "commercial" / "cases" / f"{name}.csv"), "year": 2025}
    for name in ("cbinsights", "crunchbase", "dealroom")
}


@pytest.mark.long
@conforms(hubrank_lists, sample_options={"top500": [TOP500, TOP500 | SITES], **EXPORTS})
def test_conformance(check):
    """Each check of each source."""
    check()
