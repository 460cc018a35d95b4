"""hubrank from its wheels, in environments outside the workspace: the commands of docs/install.md, as printed."""

import csv
import io
import re
import shutil
import subprocess
import sys
from email.parser import BytesHeaderParser
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from hubrank.testing import examples
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGE = (DOCS / "install.md").read_text(encoding="utf-8")
CURRENT = f"{sys.version_info.major}.{sys.version_info.minor}"


def blocks(heading):
    """The commands of a section of the page."""
    section = PAGE.partition(f"# {heading}\n")[2].partition("\n## ")[0]
    return [line for block in re.findall(r"```sh\n(.*?)```", section, re.DOTALL) for line in block.splitlines()]


@pytest.fixture
def folder(tmp_path):
    """The files of a first scenario."""
    for each in examples((DOCS / "tutorials" / "first-scenario.md").read_text(encoding="utf-8")):
        if each.file:
            (tmp_path / each.file).write_text(each.code, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="module")
def as_here(tmp_path_factory):
    """The table of `global` as the workspace's own environment ranks it."""
    folder = tmp_path_factory.mktemp("here")
    words = [Path(sys.executable).parent / "hubrank", "rank", "global", "--format", "csv"]
    return subprocess.run(words, cwd=folder, capture_output=True, encoding="utf-8", check=True).stdout


@pytest.fixture
def as_printed(folder, done, pip):
    """Run lines of the page in a shell; what each printed, by the line."""

    def run(lines, inside):
        variables = {**inside, "PATH": f"{pip}:{inside['PATH']}"}
        return {line: done(["sh", "-c", line], folder, variables) for line in lines}

    return run


def distributions(done, folder, inside):
    """The names of what an environment has of this project."""
    listed = done(["uv", "pip", "list", "--format", "freeze"], folder, inside)
    return {line.partition("==")[0] for line in listed.splitlines() if line.startswith("hubrank")}


def test_brackets_are_quoted():
    """Zsh takes those without quotes for a pattern, and finds no file."""
    pages = {page: page.read_text(encoding="utf-8") for page in [ROOT / "README.md", *DOCS.glob("**/*.md")]}
    assert [str(page) for page, text in pages.items() if re.search(r" install [\w-]+\[", text)] == []


@pytest.mark.long
def test_core_and_then_members(environment, done, folder, as_printed):
    """Core alone lists its own indicators and ranks a table; a member that is added brings its verb and indicator.

    Of income, unemployment and green space, Bonn has 1, 1 and 11/14, Dessau 0, 0 and 1, Celle 21/65, none and 7/14,
    Erfurt 23/65, 17/18 and 2/14, Aachen 37/65, 7/18 and 0.
    """
    inside = environment(sys.executable)
    first, added = blocks("Install fewer components")
    as_printed([first], inside)
    alone = distributions(done, folder, inside)
    listed = done(["hubrank", "list", "indicators"], folder, inside)
    rows = list(csv.DictReader(io.StringIO(done(["hubrank", "rank", "first.toml", "--format", "csv"], folder, inside))))
    as_printed([added], inside)

    assert alone == {"hubrank"}
    assert "papers" not in listed
    assert [row["name"] for row in rows] == ["Bonn", "Dessau", "Celle", "Erfurt", "Aachen"]
    prosperity = np.array([1, 0, 21 / 65, (23 / 65 + 17 / 18) / 2, (37 / 65 + 7 / 18) / 2])
    green = np.array([11, 14, 7, 2, 0]) / 14
    assert [float(row["score"]) for row in rows] == pytest.approx((prosperity + green) / 2)
    assert distributions(done, folder, inside) == {"hubrank", "hubrank-papers", "hubrank-analysis"}
    assert "Celle" in done(["hubrank", "robustness", "second.toml", "--draws", "100"], folder, inside)
    assert "top-papers" in done(["hubrank", "list", "indicators"], folder, inside)


@pytest.mark.long
def test_all_ranks_as_the_workspace_does(environment, done, folder, as_printed, as_here):
    """The flagship by the newest dependencies, and what else `all` brings: report, workbook, a start from a table."""
    inside = environment(sys.executable)
    printed = as_printed(blocks("Install a release"), inside)

    assert "San Francisco Bay Area" in printed["hubrank rank global --top 10"]
    assert done(["hubrank", "rank", "global", "--format", "csv"], folder, inside) == as_here
    done(["hubrank", "report", "second.toml", "--output", "page.html"], folder, inside)
    done(["hubrank", "export", "second.toml", "--output", "book.xlsx"], folder, inside)
    done(["hubrank", "start", "towns.csv", "--yes"], folder, inside)
    assert (folder / "page.html").stat().st_size > (folder / "book.xlsx").stat().st_size > 0


@pytest.mark.long
def test_lowest_dependencies(environment, done, folder, made, as_here):
    """Each dependency that a member names, at the lowest version that it allows: the same table, and no warning."""
    wanted = sorted({str(each) for path in (made / "wheels").glob("*.whl") for each in required(path)})
    (folder / "direct.txt").write_text("\n".join(["hubrank[all]", *wanted]), encoding="utf-8")
    inside = environment(sys.executable, "--resolution", "lowest-direct", "--requirements", folder / "direct.txt")
    words = [shutil.which("hubrank", path=inside["PATH"]), "rank", "global", "--format", "csv"]
    ranked = subprocess.run(words, cwd=folder, env=inside, capture_output=True, encoding="utf-8", check=False)

    assert (ranked.returncode, ranked.stderr) == (0, "... and 148 more (--top 178)\n")
    assert ranked.stdout == as_here
    done(["hubrank", "report", "second.toml", "--output", "page.html"], folder, inside)
    done(["hubrank", "export", "second.toml", "--output", "book.xlsx"], folder, inside)


def required(wheel):
    """What a wheel asks for of others, its extras left out."""
    with ZipFile(wheel) as archive:
        (name,) = [each for each in archive.namelist() if each.endswith(".dist-info/METADATA")]
        told = BytesHeaderParser().parsebytes(archive.read(name)).get_all("Requires-Dist", [])
    requirements = [Requirement(each) for each in told]
    return [each for each in requirements if not each.marker and not each.name.startswith("hubrank")]


@pytest.mark.long
@pytest.mark.parametrize("python", [each for each in ("3.11", "3.12", "3.13", "3.14") if each != CURRENT])
def test_other_pythons(python, environment, done, folder, outside, as_here):
    """All, and the flagship's table, on each Python that is here."""
    asked = ["uv", "python", "find", "--no-project", "--system", python]
    found = subprocess.run(asked, cwd=folder, env=outside, capture_output=True, text=True, check=False)
    if found.returncode != 0:
        pytest.skip(f"there is no Python {python} here")
    inside = environment(found.stdout.strip(), "hubrank[all]")

    assert done(["hubrank", "rank", "global", "--format", "csv"], folder, inside) == as_here
