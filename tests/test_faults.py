"""Whatever fails or whenever a writer is killed, the old result or the new one is there, whole."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hubrank.cli.app import run
from hubrank.testing.made_up import SCENARIO, UNITS

pytestmark = pytest.mark.long

HUBRANK = Path(sys.executable).with_name("hubrank")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Two scenarios of one table, and a table of a user."""
    rows = [
        f"U{at},{year},{at},{at * 7 % 5},{at * 3 % 7 + 1},{at * at % 11},{year - 2020 + at % 3}\n"
        for at in range(6)
        for year in (2023, 2024)
    ]
    (tmp_path / "units.csv").write_text(UNITS)
    (tmp_path / "values.csv").write_text("unit,year,a,b,c,d,e\n" + "".join(rows))
    for name, weight in (("old", 2), ("new", 5)):
        text = SCENARIO.replace("Six units", f"Six {name} units").replace("weight = 2", f"weight = {weight}")
        (tmp_path / f"{name}.toml").write_text(text + "\n[robustness]\ndraws = 20\nweight_uncertainty = 0.2\n")
    towns = "".join(f"Town {at},{at * 3 % 7},{at * at % 5}\n" for at in range(8))
    (tmp_path / "table.csv").write_text("Town,Jobs,Parks\n" + towns)
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    return tmp_path


@pytest.mark.parametrize("fault", ["kill", "error"])
@pytest.mark.parametrize(("verb", "target"), [("rank", "run"), ("export", "file.csv")])
def test_every_change_of_files_fails_in_turn(home, fault, verb, target):
    """After each fault the place is old or new, and an error is one sentence and 2 and leaves nothing beside it."""
    (home / "out").mkdir()
    words = [verb, str(home / "new.toml"), "--output", str(home / "out" / target)]
    program = Path(__file__).with_name("faulty_runs.py")
    done = subprocess.run(
        [sys.executable, str(program), str(home), fault, *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    steps, wrong = json.loads(done.stdout.splitlines()[-1])

    assert wrong == []
    assert steps >= 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["report", "{new}", "--output", "{long}.html"], "file name too long; choose a shorter one"),
        (["rank", "{new}", "--output", "{long}"], "file name too long; choose a shorter one"),
        (["start", "{table}", "{long}", "--yes"], "file name too long; choose a shorter one"),
        (["export", "{new}", "--output", "{table}/x.csv"], "not a directory"),
    ],
)
def test_places_that_cannot_be_written(home, capsys, words, said):
    """One sentence, 2, and nothing left."""
    before = sorted(each.name for each in home.iterdir())
    places = {"new": home / "new.toml", "table": home / "table.csv", "long": home / ("x" * 300)}
    code = run([each.format(**places) for each in words])
    error = capsys.readouterr().err

    assert (code, error.count("\n")) == (2, 1), error
    assert error.endswith(f": cannot be written: {said}\n")
    assert sorted({each.name for each in home.iterdir()} - {"cache"}) == before


def ended(command, **streams):
    """How a program ends: exit code and what it says on standard error."""
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False, env=environment, **streams)
    return done.returncode, done.stderr


def test_standard_output_is_full_or_closed():
    """One sentence and 1; behind a pipe that no one reads nothing, and 141."""
    with Path("/dev/full").open("w") as full:
        assert ended([HUBRANK, "version"], stdout=full) == (
            1,
            "hubrank: standard output cannot be written: no space left on device\n",
        )
    closed = ["sh", "-c", 'exec "$@" >&-', "sh", HUBRANK, "version"]
    assert ended(closed) == (1, "hubrank: standard output cannot be written: bad file descriptor\n")
    reader, writer = os.pipe()
    os.close(reader)
    assert ended([HUBRANK, "version"], stdout=writer) == (141, "")
    os.close(writer)


def test_standard_error_is_full_or_closed():
    """Output that cannot be written is lost; the exit code shows it."""
    for target in ("2>/dev/full", "2>&-"):
        done = subprocess.run(["sh", "-c", f"'{HUBRANK}' rank nonsense {target}"], capture_output=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (2, b"", b"")
