"""Errors of figures: how they are read, and true values drawn given the measured ones."""

import json
import re

import attrs
import numpy as np
import pytest
from hubrank.cli.app import run
from hubrank.errors import DataError, ScenarioError
from hubrank.explain.profile import explain, profile
from hubrank.measurement.figures import measure
from hubrank.measurement.measurement import Errors
from hubrank.measurement.sampling_errors import covariance_of, of_means
from hubrank.plugin.registry import Registry
from hubrank.ranking.ranking import compose
from hubrank.results.load import read_measurement
from hubrank.results.save import write_run
from hubrank.scenario.load import load
from hubrank.scenario.resolve import resolve
from hubrank.uncertainty.analysis import analysis_of, scores_around
from hubrank.uncertainty.outcome import assess, replay
from hubrank.uncertainty.posterior import posterior
from hubrank.uncertainty.sampling import SHARED, noisy_values
from scipy.sparse import csr_matrix

REGISTRY = Registry.installed()
FIGURES = """unit,year,gdp,gdp_se,low,high,papers,people,share,n,best
a,2024,10,1,8,12,30,1000,50,100,1
b,2024,12,2,9,15,50,2000,60,80,2
c,2024,15,,10,20,20,800,40,60,3
"""
SCENARIO = """title = "Errors"
editions = [2024]
normalisation = { method = "goalposts", goalposts = [0, 100] }
aggregation = "arithmetic"
units = { file = "units.csv" }
inputs.values = { source = "files", options = { file = "figures.csv", kind = "KIND" } }
[dimensions.all]
[indicators]
gdp = { indicator = "value", dimension = "all" }
share = { indicator = "value", dimension = "all" }
rate = { indicator = "ratio", from = ["papers", "people"], dimension = "all", options = { scale = 1000 } }
best = { indicator = "value"DIMENSION }
[robustness]
draws = 500
[robustness.error]
"""


@pytest.fixture
def planned(tmp_path):
    """A scenario of three units with errors, resolved; indicators that no error names are not there."""

    def plan(errors, figures=FIGURES, kind="stock"):
        (tmp_path / "units.csv").write_text("unit,name\na,A\nb,B\nc,C\n")
        (tmp_path / "figures.csv").write_text(figures)
        lines = [line for line in SCENARIO.splitlines() if not line.startswith("best") or "best" in errors]
        (tmp_path / "s.toml").write_text(
            "\n".join([*lines, errors])
            .replace("KIND", kind)
            .replace("DIMENSION", ', dimension = "all"' * ("best =" in errors))
        )
        return resolve(load(tmp_path / "s.toml", REGISTRY), REGISTRY)

    return plan


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ('gdp = { standard_error = "gdp_se" }', [1, 2, np.nan]),
        ("gdp = { standard_error = 2.5 }", [2.5, 2.5, 2.5]),
        ('gdp = { standard_error = "best" }', [1, 2, 3]),
        ('gdp = { interval = ["low", "high"], confidence = 0.95 }', [2 / 1.959964, 3 / 1.959964, 5 / 1.959964]),
        ('gdp = { sample_size = "n", sd = 12 }', [1.2, 12 / 80**0.5, 12 / 60**0.5]),
        ('share = { binomial = "n", scale = 100 }', [100, 80, 60]),
        ('rate = "poisson"', [1, 2, 0.8]),
        ('rate = { standard_error = "n" }', [100, 40, 75]),
        ('gdp = { replicates = ["low", "high"], factor = 0.5 }', [2, 3, 5]),
        ('gdp = { replicates = ["low", "high"], method = "jackknife" }', [2, 3, 5]),
        ('gdp = { replicates = ["low", "high"], method = "brr", fay = 0.5 }', [4, 6, 10]),
        (
            'rate = { replicates = ["n", "share"], method = "bootstrap" }',
            [2650**0.5, 500**0.5 / 2, 1000**0.5 * 1.25],
        ),
    ],
)
def test_errors_are_read_where_the_figure_is(planned, given, expected):
    """By hand: of the same row, and divided as the value is; a count's exposure is what it is divided by."""
    (errors,) = measure(planned(given)).errors.values()

    assert errors.size[0] == pytest.approx(expected, nan_ok=True, rel=1e-6)


