"""Small rankings of figures that a test makes, composed by the built-in methods."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np

from hubrank.basis.arrays import Array, Texts
from hubrank.composing.compose import compose
from hubrank.composing.ranking import Ranking
from hubrank.contract.registry import Registry
from hubrank.measuring.measurement import Measurement
from hubrank.methods import indicators, plugin
from hubrank.scenario import file_source
from hubrank.scenario.loading import load
from hubrank.scenario.plan import Plan
from hubrank.scenario.resolving import resolve


def built_in(*modules: ModuleType) -> Registry:
    """The core's own parts and those of these modules, whatever else is installed."""
    return Registry.of(indicators, plugin, file_source, *modules)


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
        """Write the scenario `six.toml` and its tables into a folder."""
        self.folder = folder
        self.registry = built_in()
        self.plans: dict[str, Plan] = {}
        (folder / "six.toml").write_text(SCENARIO)
        (folder / "units.csv").write_text(UNITS)
        columns = "".join(f"U{at},{year},1,2,3,4,5\n" for at in range(6) for year in (2023, 2024))
        (folder / "values.csv").write_text("unit,year,a,b,c,d,e\n" + columns)

    def plan(self, changes: str = "") -> Plan:
        """The scenario with changes laid over it, bound once."""
        if changes in self.plans:
            return self.plans[changes]
        path = self.folder / "mine.toml"
        path.write_text(f'extends = "six.toml"\n{changes}')
        self.plans[changes] = resolve(load(path, self.registry), self.registry)
        return self.plans[changes]

    def flat(self, method: str) -> Plan:
        """One dimension of two indicators, f and g, as they are measured."""
        return self.plan(
            'normalisation = "none"\nexclude = ["money", "ideas"]\n[dimensions]\nall = {}\n'
            '[indicators]\nf = { indicator = "value", dimension = "all", options = { column = "a" } }\n'
            'g = { indicator = "value", dimension = "all", options = { column = "b" } }\n'
            f'[aggregation]\nmethod = "{method}"'
        )

    def rank(self, plan: Plan, values: Array, vintages: Texts | None = None) -> Ranking:
        """Compose figures `(editions, units, indicators)`, the units in the order of their codes."""
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
