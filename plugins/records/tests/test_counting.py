"""What a record counts where, worked out by hand, and equal in every engine to a plain reference in pandas.

The case: w1 has two authors at r1 and r2; w2 one author at both; w3 one author at no known place; w4 three authors,
two of them at r1 and one at no known place; w5 one author at r3, in a row that is there twice.
"""

import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

BY_HAND = {
    "rows": {"r1": 4, "r2": 2, "r3": 2, "": 2},
    "full": {"r1": 3, "r2": 2, "r3": 1, "": 2},
    # r1: 1/2 of w1, 1/2 of w2, two thirds of w4; nowhere: w3 and a third of w4
    "fractional-author": {"r1": 5 / 3, "r2": 1, "r3": 1, "": 4 / 3},
    # w4 is shared by r1 and the one that is not known
    "fractional-institution": {"r1": 3 / 2, "r2": 1, "r3": 1, "": 3 / 2},
}


@pytest.mark.parametrize("count", BY_HAND)
def test_counts_by_hand(engine, made, sums, count):
    """Each way of counting, in each engine."""
    assert sums(made(count, engine=engine)) == BY_HAND[count]


def test_amounts_are_shared_as_the_record_is(engine, made, sums):
    """r1 has half of 10, half of 4 and two thirds of 8; nowhere are 6 and a third of 8."""
    options = made("fractional-author", engine=engine, amounts=["citations"])
    by_hand = {"r1": 5 + 2 + 16 / 3, "r2": 5 + 2, "r3": 2, "": 6 + 8 / 3}

    assert sums(options, "citations") == by_hand


def test_amounts_of_a_whole_record(engine, made, sums):
    """A record gives each place its whole amount, once: r1 has 10, 4 and 8; a record that lies twice at r3 2."""
    options = made("full", engine=engine, amounts=["citations"])

    assert sums(options, "citations") == {"r1": 22, "r2": 14, "r3": 2, "": 14}


def test_amounts_of_rows_add_up(engine, made, sums):
    """Rows are what they are: w4 twice at r1, w5 twice at r3."""
    options = made("rows", engine=engine, amounts=["citations"])

    assert sums(options, "citations") == {"r1": 30, "r2": 14, "r3": 4, "": 14}


def test_by_year_and_attribute(engine, made, sums):
    """The shares of w1 (physics) and w2 (chemistry) lie in 2020, of w4 in 2021."""
    options = made("fractional-author", engine=engine, by=["topic"])
    assert sums(options, by=("year", "ror", "topic"), texts=("topic",)) == {
        (2020, "r1", "physics"): 1 / 2,
        (2020, "r1", "chemistry"): 1 / 2,
        (2020, "r2", "physics"): 1 / 2,
        (2020, "r2", "chemistry"): 1 / 2,
        (2021, "", "physics"): 4 / 3,
        (2021, "r1", "physics"): 2 / 3,
        (2021, "r3", "chemistry"): 1,
    }


PLACES = st.sampled_from(["r1", "r2", "r3", "r4", None])
GRAPHS = st.lists(
    st.tuples(
        st.sampled_from(["w1", "w2", "w3", "w4"]),
        st.sampled_from(["a1", "a2", "a3", None]),
        PLACES,
        st.sampled_from([2020, 2021]),
        st.sampled_from(["physics", "chemistry", None]),
    ),
    min_size=1,
    max_size=14,
)


def reference(rows, count):
    """The counts by place, year and topic in pandas, by numbers of different members, gaps as members of their own."""
    frame = pd.DataFrame(rows, columns=["work", "person", "ror", "year", "topic"]).fillna("")
    if count == "rows":
        return frame.assign(count=1.0)
    if count == "full":
        return frame.drop_duplicates(["work", "ror", "year", "topic"]).assign(count=1.0)
    levels = ["person", "ror"] if count == "fractional-author" else ["ror"]
    keys, shares = ["work", "year"], 1.0
    distinct = frame[["work", *levels, "year", "topic"]].drop_duplicates()
    for level in levels:
        shares = shares / distinct.groupby(keys)[level].transform("nunique")
        keys = [*keys, level]
    return distinct.assign(count=shares / distinct.groupby(keys)["topic"].transform("size"))


@pytest.mark.long
@pytest.mark.parametrize("count", BY_HAND)
@given(graph=GRAPHS)
@settings(max_examples=25)
def test_engines_equal_the_reference(engine, made, rows, count, graph):
    """Several authors and places, missing and double ones, rows twice, records of two years: equal to 12 digits."""
    keys = ["ror", "year", "topic"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "graph.parquet"
        frame = pd.DataFrame(graph, columns=["work", "person", "ror", "year", "topic"])
        frame.astype(dict.fromkeys(("work", "person", "ror", "topic"), "string")).to_parquet(file)
        options = made(count, file, engine=engine, by=["topic"], columns={}, year=None)
        found = rows(options, texts=("topic",)).fillna({"ror": "", "topic": ""})
    expected = reference(graph, count).groupby(keys)["count"].sum()

    assert found.groupby(keys)["count"].sum().to_dict() == pytest.approx(expected.to_dict(), rel=1e-12)
    if count.startswith("fractional"):
        assert found["count"].sum() == pytest.approx(len({(work, year) for work, _, _, year, _ in graph}))
