"""Order never decides: units, rows, columns and TOML tables in any order give the same bytes, on all machines."""

import contextlib
import csv
import functools
import io
import json
import random

import numpy as np
import pandas as pd
import pytest
from hubrank.io import toml as toml_files
from hubrank.measurement import totals
from hubrank.plugin.registry import Registry
from hubrank.results.rank import rank
from hubrank.results.save import write_run
from hubrank.scenario import units as unit_sets
from hubrank.uncertainty.outcome import assess, replay, with_intervals

pytestmark = pytest.mark.long

REGISTRY = Registry.installed()
#: The records of the files that were read and when, instead of the results.
RECORD = "record.json"


def shuffled(table, rng):
    """A table of tables with the keys of each in another order; lists keep theirs."""
    if isinstance(table, dict):
        keys = rng.sample(list(table), len(table))
        return {key: shuffled(table[key], rng) for key in keys}
    return [shuffled(each, rng) for each in table] if isinstance(table, list) else table


def other_frame(frame, seed):
    """A frame with its rows and columns in another order."""
    rows = frame.sample(frac=1, random_state=seed)
    return rows.sample(frac=1, axis="columns", random_state=seed).reset_index(drop=True)


def _turned(read, seed, frame, *others):
    return read(other_frame(frame, seed), *others)


@contextlib.contextmanager
def another_order(monkeypatch, seed, *, toml=False, units=False, rows=False):
    """Within, scenarios, units or rows come in another order than they are written in."""
    with monkeypatch.context() as patch:
        if toml:
            read = toml_files.tomli.loads
            patch.setattr(toml_files.tomli, "loads", lambda text: shuffled(read(text), random.Random(seed)))  # noqa: S311
        if units:
            for name in ("_checked", "_known_units"):
                read = functools.partial(_turned, getattr(unit_sets, name), seed)
                patch.setattr(unit_sets, name, read)
        if rows:
            pieces = totals.pieces
            patch.setattr(totals, "pieces", lambda *given: (other_frame(each, seed) for each in pieces(*given)))
        yield


def run_of(scenario, folder):
    """A run folder of samples, with ranges."""
    ranking = rank(scenario, REGISTRY, sample=True)
    write_run(with_intervals(ranking, assess(ranking, (ranking.measurement,), draws=500, closely=False)), folder)
    return folder


def files_of(folder, *, written=True):
    """What a run folder says except the date; of another order of the TOML rows are sorted, sentences left out."""
    made = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    record = json.loads(made.pop(RECORD))
    scenario = made.pop("scenario.toml")
    del record["created"]
    if written:
        return made | {RECORD: record, "scenario.toml": scenario}
    del record["caveats"]
    record["inputs"] = sorted(record["inputs"], key=lambda each: each["name"])
    return {name: _sorted(text) for name, text in made.items()} | {RECORD: record}


def _sorted(text):
    rows = [{key: cell for key, cell in row.items() if key != "why"} for row in csv.DictReader(io.StringIO(text))]
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


@pytest.mark.parametrize(("name", "seed"), [("three-elements", 1), ("global", 2)])
def test_scenarios(name, seed, monkeypatch, tmp_path):
    """Every installed scenario gives the same files; of other orders of its TOML the same numbers."""
    first = run_of(name, tmp_path / "first")

    with another_order(monkeypatch, seed, units=True, rows=True):
        assert files_of(run_of(name, tmp_path / "rows")) == files_of(first)
    with another_order(monkeypatch, seed, toml=True):
        assert files_of(run_of(name, tmp_path / "toml"), written=False) == files_of(first, written=False)


FEW, MANY = ("b", "c", "a"), ("i3", "i1", "i9", "i2", "i8", "i4", "i7", "i5", "i6")
UNITS = ("delta", "alpha", "kilo", "golf", "bravo", "juliet", "echo", "hotel", "india", "charlie", "lima", "foxtrot")

