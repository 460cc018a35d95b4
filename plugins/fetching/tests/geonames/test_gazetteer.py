"""Places found by name, country and region; what is not sure is none."""

import pandas as pd
import pytest
from hubrank_fetching.geonames import Gazetteer, country_called, place_key

PLACES = Gazetteer.built_in()


@pytest.mark.parametrize(
    ("asked", "geonames"),
    [
        (("San Jose", "USA"), 5392171),
        (("san  josé!", "CRI"), 3621849),
        (("Cambridge", "us"), 4931972),
        (("Cambridge", "CAN"), 5913695),
        (("Springfield", "US", "Illinois"), 4250542),
        (("Springfield", "US", "US-MO"), 4409896),
        (("München", "DE", "Bavaria"), 2867714),
        (("Peking", "CN"), 1816670),
        (("Shen-Zhen Shi", "CHN", "Guangdong"), 1795565),
        (("Windhoek", "NA"), 3352136),
        (("Frankfurt", "DE"), 2925533),
        (("St. Petersburg", "RU"), 498817),
        (("Pristina", "XK"), 786714),
        (("New Delhi", "IN"), 1261481),
        (("Kansas City", "US"), 4393217),
        (("Paris", "FR", "no region of France"), 2988507),
    ],
)
def test_found(asked, geonames):
    """Each by GeoNames' own id."""
    assert PLACES.find(*asked).geonames == geonames


@pytest.mark.parametrize(
    "asked",
    [
        ("Springfield", "US"),
        ("Munich", "US"),
        ("Boston", "US", "California"),
        ("Palo Alto", "XX"),
        ("", "US"),
        ("Zhabei", "CN"),
    ],
)
def test_not_found(asked):
    """Three of a size, in another country, in another region, in no country, no name, a section of a city."""
    assert PLACES.find(*asked) is None


def of(*rows, apart=1.0):
    """A gazetteer of places of one country, this many degrees apart: name, people, region, other names."""
    made = [
        (at, name, "USA", code, 1.0, 2.0 + at * apart, people, also)
        for at, (name, people, code, also) in enumerate(rows)
    ]
    return Gazetteer(
        pd.DataFrame(made, columns=["geonames", "name", "country", "code", "lat", "lon", "population", "also"])
    )


def test_the_most_populous_where_it_is_clear():
    """Three times the people are enough, fewer are not; a name of its own weighs twenty times."""
    assert of(("York", 300_000, "CA", ""), ("York", 100_000, "TX", "")).find("York", "US").geonames == 0
    assert of(("York", 299_000, "CA", ""), ("York", 100_000, "TX", "")).find("York", "US") is None
    assert of(("Yorkton", 6_000, "CA", "york"), ("York", 1_000, "TX", "")).find("York", "US").geonames == 1
    assert of(("Yorkton", 70_000, "CA", "york"), ("York", 1_000, "TX", "")).find("York", "US").geonames == 0


def test_places_of_one_name_beside_each_other():
    """Within 25 km they are one, the one that is called so itself; 0.2 degrees are 22 km, 0.3 are 33 km."""
    rows = ("Yorkton", 30_000, "CA", "york"), ("York", 1_000, "CA", "")
    assert of(*rows, apart=0.2).find("York", "US").geonames == 1
    assert of(*rows, apart=0.3).find("York", "US") is None


def test_all_places_of_a_name():
    """The most populous first, and those that are called so too; a code of two letters does."""
    found = Gazetteer.built_in().called("Cambridge", "US")

    assert (found[0].geonames, found[0].region) == (4931972, "Massachusetts")
    assert [each.population for each in found] == sorted((each.population for each in found), reverse=True)
    assert Gazetteer.built_in().called("Nowhere at all", "USA") == ()


def test_the_nearest():
    """Stanford has no place of its own; Palo Alto is 3 km away, and nothing lies near 0 N 140 W."""
    assert PLACES.near(37.424, -122.166, within_km=5).name == "Palo Alto"
    assert PLACES.near(37.424, -122.166, within_km=1) is None
    assert PLACES.near(0, -140, within_km=500) is None


def test_a_place():
    """What is known of one."""
    place = PLACES.by_id(5391959)

    assert (place.name, place.country, place.region) == ("San Francisco", "USA", "California")
    assert (place.lat, place.lon, place.population) == (37.77493, -122.41942, 827_526)
    assert PLACES.by_id(1) is None


def test_other_names_are_folded_as_names_are():
    """What is built in was folded by the rule that is asked with."""
    keys = {key for also in PLACES._places["also"].head(500) for key in also.split("|") if key}

    assert len(keys) > 8_000
    assert [key for key in keys if place_key(key) != key] == []


@pytest.mark.parametrize(
    ("name", "code"),
    [("Korea, South", "KOR"), ("Türkiye", "TUR"), ("Kosovo", "XKX"), ("XK", "XKX"), ("Atlantis", None)],
)
def test_countries(name, code):
    """By names as lists have them."""
    assert country_called(name) == code
