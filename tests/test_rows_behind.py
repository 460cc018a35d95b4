"""Of every figure of the scenario `global` the rows that `explain` shows add up to it."""

import numpy as np
import pytest
from hubrank import Registry, load, measure, resolve
from hubrank.measuring.cache import Cache
from hubrank.questions.rows import rows_behind

#: For each indicator the input, the column, and how its places' newest rows, or its window's, become one number.
SUMS = {
    "universities-now": ("universities", "top500"),
    "highly-cited": ("highly-cited", "highly_cited"),
    "universities-before": ("universities-before", "top500"),
    "all-companies": ("large-companies", "companies"),
    "research-companies": ("large-companies", "research_intensive"),
    "papers": ("works", "papers"),
    "top-papers": ("works", "top10_papers"),
    "computing-papers": ("computing-papers", "papers"),
    "industry-papers": ("works", "industry_papers"),
    "international-papers": ("works", "international_papers"),
    "laureates": ("laureates", "laureates"),
    "patents": ("patents", "pct"),
    "unicorns-now": ("unicorns", "unicorns"),
    "unicorns-before": ("unicorns-before", "unicorns"),
}
#: Those made from others: how many of each of them.
MADE = {
    "universities": {"universities-now": 0.5, "universities-before": 0.5},
    "companies": {"all-companies": 1, "research-companies": -1},
    "unicorns": {"unicorns-now": 0.5, "unicorns-before": 0.5},
}
UNITS = ("Beijing", "London", "San Francisco")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """The plan of `global`, its measurement, and the cache that both were made with."""
    registry = Registry.installed()
    plan = resolve(load("global", registry), registry)
    cache = Cache(tmp_path_factory.mktemp("cache"))
    return plan, measure(plan, cache), cache


def test_rows_add_up(world):
    """A flow's total and a stock's latest are the sum of the rows; no row at all is 0 where absence means none.

    The best connected place speaks for its unit, so of `connectivity` the largest row is the figure. What is made from
    others is their weighted sum.
    """
    plan, made, cache = world
    assert {*SUMS, *MADE, "connectivity"} == set(made.indicators)
    summed = 0
    for row, edition in enumerate(plan.editions):
        for at in _positions(plan):
            for key in (*SUMS, "connectivity"):
                rows = rows_behind(plan, key, plan.units.units.codes[at], edition, cache)
                value = made.values[row, at, made.indicators.index(key)]
                assert _figure(key, rows, value) == pytest.approx(value, rel=1e-12, nan_ok=True), (key, at, edition)
                summed += any(len(frame) for frame in rows.values())
    assert summed > 80
    figures = dict(zip(made.indicators, np.moveaxis(made.values, -1, 0), strict=True))
    for key, parts in MADE.items():
        assert figures[key] == pytest.approx(sum(times * figures[part] for part, times in parts.items()))


def _positions(plan):
    """The units of the list, and one of which little is known."""
    names = list(plan.units.units["name"])
    found = [at for at, name in enumerate(names) if name.startswith(UNITS)]
    assert len(found) >= len(UNITS)
    return [*found[:3], len(names) - 1]


def _figure(key, rows, value):
    """The rows as one number; without rows NaN where the figure is missing, else 0."""
    ((name, frame),) = rows.items()
    if not len(frame):
        return np.nan if np.isnan(value) else 0.0
    if key == "connectivity":
        return frame["connectivity"].max()
    assert name == SUMS[key][0]
    return frame[SUMS[key][1]].sum()


def test_denominators_of_per_capita(world):
    """Per million inhabitants: papers over the newest people of each place, both from the rows that are shown."""
    registry = Registry.installed()
    plan = resolve(load("global-per-capita", registry), registry)
    made = measure(plan, world[2])
    at, edition = _positions(plan)[0], plan.editions[-1]
    rows = rows_behind(plan, "papers", plan.units.units.codes[at], edition, world[2])

    assert list(rows) == ["works", "population (units' population)"]
    people = rows["population (units' population)"]["population"].sum()
    figure = rows["works"]["papers"].sum() / people * 1e6
    assert figure == pytest.approx(made.values[-1, at, made.indicators.index("papers")], rel=1e-12)
