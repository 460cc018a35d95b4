"""What `hubrank new` writes: it is whole, its own tests pass, and nothing that is there is spoilt."""

import csv
import importlib.util
import inspect
import subprocess
import sys
import tomllib
from pathlib import Path

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


def words(kind, name, *more):
    """The words that begin a part of a kind."""
    what, *options = KINDS[kind]
    return ["new", what, name, *options, "--yes", *more]


def imported(path, name):
    """A module of a file, under a name."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pass_all(path, name, fixtures):
    """Call each test of a file but the kit's, with what it asks for; how many there are."""
    module = imported(path, name)
    tests = [each for key, each in vars(module).items() if key.startswith("test_") and key != "test_conformance"]
    for each in tests:
        each(**{key: fixtures[key] for key in inspect.signature(each).parameters})
    return len(tests)


def entry(kind, module):
    """What the entry point of a kind names."""
    return f"{module}:region" if kind == "region" else module


def plugin_of(kind, name):
    """What an entry point names, imported."""
    module = importlib.import_module(name)
    return module.region if kind == "region" else module


def brought(kind, name):
    """The parts that a plugin of a kind brings: a region its units, its source and its scenario."""
    return [(each, name) for each in (("unit set", "source", "scenario") if kind == "region" else (kind,))]


def tree(folder):
    """All files of a folder with what they hold."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with a distribution of each kind."""
    from hubrank.cli.main import run

    folder = tmp_path_factory.mktemp("made")
    for kind in KINDS:
        assert run(words(kind, f"odd-{kind}", "--into", str(folder / kind))) == 0
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_whole_and_right(made, kind, tmp_path, capsys, monkeypatch):
    """It has all that a distribution needs, one part of its kind that keeps its promises, and tests that pass."""
    monkeypatch.syspath_prepend(str(made / kind / "src"))
    name = f"hubrank_odd_{kind}"
    module = plugin_of(kind, name)
    project = tomllib.loads((made / kind / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = list(tried(module))

    assert {each.name for each in (made / kind).iterdir()} == WHOLE
    assert [(part.kind, part.name) for part in parts_of(module)] == brought(kind, f"odd-{kind}")
    assert [(each.check, each.what) for each in found if each.state != "kept"] == []
    assert project["entry-points"] == {
        "hubrank.commands" if kind == "command" else "hubrank": {f"odd-{kind}": entry(kind, name)}
    }
    assert "hubrank>=0.1,<1" in project["dependencies"]
    capsys.readouterr()
    fixtures = {"tmp_path": tmp_path, "capsys": capsys}
    assert pass_all(made / kind / "tests" / f"test_odd_{kind}.py", f"test_odd_{kind}", fixtures) == 1


def test_style(made):
    """Ruff, as it comes, has nothing against what strangers copy, nor would it write a line otherwise."""
    for words in (("check",), ("format", "--check")):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *words, "--isolated", "--no-cache", str(made)],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("licence", "first"), [("MIT", "MIT License"), ("Apache-2.0", "Apache License"), ("BSD-3-Clause", "BSD 3-Clause")]
)
def test_licence(run, tmp_path, licence, first):
    """The text of the licence that is asked for, with who holds the rights, and its name in the metadata."""
    run(*words("exporter", "odd", "--into", str(tmp_path / "x"), "--licence", licence, "--author", "Ada Byron"))
    project = tomllib.loads((tmp_path / "x" / "pyproject.toml").read_text())["project"]
    text = (tmp_path / "x" / "LICENSE").read_text()

    assert (project["license"], project["authors"]) == (licence, [{"name": "Ada Byron"}])
    assert text.strip().startswith(first)
    assert ("Ada Byron" in text) == (licence != "Apache-2.0")


