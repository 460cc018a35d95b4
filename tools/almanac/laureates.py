"""Nobel laureates, by the city of their organisation when the prize was given."""

import re

import pandas as pd

from tools.almanac.gazetteer import Gazetteer
from tools.almanac.sources import Sources
from tools.vintage.places import Place
from tools.vintage.rows import Account, Table, as_text, per_place

CATEGORIES = ("Chemistry", "Economics", "Medicine", "Physics")


def build(sources: Sources) -> Table:
    """Count laureates of the sciences and of economics, per city, year and category.

    Args:
        sources: The raw lists, and places.

    Returns:
        The table `laureates`, a flow.
    """
    listed = pd.read_csv(sources.raw / "talent/nobel_laureates_1901_2024_latlon.csv", keep_default_na=False)
    listed = listed[listed["category"].isin(CATEGORIES)]
    account = Account("laureates", "Nobel Prize laureates 1901-2024", "laureates", "nobel-prize")
    account.remark = "a village that GeoNames' list of 5,000 inhabitants and more has not"
    records = []
    for row in listed.itertuples(index=False):
        place = _place(row.organization_city, sources.gazetteer.alpha2(row.organization_country), sources.gazetteer)
        account.count(place, name=f"{row.organization_city}, {row.organization_country}")
        if place:
            records.append({"place": place, "year": row.year, "category": row.category, "laureates": 1})
    table = per_place(records, ["year", "category"], ["laureates"])
    table["origin"], table["method"] = "nobel-prize", ""
    table["vintage"] = "1901-2024"
    return Table("laureates", as_text(table, ["laureates"], 0, ["category"]), [account])


def _place(city: str, country: str | None, gazetteer: Gazetteer) -> Place | None:
    if not country or not city:
        return None
    in_state = re.fullmatch(r"(?P<city>.+?),? (?P<state>[A-Z]{2})", city)
    if country == "US" and in_state:
        return gazetteer.find(in_state["city"], country, in_state["state"])
    return gazetteer.find(city, country)
