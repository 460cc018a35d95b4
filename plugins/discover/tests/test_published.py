"""The almanac's points against the clusters that WIPO published in 2023: what is found again, and what is not."""

import csv
import os
import re
import unicodedata
from pathlib import Path

import numpy as np
import pycountry
import pytest
from hubrank_discover.clusters import hubs_of
from hubrank_discover.naming import cells_of, gazetteer
from hubrank_discover.reading import points_of
from scipy.stats import spearmanr
from sklearn.metrics.pairwise import haversine_distances

pytestmark = pytest.mark.long

#: What GeoNames calls differently.
ALSO = {"cologne": "koln"}
REFERENCE = os.environ.get("HUBRANK_REFERENCE", "")
RADIUS = 15


def plain(name):
    """A name without accents, apostrophes and the state behind it."""
    letters = unicodedata.normalize("NFKD", re.sub(r", [A-Z]{2}$", "", name).replace("’", "'"))
    key = letters.encode("ascii", "ignore").decode().replace("'", "").strip().casefold()
    return ALSO.get(key, key)


def published():
    """The published clusters: the places that each is named after, and its publications."""
    with (Path(REFERENCE) / "rankings" / "wipo_gii_2023_st_clusters_top35.csv").open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            codes = [pycountry.countries.get(alpha_2=each).alpha_3 for each in line["economy_iso2"].split("/")]
            yield line["cluster"].split("–"), codes, int(line["scientific_publications"])


@pytest.mark.skipif(not REFERENCE, reason="HUBRANK_REFERENCE names no folder of reference data")
def test_published():
    """34 of 35 are found by their first place, as the README says; of ten that join cities one is one cluster here."""
    hubs = hubs_of(cells_of(points_of("almanac:works", "papers", None, "").frame, 0), RADIUS, 4500, None, 0.5, 30)
    dense = hubs.cells[hubs.cells["dense"]]
    places = gazetteer().assign(key=[plain(each) for each in gazetteer()["name"]])

    def cluster(name, countries):
        there = places[(places["key"] == plain(name)) & places["country"].isin(countries)]
        if there.empty:
            return None
        spot = np.radians(there[["lat", "lon"]].to_numpy()[:1])
        far = haversine_distances(spot, np.radians(dense[["lat", "lon"]].to_numpy()))[0] * 6371.0088
        return dense["unit"].iloc[far.argmin()] if far.min() <= RADIUS else None

    amounts = dict(zip(hubs.units["unit"], hubs.units["amount"], strict=True))
    own = [([cluster(name, codes) for name in names], papers) for names, codes, papers in published()]
    found = [(amounts[units[0]], papers) for units, papers in own if units[0]]
    several = [units for units, _ in own if len(units) > 1]

    assert (len(found), len(own)) == (34, 35)
    assert (sum(None not in units and len(set(units)) == 1 for units in several), len(several)) == (1, 10)
    assert spearmanr(*zip(*found, strict=True)).statistic == pytest.approx(0.66, abs=0.01)
    assert sum(each for each, _ in found) / sum(papers for _, papers in found) == pytest.approx(0.93, abs=0.01)
