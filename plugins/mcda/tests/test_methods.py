"""Our own methods: values worked out by hand, and examples of the literature."""

import itertools

import numpy as np
import pytest
from hubrank import MethodError

BEST, WORST, MIXED = [1, 1], [0, 0], [1, 0]
UNEVEN = [0.8, 0.2]


def ballots(text):
    """Scores `(candidates, voters)` and the voters' weights from `5 ACB, 3 BCA`."""
    pairs = [line.split() for line in text.split(", ")]
    candidates = sorted(pairs[0][1])
    scores = [[-order.index(each) for _, order in pairs] for each in candidates]
    return candidates, scores, [float(count) for count, _ in pairs]


def test_topsis(scored):
    """A unit 0.2 from the best and 0.8 from the worst has 0.8."""
    np.testing.assert_allclose(scored("topsis", [BEST, WORST, MIXED], UNEVEN), [1, 0, 0.8])


def test_topsis_of_equal_units(scored):
    """Where all units are the same, all are half way."""
    np.testing.assert_array_equal(scored("topsis", [[2, 3], [2, 3]]), [0.5, 0.5])


def test_vikor(scored):
    """Sum of regrets 0.2 of 1, largest regret 0.2 of 0.8: half of 0.2 and of 0.25 is lost."""
    np.testing.assert_allclose(scored("vikor", [BEST, WORST, MIXED], UNEVEN), [1, 0, 0.775])


def test_spotis_between_bounds(scored):
    """With bounds, half of one member is lost by a unit alone in the world."""
    np.testing.assert_allclose(scored("spotis", [[50, 100]], low=0, high=100), [0.75])


def test_spotis_outside_bounds(scored):
    """A score above its bound is refused, and the member named."""
    with pytest.raises(MethodError, match="'m1' reaches 120, which is above the bound high = 100"):
        scored("spotis", [[50, 120]], low=0, high=100)


def test_wroclaw(scored):
    """Distances 4, 1 and 0 as shares of their mean and two standard deviations."""
    limit = 5 / 3 + 2 * np.std([4, 1, 0], ddof=1)

    np.testing.assert_allclose(scored("wroclaw", [[0], [3], [4]]), [1 - 4 / limit, 1 - 1 / limit, 1])


def test_promethee_usual(scored):
    """A leads two in one member and trails one of two in the other."""
    scores = [[3, 1], [2, 1], [1, 2]]

    np.testing.assert_allclose(scored("promethee", scores, [0.6, 0.4]), [0.4, -0.2, -0.2])


@pytest.mark.parametrize(
    ("options", "flows"),
    [
        ({"preference": "u-shape", "q": 2}, [1, -0.5, -0.5]),
        ({"preference": "v-shape", "p": 4}, [1, -0.25, -0.75]),
        ({"preference": "level", "q": 1, "p": 5}, [0.75, 0, -0.75]),
        ({"preference": "linear", "q": 1, "p": 3}, [1, -0.25, -0.75]),
    ],
)
def test_promethee_functions(scored, options, flows):
    """Leads of 4, 6 and 2 by each preference function, averaged over two rivals."""
    np.testing.assert_allclose(scored("promethee", [[6], [2], [0]], **options), flows)


def test_promethee_where_a_member_is_missing(scored):
    """Two units are compared on what both have: the second lacks the last member, and leads the first in the other."""
    weights = [[0.5, 0.5], [1, 0]]

    np.testing.assert_allclose(scored("promethee", [[1, 9], [2, 1]], weights), [-1, 1])


def test_copras_ranks_the_cheapest_first(scored):
    """Prices 5, 1 and 3, all else equal: 16, 34 and 19 parts of 34 (pymcdm ranks the dearest first)."""
    made = scored("copras", [[2, -5], [2, -1], [2, -3]], directions=[1, -1], costs=True)

    np.testing.assert_allclose(made, [1600 / 34, 100, 1900 / 34])


def test_copras_refuses_turned_costs(scored):
    """Costs with their sign changed are no benefits; the message says what to do."""
    with pytest.raises(MethodError, match=r"'m1' has -5, .* set costs = true"):
        scored("copras", [[2, -5], [2, -1]], directions=[1, -1])


