"""PCT applications of China's metropolitan areas: WIPO's clusters, and provinces by their metros' shares."""

from pathlib import Path

import pandas as pd

from tools.almanac.gazetteer import Gazetteer
from tools.almanac.patent_metros import COLUMNS, COVERED_KM, LEAST, far_from

PROVINCES = {
    "Beijing": "22", "Shanghai": "23", "Tianjin": "28", "Chongqing": "33", "Jiangsu": "04", "Zhejiang": "02",
    "Guangdong": "30", "Anhui": "01", "Hunan": "11", "Hubei": "12", "Sichuan": "32", "Shandong": "25",
    "Fujian": "07", "Liaoning": "19", "Jilin": "05", "Heilongjiang": "08", "Henan": "09", "Hebei": "10",
    "Shanxi": "24", "Jiangxi": "03", "Guizhou": "18", "Yunnan": "29", "Gansu": "15", "Xinjiang": "13",
    "Guangxi": "16", "Hainan": "31", "Inner Mongolia": "20", "Qinghai": "06", "Ningxia": "21",
    "Shaanxi": "26",
}  # fmt: skip
WITHOUT_CAPITAL = {"Heilongjiang"}
BEYOND = "CNIPA's count of the province less WIPO's clusters in it x the metro's share of patents 2008-2012"


def chinese_metros(raw: Path, gazetteer: Gazetteer, areas: pd.DataFrame, clusters: pd.DataFrame) -> pd.DataFrame:
    """Chinese metros in three vintages: all change as their province's applications do.

    The list of metros has not Harbin, so that shares of Heilongjiang would say nothing: it is left out.

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
    others = others[~others["region"].isin(WITHOUT_CAPITAL)]
    left = cnipa["pct_2022"] - own.groupby("region")["pct"].sum().reindex(cnipa.index).fillna(0)
    whole = others.groupby("region")["patents"].transform("sum")
    others["pct"] = others["patents"] / whole * others["region"].map(left.clip(lower=0))
    others["method"] = BEYOND
    others = others[others["pct"] >= LEAST]
    growth = {year: cnipa[f"pct_{year}"] / cnipa["pct_2022"] for year in (2018, 2022, 2023)}
    rows = [
        (row.place, year, row.pct * growth[year][row.region], *words)
        for row in pd.concat([own, others]).itertuples(index=False)
        for year, words in _vintages(row.method).items()
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _vintages(method: str) -> dict[int, tuple[str, str, str]]:
    """Vintage, method and origin of each year: clusters move as their province's count does."""
    if method == BEYOND:
        return {year: (str(year), BEYOND, "cnipa-annual-report") for year in (2018, 2022, 2023)}
    moved = {year: (str(year), f"{method}, x CNIPA {year} / 2022", "wipo-gii-2023") for year in (2018, 2023)}
    return moved | {2022: ("2018-2022", method, "wipo-gii-2023")}
