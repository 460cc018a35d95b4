"""Output and inhabitants of metropolitan areas: the United States' accounts, and the OECD's metropolitan areas."""

import pandas as pd

from tools.almanac.gazetteer import Gazetteer
from tools.almanac.patent_metros import by_hand
from tools.almanac.patents_america import msa_place, named_places
from tools.almanac.sources import Sources
from tools.vintage.places import Place
from tools.vintage.rows import Account, Area, Table, as_text, with_place_columns

AMOUNTS = ["gdp", "population"]
BEA_YEARS = range(2017, 2023)
OECD_YEAR = 2012
OECD_METHOD = "output per head x inhabitants, a mean of about 2008-2012"


def build(sources: Sources) -> Table:
    """Place output, in million US dollars at purchasing power parity, and inhabitants at the principal city.

    Args:
        sources: The raw lists, and places.

    Returns:
        The table `economy`, a stock; only the OECD's rows have inhabitants, and most countries have no row.
    """
    american, account, areas = _american(sources)
    oecd, other = _oecd(sources)
    table = with_place_columns(pd.concat([american, oecd], ignore_index=True))
    return Table("economy", as_text(table, AMOUNTS, 0), [account, other], areas)


def _american(sources: Sources) -> tuple[pd.DataFrame, Account, list[Area]]:
    listed = pd.read_csv(sources.more / "us-metro-gdp/Table.csv", skiprows=3, dtype={"GeoFips": str})
    listed = listed[listed["GeoName"].str.contains(", ", na=False)]
    account = Account("economy", "BEA CAGDP1 2017-2022", "million US dollars of 2022", "bea-cagdp1")
    account.remark = "no city of the area's name in GeoNames' list"
    rows, areas = [], []
    for metro in listed.to_dict("records"):
        title = metro["GeoName"].partition(" (")[0].removeprefix("Urban ")
        place = msa_place(title, sources.gazetteer)
        account.count(place, metro["2022"] / 1000, title)
        if place:
            areas.append(Area("economy", title, place, named_places(title, sources.gazetteer)))
            rows += [{"place": place, "year": year, "gdp": metro[str(year)] / 1000} for year in BEA_YEARS]
    frame = pd.DataFrame(rows).groupby(["place", "year"], as_index=False)["gdp"].sum()
    return frame.assign(population=float("nan"), origin="bea-cagdp1", vintage="2023-12", method=""), account, areas


def _oecd(sources: Sources) -> tuple[pd.DataFrame, Account]:
    listed = pd.read_csv(sources.raw / "patents/oecd_metro_2008_2012_patents_gdp_pop.csv")
    account = Account("economy", "OECD metropolitan areas 2008-2012", "million US dollars", "oecd-metro")
    account.remark = "the list cut the name, and its point lies near no city"
    corrected = by_hand("oecd-metro")
    rows = []
    for metro in listed.itertuples(index=False):
        place = _place(metro, corrected, sources.gazetteer)
        gdp = metro.GDP * metro.Population / 1e6
        account.count(place, gdp, metro.METRO_ID)
        if place:
            rows.append({"place": place, "year": OECD_YEAR, "gdp": gdp, "population": metro.Population})
    return pd.DataFrame(rows).assign(origin="oecd-metro", vintage="2008-2012", method=OECD_METHOD), account


def _place(metro: object, corrected: dict[str, tuple[str, str, str]], gazetteer: Gazetteer) -> Place | None:
    near = gazetteer.nearest(metro.lat, metro.lon)
    name, country, state = corrected.get(metro.METRO_ID, (metro.METRO_ID, gazetteer.alpha2_of(near), ""))
    found = gazetteer.find(name, country, state) if name else None
    return found or near
