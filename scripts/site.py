"""Build the documentation's site: `python scripts/site.py [OUT]` writes it to OUT/VERSION, `build/site` by default.

Warnings are errors, and nothing is fetched. Pages keep their places in the repository, so that their links work; the
reference, the methods' pages and the gallery are generated each time.
"""

import argparse
import json
import re
import shutil
import sys
import tempfile
from pathlib import Path

import tomli
from hubrank import __version__
from hubrank.io.cache import Cache
from hubrank.plugin import Registry, load
from hubrank.results.rank import rank
from pygments.lexers import find_lexer_class_by_name
from pygments.util import ClassNotFound
from reference import pages, tables
from reference.pictures import slim
from sphinx.cmd.build import build_main

ROOT = Path(__file__).parents[1]
#: What people read in the repository; pages of `docs/site` are the site's own, at its root.
FOLDERS = ("docs", "plugins", "indicators", "tools")
PAGES = ("*.md", "core/*.md", "scenarios/*.md", *(f"{name}/**/*.md" for name in FOLDERS))
SITE = ROOT / "docs" / "site"
#: Where members' pages say that the repository's files are: package indices show them without the files beside them.
REPOSITORY = tomli.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hubrank"]["repository"] + "/blob/main/"
#: How decisions were taken, and what tests count: the menu leads to none of these pages.
RECORDS = ROOT / "docs" / "records"
#: Texts of methods, which become a page each.
TEXTS = ROOT / "docs" / "methods"
GALLERY = """# Gallery

**Reference.** Every installed scenario with its ranking, computed when this site was built. Show any of them with
`hubrank rank NAME`, its tree and weights with `hubrank show NAME`, and the interactive report with
`hubrank report NAME --output page.html`.
"""
#: Pixels of the gallery's pictures.
WIDTH = 480

_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s#]+)(#[^)\s]*)?\)")
_FENCE = re.compile(r"^```(\w+)(?: (\S+))?$", re.MULTILINE)


def lay_out(source: Path, registry: Registry, *, pictures: bool) -> None:
    """Write everything that Sphinx reads."""
    added = tables()
    for path in sorted({path for pattern in PAGES for path in ROOT.glob(pattern)}):
        if TEXTS in path.parents:
            continue
        place = path.relative_to(SITE if SITE in path.parents else ROOT)
        text = linked(path, path.read_text(encoding="utf-8")) + added.get(str(place.with_suffix("")), "")
        for _, _, address, _ in _LINK.findall(text):  # the files that it links to come along
            file = ROOT / address.lstrip("/")
            if address.startswith("/") and file.is_file() and file.suffix != ".md":
                target = source / file.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)
        apart = "---\norphan: true\n---\n\n" if RECORDS in path.parents or path == ROOT / "README.md" else ""
        write(source / place, apart + fenced(text))
    for page in pages(registry):
        write(source / f"{page.place}.md", str(page))
    names = sorted(registry.names("scenario"), key=lambda name: (name != "global", name))
    write(source / "gallery.md", "\n".join((GALLERY, *(exhibit(source, name, registry, pictures) for name in names))))


def exhibit(source: Path, name: str, registry: Registry, pictures: bool) -> str:
    """A scenario's section of the gallery, with the picture of its ranking."""
    scenario = load(name, registry).scenario
    lines = [f"## {scenario.title}", f"```sh\nhubrank rank {name}\n```", str(scenario.description).strip()]
    if pictures:
        picture = source / "pictures" / f"{name}.png"
        picture.parent.mkdir(exist_ok=True)
        registry.find("exporter", "bar-png").call("write", rank(name, registry, cache=Cache.default()), picture)
        slim(picture, WIDTH)
        lines.append(f"![The first units of {scenario.title}, and what their scores are made of](pictures/{name}.png)")
    return "\n\n".join(lines) + "\n"


def publish(out: Path) -> None:
    """List all versions, for readers and for programs, and lead to the newest."""
    versions = [path.parent.name for path in out.glob("*/index.html")]
    versions.sort(key=lambda name: [(part.isdigit(), part.zfill(9)) for part in name.split(".")], reverse=True)
    links = "".join(f'<li><a href="{name}/index.html">{name}</a></li>' for name in versions)
    head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>hubrank</title>'
    write(out / "llms.txt", (out / versions[0] / "llms.txt").read_text("utf-8").replace("](", f"]({versions[0]}/"))
    write(out / "versions.json", json.dumps(versions))
    write(out / "versions.html", f"{head}<h1>Versions of these pages</h1><ul>{links}</ul>")
    write(out / "index.html", f'{head}<meta http-equiv="refresh" content="0; url={versions[0]}/index.html">')


def write(path: Path, text: str) -> None:
    """Write a page, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def linked(path: Path, text: str) -> str:
    """A page with links to the site's pages; a link to a folder becomes its text."""

    def kept(match: re.Match[str]) -> str:
        mark, label, address, anchor = match.groups(default="")
        if address.startswith(REPOSITORY):
            target = ROOT / address.removeprefix(REPOSITORY)
        elif ":" in address or address.startswith("/"):
            return match[0]
        else:
            target = (path.parent / address).resolve()
        if target.parent == TEXTS:
            return f"[{label}](/methods/{target.stem}/index.md)"
        if target.is_dir():
            return label
        return f"{mark}[{label}](/{target.relative_to(SITE if SITE in target.parents else ROOT)}{anchor})"

    return _LINK.sub(kept, text)


def fenced(text: str) -> str:
    """A page whose code blocks have a known language and the name of their file."""

    def kept(match: re.Match[str]) -> str:
        language = match[1]
        try:
            find_lexer_class_by_name(language)
        except ClassNotFound:
            language = "text"
        return f"```{{code-block}} {language}\n:caption: {match[2]}\n" if match[2] else f"```{language}"

    return _FENCE.sub(kept, text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Build the documentation's site, one folder for each version.")
    parser.add_argument("out", nargs="?", type=Path, default=ROOT / "build" / "site", help="where it is written")
    parser.add_argument("--version", default=__version__, help="folder and name of this version [%(default)s]")
    parser.add_argument("--no-pictures", action="store_true", help="leave out the gallery's pictures (slow)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        lay_out(source, Registry.installed(), pictures=not given.no_pictures)
        options = ["-q", "-W", "-d", f"{folder}/doctrees", "-c", str(SITE), f"-Dversion={given.version}"]
        if failed := build_main([*options, str(source), str(given.out / given.version)]):
            sys.exit(failed)
    publish(given.out)
