"""The table `laureates`, made anew from the Nobel Prize API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from tools.vintage.placing import Placer
from tools.vintage.rows import Account, Table, per_place, table_of

if TYPE_CHECKING:
    from hubrank_fetching.session import Session

_BY_NAME = "by name in GeoNames"


def of_nobel(frame: pd.DataFrame, placer: Placer, origin: str, title: str) -> Table:
    """Count laureates per city, year and category, each where the first organisation is.

    Args:
        frame: The rows of the source `nobel`, counted so.
        placer: Places.
        origin: The id of the origin.
        title: What the list is called.
    """
    last = int(frame["year"].max())
    account = Account("laureates", f"{title}, 1901-{last}", "laureates", origin)
    account.remark = "no organisation at the award, or a city that nobody knows"
    records = []
    for row in frame.to_dict("records"):
        place = placer.snapped(row["lat"], row["lon"], row["country"], row["geonames"])
        account.count(place, row["laureates"], f"{row['category']} {row['year']}: {row['method']}")
        if place:
            records.append({"place": place, **{name: row[name] for name in ("year", "category", "laureates")}})
    table = per_place(records, ["year", "category"], ["laureates"])
    columns = {"origin": origin, "method": "", "vintage": f"1901-{last}"}
    return table_of("laureates", table, ["laureates"], 0, [account], extra=["category"], **columns)


def note_names(placer: Placer, session: Session) -> None:
    """Note the cities that the source has joined by name alone.

    Args:
        placer: Where they are noted.
        session: One of the source, to what is kept.
    """
    from hubrank_research.nobel.laureates import awards, parted, spots

    cities = {city for each in awards(session) for city in each.cities}
    for city, spot in spots(cities, session).items():
        if spot.method == _BY_NAME and spot.country and spot.geonames:
            name, state = parted(city.name)
            placer.joined("laureates", name, spot.country, state, spot.geonames)
