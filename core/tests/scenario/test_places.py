"""Which unit a row lies in."""

import json

import pandas as pd
import pytest
from hubrank.errors import FileProblem
from hubrank.scenario.places import places
from hypothesis import given, settings
from hypothesis import strategies as st

UNITS = ("A", "B", "C")


def located(spots, rows, codes=UNITS, countries=(None, None, None), within_km=None, overlap="nearest"):
    """The codes of the units that rows lie in, those of several joined; none where they lie nowhere."""
    rows = pd.DataFrame(rows)
    found = places(pd.DataFrame(spots), codes, countries, within_km, overlap).locate(rows)
    held = [sorted(codes[unit] for unit in found.unit[found.row == row]) for row in range(len(rows))]
    assert found.nowhere.tolist() == [not each for each in held]
    return ["+".join(each) or None for each in held]


def test_codes():
    """A row goes to the unit that lists its code; an unknown code and a gap go nowhere."""
    spots = {"unit": ["A", "A", "B"], "ror": ["r1", "r2", "r3"]}

    assert located(spots, {"ror": ["r2", "r3", "r9", None]}) == ["A", "B", None, None]


def test_first_scheme_that_finds():
    """Where a row has several codes, the first that is known decides."""
    spots = {"unit": ["A", "B"], "geonames": ["1", None], "ror": [None, "r"]}
    rows = {"geonames": ["1", "7", None], "ror": ["r", "r", "r"]}

    assert located(spots, rows) == ["A", "B", "B"]


def test_nuts_by_prefix():
    """A NUTS row goes to the longest listed region that begins its code, never to a smaller one."""
    spots = {"unit": ["A", "B"], "nuts": ["DE", "DE21"]}

    assert located(spots, {"nuts": ["DE212", "DE21", "DE2", "DE3", "FR1"]}) == ["B", "B", "A", "A", None]


def test_code_of_two_units():
    """A code belongs to one unit."""
    with pytest.raises(FileProblem, match=r"^two units have the ror code 'r'; a code belongs to one unit$"):
        located({"unit": ["A", "B"], "ror": ["r", "r"]}, {"ror": ["r"]})


def test_nearest_centre():
    """Of two centres that reach a point the nearer wins; 1 degree of longitude on the equator is 111.195 km."""
    spots = {"unit": ["A", "B"], "lat": [0, 0], "lon": [0, 1], "radius_km": [100, 100]}
    rows = {"lat": [0, 0, 0, 0], "lon": [0.4, 0.6, -0.89, -0.91]}

    assert located(spots, rows) == ["A", "B", "A", None]


def test_nearest_centre_of_other_radii():
    """A large circle does not take what lies nearer to a small one's centre."""
    spots = {"unit": ["A", "B"], "lat": [0, 0], "lon": [0, 1], "radius_km": [500, 20]}
    rows = {"lat": [0, 0], "lon": [0.95, 0.7]}

    assert located(spots, rows) == ["B", "A"]


def test_several_centres():
    """A unit reaches as far as each of its centres does; 17 km from both is too far."""
    spots = {"unit": ["A", "A"], "lat": [35.7, 35.4], "lon": [139.7, 139.6], "radius_km": [10, 10]}
    rows = {"lat": [35.7, 35.4, 35.55], "lon": [139.75, 139.55, 139.65]}

    assert located(spots, rows) == ["A", "A", None]


def test_own_country_first():
    """A row is not given to a nearer hub across the border when its own country has one within reach."""
    spots = {"unit": ["A", "B"], "lat": [0, 0], "lon": [0, 0.4], "radius_km": [50, 50]}
    rows = {"lat": [0, 0, 0], "lon": [0.3, 0.3, 0.3], "country": ["AAA", "BBB", None]}

    assert located(spots, rows, countries=("AAA", "BBB", None)) == ["A", "B", "B"]


def test_foreign_country():
    """A row of a country that has no unit goes to none, however near."""
    spots = {"unit": ["A"], "lat": [0], "lon": [0], "radius_km": [50]}
    rows = {"lat": [0], "lon": [0], "country": ["CCC"]}

    assert located(spots, rows, countries=("AAA", "BBB", None)) == [None]


