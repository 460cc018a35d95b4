"""The rules at their home hold what the vectors say."""

import numpy as np
from hubrank.basis.ranks import ranks
from hubrank.basis.rounding import round_to, written
from hubrank.composing.ranking import ranks_of
from hubrank.scenario.scenario import RankingSettings

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
    below_another = ranks_of(np.stack([-scores, scores]), RankingSettings(**options))[1]
    np.testing.assert_array_equal(alone, below_another)
    if options["decimals"] is None:
        columns = ranks(scores[:, None], options["ties"], options["best"], axis=0)
        np.testing.assert_array_equal(alone, columns[:, 0])
    return alone.tolist()


RULES = {"rounding": rounding, "written scores": written_scores, "ranks": scores_to_ranks}


def test_python(vector):
    """Every vector of every rule."""
    vector.check(RULES[vector.rule](vector.input, vector.options))
