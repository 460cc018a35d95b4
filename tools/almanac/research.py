"""Tables of research: universities, papers, conferences, researchers, laureates and facilities, per city."""

import json
import re

import numpy as np
import pandas as pd

from tools.almanac.sources import Gazetteer, Sources, countries_by_hand, institution_key, places_by_hand, read_input
from tools.vintage.rows import Account, Place, Table, counted, distance_km, each_vintage, per_place, table_of

TRUNCATED = {2012, 2013}
ARWU_ORIGINS = {2020: "arwu-2020", 2024: "arwu-2025", 2025: "arwu-2025"}
ARWU_METHODS = {2024: "ranks of 2024 as the list of 2025 repeats them: top1000 lacks the 53 that left it"}
ENDS = {"top100": 100, "top200": 200, "top500": 500, "top1000": 1000}
PAPERS = ["papers", "top10_papers", "top1_papers", "industry_papers", "international_papers"]
ALONE_KM = 50.0
ESTIMATED = "estimate: strings in OpenAlex' sample of affiliations x the papers a string of the list's smaller half"
CONFERENCE_YEARS = (2022, 2025)
NOWHERE = re.compile(r"virtual|online|tbd|^\s*$", re.IGNORECASE)
WITH_STATES = ("US", "CA", "AU")
OF_CHINA = ("HK", "MO", "TW")
PRIZES = ("Chemistry", "Economics", "Medicine", "Physics")


def universities(sources: Sources) -> Table:
    """Count ARWU's universities among the first 100 to 1,000, cumulatively; a band counts where it begins."""
    ranked = _ranked_universities(sources)
    records, accounts = [], []
    for year, listed in ranked.groupby("year"):
        account = Account("universities", f"ARWU {year}", "universities", ARWU_ORIGINS.get(year, "arwu-2005-2015"))
        account.remark = "no city known, or a university of several cities"
        for row in listed.itertuples(index=False):
            sites = sources.institutions.find(row.name, row.country) if row.country else []
            account.count(sites[0][0] if sites else None, name=row.name, who=row.name)
            for place, share in sites:
                counts = {name: share * (row.rank <= end) for name, end in ENDS.items()}
                records.append({"place": place, "year": year} | counts)
        accounts.append(account)
    vintages = pd.DataFrame({"year": sorted(ranked["year"].unique())})
    vintages["origin"] = [ARWU_ORIGINS.get(year, "arwu-2005-2015") for year in vintages["year"]]
    vintages["vintage"] = vintages["year"].astype(str)
    vintages["method"] = [ARWU_METHODS.get(year, "") for year in vintages["year"]]
    table = each_vintage(per_place(records, ["year"], list(ENDS)), vintages, list(ENDS))
    table["top1000"] = table["top1000"].where(table["year"] >= 2020)  # earlier lists end at 500
    return table_of("universities", table, list(ENDS), 2, accounts)


def _ranked_universities(sources: Sources) -> pd.DataFrame:
    """The name, rank, country and year of every university in every list."""
    newest = pd.read_csv(sources.raw / "universities/arwu_2025_with_2024_rank_latlon.csv")
    newest = newest.drop_duplicates(["Institution", "WR2025", "NR", "Alumni", "Award", "HiCi", "PUB"])
    middle = pd.read_csv(sources.raw / "universities/arwu_2020.csv")
    oldest = pd.read_csv(sources.raw / "universities/arwu_2005_2015.csv")
    oldest = oldest[oldest["university_name"].notna() & ~oldest["year"].isin(TRUNCATED)]

    lists = [
        (newest, "Institution", "WR2025", "Country", 2025),
        (newest, "Institution", "WR2024", "Country", 2024),
        (middle, "institution", "world_rank", "country", 2020),
        (oldest, "university_name", "world_rank", None, oldest["year"]),
    ]
    *known, without = (
        pd.DataFrame({"name": frame[name], "rank": frame[rank], "country": country and frame[country], "year": year})
        for frame, name, rank, country, year in lists
    )
    known = pd.concat(known).dropna(subset=["name"])
    known["country"] = [sources.gazetteer.alpha2(country) or "" for country in known["country"]]
    by_hand = countries_by_hand("arwu")
    by_key = known["country"].groupby(known["name"].map(institution_key)).agg(set)
    countries = {}
    for name in set(without["name"]):
        key = institution_key(name)
        candidates = by_hand.get(key) or [*(by_key.get(key) or sources.institutions.countries(name))]
        countries[name] = candidates[0] if len(candidates) == 1 else ""
    result = pd.concat([known, without.assign(country=without["name"].map(countries))], ignore_index=True)
    result["rank"] = pd.to_numeric(result["rank"].astype(str).str.extract(r"^(\d+)")[0])  # a band begins there
    return result.dropna(subset=["rank"])


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
    table = per_place(account.records, [], PAPERS)
    table = table.assign(method="full counting; papers = co-authored papers / their share", origin="leiden-2020")
    estimated = _unlisted(sources, listed, [record["place"] for record in account.records])
    table = pd.concat([table, estimated.assign(method=ESTIMATED, origin="openalex")], ignore_index=True)
    return table_of("works", table, PAPERS, 0, [account], from_year=2016, year=2019, vintage="2016-2019")


