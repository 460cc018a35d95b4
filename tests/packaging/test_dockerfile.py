"""The Dockerfile: built where docker is; elsewhere its lines are run, each image's places in a folder of its own."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: What both stages begin with.
BASE = "python:3.13-slim"


def instructions():
    """The instructions with what they say."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2].strip()) for line in lines]


def test_image_is_slim_and_its_user_has_no_rights():
    """The last stage has no tools of building, ends as a user of its own, and is the program."""
    stages = " ".join(f"{name} {what}" for name, what in instructions()).split("FROM ")[1:]
    said = dict(instructions())

    assert all(stage.startswith(BASE) for stage in stages)
    assert "pip" not in stages[-1]
    assert said["USER"] not in ("root", "0")
    assert json.loads(said["ENTRYPOINT"]) == ["hubrank"]


@pytest.mark.long
def test_image_is_built_where_docker_is(tmp_path):
    """As docs/install.md says, and its user is not root."""
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
