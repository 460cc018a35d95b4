"""Filters by figures: ends of ranks, scores and measured values, in the table, on the map and in what is taken away."""

import pandas as pd
import pytest
from hubrank.plugin import compose, load, measure, resolve
from hubrank.testing import built_in

SCENARIO = """
title = "Six"
editions = [2024]
units = { file = "units.csv", within_km = 50 }
normalisation = { method = "min-max", range = [0, 100] }
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
def test_a_reader_sets_limits_and_takes_them_away(visit, six):
    """Each value keeps its own limits, which are in a list of buttons; the download has what is listed."""
    page = visit(six, bypass_csp=True)
    page.click("#more-tools summary")
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
