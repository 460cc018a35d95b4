"""Table of companies: listed ones from two billion dollars up, per city."""

import pandas as pd
from hubrank_almanac import EXCHANGES

from tools.almanac import intensity
from tools.almanac.sources import Sources, listed_twice, read_input
from tools.vintage.rows import Account, Table, counted

LISTED = "listed-companies-2023-2026/listed_companies_small_cap_and_above.csv"
#: Classes of market value from two billion dollars up.
SIZES = ("Mid Cap", "Large Cap", "Mega Cap")
SECTORS = {"technology": ("Technology", "Information Technology"), "health": ("Healthcare", "Health Care")}


def listed_companies(sources: Sources) -> Table:
    """Count listed companies from mid caps up per city: all, research-intensive ones, technology, health.

    A company that is among the spenders on research stands where they do, others at their address. Of a country whose
    exchange the list lacks it has those alone that trade abroad, which is another count: they are left out.
    """
    account = Account("listed-companies", "FinanceDatabase, mid caps and above", "companies", "financedatabase")
    account.remark = "no city known, a village, or a country whose exchange the list lacks"
    for row in classed(sources).to_dict("records"):
        where = f"{row['name']}: {row['city']}, {row['state']}, {row['country']}"
        of = {name: int(row["sector"] in sectors) for name, sectors in SECTORS.items()}
        counts = {"companies": 1, "research_intensive": int(row["research_intensive"]), **of}
        place = row["seat"] or row["address"]
        account.count(place if place and place.country in EXCHANGES else None, name=where, who=row["name"], **counts)
    return counted([account], [], ["companies", "research_intensive", *SECTORS], 0, year=2022, vintage="2023-03")


def classed(sources: Sources) -> pd.DataFrame:
    """The companies by `name`, `sector`, `industry`, `address` and `seat`, and whether each is `research_intensive`.

    The size is the class that FinanceDatabase had in March 2023, which is of about the turn of 2021 to 2022; a size
    that only its vintage of 2026 has is of another date.
    """
    listed = pd.read_csv(sources.since / LISTED, keep_default_na=False)
    listed = listed[listed["size_2023"].isin(SIZES)].drop_duplicates("name")
    listed = listed[[not again for again in listed_twice("listed-companies", listed["name"], listed["city"])]]
    listed = listed.reset_index(drop=True)
    older = read_input("industries.csv").set_index("name")["industry"]
    addresses = [sources.find(row.city, row.country, row.state) for row in listed.itertuples(index=False)]
    codes = [sources.gazetteer.alpha2(country) or "" for country in listed["country"]]
    firms = [intensity.Firm(*each) for each in zip(listed["name"], codes, addresses, strict=True)]
    listed = listed.assign(industry=listed["industry"].replace(older), address=addresses)
    listed = listed.join(intensity.measured(sources, firms))
    return listed.assign(research_intensive=intensity.research_intensive(listed))
