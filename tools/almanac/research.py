"""Tables of research: papers, conferences, laureates and facilities, per city."""

import json
import re

import pandas as pd

from tools.almanac.sources import Gazetteer, Sources, countries_by_hand, institution_key, places_by_hand, read_input
from tools.vintage.rows import Account, Place, Table, counted

PAPERS = ["papers", "top10_papers", "top1_papers", "industry_papers", "international_papers"]
CONFERENCE_YEARS = (2022, 2025)
NOWHERE = re.compile(r"virtual|online|tbd|^\s*$", re.IGNORECASE)
WITH_STATES = ("US", "CA", "AU")
OF_CHINA = ("HK", "MO", "TW")
PRIZES = ("Chemistry", "Economics", "Medicine", "Physics")
ROBOTICS, ROBOTICS_YEARS = "ai-robotics-conference-papers", range(2018, 2024)
#: The least share of a venue's papers of a year that have an author's institution.
LEAST_KNOWN = 0.9


def works(sources: Sources) -> Table:
    """Sum the Leiden Ranking's papers of 2016-2019: all, the most cited, with industry, and with other countries."""
    listed = pd.read_csv(sources.raw / "papers/leiden_2020_latlon.csv")
    by_hand = countries_by_hand("leiden")
    account = Account("works", "CWTS Leiden Ranking 2020", "papers", "leiden-2020")
    account.remark = "no city known, or a university of several cities"
    for row in listed.itertuples(index=False):
        countries = by_hand.get(institution_key(row.university)) or sources.institutions.countries(row.university)
        found = (sources.institutions.find(row.university, country) for country in countries)
        cities = [sites[0][0] for sites in found if sites]
        place = cities[0] if len(cities) == 1 else None
        counts = (row.P_est, row.P_top10, row.P_top1, row.P_industry_collab, row.P_int_collab)
        account.count(place, row.P_est, row.university, row.university, **dict(zip(PAPERS, counts, strict=True)))
    method = "full counting; papers = co-authored papers / their share"
    return counted([account], [], PAPERS, 0, from_year=2016, year=2019, vintage="2016-2019", method=method)


def conferences(sources: Sources) -> Table:
    """Count the CCF list's conferences per city and year, and those of rank A or A*; none held on screens only."""
    listed = pd.read_csv(sources.more / "cs-conferences-held/conferences.csv", keep_default_na=False)
    listed = listed[listed["year"].between(*CONFERENCE_YEARS)].drop_duplicates(["title", "year"])
    by_hand = places_by_hand("conferences.csv", "text")
    accounts = []
    for year, of_year in listed.groupby("year"):
        account = Account("conferences", f"CCF deadlines {year}", "conferences", "ccf-deadlines")
        account.remark = "held on screens only, or the list names no city"
        for row in of_year.itertuples(index=False):
            found = by_hand.get(f"{row.title} {row.year}") or by_hand.get(row.place)
            place = sources.gazetteer.find(*found) if found else _venue(row.place, sources.gazetteer)
            counts = {"conferences": 1, "top_conferences": int(row.ccf == "A" or row.core == "A*")}
            account.count(place, name=f"{row.title}: {row.place}", year=year, **counts)
        accounts.append(account)
    return counted(accounts, ["year"], ["conferences", "top_conferences"], 0, vintage="2026-08")


def _venue(text: str, gazetteer: Gazetteer) -> Place | None:
    """The last part of a text that is a city of the country that it ends with."""
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
    for candidate in [country] if country in WITH_STATES else [] if country else WITH_STATES:
        if len(rest) > 1 and (code := gazetteer.state(rest[-1], candidate)):
            return candidate, code, rest[:-1]
    return country, "", rest or parts[-1:]