def test_cross_border():
    """A unit takes rows of the countries that it lists, after those countries' own units."""
    spots = {
        "unit": ["A", "B"],
        "lat": [0, 0],
        "lon": [0, 0.6],
        "radius_km": [50, 50],
        "also_countries": ["BBB|CCC", None],
    }
    rows = {"lat": [0, 0, 0], "lon": [0.25, -0.3, 0.1], "country": ["BBB", "BBB", "CCC"]}

    assert located(spots, rows, countries=("AAA", "BBB", None)) == ["B", "A", "A"]


def test_unit_of_unknown_country():
    """A unit whose country nobody told takes rows of any country, after those that lie in their own."""
    spots = {"unit": ["A", "B"], "lat": [0, 0], "lon": [0, 0.4], "radius_km": [50, 50]}
    rows = {"lat": [0, 0], "lon": [0.1, 0.1], "country": ["CCC", "BBB"]}

    assert located(spots, rows, countries=(None, "BBB", None)) == ["A", "B"]


def test_antimeridian_and_poles():
    """Distance knows neither the date line nor the poles: 0.2 degrees are 22 km, 0.2 + 0.2 over a pole 44 km."""
    spots = {"unit": ["A", "B", "C"], "lat": [0, 89.8, -90], "lon": [179.9, 0, 0], "radius_km": [30, 50, 10]}
    rows = {"lat": [0, 89.8, -89.95, 0], "lon": [-179.9, 180, 123, -179.8]}

    assert located(spots, rows) == ["A", "B", "C", None]


def test_radius_of_the_scenario():
    """A centre without a radius has the scenario's; one with its own keeps it."""
    spots = {"unit": ["A", "B"], "lat": [0, 10], "lon": [0, 0], "radius_km": [None, 300]}
    rows = {"lat": [0.5, 12], "lon": [0, 0]}

    assert located(spots, rows, within_km=60) == ["A", "B"]


SQUARE = '{"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]}'
HOLED = (
    '{"type": "MultiPolygon", "coordinates": [[[[4, 0], [8, 0], [8, 4], [4, 4], [4, 0]],'
    " [[5, 1], [5, 3], [7, 3], [7, 1], [5, 1]]]]}"
)


def test_polygons():
    """A point goes to the polygon that holds it, its edge included and its holes not."""
    spots = {"unit": ["A", "B"], "polygon": [SQUARE, HOLED]}
    rows = {"lat": [1, 0, 2, 0.5, 3], "lon": [1, 0, 6, 6, 3]}

    assert located(spots, rows) == ["A", "A", None, "B", None]


def test_polygon_before_centre():
    """A point inside a polygon is that unit's, even on another's centre."""
    spots = {
        "unit": ["A", "B"],
        "polygon": [SQUARE, None],
        "lat": [None, 1],
        "lon": [None, 1],
        "radius_km": [None, 300],
    }

    assert located(spots, {"lat": [1, 3], "lon": [1, 1]}) == ["A", "B"]


def test_country_beside_a_polygon_is_no_code():
    """Two regions of one country are no conflict: beside a polygon, a country says where that lies."""
    spots = {"unit": ["A", "B"], "country": ["AAA", "AAA"], "polygon": [SQUARE, HOLED]}

    assert located(spots, {"lat": [1], "lon": [1], "country": ["AAA"]}, countries=("AAA", "AAA", None)) == ["A"]


def square(west, south, size):
    """The text of a square's polygon, in degrees."""
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


NESTED = {"unit": ["A", "B"], "polygon": [square(0, 0, 10), square(4, 4, 2)]}
INSIDE = {"lat": [5, 4.1, 1, 11], "lon": [5, 4.1, 1, 1]}


