"""Settings of the documentation's site, which `scripts/site.py` builds."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from hubrank import __version__
from latex2mathml.converter import convert
from sphinx import addnodes
from sphinx.application import Sphinx

project = "hubrank"
version = release = __version__  # `scripts/site.py --version` sets another
author = copyright = "the hubrank contributors"  # noqa: A001  # Sphinx wants the name
extensions = ["myst_parser"]
myst_heading_anchors = 4
myst_enable_extensions = ["attrs_block"]
#: Blocks of TOML with "..." for what a reader fills in are no mistakes.
suppress_warnings = ["misc.highlighting_failure"]
exclude_patterns = ["**/tests/**"]
smartquotes = False
templates_path = ["_templates"]
html_theme = "furo"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_use_index = False
html_title = "hubrank"
html_math_renderer = "mathml"
html_copy_source = False
html_show_sphinx = False


def inline(translator: Any, node: nodes.math) -> None:
    """A formula within a line, as MathML: browsers draw it, and no script is fetched."""
    translator.body.append(convert(node.astext()))
    raise nodes.SkipNode


def block(translator: Any, node: nodes.math_block) -> None:
    """A formula on lines of its own."""
    translator.body.append(f'<div class="math">{convert(node.astext(), display="block")}</div>')
    raise nodes.SkipNode


def list_pages(app: Sphinx, error: Exception | None) -> None:
    """Write `llms.txt`: a line for each page of the menu, in its order, and for each method."""
    if error:
        return

    def below(name: str) -> Iterator[str]:
        yield name
        for inner in app.env.toctree_includes.get(name, ()):
            yield from below(inner)

    lines = ["# hubrank", "", "> " + _first_line(app, app.config.root_doc)]
    for menu in app.env.get_doctree(app.config.root_doc).findall(addnodes.toctree):
        lines += ["", f"## {menu['caption']}", ""]
        names = [name for each in menu["includefiles"] for name in below(each)]
        methods = sorted(name for name in app.env.found_docs if name.startswith("methods/") and name not in names)
        for name in names + methods * ("methods/index" in names):
            lines.append(f"- [{app.env.titles[name].astext()}]({name}.html): {_first_line(app, name)}")
    Path(app.outdir, "llms.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _first_line(app: Sphinx, name: str) -> str:
    """The first sentence of a page, without the word that says its kind."""
    paragraph = app.env.get_doctree(name).next_node(nodes.paragraph)
    text = " ".join(paragraph.astext().split()) if paragraph else ""
    return re.split(r"(?<=[.!?]) (?=[A-Z])", re.sub(r"^(Tutorial|How-to|Reference|Explanation)\. ", "", text))[0]


def setup(app: Sphinx) -> None:
    """Have formulas written as MathML, and a list of all pages."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    app.connect("build-finished", list_pages)
