"""The map: units as filled shapes or dots, drawn where they lie, with names that cover nothing."""

import itertools
import json

import numpy as np
import pytest
from hubrank.plugin import compose

SCENARIO = """
title = "Places"
editions = [2024]
units = {{ file = "{file}", within_km = 50 }}
normalisation = "min-max"
aggregation = "arithmetic"

[inputs.values]
source = "files"
options = {{ file = "figures.csv" }}

[dimensions]
all = {{ title = "All" }}

[indicators]
a = {{ indicator = "value", dimension = "all" }}
"""
EAST = ("POL", "CZE")
COUNTRIES = ["DEU", "FRA", "ITA", "ESP", "POL", "AUT", "CZE"]


def laid(forty, file, codes):
    """A ranking of units in the order of their codes, the first as the best."""
    rows = "\n".join(f"{code},2024,{len(codes) - at}" for at, code in enumerate(codes))
    (forty.folder / "figures.csv").write_text(f"unit,year,a\n{rows}\n", encoding="utf-8")
    plan = forty.plan_of(SCENARIO.format(file=file))
    return compose(plan, forty.measured(plan))


@pytest.fixture(scope="module")
def countries(forty):
    """Seven countries, and one that is too small for an outline of the world."""
    lines = [f"{code},Name of {code},{code},{'East' if code in EAST else 'West'},," for code in COUNTRIES]
    lines += ["MLT,Malta,MLT,West,35.9,14.5"]
    (forty.folder / "lands.csv").write_text(
        "unit,name,country,subregion,lat,lon\n" + "\n".join(lines) + "\n", encoding="utf-8"
    )
    return laid(forty, "lands.csv", [*COUNTRIES, "MLT"])


def fills(page, selector):
    """The colour of each unit's shape as red, green and blue."""
    read = "shapes => shapes.map(each => [each.dataset.unit, getComputedStyle(each).fill])"
    return dict(page.eval_on_selector_all(selector, read))


def overlapping(page, selector):
    """Pairs of names that cover one another."""
    read = "texts => texts.map(each => each.getBoundingClientRect().toJSON())"
    boxes = page.eval_on_selector_all(selector, read)
    return [
        (one, other)
        for one, other in itertools.combinations(boxes, 2)
        if one["left"] < other["right"] - 1
        and other["left"] < one["right"] - 1
        and one["top"] < other["bottom"] - 4
        and other["top"] < one["bottom"] - 4
    ]


def test_countries_are_filled_shapes(visit, countries):
    """Each country is its outline, the better the stronger in colour; one without an outline is a dot."""
    page = visit(countries)
    shapes = fills(page, "#map .land [data-unit]")

    assert set(shapes) == set(COUNTRIES)
    assert len(set(shapes.values())) == len(COUNTRIES)
    assert list(fills(page, "#map .dots circle")) == ["MLT"]
    assert fills(page, "#map .land path[data-country='USA']")[None] not in shapes.values()
    assert page.inner_text("#map-key").split() == ["0.000", "1.000"]


def test_the_map_is_zoomed_to_the_units(visit, countries):
    """It opens on the part where the units lie, from where the world can be asked for."""
    page = visit(countries)
    opened = page.evaluate("document.getElementById('map').viewBox.baseVal.width")
    inside = page.evaluate("""[...document.querySelectorAll('#map .land [data-unit]')].filter(each => {
        const [shape, map] = [each.getBoundingClientRect(), document.getElementById('map').getBoundingClientRect()];
        return shape.top >= map.top - 1 && shape.bottom <= map.bottom + 1;
    }).length""")
    page.select_option("#region", "*")

    assert opened < 200
    assert inside >= len(COUNTRIES) - 2
    assert page.evaluate("document.getElementById('map').viewBox.baseVal.width") == 960


def test_the_map_follows_the_filters(visit, countries):
    """A filter by a group shows the part where its units lie; without it the map is as it opened."""
    read = "document.getElementById('map').viewBox.baseVal.width"
    page = visit(countries)
    opened = page.evaluate(read)
    page.evaluate("location.hash = 'f.subregion=East'")
    page.wait_for_timeout(300)
    filtered = page.evaluate(read)
    page.evaluate("location.hash = ''")
    page.wait_for_timeout(300)

    assert filtered < opened
    assert page.evaluate(read) == opened


def test_a_shape_opens_by_keyboard(visit, countries):
    """One shape takes the tab key, arrows go from rank to rank, space pins."""
    page = visit(countries)
    page.locator("#map [tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")

    assert page.evaluate("document.activeElement.dataset.unit") == COUNTRIES[1]
    assert page.inner_text("#map-readout").startswith("Name of FRA: rank 2")
    assert page.locator("#pinned .unit").all_inner_texts() == ["Name of FRA"]


def test_own_polygons_are_drawn(visit, forty):
    """Districts of a city are drawn as their file has them, near enough to be distinguished."""
    squares = [(x, y) for x in range(3) for y in range(2)]
    features = [
        {
            "type": "Feature",
            "properties": {"unit": f"D{at}", "name": f"District {at}"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [[11 + 0.05 * (x + a), 48 + 0.05 * (y + b)] for a, b in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))]
                ],
            },
        }
        for at, (x, y) in enumerate(squares)
    ]
    (forty.folder / "city.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    page = visit(laid(forty, "city.geojson", [f"D{at}" for at in range(len(squares))]))
    boxes = page.eval_on_selector_all(
        "#map .land [data-unit]",
        "shapes => shapes.map(each => [each.dataset.unit, each.getBoundingClientRect().toJSON()])",
    )
    widths = [box["width"] for _, box in boxes]
    columns = {round(box["left"] / max(widths)) for _, box in boxes}

    assert sorted(code for code, _ in boxes) == [f"D{at}" for at in range(len(squares))]
    assert min(widths) > 60
    assert len(columns) == 3
    assert page.locator("#map path[data-country]:visible").count() == 0
    named = page.eval_on_selector_all("#map text", "all => all.map(each => each.getBoundingClientRect().toJSON())")
    middles = sorted(box["left"] + box["width"] / 2 for _, box in boxes)
    assert len(named) == len(squares)
    assert sorted(name["left"] + name["width"] / 2 for name in named) == pytest.approx(middles, abs=10)


@pytest.mark.parametrize("width", [400, 1280])
def test_names_cover_neither_one_another_nor_dots(visit, ranking, width):
    """Whatever is named, no two names meet, and at least some are there."""
    page = visit(ranking, viewport={"width": width, "height": 900})
    page.wait_for_timeout(200)

    assert page.locator("#map text").count() >= 4
    assert overlapping(page, "#map text") == []
    assert np.all(np.array([box.bounding_box()["x"] for box in page.locator("#map text").all()]) >= 0)


def test_the_map_speaks_the_page_s_language(visit, countries):
    """The parts of the map are named again when another language is chosen."""
    page = visit(countries)
    page.select_option("#language", "de")

    assert page.locator("#region option").all_inner_texts()[:2] == ["alle Einheiten", "die Welt"]


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_axe_finds_nothing_on_a_zoomed_map(visit, countries, scheme):
    """Shapes, dots, names and buttons of a map that was drawn nearer have no error of accessibility."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core looks at the page").Axe()
    page = visit(countries, color_scheme=scheme, bypass_csp=True)
    page.click("#map-closer")
    page.locator("#map [tabindex='0']").focus()

    found = axe.run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []
