"""What a person relies on: each change ranks at once, and nothing that was done is lost."""

import io
import shutil
import threading

import pandas as pd
import pytest
from hubrank.cli.app import run
from hubrank.plugin import ScenarioError
from hubrank_studio import session, shown
from hubrank_studio.document import Edit
from hubrank_studio.folder import Folder, file_name
from hubrank_studio.opening import begun
from hubrank_studio.session import Session

#: The ranks and ranges of the towns, as `hubrank start` prints them in README.
RANKED = {"Bonn": (1, 1, 1), "Celle": (2, 2, 2), "Dessau": (3, 3, 4), "Aachen": (4, 3, 4)}
#: An edit, as a page says it.
WEIGHT = {"path": ["indicators", "income-eur", "weight"], "value": 2}


def ranked(state):
    """Rank and range of each unit."""
    result = state["result"]
    return dict(zip(result["names"], zip(result["ranks"], result["low"], result["high"], strict=True), strict=True))


def test_a_table_is_ranked_at_once_and_as_the_command_line_ranks_it(studio, capsys):
    """The file that the studio keeps gives the same."""
    assert ranked(studio.settled()) == RANKED
    assert run(["rank", str(studio.session.folder.file), "--format", "csv"]) == 0
    rows = pd.read_csv(io.StringIO(capsys.readouterr().out))
    bounds = zip(rows["rank"], rows["low"], rows["high"], strict=True)
    assert dict(zip(rows["name"], bounds, strict=True)) == RANKED


def test_a_weight_counts_and_is_undone_and_done_again(studio):
    """In the ranking and in the file."""
    before = studio.settled()
    studio.edit("indicators", "income-eur", "weight", value=2)
    after = studio.settled()
    assert {ranked(after)[town][1:] for town in ("Celle", "Aachen")} == {(2, 3)}  # as README says
    assert "weight = 2\n" in studio.session.folder.file.read_text()
    undone = studio.do("undo")
    assert undone["step"] == before["step"]
    assert undone["toml"] == before["toml"] == studio.session.folder.file.read_text()
    assert studio.do("redo")["toml"] == after["toml"]


def test_a_state_is_of_one_step_whatever_is_done_while_it_is_read(studio, monkeypatch):
    """Its number, text, tree and weights."""
    studio.settled()
    held, read = studio.session, studio.session.reading
    other = threading.Thread(target=held.edit, args=([Edit.of(WEIGHT)],))

    def disturbed():
        monkeypatch.undo()
        found = read()
        other.start()
        other.join(0.3)
        return found

    monkeypatch.setattr(held, "reading", disturbed)
    state = shown.state(held, {})
    other.join()
    (dimension,) = state["tree"]["members"]
    assert (state["step"], len(state["history"])) == (1, 1)
    assert "weight = 2" not in state["toml"]
    assert [member["weight"] for member in dimension["members"]] == [1, 1, 1]


def test_an_undone_step_stays_when_another_one_is_made(studio):
    """History is a tree: no step is overwritten."""
    studio.edit("indicators", "income-eur", "weight", value=2)
    studio.do("undo")
    state = studio.edit("indicators", "income-eur", "weight", value=3)
    assert [item["before"] for item in state["history"]] == [0, 1, 1]
    assert "weight = 2\n" in studio.do("go", step=2)["toml"]


def test_a_wrong_text_is_kept_and_the_ranking_before_it_shown(studio):
    """What was typed is not lost, and neither is the way back."""
    state = studio.do("write", toml="title = ", base=1)
    assert state["problems"][0]["line"] == 1
    assert (state["step"], state["ranked"]) == (2, 1)
    assert state["result"]["names"] == ["Bonn", "Celle", "Dessau", "Aachen"]
    again = Session(Folder(path=studio.session.folder.path))
    assert again.step.toml == "title = "
    again.undo()
    assert again.ranking is not None


def test_two_tabs_do_not_overwrite_each_other(studio):
    """A text begun at an older step is not saved over a newer one."""
    studio.edit("indicators", "income-eur", "weight", value=2)
    refused = studio.ask("do", {"do": "write", "toml": "title = 'x'", "base": 1})
    assert refused.status == 409
    assert "weight = 2\n" in studio.session.folder.file.read_text()


