"""GitHub's files as they are, on a server of this machine, from nothing to a ranking."""

import pytest
from hubrank_fetching import FetchError
from hubrank_inventions import innovation_graph
from hubrank_inventions.innovation_graph import Options, years

from tests.services import recorded


def rows_of(text, table, only=""):
    """The years of a file, by country, without vintage and method."""
    frame = years(innovation_graph.rows_of(text.encode(), table), table, only)
    return frame.drop(columns=["vintage", "method"]).to_numpy().tolist(), frame


PUSHES = "git_pushes,iso2_code,year,quarter\n" + "".join(
    f"{number},{country},2024,{quarter}\n"
    for country, numbers in {"US": (10, 20, 30, 40), "EU": (9, 9, 9, 9), "NA": (1, 2, 3, 4), "XK": (5, 5, 5)}.items()
    for quarter, number in enumerate(numbers, 1)
)


def test_years_of_flows():
    """Four quarters make a year; Kosovo lacks one and has none, Namibia is NA, and the EU is no country."""
    rows, frame = rows_of(f"{PUSHES}50,US,2025,1\n", "git_pushes")

    assert rows == [["NAM", 2024, 10.0], ["USA", 2024, 100.0]]
    assert set(frame["vintage"]) == {"2024-Q1 to Q4"}


REAL = """git_pushes,iso2_code,year,quarter
15562,NA,2023,1
9088,NA,2023,2
1629,PG,2023,2
11362,NA,2023,3
1247,PG,2023,3
7428,NA,2023,4
1324,PG,2023,4
"""


def test_a_year_of_a_release():
    """Namibia's 2023 is the sample's; Papua New Guinea was suppressed in its first quarter."""
    rows, _ = rows_of(REAL, "git_pushes")

    assert rows == [["NAM", 2023, 43_440.0]]
    assert innovation_graph.sample("git_pushes", Options())["git_pushes"].tolist() == [43_440.0]


DEVELOPERS = """developers,iso2_code,year,quarter
100,US,2024,1
110,US,2024,4
70,NA,2024,3
130,US,2025,2
140,US,2025,3
150,NA,2025,3
900,EU,2025,3
"""


def test_years_of_stocks():
    """The last quarter of a year, the same for all: Namibia's of 2024 was suppressed, and its third is none."""
    rows, frame = rows_of(DEVELOPERS, "developers")

    assert rows == [["USA", 2024, 110.0], ["USA", 2025, 140.0], ["NAM", 2025, 150.0]]
    assert frame["vintage"].tolist() == ["2024-Q4", "2025-Q3", "2025-Q3"]


def test_collaborations():
    """What goes out and what comes in, over all partners but the EU and the country itself."""
    lines = [
        f"{weight},{pair},2024,{quarter}\n"
        for quarter in (1, 2, 3, 4)
        for pair, weight in {"GB,US": 10, "DE,US": 5, "US,GB": 7, "EU,US": 99, "US,EU": 99, "US,US": 99}.items()
    ]
    rows, _ = rows_of(f"weight,source,destination,year,quarter\n{''.join(lines)}", "economy_collaborators")

    found = {country: [None if each != each else each for each in amounts] for country, _, *amounts in rows}
    assert found == {"DEU": [20.0, None], "GBR": [40.0, 28.0], "USA": [28.0, 60.0]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (DEVELOPERS.replace("iso2_code", "iso3_code"), "iso2_code"),
        (DEVELOPERS.replace("100,", "many,"), "many"),
        (DEVELOPERS.replace("2024,1", "2024,5"), "another form: quarter"),
    ],
)
def test_files_of_another_form(text, said):
    """Each is reported with what is wrong."""
    with pytest.raises(FetchError, match=said):
        innovation_graph.rows_of(text.encode(), "developers")


@pytest.mark.parametrize("path", recorded("github_innovation_graph", "*.head.csv"))
def test_recorded(path, tmp_path):
    """Each real file is read as far as it is there: all rows but the EU's, all countries in codes of three letters."""
    table = path.name.partition(".")[0]
    text = path.read_text() + path.with_name(f"{table}.tail.csv").read_text()
    frame = innovation_graph.rows_of(text.encode(), table)

    of_union = sum("EU" in line.split(",") for line in text.splitlines())
    assert len(frame) == len(text.splitlines()) - 1 - of_union
    assert of_union > 0 or table == "licenses"
    assert all(
        frame[column].str.fullmatch("[A-Z]{3}").all() for column in {"iso2_code", "source", "destination"} & {*frame}
    )
    if table == "developers":
        assert years(frame, table, "")["developers"].max() == 9_763_122
