"""`hubrank.rank` of a file in Python reads it as `hubrank start FILE --yes` does."""

import hubrank
import pandas as pd
import pytest
from hubrank.plugin import HubrankError, ScenarioError, UsageError

from .conftest import SCORES
from .test_questions import UNTURNED, nameless
from .test_workbooks import WAYS, panel, titled, with_other_columns


@pytest.mark.parametrize("way", list(WAYS)[:2], ids=lambda way: way.__name__)
def test_a_way_ranks_as_on_the_command_line(tmp_path, way):
    """The scores of `test_workbooks.py`, best first."""
    ranked = hubrank.rank(way(tmp_path))
    found = {unit.name: round(unit.score, 2) for unit in ranked}

    assert found == WAYS[way]
    assert list(found) == list(WAYS[way])


def test_assumptions_are_reported(tmp_path):
    """What was seen in the file, with its reason; what only the user can know comes first."""
    ranked = hubrank.rank(with_other_columns(tmp_path))
    told = [str(each) for each in ranked.scenario.assumed]

    assert "columns not used: Rank (a rank is an earlier result)" in told
    assert "Score as an indicator: assumed: no (an earlier result is not a measurement) - please check" in told
    assert "Score as an indicator: no" in repr(ranked)


def test_choices_are_laid_over_the_file(tmp_path):
    """As with a table of pandas: the weights and directions by name, here mortality with all of the weight."""
    ranked = hubrank.rank(titled(tmp_path), title="Mine", weights={"Life expectancy": 0, "Literacy": 0})
    other = hubrank.rank(nameless(tmp_path))

    assert ranked.ranking.title == "Mine"
    assert {unit.name: unit.score for unit in ranked}["Celand"] == 100  # the least mortality
    assert {unit.name: round(unit.score, 2) for unit in other} == UNTURNED
    assert {unit.name: round(unit.score, 2) for unit in other.with_(direction={"x2": -1})} == SCORES


def test_editions_of_a_panel(tmp_path):
    """A column of years gives an edition a year, as a table of pandas does."""
    assert hubrank.rank(panel(tmp_path)).editions == (2019, 2020)
    assert hubrank.rank(panel(tmp_path), year=2020).editions == (2020,)


def test_what_is_not_read(tmp_path):
    """A page of HTML is no table; a workbook of the COIN Tool is the command import's."""
    import openpyxl

    (tmp_path / "page.html").write_text("<table>")
    with pytest.raises(UsageError, match=r"page\.html: this file type is not supported; supported:"):
        hubrank.rank(tmp_path / "page.html")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(ScenarioError, match="empty"):
        hubrank.rank(tmp_path / "empty.csv")
    book = openpyxl.Workbook()
    book.active.title = "Database"
    book.create_sheet("Framework")["D4"] = "Dimension/indicator"
    book.save(tmp_path / "tool.xlsx")
    with pytest.raises(ScenarioError, match="is a file of the COIN Tool; hubrank import coin-tool"):
        hubrank.rank(tmp_path / "tool.xlsx")


def test_errors_are_found_beside_the_indicators_that_are_named():
    """Columns of errors may be named where `indicators` names the figures alone; a slip is one error."""
    frame = pd.DataFrame({"unit": list("abc"), "x0": [10, 9, 8], "x0_se": 1, "x1": [5, 7, 6], "x1_se": [0.5, 0.4, 0.6]})
    doubt = {"x0": {"standard_error": "x0_se"}, "x1": {"standard_error": "x1_se"}}
    made = hubrank.draft(frame, indicators=["x0", "x1"], doubt={"error": doubt})
    assert [item.key for item in made.indicators] == ["x0", "x1"]
    with pytest.raises(HubrankError) as error:
        hubrank.draft(frame, indicators=["x0", "x9"])
    assert error.value.__suppress_context__ or error.value.__context__ is None