SCENARIO = """
title = "Twelve"
editions = [2022, 2024]
seed = 7
units = { file = "units.csv" }
inputs = { figures = { source = "files", options = { file = "figures.csv", kind = "flow" } } }
missing = { rule = "renormalise" }

[dimensions]
many = { weight = 1.7 }
single = { weight = 0.9 }
few = { weight = 2.3 }

[indicators]
alone = { indicator = "value", inputs = { values = "figures" }, dimension = "single" }
"""
SCENARIO += "".join(
    f'{key} = {{ indicator = "value", inputs = {{ values = "figures" }}, dimension = "{dimension}", '
    f"direction = {-1 if key in ('i8', 'c') else 1}, weight = {1 + at / 7} }}\n"
    for dimension, keys in (("many", MANY), ("few", FEW))
    for at, key in enumerate(keys)
)

#: Options of the methods that have some without a default; weightings by member are those of one dimension.
OPTIONS = {
    ("imputation", "constant"): "value = 7.3",
    ("imputation", "group-mean"): 'by = "continent"',
    ("imputation", "group-median"): 'by = "continent"',
    ("imputation", "regression"): "level = 1, tolerance = 0.3",
    ("treatment", "power"): "exponent = 0.7",
    ("treatment", "winsorise"): "points = 1",
    ("normalisation", "scaled"): "goalposts = [0.0, 50.0]",
    ("normalisation", "distance-to-unit"): 'unit = "charlie"',
    ("normalisation", "distance-to-target"): "target = 10.0",
    ("normalisation", "bands"): "cuts = [10.0, 50.0], marks = [0.0, 1.0, 2.0]",
    ("normalisation", "quantile-bands"): "cuts = [0.25, 0.5], marks = [0.0, 1.0, 2.0]",
    ("weighting", "budget"): "allocations = [{ a = 60.3, b = 39.7, c = 0.1 }, { a = 1.1, b = 1.3, c = 2.7 }]",
    ("weighting", "swing"): "points = { a = 100.0, b = 51.3, c = 47.1 }",
    ("weighting", "rank-order"): 'order = ["b", "a", "c"]',
    ("weighting", "ahp"): "comparisons = { a = { b = 2.0, c = 5.0 }, b = { c = 2.0 } }",
    ("weighting", "best-worst"): 'best = "a", worst = "c", best_to_others = { b = 2.0, c = 4.0 }, '
    "others_to_worst = { a = 4.0, b = 2.0 }",
    ("weighting", "correlation-optimised"): "within = 1.0",
    ("aggregator", "generalised-mean"): "p = 0.5",
    ("aggregator", "owa"): "orness = 0.3",
    ("rescaling", "scale"): "by = 2.3",
    ("rescaling", "shift"): "by = 2.3",
    ("rescaling", "power"): "exponent = 1.3",
    ("rescaling", "cap"): "low = 0.1, high = 0.9",
    ("rescaling", "round"): 'decimals = 3, mode = "half-up"',
}
BY_MEMBER = ("budget", "swing", "rank-order", "ahp", "best-worst")


def choosing(kind, name):
    """The scenario with one method, and methods for whatever stands before it."""
    chosen = f'{{ method = "{name}", {OPTIONS.get((kind, name), "")} }}'.replace(", }", " }")
    head = {
        "imputation": '"mean"',
        "normalisation": '{ method = "min-max", range = [1, 100] }',
        "aggregation": '"arithmetic"',
    }
    scenario = SCENARIO
    if kind == "weighting":
        dimension = "few" if name in BY_MEMBER else "many"
        scenario = scenario.replace(f"{dimension} = {{ weight", f"{dimension} = {{ weighting = {chosen}, weight")
    elif kind == "rescaling":
        scenario += f"[ranking]\npost_processing = [{chosen}]\n"
    else:
        head[{"aggregator": "aggregation"}.get(kind, kind)] = f"[{chosen}]" if kind == "treatment" else chosen
    return "".join(f"{key} = {each}\n" for key, each in head.items()) + scenario


