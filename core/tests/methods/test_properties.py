"""What every built-in method promises, whatever the values."""

from __future__ import annotations

import attrs
import numpy as np
import pandas as pd
import pytest
from hubrank import Context, Member, MethodError, Units
from hubrank.methods import builtins
from hypothesis import given, reject, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.long

DRAWS, EDITIONS, UNITS, MEMBERS = 2, 3, 6, 3

#: Options of the methods that have some without a default.
OPTIONS = {
    ("imputation", "constant"): {"value": 7.0},
    ("imputation", "group-mean"): {"by": "continent"},
    ("imputation", "group-median"): {"by": "continent"},
    ("treatment", "power"): {"exponent": 2.0},
    ("treatment", "winsorise"): {"points": 1},
    ("normalisation", "scaled"): {"goalposts": (0.0, 50.0)},
    ("normalisation", "distance-to-unit"): {"unit": "U1"},
    ("normalisation", "distance-to-target"): {"target": 150.0},
    ("normalisation", "bands"): {"cuts": (10.0, 50.0), "marks": (0.0, 1.0, 2.0)},
    ("normalisation", "quantile-bands"): {"cuts": (0.25, 0.5), "marks": (0.0, 1.0, 2.0)},
    ("weighting", "budget"): {"allocations": ({"a": 60.0, "b": 40.0, "c": 0.0}, {"a": 1.0, "b": 1.0, "c": 2.0})},
    ("weighting", "swing"): {"points": {"a": 100.0, "b": 50.0, "c": 50.0}},
    ("weighting", "rank-order"): {"order": ("b", "a", "c")},
    ("weighting", "ahp"): {"comparisons": {"a": {"b": 2.0, "c": 4.0}, "b": {"c": 2.0}}},
    ("weighting", "best-worst"): {
        "best": "a",
        "worst": "c",
        "best_to_others": {"b": 2.0, "c": 4.0},
        "others_to_worst": {"a": 4.0, "b": 2.0},
    },
    ("weighting", "correlation-optimised"): {"within": 1.0},
    ("aggregator", "generalised-mean"): {"p": 0.5},
    ("aggregator", "owa"): {"orness": 0.3},
    ("rescaling", "scale"): {"by": 2.0},
    ("rescaling", "shift"): {"by": 2.0},
    ("rescaling", "power"): {"exponent": 2.0},
    ("rescaling", "cap"): {"low": 10.0, "high": 50.0},
    ("rescaling", "round"): {"decimals": 0, "mode": "half-up"},
}

SHAPE = (DRAWS, EDITIONS, UNITS, MEMBERS)


def whole_numbers(*below):
    """Arrays of whole numbers from 0, drawn as one text of bytes, below one of these limits; a low one makes ties."""
    return st.builds(
        lambda drawn, limit: (np.frombuffer(drawn, np.uint16) % limit).reshape(SHAPE),
        st.binary(min_size=2 * int(np.prod(SHAPE)), max_size=2 * int(np.prod(SHAPE))),
        st.sampled_from(below),
    )


values = whole_numbers(396, 20, 4).map(lambda drawn: (drawn + 5) / 4)
gaps = whole_numbers(5).map(lambda drawn: drawn == 0)
orders = st.permutations(range(UNITS))
member_orders = st.permutations(range(MEMBERS))
shares = whole_numbers(5).map(lambda drawn: drawn.astype(float))

FRAME = pd.DataFrame(
    {"name": [f"U{at}" for at in range(UNITS)], "continent": ["x", "x", "y", "y", "z", "x"]},
    index=pd.Index([f"U{at}" for at in range(UNITS)], name="unit"),
)


def context_of(order=range(UNITS), members=range(MEMBERS), direction=1):
    """Three editions of six units, in an order, with three members, in an order."""
    return Context(
        editions=(2020, 2022, 2023),
        units=Units(frame=FRAME.iloc[list(order)]),
        members=tuple(Member(name="abc"[at], direction=direction, weight=at + 1.0) for at in members),
        rng=np.random.default_rng(0),
    )


def parts(kind):
    """Every record of a kind with its options, as parameters of a test."""
    records = getattr(builtins, f"hubrank_{kind}s")()
    return pytest.mark.parametrize(
        ("record", "options"),
        [pytest.param(each, each.options(**OPTIONS.get((kind, each.name), {})), id=each.name) for each in records],
    )


