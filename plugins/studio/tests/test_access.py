"""The page for everyone: keyboard alone, a screen reader, a narrow or dark screen, and every text translated."""

import functools
import json
import re
from pathlib import Path

import pytest
from hubrank.plugin import Registry
from hubrank_studio import page as pages

EXAMPLE = "#example"
READY = "#rows tbody button"
TEXT_FILES = sorted(Path(pages.__file__).parent.glob("page/texts/*.json"))
LETTERS = re.compile(r"[^\W\d_]{2,}")


@pytest.fixture
def visit(visit):
    """Opens a page in which tests may run texts as scripts."""
    return functools.partial(visit, bypass_csp=True)


def example(page):
    """The example of the tour, which then is ended."""
    page.click(EXAMPLE)
    page.wait_for_selector("#tour:not([hidden])")
    page.keyboard.press("Escape")
    page.wait_for_selector(READY)


def panel(name):
    """What opens a panel of the example."""

    def open_panel(page):
        (drawer if page.viewport_size["width"] < WIDE else example)(page)
        page.click(f"#{name}-panel > summary")
        page.wait_for_selector(f"#{name} > *")

    return open_panel


def wrong_text(page):
    """A text with a mistake, which is shown beside its line."""
    panel("scenario")(page)
    page.fill("#toml", page.input_value("#toml").replace("direction = -1", "direction = -5"))
    page.click("#toml-save")
    page.wait_for_selector("#toml-problems button")


def refused(page):
    """A table that is none, with its problem at the top."""
    page.fill("#paste", "nothing to rank")
    page.click("#paste-take")
    page.wait_for_selector("#failed li")


def framed(page):
    """The tab of map and charts."""
    example(page)
    page.click("#tab-views")
    page.wait_for_selector("iframe")


def read_table(page):
    """The tab of the table as it was given, with the menu of a column."""
    example(page)
    page.click("#tab-reading")
    page.click("#column-1")
    page.wait_for_selector("#mark-menu")


def finding(page):
    """A finding that is being set aside."""
    panel("problems")(page)
    page.locator("[id$=' aside']").first.click()


def unit(page):
    """The tab of a unit: what it would take to be first, and the rows behind a value."""
    example(page)
    page.locator(READY).nth(1).click()
    page.fill("#unit-rank", "1")
    page.keyboard.press("Enter")
    page.wait_for_selector("#unit-reach .sentence")
    page.get_by_role("button", name="Rows behind Income (EUR)").click()
    page.get_by_text("towns.csv, towns, row 5:").wait_for()


def spread(page):
    """The values of an indicator."""
    unit(page)
    page.locator("#unit").get_by_role("button", name="Values of Income (EUR)").click()
    page.locator("#spread figure").nth(2).wait_for()


def effect(page):
    """The tab of what a change of weights did."""
    example(page)
    page.fill("#tree input[type=number] >> nth=1", "3")
    page.keyboard.press("Enter")
    page.wait_for_selector("#tab-effect:visible")
    page.click("#tab-effect")
    page.wait_for_selector("#effect tbody tr")


def saving(page):
    """The menu of what can be saved."""
    example(page)
    page.click("#save")


def drawer(page):
    """The drawer of a narrow screen."""
    example(page)
    page.click("#panels-toggle")


#: The width in pixels below which panels are a drawer.
WIDE = 800
NARROW = {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}
STATES = {
    "empty": (lambda page: None, {}),
    "a table": (example, {}),
    "the tour": (lambda page: page.click(EXAMPLE), {}),
    "what was read": (read_table, {}),
    "methods": (panel("chips"), {}),
    "findings": (finding, {}),
    "people": (panel("people"), {}),
    "a unit": (unit, {}),
    "values": (spread, {}),
    "what a change did": (effect, {}),
    "saving": (saving, {}),
    "history": (panel("history"), {}),
    "a text with a mistake": (wrong_text, {}),
    "views": (framed, {}),
    "a problem": (refused, {}),
    "narrow and dark": (example, NARROW),
    "what was read, narrow and dark": (read_table, NARROW),
    "a drawer": (drawer, NARROW),
    "findings, narrow and dark": (finding, NARROW),
    "a unit, narrow and dark": (unit, NARROW),
    "values, narrow and dark": (spread, NARROW),
    "views, narrow and dark": (framed, NARROW),
    "empty, narrow and dark": (lambda page: None, NARROW),
}


