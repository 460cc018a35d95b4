"""What `hubrank new` writes, installed from wheels into a fresh environment where nothing of this workspace is."""

import csv
import importlib.metadata
import io
import re

import pytest
from hubrank.cli.main import run as here

KINDS = {
    "indicator": ("indicator",),
    "source": ("source",),
    "exporter": ("exporter",),
    "command": ("command",),
    "scenario": ("scenario", "--package"),
    "region": ("region", "--package"),
    **{
        step: ("method", "--kind", step)
        for step in ("normalisation", "aggregator", "imputation", "treatment", "weighting", "rescaling")
    },
}


@pytest.fixture(scope="module")
def stranger(module_at):
    """How strangers' plugins are installed."""
    return module_at("tests/test_strangers_plugin.py")


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A distribution of each kind, and one with a part of each kind."""
    made = tmp_path_factory.mktemp("scaffold")
    for kind, (what, *options) in KINDS.items():
        assert here(["new", what, f"own-{kind}", *options, "--yes", "--into", str(made / kind)]) == 0
        assert here(["new", what, f"all-{kind}", *options, "--yes", "--into", str(made / "all")]) == 0
    return made


@pytest.fixture(scope="module")
def programs(folders, stranger, tmp_path_factory):
    """An environment with the wheels of core, of this member and of all that it wrote."""
    sources = [stranger.ROOT / "core", stranger.ROOT / "plugins" / "new", *(folders / each for each in (*KINDS, "all"))]
    packages = [*importlib.metadata.requires("hubrank"), "pytest"]
    return stranger.environment(tmp_path_factory.mktemp("fresh"), sources, packages)


@pytest.mark.long
def test_each_is_listed(stranger, programs, folders):
    """Its own part and the one in the distribution of all kinds, wherever `hubrank list` shows its kind."""
    out = stranger.run([programs / "hubrank", "list"], folders)
    names = {line.split()[0] for line in out.splitlines() if line.strip()}

    assert {f"{which}-{kind}" for kind in KINDS for which in ("own", "all")} <= names


@pytest.mark.long
@pytest.mark.parametrize("kind", [*KINDS, "all"])
def test_its_own_tests_pass(stranger, programs, folders, kind):
    """The kit and the value worked out by hand; in the distribution of all kinds those of each."""
    words = [programs / "python", "-m", "pytest", "-p", "no:cacheprovider", "-W", "error"]
    out = stranger.run(words, folders / kind)

    assert int(re.search(r"(\d+) passed", out)[1]) >= (len(KINDS) * 4 if kind == "all" else 4)


@pytest.mark.long
def test_used_in_a_scenario(stranger, programs, folders):
    """The source's rows, the indicator and the aggregator of three distributions rank two countries.

    3 + 2 for 1 million inhabitants of Åland are 5 a million, 40 + 45 for 5 million of Finland are 17.
    """
    (folders / "units.csv").write_text("unit,name,country,population\nA,Aland,ALA,1000000\nF,Finland,FIN,5000000\n")
    (folders / "two.toml").write_text(
        'title = "Two"\neditions = [2024]\nwindow = 2\nunits = { file = "units.csv" }\nnormalisation = "none"\n'
        'aggregation = "own-aggregator"\ninputs.counts = { source = "own-source" }\n'
        'dimensions.all = {}\nindicators.own-indicator = { dimension = "all" }\n'
    )
    out = stranger.run([programs / "hubrank", "rank", "two.toml", "--format", "csv"], folders)

    assert {row["name"]: float(row["score"]) for row in csv.DictReader(io.StringIO(out))} == {"Finland": 17, "Aland": 5}
