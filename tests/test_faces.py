"""What the faces of the core show: one list, one table and one block for type checkers say the same."""

import ast
import importlib
import types
from pathlib import Path

import pytest

LAZY_FACES = ("hubrank", "hubrank.front", "hubrank.testing")


def disagreements(text):
    """Where a face's `__all__`, its TYPE_CHECKING block and its table of names say different things."""
    tree = ast.parse(text)
    blocks = [
        node for node in tree.body if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
    ]
    typed = {(node.module, alias.name) for block in blocks for node in block.body for alias in node.names}
    tables = [
        ast.literal_eval(node.args[1])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "face"
    ]
    lazy = {(module, name) for table in tables for module, names in table.items() for name in names}
    listed = next(ast.literal_eval(node.value) for node in tree.body if is_all(node))
    eager = {
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        and node.module.startswith("hubrank")
        and node.module != "hubrank.basis.faces"
        for alias in node.names
    }
    eager |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    names = eager | {name for _, name in lazy}
    yield from (f"{module}.{name}: in one of the table and the TYPE_CHECKING block" for module, name in typed ^ lazy)
    yield from (f"{name}: in __all__ and nowhere else, or not in __all__" for name in names ^ set(listed))
    if len(listed) != len(set(listed)):
        yield "__all__ lists a name twice"


def is_all(node):
    """Whether a statement assigns `__all__`."""
    return isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"


@pytest.mark.parametrize("name", LAZY_FACES)
def test_faces_agree(name):
    """`__all__`, what type checkers see and what is imported on demand are the same names of the same homes."""
    module = importlib.import_module(name)

    assert list(disagreements(Path(module.__file__).read_text(encoding="utf-8"))) == []
    for each in module.__all__:
        assert not isinstance(getattr(module, each), types.ModuleType), f"a module hides {each}"


FACE = """
from typing import TYPE_CHECKING
from hubrank.basis.faces import face
from hubrank.basis.errors import UsageError
if TYPE_CHECKING:
    from hubrank.scenario.plan import Plan
__getattr__ = face(__name__, {"hubrank.scenario.plan": ("Plan",)})
__all__ = ["Plan", "UsageError"]
"""


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("", "", []),
        ('__all__ = ["Plan", ', "__all__ = [", ["Plan: "]),
        ('"UsageError"]', '"UsageError", "Nobody"]', ["Nobody: "]),
        ('("Plan",)', '("Plan", "Tree")', ["hubrank.scenario.plan.Tree: ", "Tree: "]),
        ("import Plan\n", "import Plan, Tree\n", ["hubrank.scenario.plan.Tree: "]),
        ('{"hubrank.scenario.plan"', '{"hubrank.scenario.tree"', ["hubrank.scenario.plan.", "hubrank.scenario.tree."]),
        ('["Plan", ', '["Plan", "Plan", ', ["__all__ lists a name twice"]),
    ],
)
def test_disagreements_are_found(old, new, named):
    """A name that one of the three lacks, or that two have of different homes."""
    found = sorted(disagreements(FACE.replace(old, new) if old else FACE))

    assert len(found) == len(named)
    for text, beginning in zip(found, sorted(named), strict=True):
        assert text.startswith(beginning)
