"""Highly Cited Researchers (Clarivate), per city of their first affiliation."""

import pandas as pd

from tools.almanac.gazetteer import Gazetteer
from tools.almanac.institutions import Institutions
from tools.almanac.sources import Sources
from tools.vintage.places import Place
from tools.vintage.rows import Account, Table, as_text, each_vintage, per_place

AMOUNTS = ["highly_cited"]


def build(sources: Sources) -> Table:
    """Count the researchers listed in each year per city; one listed in two fields counts twice.

    Args:
        sources: The raw lists, and places.

    Returns:
        The table `highly-cited`, a stock: each place in each vintage.
    """
    listed = pd.read_csv(
        sources.raw / "talent/hcr_clarivate_2014_2019_by_affiliation_category.csv", keep_default_na=False
    )
    records, accounts = [], []
    for year, of_year in listed.groupby("year"):
        account = Account("highly-cited", f"Highly Cited Researchers {year}", "researchers x fields", "clarivate-hcr")
        account.remark = "bodies of many sites are left out; small bodies whose city is not known"
        for name, researchers in of_year.groupby("primary_affiliation")["n"].sum().items():
            sites = _sites(name, sources.gazetteer, sources.institutions)
            account.count(sites[0][0] if sites else None, researchers, name)
            records += [{"place": place, "year": year, "highly_cited": researchers * share} for place, share in sites]
        accounts.append(account)
    vintages = pd.DataFrame({"year": sorted(listed["year"].unique())})
    vintages = vintages.assign(
        origin="clarivate-hcr", vintage=vintages["year"].astype(str), method="", highly_cited=True
    )
    table = each_vintage(per_place(records, ["year"], AMOUNTS), vintages, AMOUNTS)
    return Table("highly-cited", as_text(table, AMOUNTS, 2), accounts)


def _sites(affiliation: str, gazetteer: Gazetteer, institutions: Institutions) -> list[tuple[Place, float]]:
    name, _, country = affiliation.rpartition(",")
    code = gazetteer.alpha2(country.strip())
    for region, own in (("Hong Kong", "HK"), ("Macau", "MO")):
        if code == "CN" and region in name and "Shenzhen" not in name:
            code, name = own, name.removesuffix(f", {region}")
    return institutions.find(name, code) if code and name else []
