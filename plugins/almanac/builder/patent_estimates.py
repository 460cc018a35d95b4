"""PCT applications of metropolitan areas outside WIPO's clusters: a country's or province's, by metros' shares."""

from pathlib import Path

import numpy as np
import pandas as pd
from gazetteer import INPUTS, Gazetteer, Place, distance_km
from patent_clusters import years_sum

COVERED_KM = 40.0
LISTED_KM = 30.0
LEAST = 10.0
PROVINCES = {
    "Beijing": "22", "Shanghai": "23", "Tianjin": "28", "Chongqing": "33", "Jiangsu": "04", "Zhejiang": "02",
    "Guangdong": "30", "Anhui": "01", "Hunan": "11", "Hubei": "12", "Sichuan": "32", "Shandong": "25",
    "Fujian": "07", "Liaoning": "19", "Jilin": "05", "Heilongjiang": "08", "Henan": "09", "Hebei": "10",
    "Shanxi": "24", "Jiangxi": "03", "Guizhou": "18", "Yunnan": "29", "Gansu": "15", "Xinjiang": "13",
    "Guangxi": "16", "Hainan": "31", "Inner Mongolia": "20", "Qinghai": "06", "Ningxia": "21", "Shaanxi": "26",
}  # fmt: skip
CODES = {"UK": "GB", "EL": "GR", "ME": "MX"}


def far_from(clusters: pd.DataFrame, places: pd.Series, within_km: float) -> np.ndarray:
    """Whether places lie in none of the clusters.

    Args:
        clusters: A column `covers`, each a tuple of places.
        places: Places.
        within_km: Radius that a cluster is taken to cover.

    Returns:
        One truth value a place.
    """
    named = [place for covered in clusters["covers"] for place in covered]
    lats, lons = np.array([place.lat for place in named]), np.array([place.lon for place in named])
    if not len(lats):
        return np.ones(len(places), dtype=bool)
    return np.array([float(distance_km(p.lat, p.lon, lats, lons).min()) > within_km for p in places], dtype=bool)


def metros(raw: Path, gazetteer: Gazetteer) -> pd.DataFrame:
    """Straccamore et al.'s metropolitan areas with their patents of 2008-2012.

    Args:
        raw: The folder of raw tables.
        gazetteer: Places.

    Returns:
        Columns place, country (alpha-2), patents; without the areas that cannot be placed.
    """
    listed = pd.read_csv(raw / "patents/metro_patents_1980_2014_straccamore.csv", keep_default_na=False)
    listed = listed.assign(patents=years_sum(listed))
    by_hand = _by_hand("straccamore")
    rows = []
    for metro in listed.itertuples(index=False):
        name, country, state = by_hand.get(str(metro.ma_row), (metro.metro_area, metro.country_iso2, ""))
        place = gazetteer.find(name, country, state) if name else None
        if place:
            rows.append({"place": place, "country": country, "patents": float(metro.patents)})
    return pd.DataFrame(rows)


def _by_hand(which: str) -> dict[str, tuple[str, str, str]]:
    table = pd.read_csv(INPUTS / "patent_metros.csv", dtype=str, keep_default_na=False)
    table = table[table["list"] == which]
    return {row.metro: (row.city, row.country, row.state) for row in table.itertuples(index=False)}


def chinese_metros(raw: Path, gazetteer: Gazetteer, areas: pd.DataFrame, clusters: pd.DataFrame) -> pd.DataFrame:
    """Chinese metros in three vintages: all change as their province's applications do.

    Args:
        raw: The folder of raw tables.
        gazetteer: Places.
        areas: What `metros` returned.
        clusters: What `clusters` returned.

    Returns:
        Columns place, year, pct, vintage, method, origin.
    """
    cnipa = pd.read_csv(raw / "patents/cnipa_pct_received_by_province_2018_2022_2023.csv").set_index("region")
    codes = {code: province for province, code in PROVINCES.items()}
    own = clusters[clusters["country"].isin(["CN", "HK"])].copy()
    own["region"] = [
        "Hong Kong" if place.country == "HKG" else codes[gazetteer.admin1(place)] for place in own["place"]
    ]
    others = areas[(areas["country"] == "CN") & far_from(own, areas["place"], COVERED_KM)].copy()
    others["region"] = [codes.get(gazetteer.admin1(place), "") for place in others["place"]]
    left = cnipa["pct_2022"] - own.groupby("region")["pct"].sum().reindex(cnipa.index).fillna(0)
    whole = others.groupby("region")["patents"].transform("sum")
    others["pct"] = others["patents"] / whole * others["region"].map(left.clip(lower=0))
    others["method"] = "CNIPA's count of the province less WIPO's clusters in it x the metro's share of patents 2008-2012"
    others = others[others["pct"] >= LEAST]
    rows = []
    for row in pd.concat([own, others]).itertuples(index=False):
        from_wipo = row.method.startswith("five-year")
        for year in (2018, 2022, 2023):
            growth = cnipa.loc[row.region, f"pct_{year}"] / cnipa.loc[row.region, "pct_2022"]
            method = row.method if year == 2022 or not from_wipo else f"{row.method}, x CNIPA {year} / 2022"
            vintage = "2018-2022" if from_wipo and year == 2022 else str(year)
            origin = "wipo-gii-2023" if from_wipo else "cnipa-annual-report"
            rows.append((row.place, year, row.pct * growth, vintage, method, origin))
    return pd.DataFrame(rows, columns=["place", "year", "pct", "vintage", "method", "origin"])


