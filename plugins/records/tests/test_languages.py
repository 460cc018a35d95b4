"""What the source says of a scenario's mistakes is in the language spoken; the plan, which programs read, is not."""

from __future__ import annotations

import attrs
import hubrank_records
import pandas as pd
import pytest
from hubrank import FileProblem, Request, use_language

from .conftest import CASES


@pytest.fixture(autouse=True)
def german(bracketed):
    """German is spoken, whose texts are English in brackets."""
    with use_language("de"):
        yield


@pytest.mark.parametrize(
    ("count", "changes", "said"),
    [
        ("full", {"record": None}, '⟦: missing; count = "⟧full⟦" needs the column that names it⟧'),
        ("rows", {"author": "x"}, '"fractional-author"'),
        ("rows", {"memory_gb": 0.1}, "⟦memory_gb: must be at least ⟧0,25⟦; got ⟧0,1"),
        ("rows", {"file": None}, "⟦set exactly one of file (here), database (here) and path"),
        ("rows", {"where": {"a": {"least": 1}}}, "⟦unknown key '⟧least"),
    ],
)
def test_options_that_cannot_be(refusal, count, changes, said):
    """Keys and values are as the scenario writes them, numbers have German marks."""
    assert any(said in each for each in refusal(count, **changes))


def test_columns_that_are_not_there(made):
    """The sentence is in the language; the columns' names are not."""
    options = made("fractional-author", record="paper")

    with pytest.raises(FileProblem, match=r"works\.csv: record⟦: no column '⟧paper"):
        hubrank_records.tables(options)


def test_a_column_of_another_kind(made, tmp_path):
    """What it is and what it must be."""
    works = pd.read_csv(CASES / "works.csv").assign(citations="many")
    works.to_parquet(tmp_path / "w.parquet")

    with pytest.raises(FileProblem, match="⟦column '⟧citations⟦' must be a number; it is ⟧⟦a text⟧"):
        hubrank_records.tables(made("rows", tmp_path / "w.parquet", amounts=["citations"]))


def test_the_plan_is_the_same_in_every_language(made):
    """It decides which totals are read from the cache."""
    request = Request(table="works", options=made("full"), columns=("count",), first_year=None, last_year=None)
    told = hubrank_records.fingerprint(request)

    assert "⟦" not in told
    with use_language("en"):
        assert hubrank_records.fingerprint(attrs.evolve(request)) == told
