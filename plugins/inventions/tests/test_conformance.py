"""All sources of the distribution keep what the contract promises."""

from pathlib import Path

import hubrank_inventions
import pytest
from hubrank.testing import conforms

REGPAT = Path(__file__).parent / "regpat"
FILES = {"file": "202401_EPO_Inv_reg.txt", "years": "202401_EPO_IPC.txt", "lookup": "lookup.csv"}
OPTIONS = {key: str(REGPAT / name) if key == "file" else {"file": str(REGPAT / name)} for key, name in FILES.items()}


@pytest.mark.long
@conforms(hubrank_inventions, sample_options={"regpat": OPTIONS})
def test_conformance(check):
    """Each check of each source."""
    check()
