"""Cities that are reached by air without a stop, from all airports that serve a city."""

from collections import defaultdict

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from tools.almanac.inhabitants import outside_larger
from tools.almanac.sources import Gazetteer, Sources, read_input
from tools.vintage.rows import Account, Table, fold, points_km, table_of, with_place_columns

#: An airport serves the cities within it: the catchment area of the EU's guidelines on State aid to airports (2014/C
#: 99/03, paragraph 25(12)).
REACH_KM = 100.0
#: A city, as the OECD and the European Commission define it, has 50,000 inhabitants or more. A smaller one so near to
#: a larger one of its country that nearly four fifths of their catchments are one is left to that.
LEAST = 50_000
NEAR_KM = 35.0
VINTAGES = ("2018-10", "2020-02", "2022-08")
FOLDER = "air-routes-krlawrence"
#: A city by its GeoNames id or its folded name, with the country (alpha-2).
City = tuple[str, int | str]


def connectivity(sources: Sources) -> Table:
    """Count the cities that airports within `REACH_KM` reach without a stop, times the inhabitants of each city.

    Airports beyond a border that no road or rail crosses, or that inhabitants may not cross, do not serve a city; of
    pairs of countries with a hub within reach, by hand.
    """
    towns = sources.gazetteer.towns()
    towns = towns[towns["inhabitants"] >= LEAST]
    cities = outside_larger(towns, pd.Series(NEAR_KM, index=towns.index))
    places = [sources.gazetteer.by_id(geonames) for geonames in cities["geonames"]]
    points = points_km(cities["lat"], cities["lon"])
    borders = read_input("borders.csv")
    apart = {*zip(borders["country"], borders["of"], strict=True), *zip(borders["of"], borders["country"], strict=True)}
    accounts, frames = [], []
    for vintage in VINTAGES:
        account = Account("connectivity", f"air routes {vintage}", "routes", "air-routes")
        account.remark = "closed since, or never opened: Ukraine, Russia and others to each other"
        airports, reached = _routes(sources, vintage, account)
        near = cKDTree(points_km(airports["lat"], airports["lon"])).query_ball_point(points, REACH_KM)
        served = airports["city"].to_numpy(dtype=object)
        numbers = []
        for around, home in zip(near, cities["country"], strict=True):
            rows = [row for row in around if (home, airports["country"][row]) not in apart]
            there = {city for row in rows for city in reached[row]} - {served[row] for row in rows}
            numbers.append((len(there), sum(country != home for country, _ in there)))
        every, abroad = np.array(numbers).T * cities["inhabitants"].to_numpy()
        frame = pd.DataFrame({"place": places, "inhabitants": cities["inhabitants"], "reach_inhabitants": every})
        frames.append(frame.assign(abroad_inhabitants=abroad, year=int(vintage[:4]), vintage=vintage))
        accounts.append(account)
    table = with_place_columns(pd.concat(frames, ignore_index=True))
    amounts = ["inhabitants", "reach_inhabitants", "abroad_inhabitants"]
    return table_of("connectivity", table, amounts, 0, accounts, origin="air-routes", method="")


def _routes(sources: Sources, vintage: str, account: Account) -> tuple[pd.DataFrame, dict[int, set[City]]]:
    """Airports: `code, country` (alpha-2), `lat, lon, city`; and the cities that each row of them reaches."""
    nodes, edges = (
        pd.read_csv(sources.since / FOLDER / f"air-routes-{vintage}-{kind}.csv", dtype=str, keep_default_na=False)
        for kind in ("nodes", "edges")
    )
    nodes.columns = [column.split(":")[0] for column in nodes.columns]
    airports = nodes[nodes["~label"] == "airport"].astype({"lat": float, "lon": float}).reset_index(drop=True)
    airports["country"] = [sources.gazetteer.alpha2(country) for country in airports["country"]]
    airports["city"] = [_city(airport, sources.gazetteer) for airport in airports.itertuples()]
    row_of = {airport: row for row, airport in enumerate(airports["~id"])}
    routes = edges.loc[edges["~label"] == "route", ["~from", "~to"]].map(row_of.get).to_numpy()
    closed = _closed(airports, vintage)
    reached: dict[int, set[City]] = defaultdict(set)
    for start, end in routes:
        if not (closed[start, end] or closed[end, start]):
            reached[start].add(airports["city"][end])
            account.placed += 1
    account.rows, account.amount, account.amount_placed = len(routes), float(len(routes)), float(account.placed)
    return airports, reached


def _city(airport: tuple, gazetteer: Gazetteer) -> City:
    """The city that an airport is named after, in any spelling."""
    place = gazetteer.near_name(airport.city, airport.country, airport.lat, airport.lon, REACH_KM)
    return airport.country, place.geonames if place else fold(airport.city)


def _closed(airports: pd.DataFrame, vintage: str) -> np.ndarray:
    """Whether flights from the airport of a row to that of a column were forbidden; by hand."""
    closed = np.zeros((len(airports), len(airports)), dtype=bool)
    for row in read_input("closed_air.csv").itertuples():
        if row.since <= vintage and (not row.until or vintage < row.until):
            here = airports["code"].isin(row.airports.split()) if row.airports else airports["country"] == row.country
            there = airports["country"].isin(row.to.split()) | (row.to == "*")
            closed |= np.outer(here, there)
    return closed
