"""Weighting, by hand and from published tables."""

import numpy as np
import pytest
import scipy.stats
from hubrank.methods.toolkit import correlations
from hubrank.methods.weighting import (
    WEIGHTINGS,
    AhpOptions,
    BestWorstOptions,
    BudgetOptions,
    CriticOptions,
    OptimisedOptions,
    OrderOptions,
    PcaOptions,
    SwingOptions,
    ahp,
    best_worst,
    budget,
    correlation_optimised,
    critic,
    entropy,
    importance,
    pca,
    rank_order,
    standard_deviation,
    swing,
    varimax,
)
from hubrank.plugin import Member, MethodError
from hubrank.plugin.sources import NoOptions

ANY = np.ones((1, 1, 3))


def named(*names):
    """Members by name."""
    return [Member(name=name) for name in names]


def compared(worst, **more):
    """The best, a, is 2 of b and so much of the worst, c; b is 2 of c."""
    said = {"best_to_others": {"b": 2, "c": worst}, "others_to_worst": {"b": 2}}
    return BestWorstOptions(best="a", worst="c", **said, **more)


def test_fixed_and_equal(context):
    """The scenario's own, one each, or as many as the indicators below."""
    members = [Member(name="a", weight=3, leaves=4), Member(name="b", weight=1, leaves=1)]

    weights = {item.name: item.apply(ANY, context(1, members), NoOptions()).tolist() for item in WEIGHTINGS[:3]}

    assert weights == {"fixed": [3, 1], "equal": [1, 1], "equal-by-indicator": [4, 1]}


@pytest.mark.parametrize(
    ("method", "options", "expected"),
    [
        # A budget of 10 counts as much as one of 100: (0.6 + 0.2) / 2 = 0.4.
        (budget, BudgetOptions(allocations=({"a": 60, "b": 40, "c": 0}, {"b": 8, "c": 0, "a": 2})), [0.4, 0.6, 0]),
        (swing, SwingOptions(points={"c": 50, "a": 100, "b": 50}), [0.5, 0.25, 0.25]),
        # Barron and Barrett's three rules for three members, c before a before b.
        (rank_order, OrderOptions(order=("c", "a", "b"), rule="centroid"), [5 / 18, 2 / 18, 11 / 18]),
        (rank_order, OrderOptions(order=("c", "a", "b"), rule="sum"), [2 / 6, 1 / 6, 3 / 6]),
        (rank_order, OrderOptions(order=("c", "a", "b"), rule="reciprocal"), [3 / 11, 2 / 11, 6 / 11]),
        # 4 : 2 : 1 comes back whatever the order in which the pairs are given, and nothing is missed.
        (ahp, AhpOptions(comparisons={"c": {"b": 0.5}, "a": {"c": 4, "b": 2}}), [4 / 7, 2 / 7, 1 / 7]),
        (best_worst, compared(4, at_most=1e-9), [4 / 7, 2 / 7, 1 / 7]),
        # Each of a = 2b, a = 8c and b = 2c is missed by 1/11: a = 2b + x, a = 8c - x and b = 2c + x give 7, 3 and 1.
        (best_worst, compared(8), [7 / 11, 3 / 11, 1 / 11]),
    ],
)
def test_what_people_say(context, method, options, expected):
    """Weights of a, b and c from budgets, points, orders and comparisons."""
    assert method(ANY, context(1, named("a", "b", "c")), options) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("method", "options", "told"),
    [
        # A over b over c over a: the eigenvalue of 3, 3 and 3 is 4.333, the ratio (1.333 / 2) / 0.58 = 1.149.
        (
            ahp,
            AhpOptions(comparisons={"a": {"b": 3}, "b": {"c": 3}, "c": {"a": 3}}),
            r"the consistency ratio is 1.149; the limit \(at_most\) is 0.1",
        ),
        (best_worst, compared(8, at_most=0.05), r"the inconsistency is 0.091; the limit \(at_most\) is 0.05"),  # 1/11
    ],
)
def test_comparisons_that_contradict(context, method, options, told):
    """Too much of it is rejected."""
    with pytest.raises(MethodError, match=told):
        method(ANY, context(1, named("a", "b", "c")), options)


