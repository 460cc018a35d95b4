"""The page's first screen: the ranking and its finding, one row of controls, and rows with tips."""

import datetime
import itertools
import re
from importlib import resources

import numpy as np
import pytest
from hubrank.plugin import compose, load, measure, resolve, use_language
from hubrank.ranking.finding import finding, finding_means
from hubrank.testing import built_in
from hubrank.uncertainty.outcome import assess, with_intervals
from hubrank_output.report import pages

DRAWN = "[robustness]\ndraws = 500\nweight_uncertainty = 0.9"


@pytest.fixture(scope="module")
def ranking(forty):
    """The forty lands, drawn under weights that vary widely."""
    measured = forty.measured()
    made = compose(forty.plan(f'author = "Office of Lands"\npublished = "2025-03"\n{DRAWN}'), measured)
    return with_intervals(made, assess(made, (measured,), closely=False))


@pytest.fixture(scope="module")
def shared(visit_once, ranking):
    """The page that the tests share."""
    return visit_once(ranking, permissions=["clipboard-read", "clipboard-write"])


@pytest.fixture
def page(shared):
    """The page, as it was opened."""
    shared.evaluate("window.hubrank.rerank({})")
    yield shared
    assert shared.failed == []


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (360, 780)])
def test_what_by_whom_when_and_what_was_found(visit, ranking, width, height):
    """Title, author, date, licences, citation, finding and the controls are seen without scrolling."""
    page = visit(ranking, viewport={"width": width, "height": height})
    facts = page.inner_text(".facts")

    assert page.inner_text("#finding-text") == " ".join(finding(ranking, 1))
    assert all(text in facts for text in ("By Office of Lands", "Published 2025-03", "Licences of the data: "))
    for part in ("h1", "#finding", ".facts", "#citation", "#controls"):
        box = page.locator(part).bounding_box()
        assert box["x"] >= 0
        assert box["y"] + box["height"] <= height
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_citation_is_copied(page):
    """One line; what lies on the clipboard is what is shown."""
    page.click("#copy-citation")
    page.wait_for_selector("text=Citation copied.")

    version = pages.__version__
    wanted = f"Office of Lands. Forty lands, edition 2024. 2025-03. Made with hubrank {version}."
    assert page.evaluate("navigator.clipboard.readText()") == wanted == page.inner_text("#citation")


def test_only_the_scenario_s_author_is_named(forty, visit):
    """Then the day on which the page was made stands there, and hubrank's version."""
    page = visit(compose(forty.plan(), forty.measured()))
    facts = page.inner_text(".facts")

    assert "Author not stated" in facts
    assert f"Made {datetime.date.today()} with hubrank {pages.__version__}" in facts
    assert page.inner_text("#finding-text").endswith(
        "how certain the ranks are is not known, since no draws were made."
    )


def test_the_finding_follows_the_edition_and_goes_with_the_weights(page, ranking):
    """It is said of the published weights alone; its words are explained beside it."""
    page.select_option("#edition", "2023")
    assert page.inner_text("#finding-text") == " ".join(finding(ranking, 0))
    page.select_option("#edition", "2024")
    page.locator("#finding-hint").focus()
    assert page.inner_text("#tip") == finding_means(ranking, 1)
    page.evaluate("window.hubrank.rerank({ index: [1, 3] })")
    assert page.locator("#finding").is_hidden()


def test_one_row_of_controls(page):
    """Edition, search and a fold lie side by side; everything else is in the fold, which says how much is chosen."""
    tops = [
        box["y"] + box["height"] / 2 for box in (each.bounding_box() for each in page.locator("#controls > *").all())
    ]

    assert len(tops) == 3
    assert max(tops) - min(tops) < 8
    assert page.locator("#controls select:visible, #controls input:visible").count() == 2
    page.click("#more-tools summary")
    page.select_option("#filter-country", "DEU")
    assert page.inner_text("#more-state") == "More (filters: 1)"
    page.select_option("#filter-country", "")
    page.click("#more-tools summary")
    assert page.inner_text("#more-state") == "More"


