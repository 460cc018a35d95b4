"""Draws counted by a plugin's counter are those that are counted here; a counter that fails is blamed."""

import sys

import pytest
from hubrank.front import run

THIRDS = """
from pathlib import Path

from hubrank import DrawCounter, hookimpl


def count(analysis, draws, address):
    from hubrank.robustness import run

    if address:
        Path(address).write_text(f"{draws} draws")
    total = analysis.empty()
    for part in (1, 2, 3):
        total.add(run(analysis, draws, cores=1, shard=(part, 3)).tally)
    return total


@hookimpl
def hubrank_draw_counters():
    yield DrawCounter(name="thirds", title="one third after the other", count=count)
"""


@pytest.fixture
def scenario(make, monkeypatch, tmp_path):
    """The path of a scenario with two blocks of draws."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    make(units=6, robustness={"weights": 0.3, "normalisation": ["min-max", "rank"], "draws": 6000, "seed": 5})
    return "scenario.toml"


@pytest.fixture
def install(tmp_path, monkeypatch):
    """A function that puts a distribution of one module on the path."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def put(code, name="hubrank-thirds"):
        module = name.replace("-", "_")
        (tmp_path / f"{module}.py").write_text(code, encoding="utf-8")
        info = tmp_path / f"{module}-0.1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[hubrank]\nodd = {module}\n", encoding="utf-8")
        monkeypatch.delitem(sys.modules, module, raising=False)

    return put


def test_it_counts_the_same_bytes(scenario, install, tmp_path):
    """A counter in three parts gives the tables of counting here."""
    install(THIRDS)
    words = ["robustness", scenario, "--time-limit", "0", "--output"]

    assert run([*words, "here"]) == 0
    assert run([*words, "there", "--count-with", "thirds"]) == 0
    for name in ("robustness.csv", "acceptability.csv", "central_weights.csv", "pairwise.csv"):
        assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()


def test_it_is_handed_draws_and_address(scenario, install, tmp_path):
    """What follows the first colon is the address, colons and all; the draws are those asked for."""
    install(THIRDS)

    assert run(["robustness", scenario, "--draws", "100", "--count-with", "thirds:a:b"]) == 0
    assert (tmp_path / "a:b").read_text() == "100 draws"


def test_counter_that_is_not_there(scenario, install, capsys):
    """What there is instead is said."""
    install(THIRDS)

    assert run(["robustness", scenario, "--count-with", "third"]) == 2
    assert "no installed plugin has a draw counter 'third'; did you mean 'thirds'?" in capsys.readouterr().err


def test_two_distributions_of_one_counter(scenario, install, capsys):
    """Both are named, and counting here works."""
    install(THIRDS)
    install(THIRDS, "hubrank-others")
    code = run(["robustness", scenario, "--count-with", "thirds"])
    error = capsys.readouterr().err

    assert code == 2
    assert "'thirds' is provided by hubrank-" in error
    assert all(each in error for each in ("hubrank-thirds 0.1", "hubrank-others 0.1", 'write "hubrank-others:thirds"'))
    assert run(["robustness", scenario]) == 0


@pytest.mark.parametrize(
    ("made", "what"),
    [
        ("1 / 0", "count raised ZeroDivisionError: division by zero"),
        ("None", "count returned NoneType instead of a Tally"),
        ("analysis.empty()", "count returned 0 draws instead of 6,000"),
    ],
)
def test_counter_that_fails_is_blamed(scenario, install, capsys, made, what):
    """Its distribution is named, with exit code 3."""
    install(THIRDS.replace("return total", f"return {made}"))

    assert run(["robustness", scenario, "--count-with", "thirds"]) == 3
    assert capsys.readouterr().err == f"hubrank: hubrank-thirds: draw counter 'thirds': {what}\n"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["--precision", "0.01"], "--precision"),
        (["--cores", "2"], "--cores"),
        (["--shards", "1/2", "--output", "parts"], "--shards"),
        (["--merge", "parts"], "--merge"),
        (["--cores", "2", "--merge", "parts"], "--cores and --merge"),
    ],
)
def test_options_that_count_here(scenario, capsys, words, named):
    """Options that say how to count here are refused beside a counter, all at once, before anything is measured."""
    code = run(["robustness", scenario, "--count-with", "thirds", *words])

    assert code == 2
    assert capsys.readouterr().err.endswith(f"--count-with cannot be combined with {named}\n")
