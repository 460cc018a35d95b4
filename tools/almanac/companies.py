"""Tables of listed companies: large ones, and the world's 2,000 largest, per city."""

import re
import tomllib
from pathlib import Path

import pandas as pd

from tools.almanac.sources import INPUTS, Sources, listed_twice
from tools.vintage import judging
from tools.vintage.rows import Account, Place, Table, counted, fold, per_place, table_of

SIZES = ("Large Cap", "Mega Cap")
FORMS = judging.FORMS - {"gmbh"} | {"a", "b", "c", "and"}
ABROAD = ("United Kingdom", "Ireland", "Switzerland", "Bermuda", "Canada", "Netherlands", "Singapore")
METHOD = "FinanceDatabase's large and mega caps and the S&P 500, each firm once"
FORBES = ["companies", "technology", "health", "research_intensive"]


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
        twice = listed_twice("large-companies", [row[0] for row in listed], [row[1] for row in listed])
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