@pytest.mark.parametrize(
    ("overlap", "expected"),
    [
        ("nearest", ["B", "B", "A", None]),
        ("all", ["A+B", "A+B", "A", None]),
        ("error", ["A+B", "A+B", "A", None]),
    ],
)
def test_polygon_within_a_polygon(overlap, expected):
    """A city in the middle of its region keeps its rows, whatever row of the table it stands in; `all` gives both."""
    turned = {name: values[::-1] for name, values in NESTED.items()}

    assert located(NESTED, INSIDE, overlap=overlap) == expected
    assert located(turned, INSIDE, overlap=overlap) == expected


def test_polygons_of_one_unit_are_one():
    """A unit's area is that of all its polygons: A's two squares of 1 and 9 make it larger than B's of 4."""
    spots = {"unit": ["A", "B", "A"], "polygon": [square(0, 0, 1), square(0, 0, 2), square(20, 0, 3)]}

    assert located(spots, {"lat": [0.5], "lon": [0.5]}) == ["B"]


def test_area_is_of_the_globe():
    """Near the pole a square of 4 degrees is smaller than one of 3 beneath it.

    By width times the difference of sines: 4 (sin 88.4 - sin 84.4) is 0.0175, 3 (sin 84.5 - sin 81.5) is 0.0191.
    """
    spots = {"unit": ["A", "B"], "polygon": [square(0, 81.5, 3), square(0, 84.4, 4)]}

    assert located(spots, {"lat": [84.45], "lon": [1]}) == ["B"]


@pytest.mark.parametrize("order", [[0, 1], [1, 0]])
@pytest.mark.parametrize("radii", [[100, 100], [100, 200]])
def test_two_centres_equally_near(order, radii):
    """Half-way between two centres the first code decides, in any order of rows, of one radius or of two."""
    spots = pd.DataFrame({"unit": ["A", "B"], "lat": [0, 0], "lon": [0, 1], "radius_km": radii}).iloc[order]

    assert located(spots, {"lat": [0], "lon": [0.5]}, codes=[UNITS[at] for at in order]) == ["A"]


def test_several_circles():
    """`all` gives a row to every circle that holds it and may take its country's rows, a unit's two circles once."""
    spots = {
        "unit": ["A", "A", "B", "C"],
        "lat": [0, 0, 0, 0],
        "lon": [0, 0.1, 0.2, 0.3],
        "radius_km": [50, 60, 50, 50],
        "also_countries": [None, None, "AAA", None],
    }
    rows = {"lat": [0, 0, 0, 9], "lon": [0.15, 0.15, 0.15, 0], "country": ["AAA", "CCC", None, "AAA"]}
    countries = ("AAA", "BBB", "CCC")

    assert located(spots, rows, countries=countries, overlap="all") == ["A+B", "C", "A+B+C", None]


@settings(max_examples=25)
@given(
    spots=st.lists(
        st.tuples(st.sampled_from("ABCDE"), st.integers(0, 4), st.integers(0, 4), st.sampled_from([120, 250])),
        min_size=2,
        max_size=8,
    ),
    shapes=st.lists(
        st.tuples(st.sampled_from("ABCDE"), st.integers(0, 4), st.integers(0, 4), st.integers(1, 3)), max_size=5
    ),
    seed=st.randoms(use_true_random=False),
    overlap=st.sampled_from(["nearest", "all"]),
)
def test_the_order_of_rows_never_decides(spots, shapes, seed, overlap):
    """Units and places in any order give a row to the same units: centres and squares on a grid tie all the time."""
    made = [{"unit": unit, "lat": lat, "lon": lon, "radius_km": radius} for unit, lat, lon, radius in spots]
    made += [{"unit": unit, "polygon": square(lon, lat, size)} for unit, lon, lat, size in shapes]
    rows = {"lat": [each / 2 for each in range(10)] * 10, "lon": [each / 2 for each in range(10) for _ in range(10)]}
    codes = list("ABCDE")
    first = located(pd.DataFrame(made), rows, codes, (None,) * 5, overlap=overlap)
    seed.shuffle(made)
    seed.shuffle(codes)

    assert located(pd.DataFrame(made), rows, codes, (None,) * 5, overlap=overlap) == first
