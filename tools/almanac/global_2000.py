"""Headquarters of the world's 2,000 largest listed companies, per city: Forbes Global 2000."""

import tomllib

import pandas as pd

from tools.almanac.gazetteer import Gazetteer
from tools.almanac.names import INPUTS
from tools.almanac.sources import Sources
from tools.vintage.places import Place
from tools.vintage.rows import Account, Table, as_text, per_place

AMOUNTS = ["companies", "technology", "health", "research_intensive"]


def build(sources: Sources) -> Table:
    """Count headquarters per city, and those of technology, of health, and of industries that spend much on research.

    Args:
        sources: The raw lists, and places.

    Returns:
        The table `global-2000`, a stock of one vintage.
    """
    sectors = tomllib.loads((INPUTS / "industries.toml").read_text(encoding="utf-8"))
    listed = pd.read_csv(sources.raw / "companies/forbes_global2000_2024_hq_city.csv", keep_default_na=False)
    account = Account("global-2000", "Forbes Global 2000, 2024", "companies", "forbes-global-2000")
    account.remark = "the list names no city, a state, or a village"
    records = []
    for row in listed.itertuples(index=False):
        place = _place(row.Headquarters, sources.gazetteer.alpha2(row.Country), sources.gazetteer)
        account.count(place, name=f"{row.Headquarters}, {row.Country}", who=row.Name)
        if place:
            of = {name: int(row.Industry in industries) for name, industries in sectors.items()}
            records.append({"place": place, "companies": 1} | of)
    table = per_place(records, [], AMOUNTS)
    table = table.assign(year=2024, origin="forbes-global-2000", vintage="2024", method="")
    return Table("global-2000", as_text(table, AMOUNTS, 0), [account])


def _place(headquarters: str, country: str | None, gazetteer: Gazetteer) -> Place | None:
    if country is None:
        return None
    city, _, state = (part.strip() for part in headquarters.partition("- "))
    return gazetteer.find(city, country, state if country == "US" else "")
