"""Headquarters of large listed companies, per city: FinanceDatabase and the S&P 500."""

import re
from pathlib import Path

import pandas as pd

from tools.almanac.duplicates import listed_twice
from tools.almanac.gazetteer import Gazetteer
from tools.almanac.names import INPUTS
from tools.almanac.sources import Sources
from tools.vintage.names import fold
from tools.vintage.places import Place
from tools.vintage.rows import Account, Table, as_text, per_place

SIZES = ("Large Cap", "Mega Cap")
LEGAL_WORDS = (
    "inc incorporated corp corporation co company companies plc ltd limited llc lp nv sa ag se ab asa oyj spa "
    "group holding holdings the class a b c and trust reit de sab cv common stock com"
)
FORMS = frozenset(LEGAL_WORDS.split())
WITH_STATES = ("US", "CA", "AU")
ABROAD = ("United Kingdom", "Ireland", "Switzerland", "Bermuda", "Canada", "Netherlands", "Singapore")
METHOD = "FinanceDatabase's large and mega caps and the S&P 500, each firm once"


def build(sources: Sources) -> Table:
    """Count headquarters per city; a firm that both lists have counts once.

    A firm is known by its name without its legal form, or by `inputs/firms.csv`; in the second list also by the
    first word of its name within one city (`Cisco`, `Cisco Systems`).

    Args:
        sources: The raw lists, and places.

    Returns:
        The table `large-companies`, a stock of one vintage.
    """
    by_hand = pd.read_csv(INPUTS / "firms.csv", keep_default_na=False).set_index("name")["same_as"].to_dict()
    seen: dict[str, Place] = {}
    heads: set[tuple[str, Place]] = set()
    accounts = []
    for name, firms in (("FinanceDatabase", _finance_database), ("S&P 500", _sp500)):
        account = Account("large-companies", f"{name}, 2026-08", "companies", "financedatabase-sp500")
        account.remark = "no city known, or listed twice"
        listed = firms(sources.raw)
        twice = listed_twice("large-companies", [row[0] for row in listed], [row[1] for row in listed])
        for (firm, city, country, state), again in zip(listed, twice, strict=True):
            place = None if again else _place(city, country, state, sources.gazetteer)
            key = _key(by_hand.get(firm, firm))
            begins_alike = name == "S&P 500" and firm not in by_hand and (_head(key), place) in heads
            counts = place is not None and key not in seen and not begins_alike
            account.count(place, name=f"{firm}: {city}, {state}, {country}", who=firm if counts else "")
            if place and counts:
                seen[key] = place
                heads.add((_head(key), place))
        accounts.append(account)
    table = per_place([{"place": place, "companies": 1} for place in seen.values()], [], ["companies"])
    table = table.assign(year=2026, origin="financedatabase-sp500", vintage="2026-08", method=METHOD)
    return Table("large-companies", as_text(table, ["companies"], 0), accounts)


def _place(city: str, country: str, state: str, gazetteer: Gazetteer) -> Place | None:
    code = gazetteer.alpha2(country)
    return gazetteer.find(city, code, state if code in WITH_STATES else "") if code else None


def _head(key: str) -> str:
    return key.split(" ")[0]


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
