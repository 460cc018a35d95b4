"""What-if: the answer, applied, reaches the rank; a little less does not; the rest is worked out by hand."""

import json

import attrs
import numpy as np
import pytest
from hubrank.plugin import UsageError, compose
from hubrank_analysis.whatif import Trial, levers, single, together

METHODS = [
    "",
    '[aggregation]\nmethod = "geometric"',
    '[aggregation]\nmethod = "median"',
    'normalisation = "z-score"',
    '[treatment]\nsteps = ["log"]\n[normalisation]\nmethod = "min-max"\nfitted_on = "pooled"',
    '[ranking]\nbest = "lowest"',
]


def applied(ranking, unit, answer, part=1.0):
    """The unit's rank when a part of an answer is written into the values."""
    measurement = ranking.measurement
    values = measurement.values.copy()
    for lever, change in zip(answer.levers, answer.changes, strict=True):
        values[0, unit, measurement.indicators.index(lever.key)] += lever.direction * part * change
    return compose(ranking.plan, attrs.evolve(measurement, values=values)).ranks[0, unit]


@pytest.mark.long
@pytest.mark.parametrize("changes", METHODS)
def test_the_answer_reaches_the_rank_and_a_little_less_does_not(workshop, changes):
    """For a unit in the middle and a place two ranks up; by each value alone that can, and by all together."""
    values = np.random.default_rng(1).uniform(1, 50, size=(2, 6, 5))
    ranking = workshop.rank(workshop.plan(changes), values)
    unit = int(ranking.order(0)[3])
    trial, chosen = Trial(ranking, 0, unit), levers(ranking, 0, unit)
    alone = [single(trial, lever, 2) for lever in chosen]
    answers = [*alone, together(trial, alone, 2)]
    reached = [each for each in answers if each.reached]

    assert reached
    for each in reached:
        assert applied(ranking, unit, each) <= 2
        assert applied(ranking, unit, each, part=1 - 1e-6) > 2


def test_less_is_better_where_the_direction_says_so(workshop):
    """A value that is to fall is lowered: from 30 to just below the rival's 20, and not below the best, 10."""
    posts = 'method = "goalposts"\ngoalposts = [0, 60]'
    plan = workshop.plan(f"[indicators]\na = {{ direction = -1 }}\n[normalisation]\n{posts}")
    values = np.full((2, 6, 5), 25.0)
    values[0, :, 0] = [10, 20, 30, 40, 50, 60]
    ranking = workshop.rank(plan, values)
    lever = levers(ranking, 0, 2, keys=["a"])[0]
    answer = single(Trial(ranking, 0, 2), lever, 2)

    assert (lever.now, lever.limit) == (30, 20)
    assert answer.value(0) == pytest.approx(20)


def flat(workshop, method, rows):
    """Six units by f and g on fixed posts."""
    return workshop.rank(workshop.flat(method), np.broadcast_to(np.array(rows, dtype=float), (2, 6, 2)))


@pytest.mark.parametrize(
    ("limits", "limit", "reached", "change", "rank"), [({}, 10, True, 10, 1), ({"f": (0.4, True)}, 8, False, 8, 2)]
)
def test_a_single_answer_is_the_one_by_hand(workshop, limits, limit, reached, change, rank):
    """F of 20 against 30: to tie the rival, 10 more, half of 20; at most 40 % stops short at 28."""
    ranking = flat(workshop, "arithmetic", [[20, 0], [30, 0], [5, 0], [4, 0], [3, 0], [2, 0]])
    lever = levers(ranking, 0, 0, keys=["f"], limits=limits)[0]
    answer = single(Trial(ranking, 0, 0), lever, 1)

    assert lever.limit == pytest.approx(limit)
    assert (answer.reached, answer.rank) == (reached, rank)
    assert (answer.changes[0], answer.cost) == pytest.approx((change, change / 20))


@pytest.mark.parametrize(
    ("method", "rows", "costs", "rank", "expected", "within", "cost"),
    [
        ("arithmetic", [[20, 20], [30, 30], [5, 60], [4, 4], [3, 3], [2, 2]], {"f": 3.0}, 2, (0, 20), {"abs": 1e-3}, 1),
        ("geometric", [[10, 10], [20, 20], [1, 50], [50, 1], [1, 1], [2, 2]], {}, 1, (10, 10), {"rel": 1e-2}, 2),
    ],
)
def test_the_cheapest_mix(workshop, method, rows, costs, rank, expected, within, cost):
    """Of a sum the cheapest figure: f costs three times as much, so all is done by g. A product is balanced.

    From (10, 10) to the geometric mean of 20: both to 20 cost 1 + 1; one alone, to 40, would cost 3.
    """
    ranking = flat(workshop, method, rows)
    trial = Trial(ranking, 0, 0)
    answer = together(trial, [single(trial, lever, rank) for lever in levers(ranking, 0, 0, costs=costs)], rank)

    assert answer.changes == pytest.approx(expected, **within)
    assert answer.cost == pytest.approx(cost, rel=1e-3)


def test_a_missing_figure_is_no_lever(workshop, figures):
    """Unit 1 lacks a: it is not among the levers, and asking for it is an error."""
    ranking = workshop.rank(workshop.plan(), figures)

    assert [each.key for each in levers(ranking, 0, 1)] == ["b", "c", "d", "e"]
    with pytest.raises(UsageError, match="Unit 1 has no value for a to improve"):
        levers(ranking, 0, 1, keys=["a"])


class TestCommand:
    """`hubrank whatif`, run on the towns."""

    def test_json_holds_each_alone_and_all_together(self, run, towns):
        """Xanten, second in 2024, to the top: b is at its best, a must rise."""
        _, out, _ = run("whatif", towns, "Xanten", "--rank", "1", "--cost", "b=2", "--format", "json")
        made = json.loads(out)

        assert [each["changes"][0]["indicator"] for each in made["alone"]] == ["a", "b"]
        assert made["together"]["reached"]
        assert made["together"]["rank_short"] == 2

    def test_a_person_reads_what_is_out_of_reach(self, run, towns):
        """Ypern cannot be first with a tenth more."""
        _, out, _ = run("whatif", towns, "Ypern", "--rank", "1", "--max-change", "a=10%", "--max-change", "b=10%")

        assert "not reachable within the bounds" in out

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--indicator", "q"], "there is no indicator 'q'; available: a, b"),
            (["--cost", "a"], "--cost a: must have the form NAME=VALUE, e.g. papers=2"),
            (["--max-change", "a=much"], "--max-change: 'much' is not a number above 0"),
        ],
    )
    def test_mistakes_are_said(self, run, towns, words, said):
        """With exit code 2."""
        code, _, errors = run("whatif", towns, "Xanten", "--rank", "1", *words)

        assert code == 2
        assert said in errors