def test_standard_deviation(context):
    """A member that varies three times as much weighs three times as much."""
    scores = np.array([[[0.0, 0.0], [1.0, 3.0], [2.0, 6.0]]])

    assert standard_deviation(scores, context(3, 2), NoOptions()).ravel() == pytest.approx([0.25, 0.75])


def test_entropy(context):
    """A member that is the same for all units has no information; zeros are accepted, values below 0 rejected."""
    scores = np.array([[[1.0, 0.0], [1.0, 4.0]]])

    assert entropy(scores, context(2, 2), NoOptions()).ravel() == pytest.approx([0, 1])
    with pytest.raises(MethodError, match="'b' has 1 value that is below 0"):
        entropy(-scores, context(2, 2), NoOptions())


@pytest.mark.parametrize("method", [entropy, standard_deviation])
@pytest.mark.parametrize("level", [0.1, 0.7, 1.0])
def test_members_that_are_the_same_for_all_get_no_weight(context, method, level):
    """Six times 0.1 has a mean, and shares, that are off by a last digit; that is no difference between units."""
    with pytest.raises(MethodError, match="no member differs between units"):
        method(np.full((1, 6, 2), level), context(6, 2), NoOptions())


def test_critic_minds_directions(context):
    """Three members: b runs with a, c against both, so c weighs most; turned, all agree and none has a weight."""
    up = np.array([0.0, 1.0, 2.0, 3.0])
    scores = np.stack([up, up, up[::-1]], axis=-1)[None]

    assert critic(scores, context(4, 3), CriticOptions()).ravel() == pytest.approx([0.25, 0.25, 0.5])
    with pytest.raises(MethodError, match="no member differs between units"):
        critic(scores * [1, 1, -1], context(4, 3), CriticOptions())


@pytest.mark.parametrize("method", [entropy, critic])
@pytest.mark.parametrize("scores", [[0.0, 1.0, 3.0], [2.0, 2.0, 2.0]])
def test_a_member_without_others_has_all(context, method, scores):
    """It is in conflict with none, and need not differ."""
    options = CriticOptions() if method is critic else NoOptions()

    assert method(np.array(scores)[None, :, None], context(3, 1), options).ravel() == pytest.approx([1])


@pytest.mark.parametrize("method", [entropy, critic])
def test_weights_mind_no_unit_of_measure(context, method):
    """A member in billionths weighs what it weighs in ones; absolute tolerances of peers show here."""
    scores = np.random.default_rng(10).uniform(1, 2, size=(1, 9, 3))
    options = CriticOptions() if method is critic else NoOptions()
    plain, small = (method(scores * [1, factor, 1], context(9, 3), options) for factor in (1, 1e-9))

    assert small == pytest.approx(plain, rel=1e-6)


def test_correlations_of_pairs_with_gaps_are_those_of_scipy():
    """Each pair over the units that have both."""
    scores = np.random.default_rng(11).normal(size=(1, 12, 3))
    scores[0, 0, 0] = scores[0, 3, 1] = scores[0, 4, 2] = np.nan
    both = ~np.isnan(scores[0, :, [0, 2]]).any(axis=0)
    first, third = scores[0, both, 0], scores[0, both, 2]

    assert correlations(scores)[0, 0, 2] == pytest.approx(scipy.stats.pearsonr(first, third)[0])
    assert correlations(scores, "spearman")[0, 2, 0] == pytest.approx(scipy.stats.spearmanr(first, third)[0])


def test_pca_weights_are_not_negative(context):
    """A member that runs against the others has a negative loading in a peer; the square counts here."""
    rng = np.random.default_rng(1)
    common = rng.normal(size=60)
    scores = np.stack([common + 0.3 * rng.normal(size=60) for _ in range(3)], axis=-1)
    scores[:, 2] *= -1
    values, vectors = np.linalg.eigh(np.corrcoef(scores.T))
    weights = pca(scores[None], context(60, 3), PcaOptions()).ravel()

    assert weights == pytest.approx(vectors[:, values.argmax()] ** 2)
    assert weights.sum() == pytest.approx(1)


