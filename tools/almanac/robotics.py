"""The table of papers at conferences of robotics and machine learning, per city and year."""

import pandas as pd

from tools.almanac.sources import Sources, institution_key
from tools.vintage.rows import Account, Place, Table, counted

FOLDER = "ai-robotics-conference-papers"
YEARS = range(2018, 2024)
#: The least share of a venue's papers of a year that have an author's institution.
LEAST = 0.9
OF_CHINA = ("HK", "MO", "TW")


def robotics_papers(sources: Sources) -> Table:
    """Sum papers, divided among their authors' institutions, of the venues that have all years."""
    listed = pd.read_csv(sources.since / FOLDER / "papers_by_institution_venue_year.csv", keep_default_na=False)
    listed = listed[listed["venue"].isin(_venues(sources)) & listed["year"].isin(YEARS)]
    text = f"papers of {YEARS[0]}-{YEARS[-1]}"
    account = Account("robotics-papers", text, "papers, divided among institutions", "paperlists")
    account.remark = "bodies of many sites, no country, or a campus in another country"
    for (name, country, campus), rows in listed.groupby(["institution", "country", "campus"]):
        sites = _sites(name, country, campus, sources)
        account.count(sites[0][0] if sites else None, float(rows["fractional"].sum()), f"{name}, {campus}, {country}")
        account.records += [
            {"place": place, "year": year, "papers": papers * share}
            for year, papers in zip(rows["year"], rows["fractional"], strict=True)
            for place, share in sites
        ]
    return counted([account], ["year"], ["papers"], 2, vintage="2026-02")


def _venues(sources: Sources) -> list[str]:
    """The venues that in each of the years have papers and, for `LEAST` of them or more, an institution."""
    coverage = pd.read_csv(sources.since / FOLDER / "coverage.csv")
    share = (coverage["with_institution"] / coverage["papers"]).groupby([coverage["venue"], coverage["year"]]).sum()
    enough = share.unstack().reindex(columns=YEARS) >= LEAST
    return list(enough.index[enough.all(axis=1)])


def _sites(name: str, country: str, campus: str, sources: Sources) -> list[tuple[Place, float]]:
    """The place of an institution by its name, else the campus of most of its authors; None if left out by hand."""
    code, region = (sources.gazetteer.alpha2(text) for text in (country, campus))
    code = region if code == "CN" and region in OF_CHINA else code
    if not code:
        return []
    sites = sources.institutions.find(name, code)
    if sites or (code, institution_key(name)) in sources.institutions.by_hand:
        return sites
    place = sources.gazetteer.find(campus, code) or sources.gazetteer.find("", code)
    return [(place, 1.0)] if place else []
