"""A kept measurement has the bytes of one made anew, whatever was changed between them."""

import importlib
import sys

import attrs
import numpy as np
import pandas as pd
import pytest
import tomli_w
from hubrank.io.cache import Cache
from hubrank.measurement import figures, totals
from hubrank.measurement.figures import measure
from hubrank.methods import builtins, derived
from hubrank.plugin import Indicator
from hubrank.plugin.registry import Registry
from hubrank.scenario import files
from hubrank.scenario.load import load, merge
from hubrank.scenario.resolve import resolve
from hypothesis import example, given, settings
from hypothesis import strategies as st

UNITS = "unit,name,country,people\n" + "".join(f"U{at},Unit {at},{'AB'[at % 2]},{10 + at}\n" for at in range(7))
VALUES = "unit,year,a,b,se\n" + "".join(
    f"U{unit},{year},{'' if (unit, year) == (2, 2023) else (7 * unit + year) % 11},{1 + (5 * unit + year) % 13},0.5\n"
    for unit in range(9)
    for year in (2022, 2023, 2024)
)
BASE = {
    "title": "Seven",
    "editions": [2023, 2024],
    "units": {"file": "units.csv"},
    "inputs": {"values": {"source": "files", "options": {"file": "values.csv", "kind": "stock"}, "max_age": 1}},
    "dimensions": {"life": {}},
    "indicators": {
        "b": {"indicator": "value", "dimension": "life"},
        "a": {"indicator": "value", "dimension": "life"},
        "se": {"indicator": "value"},
        "share": {"indicator": "ratio", "from": ["a", "b"], "dimension": "life"},
    },
    "normalisation": "min-max",
    "aggregation": "arithmetic",
    "robustness": {"error": {"a": {"standard_error": "se"}, "b": {"relative": 0.1, "count": True, "per_year": 0.05}}},
}
#: Changes of what is measured; at the end those of which nothing that is measured depends.
CHANGES = (
    {"editions": [2022, 2024]},
    {"inputs": {"values": {"lag": 1}}},
    {"inputs": {"values": {"max_age": 0}}},
    {"inputs": {"values": {"look_ahead": True}}},
    {"inputs": {"values": {"options": {"kind": "flow"}, "window": 2}}},
    {"inputs": {"values": {"match": "folded"}}},
    {"indicators": {"a": {"editions": {"first": 2024}}}},
    {"indicators": {"b": {"max_age": 0}}},
    {"indicators": {"share": {"options": {"scale": 100}}}},
    {"indicators": {"share": {"from": ["b", "a"]}}},
    {"units": {"exclude": ["U1"]}},
    {"robustness": {"error": {"b": {"relative": 0.2}}}},
    {"robustness": {"error": {"share": {"relative": 0.1}}}},
    {"title": "Other"},
    {"indicators": {"a": {"weight": 3, "direction": -1}}},
    {"normalisation": "rank", "aggregation": "geometric", "treatment": ["log"]},
    {"robustness": {"draws": 7, "weight_uncertainty": 0.2}},
)
LATER = CHANGES[-4:]
quick = settings(max_examples=5)


def bits(value):
    """All that a record says, to the last bit."""
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.tobytes(), value.flags.c_contiguous or not any(value.strides)
    if isinstance(value, pd.DataFrame):
        return [(name, column.dtype, column.tolist()) for name, column in value.items()]
    if attrs.has(type(value)):
        names = (item.name for item in attrs.fields(type(value)) if item.name not in ("cached", "_known"))
        return [type(value), *((name, bits(getattr(value, name))) for name in names)]
    if isinstance(value, dict):
        return [(key, bits(item)) for key, item in value.items()]
    return [*map(bits, value)] if isinstance(value, list | tuple) else (type(value), repr(value))


