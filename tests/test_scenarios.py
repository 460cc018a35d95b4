"""Every scenario that is shipped resolves and ranks, on samples and on the almanac."""

import numpy as np
import pytest
from hubrank.io.cache import Cache
from hubrank.plugin.registry import Registry
from hubrank.results.rank import rank

REGISTRY = Registry.installed()
NAMES = REGISTRY.names("scenario")


def test_all_are_there():
    """The scenarios that the README names are installed."""
    named = {"global", "global-per-capita", "research-first", "startup-first", "europe", "china", "india", "americas"}

    assert named | {"three-elements"} <= set(NAMES)


@pytest.mark.parametrize(
    "name", [name if name == "three-elements" else pytest.param(name, marks=pytest.mark.long) for name in NAMES]
)
@pytest.mark.parametrize("sample", [True, pytest.param(False, marks=pytest.mark.long)], ids=["sample", "almanac"])
def test_ranks(name, sample):
    """Every edition has a first place, and nothing ranked lacks a score."""
    ranking = rank(name, REGISTRY, sample=sample, cache=Cache.default())

    assert (np.nanmin(ranking.ranks, axis=1) == 1).all()
    assert (np.isnan(ranking.ranks) == np.isnan(ranking.scores)).all()


@pytest.mark.long
def test_global_ranks_the_hubs_of_the_world():
    """The hubs in each of five editions, all but Nairobi, and each value has an origin with a licence."""
    ranking = rank("global", REGISTRY, cache=Cache.default())
    origins = {origin["name"]: origin for each in ranking.measurement.inputs for origin in each.origins}
    measured = ~np.isnan(ranking.measurement.values)
    named = {name for text in ranking.measurement.origins[measured] for name in text.split(" + ")}

    assert ranking.editions == (2021, 2022, 2023, 2024, 2025)
    assert [set(np.array(ranking.codes)[np.isnan(ranks)]) for ranks in ranking.ranks] == [{"nairobi"}] * 5
    assert named <= set(origins)
    assert all(origin["licence"] for origin in origins.values())
    assert (ranking.measurement.vintages[measured] != "").all()