def test_factor_weights_of_two_blocks(context):
    """Two unrelated blocks of like members: the larger explains more, and members share their block's part."""
    rng = np.random.default_rng(2)
    one, other = rng.normal(size=(2, 4000))
    scores = np.stack([one, one, one, other, other], axis=-1) + 0.2 * rng.normal(size=(4000, 5))
    weights = pca(scores[None], context(4000, 5), PcaOptions(take="factors")).ravel()

    assert weights == pytest.approx([0.2] * 5, abs=0.01)


def test_varimax_finds_simple_structure():
    """Loadings that were turned by 30 degrees come back, up to order and sign."""
    simple = np.array([[0.9, 0], [0.8, 0], [0, 0.7], [0, 0.9]])
    turn = np.array([[np.cos(0.5), -np.sin(0.5)], [np.sin(0.5), np.cos(0.5)]])
    found = np.abs(varimax(simple @ turn))
    found = found[:, np.argsort(-found[0])]

    assert found == pytest.approx(simple, abs=1e-6)


def test_varimax_counts_members_equally():
    """Of all turns, tried one by one, it has the most variance of squared shares of what each member loads (Kaiser).

    Without these shares it would turn by 21 degrees more, for the first member alone.
    """
    loadings = np.array([[0.9, 0.3], [0.2, 0.3], [0.3, 0.1], [0.1, 0.2], [0.3, 0.2]])
    length = np.linalg.norm(loadings, axis=1, keepdims=True)

    def spread(angle):
        turned = loadings / length @ [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
        return (turned**2).var(axis=0).sum()

    best = max(np.linspace(0, np.pi / 2, 18_001), key=spread)
    expected = np.abs(loadings @ [[np.cos(best), -np.sin(best)], [np.sin(best), np.cos(best)]])
    found = np.abs(varimax(loadings))

    assert np.sort(found, axis=1) == pytest.approx(np.sort(expected, axis=1), abs=1e-4)


def test_pca_of_one_member(context):
    """A dimension with one member, such as the root of a flat index, gives it all the weight, however few units."""
    assert pca(np.ones((2, 2, 1)), context(2, 1), PcaOptions()).tolist() == [[[1.0]], [[1.0]]]


def test_optimised_weights_meet_named_targets(context):
    """Targets go to the members that they name, not to places in a table, and are met."""
    rng = np.random.default_rng(4)
    common = rng.normal(size=(80, 1))
    scores = common + rng.normal(size=(80, 3)) * [0.8, 1.0, 1.2]
    given = context(80, named("physical", "economic", "political"))
    options = OptimisedOptions(targets={"political": 0.3, "physical": 0.4, "economic": 0.3})
    weights = correlation_optimised(scores[None], given, options).ravel()
    found = importance(scores, weights, "pearson")

    assert (weights >= 0).all()
    assert found / found.sum() == pytest.approx([0.4, 0.3, 0.3], abs=1e-9)


def test_optimised_weights_report_targets_that_cannot_be_met(context):
    """A member that correlates with nothing cannot carry 90 % of the importance of three that agree."""
    common = np.random.default_rng(5).normal(size=(80, 1))
    scores = common + 0.1 * np.random.default_rng(6).normal(size=(80, 3))
    options = OptimisedOptions(targets={"a": 0.9, "b": 0.05, "c": 0.05})

    with pytest.raises(MethodError, match=r"the nearest weights miss one by 0\.\d+; within allows 0.005"):
        correlation_optimised(scores[None], context(80, 3), options)


def test_most_informative_weights(context):
    """The sum of correlations is greatest for equal weights of standardised members."""
    scores = np.random.default_rng(7).normal(size=(50, 3)) * [1, 2, 4]
    weights = correlation_optimised(scores[None], context(50, 3), OptimisedOptions(aim="information")).ravel()
    best = importance(scores, weights, "pearson").sum()
    others = [importance(scores, w, "pearson").sum() for w in np.random.default_rng(8).dirichlet([1] * 3, 500)]

    assert best >= max(others)


def test_gaps_are_left_out(context):
    """Weights from the data of four units are those of these four, whatever a fifth lacks."""
    scores = np.random.default_rng(9).uniform(1, 2, size=(1, 5, 3))
    scores[0, 4, 1] = np.nan

    assert pca(scores, context(5, 3), PcaOptions()) == pytest.approx(pca(scores[:, :4], context(4, 3), PcaOptions()))
