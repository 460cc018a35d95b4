"""The folder that a person gets: scenario, table as it was and as it was read, ranking, report, and what each is."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hubrank import Registry, UsageError
from hubrank.front import Cache, progress, rank_with_intervals, replace_folder, write_run

if TYPE_CHECKING:
    from hubrank import Ranking

REPORT, RUN, ORIGINAL, README = "report.html", "run", "original", "README.md"

_ABOUT = """# {title}

Made by `hubrank start` of {source}. All of this is yours to change.

| file | what it is |
| --- | --- |
| `scenario.toml` | every choice, with its reason; change it and rank again |
| `data.csv`, `units.csv` | the table as it was read |
| `original/` | the table as it was |
| `run/` | the ranking with all values, weights and notes |
| `report.html` | the ranking as a page; open it in a browser |

## Again, after a change

```sh
hubrank check scenario.toml
hubrank rank scenario.toml --output run
hubrank report run --output report.html
```

More: `hubrank explain scenario.toml UNIT` tells why a unit stands where it stands, `hubrank robustness scenario.toml`
how certain the ranks are, `hubrank open .` shows the report.

## What was assumed

{assumed}
"""


def check_free(folder: Path) -> None:
    """Refuse a folder that is there, since its files may have been edited.

    Raises:
        UsageError: It is there.
    """
    if folder.exists():
        raise UsageError(f"{folder}: is there already, and nothing is overwritten; name another folder behind the file")


def write_folder(
    folder: Path,
    files: Mapping[str, bytes],
    originals: Sequence[Path] | bytes,
    title: str,
    source: str,
    assumed: Sequence[str],
    report: bool,
) -> None:
    """Write the folder, rank its scenario and write the report; whole or not at all.

    Args:
        folder: Made.
        files: The scenario and its tables, by name.
        originals: The files that were read, or the bytes of a paste.
        title: What is ranked.
        source: What the table is called.
        assumed: What was assumed, a line each.
        report: Whether the report is written.
    """
    lines = "\n".join(f"- {_inert(each)}" for each in assumed) or "Nothing."
    about = _ABOUT.format(title=_inert(title), source=_inert(source), assumed=lines)
    made: list[Ranking] = []

    def run(path: Path) -> None:
        with progress("ranking") as tell:
            made.append(rank_with_intervals(str(path.parent / "scenario.toml"), cache=Cache.default(), progress=tell))
        write_run(made[0], path)

    content: dict[str, bytes | Callable[[Path], None]] = {
        **files,
        README: about.encode(),
        ORIGINAL: lambda path: _copy(originals, path),
        RUN: run,
    }
    if report and page_is_there():
        content[REPORT] = lambda path: write_page(made[0], path)
    replace_folder(folder, content)


def page_is_there() -> bool:
    """Whether a plugin writes the report."""
    return "report" in Registry.installed().names("exporter")


def write_page(ranking: Ranking, path: Path) -> None:
    """Write the report of a ranking."""
    Registry.installed().find("exporter", "report").call("write", ranking, path)


def _copy(originals: Sequence[Path] | bytes, folder: Path) -> None:
    folder.mkdir()
    if isinstance(originals, bytes):
        (folder / "paste.txt").write_bytes(originals)
        return
    for each in originals:
        shutil.copyfile(each, folder / each.name)


def _inert(text: str) -> str:
    """A text that Markdown shows as it is."""
    bare = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return "".join(f"\\{each}" if each in "\\`*_{}[]<>#|!" else each for each in bare)
