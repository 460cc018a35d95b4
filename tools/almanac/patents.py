"""International (PCT) patent applications a year, per metropolitan area."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tools.almanac.sources import Gazetteer, Sources, places_by_hand, read_input
from tools.vintage.rows import Account, Area, Place, Table, distance_km, table_of, with_place_columns

BESIDE_CHINA = {"Hong Kong", "Macao", "Macau", "Taiwan"}
CNIPA = "patents/cnipa_pct_received_by_province_2018_2022_2023.csv"
USPTO = "patents/uspto_utility_patents_us_msa_2000_2015.csv"
REGIONS = "patents/oecd_region_tl2_pct_2001_2015.csv"
METROS = "patents/metro_patents_1980_2014_straccamore.csv"
COVERED_KM = 40.0
LISTED_KM = 30.0
LEAST = 10.0
COLUMNS = ["place", "year", "pct", "vintage", "method", "origin"]
USPTO_YEARS = [str(year) for year in range(2011, 2016)]
YEARS_COUNTED = 5
CNIPA_YEARS = ["pct_2018", "pct_2022"]
BY = {
    "cnipa": "CNIPA's counts of 2018 and 2022",
    "rest": "the rest of the cluster",
    "straccamore": "patents 2008-2012",
    "uspto": "USPTO patents 2011-2015",
    "oecd": "OECD districts 2011-2015",
}
GEONAMES_CODES = (
    "01=Anhui,02=Zhejiang,03=Jiangxi,04=Jiangsu,05=Jilin,06=Qinghai,07=Fujian,08=Heilongjiang,09=Henan,10=Hebei,"
    "11=Hunan,12=Hubei,13=Xinjiang,15=Gansu,16=Guangxi,18=Guizhou,19=Liaoning,20=Inner Mongolia,21=Ningxia,22=Beijing,"
    "23=Shanghai,24=Shanxi,25=Shandong,26=Shaanxi,28=Tianjin,29=Yunnan,30=Guangdong,31=Hainan,32=Sichuan,33=Chongqing"
)
PROVINCES = dict(pair.split("=") for pair in GEONAMES_CODES.split(","))
WITHOUT_CAPITAL = {"Heilongjiang"}
BEYOND = "CNIPA's count of the province less WIPO's clusters in it x the metro's share of patents 2008-2012"
SHARED = "the country's PCT applications x the metropolitan area's share of USPTO patents 2011-2015"
CODES = {"UK": "GB", "EL": "GR", "ME": "MX"}
COUNTED = "the country's PCT applications x the metro's share of the OECD's counts 2008-2012"
IN_REGION = "the OECD region's PCT applications x the metro's share of patents 2008-2012"
WHOLE = "the OECD region's PCT applications"
IN_COUNTRY = "the country's PCT applications x the metro's share of patents 2008-2012"


def patents(sources: Sources) -> Table:
    """Put each metropolitan area's best public figure at its principal city; an area without a figure has no row."""
    raw, gazetteer = sources.raw, sources.gazetteer
    of_wipo, areas = _clusters(raw, gazetteer), _metros(raw, gazetteer)
    china = _chinese_metros(raw, gazetteer, areas, of_wipo)
    america = _american_metros(raw, gazetteer, of_wipo)
    table = pd.concat([china, america, _other_metros(raw, gazetteer, areas, of_wipo)], ignore_index=True)
    keys = ["place", "year", "vintage", "origin"]
    table = table.groupby(keys, as_index=False).agg({"pct": "sum", "method": "first"})
    cnipa = pd.read_csv(raw / CNIPA)
    provinces = cnipa[~cnipa["region"].isin(BESIDE_CHINA)]["pct_2023"].sum()
    accounts = [
        _account("CNIPA 2023: the mainland's provinces", "cnipa-annual-report", provinces, china, 2023),
        _account("NCSES 2018-2022: the United States", "ncses-uspto", _national(raw).mean(), america, 2022),
    ]
    areas = [Area("patents", row.title, row.place, row.covers) for row in of_wipo.itertuples(index=False)]
    return table_of("patents", with_place_columns(table), ["pct"], 1, accounts, areas=areas)


def _account(title: str, origin: str, whole: float, placed: pd.DataFrame, year: int) -> Account:
    """What a country applied for, and what of it stands at a metropolitan area."""
    there = placed[placed["year"] == year]
    account = Account("patents", title, "PCT applications a year", origin)
    account.remark = "villages, areas below 10 a year, and areas that the lists of metros lack"
    for place, pct in zip(there["place"], there["pct"], strict=True):
        if place.country != "HKG":
            account.count(place, float(pct))
    account.count(None, float(whole) - account.amount)
    return account


