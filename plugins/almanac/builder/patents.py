"""International (PCT) patent applications a year, per metropolitan area."""

from pathlib import Path

import pandas as pd
from gazetteer import Gazetteer
from institutions import Institutions
from patent_clusters import clusters
from patent_estimates import american_metros, chinese_metros, metros, other_metros
from rows import Account, Table, as_text, with_place_columns


def build(raw: Path, gazetteer: Gazetteer, institutions: Institutions) -> Table:
    """Put each metropolitan area's best public figure at its principal city.

    Args:
        raw: The folder of raw tables.
        gazetteer: Places.
        institutions: Not needed.

    Returns:
        The table `patents`, a stock; an area without a figure has no row.
    """
    of_wipo = clusters(raw, gazetteer)
    areas = metros(raw, gazetteer)
    table = pd.concat(
        [
            chinese_metros(raw, gazetteer, areas, of_wipo),
            american_metros(raw, gazetteer, of_wipo),
            other_metros(raw, gazetteer, areas, of_wipo),
        ],
        ignore_index=True,
    )
    table = table.groupby(["place", "year", "vintage", "origin"], as_index=False).agg({"pct": "sum", "method": "first"})
    account = Account("patents", "WIPO, CNIPA, NCSES, USPTO, OECD", "PCT applications a year, newest vintage")
    for pct in table.sort_values("year").groupby("place")["pct"].last():
        account.count(table["place"].iloc[0], float(pct))
    account.remark = "rows are the table's own: its inputs are countries, provinces and clusters"
    return Table("patents", as_text(with_place_columns(table), ["pct"], 1), [account])
