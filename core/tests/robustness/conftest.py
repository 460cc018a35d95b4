"""Scenarios of random figures."""

from pathlib import Path

import numpy as np
import pytest
import tomli_w
from hubrank.loading import load
from hubrank.measure import measure
from hubrank.plan import resolve
from hubrank.registry import Registry


@pytest.fixture(scope="session")
def registry():
    """Everything that is installed."""
    return Registry.installed()


@pytest.fixture
def make(tmp_path, registry):
    """Makes a plan and its measurement: `make(units, {dimension: [indicators]}, editions, gaps, **tables)`."""

    def made(units=12, tree=None, editions=(2024,), gaps=0.0, seed=0, figures=None, **tables):
        tree = tree or {"a": ["a1", "a2"], "b": ["b1", "b2", "b3"]}
        path = write(tmp_path, units, tree, editions, gaps, seed, figures, tables)
        plan = resolve(load(path, registry), registry)
        return plan, measure(plan)

    made.folder = tmp_path
    return made


def write(folder: Path, units, tree, editions, gaps, seed, figures, tables) -> Path:
    """Write a scenario with its figures; the path of its TOML."""
    rng = np.random.default_rng(seed)
    codes = [f"U{at:04}" for at in range(units)]
    names = [name for members in tree.values() for name in members]
    lines = [",".join(["unit", "year", *names])]
    for row, year in enumerate(editions):
        for at, code in enumerate(codes):
            values = rng.lognormal(size=len(names)) if figures is None else figures[row][at]
            cells = ["" if rng.random() < gaps else repr(float(value)) for value in values]
            lines.append(",".join([code, str(year), *cells]))
    (folder / "units.csv").write_text("unit,name\n" + "\n".join(f"{code},{code}" for code in codes) + "\n")
    (folder / "figures.csv").write_text("\n".join(lines) + "\n")
    indicators = {
        name: {"indicator": "value"} | ({"dimension": dimension} if dimension else {})
        for dimension, members in tree.items()
        for name in members
    }
    table = {
        "title": "Random figures",
        "editions": list(editions),
        "units": {"file": "units.csv"},
        "inputs": {"values": {"source": "files", "options": {"file": "figures.csv"}}},
        "dimensions": {dimension: {} for dimension in tree if dimension},
        "indicators": indicators,
        "normalisation": {"method": "min-max", "low": 1, "high": 100},
        "aggregation": {"method": "arithmetic"},
        "robustness": {"weights": 0.25, "draws": 2000},
    }
    for key, value in tables.items():
        if key in ("dimensions", "indicators"):
            for name, each in value.items():
                table[key][name] = {**table[key].get(name, {}), **each}
        else:
            table[key] = value
    path = folder / "scenario.toml"
    path.write_bytes(tomli_w.dumps(table).encode())
    return path
