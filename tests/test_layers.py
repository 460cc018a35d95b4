"""The house keeps its order: rooms, faces, members and indicators, each rule shown to fail on a wrong example."""

import ast
import importlib
import re
import tomllib
from pathlib import Path

import pytest
import tomli_w
from hubrank.testing import examples
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[1]
CORE = ROOT / "core" / "src" / "hubrank"
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
#: The packages of the core whose names members may import.
FACES = ("hubrank", "hubrank.methods", "hubrank.front", "hubrank.robustness", "hubrank.questions", "hubrank.testing")
#: The entry points of verbs, which are no module.
COMMANDS = "hubrank.commands"
MEMBERS = sorted(
    path.parent for pattern in ("plugins", "indicators") for path in ROOT.glob(f"{pattern}/*/pyproject.toml")
)
MEMBERS += [ROOT / "scenarios"]
PACKAGES = sorted(
    {path.stem for member in MEMBERS for place in (".", "src") for path in member.glob(f"{place}/hubrank_*")}
)
PAGES = sorted(
    [*ROOT.glob("plugins/**/README.md"), *ROOT.glob("indicators/**/README.md"), ROOT / "scenarios/README.md"]
)
INDICATORS = sorted(ROOT.glob("indicators/*/hubrank_*.py"))
ENTRIES = 15


def kept(folder, monkeypatch, **contracts):
    """Whether import-linter finds contracts of a package `house` in a folder kept."""
    monkeypatch.syspath_prepend(str(folder))
    path = folder / "contracts.toml"
    table = {"root_packages": ["house"], "contracts": [{"name": name, **each} for name, each in contracts.items()]}
    path.write_text(tomli_w.dumps({"tool": {"importlinter": table}}), encoding="utf-8")
    return lint_imports(config_filename=str(path), no_cache=True) == 0


def contract(kind):
    """The project's contract of a type, for a package `house`."""
    (found,) = (each for each in LINTER["contracts"] if each["type"] == kind)
    text = tomli_w.dumps({key: value for key, value in found.items() if key != "name"})
    return tomllib.loads(re.sub(r"\bhubrank\b", "house", text))


@pytest.fixture
def house(tmp_path):
    """A function that makes a package `house` with the core's rooms and some modules: path and code."""

    def make(**modules):
        rooms = [path.name for path in CORE.iterdir() if (path / "__init__.py").is_file()]
        for room in ("", *rooms):
            (tmp_path / "house" / room).mkdir(parents=True, exist_ok=True)
            (tmp_path / "house" / room / "__init__.py").write_text("")
        for place, code in modules.items():
            path = tmp_path / "house" / f"{place.replace('__', '/')}.py"
            path.parent.mkdir(exist_ok=True)
            (path.parent / "__init__.py").touch()
            path.write_text(code)
        return tmp_path

    return make


def test_contracts_of_the_project():
    """The ladder of rooms, no circles, and a core that knows no member: `python3 run.py lint-imports`."""
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


RIGHT = {
    "contract__parts": "from house.basis import errors\n",
    "basis__errors": "",
    "front__app": "import house.runs",
}
FOR_TYPES = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    import "


@pytest.mark.parametrize(
    ("modules", "good"),
    [
        (RIGHT, True),
        ({"basis__errors": "from house.contract import parts\n", "contract__parts": ""}, False),
        ({"contract__parts": "def f():\n    from house.front import app\n", "front__app": ""}, False),
        ({"scenario__plan": f"{FOR_TYPES}house.composing.a\n", "composing__a": ""}, False),
        ({"cellar__wine": ""}, False),
    ],
    ids=["right", "upwards", "upwards in a function", "upwards for types only", "a room that has no place"],
)
def test_ladder(house, monkeypatch, modules, good):
    """A room imports only rooms below it, type-only and function-level imports included, and each room has a place."""
    assert kept(house(**modules), monkeypatch, ladder=contract("layers")) is good


@pytest.mark.parametrize(
    ("modules", "good"),
    [
        (RIGHT, True),
        ({"basis__a": "import house.basis.b", "basis__b": "def f():\n    import house.basis.a\n"}, False),
        (
            {
                "basis__a": "import house.basis.b",
                "basis__b": "import house.basis.c",
                "basis__c": f"{FOR_TYPES}house.basis.a\n",
            },
            False,
        ),
        ({"basis__a": "import house.contract.b", "contract__b": "", "contract__c": "import house.basis.a"}, False),
    ],
    ids=["right", "two modules", "three modules, one for types only", "two rooms"],
)
def test_no_circles(house, monkeypatch, modules, good):
    """No circle within a room or between rooms."""
    assert kept(house(**modules), monkeypatch, circles=contract("acyclic_siblings")) is good


