"""Large research facilities: synchrotrons and free-electron lasers, per city."""

import json

import pandas as pd

from tools.almanac.names import INPUTS
from tools.almanac.sources import Sources
from tools.vintage.rows import Account, Table, as_text, per_place


def build(sources: Sources) -> Table:
    """Count light sources in use per city, each placed by hand from its postal address.

    Args:
        sources: The raw lists, and places.

    Returns:
        The table `facilities`, a stock of one vintage.
    """
    by_hand = pd.read_csv(INPUTS / "facilities.csv", dtype=str, keep_default_na=False).set_index("facility")
    account = Account("facilities", "light sources in use or planned", "facilities", "light-sources")
    account.remark = "closed, never built, or listed twice"
    records = []
    for file in ("synchrotrons.json", "fels.json"):
        listed = json.loads((sources.more / "light-sources" / file).read_text(encoding="utf-8"))
        for name in listed:
            row = by_hand.loc[name]
            place = sources.gazetteer.find(row["city"], row["country"], row["state"]) if row["city"] else None
            account.count(place, name=f"{name}: {row['reason']}")
            if place:
                records.append({"place": place, "facilities": 1})
    table = per_place(records, [], ["facilities"])
    table = table.assign(year=2018, origin="light-sources", vintage="2018", method="")
    return Table("facilities", as_text(table, ["facilities"], 0), [account])
