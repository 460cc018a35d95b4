"""Which companies are research-intensive: joins and classes worked out by hand, and the largest spenders one by one."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from tools.almanac import companies, intensity
from tools.almanac.intensity import Firm
from tools.almanac.sources import Gazetteer, Institutions, Sources
from tools.raw import REFERENCE
from tools.vintage.rows import Place

SIGNED = Path(__file__).with_name("largest_spenders.csv")
BULK = {
    *("Steel", "Aluminum", "Copper", "Gold", "Other Industrial Metals & Mining", "Building Materials"),
    *("Paper & Paper Products", "Packaging & Containers", "Lumber & Wood Production", "Engineering & Construction"),
    *("Residential Construction", "Thermal Coal", "Oil & Gas Integrated"),
}
HERE, THERE = Place("USA", "Here", 40.0, -80.0), Place("USA", "There", 30.0, -90.0)


def test_firms_are_joined_by_name_country_and_place() -> None:
    """By hand, by equal names of one country, of one place or the only ones, by longer names nearby."""
    listed = [
        Firm("Merck & Co., Inc.", "US", HERE),
        Firm("MERCK Kommanditgesellschaft auf Aktien", "DE", None),
        Firm("Taiwan Semiconductor Manufacturing Company Limited", "TW", THERE),
        Firm("Amazon.com, Inc.", "US", HERE),
        Firm("Square, Inc.", "US", HERE),
    ]
    firms = [
        Firm("MERCK", "DE", None),
        Firm("TAIWAN SEMICONDUCTOR", "TW", THERE),
        Firm("TAIWAN SEMICONDUCTOR", "TW", HERE),
        Firm("AMAZON", "LU", None),
        Firm("BLOCK", "US", HERE),
        Firm("SQUARE", "US", HERE),
    ]

    assert intensity.joined(firms, listed, {"BLOCK": "Square, Inc.", "SQUARE": ""}) == {0: 1, 1: 2, 3: 3, 4: 4}


def frame(
    industry: str, spending: list[float | None], sales: list[float | None], country: str = "France"
) -> pd.DataFrame:
    """Companies of an industry."""
    columns = {"spending": pd.array(spending, dtype=float), "sales": pd.array(sales, dtype=float)}
    return pd.DataFrame({"industry": industry, "country": country, **columns})


def test_an_industry_is_what_most_of_its_companies_do() -> None:
    """2 % of sales and half the companies, not one company's 10 %; a company at the other end is classed by itself."""
    nan = float("nan")
    machines = frame("Machines", [3, 3, 3, 0.5, nan, nan], [100, 100, 100, 100, 100, nan])
    advice = frame("Advice", [40, nan, nan, nan, nan], [100, 100, 100, 100, 100])
    mixed = frame("Conglomerates", [3, 1, nan], [100, 100, 100])
    few = frame("Few", [5, 5, nan], [nan, nan, 100])
    every = pd.concat([machines, advice, mixed, few], ignore_index=True)
    measure = intensity.industries(every)
    found = intensity.research_intensive(every)

    assert measure.loc["Machines", "share"] == pytest.approx(9.5 / 500)
    assert measure["intensive"].to_dict() == {"Advice": False, "Conglomerates": False, "Few": True, "Machines": False}
    assert found.groupby(every["industry"], sort=False).agg(list).to_dict() == {
        "Machines": [False] * 6,
        "Advice": [True, False, False, False, False],
        "Conglomerates": [True, False, False],
        "Few": [True, True, True],
    }


def test_no_company_is_lifted_where_accounts_differ() -> None:
    """Chinese spenders report more than twice what others do: 6 % lifts none of them."""
    chinese, others = frame("Steel", [6, 6], [100, 100], "China"), frame("Steel", [0.5] * 7, [100] * 7)
    every = pd.concat([chinese, others], ignore_index=True)

    assert not intensity.research_intensive(every).any()


@pytest.fixture(scope="module")
def classed() -> pd.DataFrame:
    """The listed companies by name, from the raw tables."""
    raw = REFERENCE / "almanac"
    gazetteer = Gazetteer(raw)
    since = REFERENCE / "since-2019"
    sources = Sources(raw, REFERENCE / "more", since, gazetteer, Institutions(raw, gazetteer))
    return companies.classed(sources).set_index("name")


@pytest.mark.long
@pytest.mark.skipif(not (REFERENCE / "since-2019").exists(), reason="no raw tables: set HUBRANK_REFERENCE")
def test_the_hundred_largest_spenders_are_classed_as_signed(classed: pd.DataFrame) -> None:
    """Each has the industry and class that a user read and signed."""
    with SIGNED.open(encoding="utf-8", newline="") as file:
        signed = [row for row in csv.DictReader(file) if row["listed_as"]]
    found = classed.loc[[row["listed_as"] for row in signed]]

    assert list(found["industry"]) == [row["industry"] for row in signed]
    assert list(found["research_intensive"]) == [row["class"] == "research-intensive" for row in signed]


@pytest.mark.long
@pytest.mark.skipif(not (REFERENCE / "since-2019").exists(), reason="no raw tables: set HUBRANK_REFERENCE")
def test_makers_of_bulk_goods_are_not_research_intensive(classed: pd.DataFrame) -> None:
    """No steel, gravel, paper, cement or construction; the old list's errors are mended, except Infosys (0.7 %)."""
    intensive = set(classed.index[classed["research_intensive"]])

    assert not set(classed.index[classed["industry"].isin(BULK)]) & intensive
    assert not intensive & {"The Siam Cement Public Company Limited", "AECOM", "WestRock Company", "Infosys Limited"}
    assert intensive >= {
        *("Amazon.com, Inc.", "Toyota Motor Corporation", "BYD Company Limited", "Sony Group Corporation"),
        *("Hitachi, Ltd.", "BASF SE", "Bayer Aktiengesellschaft", "Nokia Corporation", "3M Company"),
        *("Telefonaktiebolaget LM Ericsson (publ)", "Tata Motors Limited"),
    }
