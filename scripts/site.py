"""Build the documentation's site: `python scripts/site.py [OUT]` writes it to OUT, `build/site` by default.

Warnings are errors, and nothing is fetched. Pages keep their places in the repository, so that their links work; the
reference, the methods' pages and the gallery are generated each time.
"""

import argparse
import contextlib
import re
import shutil
import sys
import tempfile
from pathlib import Path

import tomli
from hubrank.plugin import HubrankError, Registry, load
from hubrank.results.rank import rank_with_intervals
from pygments.lexers import find_lexer_class_by_name
from pygments.util import ClassNotFound
from reference import pages
from sphinx.cmd.build import build_main

ROOT = Path(__file__).parents[1]
#: What people read in the repository, and what the site has besides.
PAGES = (
    "*.md",
    *(f"{name}/**/*.md" for name in ("docs", "plugins", "indicators", "tools")),
    "core/*.md",
    "scenarios/*.md",
)
SITE = ROOT / "docs" / "site"
#: Where members' pages say that the repository's files are: package indices show them without the files beside them.
REPOSITORY = tomli.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hubrank"]["repository"] + "/blob/main/"
#: How decisions were taken and tests keep books: no page of the menu leads there.
RECORDS = ROOT / "docs" / "records"
#: Texts of methods, which become a page each.
TEXTS = ROOT / "docs" / "methods"
GALLERY = """# Gallery

The scenarios that members bring, each ranked anew when this site was built. `hubrank rank NAME` prints the
ranking, `hubrank show NAME` the tree with its weights, `hubrank report NAME --output page.html` writes a page whose
weights can be moved, and `hubrank export NAME --output NAME.map.svg` the pictures.
"""
#: Exporters whose pictures the gallery shows, with what each shows.
PICTURES = {"map-svg": "the units on the map", "bar-svg": "the first units and what their scores are made of"}

_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s#]+)(#[^)\s]*)?\)")
_FENCE = re.compile(r"^```(\w+)(?: (\S+))?$", re.MULTILINE)


def lay_out(source: Path, registry: Registry, *, pictures: bool) -> None:
    """Write everything that Sphinx reads."""
    for path in sorted({path for pattern in PAGES for path in ROOT.glob(pattern)}):
        if SITE in path.parents or TEXTS in path.parents:
            continue
        text = path.read_text(encoding="utf-8")
        for _, _, address, _ in _LINK.findall(text):  # the files that it links to come along
            file = place(path, address)
            if file is not None and file.is_file() and file.suffix != ".md":
                target = source / file.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)
        apart = "---\norphan: true\n---\n\n" if RECORDS in path.parents or path == ROOT / "README.md" else ""
        write(source / path.relative_to(ROOT), apart + fenced(linked(path, text)))
    for path in SITE.rglob("*.md"):
        write(source / path.relative_to(SITE), fenced(linked(path, path.read_text(encoding="utf-8"))))
    for page in pages(registry):
        write(source / f"{page.place}.md", str(page))
    names = sorted(registry.names("scenario"), key=lambda name: (name != "global", name))
    write(source / "gallery.md", "\n".join((GALLERY, *(exhibit(source, name, registry, pictures) for name in names))))


def exhibit(source: Path, name: str, registry: Registry, pictures: bool) -> str:
    """A scenario's section of the gallery, its pictures beside it where the exporters have something to draw."""
    scenario = load(name, registry).scenario
    lines = [f"## {scenario.title}", f"```sh\nhubrank rank {name}\n```", str(scenario.description).strip()]
    ranking = rank_with_intervals(name) if pictures else None
    for exporter, shows in PICTURES.items() if ranking else ():
        file = f"gallery/{name}.{exporter.removesuffix('-svg')}.svg"
        (source / file).parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(HubrankError):
            registry.find("exporter", exporter).call("write", ranking, source / file)
            lines.append(f"![{ranking.title}: {shows}]({file})")
    return "\n\n".join(lines) + "\n"


def write(path: Path, text: str) -> None:
    """Write a page, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


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
        return f"{mark}[{label}](/{target.relative_to(SITE if SITE in target.parents else ROOT)}{anchor})"

    return _LINK.sub(kept, text)


def place(path: Path, address: str) -> Path | None:
    """The file or folder that a page links to, by its place or by its address in the repository; none elsewhere."""
    if address.startswith(REPOSITORY):
        return ROOT / address.removeprefix(REPOSITORY)
    return None if ":" in address or address.startswith("/") else (path.parent / address).resolve()


def fenced(text: str) -> str:
    """A page whose blocks are in languages that are highlighted, with the name of the file that a block is of."""

    def kept(match: re.Match[str]) -> str:
        language = match[1]
        try:
            find_lexer_class_by_name(language)
        except ClassNotFound:
            language = "text"
        return f"```{{code-block}} {language}\n:caption: {match[2]}\n" if match[2] else f"```{language}"

    return _FENCE.sub(kept, text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Build the documentation's site.")
    parser.add_argument("out", nargs="?", type=Path, default=ROOT / "build" / "site", help="where it is written")
    parser.add_argument(
        "--no-pictures", action="store_true", help="leave out the gallery's pictures, which take longest"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        lay_out(source, Registry.installed(), pictures=not given.no_pictures)
        doctrees = str(Path(folder) / "doctrees")
        sys.exit(build_main(["-q", "-W", "-j", "auto", "-d", doctrees, "-c", str(SITE), str(source), str(given.out)]))
