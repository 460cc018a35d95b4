"""Tables of possible results of an innovation hub, outside the flagship's index: output, papers, clouds."""

import re

import pandas as pd

from tools.almanac.sources import Sources, places_by_hand, read_input
from tools.vintage.rows import Account, Place, Table, counted, each_vintage, fold, per_place, table_of

OUTPUT = "the list's output and output per head, whose quotient the inhabitants are"
JOURNALS = {2019: "82 journals of the natural sciences", 2020: "82 journals of the natural sciences"}
JOURNALS |= {2025: "145 journals, those of health sciences among them"}
OF_CHINA = {"Hong Kong": "HK", "Macau": "MO"}
IN_BRACKETS = re.compile(r" \([^)]*\)")


def economy(sources: Sources) -> Table:
    """Place the OECD's functional urban areas, in million US dollars of constant purchasing power, at their city."""
    listed = pd.read_csv(sources.since / "oecd-metros-gdp/oecd_fua_gdp_latest.csv")
    by_hand = places_by_hand("output_metros.csv", "metro")
    account = Account("economy", "OECD functional urban areas 2021-2023", "million US dollars", "oecd-fua")
    account.remark = "the list has no figure of them"
    for row in listed.itertuples(index=False):
        place = _metro(row.fua_code, row.fua_name, row.country_iso3, by_hand, sources)
        if pd.isna(row.fua_gdp_ppp_usd):
            account.count(None, 0.0, row.fua_name)
            continue
        gdp = row.fua_gdp_ppp_usd / 1e6
        account.count(place, gdp, row.fua_name, year=row.year, gdp=gdp, population=row.fua_population)
    return counted([account], ["year"], ["gdp", "population"], 0, vintage="2026-06", method=OUTPUT)


def _metro(
    code: str, name: str, alpha3: str, by_hand: dict[str, tuple[str, str, str]], sources: Sources
) -> Place | None:
    """The city that an area is named after: the whole name, else its first part between slashes or hyphens."""
    if code in by_hand:
        return sources.gazetteer.find(*by_hand[code])
    country = next(item for item in sources.gazetteer.codes if sources.gazetteer.alpha3(item) == alpha3)
    bare = IN_BRACKETS.sub("", name)
    for spelling in (bare, bare.split("/")[0], bare.split("-")[0]):
        if place := sources.gazetteer.find(spelling, country):
            return place
    return None


def nature_index(sources: Sources) -> Table:
    """Sum the Nature Index' Share of 2019, 2020 and 2025 of one set of universities: the 500 first of 2020."""
    first = pd.read_csv(sources.since / "nature-index-2020/nature_index_2021_with_coord.csv", keep_default_na=False)
    last = pd.read_csv(sources.since / "nature-index-2025/institution-2025.csv", keep_default_na=False)
    last = last.assign(key=[_key(*item) for item in zip(last["Country/territory"], last["Institution"], strict=True)])
    last = last.sort_values("Share").drop_duplicates("key", keep="last").set_index("key")["Share"]
    renamed = {row.name: row.now for row in read_input("nature_renamed.csv").itertuples(index=False)}
    first["now"] = [renamed.get(name, name) for name in first["Institution"]]
    account = Account(
        "nature-index", "Nature Index 2020, the first 500 universities", "articles, divided", "nature-index"
    )
    account.remark = "not in the list of 2025 under a name that is known: merged with others, or a member of a society"
    records = []
    for (name, country), of_one in first.groupby(["now", "Country"], sort=False):
        share, whole = last.get(_key(country, name)), of_one[["Share 2019", "Share 2020"]].sum()
        code = next((code for text, code in OF_CHINA.items() if text in name), None)
        code = code or sources.gazetteer.alpha2(IN_BRACKETS.sub("", country))
        sites = sources.institutions.find(IN_BRACKETS.sub("", name), code) if code and share is not None else []
        account.count(sites[0][0] if sites else None, float(whole["Share 2020"]), "; ".join(of_one["Institution"]))
        shares = zip(JOURNALS, (*whole, share), strict=True)
        records += [
            {"place": place, "year": year, "share": part * amount} for year, amount in shares for place, part in sites
        ]
    vintages = pd.DataFrame({"year": list(JOURNALS), "method": list(JOURNALS.values())})
    vintages = vintages.assign(origin="nature-index", vintage=["2021-04", "2021-04", "2026-02"])
    table = each_vintage(per_place(records, ["year"], ["share"]), vintages, ["share"])
    return table_of("nature-index", table, ["share"], 0, [account])


def _key(country: str, name: str) -> tuple[str, str]:
    """A name without its abbreviation in brackets, in one country."""
    return country, fold(IN_BRACKETS.sub("", name))


def cloud_regions(sources: Sources) -> Table:
    """Count, of eight large cloud firms, those with a region in service, per metropolitan area."""
    listed = pd.read_csv(sources.since / "cloud-regions-2025/cloud_regions.csv")
    listed = listed[listed["in_service"]]
    account = Account("cloud-regions", "cloud regions, January 2025", "firms with a region", "cloud-regions")
    account.remark = "no such city in GeoNames' list"
    for (metro, country), firms in listed.groupby(["metro_area", "country"], sort=False):
        region = OF_CHINA.get(metro) or sources.gazetteer.alpha2(country)
        count = firms["provider"].nunique()
        place = sources.gazetteer.find(metro, region)
        account.count(place, count, f"{metro}, {country}", year=2025, firms=count)
    return counted([account], ["year"], ["firms"], 0, vintage="2025-01")
