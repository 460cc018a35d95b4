"""Members depend on the members that they import; indicators read and write nothing."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MEMBERS = sorted(
    path.parent for pattern in ("plugins", "indicators") for path in ROOT.glob(f"{pattern}/*/pyproject.toml")
)
MEMBERS += [ROOT / "scenarios"]
INDICATORS = sorted(ROOT.glob("indicators/*/hubrank_*.py"))


def code(path):
    """A file's text."""
    return path.read_text(encoding="utf-8")


def imports_of(text):
    """Each import of a module, and each name that is imported from one: `(module, name or "")`."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((node.module, alias.name) for alias in node.names)


def undeclared(member):
    """Other members that a member imports outside its tests and does not depend on."""
    project = tomllib.loads(code(member / "pyproject.toml"))["project"]
    own = project["name"].replace("-", "_")
    depends = {re.match(r"[\w-]+", each)[0].replace("-", "_") for each in project["dependencies"]}
    for path in sorted(member.rglob("*.py")):
        if not {"tests", "builder"} & set(path.relative_to(member).parts):
            names = {module.partition(".")[0] for module, _ in imports_of(code(path))}
            yield from (name for name in sorted(names) if name.startswith("hubrank_") and name not in {own, *depends})


@pytest.mark.parametrize("member", MEMBERS, ids=lambda path: path.name)
def test_members_depend_on_the_members_that_they_import(member):
    """Anyone who installs one member gets all that it needs."""
    assert list(undeclared(member)) == []


OUTSIDE = {"http", "io", "os", "pathlib", "requests", "shutil", "socket", "sqlite3", "subprocess", "urllib"}


def reads_or_writes(text):
    """What a module imports or calls that reads or writes."""
    yield from (module for module, _ in imports_of(text) if module.partition(".")[0] in OUTSIDE)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
            if name in {"open", "print", "input"} or re.match(r"read_|write_|to_(csv|parquet|excel|json)", name):
                yield name


@pytest.mark.parametrize("path", INDICATORS, ids=lambda path: path.stem)
def test_indicators_do_no_input_or_output(path):
    """An indicator imports nothing that reads or writes, and calls nothing that does."""
    assert list(reads_or_writes(code(path))) == []
