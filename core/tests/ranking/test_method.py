"""How a ranking was made, in words, and what its indicators are."""

import pytest
from hubrank.plugin import compose, load, measure, resolve
from hubrank.testing import built_in, small_ranking

SCENARIO = """
title = "Ports"
editions = [2024]
units = { file = "units.csv" }
normalisation = { method = "min-max", range = [1, 100] }
treatment = ["square-root"]
aggregation = "geometric"
missing = { rule = "unranked" }
inputs.values = { source = "files", options = { file = "values.csv" } }
dimensions.all = { aggregation = "arithmetic" }
indicators.a = { indicator = "value", dimension = "all", weight = 3 }
indicators.b = { indicator = "value", dimension = "all", direction = -1, imputation = "median", treatment = [] }
"""


@pytest.fixture
def ports(tmp_path):
    """Four ports; b is missing for one of the three that are ranked, and the fourth has nothing."""
    (tmp_path / "units.csv").write_text("unit,name\nA,A\nB,B\nC,C\nD,D\n")
    (tmp_path / "values.csv").write_text("unit,year,a,b\nA,2024,1,9\nB,2024,4,\nC,2024,9,4\n")
    (tmp_path / "ports.toml").write_text(SCENARIO)
    plan = resolve(load(tmp_path / "ports.toml", built_in()), built_in())
    return compose(plan, measure(plan))


def test_steps_name_each_method_once_with_what_is_not_its_default(ports):
    """In the Handbook's order; what differs between indicators is reported beside each other."""
    assert ports.steps() == (
        ("Imputation", "none; median"),
        ("Treatment", "square-root; none"),
        ("Normalisation", "min-max (range 1 to 100), fitted to each edition separately"),
        ("Weighting", "fixed"),
        ("Aggregation of Ports", "geometric"),
        ("Aggregation within dimensions", "arithmetic"),
    )


def test_indicators_have_weights_directions_and_coverage(ports):
    """Indicator a weighs three quarters of the only dimension; b was measured for two of the three ranked."""
    rows = ports.indicators().to_dict("records")

    assert [(each["edition"], each["indicator"], each["better"]) for each in rows] == [
        (2024, "a", "higher"),
        (2024, "b", "lower"),
    ]
    assert [(each["weight"], each["effective"], each["coverage"]) for each in rows] == [
        (0.75, 0.75, 1.0),
        (0.25, 0.25, pytest.approx(2 / 3)),
    ]


def test_indicators_of_every_edition():
    """The kit's ranking: three indicators in each of two editions."""
    table = small_ranking().indicators()

    assert table.groupby("edition").size().to_dict() == {2023: 3, 2024: 3}
