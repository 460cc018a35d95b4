"""Write what all packages share into each of them from one place: `[tool.hubrank]` of the root.

`python3 run.py python scripts/members.py` updates every package's `pyproject.toml`, `LICENSE` and `py.typed`, the
core's extra `all` and the workspace's list of members, and prints the changes; a test requires them to be up to date.
"""

import re
from pathlib import Path
from typing import Any

import tomlkit
from hubrank import __version__
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PATTERNS = ("core", "plugins/*", "indicators/*", "scenarios")
TYPED = "Typing :: Typed"
#: Members that `all` brings with an extra of theirs.
WITH_EXTRA = {"hubrank-output": "hubrank-output[pictures]"}
NAME = re.compile(r"hubrank(-[a-z0-9-]+)?$")


def members() -> list[Path]:
    """The folder of each member, the core's first."""
    return [path.parent for pattern in PATTERNS for path in sorted(ROOT.glob(f"{pattern}/pyproject.toml"))]


def packages(member: Path) -> list[Path]:
    """A member's packages; one that is a single module has none, and a type checker reads no types of it."""
    return sorted(path.parent for path in member.glob("src/*/__init__.py"))


def outdated() -> dict[Path, str]:
    """The outdated files, with their right content."""
    root = tomlkit.parse((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    shared = root["tool"]["hubrank"].unwrap()
    names = {member: name_of(member) for member in members()}
    sources = tomlkit.table()
    for name in sorted(names.values()):
        sources[name] = tomlkit.value("{ workspace = true }")
    sources.add(tomlkit.nl())
    root["tool"]["uv"]["sources"] = sources
    wanted = {ROOT / "pyproject.toml": tomlkit.dumps(root)}
    for member, name in names.items():
        others = [item for item in names.values() if item != "hubrank"]
        wanted[member / "pyproject.toml"] = _project(member, shared, others if name == "hubrank" else None)
        wanted[member / "LICENSE"] = (ROOT / "LICENSE").read_text(encoding="utf-8")
        wanted |= {package / "py.typed": "" for package in packages(member)}
    return {path: text for path, text in wanted.items() if not path.is_file() or path.read_text("utf-8") != text}


def name_of(member: Path) -> str:
    """The distribution's."""
    return str(tomlkit.parse((member / "pyproject.toml").read_text(encoding="utf-8"))["project"]["name"])


def _project(member: Path, shared: dict[str, Any], all_: list[str] | None) -> str:
    """A member's pyproject.toml; with the extra `all`, where it is the core's."""
    document = tomlkit.parse((member / "pyproject.toml").read_text(encoding="utf-8"))
    project = document["project"]
    project["dependencies"] = _array(_ranged(project["dependencies"].unwrap()))
    project["license"] = shared["license"]
    licences = [item for item in project.get("license-files", ()) if item != "LICENSE"]
    project["license-files"] = _array(["LICENSE", *licences])
    project["requires-python"] = shared["requires-python"]
    project["classifiers"] = _array([*shared["classifiers"], *([TYPED] if packages(member) else [])])
    if all_ is not None:
        extras = project["optional-dependencies"]
        own = f"hubrank[{','.join(sorted({*extras} - {'all'}))}]"
        extras["all"] = _array([own, *_ranged([WITH_EXTRA.get(item, item) for item in sorted(all_)])])
    urls = tomlkit.table()
    for label, place in shared["urls"].items():
        urls[label] = shared["repository"] + place
    urls.add(tomlkit.nl())
    project["urls"] = urls
    return tomlkit.dumps(document)


def _ranged(requirements: list[str]) -> list[str]:
    """Requirements, those of members from this minor version to the next: a minor version may change the contract."""
    major, minor = Version(__version__).release[:2]
    result = []
    for item in requirements:
        wanted = Requirement(item)
        extras = f"[{','.join(sorted(wanted.extras))}]" if wanted.extras else ""
        range_ = f"{wanted.name}{extras}>={major}.{minor},<{major}.{minor + 1}"
        result.append(range_ if NAME.match(wanted.name) else item)
    return result


def _array(values: list[str]) -> tomlkit.items.Array:
    """A list on one line if it has room, else a line a value."""
    result = tomlkit.array()
    result.extend(values)
    return result.multiline(sum(len(item) + 4 for item in values) > 90)


if __name__ == "__main__":
    for path, text in outdated().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))
