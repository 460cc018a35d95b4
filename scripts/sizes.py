"""Count the source: `python3 run.py python scripts/sizes.py`.

By folder, tests apart: all lines of the .py files, how many files, how long the median one is, and how many exactly one
other file imports.
"""

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
#: What is counted together, by how its paths begin; the first that fits takes a file.
FOLDERS = (
    ("core", "core/"),
    ("plugins", "plugins/"),
    ("indicators", "indicators/"),
    ("scenarios", "scenarios/"),
    ("tools", "tools/"),
    ("scripts", ""),
)
PACKAGE = "core/src/hubrank/"


def main() -> int:
    """Print a line a folder."""
    lines = {path: (ROOT / path).read_bytes().count(b"\n") for path in sorted(sources())}
    source = {path: count for path, count in lines.items() if "tests" not in path.parts}
    importers = Counter(name for path in source for name in imported(path))
    once = {path for path in source if importers[module(path)] == 1}
    print(f"{'':<28}{'lines':>8}{'files':>7}{'median':>8}{'one importer':>14}")
    for title, start in FOLDERS:
        those = [path for path in source if folder(path) == title]
        if not those:
            continue
        show(title, those, source, once)
        if start == "core/":
            rooms = sorted({room(path) for path in those} - {""})
            for item in rooms:
                show(f"  {item}", [path for path in those if room(path) == item], source, once)
    show("in all", list(source), source, once)
    tests = [path for path in lines if path not in source]
    show("tests", tests, lines, None)
    return 0


def sources() -> Iterator[Path]:
    """Every .py file of the repository, from its root, but for those that are made or installed."""
    for path in ROOT.rglob("*.py"):
        place = path.relative_to(ROOT)
        if not any(part.startswith(".") or part in ("build", "dist", "mutants", "__pycache__") for part in place.parts):
            yield place


def folder(path: Path) -> str:
    """Where a file counts."""
    return next(title for title, start in FOLDERS if path.as_posix().startswith(start))


def room(path: Path) -> str:
    """The folder of a core file inside the package; empty for a file beside the rooms."""
    rest = path.as_posix().removeprefix(PACKAGE)
    return rest.partition("/")[0] if "/" in rest and rest != path.as_posix() else ""


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


def show(title: str, paths: list[Path], lines: dict[Path, int], once: set[Path] | None) -> None:
    """Print one line."""
    counts = [lines[path] for path in paths]
    single = "" if once is None else f"{sum(path in once for path in paths):,}"
    print(f"{title:<28}{sum(counts):>8,}{len(counts):>7,}{median(counts or [0]):>8,.0f}{single:>14}")


if __name__ == "__main__":
    sys.exit(main())
