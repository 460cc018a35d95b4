"""What `run.py` does with an environment in which someone has installed something of their own."""

import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = """[project]
name = "{name}"
version = "0.1.0"
{more}
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
"""
WORKSPACE = """[project]
name = "workspace"
version = "0"
requires-python = ">=3.11"

[tool.uv]
package = false
python-downloads = "never"

[tool.uv.workspace]
members = ["core", "plugins/*"]
"""


def member(folder, name, more=""):
    """A member of one module."""
    folder.mkdir(parents=True)
    (folder / "pyproject.toml").write_text(PROJECT.format(name=name, more=more), encoding="utf-8")
    (folder / f"{name.replace('-', '_')}.py").write_text("", encoding="utf-8")


@pytest.mark.long
def test_users_packages_stay_and_former_members_leave(tmp_path, outside, done):
    """A stranger's package is there after the next set-up; a member that was removed or renamed is not."""
    shutil.copy(ROOT / "run.py", tmp_path)
    (tmp_path / "pyproject.toml").write_text(WORKSPACE, encoding="utf-8")
    member(tmp_path / "core", "hubrank", '[project.scripts]\nhubrank = "hubrank:main"\n')
    member(tmp_path / "plugins" / "kept", "hubrank-kept")
    member(tmp_path / "plugins" / "gone", "hubrank-gone")
    member(tmp_path / "plugins" / "named", "hubrank-named")
    names = "import importlib.metadata as m; print(*sorted(each.name for each in m.distributions()))"
    python = [sys.executable, "run.py", "python", "-c", names]
    stranger = ["uv", "pip", "install", "--quiet", "--no-deps", "--python", ".venv", ROOT / "tests" / "stranger"]

    before = done(python, tmp_path, outside).split()
    done(stranger, tmp_path, outside)
    shutil.rmtree(tmp_path / "plugins" / "gone")
    shutil.rmtree(tmp_path / "plugins" / "named")
    member(tmp_path / "plugins" / "named", "hubrank-renamed")
    after = done(python, tmp_path, outside).split()

    assert before == ["hubrank", "hubrank-gone", "hubrank-kept", "hubrank-named"]
    assert after == ["hubrank", "hubrank-kept", "hubrank-renamed", "hubrank-stranger"]
