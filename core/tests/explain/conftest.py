"""Small rankings of made figures, composed by the built-in methods."""

from pathlib import Path

import numpy as np
import pytest
from hubrank import basics, builtin, files
from hubrank.compose import compose
from hubrank.loading import load
from hubrank.measurement import Measurement
from hubrank.plan import resolve
from hubrank.registry import Registry

UNITS = "unit,name,country,continent\n" + "".join(
    f"U{at},Unit {at},{'AB'[at % 2]},{'East' if at < 3 else 'West'}\n" for at in range(6)
)

SCENARIO = """
title = "Six units"
editions = [2023, 2024]

[units]
file = "units.csv"

[inputs.values]
source = "files"
options = { file = "values.csv", producer = "the units", licence = "CC0-1.0" }

[dimensions]
ideas = {}
money = { weight = 2 }

[indicators]
a = { indicator = "value", dimension = "ideas" }
b = { indicator = "value", dimension = "ideas", weight = 3 }
c = { indicator = "value", dimension = "money" }
d = { indicator = "value", dimension = "money" }
e = { indicator = "value", dimension = "money" }

[normalisation]
method = "min-max"
low = 1
high = 100

[missing]
rule = "renormalise"
at_least_share = 0.3

[aggregation]
method = "arithmetic"
"""


class Workshop:
    """Plans from a text, and rankings of figures that a test makes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.registry = Registry.of(basics, builtin, files)
        self.plans = {}
        (folder / "six.toml").write_text(SCENARIO)
        (folder / "units.csv").write_text(UNITS)
        columns = "".join(f"U{at},{year},1,2,3,4,5\n" for at in range(6) for year in (2023, 2024))
        (folder / "values.csv").write_text("unit,year,a,b,c,d,e\n" + columns)

    def plan(self, changes: str = ""):
        """The scenario with changes laid over it, bound once."""
        if changes in self.plans:
            return self.plans[changes]
        path = self.folder / "mine.toml"
        path.write_text(f'extends = "six.toml"\n{changes}')
        self.plans[changes] = resolve(load(path, self.registry), self.registry)
        return self.plans[changes]

    def flat(self, method):
        """One dimension of two indicators, f and g, as they are measured."""
        return self.plan(
            'normalisation = "none"\nexclude = ["money", "ideas"]\n[dimensions]\nall = {}\n'
            '[indicators]\nf = { indicator = "value", dimension = "all", options = { column = "a" } }\n'
            'g = { indicator = "value", dimension = "all", options = { column = "b" } }\n'
            f'[aggregation]\nmethod = "{method}"'
        )

    def rank(self, plan, values, vintages=None):
        """Compose figures `(editions, units, indicators)`."""
        texts = np.full(values.shape, "", dtype=object)
        measurement = Measurement(
            indicators=tuple(each.key for each in plan.indicators),
            values=np.asarray(values, dtype=float),
            origins=texts,
            vintages=texts if vintages is None else vintages,
            methods=texts,
            inputs=(),
        )
        return compose(plan, measurement)


@pytest.fixture(scope="session")
def workshop(tmp_path_factory):
    """A folder with the scenario `six.toml`."""
    return Workshop(tmp_path_factory.mktemp("workshop"))


@pytest.fixture
def figures():
    """Figures of six units in two editions, no two alike, with two gaps."""
    values = np.random.default_rng(7).uniform(1, 50, size=(2, 6, 5))
    values[0, 1, 0] = values[1, 2, 3] = np.nan
    return values


@pytest.fixture
def towns(tmp_path):
    """A scenario's path: three towns with two figures in two editions; in the second Zell is first."""
    (tmp_path / "units.csv").write_text("unit,name,country\nx,Xanten,AA\ny,Ypern,BB\nz,Zell,BB\n")
    rows = "x,2023,9,5\ny,2023,2,1\nz,2023,3,2\nx,2024,1,5\ny,2024,2,1\nz,2024,9,2\n"
    (tmp_path / "values.csv").write_text("unit,year,a,b\n" + rows)
    path = tmp_path / "towns.toml"
    path.write_text(
        'title = "Towns"\neditions = [2023, 2024]\nunits = { file = "units.csv" }\naggregation = "arithmetic"\n'
        'normalisation = "min-max"\n[inputs]\nvalues = { source = "files", options = { file = "values.csv" } }\n'
        '[dimensions]\nall = {}\n[indicators]\na = { indicator = "value", dimension = "all" }\n'
        'b = { indicator = "value", dimension = "all" }\n'
    )
    return str(path)


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Run a command line; its exit code, output and errors."""
    from hubrank.cli.app import run as run_words

    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))

    def call(*words):
        code = run_words(words)
        return code, *capsys.readouterr()

    return call
