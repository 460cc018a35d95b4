"""Ranked conferences of computer science, by the city that they were held in: the CCF list of deadlines."""

import re

import pandas as pd

from tools.almanac.gazetteer import Gazetteer
from tools.almanac.names import INPUTS
from tools.almanac.sources import Sources
from tools.vintage.places import Place
from tools.vintage.rows import Account, Table, as_text, per_place

YEARS = (2022, 2025)
NOWHERE = re.compile(r"virtual|online|tbd|^\s*$", re.IGNORECASE)
WITH_STATES = ("US", "CA", "AU")
OF_CHINA = ("HK", "MO", "TW")
AMOUNTS = ["conferences", "top_conferences"]


def build(sources: Sources) -> Table:
    """Count conferences per city and year, and those that CCF ranks A or CORE A*.

    Args:
        sources: The raw lists, and places.

    Returns:
        The table `conferences`, a flow of the years 2022-2025; one held on screens only counts nowhere.
    """
    listed = pd.read_csv(sources.more / "cs-conferences-held/conferences.csv", keep_default_na=False)
    listed = listed[listed["year"].between(*YEARS)].drop_duplicates(["title", "year"])
    by_hand = _by_hand()
    records, accounts = [], []
    for year, of_year in listed.groupby("year"):
        account = Account("conferences", f"CCF deadlines {year}", "conferences", "ccf-deadlines")
        account.remark = "held on screens only, or the list names no city"
        for row in of_year.itertuples(index=False):
            place = _place(row.place, sources.gazetteer, by_hand)
            account.count(place, name=f"{row.title}: {row.place}")
            if place:
                top = int(row.ccf == "A" or row.core == "A*")
                records.append({"place": place, "year": year, "conferences": 1, "top_conferences": top})
        accounts.append(account)
    table = per_place(records, ["year"], AMOUNTS)
    table = table.assign(origin="ccf-deadlines", vintage="2026-08", method="")
    return Table("conferences", as_text(table, AMOUNTS, 0), accounts)


def _place(text: str, gazetteer: Gazetteer, by_hand: dict[str, tuple[str, str, str]]) -> Place | None:
    """The last part of a text that is a city of the country that it ends with."""
    if text in by_hand:
        city, country, state = by_hand[text]
        return gazetteer.find(city, country, state)
    cleaned = re.sub(r"\([^)]*\)|\band (online|virtual)\b|\+.*$|&.*$", " ", text, flags=re.IGNORECASE)
    parts = [part.strip(" .") for part in re.split(r"[,;]", cleaned) if part.strip(" .")]
    if not parts or NOWHERE.search(cleaned):
        return None
    country, state, cities = _country(parts, gazetteer)
    if country is None:
        return None
    found = (gazetteer.find(part, country, state if country in WITH_STATES else "") for part in reversed(cities))
    return next((place for place in found if place), None)


def _country(parts: list[str], gazetteer: Gazetteer) -> tuple[str | None, str, list[str]]:
    """The country at a text's end, the state before it, and the parts that may be the city."""
    of_china = gazetteer.alpha2(", ".join(parts[-2:])) or (gazetteer.alpha2(parts[-2]) if parts[1:] else None)
    if of_china in OF_CHINA:
        return of_china, "", [parts[-2], *parts[:-2]][::-1] if of_china != "TW" else parts[:-1]
    if len(parts) > 1 and gazetteer.state(parts[-1], "US"):
        return "US", gazetteer.state(parts[-1], "US"), parts[:-1]
    country = gazetteer.alpha2(parts[-1])
    rest = parts[:-1] if country else parts
    if country is None and " " in parts[-1]:
        before, _, last = parts[-1].rpartition(" ")
        country = gazetteer.alpha2(last)
        rest = [*parts[:-1], before] if country else parts
    for each in [country] if country in WITH_STATES else [] if country else WITH_STATES:
        if len(rest) > 1 and (code := gazetteer.state(rest[-1], each)):
            return each, code, rest[:-1]
    return country, "", rest or parts[-1:]


def _by_hand() -> dict[str, tuple[str, str, str]]:
    table = pd.read_csv(INPUTS / "conferences.csv", dtype=str, keep_default_na=False)
    return {row.text: (row.city, row.country, row.state) for row in table.itertuples(index=False)}
