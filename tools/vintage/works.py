"""The table `works`, made anew: of universities by the Leiden Ranking, or of all institutions by OpenAlex."""

from __future__ import annotations

import pandas as pd

from tools.vintage.placing import Placer
from tools.vintage.rows import Account, Table, per_place, table_of

AMOUNTS = ["papers", "top10_papers", "top1_papers", "industry_papers", "international_papers"]
#: Periods have so many years; the first that a vintage has is that of the first vintage's only one.
YEARS, FIRST = 4, 2016


def of_leiden(frame: pd.DataFrame, placer: Placer, origin: str, title: str) -> Table:
    """Sum the papers of universities per city and period, counted in full for each university.

    Args:
        frame: The rows of the source `leiden`.
        placer: Places.
        origin: The id of the origin.
        title: What the list is called.

    Returns:
        The table; its account is of the newest period.
    """
    frame = frame[frame["from_year"] >= FIRST]
    newest = frame["year"].max()
    account = Account("works", f"{title}, {newest - YEARS + 1}-{newest}", "papers", origin)
    account.remark = "the list has no point of the university"
    records = []
    for row in frame.to_dict("records"):
        place = placer.snapped(row["lat"], row["lon"], row["country"])
        if row["year"] == newest:
            account.count(place, row["papers"], row["university"], who=row["university"])
        if place:
            records.append({"place": place, **{name: row[name] for name in ("from_year", "year", "method", *AMOUNTS)}})
    return _table(pd.DataFrame(records), account)


def of_openalex(frame: pd.DataFrame, placer: Placer, origin: str, title: str) -> Table:
    """Sum the works of cities over periods: a work has one year, so that the years of a period add up.

    Args:
        frame: The rows of the source `openalex`, by city and year.
        placer: Places.
        origin: The id of the origin.
        title: What the list is called.

    Returns:
        The table; its account is of the newest period, by city.
    """
    last = int(frame["year"].max())
    spots = frame[["lat", "lon", "country", "geonames"]].drop_duplicates()
    places = {tuple(map(str, row)): placer.snapped(*row) for row in spots.itertuples(index=False)}
    own = [places[tuple(map(str, row))] for row in frame[list(spots)].itertuples(index=False)]
    account = Account("works", f"{title}, {last - YEARS + 1}-{last}", "papers", origin)
    account.remark = "the institution has no point"
    for place, year, papers in zip(own, frame["year"], frame["papers"], strict=True):
        if year > last - YEARS:
            account.count(place, papers)
    placed = frame.assign(place=pd.Series(own, index=frame.index, dtype=object))
    placed = placed[placed["place"].notna()]
    periods = [
        placed[placed["year"].between(end - YEARS + 1, end)].assign(from_year=end - YEARS + 1, year=end)
        for end in range(FIRST + YEARS - 1, last + 1)
    ]
    return _table(pd.concat(periods), account)


def _table(frame: pd.DataFrame, account: Account) -> Table:
    """Rows summed per place, period and method."""
    summed = per_place(frame.to_dict("records"), ["from_year", "year", "method"], AMOUNTS)
    vintage = summed["from_year"].astype(str) + "-" + summed["year"].astype(str)
    return table_of("works", summed, AMOUNTS, 0, [account], origin=account.origin, vintage=vintage)
