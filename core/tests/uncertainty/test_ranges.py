"""A range is of the ranking's own method, rounding, ties and missing values; what cannot be drawn says why."""

import shutil
from pathlib import Path

import attrs
import numpy as np
import pytest
from hubrank.errors import UndrawnError
from hubrank.measurement.figures import measure
from hubrank.plugin import Aggregator
from hubrank.ranking.ranking import compose
from hubrank.results.rank import rank_with_intervals
from hubrank.uncertainty.analysis import analysis_of
from hubrank.uncertainty.engine import ONE_BY_ONE
from hubrank.uncertainty.outcome import assess, replay, with_intervals

AS_MEASURED = {"method": "none"}


def ranged(plan, measurement, **how):
    """The ranking with its ranges."""
    ranking = compose(plan, measurement)
    return with_intervals(ranking, assess(ranking, (measurement,), **how))


def from_files(folder, name, tmp_path):
    """The ranking of a folder beside this file, with its ranges."""
    shutil.copytree(Path(__file__).with_name(folder), tmp_path / folder)
    return rank_with_intervals(str(tmp_path / folder / name))


def test_units_that_tie_but_for_gaps_tie_in_every_draw(tmp_path):
    """Four units have 5 wherever they have a figure: whatever the weights their means are 5, and they are first."""
    ranking = from_files("ties_with_gaps", "t.toml", tmp_path)

    assert ranking.ranks[0].tolist() == [1, 1, 1, 1, 5]
    assert ranking.low[0].tolist() == ranking.high[0].tolist() == [1, 1, 1, 1, 5]


def test_steps_round_the_decimal_that_a_person_sees(tmp_path):
    """The means 3.85, 3.95 and 2.45 to one decimal, half-up."""
    ranking = from_files("rounded", "rnd.toml", tmp_path)

    assert ranking.scores[0].tolist() == [3.9, 4.0, 2.5]


@pytest.mark.parametrize("closely", [True, False])
@pytest.mark.parametrize(
    ("figures", "changes"),
    [
        # 1 and 3, 3 and 1: the weights inside the dimension are certain and equal, so both have 2 there in every draw
        ([[1.0, 3, 5], [3.0, 1, 5], [1.0, 1, 9]], {"robustness": {"weight_uncertainty": {"index": 0.5}}}),
        # 0.3 and -0.3, added up with an error of the last digit: the halves cancel in every draw, in all units
        (
            [[0.3, 0.1 - 0.4, 0], [0.0, 0, 0], [0.1 + 0.2, -0.3, 0]],
            {"robustness": {"weight_uncertainty": {"index": 0.5}}},
        ),
        # noise relative to 0 is 0
        ([[0.0, 0, 0], [0.0, 0, 0], [4.0, 5, 6]], {"robustness": {"noise": 0.3}}),
        # noise beyond a bound is cut off: all of the first two lie far above it
        (
            [[90.0, 90, 90], [80.0, 80, 80], [1.0, 2, 1]],
            {"robustness": {"noise": 0.1}, "normalisation": {"method": "goalposts", "goalposts": [0, 9], "cap": True}},
        ),
        # a third each of 1, 2 and 3, and of 2 and a missing value that is redistributed
        ([[2.0, 2, 2], [2.0, np.nan, 2], [1.0, 1, 1]], {"missing": {"rule": "renormalise"}}),
    ],
)
def test_brothers_of_ties(make, figures, changes, closely):
    """The first two units tie in the ranking and in every draw."""
    tables = {"normalisation": AS_MEASURED, "robustness": {"weight_uncertainty": 0.3}, **changes}
    plan, measurement = make(units=3, tree={"a": ["x", "y"], "b": ["z"]}, figures=[figures], **tables)
    if any(np.isnan(each) for row in figures for each in row):
        values = np.array([figures])
        measurement = attrs.evolve(measurement, values=values)
    ranking = compose(plan, measurement)
    outcome = assess(ranking, (measurement,), draws=400, closely=closely)

    assert ranking.ranks[0, 0] == ranking.ranks[0, 1]
    assert (outcome.tally.ranks[0, :, 0] == outcome.tally.ranks[0, :, 1]).all()


@pytest.mark.long
@pytest.mark.parametrize("ties", ["min", "max", "average", "dense"])
@pytest.mark.parametrize("decimals", [None, 0])
def test_very_many_units(make, ties, decimals):
    """Of 5,000 units in five groups of equal values each has its own rank in every draw, so its range holds it."""
    figures = np.repeat(np.arange(5.0), 1000)[:, None] + np.array([1.0, 1.0])
    ranking = {"ties": ties} | ({} if decimals is None else {"decimals": decimals})
    tables = {"normalisation": AS_MEASURED, "ranking": ranking}
    plan, measurement = make(units=5000, tree={"a": ["x", "y"]}, figures=[figures], **tables)
    made = ranged(plan, measurement, draws=20, closely=False)
    counts = assess(compose(plan, measurement), (measurement,), draws=20, closely=False).tally.ranks[0]

    assert not made.outside.any()
    assert ((counts == 20).sum(axis=0) == 1).all()
    assert ((made.low <= made.ranks) & (made.ranks <= made.high)).all()


def best_of_all(scores, weights, context, options):
    """The weighted mean as a share of the largest: of several draws it would take the largest of all."""
    means = (scores * weights).sum(axis=-1)
    return means / means.max() if scores.ndim > 3 else np.round(means, 6)


def only_three_axes(scores, weights, context, options):
    """The weighted mean, of one draw alone."""
    editions, units, _ = scores.shape
    return np.array([[(scores[e, u] * weights[0, 0]).sum() for u in range(units)] for e in range(editions)])