def dozens(function):
    """A few dozen values, the same each time."""
    return settings(max_examples=10, deadline=None, derandomize=True)(function)


def tried(function, *arguments):
    """What it gives; values that a method refuses with a clear error are passed over."""
    try:
        return function(*arguments)
    except MethodError as error:
        assert str(error)
        reject()


def in_order(made, given_values):
    """Whether no two values of a member and edition changed places."""
    at = np.argsort(given_values, axis=-2, kind="stable")
    ordered = np.take_along_axis(made, at, axis=-2)
    steps = np.diff(ordered, axis=-2)
    return bool((steps[~np.isnan(steps)] >= -1e-9).all())


def equal(one, other):
    """Equal up to rounding, gaps included."""
    return np.allclose(one, other, rtol=1e-6, atol=1e-7, equal_nan=True)


@parts("imputation")
@dozens
@given(values=values, gaps=gaps, order=orders)
def test_imputation(record, options, values, gaps, order):
    """What was measured stays; draws are filled one by one; the order of units means nothing."""
    measured = np.where(gaps, np.nan, values)
    filled = tried(record.apply, measured, context_of(), options)

    assert filled.shape == measured.shape
    assert equal(filled[~gaps], values[~gaps])
    assert equal(filled[1], record.apply(measured[1], context_of(), options))
    assert equal(filled[..., list(order), :], record.apply(measured[..., list(order), :], context_of(order), options))


@parts("treatment")
@dozens
@given(values=values, gaps=gaps, order=orders)
def test_treatment(record, options, values, gaps, order):
    """Order is kept, gaps stay; draws are treated one by one; the order of units means nothing."""
    measured = np.where(gaps, np.nan, values)
    treated = tried(record.apply, measured, context_of(), options)

    assert np.array_equal(np.isnan(treated), gaps)
    assert in_order(treated, measured)
    assert equal(treated[1], record.apply(measured[1], context_of(), options))
    assert equal(treated[..., list(order), :], record.apply(measured[..., list(order), :], context_of(), options))


@parts("normalisation")
@dozens
@given(values=values, gaps=gaps, order=orders)
def test_normalisation(record, options, values, gaps, order):
    """Order is kept, gaps stay; draws are scaled one by one; the order of units means nothing."""
    measured = np.where(gaps, np.nan, values)
    if record.name == "distance-to-unit":
        measured[..., 1, :] = values[..., 1, :] + 100
    gaps = np.isnan(measured)
    scaled = tried(scale, record, options, measured)

    assert np.array_equal(np.isnan(scaled), gaps)
    assert in_order(scaled, measured)
    assert equal(scaled[1], scale(record, options, measured[1]))
    assert equal(scaled[..., list(order), :], scale(record, options, measured[..., list(order), :], context_of(order)))


@parts("normalisation")
@dozens
@given(values=values)
def test_normalisation_where_less_is_better(record, options, values):
    """A method that turns values itself turns the order of all."""
    if record.oriented:
        return
    context = context_of(direction=-1)
    scaled = tried(scale, record, options, values, context)

    assert in_order(scaled, -values)


@parts("normalisation")
def test_normalisation_of_equal_values(record, options):
    """Equal values get equal numbers."""
    flat = np.full((1, UNITS, 1), 5.0)
    scaled = scale(record, options, flat, context_of(members=[0]))

    assert np.isfinite(scaled).all()
    assert np.ptp(scaled) == 0


def scale(record, options, measured, context=None):
    """Fit and apply."""
    context = context or context_of()
    return record.apply(measured, record.fit(measured, context, options), context, options)


@parts("weighting")
@dozens
@given(values=values, gaps=gaps, order=orders, members=member_orders)
def test_weighting(record, options, values, gaps, order, members):
    """Weights are 0 or more, not all 0, one by one for each draw; the order of units and members means nothing."""
    scores = np.where(gaps & (np.arange(UNITS) < 2)[:, None], np.nan, values)
    weights = np.asarray(tried(record.apply, scores, context_of(), options))
    moved = record.apply(scores[..., list(order), :][..., list(members)], context_of(order, members), options)

    assert weights.shape[-1] == MEMBERS
    assert (weights >= 0).all()
    assert (weights.sum(axis=-1) > 0).all()
    assert equal(
        np.broadcast_to(weights, scores.shape)[1],
        np.broadcast_to(tried(record.apply, scores[1], context_of(), options), scores[1].shape),
    )
    assert np.allclose(weights[..., list(members)], moved, atol=1e-6)