def test_variances_of_summed_rows_add_up(planned):
    """Two rows with errors 3 and 4 are a value with error 5; of a share of counted rows the samples add up."""
    rows = "unit,year,gdp,gdp_se,papers,people,share\na,2024,1,3,4,10,1\na,2024,2,4,6,10,1\nb,2024,5,1,7,10,1\n"
    given = 'gdp = { standard_error = "gdp_se" }\nrate = { binomial = "people" }'
    found = measure(planned(given, rows + "c,2024,5,1,7,10,1\n", "flow")).errors

    assert found["gdp"].size[0].tolist() == [5, 1, 1]
    assert (found["rate"].size[0].tolist(), found["rate"].scale) == ([20, 10, 10], 1000)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ('gdp = { standard_error = "nope" }', "no column 'nope'"),
        ('gdp = { standard_error = "low", sd = 1 }', "robustness.error.gdp.sd: unknown key"),
        ("gdp = { standard_error = -1 }", "robustness.error.gdp.standard_error: must be a number above 0; got -1"),
        ('gdp = { interval = ["low", "high"] }', "robustness.error.gdp.confidence: missing"),
        ('gdp = { interval = ["low"], confidence = 0.9 }', "interval: must be the columns of its two ends; got 1"),
        ('gdp = "gamma"', 'must be "poisson" or a table with one of'),
        ('papers = "poisson"', "no indicator 'papers' in the tree; it is made into 'rate', which is"),
        ('gdp = { standard_error = "best" }\n[robustness.noise]\ngdp = 0.1', "has noise too"),
        ('share = { binomial = "n" }', "'share' is 50 for a in edition 2024; a share is from 0 to 1; for per cent"),
        ('gdp = { interval = ["high", "low"], confidence = 0.9 }', "'high' is 12 for a in edition 2024; the lower end"),
        ('rate = { binomial = "n", scale = 10 }', "scale: is that of the ratio; remove it"),
        ('gdp = { replicates = "w*", method = "brr" }', "count: missing; 80 makes the columns up to 'w80'"),
        ('gdp = { replicates = "w*", count = 2, method = "brr" }', "no column 'w1'; .*no column 'w2'"),
        ('gdp = { replicates = ["low", "high"] }', "method: set one of bootstrap, brr, jackknife, jackknife-2; or"),
        ('gdp = { replicates = ["low", "high"], method = "jackknife", fay = 0.5 }', "fay: must be from 0 to below 1"),
        ('gdp = { replicates = ["low", "gdp_se"], method = "brr" }', "'gdp_se' is empty for c in edition 2024; all"),
        ("gdp = { bootstrap = true }", "no unit has more than one; its table must have one a record"),
        ("gdp = { bootstrap = false }", "bootstrap: must be true"),
    ],
)
def test_errors_that_cannot_be(planned, given, told):
    """Each is reported with the key and, of a cell, with unit and edition."""
    with pytest.raises(ScenarioError, match=told):
        measure(planned(given))


@pytest.mark.parametrize(
    ("cell", "told"), [("-1", "'gdp_se' is -1 for b in edition 2024"), ("inf", "line 3: gdp_se must be a number")]
)
def test_an_error_that_is_none_is_refused(planned, cell, told):
    """A negative or infinite standard error is no error of 0."""
    with pytest.raises(ScenarioError, match=told):
        measure(planned('gdp = { standard_error = "gdp_se" }', FIGURES.replace("12,2,", f"12,{cell},")))


def test_a_value_without_an_error_is_exact_and_reported(planned):
    """It stands still in all draws; the ranking says how many there are, and where errors are from."""
    plan = planned('gdp = { standard_error = "gdp_se" }')
    measurement = measure(plan)
    ranking = compose(plan, measurement)
    analysis = analysis_of(plan, (measurement,))
    scores = analysis.scores(analysis.ready(()), analysis.design.block(0))
    told = " ".join(str(item) for item in attrs.evolve(ranking, low=ranking.ranks, high=ranking.ranks).caveats())

    assert np.ptp(scores[:, 2]) == 0 < np.ptp(scores[:, 1])
    assert "gdp (standard_error = gdp_se)" in told
    assert "1 value of gdp has no error and is taken as exact" in told


def drawn(values, errors, draws=40_000, seed=1):
    """True values of many draws, `(draws, units)`."""
    rng = np.random.default_rng(seed)
    normals = (rng.standard_normal((draws, size)) for size in (len(values), SHARED))
    return posterior(np.asarray(values, dtype=float), errors, 0).drawn(*normals)


