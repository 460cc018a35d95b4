"""Distributions of every member, and environments that are made of them outside the workspace."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = "Scripts" if os.name == "nt" else "bin"
#: What would let a process outside see something of the environment in which the tests run.
FOREIGN = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "UV_PYTHON", "UV_PROJECT_ENVIRONMENT")
#: Builds the sdist and the wheel of each folder, and the wheel of the unpacked sdist, all in one process.
BUILD = """
import os, pathlib, shutil, sys
from hatchling import build
made, *folders = map(pathlib.Path, sys.argv[1:])
for folder in folders:
    os.chdir(folder)
    build.build_wheel(str(made / "wheels"))
    sdist = made / "sdists" / build.build_sdist(str(made / "sdists"))
    shutil.unpack_archive(sdist, made / "unpacked", filter="data")
    os.chdir(made / "unpacked" / sdist.name.removesuffix(".tar.gz"))
    build.build_wheel(str(made / "again"))
"""

#: Stands for pip, by the quicker uv, so that what pages print can be run as it is.
PIP = '#!/bin/sh\nexec uv pip "$@"\n'


def succeeds(words, folder, variables):
    """Run a command that succeeds; its output."""
    made = subprocess.run(
        [str(each) for each in words], cwd=folder, env=variables, capture_output=True, encoding="utf-8", check=False
    )

    assert made.returncode == 0, f"{words}\n{made.stdout}\n{made.stderr}"
    return made.stdout


@pytest.fixture(scope="session")
def members(module_at):
    """The folders of all members."""
    return module_at("scripts/members.py").members()


@pytest.fixture(scope="session")
def made(tmp_path_factory, members):
    """A folder with `wheels` and `sdists` of all members, and wheels of the sdists in `again`."""
    folder = tmp_path_factory.mktemp("distributions")
    for name in ("wheels", "sdists", "unpacked", "again"):
        (folder / name).mkdir()
    succeeds([sys.executable, "-c", BUILD, folder, *members], folder, dict(os.environ))
    return folder


@pytest.fixture(scope="session")
def outside(tmp_path_factory):
    """The variables of processes outside the workspace that can install packages, from a cache if there is no more."""
    folder = tmp_path_factory.mktemp("outside")
    kept = {key: value for key, value in os.environ.items() if key not in FOREIGN}
    kept["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), str(ROOT / ".tool" / BIN), kept["PATH"]])
    kept |= {"HUBRANK_CACHE": str(folder / "cache"), "UV_PYTHON_DOWNLOADS": "never", "PYTHONIOENCODING": "utf-8"}
    (folder / "wanted.txt").write_text("hatchling\npandas\n", encoding="utf-8")
    for variables in (kept, {**kept, "UV_OFFLINE": "1"}):
        asked = ["uv", "pip", "compile", "--quiet", "--python", sys.executable, "wanted.txt"]
        tried = subprocess.run(asked, cwd=folder, env=variables, capture_output=True, text=True, check=False)
        if tried.returncode == 0:
            return variables
    pytest.skip(f"no package source can be reached: {tried.stderr.strip().splitlines()[-1]}")


@pytest.fixture(scope="session")
def environment(tmp_path_factory, made, outside):
    """Make an environment: `environment(sys.executable, "hubrank[all]")`; the variables of processes inside it."""

    def make(python, *wanted):
        folder = tmp_path_factory.mktemp("environment")
        succeeds(["uv", "venv", "--quiet", "--no-project", "--python", python, "venv"], folder, outside)
        inside = {**outside, "UV_FIND_LINKS": str(made / "wheels"), "VIRTUAL_ENV": str(folder / "venv")}
        inside["PATH"] = os.pathsep.join([str(folder / "venv" / BIN), inside["PATH"]])
        inside["HUBRANK_CACHE"] = str(folder / "cache")
        if wanted:
            succeeds(["uv", "pip", "install", "--quiet", *wanted], folder, inside)
        return inside

    return make


@pytest.fixture
def pip(tmp_path_factory):
    """A folder with a program that stands for pip."""
    folder = tmp_path_factory.mktemp("bin")
    (folder / "pip").write_text(PIP, encoding="utf-8")
    (folder / "pip").chmod(0o755)
    return folder


@pytest.fixture(scope="session")
def done():
    """Run a command in a folder with variables: `done(["hubrank", "list"], folder, inside)`; its output."""

    def run(words, folder, variables):
        return succeeds([shutil.which(words[0], path=variables["PATH"]), *words[1:]], folder, variables)

    return run
