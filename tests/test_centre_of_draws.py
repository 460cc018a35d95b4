"""A draw whose uncertainties are all at their centre is the ranking: every method, scenario and way to count draws."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hubrank.errors import ScenarioError
from hubrank.measurement.figures import measure
from hubrank.plugin.registry import Registry
from hubrank.ranking.ranking import compose
from hubrank.scenario.load import load
from hubrank.scenario.resolve import resolve
from hubrank.testing.made_up import write_random_scenario
from hubrank.uncertainty.analysis import analysis_of
from hubrank.uncertainty.sampling import Draws
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.long

REGISTRY = Registry.installed()
#: Two scores that differ by less of the largest are one in single precision, once a dozen members are added.
ALIKE = 1e-6
#: Options of methods that have no defaults.
OPTIONS = {
    "generalised-mean": {"p": 0.5},
    "owa": {"orness": 0.3},
    "bands": {"cuts": [1, 2], "marks": [1, 2, 3]},
    "distance-to-target": {"target": 2},
    "distance-to-unit": {"unit": "U0003"},
    "quantile-bands": {"cuts": [0.3, 0.6], "marks": [1, 2, 3]},
    "scaled": {"goalposts": [0, 5]},
    "min-max": {"range": [1, 100]},
    "goalposts": {"goalposts": [0, 9]},
    "around-reference": {"reference": 2},
}
OPTIONS |= {name: {"costs": True} for name in ("pymcdm-moora", "skcriteria-copras")}
OPTIONS |= {
    name: {"point": {"c1": 30.0, "c2": 30.0, "c3": 30.0}}
    for name in ("pymcdm-balanced-spotis", "pymcdm-ervd", "skcriteria-ervd")
}


def method(name, **more):
    """A method with the options that it needs."""
    return {"method": name, **OPTIONS.get(name, {}), **more}


#: The same of weightings, which name the members of the dimension `c`.
POINTS = {"c1": 50.0, "c2": 30.0, "c3": 20.0}
OPTIONS |= {
    "ahp": {"comparisons": {"c1": {"c2": 2.0, "c3": 4.0}, "c2": {"c3": 2.0}}},
    "best-worst": {
        "best": "c1",
        "worst": "c3",
        "best_to_others": {"c2": 2.0, "c3": 4.0},
        "others_to_worst": {"c2": 2.0},
    },
    "budget": {"allocations": [POINTS, {"c1": 10.0, "c2": 80.0, "c3": 10.0}]},
    "correlation-optimised": {"aim": "information"},
    "rank-order": {"order": list(POINTS)},
    "swing": {"points": POINTS},
}
#: Scales that most methods take, tried in turn where a method rejects the drawn one.
SCALES = ("min-max", "none", "max")
#: The tree of the random scenarios: dimensions of one, two and three indicators.
TREE = {"a": ("a1",), "b": ("b1", "b2"), "c": ("c1", "c2", "c3")}


#: Methods that are tried in every run; all others, of which there are many, in the long one.
OFTEN = {"arithmetic", "geometric", "harmonic", "min-max", "rank", "correlation-optimised"}


def names(kind):
    """The installed methods of a kind."""
    return [
        name if name in OFTEN else pytest.param(name, marks=pytest.mark.long) for name in sorted(REGISTRY.names(kind))
    ]


@st.composite
def circumstances(draw):
    """All that a ranking's method has beside its aggregation and normalisation."""
    return {
        "seed": draw(st.integers(0, 999)),
        "coarse": draw(st.booleans()),
        "gaps": draw(st.sampled_from([0.0, 0.15, 0.3])),
        "missing": draw(st.sampled_from([{"rule": "renormalise"}, {"rule": "unranked"}])),
        "ranking": {
            "ties": draw(st.sampled_from(["min", "max", "average", "dense"])),
            "best": draw(st.sampled_from(["highest", "lowest"])),
            "rounding": draw(st.sampled_from(["half-even", "half-up"])),
            **draw(st.sampled_from([{}, {"decimals": 0}, {"decimals": 2}])),
        },
        "robustness": {
            "draws": 50,
            **draw(
                st.sampled_from(
                    [
                        {"weight_uncertainty": 0.25},
                        {"weight_uncertainty": "any"},
                        {"weight_uncertainty": {"index": 0.4}},
                        {"weight_uncertainty": {"distribution": "dirichlet"}, "exclude": True},
                        {"exclude": {"units": ["U0002"]}},
                    ]
                )
            ),
        },
    }


def ranked(folder, aggregation, normalisation, around, everywhere=True):
    """A random scenario, ranked, with an aggregation everywhere or in the dimension `c` alone."""
    if everywhere:
        return written(folder, normalisation, around, aggregation=method(aggregation))
    own = {"c": {"aggregation": method(aggregation)}}
    return written(folder, normalisation, around, aggregation="arithmetic", dimensions=own)


def written(folder, normalisation, around, **tables):
    """A random scenario, ranked; its values are small whole numbers where they are coarse, so that units tie."""
    around = dict(around)
    rng = np.random.default_rng(around["seed"])
    shape = (2, 8, sum(map(len, TREE.values())))
    path = write_random_scenario(
        folder,
        units=8,
        tree=TREE,
        editions=(2023, 2024),
        figures=(rng.integers(2, 5, shape) if around.pop("coarse") else 1 + rng.lognormal(size=shape)).astype(float),
        normalisation=method(normalisation),
        **{"indicators": {"c3": {"direction": -1}}, **around, **tables},
    )
    plan = resolve(load(path, REGISTRY), REGISTRY)
    return compose(plan, measure(plan))


