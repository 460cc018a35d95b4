"""Values of samples say so in everything that is made of them."""

import io
import json
import tomllib
import zipfile

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hubrank.cli.app import run as run_words
from hubrank.plugin.registry import Registry

SCENARIO = """
title = "Two figures"
editions = [2023, 2024]
units = { file = "units.csv", within_km = 1 }
normalisation = "min-max"
aggregation = "arithmetic"
robustness = { weight_uncertainty = 0.25 }
[inputs.values]
source = "files"
options = { file = "values.csv" }
[dimensions]
one = {}
two = {}
[indicators]
a = { indicator = "value", dimension = "one" }
b = { indicator = "value", dimension = "two" }
"""
#: What `links` relates it to.
OUTSIDE = 'c = { indicator = "value", outside = true }'
LABEL = "Two figures (samples only)"
#: What each command that reads a scenario is asked beside it.
VERBS = {
    "rank": ["--format", "json"],
    "explain": ["U1", "--format", "json"],
    "diff": ["U1"],
    "whatif": ["U2", "--rank", "2"],
    "robustness": ["--draws", "50"],
    "sweep": [],
    "audit": [],
    "links": [],
    "rivalry": [],
    "optimise-weights": ["one", "two"],
    "outlook": [],
    "match-weights": ["--list", "published.csv"],
}


@pytest.fixture
def scenario(tmp_path, monkeypatch):
    """A scenario with two values of five units."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    rows = [
        f"U{at},{year},{(at * 7 + year) % 5 + at},{(at * 3 + year) % 4},{at}"
        for at in range(8)
        for year in (2023, 2024)
    ]
    (tmp_path / "values.csv").write_text("unit,year,a,b,c\n" + "\n".join(rows) + "\n")
    units = [f"U{at},U{at},{'AB'[at % 2] * 3},{at},{at}" for at in range(8)]
    (tmp_path / "units.csv").write_text("unit,name,country,lat,lon\n" + "\n".join(units) + "\n")
    (tmp_path / "published.csv").write_text("unit,rank\n" + "".join(f"U{at},{8 - at}\n" for at in range(8)))
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "two.toml"
    path.write_text(SCENARIO + OUTSIDE)
    return path


def said(capsys, *words):
    """What a command line prints."""
    assert run_words([str(each) for each in words]) == 0, capsys.readouterr().err
    return " ".join(capsys.readouterr().out.split())


def test_every_verb_that_takes_samples_is_here():
    """Anyone who brings a command with `--sample` says in this list how it is called."""
    import importlib
    import inspect

    taking = set()
    for part in Registry.of_commands():
        if part.kind == "command":
            module, _, name = part.record.function.partition(":")
            function = getattr(importlib.import_module(module), name)
            if callable(function) and "sample" in inspect.signature(function).parameters:
                taking.add(part.name)

    assert taking == {*VERBS, "export", "report"}


@pytest.mark.long
@pytest.mark.parametrize("verb", VERBS)
def test_screens(scenario, capsys, verb):
    """The title of every screen says so with `--sample`, and does not without."""
    assert LABEL in said(capsys, verb, scenario, *VERBS[verb], "--sample")
    assert "samples only" not in said(capsys, verb, scenario, *VERBS[verb])


def test_run_folder(scenario, tmp_path, capsys):
    """Each file of the run folder carries it, and what is read from the folder later does too."""
    folder = tmp_path / "run"
    said(capsys, "rank", scenario, "--sample", "--output", folder)
    record = json.loads((folder / "record.json").read_text())

    assert (record["title"], record["sample"]) == (LABEL, True)
    assert "based on the sources' samples, not on their full data" in record["caveats"]
    for name in ("ranking", "values", "weights"):
        assert set(pd.read_csv(folder / f"{name}.csv")["sample"]) == {"yes"}
    for name in ("unranked", "treatment"):
        assert list(pd.read_csv(folder / f"{name}.csv"))[-1] == "sample"
    assert (folder / "scenario.toml").read_text().startswith("# The figures of this run are of the sources' samples")
    assert tomllib.loads((folder / "scenario.toml").read_text())["title"] == "Two figures"
    assert LABEL in said(capsys, "rank", folder)
    assert LABEL in said(capsys, "compare", folder, folder)


def test_parts_of_a_run(scenario, tmp_path, capsys):
    """A part says whether its counts are of samples; parts of full data and of samples are not merged."""
    words = [scenario, "--draws", "50", "--output", tmp_path / "parts", "--shards"]
    said(capsys, "robustness", *words, "1/2", "--sample")
    said(capsys, "robustness", *words, "2/2")
    told = [json.loads(str(np.load(path)["about"])) for path in sorted((tmp_path / "parts").iterdir())]

    assert [each["sample"] for each in told] == [True, False]
    assert run_words(["robustness", str(scenario), "--merge", str(tmp_path / "parts")]) == 2
    assert "sample" in capsys.readouterr().err


@pytest.mark.long
def test_exporters(scenario, tmp_path, capsys):
    """Every exporter that is installed writes the label into its file; PNG is drawn of what SVG is."""
    registry = Registry.installed()
    for name in (each for each in registry.names("exporter") if not each.endswith("-png")):
        path = tmp_path / f"out{registry.find('exporter', name).record.suffix}"
        code = run_words(["export", str(scenario), "--output", str(path), "--sample"])
        error = capsys.readouterr().err
        assert code == 0 or "needs ranges" in error, (name, error)
        assert code or labelled(path), name


def labelled(path):
    """Whether a file says that its values are of samples."""
    data = path.read_bytes()
    if path.suffix == ".parquet":
        return LABEL.encode() in pq.read_schema(path).metadata.values() or b"samples only" in data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(path) as archive:
            data = b"".join(archive.read(name) for name in archive.namelist())
    if path.suffix == ".csv":
        return list(pd.read_csv(path))[-1] == "sample"
    return b"samples only" in data
