"""A count that is killed continues with the parts left, and its run is the same, byte for byte."""

import json
import subprocess
import sys
from pathlib import Path

import attrs
import hubrank_records
import pandas as pd
import pytest
from hubrank.plugin import Request

pytestmark = pytest.mark.long

SCENARIO = """
title = "Papers of two towns"
editions = [2021]
window = 2
normalisation = "none"
aggregation = "arithmetic"
units = { file = "units.csv", places = "places.csv" }
dimensions = { research = {} }
[inputs.works]
source = "records"
[inputs.works.options]
file = "works"
columns = { ror = "institution" }
amounts = ["citations"]
COUNT
[indicators.papers]
indicator = "value"
dimension = "research"
inputs = { values = "works" }
options = { column = "count" }
[indicators.citations]
indicator = "value"
dimension = "research"
inputs = { values = "works" }
options = { column = "citations" }
"""
FRACTIONAL = 'count = "fractional-author"\nrecord = "work"\nauthor = "person"\naffiliation = "ror"'
FULL = 'count = "full"\nrecord = "work"'
#: Each file is a part of its own; the process kills itself, as a machine would, when it is about to scan part 3. One
#: thread adds, since several add a part's amounts in any order, killed or not.
RANK = """
import os, signal, sys
import duckdb
from hubrank.cli.app import run
from hubrank_records import counting, reading

counting.PART = 1
connect = duckdb.connect
duckdb.connect = lambda config: connect(config={**config, "threads": 1})
scan = reading.scan
def scan_until(options, files=None):
    if files is not None and files.paths[0].parent.name == sys.argv[1] and len(files.paths) < 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return scan(options, files)
reading.scan = scan_until
sys.exit(run(["rank", "papers.toml", "--output", sys.argv[2]]))
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Works of four years in folders of a file or two, with shares and amounts that no binary number holds."""
    monkeypatch.chdir(tmp_path)
    Path("units.csv").write_text("unit,name,country\nnorth,North,NOR\nsouth,South,ZAF\n")
    Path("places.csv").write_text("unit,ror\nnorth,r1\nnorth,r2\nsouth,r3\n")
    rows = [
        (f"w{work}", f"a{author}", f"r{1 + (work + author) % 4}", year, work / 7)
        for year in (2018, 2019, 2020, 2021)
        for work in range(6)
        for author in range(1 + work % 3)
    ]
    frame = pd.DataFrame(rows, columns=["work", "person", "institution", "year", "citations"])
    for (year, half), own in frame.groupby(["year", frame.index % 2]):
        path = Path(f"works/year={year}/part-{half}.parquet")
        path.parent.mkdir(parents=True, exist_ok=True)
        own.drop(columns="year").to_parquet(path, index=False)
    return tmp_path


def ranked(cache, output, killed_at, monkeypatch):
    """A process that ranks, and is killed when it comes to a folder."""
    monkeypatch.setenv("HUBRANK_CACHE", str(cache))
    return subprocess.run([sys.executable, "-c", RANK, killed_at, output], capture_output=True, text=True, check=False)


def contents(folder):
    """The files of a run except its date."""
    record = json.loads((folder / "record.json").read_text())
    del record["created"]
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "record.json"} | {"": record}


@pytest.mark.parametrize(("count", "parts", "taken"), [("", 8, 4), (FRACTIONAL, 4, 2), (FULL, 4, 2)])
def test_killed_midway(folder, monkeypatch, count, parts, taken):
    """Rows by file, records by year: the folder of 2020 is the first that is not read before the end."""
    (folder / "papers.toml").write_text(SCENARIO.replace("COUNT", count))
    whole = ranked(folder / "cache-whole", "whole", "never", monkeypatch)
    killed = ranked(folder / "cache", "run", "year=2020", monkeypatch)
    again = ranked(folder / "cache", "run", "year=2018", monkeypatch)

    assert (whole.returncode, killed.returncode, again.returncode) == (0, -9, 0), again.stderr
    told = f"works: {taken} of {parts} parts were summed by an earlier run; the others by this one\n"
    assert (whole.stderr, again.stderr) == ("", told)
    assert all(len(line) <= 80 for line in told.splitlines())
    assert contents(folder / "run") == contents(folder / "whole")


def parts(options):
    """The number of parts, and what the plan of a run says of them."""
    request = Request(table="works", columns=("count",), first_year=None, last_year=None, options=options)
    return hubrank_records.parts(request), json.loads(hubrank_records.fingerprint(request))["parts"]


WHOLE = "1: a record may lie in several files"


@pytest.mark.parametrize(
    ("count", "changes", "expected"),
    [
        ("rows", {}, (8, 8)),
        ("fractional-author", {}, (4, 4)),
        ("full", {}, (4, 4)),
        ("fractional-institution", {"columns": {"ror": "institution", "year": "work"}, "record": "person"}, (1, WHOLE)),
        ("fractional-author", {"year": 2020, "columns": {"ror": "institution", "folder": "year"}}, (1, WHOLE)),
    ],
)
def test_what_can_be_in_parts(folder, made, monkeypatch, count, changes, expected):
    """Records, only if folders give their year: with a year from elsewhere, a record may lie in two of them."""
    monkeypatch.setattr("hubrank_records.counting.PART", 1)

    assert parts(made(count, folder / "works", **{"year": None, **changes})) == expected


@pytest.mark.parametrize(("part", "most"), [(1, 1), (8_000, 2)])
def test_a_file_added_in_front(made, works_by_file, monkeypatch, part, most):
    """Of large files only the new one is counted; of small ones, those that it is combined with too."""
    monkeypatch.setattr("hubrank_records.counting.PART", part)
    before = fingerprints(made("rows", works_by_file, year=2020))
    (works_by_file / "00-new.parquet").write_bytes((works_by_file / "10.parquet").read_bytes())
    after = fingerprints(made("rows", works_by_file, year=2020))

    assert len(before) > 3
    assert len(after - before) <= most


@pytest.fixture
def works_by_file(tmp_path):
    """Forty files of the same few works."""
    for at in range(10, 50):
        pd.DataFrame({"institution": ["r1", "r2"], "citations": [at, 1]}).to_parquet(tmp_path / f"{at}.parquet")
    return tmp_path


def fingerprints(options):
    """The fingerprint of each part, of which the core keeps the sums."""
    request = Request(table="works", columns=("count",), first_year=None, last_year=None, options=options)
    whole = range(hubrank_records.parts(request))
    return {hubrank_records.fingerprint(attrs.evolve(request, part=part)) for part in whole}