def write(folder, scenario, seed=None):
    """The files of a scenario: amounts in several rows, with gaps; in an order of their own where a seed is given."""
    rng = np.random.default_rng(5)
    units = pd.DataFrame({"unit": UNITS, "continent": list("xyxzzyxyzxyz"), "name": [each.title() for each in UNITS]})
    keys = [(unit, year) for unit in UNITS for year in (2022, 2024) for _ in range(3)]
    rows = pd.DataFrame(keys, columns=["unit", "year"])
    for key in ("alone", *FEW, *MANY):
        rows[key] = np.exp(rng.normal(1, 1.3, len(rows)))
        rows.loc[np.repeat((rng.random(len(rows) // 3) < 0.08), 3), key] = np.nan
    folder.mkdir(parents=True)
    for name, frame in (("units", units), ("figures", rows)):
        (frame if seed is None else other_frame(frame, seed)).to_csv(folder / f"{name}.csv", index=False)
    (folder / "scenario.toml").write_text(scenario, encoding="utf-8")
    return str(folder / "scenario.toml")


def numbers_of(ranking):
    """Every number of a ranking by the name of what it is of, units by their codes."""
    at = np.argsort(ranking.codes)
    stages = {name: getattr(ranking, name) for name in ("measured", "imputed", "treated", "normalised")}
    found = {
        f"{name} {each.key}": values[:, at, column].tolist()
        for name, values in stages.items()
        for column, each in enumerate(ranking.plan.ranked)
    }
    for name, node in ranking.nodes.items():
        found[name] = node.scores[:, at].tolist()
        shares = np.broadcast_to(node.shares, node.members.shape)
        found |= {
            f"{name} {each.name}": shares[:, at, column].tolist() for column, each in enumerate(node.node.members)
        }
    table = ranking.weights().sort_values(["edition", "dimension", "member"]).to_csv(index=False)
    treatment = ranking.treatment().sort_values(["edition", "indicator", "step", "stage"]).to_csv(index=False)
    found["scores"] = ranking.scores[:, at].tolist()
    return [*(f"{name} {each}" for name, each in sorted(found.items())), table, treatment]


DRAWN = (
    choosing("aggregator", "arithmetic")
    + """
[robustness]
seed = 3
draws = 40
normalisation = ["min-max", { method = "z-score", mean = 100, sd = 10 }]

[robustness.aggregation]
many = ["arithmetic", "geometric"]
few = ["arithmetic", "median"]

[robustness.noise]
i9 = { relative = 0.1 }
a = { absolute = 0.2 }
i2 = { relative = 0.3 }

[robustness.error]
i7 = { standard_error = "i8" }
i5 = "poisson"
i4 = { bootstrap = true }
i6 = { standard_error = 0.4 }

[robustness.weight_uncertainty.many]
distribution = "simplex"
constraints = ["i9 >= i1", "i3 <= 0.4"]

[robustness.weight_uncertainty]
few = { within = 0.3 }
index = { distribution = "dirichlet" }

[robustness.exclude]
indicators = ["i9"]
units = ["kilo"]
"""
)


def drawn(scenario, **how):
    """Ranges, probabilities, weights and one draw of a scenario, by names."""
    ranking = rank(scenario, REGISTRY)
    outcome = assess(ranking, (ranking.measurement,), draws=40, **how)
    at = np.argsort(ranking.codes)
    rows = sorted(outcome.analysis.design.weights.rows_of(ranking.plan.tree))
    found = {
        "ranks": outcome.acceptability[..., at].tolist(),
        "scores": outcome.score(0.3)[:, at].tolist(),
        "ahead": np.asarray(outcome.ahead)[:, at][:, :, at].tolist(),
        "weights": outcome.central_weights[:, at][..., [row for *_, row in rows]].tolist(),
    }
    return [f"{name} {each}" for name, each in found.items()] + numbers_of(replay(outcome.analysis, 17))


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """What is drawn of the scenario as it is written."""
    return drawn(write(tmp_path_factory.mktemp("order") / "first", DRAWN))


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_draws(seed, first, monkeypatch, tmp_path):
    """Noise, errors, weights in constraints, alternatives and what is left out hang on codes and names."""
    other = write(tmp_path / "other", DRAWN, seed)

    with another_order(monkeypatch, seed, toml=True):
        assert drawn(other) == first
