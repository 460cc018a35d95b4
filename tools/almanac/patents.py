"""International (PCT) patent applications a year, per metropolitan area."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tools.almanac.patent_keys import (
    LISTED_KM,
    MEMBERS,
    YEARS,
    Totals,
    american_metros,
    chinese_cities,
    far_from,
    oecd_metros,
    old_metros,
    province_of,
    regions_of,
)
from tools.almanac.sources import Gazetteer, Sources, read_input
from tools.vintage.rows import Account, Area, Place, Table, table_of, with_place_columns

CLUSTERS = "patents/wipo_gii_2023_st_clusters_top35.csv"
COVERED_KM = 40.0
LEAST = 10.0
#: What metropolitan areas have of their region's applications: the median of 82 that the OECD counts, 2008-2012.
INSIDE = 0.75
#: Standard deviations of logarithms, a root of a year, as `patent_errors` measures them: how a place's part of its
#: country's applications drifts (metropolitan areas of the United States 2000-2015, OECD regions 2001-2015), and how a
#: country's count by inventor does from what its office says, of members of the European Patent Office and of others.
DRIFT, MEMBER_DRIFT, NATIONAL_DRIFT = 0.12, 0.08, 0.035
BASE = 2013
#: Standard deviations of logarithms of shares by patents 2008-2012, tried on what the OECD and CNIPA count: of a place
#: that has most of its region's or province's, and of others.
MOST, LESS = 0.40, 0.85


@dataclass(frozen=True)
class Key:
    """The basis of a value: in words, with the standard deviation of its logarithm in its year."""

    words: str
    deviation: float
    year: int
    origin: str


CLUSTER = Key("counted: WIPO's count of the cluster 2018-2022", 0.11, 2020, "wipo-gii-2023")
#: How a cluster's count is divided; `rest` is the remainder of the other part.
PARTS = {
    "cnipa": Key("CNIPA's counts of provinces", 0.15, 2020, CLUSTER.origin),
    "rest": Key("what CNIPA's count of the other part leaves", 0.15, 2020, CLUSTER.origin),
    "cities": Key("CNIPA's counts of cities 2016", 0.3, 2016, CLUSTER.origin),
    "left": Key("what those leave of the province by patents 2008-2012", LESS, 2010, CLUSTER.origin),
    "straccamore": Key("patents 2008-2012", MOST, 2010, CLUSTER.origin),
    "regpat": Key("the OECD's counts of metros 2008-2012 with USPTO patents to 2015", 0.0, BASE, CLUSTER.origin),
    "oecd": Key("the OECD's counts of districts 2011-2015", 0.0, BASE, CLUSTER.origin),
}
AMERICAN = Key(
    "shared: the country by the OECD's counts of metros 2008-2012 with USPTO patents to 2015", 0.0, BASE, "ncses-uspto"
)
CITY = Key("shared: the province by CNIPA's count of the city 2016", 0.3, 2016, "cnipa-annual-report")
METRO = Key("shared: the country by the OECD's count of the metro 2008-2012", 0.0, 2010, "oecd-pct")
DISTRICT = Key("counted: the OECD's count of the district 2011-2015", 0.0, BASE, "oecd-pct")
OF_PROVINCE = Key("shared: the province less its counts by patents 2008-2012", LESS, 2010, "cnipa-annual-report")
OF_REGION = Key("shared: three quarters of the region by patents 2008-2012", LESS, 2010, "oecd-pct")
OF_COUNTRY = Key("shared: three quarters of the country by patents 2008-2012", LESS, 2010, "oecd-pct")


def patents(sources: Sources) -> Table:
    """Place each metropolitan area's applications of 2018 to 2022 at its main city; areas without a value have none.

    A cluster of WIPO has a count of its own, which moves within its five years with the country's (China: the
    province's) total. The remainder of a total is divided among the places without any count.
    """
    raw, gazetteer = sources.raw, sources.gazetteer
    totals, metros = Totals(raw, gazetteer), old_metros(raw, gazetteer)
    american, chinese = american_metros(raw, gazetteer), chinese_cities(sources.since, gazetteer, metros)
    old = metros.set_index("place")["patents"]
    cities = chinese.set_index("place")["share"]
    clusters, areas = _clusters(
        raw, gazetteer, totals, {"straccamore": old, "regpat": american, "cities": cities, "left": cities}
    )
    taken = [place for area in areas for place in area.names]
    rows = clusters + _americans(totals, american, clusters, taken)
    rows += _chinese(totals, gazetteer, chinese, clusters, taken) + _others(
        raw, gazetteer, totals, metros, clusters, taken
    )
    rows = [item for item in rows if item.pct.mean() >= LEAST]
    table = pd.concat([item.rows() for item in rows], ignore_index=True)
    accounts = [
        _account("CNIPA and NCSES 2022: China", "cnipa-annual-report", {"CHN", "HKG"}, totals.country("CN"), table),
        _account("OECD and NCSES 2022: the United States", "ncses-uspto", {"USA"}, totals.country("US"), table),
    ]
    return table_of("patents", with_place_columns(table), ["pct", "error"], 1, accounts, areas=areas)


@dataclass(frozen=True)
class Figures:
    """A place's applications by year, their basis, and the variance of their logarithm by year."""

    place: Place
    country: str
    pct: pd.Series
    key: Key
    variance: Any
    method: str = ""

    def rows(self) -> pd.DataFrame:
        """A row a year with its standard error, in which counting has a part."""
        table = pd.DataFrame({"year": self.pct.index, "pct": self.pct.to_numpy()})
        table["error"] = np.sqrt(table["pct"] + table["pct"] ** 2 * self.variance)
        table["vintage"] = table["year"].astype(str)
        return table.assign(place=self.place, method=self.method or self.key.words, origin=self.key.origin)