def _clusters(raw: Path, gazetteer: Gazetteer) -> pd.DataFrame:
    """PCT applications a year of the first 35 clusters, 2018-2022, at their principal cities, and what they cover."""
    counts = pd.read_csv(raw / "patents/wipo_gii_2023_st_clusters_top35.csv").set_index("cluster")
    sites = read_input("clusters.csv")
    keys = _share_keys(raw)
    rows = []
    for cluster, parts in sites.groupby("cluster", sort=False):
        a_year = counts.loc[cluster, "pct_applications"] / YEARS_COUNTED
        shares = _shares(parts, a_year, keys)
        for part, share in zip(parts.itertuples(index=False), shares, strict=True):
            place = gazetteer.find(part.city, part.country, part.state)
            method = "five-year count / 5"
            if len(parts) > 1:
                method = f"five-year count of {cluster} / 5 x {share:.3f} ({BY[part.share_by]})"
            covers = [gazetteer.find(city, part.country, part.state) for city in filter(None, part.covers.split("; "))]
            title = f"{cluster} ({part.city})"
            rows.append((title, place, part.country, a_year * share, method, (place, *covers)))
    return pd.DataFrame(rows, columns=["title", "place", "country", "pct", "method", "covers"])


def _shares(parts: pd.DataFrame, a_year: float, keys: dict[str, dict[str, float]]) -> list[float]:
    """Shares of a cluster's parts: first CNIPA's, then what is left by the parts' own list."""
    shares: dict[int, float] = {}
    for index, part in parts[parts["share_by"] == "cnipa"].iterrows():
        part_of, whole = part["share_of"].split(" / ")
        of_all = a_year if whole == "the cluster" else sum(keys["cnipa"][name] for name in whole.split(" + "))
        shares[index] = keys["cnipa"][part_of] / of_all
    others = parts[parts["share_by"] != "cnipa"]
    amounts = [
        sum(keys[part.share_by][key] for key in part.share_of.split()) if part.share_of else 1.0
        for part in others.itertuples(index=False)
    ]
    left = 1 - sum(shares.values())
    shares |= {index: left * amount / sum(amounts) for index, amount in zip(others.index, amounts, strict=True)}
    return [shares[index] for index in parts.index]


def _share_keys(raw: Path) -> dict[str, dict[str, float]]:
    cnipa = pd.read_csv(raw / CNIPA).set_index("region")
    metros = pd.read_csv(raw / METROS)
    msas = pd.read_csv(raw / USPTO, dtype={"ID Code": str})
    regions = pd.read_csv(raw / REGIONS)
    regions = regions[regions["year"].between(2011, 2015)].groupby("reg_id")["pct_applications"].sum()
    return {
        "cnipa": cnipa[CNIPA_YEARS].mean(axis=1).to_dict(),
        "straccamore": dict(zip(metros["ma_row"].astype(str), _years_sum(metros), strict=True)),
        "uspto": dict(zip(msas["ID Code"], msas[USPTO_YEARS].sum(axis=1), strict=True)),
        "oecd": regions.to_dict(),
    }


def _years_sum(metros: pd.DataFrame) -> pd.Series:
    """Patents of 2008-2012 in Straccamore et al.'s list: its last five complete years."""
    return metros[[f"pat_{year}" for year in range(2008, 2013)]].sum(axis=1)


def _far_from(clusters: pd.DataFrame, places: Iterable[Place], within_km: float) -> np.ndarray:
    """Whether each place lies in none of the clusters, whose column `covers` holds tuples of places."""
    named = [place for covered in clusters["covers"] for place in covered]
    lats, lons = np.array([place.lat for place in named]), np.array([place.lon for place in named])
    return np.array(
        [float(distance_km(p.lat, p.lon, lats, lons).min(initial=np.inf)) > within_km for p in places], dtype=bool
    )


def _metros(raw: Path, gazetteer: Gazetteer) -> pd.DataFrame:
    """Straccamore et al.'s metropolitan areas that can be placed, with their patents of 2008-2012."""
    listed = pd.read_csv(raw / METROS, keep_default_na=False)
    listed = listed.assign(patents=_years_sum(listed))
    corrected = places_by_hand("patent_metros.csv", "metro", list="straccamore")
    rows = []
    for metro in listed.itertuples(index=False):
        name, country, state = corrected.get(str(metro.ma_row), (metro.metro_area, metro.country_iso2, ""))
        place = gazetteer.find(name, country, state) if name else None
        if place:
            rows.append({"place": place, "country": country, "patents": float(metro.patents)})
    return pd.DataFrame(rows)


