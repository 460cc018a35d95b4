"""Values of hubs of ARWU's lists recounted without the builder: bands, highly cited researchers and papers."""

from collections.abc import Callable

import pytest

from plugins.almanac.tests.recounting import SINCE, Row, needs_raw_tables, read, shipped

pytestmark = [needs_raw_tables, pytest.mark.long]

LISTS = SINCE / "arwu-2003-2025/arwu_all_years_combined_2003-2025.csv"
#: Highly cited researchers of the university that has most, by the list's year: its score is 100.
MOST = {2020: 188, 2024: 231}


def rows_of(year: int, names: tuple[str, ...]) -> list[Row]:
    """The rows of universities in a year's list, each of which it has."""
    found = {row["name"]: row for row in read(LISTS) if row["year"] == str(year)}
    return [found[name] for name in names]


def ranked(year: int, end: int, *names: str) -> Callable[[], float]:
    """Universities among the first of a list."""
    return lambda: sum(int(row["rank"]) <= end for row in rows_of(year, names))


def researchers(year: int, *names: str) -> Callable[[], float]:
    """Researchers on a year's list, which the next year's ranking scores: whole numbers."""
    return lambda: sum(round(MOST[year] * (float(row["HiCi"]) / 100) ** 2) for row in rows_of(year + 1, names))


def papers(year: int, *names: str) -> Callable[[], float]:
    """Papers of a year in per mille of the thousand universities'."""

    def share() -> float:
        every = [row for row in read(LISTS) if row["year"] == str(year + 1)]
        assert len(every) == 1000
        whole = sum(float(row["PUB"]) ** 2 for row in every)
        return 1000 * sum(float(row["PUB"]) ** 2 for row in rows_of(year + 1, names)) / whole

    return share