@pytest.mark.long
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(visit, empty, state):
    """Names, roles, landmarks and contrast in the states that a person meets: no violation, nothing over the edge."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core looks at the page").Axe()
    prepare, options = STATES[state]
    page = visit(empty, **options)
    prepare(page)
    page.wait_for_timeout(300)
    found = axe.run(page, options={"iframes": False, "resultTypes": ["violations"]}).response["violations"]

    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def focus(page):
    """The id of what has the focus."""
    return page.evaluate("document.activeElement.id")


def tab_to(page, name):
    """Press Tab until an element has the focus; it must come within a hundred."""
    for _ in range(100):
        page.keyboard.press("Tab")
        if focus(page) == name:
            return
    pytest.fail(f"Tab does not lead to {name}")


@pytest.mark.long
def test_the_whole_way_by_keyboard(visit, empty):
    """A table is pasted, asked about, weighed, taken back, saved without a mouse; what changed is said, and kept."""
    page = visit(empty)
    tab_to(page, "paste")
    page.keyboard.insert_text("Town\tIncome\tx2\nAachen\t21,0\t42\nBonn\t24,0\t30\nCelle\t22,0\t50\n")
    tab_to(page, "paste-take")
    page.keyboard.press("Enter")
    page.wait_for_selector(READY)
    first = page.inner_text("#rows tbody tr[data-code] .unit >> nth=0")
    tab_to(page, "answer-0")  # higher is better
    page.keyboard.press("Enter")
    page.wait_for_selector("#undo:enabled")
    assert empty.session.step.answers == {"direction.x2": "1"}

    tab_to(page, "weight-income")
    page.keyboard.press("Control+a")
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    page.wait_for_function("document.getElementById('rows').textContent.includes('▲')")
    said = page.inner_text("#said")
    second = page.inner_text("#rows tbody tr[data-code] .unit >> nth=0")

    assert (first, second) == ("Celle", "Bonn")
    assert said == "Bonn is first now; 2 ranks changed."

    tab_to(page, "undo")
    page.keyboard.press("Enter")
    page.wait_for_function("document.getElementById('said').textContent.startsWith('Celle')")
    page.focus(READY)
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.textContent") == "Aachen"
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.textContent") == "Bonn"
    page.keyboard.press("Control+y")
    page.wait_for_function("document.getElementById('said').textContent.startsWith('Bonn')")
    assert "weight = 9" in empty.session.folder.text()

    tab_to(page, "save")
    page.keyboard.press("Enter")
    for _ in range(2):
        page.keyboard.press("Tab")
    with page.expect_download() as saved:
        page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.kind") == "scenario"
    assert saved.value.suggested_filename.endswith(".zip")


@pytest.mark.long
def test_a_long_table_makes_the_rows_in_sight(visit, empty):
    """Of 3,000 units some are made; End goes to the last and makes it, and a search finds one by any spelling."""
    page = visit(empty)
    rows = "".join(f"Ort {number}\t{number}\t{number % 7}\n" for number in range(2999))
    page.evaluate(
        "text => { document.getElementById('paste').value = text }",
        f"Town\tIncome\tGreen space\n{rows}Élancourt\t9\t9\n",
    )
    page.click("#paste-take")
    page.wait_for_selector(READY)
    page.focus(READY)
    page.keyboard.press("End")
    last = page.evaluate("document.activeElement.closest('tr').ariaRowIndex")
    made = page.locator("#rows tr[data-code]").count()
    page.fill("#search", "elan court")
    found = page.locator("#rows tr[data-code] .unit").all_inner_texts()

    assert last == "3001"
    assert made < 100
    assert found == ["Élancourt"]


@pytest.mark.long
def test_a_text_that_is_written_outlives_what_others_do(visit, empty):
    """Another window changes a weight meanwhile: the text stays, is not saved over it, and both are kept together."""
    page = visit(empty)
    panel("scenario")(page)
    page.fill("#toml", page.input_value("#toml").replace("Quality of life", "Towns"))
    empty.edit("indicators", "income-eur", "weight", value=4)
    page.wait_for_selector("#toml-both")
    mine = page.input_value("#toml")
    page.click("#toml-both")
    page.wait_for_function("document.getElementById('title').textContent === 'Towns'")
    kept = empty.session.step.toml

    assert 'title = "Towns"' in mine
    assert "weight = 4" not in mine
    assert 'title = "Towns"' in kept
    assert "weight = 4" in kept


@pytest.mark.long
def test_a_tour_is_left_and_remembered(visit, empty):
    """The tour goes through what is there by arrow keys, gives the focus back, and stands out on a first visit only."""
    page = visit(empty)
    page.click(EXAMPLE)
    page.wait_for_selector("#tour:not([hidden])")
    titles = []
    while page.is_visible("#tour"):
        titles.append(page.inner_text("#tour-title"))
        page.keyboard.press("ArrowRight")
    page.reload()
    page.wait_for_selector(READY)

    assert len(titles) == len(set(titles)) >= 6
    assert focus(page) == "" and not page.locator("#tour-start.primary").count()


@pytest.mark.long
def test_every_text_is_translated(visit, empty, bracketed):
    """In a language whose words are in brackets, no text of the page is without them, but for what is from the data."""
    pages._texts.cache_clear()
    page = visit(empty, "?lang=de")
    first = page.evaluate(TEXTS)
    example(page)
    page.click("#history-panel > summary")
    texts = [*first, *page.evaluate(TEXTS)]
    pages._texts.cache_clear()
    said = [re.sub(r"⟦[^⟧]*⟧|\"[^\"]*\"", " ", text) for text in texts]
    words = {word for text in said for word in LETTERS.findall(text.replace("_", " "))}

    assert any("⟦" in text for text in first)
    assert words - words_of_data(empty) == set()


def test_a_text_has_one_key():
    """No script's texts replace those of another by the same key."""
    files = [json.loads(path.read_text(encoding="utf-8")) for path in TEXT_FILES]

    assert len(files) > 10
    assert sum(map(len, files)) == len({key for file in files for key in file})


#: The texts that a person sees or hears: each text, and each name that stands in an attribute.
TEXTS = """() => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const skipped = "script, noscript, textarea, option";
    while (walker.nextNode()) {
        if (!walker.currentNode.parentElement.closest(skipped)) found.push(walker.currentNode.data);
    }
    for (const name of ["aria-label", "placeholder", "title"]) {
        for (const each of document.querySelectorAll(`[${name}]`)) found.push(each.getAttribute(name));
    }
    return found;
}"""


def words_of_data(studio):
    """Words of the table, of methods and of the program itself, which no language translates."""
    kinds = ("normalisation", "weighting", "aggregator")
    methods = [name for kind in kinds for name in Registry.installed().names(kind)]
    table = studio.session.folder.original("towns.csv").read_text(encoding="utf-8")
    keys = re.findall(r"^[\w.]+ = (?!\[)|(?<=^rule = ).*", studio.session.step.toml, re.MULTILINE)
    said = " ".join([table, *methods, *keys, "hubrank studio towns csv Ctrl"])
    return {*LETTERS.findall(said.replace("_", " "))}
