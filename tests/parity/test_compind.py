"""Compind's indices of eleven aspects of life in 38 countries, and the Happy Planet Index."""

import attrs
import numpy as np
import pytest
from hubrank.methods.aggregation import (
    GeneralisedOptions,
    MazziottaParetoOptions,
    MeanMinOptions,
    OwaOptions,
    ShiftOptions,
)
from hubrank.methods.builtins import AGGREGATORS, NORMALISATIONS
from hubrank.methods.normalisation import AroundOptions, MinMaxOptions, RankOptions, ZScoreOptions
from hubrank.plugin import Member

MEANS = {each.name: each for each in AGGREGATORS}
SCALES = {each.name: each for each in NORMALISATIONS}
MPI = ZScoreOptions(mean=100, sd=10)


def normalised(name, values, options):
    """All values on the scale that they give."""
    return SCALES[name].apply(values, SCALES[name].fit(values, None, options), None, options)


@pytest.fixture(scope="module")
def life(coinr):
    """The Better Life Index 2017 as `(1, units, members)`."""
    return coinr("140_compind/data_BLI_2017", index="country").to_numpy(float)[None]


@pytest.mark.parametrize(
    ("file", "name", "options"),
    [
        ("method1", "z-score", MPI),
        ("method2", "min-max", MinMaxOptions()),
        ("method3", "rank", RankOptions(ties="average")),
    ],
)
def test_normalises_like_compind(coinr, life, file, name, options):
    """Its three ways of normalising."""
    theirs = coinr(f"140_compind/BLI_normalise_{file}", index="country").to_numpy(float)

    np.testing.assert_allclose(normalised(name, life, options)[0], theirs, atol=1e-9)


@pytest.mark.parametrize(
    ("column", "name", "options", "standardised"),
    [
        ("mpi_POS", "mazziotta-pareto", MazziottaParetoOptions(divisor="n-1"), True),
        ("mpi_NEG", "mazziotta-pareto", MazziottaParetoOptions(penalty="added", divisor="n-1"), True),
        ("geom_equal", "geometric", ShiftOptions(), False),
        ("owa_p_atleast4", "owa", OwaOptions(positions=(1,) * 4 + (0,) * 7), False),
        ("owa_n_atleast4", "owa", OwaOptions(positions=(0,) * 7 + (1,) * 4), False),
        ("correct_genmean_p2", "generalised-mean", GeneralisedOptions(p=2), False),
        ("correct_mean_min_a0.5_b1", "mean-min", MeanMinOptions(penalty=0.5, smoothness=1), True),
    ],
)
def test_aggregates_like_compind(coinr, life, column, name, options, standardised):
    """Every mean that core has, and the corrected ones in place of those that are wrong there."""
    theirs = coinr("140_compind/BLI_indices", index="country")[column].to_numpy(float)
    scores = normalised("z-score", life, MPI) if standardised else life
    context = attrs.make_class("Context", ["members"])([Member(name=str(at)) for at in range(11)])
    ours = MEANS[name].apply(scores, np.full((1, 1, 11), 1 / 11), context, options)[0]

    np.testing.assert_allclose(ours, theirs, atol=1e-9)


def test_adjusts_the_mazziotta_pareto_index_like_compind(coinr):
    """Two years on one scale around the first year's mean, the footprint turned; published with 3 decimals."""
    rows = coinr("140_compind/HPI_ampi_input", index=None)
    goalposts = coinr("140_compind/HPI_ampi_goalposts", index="indicator")
    theirs = coinr("140_compind/HPI_ampi", index="ISO")
    values = np.stack(
        [rows[rows.year == year].set_index("ISO").loc[theirs.index, goalposts.index] for year in (2017, 2018)]
    )
    sign = np.where(goalposts.polarity == "NEG", -1, 1)
    pooled = (values * sign).reshape(1, -1, len(sign))
    scores = np.concatenate(
        [
            normalised("around-reference", pooled[..., [at]], AroundOptions(reference=sign[at] * goalposts.gp.iloc[at]))
            for at in range(len(sign))
        ],
        axis=-1,
    ).reshape(values.shape)
    context = attrs.make_class("Context", ["members"])([Member(name=name) for name in goalposts.index])
    ours = MEANS["mazziotta-pareto"].apply(
        scores, np.full((1, 1, len(sign)), 1 / len(sign)), context, MazziottaParetoOptions()
    )

    np.testing.assert_allclose(ours.T, theirs.to_numpy(float), atol=0.0005001)
    penalties = coinr("140_compind/HPI_ampi_penalty", index="ISO")
    np.testing.assert_allclose((scores.mean(axis=-1) - ours).T, penalties.loc[theirs.index], rtol=1e-9, atol=1e-9)
