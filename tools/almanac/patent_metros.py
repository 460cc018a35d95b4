"""Metropolitan areas with their patents, and which of them lie in one of WIPO's clusters."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from tools.almanac.gazetteer import Gazetteer
from tools.almanac.names import INPUTS
from tools.almanac.patent_clusters import years_sum
from tools.vintage.places import Place, distance_km

COVERED_KM = 40.0
LEAST = 10.0
COLUMNS = ["place", "year", "pct", "vintage", "method", "origin"]


def far_from(clusters: pd.DataFrame, places: Iterable[Place], within_km: float) -> np.ndarray:
    """Whether places lie in none of the clusters.

    Args:
        clusters: A column `covers`, each a tuple of places.
        places: Places.
        within_km: Radius that a cluster is taken to cover.

    Returns:
        One truth value a place.
    """
    named = [place for covered in clusters["covers"] for place in covered]
    lats, lons = np.array([place.lat for place in named]), np.array([place.lon for place in named])
    if not len(lats):
        return np.ones(len(list(places)), dtype=bool)
    return np.array([float(distance_km(p.lat, p.lon, lats, lons).min()) > within_km for p in places], dtype=bool)


def metros(raw: Path, gazetteer: Gazetteer) -> pd.DataFrame:
    """Straccamore et al.'s metropolitan areas with their patents of 2008-2012.

    Args:
        raw: The folder of raw tables.
        gazetteer: Places.

    Returns:
        Columns place, country (alpha-2), patents; without the areas that cannot be placed.
    """
    listed = pd.read_csv(raw / "patents/metro_patents_1980_2014_straccamore.csv", keep_default_na=False)
    listed = listed.assign(patents=years_sum(listed))
    corrected = by_hand("straccamore")
    rows = []
    for metro in listed.itertuples(index=False):
        name, country, state = corrected.get(str(metro.ma_row), (metro.metro_area, metro.country_iso2, ""))
        place = gazetteer.find(name, country, state) if name else None
        if place:
            rows.append({"place": place, "country": country, "patents": float(metro.patents)})
    return pd.DataFrame(rows)


def by_hand(which: str) -> dict[str, tuple[str, str, str]]:
    """City, country and state of a list's metros that its own names would misplace.

    Args:
        which: The list, `straccamore` or `oecd-metro`.

    Returns:
        By the list's row or name; no city where the metro is left out.
    """
    table = pd.read_csv(INPUTS / "patent_metros.csv", dtype=str, keep_default_na=False)
    table = table[table["list"] == which]
    return {row.metro: (row.city, row.country, row.state) for row in table.itertuples(index=False)}
