"""A small laboratory: methods made by hand, and scenarios that a test writes as text."""

import types
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from attrs import frozen
from hubrank.io.cache import Cache
from hubrank.measurement.figures import measure
from hubrank.methods import derived
from hubrank.plugin import (
    Aggregator,
    DataSource,
    Imputation,
    MethodError,
    NoOptions,
    Normalisation,
    Origin,
    Rescaling,
    Table,
    Treatment,
    Weighting,
    hookimpl,
)
from hubrank.plugin.registry import Registry
from hubrank.ranking.ranking import compose
from hubrank.scenario import files
from hubrank.scenario.load import load
from hubrank.scenario.resolve import resolve

UNITS = """unit,name,country
AAA,Aland,AAA
BBB,Beland,BBB
CCC,Celand,CCC
"""

VALUES = """unit,year,a,b
AAA,2024,1,30
BBB,2024,2,10
CCC,2024,4,20
"""

BASE = """
title = "Three lands"
editions = [2024]

[units]
file = "units.csv"

[inputs.values]
source = "files"
options = { file = "values.csv" }

[dimensions.life]

[indicators]
a = { indicator = "value", dimension = "life" }
b = { indicator = "value", dimension = "life" }

[normalisation]
method = "as-is"

[aggregation]
method = "mean"
"""


@frozen(kw_only=True)
class By:
    """A number for a step to collect."""

    by: float = 2.0


@frozen(kw_only=True)
class Posts:
    """Bounds on an indicator's own scale."""

    at: tuple[float, ...] = (0.0, 1.0)


def plugin(name, **records):
    """A plugin that yields these records: `plugin("mine", indicators=[...])`."""
    made = types.SimpleNamespace(__name__=name)
    for kind, yielded in records.items():
        setattr(made, f"hubrank_{kind}", hookimpl(lambda made=list(yielded): made))
    return made


def _log(values, context, options):
    with np.errstate(invalid="ignore"):
        if (values <= 0).any():
            raise MethodError("logarithms need values above 0")
    return np.log10(values)


def _ends(reference, context, options):
    return np.nanmin(reference, axis=-2, keepdims=True), np.nanmax(reference, axis=-2, keepdims=True)


METHODS = plugin(
    "by-hand",
    imputations=[
        Imputation(name="none", apply=lambda values, context, options: values),
        Imputation(
            name="fill",
            apply=lambda values, context, options: np.where(np.isnan(values), options.by, values),
            options=By,
        ),
    ],
    treatments=[
        Treatment(name="log10", apply=_log, pointwise=True),
        Treatment(name="times", apply=lambda values, context, options: values * options.by, options=By, pointwise=True),
        Treatment(name="cap-at-mean", apply=lambda values, *_: np.fmin(values, np.nanmean(values, -2, keepdims=True))),
    ],
    normalisations=[
        Normalisation(name="as-is", fit=lambda *_: None, apply=lambda values, *_: values, options=NoOptions),
        Normalisation(
            name="range",
            fit=_ends,
            apply=lambda values, ends, context, options: (values - ends[0]) / (ends[1] - ends[0]),
            needs_spread=True,
        ),
        Normalisation(
            name="posts",
            fit=lambda *_: None,
            apply=lambda values, _, context, options: (values - options.at[0]) / (options.at[1] - options.at[0]),
            options=Posts,
            levels=("at",),
        ),
    ],
    weightings=[Weighting(name="fixed", apply=lambda scores, context, options: context.weights)],
    aggregators=[
        Aggregator(name="mean", apply=lambda scores, weights, *_: (scores * weights).sum(axis=-1)),
        Aggregator(name="least", apply=lambda scores, weights, *_: np.where(weights > 0, scores, np.inf).min(axis=-1)),
        Aggregator(name="sum", apply=lambda scores, weights, *_: (scores * weights).sum(axis=-1), weights="raw"),
    ],
    rescalings=[
        Rescaling(name="times", apply=lambda scores, context, options: scores * options.by, options=By),
        Rescaling(name="round", apply=lambda scores, context, options: np.round(scores)),
    ],
)


class Lab:
    """Files in a folder of their own, and what the core makes of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = Cache(folder / "cache")
        self.write("base.toml", BASE)
        self.write("units.csv", UNITS)
        self.write("values.csv", VALUES)

    plugin = staticmethod(plugin)

    @staticmethod
    def desk(
        read, columns=("unit", "year", "papers"), *, indicators=(), source=None, name="works", kind="flow", **table
    ):
        """A plugin with a source `desk` of one table, and indicators that read it."""
        record = {
            "name": "desk",
            "title": "A desk",
            "read": read,
            "sample": lambda table, options: pd.DataFrame(),
            "tables": (Table(name=name, kind=kind, columns=dict.fromkeys(columns, "what it is"), **table),),
            "origins": (Origin(name="desk", producer="A desk", title="Slips", licence="CC0-1.0"),),
            "fingerprint": lambda request: "1",
        }
        return plugin("desk", data_sources=[DataSource(**record | (source or {}))], indicators=indicators)

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file into the folder."""
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def registry(self, *plugins: object) -> Registry:
        """The methods by hand, the built-in indicators, the files, and these."""
        return Registry.of(derived, files, METHODS, *plugins)

    def load(self, changes: str = "", *plugins: object, extends: bool = True):
        """Load `base.toml` with changes laid over it, or a text of its own."""
        text = f'extends = "base.toml"\n{changes}' if extends else changes
        return load(self.write("mine.toml", text), self.registry(*plugins))

    def plan(self, changes: str = "", *plugins: object):
        """Resolve it."""
        return resolve(self.load(changes, *plugins), self.registry(*plugins))

    def measure(self, changes: str = "", *plugins: object):
        """Measure it without a cache: a frame by edition and unit, one column an indicator."""
        plan = self.plan(changes, *plugins)
        return plan, measure(plan)

    def values(self, changes: str = "", *plugins: object, edition: int = 0, indicator: str = "a") -> dict:
        """What was measured of an indicator in an edition (its position), by unit."""
        plan, made = self.measure(changes, *plugins)
        column = made.values[edition, :, made.indicators.index(indicator)]
        return dict(zip(plan.units.units.codes, column.tolist(), strict=True))

    def rank(self, changes: str = "", *plugins: object):
        """Rank it."""
        plan, made = self.measure(changes, *plugins)
        return compose(plan, made)

    def scores(self, changes: str = "", *plugins: object, edition: int = 0) -> dict:
        """The scores of an edition (its position), by unit."""
        ranking = self.rank(changes, *plugins)
        return dict(zip(ranking.codes, ranking.scores[edition].tolist(), strict=True))


@pytest.fixture(scope="session")
def new_lab():
    """What makes a laboratory in a folder."""
    return Lab


@pytest.fixture
def lab(tmp_path):
    """A laboratory in a folder of its own."""
    return Lab(tmp_path)