def _american_metros(raw: Path, gazetteer: Gazetteer, clusters: pd.DataFrame) -> pd.DataFrame:
    """Metropolitan statistical areas in two vintages; clusters are carried back by the country's growth."""
    msas = pd.read_csv(raw / USPTO, dtype={"ID Code": str})
    whole = msas.loc[msas["GeoType"] == "ALL AREAS", USPTO_YEARS].to_numpy().sum()
    msas = msas[(msas["GeoType"] == "Metropolitan Statistical Area") & msas["ID Code"].notna()]
    msas = msas.assign(place=[msa_place(title, gazetteer) for title in msas["U.S. Regional Title"]])
    msas = msas[msas["place"].notna()]
    american = clusters[clusters["country"] == "US"]
    msas = msas[_far_from(american, msas["place"], COVERED_KM)]
    total = _national(raw, "2000")
    ends = {2015: total.loc["2011":"2015"].mean(), 2022: total.loc["2018":"2022"].mean()}
    rows = []
    for place, share in zip(msas["place"], msas[USPTO_YEARS].sum(axis=1) / whole, strict=True):
        if share * ends[2022] >= LEAST:
            rows += [
                (place, year, share * mean, f"{year - 4}-{year}", SHARED, "ncses-uspto") for year, mean in ends.items()
            ]
    for row in american.itertuples(index=False):
        back = f"{row.method}, x the country's PCT applications 2011-2015 / 2018-2022"
        rows.append((row.place, 2022, row.pct, "2018-2022", row.method, "wipo-gii-2023"))
        rows.append((row.place, 2015, row.pct * ends[2015] / ends[2022], "2011-2015", back, "wipo-gii-2023"))
    return pd.DataFrame(rows, columns=COLUMNS)


def msa_place(title: str, gazetteer: Gazetteer) -> Place | None:
    """The first city of a metropolitan area's title (`Raleigh-Cary, NC`) that GeoNames has, or none."""
    name, _, states = title.replace("--", "-").partition(", ")
    cities, state = name.split("/")[0].split("-"), states.split("-")[0].strip()
    names = ["-".join(cities[:count]) for count in range(len(cities), 0, -1)]
    return next((place for city in names if (place := gazetteer.find(city, "US", state))), None)


def _national(raw: Path, first: str = "2018") -> pd.Series:
    """The PCT applications of the United States, year by year to 2022."""
    table = pd.read_csv(raw / "patents/ncses_pct_applications_by_country_2000_2022.csv")
    row = table[table["country"] == "United States"].iloc[0]
    return row.loc[first:"2022"].astype(float)


def _chinese_metros(raw: Path, gazetteer: Gazetteer, areas: pd.DataFrame, clusters: pd.DataFrame) -> pd.DataFrame:
    """Chinese metros in three vintages, as their province's counts change; Harbin is not listed, so no Heilongjiang."""
    cnipa = pd.read_csv(raw / CNIPA).set_index("region")
    chinese = clusters[clusters["country"].isin(["CN", "HK"])].copy()
    provinces = (PROVINCES.get(gazetteer.cell(place, "admin1code"), "Hong Kong") for place in chinese["place"])
    chinese["region"] = [
        "Hong Kong" if place.country == "HKG" else name for place, name in zip(chinese["place"], provinces, strict=True)
    ]
    others = areas[(areas["country"] == "CN") & _far_from(chinese, areas["place"], COVERED_KM)].copy()
    others["region"] = [PROVINCES.get(gazetteer.cell(place, "admin1code"), "") for place in others["place"]]
    others = others[~others["region"].isin(WITHOUT_CAPITAL)]
    left = cnipa["pct_2022"] - chinese.groupby("region")["pct"].sum().reindex(cnipa.index).fillna(0)
    whole = others.groupby("region")["patents"].transform("sum")
    others["pct"] = others["patents"] / whole * others["region"].map(left.clip(lower=0))
    others["method"] = BEYOND
    others = others[others["pct"] >= LEAST]
    growth = {year: cnipa[f"pct_{year}"] / cnipa["pct_2022"] for year in (2018, 2022, 2023)}
    rows = []
    for row in pd.concat([chinese, others]).itertuples(index=False):
        for year in (2018, 2022, 2023):
            vintage, method, origin = str(year), BEYOND, "cnipa-annual-report"
            if row.method != BEYOND:  # clusters move as their province's count does
                vintage = "2018-2022" if year == 2022 else vintage
                method = row.method if year == 2022 else f"{row.method}, x CNIPA {year} / 2022"
                origin = "wipo-gii-2023"
            rows.append((row.place, year, row.pct * growth[year][row.region], vintage, method, origin))
    return pd.DataFrame(rows, columns=COLUMNS)


