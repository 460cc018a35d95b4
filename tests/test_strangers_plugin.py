"""Plugins from others, installed from their wheels beside core's into a fresh environment."""

import csv
import importlib.metadata
import io
import os
import re
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from hubrank.testing import examples
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "tutorials" / "your-indicator.md"
STRANGER = ROOT / "tests" / "stranger"
SITE = Path(sysconfig.get_path("purelib"))
BIN = "Scripts" if os.name == "nt" else "bin"


def done(command, folder):
    """Run a command elsewhere, without anything of this environment."""
    foreign = ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME")
    environment = {key: value for key, value in os.environ.items() if key not in foreign}
    environment |= {"HUBRANK_CACHE": str(folder / "cache"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return subprocess.run([str(each) for each in command], cwd=folder, env=environment, capture_output=True, text=True)


def run(command, folder):
    """Run a command elsewhere that succeeds; its output."""
    made = done(command, folder)

    assert made.returncode == 0, made.stdout + made.stderr
    return made.stdout


def needed(names):
    """The installed distributions that these need, with all that those need."""
    found = {}
    open_ = [Requirement(name) for name in names]
    while open_:
        wanted = open_.pop()
        name = canonicalize_name(wanted.name)
        applies = wanted.marker is None or any(
            wanted.marker.evaluate({"extra": extra}) for extra in ("", *wanted.extras)
        )
        if not applies or name in found:
            continue
        found[name] = importlib.metadata.distribution(name)
        open_ += [Requirement(each) for each in found[name].requires or ()]
    return list(found.values())


def link(distributions, site):
    """Let another environment see installed distributions, each file where it is, without fetching anything."""
    for distribution in distributions:
        for top in {file.parts[0] for file in distribution.files if file.parts[0] not in ("..", "__pycache__")}:
            if not (site / top).exists():
                (site / top).symlink_to(SITE / top)


def environment(made, sources, packages):
    """The programs of a fresh environment with wheels of some folders; third-party packages are linked into it."""
    for source in sources:
        run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", made / "wheels"], source)
    run([sys.executable, "-m", "venv", made / "venv"], made)
    python = made / "venv" / BIN / "python"
    site = run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], made).strip()
    link(needed(packages), Path(site))
    wheels = sorted((made / "wheels").glob("*.whl"))
    run([python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", *wheels], made)
    return made / "venv" / BIN


def install(programs, source, folder):
    """Install a folder's wheel without fetching anything."""
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "wheels"], folder / source)
    (wheel,) = (folder / "wheels").glob("*.whl")
    return run([programs / "python", "-m", "pip", "install", "--no-index", "--no-deps", wheel], folder)


def test_a_first_indicator(tmp_path, tmp_path_factory, module_at):
    """The tutorial as a reader does it who has no checkout: each file written, each command run, each output quoted."""
    members = ("fetching", "start")
    packages = [*importlib.metadata.requires("hubrank"), "pytest"]
    for name in members:
        packages += [each for each in importlib.metadata.requires(f"hubrank-{name}") if not each.startswith("hubrank")]
    sources = [ROOT / "core", *(ROOT / "plugins" / name for name in members)]
    programs = environment(tmp_path_factory.mktemp("fresh"), sources, packages)
    printed = ""
    for block in examples(PAGE.read_text(encoding="utf-8")):
        if block.file:
            (tmp_path / block.file).parent.mkdir(exist_ok=True)
            (tmp_path / block.file).write_text(block.code, encoding="utf-8")
        elif block.language == "text":
            assert module_at("tests/test_docs.py").absent(block.code, printed) == ""
        elif "run.py" not in block.code:
            for verb, *words in map(shlex.split, block.code.splitlines()):
                if verb == "pip":
                    install(programs, words[-1].removesuffix("[test]"), tmp_path)
                else:
                    command = [programs / "python", "-m", "pytest"] if verb == "pytest" else [programs / verb]
                    printed = run([*command, *words], tmp_path)
                    assert verb != "pytest" or int(re.search(r"(\d+) passed", printed)[1]) > 1


