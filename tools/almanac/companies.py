"""Tables of companies: unlisted ones worth a billion, large listed ones, and the world's 2,000 largest, per city."""

import bisect
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from tools.almanac.sources import INPUTS, Sources, read_input
from tools.vintage import judging
from tools.vintage.rows import Account, Place, Table, counted, each_vintage, fold, per_place, table_of

UNICORNS = ["unicorns", "valuation"]
FEW = 5
STEPS = (1.0, 1.12, 1.25, 1.4, 1.6, 1.8, 2.0, 2.24, 2.5, 2.8, 3.15, 3.55, 4.0, 4.5, 5.0, 5.6, 6.3, 7.1, 8.0, 9.0)
BANDED = "five companies or more: a step of 12 %; fewer: the mean of all such places, times the companies"
SIZES = ("Large Cap", "Mega Cap")
FORMS = judging.FORMS - {"gmbh"} | {"a", "b", "c", "and"}
ABROAD = ("United Kingdom", "Ireland", "Switzerland", "Bermuda", "Canada", "Netherlands", "Singapore")
METHOD = "FinanceDatabase's large and mega caps and the S&P 500, each firm once"
FORBES = ["companies", "technology", "health", "research_intensive"]


def unicorns(sources: Sources) -> Table:
    """Count CB Insights' unicorns per city, each place in each vintage; no valuation can be told from a sum."""
    listed = pd.read_csv(sources.raw / "unicorns/unicorns_cbinsights_2022_2024_2025.csv", keep_default_na=False)
    listed["year"] = listed["as_of"].str[:4].astype(int)
    accounts = []
    for as_of, companies in listed.groupby("as_of"):
        account = Account("unicorns", f"CB Insights {as_of}", "unicorns", "cb-insights-unicorns")
        account.remark = "listed twice; the list names a province or a village, or its columns are shifted"
        twice = _listed_twice("unicorns", companies["company"], companies["city"])
        for row, again in zip(companies.itertuples(index=False), twice, strict=True):
            country = sources.gazetteer.alpha2(row.country) or sources.gazetteer.alpha2(row.city)
            place = sources.gazetteer.find(row.city, country) if country and not again else None
            where, value = f"{row.city}, {row.country}{' (listed twice)' * again}", float(row.valuation_busd)
            account.count(place, name=where, who=row.company, year=row.year, unicorns=1, valuation=value)
        accounts.append(account)
    records = [record for account in accounts for record in account.records]
    vintages = listed.groupby("year", as_index=False).agg(vintage=("as_of", "first"))
    vintages = vintages.assign(origin="cb-insights-unicorns", method=BANDED)
    table = each_vintage(banded(per_place(records, ["year"], UNICORNS)), vintages, UNICORNS)
    return table_of("unicorns", table, UNICORNS, 2, accounts)


def banded(sums: pd.DataFrame) -> pd.DataFrame:
    """Replace sums of valuations (billion US dollars) by bands, by `year`.

    A place of `FEW` companies or more has its sum rounded to a step of the Renard series R20; a place of fewer has
    its number of companies times the mean valuation of all companies in such places.
    """
    few = sums["unicorns"] < FEW
    of_few = sums[few].groupby("year")[UNICORNS].sum()
    mean = sums["year"].map(of_few["valuation"] / of_few["unicorns"])
    steps = sums["valuation"].map(_step)
    return sums.assign(valuation=steps.where(~few, sums["unicorns"] * mean))


def _step(amount: float) -> float:
    """The nearest step of R20 (twenty a decade, 12 % apart), by ratio."""
    decade = 1.0
    while amount >= decade * 10:
        decade *= 10
    steps = [decade * step for step in (*STEPS, 10.0)]
    above = bisect.bisect_left(steps, amount)
    low, high = steps[max(above - 1, 0)], steps[min(above, len(steps) - 1)]
    return low if amount * amount < low * high else high