@parts("aggregator")
@dozens
@given(scores=values, shares=shares, order=orders, members=member_orders)
def test_aggregator(record, options, scores, shares, order, members):
    """Draws are aggregated one by one; the order of units and of members means nothing."""
    weights = weights_for(record, shares)
    made = tried(record.apply, scores, weights, context_of(), options)
    moved = record.apply(
        scores[..., list(order), :][..., list(members)],
        weights[..., list(order), :][..., list(members)],
        context_of(order, members),
        options,
    )

    assert made.shape == scores.shape[:-1]
    assert equal(made[1], record.apply(scores[1], weights[1], context_of(), options))
    assert equal(made[..., list(order)], moved)


@parts("aggregator")
@dozens
@given(scores=values, shares=shares, unit=st.integers(0, UNITS - 1), member=st.integers(0, MEMBERS - 1))
def test_monotone(record, options, scores, shares, unit, member):
    """Where it is promised, more of a member is never worse for the unit."""
    if not record.monotone:
        return
    weights = weights_for(record, shares)
    more = scores.copy()
    more[..., unit, member] += 3
    before = tried(record.apply, scores, weights, context_of(), options)
    after = record.apply(more, weights, context_of(), options)

    assert (after[..., unit] >= before[..., unit] - 1e-9).all()


@parts("aggregator")
@dozens
@given(scores=values, shares=shares, extra=values)
def test_weight_0_is_not_there(record, options, scores, shares, extra):
    """A member of weight 0 changes nothing, whatever its score."""
    weights = weights_for(record, shares)
    wider = np.concatenate([scores, extra[..., :1] - 50], axis=-1)
    padded = np.concatenate([weights, np.zeros((*weights.shape[:-1], 1))], axis=-1)
    context = attrs.evolve(context_of(), members=(*context_of().members, Member(name="d")))

    assert equal(
        tried(record.apply, scores, weights, context_of(), options), record.apply(wider, padded, context, options)
    )


@parts("aggregator")
@dozens
@given(scores=values, shares=shares)
def test_mean_lies_between(record, options, scores, shares):
    """A mean of equal scores is that score, and lies between the lowest and the highest otherwise."""
    if record.weights == "raw" or record.name in ("borda", "mazziotta-pareto"):
        return
    weights = weights_for(record, shares + 1)
    made = record.apply(scores, weights, context_of(), options)

    assert (made >= scores.min(axis=-1) - 1e-9).all()
    assert (made <= scores.max(axis=-1) + 1e-9).all()


@parts("aggregator")
def test_aggregator_without_members(record, options):
    """A unit that has no member disturbs no other and raises nothing."""
    scores = np.ones((1, UNITS, MEMBERS)) + np.arange(UNITS)[:, None]
    weights = np.ones((1, UNITS, MEMBERS)) / MEMBERS
    weights[0, 2] = 0
    made = record.apply(scores, weights, context_of(), options)

    assert np.isfinite(np.delete(made, 2, axis=-1)).all()


def weights_for(record, shares):
    """Weights as the core hands them over: as shares of each unit, or raw; 0 for a member that is not there."""
    if record.weights == "raw":
        return shares
    whole = shares.sum(axis=-1, keepdims=True)
    return np.where(whole > 0, shares / np.where(whole > 0, whole, 1), 1 / shares.shape[-1])


@parts("rescaling")
@dozens
@given(values=values, gaps=gaps, order=orders)
def test_rescaling(record, options, values, gaps, order):
    """A unit without a score stays so; order is kept or turned; draws are rescaled one by one."""
    scores = np.where(gaps, np.nan, values)[..., 0]
    made = tried(record.apply, scores, context_of(), options)

    assert np.array_equal(np.isnan(made), np.isnan(scores))
    assert in_order(made[..., None], (-scores if record.reverses else scores)[..., None])
    assert equal(made[1], record.apply(scores[1], context_of(), options))
    assert equal(made[..., list(order)], record.apply(scores[..., list(order)], context_of(order), options))
