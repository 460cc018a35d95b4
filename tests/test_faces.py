"""What the faces of the core show: one list, one table and one block for type checkers say the same."""

import ast
import importlib
from pathlib import Path

import pytest

LAZY_FACES = ("hubrank", "hubrank.front", "hubrank.testing")
FACES = (*LAZY_FACES, "hubrank.methods", "hubrank.robustness", "hubrank.questions")


def lazy_of(tree):
    """The names of a face's table, with their homes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "face":
            yield from ((home, name) for home, names in ast.literal_eval(node.args[1]).items() for name in names)


def eager_of(tree):
    """The names that a face imports at once, with their homes."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module.startswith("hubrank"):
            yield from ((node.module, alias.name) for alias in node.names if alias.name != "face")


def typed_of(tree):
    """The names of a face's TYPE_CHECKING block, with their homes."""
    for block in tree.body:
        if isinstance(block, ast.If) and getattr(block.test, "id", "") == "TYPE_CHECKING":
            yield from ((node.module, alias.name) for node in block.body for alias in node.names)


def disagreements(text):
    """Where a face's `__all__`, its TYPE_CHECKING block and its table of names say different things."""
    tree = ast.parse(text)
    lazy, typed = set(lazy_of(tree)), set(typed_of(tree))
    listed = next(ast.literal_eval(node.value) for node in tree.body if is_all(node))
    names = {name for _, name in (*eager_of(tree), *lazy)}
    names |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    yield from (f"{home}.{name}: in one of the table and the TYPE_CHECKING block" for home, name in typed ^ lazy)
    yield from (f"{name}: in __all__ and nowhere else, or not in __all__" for name in names ^ set(listed))
    if len(listed) != len(set(listed)):
        yield "__all__ lists a name twice"


def is_all(node):
    """Whether a statement assigns `__all__`."""
    return isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"


def hidden(text, folder):
    """Names that a face takes from elsewhere and that a module beside it hides, once it is imported.

    A name that is taken at once from the module of that name stays.
    """
    modules = {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/__init__.py")}
    own = f"hubrank.{folder.name}" if folder.name != "hubrank" else "hubrank"
    taken = {name for home, name in lazy_of(ast.parse(text)) if home != own}
    taken |= {name for home, name in eager_of(ast.parse(text)) if home not in (own, f"{own}.{name}")}
    return sorted(taken & modules)


@pytest.mark.parametrize("name", FACES)
def test_nothing_hides_a_name_of_a_face(name):
    """No module beside a face has the name of something that the face shows."""
    path = Path(importlib.import_module(name).__file__)

    assert hidden(path.read_text(encoding="utf-8"), path.parent) == []


@pytest.mark.parametrize("kind", ["eager", "lazy"])
def test_a_hidden_name_is_found(tmp_path, kind):
    """A function `ranks` beside a module `ranks`; a module that is shown as such is none."""
    folder = tmp_path / "methods"
    folder.mkdir()
    for name in ("ranks", "arrays"):
        (folder / f"{name}.py").touch()
    eager = "from hubrank.methods import arrays\nfrom hubrank.basis.ranks import ranks\n"
    lazy = '__getattr__ = face(__name__, {"hubrank.basis.ranks": ("ranks",), "hubrank.methods": ("arrays",)})\n'

    assert hidden(eager if kind == "eager" else lazy, folder) == ["ranks"]


@pytest.mark.parametrize("name", LAZY_FACES)
def test_faces_agree(name):
    """`__all__`, what type checkers see and what is imported on demand are the same names of the same homes."""
    module = importlib.import_module(name)

    assert list(disagreements(Path(module.__file__).read_text(encoding="utf-8"))) == []
    for each in module.__all__:
        getattr(module, each)


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
