"""Count the source by folder, tests apart: `python3 run.py python scripts/sizes.py`."""

import ast
from collections import Counter
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
#: The groups of files counted together, by the start of their paths; a file belongs to the first that fits.
FOLDERS = (
    ("core", "core/"),
    ("plugins", "plugins/"),
    ("indicators", "indicators/"),
    ("scenarios", "scenarios/"),
    ("tools", "tools/"),
    ("scripts", ""),
)
PACKAGE = "core/src/hubrank/"
#: Folders of files that are made; those that are installed lie in folders whose names begin with a point.
MADE = ("build", "dist", "mutants", "__pycache__")


def module(path: Path) -> str:
    """The name that a file is imported by."""
    parts = path.with_suffix("").parts
    inside = parts[parts.index("src") + 1 :] if "src" in parts else parts[-1:]
    return ".".join(inside[:-1] if inside[-1] == "__init__" else inside)


def imported(path: Path) -> set[str]:
    """Every module that a file imports, where a name is imported that name as well, for it may be a module."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_bytes())):
        if isinstance(node, ast.Import):
            found |= {item.name for item in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{item.name}" for item in node.names)}
    return found - {module(path)}


if __name__ == "__main__":
    paths = sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.py"))
    paths = [path for path in paths if not any(part[0] == "." or part in MADE for part in path.parts)]
    lines = {path: (ROOT / path).read_bytes().count(b"\n") for path in paths}
    source = {path: count for path, count in lines.items() if "tests" not in path.parts}
    importers = Counter(name for path in source for name in imported(path))
    once = {path for path in source if importers[module(path)] == 1}
    groups: dict[str, list[Path]] = {}
    for title, start in FOLDERS:
        known = {path for paths in groups.values() for path in paths}
        inside = [path for path in source if path.as_posix().startswith(start) and path not in known]
        groups |= {title: inside} if inside else {}
        if start == "core/":
            rest = [(path, path.as_posix().removeprefix(PACKAGE).split("/")) for path in inside]
            for room in sorted({parts[0] for path, parts in rest if len(parts) > 1 and parts[0] != "core"}):
                groups[f"  {room}"] = [path for path, parts in rest if parts[0] == room and len(parts) > 1]
    groups |= {"in all": list(source), "tests": [path for path in lines if path not in source]}
    print(f"{'':<28}{'lines':>8}{'files':>7}{'median':>8}{'one importer':>14}")
    for title, paths in groups.items():
        counts = [lines[path] for path in paths]
        single = "" if title == "tests" else f"{len(once.intersection(paths)):,}"
        print(f"{title:<28}{sum(counts):>8,}{len(counts):>7,}{median(counts or [0]):>8,.0f}{single:>14}")
