"""The rows that `explain` shows of a value add up to it."""

import functools
import re

import numpy as np
import pytest
from hubrank.explain import profile
from hubrank.io.cache import Cache
from hubrank.measurement.figures import measure_one
from hubrank.plugin import Registry, load, measure, resolve

pytestmark = pytest.mark.long

REGISTRY = Registry.installed()
#: Indicators that are a sum by the inhabitants of the same rows.
BY_ROWS = {"connectivity"}
#: Units that are looked at, every twentieth, and the last of the list, of which little is known.
UNITS = ("Beijing", "London", "San Francisco")


@pytest.fixture(scope="module")
def cache():
    """A cache that all scenarios share."""
    return Cache.default()


@pytest.fixture
def once(monkeypatch):
    """Measure an indicator for an edition once, whichever unit's rows are asked for."""
    monkeypatch.setattr(profile, "measure_one", functools.cache(measure_one))


@pytest.mark.parametrize("name", ["global", "three-elements", "european-regions", "us-metros"])
def test_rows_add_up(once, cache, name):
    """A few units of scenarios with and without denominators.

    A flow's total and a stock's latest are the sum of the rows, over the sum of its denominators' if it has such;
    no row at all is 0 where absence means none. What is made from others is their weighted sum or ratio.
    """
    plan = resolve(load(name, REGISTRY), REGISTRY)
    names = list(plan.units.units["name"])
    some = [at for at, each in enumerate(names) if each.startswith(UNITS)]
    check(plan, cache, [*some, *range(0, len(names), 20), len(names) - 1])


def check(plan, cache, units):
    """Compare every value of these units with its rows."""
    made = measure(plan, cache)
    by_key = {each.key: each for each in plan.indicators}
    summed = 0
    for row, edition in enumerate(plan.editions):
        for unit in units:
            code = plan.units.units.codes[unit]
            for at, key in enumerate(made.indicators):
                rows = profile.rows_behind(plan, made, key, code, edition, cache)
                value = made.values[row, unit, at]
                parts = by_key[key].made_from
                if any(len(frame) for frame in rows.values()) and not np.isnan(value):
                    found = added(by_key, key, parts, rows) if parts else figure(by_key[key], rows)
                    assert found == pytest.approx(value, rel=1e-9), (key, code, edition)
                    assert all(text for text in (made.origins[row, unit, at], made.vintages[row, unit, at]))
                    summed += 1
                else:
                    assert np.isnan(value) or value == 0, (key, code, edition)
    assert summed > 10 * len(plan.editions)


def added(by_key, key, parts, rows):
    """The weighted sum or the ratio of the values that this one is made from, each of the rows of its key."""
    own = {part: {} for part in parts}
    for label, frame in rows.items():
        name, whose = re.fullmatch(r"([^ ]+) \(([^,]+)(?:, .*)?\)", label).groups()
        own[whose][f"{name} (units.population)" if "units." in label else name] = frame
    options = by_key[key].bound.options
    figures = [figure(by_key[part], own[part]) for part in parts]
    if by_key[key].record.name == "ratio":
        return figures[0] / figures[1] * options.scale
    less = (1.0, *[-1.0] * (len(parts) - 1)) if by_key[key].record.name == "difference" else (1.0,) * len(parts)
    times = options.coefficients or less
    return sum(factor * each for factor, each in zip(times, figures, strict=True))


def figure(indicator, rows):
    """The rows of a measured indicator as one number; per inhabitants where its options say so."""
    ((role, columns),) = indicator.record.inputs_for(indicator.bound.options).items()
    frame = rows[indicator.inputs[role]]
    column = next(name for name, cls in columns.items() if cls is float)
    if indicator.key in BY_ROWS:
        return frame["reach_inhabitants"].sum() / frame["inhabitants"].sum()
    number = frame[column].sum()
    per = getattr(indicator.bound.options, "per", None)
    if per is None:
        return number
    (people,) = (each for label, each in rows.items() if "units.population" in label)
    return number / people["population"].sum(min_count=1) * per


def test_rows_of_some_categories(cache, tmp_path):
    """Laureates in physics only: the rows of Boston are those of physicists, and add up to its value."""
    path = tmp_path / "physics.toml"
    path.write_text(
        'extends = "global"\neditions = [2025]\n[indicators]\nlaureates = { options = { categories = ["Physics"] } }\n'
    )
    plan = resolve(load(path, REGISTRY), REGISTRY)
    made = measure(plan, cache)
    at = next(at for at, name in enumerate(plan.units.units["name"]) if name.startswith("Boston"))
    ((_, rows),) = profile.rows_behind(plan, made, "laureates", plan.units.units.codes[at], 2025, cache).items()

    assert set(rows["category"]) == {"Physics"}
    assert rows["laureates"].sum() == made.values[0, at, made.indicators.index("laureates")] > 0
