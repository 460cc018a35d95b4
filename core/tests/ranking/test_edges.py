"""Extreme numbers: results that overflow, vanish or cancel are computed, or reported with unit and indicator."""

import warnings

import numpy as np
import pytest
from hubrank.plugin import ScenarioError
from hubrank.testing.made_up import Workshop
from hypothesis import given, settings
from hypothesis import strategies as st

UNITS, MEMBERS = 6, 5
ODD = (0.0, 5e-324, 1e-310, 1e-308, 1e-200, 1e-155, 1e-100, 1.0, 1 + 2**-52, 3.0, 1e100, 1e155, 1e200, 1e308, 1.7e308)

#: Every built-in method with the options that it needs, and some that lead to an edge.
CHANGES = [
    *(
        f'[treatment]\nsteps = [{{ method = "{each} }}]\n'
        for each in (
            'log"',
            'log", shift = 1',
            'square-root"',
            'power", exponent = 2',
            'power", exponent = 1000',
            'winsorise", points = 1',
            'winsorise", fences = 1.5',
            'winsorise", quantile = 0.1',
            'box-cox", shift = 1',
            'box-cox", from_one = true',
            'yeo-johnson"',
            'rank-exponential"',
            'log-from-lowest"',
            'log-from-lowest", mirror = true',
            'log-over-range", factor = 100',
            'skew-kurtosis"',
            'skew-kurtosis", then = "box-cox"',
        )
    ),
    *(
        f'[normalisation]\nmethod = "{each}\n'
        for each in (
            'none"',
            'min-max"',
            'z-score"',
            'goalposts"',
            'goalposts"\ngoalposts = [-1e308, 1e308]',
            'scaled"\ngoalposts = [0, 5e-324]',
            'logistic"\nsteepness = 1e308',
            'bands"\ncuts = [0.0, 1.0]\nmarks = [0.0, 1.0, 2.0]',
            'quantile-bands"\ncuts = [0.5]\nmarks = [0.0, 1.0]',
            'sum"',
            'vector"',
            'max"',
            'linear"',
            'logarithmic"',
            'distance-to-max"',
            'distance-to-unit"\nunit = "U0"',
            'distance-to-target"\ntarget = 1e308',
            'around-reference"',
            'above-below-mean"',
            'rank"',
            'percentile-rank"',
        )
    ),
    *(
        f'normalisation = "none"\n[aggregation]\nmethod = "{each}\n'
        for each in (
            'arithmetic"',
            'geometric"',
            'geometric"\nat_zero = "zero"',
            'harmonic"',
            'harmonic"\nat_zero = "missing"',
            'generalised-mean"\np = 1000',
            'generalised-mean"\np = -1000',
            'generalised-mean"\np = 1e-300',
            'sum"',
            'product"',
            'minimum"',
            'maximum"',
            'median"',
            'owa"\norness = 0.3',
            'copeland"',
            'borda"',
            'mazziotta-pareto"',
            'mazziotta-pareto"\ndivisor = "n-1"',
            'mean-min"',
            'mean-min"\nsmoothness = 0',
        )
    ),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A workshop for the module: each plan is bound once."""
    return Workshop(tmp_path_factory.mktemp("edges"))


sizes = st.sampled_from(ODD)
signed = st.builds(lambda size, sign: sign * size, sizes, st.sampled_from((1.0, -1.0)))
columns = st.one_of(
    st.lists(sizes, min_size=2 * UNITS, max_size=2 * UNITS),
    st.lists(sizes.filter(bool), min_size=2 * UNITS, max_size=2 * UNITS),
    st.lists(signed, min_size=2 * UNITS, max_size=2 * UNITS),
    st.sampled_from(ODD).map(lambda size: [size * (at % 4 + 1) / 4 for at in range(2 * UNITS)]),
    st.just([1.0 + at for at in range(2 * UNITS)]),
)


@settings(max_examples=25)
@given(change=st.sampled_from(CHANGES), drawn=st.lists(columns, min_size=MEMBERS, max_size=MEMBERS), gap=st.booleans())
def test_extreme_columns_are_computed_or_reported(shop, change, drawn, gap):
    """Every method gives finite scores or an error of the scenario, and never a warning."""
    values = np.moveaxis(np.array(drawn).reshape(MEMBERS, 2, UNITS), 0, -1).copy()
    if gap:
        values[1, 2, 0] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            ranking = shop.rank(shop.plan(change), values)
        except ScenarioError as error:
            assert all(each.where and each.what for each in error.problems)
            return
    assert not np.isinf(ranking.scores).any()
    ranked = ~np.isnan(ranking.scores)
    np.testing.assert_array_equal(ranked, ~np.isnan(ranking.ranks))


def flat(shop, method, *rows, options=""):
    """Six units whose values are the scores of one dimension of two indicators, the last of these rows again."""
    plan = shop.plan(
        'normalisation = "none"\nexclude = ["money", "ideas"]\n[dimensions]\nall = {}\n'
        '[indicators]\nf = { indicator = "value", dimension = "all", options = { column = "a" } }\n'
        'g = { indicator = "value", dimension = "all", options = { column = "b" } }\n'
        f'[aggregation]\nmethod = "{method}"\n{options}'
    )
    values = np.full((2, UNITS, len(plan.indicators)), 1.0)
    keys = [each.key for each in plan.indicators]
    for at in range(UNITS):
        values[:, at, [keys.index("f"), keys.index("g")]] = rows[min(at, len(rows) - 1)]
    return shop.rank(plan, values)


def first_column(shop, changes, column):
    """The ranking of values of which the first column is this, and others from 1 to 6."""
    values = np.ones((2, UNITS, MEMBERS)) * np.arange(1.0, UNITS + 1)[:, None]
    values[..., 0] = column
    return shop.rank(shop.plan(changes), values)


@pytest.mark.parametrize(
    ("method", "options", "pair", "score"),
    [
        ("harmonic", "", (1e-308, 1e-308), 1e-308),
        ("harmonic", "", (2e-320, 1e100), 4e-320),  # 2 / (1 / 2e-320 + nothing)
        ("geometric", "", (1e-300, 1e-200), 1e-250),
        ("geometric", "", (1e100, 1e-308), 1e-104),
        ("generalised-mean", "p = -1000", (1e-300, 1e100), 1e-300 * 2**0.001),
        ("generalised-mean", "p = 1000", (1e-300, 1e100), 1e100 * 0.5**0.001),
        ("generalised-mean", "p = 1e-300", (4.0, 9.0), 6.0),  # the geometric mean, which it nears
        ("generalised-mean", "p = -1e-9", (4.0, 9.0), 6.0),
        ("mazziotta-pareto", "", (1e140, 3e140), 1.5e140),  # 2e140 less (1e140)^2 / 2e140
        ("mazziotta-pareto", "", (1e-200, 3e-200), 1.5e-200),
        ("mean-min", "smoothness = 0\npenalty = 0.5", (1e140, 3e140), 1.5e140),  # half of the distance of 1e140 off
        ("mean-min", "smoothness = 0\npenalty = 0.5", (1e-200, 3e-200), 1.5e-200),
        ("product", "", (1e-100, 1e-200), 1e-300),
    ],
)
def test_means_of_extreme_scores(shop, method, options, pair, score):
    """What can be computed is, however large or small."""
    assert flat(shop, method, pair, options=options).scores[0, 0] == pytest.approx(score, rel=1e-9)


@pytest.mark.parametrize(
    ("method", "pair", "told"),
    [
        ("product", (1e-300, 1e-300), "the product of U0, U1, U2, U3, U4, U5 in edition 2023 is smaller than"),
        ("product", (1e300, 1e300), "'product' makes no finite number for U0, U1, U2, U3, U4, U5 in edition 2023"),
        ("sum", (1e308, 1e308), "1e+308 of 'f' is too large"),
        ("median", (1.7e308, 1.7e308), "'median' makes no finite number"),
        # Beyond 1e150 nothing could be explained any more.
        ("arithmetic", (1e200, 3.0), "indicator 'f', normalised, is 1e+200 for U0, U1, U2, U3, U4, U5 in edition"),
    ],
)
def test_overflow_is_reported(shop, method, pair, told):
    """With units, edition, dimension and the member that is to blame."""
    with pytest.raises(ScenarioError) as caught:
        flat(shop, method, pair)
    assert told in str(caught.value)


def test_scores_that_cancel_tie(shop):
    """0.1 + 0.7 - 0.8 and the like: halves of 1.1 and -1.1 in any order are 0, not 2.8e-17 or so."""
    made = flat(shop, "arithmetic", (0.3, 0.1 - 0.4), (0.1 + 0.2, -0.3), (-0.3, 0.1 + 0.2), (0.0, 0.0))

    assert made.scores[0].tolist() == [0.0] * 6
    assert made.ranks[0].tolist() == [1] * 6


@pytest.mark.parametrize("size", [1e-320, 1e-200, 1.0, 1e155, 1e307])
@pytest.mark.parametrize(
    ("normalisation", "expected"),
    [
        ('method = "min-max"\nrange = [0, 1]', [0, 0.2, 0.4, 0.6, 0.8, 1]),
        ('method = "z-score"\ndivisor = "n"', [(at - 2.5) / (35 / 12) ** 0.5 for at in range(6)]),
        ('method = "sum"', [at / 51 for at in range(6, 12)]),
        ('method = "vector"', [at / 451**0.5 for at in range(6, 12)]),
        ('method = "max"', [at / 11 for at in range(6, 12)]),
        ('method = "around-reference"\nrange = [-1, 1]', [-1, -0.6, -0.2, 0.2, 0.6, 1]),
        ('method = "logistic"', [1 / (1 + np.exp(-(at - 2.5) / 3.5**0.5)) for at in range(6)]),
    ],
)
def test_scales_of_any_size(shop, size, normalisation, expected):
    """6, 7 ... 11 on each scale, times a size: the unit of measure does not matter."""
    changes, column = f"[normalisation]\n{normalisation}", size * np.arange(6.0, 12)
    if size == 1e307 and ("sum" in normalisation or "vector" in normalisation):
        with pytest.raises(ScenarioError, match="of 'a' is larger than a number can be"):
            first_column(shop, changes, column)
        return
    made = first_column(shop, changes, column)

    np.testing.assert_allclose(made.normalised[0, :, 0], expected, rtol=2e-3 if size == 1e-320 else 1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("stage", "changes", "column", "expected"),
    [
        # From -1.7e308 to 1.7e308: 0 is in the middle, though the range is no number.
        (
            "normalised",
            '[normalisation]\nmethod = "min-max"\nrange = [0, 1]',
            [-1.7e308, 1.7e308, 0, 0.85e308, -0.85e308, 1e-300],
            [0, 1, 0.5, 0.75, 0.25, 0.5],
        ),
        # 1 + 2^-52 beside ones is rounding, and does not distinguish units.
        ("normalised", '[normalisation]\nmethod = "z-score"', [1, 1 + 2**-52, 1, 1, 1, 1], [0] * 6),
        # ln(2^-1074) = -1074 ln 2.
        ("treated", '[treatment]\nsteps = ["log"]', [5e-324, *range(2, 7)], [-1074 * np.log(2), *np.log(range(2, 7))]),
    ],
)
def test_columns_at_an_edge(shop, stage, changes, column, expected):
    """What can be computed is."""
    np.testing.assert_allclose(getattr(first_column(shop, changes, column), stage)[0, :, 0], expected)


@pytest.mark.parametrize(
    ("steps", "value", "told"),
    [
        (
            '{ method = "power", exponent = 1000 }',
            5.0,
            "'power' makes no finite number for U0, U2, U3, U4, U5 in",
        ),
        ('{ method = "power", exponent = 1000 }', 0.1, "member 'a' has 2 values that are so small that its power is 0"),
        ('{ method = "power", exponent = 2 }', 1e-200, "so small that its power is 0"),
        ('{ method = "yeo-johnson", exponent = 3 }', 1e200, "1e+200 of 'a' is too large"),
        ('{ method = "log-from-lowest", plus = 1e308 }', 1.7e308, "'log-from-lowest' makes no finite number for U0"),
    ],
)
def test_overflow_in_treatment_is_reported(shop, steps, value, told):
    """With the step's place in the scenario."""
    with pytest.raises(ScenarioError, match=r"treatment\[0\]") as caught:
        first_column(shop, f"[treatment]\nsteps = [{steps}]", [value, *range(2, 7)])
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        (
            "[indicators.a]\nweight = 1e308\n[indicators.b]\nweight = 1e308",
            r"3  indicators\.a\.weight: must be at most",
        ),
        (
            "[indicators.a]\nweight = 1e-320",
            r"3  indicators\.a\.weight: must be 0 or at least 1e-30; got 9\.99989e-321",
        ),
        ("[dimensions.ideas]\nweight = 1e-16", r"3  dimensions\.ideas\.weight: is 1e-16, while 'money' has 2"),
        ('[weighting]\nmethod = "swing"\npoints = { a = 1e308, b = 1e308 }', r"points\.a: must be at most 1e\+30"),
    ],
)
def test_odd_weights_are_reported_with_their_place(shop, weights, told):
    """At load, with the line."""
    with pytest.raises(ScenarioError, match=told):
        shop.plan(weights)


def test_overflow_in_a_deviation_is_reported(shop):
    """Three of 1.7e308 and three of -1.7e308 deviate by 1.86e308: all z-scores would be 0."""
    with pytest.raises(ScenarioError, match="the standard deviation of 'a' is larger than a number can be"):
        first_column(shop, '[normalisation]\nmethod = "z-score"', [-1.7e308, 1.7e308] * 3)
