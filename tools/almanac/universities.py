"""Tables of universities in lists of thousands, of their researchers, papers and students, per city."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tools.almanac.sources import Sources, countries_by_hand, institution_key, read_input
from tools.vintage.rows import Account, Table, each_vintage, per_place, table_of

ARWU = "arwu-2003-2025"
BANDS = {"top100": 100, "top200": 200, "top500": 500, "top1000": 1000}
#: The first list of 1,000 universities; those before have 500, and 800 in 2017.
WHOLE = 2018
DECODED = "worked out of ARWU's scores"
SHORT = {2015: f"{DECODED} of 500 universities", 2016: f"{DECODED} of 800 universities"}

SCIMAGO = "scimago-2021-2024/Scimago_results_2021_2024.parquet"
SCIMAGO_COLUMNS = ["field", "code", "year", "name", "country", "rank", "global_rank"]
ALL = "All subject areas"
FIRST = {"first1000": 1000, "first2000": 2000}
#: The number of leading universities of a field: a tenth of the list or less, in each field and list that counts.
FIELD_FIRST = 100
SCIENCES = (
    "Agricultural and Biological Sciences",
    "Biochemistry, Genetics and Molecular Biology",
    "Chemistry",
    "Earth and Planetary Sciences",
    "Environmental Science",
    "Mathematics",
    "Medicine",
    "Pharmacology, Toxicology and Pharmaceutics",
    "Physics and Astronomy",
    "Psychology",
)
TECHNOLOGY = ("Computer Science", "Energy", "Engineering")
LEADING = [*FIRST, "science100", "technology100"]

STUDENTS = ["students", "international"]
#: The panel is of the universities that each of these lists has. One that the last has not keeps its values there.
PANEL, LAST = ["2021", "2022", "2023", "2024"], "2025"
#: From list to list no university's students change by more than this factor if they are counted equally,
ALIKE = 2.0
#: nor do those from abroad where they are `SEVERAL`; shares are whole per cents, so that this factor is larger.
SEVERAL, ALIKE_ROUNDED = 1000, 3.0
OUTSIDE = "not in each list of 2021-2024, not counted alike, teaching at a distance, or in several cities"


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
    listed = pd.read_csv(sources.since / ARWU / file, keep_default_na=False)
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


def leading_universities(sources: Sources) -> Table:
    """Count SCImago's universities among the first 1,000 and 2,000, and their places among the first 100 of fields."""
    counts = _leading(pd.read_parquet(sources.since / SCIMAGO).set_axis(SCIMAGO_COLUMNS, axis="columns"))
    alpha2 = {sources.gazetteer.alpha3(code): code for code in sources.gazetteer.codes}
    records, accounts = [], []
    for year, of_year in counts.groupby("year"):
        account = Account("leading-universities", f"SCImago {year}", "universities", "scimago-2024")
        account.remark = "no city known, or a university of several cities or countries"
        for row in of_year.to_dict("records"):
            sites = sources.institutions.find(row["name"], alpha2[row["country"]]) if row["country"] in alpha2 else []
            account.count(sites[0][0] if sites else None, name=f"{row['name']}, {row['country']}", who=row["name"])
            for place, share in sites:
                records.append({"place": place, "year": year} | {name: share * row[name] for name in LEADING})
        accounts.append(account)
    vintages = pd.DataFrame({"year": sorted(counts["year"].unique())})
    vintages = vintages.assign(origin="scimago-2024", vintage=vintages["year"].astype(str), method="")
    table = each_vintage(per_place(records, ["year"], LEADING), vintages, LEADING)
    return table_of("leading-universities", table, LEADING, 2, accounts)


def _leading(listed: pd.DataFrame) -> pd.DataFrame:
    """The leading results of each university (year, name, country as alpha-3) in each list: the counts `LEADING`.

    A faculty of a university in the list does not count again, nor does an association of universities in it.
    """
    parts = pd.MultiIndex.from_frame(read_input("university_parts.csv")[["name", "country"]])
    listed = listed[~pd.MultiIndex.from_frame(listed[["name", "country"]]).isin(parts)]
    first = {name: (listed["field"] == ALL) & (listed["rank"] <= end) for name, end in FIRST.items()}
    for name, fields in (("science100", SCIENCES), ("technology100", TECHNOLOGY)):
        first[name] = listed["field"].isin(fields) & (listed["rank"] <= FIELD_FIRST)
    counts = listed.assign(**first).groupby(["year", "name", "country"], as_index=False)[LEADING].sum()
    return counts[counts[LEADING].any(axis=1)]


def students(sources: Sources) -> Table:
    """Sum students, and those from abroad, of the universities of the panel; other places have no row: unknown."""
    accounts = []
    for year, of_year in _students(sources).groupby("year"):
        account = Account("students", f"THE World University Rankings {year}", "students from abroad", "the-2025")
        account.remark = OUTSIDE
        for row in of_year.itertuples(index=False):
            sites = sources.institutions.find(row.name, row.country) if row.panel else []
            account.count(sites[0][0] if sites else None, row.international, row.name, row.name if row.panel else "")
            for place, share in sites:
                figures = {"students": row.students * share, "international": row.international * share}
                of_one = {"place": place, "year": int(year), "all": 1, "kept": int(row.kept)}
                account.records.append(of_one | figures)
        accounts.append(account)
    records = [record for account in accounts for record in account.records]
    table = per_place(records, ["year"], [*STUDENTS, "all", "kept"])
    table["method"] = [
        f"{row.kept} of {row.all} universities have left the list: their figures are those of 2024" if row.kept else ""
        for row in table.itertuples(index=False)
    ]
    return table_of("students", table, STUDENTS, 0, accounts, origin="the-2025", vintage=table["year"].astype(str))


def _students(sources: Sources) -> pd.DataFrame:
    """Students and those from abroad by list and university: whether it is of the panel, and the values are kept.

    Universities take part by choice, so that a sum over all would grow with the list. The first copy calls one by
    one name in all lists, except the few that `renamed_universities.csv` joins; the second knows more countries.
    """
    first, second = (
        pd.read_csv(sources.since / f"the-2016-2026/students_{copy}.csv", dtype=str, keep_default_na=False)
        for copy in ("2016-2026", "2016-2025_second_copy")
    )
    renamed = {row.name: row.now for row in read_input("renamed_universities.csv").itertuples(index=False)}
    names = first["name"].str.strip("\u200b").replace(renamed)
    number = pd.to_numeric(first["students"].str.replace(",", ""))
    share = pd.to_numeric(first["international_share"].str.rstrip("%")) / 100
    listed = first.assign(name=names, students=number, international=number * share)
    listed = listed[listed["year"].isin([*PANEL, LAST])].dropna()
    listed = listed.groupby(["name", "year"], as_index=False)[STUDENTS].sum()

    years = listed.groupby("name")["year"].agg(set)
    panel = {name for name, those in years.items() if those.issuperset(PANEL)}
    panel -= set(read_input("distance_universities.csv")["name"])
    left = {name for name in panel if LAST not in years[name]}
    kept = listed[listed["name"].isin(left) & (listed["year"] == PANEL[-1])]
    listed = pd.concat([listed.assign(kept=False), kept.assign(year=LAST, kept=True)], ignore_index=True)
    listed["panel"] = listed["name"].isin(panel - _not_alike(listed))
    countries = {row.name: row.country for copy in (second, first) for row in copy.itertuples() if row.country}
    by_hand = countries_by_hand("the")
    listed["country"] = [
        next(iter(by_hand.get(institution_key(name), [])), sources.gazetteer.alpha2(countries.get(name, "")))
        for name in listed["name"]
    ]
    return listed[listed["panel"] | ~listed["kept"]]


def _not_alike(listed: pd.DataFrame) -> set[str]:
    """The universities whose students, or those from abroad, leap from one list to the next: misprints among them."""
    ordered = listed.sort_values(["name", "year"])
    before = ordered.groupby("name")[STUDENTS].shift()
    leaps = []
    for name, factor, least in (("students", ALIKE, 0), ("international", ALIKE_ROUNDED, SEVERAL)):
        more, less = np.fmax(ordered[name], before[name]), np.fmin(ordered[name], before[name])
        leaps.append((more > factor * less) & (more >= least))
    return set(ordered.loc[leaps[0] | leaps[1], "name"])