def test_what_another_program_wrote_is_a_step(studio):
    """The file can be edited beside the page."""
    file = studio.session.folder.file
    file.write_text(file.read_text().replace('title = "Quality of life"', 'title = "Our towns"'))
    studio.session.look()
    state = studio.settled()
    assert state["result"]["title"] == "Our towns"
    assert state["history"][-1]["what"]["key"] == "step.outside"


def test_an_answer_keeps_what_the_author_changed(studio):
    """The table is read anew; weights and remarks stay."""
    studio.edit("indicators", "income-eur", "weight", value=2)
    toml = studio.ask("state").json["toml"].replace("assumed = [", 'assumed = [\n    "ours: by hand",')
    studio.do("write", toml=toml + "# our own remark\n", base=2)
    state = studio.do("answer", answers={"direction.Green space": "-1"})
    assert "# our own remark" in state["toml"]
    assert '"ours: by hand"' in state["toml"]
    assert "weight = 2\n" in state["toml"]
    assert state["tree"]["members"][0]["members"][2]["direction"] == -1
    back = studio.do("answer", answers={"direction.Green space": None})
    assert back["tree"]["members"][0]["members"][2]["direction"] == 1


def test_a_folder_is_opened_as_it_was_left(studio, tmp_path):
    """With all its steps, the undone ones too."""
    studio.edit("indicators", "income-eur", "weight", value=2)
    studio.do("undo")
    left = studio.settled()
    moved = shutil.copytree(studio.session.folder.path, tmp_path / "elsewhere")
    again = Session(Folder(path=moved))
    assert again.step.number == left["step"]
    again.redo()
    assert "weight = 2\n" in again.step.toml


def test_names_of_files_stay_in_the_folder():
    """Of any system, in any script."""
    assert file_name("../../etc/passwd") == "passwd"
    assert file_name(r"C:\Users\me\Tab:le?.csv") == "Tab_le_.csv"
    assert file_name(".bashrc") == "bashrc"
    assert file_name("") == file_name("..") == "_"
    assert file_name("CON.csv") == "_CON.csv"
    assert file_name("城市.xlsx") == "城市.xlsx"


def test_draws_that_break_end_with_a_reason(studio, monkeypatch):
    """The page says so, instead of waiting for ever."""
    studio.settled()

    def broken(*_, **how):
        if how.get("ranges", True):
            raise ZeroDivisionError
        return ranks(*_, **how)

    ranks = session.rank_with_intervals
    monkeypatch.setattr(session, "rank_with_intervals", broken)
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    studio.edit("indicators", "income-eur", "weight", value=2)
    state = studio.settled()
    assert state["problems"][0]["what"] == "the studio failed (ZeroDivisionError)"
    assert not state["result"]["growing"]


def test_a_table_that_changed_since_is_read_again_as_a_step(towns):
    """The page that opens is of the table that was named; a wrong one leaves no folder."""
    work = towns.parent / "work"
    begun(str(towns), work)
    assert [step["number"] for step in begun(str(towns), work).folder.steps()] == [1]
    towns.write_text(towns.read_text().replace("24.300,0", "14.300,0"))
    session = begun(str(towns), work)
    assert session.step.what == {"key": "step.table", "values": {"file": "towns-2.csv"}}
    assert session.ranking.ranks[-1].tolist() != [4.0, 1.0, 2.0, 3.0]
    towns.write_text("nothing")
    with pytest.raises(ScenarioError, match="no table was found"):
        begun(str(towns), towns.parent / "other")
    assert not (towns.parent / "other").exists()


def test_names_are_sent_once_and_anew_with_another_table(studio):
    """A page that says which it has gets the order alone, as it does after an undo."""
    first = studio.settled()["result"]
    again = studio.ask(f"do?named={first['named']['key']}", {"do": "edit", "edits": [WEIGHT]}).json["result"]
    assert again["named"] == {"key": first["named"]["key"]}
    assert sorted(again["order"]) == [0, 1, 2, 3]
    assert first["names"] == [first["named"]["names"][unit] for unit in first["order"]]
    table = b"Town,Income,Green\nAyr,1,2\nBath,2,1\nCork,3,4\n"
    other = studio.ask(f"table?name=t.csv&named={first['named']['key']}", table, "PUT").json["result"]
    assert other["named"]["names"] == ["Ayr", "Bath", "Cork"]
