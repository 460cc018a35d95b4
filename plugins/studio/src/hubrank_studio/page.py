"""The page itself: its HTML, and its scripts and styles, each assembled from the report's and the studio's own."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from hubrank.plugin import current_language, languages
from hubrank_output.report import pages

#: Scripts and styles of the report: texts, rounding, elements, histograms, folding; colours, tables and pictures.
REPORT_SCRIPTS = ("texts", "rounding", "elements", "histogram", "folding")
REPORT_STYLES = ("page", "tables", "pictures")
#: The studio's own scripts, in the order in which they are assembled.
SCRIPTS = (
    *("controls", "server", "ranking", "tree", "chips", "questions", "reading", "history", "scenario", "views"),
    *("unit", "effect", "problems", "people", "saving", "tour", "start"),
)
#: The studio's own styles; those of narrow screens last.
STYLES = ("studio", "ranking", "history", "saving", "reading", "tree", "views", "problems", "people", "tour")
#: What the pages load, with its media type: the studio's, and that of people who are asked for weights.
ASSETS = {"studio.js": "text/javascript", "ballot.js": "text/javascript", "studio.css": "text/css"}
#: The scripts of each page.
_SCRIPTS_OF = {"studio.js": SCRIPTS, "ballot.js": ("controls", "server", "ballot")}


@functools.cache
def english() -> Mapping[str, Any]:
    """The English texts of the page by key, each of which begins with `studio.`; a file for each script with texts."""
    return {
        key: text for name in (*SCRIPTS[2:], "ballot") for key, text in json.loads(_read(f"texts/{name}.json")).items()
    }


def html(name: str = "studio.html") -> str:
    """A page, which its script fills."""
    language = current_language()
    return _read(name).replace('lang="en"', f'lang="{language}"', 1).replace('.js"', f'.js?lang={language}"', 1)


def asset(name: str) -> tuple[str, str]:
    """A file of the page in the reader's language, one of `ASSETS`, and its media type."""
    if name.endswith(".css"):
        parts = [pages.read(f"styles/{item}.css") for item in REPORT_STYLES]
        parts += [_read(f"styles/{item}.css") for item in STYLES]
        return "\n".join(parts), ASSETS[name]
    scripts = [pages.read(f"scripts/{item}.js") for item in REPORT_SCRIPTS]
    scripts += [_read(f"scripts/{item}.js") for item in _SCRIPTS_OF[name]]
    head = f"const IN_PAGE = true;\nconst PAGE_TEXTS = {pages.embedded(_texts(current_language()))};\n"
    head += f"const LANGUAGES = {pages.embedded(languages())};\nconst payload = {{ ranking: {{ decimals: null }} }};\n"
    return f'(function () {{\n"use strict";\n{head}{"".join(map(pages.bare, scripts))}\n}})();', ASSETS[name]


@functools.cache
def _texts(language: str) -> Mapping[str, Any]:
    return pages.texts(language, english())


def _read(name: str) -> str:
    return resources.files("hubrank_studio").joinpath("page", name).read_text(encoding="utf-8")
