"""International (PCT) patent applications a year, per metropolitan area."""

import pandas as pd
from patent_clusters import clusters
from patent_metros import metros
from patents_america import american_metros
from patents_china import chinese_metros
from patents_oecd import other_metros
from rows import Account, Table, as_text, with_place_columns
from sources import Sources


def build(sources: Sources) -> Table:
    """Put each metropolitan area's best public figure at its principal city.

    Args:
        sources: The raw lists, and places.

    Returns:
        The table `patents`, a stock; an area without a figure has no row.
    """
    of_wipo = clusters(sources.raw, sources.gazetteer)
    areas = metros(sources.raw, sources.gazetteer)
    table = pd.concat(
        [
            chinese_metros(sources.raw, sources.gazetteer, areas, of_wipo),
            american_metros(sources.raw, sources.gazetteer, of_wipo),
            other_metros(sources.raw, sources.gazetteer, areas, of_wipo),
        ],
        ignore_index=True,
    )
    keys = ["place", "year", "vintage", "origin"]
    table = table.groupby(keys, as_index=False).agg({"pct": "sum", "method": "first"})
    account = Account("patents", "WIPO, CNIPA, NCSES, USPTO, OECD", "PCT applications a year, newest vintage")
    for pct in table.sort_values("year").groupby("place")["pct"].last():
        account.count(table["place"].iloc[0], float(pct))
    account.remark = "rows are the table's own: its inputs are countries, provinces and clusters"
    return Table("patents", as_text(with_place_columns(table), ["pct"], 1), [account])
