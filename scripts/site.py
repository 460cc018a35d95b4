"""Build the documentation's site: `python scripts/site.py [OUT]` writes it to OUT, `build/site` by default.

Warnings are errors, and nothing is fetched. Pages are taken from where they lie in the repository, at the same place,
so that their links stay; the reference, the methods' pages and the gallery are made anew each time.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import tomli
from gallery import write_gallery
from hubrank import Registry
from pygments.lexers import find_lexer_class_by_name
from pygments.util import ClassNotFound
from reference import pages
from sphinx.cmd.build import build_main

ROOT = Path(__file__).parents[1]
#: What people read in the repository, and what the site has besides.
PAGES = (
    "*.md",
    "docs/**/*.md",
    "core/*.md",
    "plugins/**/*.md",
    "indicators/**/*.md",
    "scenarios/*.md",
    "tools/**/*.md",
)
SITE = ROOT / "docs" / "site"
#: Where members' pages say that the repository's files are: package indices show them without the files beside them.
REPOSITORY = tomli.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hubrank"]["repository"] + "/blob/main/"
#: Texts of methods, which become a page each.
TEXTS = ROOT / "docs" / "methods"

_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s#]+)(#[^)\s]*)?\)")
_FENCE = re.compile(r"^```(\w+)(?: (\S+))?$", re.MULTILINE)


def main(arguments: list[str]) -> int:
    """Lay the pages out in a temporary folder, and have Sphinx build them."""
    parser = argparse.ArgumentParser(description="Build the documentation's site.")
    parser.add_argument("out", nargs="?", type=Path, default=ROOT / "build" / "site", help="where it is written")
    parser.add_argument(
        "--no-pictures", action="store_true", help="leave out the gallery's pictures, which take longest"
    )
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        lay_out(source, Registry.installed(), pictures=not given.no_pictures)
        doctrees = str(Path(folder) / "doctrees")
        return build_main(["-q", "-W", "-j", "auto", "-d", doctrees, "-c", str(SITE), str(source), str(given.out)])


def lay_out(source: Path, registry: Registry, *, pictures: bool) -> None:
    """Write everything that Sphinx reads."""
    for path in sorted({path for pattern in PAGES for path in ROOT.glob(pattern)}):
        if SITE not in path.parents and TEXTS not in path.parents:
            copy(path, source)
    for path in SITE.rglob("*.md"):
        write(source / path.relative_to(SITE), path.read_text(encoding="utf-8"))
    for page in pages(registry):
        write(source / f"{page.place}.md", str(page))
    write_gallery(source, registry, pictures=pictures)


def copy(path: Path, source: Path) -> None:
    """Put a page of the repository where its place in the repository is, with the files that it links to."""
    text = path.read_text(encoding="utf-8")
    for file in linked_files(path, text):
        if file.suffix != ".md":
            target = source / file.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
    write(source / path.relative_to(ROOT), fenced(linked(path, text)))


def write(path: Path, text: str) -> None:
    """Write a page, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def linked_files(path: Path, text: str) -> Iterator[Path]:
    """The files beside a page, and elsewhere in the repository, that it links to."""
    for _, _, address, _ in _LINK.findall(text):
        target = place(path, address)
        if target is not None and target.is_file():
            yield target


def linked(path: Path, text: str) -> str:
    """A page whose links lead to the site's pages; a link to a folder, which a site does not have, is its text."""

    def kept(match: re.Match[str]) -> str:
        mark, label, address, anchor = match.groups(default="")
        target = place(path, address)
        if target is None:
            return match[0]
        if target.parent == TEXTS:
            return f"[{label}](/methods/{target.stem}/index.md)"
        if target.is_dir():
            return label
        return f"{mark}[{label}](/{target.relative_to(ROOT)}{anchor})"

    return _LINK.sub(kept, text)


def place(path: Path, address: str) -> Path | None:
    """The file or folder that a page links to, by its place or by its address in the repository; none elsewhere."""
    if address.startswith(REPOSITORY):
        return ROOT / address.removeprefix(REPOSITORY)
    return None if ":" in address else (path.parent / address).resolve()


def fenced(text: str) -> str:
    """A page whose blocks are in languages that are highlighted, with the name of the file that a block is of."""

    def kept(match: re.Match[str]) -> str:
        language = match[1] if is_language(match[1]) else "text"
        return f"```{{code-block}} {language}\n:caption: {match[2]}\n" if match[2] else f"```{language}"

    return _FENCE.sub(kept, text)


def is_language(name: str) -> bool:
    """Whether blocks of a language can be highlighted."""
    try:
        find_lexer_class_by_name(name)
    except ClassNotFound:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
