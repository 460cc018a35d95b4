"""What start says is in the language spoken; what programs read of its folder is not."""

from __future__ import annotations

import gettext
import tomllib

import hubrank
import pytest
from hubrank import ScenarioError, speaking
from hubrank_start.tables import draft_of

from .conftest import FIGURES, HEAD, book_of
from .test_questions import nameless
from .test_workbooks import with_other_columns


class Bracketed(gettext.NullTranslations):
    """A language that is English in brackets."""

    def gettext(self, text):
        """The text in brackets."""
        return f"⟦{text}⟧"

    def ngettext(self, one, other, number):
        """One of the texts in brackets."""
        return f"⟦{one if number == 1 else other}⟧"


@pytest.fixture
def bracketed(monkeypatch):
    """German, whose texts are English in brackets."""
    monkeypatch.setattr("hubrank.basis.language.catalogue", lambda language: Bracketed())
    with speaking("de"):
        yield


def test_what_was_seen_is_said_in_the_language(bracketed, tmp_path):
    """The choices of start, with their reasons; names of columns stay as they are."""
    told = [str(each) for each in draft_of(with_other_columns(tmp_path)).assumed]

    assert "⟦columns left out⟧: Rank, ⟦since a rank is an earlier result⟧" in told
    assert "⟦Score as an indicator⟧: ⟦no⟧, ⟦since ⟦an earlier result is no achievement⟧⟧" in told


def test_the_scenario_speaks_and_the_table_does_not(bracketed, tmp_path):
    """The TOML has the reasons in the language, under English keys; the tables are byte for byte as in English."""
    path = with_other_columns(tmp_path)
    files = draft_of(path).files()
    with speaking("en"):
        english = draft_of(path).files()

    table = tomllib.loads(files["scenario.toml"].decode())
    assert "⟦columns left out⟧: Rank, ⟦since a rank is an earlier result⟧" in table["assumed"]
    assert table["indicators"].keys() == tomllib.loads(english["scenario.toml"].decode())["indicators"].keys()
    assert files["data.csv"] == english["data.csv"]
    assert files["units.csv"] == english["units.csv"]


def test_errors_are_said_in_the_language(bracketed, tmp_path):
    """A file without a table, and an answer that is none."""
    (tmp_path / "text.csv").write_text("once upon a time\n")
    with pytest.raises(ScenarioError, match=r"⟦text\.csv: no table was found; a table has"):
        hubrank.rank(tmp_path / "text.csv")
    two = book_of(tmp_path / "two.xlsx", [("First", "Second", *HEAD[1:]), *((row[0], *row) for row in FIGURES)])
    with pytest.raises(ScenarioError, match="⟦unit=Third: must be one of First, Second"):
        draft_of(two, unit="Third")


def test_ranks_are_those_of_english(bracketed, tmp_path):
    """No choice hangs on what a text says."""
    path = nameless(tmp_path)
    found = [unit.name for unit in hubrank.rank(path)]
    with speaking("en"):
        assert [unit.name for unit in hubrank.rank(path)] == found
