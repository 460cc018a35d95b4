"""`hubrank discover`: from a table to a folder that ranks."""

import csv
import json

import hubrank_discover
import pytest
from hubrank.testing import conforms

#: Basel and its neighbours across two borders, Osaka and Kobe 27 km apart, and a place far from all.
TOWNS = [
    ("basel", 47.5584, 7.5733, 60),
    ("loerrach", 47.6149, 7.6646, 25),
    ("saint-louis", 47.5833, 7.5667, 15),
    ("osaka", 34.6938, 135.5011, 120),
    ("kobe", 34.6913, 135.1830, 100),
    ("vostok", -78.4645, 106.8339, 30),
]


@conforms(hubrank_discover)
def test_conformance(check):
    """The plugin keeps the contract of its kind."""
    check()


@pytest.fixture
def discover(run, tmp_path, monkeypatch):
    """Runs the command for rows of place, lat, lon and papers, and gives the folder."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))

    def begin(rows=TOWNS, *words, code=0, name="made", file="towns.csv", amount="papers"):
        table = tmp_path / file
        with table.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([("place", "lat", "lon", amount), *rows])
        more = ["--amount", amount, "--min-amount", "100", "--output", str(tmp_path / name), *words]
        found, begin.out, begin.err = run("discover", str(table), *more)
        assert found == code, begin.err
        return tmp_path / name

    return begin


def rows(file):
    """The rows of a CSV."""
    with file.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


@pytest.mark.long
def test_folder(run, discover):
    """Across the borders at Basel 60 + 25 + 15 are one cluster; the scores are 120, 100, 100 of 320."""
    folder = discover()
    ranked = run("rank", str(folder), "--format", "json")
    units = {each["unit"]: each for each in rows(folder / "units.csv")}

    assert [(each["name"], each["country"]) for each in units.values()] == [
        ("Osaka", "JPN"),
        ("Kobe", "JPN"),
        ("Basel", "CHE"),
    ]
    assert {each["also_countries"] for each in rows(folder / "places.csv") if each["unit"] == "basel"} == {"DEU|FRA"}
    assert "3 clusters of 6 places, with 91.4 % of papers" in discover.out
    assert "outside all clusters: 8.6 % of papers; the largest places are 78.46 S 106.83 E 30" in discover.out
    assert "no column has a year" in discover.out
    assert ranked[0] == 0
    scores = {each["unit"]: each["score"] for each in json.loads(ranked[1])["ranking"]}
    assert scores == pytest.approx({"osaka": 0.375, "kobe": 0.3125, "basel": 0.3125})
    assert (folder / "map.svg").read_bytes().startswith(b"<svg")
    features = json.loads((folder / "units.geojson").read_text(encoding="utf-8"))["features"]
    assert [each["properties"]["unit"] for each in features] == [*units]


@pytest.mark.long
def test_order_of_rows(discover):
    """The same bytes whatever the order of the rows, and of rows that are one place."""
    split = [row for name, lat, lon, papers in TOWNS for row in [(name, lat, lon, papers - 0.3), (name, lat, lon, 0.3)]]
    first = discover(split, name="a/made")
    second = discover(split[::-1][::2] + split[::2], name="b/made")

    assert {each.name for each in first.iterdir()} == {each.name for each in second.iterdir()}
    assert all(each.read_bytes() == (second / each.name).read_bytes() for each in first.iterdir())


@pytest.mark.long
def test_merged(discover, tmp_path):
    """Kobe's links outward are 6 to Osaka and 4 to Basel: 60 %, and Basel lies far off."""
    links = tmp_path / "links.csv"
    links.write_text("a,b,amount\nkobe,osaka,2\nosaka,kobe,4\nkobe,basel,4\nosaka,basel,90\nkobe,kobe,50\nx,y,25\n")
    words = ("--links", str(links), "--near", "30")
    one, two = discover(TOWNS, *words, "--merge-above", "0.59", name="one"), discover.out
    other = discover(TOWNS, *words, "--merge-above", "0.6", name="other")

    assert [each["name"] for each in rows(one / "units.csv")] == ["Osaka-Kobe", "Basel"]
    assert "merged by their links: 1 cluster" in two
    assert "links of places missing from the table: 14.3 %" in two  # 25 of 175
    assert [each["name"] for each in rows(other / "units.csv")] == ["Osaka", "Kobe", "Basel"]
    assert len(rows(discover(TOWNS, "--links", str(links), "--near", "20", name="far") / "units.csv")) == 3


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("bad", 95, 1, 1), "towns.csv, line 8: "),
        (("bad", 1, 1, "many"), "towns.csv, line 8: "),
        (("bad", 1, 1, -5), "an amount must not be negative; got -5"),
    ],
)
def test_mistakes(discover, row, said):
    """What no place and no amount can be is rejected, and nothing is written."""
    assert not discover([*TOWNS, row], code=2).exists()
    assert said in discover.err


@pytest.mark.long
def test_scenario(run, tmp_path):
    """An input of a scenario is read as the scenario says: the papers of `global` are those of the almanac."""
    words = ("--amount", "papers", "--min-amount", "50000", "--output")
    first = run("discover", "almanac:works", *words, str(tmp_path / "source"))
    assert (first[0], run("discover", "global", "--input", "works", *words, str(tmp_path / "scenario"))[0]) == (0, 0)
    assert (tmp_path / "source" / "units.csv").read_bytes() == (tmp_path / "scenario" / "units.csv").read_bytes()
    assert (
        "has no input 'work'; it has " in run("discover", "global", "--input", "work", *words, str(tmp_path / "x"))[2]
    )


@pytest.mark.long
def test_sources(run, tmp_path):
    """A source's table is asked by name; what it has not is reported with what it has."""
    out = ("--min-amount", "100", "--output", str(tmp_path / "made"))

    assert "choose with --amount: papers, top10_papers" in run("discover", "almanac:works", *out)[2]
    assert "has no table 'work'; it has " in run("discover", "almanac:work", *out)[2]
    assert (
        "has no column 'paper'; did you mean 'papers'?"
        in run("discover", "almanac:works", "--amount", "paper", *out)[2]
    )
    assert "needs options" in run("discover", "files:x", *out)[2]
    assert "--years 20: must be a year" in run("discover", "almanac:works", "--years", "20", *out)[2]
    assert run("discover", "almanac:unicorns", "--amount", "unicorns", *out)[0] == 0
    assert "exists, and nothing" in run("discover", "almanac:unicorns", "--amount", "unicorns", *out)[2]
    assert sum(float(each["value"]) for each in rows(tmp_path / "made" / "points.csv")) == sum_of_newest()


def sum_of_newest():
    """The companies of each place's newest year, counted differently."""
    import hubrank_almanac

    found = {}
    for each in rows(hubrank_almanac.DATA / "unicorns.csv"):
        if each["unicorns"]:
            found.setdefault((each["lat"], each["lon"]), {}).setdefault(each["year"], []).append(
                float(each["unicorns"])
            )
    return sum(sum(years[max(years)]) for years in found.values())
