"""What published indices do beyond the usual steps can be said without Python; values worked out by hand."""

import math

import pytest
from hubrank.results.rank import rank

FIGURES = "unit,year,a,b,c,people\nAAA,2020,1,40,9,10\nAAA,2022,3,20,,10\nBBB,2020,2,10,4,20\nBBB,2022,2,30,1,20\n"
HEAD = """
title = "said without Python"
editions = {editions}
[units]
file = "figures.csv"
columns = {{ unit = "unit" }}
allow_duplicates = true
[inputs.values]
source = "files"
options = {{ file = "figures.csv" }}
"""


@pytest.fixture
def scored(tmp_path):
    """Ranks a scenario's text and gives each unit's score by edition."""

    def run(text, editions=(2022,)):
        (tmp_path / "figures.csv").write_text(FIGURES)
        (tmp_path / "index.toml").write_text(HEAD.format(editions=list(editions)) + text)
        ranking = rank(str(tmp_path / "index.toml"))
        return {year: dict(zip(ranking.codes, ranking.scores[at], strict=True)) for at, year in enumerate(editions)}

    return run


def test_reversed_geometric_mean_rounded_at_every_step(scored):
    """A risk index: 0..10 with one decimal; 10 less the geometric mean of 10 - score + 1, as risks of hazard do."""
    scores = scored("""
[dimensions.hazard]
aggregation = { method = "geometric", counted_from = 10, shift = 1 }
post_processing = [{ step = "round", decimals = 1, mode = "half-up" }]
[indicators]
b = { indicator = "value", dimension = "hazard" }
[indicators.a]
indicator = "value"
dimension = "hazard"
normalisation = { method = "goalposts", goalposts = [0, 4], range = [0, 10] }
[normalisation]
method = "goalposts"
goalposts = [0, 50]
range = [0, 10]
[aggregation]
method = "arithmetic"
""")
    aaa = 10 - (math.sqrt((10 - 7.5 + 1) * (10 - 4 + 1)) - 1)
    bbb = 10 - (math.sqrt((10 - 5 + 1) * (10 - 6 + 1)) - 1)

    assert scores[2022] == pytest.approx({"AAA": round(aaa, 1), "BBB": round(bbb, 1)})


def test_ratio_and_transform_before_scaling(scored):
    """A ratio per head, its logarithm, then min-max between goalposts on the measured scale."""
    scores = scored("""
[dimensions.wealth]
[indicators.head]
indicator = "ratio"
from = ["b", "people"]
options = { scale = 100 }
dimension = "wealth"
treatment = ["log"]
[normalisation]
method = "goalposts"
goalposts = [100, 400]
bounds_in = "measured"
[aggregation]
method = "arithmetic"
""")

    assert scores[2022] == pytest.approx({"AAA": math.log(2) / math.log(4), "BBB": math.log(1.5) / math.log(4)})


def test_minimum_count_at_a_node(scored):
    """A node that wants two of three members passes a unit that lacks one; one that wants three does not."""
    text = """
max_age = 0
[dimensions]
all = {{ missing = {{ rule = "renormalise", at_least_count = {count} }} }}
[indicators]
a = {{ indicator = "value", dimension = "all" }}
b = {{ indicator = "value", dimension = "all" }}
c = {{ indicator = "value", dimension = "all" }}
[normalisation]
method = "none"
[aggregation]
method = "arithmetic"
"""
    two, three = scored(text.format(count=2))[2022], scored(text.format(count=3))[2022]

    assert two == pytest.approx({"AAA": 11.5, "BBB": 11.0})
    assert math.isnan(three["AAA"])
    assert three["BBB"] == pytest.approx(11.0)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        # a is asked until 2021 and c since 2022: the mean of what is asked, whatever else the table has or carries.
        ("", {2020: {"AAA": 20.5, "BBB": 6.0}, 2022: {"AAA": 20.0, "BBB": 15.5}}),
        ('[imputation]\nmethod = "carry-forward"', {2020: {"AAA": 20.5, "BBB": 6.0}, 2022: {"AAA": 20.0, "BBB": 15.5}}),
        ("[selection]\nat_least_share = 1", {2020: {"AAA": 20.5, "BBB": 6.0}, 2022: {"AAA": math.nan, "BBB": 15.5}}),
    ],
)
def test_questions_that_end_and_begin(scored, change, expected):
    """A member that is not part of an edition counts neither as missing nor as 0 nor with a value of another year.

    In 2022 AAA lacks c, which counts: it has b alone, or is screened out.
    """
    text = """
[dimensions.all]
[indicators]
a = {{ indicator = "value", dimension = "all", editions = {{ last = 2021 }} }}
b = {{ indicator = "value", dimension = "all" }}
c = {{ indicator = "value", dimension = "all", editions = {{ first = 2022 }} }}
[missing]
rule = "renormalise"
[normalisation]
method = "none"
[aggregation]
method = "arithmetic"
{change}
"""
    scores = scored(text.format(change=change), tuple(expected))

    for year, wanted in expected.items():
        assert scores[year] == pytest.approx(wanted, nan_ok=True)


def test_a_dimension_that_ends(scored):
    """Where none of its members is part of an edition, the dimension is none either."""
    scores = scored(
        """
[dimensions]
old = {}
new = {}
[indicators]
a = { indicator = "value", dimension = "old", editions = { last = 2020 } }
b = { indicator = "value", dimension = "new" }
[normalisation]
method = "none"
[aggregation]
method = "arithmetic"
""",
        (2020, 2022),
    )

    assert scores == {2020: pytest.approx({"AAA": 20.5, "BBB": 6.0}), 2022: pytest.approx({"AAA": 20.0, "BBB": 30.0})}


def test_interpolation_over_editions(scored):
    """A year without values of its own takes the straight line between its neighbours."""
    scores = scored(
        """
max_age = 0
[dimensions.all]
[indicators]
b = { indicator = "value", dimension = "all" }
[imputation]
method = "interpolate"
[normalisation]
method = "none"
[aggregation]
method = "arithmetic"
""",
        (2020, 2021, 2022),
    )

    assert scores[2020] == pytest.approx({"AAA": 40.0, "BBB": 10.0})
    assert scores[2021] == pytest.approx({"AAA": 30.0, "BBB": 20.0})


def test_percentile_ranks_whose_parents_add_the_sums(scored):
    """A vulnerability index: themes are percentile ranks of sums of percentile ranks; the index adds the sums."""
    scores = scored("""
[dimensions]
first = { aggregation = "sum", post_processing = ["percentile-rank"], parent_uses = "raw" }
second = { aggregation = "sum", post_processing = ["percentile-rank"], parent_uses = "raw" }
[indicators]
a = { indicator = "value", dimension = "first" }
b = { indicator = "value", dimension = "first" }
people = { indicator = "value", dimension = "second" }
[normalisation]
method = "percentile-rank"
[aggregation]
method = "sum"
""")

    assert scores[2022] == pytest.approx({"AAA": 1.0, "BBB": 2.0})


def test_stretched_to_the_best_and_to_the_range(scored):
    """The final score can be stretched so that the best has 100, or from 0 to 1."""
    text = """
[dimensions.all]
[indicators]
a = {{ indicator = "value", dimension = "all" }}
[normalisation]
method = "none"
[aggregation]
method = "arithmetic"
[ranking]
post_processing = ["{step}"]
"""
    best, stretched = scored(text.format(step="best-100"))[2022], scored(text.format(step="min-max"))[2022]

    assert best == pytest.approx({"AAA": 100.0, "BBB": 200 / 3})
    assert stretched == pytest.approx({"AAA": 1.0, "BBB": 0.0})
