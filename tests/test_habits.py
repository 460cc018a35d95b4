"""What is in several places of the repository says the same: commands, the version, the decisions."""

import re
from pathlib import Path

import hubrank
import tomli

ROOT = Path(__file__).parents[1]


def test_version():
    """The citation, the changelog and the newest lock of development tools are of this version."""
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    versions = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert f"\nversion: {hubrank.__version__}\n" in citation
    assert versions[0] in ("Unreleased", hubrank.__version__)


def test_locked():
    """What development needs is held to one version each, which is the locked one."""
    project = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    held = set(project["tool"]["uv"]["constraint-dependencies"])
    locked = set(re.findall(r"^([\w.-]+==[^\s;]+)", (ROOT / "requirements.lock").read_text(), flags=re.MULTILINE))

    assert held - locked == set()
