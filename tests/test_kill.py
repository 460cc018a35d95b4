"""Nothing is half-written, whenever a run is killed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCENARIO = """
title = "Many"
editions = [2023, 2024]

[units]
file = "units.csv"

[dimensions.life]

[normalisation]
method = "min-max"

[aggregation]
method = "arithmetic"
"""

INPUT = """
[inputs.table{at}]
source = "files"
options = {{ file = "table{at}.csv" }}

[indicators.x{at}]
indicator = "value"
dimension = "life"
inputs = {{ values = "table{at}" }}
"""

TABLES = 3
UNITS = 100


@pytest.mark.long
def test_killed_runs(tmp_path):
    """After 50 kills at random moments, and one before each change of files, nothing is half-written.

    The folder is absent or whole, every cache entry sound, and a further run succeeds.
    """
    _write_scenario(tmp_path)
    program = Path(__file__).with_name("killed_runs.py")
    environment = {**os.environ, "HUBRANK_CACHE": str(tmp_path / "cache")}

    done = subprocess.run(
        [sys.executable, str(program), str(tmp_path / "many.toml")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["by chance"] == 50
    assert found["steps"] >= 3 * TABLES + 10
    assert found["states"]["half"] == found["broken entries"] == 0
    assert found["states"]["absent"] > 0
    assert found["states"]["whole"] > 0
    assert (found["last state"], found["good entries"]) == ("whole", TABLES)


def _write_scenario(folder):
    codes = [f"U{at:03}" for at in range(UNITS)]
    (folder / "units.csv").write_text("unit,name\n" + "".join(f"{code},{code}\n" for code in codes))
    for at in range(TABLES):
        rows = [
            f"{code},{year},{(row * 7 + at * 13 + year) % 101}\n"
            for row, code in enumerate(codes)
            for year in (2023, 2024)
        ]
        (folder / f"table{at}.csv").write_text(f"unit,year,x{at}\n" + "".join(rows))
    inputs = "".join(INPUT.format(at=at) for at in range(TABLES))
    (folder / "many.toml").write_text(SCENARIO + inputs)