def _unlisted(sources: Sources, listed: pd.DataFrame, places: list[Place]) -> pd.DataFrame:
    """Estimate papers and top10_papers of places where the list, which ends at 800 papers, has no university.

    OpenAlex' sample of affiliations has some strings of them. Papers a string are those of the list's smaller half;
    no university is given more papers than the least of the list.
    """
    sample = pd.read_csv(
        sources.raw / "papers/openalex_affiliation_sample_ror_counts_latlon.csv", keep_default_na=False
    )
    sample = sample.rename(columns={"count": "strings"})
    small = listed[listed["P_est"] <= listed["P_est"].median()].merge(sample, on="ror_id")
    papers, top = (small[name].sum() / small["strings"].sum() for name in ("P_est", "P_top10"))
    most = listed["P_est"].min()
    others = sample[sample["types"].str.contains("education") & ~sample["ror_id"].isin(listed["ror_id"])]
    lats, lons = np.array([place.lat for place in places]), np.array([place.lon for place in places])
    rows = []
    for row in others[others["lat"] != ""].itertuples(index=False):
        place = sources.gazetteer.snap(float(row.lat), float(row.lng), row.country_code, row.city)
        if distance_km(place.lat, place.lon, lats, lons).min() > ALONE_KM:
            few = min(papers * row.strings, most)
            rows.append({"place": place, "papers": few, "top10_papers": few * top / papers})
    return per_place(rows, [], ["papers", "top10_papers"])


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


def highly_cited(sources: Sources) -> Table:
    """Count Highly Cited Researchers by first affiliation, per city and vintage; twice if listed in two fields."""
    listed = pd.read_csv(
        sources.raw / "talent/hcr_clarivate_2014_2019_by_affiliation_category.csv", keep_default_na=False
    )
    records, accounts = [], []
    for year, of_year in listed.groupby("year"):
        account = Account("highly-cited", f"Highly Cited Researchers {year}", "researchers x fields", "clarivate-hcr")
        account.remark = "bodies of many sites are left out; small bodies whose city is not known"
        for name, researchers in of_year.groupby("primary_affiliation")["n"].sum().items():
            sites = _affiliation_sites(name, sources)
            account.count(sites[0][0] if sites else None, researchers, name)
            records += [{"place": place, "year": year, "highly_cited": researchers * share} for place, share in sites]
        accounts.append(account)
    vintages = pd.DataFrame({"year": sorted(listed["year"].unique())})
    vintages = vintages.assign(origin="clarivate-hcr", vintage=vintages["year"].astype(str), method="")
    table = each_vintage(per_place(records, ["year"], ["highly_cited"]), vintages, ["highly_cited"])
    return table_of("highly-cited", table, ["highly_cited"], 2, accounts)


def _affiliation_sites(affiliation: str, sources: Sources) -> list[tuple[Place, float]]:
    name, _, country = affiliation.rpartition(",")
    code = sources.gazetteer.alpha2(country.strip())
    for region, own in (("Hong Kong", "HK"), ("Macau", "MO")):
        if code == "CN" and region in name and "Shenzhen" not in name:
            code, name = own, name.removesuffix(f", {region}")
    return sources.institutions.find(name, code) if code and name else []
