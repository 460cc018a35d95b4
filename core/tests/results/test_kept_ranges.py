"""Kept ranges have the bytes of those drawn anew, whatever was changed between them."""

import attrs
import numpy as np
import pytest
import tomli_w
from hubrank.io.cache import Cache
from hubrank.io.limits import limited
from hubrank.plugin.registry import Registry
from hubrank.results import rank as running
from hubrank.scenario.load import merge
from hubrank.uncertainty import outcome
from hubrank.uncertainty.budget import Budget
from hypothesis import example, given, settings
from hypothesis import strategies as st

UNITS = "unit,name,country\n" + "".join(f"U{at},Unit {at},{'AB'[at % 2]}\n" for at in range(8))
VALUES = "unit,year,a,b,se\n" + "".join(
    f"U{unit},{year},{1 + (7 * unit + year) % 11},{1 + (5 * unit + year) % 13},{0.5 + unit / 9}\n"
    for unit in range(8)
    for year in (2023, 2024)
)
BASE = {
    "title": "Eight",
    "editions": [2023, 2024],
    "units": {"file": "units.csv"},
    "inputs": {"values": {"source": "files", "options": {"file": "values.csv"}}},
    "dimensions": {"life": {}},
    "indicators": {
        "a": {"indicator": "value", "dimension": "life"},
        "b": {"indicator": "value", "dimension": "life"},
        "se": {"indicator": "value"},
    },
    "normalisation": "min-max",
    "aggregation": "arithmetic",
    "robustness": {"draws": 128, "weight_uncertainty": 0.4, "error": {"a": {"standard_error": "se"}}},
}
#: Choices that ranges depend on.
CHANGES = (
    {"robustness": {"draws": 256}},
    {"robustness": {"seed": 2}},
    {"robustness": {"weight_uncertainty": 0.2}},
    {"robustness": {"error": {"b": {"standard_error": "se"}}}},
    {"robustness": {"normalisation": ["z-score", "rank"]}},
    {"indicators": {"a": {"weight": 3}}},
    {"indicators": {"a": {"direction": -1}}},
    {"normalisation": "rank"},
    {"aggregation": "geometric", "normalisation": {"method": "min-max", "range": [1, 100]}},
    {"editions": [2024]},
    {"units": {"exclude": ["U1"]}},
    {"ranking": {"best": "lowest"}},
    {"inputs": {"values": {"lag": 1}}, "editions": [2024, 2025]},
)
quick = settings(max_examples=3)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A function that ranks a scenario of eight units with changes; `desk.drawn` counts how often it drew."""
    (tmp_path / "units.csv").write_text(UNITS)
    (tmp_path / "values.csv").write_text(VALUES)
    registry, assess = Registry.installed(), outcome.assess

    def ranked(cache, *changes, **asked):
        table = BASE
        for change in changes:
            table = merge(table, change)
        (tmp_path / "eight.toml").write_text(tomli_w.dumps(table))
        return running.rank_with_intervals(str(tmp_path / "eight.toml"), cache=cache, **asked)

    monkeypatch.setattr(Registry, "installed", classmethod(lambda cls: registry))
    monkeypatch.setattr(outcome, "assess", lambda *given, **named: ranked.drawn.append(1) or assess(*given, **named))
    ranked.drawn, ranked.folder, ranked.cache = [], tmp_path, Cache(tmp_path / "cache")
    return ranked


def bits(value):
    """A ranking's ranges, to the last bit."""
    if attrs.has(type(value)):
        return {item.name: bits(getattr(value, item.name)) for item in attrs.fields(type(value))}
    return (value.dtype, value.shape, value.tobytes()) if isinstance(value, np.ndarray) else repr(value)


def ranges(ranking):
    """All that draws have added to a ranking, and what it says of them."""
    names = ("ranks", "low", "high", "joint", "ranked_share", "agreement", "robust", "drawn")
    texts = [str(ranking.ranges_note), *(ranking.range_texts(at) for at in range(len(ranking.editions)))]
    return {name: bits(getattr(ranking, name)) for name in names}, texts, ranking.table().to_dict("list").__repr__()


@pytest.mark.long
@quick
@example([[0], [5, 8], [4, 8]])
@given(st.lists(st.lists(st.integers(0, len(CHANGES) - 1), max_size=2), min_size=1, max_size=2))
def test_any_changes(desk, sequence):
    """In any order, each of them once more at the end, when all is kept."""
    for chosen in sequence:
        desk(desk.cache, *(CHANGES[at] for at in chosen))
    desk.drawn.clear()
    kept = [desk(desk.cache, *(CHANGES[at] for at in chosen)) for chosen in sequence]
    assert len(desk.drawn) == sum(item.low is None for item in kept)  # where no draw can be made
    assert [*map(ranges, kept)] == [ranges(desk(None, *(CHANGES[at] for at in chosen))) for chosen in sequence]


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_drawn_again(desk, change):
    """After every choice that the ranges depend on, once; what is kept is what was drawn."""
    made = [ranges(desk(desk.cache, *changes)) for changes in ([], [], [change], [change])]

    assert len(desk.drawn) == 2
    assert made[::2] == made[1::2]


def test_a_value_that_changes(desk):
    """What counts is what was measured."""
    desk(desk.cache)
    path = desk.folder / "values.csv"
    path.write_text(path.read_text().replace("U0,2024,", "U0,2024,9"))

    assert ranges(desk(desk.cache)) == ranges(desk(None))
    assert len(desk.drawn) == 3


def test_what_is_asked_for(desk):
    """A number of draws is kept, and so is that of a limit; draws by the clock, and those that are heard, are made."""
    heard = []
    for budget in (Budget(draws=64), Budget(draws=64), Budget(draws=128)):
        desk(desk.cache, budget=budget)
    assert len(desk.drawn) == 2
    for budget in (Budget(seconds=0.01), Budget(seconds=0.01), Budget(draws=64, listener=lambda *_: heard.append(1))):
        desk(desk.cache, budget=budget)
    assert len(desk.drawn) == 5
    assert heard
    with limited(draws=200):
        desk(desk.cache, budget=Budget(draws=64))
    assert len(desk.drawn) == 6