def test_eight_schools():
    """Rubin's (1981) schools: the quartiles that Gelman and others (2013, table 5.3) print, of 200 draws."""
    effects, size = [28, 8, -3, 7, -1, 1, 18, 12], np.array([[15, 10, 16, 11, 9, 11, 10, 18.0]])
    quartiles = np.quantile(drawn(effects, Errors(family="normal", size=size)), [0.25, 0.5, 0.75], axis=0)
    printed = [[7, 3, 2, 4, 1, 2, 7, 3], [10, 8, 7, 8, 5, 6, 10, 8], [16, 12, 11, 11, 10, 10, 15, 13]]

    assert np.abs(quartiles - printed).max() < 1.5


def test_shared_errors_leave_differences_alone():
    """An error that all units have in common moves all of them, and no unit past another; equal ones stay equal."""
    covariance = np.full((3, 3), 4.0)
    errors = Errors(family="normal", size=np.full((1, 3), 2.0), covariance=covariance[None])
    found = drawn([1.0, 2.0, 2.0], errors)

    assert found.std(axis=0) == pytest.approx([2, 2, 2], rel=0.25)
    assert np.diff(found, axis=1) == pytest.approx(np.tile([1.0, 0.0], (len(found), 1)), abs=1e-9)


@pytest.mark.long
@pytest.mark.parametrize("family", ["poisson", "binomial"])
def test_draws_of_counts_and_shares_are_as_off_as_they_say(family):
    """True values from a gamma and a beta distribution lie in the middle 80 % of their draws in 80 of 100 cases."""
    rng, held = np.random.default_rng(3), []
    for seed in range(40):
        size = rng.choice([4.0, 15.0, 60.0], 30)
        if family == "poisson":
            true = rng.gamma(4, 0.5, 30)
            measured = rng.poisson(true * size) / size
        else:
            true = rng.beta(3, 2, 30)
            measured = rng.binomial(size.astype(int), true) / size
        low, high = np.quantile(drawn(measured, Errors(family=family, size=size[None]), 2000, seed), [0.1, 0.9], axis=0)
        held.append(((low <= true) & (true <= high)).mean())

    assert np.mean(held) == pytest.approx(0.8, abs=0.03)


RECORDS = """unit,item,gdp,papers,people,share
a,i1,1,1,1,1
a,i2,0,0,1,0
a,i3,1,1,1,0
a,i4,0,1,2,0
b,i1,1,1,1,0
b,i2,1,1,1,0
b,i3,0,0,1,1
c,i1,1,1,1,0
c,i2,1,1,1,1
c,i3,0,0,1,1
"""
#: Two rows of each unit, with errors of every kind.
RECORDS_WITH_ALL = """unit,item,gdp,papers,people,share,n,best
a,i1,1.1,1,1,5,10,1
a,i2,0,0,1,,3,2
b,i1,1,1,1,5,10,2
b,i2,1,1,1,,3,2
c,i1,1,1,1,10,7,3
c,i2,1,1,1,,3,7
"""
ITEMS = 'gdp = { bootstrap = true, cluster = "item" }\nrate = { bootstrap = true, cluster = "item" }\n'


def test_bootstrap_of_items(planned):
    """Errors are those of sums of items resampled 100,000 times, and of means by hand."""
    found = measure(planned(ITEMS, RECORDS, "flow")).errors
    rng = np.random.default_rng(1)
    hits = np.array([[1, 0, 1, 0], [1, 1, 0, 0], [1, 1, 0, 0]])
    resampled = rng.poisson(1, (100_000, 4)) @ hits.T
    by_hand = 200 * (0.4**2 + 0.6**2 + 0.4**2 + 0.2**2) ** 0.5 * (4 / 3) ** 0.5

    assert found["gdp"].size[0] == pytest.approx(resampled.std(axis=0), rel=0.02)
    assert found["rate"].size[0, 0] == pytest.approx(by_hand)


@pytest.mark.long
def test_correlations_of_few_clusters_are_drawn_together():
    """Of many clusters the covariance is that of their means, resampled; of few it keeps variances, and is regular."""
    rng = np.random.default_rng(1)
    hard = rng.standard_normal((3000, 1))
    right = (rng.random((3000, 4)) < 1 / (1 + np.exp(-hard - [0, 0.5, 1, 1.5]))).astype(float)
    picked = rng.multinomial(3000, np.full(3000, 1 / 3000), 4000) @ right / 3000
    many, few = (
        covariance_of(of_means(*map(csr_matrix, (item, np.ones_like(item), np.ones_like(item)))))
        for item in (right, right[:8])
    )

    assert many == pytest.approx(np.cov(picked, rowvar=False), abs=4e-6)
    assert np.diag(few) == pytest.approx(right[:8].var(axis=0) / 7)
    assert np.linalg.eigvalsh(few).min() > 0


