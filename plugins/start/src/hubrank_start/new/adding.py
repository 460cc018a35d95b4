"""A further part in a package that is there: its files beside the others, and one line in `pyproject.toml`."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from attrs import frozen
from hubrank import UsageError

from hubrank_start.new.kinds import Kind

#: Where a distribution says what it is.
PROJECT = "pyproject.toml"


@frozen(kw_only=True)
class Home:
    """A package of plugins that is there.

    Attributes:
        folder: Where its `pyproject.toml` lies.
        text: What that says.
        distribution: Its distribution's name.
        package: The package that its parts lie in.
        source: The package's folder, as written from `folder`.
    """

    folder: Path
    text: str
    distribution: str
    package: str
    source: str

    @property
    def project(self) -> dict[str, Any]:
        """What `[project]` says."""
        return dict(tomllib.loads(self.text)["project"])


def is_home(folder: Path) -> bool:
    """Whether a folder holds a package that brings parts of hubrank."""
    try:
        return bool(_modules(tomllib.loads((folder / PROJECT).read_bytes().decode())))
    except (OSError, ValueError, AttributeError):
        return False


def home_of(folder: Path) -> Home:
    """The package of plugins in a folder.

    Raises:
        UsageError: Its parts do not lie in one package that another module could be put into.
    """
    text = (folder / PROJECT).read_bytes().decode()
    table = tomllib.loads(text)
    packages = {re.split(r"[.:]", each)[0] for each in _modules(table)}
    places = [f"{above}{name}" for name in packages for above in ("src/", "") if _is_package(folder / above / name)]
    if len(packages) != 1 or len(places) != 1:
        raise UsageError(
            f"{folder / PROJECT}: its parts do not lie in one package (a folder with __init__.py); add the part by hand"
        )
    return Home(
        folder=folder,
        text=text,
        distribution=str(table["project"]["name"]),
        package=packages.pop(),
        source=places[0],
    )


def with_entry(home: Home, kind: Kind, name: str, module: str) -> str:
    """What `pyproject.toml` says with one entry point more; everything else stays as it is.

    Raises:
        UsageError: There is such an entry point, or the file is written in a way that no line can be added to.
    """
    before = tomllib.loads(home.text)
    points = before["project"]["entry-points"]
    if name in points.get(kind.group, {}):
        raise UsageError(f"{home.folder / PROJECT}: has the entry point '{name}' already")
    line = f'{name} = "{module}"'
    after = _inserted(home.text, kind.group, line)
    wanted = points | {kind.group: points.get(kind.group, {}) | {name: module}}
    try:
        kept = tomllib.loads(after) == before | {"project": before["project"] | {"entry-points": wanted}}
    except tomllib.TOMLDecodeError:
        kept = False
    if not kept:
        raise UsageError(
            f"{home.folder / PROJECT}: cannot be added to as it is written; add {line} to its entry points "
            f"'{kind.group}' by hand"
        )
    return after


def lacking(home: Home, kind: Kind) -> list[str]:
    """What a part imports and its package does not require."""
    known = {_bare(each) for each in home.project.get("dependencies", ())}
    return [each for each in kind.imports if _bare(each) not in known]


def _modules(table: dict[str, Any]) -> list[str]:
    """The modules that entry points of hubrank's groups name."""
    points = table.get("project", {}).get("entry-points", {})
    return [str(each) for group in ("hubrank", "hubrank.commands") for each in points.get(group, {}).values()]


def _is_package(folder: Path) -> bool:
    return (folder / "__init__.py").is_file()


def _inserted(text: str, group: str, line: str) -> str:
    """A text with a line below the head of a group of entry points; with a head at its end where it has none."""
    end = "\r\n" if "\r\n" in text else "\n"
    quoted = re.escape(group)
    head = rf"^\[\s*project\s*\.\s*entry-points\s*\.\s*(?:\"{quoted}\"|'{quoted}'|{quoted})\s*\][^\n]*\n"
    if found := re.search(head, text, re.MULTILINE):
        return f"{text[: found.end()]}{line}{end}{text[found.end() :]}"
    named = f'"{group}"' if "." in group else group
    return f"{text.rstrip()}{end}{end}[project.entry-points.{named}]{end}{line}{end}"


def _bare(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement.strip())[0].lower().replace("_", "-")
