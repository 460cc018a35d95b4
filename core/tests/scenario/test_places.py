"""Which unit a row lies in."""

import json

import pandas as pd
import pytest
from hubrank.errors import FileProblem
from hubrank.numeric import kinds_of
from hubrank.scenario.places import places
from hypothesis import given, settings
from hypothesis import strategies as st

UNITS = ("A", "B", "C")


def located(spots, rows, codes=UNITS, countries=(None, None, None), within_km=None, overlap="nearest"):
    """The codes of the units that rows lie in, those of several joined; None if they lie nowhere."""
    rows = pd.DataFrame(rows)
    found = places(pd.DataFrame(spots), codes, countries, within_km, overlap).locate(rows)
    held = [sorted(codes[unit] for unit in found.unit[found.row == row]) for row in range(len(rows))]
    assert found.nowhere.tolist() == [not each for each in held]
    return ["+".join(each) or None for each in held]


def square(west, south, size):
    """The text of a square's polygon, in degrees."""
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


SQUARE = '{"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]}'
HOLED = (
    '{"type": "MultiPolygon", "coordinates": [[[[4, 0], [8, 0], [8, 4], [4, 4], [4, 0]],'
    " [[5, 1], [5, 3], [7, 3], [7, 1], [5, 1]]]]}"
)
ON_EQUATOR = {"unit": ["A", "B"], "lat": [0, 0], "radius_km": [50, 50]}


@pytest.mark.parametrize(
    ("spots", "rows", "expected"),
    [
        # To the unit that lists its code; an unknown code and a missing value go nowhere.
        ({"unit": ["A", "A", "B"], "ror": ["r1", "r2", "r3"]}, {"ror": ["r2", "r3", "r9", None]}, "A B - -"),
        # Where a row has several codes, the first that is known decides.
        (
            {"unit": ["A", "B"], "geonames": ["1", None], "ror": [None, "r"]},
            {"geonames": ["1", "7", None], "ror": ["r", "r", "r"]},
            "A B B",
        ),
        # Of NUTS to the longest listed region that begins its code, never to a smaller one.
        (
            {"unit": ["A", "B"], "nuts": ["DE", "DE21"]},
            {"nuts": ["DE212", "DE21", "DE2", "DE3", "FR1"]},
            "B B A A -",
        ),
        # Of two centres that reach a point the nearer wins; 1 degree of longitude on the equator is 111.195 km.
        (
            {**ON_EQUATOR, "lon": [0, 1], "radius_km": [100, 100]},
            {"lat": [0, 0, 0, 0], "lon": [0.4, 0.6, -0.89, -0.91]},
            "A B A -",
        ),
        # A large circle does not take what lies nearer to a small one's centre.
        ({**ON_EQUATOR, "lon": [0, 1], "radius_km": [500, 20]}, {"lat": [0, 0], "lon": [0.95, 0.7]}, "B A"),
        # A unit reaches as far as each of its centres does; 17 km from both is too far.
        (
            {"unit": ["A", "A"], "lat": [35.7, 35.4], "lon": [139.7, 139.6], "radius_km": [10, 10]},
            {"lat": [35.7, 35.4, 35.55], "lon": [139.75, 139.55, 139.65]},
            "A A -",
        ),
        # Distance knows neither the date line nor the poles: 0.2 degrees are 22 km, 0.2 + 0.2 over a pole 44 km.
        (
            {"unit": ["A", "B", "C"], "lat": [0, 89.8, -90], "lon": [179.9, 0, 0], "radius_km": [30, 50, 10]},
            {"lat": [0, 89.8, -89.95, 0], "lon": [-179.9, 180, 123, -179.8]},
            "A B C -",
        ),
        # To the polygon that holds it, its edge included and its holes not.
        (
            {"unit": ["A", "B"], "polygon": [SQUARE, HOLED]},
            {"lat": [1, 0, 2, 0.5, 3], "lon": [1, 0, 6, 6, 3]},
            "A A - B -",
        ),
        # A point inside a polygon is that unit's, even on another's centre.
        (
            {
                "unit": ["A", "B"],
                "polygon": [SQUARE, None],
                "lat": [None, 1],
                "lon": [None, 1],
                "radius_km": [None, 300],
            },
            {"lat": [1, 3], "lon": [1, 1]},
            "A B",
        ),
        # A unit's area is that of all its polygons: A's two squares of 1 and 9 make it larger than B's of 4.
        (
            {"unit": ["A", "B", "A"], "polygon": [square(0, 0, 1), square(0, 0, 2), square(20, 0, 3)]},
            {"lat": [0.5], "lon": [0.5]},
            "B",
        ),
        # Near the pole a square of 4 degrees is smaller than one of 3 beneath it. By width times the difference of
        # sines: 4 (sin 88.4 - sin 84.4) is 0.0175, 3 (sin 84.5 - sin 81.5) is 0.0191.
        (
            {"unit": ["A", "B"], "polygon": [square(0, 81.5, 3), square(0, 84.4, 4)]},
            {"lat": [84.45], "lon": [1]},
            "B",
        ),
    ],
)
def test_located(spots, rows, expected):
    """By code, by polygon, by centre."""
    assert [unit or "-" for unit in located(spots, rows)] == expected.split()


