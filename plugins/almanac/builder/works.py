"""Papers of universities, per city: CWTS Leiden Ranking 2020."""

import pandas as pd
from gazetteer import Gazetteer, Place
from institutions import Institutions
from rows import Account, Table, as_text, per_place
from sources import Sources

AMOUNTS = ["papers", "top10_papers"]


def build(sources: Sources) -> Table:
    """Sum papers of 2016-2019, and those among the 10 % most cited of their field, per city.

    Args:
        sources: The raw lists, and places.

    Returns:
        The table `works`, a flow of four years.
    """
    listed = pd.read_csv(sources.raw / "papers/leiden_2020_latlon.csv")
    account = Account("works", "CWTS Leiden Ranking 2020", "papers")
    records = []
    for row in listed.itertuples(index=False):
        place = _place(row, sources.gazetteer, sources.institutions)
        account.count(place, row.P_est, row.university)
        if place:
            records.append({"place": place, "papers": row.P_est, "top10_papers": row.P_top10})
    account.remark = "no city known"
    table = per_place(records, [], AMOUNTS)
    table["from_year"], table["year"] = 2016, 2019
    table["origin"], table["vintage"] = "leiden-2020", "2016-2019"
    table["method"] = "full counting; papers = co-authored papers / their share"
    return Table("works", as_text(table, AMOUNTS, 0), [account])


def _place(row: object, gazetteer: Gazetteer, institutions: Institutions) -> Place | None:
    by_name = [
        sites[0][0]
        for country in institutions.countries(row.university)
        if (sites := institutions.find(row.university, country))
    ]
    joined = not pd.isna(row.lat) and not pd.isna(row.ror_id)
    if joined and len(by_name) != 1:
        return gazetteer.nearest(row.lat, row.lon)
    return by_name[0] if len(by_name) == 1 else None