def test_weighted_product(scored):
    """The square root of 2 times 8 is 4, and of 0 times 8 is 0."""
    np.testing.assert_allclose(scored("wpm", [[2, 8], [0, 8]]), [4, 0])


def test_factor_of_two_members(scored):
    """Of two members that correlate by r, the first component is their sum of z-scores by the root of 2 + 2 r."""
    scores = np.array([[1, 2], [2, 1], [4, 5], [3, 3]], dtype=float)
    standard = (scores - scores.mean(axis=0)) / scores.std(axis=0, ddof=1)
    r = np.corrcoef(scores.T)[0, 1]

    np.testing.assert_allclose(scored("factor", scores, components=1), standard.sum(axis=1) / np.sqrt(2 + 2 * r))


def test_kemeny_of_four_cities(scored):
    """The capital of Tennessee: Nashville, Chattanooga, Knoxville, Memphis (a textbook example)."""
    cities, scores, weights = ballots("42 MNCK, 26 NCKM, 15 CKNM, 17 KCNM")
    order = np.argsort(-scored("kemeny", scores, weights))

    assert "".join(cities[at] for at in order) == "NCKM"


def test_kemeny_breaks_the_weakest_majority(scored):
    """Majorities of 0.3, 0.5 and 0.2 go round; the last gives way."""
    _, scores, weights = ballots("40 ABC, 35 BCA, 25 CAB")

    np.testing.assert_allclose(scored("kemeny", scores, weights), [1, 0.5, 0])


def test_kemeny_of_a_perfect_circle(scored):
    """Where three orders are equally good, no unit leads another, whatever the order of the rows."""
    _, scores, _ = ballots("1 ABC, 1 BCA, 1 CAB")

    np.testing.assert_allclose(scored("kemeny", scores), [0.5, 0.5, 0.5])


@pytest.mark.parametrize("seed", range(8))
def test_kemeny_is_what_trying_all_orders_gives(scored, seed):
    """A unit leads another where it does so in all best orders of 720; two that do not have a half each."""
    rng = np.random.default_rng(seed)
    scores = rng.permuted(np.tile(np.arange(6.0)[:, None], 5), axis=0)
    above = np.sign(scores[:, None] - scores[None]).sum(axis=-1)
    places = np.array(list(itertools.permutations(range(6))))
    agreement = np.array([(above * (place[:, None] < place[None])).sum() for place in places])
    best = places[agreement == agreement.max()]
    always = (best[:, :, None] < best[:, None, :]).all(axis=0)
    wanted = (always.sum(axis=1) + ((~always & ~always.T).sum(axis=1) - 1) / 2) / 5

    np.testing.assert_allclose(scored("kemeny", scores), wanted)


def test_kemeny_gives_nothing_approximate(scored):
    """What cannot be proven in time is an error that says what there is instead."""
    scores = np.random.default_rng(1).random((40, 9))

    with pytest.raises(MethodError, match="not proven in time; raise seconds, or use 'schulze' or 'copeland'"):
        scored("kemeny", scores, seconds=0)


def test_schulze_of_forty_five_voters(scored):
    """The example of Schulze (2011): E, A, C, B, D."""
    names, scores, weights = ballots("5 ACBED, 5 ADECB, 8 BEDAC, 3 CABED, 7 CAEBD, 2 CBADE, 7 DCEBA, 8 EBADC")
    order = np.argsort(-scored("schulze", scores, weights))

    assert "".join(names[at] for at in order) == "EACBD"


@pytest.mark.parametrize("method", ["kemeny", "schulze", "promethee"])
def test_row_order_with_gaps(scored, method):
    """With missing members, turning the rows round turns the scores round and changes none."""
    rng = np.random.default_rng(3)
    scores, there = rng.random((9, 4)), rng.random((9, 4)) > 0.3
    there[:, 0] = True
    scores = np.where(there, scores, 1.0)

    np.testing.assert_allclose(
        scored(method, scores[::-1], there[::-1])[::-1], scored(method, scores, there), atol=1e-12
    )


def test_too_many_pairs(scored):
    """A method that compares every pair says so before it fills the memory."""
    with pytest.raises(MethodError, match="5 units are more than at_most = 4"):
        scored("schulze", np.eye(5), at_most=4)
