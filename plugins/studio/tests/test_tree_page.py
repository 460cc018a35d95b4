"""The tree and the chips in a browser: by pointer and by keyboard, and nothing typed is lost."""

import pytest
import tomli

from .test_tree import towns  # noqa: F401  # 14 towns

pytestmark = pytest.mark.long


def scenario(studio):
    """The scenario as a table."""
    return tomli.loads(studio.session.step.toml)


def until(page, condition, arg=None):
    """Wait until something is so; the page's policy lets no text be run as a script, so it is asked again and again."""
    for _ in range(200):
        if page.evaluate(condition, arg):
            return
        page.wait_for_timeout(50)
    raise AssertionError(condition)


def shares(page):
    """What each member has of its dimension, as the page says it."""
    return {
        row.get_attribute("data-key"): row.query_selector(".effect").inner_text().split(" %")[0]
        for row in page.query_selector_all("#tree .indicator")
    }


def test_a_slider_is_dragged_and_the_ranking_follows_in_one_step(studio, visit):
    """Scores change before the pointer is let go; the slider stays under it, and undo takes the whole way back."""
    page = visit(studio, viewport={"width": 1200, "height": 1400})
    slider = page.locator("#slide-income")
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    scores = page.inner_text("#rows tbody")
    page.mouse.move(box["x"] + box["width"] / 3, middle)
    page.mouse.down()
    for part in range(10):
        page.mouse.move(box["x"] + box["width"] * (0.35 + part / 20), middle)
        page.wait_for_timeout(40)
    until(page, "before => document.querySelector('#rows tbody').innerText !== before", arg=scores)
    page.mouse.up()
    until(page, "Number(document.getElementById('weight-income').value) > 2")
    until(page, "!document.getElementById('undo').disabled")
    page.wait_for_timeout(300)
    assert scenario(studio)["indicators"]["income"]["weight"] == float(page.input_value("#weight-income"))
    assert len(studio.session.folder.steps()) == 2
    page.click("#undo")
    until(page, "document.getElementById('weight-income').value === '1'")
    assert slider.input_value() == "1"


def test_points_are_shared_and_locked_ones_stay(studio, visit):
    """100 points: 40 to one, 25 locked, the other two share the rest as before; by the keyboard too, in one step."""
    page = visit(studio)
    page.select_option("#weights-as", "points")
    page.click("#lock-crime")
    page.fill("#weight-income", "40")
    page.keyboard.press("Tab")
    until(page, "document.getElementById('weight-unemployment').value === '17.5'")
    assert shares(page) == {"income": "40", "unemployment": "18", "green-space": "18", "crime": "25"}
    page.focus("#slide-unemployment")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    until(page, "document.getElementById('weight-income').value < '38'")
    page.wait_for_timeout(300)
    weights = {key: item["weight"] for key, item in scenario(studio)["indicators"].items()}
    assert sum(weights.values()) == pytest.approx(100)
    assert (weights["crime"], weights["unemployment"]) == (25, pytest.approx(23.5, abs=0.6))
    assert weights["income"] / weights["green-space"] == pytest.approx(40 / 17.5, abs=0.05)
    assert len(studio.session.folder.steps()) == 3
    assert page.evaluate("document.activeElement.id") == "slide-unemployment"
    assert page.is_disabled("#weight-crime")


def test_members_are_dragged_and_moved_by_the_keyboard(studio, visit):
    """A drop into the place for a new dimension makes one, whose title can be written at once."""
    page = visit(studio)
    page.focus("#more-income")
    page.keyboard.press("Enter")
    page.select_option("#move-income", label="a new dimension")
    page.wait_for_selector("#name-new-dimension")
    assert page.evaluate("document.activeElement.id") == "name-new-dimension"
    page.keyboard.type("Economy")
    page.keyboard.press("Enter")
    until(page, "document.getElementById('title-new-dimension').textContent === 'Economy'")
    page.drag_and_drop('[data-key="crime"] .grip', "#title-new-dimension")
    until(page, "document.querySelector('[data-key=new-dimension] [data-key=crime]') !== null")
    assert scenario(studio)["indicators"]["crime"]["dimension"] == "new-dimension"
    page.click("#more-crime")
    page.click("#leave-crime")
    page.wait_for_selector("#back-crime")
    page.click("#back-crime")
    page.wait_for_selector("#weight-crime")
    assert "exclude" not in scenario(studio)


def test_a_choice_is_opened_changed_and_its_error_is_beside_it(studio, visit):
    """Focus stays in the choice while the ranking follows; what cannot work is said there, and nothing else breaks."""
    page = visit(studio)
    page.evaluate("document.getElementById('chips-panel').open = true")
    page.click("#chip-all-aggregation")
    page.focus("#choice-value")
    page.select_option("#choice-value", "geometric")
    wrong = page.wait_for_selector(".choice-row:has(#chip-all-aggregation) .problem")
    assert "normalise to a range above 0" in wrong.inner_text()
    assert page.evaluate("document.activeElement.id") == "choice-value"
    assert "rank" in page.inner_text("#ranking")
    page.click(".choice-row:has(#chip-all-aggregation) .problem button")
    page.wait_for_selector(".choice-row:has(#chip-all-aggregation) .problem", state="detached")
    assert scenario(studio)["normalisation"]["range"] == [1, 100]
    page.click("#chip-all-normalisation")
    page.wait_for_selector("#option-range")
    page.fill("#option-range", "10 20")
    page.keyboard.press("Tab")
    until(page, "document.getElementById('chip-all-normalisation').innerText.includes('min-max')")
    until(page, "document.getElementById('option-range').value === '10, 20'")
    assert scenario(studio)["normalisation"]["range"] == [10, 20]
    page.click("#chip-crime-direction")
    page.click("#choice-checked")
    page.wait_for_selector("#chip-crime-direction .assumed", state="detached")
    assert not any(line.startswith("direction of Crime") for line in scenario(studio)["assumed"])


def test_the_tree_fits_a_narrow_screen(studio, visit):
    """At 360 px nothing is wider than the screen, with a choice and a member open."""
    page = visit(studio, viewport={"width": 360, "height": 800})
    page.click("#panels-toggle")
    page.click("#more-income")
    page.evaluate("document.getElementById('chips-panel').open = true")
    page.click("#chip-all-robustness")
    page.wait_for_selector("#option-draws")
    beyond = "item => item.getBoundingClientRect().right > 361"
    assert page.evaluate(f"[...document.querySelectorAll('aside *')].filter({beyond}).map(item => item.id)") == []
    assert page.evaluate("document.querySelector('aside').scrollWidth") <= 360


def test_two_tabs_keep_what_is_being_typed(studio, visit):
    """Another page changes the tree while a title is being written here."""
    page = visit(studio)
    page.click("#more-income")
    page.fill("#name-income", "Income per head")
    studio.do("group", member="crime", title="Safety")
    page.wait_for_selector("#more-safety")
    assert page.input_value("#name-income") == "Income per head"
    assert page.evaluate("document.activeElement.id") == "name-income"
    page.keyboard.press("Enter")
    until(page, "document.getElementById('title-income').textContent === 'Income per head'")
