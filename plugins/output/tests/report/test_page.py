"""The page in a browser: what a reader does with it."""

import re

import attrs
import numpy as np
import pytest
from hubrank import compose
from hubrank.testing import small_ranking
from hubrank_output.report.pages import report


@pytest.fixture(scope="session")
def ranking(forty):
    """The forty lands as published."""
    return compose(forty.plan(), forty.measured())


@pytest.fixture
def page(visit, ranking):
    """Their page."""
    return visit(ranking)


@pytest.fixture
def hostile(forty):
    """The names that break careless pages."""
    return forty.hostile


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
    """The one request is for the file itself, but for the worker's own script; the table is the published ranking."""
    assert [address.split(":")[0] for address in page.asked if not address.startswith("blob:")] == ["file"]
    assert page.failed == []
    assert shown(page) == named(ranking, ranking.order(1))


def test_is_small_and_the_same_twice(ranking):
    """At most 361 kB, most of it the map and the scripts; byte for byte the same each time."""
    text = report(ranking)

    assert len(text.encode()) < 361_000
    assert text == report(ranking)


def test_names_are_text(page, hostile):
    """No name is markup or a script, however it is written; all of each is shown."""
    texts = page.locator("#ranking-table tbody .unit").all_text_contents()

    assert set(hostile) <= set(texts)
    assert page.evaluate("window.hacked") is None
    assert page.locator("img").count() == 0
    assert page.failed == []


@pytest.mark.long
def test_selected_names_are_text_everywhere(page, hostile):
    """In legends, charts, tables and what is read aloud a name does nothing either."""
    for name in hostile[:4]:
        page.get_by_role("button", name=f"Pin {name}", exact=True).first.click()
    page.wait_for_timeout(100)

    assert page.locator("#profile-key li").all_text_contents() == list(hostile[:4])
    assert page.evaluate("window.hacked") is None
    assert page.locator("img").count() == 0
    assert page.failed == []


@pytest.mark.long
def test_names_are_harmless_in_the_downloaded_csv(page):
    """A name that a spreadsheet would calculate has an apostrophe before it."""
    with page.expect_download() as saved:
        page.click("#download")
    text = saved.value.path().read_text(encoding="utf-8")

    assert '"\'=CMD(""calc"")"' in text
    assert ",=CMD" not in text


def test_a_slider_by_the_keyboard_ranks_as_python_does(page, forty):
    """Arrow keys on a focused slider move the weight, and the order is the core's for that weight."""
    slider = page.locator("input[data-node=index][data-member=industry]")
    slider.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    moved = float(slider.input_value())
    plan = forty.plan(f"dimensions.industry.weight = {moved}")
    wanted = compose(plan, forty.measured())

    assert moved > 1
    assert hub(page) == [wanted.codes[unit] for unit in wanted.order(1)]
    assert page.inner_text("#state") == "Modified weights"


@pytest.mark.long
def test_the_address_keeps_the_view(page, visit, ranking):
    """Weights, method, edition, selection, sorting and search come back with the address."""
    page.evaluate("window.hubrank.rerank({ index: [1, 2.5] }, { research: 'geometric' })")
    page.select_option("#edition", "2023")
    page.fill("#search", "land 1")
    page.locator("th[data-name=name] button").click()
    page.locator("#ranking-table tbody .pinner").first.click()
    page.wait_for_timeout(400)
    again = visit(ranking, fragment="#" + page.url.partition("#")[2])

    assert hub(again) == hub(page)
    assert shown(again) == shown(page)
    assert again.locator("#ranking-table tr[data-selected='0']").count() == 1
    assert again.input_value("select[data-node=research]") == "geometric"


@pytest.mark.long
def test_a_wrong_address_opens_the_published_page(visit, ranking):
    """What the address says wrongly is left out."""
    page = visit(ranking, fragment="#w.index=1_2_3&a.index=evil&edition=1066&unit=nobody&sort=-nothing&spread=9")

    assert hub(page) == [ranking.codes[unit] for unit in ranking.order(1)]
    assert page.inner_text("#state") == "Published weights"
    assert page.failed == []


def test_back_to_published_weights(page, ranking):
    """One button brings back the published order and clears the address."""
    page.evaluate("window.hubrank.rerank({ index: [0, 1] })")
    changed = hub(page)
    page.click("#back")
    page.wait_for_timeout(400)

    assert changed != hub(page)
    assert hub(page) == [ranking.codes[unit] for unit in ranking.order(1)]
    assert page.url.partition("#")[2] == ""


@pytest.mark.long
def test_sorting_by_any_column(page, ranking):
    """A head sorts, again turns round, and says so to those who hear the page."""
    head = page.locator("th[data-name=name]")
    head.locator("button").click()
    ascending = shown(page)
    head.locator("button").click()

    assert ascending == named(ranking, sorted(ranking.order(1), key=ranking.names.__getitem__))
    assert shown(page) == ascending[::-1]
    assert head.get_attribute("aria-sort") == "descending"


