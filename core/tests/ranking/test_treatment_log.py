"""The effects of treatment, step by step, and their record in a run's folder."""

import pytest
from hubrank.methods.imputation import IMPUTATIONS
from hubrank.methods.treatment import TREATMENTS
from scipy.stats import skew

#: One value in ten lies far out, in both indicators; the third is even.
SKEWED = "unit,year,a,b\n" + "".join(f"U{at},2024,{at},{at}\n" for at in range(9)) + "U9,2024,1000,9\n"
UNITS = "unit,name,country\n" + "".join(f"U{at},U{at},AAA\n" for at in range(10))


@pytest.fixture
def handbook(lab):
    """Methods of the Handbook beside those made by hand."""
    wanted = {"skew-kurtosis", "power", "square-root", "carry-forward"}
    return lab.plugin(
        "handbook",
        treatments=[each for each in TREATMENTS if each.name in wanted],
        imputations=[each for each in IMPUTATIONS if each.name in wanted],
    )


@pytest.fixture
def skewed(lab, handbook):
    """Rank ten units, one of which lies far out in `a`, with some treatment."""
    lab.write("values.csv", SKEWED)
    lab.write("units.csv", UNITS)
    return lambda treatment: lab.rank(f"[treatment]\n{treatment}\n", handbook)


def test_stages_of_the_two_stage_rule(skewed):
    """One value is winsorised, which is not enough, so all get the logarithm; `b` passes from the start."""
    table = skewed('steps = [{ step = "skew-kurtosis", at_most = 0 }]').treatment()
    rows = {(row.indicator, row.stage): row for row in table.itertuples()}

    assert list(table.columns)[:5] == ["edition", "indicator", "step", "method", "stage"]
    assert (rows["a", "winsorise"].lowered, rows["a", "winsorise"].passed) == (0, False)
    assert rows["a", "log-from-lowest"].lowered + rows["a", "log-from-lowest"].raised == 10
    assert rows["a", "winsorise"].skew_before == pytest.approx(skew([*range(9), 1000], bias=False))
    assert (rows["b", "log-from-lowest"].lowered, rows["b", "log-from-lowest"].passed) == (0, True)
    assert rows["b", "winsorise"].skew == pytest.approx(0, abs=1e-12)


def test_steps_one_after_another(skewed):
    """Only what a step changed counts as treated by it; methods without a test have nothing to pass."""
    ranking = skewed('steps = [{ step = "power", exponent = 1 }, { step = "skew-kurtosis" }]')
    table = ranking.treatment().set_index(["indicator", "step"])
    flags = ranking.values().set_index(["unit", "indicator"])["flag"]

    assert (table.loc[("a", 1), "lowered"], table.loc[("a", 1), "passed"]) == (0, None)
    assert tuple(table.loc[("a", 2), ["lowered", "stage"]]) == (1, "winsorise")
    assert flags["U9", "a"] == "treated by skew-kurtosis (winsorise)"
    assert flags["U8", "a"] == ""


def test_pooled_editions_are_one(lab, handbook):
    """Where treatment learns from all editions, its log has one row for all of them."""
    lab.write(
        "values.csv", "unit,year,a,b\n" + "".join(f"{u},{y},1,{y}\n" for u in ("AAA", "BBB") for y in (2023, 2024))
    )
    ranking = lab.rank(
        'editions = [2023, 2024]\n[treatment]\nsteps = ["square-root"]\nfitted_on = "pooled"\n', handbook
    )
    table = ranking.treatment()

    assert list(table["edition"]) == ["pooled", "pooled"]
    assert list(table["lowered"]) == [0, 4]
