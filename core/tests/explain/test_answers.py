"""An answer shows itself: a short text, an HTML table with pictures, names as text."""

import pandas as pd
import pytest
from hubrank.explain.profile import explain
from hubrank.plugin import Answer, UsageError, use_language
from hubrank.testing.made_up import small_ranking


def answer(frame, **fields):
    """An answer with one table."""
    return Answer(title="What\x1b[1m", tables={"one": frame}, **fields)


def test_text():
    """Numbers of four digits to the right, gaps empty, noise 0, a long name without its middle, control characters."""
    frame = pd.DataFrame({"name": ["a" * 40, "b\n"], "x": [12345.6, None], "y": [1e-15, 0.123456]})

    assert repr(answer(frame, notes=("one\nnote",))).splitlines() == [
        "What [1m",
        f"{'name':33}       x       y",
        f"{'a' * 15}...{'a' * 15}  12,346       0",
        f"{'b ':33}          0.1235",
        "one note",
    ]


def test_columns_that_do_not_fit_are_reported():
    """Columns beyond the width, rows beyond the twelfth, notes beyond the sixth, further tables."""
    wide = pd.DataFrame({f"column-{at:02}": [at] * 13 for at in range(20)})
    made = Answer(title="t", tables={"wide": wide, "other": wide}, notes=tuple("abcdefg"))
    lines = repr(made).splitlines()

    assert len(lines) < 25
    assert max(map(len, lines)) <= 100
    assert "... and 1 more row" in lines
    assert "... and 1 more note" in lines
    assert lines[-1] == "further tables: other"
    assert any(line.startswith("... and columns column-") for line in lines)


def test_tables_by_name():
    """The main one by default; of another name an error that lists them."""
    frame = pd.DataFrame({"x": [1]})

    assert answer(frame).table() is frame
    with pytest.raises(UsageError, match="there is no table 'two'; available: one"):
        answer(frame).table("two")


def test_bars():
    """Half of the largest reaches half of the way of 55 pixels to the edge, to the left where it is below 0."""
    html = answer(pd.DataFrame({"x": [2.0, -1.0, None]}), bars="x")._repr_html_()

    assert 'aria-label="+2"' in html
    assert '<rect x="60.0" y="3" width="55.0"' in html
    assert '<rect x="32.5" y="3" width="27.5"' in html
    assert html.count("<svg") == 2


def test_ranges():
    """Rank 1 lies at the left edge of 5 pixels, the last rank at the right one of 115."""
    html = answer(pd.DataFrame({"rank": [1, 3], "low": [1, None], "high": [3, None]}))._repr_html_()

    assert '<line x1="5.0" x2="115.0"' in html
    assert '<circle cx="5.0"' in html
    assert html.count("<svg") == 1


def test_names_are_text():
    """In cells, heads, title and notes."""
    html = answer(pd.DataFrame({"<i>": ["<b>"]}), notes=("<u>",))._repr_html_()

    assert not any(each in html for each in ("<i>", "<b>", "<u>"))


@pytest.mark.usefixtures("bracketed")
def test_an_answer_is_in_the_language_spoken_and_its_columns_are_not():
    """Beland, of position 1: sentences, titles and marks are the language's, columns are what programs ask for."""
    with use_language("de"):
        made = explain(small_ranking(), edition=1, unit=1)
        lines = repr(made).splitlines()

    assert lines[0] == "Beland, ⟦Five lands⟧ 2024⟦: rank ⟧1⟦, score ⟧0,889, +0,354⟦ against ⟧⟦the average of all⟧"
    assert lines[1].split() == ["indicator", "contribution", "value", "score", "rank", "weight", "dimension", "key"]
    assert lines[2].split()[:2] == ["⟦firms⟧", "0,3162"]
    assert lines[-1] == "⟦further tables: ⟧dimensions"