def _shared(place: Place, country: str, pct: pd.Series, key: Key, deviation: float | None = None) -> Figures:
    """A place's part of a total: the key's error and age, and those of the country's total, are the value's."""
    years = np.array(YEARS)
    national = MEMBER_DRIFT if country in MEMBERS else NATIONAL_DRIFT
    own = key.deviation if deviation is None else deviation
    variance = own**2 + DRIFT**2 * np.abs(years - key.year) + national**2 * (years - BASE)
    return Figures(place, country, pct, key, variance)


def _shares_of(
    total: pd.Series, own: list[Figures], weights: pd.Series, whole: float, key: Key, country: str, inside: float = 1.0
) -> list[Figures]:
    """Parts of a total for places by their weights, of the `whole` weight of it; together no more than `own` leave."""
    parts = inside * weights / whole
    left = (total - sum((item.pct for item in own), start=0.0 * total)).clip(lower=0)
    total = np.minimum(total, left / parts.sum())
    figures = []
    for place, part in parts.items():
        deviation = key.deviation if key.deviation != LESS or part < inside / 2 else MOST
        figures.append(_shared(place, country, part * total, key, deviation))
    return figures


def _account(title: str, origin: str, countries: set[str], whole: pd.Series, table: pd.DataFrame) -> Account:
    """A country's applications in the last year, and the part placed at a metropolitan area."""
    account = Account("patents", title, "PCT applications a year", origin)
    account.remark = "villages, areas below 10 a year, and areas that the lists of metros lack"
    for place, year, pct in zip(table["place"], table["year"], table["pct"], strict=True):
        if year == YEARS[-1] and place.country in countries:
            account.count(place, float(pct))
    account.count(None, float(whole[YEARS[-1]]) - account.amount)
    return account


def _clusters(
    raw: Path, gazetteer: Gazetteer, totals: Totals, weights: dict[str, pd.Series]
) -> tuple[list[Figures], list[Area]]:
    """The first 35 clusters at their principal cities, and the cities that they cover."""
    counts = pd.read_csv(raw / CLUSTERS).set_index("cluster")["pct_applications"] / len(YEARS)
    found, areas = [], []
    for cluster, parts in read_input("clusters.csv").groupby("cluster", sort=False):
        places = [gazetteer.find(part.city, part.country, part.state) for part in parts.itertuples(index=False)]
        shares = _parts(parts, places, counts[cluster], totals, weights)
        for part, place, share in zip(parts.itertuples(index=False), places, shares, strict=True):
            chinese = part.country in ("CN", "HK")
            path = totals.province(province_of(place, gazetteer)) if chinese else totals.country(part.country)
            method, variance = CLUSTER.words, CLUSTER.deviation**2
            if len(parts) > 1:
                by = PARTS[part.share_by]
                method = f"{method} x {share:.3f} ({by.words})"
                variance += (1 - share) ** 2 * (by.deviation**2 + DRIFT**2 * (CLUSTER.year - by.year))
            found.append(
                Figures(place, part.country, counts[cluster] * share * path / path.mean(), CLUSTER, variance, method)
            )
            covers = [gazetteer.find(city, part.country, part.state) for city in filter(None, part.covers.split("; "))]
            areas.append(Area("patents", f"{cluster} ({part.city})", place, (place, *covers)))
    return found, areas


