"""A stranger's indicator: begun, edited, built, installed elsewhere, used in a scenario; then beside another's."""

import csv
import io
import subprocess
import sys
from shutil import which

import pytest

SCENARIO = """
title = "Bridges of three towns"
editions = [2024]
normalisation = { method = "min-max", low = 0, high = 100 }
aggregation = "arithmetic"
units.file = "units.csv"
inputs.counts = { source = "files", options = { file = "counts.csv", kind = "flow" } }
dimensions.town = {}
indicators.bridges = { dimension = "town" }
"""
FILES = {
    "units.csv": "unit,name,population\nA,Aton,1000000\nB,Beton,2000000\nC,Ceton,500000\n",
    "counts.csv": "unit,year,count\nA,2024,4\nB,2024,6\nC,2024,1\n",
    "towns.toml": SCENARIO,
}


def scores(done, folder, inside):
    """The scores of the towns."""
    rows = csv.DictReader(io.StringIO(done(["hubrank", "rank", "towns.toml", "--format", "csv"], folder, inside)))
    return {row["name"]: float(row["score"]) for row in rows}


@pytest.mark.long
def test_two_authors(environment, done, tmp_path):
    """Bridges per million are 4, 3 and 2: 100, 50 and 0. Another author's count them for each bridge, 4, 6 and 1.

    Both install beside each other; a scenario that says only the name is told both full ones, and ranks by either.
    """
    workshop, elsewhere = (
        environment(sys.executable, "hubrank[all]", "hatchling"),
        environment(sys.executable, "hubrank"),
    )
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    for owner in ("acme", "other"):
        done(
            ["hubrank", "new", "indicator", "bridges", "--distribution", f"{owner}-bridges", "--yes"],
            tmp_path,
            workshop,
        )
    module = tmp_path / "other-bridges" / "src" / "other_bridges" / "__init__.py"
    code = module.read_text(encoding="utf-8")
    module.write_text(code.replace(' / units["population"] * options.per', ""), encoding="utf-8")

    wheels = tmp_path / "dist"
    for owner in ("acme", "other"):
        folder = tmp_path / f"{owner}-bridges"
        done(["uv", "build", "--quiet", "--wheel", "--no-build-isolation", "--out-dir", str(wheels)], folder, workshop)
    done(["uv", "pip", "install", "--quiet", *map(str, wheels.glob("acme*.whl"))], tmp_path, elsewhere)
    alone = scores(done, tmp_path, elsewhere)
    done(["uv", "pip", "install", "--quiet", *map(str, wheels.glob("other*.whl"))], tmp_path, elsewhere)
    hubrank = which("hubrank", path=elsewhere["PATH"])
    both = subprocess.run(
        [hubrank, "rank", "towns.toml"], cwd=tmp_path, env=elsewhere, capture_output=True, text=True, check=False
    )
    chosen = SCENARIO.replace("{ dimension", '{ indicator = "other-bridges:bridges", dimension')
    (tmp_path / "towns.toml").write_text(chosen, encoding="utf-8")

    assert alone == {"Aton": 100, "Beton": 50, "Ceton": 0}
    assert both.returncode == 2
    assert both.stderr == (
        "hubrank: towns.toml: 1 problem\n  9  indicators.bridges.indicator: 'bridges' is provided by acme-bridges "
        '0.1.0 and other-bridges 0.1.0; write "acme-bridges:bridges" or "other-bridges:bridges"\n'
    )
    assert scores(done, tmp_path, elsewhere) == {"Aton": 60, "Beton": 100, "Ceton": 0}
