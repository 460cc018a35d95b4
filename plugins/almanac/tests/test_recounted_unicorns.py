"""Unicorns of hubs counted again from the lists of 2021-07, 2022-11, 2024-03 and 2025-07, by cities found by eye."""

import re

import pytest

from plugins.almanac.tests.recounting import RAW, SINCE, needs_raw_tables, read, shipped

pytestmark = [needs_raw_tables, pytest.mark.long]

LISTS = {2024: "2024-03-20", 2025: "2025-07-03"}


def located(year: int) -> list[tuple[str, str, str]]:
    """The name (in 2021 a number), city and date of each company; a row that stands twice is one."""
    if year == 2021:
        text = (SINCE / "unicorns-vintages/unicorns_2021-07_tetri.md").read_text(encoding="utf-8")
        cities = re.findall(r"Location: \*\*(.*?) @ ", text)
        return [(str(at), city, "") for at, city in enumerate(cities)]
    if year == 2022:
        rows = read(SINCE / "unicorns-vintages/unicorns_2022-11_aspersh.csv")
        return [(row["Company"], row["City"], row["Date Joined"]) for row in rows]
    rows = read(RAW / "unicorns/unicorns_cbinsights_2022_2024_2025.csv")
    rows = [row for row in rows if row["as_of"] == LISTS[year]]
    return list({(row["company"], row["city"], row["date_joined"]) for row in rows})


KUALA_LUMPUR = ("Selangor", "Kuala Lumpur", "Petaling Jaya", "Shah Alam", "Cyberjaya")
BENGALURU = ("Bengaluru", "Bangalore")
TEL_AVIV = (
    *("Tel Aviv", "Tel Aviv-Yafo", "Giv'atayim", "Herzliya", "Netanya", "Petah Tikva", "Ra'anana", "Ramat Gan"),
    "Yehud",
)
FIGURES = [
    ("kuala-lumpur", 2021, KUALA_LUMPUR, 0),
    ("kuala-lumpur", 2022, KUALA_LUMPUR, 1),
    ("kuala-lumpur", 2024, KUALA_LUMPUR, 1),
    ("kuala-lumpur", 2025, KUALA_LUMPUR, 1),
    ("bengaluru", 2021, BENGALURU, 14),
    ("bengaluru", 2025, BENGALURU, 28),
    ("tel-aviv", 2025, TEL_AVIV, 22),
    ("shenzhen", 2021, ("Shenzhen",), 17),
    ("shenzhen", 2025, ("Shenzhen",), 15),
    ("basel", 2025, ("Basel",), 0),
    ("london", 2021, ("London", "Reading"), 23),
    ("london", 2025, ("London",), 44),
    ("shanghai", 2025, ("Shanghai", "Pudong"), 35),
    ("toronto", 2025, ("Toronto", "Mississauga"), 10),
]


@pytest.mark.parametrize(("hub", "year", "cities", "true"), FIGURES, ids=[f"{hub}-{year}" for hub, year, *_ in FIGURES])
def test_a_hubs_unicorns_are_those_of_the_list(hub: str, year: int, cities: tuple[str, ...], true: int) -> None:
    """The raw list and the shipped rows both have the true number."""
    assert sum(city in cities for _, city, _ in located(year)) == true
    assert shipped(hub, "unicorns", "unicorns", year=str(year)) == true


@pytest.mark.parametrize(("year", "true"), [(2021, 6), (2022, 14)])
def test_companies_of_singapore_whose_city_is_left_out_are_kept(year: int, true: int) -> None:
    """The lists name the country alone."""
    assert shipped("singapore", "unicorns", "unicorns", year=str(year)) == true
