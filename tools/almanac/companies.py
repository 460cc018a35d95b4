"""Tables of companies per city: listed ones from two billion dollars up, and private ones from one billion up."""

import bisect
import re

import pandas as pd
from hubrank_almanac import EXCHANGES

from tools.almanac import intensity
from tools.almanac.sources import Sources, listed_twice, read_input
from tools.vintage.rows import Account, Table, counted, each_vintage, per_place, table_of

LISTED = "listed-companies-2023-2026/listed_companies_small_cap_and_above.csv"
#: Classes of market value from two billion dollars up.
SIZES = ("Mid Cap", "Large Cap", "Mega Cap")
SECTORS = {"technology": ("Technology", "Information Technology"), "health": ("Healthcare", "Health Care")}

COUNTS = ["unicorns", "valuation"]
FEW = 5
STEPS = (1.0, 1.12, 1.25, 1.4, 1.6, 1.8, 2.0, 2.24, 2.5, 2.8, 3.15, 3.55, 4.0, 4.5, 5.0, 5.6, 6.3, 7.1, 8.0, 9.0)
BANDED = "five companies or more: a step of 12 %; fewer: the mean of all such places, times the companies"
#: A company of the list of 2021: its name, its valuation in billion US dollars, its city (or none) and country.
OF_2021 = re.compile(
    r"^\* (?:\*\*)?(?P<company>.+?)(?:\*\*)? - .*?\n"
    r"  \* Valuation: \*\*\$(?P<valuation>[\d.]+)B\*\*\n"
    r"  \* Date joined: .*\n"
    r"  \* Location: \*\*(?P<city>.*?) @ (?P<country>.+)\*\*$",
    re.MULTILINE,
)
LISTS = ["2024-03-20", "2025-07-03"]


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


def unicorns(sources: Sources) -> Table:
    """Count CB Insights' unicorns per city, each place in each vintage; no valuation can be derived from a sum."""
    listed = _companies(sources)
    accounts = []
    for as_of, companies in listed.groupby("as_of"):
        account = Account("unicorns", f"CB Insights {as_of}", "unicorns", "cb-insights-unicorns")
        account.remark = "listed twice; the list names a province or a village, or no city"
        twice = listed_twice("unicorns", companies["company"], companies["city"])
        for row, again in zip(companies.itertuples(index=False), twice, strict=True):
            code = sources.gazetteer.alpha2(row.country)
            place = sources.gazetteer.find(row.city, code) if code and not again else None
            where, value = f"{row.city}, {row.country}{' (listed twice)' * again}", float(row.valuation)
            account.count(place, name=where, who=row.company, year=row.year, unicorns=1, valuation=value)
        accounts.append(account)
    records = [record for account in accounts for record in account.records]
    vintages = listed.groupby("year", as_index=False).agg(vintage=("as_of", "first"))
    vintages = vintages.assign(origin="cb-insights-unicorns", method=BANDED)
    table = each_vintage(banded(per_place(records, ["year"], COUNTS)), vintages, COUNTS)
    return table_of("unicorns", table, COUNTS, 2, accounts)


def _companies(sources: Sources) -> pd.DataFrame:
    """The companies of four lists: `company`, `city`, `country`, `valuation` (billion US dollars), `as_of`, `year`.

    A row whose columns are shifted, so that its city is a country and its country is none, has them exchanged.
    """
    since = sources.since / "unicorns-vintages"
    alpha2 = sources.gazetteer.alpha2
    text = (since / "unicorns_2021-07_tetri.md").read_text(encoding="utf-8")
    first = [found.groupdict() for found in OF_2021.finditer(text)]
    second = pd.read_csv(since / "unicorns_2022-11_aspersh.csv", keep_default_na=False)
    second = second.rename(columns={"Company": "company", "City": "city", "Country": "country"})
    later = pd.read_csv(sources.raw / "unicorns/unicorns_cbinsights_2022_2024_2025.csv", keep_default_na=False)
    later = later[later["as_of"].isin(LISTS)].rename(columns={"valuation_busd": "valuation"})
    parts = (
        pd.DataFrame(first).assign(as_of="2021-07"),
        second.assign(valuation=second["Valuation ($B)"].str.strip(" $"), as_of="2022-11"),
        later,
    )
    listed = pd.concat(parts, ignore_index=True)[["company", "city", "country", "valuation", "as_of"]]
    pairs = zip(listed["city"], listed["country"], strict=True)
    shifted = [bool(alpha2(city) and not alpha2(country)) for city, country in pairs]
    listed.loc[shifted, ["city", "country"]] = listed.loc[shifted, ["country", "city"]].to_numpy()
    return listed.assign(year=listed["as_of"].str[:4].astype(int))


def banded(sums: pd.DataFrame) -> pd.DataFrame:
    """Replace sums of valuations (billion US dollars) by bands, by `year`.

    A place of `FEW` companies or more has its sum rounded to a step of the Renard series R20; a place of fewer has
    its number of companies times the mean valuation of all companies in such places.
    """
    few = sums["unicorns"] < FEW
    of_few = sums[few].groupby("year")[COUNTS].sum()
    mean = sums["year"].map(of_few["valuation"] / of_few["unicorns"])
    steps = sums["valuation"].map(_step)
    return sums.assign(valuation=steps.where(~few, sums["unicorns"] * mean))


def _step(amount: float) -> float:
    """The nearest step of R20 (twenty a decade, 12 % apart), by ratio."""
    decade = 1.0
    while amount >= decade * 10:
        decade *= 10
    steps = [decade * step for step in (*STEPS, 10.0)]
    above = bisect.bisect_left(steps, amount)
    low, high = steps[max(above - 1, 0)], steps[min(above, len(steps) - 1)]
    return low if amount * amount < low * high else high
