"""Filters by figures: ends of ranks, scores and measured values, in the table, on the map and in what is taken away."""

from urllib.parse import parse_qsl

import pandas as pd
import pytest
from hubrank import compose, languages, load, measure, resolve
from hubrank.testing import built_in

SCENARIO = """
title = "Six"
editions = [2024]
units = { file = "units.csv", within_km = 50 }
normalisation = { method = "min-max", low = 0, high = 100 }
aggregation = "arithmetic"
missing = { rule = "renormalise" }

[inputs.values]
source = "files"
options = { file = "values.csv" }

[dimensions]
x = { title = "Size", weight = 3 }
y = { title = "Share", weight = 1 }

[indicators]
a = { indicator = "value", dimension = "x" }
b = { indicator = "value", dimension = "y" }
"""

# scores from 0 to 100 of a: 0, 25, 50, 75, 100, 33.33; of b: 100, 0, 50, 75, none, 25; the final ones, three parts of a
# and one of b: 25, 18.75, 50, 75, 100, 31.2499975, which the table shows as 31.25
VALUES = {"A": (1000, 0.4), "B": (1250, 0), "C": (1500, 0.2), "D": (1750, 0.3), "E": (2000, ""), "F": (1333.3333, 0.1)}


@pytest.fixture(scope="session")
def six(tmp_path_factory):
    """Six units, ranked E, D, C, F, A, B."""
    folder = tmp_path_factory.mktemp("six")
    places = [f"{code},Land {code},DEU,{10 * at},{10 * at}" for at, code in enumerate(VALUES)]
    rows = [f"{code},2024,{a},{b}" for code, (a, b) in VALUES.items()]
    (folder / "units.csv").write_text("\n".join(["unit,name,country,lat,lon", *places, ""]), encoding="utf-8")
    (folder / "values.csv").write_text("\n".join(["unit,year,a,b", *rows, ""]), encoding="utf-8")
    (folder / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
    registry = built_in()
    plan = resolve(load(folder / "scenario.toml", registry), registry)
    return compose(plan, measure(plan))


def listed(page):
    """The units of the table, in its order."""
    return page.eval_on_selector_all("#ranking-table tbody tr", "rows => rows.map(row => row.dataset.unit).join('')")


def mapped(page):
    """The units with a dot on the map, the best first."""
    page.wait_for_function("hubrank.resting()")
    units = page.eval_on_selector_all("#map .dots circle", "dots => dots.map(dot => dot.dataset.unit)")
    return "".join(each for each in "EDCFAB" if each in units)


def said(page):
    """What the address says, once it was saved."""
    page.wait_for_timeout(350)
    return page.evaluate("[...new URLSearchParams(location.hash.slice(1))]")


@pytest.mark.long
@pytest.mark.parametrize(
    ("fragment", "found"),
    [
        ("n.rank=2_4", "DCF"),
        ("n.score=31.25_", "EDCF"),
        ("n.score=_25", "AB"),
        ("n.s.y=75_", "DA"),
        ("n.s.b=_50", "CFB"),
        ("n.m.a=1250_1500", "CFB"),
        ("n.m.b=0.3_0.3", "D"),
        ("n.rank=_4&n.m.b=_0.2", "CF"),
        ("n.score=80_20", ""),
        ("n.rank=_4&q=land+c", "C"),
    ],
    ids=["rank", "score as shown", "at most", "dimension", "indicator", "measured", "exact", "two", "none", "search"],
)
def test_only_units_within_the_limits_are_listed(visit, six, fragment, found):
    """The ends belong to it, a unit without the figure does not; table, count and map agree, and the address stays.

    The map does not follow the search.
    """
    page = visit(six, fragment=f"#{fragment}", bypass_csp=True)

    assert listed(page) == found
    assert page.inner_text("#count") == f"{len(found)} of 6 match"
    assert mapped(page) == (found if "q=" not in fragment else "EDCF")
    assert sorted(map(tuple, said(page))) == sorted(parse_qsl(fragment))
    assert page.failed == []


@pytest.mark.long
def test_a_reader_sets_limits_and_takes_them_away(visit, six):
    """Each figure keeps its own limits, which stand in a list of buttons; the download has what is listed."""
    page = visit(six, bypass_csp=True)
    page.select_option("#limit-figure", label="Score")
    page.get_by_label("at least").fill("25")
    page.get_by_label("at most").fill("75")
    assert (listed(page), page.inner_text("#said")) == ("DCFA", "4 of 6 match")
    page.select_option("#limit-figure", label="Share, score")
    assert page.get_by_label("at least").input_value() == ""
    page.get_by_label("at least").fill("50")
    with page.expect_download() as download:
        page.click("#download")
    buttons = page.locator("#limits-set button")

    assert listed(page) == "DCA"
    assert mapped(page) == "DCA"
    assert pd.read_csv(download.value.path())["unit"].tolist() == ["D", "C", "A"]
    assert [each.replace(" ×", "") for each in buttons.all_inner_texts()] == [
        "Score: 25 to 75",
        "Share, score: at least 50",
    ]
    assert said(page) == [["n.score", "25_75"], ["n.s.y", "50_"]]
    page.evaluate("window.hubrank.rerank({ index: [0, 1] })")  # the scores are those of Share: 100, 0, 50, 75, -, 25
    assert listed(page) == "DC"
    page.get_by_role("button", name="Remove the filter Score: 25 to 75").focus()
    page.keyboard.press("Enter")
    assert listed(page) == "ADC"
    page.get_by_role("button", name="Remove the filter Share, score: at least 50").click()
    assert (listed(page), page.locator("#limits-set").is_visible()) == ("ADCFB", False)
    assert page.get_by_label("at least").input_value() == ""
    assert page.failed == []


@pytest.mark.long
def test_pinned_units_stay_on_the_map(visit, six):
    """A pin follows its unit through the pictures, also where the filter leaves it out of the table."""
    page = visit(six, fragment="#unit=B&n.rank=_2", bypass_csp=True)

    assert listed(page) == "ED"
    assert mapped(page) == "EDB"


@pytest.mark.long
@pytest.mark.parametrize(
    "fragment",
    ["n.rank=1_x", "n.rank=5", "n.score=_", "n.score=1e999_", "n.nothing=1_2", "n.__proto__=1_2", "n.s.z=1_2"],
)
def test_a_limit_that_is_none_is_left_out(visit, six, fragment):
    """What the address says wrongly does nothing."""
    page = visit(six, fragment=f"#{fragment}", bypass_csp=True)

    assert listed(page) == "EDCFAB"
    assert said(page) == []
    assert page.failed == []


@pytest.mark.long
def test_limits_are_said_in_every_language_and_fit_a_phone(visit, six):
    """German names and marks at 360 pixels, and no language is wider than the screen."""
    view = {"viewport": {"width": 360, "height": 800}, "bypass_csp": True}
    page = visit(six, fragment="#n.score=18.75_50&n.m.a=_1500", **view)
    texts = {}
    for language in languages():
        page.select_option("#language", language)
        page.wait_for_function("hubrank.resting()")
        texts[language] = [each.replace(" ×", "") for each in page.locator("#limits-set button").all_inner_texts()]
        assert page.evaluate("document.documentElement.scrollWidth") <= 360

    assert texts["en"] == ["Score: 18.75 to 50", "a, measured value: at most 1,500"]
    assert texts["de"] == ["Punktwert: 18,75 bis 50", "a, Messwert: höchstens 1.500"]
    assert texts["zh"] == ["得分：18.75 至 50", "a（实测值）：不高于 1,500"]
    assert len({tuple(each) for each in texts.values()}) == 5
    assert listed(page) == "CFAB"
