"""Contexts and options for methods that are called by hand."""

import hubrank_mcda
import numpy as np
import pandas as pd
import pytest
from hubrank.plugin import Context, Member, Units

PARTS = {part.name: part for part in hubrank_mcda.hubrank_aggregators()}


@pytest.fixture(scope="session")
def context():
    """Make a context of this many units, and of members with directions."""

    def make(units, directions):
        codes = [f"U{at}" for at in range(units)]
        return Context(
            editions=(2024,),
            units=Units(frame=pd.DataFrame({"name": codes}, index=pd.Index(codes, name="unit"))),
            members=tuple(Member(name=f"m{at}", direction=each) for at, each in enumerate(directions)),
            rng=np.random.default_rng(1),
        )

    return make


@pytest.fixture(scope="session")
def scored(context):
    """Score one edition by a method's name: `scored("topsis", [[...], ...], weights)`."""

    def make(name, scores, weights=None, directions=None, **options):
        scores = np.asarray(scores, dtype=float)
        count = scores.shape[-1]
        weights = np.full(count, 1 / count) if weights is None else np.asarray(weights, dtype=float)
        weights = weights / weights.sum(axis=-1, keepdims=True)
        part = PARTS[name]
        given = context(len(scores), directions or [1] * count)
        return part.apply(scores[None], np.atleast_2d(weights)[None], given, part.options(**options))[0]

    return make
