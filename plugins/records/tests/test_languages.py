"""What the source says of a scenario's mistakes is in the language spoken; the plan, which programs read, is not."""

from __future__ import annotations

import attrs
import hubrank_records
import pytest
from hubrank import Request, use_language


@pytest.fixture(autouse=True)
def german(bracketed):
    """German is spoken, whose texts are English in brackets."""
    with use_language("de"):
        yield


def test_the_plan_is_the_same_in_every_language(made):
    """It decides which totals are read from the cache."""
    request = Request(table="works", options=made("full"), columns=("count",), first_year=None, last_year=None)
    told = hubrank_records.fingerprint(request)

    assert "⟦" not in told
    with use_language("en"):
        assert hubrank_records.fingerprint(attrs.evolve(request)) == told
