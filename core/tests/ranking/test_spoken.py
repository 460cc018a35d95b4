"""What a ranking says is in the language that is spoken when it is asked, of one and the same ranking."""

import numpy as np
import pytest
from attrs import evolve
from hubrank import use_language
from hubrank.ranking.intervals import FewerDraws
from hubrank.ranking.ranking import compose

VALUES = "unit,year,a,b\nAAA,2024,1,\nBBB,2024,,10\nCCC,2024,4,20\nAAA,2023,2,\nCCC,2023,1,1\n"
CHANGES = """
title = { en = "Lands", de = "Länder" }
editions = [2023, 2024]
[indicators]
a = { treatment = [{ method = "log10" }] }
b = { imputation = { method = "fill" } }
"""

pytestmark = pytest.mark.usefixtures("bracketed")


@pytest.fixture
def ranking(lab):
    """Two editions of samples with ranges and moves, of which one is in doubt; BBB lacks a."""
    lab.write("values.csv", VALUES)
    made = lab.rank(CHANGES)
    (report,) = made.measurement.inputs
    made = compose(made.plan, evolve(made.measurement, inputs=(evolve(report, sample=True),)))
    return evolve(
        made,
        low=made.ranks,
        high=made.ranks + 0.5,
        alike=np.array([[np.nan] * 3, [0.5, np.nan, 1.0]]),
        ranges_note=FewerDraws(draws=1500, wanted=10_000, method="treatment 'slow'"),
    )


def said(ranking):
    """All that a ranking says in words."""
    return {
        "caveats": [str(each) for each in ranking.caveats()],
        "steps": [text for step in ranking.steps() for text in step],
        "why": [ranking.why(1, 1)],
        "doubt": [ranking.doubt_text(1)],
        "range": [ranking.range_text(1, 0)],
        "title": [ranking.title],
        "flags": list(ranking.flags()[1, 0]),
        "notebook": [ranking._repr_html_()],
    }


def test_one_ranking_speaks_one_language_after_the_other(ranking):
    """In English, in another, in English again: nothing of the other stays."""
    before = said(ranking)
    with use_language("de"):
        other = said(ranking)

    assert said(ranking) == before
    assert before["caveats"] == [
        "based on the sources' samples, not on their full data",
        "2023, imputed: b for 1 unit",
        "2023, not ranked: 1 unit",
        "2024, imputed: b for 1 unit",
        "2024, not ranked: 1 unit",
        "ranges: of 1,500 draws in place of 10,000, since treatment 'slow' takes one draw at a time",
    ]
    assert other["caveats"] == [
        "⟦based on the sources' samples, not on their full data⟧",
        "2023, ⟦imputed: ⟧b⟦ for ⟧1⟦ unit⟧",
        "2023, ⟦not ranked: ⟧1⟦ unit⟧",
        "2024, ⟦imputed: ⟧b⟦ for ⟧1⟦ unit⟧",
        "2024, ⟦not ranked: ⟧1⟦ unit⟧",
        "⟦ranges: ⟧⟦of ⟧1.500⟦ draws in place of ⟧10.000⟦, since ⟧⟦treatment 'slow'⟧⟦ takes one draw at a time⟧",
    ]
    assert before["why"] == ["life: missing a"]
    assert other["why"] == ["life⟦: missing ⟧a"]
    assert before["doubt"] == ["(▲ 2): less than 90 % of draws move it so; 1 of 2 moves exceed this doubt"]
    assert other["doubt"] == ["⟦(▲ 2): less than ⟧90 %⟦ of draws move it so; ⟧1⟦ of ⟧2⟦ moves exceed this doubt⟧"]
    assert before["flags"] == ["treated by log10", "imputed by fill"]
    assert other["flags"] == ["⟦treated by ⟧log10", "⟦imputed by ⟧fill"]
    assert all("⟦" in text for texts in (other["steps"][::2], other["notebook"]) for text in texts)


def test_numbers_have_the_marks_of_the_language(ranking):
    """A decimal comma in German: CCC has the mean of log10(4) and 20."""
    assert (ranking.score_text(1, 2), ranking.range_text(1, 2)) == ("10.30", "1 to 1.5")
    with use_language("de"):
        assert (ranking.score_text(1, 2), ranking.range_text(1, 2)) == ("10,30", "1⟦ to ⟧1,5")
