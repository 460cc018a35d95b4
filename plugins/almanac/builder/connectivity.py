"""Cities' connectivity in the world city network: GaWC 2020."""

import re

import pandas as pd
from gazetteer import Gazetteer, Place
from rows import Account, Table, as_text, with_place_columns
from sources import Sources

CHINESE_WORLD = ("CN", "HK", "TW", "MO")


def build(sources: Sources) -> Table:
    """Place the global network connectivity of cities, in percent of London's.

    Args:
        sources: The raw lists, and places.

    Returns:
        The table `connectivity`, a stock of one vintage; a city that is not listed has no row.
    """
    listed = pd.read_csv(sources.raw / "environment/gawc_2020_global_network_connectivity.csv", keep_default_na=False)
    account = Account("connectivity", "GaWC Data Set 31", "percent of London")
    account.remark = "no such name in GeoNames' list"
    best: dict[Place, float] = {}
    for row in listed.itertuples(index=False):
        place = _place(row.city, sources.gazetteer.alpha2(row.country), sources.gazetteer)
        account.count(place, float(row.gnc_rel_pct), f"{row.city}, {row.country}")
        if place:
            best[place] = max(best.get(place, 0.0), float(row.gnc_rel_pct))
    table = with_place_columns(pd.DataFrame({"place": list(best), "connectivity": list(best.values())}))
    table = table.assign(year=2020, origin="gawc-2020", vintage="2020", method="")
    return Table("connectivity", as_text(table, ["connectivity"], 4), [account])


def _place(city: str, country: str | None, gazetteer: Gazetteer) -> Place | None:
    if country is None:
        return None
    in_brackets = re.search(r"\(([^)]*)\)", city)
    state = in_brackets[1] if in_brackets and country == "US" else ""
    names = [name.strip() for name in re.sub(r"\([^)]*\)", "", city).split("/")]
    for name in names:
        for code in CHINESE_WORLD if country == "CN" else (country,):
            place = gazetteer.find(name, code, state)
            if place and (code != "CN" or gazetteer.population(place) > 100_000):
                return place
    return None
