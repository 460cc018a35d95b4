"""The page in a browser: what a reader does with it."""

import re

import pytest
from hubrank.plugin import compose
from hubrank_output.report.pages import report


@pytest.fixture(scope="module")
def shared(visit_once, ranking):
    """The page that the tests share."""
    return visit_once(ranking)


@pytest.fixture
def page(shared):
    """The page, which is as it was opened again after a test."""
    yield shared
    if shared.locator("#back").is_enabled():
        shared.click("#back")


def shown(page):
    """The names in the table, from top to bottom."""
    return page.locator("#ranking-table tbody .unit").all_inner_texts()


def named(ranking, order):
    """Names as a reader sees them: runs of spaces are one."""
    return [re.sub(r"\s+", " ", ranking.names[unit]) for unit in order]


def hub(page):
    """What the page ranks."""
    return [row["unit"] for row in page.evaluate("window.hubrank.ranking()")]


def test_opens_without_the_network(page, ranking):
    """The one request is for the file itself, except the worker's own script; the table is the published ranking."""
    assert [address.split(":")[0] for address in page.asked if not address.startswith("blob:")] == ["file"]
    assert page.failed == []
    assert shown(page) == named(ranking, ranking.order(1))


def test_is_small_and_the_same_twice(ranking):
    """At most 430 kB, most of it the map and the scripts; byte for byte the same each time."""
    text = report(ranking)

    assert len(text.encode()) < 430_000
    assert text == report(ranking)


def test_names_are_text(page, forty):
    """No name is markup or a script, however it is written; all of each is shown."""
    texts = page.locator("#ranking-table tbody .unit").all_text_contents()

    assert set(forty.hostile) <= set(texts)
    assert page.evaluate("window.hacked") is None
    assert page.locator("img").count() == 0
    assert page.failed == []


def test_a_slider_by_the_keyboard_ranks_as_python_does(page, forty):
    """Arrow keys on a focused slider move the weight, and the order is the core's for that weight."""
    slider = page.locator("input[data-node=index][data-member=industry]")
    slider.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    moved = float(slider.input_value())
    wanted = compose(forty.plan(f"dimensions.industry.weight = {moved}"), forty.measured())

    assert moved > 1
    assert hub(page) == [wanted.codes[unit] for unit in wanted.order(1)]
    assert page.inner_text("#state") == "Modified weights"


def test_back_to_published_weights(page, ranking):
    """One button brings back the published order and clears the address."""
    page.evaluate("window.hubrank.rerank({ index: [0, 1] })")
    changed = hub(page)
    page.click("#back")
    page.wait_for_timeout(400)

    assert changed != hub(page)
    assert hub(page) == [ranking.codes[unit] for unit in ranking.order(1)]
    assert page.url.partition("#")[2] == ""


def test_search_finds_names_and_countries(visit, ranking):
    """Part of a name or of a country's name is enough; the number found is said, and nothing that was done before."""
    page = visit(ranking)
    page.fill("#search", "germ")
    countries = set(page.locator("#ranking-table tbody td.country").all_inner_texts())
    page.fill("#search", "land 12")

    assert countries == {"Germany"}
    assert shown(page) == ["Land 12"]
    assert page.inner_text("#said").startswith("1 of ")


@pytest.mark.long
@pytest.mark.parametrize("width", [320, 768])
def test_nothing_runs_over_the_edge(visit, ranking, width):
    """The page is as wide as the screen, down to 320 pixels, names of 200 characters among its rows."""
    page = visit(ranking, viewport={"width": width, "height": 700})
    page.wait_for_timeout(300)

    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.long
def test_printing_leaves_out_what_cannot_be_pressed(visit, ranking):
    """On paper there are no sliders and no tools; what is folded is open."""
    page = visit(ranking)
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    assert not page.locator("#weights").is_visible()
    assert page.locator(".tools:visible").count() == 0
    assert page.locator("#method-section .sources, #method-section details").first.is_visible()
    assert page.locator("details:not([open])").count() == 0


def test_without_scripts_the_ranking_is_there(visit, browser, ranking, tmp_path):
    """A reader without scripts has the table and the method."""
    path = tmp_path / "plain.html"
    path.write_text(report(ranking), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    rows = page.locator("#ranking-table tbody th").all_inner_texts()
    context.close()

    assert rows == named(ranking, ranking.order(1))
