"""Shares of papers that a scenario makes of counts: in per cent, and missing where the list has no university."""

import csv
from pathlib import Path

import pytest
from hubrank.cli.app import run

SCENARIO = """
title = "Shares of papers"
editions = [2025]
units = { set = "hubs", within_km = 50 }
missing = { rule = "renormalise", at_least_share = 0.5 }

[normalisation]
method = "min-max"

[aggregation]
method = "arithmetic"

[inputs]
works = { source = "almanac", window = "newest", max_age = 6 }
university-papers = { source = "almanac", lag = 1 }

[dimensions.research]

[indicators]
papers = {}
top-papers = {}
top-share = { indicator = "ratio", from = ["top-papers", "papers"], dimension = "research", options = { scale = 100 } }
university-papers = { dimension = "research" }
"""


@pytest.mark.parametrize(
    ("hub", "share", "papers"), [("basel", 17.618, 1.114), ("tel-aviv", 13.695, 2.658), ("jakarta", None, 0.0)]
)
def test_a_share_is_in_per_cent_and_missing_without_a_university(tmp_path, monkeypatch, hub, share, papers):
    """Papers of the thousand universities are truly 0 if none is; Leiden's, which end at 800, are unknown."""
    monkeypatch.chdir(tmp_path)
    Path("shares.toml").write_text(SCENARIO, encoding="utf-8")

    assert run(["rank", "shares.toml", "--output", "here", "--quiet"]) == 0

    with Path("here/values.csv").open(encoding="utf-8", newline="") as file:
        measured = {row["indicator"]: row["measured"] for row in csv.DictReader(file) if row["unit"] == hub}
    assert float(measured["university-papers"]) == pytest.approx(papers, abs=0.001)
    found = float(measured["top-share"]) if measured["top-share"] else None
    assert found == (share and pytest.approx(share, abs=0.001))
