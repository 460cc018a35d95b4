"""Draws hold what the vectors say, many at a time."""

import numpy as np
from hubrank.robustness.ordering import tied_places
from hubrank.scenario.scenario import RankingSettings

LANGUAGE = "draws"


def places(values, options):
    """Ranks from the places of the units that have a score, in the second of three draws."""
    scores = np.array(values, dtype=float)
    there = ~np.isnan(scores)
    drawn = np.stack([scores[there][::-1], scores[there], np.zeros(there.sum())])
    made = np.full(len(scores), np.nan)
    made[there] = tied_places(drawn, RankingSettings(**options))[1] / (2 if options["ties"] == "average" else 1) + 1
    return made.tolist()


RULES = {"ranks": places}


def test_draws(vector):
    """Every vector of every rule."""
    vector.check(RULES[vector.rule](vector.input, vector.options))
