"""Confidence sets for ranks: the published example of csranks, by hand, and how often they hold true ranks."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hubrank import rank_sets
from hubrank.plugin import Registry, UsageError, compose, load, measure, resolve
from hubrank.uncertainty.joint import confidence_ranges
from hubrank.uncertainty.outcome import assess, with_intervals

#: OECD, PISA 2018: mean scores in mathematics with standard errors, as csranks 1.2 has them (`pisa2018`).
PISA = pd.read_csv(Path(__file__).parent / "pisa-2018.csv", index_col="country")
FIRST = {
    *("Belgium", "Canada", "Denmark", "Estonia", "Finland", "Japan"),
    *("Korea", "Netherlands", "Poland", "Slovenia"),
}


def of_pisa(**how):
    """Their sets."""
    return rank_sets(PISA["score"], PISA["error"], **how)


@pytest.mark.parametrize(("confidence", "more"), [(0.95, {"Switzerland", "Sweden"}), (0.9, {"Switzerland"})])
def test_who_may_be_among_the_first_five(confidence, more):
    """As the vignette of csranks prints them: twelve countries with 95 % confidence, without Sweden with 90 %."""
    sets = of_pisa(confidence=confidence, side="best")

    assert {*sets.index[sets["low"] <= 5]} == FIRST | more
    assert (sets["high"] == len(PISA)).all()


@pytest.mark.parametrize("seed", [0, 1])
def test_the_set_of_one_country(seed):
    """The United Kingdom is 13th; the vignette prints 8 to 23 and says 7 to 23, which is what its draws differ by."""
    found = of_pisa(confidence=0.95, joint=False, seed=seed).loc["United Kingdom"].tolist()

    assert found[0] == 13
    assert found[1] in (7, 8)
    assert found[2] == 23


def test_the_sets_of_all_countries():
    """What the vignette reads in them: the last three are apart from all others, Korea and Germany share rank 7.

    With 75 % confidence Korea and Germany are apart. Sets of each alone lie within, those of a single step around.
    """
    sets, less = of_pisa(confidence=0.95), of_pisa(confidence=0.75)
    single, alone = of_pisa(confidence=0.95, stepwise=False), of_pisa(confidence=0.95, joint=False)
    last = ["Chile", "Mexico", "Colombia"]

    assert sets.loc[last, "low"].tolist() == [35, 35, 37]
    assert sets.drop(last)["high"].max() == 34
    assert sets.loc["Korea", "high"] == sets.loc["Germany", "low"] == 7
    assert less.loc["Korea", "high"] < less.loc["Germany", "low"]
    for outer, inner in ((sets, alone), (single, sets)):
        assert ((outer["low"] <= inner["low"]) & (inner["high"] <= outer["high"])).all()
    assert not single.equals(sets)


@pytest.mark.parametrize(
    ("estimates", "errors", "how", "low", "high"),
    [
        # with errors of 1, 1.64 standard errors of the difference are 90 % both ways, 1.28 one way
        ([0, 1.75 * 2**0.5], [1, 1], {}, [2, 1], [2, 1]),
        ([0, 1.55 * 2**0.5], [1, 1], {}, [1, 1], [2, 2]),
        ([0, 1.4 * 2**0.5], [1, 1], {"joint": False, "side": "best"}, [2, 1], [2, 2]),
        ([0, 1.4 * 2**0.5], [1, 1], {"joint": False, "side": "worst"}, [1, 1], [2, 1]),
        ([0, 1.75 * 2**0.5], [1, 1], {"best": "lowest"}, [1, 2], [1, 2]),
        # without errors estimates are true, and so are differences of errors that are one and the same
        ([3, 1, 3], [0, 0, 0], {}, [1, 3, 1], [2, 3, 2]),
        ([3, 1, 2], [[9, 9, 9], [9, 9, 9], [9, 9, 9]], {}, [1, 3, 2], [1, 3, 2]),
        ([5], [1], {}, [1], [1]),
    ],
)
def test_by_hand(estimates, errors, how, low, high):
    """With 90 % confidence."""
    found = rank_sets(estimates, errors, **how)

    assert (found["low"].tolist(), found["high"].tolist()) == (low, high)


@pytest.mark.parametrize("correlated", [False, True])
def test_sets_hold_true_ranks(correlated):
    """Of 200 worlds in which three of six units are equal all sets hold in 90 %, to three standard errors, or in more.

    Ranks of draws around the estimates would hold the equal ones in far fewer. The sets are informative: each is
    narrower than all ranks on average.
    """
    rng, true = np.random.default_rng(5), np.array([0.0, 0, 0, 2, 4, 6])
    covariance = 0.5 * np.eye(6) + (0.4 if correlated else 0.0)
    ranks, held, wide = np.array([4, 4, 4, 3, 2, 1]), [], []
    for world in range(200):
        estimates = rng.multivariate_normal(true, covariance)
        found = rank_sets(estimates, covariance, draws=500, seed=world)
        held.append(((found["low"] <= ranks) & (ranks <= found["high"])).all())
        wide.append((found["high"] - found["low"] + 1).mean())

    assert np.mean(held) >= 0.9 - 0.064
    assert np.mean(wide) < 3.5


@pytest.mark.parametrize(
    ("estimates", "errors", "how", "said"),
    [
        ([1, 2], [1], {}, "an estimate a unit, and as many standard errors or their covariance"),
        ([1, 2], [1, -1], {}, "finite estimates and errors of 0 or more"),
        ([1, np.nan], [1, 1], {}, "finite estimates and errors of 0 or more"),
        ([1, 2], [1, 1], {"confidence": 90}, "confidence must lie between 0 and 1; got 90"),
    ],
)
def test_what_cannot_be(estimates, errors, how, said):
    """It is said what is wanted."""
    with pytest.raises(UsageError, match=said):
        rank_sets(estimates, errors, **how)


SCENARIO = """title = "Mathematics"
editions = [2018]
normalisation = { method = "METHOD" }
aggregation = "arithmetic"
units = { file = "units.csv" }
inputs.values = { source = "files", options = { file = "figures.csv" } }
[dimensions.all]
[indicators]
score = { indicator = "value", dimension = "all" }
[robustness]
draws = 2000
[robustness.error]
score = { standard_error = "error" }
"""


@pytest.mark.parametrize("method", ["none", "min-max"])
def test_a_scenario_whose_figures_have_errors(tmp_path, method):
    """Joint ranges of the PISA scores are the sets of `rank_sets`, a place more or less by other draws of errors."""
    codes = [f"C{at:02}" for at in range(len(PISA))]
    PISA.assign(unit=codes, year=2018).to_csv(tmp_path / "figures.csv", index=False)
    pd.DataFrame({"unit": codes, "name": PISA.index}).to_csv(tmp_path / "units.csv", index=False)
    (tmp_path / "s.toml").write_text(SCENARIO.replace("METHOD", method))
    registry = Registry.installed()
    plan = resolve(load(tmp_path / "s.toml", registry), registry)
    measurement = measure(plan)
    ranking = compose(plan, measurement)
    made = with_intervals(ranking, assess(ranking, (measurement,), closely=False))
    sets = of_pisa(confidence=0.9)

    assert np.abs(made.joint.low[0] - sets["low"]).max() <= 1
    assert np.abs(made.joint.high[0] - sets["high"]).max() <= 1
    assert made.range_texts(0)[-1].endswith("hold the true ranks by the scenario's own choices with 90 % confidence")
    assert ((made.joint.low <= made.low) & (made.high <= made.joint.high)).all()


def test_a_scale_that_follows_figures():
    """Draws whose means lie half as far apart as the scores have errors of half the size: stretched, sets are the same.

    Without ranks of its own a unit has no range; of one unit alone it is 1.
    """
    rng = np.random.default_rng(2)
    scores, noise = np.array([0.0, 1, 2, 3, np.nan]), rng.standard_normal((2000, 5)) / 2
    plain, halved = confidence_ranges(scores, scores + noise), confidence_ranges(scores, (scores + noise) / 2)

    assert plain[0][:4].tolist() == [3, 2, 1, 1]  # two apart are 2.8 standard errors, and one is 1.4
    assert np.array_equal(plain, halved, equal_nan=True)
    assert np.isnan(plain[0][4])
    assert confidence_ranges(np.array([4.0, np.nan]), np.array([[1.0, np.nan]] * 9))[1][0] == 1
