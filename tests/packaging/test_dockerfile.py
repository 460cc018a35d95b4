"""The Dockerfile: built where docker is; elsewhere its lines are run, each image's places in a folder of its own."""

import fnmatch
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: The folders that the lines name, which stand in each image's folder here.
PLACES = re.compile(r"(?<![\w.])/(?=(source|wheels|opt|data)\b)")
#: What both stages begin with.
BASE = "python:3.13-slim"
#: What only the system of an image can do.
OF_THE_SYSTEM = ("useradd", "apt-get")


def instructions():
    """The instructions with what they say."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2].strip()) for line in lines]


def left_out(folder, names):
    """The names of a folder that `.dockerignore` leaves out, which `shutil.copytree` asks for."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    patterns = [line for line in lines if line and line[0] not in "#!"]
    everywhere = [each.removeprefix("**/") for each in patterns if each.startswith("**/")]
    at_root = [each for each in patterns if not each.startswith("**/")] if Path(folder) == ROOT else []
    return {name for name in names for each in everywhere + at_root if fnmatch.fnmatch(name, each)}


class Image:
    """One stage, in a folder."""

    def __init__(self, root, variables):
        self.root, self.variables, self.work = root, dict(variables), root
        self.said = {}
        (root / "opt").mkdir(parents=True)

    def here(self, text):
        """A line with the image's places in place of the system's."""
        return PLACES.sub(f"{self.root}/", text)

    def run(self, line):
        """Run a line of the image that succeeds; what it prints."""
        made = subprocess.run(
            ["sh", "-c", self.here(line)], cwd=self.work, env=self.variables, capture_output=True, encoding="utf-8"
        )

        assert made.returncode == 0, made.stdout + made.stderr
        return made.stdout


def test_image_is_slim_and_its_user_has_no_rights():
    """The last stage has no tools of building, ends as a user of its own, and is the program."""
    stages = " ".join(f"{name} {what}" for name, what in instructions()).split("FROM ")[1:]
    said = dict(instructions())

    assert all(stage.startswith(BASE) for stage in stages)
    assert "pip" not in stages[-1]
    assert said["USER"] not in ("root", "0")
    assert json.loads(said["ENTRYPOINT"]) == ["hubrank"]


@pytest.mark.long
def test_lines_make_a_program_that_ranks(tmp_path, outside):
    """Every line is run in order, but those of the system; the entry point then ranks as one who has only a folder."""
    base = {**outside, "PATH": os.pathsep.join([str(tmp_path / "usr" / "bin"), outside["PATH"]])}
    made = subprocess.run(["uv", "venv", "--quiet", "--seed", "--python", "3.13", tmp_path / "usr"], env=base)
    if made.returncode != 0:
        pytest.skip("there is no Python 3.13 here")
    images = {}
    for name, what in instructions():
        if name == "FROM":
            image = images[what.partition(" AS ")[2]] = Image(tmp_path / f"image{len(images)}", base)
        elif name == "WORKDIR":
            image.work = Path(image.here(what))
            image.work.mkdir(parents=True, exist_ok=True)
        elif name == "COPY" and what == ". .":
            shutil.copytree(ROOT, image.work, dirs_exist_ok=True, ignore=left_out)
        elif name == "COPY":
            stage, source, target = re.fullmatch(r"--from=(\w+) (\S+) (\S+)", what).groups()
            Path(image.here(target)).symlink_to(images[stage].here(source))
        elif name == "RUN" and not what.startswith(OF_THE_SYSTEM):
            image.run(what)
        elif name == "ENV":
            for key, value in re.findall(r"(\w+)=(\S+)", image.here(what)):
                image.variables[key] = os.path.expandvars(value.replace("$PATH", image.variables["PATH"]))
        else:
            image.said[name] = what
    image.variables["HUBRANK_CACHE"] = str(tmp_path / "cache")
    printed = image.run(" ".join([*json.loads(image.said["ENTRYPOINT"]), "rank", "global", "--top", "1"]))
    helped = image.run(" ".join(json.loads(image.said["ENTRYPOINT"]) + json.loads(image.said["CMD"])))

    assert "San Francisco Bay Area" in printed
    assert helped.startswith("Usage: hubrank")
    assert shutil.which("hubrank", path=image.variables["PATH"]).startswith(str(tmp_path))


@pytest.mark.long
def test_image_is_built_where_docker_is(tmp_path):
    """As docs/installing.md says, and its user is not root."""
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "info"], capture_output=True).returncode != 0:
        pytest.skip("docker is not running here")
    if subprocess.run([docker, "image", "inspect", BASE], capture_output=True).returncode != 0:
        pytest.skip(f"the image {BASE} is not here, and tests fetch none")
    subprocess.run([docker, "build", "--quiet", "--tag", "hubrank-tested", "."], cwd=ROOT, check=True)
    printed = subprocess.run(
        [docker, "run", "--rm", "hubrank-tested", "rank", "global", "--top", "1"], capture_output=True, text=True
    )

    assert "San Francisco Bay Area" in printed.stdout
