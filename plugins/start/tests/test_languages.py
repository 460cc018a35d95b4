"""What start says is in the language spoken; what programs read of its folder is not."""

from __future__ import annotations

import tomllib

import hubrank
import pytest
from hubrank import use_language
from hubrank_start.desk import Question
from hubrank_start.tables import draft_of

from .test_questions import nameless
from .test_workbooks import with_other_columns


@pytest.fixture
def german(bracketed):
    """German is spoken, whose texts are English in brackets."""
    with use_language("de"):
        yield


def test_what_was_seen_is_said_in_the_language(german, tmp_path):
    """The choices of start, with their reasons; names of columns stay as they are."""
    told = [str(each) for each in draft_of(with_other_columns(tmp_path)).assumed]

    assert "⟦columns left out⟧: Rank, ⟦since a rank is an earlier result⟧" in told
    assert "Score⟦ as an indicator⟧: ⟦no⟧, ⟦since ⟧⟦an earlier result is no achievement⟧" in told


def test_the_scenario_speaks_and_the_table_does_not(german, tmp_path):
    """The TOML has the reasons in the language, under English keys; the tables are byte for byte as in English."""
    path = with_other_columns(tmp_path)
    files = draft_of(path).files()
    with use_language("en"):
        english = draft_of(path).files()

    table = tomllib.loads(files["scenario.toml"].decode())
    assert "⟦columns left out⟧: Rank, ⟦since a rank is an earlier result⟧" in table["assumed"]
    assert table["indicators"].keys() == tomllib.loads(english["scenario.toml"].decode())["indicators"].keys()
    assert files["data.csv"] == english["data.csv"]
    assert files["units.csv"] == english["units.csv"]


def test_the_folder_is_in_the_language(bracketed, start, tmp_path):
    """The command line with `--language`: the screen, the README and the reasons; the table of figures is not."""
    path = with_other_columns(tmp_path)
    start(path, "--yes", "--language", "de")
    out, readme = start.out, (start.folder / "README.md").read_text(encoding="utf-8")

    assert "⟦columns left out⟧" in out
    assert "⟦written to ⟧" in out
    assert "⟦ units⟧" in out.partition("⟦written to ⟧")[0].rpartition("⟦assumed⟧")[2]  # the ranking speaks it as well
    assert "| `data.csv`, `units.csv` | ⟦the table as it was read⟧ |" in readme
    assert "## ⟦What was assumed⟧" in readme
    assert "⟦" not in (start.folder / "data.csv").read_text(encoding="utf-8")
    assert "⟦" not in (start.folder / "run" / "ranking.csv").read_text(encoding="utf-8")


def test_questions_are_asked_in_the_language(bracketed, start, tmp_path):
    """With the flags that answer them, which are the same in all languages."""
    start(nameless(tmp_path), "--language", "de", code=2)

    assert "⟦: is higher better?⟧" in start.err
    assert "--set direction.x2=1|-1⟦   (default: ⟧1" in start.err


def test_ranks_are_those_of_english(german, tmp_path):
    """No choice hangs on what a text says."""
    path = nameless(tmp_path)
    found = [unit.name for unit in hubrank.rank(path)]
    with use_language("en"):
        assert [unit.name for unit in hubrank.rank(path)] == found


def test_an_answer_may_be_given_in_the_language_that_is_spoken():
    """French shows "oui" and "non" and takes both, and English too; a word of neither is no answer."""
    question = Question(key="direction.x", text="x: is more better?", default="yes", why="", options=("yes", "no"))

    with use_language("fr"):
        assert question.shown("yes") == "oui"
        assert [question.accepted(each) for each in ("Oui", "NON", "yes", "no")] == ["yes", "no", "yes", "no"]
        assert question.accepted("ja") is None
