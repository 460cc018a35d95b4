"""Tables of cities themselves: connections by air, and inhabitants."""

import re

import pandas as pd

from tools.almanac.sources import Gazetteer, Sources, read_input
from tools.vintage.rows import Account, Place, Table, distance_km, table_of, with_place_columns

AIRPORT = ["id", "name", "city", "country", "iata", "icao", "lat", "lon", "ft", "zone", "dst", "tz", "kind", "by"]
ROUTE = ["airline", "airline_id", "from_code", "start", "to_code", "end", "shared", "stops", "equipment"]
FAR_KM = 120.0
#: Further codes of one airport: Basel's French and European ones.
SAME = {"MLH": "BSL", "EAP": "BSL"}
YEARS = range(2000, 2036, 5)
SAME_KM = 25.0


def connectivity(sources: Sources) -> Table:
    """Count the cities that routes reach from a city without a stop, also in per cent of the most."""
    airports = pd.read_csv(
        sources.more / "openflights/airports.dat", names=AIRPORT, na_values=["\\N"], keep_default_na=False
    )
    airports = airports[airports["city"].notna() & airports["iata"].notna()].drop_duplicates("iata")
    airports["served"] = list(zip(airports["city"], airports["country"], strict=True))
    airports = airports[["iata", "served", "lat", "lon"]]
    routes = pd.read_csv(sources.more / "openflights/routes.dat", names=ROUTE, dtype=str, na_values=["\\N"])
    routes = routes[routes["stops"] == "0"].replace({"from_code": SAME, "to_code": SAME})
    unknown = Account("connectivity", "OpenFlights, codes of airports", "routes of airlines", "openflights")
    unknown.remark = "the list of airports has not the code: closed, or renamed since 2014"
    both = routes["from_code"].isin(airports["iata"]) & routes["to_code"].isin(airports["iata"])
    unknown.rows, unknown.placed = len(routes), int(both.sum())
    unknown.amount, unknown.amount_placed = float(len(routes)), float(both.sum())
    routes = routes.merge(airports, left_on="from_code", right_on="iata")
    routes = routes.merge(airports, left_on="to_code", right_on="iata", suffixes=("", "_there"))
    pairs = routes[["served", "served_there"]].drop_duplicates()
    pairs = pairs[pairs["served"] != pairs["served_there"]]
    reached = pairs.groupby("served")["served_there"].agg(list)
    by_hand = {
        (row.name, row.of): (row.city, row.country, row.state)
        for row in read_input("airports.csv").itertuples(index=False)
    }
    account = Account("connectivity", "OpenFlights, routes of 2014", "pairs of cities", "openflights")
    account.remark = "no such country in GeoNames' list"
    best: dict[Place, tuple[int, int]] = {}
    gazetteer = sources.gazetteer
    for served, points in airports.groupby("served"):
        if cities := reached.get(served, []):
            lat, lon = float(points["lat"].iloc[0]), float(points["lon"].iloc[0])
            place, code = None, gazetteer.alpha2(served[1])
            if served in by_hand:
                place = gazetteer.find(*by_hand[served])
            elif code:  # the served city, where GeoNames has it near; else the point of its first airport
                near = gazetteer.near_name(served[0], code, lat, lon, FAR_KM)
                place = near or gazetteer.snap(lat, lon, code, served[0])
            account.count(place, len(cities), ", ".join(served))
            if place:
                abroad = sum(country != served[1] for _, country in cities)
                best[place] = max(best.get(place, (0, 0)), (len(cities), abroad))
    table = with_place_columns(pd.DataFrame({"place": list(best)}))
    table["destinations"], table["abroad"] = zip(*best.values(), strict=True)
    table["connectivity"] = 100 * table["destinations"] / table["destinations"].max()
    columns = {"year": 2014, "origin": "openflights", "vintage": "2014-06", "method": ""}
    amounts = ["destinations", "abroad", "connectivity"]
    return table_of("connectivity", table, amounts, 2, [account, unknown], **columns)


def population(sources: Sources) -> Table:
    """Place inhabitants of agglomerations over 300,000 at the UN's points, every five years; projections from 2020."""
    listed = pd.read_csv(sources.raw / "gazetteer/un_wup2018_urban_agglomerations_over_300k.csv", keep_default_na=False)
    account = Account("population", "UN WUP 2018, file 12", "agglomerations", "un-wup-2018")
    frames = []
    for row in listed.to_dict("records"):
        place = _agglomeration(row, sources.gazetteer)
        account.count(place, name=f"{row['urban_agglomeration']}, {row['country']}")
        if place:
            persons = [float(row[f"population_thousands_{year}"]) * 1000 for year in YEARS]
            frames.append(pd.DataFrame({"year": YEARS, "population": persons}).assign(place=place))
    table = with_place_columns(pd.concat(frames, ignore_index=True))
    table["method"] = ["projection of 2018" if year > 2018 else "" for year in table["year"]]
    return table_of("population", table, ["population"], 0, [account], origin="un-wup-2018", vintage="2018")


def _agglomeration(row: dict[str, object], gazetteer: Gazetteer) -> Place | None:
    country = gazetteer.alpha2(str(row["country"]))
    if country is None:
        return None
    lat, lon = round(float(row["lat"]), 5), round(float(row["lon"]), 5)
    name = str(row["urban_agglomeration"])
    outside = re.sub(r"\([^)]*\)", "", name).split(",")[0].strip()
    for spelling in (outside, *re.findall(r"\(([^)]*)\)", name), *outside.split("-"), *outside.split("/")):
        city = gazetteer.find(spelling, country)
        if city and float(distance_km(lat, lon, city.lat, city.lon)) <= SAME_KM:
            return Place(city.country, city.name, lat, lon, city.geonames)
    return Place(gazetteer.alpha3(country), name, lat, lon)
