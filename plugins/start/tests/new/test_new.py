"""What `hubrank new` writes: it is whole, its own tests pass, and nothing that is there is spoilt."""

import csv
import importlib.util
import inspect
import tomllib

import pytest
from hubrank.testing import parts_of, tried

#: The words behind `hubrank new` for each kind, and the kind that comes of it.
KINDS = {
    "indicator": ("indicator",),
    "source": ("source",),
    "exporter": ("exporter",),
    "command": ("command",),
    "normalisation": ("method", "--kind", "normalisation"),
    "aggregator": ("method", "--kind", "aggregator"),
    "imputation": ("method", "--kind", "imputation"),
    "treatment": ("method", "--kind", "treatment"),
    "weighting": ("method", "--kind", "weighting"),
    "rescaling": ("method", "--kind", "rescaling"),
    "scenario": ("scenario", "--package"),
    "region": ("region", "--package"),
}
WHOLE = {".github", ".gitignore", "LICENSE", "README.md", "pyproject.toml", "src", "tests"}


def pass_all(path, name, fixtures):
    """Call each test of a file but the kit's, with what it asks for; how many there are."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tests = [each for key, each in vars(module).items() if key.startswith("test_") and key != "test_conformance"]
    for each in tests:
        each(**{key: fixtures[key] for key in inspect.signature(each).parameters})
    return len(tests)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with a distribution of each kind."""
    from hubrank.cli.app import run

    folder = tmp_path_factory.mktemp("made")
    for kind, (what, *options) in KINDS.items():
        assert run(["new", what, f"odd-{kind}", *options, "--yes", "--into", str(folder / kind)]) == 0
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_whole_and_right(made, kind, tmp_path, capsys, monkeypatch):
    """It has all that a distribution needs, one part of its kind that keeps the contract, and tests that pass."""
    monkeypatch.syspath_prepend(str(made / kind / "src"))
    name = f"hubrank_odd_{kind}"
    module = importlib.import_module(name)
    plugin, brought, point = module, (kind,), name
    if kind == "region":  # it brings its units, its source and its scenario
        plugin, brought, point = module.region, ("unit set", "source", "scenario"), f"{name}:region"
    project = tomllib.loads((made / kind / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = list(tried(plugin))

    assert {each.name for each in (made / kind).iterdir()} == WHOLE
    assert [(part.kind, part.name) for part in parts_of(plugin)] == [(each, f"odd-{kind}") for each in brought]
    assert [(each.check, each.what) for each in found if each.state != "kept"] == []
    assert project["entry-points"] == {"hubrank.commands" if kind == "command" else "hubrank": {f"odd-{kind}": point}}
    assert "hubrank>=0.1,<1" in project["dependencies"]
    capsys.readouterr()
    fixtures = {"tmp_path": tmp_path, "capsys": capsys}
    assert pass_all(made / kind / "tests" / f"test_odd_{kind}.py", f"test_odd_{kind}", fixtures) == 1


@pytest.mark.parametrize(
    ("starter", "folder", "said"),
    [
        ("", "x", 'pip install --editable "x[test]" && pytest x'),
        ("run.py", "x", "python3 run.py uv pip install --editable x && python3 run.py pytest x"),
        ("run.py", "indicators/x", "python3 run.py pytest indicators/x"),
        ("hubrank/run.py", "x", "python3 {0}/hubrank/run.py uv pip install --editable x && python3 {0}/hubrank/run.py"),
    ],
)
def test_what_to_type_next(run, tmp_path, monkeypatch, starter, folder, said):
    """By whether hubrank runs from a checkout, and whether the package is one of its members."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("hubrank_start.new.new_command.RUN", tmp_path / starter)
    if starter:
        (tmp_path / starter).parent.mkdir(exist_ok=True)
        (tmp_path / starter).write_text("")
    out = run("new", "indicator", "x", "--yes", "--into", folder)[1]

    assert f"next: {said.format(tmp_path)}" in out
    assert (tmp_path / folder / ".gitignore").exists() == (folder == "x")
    assert ("python3 run.py hubrank list" in (tmp_path / folder / "README.md").read_text()) == (folder != "x")


ODD = """# Ours.
[project]
name = "acme-trains"   # as on the sign
dependencies = ["hubrank>=0.1,<1", "NumPy"]

[project.entry-points.hubrank] # what we bring
trains = "acme.trains"

[tool.ours]
kept = [1,2,
  3]
"""


@pytest.fixture
def acme(tmp_path):
    """A package of plugins that someone wrote."""
    folder = tmp_path / "acme"
    (folder / "acme").mkdir(parents=True)
    (folder / "acme" / "__init__.py").write_text("")
    (folder / "acme" / "trains.py").write_text('"""Ours."""\n')
    (folder / "pyproject.toml").write_text(ODD)
    return folder


def test_a_further_part_of_a_package(run, acme):
    """Its module and its test, a line in the project's file, and what else is to be added; all else stays."""
    code, out, _ = run("new", "source", "tides", "--into", str(acme), "--yes")

    assert code == 0
    assert (acme / "pyproject.toml").read_text() == ODD.replace("trains = ", 'tides = "acme.tides"\ntrains = ')
    assert {each.name for each in (acme / "acme").iterdir()} == {"__init__.py", "trains.py", "tides.py", "tides.csv"}
    assert (acme / "tests" / "test_tides.py").is_file()
    assert 'add to the dependencies in pyproject.toml: "pandas>=2.2"' in out
    assert "has the entry point 'tides' already" in run("new", "source", "tides", "--into", str(acme), "--yes")[2]
    refused = run("new", "indicator", "x", "--into", str(acme), "--yes", "--licence", "MIT")
    assert f"--licence: the package acme-trains in {acme} sets that already; leave it out" in refused[2]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["indicator", "9x"], "the name '9x' must consist of letters, digits, '-' and '_', and begin with a letter"),
        (["indicator", "a b"], "the name 'a b' must consist of"),
        (["indicator", "../x"], "the name '../x' must consist of"),
        (["indicator", "class"], "the name 'class' is a reserved word of Python; choose another"),
        (
            ["indicator", "x", "--licence", "WTFPL"],
            "--licence WTFPL: is none; available: Apache-2.0, BSD-3-Clause, MIT",
        ),
        (
            ["method", "x"],
            "specify --kind; available: normalisation, aggregator, imputation, treatment, weighting, resc",
        ),
        (["method", "x", "--kind", "mean"], "--kind mean: is none; available: normalisation"),
        (["indicator", "x", "--kind", "aggregator"], "--kind: is an option of hubrank new method"),
        (["indicator", "x", "--extends", "global"], "--extends: is an option of hubrank new scenario"),
        (["indicator", "x", "--package"], "--package: is an option of hubrank new scenario, hubrank new region"),
        (["indicator", "x", "--title", 'a "b"'], '--title must be one line of text without ", \\ and $; got a "b"'),
        (["indicator", "x", "--author", "a\nb"], "--author must be one line of text"),
        (["indicator", "x", "--distribution", "a/b"], "the name 'a/b' must consist of"),
    ],
)
def test_refused(run, tmp_path, monkeypatch, line, said):
    """What cannot be made is reported with what there is instead, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    code, _, errors = run("new", *line, "--yes")

    assert code == 2
    assert said in errors
    assert [each for each in tmp_path.iterdir() if each.name != "cache"] == []


def test_fresh_scenario(run, tmp_path, monkeypatch):
    """A folder of files that ranks as it is; in the place where one stands."""
    monkeypatch.chdir(tmp_path)
    code, out, _ = run("new", "scenario", "three-towns", "--yes")
    ranked = run("rank", "three-towns/three_towns.toml", "--format", "csv")[1].splitlines()

    assert code == 0
    assert out.endswith(" hubrank rank three-towns/three_towns.toml\n")
    names = {each.name for each in (tmp_path / "three-towns").iterdir()}
    assert names == {"three_towns-figures.csv", "three_towns-units.csv", "three_towns.toml"}
    assert [row["unit"] for row in csv.DictReader(ranked)] == ["south", "west", "north"]
