"""Command lines, and a small scenario to run them on."""

import pytest
from hubrank.testing.fixtures import run

__all__ = ["lands", "run"]

SCENARIO = """
title = { en = "Three lands", de = "Drei Länder" }
editions = [2023, 2024]
units = { file = "units.csv" }
inputs.values = { source = "files", options = { file = "values.csv", producer = "An office", licence = "CC0-1.0" } }
dimensions.life = { title = "How one lives" }
indicators.a = { indicator = "value", dimension = "life", title = "Parks" }
indicators.b = { indicator = "value", dimension = "life", title = "Pay" }
normalisation = "min-max"
missing = { rule = "renormalise" }
aggregation = "arithmetic"
ranking = { tiers = [1] }
"""
VALUES = "unit,year,a,b\nAAA,2023,3,1\nBBB,2023,1,2\nAAA,2024,1,30\nBBB,2024,2,10\nCCC,2024,4,\n"


@pytest.fixture
def lands(tmp_path, monkeypatch):
    """The scenario's path, in a folder of its own with a cache of its own."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "units.csv").write_text("unit,name,country\nAAA,Aland,AAA\nBBB,Beland,BBB\nCCC,Celand,CCC\n")
    (tmp_path / "values.csv").write_text(VALUES)
    (tmp_path / "lands.toml").write_text(SCENARIO, encoding="utf-8")
    return "lands.toml"
