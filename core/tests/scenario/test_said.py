"""What people read of the rooms scenario and measuring is said in the language spoken; what files hold is English."""

import pytest
from hubrank.basis.errors import HubrankError
from hubrank.basis.language import speaking
from hubrank.measuring.lost import largest, share_text
from hubrank.scenario.alternatives import alternative_text, source_text

DOUBTS = """
[dimensions]
soil = { parent = "life" }
[indicators]
b = { dimension = "soil" }
[robustness]
vintage = [1, 2]
leave_out = true
aggregation = { soil = ["least"] }
treatment = [["log10", "cap-at-mean"]]
"""


@pytest.fixture(autouse=True)
def german(bracketed):
    """The made-up language is spoken."""
    with speaking("de"):
        yield


@pytest.mark.parametrize(
    ("changes", "where", "what"),
    [
        ("window = 0", "window", "⟦must be at least 1 year; got ⟧0"),
        ("editions = []", "editions", "⟦must be a list of years; got ⟧⟦an empty list⟧"),
        ("[ranking]\ntiers = [3, 1]", "ranking.tiers", "⟦must be ranks in ascending order, without duplicates⟧"),
        (
            "[inputs.values]\nlag = -1",
            "inputs.values.lag",
            "⟦must not be negative; got ⟧-1⟦; look_ahead lets an edition see newer rows⟧",
        ),
        ("[inputs.values]\nmax_lost = 1.5", "inputs.values.max_lost", "⟦must be between 0 and 1; got ⟧1.5"),
        ("[units]\nleave_out = ['AAA', 'BBB', 'CCC']", "units", "⟦all ⟧3⟦ units are left out⟧"),
        ("[dimensions.soil]", "dimensions.soil", "⟦has no members; add indicators or remove it⟧"),
        ("[robustness]\nweights = 2", "robustness.weights.within", "⟦must be above 0 and at most 1⟧"),
        ("[robustness]\nvintage = []", "robustness.vintage", "⟦must be a list of alternatives; got ⟧⟦an empty list⟧"),
        ("[robustness]\nnoise = -1", "robustness.noise.relative", "⟦must be a number above 0; got ⟧-1"),
        (
            "[robustness]\nweights = { constraints = ['0.5 <= 1'] }",
            "robustness.weights.constraints",
            "'0.5 <= 1⟦' names no member⟧",
        ),
        ('title = { en = "x", German = "y" }', "title.German", "⟦is no language, such as en or zh⟧"),
        (
            'hubrank = "new"',
            "hubrank",
            '⟦must be versions such as ">=0.1"; got the text "⟧new"',
        ),
    ],
)
def test_a_problem_is_said_in_the_language_spoken(lab, changes, where, what):
    """Its key is the TOML's; all else stands between brackets."""
    with pytest.raises(HubrankError) as caught:
        lab.plan(changes)
    (problem,) = caught.value.problems

    assert problem.where == where
    assert problem.what == what


def test_a_wrong_file_is_said_in_the_language_spoken(lab):
    """Two rows of one unit and year."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,1,2\nAAA,2024,3,4\n")
    with pytest.raises(HubrankError) as caught:
        lab.measure()

    (problem,) = caught.value.problems
    assert problem.what == (
        "values.csv⟦, line ⟧3: ⟦a second row for ⟧unit AAA, year 2024⟦; "
        'a stock has one row per unit and time; for a flow, set kind = "flow"⟧'
    )


def test_lost_rows_are_kept_in_english_and_told_in_the_language_spoken(lab):
    """AAB is no unit, and most like AAA."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,1,30\nBBB,2024,2,10\nAAB,2024,4,20\n")
    _, made = lab.measure()
    lost = made.inputs[0].lost

    assert lost["reason"].tolist() == ["unknown code"]
    assert largest("values", lost) == "unit 'AAB' (⟦unknown code⟧, 1⟦ row⟧⟦; did you mean ⟧'AAA'?)"
    assert [share_text(each) for each in (0.0251, 0.00005, 0.9999)] == ["2,5 %", "⟦under ⟧0,01 %", "⟦over ⟧99 %"]


def test_sources_of_uncertainty_have_english_names_and_are_told_in_the_language_spoken(lab):
    """Files have the names and labels; a person reads what they are called."""
    made = {each.name: each.labels for each in lab.plan(DOUBTS).uncertainties.discrete}

    assert made == {
        "vintage": ("0 years older", "1 year older", "2 years older"),
        "treatment": ("none", "log10 then cap-at-mean"),
        "aggregation of soil": ("mean", "least"),
        "left out indicators": ("none", "a", "b"),
    }
    assert [source_text(each) for each in (*made, "weights of soil", "unheard of")] == [
        "⟦vintage⟧",
        "⟦treatment⟧",
        "⟦aggregation of ⟧soil",
        "⟦left out indicators⟧",
        "⟦weights of ⟧soil",
        "unheard of",
    ]
    assert [alternative_text(each) for each in ("1 year older", "2 years older", "log10 then cap-at-mean", "mean")] == [
        "1⟦ year older⟧",
        "2⟦ years older⟧",
        "log10⟦ then ⟧cap-at-mean",
        "mean",
    ]
