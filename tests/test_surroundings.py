"""What benchmarks tell beside their figures, from files and programs that the tests lay out."""

import json
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def surroundings(module_at):
    """The module that all benchmarks import."""
    return module_at("benchmarks/surroundings.py")


def program(folder):
    """An executable file named uv in a folder."""
    folder.mkdir(parents=True)
    made = folder / ("uv.exe" if os.name == "nt" else "uv")
    made.write_text("")
    made.chmod(0o755)
    return str(made)


def test_shares_are_figures_over_limits_and_a_missing_figure_has_none(surroundings):
    """0.1 s of 0.2 s is a half; 4 of 3 is 1.333."""
    figures = {"help": 0.1, "rank": 4.0, "peers": None, "free": 7}

    shares = surroundings.shares_of_limits(figures, {"help": 0.2, "rank": 3.0, "peers": 1.0, "left out": 1.0})

    assert shares == {"help": 0.5, "rank": 1.333}


def test_json_comes_last_with_figures_shares_and_machine(surroundings, capsys):
    """Lines for people stand before it."""
    ran_on = {"cpu": "a processor", "cores": 2, "load_at_start": 0.5}

    surroundings.conclude({"rank": 2.0}, ran_on, {"rank": 4.0}, as_json=True)

    *told, last = capsys.readouterr().out.splitlines()
    assert told == ["rank: 50 % of 4.0", "on a processor, 2 cores, load 0.5 at the start"]
    assert json.loads(last) == {"rank": 2.0, "share_of_limit": {"rank": 0.5}, "machine": ran_on}


def test_machine_has_a_model_cores_and_a_load(surroundings):
    """No more cores than there are."""
    told = surroundings.machine()

    assert list(told) == ["cpu", "cores", "load_at_start"]
    assert told["cpu"]
    assert 1 <= told["cores"] <= os.cpu_count()


@pytest.mark.skipif(os.name == "nt", reason="run.py lays programs elsewhere there")
def test_uv_is_the_one_on_the_path_else_that_of_the_workspace_else_none(surroundings, tmp_path, monkeypatch):
    """As run.py looks for it."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert surroundings.uv(tmp_path) is None

    own = program(tmp_path / ".tool" / "bin")
    assert surroundings.uv(tmp_path) == own

    on_path = program(tmp_path / "bin")
    assert surroundings.uv(tmp_path) == on_path


@pytest.mark.parametrize(
    "script",
    sorted(path.name for path in (ROOT / "benchmarks").glob("*.py") if "argparse" in path.read_text(encoding="utf-8")),
)
def test_every_benchmark_tells_of_its_machine(script):
    """None prints its figures past the module."""
    assert "conclude(" in (ROOT / "benchmarks" / script).read_text(encoding="utf-8")
