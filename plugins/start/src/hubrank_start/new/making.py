"""The files of a plugin, made of templates."""

from __future__ import annotations

from pathlib import Path
from string import Template

from hubrank import __version__

from hubrank_start.new.wish import Wish

_TEMPLATES = Path(__file__).parent / "templates"

#: Files by their places in a folder.
Files = dict[str, str]


def made(template: str, values: dict[str, str]) -> str:
    """A template with values put in."""
    return Template((_TEMPLATES / f"{template}.txt").read_text(encoding="utf-8")).substitute(values)


def requirement() -> str:
    """The versions of hubrank that a plugin of today is made for."""
    major, minor, *_ = __version__.split(".")
    return f"hubrank>={major}.{minor},<{int(major) + 1}"


def distribution(wish: Wish) -> Files:
    """A whole distribution with one part."""
    kind = wish.kind.part
    values = wish.values | {
        "dependencies": ", ".join(f'"{each}"' for each in sorted([*wish.kind.imports, requirement()])),
        "use": made(f"{kind}/use.md", wish.values).strip(),
    }
    return {
        "pyproject.toml": made("package/pyproject.toml", values),
        "README.md": made("package/README.md", values),
        "LICENSE": made(f"licences/{wish.licence}", values),
        ".gitignore": made("package/gitignore", values),
        ".github/workflows/test.yml": made("package/test.yml", values),
        **part(wish, f"src/{wish.package}", "__init__.py"),
    }


def part(wish: Wish, folder: str, module: str) -> Files:
    """A part alone: its module with what lies beside it, and its test.

    Args:
        wish: What is wanted.
        folder: The package's folder.
        module: The name of the module's file.
    """
    kind, values = wish.kind.part, wish.values
    beside = data(wish)
    test = ("extending_test.py" if wish.extends else "fresh_test.py") if kind == "scenario" else "test.py"
    return {
        f"{folder}/{module}": made(f"{kind}/module.py", values),
        **{f"{folder}/{name}": text for name, text in beside.items()},
        f"tests/test_{wish.key}.py": made(f"{kind}/{test}", values),
    }


def data(wish: Wish) -> Files:
    """What is no Python: tables, a region, the TOML of a scenario with its tables unless it extends another."""
    names = wish.kind.data
    if wish.extends:
        names = {"scenario/extending.toml": "$file.toml"}
    return {Template(name).substitute(wish.values): made(template, wish.values) for template, name in names.items()}