def test_asked_in_a_terminal(run, tmp_path, monkeypatch):
    """Title, licence and author are asked, once each; what is answered is taken, and an empty answer is the default."""
    asked = []
    answers = iter(["Night trains", "Apache-2.0", ""])

    def prompt(text, default, show_default):
        asked.append(text)
        return next(answers) or default

    monkeypatch.setattr("hubrank_start.new.asking.typer.prompt", prompt)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    code, _, errors = run("new", "indicator", "trains", "--into", str(tmp_path / "x"))
    project = tomllib.loads((tmp_path / "x" / "pyproject.toml").read_text())["project"]

    assert (code, errors) == (0, "")
    assert asked == [
        "title [Trains]",
        "licence (Apache-2.0, BSD-3-Clause, MIT) [MIT]",
        "author [The authors of hubrank-trains]",
    ]
    assert project["description"] == "Night trains: an indicator of hubrank"
    assert (project["license"], project["authors"]) == ("Apache-2.0", [{"name": "The authors of hubrank-trains"}])


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
    """A package of plugins that somebody wrote."""
    folder = tmp_path / "acme"
    (folder / "acme").mkdir(parents=True)
    (folder / "acme" / "__init__.py").write_text("")
    (folder / "acme" / "trains.py").write_text('"""Ours."""\n')
    (folder / "pyproject.toml").write_text(ODD)
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_further_part(run, acme, kind, tmp_path, capsys, monkeypatch):
    """Each kind becomes a module beside the others, with a test; `pyproject.toml` has one line more, or a table."""
    before = tree(acme)
    code, out, errors = run(*words(kind, f"more-{kind}", "--into", str(acme)))
    after = tree(acme)
    line = f'more-{kind} = "{entry(kind, f"acme.more_{kind}")}"\n'
    head = "[project.entry-points.hubrank] # what we bring\n"
    wanted = (
        ODD.replace(head, head + line)
        if kind != "command"
        else f'{ODD}\n[project.entry-points."hubrank.commands"]\n{line}'
    )

    assert (code, errors) == (0, "")
    assert after["pyproject.toml"].decode() == wanted
    assert {key: after[key] for key in before if key != "pyproject.toml"} == {
        key: text for key, text in before.items() if key != "pyproject.toml"
    }
    module = f"more_{kind}/__init__.py" if kind == "region" else f"more_{kind}.py"
    assert {f"acme/{module}", f"tests/test_more_{kind}.py"} <= set(after) - set(before)
    assert ("pandas>=2.2" in out) == (kind == "source")
    assert "numpy" not in out
    monkeypatch.syspath_prepend(str(acme))
    monkeypatch.delitem(sys.modules, "acme", raising=False)
    found = parts_of(plugin_of(kind, f"acme.more_{kind}"))
    assert [(part.kind, part.name) for part in found] == brought(kind, f"more-{kind}")
    fixtures = {"tmp_path": tmp_path, "capsys": capsys}
    assert pass_all(acme / "tests" / f"test_more_{kind}.py", f"test_more_{kind}", fixtures) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            ODD.replace("[project.entry-points.hubrank] # what we bring\ntrains", "entry-points.hubrank.trains"),
            "cannot be added to as it is written; add odd = \"acme.odd\" to its entry points 'hubrank' by hand",
        ),
        (ODD.replace('trains = "acme.trains"', 'odd = "acme.trains"'), "has the entry point 'odd' already"),
        (ODD.replace("acme.trains", "trains"), "its parts do not lie in one package"),
        (
            ODD + 'more = 1\n[project.entry-points."hubrank.commands"]\nx = "other"',
            "its parts do not lie in one package",
        ),
    ],
)
def test_what_cannot_be_added_to(run, acme, text, said):
    """It is told what is in the way, and nothing is written."""
    (acme / "pyproject.toml").write_text(text)
    before = tree(acme)
    code, _, errors = run(*words("indicator", "odd", "--into", str(acme)))

    assert code == 2
    assert said in errors
    assert tree(acme) == before


@pytest.mark.parametrize("option", ["--distribution", "--licence"])
def test_what_a_package_says_itself(run, acme, option):
    """A further part has no other licence than the package, and no other distribution."""
    before = tree(acme)
    code, _, errors = run(*words("indicator", "odd", "--into", str(acme), option, "MIT"))

    assert (code, tree(acme)) == (2, before)
    assert errors == f"hubrank: {option}: the package acme-trains in {acme} says that itself; leave it out\n"


def test_beside_a_region(run, tmp_path):
    """A package whose entry point names what is in its module gets a further part as others do."""
    run(*words("region", "lake", "--into", str(tmp_path / "x")))
    code, _, errors = run(*words("exporter", "lines", "--into", str(tmp_path / "x")))
    points = tomllib.loads((tmp_path / "x" / "pyproject.toml").read_text())["project"]["entry-points"]

    assert (code, errors) == (0, "")
    assert points == {"hubrank": {"lake": "hubrank_lake:region", "lines": "hubrank_lake.lines"}}


def test_data_stay_apart_from_a_package(run, acme, monkeypatch):
    """A scenario or a region that is not to be installed is a folder, also where a package lies."""
    monkeypatch.chdir(acme)
    before = tree(acme)
    code, _, _ = run("new", "region", "coast", "--yes")

    assert code == 0
    assert {key.partition("/")[0] for key in set(tree(acme)) - set(before)} == {"coast"}


def test_a_file_that_is_there(run, acme):
    """A module or a test of the name is left alone, and so is everything else."""
    (acme / "tests").mkdir()
    (acme / "tests" / "test_odd.py").write_text("# mine\n")
    before = tree(acme)
    code, _, errors = run(*words("indicator", "odd", "--into", str(acme)))

    assert (code, tree(acme)) == (2, before)
    assert errors == f"hubrank: {acme / 'tests' / 'test_odd.py'}: is there already; choose another name\n"


