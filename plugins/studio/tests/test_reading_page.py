"""In the browser: what was understood of a table is on its cells, corrected there by mouse and by keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest

PEOPLE = Path(__file__).parents[2] / "start" / "tests" / "people"
TOWNS = """A list;;;
Code;Place;Since;Worth
Town;Income;Stichtag;Crime
Aachen;215;2019;6,9
Bonn;243;2020;5,8
Celle;199;2021;4
Dessau;178;2022;7,6
Average;208;2022;6,8
"""
HOSTILE = "<img src=x onerror=document.body.remove()>"


class Page:
    """The studio's page in a browser, with the Table tab open."""

    def __init__(self, visit, running, width=1280):
        self.running = running
        self.tab = visit(running, viewport={"width": width, "height": 900})

    def open(self):
        """Look at the table."""
        self.tab.click("#tab-reading")
        self.tab.wait_for_selector("#cells")

    def mark(self, place):
        """The button of a column by its letter's position, or of a row by its number."""
        return self.tab.locator(f"#{place}")

    def choose(self, place, way, then):
        """Choose a way in the menu of a row or a column; its button then says something else."""
        self.mark(place).click()
        self.tab.get_by_role("menuitem", name=way).click()
        self.says(place, then)

    def says(self, place, text):
        """Wait until a row or a column is said to be something."""
        self.mark(place).filter(has_text=text).wait_for()

    def names(self):
        """The units that are ranked, by name."""
        return sorted(self.running.ask("state").json["result"]["names"])

    def indicators(self):
        """The indicators that count."""
        return [item.column for item in self.running.session.reading().draft.indicators]


@pytest.fixture
def opened(visit, empty):
    """The function that opens a page on a table."""

    def begin(name, content, **more):
        assert empty.ask(f"table?name={name}", content, method="PUT").status == 200
        page = Page(visit, empty, **more)
        page.open()
        return page

    return begin


@pytest.mark.long
def test_a_workbook_is_corrected(opened):
    """Hidden cells are read, groups left out and taken back, a total counted, and a constant column stays out."""
    path = PEOPLE / "mixed-workbook-with-helpers" / "towns_final_v3.xlsx"
    page = opened("towns.xlsx", path.read_bytes())
    page.says("column-6", "left out: all units have the same value")
    page.says("row-9", "left out: totals and groups, not units")

    page.choose("column-1", "Leave this column out", "left out: your answer")
    page.choose("column-1", "Take my answer back", "groups")
    page.choose("row-9", "Count as a unit: Average", "9")
    page.tab.locator("#row-9 .kind").wait_for(state="detached")
    assert page.names() == ["Ashby", "Average", "Bexley", "Colby", "Derby"]
    page.choose("row-7", "Leave out: Colby", "left out: your answer")
    assert "Colby" not in page.names()
    page.choose("row-5", "Read hidden rows and columns", "5")
    page.says("column-5", "indicator")
    assert "TEMPLATE" in page.names()
    page.tab.select_option("#table-hidden", "leave out")
    page.says("column-5", "left out: hidden")
    page.tab.select_option("#sheet", "Weights")
    page.says("column-1", "weights")
    for _ in page.running.session.folder.steps():
        page.running.do("undo")
    assert page.names() == ["Ashby", "Bexley", "Colby", "Derby"]


@pytest.mark.long
def test_a_column_gets_each_role_by_the_keyboard(opened):
    """The year becomes an indicator, a group, the units and nothing; another row has the names."""
    page = opened("towns.csv", TOWNS.encode())

    def choose(place, way, then):
        page.mark(place).focus()
        page.tab.keyboard.press("Enter")
        items = page.tab.get_by_role("menuitem")
        at = items.all_inner_texts().index(way)
        for _ in range(at):
            page.tab.keyboard.press("ArrowDown")
        page.tab.keyboard.press("Enter")
        page.says(place, then)
        assert page.tab.evaluate("() => document.activeElement.id") == place

    page.says("column-2", "year")
    choose("column-2", "This is an indicator", "indicator")
    assert page.indicators() == ["Income", "Stichtag", "Crime"]
    choose("column-2", "These are groups of units", "groups")
    assert page.running.session.reading().looked.groups == ["Stichtag"]
    choose("column-2", "This column names the units", "units")
    assert page.names() == ["2019", "2020", "2021", "2022"]
    choose("column-2", "Take my answer back", "year")
    choose("column-2", "Leave this column out", "left out")
    choose("column-2", "This is the year", "year")
    choose("row-2", "This row has the names of the columns", "names of columns")
    assert page.indicators() == ["Place", "Since", "Worth"]
    choose("row-2", "Find the row of names automatically", "headings")
    assert page.indicators() == ["Income", "Crime"]
    page.tab.locator("#cells").focus()
    for key in ("Tab", "End", "ArrowLeft", "Home", "Enter"):
        page.tab.keyboard.press(key)
    page.tab.locator("#mark-menu").filter(has_text="Town – units").wait_for()
    page.tab.keyboard.press("Escape")
    page.tab.locator("#mark-menu:popover-open").wait_for(state="detached")
    assert page.tab.evaluate("() => document.activeElement.id") == "column-0"


