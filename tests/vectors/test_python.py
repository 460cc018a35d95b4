"""The rules at their home hold what the vectors say."""

import numpy as np
from hubrank.errors import ScenarioError
from hubrank.methods.ranks import ranks
from hubrank.numeric import NOISE, round_to, written
from hubrank.ranking.pipeline import aggregate
from hubrank.ranking.ranking import ranks_of
from hubrank.scenario.schema import RankingSettings

LANGUAGE = "python"


def rounding(value, options):
    """`round_to` of one number."""
    return float(round_to(np.array([value], dtype=float), options["decimals"], options["rounding"])[0])


def written_scores(value, options):
    """`written`."""
    return written(value, options["decimals"], options["rounding"])


def scores_to_ranks(values, options):
    """`ranks_of`, for one edition alone and for two of which the first is another."""
    scores = np.array(values, dtype=float)
    alone = ranks_of(scores, RankingSettings(**options))
    np.testing.assert_array_equal(alone, ranks_of(np.stack([-scores, scores]), RankingSettings(**options))[1])
    if options["decimals"] is None:
        columns = ranks(scores[:, None], options["ties"], options["best"], axis=0, noise=NOISE)
        np.testing.assert_array_equal(alone, columns[:, 0])
    return alone.tolist()


def means(plan, given):
    """What composing makes of one unit, alone and beside another with gaps, under one weight for all and its own."""
    scores = np.array(given["scores"], dtype=float)
    weights = np.array(given["weights"], dtype=float)
    beside = np.stack([scores, np.where(np.arange(len(scores)) > 0, np.nan, 5.0)])[None]
    own = np.stack([weights, np.ones(len(scores))])[None]

    def score(panel, weights):
        given = lambda node, *_: weights if node.name == "a" else np.ones((1, 1, 1))  # noqa: E731
        return aggregate(plan, panel, given)["a"].before[0, 0]

    try:
        made = [score(scores[None, None], weights[None, None]), score(beside, own)]
    except ScenarioError:
        return "refused"
    np.testing.assert_allclose(made[0], made[1], rtol=1e-15)
    return float(made[0])


RULES = {"rounding": rounding, "written scores": written_scores, "ranks": scores_to_ranks}


def test_python(cases, dimension):
    """Every vector of every rule."""
    for vector in cases:
        if vector.rule == "means":
            made = means(dimension(len(vector.input["scores"]), vector.options), vector.input)
        else:
            made = RULES[vector.rule](vector.input, vector.options)
        vector.check(made)