def facilities(sources: Sources) -> Table:
    """Count synchrotrons and free-electron lasers in use per city, each placed by hand from its postal address."""
    by_hand = read_input("facilities.csv").set_index("facility")
    account = Account("facilities", "light sources in use or planned", "facilities", "light-sources")
    account.remark = "closed, never built, or listed twice"
    for file in ("synchrotrons.json", "fels.json"):
        for name in json.loads((sources.more / "light-sources" / file).read_text(encoding="utf-8")):
            row = by_hand.loc[name]
            place = sources.gazetteer.find(row["city"], row["country"], row["state"]) if row["city"] else None
            account.count(place, name=f"{name}: {row['reason']}", facilities=1)
    return counted([account], [], ["facilities"], 0, year=2018, vintage="2018")


def laureates(sources: Sources) -> Table:
    """Count Nobel laureates of the sciences and of economics per year, category and city of their organisation."""
    listed = pd.read_csv(sources.raw / "talent/nobel_laureates_1901_2024_latlon.csv", keep_default_na=False)
    listed = listed[listed["category"].isin(PRIZES)]
    account = Account("laureates", "Nobel Prize laureates 1901-2024", "laureates", "nobel-prize")
    account.remark = "a village that GeoNames' list of 5,000 inhabitants and more has not"
    for row in listed.itertuples(index=False):
        city, state = row.organization_city, ""
        if in_state := re.fullmatch(r"(.+?),? ([A-Z]{2})", city):
            us = sources.gazetteer.alpha2(row.organization_country) == "US"
            city, state = in_state.groups() if us else (city, "")
        place = sources.find(city, row.organization_country, state)
        where = f"{row.organization_city}, {row.organization_country}"
        account.count(place, name=where, year=row.year, category=row.category, laureates=1)
    keys = {"vintage": "1901-2024", "extra": ["category"]}
    return counted([account], ["year", "category"], ["laureates"], 0, **keys)


def robotics_papers(sources: Sources) -> Table:
    """Sum papers, divided among their authors' institutions, of the venues that have all years."""
    listed = pd.read_csv(sources.since / ROBOTICS / "papers_by_institution_venue_year.csv", keep_default_na=False)
    listed = listed[listed["venue"].isin(_venues(sources)) & listed["year"].isin(ROBOTICS_YEARS)]
    text = f"papers of {ROBOTICS_YEARS[0]}-{ROBOTICS_YEARS[-1]}"
    account = Account("robotics-papers", text, "papers, divided among institutions", "paperlists")
    account.remark = "bodies of many sites, no country, or a campus in another country"
    for (name, country, campus), rows in listed.groupby(["institution", "country", "campus"]):
        sites = _sites(name, country, campus, sources)
        account.count(sites[0][0] if sites else None, float(rows["fractional"].sum()), f"{name}, {campus}, {country}")
        account.records += [
            {"place": place, "year": year, "papers": papers * share}
            for year, papers in zip(rows["year"], rows["fractional"], strict=True)
            for place, share in sites
        ]
    return counted([account], ["year"], ["papers"], 2, vintage="2026-02")


def _venues(sources: Sources) -> list[str]:
    """The venues that in each of the years have papers and, for `LEAST_KNOWN` of them or more, an institution."""
    coverage = pd.read_csv(sources.since / ROBOTICS / "coverage.csv")
    share = (coverage["with_institution"] / coverage["papers"]).groupby([coverage["venue"], coverage["year"]]).sum()
    enough = share.unstack().reindex(columns=ROBOTICS_YEARS) >= LEAST_KNOWN
    return list(enough.index[enough.all(axis=1)])


def _sites(name: str, country: str, campus: str, sources: Sources) -> list[tuple[Place, float]]:
    """The place of an institution by its name, else the campus of most of its authors; None if left out by hand."""
    code, region = (sources.gazetteer.alpha2(text) for text in (country, campus))
    code = region if code == "CN" and region in OF_CHINA else code
    if not code:
        return []
    sites = sources.institutions.find(name, code)
    if sites or (code, institution_key(name)) in sources.institutions.by_hand:
        return sites
    place = sources.gazetteer.find(campus, code) or sources.gazetteer.find("", code)
    return [(place, 1.0)] if place else []
