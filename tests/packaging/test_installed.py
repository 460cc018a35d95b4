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


#: What a scenario or a command asks for that the core alone does not bring: files, words, the answer.
LACKING = {
    "a Parquet file": (
        {"a.toml": 'extends = "first.toml"\ninputs.values = { source = "files", options.file = "towns.parquet" }\n'},
        ["rank", "a.toml"],
        'towns.parquet: reading it requires pyarrow: pip install "hubrank[arrow]"',
    ),
    "a workbook": (
        {"a.toml": 'extends = "first.toml"\ninputs.values = { source = "files", options.file = "towns.xlsx" }\n'},
        ["rank", "a.toml"],
        'towns.xlsx: reading it requires openpyxl: pip install "hubrank[excel]"',
    ),
    "values as Parquet": (
        {},
        ["rank", "first.toml", "--output", "run", "--values-format", "parquet"],
        '--values-format parquet requires pyarrow: pip install "hubrank[arrow]"',
    ),
    "a language": (
        {},
        ["rank", "first.toml", "--language", "de"],
        '--language de: a language other than English requires babel: pip install "hubrank[languages]"',
    ),
    "a weighting": (
        {
            "a.toml": 'extends = "first.toml"\n[dimensions.prosperity.weighting]\nmethod = "best-worst"\n'
            'best = "income"\nworst = "unemployment"\nbest_to_others = { unemployment = 3 }\n'
            "others_to_worst = { income = 3 }\n"
        },
        ["rank", "a.toml"],
        'the weighting best-worst requires scipy: pip install "hubrank[scipy]"',
    ),
    "errors of values": (
        {"a.toml": 'extends = "first.toml"\nrobustness = { draws = 100, error.income.standard_error = 1 }\n'},
        ["rank", "a.toml"],
        '[robustness] with errors of values requires scipy: pip install "hubrank[scipy]"',
    ),
    "points": (
        {
            "a.toml": 'extends = "first.toml"\nunits.file = "towns-there.csv"\n'
            'inputs.values = { source = "files", options.file = "points.csv" }\n',
            "towns-there.csv": "unit,lat,lon,radius_km\nbonn,50.7,7.1,20\n",
            "points.csv": "lat,lon,income,unemployment,green\n50.7,7.1,1,2,3\n",
        },
        ["rank", "a.toml"],
        'a table with lat and lon requires scipy: pip install "hubrank[scipy]"',
    ),
    "polygons": (
        {
            "a.toml": 'extends = "first.toml"\nunits.file = "shapes.csv"\n',
            "shapes.csv": """unit,polygon\nbonn,"{""type"": ""Polygon"", ""coordinates"": []}"\n""",
        },
        ["rank", "a.toml"],
        'a set of units with polygons requires shapely: pip install "hubrank[places]"',
    ),
    "a workbook to write": (
        {},
        ["export", "first.toml", "--output", "ranks.xlsx"],
        "no exporter for this suffix; available: none; hubrank-output brings some; pip install hubrank-output",
    ),
}
#: Another library's frame, or what looks like one.
FRAME = "import hubrank\ntry: hubrank.rank(object())\nexcept hubrank.UsageError as error: print(error)"


@pytest.fixture(scope="module")
def core(environment):
    """The variables of processes that have the core alone."""
    return environment(sys.executable, "hubrank")


@pytest.mark.long
def test_core_alone_does_as_the_workspace_does(core, done, folder):
    """Ranges, an explanation, a run folder and what is read of it again: the same bytes without the other libraries."""
    rank = ["rank", "second.toml", "--format", "csv"]
    listed = done(["uv", "pip", "list", "--format", "freeze"], folder, core)
    ranked = done(["hubrank", *rank, "--output", "run"], folder, core)
    explained = done(["hubrank", "explain", "run", "bonn"], folder, core)
    again = done(["hubrank", "rank", "run", "--format", "csv"], folder, core)
    here = {**core, "PATH": f"{Path(sys.executable).parent}:{core['PATH']}"}

    assert not re.search("^(pyarrow|scipy|babel|shapely|narwhals|openpyxl|filelock)=", listed, re.MULTILINE)
    assert again == ranked == done(["hubrank", *rank, "--output", "here"], folder, here)
    assert explained == done(["hubrank", "explain", "here", "bonn"], folder, here)
    for path in (folder / "here").iterdir():
        if path.name != "record.json":  # it has the time
            assert path.read_bytes() == (folder / "run" / path.name).read_bytes()


@pytest.mark.long
@pytest.mark.parametrize("name", LACKING)
def test_a_missing_library_is_told(name, core, folder):
    """In one sentence: what requires it, and how it is installed."""
    files, words, told = LACKING[name]
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8")
    for ending in ("parquet", "xlsx"):
        (folder / f"towns.{ending}").write_bytes(b"PK\x05\x06" + bytes(18))
    words = [shutil.which("hubrank", path=core["PATH"]), *words]
    ended = subprocess.run(words, cwd=folder, env=core, capture_output=True, encoding="utf-8", check=False)

    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.rstrip().endswith(told)
    assert "Traceback" not in ended.stderr


@pytest.mark.long
def test_start_and_report_need_little(environment, done, folder):
    """A start from a table, and the page as the workspace writes it, without the largest libraries."""
    inside = environment(sys.executable, "hubrank-start", "hubrank-output")
    listed = done(["uv", "pip", "list", "--format", "freeze"], folder, inside)
    done(["hubrank", "start", "towns.csv", "--yes"], folder, inside)
    done(["hubrank", "report", "second.toml", "--output", "page.html"], folder, inside)
    here = {**inside, "PATH": f"{Path(sys.executable).parent}:{inside['PATH']}"}
    done(["hubrank", "report", "second.toml", "--output", "here.html"], folder, here)

    assert not re.search("^(pyarrow|scipy|vl-convert-python)=", listed, re.MULTILINE)
    assert (folder / "page.html").read_bytes() == (folder / "here.html").read_bytes()


@pytest.mark.long
def test_a_frame_of_another_library(core, done, folder):
    """In Python the same."""
    told = done(["python", "-c", FRAME], folder, core)
    assert told == 'frame: a table that is not of pandas requires narwhals: pip install "hubrank[frames]"\n'


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

    assert (ranked.returncode, ranked.stderr) == (0, "")
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
