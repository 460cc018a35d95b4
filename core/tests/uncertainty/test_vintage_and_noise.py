"""Data that are older, and data that are off: vintages, relative, absolute and given standard errors."""

import itertools

import numpy as np
import pytest
from hubrank.errors import ScenarioError
from hubrank.ranking.ranking import compose
from hubrank.uncertainty.analysis import analysis_of
from hubrank.uncertainty.outcome import assess, replay, vintages
from hubrank.uncertainty.sampling import noisy_values


def drawn_values(analysis, blocks=3):
    """Noisy values of many draws, `(draws, editions, units, indicators)`."""
    variant = analysis.variants.nominal()
    return np.concatenate([noisy_values(variant, analysis.design, analysis.design.block(at)) for at in range(blocks)])


def test_relative_noise_keeps_mean_and_sign(make):
    """Noise of 20 % has mean 1 and deviation 0.2 of the value; other indicators stay as they are."""
    plan, measurement = make(robustness={"noise": {"a1": 0.2}})
    factors = drawn_values(analysis_of(plan, (measurement,))) / measurement.values

    assert factors[..., 0].mean() == pytest.approx(1, abs=0.002)
    assert factors[..., 0].std() == pytest.approx(0.2, abs=0.004)
    assert (factors > 0).all()
    assert (factors[..., 1:] == 1).all()


def test_absolute_noise(make):
    """Noise of 3 in the indicator's own unit of measure."""
    plan, measurement = make(robustness={"noise": {"b1": {"absolute": 3}}})
    added = (drawn_values(analysis_of(plan, (measurement,))) - measurement.values)[..., 2]

    assert added.mean() == pytest.approx(0, abs=0.03)
    assert added.std() == pytest.approx(3, abs=0.05)


def test_standard_errors_of_the_data(make):
    """Each value has the standard error that another indicator, outside the tree, gives it."""
    tree = {"a": ["x", "y"], "": ["x-se"]}
    figures = [[[10.0, 1, 0.5], [20.0, 2, 4.0], [30.0, 3, 0.0]]]
    plan, measurement = make(
        units=3, tree=tree, figures=figures, robustness={"noise": {"x": {"standard_error": "x-se"}}}
    )
    added = drawn_values(analysis_of(plan, (measurement,)))[..., 0] - measurement.values[..., 0]

    assert added.std(axis=0)[0] == pytest.approx([0.5, 4.0, 0.0], rel=0.03)


def test_older_data_have_their_own_standard_errors(make):
    """A draw that ranks by values a year older moves them by the errors of that year."""
    tree = {"a": ["x", "y"], "": ["x-se"]}
    figures = [[[10.0, 1, 0.0], [20.0, 2, 0.0]], [[10.0, 1, 5.0], [20.0, 2, 5.0]]]
    robustness = {"noise": {"x": {"standard_error": "x-se"}}, "data_lag": [0, 1]}
    plan, measurement = make(units=2, tree=tree, editions=(2023, 2024), figures=figures, robustness=robustness)
    analysis = analysis_of(plan, vintages(plan, measurement))
    draws = analysis.design.block(0)
    now, older = (noisy_values(analysis.variants[at,], analysis.design, draws) for at in (0, 1))

    assert np.ptp(now[:, 1, 0, 0]) > 0 == np.ptp(older[:, 1, 0, 0])


def test_missing_standard_error_is_said(make):
    """A value without its standard error is an error, not a value without noise."""
    tree = {"a": ["x", "y"], "": ["x-se"]}
    figures = [[[10.0, 1, 0.5], [20.0, 2, -1.0], [30.0, 3, 1.0]]]
    plan, measurement = make(
        units=3, tree=tree, figures=figures, robustness={"noise": {"x": {"standard_error": "x-se"}}}
    )

    with pytest.raises(ScenarioError, match="'x-se' is missing or negative for 1 values of 'x'"):
        analysis_of(plan, (measurement,))


def test_vintages_are_measured_and_drawn(make):
    """Half of the draws rank the newest edition by values a year older, as measuring them gives."""
    figures = [[[1.0, 5], [2.0, 3], [3.0, 1]], [[9.0, 9], [1.0, 1], [5.0, 4]]]
    plan, measurement = make(
        units=3,
        tree={"a": ["x", "y"]},
        editions=(2023, 2024),
        figures=figures,
        normalisation={"method": "goalposts", "goalposts": [0, 10]},
        robustness={"data_lag": [0, 1]},
    )
    measured = vintages(plan, measurement)
    outcome = assess(compose(plan, measurement), measured, draws=2000)

    assert measured[1].values[1] == pytest.approx(measurement.values[0])
    assert outcome.tally.ranks[1, 0].tolist() == pytest.approx([2000, 0, 0], abs=1)
    assert outcome.tally.ranks[1, 1, 2] == pytest.approx(1000, abs=120)
    analysis = analysis_of(plan, measured)
    shown = sorted({float(replay(analysis, number).scores[1, 2]) for number in range(1, 12)})
    assert shown == pytest.approx([0.2, 0.45])


@pytest.mark.long
def test_multiple_imputations_are_drawn(make):
    """An imputation that draws is made again for each repetition; the first is the scenario's own."""
    plan, measurement = make(gaps=0.25, imputation={"method": "multiple"}, robustness={"n_imputations": 4}, units=30)
    analysis = analysis_of(plan, (measurement,))
    made = [analysis.variants[at,].normalised for at in range(4)]
    gaps = np.isnan(measurement.values)

    assert (made[0] == analysis.variants.nominal().normalised).all()
    assert all((first != second)[gaps].any() for first, second in itertools.pairwise(made))
