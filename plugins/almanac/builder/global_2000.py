"""Headquarters of the world's 2,000 largest listed companies, per city: Forbes Global 2000."""

from pathlib import Path

import pandas as pd
from gazetteer import Gazetteer, Place
from institutions import Institutions
from rows import Account, Table, as_text, per_place


def build(raw: Path, gazetteer: Gazetteer, institutions: Institutions) -> Table:
    """Count headquarters per city.

    Args:
        raw: The folder of raw tables.
        gazetteer: Places.
        institutions: Not needed: the list names cities.

    Returns:
        The table `global-2000`, a stock of one vintage.
    """
    listed = pd.read_csv(raw / "companies/forbes_global2000_2024_hq_city.csv", keep_default_na=False)
    account = Account("global-2000", "Forbes Global 2000, 2024", "companies")
    account.remark = "the list names no city, a state, or a village"
    records = []
    for row in listed.itertuples(index=False):
        place = _place(row.Headquarters, gazetteer.alpha2(row.Country), gazetteer)
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
