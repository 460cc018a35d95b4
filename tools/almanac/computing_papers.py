"""Papers of computer-science conferences, per city of the institution: CSMetrics."""

import pandas as pd

from tools.almanac.sources import Sources
from tools.vintage.rows import Account, Table, as_text, per_place

AMOUNTS = ["papers", "citations"]
COLUMNS = ["institution", "full_name", "type", "continent", "country", "url"]


def build(sources: Sources) -> Table:
    """Sum papers and their citations, divided among their authors' institutions, per city and year.

    Args:
        sources: The raw lists, and places.

    Returns:
        The table `computing-papers`, a flow of the years 2015-2019.
    """
    papers = pd.read_csv(sources.more / "cs-publications/cs_publications.csv")
    known = pd.read_csv(sources.more / "cs-publications/institutions.csv", names=COLUMNS, keep_default_na=False)
    known = known.drop_duplicates("institution").set_index("institution")
    account = Account("computing-papers", "CSMetrics 2015-2019", "papers, divided among institutions", "csmetrics")
    account.remark = "no country in the list, bodies of many sites, or bodies whose city is not known"
    records = []
    for name, of_one in papers.groupby("institution"):
        full, country = known.loc[name, ["full_name", "country"]] if name in known.index else (name, "")
        code = "HK" if "Hong Kong" in full else sources.gazetteer.alpha2(country) if country else None
        sites = sources.institutions.find(full, code) if code else []
        account.count(sites[0][0] if sites else None, float(of_one["publications"].sum()), f"{full}, {country}")
        records += [
            {"place": place, "year": row.year, "papers": row.publications * share, "citations": row.citations * share}
            for row in of_one.itertuples(index=False)
            for place, share in sites
        ]
    table = per_place(records, ["year"], AMOUNTS)
    table = table.assign(origin="csmetrics", vintage="2020-09", method="")
    return Table("computing-papers", as_text(table, AMOUNTS, 2), [account])
