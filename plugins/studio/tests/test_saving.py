"""What is saved is what the page shows, and can be ranked elsewhere."""

import contextlib
import csv
import io
import shutil
import threading
import zipfile

import hubrank
import openpyxl
import pytest
from hubrank.cli.app import run
from hubrank.uncertainty import outcome
from hubrank_studio.document import Edit
from hubrank_studio.folder import Folder
from hubrank_studio.opening import begun
from hubrank_studio.saving import KINDS, disposition
from hubrank_studio.session import Session

#: What decides that two rankings are the same: of each unit.
SHOWN = ["unit", "rank", "low", "high", "joint_low", "joint_high", "score"]


def unzipped(reply, folder):
    """The files of a zip, in a folder."""
    zipfile.ZipFile(io.BytesIO(reply.body)).extractall(folder)
    return folder


def ranked(path):
    """The bytes of `ranking.csv` of a scenario or a run."""
    output = path.with_name("again")
    assert run(["rank", str(path), "--output", str(output), "--quiet"]) == 0
    return (output / "ranking.csv").read_bytes()


def shown(state):
    """Unit, rank and range of each row of the page."""
    result = state["result"]
    return list(zip(*(result[key] for key in ("codes", "ranks", "low", "high")), strict=True))


def in_table(content):
    """The same of a ranking's file."""
    rows = [*csv.reader(content.decode().splitlines())]
    at = [rows[0].index(name) for name in ("unit", "rank", "low", "high")]
    return [(row[at[0]], *(float(row[item]) for item in at[1:])) for row in rows[1:]]


def test_a_saved_run_is_ranked_elsewhere_to_the_same_bytes(studio, tmp_path):
    """After an edit, and asked for while ranges still grow: the file has them."""
    studio.edit("indicators", "income-eur", "weight", value=2)
    folder = unzipped(studio.ask("save/run"), tmp_path / "elsewhere")
    state = studio.settled()
    mine = (folder / "run" / "ranking.csv").read_bytes()
    assert in_table(mine) == shown(state)
    assert ranked(folder / "run") == mine
    assert ranked(folder / "scenario.toml") == mine
    assert (studio.session.folder.path / "run" / "ranking.csv").read_bytes() == mine


def test_a_saved_scenario_has_the_table_as_it_was_given_and_what_it_was_read_as(studio, towns, tmp_path):
    """And the text with its comments."""
    folder = unzipped(studio.ask("save/scenario"), tmp_path / "elsewhere")
    assert {item.name for item in folder.iterdir()} == {"scenario.toml", "data.csv", "units.csv", "original"}
    assert (folder / "original" / "towns.csv").read_bytes() == towns.read_bytes()
    assert (folder / "scenario.toml").read_text() == studio.session.step.toml
    assert in_table(ranked(folder / "scenario.toml")) == shown(studio.settled())


def test_files_are_named_after_the_title_in_any_script_and_no_folder(studio):
    """As RFC 6266 has it: an older program takes the plain name."""
    studio.edit("title", value='Städte/城市: "live"')
    said = studio.ask("save/markdown").headers["content-disposition"]
    named = "St%C3%A4dte-%E5%9F%8E%E5%B8%82_%20_live_.md"
    assert said == f"attachment; filename=\"St_dte-___ _live_.md\"; filename*=UTF-8''{named}"
    assert disposition("towns.md") == "attachment; filename=\"towns.md\"; filename*=UTF-8''towns.md"


def test_the_workbook_has_formulas_and_the_page_its_ranges(studio):
    """Both are written once the ranges are there."""
    book = openpyxl.load_workbook(io.BytesIO(studio.ask("save/workbook").body))
    formulas = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas
    assert [row[0].value for row in book["Ranking"].iter_rows(max_row=1)]
    page = studio.ask("save/report").body.decode()
    assert "Quality of life 2024" in page


def test_every_kind_is_saved_but_not_of_a_scenario_that_cannot_be_ranked(studio):
    """Its problems are told instead."""
    assert {kind: studio.ask(f"save/{kind}").status for kind in KINDS} == dict.fromkeys(KINDS, 200)
    studio.do("write", toml="title = ", base=1)
    refused = studio.ask("save/run")
    assert (refused.status, refused.json["problems"][0]["line"]) == (422, 1)
    assert studio.ask("save/other").status == 422


