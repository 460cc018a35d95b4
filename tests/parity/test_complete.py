"""The table of parity is whole: every reference file is in it once, and what it calls equal is compared."""

import os
import re
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from attrs import frozen

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "records" / "parity.md"
VERDICTS = ("equal", "equal in part", "other", "input", "not offered")


@frozen
class Row:
    """A row of the tables of files."""

    pattern: str
    verdict: str
    tests: str

    def names(self, file):
        """Whether the row is of a file, folder by folder."""
        parts, given = self.pattern.split("/"), file.split("/")
        return len(parts) == len(given) and all(map(fnmatchcase, given, parts))


def rows():
    """All rows that begin with the name of a file."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    cells = [[each.strip() for each in line.strip("| ").split(" | ")] for line in lines if line.startswith("| `")]
    files = [each for each in cells if each[0].startswith(("`coinr/", "`mcda/"))]
    return [Row(each[0].strip("`"), each[1], each[3].strip(" |") if len(each) > 3 else "") for each in files]


@pytest.fixture(scope="module")
def files(coinr, mcda):
    """Every reference file, without its suffix."""
    return [
        path.relative_to(tables.folder.parent).with_suffix("").as_posix()
        for tables in (coinr, mcda)
        for path in sorted(tables.folder.rglob("*.csv"))
    ]


def test_every_verdict_is_one_of_five():
    """Nothing is left open."""
    assert {row.verdict for row in rows()} <= set(VERDICTS)
    assert len(rows()) > 100


def test_every_file_is_in_one_row(files):
    """No file is forgotten, and none has two verdicts."""
    known = rows()
    told = {file: [row.pattern for row in known if row.names(file)] for file in files}

    assert {file: patterns for file, patterns in told.items() if len(patterns) != 1} == {}


def test_every_row_is_of_a_file(files):
    """No row is of what is not there."""
    assert [row.pattern for row in rows() if not any(row.names(file) for file in files)] == []


def test_only_what_is_marked_differs(files):
    """Nothing is called another or not offered that the references do not mark, except the optimiser's early stops."""
    allowed = ("QUESTIONABLE", "LOOSE", "90_weights/opt_")
    other = {file for row in rows() if row.verdict in ("other", "not offered") for file in files if row.names(file)}

    assert {file for file in other if not any(mark in file for mark in allowed)} == set()


def test_every_test_that_is_named_exists():
    """A name in the page is that of a test in the file that it stands with."""
    named = re.findall(r"`([\w/.]+\.py)::(\w+)`", PAGE.read_text(encoding="utf-8"))
    missing = []
    for file, test in named:
        path = ROOT / file if "/" in file else ROOT / "tests" / "parity" / file
        if not path.is_file() or f"def {test}(" not in path.read_text(encoding="utf-8"):
            missing.append(f"{file}::{test}")

    assert len(named) > 100
    assert missing == []


def test_what_is_equal_or_other_has_a_test():
    """A claim without a test is none, except of what calls itself loose."""
    claims = [row for row in rows() if row.verdict in ("equal", "equal in part", "other")]

    assert [row.pattern for row in claims if "::" not in row.tests and "LOOSE" not in row.pattern] == []


def test_every_equal_file_is_read(files, files_read):
    """A file that is called equal was read by a test before this one."""
    equal = {file for row in rows() if row.verdict.startswith("equal") for file in files if row.names(file)}

    assert {file for file in equal if not any(f"{file}.csv".endswith(each) for each in files_read)} == set()


def test_all_in_one_process():
    """All tests of this folder, one after another, so that the last one sees what the others have read."""
    variables = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "-n0", "-q", "--long", str(Path(__file__).parent)]
    run = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout
