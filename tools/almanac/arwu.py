"""Tables of ARWU's lists per city: universities by band, their highly cited researchers, and their papers."""

from collections.abc import Sequence

import pandas as pd

from tools.almanac.sources import Sources
from tools.vintage.rows import Account, Table, each_vintage, per_place, table_of

FOLDER = "arwu-2003-2025"
BANDS = {"top100": 100, "top200": 200, "top500": 500, "top1000": 1000}
#: The first list of 1,000 universities; those before have 500, and 800 in 2017.
WHOLE = 2018
DECODED = "worked out of ARWU's scores"
SHORT = {2015: f"{DECODED} of 500 universities", 2016: f"{DECODED} of 800 universities"}


def universities(sources: Sources) -> Table:
    """Count ARWU's universities among the first 100 to 1,000, cumulatively, of every list since 2003."""
    listed = _lists(sources)
    listed = listed.assign(**{band: (listed["rank"] <= end).astype(float) for band, end in BANDS.items()})
    listed = listed.assign(input="ARWU " + listed["year"].astype(str))
    table, accounts = _per_vintage("universities", "arwu", "universities", listed, list(BANDS))
    table["top1000"] = table["top1000"].where(table["year"] >= WHOLE)
    return table_of("universities", table, list(BANDS), 2, accounts, method="")


def highly_cited(sources: Sources) -> Table:
    """Sum the highly cited researchers of ARWU's universities, decoded from its scores, by year of Clarivate's list."""
    listed = _of_lists(sources, "hcr_counts_decoded_lists_2015-2024.csv")
    listed = listed.rename(columns={"list_year": "year"})
    listed["highly_cited"] = listed["hcr_decoded"].where(listed["pub_score"] > 0)
    listed["input"] = "Highly Cited Researchers " + listed["year"].astype(str)
    unit = "researchers x fields"
    table, accounts = _per_vintage("highly-cited", "arwu-highly-cited", unit, listed, ["highly_cited"])
    table["method"] = table["year"].map(SHORT).fillna(DECODED)
    return table_of("highly-cited", table, ["highly_cited"], 2, accounts)


def university_papers(sources: Sources) -> Table:
    """Share out, per mille, a year's papers of the thousand universities of the next year's list: squares of PUB."""
    listed = _lists(sources)
    listed = listed[listed["year"] >= WHOLE].assign(year=lambda lists: lists["year"] - 1)
    squares = listed["PUB"].where(listed["PUB"] > 0) ** 2
    listed["papers"] = 1000 * squares / squares.groupby(listed["year"]).transform("sum")
    listed["input"] = "Papers of " + listed["year"].astype(str)
    table, accounts = _per_vintage("university-papers", "arwu-papers", "per mille of papers", listed, ["papers"])
    return table_of("university-papers", table, ["papers"], 3, accounts, method="squares of ARWU's scores")


def _lists(sources: Sources) -> pd.DataFrame:
    """Every list with all scores; `rank` is the place by the weighted sum of the scores, `year` the list's."""
    return _of_lists(sources, "arwu_all_years_combined_2003-2025.csv")


def _of_lists(sources: Sources, file: str) -> pd.DataFrame:
    """The rows of a file of the folder, a university and list each, with their places and shares as `sites`."""
    listed = pd.read_csv(sources.since / FOLDER / file, keep_default_na=False)
    named = listed[["name", "region"]].drop_duplicates()
    found = [
        sources.institutions.find(row.name, sources.gazetteer.alpha2(row.region) or "")
        for row in named.itertuples(index=False)
    ]
    return listed.merge(named.assign(sites=found), on=["name", "region"])


def _per_vintage(
    name: str, origin: str, unit_of_measure: str, listed: pd.DataFrame, amounts: Sequence[str]
) -> tuple[pd.DataFrame, list[Account]]:
    """Amounts per city and year, 0 if a list has nothing and missing if it has no score, and an account a year.

    The last of the amounts is accounted for.
    """
    accounts, records = [], []
    for year, of_year in listed.groupby("year"):
        account = Account(name, of_year["input"].iloc[0], unit_of_measure, origin)
        account.remark = "universities of several cities"
        for row in of_year.to_dict("records"):
            known = 0.0 if pd.isna(row[amounts[-1]]) else float(row[amounts[-1]])
            account.count(row["sites"][0][0] if row["sites"] else None, known, row["name"], who=row["name"])
            for place, share in row["sites"]:
                records.append({"place": place, "year": year} | {amount: share * row[amount] for amount in amounts})
        accounts.append(account)
    vintages = pd.DataFrame({"year": sorted(listed["year"].unique()), "origin": origin})
    vintages["vintage"] = vintages["year"].astype(str)
    return each_vintage(per_place(records, ["year"], amounts), vintages, amounts), accounts
