"""International (PCT) patent applications a year, per metropolitan area."""

import pandas as pd

from tools.almanac.patent_clusters import clusters
from tools.almanac.patent_metros import metros
from tools.almanac.patents_america import american_metros, national
from tools.almanac.patents_china import chinese_metros
from tools.almanac.patents_oecd import other_metros
from tools.almanac.sources import Sources
from tools.vintage.rows import Account, Area, Table, as_text, with_place_columns

BESIDE_CHINA = {"Hong Kong", "Macao", "Macau", "Taiwan"}


def build(sources: Sources) -> Table:
    """Put each metropolitan area's best public figure at its principal city.

    Args:
        sources: The raw lists, and places.

    Returns:
        The table `patents`, a stock; an area without a figure has no row.
    """
    of_wipo = clusters(sources.raw, sources.gazetteer)
    areas = metros(sources.raw, sources.gazetteer)
    china = chinese_metros(sources.raw, sources.gazetteer, areas, of_wipo)
    america = american_metros(sources.raw, sources.gazetteer, of_wipo)
    table = pd.concat([china, america, other_metros(sources.raw, sources.gazetteer, areas, of_wipo)], ignore_index=True)
    keys = ["place", "year", "vintage", "origin"]
    table = table.groupby(keys, as_index=False).agg({"pct": "sum", "method": "first"})
    cnipa = pd.read_csv(sources.raw / "patents/cnipa_pct_received_by_province_2018_2022_2023.csv")
    provinces = cnipa[~cnipa["region"].isin(BESIDE_CHINA)]["pct_2023"].sum()
    accounts = [
        _account("CNIPA 2023: the mainland's provinces", "cnipa-annual-report", provinces, china, 2023),
        _account("NCSES 2018-2022: the United States", "ncses-uspto", national(sources.raw).mean(), america, 2022),
    ]
    areas = [Area("patents", row.title, row.place, row.covers) for row in of_wipo.itertuples(index=False)]
    return Table("patents", as_text(with_place_columns(table), ["pct"], 1), accounts, areas)


def _account(title: str, origin: str, whole: float, placed: pd.DataFrame, year: int) -> Account:
    """What a country applied for, and what of it stands at a metropolitan area."""
    of_year = placed[placed["year"] == year]
    there = of_year[[place.country != "HKG" for place in of_year["place"]]]
    account = Account("patents", title, "PCT applications a year", origin)
    account.remark = "villages, areas below 10 a year, and areas that the lists of metros lack"
    for place, pct in zip(there["place"], there["pct"], strict=True):
        account.count(place, float(pct))
    account.count(None, float(whole) - account.amount)
    return account
