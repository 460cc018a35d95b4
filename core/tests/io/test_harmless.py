"""Each place's rule, with values worked out by hand."""

import csv
import io
import random
import struct

import pandas as pd
import pytest
from hubrank.io import escaping
from hubrank.io.escaping import (
    csv_bytes,
    csv_text,
    escape_markdown,
    html_text,
    strip_control,
    unescape_formula,
    web_address,
)


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
    [("  =1", "'  =1"), ("\u200b=1", "'=1"), ("\r=1", "' =1"), ("\tx", "'\tx"), ("＝1", "'＝1"), ("a=1", "a=1")],
)
def test_csv(text, cell):
    """No cell is calculated; the same again changes nothing."""
    assert csv_text(text) == cell
    assert csv_text(cell) == cell
    assert csv_text(unescape_formula(cell)) == cell


#: Numbers whose written form is at a limit, and texts that need care.
LIMITS = [0.0, -0.0, 1e10, 9999999999.999998, -1e-6, 9.999999e-7, 1e-4, 5e-324, 1.7976931348623157e308, 2.0**53, 0.1]
CELLS = ["a", "", '"q"', "x\ny", "é, b", None, "=1+1", "a\x1b[0m", "\u202eabc", "1.5"]


def test_csv_is_the_same_with_and_without_arrow(monkeypatch):
    """Any double comes back, the smaller of the two writers needs no library, and its bytes are those of the other."""
    rng = random.Random(5)  # noqa: S311
    numbers = LIMITS + [struct.unpack("d", struct.pack("Q", rng.getrandbits(64)))[0] for _ in range(3000)]
    numbers += [rng.random() * 10.0 ** rng.randint(-9, 14) for _ in range(3000)] + [float("nan"), float("inf")]
    columns = {
        "x": numbers,
        "whole": pd.array([None if at % 7 == 0 else at - 5 for at in range(len(numbers))], dtype="Int64"),
        "true": [at % 2 == 0 for at in range(len(numbers))],
        "text": [CELLS[at % len(CELLS)] for at in range(len(numbers))],
        "mixed": [(1, "a", None, 2.5, True)[at % 5] for at in range(len(numbers))],
        "nothing": None,
    }
    frame = pd.DataFrame(columns).assign(coded=lambda frame: frame["text"].astype("category"))
    plain = csv_bytes(frame)
    monkeypatch.setattr(escaping, "_MANY", 0)

    assert csv_bytes(frame) == plain
    rows = list(csv.DictReader(io.StringIO(plain.decode(), newline="")))
    assert [float(row["x"]) for row in rows if row["x"]] == [item for item in numbers if item == item]
    assert [(row["whole"], row["true"], row["coded"]) for row in rows[5:8]] == [
        ("0", "false", ""),
        ("1", "true", "'=1+1"),
        ("", "false", "a [0m"),
    ]


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