PORTS = {
    "ports.csv": "unit,name\na,Aport\nb,Bport\nc,Cport\nd,Dport\n",
    "figures.csv": "unit,year,x,y\na,2024,3,4\nb,2024,5,0\nc,2024,1,7\nd,2024,4.5,4.5\n",
    "ports.toml": """title = "Four ports"
editions = [2024]
units = { file = "ports.csv" }
normalisation = "none"
aggregation = "quadratic"
inputs.values = { source = "files", options = { file = "figures.csv" } }
dimensions.all = {}
indicators.x = { indicator = "value", dimension = "all" }
indicators.y = { indicator = "value", dimension = "all" }
robustness = { weight_uncertainty = 0.5, draws = 9000 }
""",
}


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """A folder with a scenario that uses the stranger's aggregator."""
    made = tmp_path_factory.mktemp("port")
    for name, text in PORTS.items():
        (made / name).write_text(text, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def hubrank(tmp_path_factory):
    """The program of an environment with the wheels of core, the stranger and the members that it meets here."""
    members = ("analysis", "output")
    sources = [ROOT / "core", STRANGER, *(ROOT / "plugins" / name for name in members)]
    packages = [*importlib.metadata.requires("hubrank")]
    for name in members:
        packages += [each for each in importlib.metadata.requires(f"hubrank-{name}") if not each.startswith("hubrank")]
    return environment(tmp_path_factory.mktemp("member"), sources, packages) / "hubrank"


def test_aggregator(port, hubrank):
    """The roots of 25, 20.25, 12.5 and 12.5: (1, 7) is ahead of (4.5, 4.5), and (3, 4) ties with (5, 0)."""
    rows = list(csv.DictReader(io.StringIO(run([hubrank, "rank", "ports.toml", "--format", "csv"], port))))

    assert [(row["unit"], row["rank"]) for row in rows] == [("c", "1"), ("d", "2"), ("a", "3"), ("b", "3")]
    assert [float(row["score"]) for row in rows] == pytest.approx([5, 4.5, 12.5**0.5, 12.5**0.5])


def test_exporter(port, hubrank):
    """Its suffix picks it."""
    run([hubrank, "export", "ports.toml", "--output", "ports.podium.txt"], port)

    assert (port / "ports.podium.txt").read_text(encoding="utf-8") == "Cport\nDport\nAport\n"


#: Under the weights 1 and 3 for x and y: the roots of (1 + 147) / 4, 81 / 4, (9 + 48) / 4 and 25 / 4.
MOVED = {"c": 37**0.5, "d": 4.5, "a": 14.25**0.5, "b": 2.5}


def test_aggregator_on_the_page(port, hubrank, browser):
    """The page of a scenario that uses it can be moved, by the aggregator's script."""
    run([hubrank, "report", "ports.toml", "--output", "ports.html"], port)
    page = browser.new_page()
    page.goto((port / "ports.html").as_uri())
    page.wait_for_selector("body.ready")
    notes = page.locator("#weights .standing").all_inner_texts()
    page.evaluate("own => window.hubrank.rerank(own)", {"all": [1, 3], "index": [1]})
    shown = {each["unit"]: each["score"] for each in page.evaluate("window.hubrank.ranking()")}
    page.close()

    assert notes == []
    assert shown == pytest.approx(MOVED)
    assert list(shown) == ["c", "d", "a", "b"]


def test_aggregator_in_the_workbook(port, hubrank, calculate_file):
    """The workbook follows a weight that a reader overwrites, by the aggregator's formula, in each dimension."""
    run([hubrank, "export", "ports.toml", "--output", "ports.xlsx"], port)
    live = calculate_file(port / "ports.xlsx", {"Weights": {"C4": 3}})["Live"]
    column = {live[f"{letter}1"]: letter for letter in "ABCDEFGHIJKLM" if f"{letter}1" in live}
    scores = {live[f"A{row}"]: live[f"{column['Four ports']}{row}"] for row in range(2, 6)}
    ranks = [live[f"{column['rank']}{row}"] for row in range(2, 6)]

    assert scores == pytest.approx(MOVED)
    assert dict(zip(scores, ranks, strict=True)) == {"c": 1, "d": 2, "a": 3, "b": 4}