def test_a_disk_that_fails_at_the_last_file(run, acme, monkeypatch):
    """Where `pyproject.toml` cannot be written the new files go again."""
    from hubrank import UsageError
    from hubrank_start.new import writing

    write = writing.replace_file

    def full(path, content):
        if path.name == "pyproject.toml":
            raise UsageError("no space left")
        write(path, content)

    before = tree(acme)
    monkeypatch.setattr(writing, "replace_file", full)
    code, _, errors = run(*words("source", "odd", "--into", str(acme)))

    assert (code, errors, tree(acme)) == (2, "hubrank: no space left\n", before)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["indicator", "9x"], "the name '9x' must consist of letters, digits, '-' and '_', and begin with a letter"),
        (["indicator", "a b"], "the name 'a b' must consist of"),
        (["indicator", "a-"], "the name 'a-' must consist of"),
        (["indicator", "../x"], "the name '../x' must consist of"),
        (["indicator", "class"], "the name 'class' is a word of Python; choose another"),
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
    """What cannot be made is told with what there is instead, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    code, _, errors = run("new", *line, "--yes")

    assert code == 2
    assert said in errors
    assert [each for each in tmp_path.iterdir() if each.name != "cache"] == []


def test_a_folder_that_is_there(run, tmp_path):
    """It is left alone."""
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "mine").write_text("")
    code, _, errors = run(*words("indicator", "odd", "--into", str(tmp_path / "x")))

    assert (code, errors) == (2, f"hubrank: {tmp_path / 'x'}: is there already; choose another with --into\n")
    assert [*tree(tmp_path / "x")] == ["mine"]


def test_a_folder_that_is_empty(run, tmp_path, monkeypatch):
    """It stays what it is, since one may stand in it, and what a version control has there is no obstacle."""
    (tmp_path / "x" / ".git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "x")
    code, _, _ = run(*words("indicator", "odd", "--into", "."))

    assert code == 0
    assert {each.name for each in Path.cwd().iterdir()} == WHOLE | {".git"}


def test_a_name_that_another_has(run, tmp_path):
    """It is made, with a word on how the two are told apart."""
    code, out, _ = run(*words("exporter", "markdown", "--into", str(tmp_path / "x")))

    assert code == 0
    assert (
        "hubrank-output has the name 'markdown' too; where both are installed, write hubrank-markdown:markdown" in out
    )


def test_a_distribution_that_is_installed(run, tmp_path):
    """Two of one name cannot be installed together, which is told."""
    code, out, _ = run(*words("indicator", "papers", "--into", str(tmp_path / "x")))

    assert code == 0
    assert "hubrank-papers is installed already, and this one would take its place; --distribution names it" in out


def test_distribution_of_ones_own(run, tmp_path, monkeypatch):
    """Its name is the folder's and, as Python writes it, the package's."""
    monkeypatch.chdir(tmp_path)
    run(*words("indicator", "trains", "--distribution", "Acme-Rail"))

    assert (tmp_path / "Acme-Rail" / "src" / "acme_rail" / "__init__.py").is_file()


def test_fresh_scenario(run, tmp_path, monkeypatch):
    """A folder of files that ranks as it is; in the place where one stands."""
    monkeypatch.chdir(tmp_path)
    code, out, _ = run("new", "scenario", "three-towns", "--yes")
    ranked = run("rank", "three-towns/three_towns.toml", "--format", "csv")[1].splitlines()

    assert code == 0
    assert "next: hubrank rank three-towns/three_towns.toml" in out
    assert sorted(tree(tmp_path / "three-towns")) == [
        "three_towns-figures.csv",
        "three_towns-units.csv",
        "three_towns.toml",
    ]
    assert [row["unit"] for row in csv.DictReader(ranked)] == ["south", "west", "north"]


def test_region_without_python(run, tmp_path, monkeypatch):
    """A folder of four files, which ranks by its name and keeps the promises of its parts."""
    monkeypatch.chdir(tmp_path)
    code, out, _ = run("new", "region", "lake", "--yes")
    ranked = run("rank", "lake", "--format", "csv")[1].splitlines()
    checked, told, _ = run("check-plugin", "lake")

    assert code == 0
    assert "next: hubrank rank lake" in out
    assert sorted(tree(tmp_path / "lake")) == ["figures.csv", "region.toml", "scenario.toml", "units.csv"]
    assert [(row["unit"], row["rank"]) for row in csv.DictReader(ranked)] == [
        ("south", "1"),
        ("west", "2"),
        ("north", "3"),
    ]
    assert (checked, told.splitlines()) == (
        0,
        [
            "unit set lake: 6 checks, no fault",
            "source lake: 13 checks, no fault",
            "scenario lake: 3 checks, no fault",
        ],
    )


def test_scenario_that_extends(run, tmp_path, monkeypatch):
    """One file, which ranks what the other does under its own title; a second one is not written over it."""
    monkeypatch.chdir(tmp_path)
    run("new", "scenario", "base", "--yes", "--into", ".")
    code, _, _ = run("new", "scenario", "own", "--extends", "base.toml", "--title", "My own", "--yes")
    _, ranked, _ = run("rank", "own.toml")
    again, _, errors = run("new", "scenario", "own", "--extends", "base.toml", "--yes")

    assert code == 0
    assert "My own, 2024" in ranked
    assert (again, errors) == (2, "hubrank: own.toml: is there already; choose another name\n")


def test_quiet(run, tmp_path):
    """Only the files are told."""
    _, out, _ = run(*words("indicator", "odd", "--into", str(tmp_path / "x")), "--quiet")

    assert sorted(Path(line) for line in out.splitlines()) == sorted(
        tmp_path / "x" / each for each in tree(tmp_path / "x")
    )
