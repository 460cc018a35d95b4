"""The table as the page shows it, answers about it that last, and files that are no table."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hubrank_output.interchange import coinr_export
from hubrank_start.desk import Desk
from hubrank_start.tables import read_with, sheets_of
from hubrank_studio.folder import Folder
from hubrank_studio.session import Session

PEOPLE = Path(__file__).parents[2] / "start" / "tests" / "people"


def book(path, **sheets):
    """A workbook of sheets by name."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path.read_bytes()


def take(running, name, content):
    """Give a table, as the page does."""
    return running.ask(f"table?name={name}", content, method="PUT")


def reading(running, **query):
    """The table as it is shown."""
    return running.ask("view/reading?" + "&".join(f"{key}={value}" for key, value in query.items())).json


def test_the_cells_are_shown_with_what_they_are(studio):
    """Four towns below a title: each row and column with its role, cells as they were written."""
    table = reading(studio)

    assert [item["kind"] for item in table["columns"]] == ["unit", "indicator", "indicator", "indicator"]
    assert [item["kind"] for item in table["rows"]] == ["title", "head", "", "", "", ""]
    assert table["rows"][3]["cells"] == ["Bonn", "24.300,0", "5,8%", "42*"]
    assert table["rows"][3]["name"] == "Bonn"


@pytest.mark.long
def test_a_long_table_is_shown_in_parts(empty):
    """Of a head and 450 units the part from row 401 has the last 51; one cell is cut, and no more is sent."""
    rows = [f"Place {at},{at % 7},{at % 11}" for at in range(450)]
    take(empty, "long.csv", "\n".join(["Place,Jobs,Shops", *rows]).encode())
    table = reading(empty, **{"from": 400})

    assert (table["count"], table["first"], len(table["rows"])) == (451, 400, 51)
    assert table["rows"][-1]["cells"] == ["Place 449", "1", "9"]
    assert reading(empty, **{"from": "9" * 30})["first"] == 0


def test_a_sheet_is_chosen_and_its_answers_wait(empty, tmp_path):
    """An answer about one sheet is passed over on another, and holds again on the first."""
    first = [["Town", "x1", "x2"], ["Ash", 1, 5], ["Bex", 2, 3], ["Cob", 3, 1]]
    second = [["Firm", "y1"], ["Dow", 4], ["Eli", 6]]
    take(empty, "two.xlsx", book(tmp_path / "two.xlsx", Towns=first, Firms=second))
    empty.do("answer", answers={"direction.x2": "-1", "use.x1": "no"})
    moved = empty.do("answer", answers={"sheet": "Firms"})

    assert sorted(moved["result"]["names"]) == ["Dow", "Eli"]
    assert [item["read"] for item in reading(empty)["sheets"]] == [False, True]
    back = empty.do("answer", answers={"sheet": None})
    answered = {item["key"]: item["answer"] for item in back["questions"]}
    assert answered == {"use.x1": "no", "direction.x2": "-1"}
    assert back["result"]["names"] == ["Cob", "Bex", "Ash"]


def test_an_answer_that_does_not_fit_changes_nothing(studio):
    """It is refused with its reason, and the step stays."""
    before = studio.ask("state").json
    reply = studio.ask("do", {"do": "answer", "answers": {"use.Town": "yes"}})

    assert reply.status == 422
    assert "the column holds no numbers" in reply.json["problems"][0]["what"]
    assert studio.ask("state").json["step"] == before["step"]


def test_questions_keep_their_order_and_come_with_figures(empty):
    """What is answered stays where it was, can be taken back, and is there after a restart."""
    take(empty, "x.csv", b"Town,x1,x2,x3\nAsh,1,5,3\nBex,2,3,4\nCob,3,1,9\n")
    asked = empty.ask("state").json["questions"]
    empty.do("answer", answers={"direction.x2": "-1"})
    again = Session(Folder(path=empty.session.folder.path)).reading()

    assert [item["key"] for item in asked] == ["direction.x1", "direction.x2", "direction.x3"]
    assert asked[1]["figures"] == ["x2: Ash 5, Bex 3, Cob 1", "from 1 (Cob) to 5 (Ash)"]
    assert [item.key for item in again.desk.questions] == [item["key"] for item in asked]
    assert [item.key for item in again.desk.asked] == ["direction.x1", "direction.x3"]
    back = empty.do("answer", answers={"direction.x2": None})
    assert [item["answer"] for item in back["questions"]] == [None, None, None]


@pytest.mark.long
def test_answers_one_by_one_read_as_all_at_once(empty, tmp_path):
    """What is kept of an earlier reading changes nothing: the scenario is that of `start` with all answers."""
    path = tmp_path / "x.csv"
    path.write_text("Town,x1,x2,x3\nAsh,1,5,3\nBex,2,3,4\nCob,3,1,9\nDow,4,4,4\n", encoding="utf-8")
    take(empty, path.name, path.read_bytes())
    answers = {"direction.x2": "-1", "row.Dow": "no", "weights.x2": "3", "use.x1": "no", "direction.x3": "-1"}
    for key, value in answers.items():
        empty.do("answer", answers={key: value})
    sheets = {path.name: sheets_of(path, Desk(answers={}))}

    assert empty.session.step.answers == answers
    assert empty.session.step.toml == read_with(sheets, path.name, Desk(answers=answers)).draft.toml()


def packed(**names):
    """An archive of files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in names.items():
            archive.writestr(name, text)
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("report.pdf", b"%PDF-1.7\n\xe2\xe3", "this file type is not supported"),
        ("report.csv", b"%PDF-1.7\n\xe2\xe3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", "no table was found"),
        ("letter.txt", b"Dear all,\nplease find the report.\n", "no table was found"),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "is locked by a password"),
        ("letter.xlsx", packed(document="x"), "is not a workbook that can be read"),
        ("bomb.xlsx", packed(sheet=bytes(25_000_000)), "times as large or more when it is unpacked"),
        ("empty.csv", b"", "is empty"),
    ],
)
def test_a_file_that_is_no_table_loses_nothing(studio, name, content, said):
    """One sentence names the file and says what is wrong; the ranking, the step and the tables that were given stay."""
    before = studio.ask("state").json
    reply = take(studio, name, content)
    (problem,) = reply.json["problems"]

    assert reply.status == 422
    assert said in problem["what"]
    assert name in f"{problem['where']}: {problem['what']}"
    after = studio.ask("state").json
    assert (after["step"], after["result"]["names"]) == (before["step"], before["result"]["names"])
    assert studio.session.folder.originals() == {"towns.csv"}


def test_a_file_of_coinr_is_imported(studio, tmp_path):
    """An archive that the ranking was exported to is the same ranking again; it asks nothing, and undo leaves it."""
    before = studio.ask("state").json["result"]
    coinr_export.write(studio.session.ranking, tmp_path / "towns.coinr.zip")
    state = take(studio, "towns.coinr.zip", (tmp_path / "towns.coinr.zip").read_bytes()).json

    assert (state["result"]["names"], state["result"]["ranks"]) == (before["names"], before["ranks"])
    assert state["questions"] == []
    assert reading(studio) == {"sheets": [], "tool": True}
    assert studio.do("undo")["result"]["names"] == before["names"]