def ranked_with(folder, tables, around):
    """A random scenario with tables of its own, ranked; if refused with a box of weights, then without gaps."""
    boxed = {**around, "robustness": {"draws": 50, "weight_uncertainty": 0.25}}
    for circumstance in (around, boxed, {**boxed, "gaps": 0.0, "coarse": False}):
        merged = {**tables, "ranking": {**circumstance["ranking"], **tables.get("ranking", {})}}
        if "indicators" in tables:
            merged["indicators"] = {"c3": {"direction": -1}, **tables["indicators"]}
        try:
            return written(folder, "min-max", circumstance, **merged)
        except ScenarioError as error:
            said = error
    raise said


def ranked_somehow(folder, aggregation, scales, around):
    """Ranked on the first scale that the method takes, in the dimension `c` alone where it cannot be the root's.

    Where it is undefined for these values on every scale, others are drawn.
    """
    easy = {**around, "gaps": 0.0, "coarse": False}
    others = [{**easy, "seed": 1000 + seed} for seed in range(5)]
    for circumstance, everywhere in ((around, True), *((one, False) for one in (around, easy, *others))):
        for scale in scales:
            try:
                return ranked(folder, aggregation, scale, circumstance, everywhere)
            except ScenarioError as error:
                said = error
    raise said


def weighted_somehow(folder, weighting, around):
    """Ranked with a weighting of the dimension `c`; where another package's is undefined, with other values."""
    foreign = weighting.startswith(("pymcdm-", "skcriteria-"))
    for seed in (around["seed"], *(range(1000, 1005) if foreign else ())):
        try:
            return ranked_with(
                folder, {"dimensions": {"c": {"weighting": method(weighting)}}}, {**around, "seed": seed}
            )
        except ScenarioError as error:
            said = error
    raise said


def assert_ranks(made, ranking):
    """Ranks of numbers in single precision are the ranking's, except for scores that these cannot distinguish."""
    given, ranks, scores = np.nan_to_num(made), np.nan_to_num(ranking.ranks), ranking.scores
    for edition, unit in zip(*np.nonzero(given != ranks), strict=True):
        near = np.abs(scores[edition] - scores[edition, unit]) < ALIKE * np.nanmax(np.abs(scores[edition]))
        assert given[edition, unit] in ranks[edition][near]


def assert_the_centre_is_the_ranking(ranking, measurements=None, single=False):
    """With the scenario's own weights, by scores and counted, of no alternative and of the scenario's own."""
    analysis = analysis_of(ranking.plan, measurements or (ranking.measurement,), closely=False)
    raw = analysis.design.weights.certain()
    own = np.array([[each.own] for each in ranking.plan.uncertainties.discrete], dtype=np.intp).reshape(-1, 1)
    for choices in (np.full_like(own, -1), own):
        draw = Draws(choices=choices, raw=raw.astype(np.float32) if single else raw)
        assert_ranks(analysis.ranks(draw)[0], ranking)
        tally = analysis.empty()
        analysis.add_draws(tally, draw, closer=False)
        counted = np.where((tally.ranks.sum(axis=1) > 0), analysis.bins.low[tally.ranks.argmax(axis=1)], np.nan)
        assert_ranks(counted, ranking)


FEW = settings(max_examples=4, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.explicit, Phase.generate])


@pytest.mark.parametrize("aggregation", names("aggregator"))
def test_every_aggregation(aggregation):
    """With any missing rule, rounding, ties and missing values, on a scale that it takes.

    Draws of some values are undefined for methods of other packages: then others are drawn.
    """
    foreign = aggregation.startswith(("pymcdm-", "skcriteria-"))

    @FEW
    @given(circumstances())
    def hold(around):
        with tempfile.TemporaryDirectory() as folder:
            for seed in (around["seed"], *(range(1000, 1005) if foreign else ())):
                try:
                    ranking = ranked_somehow(Path(folder), aggregation, SCALES, {**around, "seed": seed})
                    return assert_the_centre_is_the_ranking(ranking)
                except ScenarioError as error:
                    said = error
            raise said

    hold()


@pytest.mark.parametrize("normalisation", names("normalisation"))
@pytest.mark.filterwarnings("default")
def test_every_normalisation(normalisation):
    """With means of every form below the root, in 64 bits and in 32."""

    @FEW
    @given(circumstances(), st.sampled_from(["arithmetic", "geometric", "harmonic", "median"]))
    def hold(around, aggregation):
        with tempfile.TemporaryDirectory() as folder:
            ranking = ranked_somehow(Path(folder), aggregation, (normalisation, *SCALES), around)
            assert_the_centre_is_the_ranking(ranking)
            assert_the_centre_is_the_ranking(ranking, single=True)

    hold()


@pytest.mark.parametrize("weighting", names("weighting"))
def test_every_weighting(weighting):
    """Weights that are worked out from scores, in a dimension of three members; draws vary around them.

    Those of other packages are undefined for some values (CILOS where one unit is the best in every member): then
    others are drawn.
    """

    @FEW
    @given(circumstances())
    def hold(around):
        with tempfile.TemporaryDirectory() as folder:
            assert_the_centre_is_the_ranking(weighted_somehow(Path(folder), weighting, around))

    hold()
