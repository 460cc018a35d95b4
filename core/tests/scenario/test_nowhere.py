"""Why a row lies in no unit."""

import pandas as pd
import pytest
from hubrank.errors import fold_name
from hubrank.measurement.unmatched import meant, why_nowhere
from hubrank.plugin.units import UnitIndex
from hubrank.scenario.places import places

CODES, COUNTRIES = ("blr", "pnq", "SAO"), ("IND", "IND", "BRA")
NAMES = UnitIndex(
    codes=CODES,
    names=("Bengaluru", "Pune", "São Paulo"),
    aliases=(("Bangalore", "City"), ("Poona", "City"), ()),
    key=fold_name,
)
SPOTS = {"unit": [*CODES, "del"], "lat": [13, 18.5, -23.5, 28.6], "lon": [77.6, 73.9, -46.6, 77.2]}


def why(rows, match="exact", spots=None):
    """Reason, scheme, place and country of rows that lie in no unit."""
    made = places(pd.DataFrame(spots or SPOTS), CODES, COUNTRIES, 40.0, names=NAMES)
    rows = pd.DataFrame(rows)
    assert made.locate(rows, match).nowhere.all()
    return [tuple(each) for each in why_nowhere(made, rows, match).to_numpy()]


@pytest.mark.parametrize(
    ("code", "match", "reason"),
    [
        ("pne", "exact", "unknown code"),
        ("del", "exact", "unit not ranked"),
        ("sao paulo", "exact", "other spelling"),
        ("Pune", "exact", "other spelling"),
        ("city", "exact", "name of several units"),
        ("city", "folded", "name of several units"),
        (None, "exact", "no place"),
    ],
)
def test_codes(code, match, reason):
    """A slip, a unit that was left out, a name in place of a code, and one that two units share."""
    assert why({"unit": [code]}, match) == [(reason, "unit" if code else "", code or "", "")]


@pytest.mark.parametrize(
    ("country", "lat", "reason"),
    [
        ("IND", 20, "outside every radius"),
        ("BRA", 13, "inside a radius, of another unit's country"),
        ("LKA", 13, "inside a radius, of another unit's country"),
        ("India", 13, "inside a radius, country spelled differently"),
        ("ind", 13, "inside a radius, country spelled differently"),
    ],
)
def test_points(country, lat, reason):
    """A point beyond all; one within the radius of a unit of another country; one with another form of its country."""
    point = f"{lat}.00N 77.60E"

    assert why({"lat": [lat], "lon": [77.6], "country": [country]}) == [(reason, "point", point, country)]


@pytest.mark.parametrize(
    ("place", "code"), [("pne", "pnq"), ("SAO PAULO", "SAO"), ("Bengalurru", "blr"), ("city", "blr, pnq"), ("xyz", "")]
)
def test_what_was_meant(place, code):
    """Another spelling first, then the most similar code, then the code of the most similar name."""
    made = places(pd.DataFrame(SPOTS), CODES, COUNTRIES, 40.0, names=NAMES)

    assert meant(made, "unit", place) == code