def test_rows_without_clusters_are_resampled_unit_by_unit(planned):
    """No unit then shares an error with another."""
    errors = measure(planned("gdp = { bootstrap = true }\n", RECORDS, "flow")).errors["gdp"]

    assert errors.covariance is None
    assert errors.size[0] == pytest.approx([2**0.5] * 3)


def test_systems_with_equal_answers_tie(planned):
    """They share a rank; of true values one is as often first as the other, since so few items say little."""
    plan = planned(ITEMS, RECORDS, "flow")
    measurement = measure(plan)
    values = measurement.values[0, 1:, :2]
    analysis = analysis_of(plan, (measurement,))
    drawn = noisy_values(analysis.variants[()], analysis.design, analysis.design.block(0))[:, 0, :, 0]

    assert (values[0, 0], values[1, 0]) == (2, 2)
    assert (drawn[:, 1] > drawn[:, 2]).mean() == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("family", ["normal", "poisson", "binomial"])
@pytest.mark.parametrize("size", [[np.nan] * 3, [5.0, np.nan, np.nan], [5.0, 5.0, 5.0]])
def test_editions_with_few_errors_or_none(family, size):
    """An edition without any, or with one, keeps its values and missing ones; equal values differ when drawn."""
    found = drawn([1.0, 1.0, np.nan], Errors(family=family, size=np.array([size])), draws=100)

    assert np.isnan(found[:, 2]).all()
    assert (np.ptp(found[:, :2], axis=0) > 0).tolist() == (~np.isnan(size[:2])).tolist()


EVERY_KIND = 'gdp = { standard_error = "n" }\nshare = { binomial = "n", scale = 100 }\nrate = "poisson"\n'


def test_draws_by_methods_and_by_products_are_one(planned):
    """Scores of draws with errors are the same by matrix products and as the methods compose them."""
    plan = planned(EVERY_KIND)
    analysis = analysis_of(plan, (measure(plan),))
    ready, draws = analysis.ready(()), analysis.design.block(0).part(slice(0, 50))
    composed = analysis.scores(attrs.evolve(ready, mean=None), draws)

    assert ready.mean is not None
    assert analysis.scores(ready, draws) == pytest.approx(composed, rel=1e-12)


def test_a_draw_with_errors_is_repeated(planned):
    """The ranking of a draw by its number has the ranks that were counted."""
    plan = planned(EVERY_KIND)
    analysis = analysis_of(plan, (measure(plan),))

    for number in (1, 17):
        assert (replay(analysis, number).ranks == analysis.ranks(analysis.design.draw(number))[0]).all()


def test_scores_around_the_ranking(planned):
    """They lie about its scores, with deviations worked out by hand, and are no draws of true values."""
    plan = planned('gdp = { standard_error = "best" }\nshare = { binomial = "n", scale = 100 }\n')
    measurement = measure(plan)
    scores, ranking = scores_around(plan, (measurement,), 20_000), compose(plan, measurement)
    n, near = np.array([100, 80, 60]), np.array([50.5 / 101, 48.5 / 81, 24.5 / 61])
    expected = np.sqrt(np.array([1, 2, 3]) ** 2 + 1e4 * near * (1 - near) / n) / 300

    assert scores.mean(axis=0) == pytest.approx(ranking.scores, abs=0.001)
    assert scores.std(axis=0)[0] == pytest.approx(expected, rel=0.02)


def test_errors_of_excluded_indicators_go_with_them(planned, tmp_path):
    """As an indicator is left out, by its name or with its dimension, so is what was said of its values."""
    planned(EVERY_KIND)
    (tmp_path / "fewer.toml").write_text('extends = "s.toml"\nexclude = ["share", "rate"]\n')
    fewer = resolve(load(tmp_path / "fewer.toml", REGISTRY), REGISTRY)

    assert [item.indicator for item in fewer.uncertainties.errors] == ["gdp"]


