"""Parts that are right in ways that few are: the kit accuses none of them, and leaves none unchecked."""

from types import SimpleNamespace

import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pytest
from attrs import evolve
from hubrank import (
    Aggregator,
    DataSource,
    Imputation,
    Indicator,
    MethodError,
    Normalisation,
    Origin,
    Rescaling,
    Table,
    Treatment,
    UnitSet,
    Weighting,
    hookimpl,
)
from hubrank.testing import tried

PAPERS = Indicator(
    name="papers",
    title="Papers",
    unit_of_measure="papers",
    inputs={"works": {"papers": float}},
    measure=lambda inputs, units, options: inputs["works"].total("papers"),
)


def measuring(measure, **changes):
    """An indicator with another function of its rows and the units."""
    return evolve(PAPERS, measure=lambda inputs, units, options: measure(inputs.get("works"), units), **changes)


def backwards(values):
    """Values in another order, of few units and under another name."""
    return values.dropna()[::-1].rename("anything")


INDICATORS = {
    "whole numbers": measuring(lambda works, units: works.total("papers", absent=0).dropna().astype("int64")),
    "32 bits": measuring(lambda works, units: works.total("papers").astype("float32")),
    "nullable": measuring(lambda works, units: works.total("papers").astype("Float64")),
    "few units, backwards": measuring(lambda works, units: backwards(works.total("papers"))),
    "no rows at all": measuring(lambda works, units: units["area"] * 0 + 1, inputs={}, unit_columns=("area",)),
    "bands": measuring(lambda works, units: (works.total("papers") // 100).clip(upper=5)),
    "logarithms": measuring(lambda works, units: np.log(works.total("papers").where(lambda each: each > 0))),
    "rows in batches": measuring(
        lambda works, units: sum(
            (each.groupby("unit")["papers"].sum().reindex(units.codes, fill_value=0) for each in works),
            works.total("papers") * 0,
        ),
        rows=("works",),
    ),
}


def rows(**columns):
    """Rows of two countries."""
    return pd.DataFrame({"country": ["AAA", "BBB"], "year": [2023, 2024], "firms": [3.0, None]} | columns)


FIRMS = Table(
    name="firms",
    kind="flow",
    columns={"country": "ISO 3166-1", "year": "of the entry", "firms": "how many"},
    origin="register",
)
REGISTER = Origin(name="register", producer="A register", title="Firms", licence="CC0-1.0")
SOURCE = DataSource(
    name="register",
    title="A register",
    read=lambda request: [rows()],
    sample=lambda table, options: rows(),
    tables=(FIRMS,),
    origins=(REGISTER,),
)


def giving(made, **changes):
    """The source with other rows."""
    return evolve(SOURCE, read=lambda request: made(), **changes)


OF_ROWS = evolve(FIRMS, origin="", columns={**FIRMS.columns, "origin": "who says so"})
OWN = {"origin": ["register", "archive"]}
SOURCES = {
    "lazy": giving(lambda: [nw.from_native(pl.from_pandas(rows()).lazy())]),
    "row by row": giving(lambda: (rows()[at : at + 1] for at in range(2))),
    "empty batches between": giving(lambda: iter([rows()[:0], rows(), rows()[:0]])),
    "more than it says": giving(lambda: [rows(note=["a", "b"])]),
    "whole numbers that may lack": giving(
        lambda: [rows().astype({"year": "Int64", "firms": "Int64"})],
        sample=lambda table, options: rows().astype({"year": "Int64", "firms": "Int64"}),
    ),
    "categories": giving(lambda: [rows().astype({"country": "category"})]),
    "origins of rows": evolve(
        SOURCE,
        read=lambda request: [rows(**OWN)],
        sample=lambda table, options: rows(**OWN),
        tables=(OF_ROWS,),
        origins=lambda options: (REGISTER, evolve(REGISTER, name="archive")),
    ),
    "an origin of places": evolve(SOURCE, origins=(REGISTER, evolve(REGISTER, name="geonames"))),
    "tables of its options": evolve(SOURCE, tables=lambda options: (FIRMS,)),
}


def random(values, context, options):
    """Gaps become measured values of the edition, drawn by the scenario's generator."""
    filled = values.copy()
    for at in np.argwhere(np.isnan(values)):
        known = values[(*at[:-2], slice(None), at[-1])]
        known = known[~np.isnan(known)]
        if known.size:
            filled[tuple(at)] = context.rng.choice(known)
    return filled


def own_signs(values, fitted, context, options):
    """Ranks of values whose direction it turns itself."""
    return np.where(np.isnan(values), np.nan, context.directions * np.nan_to_num(values))


def needs_spread(reference, context, options):
    """The range, which must not be 0."""
    spread = np.nanmax(reference, axis=-2, keepdims=True, initial=-1e300) - np.nanmin(
        reference, axis=-2, keepdims=True, initial=1e300
    )
    if (spread == 0).any():
        raise MethodError("all units are equal")
    return spread


METHODS = {
    "nothing filled": Imputation(name="odd", apply=lambda values, context, options: values.copy()),
    "the same array": Imputation(name="odd", apply=lambda values, context, options: values),
    "random": Imputation(name="odd", apply=random, random=True),
    "constant": Treatment(name="odd", apply=lambda values, context, options: values * 0, pointwise=True),
    "float32": Treatment(name="odd", apply=lambda values, context, options: values.astype("float32")),
    "masked": Treatment(
        name="odd", apply=lambda values, context, options: np.ma.masked_invalid(values) / 2, pointwise=True
    ),
    "oriented by itself": Normalisation(
        name="odd", fit=lambda reference, context, options: None, apply=own_signs, oriented=False
    ),
    "needs spread": Normalisation(
        name="odd",
        fit=needs_spread,
        apply=lambda values, spread, context, options: values / spread,
        needs_spread=True,
    ),
    "all ties": Normalisation(
        name="odd",
        fit=lambda reference, context, options: {"nothing": 1},
        apply=lambda values, fitted, context, options: np.where(np.isnan(values), np.nan, 50),
    ),
    "one member": Weighting(
        name="odd", apply=lambda scores, context, options: (np.arange(len(context.members)) == 0).astype(int)
    ),
    "for each unit": Weighting(
        name="odd", apply=lambda scores, context, options: np.ones(scores.shape), data_driven=True
    ),
    "whole scores": Aggregator(
        name="odd", apply=lambda scores, weights, context, options: ((scores > 50) & (weights > 0)).sum(axis=-1)
    ),
    "constant scores": Aggregator(
        name="odd", apply=lambda scores, weights, context, options: np.zeros(scores.shape[:-1])
    ),
    "refuses what is not above 0": Aggregator(name="odd", apply=lambda scores, weights, *_: roots(scores, weights)),
    "steps": Rescaling(name="odd", apply=lambda scores, context, options: np.floor(scores / 10)),
    "turned round": Rescaling(name="odd", apply=lambda scores, context, options: -scores, reverses=True),
}


def roots(scores, weights):
    """A weighted mean of roots, which numbers below 0 have not."""
    if (scores < 0).any():
        raise MethodError("a score is below 0")
    return (np.sqrt(scores) * weights).sum(axis=-1)


def set_of(**columns):
    """A set of units at one place."""
    frame = pd.DataFrame({"unit": ["A", "B"], "name": ["A-town", "B-town"]} | columns)
    return UnitSet(name="odd", title="Odd", units=lambda: frame, places=lambda: frame)


SETS = {
    "without origins": set_of(country=["AAA", "BBB"]),
    "on the line of dates": set_of(lat=[0.0, -89.9], lon=[180.0, -180.0]),
    "further columns": set_of(country=["AAA", "BBB"], mayor=["x", None]),
}
HOOKS = {
    Indicator: "hubrank_indicators",
    DataSource: "hubrank_data_sources",
    UnitSet: "hubrank_unit_sets",
    Imputation: "hubrank_imputations",
    Treatment: "hubrank_treatments",
    Normalisation: "hubrank_normalisations",
    Weighting: "hubrank_weightings",
    Aggregator: "hubrank_aggregators",
    Rescaling: "hubrank_rescalings",
}


def plugin(record):
    """A plugin that brings one part."""
    hook = HOOKS[type(record)]

    def bring():
        yield record

    bring.__name__ = hook
    return SimpleNamespace(__name__="odd", **{hook: hookimpl(bring)})


EVERY = {**INDICATORS, **SOURCES, **METHODS, **SETS}


@pytest.mark.parametrize("name", EVERY)
def test_not_accused(name):
    """All of its checks are made, and none fails."""
    assert [(each.check, each.what) for each in tried(plugin(EVERY[name])) if each.state != "kept"] == []
