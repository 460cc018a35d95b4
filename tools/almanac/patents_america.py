"""PCT applications of the metropolitan areas of the United States: the country's by their shares."""

import re
from pathlib import Path

import pandas as pd

from tools.almanac.gazetteer import Gazetteer
from tools.almanac.patent_metros import COLUMNS, COVERED_KM, LEAST, far_from
from tools.vintage.places import Place

SHARED = "the country's PCT applications x the metropolitan area's share of USPTO patents 2011-2015"


def american_metros(raw: Path, gazetteer: Gazetteer, clusters: pd.DataFrame) -> pd.DataFrame:
    """Metropolitan statistical areas in two vintages.

    Args:
        raw: The folder of raw tables.
        gazetteer: Places.
        clusters: What `clusters` returned; they are carried back by the country's growth.

    Returns:
        Columns place, year, pct, vintage, method, origin.
    """
    msas = pd.read_csv(raw / "patents/uspto_utility_patents_us_msa_2000_2015.csv", dtype={"ID Code": str})
    years = [str(year) for year in range(2011, 2016)]
    whole = msas.loc[msas["GeoType"] == "ALL AREAS", years].to_numpy().sum()
    msas = msas[(msas["GeoType"] == "Metropolitan Statistical Area") & msas["ID Code"].notna()]
    msas = msas.assign(place=[msa_place(title, gazetteer) for title in msas["U.S. Regional Title"]])
    msas = msas[msas["place"].notna()]
    own = clusters[clusters["country"] == "US"]
    msas = msas[far_from(own, msas["place"], COVERED_KM)]
    total = national(raw, "2000")
    ends = {2015: total.loc["2011":"2015"].mean(), 2022: total.loc["2018":"2022"].mean()}
    rows = []
    for place, share in zip(msas["place"], msas[years].sum(axis=1) / whole, strict=True):
        if share * ends[2022] >= LEAST:
            rows += [
                (place, year, share * mean, f"{year - 4}-{year}", SHARED, "ncses-uspto") for year, mean in ends.items()
            ]
    for row in own.itertuples(index=False):
        back = f"{row.method}, x the country's PCT applications 2011-2015 / 2018-2022"
        rows.append((row.place, 2022, row.pct, "2018-2022", row.method, "wipo-gii-2023"))
        rows.append((row.place, 2015, row.pct * ends[2015] / ends[2022], "2011-2015", back, "wipo-gii-2023"))
    return pd.DataFrame(rows, columns=COLUMNS)


def msa_place(title: str, gazetteer: Gazetteer) -> Place | None:
    """The first city of a metropolitan area's title (`Raleigh-Cary, NC`) that GeoNames has, or none."""
    name, _, states = title.replace("--", "-").partition(", ")
    cities, state = name.split("/")[0].split("-"), states.split("-")[0].strip()
    names = ["-".join(cities[:count]) for count in range(len(cities), 0, -1)]
    return next((place for city in names if (place := gazetteer.find(city, "US", state))), None)


def named_places(title: str, gazetteer: Gazetteer) -> tuple[Place, ...]:
    """All cities of a metropolitan area's title that GeoNames has in one of its states."""
    name, _, states = title.replace("--", "-").partition(", ")
    every = [gazetteer.find(city, "US", state) for city in re.split("[-/]", name) for state in states.split("-")]
    return tuple(dict.fromkeys(place for place in every if place))


def national(raw: Path, first: str = "2018") -> pd.Series:
    """The PCT applications of the United States, year by year to 2022."""
    table = pd.read_csv(raw / "patents/ncses_pct_applications_by_country_2000_2022.csv")
    row = table[table["country"] == "United States"].iloc[0]
    return row.loc[first:"2022"].astype(float)
