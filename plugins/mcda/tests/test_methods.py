"""Our own methods: values worked out by hand, and examples of the literature."""

import itertools

import numpy as np
import pytest
from hubrank.plugin import MethodError

BEST, WORST, MIXED = [1, 1], [0, 0], [1, 0]
UNEVEN = [0.8, 0.2]
PRICES = [[2, -5], [2, -1], [2, -3]]
MANY = np.random.default_rng(1).random((40, 9))


def ballots(text):
    """Scores `(candidates, voters)` and the voters' weights from `5 ACB, 3 BCA`."""
    pairs = [line.split() for line in text.split(", ")]
    candidates = sorted(pairs[0][1])
    scores = [[-order.index(each) for _, order in pairs] for each in candidates]
    return candidates, scores, [float(count) for count, _ in pairs]


@pytest.mark.parametrize(
    ("method", "scores", "weights", "options", "wanted"),
    [
        # a unit 0.2 from the best and 0.8 from the worst
        ("topsis", [BEST, WORST, MIXED], UNEVEN, {}, [1, 0, 0.8]),
        ("topsis", [[2, 3], [2, 3]], None, {}, [0.5, 0.5]),
        # sum of regrets 0.2 of 1, largest regret 0.2 of 0.8: half of 0.2 and of 0.25 is lost
        ("vikor", [BEST, WORST, MIXED], UNEVEN, {}, [1, 0, 0.775]),
        # half of one member is lost by a unit alone in the world
        ("spotis", [[50, 100]], None, {"low": 0, "high": 100}, [0.75]),
        # A leads two in one member and trails one of two in the other
        ("promethee", [[3, 1], [2, 1], [1, 2]], [0.6, 0.4], {}, [0.4, -0.2, -0.2]),
        # leads of 4, 6 and 2 by each preference function, averaged over two rivals
        ("promethee", [[6], [2], [0]], None, {"preference": "u-shape", "q": 2}, [1, -0.5, -0.5]),
        ("promethee", [[6], [2], [0]], None, {"preference": "v-shape", "p": 4}, [1, -0.25, -0.75]),
        ("promethee", [[6], [2], [0]], None, {"preference": "level", "q": 1, "p": 5}, [0.75, 0, -0.75]),
        ("promethee", [[6], [2], [0]], None, {"preference": "linear", "q": 1, "p": 3}, [1, -0.25, -0.75]),
        # two units are compared on what both have: the second lacks the last member, and leads the first in the other
        ("promethee", [[1, 9], [2, 1]], [[0.5, 0.5], [1, 0]], {}, [-1, 1]),
        # prices 5, 1 and 3, all else equal: 16, 34 and 19 parts of 34 (pymcdm ranks the dearest first)
        ("copras", PRICES, None, {"directions": [1, -1], "costs": True}, [1600 / 34, 100, 1900 / 34]),
        # the square root of 2 times 8, and of 0 times 8
        ("wpm", [[2, 8], [0, 8]], None, {}, [4, 0]),
    ],
)
def test_by_hand(scored, method, scores, weights, options, wanted):
    """What each gives for a few units."""
    np.testing.assert_allclose(scored(method, scores, weights, **options), wanted)


@pytest.mark.parametrize(
    ("method", "scores", "options", "said"),
    [
        ("spotis", [[50, 120]], {"low": 0, "high": 100}, "'m1' reaches 120, which is above the bound high = 100"),
        ("copras", PRICES, {"directions": [1, -1]}, r"'m1' has -5, .* set costs = true"),
        ("kemeny", MANY, {"seconds": 0}, "not proven in time; raise seconds, or use 'schulze' or 'copeland'"),
        ("schulze", np.eye(5), {"at_most": 4}, "5 units are more than at_most = 4"),
    ],
)
def test_refusals(scored, method, scores, options, said):
    """Each names the member, or says what there is instead."""
    with pytest.raises(MethodError, match=said):
        scored(method, scores, **options)


def test_wroclaw(scored):
    """Distances 4, 1 and 0 as shares of their mean and two standard deviations."""
    limit = 5 / 3 + 2 * np.std([4, 1, 0], ddof=1)

    np.testing.assert_allclose(scored("wroclaw", [[0], [3], [4]]), [1 - 4 / limit, 1 - 1 / limit, 1])


def test_factor_of_two_members(scored):
    """Of two members that correlate by r, the first component is their sum of z-scores by the root of 2 + 2 r."""
    scores = np.array([[1, 2], [2, 1], [4, 5], [3, 3]], dtype=float)
    standard = (scores - scores.mean(axis=0)) / scores.std(axis=0, ddof=1)
    r = np.corrcoef(scores.T)[0, 1]

    np.testing.assert_allclose(scored("factor", scores, components=1), standard.sum(axis=1) / np.sqrt(2 + 2 * r))


@pytest.mark.parametrize(
    ("method", "text", "wanted"),
    [
        # the capital of Tennessee: Nashville, Chattanooga, Knoxville, Memphis (a textbook example)
        ("kemeny", "42 MNCK, 26 NCKM, 15 CKNM, 17 KCNM", "NCKM"),
        # the example of Schulze (2011)
        ("schulze", "5 ACBED, 5 ADECB, 8 BEDAC, 3 CABED, 7 CAEBD, 2 CBADE, 7 DCEBA, 8 EBADC", "EACBD"),
    ],
)
def test_published_votes(scored, method, text, wanted):
    """The orders that are published."""
    names, scores, weights = ballots(text)

    assert "".join(names[at] for at in np.argsort(-scored(method, scores, weights))) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"), [("40 ABC, 35 BCA, 25 CAB", [1, 0.5, 0]), ("1 ABC, 1 BCA, 1 CAB", [0.5, 0.5, 0.5])]
)
def test_kemeny_of_a_circle(scored, text, wanted):
    """The weakest of majorities of 0.3, 0.5 and 0.2 gives way; where three orders are equally good, none leads."""
    _, scores, weights = ballots(text)

    np.testing.assert_allclose(scored("kemeny", scores, weights), wanted)


@pytest.mark.parametrize("seed", range(8))
def test_kemeny_is_what_trying_all_orders_gives(scored, seed):
    """A unit leads another where it does so in all best orders of 720; two that do not have a half each."""
    scores = np.random.default_rng(seed).permuted(np.tile(np.arange(6.0)[:, None], 5), axis=0)
    above = np.sign(scores[:, None] - scores[None]).sum(axis=-1)
    places = np.array(list(itertools.permutations(range(6))))
    agreement = np.array([(above * (place[:, None] < place[None])).sum() for place in places])
    best = places[agreement == agreement.max()]
    always = (best[:, :, None] < best[:, None, :]).all(axis=0)
    wanted = (always.sum(axis=1) + ((~always & ~always.T).sum(axis=1) - 1) / 2) / 5

    np.testing.assert_allclose(scored("kemeny", scores), wanted)


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