@pytest.mark.parametrize("doubt", ["error.gdp.standard_error", "noise.gdp.absolute"])
def test_drawn_figures_that_a_method_cannot_take(planned, tmp_path, capsys, doubt):
    """The ranking stands, without ranges, and says why; values below 0 have no logarithm."""
    planned(EVERY_KIND)
    text = f'extends = "s.toml"\nexclude = ["share", "rate", "gdp"]\nrobustness.{doubt} = 9\n'
    gdp = '{ indicator = "value", dimension = "all", treatment = "log", options = { column = "gdp" } }'
    (tmp_path / "log.toml").write_text(text.replace("gdp.", "x.") + f"indicators.x = {gdp}\n")

    assert run(["rank", str(tmp_path / "log.toml")]) == 0
    assert re.search(r"none: draws cannot be made: .*drawn with .* not above 0", capsys.readouterr().out)


def test_an_explanation_shows_errors(planned, capsys, tmp_path):
    """Beside each value that has one, by hand, with where it is from; `check` lists all that are declared."""
    ranking = compose(plan := planned(EVERY_KIND), measure(plan))
    errors = {item.key: item.error for item in profile(ranking, 0, 1).figures}
    told = " ".join(str(item) for item in explain(ranking, edition=0, unit=1, indicator="gdp").page)

    assert errors == pytest.approx({"gdp": 80, "share": 100 * (48.5 * 32.5 / 81**2 / 80) ** 0.5, "rate": 50.5**0.5 / 2})
    assert "standard error 80 (standard_error = n)" in told
    assert run(["check", str(tmp_path / "s.toml")]) == 0
    listed = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
    assert [" ".join(line[1:]).strip() for line in listed if line[0] in ("gdp", "Ratio", "share")] == [
        "standard_error = n",
        "poisson",
        "binomial = n, scale = 100",
    ]


def test_errors_of_a_saved_run(planned, tmp_path):
    """A run folder holds them to the last digit: what is asked of it later is drawn by the same errors."""
    plan = planned(EVERY_KIND + 'best = { bootstrap = true, cluster = "item" }', RECORDS_WITH_ALL, "flow")
    ranking = compose(plan, measure(plan))
    write_run(ranking, tmp_path / "run")
    saved = read_measurement(resolve(load(tmp_path / "run" / "scenario.toml", REGISTRY), REGISTRY), tmp_path / "run")

    assert set(saved.errors) == {"best", "gdp", "rate", "share"}
    for key, errors in ranking.measurement.errors.items():
        assert (saved.errors[key].family, saved.errors[key].scale) == (errors.family, errors.scale)
        assert saved.errors[key].size.tolist() == errors.size.tolist()
    assert (saved.errors["best"].covariance == ranking.measurement.errors["best"].covariance).all()
    assert json.loads((tmp_path / "run" / "record.json").read_text())["errors"][0] == {
        "indicator": "best",
        "given": "bootstrap = true, cluster = item",
        "input": "values",
        "family": "normal",
        "without": 0,
    }


def test_a_run_without_its_errors_is_refused(planned, tmp_path):
    """Ranges without them would be those of exact values."""
    plan = planned(EVERY_KIND)
    write_run(compose(plan, measure(plan)), tmp_path / "run")
    (tmp_path / "run" / "errors.csv").unlink()
    saved = resolve(load(tmp_path / "run" / "scenario.toml", REGISTRY), REGISTRY)

    with pytest.raises(DataError, match=r"errors\.csv"):
        read_measurement(saved, tmp_path / "run")
    with pytest.raises(ScenarioError, match="was not measured with the values"):
        analysis_of(plan, (attrs.evolve(measure(plan), errors={}),))


def test_figures_no_further_apart_than_their_errors_are_not_said_to_be_equal(make):
    """Where measured values vary less than their errors, ranges stay wide and no unit is tied with all others."""
    figures = [[[10 + at / 10] for at in range(8)]]
    plan, measurement = make(
        units=8, tree={"a": ["x"]}, figures=figures, robustness={"error": {"x": {"standard_error": 2.0}}}
    )
    outcome = assess(compose(plan, measurement), (measurement,), draws=2000)

    assert (outcome.rank(0.95) - outcome.rank(0.05)).min() >= 5


@pytest.mark.parametrize("circle", ['["loop"]', '["other", "people"]'])
def test_an_error_in_a_circle(planned, circle):
    """The circle is told, of an indicator that is its own part, and of two that are each other's."""
    indicators = f'[indicators.loop]\nindicator = "ratio"\nfrom = {circle}\ndimension = "all"\n'
    indicators += '[indicators.other]\nindicator = "ratio"\nfrom = ["loop", "people"]\ndimension = "all"\n'
    with pytest.raises(ScenarioError) as error:
        planned(f"loop = {{ bootstrap = true }}\n{indicators}")
    assert [item for item in error.value.problems if "is circular" in item.what]
