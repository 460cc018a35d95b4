"""What stands in several places of the repository says the same: commands, the version, the decisions."""

import json
import re
import subprocess
import sys
from pathlib import Path

import hubrank
import tomli

ROOT = Path(__file__).parents[1]


def recipes():
    """The commands of the justfile, by name."""
    made = subprocess.run(
        [Path(sys.executable).with_name("just"), "--dump", "--dump-format", "json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(made.stdout)["recipes"]


def test_commands_that_are_named():
    """Each command that a page, a template or the CI names is in the justfile, and each of these says what it does."""
    known = recipes()
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob(".github/**/*"), ROOT / ".ci" / "run"]
    named = {
        name
        for page in pages
        if page.is_file()
        for words in re.findall(r"(?:run\.py |`)just((?: [a-z-]+)+)", page.read_text(encoding="utf-8"))
        for name in words.split()[: 3 if page.name == "run" else 1]
    }

    assert {"ready", "lint", "types", "layers", "test-long"} <= named <= set(known)
    assert [name for name, each in known.items() if not each["doc"]] == []


def test_before_a_commit():
    """The hooks run what `just` calls style, types and layers."""
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")

    for name in ("types", "layers"):
        (line,) = recipes()[name]["body"]
        assert f"entry: python3 run.py {line[0]}\n" in hooks


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


def test_decisions():
    """Every decision has its number in a row, is listed, and says what was refused."""
    folder = ROOT / "docs" / "decisions"
    pages = sorted(folder.glob("0*.md"))
    index = (folder / "README.md").read_text(encoding="utf-8")

    assert [int(page.name[:4]) for page in pages] == list(range(1, len(pages) + 1))
    for number, page in enumerate(pages, start=1):
        text = page.read_text(encoding="utf-8")
        title = text.splitlines()[0].removeprefix(f"# {number}. ")
        assert f"- [{title}]({page.name})\n" in index
        assert "\n## Refused\n" in text
