"""Papers of robotics and machine learning of hubs, added again from the list by campuses and names found by eye."""

import pytest

from plugins.almanac.tests.recounting import SINCE, Row, needs_raw_tables, read, shipped

pytestmark = [needs_raw_tables, pytest.mark.long]

VENUES = ("ICRA", "IROS", "COLT", "ACML")


def papers(
    rows: list[Row], year: int, campuses: tuple[str, ...], with_: tuple[str, ...], less: tuple[str, ...]
) -> float:
    """Fractional papers of a year at campuses (the country first), with or without institutions by name."""
    country, *towns = campuses
    return sum(
        float(row["fractional"])
        for row in rows
        if row["year"] == str(year)
        and row["venue"].upper() in VENUES
        and row["country"] == country
        and ((row["campus"] in towns and row["institution"] not in less) or row["institution"] in with_)
    )


ZURICH = ("Switzerland", "Zurich", "Zürich", "Dübendorf", "Birmensdorf")
PITTSBURGH = ("United States", "Pittsburgh")
MUNICH = (
    *("Germany", "Munich", "München", "Munich, Neubiberg", "Neubiberg", "Oberpfaffenhofen", "Wessling", "Weßling"),
    "Garching",
)
DLR = "German Aerospace Center (DLR) Institute of Robotics and Mechatronics"
ELSEWHERE = (
    *("Centre for Tactile Internet with Human-in-the-Loop", "Technical University of Dresden"),
    "Technische Hochschule Ingolstadt",
)
SHENZHEN, BENGALURU = ("China", "Shenzhen"), ("India", "Bangalore", "Bengaluru")
EINDHOVEN = ("Netherlands", "Eindhoven", "Tilburg")
FIGURES = [
    ("zurich", 2018, ZURICH, ("University of Zürich",), (), 39.20),
    ("zurich", 2023, ZURICH, ("University of Zürich",), (), 48.05),
    ("pittsburgh", 2019, PITTSBURGH, ("Duquesne University",), ("United States Army Research Laboratory",), 50.45),
    ("pittsburgh", 2023, PITTSBURGH, ("Duquesne University",), ("United States Army Research Laboratory",), 78.43),
    ("shenzhen", 2018, SHENZHEN, (), (), 3.00),
    ("shenzhen", 2023, SHENZHEN, (), (), 26.16),
    ("bengaluru", 2021, BENGALURU, (), (), 5.00),
    ("bengaluru", 2023, BENGALURU, (), (), 4.17),
    ("munich", 2022, MUNICH, (DLR, "Technical University of Munich (TUM)"), ELSEWHERE, 54.32),
    ("munich", 2023, MUNICH, (DLR, "Technical University of Munich (TUM)"), ELSEWHERE, 45.35),
    ("eindhoven", 2021, EINDHOVEN, (), (), 5.83),
    ("eindhoven", 2023, EINDHOVEN, (), (), 5.67),
]  # fmt: skip


@pytest.mark.parametrize(
    ("hub", "year", "campuses", "with_", "less", "true"), FIGURES, ids=[f"{each[0]}-{each[1]}" for each in FIGURES]
)
def test_a_hubs_papers_are_those_of_the_list(
    hub: str, year: int, campuses: tuple[str, ...], with_: tuple[str, ...], less: tuple[str, ...], true: float
) -> None:
    """The raw list and the shipped rows, which are rounded place by place, both sum to the true number."""
    rows = read(SINCE / "ai-robotics-conference-papers/papers_by_institution_venue_year.csv")

    assert papers(rows, year, campuses, with_, less) == pytest.approx(true, abs=0.01)
    assert shipped(hub, "robotics-papers", "papers", year=str(year)) == pytest.approx(true, abs=0.02)
