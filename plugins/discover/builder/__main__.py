"""`python plugins/discover/builder GEONAMES.csv` writes the gazetteer by which clusters are named.

The file is GeoNames' `cities5000` with a header: `geonameid, name, latitude, longitude, countrycode, population`.
"""

import gzip
import io
import sys
from pathlib import Path

import pandas as pd
import pycountry

TARGET = Path(__file__).parents[1] / "src/hubrank_discover/data/places.csv.gz"
#: What GeoNames has and ISO 3166-1 has not.
ALSO = {"XK": "XKX"}
LEAST = 15_000

frame = pd.read_csv(sys.argv[1], dtype={"countrycode": str}, keep_default_na=False)
codes = {each.alpha_2: each.alpha_3 for each in pycountry.countries} | ALSO
frame = frame.assign(country=frame["countrycode"].map(codes), lat=frame["latitude"], lon=frame["longitude"])
frame = frame[frame["population"] >= LEAST].sort_values(["country", "geonameid"], kind="stable")
text = io.StringIO()
frame[["name", "country", "lat", "lon", "population"]].to_csv(text, index=False, lineterminator="\n")
TARGET.write_bytes(gzip.compress(text.getvalue().encode(), mtime=0))
