"""WIPO's science and technology clusters, and what splits those that hold several hubs."""

from pathlib import Path

import pandas as pd

from tools.almanac.gazetteer import Gazetteer
from tools.almanac.names import INPUTS

YEARS_COUNTED = 5
CNIPA_YEARS = ["pct_2018", "pct_2022"]


def clusters(raw: Path, gazetteer: Gazetteer) -> pd.DataFrame:
    """PCT applications a year of the first 35 clusters, 2018-2022, at their principal cities.

    Args:
        raw: The folder of raw tables.
        gazetteer: Places.

    Returns:
        Columns title, place, country (alpha-2), pct, method, covers (the places that the part is named after).
    """
    counts = pd.read_csv(raw / "patents/wipo_gii_2023_st_clusters_top35.csv").set_index("cluster")
    sites = pd.read_csv(INPUTS / "clusters.csv", dtype=str, keep_default_na=False)
    keys = _keys(raw)
    rows = []
    for cluster, parts in sites.groupby("cluster", sort=False):
        a_year = counts.loc[cluster, "pct_applications"] / YEARS_COUNTED
        shares = _shares(parts, a_year, keys)
        for part, share in zip(parts.itertuples(index=False), shares, strict=True):
            place = gazetteer.find(part.city, part.country, part.state)
            method = "five-year count / 5"
            if len(parts) > 1:
                method = f"five-year count of {cluster} / 5 x {share:.3f} ({BY[part.share_by]})"
            row = {
                "title": f"{cluster} ({part.city})",
                "place": place,
                "country": part.country,
                "pct": a_year * share,
                "method": method,
            }
            covers = [gazetteer.find(city, part.country, part.state) for city in filter(None, part.covers.split("; "))]
            rows.append(row | {"covers": (place, *covers)})
    return pd.DataFrame(rows)


BY = {
    "cnipa": "CNIPA's counts of 2018 and 2022",
    "rest": "the rest of the cluster",
    "straccamore": "patents 2008-2012",
    "uspto": "USPTO patents 2011-2015",
    "oecd": "OECD districts 2011-2015",
}


def _shares(parts: pd.DataFrame, a_year: float, keys: dict[str, dict[str, float]]) -> list[float]:
    """Shares of a cluster's parts: first CNIPA's, then what is left by the parts' own list."""
    shares: dict[int, float] = {}
    for index, part in parts[parts["share_by"] == "cnipa"].iterrows():
        own, whole = part["share_of"].split(" / ")
        of_all = a_year if whole == "the cluster" else sum(keys["cnipa"][name] for name in whole.split(" + "))
        shares[index] = keys["cnipa"][own] / of_all
    others = parts[parts["share_by"] != "cnipa"]
    amounts = [
        sum(keys[part.share_by][key] for key in part.share_of.split()) if part.share_of else 1.0
        for part in others.itertuples(index=False)
    ]
    left = 1 - sum(shares.values())
    shares |= {index: left * amount / sum(amounts) for index, amount in zip(others.index, amounts, strict=True)}
    return [shares[index] for index in parts.index]


def _keys(raw: Path) -> dict[str, dict[str, float]]:
    cnipa = pd.read_csv(raw / "patents/cnipa_pct_received_by_province_2018_2022_2023.csv").set_index("region")
    metros = pd.read_csv(raw / "patents/metro_patents_1980_2014_straccamore.csv")
    msas = pd.read_csv(raw / "patents/uspto_utility_patents_us_msa_2000_2015.csv", dtype={"ID Code": str})
    regions = pd.read_csv(raw / "patents/oecd_region_tl2_pct_2001_2015.csv")
    regions = regions[regions["year"].between(2011, 2015)].groupby("reg_id")["pct_applications"].sum()
    return {
        "cnipa": cnipa[CNIPA_YEARS].mean(axis=1).to_dict(),
        "straccamore": dict(zip(metros["ma_row"].astype(str), years_sum(metros), strict=True)),
        "uspto": dict(zip(msas["ID Code"], msas[[str(y) for y in range(2011, 2016)]].sum(axis=1), strict=True)),
        "oecd": regions.to_dict(),
    }


def years_sum(metros: pd.DataFrame) -> pd.Series:
    """Patents of 2008-2012 in Straccamore et al.'s list: its last five complete years."""
    return metros[[f"pat_{year}" for year in range(2008, 2013)]].sum(axis=1)
