"""A plugin of every kind of part, what is done in its functions, and what a command line says of it."""

import shutil
import sys
from pathlib import Path

import pytest
from hubrank.cli.app import run

GOOD = Path(__file__).parents[1] / "wrong" / "good.toml"

#: What is done in plugins.
OUTBURSTS = """
import os
import shutil
import signal
import sys


class Mute(Exception):
    def __str__(self):
        raise ValueError("nothing to say")


def deeper():
    return deeper() + 1
"""
#: A plugin of every kind of part, named odd; `doom` is called in the function of each.
PARTS = (
    OUTBURSTS
    + """
import numpy as np
import pandas as pd
from attrs import frozen
from hubrank.plugin import (
    Aggregator,
    DataSource,
    Exporter,
    Imputation,
    Indicator,
    Normalisation,
    Origin,
    Rescaling,
    ScenarioFile,
    Table,
    Treatment,
    UnitSet,
    Weighting,
    hookimpl,
)



def doom({given}):
    {body}


def rows():
    return pd.DataFrame({{"unit": ["AAA", "BBB", "CCC", "DDD", "EEE"], "year": 2024, "odd": [1.0, 2, 3, 4, 5]}})


def units():
    doom()
    return pd.DataFrame({{"unit": ["AAA", "BBB", "CCC", "DDD", "EEE"]}})


def places():
    return pd.DataFrame({{"unit": ["AAA", "BBB", "CCC", "DDD", "EEE"]}})


def read(request):
    doom()
    yield rows()


def measure(inputs, units, options):
    values = inputs["values"].latest("health")
    doom()
    return values


def changed(values, *_):
    doom()
    return values


def write(ranking, path):
    doom()
    path.write_text("ranked")


@hookimpl
def hubrank_unit_sets():
    yield UnitSet(name="odd", title="Odd", units=units, places=places)


@hookimpl
def hubrank_data_sources():
    yield DataSource(
        name="odd",
        title="Odd",
        read=read,
        sample=lambda table, options: rows(),
        tables=(Table(name="odd", kind="stock", columns={{"unit": "", "year": "", "odd": ""}}, origin="odd"),),
        origins=(Origin(name="odd", producer="odd", title="odd", licence="CC0-1.0"),),
    )


@hookimpl
def hubrank_indicators():
    yield Indicator(name="odd", title="", unit_of_measure="", inputs={{"values": {{"health": float}}}}, measure=measure)


@hookimpl
def hubrank_imputations():
    yield Imputation(name="odd", apply=lambda values, context, options: changed(np.nan_to_num(values)))


@hookimpl
def hubrank_treatments():
    yield Treatment(name="odd", apply=changed)


@hookimpl
def hubrank_normalisations():
    yield Normalisation(name="odd", fit=lambda *_: None, apply=changed)


@hookimpl
def hubrank_weightings():
    yield Weighting(name="odd", apply=lambda scores, context, options: changed(context.weights))


@hookimpl
def hubrank_aggregators():
    yield Aggregator(name="odd", apply=lambda scores, weights, *_: changed((scores * weights).sum(axis=-1)))


@hookimpl
def hubrank_rescalings():
    yield Rescaling(name="odd", apply=changed)


@hookimpl
def hubrank_exporters():
    yield Exporter(name="odd", suffix=".odd", write=write)
"""
)

COMMAND = (
    OUTBURSTS
    + """
from hubrank.plugin import Command, hookimpl


def greet(name: str = "world"):
    {body}


@hookimpl
def hubrank_commands():
    yield Command(name="greet", help="Say hello.", function=f"{{__name__}}:greet")
"""
)

BASE = 'extends = "{good}"\n'
GAPS = """
title = "Lands"
editions = [2024]
units = {{ file = "units.csv" }}
inputs.values = {{ source = "files", options = {{ file = "gaps.csv" }} }}
dimensions.life = {{}}
indicators.health = {{ indicator = "value", dimension = "life" }}
indicators.income = {{ indicator = "value", dimension = "life" }}
normalisation.method = "min-max"
aggregation.method = "arithmetic"
imputation.method = "odd"
"""
SOURCE = """
[inputs.strange]
source = "odd"
table = "odd"
[indicators.strange]
indicator = "value"
dimension = "life"
inputs = {{ values = "strange" }}
options = {{ column = "odd" }}
"""
DOUBT = '[robustness]\ndraws = 20\nweight_uncertainty = {{ distribution = "dirichlet", concentration = 10 }}\n'

#: For each kind of part a scenario that uses it, and the function that is called.
USES = {
    "unit set": (
        GAPS.replace('imputation.method = "odd"', 'imputation.method = "median"').replace(
            'file = "units.csv"', 'set = "odd"'
        ),
        "units",
    ),
    "source": (BASE + SOURCE, "read"),
    "indicator": (BASE + '[indicators]\nodd = {{ dimension = "life" }}\n', "measure"),
    "imputation": (GAPS, "apply"),
    "treatment": (BASE + 'treatment.steps = [{{ method = "odd" }}]\n', "apply"),
    "normalisation": (BASE + '[normalisation]\nmethod = "odd"\n', "apply"),
    "weighting": (BASE + '[weighting]\nmethod = "odd"\n', "apply"),
    "aggregator": (BASE + '[aggregation]\nmethod = "odd"\n', "apply"),
    "rescaling": (BASE + 'ranking.post_processing = [{{ method = "odd" }}]\n', "apply"),
    "exporter": (BASE, "write"),
}


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A function that puts a distribution on the path: its parts, its commands, or both."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)

    def put(parts="", commands=""):
        info = tmp_path / "hubrank_odd-0.1.dist-info"
        shutil.rmtree(info, ignore_errors=True)
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: hubrank-odd\nVersion: 0.1\n", encoding="utf-8")
        groups = ""
        for group, module, code in (("hubrank", "odd_parts", parts), ("hubrank.commands", "odd_commands", commands)):
            if code:
                (tmp_path / f"{module}.py").write_text(code, encoding="utf-8")
                monkeypatch.delitem(sys.modules, module, raising=False)
                groups += f"[{group}]\nodd = {module}\n"
        (info / "entry_points.txt").write_text(groups, encoding="utf-8")

    return put


@pytest.fixture
def said(capfd):
    """A function that runs a command line here and gives its exit code, its output and its errors."""

    def do(*words):
        capfd.readouterr()
        code = run(list(words))
        out, err = capfd.readouterr()
        return code, out, err

    return do


def words_for(kind, folder):
    """The command line that uses the odd part of a kind."""
    scenario, _ = USES[kind]
    path = folder / "mine.toml"
    path.write_text(scenario.format(good=GOOD.as_posix()), encoding="utf-8")
    units = (GOOD.parent / "data" / "units.csv").read_text(encoding="utf-8")
    (folder / "units.csv").write_text(units, encoding="utf-8")
    lines = (GOOD.parent / "data" / "figures.csv").read_text(encoding="utf-8").splitlines()
    lines[1] = ",".join([*lines[1].split(",")[:-1], ""])
    (folder / "gaps.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {"exporter": ["export", str(path), "--output", "ranking.odd"]}.get(
        kind, ["rank", str(path), "--format", "csv"]
    )


def parts(body="pass", given="*_"):
    """The module of odd parts with something to do in their functions."""
    return PARTS.format(body=body, given=given)
