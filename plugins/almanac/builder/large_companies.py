"""Headquarters of large listed companies, per city: FinanceDatabase and the S&P 500."""

import re
from pathlib import Path

import pandas as pd
from gazetteer import Gazetteer, Place
from institutions import Institutions
from names import fold
from rows import Account, Table, as_text, per_place

SIZES = ("Large Cap", "Mega Cap")
FORMS = set(
    "inc incorporated corp corporation co company companies plc ltd limited llc lp nv sa ag se ab asa oyj spa group "
    "holding holdings the class a b c and trust reit de sab cv bancorp bancshares common stock com".split()
)
METHOD = "FinanceDatabase's large and mega caps and the S&P 500, each firm once"


def build(raw: Path, gazetteer: Gazetteer, institutions: Institutions) -> Table:
    """Count headquarters per city; a firm that both lists have counts once.

    Args:
        raw: The folder of raw tables.
        gazetteer: Places.
        institutions: Not needed: the lists name cities.

    Returns:
        The table `large-companies`, a stock of one vintage.
    """
    seen: dict[tuple[str, str], Place] = {}
    heads: set[tuple[str, int]] = set()
    accounts = []
    for name, firms in (("FinanceDatabase", _finance_database(raw)), ("S&P 500", _sp500(raw))):
        account = Account("large-companies", f"{name}, 2026-08", "companies")
        account.remark = "no city known; or the firm counted already"
        for firm, city, country, state in firms:
            code = gazetteer.alpha2(country)
            place = gazetteer.find(city, code, state if code in ("US", "CA", "AU") else "") if code else None
            key = _key(firm), place.country if place else country
            head = _key(firm).split(" ")[0], place.geonames if place else 0
            account.count(place, name=f"{firm}: {city}, {state}, {country}")
            if place and key not in seen and not (name == "S&P 500" and (head in heads or _abroad(key, seen))):
                seen[key] = place
                heads.add(head)
        accounts.append(account)
    table = per_place([{"place": place, "companies": 1} for place in seen.values()], [], ["companies"])
    table = table.assign(year=2026, origin="financedatabase-sp500", vintage="2026-08", method=METHOD)
    return Table("large-companies", as_text(table, ["companies"], 0), accounts)


def _abroad(key: tuple[str, str], seen: dict[tuple[str, str], Place]) -> bool:
    return any(firm == key[0] for firm, _ in seen)


def _key(firm: str) -> str:
    words = [word for word in fold(re.sub(r"\([^)]*\)", " ", firm)).split() if word not in FORMS]
    return " ".join(words) or fold(firm)


def _finance_database(raw: Path) -> list[tuple[str, str, str, str]]:
    listed = pd.read_csv(raw / "companies/financedatabase_companies_hq.csv", keep_default_na=False, dtype=str)
    large = listed[listed["market_cap"].isin(SIZES)]
    return list(zip(large["name"], large["city"], large["country"], large["state"], strict=True))


def _sp500(raw: Path) -> list[tuple[str, str, str, str]]:
    listed = pd.read_csv(raw / "companies/sp500_constituents_2026.csv", keep_default_na=False, dtype=str)
    firms = []
    for firm, location in zip(listed["Security"], listed["Headquarters Location"], strict=True):
        *_, city, region = ["", *re.sub(r"\[\d+\]", "", location).split(", ")]
        country = region if region in ABROAD else "United States"
        firms.append((firm, city, country, "" if region in ABROAD else region))
    return firms


ABROAD = ("United Kingdom", "Ireland", "Switzerland", "Bermuda", "Canada", "Netherlands", "Singapore")
