"""Each place's rule, with values worked out by hand."""

import json

import pytest
from hubrank.io.escaping import (
    csv_text,
    escape_markdown,
    escape_markup,
    html_text,
    json_text,
    strip_control,
    unescape_formula,
    web_address,
)
from rich.text import Text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", "a [31mb"),
        ("a\x9b31mb", "a 31mb"),
        ("a\u202eb\u2066c\u200bd\ufeffe\u00adf", "abcdef"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
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
        ("\u00a0+1", "'\u00a0+1"),
        ("\u200b=1", "'=1"),
        ("\r=1", "' =1"),
        ("\tx", "'\tx"),
        ("＝1", "'＝1"),
        ("\n@a", "'\n@a"),
        ("a=1", "a=1"),
    ],
)
def test_csv(text, cell):
    """No cell is calculated; the same again changes nothing."""
    assert csv_text(text) == cell
    assert csv_text(cell) == cell
    assert csv_text(unescape_formula(cell)) == cell


@pytest.mark.parametrize("text", ["a\\", "a\\\\", "[x]\\", "\\[/]\\", "[red]a[/]"])
def test_the_console(text):
    """Markup and backslashes are shown as they are, whatever follows."""
    assert (
        Text.from_markup(f"[dim]{escape_markup(text)}[/dim] {escape_markup(text)}", emoji=False).plain
        == f"{text} {text}"
    )


def test_json():
    """Whole, and nothing in it steers; half a pair of surrogates is no text."""
    text = "a\x1b\x7f\x9b\u202e\u2028\U000e0041é"

    assert json_text(text) == r'"a\u001b\u007f\u009b\u202e\u2028\udb40\udc41é"'
    assert json.loads(json_text(text)) == text
    assert json_text("a\ud800") == '"a\ufffd"'


def test_markdown_and_html():
    """Signs are signs."""
    assert escape_markdown("1. a | <b> [x](y)\x1b`z`\u202e") == r"1\. a \| \<b\> \[x\](y) \`z\`"
    assert html_text("<a href='x'>\x1b\u202e&") == "&lt;a href=&#x27;x&#x27;&gt; &amp;"


@pytest.mark.parametrize(
    ("address", "linked"),
    [
        ("https://example.org/a?b=c", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        (" https://example.org", False),
        ("https://example.org/'><script>", False),
        ("https://example.org/\u202ea", False),
    ],
)
def test_addresses(address, linked):
    """Only those of the web are linked."""
    assert web_address(address) == (address if linked else "")
