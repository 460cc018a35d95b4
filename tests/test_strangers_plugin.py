"""A plugin in a folder outside the repository, written as indicators/README.md says, works with core's wheel alone."""

import csv
import importlib.metadata
import io
import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from hubrank.testing import examples
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "indicators" / "README.md"
SITE = Path(sysconfig.get_path("purelib"))
BIN = "Scripts" if os.name == "nt" else "bin"


def run(command, folder):
    """Run a command elsewhere, without anything of this environment; its output."""
    foreign = ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME")
    environment = {key: value for key, value in os.environ.items() if key not in foreign}
    environment |= {"HUBRANK_CACHE": str(folder / "cache"), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run([str(each) for each in command], cwd=folder, env=environment, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


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


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The files of the page, in a folder of their own."""
    made = tmp_path_factory.mktemp("stranger")
    for each in examples(PAGE.read_text(encoding="utf-8")):
        if each.file:
            (made / each.file).parent.mkdir(exist_ok=True)
            (made / each.file).write_text(each.code, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def programs(folder, tmp_path_factory):
    """The programs of a fresh environment with core's wheel and the plugin; third-party packages are linked into it."""
    made = tmp_path_factory.mktemp("fresh")
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", made], ROOT / "core")
    (wheel,) = made.glob("hubrank-*.whl")
    run([sys.executable, "-m", "venv", made / "venv"], made)
    python = made / "venv" / BIN / "python"
    site = run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], made).strip()
    link(needed([*importlib.metadata.requires("hubrank"), "pytest", "hatchling"]), Path(site))
    run([python, "-m", "pip", "install", "--quiet", "--no-index", "--no-build-isolation", wheel, folder], made)
    return made / "venv" / BIN


def test_only_the_wheel_and_the_plugin_are_there(folder, programs):
    """The environment has core's own indicators and the plugin's, none of the workspace."""
    lines = run([programs / "hubrank", "list", "indicators"], folder).splitlines()
    names = {line.split()[0] for line in lines if line.strip()}

    assert names == {"difference", "growth", "laureates-per-million", "product", "ratio", "sum", "value"}


def test_its_own_tests_pass(folder, programs):
    """The kit, and the value worked out by hand."""
    out = run([programs / "python", "-m", "pytest", "-p", "no:cacheprovider"], folder)

    assert int(re.search(r"(\d+) passed", out)[1]) > 1


def test_ranks_by_name(folder, programs):
    """4, 3, 1, 0.5 and 0 laureates a million: the order of the page."""
    out = run([programs / "hubrank", "rank", "towns.toml", "--format", "csv"], folder)
    rows = list(csv.DictReader(io.StringIO(out)))

    assert [row["name"] for row in rows] == ["Northport", "Southport", "Eastport", "Westport", "Midport"]
    assert [float(row["score"]) for row in rows] == pytest.approx([1, 0.75, 0.25, 0.125, 0])