def _listed_twice(table: str, names: Iterable[str], places: Iterable[str]) -> list[bool]:
    """Whether a row repeats another of its list: one of `inputs/duplicates.csv` beyond the first that it may have."""
    by_hand = read_input("duplicates.csv", table=table)
    allowed = {(row.name, row.place): int(row.kept) for row in by_hand.itertuples(index=False)}
    twice = []
    for row in zip(names, places, strict=True):
        if row in allowed:
            allowed[row] -= 1
        twice.append(allowed.get(row, 0) < 0)
    return twice


def large_companies(sources: Sources) -> Table:
    """Count FinanceDatabase's and the S&P 500's headquarters per city; a firm that both lists have counts once.

    A firm is known by its name without its legal form, or by `inputs/firms.csv`; in the second list also by the
    first word of its name within one city (`Cisco`, `Cisco Systems`).
    """
    by_hand = pd.read_csv(INPUTS / "firms.csv", keep_default_na=False).set_index("name")["same_as"].to_dict()
    seen: dict[str, Place] = {}
    heads: set[tuple[str, Place]] = set()
    accounts = []
    for name, listed in (("FinanceDatabase", _finance_database(sources.raw)), ("S&P 500", _sp500(sources.raw))):
        account = Account("large-companies", f"{name}, 2026-08", "companies", "financedatabase-sp500")
        account.remark = "no city known, or listed twice"
        twice = _listed_twice("large-companies", [row[0] for row in listed], [row[1] for row in listed])
        for (firm, city, country, state), again in zip(listed, twice, strict=True):
            place = None if again else sources.find(city, country, state)
            known = by_hand.get(firm, firm)
            words = fold(re.sub(r"\([^)]*\)", " ", known)).split()
            key = " ".join(word for word in words if word not in FORMS) or fold(known)
            head = key.split(" ")[0], place
            begins_alike = name == "S&P 500" and firm not in by_hand and head in heads
            counts = place is not None and key not in seen and not begins_alike
            account.count(place, name=f"{firm}: {city}, {state}, {country}", who=firm if counts else "")
            if counts:
                seen[key] = place
                heads.add(head)
        accounts.append(account)
    table = per_place([{"place": place, "companies": 1} for place in seen.values()], [], ["companies"])
    columns = {"year": 2026, "origin": "financedatabase-sp500", "vintage": "2026-08", "method": METHOD}
    return table_of("large-companies", table, ["companies"], 0, accounts, **columns)


def _finance_database(raw: Path) -> list[tuple[str, str, str, str]]:
    listed = pd.read_csv(raw / "companies/financedatabase_companies_hq.csv", keep_default_na=False, dtype=str)
    large = listed.loc[listed["market_cap"].isin(SIZES), ["name", "city", "country", "state"]]
    return list(large.itertuples(index=False, name=None))


def _sp500(raw: Path) -> list[tuple[str, str, str, str]]:
    listed = pd.read_csv(raw / "companies/sp500_constituents_2026.csv", keep_default_na=False, dtype=str)
    firms = []
    for firm, location in zip(listed["Security"], listed["Headquarters Location"], strict=True):
        *_, city, region = ["", *re.sub(r"\[\d+\]", "", location).split(", ")]
        firms.append((firm, city, region, "") if region in ABROAD else (firm, city, "United States", region))
    return firms


def global_2000(sources: Sources) -> Table:
    """Count headquarters of the Forbes Global 2000 per city: all, technology, health, and research-intensive ones."""
    sectors = tomllib.loads((INPUTS / "industries.toml").read_text(encoding="utf-8"))
    listed = pd.read_csv(sources.raw / "companies/forbes_global2000_2024_hq_city.csv", keep_default_na=False)
    account = Account("global-2000", "Forbes Global 2000, 2024", "companies", "forbes-global-2000")
    account.remark = "the list names no city, a state, or a village"
    for row in listed.itertuples(index=False):
        city, _, state = (part.strip() for part in row.Headquarters.partition("- "))
        place = sources.find(city, row.Country, state, with_states=("US",))
        of = {name: int(row.Industry in industries) for name, industries in sectors.items()}
        account.count(place, name=f"{row.Headquarters}, {row.Country}", who=row.Name, companies=1, **of)
    return counted([account], [], FORBES, 0, year=2024, vintage="2024")
