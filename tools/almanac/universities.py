"""Universities of the Academic Ranking of World Universities (ARWU), counted per city."""

from pathlib import Path

import pandas as pd

from tools.almanac.gazetteer import Gazetteer
from tools.almanac.institutions import Institutions, countries_by_hand
from tools.almanac.names import institution_key
from tools.almanac.sources import Sources
from tools.vintage.places import Place
from tools.vintage.rows import Account, Table, as_text, each_vintage, per_place

AMOUNTS = ["top100", "top200", "top500", "top1000"]
TRUNCATED = {2012, 2013}
ORIGINS = {2020: "arwu-2020", 2024: "arwu-2025", 2025: "arwu-2025"}
METHODS = {2024: "ranks of 2024 as the list of 2025 repeats them: top1000 lacks the 53 that left it"}


def build(sources: Sources) -> Table:
    """Count universities among the first 100, 200, 500 and 1,000, cumulatively.

    A band of the list (`101-150`) counts where it begins.

    Args:
        sources: The raw lists, and places.

    Returns:
        The table `universities`, a stock: each place in each vintage.
    """
    ranked = _read(sources.raw, sources.gazetteer, sources.institutions)
    records, accounts = [], []
    for year, listed in ranked.groupby("year"):
        account = Account("universities", f"ARWU {year}", "universities", ORIGINS.get(year, "arwu-2005-2015"))
        for row in listed.itertuples(index=False):
            sites = sources.institutions.find(row.name, row.country) if row.country else []
            account.count(sites[0][0] if sites else None, name=row.name, who=row.name)
            records += [_record(year, place, row.rank, share) for place, share in sites]
        account.remark = "no city known, or a university of several cities"
        accounts.append(account)
    counted = per_place(records, ["year"], AMOUNTS)
    table = each_vintage(counted, _vintages(sorted(ranked["year"].unique())), AMOUNTS)
    return Table("universities", as_text(table, AMOUNTS, 2), accounts)


def _record(year: int, place: Place, rank: int, share: float) -> dict[str, object]:
    ends = {"top100": 100, "top200": 200, "top500": 500, "top1000": 1000}
    return {"place": place, "year": year} | {name: share * (rank <= end) for name, end in ends.items()}


def _vintages(years: list[int]) -> pd.DataFrame:
    rows = []
    for year in years:
        origin = ORIGINS.get(year, "arwu-2005-2015")
        row = {"year": year, "origin": origin, "vintage": str(year), "method": METHODS.get(year, "")}
        rows.append(row | dict.fromkeys(AMOUNTS, True) | {"top1000": year >= 2020})
    return pd.DataFrame(rows)


def _read(raw: Path, gazetteer: Gazetteer, institutions: Institutions) -> pd.DataFrame:
    newest = pd.read_csv(raw / "universities/arwu_2025_with_2024_rank_latlon.csv")
    newest = newest.drop_duplicates(["Institution", "WR2025", "NR", "Alumni", "Award", "HiCi", "PUB"])
    middle = pd.read_csv(raw / "universities/arwu_2020.csv")
    oldest = pd.read_csv(raw / "universities/arwu_2005_2015.csv")
    oldest = oldest[oldest["university_name"].notna() & ~oldest["year"].isin(TRUNCATED)]
    with_country = [
        _listed(newest["Institution"], newest["WR2025"], newest["Country"], 2025),
        _listed(newest["Institution"], newest["WR2024"], newest["Country"], 2024),
        _listed(middle["institution"], middle["world_rank"], middle["country"], 2020),
    ]
    known = pd.concat(with_country)
    known["country"] = [gazetteer.alpha2(country) or "" for country in known["country"]]
    without = _listed(oldest["university_name"], oldest["world_rank"], None, oldest["year"])
    without["country"] = _countries(without["name"], known, institutions)
    return pd.concat([known, without], ignore_index=True).dropna(subset=["rank"])


def _listed(names: pd.Series, ranks: pd.Series, countries: pd.Series | None, year: int | pd.Series) -> pd.DataFrame:
    first = pd.to_numeric(ranks.astype(str).str.extract(r"^(\d+)")[0])
    return pd.DataFrame({"name": names, "rank": first, "country": countries, "year": year}).dropna(subset=["name"])


def _countries(names: pd.Series, known: pd.DataFrame, institutions: Institutions) -> list[str]:
    by_hand = countries_by_hand("arwu")
    listed: dict[str, set[str]] = {}
    for row in known.itertuples(index=False):
        listed.setdefault(institution_key(row.name), set()).add(row.country)
    found = {}
    for name in sorted(set(names)):
        key = institution_key(name)
        countries = by_hand.get(key) or sorted(listed.get(key, institutions.countries(name)))
        found[name] = countries[0] if len(countries) == 1 else ""
    return [found[name] for name in names]