def _parts(
    parts: pd.DataFrame, places: list[Place], a_year: float, totals: Totals, weights: dict[str, pd.Series]
) -> list[float]:
    """Shares of a cluster's parts: first CNIPA's, then the rest by the parts' own list."""
    shares: dict[int, float] = {}
    amounts: dict[int, float] = {}
    for at, (part, place) in enumerate(zip(parts.itertuples(index=False), places, strict=True)):
        if part.share_by == "cnipa":
            of, whole = part.share_of.split(" / ")
            of_all = (
                a_year if whole == "the cluster" else sum(totals.province(name).mean() for name in whole.split(" + "))
            )
            shares[at] = totals.province(of).mean() / of_all
        elif part.share_by == "oecd":
            amounts[at] = totals.region(part.share_of).mean()
        else:
            amounts[at] = weights[part.share_by][place] if part.share_by in weights else 1.0
    left = 1 - sum(shares.values())
    return [shares.get(at, left * amounts.get(at, 0) / sum(amounts.values() or [1])) for at in range(len(parts))]


def _americans(totals: Totals, metros: pd.Series, clusters: list[Figures], taken: list[Place]) -> list[Figures]:
    """Metropolitan areas of the United States beside the clusters."""
    own = [item for item in clusters if item.country == "US"]
    others = metros[far_from(taken, metros.index, COVERED_KM)]
    return _shares_of(totals.country("US"), own, others, float(metros.sum()), AMERICAN, "US")


def _chinese(
    totals: Totals, gazetteer: Gazetteer, cities: pd.DataFrame, clusters: list[Figures], taken: list[Place]
) -> list[Figures]:
    """Chinese cities beside the clusters: those that CNIPA counts, and by the rest of their province."""
    found = []
    apart = cities[far_from(taken, cities["place"], COVERED_KM)]
    for province, listed in apart.groupby("province"):
        total = totals.province(province)
        counted = listed[listed["counted"]]
        own = [_shared(row.place, "CN", row.share * total, CITY) for row in counted.itertuples(index=False)]
        others = listed.loc[~listed["counted"]].set_index("place")["share"]
        inside = [item for item in clusters if province_of(item.place, gazetteer) == province and item.country == "CN"]
        found += own + _shares_of(total, own + inside, others, 1.0, OF_PROVINCE, "CN")
    return found


def _others(
    raw: Path, gazetteer: Gazetteer, totals: Totals, metros: pd.DataFrame, clusters: list[Figures], taken: list[Place]
) -> list[Figures]:
    """Metropolitan areas of other countries: by the OECD's counts of 2008-2012, or by their part of their region."""
    countries = set(totals.oecd()) - {"US", "CN"}
    counted = []
    for metro, country, place, named in oecd_metros(raw, gazetteer):
        if named and country in countries:
            share = metro.Patents * metro.Population / 10_000 / totals.mean(country, 2008, 2012)
            counted.append(_shared(place, country, share * totals.country(country), METRO))
    counted = [
        item
        for item, apart in zip(counted, far_from(taken, [item.place for item in counted], COVERED_KM), strict=True)
        if apart
    ]
    own = counted + [item for item in clusters if item.country in countries]
    own_regions = regions_of(own, gazetteer)
    metros = metros[metros["country"].isin(countries)].copy()
    metros["region"] = regions_of(metros.itertuples(index=False), gazetteer)
    found = list(counted)
    apart = far_from(taken, metros["place"], COVERED_KM) & far_from(
        [item.place for item in counted], metros["place"], LISTED_KM
    )
    for region, listed in metros[apart].groupby("region"):
        within = [item for item, of in zip(own, own_regions, strict=True) if of == region]
        whole = float(metros.loc[metros["region"] == region, "patents"].sum())
        key = OF_REGION if region[2:] else OF_COUNTRY
        weights = listed.set_index("place")["patents"]
        found += _shares_of(totals.region(region), within, weights, whole, key, listed["country"].iloc[0], INSIDE)
    lone = read_input("oecd_regions.csv")
    lone = lone[~lone["country"].isin(metros["country"])]  # of Israel, without a list of metros: at their first city
    for row in lone.itertuples(index=False):
        place = gazetteer.find(row.cities.split("; ")[0], row.country)
        found.append(_shared(place, row.country, totals.region(row.regions), DISTRICT))
    return found