@pytest.fixture
def desk(tmp_path):
    """A folder with a scenario of seven units, and a function that measures it with changes."""
    registry = Registry.of(derived, builtins, files)
    (tmp_path / "units.csv").write_text(UNITS)
    (tmp_path / "values.csv").write_text(VALUES)

    def measured(cache, *changes):
        table = BASE
        for change in changes:
            table = merge(table, change)
        (tmp_path / "seven.toml").write_text(tomli_w.dumps(table))
        return measure(resolve(load(tmp_path / "seven.toml", registry), registry), cache)

    measured.cache = Cache(tmp_path / "cache")
    measured.folder = tmp_path
    return measured


@pytest.fixture
def made(monkeypatch):
    """How many measurements were made."""
    numbers = []
    make = figures._measured
    monkeypatch.setattr(figures, "_measured", lambda *given: numbers.append(1) or make(*given))
    return numbers


@pytest.mark.long
@quick
@example([[*range(len(CHANGES))], []])
@given(st.lists(st.lists(st.integers(0, len(CHANGES) - 1), max_size=3), min_size=1, max_size=2))
def test_any_changes(desk, sequence):
    """In any order, each of them once more at the end, when all is kept."""
    for chosen in [*sequence, *sequence]:
        changes = [CHANGES[at] for at in chosen]
        assert bits(desk(desk.cache, *changes)) == bits(desk(None, *changes))


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_measured_again(desk, made, change):
    """All that changes values, and nothing else; what is kept is what was measured."""
    desk(desk.cache)
    first, second = (bits(desk(desk.cache, change)) for _ in range(2))

    assert len(made) == (1 if change in LATER else 2)
    assert first == second


@pytest.mark.parametrize(("name", "old", "new"), [("values.csv", "U0,2024", "U0,2021"), ("units.csv", ",A,1", ",C,1")])
def test_a_file_that_changes(desk, made, name, old, new):
    """The rows that are read, and the units' columns, which an indicator may use."""
    desk(desk.cache)
    path = desk.folder / name
    path.write_text(path.read_text().replace(old, new))

    assert bits(desk(desk.cache)) == bits(desk(None))
    assert len(made) == 3


def test_rows_without_a_fingerprint(lab, made):
    """Changes could not be seen, so nothing is kept of them."""
    rows = {"unit": ["AAA"], "year": [2024], "papers": [1.0]}
    source = lab.desk(lambda _: iter([pd.DataFrame(rows)]), source={"fingerprint": lambda _: ""})
    plan = lab.plan(
        '[inputs.works]\nsource = "desk"\n[indicators]\n'
        'papers = { indicator = "value", dimension = "life", inputs = { values = "works" } }',
        source,
    )
    for _ in range(2):
        measure(plan, lab.cache)

    assert len(made) == 2


CODE = "def measure(inputs, units, options):\n    return inputs['values'].value('a') * 2\n"


def test_an_indicator_under_development(lab, made, monkeypatch):
    """Its version stays and its code changes: its old values are not used. Of one in no file nothing is kept."""
    path = lab.write("hubrank_twice.py", CODE)
    monkeypatch.syspath_prepend(lab.folder)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    module = importlib.import_module("hubrank_twice")
    scenario = '[indicators]\na = { indicator = "twice", dimension = "life", inputs = { values = "values" } }'

    def first(function):
        totals._digest.cache_clear()
        twice = Indicator(name="twice", title="", unit_of_measure="", inputs={"values": {"a": float}}, measure=function)
        return measure(lab.plan(scenario, lab.plugin("hubrank-twice", indicators=[twice])), lab.cache).values[0, 0, 0]

    assert [first(module.measure), first(module.measure), len(made)] == [2, 2, 1]
    path.write_text(CODE.replace("2", "30"))
    importlib.reload(module)
    assert [first(module.measure), first(module.measure), len(made)] == [30, 30, 2]
    module.measure.__module__ = None
    assert [first(module.measure), first(module.measure), len(made)] == [30, 30, 4]
    del sys.modules["hubrank_twice"]
