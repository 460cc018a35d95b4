"""Inhabitants of urban agglomerations: United Nations, World Urbanization Prospects 2018."""

import re

import pandas as pd

from tools.almanac.gazetteer import Gazetteer
from tools.almanac.sources import Sources
from tools.vintage.places import Place, distance_km
from tools.vintage.rows import Account, Table, as_text, with_place_columns

YEARS = range(2000, 2036, 5)
SAME_KM = 25.0


def build(sources: Sources) -> Table:
    """Place the inhabitants of agglomerations over 300,000, at the list's own points.

    Args:
        sources: The raw lists, and places.

    Returns:
        The table `population`, a stock every five years; 2020 and later are projections of 2018.
    """
    listed = pd.read_csv(sources.raw / "gazetteer/un_wup2018_urban_agglomerations_over_300k.csv", keep_default_na=False)
    account = Account("population", "UN WUP 2018, file 12", "agglomerations", "un-wup-2018")
    frames = []
    for row in listed.to_dict("records"):
        place = _place(row, sources.gazetteer)
        account.count(place, name=f"{row['urban_agglomeration']}, {row['country']}")
        if place:
            persons = [float(row[f"population_thousands_{year}"]) * 1000 for year in YEARS]
            frames.append(pd.DataFrame({"year": YEARS, "population": persons}).assign(place=place))
    table = with_place_columns(pd.concat(frames, ignore_index=True))
    table = table.assign(origin="un-wup-2018", vintage="2018")
    table["method"] = ["projection of 2018" if year > 2018 else "" for year in table["year"]]
    return Table("population", as_text(table, ["population"], 0), [account])


def _place(row: dict[str, object], gazetteer: Gazetteer) -> Place | None:
    country = gazetteer.alpha2(str(row["country"]))
    if country is None:
        return None
    lat, lon = round(float(row["lat"]), 5), round(float(row["lon"]), 5)
    name = str(row["urban_agglomeration"])
    for spelling in _spellings(name):
        city = gazetteer.find(spelling, country)
        if city and float(distance_km(lat, lon, city.lat, city.lon)) <= SAME_KM:
            return Place(city.country, city.name, lat, lon, city.geonames)
    return Place(gazetteer.alpha3(country), name, lat, lon)


def _spellings(name: str) -> list[str]:
    inside = re.findall(r"\(([^)]*)\)", name)
    outside = re.sub(r"\([^)]*\)", "", name).split(",")[0].strip()
    return [outside, *inside, *outside.split("-"), *outside.split("/")]
