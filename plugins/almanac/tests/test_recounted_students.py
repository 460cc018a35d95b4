"""Students of hubs added up again from the lists, without the builder, by names of universities found by hand."""

import pytest

from plugins.almanac.tests.recounting import SINCE, needs_raw_tables, read, shipped

pytestmark = [needs_raw_tables, pytest.mark.long]

LONDON = [
    *("UCL", "Imperial College London", "King’s College London", "London School of Economics and Political Science"),
    *("Queen Mary University of London", "Birkbeck, University of London", "Brunel University of London"),
    *("City, University of London", "Goldsmiths, University of London", "Kingston University"),
    *("London South Bank University", "Middlesex University", "Royal Holloway, University of London"),
    *("Royal Veterinary College", "SOAS University of London", "St George’s, University of London"),
    *("University of East London", "University of Greenwich", "University of Roehampton", "University of Westminster"),
    *("University of Bedfordshire", "University of Hertfordshire", "University of Reading", "University of Surrey"),
]
MELBOURNE = [
    *("University of Melbourne", "Monash University", "RMIT University", "Deakin University", "La Trobe University"),
    *("Swinburne University of Technology", "Victoria University"),
]
SINGAPORE = ["National University of Singapore", "Nanyang Technological University, Singapore"]
TORONTO = ["University of Toronto", "York University", "Toronto Metropolitan University", "McMaster University"]
RIYADH = ["Alfaisal University", "King Saud University", "King Saud bin Abdulaziz University for Health Sciences"]
#: By hub and list: students from abroad, and all of them, of the universities there that are in each list.
FIGURES = [
    ("london", 2021, 137_515, 320_805, LONDON),
    ("london", 2025, 185_461, 375_325, LONDON),
    ("melbourne", 2021, 86_004, 236_013, MELBOURNE),
    ("melbourne", 2025, 75_161, 219_611, MELBOURNE),
    ("singapore", 2021, 14_021, 54_845, SINGAPORE),
    ("singapore", 2025, 16_494, 60_432, SINGAPORE),
    ("toronto", 2021, 35_005, 183_650, TORONTO),
    ("toronto", 2025, 45_142, 189_368, TORONTO),
    ("riyadh", 2021, 4_716, 53_067, RIYADH),
    ("riyadh", 2025, 5_442, 58_721, RIYADH),
    ("basel", 2021, 2_769, 9_229, ["University of Basel"]),
    ("basel", 2025, 2_814, 8_527, ["University of Basel"]),
    ("buenos-aires", 2021, 792, 15_841, ["National University of San Martín"]),
    ("buenos-aires", 2025, 843, 16_864, ["National University of San Martín"]),
    ("haifa", 2025, 2_484, 31_898, ["Technion Israel Institute of Technology", "University of Haifa"]),
    ("zurich", 2024, 15_872, 48_227, ["ETH Zurich", "University of Zurich"]),
    ("grenoble", 2021, 5_668, 40_486, ["Grenoble Alpes University"]),
    ("grenoble", 2025, 8_727, 51_333, ["Université Grenoble Alpes"]),
]


@pytest.mark.parametrize(
    ("hub", "year", "abroad", "students", "names"), FIGURES, ids=[f"{each[0]}-{each[1]}" for each in FIGURES]
)
def test_students_are_those_of_the_lists(hub: str, year: int, abroad: int, students: int, names: list[str]) -> None:
    """The students of a hub's universities sum to the true values and to what is shipped, whole persons apart."""
    rows = read(SINCE / "the-2016-2026/students_2016-2026.csv")
    own = [
        (int(row["students"].replace(",", "")), int(row["international_share"].rstrip("%")))
        for row in rows
        if row["name"] in names and row["year"] == str(year)
    ]

    assert len(own) == len(names)
    assert sum(number for number, _ in own) == students
    assert sum(number * share for number, share in own) / 100 == pytest.approx(abroad, abs=1)
    assert shipped(hub, "students", "students", year=str(year)) == pytest.approx(students, abs=3)
    assert shipped(hub, "students", "international", year=str(year)) == pytest.approx(abroad, abs=3)