MIT = "Massachusetts Institute of Technology"
BOSTON = ("Harvard University", MIT, "Boston University", "Boston College", "Tufts University")
BEIJING = (
    "Tsinghua University", "Peking University", "Beijing Institute of Technology", "China Agricultural University",
    "Beihang University", "Beijing Normal University", "Beijing University of Chemical Technology",
    "Peking Union Medical College", "University of Science and Technology Beijing",
    "China University of Geosciences Beijing", "Renmin University of China", "Beijing University of Technology",
    "Capital Medical University", "Capital Normal University", "Beijing Technology and Business University",
    "China University of Mining and Technology-Beijing", "China University of Petroleum, Beijing",
)  # fmt: skip
SHENZHEN = ("Shenzhen University", "Southern University of Science and Technology")
SHENZHEN_2020 = (*SHENZHEN, "The Chinese University of Hong Kong - Shenzhen")
SHENZHEN_2024 = (*SHENZHEN, "The Chinese University of Hong Kong, Shenzhen")
KINGS = ("King Abdulaziz University", "King Abdullah University of Science and Technology")
TOKYO = ("The University of Tokyo", "Keio University", "Institute of Science Tokyo")
PARIS = ("PSL University", "Paris-Saclay University", "Sorbonne University", "Université Paris Cité")
HAIFA = ("Technion-Israel Institute of Technology", "University of Haifa")
ZURICH = ("ETH Zurich", "University of Zurich")
MUNICH = ("Technical University of Munich", "University of Munich")
INDIAN = "Indian Institute of Science"
#: Hub, table, column, year, the true value, and how it is recounted.
FIGURES = [
    ("paris", "universities", "top100", 2025, 4, ranked(2025, 100, *PARIS)),
    ("zurich", "universities", "top100", 2025, 2, ranked(2025, 100, *ZURICH)),
    ("boston", "universities", "top100", 2003, 4,
     ranked(2003, 100, "Harvard University", f"{MIT} (MIT)", "Tufts University", "Boston University")),
    ("melbourne", "universities", "top100", 2025, 2,
     ranked(2025, 100, "The University of Melbourne", "Monash University", "Deakin University")),
    ("shenzhen", "universities", "top500", 2025, 3, ranked(2025, 500, *SHENZHEN_2024)),
    ("osaka-kobe-kyoto", "universities", "top500", 2012, 4,
     ranked(2012, 500, "Kyoto University", "Osaka University", "Kobe University",
            "Nara Institute of Science and Technology")),
    ("haifa", "universities", "top1000", 2025, 2, ranked(2025, 1000, *HAIFA)),
    ("tel-aviv", "universities", "top200", 2021, 2,
     ranked(2021, 200, "Weizmann Institute of Science", "Tel Aviv University", "Bar-Ilan University")),
    ("jeddah", "highly-cited", "highly_cited", 2024, 17, researchers(2024, *KINGS)),
    ("jeddah", "highly-cited", "highly_cited", 2020, 58, researchers(2020, *KINGS)),
    ("tokyo-yokohama", "highly-cited", "highly_cited", 2024, 15, researchers(2024, *TOKYO)),
    ("boston", "highly-cited", "highly_cited", 2024, 330,
     researchers(2024, *BOSTON, "Northeastern University (Boston)")),
    ("beijing", "highly-cited", "highly_cited", 2024, 262, researchers(2024, *BEIJING)),
    ("shenzhen", "highly-cited", "highly_cited", 2024, 26, researchers(2024, *SHENZHEN_2024)),
    ("shenzhen", "highly-cited", "highly_cited", 2020, 10, researchers(2020, *SHENZHEN_2020)),
    ("munich", "highly-cited", "highly_cited", 2024, 32, researchers(2024, *MUNICH)),
    ("zurich", "highly-cited", "highly_cited", 2024, 34, researchers(2024, *ZURICH)),
    ("suzhou", "highly-cited", "highly_cited", 2024, 26,
     researchers(2024, "Soochow University (China)", "Suzhou University of Science and Technology",
                 "Xi'an Jiaotong-Liverpool University")),
    ("jakarta", "university-papers", "papers", 2024, 0, papers(2024)),
    ("nairobi", "university-papers", "papers", 2024, 0, papers(2024)),
    ("hyderabad", "university-papers", "papers", 2024, 0, papers(2024)),
    ("bengaluru", "university-papers", "papers", 2024, 0.679, papers(2024, INDIAN)),
    ("bengaluru", "university-papers", "papers", 2023, 1.320, papers(2023, INDIAN)),
    ("shenzhen", "university-papers", "papers", 2024, 4.823, papers(2024, *SHENZHEN_2024)),
    ("shenzhen", "university-papers", "papers", 2020, 3.284, papers(2020, *SHENZHEN_2020)),
    ("haifa", "university-papers", "papers", 2024, 1.400, papers(2024, *HAIFA)),
    ("zurich", "university-papers", "papers", 2024, 4.036, papers(2024, *ZURICH)),
    ("singapore", "university-papers", "papers", 2024, 5.195,
     papers(2024, "Nanyang Technological University", "National University of Singapore")),
    ("oxford", "university-papers", "papers", 2017, 4.728, papers(2017, "University of Oxford")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("hub", "table", "column", "year", "true", "again"),
    FIGURES,
    ids=[f"{each[0]}-{each[1]}-{each[3]}" for each in FIGURES],
)
def test_a_hubs_figure_is_what_the_raw_list_says(
    hub: str, table: str, column: str, year: int, true: float, again: Callable[[], float]
) -> None:
    """Universities that were found by hand in the raw list have the true value, and so have the shipped rows."""
    assert again() == pytest.approx(true, abs=0.0006)
    assert shipped(hub, table, column, year=str(year)) == pytest.approx(true, abs=0.002)


def test_hubs_with_noughts_have_no_listed_university() -> None:
    """The list has no university of Indonesia or Kenya, and those of India were read: none is of Hyderabad."""
    listed = [row for row in read(LISTS) if row["year"] == "2025"]
    india = [row["name"] for row in listed if row["region"] == "India"]

    assert not {"Indonesia", "Kenya"} & {row["region"] for row in listed}
    assert (len(india), [name for name in india if "Hyderabad" in name or "Osmania" in name]) == (15, [])
