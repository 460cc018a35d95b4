"""GeoNames' dumps: tables of 19 columns parted by tabs, without a header and without quoting."""

from __future__ import annotations

import csv
import io

import pandas as pd

from hubrank_geonames.countries import codes_of_countries
from hubrank_geonames.tables import place_key

#: The columns, by GeoNames' own names where they have one.
COLUMNS = (
    *("geonameid", "name", "asciiname", "alternatenames", "latitude", "longitude", "feature_class", "feature_code"),
    *("country_code", "cc2", "admin1_code", "admin2_code", "admin3_code", "admin4_code", "population", "elevation"),
    *("dem", "timezone", "modification_date"),
)
_NUMBERS = {"geonameid": "int64", "latitude": "float64", "longitude": "float64", "population": "int64"}
#: Codes of what is no place of its own today: sections of a place, and places that were given up or destroyed.
NO_PLACES = ("PPLX", "PPLH", "PPLCH", "PPLQ", "PPLW")


def rows_of(content: bytes) -> pd.DataFrame:
    """All rows of a dump, texts as they stand there (`NA` is Namibia).

    Raises:
        ValueError: It has other columns, or a number is none.
    """
    frame = pd.read_csv(
        io.BytesIO(content),
        sep="\t",
        header=None,
        dtype=str,
        keep_default_na=False,
        quoting=csv.QUOTE_NONE,
        encoding="utf-8",
    )
    if len(frame.columns) != len(COLUMNS):
        raise ValueError(f"{len(frame.columns)} columns")
    return frame.set_axis(list(COLUMNS), axis="columns").astype(_NUMBERS)


def cities(rows: pd.DataFrame) -> pd.DataFrame:
    """What a gazetteer wants of the rows of a dump, without what is no place of its own."""
    kept = rows[(rows["feature_class"] == "P") & ~rows["feature_code"].isin(NO_PLACES)]
    kept = kept[kept["country_code"].isin(codes_of_countries())]
    return pd.DataFrame(
        {
            "geonames": kept["geonameid"],
            "name": kept["name"],
            "country": kept["country_code"].map(codes_of_countries()),
            "code": kept["admin1_code"],
            "lat": kept["latitude"],
            "lon": kept["longitude"],
            "population": kept["population"],
            "also": [
                other_keys(name, others.split(","))
                for name, others in zip(kept["name"], kept["alternatenames"], strict=True)
            ],
        }
    ).reset_index(drop=True)


def other_keys(name: str, others: list[str]) -> str:
    """The keys of other names, each once, without that of the name itself, parted by `|`."""
    keys = {place_key(each).replace("|", "") for each in others} - {place_key(name), ""}
    return "|".join(sorted(keys))
