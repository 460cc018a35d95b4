"""Small invented worlds on a server of this machine, answered by the servers that the sources' own tests have."""

import importlib.util
import random
import re
from pathlib import Path

RESEARCH = Path(__file__).parents[2] / "plugins/research/tests"
#: Cities with a hub each: name, country as each service writes it, latitude, longitude.
CITIES = (
    ("Paris", "FR", "FRA", "France", 48.8566, 2.3522),
    ("London", "GB", "GBR", "United Kingdom", 51.5074, -0.1278),
    ("Tokyo", "JP", "JPN", "Japan", 35.6895, 139.6917),
    ("Beijing", "CN", "CHN", "China", 39.9075, 116.3972),
    ("Berlin", "DE", "DEU", "Germany", 52.5244, 13.4105),
    ("Madrid", "ES", "ESP", "Spain", 40.4165, -3.7026),
    ("Boston", "US", "USA", "United States", 42.3584, -71.0598),
    ("Toronto", "CA", "CAN", "Canada", 43.7064, -79.3986),
)
#: An export in the form of CB Insights, of invented companies.
EXPORT = (
    '"Global Unicorn Club (as of March 20th, 2025)",,,,,,\n\n'
    "Company,Valuation ($B),Date Joined,Country,City,Industry,Select Investors\n"
) + "".join(
    f"Firm {name} {number},${number + 1}.5,3/1/2023,{country},{name},Fintech,One\n"
    for at, (name, _, _, country, _, _) in enumerate(CITIES)
    for number in range(at % 4)
)


def module_of(path):
    """A module of another member's tests."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


OPENALEX = module_of(RESEARCH / "openalex" / "conftest.py")
NOBEL = module_of(RESEARCH / "nobel" / "test_nobel.py")


def works():
    """Three institutions in each city, and four hundred works of one to three of them."""
    draw = random.Random(5)  # noqa: S311  # no secret
    there = []
    for at, (_, code, _, _, lat, lon) in enumerate(CITIES):
        for number in range(3):
            geo = {"geonames_city_id": None, "latitude": lat, "longitude": lon, "region": None}
            kind = ("education", "company", "facility")[number]
            there.append(OPENALEX.institution(4210000000 + 10 * at + number, country=code, geo=geo, type=kind))
    made = []
    for at in range(400):
        of = draw.choices(there, k=draw.randint(1, 3))
        made.append(
            OPENALEX.work(
                2000000 + at,
                [each["id"].rpartition("I")[2] for each in of],
                publication_year=draw.randint(2021, 2025),
                types={each["type"] for each in of},
                countries=len({each["country_code"] for each in of}),
                top=draw.choice([0, 0, 10, 1]),
            )
        )
    return there, made


def prizes():
    """A laureate of 2000 and later in each city, and where Wikidata has these."""
    rows = [
        NOBEL.laureate(at, NOBEL.prize(2000 + at, "Physics", "1", NOBEL.organisation(name, country, f"Q{1000 + at}")))
        for at, (name, _, _, country, _, _) in enumerate(CITIES)
    ]
    points = [
        NOBEL.point(f"Q{1000 + at}", lon, lat, f"{990000 + at}", code)
        for at, (_, _, code, _, lat, lon) in enumerate(CITIES)
    ]
    return rows, points


def serve(httpserver):
    """Serve both; gives the server of OpenAlex."""
    made = OPENALEX.OpenAlex(*works())
    httpserver.expect_request(re.compile("/(institutions|works).*")).respond_with_handler(made)
    rows, points = prizes()
    NOBEL.serve(httpserver, rows, points, at=4)
    return made
