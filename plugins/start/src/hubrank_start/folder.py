"""The folder that a person gets: scenario, table as it was and as it was read, ranking, report, and what each is."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hubrank import Registry, UsageError, gettext
from hubrank.cli.console import progress
from hubrank.io.cache import Cache
from hubrank.io.escaping import escape_markdown
from hubrank.io.write import check_above, is_there, replace_folder
from hubrank.results.rank import rank_with_intervals
from hubrank.results.save import write_run

if TYPE_CHECKING:
    from hubrank import Ranking

REPORT, RUN, ORIGINAL, README = "report.html", "run", "original", "README.md"

_AGAIN = """```sh
hubrank check scenario.toml
hubrank rank scenario.toml --output run
hubrank report run --output report.html
```"""


def check_free(folder: Path) -> None:
    """Refuse a folder that is there, since its files may have been edited.

    Raises:
        UsageError: It is there.
    """
    check_above(folder)
    if is_there(folder):
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
    made: list[Ranking] = []

    def run(path: Path) -> None:
        with progress("ranking") as tell:
            made.append(rank_with_intervals(str(path.parent / "scenario.toml"), cache=Cache.default(), progress=tell))
        write_run(made[0], path)

    content: dict[str, bytes | Callable[[Path], None]] = {
        **files,
        README: _about(title, source, assumed).encode(),
        ORIGINAL: lambda path: _copy(originals, path),
        RUN: run,
    }
    if report and page_is_there():
        content[REPORT] = lambda path: write_page(made[0], path)
    replace_folder(folder, content)


def _about(title: str, source: str, assumed: Sequence[str]) -> str:
    """The README of the folder."""
    files = {
        "`scenario.toml`": gettext("every choice, with its reason; change it and rank again"),
        "`data.csv`, `units.csv`": gettext("the table as it was read"),
        "`original/`": gettext("the table as it was"),
        "`run/`": gettext("the ranking with all values, weights and notes"),
        "`report.html`": gettext("the ranking as a page; open it in a browser"),
    }
    more = gettext(
        "More: `hubrank explain scenario.toml UNIT` tells why a unit stands where it stands, "
        "`hubrank robustness scenario.toml`\nhow certain the ranks are, `hubrank open .` shows the report."
    )
    rows = [(gettext("file"), gettext("what it is")), ("---", "---"), *files.items()]
    parts = [
        f"# {escape_markdown(title)}",
        gettext("Made by `hubrank start` of {source}. All of this is yours to change.", source=escape_markdown(source)),
        "\n".join(f"| {file} | {what} |" for file, what in rows),
        f"## {gettext('Again, after a change')}",
        _AGAIN,
        more,
        f"## {gettext('What was assumed')}",
        "\n".join(f"- {escape_markdown(each)}" for each in assumed) or gettext("Nothing."),
    ]
    return "\n\n".join(parts) + "\n"


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
