"""Each place's rule, with values worked out by hand."""

import pytest
from hubrank.io.escaping import csv_text, escape_markdown, html_text, strip_control, unescape_formula, web_address


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", "a [31mb"),
        ("a\x9b31mb", "a 31mb"),
        ("a\u202eb\u2066c\u200bd\ufeffe\u00adf", "abcdef"),
        ("a\ufffeb\uffffc\ufdd0d\U0001fffee", "abcde"),
        ("a\ud800b", "a?b"),
        ("👩‍🚀 São", "👩‍🚀 São"),
    ],
)
def test_inert(text, shown):
    """What steers becomes a blank, what hides goes, the rest stays."""
    assert strip_control(text) == shown


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("  =1", "'  =1"),
        ("\u200b=1", "'=1"),
        ("\r=1", "' =1"),
        ("\tx", "'\tx"),
        ("＝1", "'＝1"),
        ("a=1", "a=1"),
    ],
)
def test_csv(text, cell):
    """No cell is calculated; the same again changes nothing."""
    assert csv_text(text) == cell
    assert csv_text(cell) == cell
    assert csv_text(unescape_formula(cell)) == cell


def test_markdown_and_html():
    """Signs are signs."""
    assert escape_markdown("1. a | <b> [x](y)\x1b`z`\u202e") == r"1\. a \| \<b\> \[x\](y) \`z\`"
    assert html_text("<a href='x'>\x1b\u202e&") == "&lt;a href=&#x27;x&#x27;&gt; &amp;"


@pytest.mark.parametrize(
    ("address", "linked"),
    [
        ("https://example.org/a?b=c", True),
        ("javascript:alert(1)", False),
        (" https://example.org", False),
        ("https://example.org/'><script>", False),
        ("https://example.org/\u202ea", False),
    ],
)
def test_addresses(address, linked):
    """Only those of the web are linked."""
    assert web_address(address) == (address if linked else "")
