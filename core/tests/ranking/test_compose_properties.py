"""What holds of every ranking, whatever the values."""

import attrs
import numpy as np
import pytest
from hubrank.measurement.measurement import Measurement
from hubrank.plugin import Aggregator, Normalisation
from hubrank.ranking.pipeline import aggregate
from hubrank.ranking.pretreatment import pretreated
from hubrank.ranking.ranking import compose
from hubrank.scenario.load import load
from hubrank.scenario.resolve import resolve
from hypothesis import given, settings
from hypothesis import strategies as st

quick = settings(max_examples=8)

#: Numbers that no sum of five loses a digit of.
numbers = st.integers(0, 1000).map(lambda each: each / 8)

UNITS = "unit,name\n" + "".join(f"U{at},Unit {at}\n" for at in range(6))
SCENARIO = """
editions = [2023, 2024]
[dimensions]
soil = {{ parent = "life", weight = 2 }}
[indicators]
c = {{ indicator = "value", dimension = "soil", weight = {c} }}
d = {{ indicator = "value", dimension = "soil", direction = -1 }}
a = {{ weight = {a} }}
[aggregation]
method = "{mean}"
[normalisation]
method = "bent"
[missing]
rule = "renormalise"
"""


def _bent(values, *_):
    return np.sqrt(values + 2000)


def _halves(scores, weights, *_):
    """A mean that does not compensate in full: half the mean, half the least."""
    least = np.where(weights > 0, scores, np.inf).min(axis=-1)
    with np.errstate(invalid="ignore"):
        return np.where(np.isinf(least), np.nan, (scores * weights).sum(axis=-1) / 2 + least / 2)


@pytest.fixture
def ranked(lab):
    """A function that composes a panel `(2, 6, 4)` of values under two weights and an aggregator."""
    mine = lab.plugin(
        "mine",
        normalisations=[Normalisation(name="bent", fit=lambda *_: None, apply=_bent)],
        aggregators=[Aggregator(name="halves", apply=_halves)],
    )
    registry = lab.registry(mine)
    lab.write("units.csv", UNITS)

    def composed(values, a=1.0, c=1.0, mean="mean"):
        path = lab.write("mine.toml", 'extends = "base.toml"\n' + SCENARIO.format(a=a, c=c, mean=mean))
        plan = resolve(load(path, registry), registry)
        return compose(plan, _measurement(plan, values))

    return composed


def _measurement(plan, values):
    texts = np.full(values.shape, "", dtype=object)
    keys = tuple(each.key for each in plan.indicators)
    return Measurement(indicators=keys, values=values, origins=texts, vintages=texts, methods=texts, inputs=())


@st.composite
def panels(draw, gaps=True):
    """Values of two editions, six units and four indicators, some of them missing, never all of a unit's."""
    flat = draw(st.lists(numbers, min_size=48, max_size=48))
    values = np.array(flat).reshape(2, 6, 4)
    if gaps:
        for at in draw(st.sets(st.integers(0, 47), max_size=10)):
            values.reshape(-1)[at] = np.nan
    values[np.isnan(values).all(axis=-1)] = 1.0
    return values


aggregators = st.sampled_from(["mean", "least", "halves"])


@quick
@given(values=panels(), factor=st.sampled_from([0.5, 2, 1024]), mean=aggregators)
def test_scaling_all_weights_changes_nothing(ranked, values, factor, mean):
    """Weights are relative within a dimension."""
    first = ranked(values, c=3.0, mean=mean)
    scaled = ranked(values, c=3.0, mean=mean)
    tree = scaled.plan.tree
    members = {
        node.name: attrs.evolve(
            node, members=tuple(attrs.evolve(each, weight=each.weight * factor) for each in node.members)
        )
        for node in tree
    }
    plan = attrs.evolve(scaled.plan, tree=type(tree)(tuple(members.values())))

    np.testing.assert_array_equal(compose(plan, scaled.measurement).scores, first.scores)


@quick
@given(values=panels(), order=st.permutations(range(6)), mean=aggregators)
def test_permuting_units_permutes_ranks(ranked, values, order, mean):
    """The order of the units means nothing."""
    first, permuted = ranked(values, mean=mean), ranked(values[:, order], mean=mean)

    np.testing.assert_array_equal(permuted.scores, first.scores[:, order])
    np.testing.assert_array_equal(permuted.ranks, first.ranks[:, order])


@quick
@given(values=panels(), others=st.lists(numbers, min_size=12, max_size=12), mean=aggregators)
def test_an_indicator_of_weight_0_changes_nothing(ranked, values, others, mean):
    """What has no weight may be anything, or missing."""
    values[:, :, 0] = np.array(others).reshape(2, 6)
    first = ranked(values, a=0.0, mean=mean)
    values = values.copy()
    values[:, ::2, 0] = np.nan
    values[:, 1::2, 0] += 7
    second = ranked(values, a=0.0, mean=mean)
    unmeasured = np.isnan(values).all(axis=-1)

    np.testing.assert_array_equal(second.scores, np.where(unmeasured, np.nan, first.scores))


@quick
@given(
    values=panels(gaps=False),
    unit=st.integers(0, 5),
    indicator=st.integers(0, 3),
    more=st.sampled_from([0.125, 1, 500]),
    mean=aggregators,
)
def test_more_is_never_worse(ranked, values, unit, indicator, more, mean):
    """A unit that gains in an indicator, less where less is better, loses neither score nor rank."""
    first = ranked(values, mean=mean)
    sign = -1 if first.plan.ranked[indicator].direction < 0 else 1
    better = values.copy()
    better[0, unit, indicator] += sign * more
    second = ranked(better, mean=mean)

    assert second.scores[0, unit] >= first.scores[0, unit]
    assert second.ranks[0, unit] <= first.ranks[0, unit]
    np.testing.assert_array_equal(second.scores[1], first.scores[1])


@pytest.mark.long
@quick
@given(first=panels(), second=panels(), mean=aggregators)
def test_batched_is_looped(ranked, first, second, mean):
    """Draws in front of the array give what each gives alone."""
    one, two = ranked(first, mean=mean), ranked(second, mean=mean)
    plan = one.plan
    everyone = np.ones((2, 6), dtype=bool)
    *_, normalised = pretreated(plan, np.stack([first, second]), everyone)
    nodes = aggregate(plan, normalised)

    for name, made in nodes.items():
        np.testing.assert_array_equal(made.scores, np.stack([one.nodes[name].scores, two.nodes[name].scores]))


@pytest.mark.long
@quick
@given(values=panels(), mean=aggregators)
def test_editions_are_apart(ranked, values, mean):
    """Where nothing is learnt from other editions, an edition's scores are those that it has alone."""
    both = ranked(values, mean=mean)
    swapped = ranked(values[::-1], mean=mean)

    np.testing.assert_array_equal(swapped.scores, both.scores[::-1])
