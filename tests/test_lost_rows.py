"""Rows outside every unit are reported to all readers: on the screen, in the folder, on the page."""

import csv
import json

import pytest
from hubrank.cli.app import run

CITIES = """\
unit,name,country,lat,lon,population
blr,Bengaluru,IND,12.972,77.594,12765000
del,Delhi,IND,28.614,77.209,30291000
bom,Mumbai,IND,19.076,72.878,20411000
hyd,Hyderabad,IND,17.385,78.487,10004000
maa,Chennai,IND,13.083,80.27,10971000
pnq,Pune,IND,18.52,73.857,6629000
amd,Ahmedabad,IND,23.023,72.571,8059000
ccu,Kolkata,IND,22.573,88.364,14850000
jai,Jaipur,IND,26.912,75.787,3909000
cok,Kochi,IND,9.931,76.267,3082000
idr,Indore,IND,22.72,75.858,3001000
ixc,Chandigarh,IND,30.733,76.779,1200000
"""
STARTUPS = """\
unit,year,startups,funding_musd
blr,2022,820,10800
blr,2023,560,4100
blr,2024,610,4400
del,2022,610,5200
del,2023,430,2100
del,2024,450,2600
bom,2022,520,4300
bom,2023,400,2600
bom,2024,420,3000
hyd,2024,160,600
maa,2024,150,700
pnq,2024,140,500
amd,2024,80,120
ccu,2024,60,80
jai,2024,50,90
cok,2024,45,40
idr,2024,40,20
"""
SCENARIO = """\
title = "Twelve Indian cities"
editions = [2024]
normalisation = "min-max"
aggregation = "arithmetic"

[units]
file = "cities.csv"
within_km = 40

[inputs.startups]
source = "files"
options = { file = "startups.csv", kind = "flow", covers = { first = 2022, last = 2024 } }

[inputs.people]
source = "files"
options = { file = "cities.csv", year = 2024 }

[dimensions.activity]
title = "Activity"
[dimensions.intensity]
title = "Intensity"
weight = 2

[indicators.startups]
indicator = "value"
dimension = "activity"
inputs = { values = "startups" }
title = "Startups"
options = { column = "startups", absent = 0 }

[indicators.funding]
indicator = "value"
dimension = "activity"
inputs = { values = "startups" }
options = { column = "funding_musd", absent = 0 }

[indicators.funding-per-head]
indicator = "ratio"
from = ["funding", "population"]
dimension = "intensity"

[indicators.population]
indicator = "value"
inputs = { values = "people" }
"""
#: Of 5545 startups the row has 140, 2.52 %; of 41,250 millions 500, 1.2 %.
TOLD = "not matched to a unit: 2.5 % of startups (1 row), 'pne' (meant 'pnq'?)"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Twelve Indian cities, one of them misspelt in a row of startups."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cities.csv").write_text(CITIES)
    (tmp_path / "startups.csv").write_text(STARTUPS.replace("pnq,2024", "pne,2024"))
    (tmp_path / "india.toml").write_text(SCENARIO)
    return tmp_path


def ranked(capsys, *words):
    """What `hubrank rank` returns and prints."""
    return run(["rank", *words]), *capsys.readouterr()


