"""`hubrank discover`: from a table to a folder that ranks."""

import csv
import json
import tomllib

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
    """The plugin keeps the promises of its kind."""
    check()


@pytest.fixture
def discover(run, tmp_path, monkeypatch):
    """Runs the verb for rows of place, lat, lon and papers, and gives the folder."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))

    def begin(rows=TOWNS, *words, code=0, name="made", file="towns.csv", amount="papers"):
        table = tmp_path / file
        with table.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([("place", "lat", "lon", amount), *rows])
        more = ["--amount", amount, "--minimum", "100", "--output", str(tmp_path / name), *words]
        found, begin.out, begin.err = run("discover", str(table), *more)
        assert found == code, begin.err
        return tmp_path / name

    return begin


def rows(file):
    """The rows of a CSV."""
    with file.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


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
    assert "in no cluster: 8.6 % of papers; the largest places are 78.46 S 106.83 E 30" in discover.out
    assert "since no column says one" in discover.out
    assert ranked[0] == 0
    scores = {each["unit"]: each["score"] for each in json.loads(ranked[1])["ranking"]}
    assert scores == pytest.approx({"osaka": 0.375, "kobe": 0.3125, "basel": 0.3125})
    assert (folder / "map.svg").read_bytes().startswith(b"<svg")
    features = json.loads((folder / "units.geojson").read_text(encoding="utf-8"))["features"]
    assert [each["properties"]["unit"] for each in features] == [*units]


def test_name_that_is_taken(run, discover):
    """A folder may be called as an installed set of units is."""
    folder = discover(name="hubs")

    assert tomllib.loads((folder / "region.toml").read_text(encoding="utf-8"))["name"] == "hubs-2"
    assert run("rank", str(folder))[0] == 0


def test_joined_name(discover):
    """Two large places that lie apart name one cluster: Kobe has more than a third of Osaka's people."""
    folder = discover(TOWNS, "--radius", "30")

    assert [each["name"] for each in rows(folder / "units.csv")] == ["Osaka-Kobe", "Basel"]
    assert [each["name"] for each in rows(folder / "left-out.csv")] == ["78.46 S 106.83 E"]


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
    assert "links of places that the table has not: 14.3 %" in two  # 25 of 175
    assert [each["name"] for each in rows(other / "units.csv")] == ["Osaka", "Kobe", "Basel"]
    assert len(rows(discover(TOWNS, "--links", str(links), "--near", "20", name="far") / "units.csv")) == 3


def test_links_that_tell_nothing(discover, tmp_path):
    """A name of two places, and links between places that the table has not, are refused."""
    links = tmp_path / "links.csv"
    links.write_text("a,b,amount\nkobe,osaka,2\n")
    discover([*TOWNS, ("kobe", 1, 1, 5)], "--links", str(links), code=2)
    assert "has one name for several places, so that links cannot tell them: kobe" in discover.err
    links.write_text("a,b,amount\nkobe,tokyo,2\n")
    discover(TOWNS, "--links", str(links), code=2)
    assert "none of its links is between places that the table's column 'place' names" in discover.err
    discover(TOWNS, "--links", str(links), "--key", "town", code=2)
    assert "no column 'town'" in discover.err


def test_left_out(discover):
    """Rows without a place, and those without an amount, are told."""
    folder = discover([*TOWNS, ("nowhere", "", "", 7), ("empty", 1, 1, "")])

    assert "1 row without lat and lon is left out, with 7 papers" in discover.out
    assert "1 row without papers is left out" in discover.out
    assert len(rows(folder / "points.csv")) == 6


def test_years(run, tmp_path):
    """Of a table with years those that are asked for count; the newest of them is the edition."""
    table = tmp_path / "papers.csv"
    table.write_text("lat,lon,year,papers\n0,0,2019,40\n0,0,2020,50\n0,0,2021,60\n10,10,2021,100\n")
    words = ("--amount", "papers", "--minimum", "90", "--years", "2019-2020", "--output", str(tmp_path / "made"))

    assert run("discover", str(table), *words)[0] == 0
    assert [(each["year"], each["value"]) for each in rows(tmp_path / "made" / "points.csv")] == [("2020", "90")]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("bad", 95, 1, 1), "towns.csv, line 8: "),
        (("bad", 1, 1, "many"), "towns.csv, line 8: "),
        (("bad", 1, 1, -5), "an amount must not be negative; got -5"),
    ],
)
def test_mistakes(discover, row, said):
    """What no place and no amount can be is refused, and nothing is written."""
    assert not discover([*TOWNS, row], code=2).exists()
    assert said in discover.err


