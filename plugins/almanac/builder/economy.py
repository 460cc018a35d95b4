"""Output, inhabitants and jobs of metropolitan areas: Brookings Global Metro Monitor 2018."""

import pandas as pd
from names import INPUTS
from rows import Account, Table, as_text, with_place_columns
from sources import Sources

AMOUNTS = {"gdp": ("gdpppp", 1.0), "population": ("poptott", 1000.0), "jobs": ("emptot", 1000.0)}
YEARS = range(2000, 2018)


def build(sources: Sources) -> Table:
    """Place output, inhabitants and jobs at the metro's principal city.

    Output is in million US dollars at purchasing power parity.

    Args:
        sources: The raw lists, and places.

    Returns:
        The table `economy`, a stock of the years 2000-2017; only the metros of `inputs/metros.csv`.
    """
    listed = pd.read_csv(sources.raw / "environment/brookings_global_metro_monitor_2000_2017.csv")
    listed = listed[listed["ismetro"] == 1]
    by_hand = pd.read_csv(INPUTS / "metros.csv", dtype=str, keep_default_na=False).set_index("metro")
    account = Account("economy", "Brookings Global Metro Monitor 2018", "metros")
    account.remark = "metros that no ranking of innovation hubs evaluates are left out"
    frames = []
    for metro in listed.to_dict("records"):
        kept = metro["metro"] in by_hand.index
        row = by_hand.loc[metro["metro"]] if kept else None
        place = sources.gazetteer.find(row["city"], row["country"], row["state"]) if kept else None
        account.count(place, name=metro["metro"])
        if place:
            frame = pd.DataFrame({"year": YEARS})
            for name, (column, factor) in AMOUNTS.items():
                frame[name] = [metro[f"{column}_{year}"] * factor for year in YEARS]
            frames.append(frame.assign(place=place))
    table = with_place_columns(pd.concat(frames, ignore_index=True))
    table = table.assign(origin="brookings-gmm-2018", method="", vintage="2000-2017")
    return Table("economy", as_text(table, list(AMOUNTS), 0), [account])
