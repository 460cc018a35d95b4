"""Errors of values per inhabitant, of counts that are known and of the inhabitants that they are divided by."""

import numpy as np
import pytest
from hubrank.plugin import Registry, load, measure, resolve


@pytest.fixture(scope="module")
def measured():
    """The values of `global` and of `global-per-capita`."""
    registry = Registry.installed()
    return {name: measure(resolve(load(name, registry), registry)) for name in ("global", "global-per-capita")}


@pytest.mark.long
@pytest.mark.parametrize("key", ["companies", "unicorns", "patents", "research-spending", "university-papers"])
def test_a_figure_per_inhabitant_is_off_by_what_its_count_is_and_by_inhabitants(measured, key):
    """Variances of shares add up; counts are so with 3/8 more. Of a value of 0 there is no share."""
    (count, off), (rate, rate_off) = (
        (each.values[..., list(each.indicators).index(key)], each.standard_errors(key)) for each in measured.values()
    )
    known = (rate > 0) & np.isfinite(off)
    shifted = count[known] + (3 / 8 if key in ("companies", "unicorns") else 0)

    assert known.sum() > 300
    assert rate_off[known] == pytest.approx(np.hypot(off[known], 0.21 * shifted) * rate[known] / count[known])


@pytest.mark.long
def test_everything_can_be_excluded(tmp_path):
    """Each dimension and each ranked indicator of `global` can be left out, whatever is made from it."""
    scenario = load("global", Registry.installed()).scenario
    for name in [*scenario.dimensions, *(key for key, each in scenario.indicators.items() if each.dimension)]:
        path = tmp_path / "less.toml"
        path.write_text(f'extends = "global"\nexclude = ["{name}"]\n')
        ranked = resolve(load(str(path), Registry.installed()), Registry.installed()).indicators

        assert name not in [each.key for each in ranked if each.dimension is not None]
