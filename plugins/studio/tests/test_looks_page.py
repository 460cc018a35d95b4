"""In the browser: problems are mended, choices told, units followed to their origin, and frames keep their view."""

import tomllib

import pytest

from .conftest import begun, served


@pytest.fixture
def page(visit, studio):
    """The studio's page with the towns, ranked."""
    studio.settled()
    return visit(studio)


def open_problems(page):
    """The problems, once they were found."""
    page.locator("#problems-panel > summary").click()
    page.wait_for_selector(".findings li")


#: With equal weights H G E F C D A B, without the wages H E G C F D A B.
ALIKE = """Town,Income,Wages,Green space
A,0,0.1,3
B,10,10,0
C,20,20.2,7
D,30,30,1
E,40,40.1,6.5
F,50,50,2
G,60,60.2,4
H,70,70,5
"""


@pytest.mark.long
def test_a_problem_is_mended_at_a_click_and_what_that_did_is_a_click_away(visit, tmp_path):
    """The sentence counts the ranks that changed; undo brings the finding back."""
    table = tmp_path / "alike.csv"
    table.write_text(ALIKE, encoding="utf-8")
    with served(begun(str(table), tmp_path / "work")) as studio:
        studio.settled()
        page = visit(studio)
        open_problems(page)
        page.get_by_role("button", name="Drop Wages").click()
        done = page.locator(".mended")
        done.wait_for()
        assert "Done: Drop Wages." in done.inner_text()
        assert tomllib.loads(studio.session.folder.file.read_text())["exclude"] == ["wages"]
        done.get_by_role("button", name="What did it do?").click()
        sentence = page.locator("#effect .sentence")
        sentence.wait_for()
        assert sentence.inner_text().startswith(
            "4 of 8 ranks changed, 2 beyond the ranges that they had: E 3 → 2, G 2 → 3"
        )
        page.get_by_role("button", name="Why did the rank of E change?").click()
        why = "() => document.querySelector('#effect tbody').innerText.includes('tree')"
        page.wait_for_function(why)
        done.get_by_role("button", name="Undo").click()
        page.get_by_role("button", name="Drop Wages").wait_for()


@pytest.mark.long
def test_no_remedy_without_evidence(page):
    """Four towns are too few for an interval of a correlation, so that nothing is to be dropped for one."""
    open_problems(page)
    assert "carry almost the same information" in page.locator("#problems").inner_text()
    assert page.get_by_role("button", name="Drop Unemployment").count() == 0


@pytest.mark.long
def test_a_finding_is_set_aside_by_the_keyboard_and_taken_up_again(page, studio):
    """With the reason typed; the history tells it."""
    open_problems(page)
    page.locator("[id='consistency: all aside']").press("Enter")
    page.keyboard.type("three towns are too few")
    page.keyboard.press("Enter")
    page.locator("#problems-aside summary").press("Enter")
    assert "Reason: three towns are too few" in page.locator("#problems-aside").inner_text()
    assert "three towns are too few" in page.locator("#history").text_content()
    page.get_by_role("button", name="Take up again").press("Enter")
    page.locator("#problems-aside").wait_for(state="detached")
    assert page.locator("#problems").get_by_text("do not measure a single concept").is_visible()


@pytest.mark.long
def test_a_unit_is_dragged_to_a_rank_and_followed_to_its_row(page):
    """The answer is that of whatif (README's how-to): what it takes in words; each value leads to its line."""
    page.drag_and_drop("tr[data-code=Celle]", "tr[data-code=Bonn]")
    page.wait_for_selector("#unit-reach .sentence")
    assert page.locator("#unit h2").inner_text() == "Celle"
    assert page.locator("#unit-rank").input_value() == "1"
    assert "from rank 2 to rank 1" in page.locator("#unit-reach").inner_text()
    page.get_by_role("button", name="Rows behind Income (EUR)").click()
    page.get_by_text("towns.csv, towns, row 5:").wait_for()
    page.select_option("#unit-against", "Bonn")
    page.wait_for_function("() => document.querySelector('#unit').innerText.includes('against Bonn')")
    assert page.get_by_text("towns.csv, towns, row 5:").is_visible()
    button = page.locator("#unit").get_by_role("button", name="Values of Income (EUR)")
    button.click()
    page.locator("#spread figure").nth(2).wait_for()
    page.keyboard.press("Escape")
    assert page.locator("#spread").is_hidden()
    assert button.evaluate("each => each === document.activeElement")
    page.locator("#unit-rank").fill("4")
    page.locator("#unit-rank").press("Enter")
    page.get_by_text("it has already reached this rank").wait_for()


