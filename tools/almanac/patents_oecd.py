"""PCT applications of metropolitan areas elsewhere: WIPO's clusters, and OECD regions by metros' shares."""

from pathlib import Path

import numpy as np
import pandas as pd

from tools.almanac.gazetteer import Gazetteer
from tools.almanac.names import INPUTS
from tools.almanac.patent_metros import COLUMNS, COVERED_KM, LEAST, by_hand, far_from
from tools.vintage.places import distance_km

LISTED_KM = 30.0
CODES = {"UK": "GB", "EL": "GR", "ME": "MX"}
COUNTED = "the country's PCT applications x the metro's share of the OECD's counts 2008-2012"
IN_REGION = "the OECD region's PCT applications x the metro's share of patents 2008-2012"
WHOLE = "the OECD region's PCT applications"
IN_COUNTRY = "the country's PCT applications x the metro's share of patents 2008-2012"


def other_metros(raw: Path, gazetteer: Gazetteer, areas: pd.DataFrame, clusters: pd.DataFrame) -> pd.DataFrame:
    """Metros of the other countries in one vintage each.

    A metro that the OECD counts has its share of the OECD's counts of 2008-2012; any other has its share of
    its region's patents.

    Args:
        raw: The folder of raw tables.
        gazetteer: Places.
        areas: What `metros` returned.
        clusters: What `clusters` returned.

    Returns:
        Columns place, year, pct, vintage, method, origin.
    """
    regions = pd.read_csv(raw / "patents/oecd_region_tl2_pct_2001_2015.csv")
    regions["country"] = regions["reg_id"].str[:2].replace(CODES)
    by_country = regions.groupby(["country", "year"])["pct_applications"].sum().unstack()
    by_region = regions[regions["year"].between(2011, 2015)].groupby("reg_id")["pct_applications"].sum() / 5
    counted = _oecd_metros(raw, gazetteer, by_country)
    counted = counted[far_from(clusters, counted["place"], COVERED_KM)]
    covering = pd.DataFrame({"covers": [(place,) for place in counted["place"]]})
    others = areas[areas["country"].isin(by_country.index.difference(["US", "CN"]))].copy()
    others["region"] = _regions(others, gazetteer)
    totals = [_total(region, by_region, by_country) for region in others["region"]]
    others["pct"] = totals * others["patents"] / others.groupby("region")["patents"].transform("sum")
    others = others[far_from(clusters, others["place"], COVERED_KM)]
    others = others[far_from(covering, others["place"], LISTED_KM)]
    rows = [(row.place, 2015, row.pct, "2011-2015", COUNTED, "oecd-pct") for row in counted.itertuples()]
    methods = [IN_REGION if region[2:] else IN_COUNTRY for region in others["region"]]
    shared = zip(others["place"], others["pct"], methods, strict=True)
    rows += [(place, 2015, pct, "2011-2015", method, "oecd-pct") for place, pct, method in shared]
    rows += _whole_regions(areas, clusters, by_region, gazetteer)
    own = clusters[~clusters["country"].isin(["US", "CN", "HK"])]
    rows += [(row.place, 2022, row.pct, "2018-2022", row.method, "wipo-gii-2023") for row in own.itertuples()]
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table[table["pct"] >= LEAST]


def _whole_regions(
    areas: pd.DataFrame, clusters: pd.DataFrame, by_region: pd.Series, gazetteer: Gazetteer
) -> list[tuple[object, ...]]:
    """Regions of a country without a list of metros (Israel), at their first city."""
    table = pd.read_csv(INPUTS / "oecd_regions.csv", dtype=str, keep_default_na=False)
    table = table[~table["country"].isin(areas["country"])]
    cities = [gazetteer.find(row.cities.split("; ")[0], row.country) for row in table.itertuples(index=False)]
    apart = far_from(clusters, cities, COVERED_KM)
    return [
        (place, 2015, by_region[region], "2011-2015", WHOLE, "oecd-pct")
        for place, region, kept in zip(cities, table["regions"], apart, strict=True)
        if kept
    ]


def _total(region: str, by_region: pd.Series, by_country: pd.DataFrame) -> float:
    """PCT applications a year, 2011-2015, of a region, of several (`IN03+IN20`), or of a country (`MX`)."""
    if len(region) == len("MX"):
        return float(by_country.loc[region, 2011:2015].mean())
    return float(sum(by_region.get(part, 0.0) for part in region.split("+")))


def _regions(metros: pd.DataFrame, gazetteer: Gazetteer) -> list[str]:
    """The region of each metro: that of the nearest city in `oecd_regions.csv`; else its country."""
    table = pd.read_csv(INPUTS / "oecd_regions.csv", dtype=str, keep_default_na=False)
    cities = [
        (row.country, row.regions, place)
        for row in table.itertuples(index=False)
        for city in row.cities.split("; ")
        if (place := gazetteer.find(city, row.country))
    ]
    found = []
    for metro in metros.itertuples(index=False):
        own = [(region, place) for country, region, place in cities if country == metro.country]
        lats, lons = (np.array([getattr(place, axis) for _, place in own]) for axis in ("lat", "lon"))
        nearest = int(distance_km(metro.place.lat, metro.place.lon, lats, lons).argmin()) if own else -1
        found.append(own[nearest][0] if own else metro.country)
    return found


def _oecd_metros(raw: Path, gazetteer: Gazetteer, by_country: pd.DataFrame) -> pd.DataFrame:
    listed = pd.read_csv(raw / "patents/oecd_metro_2008_2012_patents_gdp_pop.csv")
    corrected = by_hand("oecd-metro")
    rows = []
    for metro in listed.itertuples(index=False):
        near = gazetteer.nearest(metro.lat, metro.lon)
        country = gazetteer.alpha2_of(near)
        name, of_hand, state = corrected.get(metro.METRO_ID, (metro.METRO_ID, country, ""))
        place = gazetteer.find(name, of_hand, state) or near
        if name and country in by_country.index and country != "US":
            pct = metro.Patents * metro.Population / 10_000
            share = pct / by_country.loc[country, 2008:2012].mean()
            rows.append({"place": place, "pct": share * by_country.loc[country, 2011:2015].mean()})
    return pd.DataFrame(rows)
