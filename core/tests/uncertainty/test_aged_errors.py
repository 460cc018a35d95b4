"""Errors by procedure, counting and age: how they are given, what editions and indicators share, and what is drawn."""

import numpy as np
import pytest
from hubrank.errors import ScenarioError
from hubrank.explain.profile import explain
from hubrank.measurement.figures import measure
from hubrank.plugin.registry import Registry
from hubrank.ranking.ranking import compose
from hubrank.results.load import read_measurement
from hubrank.results.save import write_run
from hubrank.scenario.load import load
from hubrank.scenario.resolve import resolve
from hubrank.uncertainty.analysis import analysis_of
from hubrank.uncertainty.outcome import assess, replay
from hubrank.uncertainty.sampling import noisy_values

REGISTRY = Registry.installed()
UNITS, YEARS = 40, (2021, 2022, 2023)
SCENARIO = """title = "Aged"
editions = [2023, 2024, 2025]
normalisation = { method = "min-max", fitted_on = "pooled" }
aggregation = "arithmetic"
units = { file = "units.csv" }
[inputs]
yearly = { source = "files", options = { file = "yearly.csv", kind = "stock" }, lag = 2 }
old = { source = "files", options = { file = "old.csv", kind = "stock" }, max_age = 9 }
prizes = { source = "files", options = { file = "prizes.csv", kind = "flow" }, window = 4, lag = 2 }
[dimensions.all]
[indicators]
count = { indicator = "value", dimension = "all", inputs = { values = "yearly" } }
amount = { indicator = "value", dimension = "all", inputs = { values = "old" } }
prizes = { indicator = "value", dimension = "all", inputs = { values = "prizes" } }
people = { indicator = "value", inputs = { values = "yearly" } }
amount-se = { indicator = "value", inputs = { values = "old" }, options = { column = "se" } }
density = { indicator = "ratio", from = ["count", "people"], dimension = "all", options = { scale = 1000 } }
[robustness]
draws = 400
[robustness.error]
"""
GIVEN = """count = { relative = 0, count = true, per_year = 0.05 }
density = { relative = 0, count = true, per_year = 0.05, divisor = 0.1 }
amount = { relative = "amount-se", per_year = 0.1 }
prizes = { relative = 0.2, count = true }
"""


@pytest.fixture
def planned(tmp_path):
    """A scenario of 40 units: counts and inhabitants a year, an amount of 2019 alone, prizes of four years."""

    def plan(errors=GIVEN):
        rng = np.random.default_rng(0)
        codes = [f"u{at:02}" for at in range(UNITS)]
        (tmp_path / "units.csv").write_text("unit,name\n" + "".join(f"{code},{code}\n" for code in codes))
        rates = rng.lognormal(2, 1, UNITS)
        rows = [f"{code},{year},{rng.poisson(rates[at])},{100 + at}" for year in YEARS for at, code in enumerate(codes)]
        (tmp_path / "yearly.csv").write_text("unit,year,count,people\n" + "\n".join(rows))
        old = [f"{code},2019,{0 if at == 5 else rates[at] ** 2},0.3" for at, code in enumerate(codes)]
        (tmp_path / "old.csv").write_text("unit,year,amount,se\n" + "\n".join(old))
        won = [f"{code},{year},{rng.poisson(2)}" for year in range(2015, 2024) for code in codes]
        (tmp_path / "prizes.csv").write_text("unit,year,prizes\n" + "\n".join(won))
        lines = [line for line in SCENARIO.splitlines() if "amount-se" in errors or not line.startswith("amount-se")]
        (tmp_path / "s.toml").write_text("\n".join([*lines, errors]))
        return resolve(load(tmp_path / "s.toml", REGISTRY), REGISTRY)

    return plan


def drawn(plan, measurement, blocks=10, errors="posterior"):
    """Values of many draws, `(draws, editions, units)` by indicator."""
    analysis = analysis_of(plan, (measurement,), errors=errors)
    design, variant = analysis.design, analysis.variants.nominal()
    values = np.concatenate([noisy_values(variant, design, design.block(at)) for at in range(blocks)])
    return {item.key: values[..., at].astype(float) for at, item in enumerate(variant.plan.ranked)}


def test_ages_and_what_editions_share(planned):
    """A lag of two years makes values two years old; what all editions see of 2019 is one value, ever older."""
    errors = measure(planned()).errors

    assert [errors[key].age[:, 0].tolist() for key in ("count", "density", "amount", "prizes")] == [
        [2, 2, 2],
        [2, 2, 2],
        [4, 5, 6],
        [2, 2, 2],
    ]
    assert [errors[key].overlap[:, 0].tolist() for key in ("count", "amount", "prizes")] == [
        [0, 0, 0],
        [0, 1, 1],
        [0, 0.75, 0.75],
    ]