WHISKER = """row => {
    const style = row.querySelector('.range-cell .whisker').style;
    return ['--low', '--high', '--at'].map(name => parseFloat(style.getPropertyValue(name)));
}"""


def test_ranges_are_whiskers_on_one_axis(page, ranking):
    """From 0 % for the first of 40 to 100 % for the last: both ends of the range, and the rank itself."""
    ranked = len(ranking.order(1))
    for unit in ranking.order(1)[::7]:
        found = page.locator(f"tr[data-unit={ranking.codes[unit]}]").evaluate(WHISKER)
        wanted = [100 * (item[1, unit] - 1) / (ranked - 1) for item in (ranking.low, ranking.high, ranking.ranks)]
        assert found == pytest.approx(wanted, abs=0.01)


def test_bars_are_as_long_as_what_they_stand_for(page, ranking):
    """The parts of a bar add up to its score's share of the best score."""
    best, third = ranking.order(1)[[0, 2]]
    lengths = page.locator(f"tr[data-unit={ranking.codes[third]}] .bar > span").evaluate_all(
        "spans => spans.map(each => parseFloat(each.style.width))"
    )

    assert len(lengths) == 2
    assert sum(lengths) == pytest.approx(100 * ranking.scores[1, third] / ranking.scores[1, best], abs=0.02)


def told(page, code, kind):
    """The tip of a part of a row while it has the focus."""
    page.locator(f"tr[data-unit={code}] {kind}").focus()
    return page.inner_text("#tip")


def test_bars_intervals_and_brackets_have_tips(page, ranking):
    """By the keyboard, by the mouse and by touch; Escape takes it away, and readers of the screen hear it."""
    unit = next(unit for unit in ranking.order(1) if ranking.doubtful[1, unit])
    code, name = ranking.codes[unit], re.sub(r"\s+", " ", ranking.names[unit])
    low, high = ranking.low[1, unit], ranking.high[1, unit]

    lies = f"{low:g}–{high:g}" if low < high else f"{low:g}"
    assert told(page, code, ".range-cell .told").startswith(
        f"{name}: rank {ranking.ranks[1, unit]:g}; 90 % of its draws lie in ranks {lies}."
    )
    assert told(page, code, ".since .told").startswith(f"{name}: rank {ranking.ranks[0, unit]:g} in 2023, now")
    bar = told(page, code, ".bar")
    assert bar.splitlines()[0] == f"{name}: score {ranking.score_text(1, unit)}"
    assert f"Research: {ranking.score_text(1, unit, 'research')} (" in bar
    assert page.evaluate("document.activeElement.getAttribute('aria-describedby')") == "tip"
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == bar.replace("\n", "; ")
    page.keyboard.press("Escape")
    assert page.locator("#tip").is_hidden()
    page.locator(f"tr[data-unit={code}] .bar").hover()
    assert page.inner_text("#tip") == bar
    page.locator("h1").hover()
    assert page.locator("#tip").is_hidden()
    assert page.locator("#ranking-table [title]").count() == 0


