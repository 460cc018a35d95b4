"""Papers of universities, per city: CWTS Leiden Ranking 2020."""

import numpy as np
import pandas as pd

from tools.almanac.institutions import Institutions, countries_by_hand
from tools.almanac.names import institution_key
from tools.almanac.sources import Sources
from tools.vintage.places import Place, distance_km
from tools.vintage.rows import Account, Table, as_text, per_place, with_place_columns

AMOUNTS = ["papers", "top10_papers", "top1_papers", "industry_papers", "international_papers"]

ALONE_KM = 50.0
ESTIMATED = "estimate: strings in OpenAlex' sample of affiliations x the papers a string of the list's smaller half"


def build(sources: Sources) -> Table:
    """Sum papers of 2016-2019 per city; those most cited, those with industry, and those with other countries.

    Args:
        sources: The raw lists, and places.

    Returns:
        The table `works`, a flow of four years.
    """
    listed = pd.read_csv(sources.raw / "papers/leiden_2020_latlon.csv")
    by_hand = countries_by_hand("leiden")
    account = Account("works", "CWTS Leiden Ranking 2020", "papers", "leiden-2020")
    records = []
    for row in listed.itertuples(index=False):
        place = _city(row.university, by_hand, sources.institutions)
        account.count(place, row.P_est, row.university, who=row.university)
        if place:
            counts = (row.P_est, row.P_top10, row.P_top1, row.P_industry_collab, row.P_int_collab)
            records.append({"place": place} | dict(zip(AMOUNTS, counts, strict=True)))
    account.remark = "no city known, or a university of several cities"
    table = per_place(records, [], AMOUNTS)
    table["method"] = "full counting; papers = co-authored papers / their share"
    estimated = with_place_columns(unlisted(sources, listed, [record["place"] for record in records]))
    table = pd.concat([table, estimated.assign(method=ESTIMATED)], ignore_index=True)
    table["from_year"], table["year"] = 2016, 2019
    table["origin"] = ["openalex" if method == ESTIMATED else "leiden-2020" for method in table["method"]]
    table["vintage"] = "2016-2019"
    return Table("works", as_text(table, AMOUNTS, 0), [account])


def unlisted(sources: Sources, listed: pd.DataFrame, places: list[Place]) -> pd.DataFrame:
    """Estimates for the universities of places where the list, which ends at 800 papers, has none.

    OpenAlex' sample of affiliations has some strings of them. Papers a string are those of the list's smaller half;
    no university is given more papers than the least of the list.

    Args:
        sources: The raw lists, and places.
        listed: The list.
        places: The places of the list's universities.

    Returns:
        Columns place, papers and top10_papers, one row a place.
    """
    sample = pd.read_csv(
        sources.raw / "papers/openalex_affiliation_sample_ror_counts_latlon.csv", keep_default_na=False
    )
    sample = sample.rename(columns={"count": "strings"})
    small = listed[listed["P_est"] <= listed["P_est"].median()].merge(sample, on="ror_id")
    papers, top = (small[name].sum() / small["strings"].sum() for name in ("P_est", "P_top10"))
    most = listed["P_est"].min()
    others = sample[sample["types"].str.contains("education") & ~sample["ror_id"].isin(listed["ror_id"])]
    lats, lons = np.array([place.lat for place in places]), np.array([place.lon for place in places])
    rows = []
    for row in others[others["lat"] != ""].itertuples(index=False):
        place = sources.gazetteer.snap(float(row.lat), float(row.lng), row.country_code, row.city)
        if distance_km(place.lat, place.lon, lats, lons).min() > ALONE_KM:
            few = min(papers * row.strings, most)
            rows.append({"place": place, "papers": few, "top10_papers": few * top / papers})
    return pd.DataFrame(rows).groupby("place", as_index=False).sum()


def _city(name: str, by_hand: dict[str, list[str]], institutions: Institutions) -> Place | None:
    countries = by_hand.get(institution_key(name)) or institutions.countries(name)
    cities = [sites[0][0] for country in countries if (sites := institutions.find(name, country))]
    return cities[0] if len(cities) == 1 else None
