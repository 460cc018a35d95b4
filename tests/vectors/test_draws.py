"""Draws hold what the vectors say, many at a time."""

import numpy as np
from hubrank.numeric import shares
from hubrank.scenario.schema import RankingSettings
from hubrank.uncertainty.fast import Mean
from hubrank.uncertainty.tally import tied_places

LANGUAGE = "draws"


def places(values, options):
    """Ranks from the places of the units that have a score, in the second of three draws."""
    scores = np.array(values, dtype=float)
    there = ~np.isnan(scores)
    drawn = np.stack([scores[there][::-1], scores[there], np.zeros(there.sum())])
    made = np.full(len(scores), np.nan)
    made[there] = tied_places(drawn, RankingSettings(**options))[1] / (2 if options["ties"] == "average" else 1) + 1
    return made.tolist()


def means(plan, given):
    """A mean of the second of three draws, as draws sum it, with the flat sum where no member is missing."""
    scores, weights = (np.array(given[each], dtype=float) for each in ("scores", "weights"))
    form = plan.tree["a"].form
    there = ~np.isnan(scores)
    columns = tuple(range(len(scores)))
    values = np.where(there, form.enter(scores), 0.0)[None]
    paths = tuple((at,) for at in columns)
    present = None if there.all() else there[None].astype(float)
    mean = Mean(
        form=form, columns=columns, column_paths=paths, inner=(), inner_paths=(), present=present, values=values
    )
    drawn = np.stack([np.ones(len(scores)), weights, weights[::-1] + 1], axis=1)
    return float(form.leave(mean.evaluate(shares(drawn, axis=0)))[1, 0])


RULES = {"ranks": places}


def test_draws(cases, dimension):
    """Every vector of every rule."""
    for vector in cases:
        if vector.rule == "means":
            made = means(dimension(len(vector.input["scores"]), vector.options), vector.input)
        else:
            made = RULES[vector.rule](vector.input, vector.options)
        vector.check(made)
