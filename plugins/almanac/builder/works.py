"""Papers of universities, per city: CWTS Leiden Ranking 2020."""

import pandas as pd
from gazetteer import Place
from institutions import Institutions, countries_by_hand
from names import institution_key
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
    by_hand = countries_by_hand("leiden")
    account = Account("works", "CWTS Leiden Ranking 2020", "papers")
    records = []
    for row in listed.itertuples(index=False):
        place = _city(row.university, by_hand, sources.institutions)
        account.count(place, row.P_est, row.university)
        if place:
            records.append({"place": place, "papers": row.P_est, "top10_papers": row.P_top10})
    account.remark = "no city known, or a university of several cities"
    table = per_place(records, [], AMOUNTS)
    table["from_year"], table["year"] = 2016, 2019
    table["origin"], table["vintage"] = "leiden-2020", "2016-2019"
    table["method"] = "full counting; papers = co-authored papers / their share"
    return Table("works", as_text(table, AMOUNTS, 0), [account])


def _city(name: str, by_hand: dict[str, list[str]], institutions: Institutions) -> Place | None:
    countries = by_hand.get(institution_key(name)) or institutions.countries(name)
    cities = [sites[0][0] for country in countries if (sites := institutions.find(name, country))]
    return cities[0] if len(cities) == 1 else None