def test_a_misspelt_code(folder, capsys):
    """Pune has lost its only row: the screen says so in one line of 80 columns, with the code that was meant."""
    code, out, _ = ranked(capsys, "india.toml", "--output", "o")
    with (folder / "o" / "unassigned.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    record = json.loads((folder / "o" / "record.json").read_text())
    lost = next(each["unassigned"] for each in record["inputs"] if each["name"] == "startups")

    assert code == 0
    assert [line for line in out.splitlines() if "to a unit" in line] == [TOLD]
    assert len(TOLD) <= 80
    assert (row["input"], row["reason"], row["place"], row["suggestion"]) == ("startups", "unknown code", "pne", "pnq")
    assert (row["rows"], row["sum_startups"], row["sum_funding_musd"], row["sum_population"]) == ("1", "140", "500", "")
    assert lost["unknown code"]["shares"] == pytest.approx({"startups": 140 / 5545, "funding_musd": 500 / 41250})
    assert TOLD in record["caveats"]


@pytest.mark.long
def test_a_folder_and_the_page_report_the_same(folder, capsys):
    """A run that is read again, and its report, say what the run said."""
    ranked(capsys, "india.toml", "--output", "o")
    _, out, _ = ranked(capsys, "o")
    assert run(["report", "o", "--output", "page.html"]) == 0

    assert TOLD in out.splitlines()
    assert TOLD.replace("'", "&#39;") in (folder / "page.html").read_text()


def test_a_limit(folder, capsys):
    """A scenario that tolerates a hundredth fails, by its line, and names the code and what was meant."""
    (folder / "india.toml").write_text(
        SCENARIO.replace('source = "files"', 'source = "files"\nmax_unassigned = 0.01', 1)
    )
    code, _, err = ranked(capsys, "india.toml")

    assert code == 2
    assert err.splitlines()[1].split(maxsplit=1) == [
        "12",
        "inputs.startups.max_unassigned: 5.9 % of the rows is not assigned to a unit, more than the 1 % allowed; "
        "the largest: unit 'pne' (unknown code, 1 row; did you mean 'pnq'?)",
    ]


NAMES = "unit,year,x\nA,2020,12\nB,2020,2\nC,2020,3\n"
THREE = """
title = "Three"
editions = [2020]
normalisation = "min-max"
aggregation = "arithmetic"
[units]
file = "units.csv"
[inputs.x]
source = "files"
options = { file = "names.csv" }
[dimensions.d]
[indicators.x]
indicator = "value"
dimension = "d"
inputs = { values = "x" }
"""


@pytest.fixture
def names(folder):
    """Rows by names in another case than the units'; a's is Á, with an accent."""
    (folder / "names.csv").write_text(NAMES)
    (folder / "units.csv").write_text("unit,name\n1,Á\nb,Beta\n3,c\n")
    (folder / "three.toml").write_text(THREE)
    return folder


def test_names_in_another_case_are_asked_about(names, capsys):
    """Nothing is guessed: the error names the rows, the units that were meant, and the key that reads them."""
    code, _, err = ranked(capsys, "three.toml")

    assert code == 4
    assert "3 of 3 rows of x are not assigned to a unit: unit 'A' (other spelling, 1 row; did you mean '1'?)" in err
    assert 'inputs.x.match = "folded" reads other spellings' in err


LISTED = "lat,lon,country,year,firms,score\n" + "".join(
    f"{lat},{lon},IND,{year},{firms},{score}\n"
    for lat, lon, year, firms, score in (
        *((12.97, 77.59, 2022, 10, 5), (12.97, 77.59, 2024, 30, 5), (28.61, 77.21, 2022, 10, 4)),
        *((28.61, 77.21, 2024, 30, 4), (15.3, 74.1, 2022, 80, 90), (15.3, 74.1, 2024, 40, 90)),
    )
)
SNAPSHOTS = """
title = "Firms"
editions = [2022, 2024]
normalisation = "min-max"
aggregation = "arithmetic"
[units]
file = "cities.csv"
within_km = 40
[inputs.firms]
source = "files"
options = { file = "firms.csv", kind = "KIND", covers = { first = 2022, last = 2024 } }
window = 1
[dimensions.d]
[indicators.firms]
indicator = "value"
dimension = "d"
inputs = { values = "firms" }
options = { column = "firms", absent = 0 }
"""
SCORE = """
[indicators.score]
indicator = "value"
dimension = "d"
inputs = { values = "firms" }
options = { column = "score", absent = 0, combine = "max" }
"""


@pytest.mark.parametrize("kind", ["stock", "flow"])
def test_what_lies_outside_is_of_the_newest_edition(folder, capsys, kind):
    """Goa had 80 of 100 firms in 2022 and has 40 of 100 in 2024: 40 %, not 120 of 200."""
    (folder / "firms.csv").write_text(LISTED)
    (folder / "firms.toml").write_text(SNAPSHOTS.replace("KIND", kind))
    _, out, _ = ranked(capsys, "firms.toml", "--output", "o")
    _, again, _ = ranked(capsys, "o")

    assert [line for line in out.splitlines() if "assigned" in line] == ["not assigned to a unit: 40 % of firms"]
    assert "not assigned to a unit: 40 % of firms" in again.splitlines()


def test_no_share_is_reported_if_amounts_do_not_add_up(folder, capsys):
    """Of a score that the best place of a unit has, 90 of 99 lie in Goa; a sum of scores is nothing."""
    (folder / "firms.csv").write_text(LISTED)
    (folder / "firms.toml").write_text(SNAPSHOTS.replace("KIND", "stock") + SCORE)
    _, out, _ = ranked(capsys, "firms.toml")

    assert [line for line in out.splitlines() if "assigned" in line] == ["not assigned to a unit: 40 % of firms"]
