"""Cities reached from a city without a stop: OpenFlights' airports and routes."""

from pathlib import Path

import pandas as pd

from tools.almanac.gazetteer import Gazetteer
from tools.almanac.names import INPUTS
from tools.almanac.sources import Sources
from tools.vintage.places import Place
from tools.vintage.rows import Account, Table, as_text, with_place_columns

AIRPORT = ["id", "name", "city", "country", "iata", "icao", "lat", "lon", "ft", "zone", "dst", "tz", "kind", "by"]
ROUTE = ["airline", "airline_id", "from_code", "start", "to_code", "end", "shared", "stops", "equipment"]
AMOUNTS = ["destinations", "abroad", "connectivity"]
FAR_KM = 120.0
#: Further codes of one airport: Basel's French and European ones.
SAME = {"MLH": "BSL", "EAP": "BSL"}


def build(sources: Sources) -> Table:
    """Count the cities that a city's airports reach without a stop, and put them in per cent of the most.

    Args:
        sources: The raw lists, and places.

    Returns:
        The table `connectivity`, a stock of one vintage; a city without an airport has no row.
    """
    airports = _airports(sources.more)
    routes = pd.read_csv(sources.more / "openflights/routes.dat", names=ROUTE, dtype=str, na_values=["\\N"])
    routes = routes[routes["stops"] == "0"].replace({"from_code": SAME, "to_code": SAME})
    unknown = _unknown(routes, set(airports["iata"]))
    routes = routes.merge(airports, left_on="from_code", right_on="iata")
    routes = routes.merge(airports, left_on="to_code", right_on="iata", suffixes=("", "_there"))
    pairs = routes[["served", "served_there"]].drop_duplicates()
    pairs = pairs[pairs["served"] != pairs["served_there"]]
    reached = pairs.groupby("served")["served_there"].agg(list)
    by_hand = _by_hand()
    account = Account("connectivity", "OpenFlights, routes of 2014", "pairs of cities", "openflights")
    account.remark = "no such country in GeoNames' list"
    best: dict[Place, tuple[int, int]] = {}
    for served, points in airports.groupby("served"):
        cities = reached.get(served, [])
        if cities:
            place = _place(served, points, by_hand, sources.gazetteer)
            account.count(place, len(cities), ", ".join(served))
            if place:
                abroad = sum(country != served[1] for _, country in cities)
                best[place] = max(best.get(place, (0, 0)), (len(cities), abroad))
    table = with_place_columns(pd.DataFrame({"place": list(best)}))
    table["destinations"], table["abroad"] = zip(*best.values(), strict=True)
    table["connectivity"] = 100 * table["destinations"] / table["destinations"].max()
    table = table.assign(year=2014, origin="openflights", vintage="2014-06", method="")
    return Table("connectivity", as_text(table, AMOUNTS, 2), [account, unknown])


def _unknown(routes: pd.DataFrame, known: set[str]) -> Account:
    """What became of the routes: lost where the list of airports has not one of the two codes."""
    account = Account("connectivity", "OpenFlights, codes of airports", "routes of airlines", "openflights")
    account.remark = "the list of airports has not the code: closed, or renamed since 2014"
    there = routes["from_code"].isin(known) & routes["to_code"].isin(known)
    account.rows, account.placed = len(routes), int(there.sum())
    account.amount, account.amount_placed = float(len(routes)), float(there.sum())
    return account


def _airports(more: Path) -> pd.DataFrame:
    """Airports with the city that they serve: a pair of its name and its country."""
    listed = pd.read_csv(more / "openflights/airports.dat", names=AIRPORT, na_values=["\\N"], keep_default_na=False)
    listed = listed[listed["city"].notna() & listed["iata"].notna()].drop_duplicates("iata")
    served = list(zip(listed["city"], listed["country"], strict=True))
    return listed.assign(served=served)[["iata", "served", "lat", "lon"]]


def _by_hand() -> dict[tuple[str, str], tuple[str, str, str]]:
    table = pd.read_csv(INPUTS / "airports.csv", dtype=str, keep_default_na=False)
    return {(row.name, row.of): (row.city, row.country, row.state) for row in table.itertuples(index=False)}


def _place(
    served: tuple[str, str],
    airports: pd.DataFrame,
    by_hand: dict[tuple[str, str], tuple[str, str, str]],
    places: Gazetteer,
) -> Place | None:
    """The served city, where GeoNames has it near; else the point of its first airport."""
    if served in by_hand:
        city, country, state = by_hand[served]
        return places.find(city, country, state)
    code = places.alpha2(served[1])
    if code is None:
        return None
    lat, lon = float(airports["lat"].iloc[0]), float(airports["lon"].iloc[0])
    city = places.near_name(served[0], code, lat, lon, FAR_KM)
    return city or places.snap(lat, lon, code, served[0])