def test_core_knows_no_member(tmp_path):
    """No module of the core imports a plugin, an indicator or the scenarios."""
    imported = {name.partition(".")[0] for path in sorted(CORE.rglob("*.py")) for name, _ in imports_of(code(path))}

    assert len(PACKAGES) == len(MEMBERS)
    assert not imported & set(PACKAGES)


def test_an_import_of_a_member_is_found():
    """Also within a function."""
    assert "hubrank_papers" in {name for name, _ in imports_of("def f():\n    from hubrank_papers import x\n")}


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


def inner(text):
    """What a member's code takes from inside the core, past its faces."""
    for module, name in imports_of(text):
        if module.partition(".")[0] != "hubrank":
            continue
        if module not in FACES:
            yield module
        elif name and name not in importlib.import_module(module).__all__ and f"{module}.{name}" not in FACES:
            yield f"{module}.{name}"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            place = re.fullmatch(r"(hubrank(?:\.\w+)+)", node.value)
            if place and place[1] not in (*FACES, COMMANDS) and not shown(place[1]):
                yield place[1]


def shown(place):
    """Whether a dotted text is a name that a face shows."""
    face, _dot, name = place.rpartition(".")
    return face in FACES and name in importlib.import_module(face).__all__


@pytest.mark.parametrize("member", [*MEMBERS, ROOT / "tests" / "stranger"], ids=lambda path: path.name)
def test_members_import_only_faces(member):
    """No module, test or builder of a member, or of a stranger, takes anything from inside the core."""
    found = {str(path.relative_to(ROOT)): list(inner(code(path))) for path in sorted(member.rglob("*.py"))}

    assert len(found) > 1
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.parent.name)
def test_pages_import_only_faces(page):
    """Nor does an example of a page for authors."""
    found = [name for each in examples(code(page)) if each.language == "python" for name in inner(each.code)]

    assert found == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("from hubrank import Ranking\nfrom hubrank.front import console\nfrom hubrank import front\n", []),
        ("import hubrank.composing.ranking", ["hubrank.composing.ranking"]),
        ("def f():\n    from hubrank.basis.errors import UsageError\n", ["hubrank.basis.errors"]),
        ("from hubrank import composing", ["hubrank.composing"]),
        ("from hubrank.front import screen", ["hubrank.front.screen"]),
        ("from hubrank.testing.small import small_ranking", ["hubrank.testing.small"]),
        ("import importlib\n\nimportlib.import_module('hubrank.runs.record')", ["hubrank.runs.record"]),
        ("patch('hubrank.front.console')\npatch('hubrank.measuring.cache.Cache')", ["hubrank.measuring.cache.Cache"]),
    ],
)
def test_an_import_from_inside_is_found(text, found):
    """Modules, names that are modules, and places that are named in texts."""
    assert list(inner(text)) == found


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
    """Whoever installs one member gets all that it needs."""
    assert list(undeclared(member)) == []


def test_an_undeclared_member_is_found(tmp_path):
    """Unless it is imported by a test."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "hubrank-a"\ndependencies = ["hubrank-b>=1"]\n')
    (tmp_path / "hubrank_a.py").write_text("import hubrank_a, hubrank_b\n\n\ndef f():\n    import hubrank_c.x\n")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text("import hubrank_d\n")

    assert list(undeclared(tmp_path)) == ["hubrank_c"]


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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import numpy as np\n\nnp.log(3)\n", []),
        ("from urllib.request import urlopen\n", ["urllib.request"]),
        ("def measure(*_):\n    return open('x').read()\n", ["open"]),
        ("import pandas as pd\n\npd.read_csv('x')\n", ["read_csv"]),
        ("file.write_text('x')\n", ["write_text"]),
    ],
)
def test_input_and_output_are_found(text, found):
    """Imports, functions and methods."""
    assert list(reads_or_writes(text)) == found


def entries(folder):
    """What lies at a package's root, caches and catalogues aside."""
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith(("__pycache__", ".", "texts")))


def test_root_of_the_core_is_short(tmp_path):
    """At most fifteen entries, so that a newcomer sees the flow."""
    for at in range(ENTRIES + 1):
        (tmp_path / f"room{at}.py").touch()

    assert len(entries(CORE)) <= ENTRIES
    assert len(entries(tmp_path)) > ENTRIES
