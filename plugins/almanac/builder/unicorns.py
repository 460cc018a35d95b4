"""Unlisted companies worth a billion US dollars or more, per city: CB Insights."""

import pandas as pd
from rows import Account, Table, as_text, each_vintage, per_place
from sources import Sources

AMOUNTS = ["unicorns", "valuation"]


def build(sources: Sources) -> Table:
    """Count unicorns and sum their valuations (billion US dollars) per city.

    Args:
        sources: The raw lists, and places.

    Returns:
        The table `unicorns`, a stock: each place in each vintage.
    """
    listed = pd.read_csv(sources.raw / "unicorns/unicorns_cbinsights_2022_2024_2025.csv", keep_default_na=False)
    listed["year"] = listed["as_of"].str[:4].astype(int)
    records, accounts = [], []
    for as_of, companies in listed.groupby("as_of"):
        account = Account("unicorns", f"CB Insights {as_of}", "unicorns")
        for row in companies.itertuples(index=False):
            country = sources.gazetteer.alpha2(row.country) or sources.gazetteer.alpha2(row.city)
            place = sources.gazetteer.find(row.city, country) if country else None
            account.count(place, name=f"{row.city}, {row.country}")
            if place:
                amounts = {"unicorns": 1, "valuation": float(row.valuation_busd)}
                records.append({"place": place, "year": row.year} | amounts)
        account.remark = "the list names a province or a village, or its columns are shifted"
        accounts.append(account)
    vintages = listed.groupby("year", as_index=False).agg(vintage=("as_of", "first"))
    vintages = vintages.assign(origin="cb-insights-unicorns", method="", unicorns=True, valuation=True)
    table = each_vintage(per_place(records, ["year"], AMOUNTS), vintages, AMOUNTS)
    return Table("unicorns", as_text(table, AMOUNTS, 2), accounts)