@pytest.mark.long
def test_the_whole_table_is_read_in_another_way(opened):
    """1,234 is 1.234 and a letter another one, as chosen beside the table; what cannot be so changes nothing."""
    content = "Kreis;Ärzte;Betten\nGörlitz;1,234;2,500\nKöln;2,345;1,250\nMünster;3,456;9,750\n".encode("cp1252")
    page = opened("kreise.csv", content)
    page.tab.select_option("#table-comma", "thousands")
    page.tab.wait_for_selector("#undo:enabled")
    assert page.running.session.reading().looked.frame["Ärzte"].tolist() == [1234, 2345, 3456]
    page.tab.select_option("#table-encoding", "cp1250")
    page.tab.get_by_role("cell", name="Görlitz").wait_for()
    page.tab.wait_for_function("() => document.querySelector('#table-encoding').value === 'cp1250'")
    page.tab.select_option("#table-encoding", "utf-8")
    page.tab.locator("#failed li").filter(has_text="is not utf-8").wait_for()
    page.tab.wait_for_function("() => document.querySelector('#table-encoding').value === 'cp1250'")
    page.mark("column-0").click()
    page.tab.get_by_role("menuitem", name="This is an indicator").click()
    page.tab.locator("#failed li").filter(has_text="the column holds no numbers").wait_for()
    page.says("column-0", "units")


@pytest.mark.long
def test_questions_are_asked_one_at_a_time(opened):
    """Skipped, gone back to, answered, listed, taken back; the rest take the defaults, and a reload keeps them."""
    page = opened("x.csv", b"Town,x1,x2,x3\nAsh,1,5,3\nBex,2,3,4\nCob,3,1,9\n")
    tab, count = page.tab, page.tab.locator("#questions-count")

    def asked(text):
        tab.locator("#question-text").filter(has_text=text).wait_for()

    asked("direction of x1")
    assert count.inner_text() == "3 open"
    assert "Ash 1, Bex 2, Cob 3" in tab.locator("#questions .figures").inner_text()
    tab.click("#question-skip")
    asked("direction of x2")
    tab.get_by_role("button", name="lower is better", exact=True).click()
    asked("direction of x3")
    assert count.inner_text() == "2 open"
    tab.click("#question-back")
    assert tab.get_by_role("button", name="lower is better", exact=True).get_attribute("aria-pressed") == "true"
    tab.click("#question-table")
    tab.locator("#column-2:focus").wait_for()
    tab.click("#questions-all summary")
    assert tab.locator("#questions-all li.answered").all_inner_texts() == [
        "direction of x2: is higher better? ✓ lower is better"
    ]
    tab.reload()
    asked("direction of x1")
    tab.click("#question-defaults")
    count.filter(has_text="all answered").wait_for()
    assert page.running.session.step.answers == {"direction.x2": "-1", "direction.x1": "1", "direction.x3": "1"}
    tab.click("#question-free")
    count.filter(has_text="1 open").wait_for()


@pytest.mark.long
@pytest.mark.parametrize("width", [360, 1280])
def test_hostile_names_and_narrow_screens(opened, width):
    """Markup in a name is shown as text everywhere, and the page is no wider than the screen."""
    lines = [f"{HOSTILE},x", f"{HOSTILE},1", "Bex,2", "Cob,3"]
    page = opened("h.csv", "\n".join(lines).encode(), width=width)
    page.mark("column-0").click()

    assert page.tab.locator("#mark-menu").inner_text().startswith(HOSTILE)
    assert page.tab.locator("img").count() == 0
    assert page.tab.evaluate("() => document.documentElement.scrollWidth") <= width


@pytest.mark.long
def test_a_wrong_file_is_told_and_a_paste_is_ranked(visit, empty):
    """A PDF leaves what was pasted; cells from a spreadsheet are then ranked, and another paste begins anew."""
    page = Page(visit, empty)
    page.tab.fill("#paste", "Town\tIncome\tCrime\nAachen\t215\t6.9\nBonn\t243\t5.8\nCelle\t199\t4.0")
    page.tab.set_input_files("#file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"})
    page.tab.locator("#failed li").filter(has_text="a.pdf: this file type is not supported").wait_for()
    page.tab.get_by_role("button", name="Rank these cells").click()
    page.open()
    assert page.names() == ["Aachen", "Bonn", "Celle"]
    page.tab.locator("#reading summary").filter(has_text="Paste another table").click()
    page.tab.fill("#paste-other", "Firm\tProfit\nDow\t4\nEli\t6")
    page.tab.locator("#reading").get_by_role("button", name="Rank these cells").click()
    page.tab.get_by_role("cell", name="Dow").wait_for()
    assert page.names() == ["Dow", "Eli"]
