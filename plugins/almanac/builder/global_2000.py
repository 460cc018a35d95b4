"""Headquarters of the world's 2,000 largest listed companies, per city: Forbes Global 2000."""

import pandas as pd
from gazetteer import Gazetteer, Place
from rows import Account, Table, as_text, per_place
from sources import Sources


def build(sources: Sources) -> Table:
    """Count headquarters per city.

    Args:
        sources: The raw lists, and places.

    Returns:
        The table `global-2000`, a stock of one vintage.
    """
    listed = pd.read_csv(sources.raw / "companies/forbes_global2000_2024_hq_city.csv", keep_default_na=False)
    account = Account("global-2000", "Forbes Global 2000, 2024", "companies")
    account.remark = "the list names no city, a state, or a village"
    records = []
    for row in listed.itertuples(index=False):
        place = _place(row.Headquarters, sources.gazetteer.alpha2(row.Country), sources.gazetteer)
        account.count(place, name=f"{row.Headquarters}, {row.Country}")
        if place:
            records.append({"place": place, "companies": 1})
    table = per_place(records, [], ["companies"])
    table = table.assign(year=2024, origin="forbes-global-2000", vintage="2024", method="")
    return Table("global-2000", as_text(table, ["companies"], 0), [account])


def _place(headquarters: str, country: str | None, gazetteer: Gazetteer) -> Place | None:
    if country is None:
        return None
    city, _, state = (part.strip() for part in headquarters.partition("- "))
    return gazetteer.find(city, country, state if country == "US" else "")