@pytest.mark.parametrize("folder", [None, "run"])
def test_a_folder_of_start_is_opened_as_it_is_with_its_questions(towns, serving, tmp_path, monkeypatch, folder):
    """Its run too, as long as the scenario beside it gives it."""
    monkeypatch.chdir(tmp_path)
    assert run(["start", str(towns), "made", "--yes", "--no-report", "--quiet"]) == 0
    made = tmp_path / "made"
    before = {item: item.read_bytes() for item in made.rglob("*") if item.is_file()}
    with serving(begun(str(made / folder if folder else made), None)) as studio:
        state = studio.settled()
        assert shown(state) == in_table(before[made / "run" / "ranking.csv"])
        chips = [item["assumed"] for chips in state["choices"]["of"].values() for item in chips]
        assert "direction.green-space" in {item.get("key") for item in chips}
        assert {item: item.read_bytes() for item in before} == before
        studio.do("answer", answers={"direction.green-space": "-1"})
        assert "direction = -1" in studio.session.step.toml


@pytest.mark.long
def test_a_run_without_the_scenario_that_it_is_of_gets_a_folder_of_its_own(towns, tmp_path, monkeypatch):
    """With the same bytes, and the run stays as it is."""
    monkeypatch.chdir(tmp_path)
    assert run(["start", str(towns), "made", "--yes", "--no-report", "--quiet"]) == 0
    mine = tmp_path / "mine.toml"
    mine.write_text('extends = "made/scenario.toml"\n[indicators.income-eur]\nweight = 2.0\n')
    assert run(["rank", str(mine), "--output", "doubled", "--quiet"]) == 0
    before = {item.name: item.read_bytes() for item in (tmp_path / "doubled").iterdir()}
    session = begun("doubled", None)
    session.settled()
    assert session.folder.path.name == "doubled-studio"
    assert in_table(before["ranking.csv"]) == [
        (row.unit, row.rank, row.low, row.high) for row in session.ranking.table().itertuples()
    ]
    assert {item.name: item.read_bytes() for item in (tmp_path / "doubled").iterdir()} == before
    session.edit([Edit(("indicators", "income-eur", "weight"), 1.0)])
    session.settled()
    assert ranked(session.folder.file) == (tmp_path / "made" / "run" / "ranking.csv").read_bytes()
    assert begun("doubled", None).step.number == 2
    with pytest.raises(hubrank.UsageError, match="another scenario"):
        begun("made/run", tmp_path / "doubled-studio")


def test_two_scenarios_beside_each_other_do_not_mix(towns, tmp_path, monkeypatch):
    """Neither their steps nor their runs; and a table does not replace those that others are of."""
    monkeypatch.chdir(tmp_path)
    assert run(["start", str(towns), "made", "--yes", "--no-report", "--quiet"]) == 0
    shutil.copy("made/scenario.toml", "made/other.toml")
    one, other = begun("made/scenario.toml", None), begun("made/other.toml", None)
    one.edit([Edit(("title",), "One")])
    other.edit([Edit(("title",), "Other")])
    other.undo()
    assert begun("made/scenario.toml", None).step.toml.count('title = "One"') == 1
    assert len(begun("made/other.toml", None).folder.steps()) == 2
    assert (one.folder.own("run").name, other.folder.own("run").name) == ("run", "other-run")
    tables = (tmp_path / "made" / "data.csv").read_bytes()
    with pytest.raises(hubrank.UsageError, match="lies here already"):
        other.take("more.csv", b"Town,Income\nAachen,1\nBonn,2\n")
    assert (tmp_path / "made" / "data.csv").read_bytes() == tables