def _other_metros(raw: Path, gazetteer: Gazetteer, areas: pd.DataFrame, clusters: pd.DataFrame) -> pd.DataFrame:
    """Metros of other countries, by the OECD's counts of 2008-2012 or by their share of their region's patents."""
    regions = pd.read_csv(raw / REGIONS)
    regions["country"] = regions["reg_id"].str[:2].replace(CODES)
    by_country = regions.groupby(["country", "year"])["pct_applications"].sum().unstack()
    by_region = regions[regions["year"].between(2011, 2015)].groupby("reg_id")["pct_applications"].sum() / 5
    counts = []
    for metro, country, place, named in oecd_metros(raw, gazetteer):
        if named and country in by_country.index and country != "US":
            share = metro.Patents * metro.Population / 10_000 / by_country.loc[country, 2008:2012].mean()
            counts.append({"place": place, "pct": share * by_country.loc[country, 2011:2015].mean()})
    counted = pd.DataFrame(counts)
    counted = counted[_far_from(clusters, counted["place"], COVERED_KM)]
    covering = pd.DataFrame({"covers": [(place,) for place in counted["place"]]})
    others = areas[areas["country"].isin(by_country.index.difference(["US", "CN"]))].copy()
    others["region"] = _regions(others, gazetteer)
    totals = [  # of a region, of several (`IN03+IN20`), or of a country (`MX`)
        by_region.reindex(region.split("+")).sum() if region[2:] else by_country.loc[region, 2011:2015].mean()
        for region in others["region"]
    ]
    others["pct"] = totals * others["patents"] / others.groupby("region")["patents"].transform("sum")
    others = others[_far_from(clusters, others["place"], COVERED_KM)]
    others = others[_far_from(covering, others["place"], LISTED_KM)]
    rows = [(row.place, 2015, row.pct, "2011-2015", COUNTED, "oecd-pct") for row in counted.itertuples()]
    methods = [IN_REGION if region[2:] else IN_COUNTRY for region in others["region"]]
    shared = zip(others["place"], others["pct"], methods, strict=True)
    rows += [(place, 2015, pct, "2011-2015", method, "oecd-pct") for place, pct, method in shared]
    lone = read_input("oecd_regions.csv")
    lone = lone[~lone["country"].isin(areas["country"])]  # of Israel, without a list of metros: at their first city
    cities = [gazetteer.find(row.cities.split("; ")[0], row.country) for row in lone.itertuples(index=False)]
    for place, region, apart in zip(cities, lone["regions"], _far_from(clusters, cities, COVERED_KM), strict=True):
        rows += [(place, 2015, by_region[region], "2011-2015", WHOLE, "oecd-pct")] if apart else []
    own = clusters[~clusters["country"].isin(["US", "CN", "HK"])]
    rows += [(row.place, 2022, row.pct, "2018-2022", row.method, "wipo-gii-2023") for row in own.itertuples()]
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table[table["pct"] >= LEAST]


def _regions(metros: pd.DataFrame, gazetteer: Gazetteer) -> list[str]:
    """The region of each metro: that of the nearest city in `oecd_regions.csv`; else its country."""
    table = read_input("oecd_regions.csv")
    cities = [
        (row.country, row.regions, place)
        for row in table.itertuples(index=False)
        for city in row.cities.split("; ")
        if (place := gazetteer.find(city, row.country))
    ]
    found = []
    for metro in metros.itertuples(index=False):
        regions = [(region, place) for country, region, place in cities if country == metro.country]
        lats, lons = (np.array([getattr(place, axis) for _, place in regions]) for axis in ("lat", "lon"))
        nearest = int(distance_km(metro.place.lat, metro.place.lon, lats, lons).argmin()) if regions else -1
        found.append(regions[nearest][0] if regions else metro.country)
    return found


def oecd_metros(raw: Path, gazetteer: Gazetteer) -> Iterator[tuple[Any, str, Place, bool]]:
    """The OECD's metropolitan areas with their country (alpha-2), their place, and whether the name tells it."""
    corrected = places_by_hand("patent_metros.csv", "metro", list="oecd-metro")
    for metro in pd.read_csv(raw / "patents/oecd_metro_2008_2012_patents_gdp_pop.csv").itertuples(index=False):
        near = gazetteer.nearest(metro.lat, metro.lon)
        country = gazetteer.cell(near, "countrycode")
        name, *where = corrected.get(metro.METRO_ID, (metro.METRO_ID, country, ""))
        yield metro, country, gazetteer.find(name, *where) or near if name else near, bool(name)
