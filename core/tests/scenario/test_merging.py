"""Tables over one another: `merge`, and indicators that say `like`."""

import pytest
from hubrank.scenario.load import merge


@pytest.mark.parametrize(
    ("base", "over", "merged"),
    [
        ({"a": 1, "b": 2}, {"b": 3}, {"a": 1, "b": 3}),
        ({"t": {"a": 1, "b": 2}}, {"t": {"b": 3}}, {"t": {"a": 1, "b": 3}}),
        ({"l": [1, 2]}, {"l": [3]}, {"l": [3]}),
        (
            {"n": {"method": "m", "low": 1}},
            {"n": {"method": "m", "high": 2}},
            {"n": {"method": "m", "low": 1, "high": 2}},
        ),
        ({"n": {"method": "m", "low": 1}}, {"n": {"high": 2}}, {"n": {"method": "m", "low": 1, "high": 2}}),
        ({"n": {"method": "m", "low": 1}}, {"n": {"method": "o"}}, {"n": {"method": "o"}}),
        ({"n": {"method": "m", "low": 1}}, {"n": "o"}, {"n": "o"}),
        ({"n": "o"}, {"n": {"method": "m"}}, {"n": {"method": "m"}}),
        (
            {"units": {"set": "hubs", "where": {"a": 1}}},
            {"units": {"file": "u.csv"}},
            {"units": {"file": "u.csv"}},
        ),
        (
            {"units": {"set": "hubs", "within_km": 50}},
            {"units": {"where": {"a": 1}}},
            {"units": {"set": "hubs", "within_km": 50, "where": {"a": 1}}},
        ),
        (
            {"inputs": {"works": {"source": "almanac", "window": "newest", "options": {"a": 1}}}},
            {"inputs": {"works": {"source": "files", "options": {"file": "x.csv"}}}},
            {"inputs": {"works": {"source": "files", "options": {"file": "x.csv"}}}},
        ),
        (
            {"inputs": {"v": {"source": "files", "lag": 1, "options": {"file": "a.csv", "kind": "flow"}}}},
            {"inputs": {"v": {"source": "files", "options": {"file": "b.csv"}}}},
            {"inputs": {"v": {"source": "files", "lag": 1, "options": {"file": "b.csv", "kind": "flow"}}}},
        ),
        (
            {"indicators": {"papers": {"dimension": "d", "options": {"per": 1}, "inputs": {"works": "w"}}}},
            {"indicators": {"papers": {"indicator": "value", "options": {"column": "x"}}}},
            {"indicators": {"papers": {"indicator": "value", "dimension": "d", "options": {"column": "x"}}}},
        ),
    ],
)
def test_merge(base, over, merged):
    """Tables merge, anything else is replaced; another method, source, indicator or unit set has its own options."""
    assert merge(base, over) == merged


def test_like_takes_what_is_not_said(lab):
    """C is B with another weight and a column of its own; the direction and the dimension are B's."""
    loaded = lab.load(
        '[indicators]\nb = { direction = -1 }\nc = { like = "b", weight = 3, options = { column = "a" } }'
    )
    made = loaded.scenario.indicators["c"]

    assert (made.indicator, made.dimension, made.direction) == ("value", "life", -1)
    assert (made.weight, made.options) == (3, {"column": "a"})


def test_like_follows_what_extends_changes(lab):
    """What a scenario says of an indicator that it inherits goes to those that are like it."""
    lab.write("middle.toml", 'extends = "base.toml"\n[indicators]\nc = { like = "a", options = { column = "b" } }')
    loaded = lab.load('extends = "middle.toml"\n[indicators]\na = { weight = 5, direction = -1 }', extends=False)
    made = loaded.scenario.indicators["c"]

    assert (made.weight, made.direction, made.options) == (5, -1, {"column": "b"})
    assert "like" not in loaded.table["indicators"]["c"]