@pytest.mark.long
def test_steps_are_compared_as_columns(page, studio):
    """Named ones all at once, the first with its ranges; an answer is in the table of the others."""
    studio.do("name", step=1, name="equal")
    studio.edit("indicators", "income-eur", "weight", value=4)
    studio.do("name", step=2, name="income first")
    page.reload()
    page.wait_for_function("() => !document.querySelector('#tab-effect').hidden")
    page.locator("#tab-effect").click()
    page.get_by_role("button", name="Compare the named steps").click()
    page.wait_for_function("() => document.querySelectorAll('#effect tbody tr').length === 3")
    heads = page.locator("#effect thead th").all_inner_texts()
    assert heads == ["unit", "1 equal", "range", "2 income first"]
    assert page.locator("#history .small").count() == 1  # each step but the first says what it did
    rows = page.locator("#effect tbody tr").all_inner_texts()
    assert [row.replace("\t", " ").split(" Why")[0] for row in rows] == [
        "Aachen 4 3 to 4 2 ▲ 2",
        "Celle 2 2 3 ▼ 1",
        "Dessau 3 3 to 4 4 (▼ 1)",
    ]


@pytest.mark.long
def test_a_frame_keeps_its_view_when_the_ranking_changes(page, studio):
    """The section, the pinned unit and the chosen axes; there is always a frame to see, and it says if it is older."""
    page.locator("#tab-views").click()
    page.wait_for_selector("#frame")
    assert page.locator("#frame-map").is_hidden()  # towns have no places
    page.locator("#frame-figures").click()
    inside = page.frame_locator("#frame")
    inside.locator("#scatter circle").first.wait_for()
    inside.locator("#scatter-y").select_option(label="Unemployment, score")
    inside.locator("#scatter circle").first.click()
    inside.locator("#scatter circle[data-selected='0']").wait_for()
    page.wait_for_timeout(500)
    page.evaluate(
        "() => { window.gone = 0; setInterval(() => { if (!document.querySelector('#frame')) window.gone += 1; }, 5); }"
    )
    old = page.locator("#frame").get_attribute("src")
    studio.edit("indicators", "income-eur", "weight", value=4)
    page.wait_for_function("() => document.querySelector('#frame-note').innerText.includes('still step 1')")
    page.wait_for_function("old => document.querySelector('#frame').src !== old", arg=old)
    assert inside.locator("#scatter-y option:checked").inner_text() == "Unemployment, score"
    assert inside.locator("#scatter circle[data-selected='0']").count() == 1
    assert page.locator("#frame-note").inner_text() == ""
    assert page.evaluate("window.gone") == 0


@pytest.mark.long
def test_reload_and_back_keep_what_was_open(page):
    """The tab, the unit and the section in it, and the panels."""
    page.locator("#chips-panel > summary").click()
    page.get_by_role("button", name="Celle").click()
    page.locator("#unit h2").wait_for()
    page.locator("#tab-views").click()
    page.locator("#frame-uncertainty").click()
    page.reload()
    page.locator("#frame-uncertainty[aria-pressed=true]").wait_for()
    assert page.locator("#chips-panel").get_attribute("open") is not None
    page.locator("#frame").wait_for()
    assert not page.locator("#frame-editions").is_visible()  # there is one only
    page.go_back()  # the section that is shown first
    page.go_back()
    page.locator("#unit h2").wait_for()
    assert page.locator("#unit h2").inner_text() == "Celle"
    page.reload()
    page.locator("#unit h2").wait_for()
    page.go_back()
    page.locator("#rows tbody button").first.wait_for()


@pytest.mark.long
def test_a_name_of_one_long_word_widens_no_page(page, studio):
    """On a phone: the ranking, the unit, and the panels."""
    table = f"Town,{'i' * 200},Sun\n{'L' * 200},3,4\nRoma,1,9\nLima,2,5\n"
    studio.ask("table?name=long.csv", table.encode(), "PUT")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{studio.address}#unit={'L' * 200}")
    page.reload()
    page.locator("#unit h2").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.locator("#panels-toggle").click()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