@pytest.mark.long
def test_a_scenario_among_other_files_takes_along_those_that_it_names(towns, serving, tmp_path, monkeypatch):
    """Also the scenario that it extends and its tables, but nothing else; one outside its folder is an error."""
    monkeypatch.chdir(tmp_path)
    assert run(["start", str(towns), "made", "--yes", "--no-report", "--quiet"]) == 0
    (tmp_path / "private.txt").write_text("not for others")
    mine = tmp_path / "mine.toml"
    mine.write_text('extends = "made/scenario.toml"\n[indicators.income-eur]\nweight = 2.0\n')
    with serving(begun("mine.toml", None)) as studio:
        folder = unzipped(studio.ask("save/run"), tmp_path / "elsewhere")
        names = {item.relative_to(folder).as_posix() for item in folder.rglob("*") if "run" not in item.parts[-2]}
        assert names == {
            *("mine.toml", "made", "made/scenario.toml", "made/data.csv", "made/units.csv", "mine-run"),
        }
        mine_again = (folder / "mine-run" / "ranking.csv").read_bytes()
        assert in_table(mine_again) == shown(studio.settled())
        assert ranked(folder / "mine-run") == ranked(folder / "mine.toml") == mine_again
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "mine.toml").write_text('extends = "../made/scenario.toml"\n')
    with serving(begun("inner/mine.toml", None)) as studio:
        assert studio.settled()["problems"] == []
        assert "lies outside" in studio.ask("save/scenario").json["problems"][0]["what"]
        assert studio.ask("save/workbook").status == 200


def of_snippet(text, folder):
    """The ranking that lines of Python make, in a folder."""
    names = {}
    with contextlib.chdir(folder), contextlib.redirect_stdout(io.StringIO()):
        exec(compile(text, "saved.py", "exec"), names)  # noqa: S102  # it is what a user would do
    return names["ranking"]


@pytest.mark.long
def test_lines_of_python_give_the_same_ranking(studio, towns):
    """Of the table with its choices as arguments; of the scenario where they have none."""
    studio.edit("indicators", "income-eur", "weight", value=2)
    studio.edit("aggregation", "method", value="geometric")
    studio.edit("normalisation", "range", value=[1, 100])
    text = studio.ask("save/python").body.decode()
    assert "'towns.csv'" in text
    made = of_snippet(text, towns.parent)
    assert made.ranking.table()[SHOWN].equals(studio.session.settled().table()[SHOWN])
    studio.edit("selection", "at_least_share", value=0.9)
    text = studio.ask("save/python").body.decode()
    assert text.startswith("import hubrank\n\nranking = hubrank.rank('scenario.toml')")
    made = of_snippet(text, studio.session.folder.path)
    assert made.ranking.table()[SHOWN].equals(studio.session.settled().table()[SHOWN])


@pytest.mark.long
def test_an_installed_scenario_begins_with_its_name_and_is_weighed(serving, tmp_path):
    """Lines of Python say the same in short."""
    session = begun("global", tmp_path / "global")
    assert session.step.toml == 'extends = "global"\n'
    session.edit([Edit(("dimensions", "research", "weight"), 3.0)])
    with serving(session) as studio:
        text = studio.ask("save/python").body.decode()
        assert "    'global',\n    weights={'research': 3.0},\n" in text
        assert studio.ask("save/run").status == 200
    assert session.step.toml == 'extends = "global"\n\n[dimensions.research]\nweight = 3.0\n'
    plain = hubrank.rank("global", weights={"research": 3.0})
    assert plain.ranking.table()[SHOWN].equals(session.settled().table()[SHOWN])
    assert Session(Folder(path=tmp_path / "global")).step.number == 2


@pytest.mark.long
def test_a_file_is_saved_from_the_menu_by_keyboard_and_waits_for_the_ranges(studio, browser, monkeypatch):
    """The menu says what it waits for; Escape closes it."""
    ready = threading.Event()
    assess = outcome.assess
    monkeypatch.setattr(outcome, "assess", lambda *given, **more: (ready.wait(30), assess(*given, **more))[1])
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()
    page.goto(studio.address)
    page.wait_for_selector("#rows tbody th")
    studio.edit("title", value="Städte/城市")
    page.wait_for_selector("h1:has-text('城市')")
    page.focus("#save")
    page.keyboard.press("Enter")
    page.focus("[data-kind=markdown]")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
        page.wait_for_selector("#save-said:has-text('Waiting for the ranges')")
        ready.set()
    assert download.value.suggested_filename == "Städte-城市.md"
    assert "3 to 4" in download.value.path().read_text()
    page.keyboard.press("Escape")
    assert page.locator("#save:focus").count() == 1
    assert not page.locator("#save-said").is_visible()
    context.close()
