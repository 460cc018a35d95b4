"""The page of an audit."""

from __future__ import annotations

import base64
import html
import re

import pytest
from hubrank import use_language
from hubrank.results.rank import rank
from hubrank_audit import hubrank_exporters, write
from hubrank_audit.auditing import audit
from hubrank_audit.page import page
from hubrank_audit.rules import RULES

SCENARIO = """
title = "<b>Lands</b> & seas"
editions = [2024]
normalisation = "min-max"
aggregation = "arithmetic"

[units]
file = "units.csv"

[inputs.values]
source = "files"
options = { file = "values.csv" }

[dimensions.life]
title = "<script>alert(1)</script>"

[indicators]
a = { indicator = "value", dimension = "life", title = "Roads </svg>" }
b = { indicator = "value", dimension = "life", title = "Schools" }
c = { indicator = "value", dimension = "life", title = "Smoke", direction = -1 }
"""
UNITS = "unit,name\nA,Aland\nB,Beland\nC,Celand\nD,Deland\nE,Eland\nF,Feland\n"
VALUES = "unit,year,a,b,c\nA,2024,1,1.1,5\nB,2024,2,2,3\nC,2024,3,3,8\nD,2024,4,4.2,1\nE,2024,5,5,9\nF,2024,6,6.1,2\n"


@pytest.fixture(scope="module")
def ranking(tmp_path_factory):
    """Six lands, with names that would break a page."""
    folder = tmp_path_factory.mktemp("lands")
    for name, text in {"scenario.toml": SCENARIO, "units.csv": UNITS, "values.csv": VALUES}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return rank(str(folder / "scenario.toml"))


@pytest.fixture(scope="module")
def text(ranking):
    """The page."""
    return page(audit(ranking))


def test_names_are_escaped(text):
    """No tag of a title reaches the page, nor its pictures."""
    assert "<script" not in text
    assert "&lt;b&gt;Lands&lt;/b&gt; &amp; seas" in text
    for data in re.findall(r"data:image/svg\+xml;base64,([^\"]+)", text):
        assert base64.b64decode(data).decode().count("</svg>") == 1


def test_nothing_is_fetched(text):
    """No address but those of the pictures inside."""
    assert not re.search(r"(src|href)=\"(?!data:)", text)
    assert "url(" not in text


def test_findings_stand_in_sentences(text):
    """Roads and schools go together almost perfectly."""
    assert "Roads &lt;/svg&gt; and Schools carry almost the same information (correlation 1.00)" in text


def test_all_pictures_are_there(text):
    """Coverage, distributions, correlations, components, influence, removals."""
    assert text.count('<div class="picture"><img') == 6


@pytest.mark.long
def test_the_same_bytes_twice(ranking, tmp_path):
    """As every exporter promises."""
    for name in ("one", "two"):
        write(ranking, tmp_path / f"{name}.audit.html")

    assert (tmp_path / "one.audit.html").read_bytes() == (tmp_path / "two.audit.html").read_bytes()
    assert [each.suffix for each in hubrank_exporters()] == [".audit.html"]


def _bare(markup):
    """The words of a page or a picture that were not translated, beside where rules are from."""
    seen = html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<style.*?</style>", "", markup, flags=re.DOTALL)))
    for rule in RULES:
        seen = seen.replace(rule.source, "")
    return re.findall(r"[A-Za-z]+", re.sub(r"⟦[^⟧…]*[⟧…]", "", seen))


@pytest.mark.usefixtures("bracketed")
def test_the_page_is_in_the_language_that_is_spoken(ranking):
    """All its words are, beside the works that rules are from; its files stay English."""
    made = audit(ranking)
    files = made.files()
    with use_language("de"):
        spoken = page(made)

        assert made.files() == files
        assert audit(ranking).files() == files
    assert '<html lang="de">' in spoken
    assert "⟦ and ⟧⟦Schools⟧⟦ carry almost the same information (correlation ⟧1,00⟦), which counts twice" in spoken
    assert _bare(spoken[spoken.index("<title>") :]) == []


@pytest.mark.usefixtures("bracketed")
def test_pictures_are_in_the_language_that_is_spoken(ranking):
    """All their words are, and numbers have the marks of the language; long names are cut before their last mark."""
    with use_language("de"):
        pictures = re.findall(r"data:image/svg\+xml;base64,([^\"]+)", page(audit(ranking)))

    texts = re.findall(r"<text[^>]*>([^<]+)</text>", "".join(base64.b64decode(data).decode() for data in pictures))
    assert [word for each in texts for word in _bare(each)] == []
    assert {"⟦best⟧", "⟦influence⟧", "1,00"} <= set(texts)
    assert not [each for each in texts if re.search(r"\d\.\d", each)]