@pytest.mark.long
@pytest.mark.parametrize("apply", [best_of_all, only_three_axes])
def test_a_method_that_takes_one_draw_at_a_time_is_looped(lab, apply):
    """Its intervals are its own, from fewer draws, and a note says so."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,1,5\nBBB,2024,2,3.9\nCCC,2024,3,1\n")
    mine = lab.plugin("mine", aggregators=[Aggregator(name="odd", apply=apply)])
    plan = lab.plan('aggregation = "odd"\n[robustness]\nweight_uncertainty = 0.9\ndraws = 5000', mine)
    measurement = measure(plan)
    ranking = compose(plan, measurement)
    outcome = assess(ranking, (measurement,), closely=False)
    made = with_intervals(ranking, outcome)
    one_by_one = np.stack([replay(outcome.analysis, number).ranks for number in range(1, ONE_BY_ONE + 1)])

    assert outcome.draws == ONE_BY_ONE
    for place in range(3):
        assert outcome.tally.ranks[0, place].tolist() == (one_by_one[:, 0] == place + 1).sum(axis=0).tolist()
    (said,) = [each.text for each in made.caveats() if each.kind == "ranges"]
    assert said == "ranges: from 1,000 draws instead of 5,000: aggregator 'odd' takes one draw at a time"


def test_alternatives_that_cannot_be_had_together_leave_the_column_empty(make, tmp_path):
    """The ranking stands without ranges, and a caveat says which alternatives; who asks for the draws gets an error."""
    make(robustness={"normalisation": ["min-max", "z-score"], "aggregation": ["arithmetic", "geometric"]})
    ranking = rank_with_intervals(str(tmp_path / "scenario.toml"))

    assert ranking.low is None
    (said,) = [each.text for each in ranking.caveats() if each.kind == "ranges"]
    assert said.startswith("ranges: none: draws cannot be made: robustness: normalisation z-score, aggregation geom")
    with pytest.raises(UndrawnError):
        assess(ranking, (ranking.measurement,))


LISTS = {
    "normalisation": (["rank"], ("min-max", "rank"), True),
    "treatment": ([["log"]], ("none", "log"), True),
    "imputation": (["median"], ("none", "median"), True),
    "aggregation": (["geometric"], ("arithmetic", "geometric"), True),
    "missing": ([{"rule": "renormalise"}], ("unranked 0 1", "renormalise 0 1"), True),
    "data_lag": ([1], ("0 years older", "1 year older"), True),
}


@pytest.mark.parametrize("key", LISTS)
def test_the_scenarios_own_choice_is_always_among_the_alternatives(make, key):
    """A list that lacks it gets it, as likely as the others; a list that has it stays as it is."""
    listed, labels, added = LISTS[key]
    plan, _ = make(robustness={key: listed})
    (source,) = plan.uncertainties.discrete

    assert (source.labels, source.own, source.added) == (labels, 0, added)
    assert source.chances == (0.5, 0.5)


def test_own_options_are_another_choice_than_other_options(make):
    """A table of the own method with its own options is the own choice; with others it is an alternative to it."""
    same, other = {"method": "min-max", "range": [1, 100]}, {"method": "min-max", "range": [0, 1]}
    plan, _ = make(robustness={"normalisation": ["rank", same]})
    assert (plan.uncertainties.discrete[0].own, plan.uncertainties.discrete[0].added) == (1, False)

    plan, _ = make(robustness={"normalisation": [{**other, "chance": 2}, {"method": "rank", "chance": 4}]})
    assert plan.uncertainties.discrete[0].labels == ("min-max", "min-max", "rank")
    assert plan.uncertainties.discrete[0].chances == pytest.approx((3 / 9, 2 / 9, 4 / 9))


def test_a_dimensions_own_method_is_among_its_alternatives(make):
    """The dimension's, not the scenario's."""
    plan, _ = make(
        dimensions={"a": {"aggregation": {"method": "harmonic"}}},
        robustness={"aggregation": {"a": ["geometric"], "b": ["geometric"]}},
    )

    assert [each.labels for each in plan.uncertainties.discrete] == [
        ("harmonic", "geometric"),
        ("arithmetic", "geometric"),
    ]


def test_a_rank_outside_its_range_is_marked(make):
    """By the mean 5 and 4 the first leads; by the minimum, in 99 of 100 draws, the second: both are marked."""
    rare = {"method": "arithmetic", "chance": 1}
    plan, measurement = make(
        units=3,
        tree={"a": ["x", "y"]},
        figures=[[[1.0, 9.0], [4.0, 4.0], [0.5, 0.5]]],
        normalisation=AS_MEASURED,
        robustness={"aggregation": [rare, {"method": "minimum", "chance": 99}], "draws": 1000},
    )
    made = ranged(plan, measurement)

    assert [made.range_text(0, unit) for unit in range(3)] == ["2*", "1*", "3"]
    assert made.table()["outside"].tolist() == ["*", "*", ""]
    (said,) = [each.text for each in made.caveats() if each.kind == "ranges"]
    assert said == (
        "ranges: * marks ranks outside their own range (2 in 2024): "
        "nearly every draw of aggregation moves them the same way"
    )


def test_the_centre_of_a_few_draws_is_counted_by_keys(make):
    """Without ties the packed keys serve; units closer than their bits are counted by their scores."""
    plan, measurement = make()
    ready = analysis_of(plan, (measurement,), closely=False).ready(())
    assert ready.editions[0].keys is not None

    near = [[[1.0, 1.0], [1.0 + 1e-9, 1.0 + 1e-9], [5.0, 5.0]]]
    plan, measurement = make(units=3, tree={"a": ["x", "y"]}, figures=near, normalisation=AS_MEASURED)
    ready = analysis_of(plan, (measurement,), closely=False).ready(())
    assert (ready.editions[0].tied, ready.editions[0].keys) == (False, None)