@pytest.mark.long
def test_scores_by_dimension_are_shown_and_sorted_by(page, ranking):
    """In place of the make-up each dimension has a column."""
    page.select_option("#detail", "scores")
    page.locator("th[data-name=research] button").click()
    scores = ranking.nodes["research"].scores[1]

    assert (
        shown(page)[0] == named(ranking, [int(np.nanargmax(np.where(np.isnan(ranking.ranks[1]), np.nan, scores)))])[0]
    )


def test_search_finds_names_and_countries(page):
    """Part of a name or of a country's name is enough; the number found is said."""
    page.fill("#search", "germ")
    countries = set(page.locator("#ranking-table tbody td.country").all_inner_texts())
    page.fill("#search", "land 12")

    assert countries == {"Germany"}
    assert shown(page) == ["Land 12"]
    assert page.inner_text("#said").startswith("1 of ")


@pytest.mark.long
def test_selection_is_one_in_table_and_map(page):
    """What is selected on the map is selected in the table, and the other way round."""
    page.locator("#map circle[data-unit=U20]").dispatch_event("click")
    in_table = page.locator("#ranking-table tr[data-unit=U20]").get_attribute("data-selected")
    page.get_by_role("button", name="Pin Land 21", exact=True).first.click()
    page.wait_for_timeout(100)

    assert in_table == "0"
    assert page.locator("#map circle[data-unit=U21]").get_attribute("aria-pressed") == "true"
    assert page.locator("#profile-key li").all_text_contents() == ["Land 20", "Land 21"]


@pytest.mark.long
def test_the_keyboard_is_enough(page, ranking):
    """Tab reaches a pin and a name, enter pins and opens, escape closes, arrows go from rank to rank on the map."""
    first = [ranking.codes[unit] for unit in ranking.order(1)[:2]]
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('pinner')"):
            break
    page.keyboard.press("Enter")
    pinned = page.locator("#ranking-table tr[data-selected='0']").get_attribute("data-unit")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    opened = page.inner_text("#unit-name")
    page.keyboard.press("Escape")
    back = page.evaluate("document.activeElement.closest('tr').dataset.unit")
    page.locator("#map circle[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press(" ")
    page.wait_for_timeout(100)

    assert pinned == first[0]
    assert opened == named(ranking, ranking.order(1))[0]
    assert back == first[0]
    assert not page.locator("#unit").is_visible()
    assert page.evaluate("document.activeElement.dataset.unit") == first[1]
    assert page.locator(f"#ranking-table tr[data-unit={first[1]}]").get_attribute("data-selected") == "1"


@pytest.mark.long
@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_runs_over_the_edge(visit, ranking, width):
    """The page is as wide as the screen, down to 320 pixels, names of 200 characters among its rows."""
    page = visit(ranking, viewport={"width": width, "height": 700})
    page.wait_for_timeout(300)

    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.long
def test_printing_leaves_out_what_cannot_be_pressed(page):
    """On paper there are no sliders and no tools; what is folded is open."""
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    assert not page.locator("#weights").is_visible()
    assert page.locator(".tools:visible").count() == 0
    assert page.locator("#method-section .sources, #method-section details").first.is_visible()
    assert page.locator("details:not([open])").count() == 0


@pytest.mark.long
def test_published_ranges_stand_until_something_is_changed(visit, ranking):
    """The scenario's own ranges are shown as published; a view of one's own draws its own."""
    page = visit(attrs.evolve(ranking, low=ranking.ranks, high=ranking.ranks + 7))
    published = page.locator("#ranking-table tbody tr").first.locator("td").nth(2).inner_text()
    page.evaluate("window.hubrank.rerank({ index: [1, 2] })")
    page.wait_for_selector("text=draws made in this page")

    assert published == "1–8"
    assert page.evaluate("window.hubrank.intervals().from") == "drawn"


def test_countries_without_a_place_are_shaded(visit):
    """Where units are countries, their outlines are darker the better they score, and can be selected."""
    ranking = small_ranking()
    units = ranking.plan.units.units
    codes = {"AAA": "FRA", "BBB": "BRA", "CCC": "IND", "DDD": "AUS", "EEE": "CAN"}
    changed = attrs.evolve(units, frame=units.frame.rename(index=codes))
    plan = attrs.evolve(ranking.plan, units=attrs.evolve(ranking.plan.units, units=changed))
    page = visit(attrs.evolve(ranking, plan=plan))
    page.wait_for_timeout(100)
    shade = "code => document.querySelector(`path[data-country=${code}]`).style.getPropertyValue('--share')"
    page.locator("path[data-country=BRA]").dispatch_event("click")

    assert page.evaluate(shade, "BRA") == "100%"
    assert page.evaluate(shade, "AUS") == "0%"
    assert page.locator("#ranking-table tr[data-selected='0']").get_attribute("data-unit") == "BRA"


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
