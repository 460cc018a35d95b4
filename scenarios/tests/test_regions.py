"""China and India are regions: part of a unit set each, and a scenario."""

from __future__ import annotations

import pytest
from hubrank import Registry, load

REGISTRY = Registry.installed()


@pytest.mark.parametrize(
    ("name", "units", "where"),
    [
        ("china", "hubs", {"country": ["CHN", "HKG", "TWN"]}),
        ("india", "agglomerations", {"country": "IND", "population": {"at_least": 3_000_000}}),
    ],
)
def test_units_of_a_region(name: str, units: str, where: dict[str, object]) -> None:
    """The region's units lie below its scenario, above those of `global`; a run needs no folder to find them."""
    loaded = load(name, REGISTRY)

    assert (loaded.scenario.units.set, loaded.scenario.units.where) == (units, where)
    assert loaded.region is None
    assert [each.path.name for each in loaded.sources] == [f"{name}.toml", "region.toml", "global.toml"]