def test_standard_errors_are_those_that_are_declared(planned):
    """By hand: procedure, counting and age of a count, an amount and a density; a value of 0 is off by no share."""
    measured = measure(planned())
    column = {key: measured.values[..., at] for at, key in enumerate(measured.indicators)}
    people = column["people"]
    counting = column["count"] + 3 / 8
    amount = np.square(column["amount"]) * (0.3**2 + 0.1**2 * np.array([4, 5, 6])[:, None])
    count = counting + 2 * np.square(0.05 * counting)
    density = (counting + (2 * 0.05**2 + 0.1**2) * np.square(counting)) * np.square(1000 / people)

    assert measured.standard_errors("amount") == pytest.approx(np.sqrt(amount))
    assert measured.standard_errors("count") == pytest.approx(np.sqrt(count))
    assert measured.standard_errors("density") == pytest.approx(np.sqrt(density))


def test_lists_that_differ_by_less_than_chance(planned):
    """A count of 1 has a variance of 0.2; the rest is as before."""
    measured = measure(planned("count = { relative = 0.1, count = 0.2 }\n"))
    counting = measured.values[..., measured.indicators.index("count")] + 3 / 8

    assert measured.standard_errors("count") == pytest.approx(np.sqrt(0.2 * counting + np.square(0.1 * counting)))


def test_draws_have_the_declared_errors(planned):
    """Around themselves: the root of a count by a half, an amount's logarithm; a 0 stays 0 or, of a count, grows."""
    plan = planned()
    measured = measure(plan)
    found = drawn(plan, measured, errors="around")
    column = {key: measured.values[..., at] for at, key in enumerate(measured.indicators)}
    large = column["count"][2] > 20

    assert np.sqrt(found["count"][:, 2, large]).std(axis=0).mean() == pytest.approx(0.5, rel=0.1)
    assert np.log(found["amount"][:, 0, :5]).std(axis=0) == pytest.approx((0.09 + 0.04) ** 0.5, rel=0.1)
    assert (found["amount"][:, :, 5] == 0).all()
    assert found["count"].min() >= 0 < found["count"][:, column["count"] == 0].max(initial=1)


def test_what_is_the_same_moves_together(planned):
    """A carried value in all editions, a count and its density; values of different years each by themselves."""
    plan = planned()
    found = drawn(plan, measure(plan))
    unit = int(np.argmax(found["count"][:, 2].mean(axis=0)))

    def correlation(one, other):
        return np.corrcoef(one, other)[0, 1]

    assert correlation(*np.log(found["amount"][:, 1:, 0]).T) > 0.99
    assert abs(correlation(*found["count"][:, 1:, unit].T)) < 0.1
    assert correlation(found["count"][:, 2, unit], found["density"][:, 2, unit]) > 0.6
    assert correlation(*found["prizes"][:, 1:, unit].T) == pytest.approx(0.8, abs=0.1)


@pytest.mark.long
def test_true_figures_lie_nearer_to_what_other_indicators_let_expect(planned):
    """A count that is known to a half by its root is known better beside indicators that go with it."""
    plan = planned()
    measured = measure(plan)
    alone, together = (
        np.sqrt(drawn(plan, measured, errors=errors)["count"][:, 2]) for errors in ("around", "posterior")
    )

    assert together.std(axis=0).mean() < 0.9 * alone.std(axis=0).mean()


def test_ranges_are_wider_where_figures_are_old(planned):
    """Than where age makes no error; and a draw that was counted is repeated."""
    widths = []
    for per_year in (0.0, 0.3):
        plan = planned(f"amount = {{ relative = 0.05, per_year = {per_year} }}")
        measured = measure(plan)
        outcome = assess(compose(plan, measured), (measured,), draws=400, closely=False)
        widths.append((outcome.rank(0.95) - outcome.rank(0.05)).mean(axis=1))

    assert (widths[1] > 2 * widths[0]).all()
    assert (replay(outcome.analysis, 3).ranks == outcome.analysis.ranked[0][2]).all()


def test_a_saved_run_has_the_same_draws(planned, tmp_path):
    """A run folder holds ages and shared vintages; explain shows error and age."""
    plan = planned()
    ranking = compose(plan, measure(plan))
    write_run(ranking, tmp_path / "run")
    saved = resolve(load(tmp_path / "run" / "scenario.toml", REGISTRY), REGISTRY)
    found = drawn(saved, read_measurement(saved, tmp_path / "run"), blocks=1)
    told = "\n".join(map(str, explain(ranking, edition=2, unit=0).page))

    for key, values in drawn(plan, ranking.measurement, blocks=1).items():
        assert (found[key] == values).all()
    assert "(2019, 6 years old)" in told


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("amount = { relative = 0 }", "relative: 0 is not an error; set count, per_year or divisor too"),
        ("amount = { relative = -0.1 }", "relative: must be a number from 0 up; got -0.1"),
        ('amount = { relative = "nope" }', "there is no indicator 'nope'"),
        ("amount = { relative = 0.1, divisor = 0.1 }", "divisor: its values are not divided by anything"),
        ("amount = { relative = 0.1, per_decade = 1 }", "robustness.error.amount.per_decade: unknown key"),
        ("amount = { per_year = 0.1 }", "per_year: unknown key; available: .*relative"),
    ],
)
def test_errors_that_cannot_be(planned, given, told):
    """Each is reported with its key."""
    with pytest.raises(ScenarioError, match=told):
        measure(planned(given))
