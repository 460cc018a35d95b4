"""Table of research spending: the world's 2,500 largest spenders of the EU Scoreboard, per place and fiscal year."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pandas as pd

from tools.almanac.sources import Sources, read_input
from tools.vintage.rows import Account, Place, Table, each_vintage, per_place, table_of

SCOREBOARD = "eu-rd-scoreboard-2014-2023/rd_scoreboard_2014_2023_with_city.csv"
AMOUNTS = ["spending", "firms"]
SAME_CITY_KM = 25.0
METHOD = "booked where the firm is led"


def scoreboard(sources: Sources) -> pd.DataFrame:
    """The Scoreboard's rows: `company`, `country`, `industry`, `fiscal_year`, `rd_meur` (million euro), `city`."""
    return pd.read_csv(sources.since / SCOREBOARD, keep_default_na=False)


def research_spending(sources: Sources) -> Table:
    """Sum spending on research (million euro) and count spenders per city, each place in each fiscal year."""
    listed = scoreboard(sources)
    seats = Seats(sources)
    accounts = []
    for year, firms in listed.groupby("fiscal_year"):
        account = Account("research-spending", f"Scoreboard {year + 1}", "million euro", "eu-rd-scoreboard")
        account.remark = "no seat known"
        for row in firms.to_dict("records"):
            place, amount = seats.of(row), row["rd_meur"]
            where = f"{row['company']}: {row['city']}, {row['country']}"
            account.count(place, amount, where, year=year, spending=amount, firms=1)
        accounts.append(account)
    records = [record for account in accounts for record in account.records]
    years = sorted(set(listed["fiscal_year"]))
    vintages = pd.DataFrame({"year": years, "vintage": [str(year + 1) for year in years]})
    vintages = vintages.assign(origin="eu-rd-scoreboard", method=METHOD)
    table = each_vintage(per_place(records, ["year"], AMOUNTS), vintages, AMOUNTS)
    return table_of("research-spending", table, AMOUNTS, 1, accounts)


class Seats:
    """The seats of firms: by `inputs/spenders.csv`, else the list's city if it is near the list's point."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._by_hand = defaultdict(list)
        for row in read_input("spenders.csv").to_dict("records"):
            place = sources.find(row["city"], row["country"], row["state"]) if row["city"] else None
            if row["city"] and not place:
                raise SystemExit(f"spenders.csv: {row['company']}: GeoNames has no {row['city']!r} in {row['country']}")
            years = range(int(row["first"] or 0), int(row["last"] or 9999) + 1)
            self._by_hand[row["company"]].append((row["listed"], years, place))
        self._known: dict[tuple[str, ...], Place | None] = {}

    def of(self, row: Mapping[str, Any]) -> Place | None:
        """The place of a row; a village that GeoNames lacks is the town within 6 km of the point, or the point."""
        for listed, years, place in self._by_hand.get(row["company"], ()):
            if listed in ("", row["country"]) and row["fiscal_year"] in years:
                return place
        address = row["city"], row["country"], row["lat"], row["lon"]
        if address not in self._known:
            self._known[address] = self._near(*address) if row["lat"] else None
        return self._known[address]

    def _near(self, city: str, country: str, *point: str) -> Place:
        gazetteer, (lat, lon) = self._sources.gazetteer, map(float, point)
        code = gazetteer.alpha2(country)
        named = code and gazetteer.near_name(city, code, lat, lon, SAME_CITY_KM)
        return named or gazetteer.snap(lat, lon, gazetteer.cell(gazetteer.nearest(lat, lon), "countrycode"), city)
