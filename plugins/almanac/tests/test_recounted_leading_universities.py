"""Leading universities of hubs counted again in SCImago's lists, without the builder, by names found by hand."""

import functools

import pandas as pd
import pytest

from plugins.almanac.tests.recounting import SINCE, needs_raw_tables, shipped

pytestmark = [needs_raw_tables, pytest.mark.long]

SCIENCES = [
    *("Agricultural and Biological Sciences", "Biochemistry, Genetics and Molecular Biology", "Chemistry"),
    *("Earth and Planetary Sciences", "Environmental Science", "Mathematics", "Medicine"),
    *("Pharmacology, Toxicology and Pharmaceutics", "Physics and Astronomy", "Psychology"),
]
COUNTED = {
    "first1000": (["All subject areas"], 1000),
    "first2000": (["All subject areas"], 2000),
    "science100": (SCIENCES, 100),
    "technology100": (["Computer Science", "Energy", "Engineering"], 100),
}
#: All universities of the city that a list has, whatever their rank; of Beijing and Singapore without the lowest.
UNIVERSITIES = {
    "shenzhen": [
        *("Shenzhen University", "Southern University of Science and Technology", "Shenzhen Polytechnic"),
        *("Peking University Shenzhen Graduate School", "Shenzhen Institute of Information Technology"),
        "Shenzhen Technology University",
    ],
    "bengaluru": [
        *("Indian Institute of Science", "Jawaharlal Nehru Centre for Advanced Scientific Research"),
        *("St Johns Medical College", "Bangalore University", "University of Agricultural Sciences, Bangalore"),
    ],
    "tel-aviv": [
        *("Tel Aviv University", "Bar-Ilan University", "Weizmann Institute of Science"),
        *("Interdisciplinary Center Herzliya", "Open University of Israel", "Academic College of Tel Aviv-Yaffo"),
    ],
    "basel": ["Universitat Basel"],
    "haifa": ["Technion - Israel Institute of Technology", "University of Haifa"],
    "riyadh": [
        *("King Saud University", "King Saud bin Abdulaziz University for Health Sciences", "Alfaisal University"),
        *("Prince Sultan University", "Princess Nourah bint Abdul Rahman University", "Riyadh Elm University"),
    ],
    "singapore": [
        *("National University of Singapore", "Nanyang Technological University", "Singapore Management University"),
        *("Singapore University of Technology and Design", "Singapore Institute of Technology"),
        *("Singapore University of Social Sciences", "Ngee Ann Polytechnic"),
    ],
    "beijing": [
        *("Peking University", "Tsinghua University", "University of Chinese Academy of Sciences"),
        *("Beijing Normal University", "BeiHang University", "Beijing Institute of Technology"),
        *("China Agricultural University", "Renmin University of China", "Capital University of Medical Sciences"),
        *("Beijing University of Technology", "Beijing University of Chemical Technology"),
        *("University of Science and Technology Beijing", "Beijing Jiaotong University", "Capital Normal University"),
        *("Beijing University of Posts and Telecommunications", "North China Electric Power University"),
        *("China University of Petroleum, Beijing", "Beijing Forestry University"),
        *("Chinese Academy of Medical Sciences and Peking Union Medical College", "Beijing University of Agriculture"),
        *("Beijing Technology and Business University", "Beijing University of Chinese Medicine"),
        *("North China University of Technology", "PLA Space Engineering University"),
        "Chinese People's Police University",
    ],
}
#: By hub, column and list: how many there are.
FIGURES = [
    ("shenzhen", "first1000", 2021, 2),
    ("shenzhen", "first1000", 2024, 2),
    ("shenzhen", "science100", 2021, 0),
    ("shenzhen", "science100", 2024, 3),
    ("bengaluru", "first1000", 2021, 2),
    ("bengaluru", "first1000", 2024, 1),
    ("bengaluru", "science100", 2021, 0),
    ("bengaluru", "science100", 2024, 0),
    ("tel-aviv", "first1000", 2021, 3),
    ("tel-aviv", "first1000", 2024, 3),
    ("tel-aviv", "science100", 2021, 2),
    ("tel-aviv", "science100", 2024, 2),
    ("basel", "first1000", 2021, 1),
    ("basel", "first1000", 2024, 1),
    ("basel", "science100", 2021, 1),
    ("basel", "science100", 2024, 0),
    ("haifa", "first1000", 2021, 1),
    ("haifa", "first1000", 2024, 1),
    ("haifa", "science100", 2021, 0),
    ("haifa", "science100", 2024, 0),
    ("riyadh", "first1000", 2021, 1),
    ("riyadh", "first1000", 2024, 1),
    ("riyadh", "science100", 2021, 1),
    ("riyadh", "science100", 2024, 3),
    ("beijing", "first1000", 2021, 17),
    ("beijing", "first1000", 2024, 19),
    ("beijing", "science100", 2021, 42),
    ("beijing", "science100", 2024, 56),
    ("beijing", "first2000", 2024, 23),
    ("singapore", "technology100", 2024, 6),
]


@functools.cache
def lists() -> pd.DataFrame:
    """Field, code, year, name, country, rank."""
    return pd.read_parquet(SINCE / "scimago-2021-2024/Scimago_results_2021_2024.parquet")


@pytest.mark.parametrize(
    ("hub", "column", "year", "true"), FIGURES, ids=[f"{each[0]}-{each[1]}-{each[2]}" for each in FIGURES]
)
def test_leading_universities_are_those_of_the_lists(hub: str, column: str, year: int, true: int) -> None:
    """What a hub's universities, found by hand, have in a list is the true value and what is shipped."""
    fields, end = COUNTED[column]
    listed = lists()
    listed = listed[(listed["year"] == year) & listed["name of the ranking"].isin(fields) & (listed["rank"] <= end)]

    assert listed["institution"].isin(UNIVERSITIES[hub]).sum() == true
    assert shipped(hub, "leading-universities", column, year=str(year)) == pytest.approx(true)