def american_metros(raw: Path, gazetteer: Gazetteer, clusters: pd.DataFrame) -> pd.DataFrame:
    """Metropolitan statistical areas in two vintages: the country's PCT applications by USPTO patents' shares.

    Args:
        raw: The folder of raw tables.
        gazetteer: Places.
        clusters: What `clusters` returned; they are carried back by the country's growth.

    Returns:
        Columns place, year, pct, vintage, method, origin.
    """
    msas = pd.read_csv(raw / "patents/uspto_utility_patents_us_msa_2000_2015.csv", dtype={"ID Code": str})
    years = [str(year) for year in range(2011, 2016)]
    whole = msas.loc[msas["GeoType"] == "ALL AREAS", years].to_numpy().sum()
    msas = msas[(msas["GeoType"] == "Metropolitan Statistical Area") & msas["ID Code"].notna()]
    msas = msas.assign(place=[_msa_place(title, gazetteer) for title in msas["U.S. Regional Title"]])
    msas = msas[msas["place"].notna()]
    own = clusters[clusters["country"] == "US"]
    msas = msas[far_from(own, msas["place"], COVERED_KM)]
    total = _national(raw, "United States")
    ends = {2015: total.loc["2011":"2015"].mean(), 2022: total.loc["2018":"2022"].mean()}
    rows = []
    for place, share in zip(msas["place"], msas[years].sum(axis=1) / whole, strict=True):
        if share * ends[2022] >= LEAST:
            method = "the country's PCT applications x the metropolitan area's share of USPTO patents 2011-2015"
            rows += [(place, year, share * ends[year], f"{year - 4}-{year}", method, "ncses-uspto") for year in ends]
    for row in own.itertuples(index=False):
        back = f"{row.method}, x the country's PCT applications 2011-2015 / 2018-2022"
        rows.append((row.place, 2022, row.pct, "2018-2022", row.method, "wipo-gii-2023"))
        rows.append((row.place, 2015, row.pct * ends[2015] / ends[2022], "2011-2015", back, "wipo-gii-2023"))
    return pd.DataFrame(rows, columns=["place", "year", "pct", "vintage", "method", "origin"])


def _msa_place(title: str, gazetteer: Gazetteer) -> Place | None:
    name, _, states = title.replace("--", "-").partition(", ")
    cities, state = name.split("/")[0].split("-"), states.split("-")[0].strip()
    names = ["-".join(cities[:count]) for count in range(len(cities), 0, -1)]
    return next((place for city in names if (place := gazetteer.find(city, "US", state))), None)


def _national(raw: Path, country: str) -> pd.Series:
    table = pd.read_csv(raw / "patents/ncses_pct_applications_by_country_2000_2022.csv")
    row = table[table["country"] == country].iloc[0]
    return row[[str(year) for year in range(2000, 2023)]].astype(float)


def other_metros(raw: Path, gazetteer: Gazetteer, areas: pd.DataFrame, clusters: pd.DataFrame) -> pd.DataFrame:
    """Metros of the other countries in one vintage: a region's or country's PCT applications by metros' shares.

    A metro that the OECD counts has its share of the OECD's counts of 2008-2012; any other has its share of its
    region's patents.

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
    in_region = [
        sum(by_region.get(part, 0.0) for part in region.split("+")) if region[2:] else by_country.loc[region, 2011:].mean()
        for region in others["region"]
    ]
    others["pct"] = in_region * others["patents"] / others.groupby("region")["patents"].transform("sum")
    others = others[far_from(clusters, others["place"], COVERED_KM) & far_from(covering, others["place"], LISTED_KM)]
    rows = [(row.place, 2015, row.pct, "2011-2015", COUNTED, "oecd-pct") for row in counted.itertuples()]
    for row in others.itertuples():
        rows.append((row.place, 2015, row.pct, "2011-2015", IN_REGION if row.region[2:] else IN_COUNTRY, "oecd-pct"))
    own = clusters[~clusters["country"].isin(["US", "CN", "HK"])]
    rows += [(row.place, 2022, row.pct, "2018-2022", row.method, "wipo-gii-2023") for row in own.itertuples()]
    table = pd.DataFrame(rows, columns=["place", "year", "pct", "vintage", "method", "origin"])
    return table[table["pct"] >= LEAST]


COUNTED = "the country's PCT applications x the metro's share of the OECD's counts 2008-2012"
IN_REGION = "the OECD region's PCT applications x the metro's share of patents 2008-2012"
IN_COUNTRY = "the country's PCT applications x the metro's share of patents 2008-2012"


def _regions(metros: pd.DataFrame, gazetteer: Gazetteer) -> list[str]:
    """The OECD region of each metro: that of the nearest city of `inputs/oecd_regions.csv`, else its country."""
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
    by_hand = _by_hand("oecd-metro")
    rows = []
    for metro in listed.itertuples(index=False):
        near = gazetteer.nearest(metro.lat, metro.lon)
        country = gazetteer.alpha2_of(near)
        name, of_hand, state = by_hand.get(metro.METRO_ID, (metro.METRO_ID, country, ""))
        place = gazetteer.find(name, of_hand, state) or near
        if name and country in by_country.index and country != "US":
            pct = metro.Patents * metro.Population / 10_000
            share = pct / by_country.loc[country, 2008:2012].mean()
            rows.append({"place": place, "pct": share * by_country.loc[country, 2011:2015].mean()})
    return pd.DataFrame(rows)
