"""Members stay within their imports: the core knows no member, indicators do no input or output."""

import ast
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[1]
INDICATORS = sorted(path.stem for path in ROOT.glob("indicators/*/hubrank_*.py"))
MEMBERS = INDICATORS + sorted(
    path.name
    for folder in ("plugins", "scenarios")
    for path in ROOT.glob(f"{folder}/**/src/hubrank_*")
    if path.is_dir()
)
OUTSIDE = ["http", "io", "os", "pathlib", "requests", "shutil", "socket", "sqlite3", "subprocess", "urllib"]
CONTRACT = """
[importlinter]
root_packages =
    {roots}
include_external_packages = True

[importlinter:contract:1]
name = {name}
type = forbidden
allow_indirect_imports = True
source_modules =
    {sources}
forbidden_modules =
    {forbidden}
"""


def holds(folder, name, sources, forbidden, roots):
    """Whether import-linter finds a contract kept."""
    lines = {"sources": sources, "forbidden": forbidden, "roots": roots}
    text = CONTRACT.format(name=name, **{key: "\n    ".join(values) for key, values in lines.items()})
    path = folder / "contract.ini"
    path.write_text(text, encoding="utf-8")
    return lint_imports(config_filename=str(path), no_cache=True) == 0


def test_core_knows_no_member(tmp_path):
    """No module of the core imports a plugin, an indicator or the scenarios."""
    assert holds(tmp_path, "core", ["hubrank"], MEMBERS, ["hubrank"])


@pytest.mark.parametrize("path", sorted(ROOT.glob("indicators/*/hubrank_*.py")), ids=lambda path: path.stem)
def test_indicators_do_no_input_or_output(path):
    """An indicator imports nothing that reads or writes, and opens nothing."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}

    assert not {name.partition(".")[0] for name in imported} & set(OUTSIDE)
    assert "open" not in called