def test_no_cluster(discover):
    """Where nothing is dense, the densest is told: Basel, Lörrach and Saint-Louis have 100, Osaka 120."""
    assert not discover(TOWNS, "--minimum", "121", code=2).exists()
    assert "no place has 121 within 15 km" in discover.err
    assert "the most is 120" in discover.err


def test_hostile_names(run, discover):
    """What a file and its column are called is text everywhere."""
    folder = discover(TOWNS, file="=1+[x](javascript:y)'.csv", amount='<img src=x onerror="y">\x1b[2J')
    title = tomllib.loads((folder / "scenario.toml").read_text(encoding="utf-8"))["title"]

    assert title.startswith("Clusters of <img")
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert readme.count("<img") == readme.count("\\<img") > 0
    assert readme.count("](javascript") == readme.count("\\](javascript") > 0
    assert "\x1b" not in discover.out
    assert run("rank", str(folder))[0] == 0


@pytest.mark.long
def test_scenario(run, tmp_path):
    """An input of a scenario is read as the scenario says: the papers of `global` are those of the almanac."""
    words = ("--amount", "papers", "--minimum", "50000", "--output")
    first = run("discover", "almanac:works", *words, str(tmp_path / "source"))
    second = run("discover", "global", "--input", "works", *words, str(tmp_path / "scenario"))

    assert (first[0], second[0]) == (0, 0)
    assert (tmp_path / "source" / "units.csv").read_bytes() == (tmp_path / "scenario" / "units.csv").read_bytes()
    assert (
        "has no input 'work'; it has " in run("discover", "global", "--input", "work", *words, str(tmp_path / "x"))[2]
    )


def test_places_of_other_tables(run, discover, tmp_path):
    """A table that knows no clusters is put into them as the points were; what is a step off a cluster is in none."""
    folder = discover()
    more = [
        ("weil", 47.593, 7.62, "DEU", 4),
        ("colmar", 48.081, 7.355, "FRA", 1000),
        ("umeda", 34.705, 135.498, "JPN", 1),
    ]
    with (folder / "firms.csv").open("w", newline="") as out:
        csv.writer(out).writerows(
            [("firm", "lat", "lon", "country", "year", "value"), *[(*row[:4], 2024, row[4]) for row in more]]
        )
    text = (
        (folder / "scenario.toml")
        .read_text()
        .replace('source = "made"', 'source = "files"\noptions = { file = "firms.csv", kind = "stock" }')
    )
    text = text.replace(text.partition("editions = [")[2].partition("]")[0], "2024")
    (folder / "firms.toml").write_text(text)
    code, printed, errors = run("rank", str(folder / "firms.toml"), "--format", "json")

    assert code == 0, errors
    scores = {each["unit"]: each["score"] for each in json.loads(printed)["ranking"] if each["score"]}
    assert scores == pytest.approx({"basel": 0.8, "osaka": 0.2})


def test_sources(run, tmp_path):
    """A source's table is asked by name; what it has not is told with what it has."""
    out = ("--minimum", "100", "--output", str(tmp_path / "made"))

    assert "choose with --amount: papers, top10_papers" in run("discover", "almanac:works", *out)[2]
    assert "has no table 'work'; it has " in run("discover", "almanac:work", *out)[2]
    assert (
        "has no column 'paper'; did you mean 'papers'?"
        in run("discover", "almanac:works", "--amount", "paper", *out)[2]
    )
    assert "needs options" in run("discover", "files:x", *out)[2]
    assert "--years 20: must be a year" in run("discover", "almanac:works", "--years", "20", *out)[2]
    assert run("discover", "almanac:unicorns", "--amount", "unicorns", *out)[0] == 0
    assert "is there already" in run("discover", "almanac:unicorns", "--amount", "unicorns", *out)[2]
    newest = sum(float(each["value"]) for each in rows(tmp_path / "made" / "points.csv"))
    assert newest == sum_of_newest()


def sum_of_newest():
    """The companies of each place's newest year, counted otherwise."""
    import hubrank_almanac

    found = {}
    for each in rows(hubrank_almanac.DATA / "unicorns.csv"):
        if each["unicorns"]:
            found.setdefault((each["lat"], each["lon"]), {}).setdefault(each["year"], []).append(
                float(each["unicorns"])
            )
    return sum(sum(years[max(years)]) for years in found.values())
