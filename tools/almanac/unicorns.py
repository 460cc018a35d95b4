"""Unlisted companies worth a billion US dollars or more, per city: CB Insights."""

import bisect

import pandas as pd

from tools.almanac.duplicates import listed_twice
from tools.almanac.sources import Sources
from tools.vintage.rows import Account, Table, as_text, each_vintage, per_place

AMOUNTS = ["unicorns", "valuation"]
FEW = 5
STEPS = (1.0, 1.12, 1.25, 1.4, 1.6, 1.8, 2.0, 2.24, 2.5, 2.8, 3.15, 3.55, 4.0, 4.5, 5.0, 5.6, 6.3, 7.1, 8.0, 9.0)
BANDED = "five companies or more: a step of 12 %; fewer: the mean of all such places, times the companies"


def build(sources: Sources) -> Table:
    """Count unicorns per city, and band their valuations (billion US dollars) so that none can be told from a sum.

    Args:
        sources: The raw lists, and places.

    Returns:
        The table `unicorns`, a stock: each place in each vintage.
    """
    listed = pd.read_csv(sources.raw / "unicorns/unicorns_cbinsights_2022_2024_2025.csv", keep_default_na=False)
    listed["year"] = listed["as_of"].str[:4].astype(int)
    records, accounts = [], []
    for as_of, companies in listed.groupby("as_of"):
        account = Account("unicorns", f"CB Insights {as_of}", "unicorns", "cb-insights-unicorns")
        twice = listed_twice("unicorns", companies["company"], companies["city"])
        for row, again in zip(companies.itertuples(index=False), twice, strict=True):
            country = sources.gazetteer.alpha2(row.country) or sources.gazetteer.alpha2(row.city)
            place = sources.gazetteer.find(row.city, country) if country and not again else None
            account.count(place, name=f"{row.city}, {row.country}{' (listed twice)' * again}", who=row.company)
            if place:
                amounts = {"unicorns": 1, "valuation": float(row.valuation_busd)}
                records.append({"place": place, "year": row.year} | amounts)
        account.remark = "listed twice; the list names a province or a village, or its columns are shifted"
        accounts.append(account)
    vintages = listed.groupby("year", as_index=False).agg(vintage=("as_of", "first"))
    vintages = vintages.assign(origin="cb-insights-unicorns", method=BANDED, unicorns=True, valuation=True)
    table = each_vintage(banded(per_place(records, ["year"], AMOUNTS)), vintages, AMOUNTS)
    return Table("unicorns", as_text(table, AMOUNTS, 2), accounts)


def banded(counted: pd.DataFrame) -> pd.DataFrame:
    """Replace sums of valuations by bands, vintage by vintage.

    Args:
        counted: Columns year, unicorns, valuation (billion US dollars).

    Returns:
        The same, where a place of `FEW` companies or more has its sum rounded to a step of the Renard series R20, and
        a place of fewer has its number of companies times the mean valuation of all companies in such places.
    """
    few = counted["unicorns"] < FEW
    of_few = counted[few].groupby("year")[AMOUNTS].sum()
    mean = counted["year"].map(of_few["valuation"] / of_few["unicorns"])
    steps = counted["valuation"].map(_step)
    return counted.assign(valuation=steps.where(~few, counted["unicorns"] * mean))


def _step(amount: float) -> float:
    """The nearest step of R20 (twenty a decade, 12 % apart), by ratio."""
    decade = 1.0
    while amount >= decade * 10:
        decade *= 10
    steps = [decade * step for step in (*STEPS, 10.0)]
    above = bisect.bisect_left(steps, amount)
    if above == 0:
        return steps[0]
    low, high = steps[above - 1], steps[min(above, len(steps) - 1)]
    return low if amount * amount < low * high else high
