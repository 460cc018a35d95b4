"""The page of an audit."""

import base64
import re

import pytest
from hubrank.results.rank import rank
from hubrank_audit.auditing import audit
from hubrank_audit.page import page

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


def test_findings_are_sentences(text):
    """Roads and schools go together almost perfectly."""
    assert "Roads &lt;/svg&gt; and Schools carry almost the same information (correlation 1.00, 90 % interval " in text


def test_all_pictures_are_there(text):
    """Coverage, distributions, correlations, components, influence, removals."""
    assert text.count('<div class="picture"><img') == 6