def test_intervals_and_bars_of_pictures_have_tips(visit, ranking):
    """One part of a picture takes the tab key, and arrow keys go on; in the opened unit as well."""
    unit, second = ranking.order(1)[:2]
    page = visit(ranking, fragment=f"#open={ranking.codes[unit]}")
    page.wait_for_selector("#uncertainty .range[tabindex]")
    page.locator("#uncertainty [tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    assert page.inner_text("#tip").startswith(f"{re.sub(r' +', ' ', ranking.names[second])}: rank 2; 90 % of its draws")
    assert page.locator("#uncertainty [tabindex='0']").count() == 1
    page.locator("#unit .level").first.focus()
    assert ranking.score_text(1, unit) in page.inner_text("#unit #tip")
    page.locator("#unit-lead [tabindex='0']").focus()
    assert page.locator("#tip").is_visible()
    page.locator("#unit-history [tabindex='0']").focus()
    low, high = ranking.low[0, unit], ranking.high[0, unit]
    lies = f"{low:g}–{high:g}" if low < high else f"{low:g}"
    assert page.inner_text("#tip").endswith(
        f", 2023: rank {ranking.ranks[0, unit]:g}; 90 % of its draws lie in ranks {lies}."
    )
    assert page.locator("#ranking-table .whisker.under:visible").count() > 0
    assert page.failed == []


def test_a_touch_shows_the_tip(visit, ranking):
    """A tap on a bracket on a phone, where bars have no room; the range lies below the name."""
    page = visit(ranking, viewport={"width": 360, "height": 780}, has_touch=True)
    page.locator("#ranking-table .since .told").first.tap()

    assert " in 2023, now " in page.inner_text("#tip")
    page.keyboard.press("Escape")
    page.locator("#ranking-table .whisker.under").first.tap()
    assert " % of its draws lie in ranks " in page.inner_text("#tip")


def test_the_arrow_keys_go_through_the_table(page, ranking):
    """One row takes the tab key; right goes to the next part with a tip, down to the same of the next row."""
    order = ranking.order(1)
    stops = page.locator("#ranking-table tbody [tabindex='0']")
    assert {each.evaluate("each => each.closest('tr').dataset.unit") for each in stops.all()} == {
        ranking.codes[order[0]]
    }
    page.locator("#ranking-table .unit[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")

    assert page.evaluate("document.activeElement.closest('tr').dataset.unit") == ranking.codes[order[1]]
    assert page.evaluate("document.activeElement.className") == "bar"
    page.locator("#ranking-table .unit").first.focus()


def slide(page, member, to):
    """Move a slider to a weight."""
    page.locator(f"input[data-member={member}]").evaluate(
        "(slider, to) => { slider.value = to; slider.dispatchEvent(new Event('input')); }", to
    )


def test_a_moved_weight_is_said_to_move_ranks(page, forty, ranking):
    """How many ranks changed, and how many lie beyond the range that they were published with; arrows at the rows."""
    slide(page, "industry", 2)
    other = compose(forty.plan("dimensions.industry.weight = 2"), forty.measured()).ranks[1]
    changed = (other != ranking.ranks[1]) & ~np.isnan(other)
    beyond = changed & ((other < ranking.low[1]) | (other > ranking.high[1]))

    assert page.inner_text("#moved-text") == f"{changed.sum()} ranks changed, {beyond.sum()} of them clearly."
    page.locator("#moved-hint").focus()
    assert "outside the range that holds 90 % of the unit's draws" in page.inner_text("#tip")
    for unit in np.flatnonzero(~np.isnan(other)):
        move = ranking.ranks[1, unit] - other[unit]
        text = "=" if not move else f"{'▲' if move > 0 else '▼'} {abs(move):g}"
        found = page.locator(f"tr[data-unit={ranking.codes[unit]}] .published").text_content()
        assert found == (f"({text})" if changed[unit] and not beyond[unit] else text)


def test_rows_glide_unless_motion_is_unwelcome(visit, ranking):
    """A row that moves is on its way when the weight has changed; not where the reader asked for less motion."""
    running = "document.getAnimations().filter(each => each.effect.target.closest?.('#ranking-table')).length"
    for asked, moves in (("no-preference", True), ("reduce", False)):
        page = visit(ranking, reduced_motion=asked)
        count = page.evaluate(f"(window.hubrank.rerank({{ index: [1, 3] }}), {running})")
        assert (count > 0) == moves


def test_presets(page, forty, ranking):
    """Equal, one dimension only, the reader's own importance from 0 to 5, and back to the published weights."""

    def order(changes):
        made = compose(forty.plan(changes), forty.measured())
        return [made.codes[unit] for unit in made.order(1)]

    def now():
        return [row["unit"] for row in page.evaluate("window.hubrank.ranking()")]

    assert page.input_value("#preset") == "published"
    page.select_option("#preset", "equal")
    assert now() == order("dimensions.research.weight = 1")
    page.select_option("#preset", "only.industry")
    assert now() == order("dimensions.research.weight = 0")
    page.select_option("#preset", "mine")
    slider = page.locator("input[data-member=industry]")
    assert (slider.get_attribute("max"), slider.get_attribute("step"), slider.input_value()) == ("5", "1", "3")
    slide(page, "industry", 5)
    slide(page, "research", 1)
    assert slider.get_attribute("aria-valuetext") == "5 of 5"
    assert now() == order("dimensions = { research = { weight = 1 }, industry = { weight = 5 } }")
    page.wait_for_timeout(350)
    assert "mine=1" in page.url
    slide(page, "industry", 0)
    assert page.input_value("#preset") == "mine"
    page.select_option("#preset", "published")
    assert now() == [ranking.codes[unit] for unit in ranking.order(1)]
    assert page.locator("#preset option[value=moved]").count() == 0


def test_all_weights_0_are_refused_at_the_slider(page):
    """The sentence stands right below the slider that was moved, which goes back; nothing else changes."""
    page.select_option("#preset", "only.industry")
    slide(page, "industry", 0)
    problem = page.locator("#problem")

    assert problem.inner_text() == "At least one weight of “Forty lands” must be above 0."
    assert problem.evaluate("each => each.previousElementSibling.querySelector('input').dataset.member") == "industry"
    assert float(page.locator("input[data-member=industry]").input_value()) == 1
    page.select_option("#preset", "published")
    assert problem.inner_text() == ""


FLAT = """
title = "Flat"
editions = [2024]
units = { file = "units.csv", within_km = 50 }
normalisation = "min-max"
aggregation = "arithmetic"
inputs.values = { source = "files", options = { file = "values.csv" } }
missing = { rule = "renormalise", at_least_share = 0.5 }
dimensions.all = { title = "All" }
"""


def test_a_flat_table_has_its_sliders_open_and_its_bars_stacked(forty, visit):
    """One dimension above all indicators: its sliders are at hand, bars are made of the indicators."""
    registry = built_in()
    path = forty.folder / "flat.toml"
    names = [f'indicators.{name} = {{ indicator = "value", dimension = "all" }}' for name in "abcdef"]
    path.write_text("\n".join([FLAT, *names]), encoding="utf-8")
    plan = resolve(load(path, registry), registry)
    page = visit(compose(plan, measure(plan)))
    parts = page.locator("#ranking-table tbody tr:first-child .bar > span")

    assert page.locator("#weights input:visible").count() == 6
    assert parts.evaluate_all("spans => spans.map(each => each.dataset.part)") == list("012345")
    plain, patterned = (parts.nth(at).evaluate("each => getComputedStyle(each).backgroundImage") for at in (0, 5))
    assert plain == "none"
    assert "repeating-linear-gradient" in patterned
    swatches = page.locator("#weights .swatch").evaluate_all("each => each.map(swatch => swatch.dataset.part)")
    assert swatches == list("012345")
    page.select_option("#preset", "only.c")
    assert page.locator("#moved-text").inner_text().endswith("whether any change is clear is not known.")


def test_paper_has_all_rows_and_ranges_and_no_controls(visit, many):
    """Of a table longer than a document holds on the screen, too; no word is cut, and nothing runs over the edge."""
    ranking = compose(many.plan(), many.measured())
    page = visit(ranking, viewport={"width": 700, "height": 900})
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    rows = page.locator("#ranking-table tbody tr")

    assert rows.count() == len(ranking.order(1))
    assert page.locator("button.plain:visible, select:visible, input:visible, .hint:visible").count() == 0
    for head in page.locator("#ranking-table thead th:visible").all():
        assert head.evaluate("each => each.scrollWidth <= each.clientWidth + 1")


@pytest.mark.long
def test_ranges_are_on_paper(visit, ranking):
    """As text and as whiskers."""
    page = visit(ranking, viewport={"width": 700, "height": 900})
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")

    assert page.locator("#ranking-table .range-cell .whisker:visible").count() == (~np.isnan(ranking.low[1])).sum()


LANDS = """unit,name,subregion
DEU,Germany,Western Europe
FRA,France,Western Europe
IDN,Indonesia,South-eastern Asia
JPN,Japan,Beyond the map
"""


def test_countries_are_named_in_the_readers_language(visit, tmp_path):
    """Countries and subregions have their names in CLDR; English ones, and those that it lacks, are the data's."""
    (tmp_path / "units.csv").write_text(LANDS, encoding="utf-8")
    (tmp_path / "values.csv").write_text(
        "unit,year,a\nDEU,2024,4\nFRA,2024,3\nIDN,2024,2\nJPN,2024,1\n", encoding="utf-8"
    )
    text = FLAT.replace(", within_km = 50", "") + 'indicators.a = { indicator = "value", dimension = "all" }\n'
    (tmp_path / "lands.toml").write_text(text, encoding="utf-8")
    registry = built_in()
    plan = resolve(load(tmp_path / "lands.toml", registry), registry)
    page = visit(compose(plan, measure(plan)))
    names = page.locator("#ranking-table .unit")

    assert names.all_inner_texts() == ["Germany", "France", "Indonesia", "Japan"]
    page.select_option("#language", "de")
    assert names.all_inner_texts() == ["Deutschland", "Frankreich", "Indonesien", "Japan"]
    areas = page.locator("#filter-subregion option").all_text_contents()
    assert page.inner_text("#ranking-table th.rank button") == "Rang"
    assert areas == ["alle", "Beyond the map", "Südostasien", "Westeuropa"]
    assert page.inner_text("#finding-text").startswith("Deutschland")
    with use_language("zh"):
        assert ">德国<" in pages.report(compose(plan, measure(plan)))


#: What people without one kind of cone see, in linear RGB (Machado, Oliveira and Fernandes 2009, severity 1).
SIGHT = {
    "all": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
#: From linear RGB to Oklab (Ottosson 2020), in which as far apart looks as different.
CONES = np.array(
    [[0.41222147, 0.53633254, 0.05144599], [0.2119035, 0.6806995, 0.10739696], [0.08830246, 0.28171884, 0.6299787]]
)
LAB = np.array(
    [[0.21045426, 0.79361778, -0.00407205], [1.9779985, -2.42859221, 0.45059371], [0.02590404, 0.78277177, -0.80867577]]
)


def linear(colour):
    """A colour of the style sheet as linear RGB."""
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_everyone_distinguishes_five_hues(scheme):
    """Any two differ by 0.1 in Oklab, whichever cones a reader lacks; each from the paper by 3 to 1 (WCAG 1.4.11)."""
    style = resources.files("hubrank_output.report").joinpath("styles/page.css").read_text()
    hues = [linear(re.findall(rf"--d{at}: (#\w+);", style)[scheme]) for at in range(5)]
    paper = linear(re.findall(r"--paper: (#\w+);", style)[scheme])
    light = [0.05 + np.dot([0.2126, 0.7152, 0.0722], each) for each in (*hues, paper)]

    for sight in SIGHT.values():
        seen = [LAB @ np.cbrt(CONES @ np.clip(np.asarray(sight) @ each, 0, 1)) for each in hues]
        assert min(np.linalg.norm(one - other) for one, other in itertools.combinations(seen, 2)) > 0.1
    assert min(max(each / light[-1], light[-1] / each) for each in light[:-1]) >= 3
