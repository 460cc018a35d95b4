"""Settings of the documentation's site, which `scripts/site.py` builds."""

from typing import Any

from docutils import nodes
from hubrank import __version__
from latex2mathml.converter import convert
from sphinx.application import Sphinx

project = "hubrank"
version = release = __version__
author = copyright = "the hubrank contributors"  # noqa: A001  # Sphinx wants the name
extensions = ["myst_parser"]
myst_heading_anchors = 4
myst_enable_extensions = ["attrs_block"]
#: Blocks of TOML with "..." for what a reader fills in are no mistakes.
suppress_warnings = ["misc.highlighting_failure"]
exclude_patterns = ["**/tests/**"]
smartquotes = False
html_theme = "furo"
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


def setup(app: Sphinx) -> dict[str, bool]:
    """Have formulas written as MathML."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
