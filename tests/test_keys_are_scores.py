"""Draws that are counted by packed keys have the ranks of their scores in 64 bits, as far as keys can part scores.

A key keeps 24 bits of a score's share of the edition's range, and is off by 16 of these steps at most: where two
units change places, their scores lie no farther apart than 32 steps, two millionths of the range.
"""

import numpy as np
import pytest
from hubrank.io.cache import Cache
from hubrank.measurement.figures import measure
from hubrank.plugin.registry import Registry
from hubrank.scenario.load import load
from hubrank.scenario.resolve import resolve
from hubrank.uncertainty.analysis import analysis_of
from hubrank.uncertainty.fast import local_shares

REGISTRY = Registry.installed()
STEPS = 32
DRAWS = 512


def off_by(analysis):
    """For each edition without ties the most steps by which keys put a worse unit ahead; none without keys."""
    draws = analysis.design.block(0).part(slice(0, DRAWS))
    for choice, which in draws.by_setting():
        ready, part = analysis.ready(choice), draws.part(which)
        exact = analysis.scores(ready, part, ordered=True)
        shares = local_shares(ready.locals, part.raw)
        for edition in ready.editions:
            if edition.tied:
                continue
            if edition.keys is None:
                yield None
                continue
            order = np.sort(edition.keys.keys(shares), axis=1) & 255
            scaled = (exact[:, edition.cells] - edition.keys.centre) * edition.keys.factor
            yield max(0.0, -np.diff(np.take_along_axis(scaled, order, axis=1), axis=1).min())


@pytest.mark.long
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(
    "name",
    [
        name if name == "global" else pytest.param(name, marks=pytest.mark.long)
        for name in sorted(REGISTRY.names("scenario"))
    ],
)
def test_every_scenario(name):
    """Every installed scenario with its own uncertainties; almost all editions without ties are counted by keys."""
    plan = resolve(load(name, REGISTRY), REGISTRY)
    if plan.uncertainties is None:
        pytest.skip("declares no doubts")
    found = list(off_by(analysis_of(plan, (measure(plan, Cache.default()),), closely=False)))
    if not found:
        pytest.skip("units tie in every edition, which are counted otherwise")
    keyed = [steps for steps in found if steps is not None]

    assert len(keyed) >= 0.9 * len(found)
    assert max(keyed) <= STEPS