@pytest.mark.parametrize(
    ("spots", "countries", "rows", "expected"),
    [
        # Not to a nearer hub across the border when its own country has one within reach.
        ({"lon": [0, 0.4]}, ("AAA", "BBB"), [(0.3, "AAA"), (0.3, "BBB"), (0.3, None)], "A B B"),
        # A row of a country that has no unit goes to none, however near.
        ({"lon": [0, 9]}, ("AAA", "BBB"), [(0, "CCC")], "-"),
        # To units that list its country, after its own country's.
        (
            {"lon": [0, 0.6], "also_countries": ["BBB|CCC", None]},
            ("AAA", "BBB"),
            [(0.25, "BBB"), (-0.3, "BBB"), (0.1, "CCC")],
            "B A A",
        ),
        # A unit without a known country gets rows of any country, after those that lie in their own.
        ({"lon": [0, 0.4]}, (None, "BBB"), [(0.1, "CCC"), (0.1, "BBB")], "A B"),
        # Two regions of one country are no conflict: beside a polygon, a country says where that lies.
        ({"lon": [0, 9], "country": ["AAA", "AAA"], "polygon": [SQUARE, HOLED]}, ("AAA", "AAA"), [(0, "AAA")], "A"),
    ],
)
def test_countries(spots, countries, rows, expected):
    """Points on the equator, with their countries."""
    table = {"lat": [0] * len(rows), "lon": [lon for lon, _ in rows], "country": [country for _, country in rows]}
    units = located({**ON_EQUATOR, **spots}, table, countries=(*countries, None))

    assert [unit or "-" for unit in units] == expected.split()


def test_radius_of_the_scenario():
    """A centre without a radius has the scenario's; one with its own keeps it."""
    spots = {"unit": ["A", "B"], "lat": [0, 10], "lon": [0, 0], "radius_km": [None, 300]}

    assert located(spots, {"lat": [0.5, 12], "lon": [0, 0]}, within_km=60) == ["A", "B"]


@pytest.mark.parametrize(
    ("spots", "told"),
    [
        ({**ON_EQUATOR, "lon": [0, 1], "radius_km": [50, -1]}, "radius_km of unit 'B' "),  # it reaches nothing
        ({"unit": ["A", "B"], "ror": ["r", "r"]}, r"^two units have the ror code 'r'; a code belongs to one unit$"),
    ],
)
def test_places_that_are_refused(spots, told):
    """A radius below 0, a code of two units."""
    with pytest.raises(FileProblem, match=told):
        located(spots, {"lat": [0], "lon": [0], "ror": ["r"]})


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
    """A city in the middle of its region keeps its rows in any order of the table; `all` gives both."""
    turned = {name: values[::-1] for name, values in NESTED.items()}

    assert located(NESTED, INSIDE, overlap=overlap) == expected
    assert located(turned, INSIDE, overlap=overlap) == expected


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


@settings(max_examples=10)
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


@pytest.mark.long
@given(st.lists(st.tuples(st.sampled_from(["A", "B", None]), st.sampled_from([1.0, 2.0, float("nan")])), max_size=9))
def test_kinds_of_rows(rows):
    """Distinct rows are numbered in order of their first, missing values alike, as pandas groups them."""
    frame = pd.DataFrame(rows, columns=["unit", "lat"]).astype({"unit": object, "lat": float})
    for names in (["unit"], ["lat"], ["lat", "unit"]):
        kind, first = kinds_of([frame[name] for name in names])

        assert kind.tolist() == frame.groupby(names, sort=False, dropna=False).ngroup().tolist()
        assert first.tolist() == frame[names].drop_duplicates().index.tolist()
