"""What the README shows works when it is done literally."""

import importlib.util
import shlex
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hubrank.cli.app import run
from hubrank.testing import examples

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
BLOCKS = examples(README)
COMMANDS = [line for each in BLOCKS if each.language == "sh" for line in each.code.splitlines()]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the files that the page shows."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    for each in BLOCKS:
        if each.file:
            Path(each.file).write_text(each.code, encoding="utf-8")
    return tmp_path


def values(folder):
    """Papers and citations of North and South, in a run folder."""
    import pandas as pd

    return pd.read_csv(folder / "values.csv").set_index(["unit", "indicator"]).iloc[:, 1].to_dict()


#: North: w1 and w2 whole, two thirds of w4 with 8 citations; South: w5.
BY_HAND = {
    ("north", "papers"): pytest.approx(2 + 2 / 3),
    ("north", "citations"): pytest.approx(10 + 4 + 16 / 3),
    ("south", "papers"): 1,
    ("south", "citations"): 2,
}


@pytest.mark.long
@pytest.mark.parametrize("command", COMMANDS)
def test_command(folder, capsys, command):
    """Each command of the page ranks, whatever engine counts, and the values are those by hand."""
    engine = {"polars": "polars", "spark": "pysail"}.get(command.split()[2].removesuffix(".toml"), "duckdb")
    if importlib.util.find_spec(engine) is None:
        pytest.skip(f"needs {engine}, which is not installed")
    code = run([*shlex.split(command.removesuffix(" --output run"))[1:], "--output", "run"])

    assert (code, capsys.readouterr().err) == (0, "")
    assert values(folder / "run") == BY_HAND


@pytest.mark.long
@pytest.mark.parametrize("engine", ["duckdb", "polars", "spark"])
def test_full_counting_counts_a_record_once_in_a_unit(folder, capsys, engine):
    """North has w1, w2 and w4, whose amounts are 10, 4 and 8; w2 lies at two of its places."""
    if importlib.util.find_spec(module := {"spark": "pysail"}.get(engine, engine)) is None:
        pytest.skip(f"needs {module}, which is not installed")
    lines = [line for line in Path("papers.toml").read_text().splitlines() if not line.startswith(("author", "affil"))]
    text = "\n".join(lines).replace('"fractional-author"', f'"full"\nengine = "{engine}"')
    Path("full.toml").write_text(text, encoding="utf-8")

    assert run(["rank", "full.toml", "--output", "run"]) == 0
    assert values(folder / "run") == {
        ("north", "papers"): 3,
        ("north", "citations"): 22,
        ("south", "papers"): 1,
        ("south", "citations"): 2,
    }


@pytest.mark.long
def test_server_in_a_process_of_its_own(folder, capsys):
    """The server of the page, started as it says, and the scenario that names its address."""
    pytest.importorskip("pysail", reason="needs pysail, a Spark Connect server without Java")
    server = subprocess.Popen([Path(sys.executable).parent / "sail", "spark", "server", "--port", "50051"])
    try:
        wait_for(50051)
        assert run(["rank", "cluster.toml", "--output", "run"]) == 0
    finally:
        server.terminate()
        server.wait()

    assert values(folder / "run") == BY_HAND


def wait_for(port):
    """Wait until something answers at a port of this machine."""
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the server did not start")
