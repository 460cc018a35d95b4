"""A folder with a `region.toml`: units, tables and scenarios without a line of Python."""

import hashlib
import tomllib

import pytest
from hubrank.errors import ScenarioError
from hubrank.methods import builtins, derived
from hubrank.plugin import Region, Registry
from hubrank.results.rank import plan_of, rank
from hubrank.results.save import write_run
from hubrank.scenario import files

REGION = """
name = "lakes"
title = { en = "Towns by the lake", de = "Städte am See" }

[units]
file = "towns.csv"
within_km = 15
origins = ["bureau"]

[origins.bureau]
producer = "Lake District Statistical Bureau"
title = "Towns 2024"
licence = "CC BY 4.0"

[tables.people]
file = "people.csv"
origin = "bureau"
every = 2
columns = { unit = "the town's code", year = "year", population = "people", firms = "firms" }

[tables.shops]
file = "shops.csv"
kind = "flow"
origin = "bureau"
covers = { first = 2020, last = 2024 }
columns = { lat = "degrees north", lon = "degrees east", year = "year", shops = "shops opened" }
options = { delimiter = ";", decimal = ",", columns = { lat = "north", lon = "east", shops = "number" } }
"""
TOWNS = "unit,name,country,lat,lon\na,Aford,GBR,54.3,-2.9\nb,Bford,GBR,54.5,-3.1\nc,Cford,GBR,54.7,-2.8\n"
PEOPLE = "unit,year,population,firms\na,2024,10000,50\nb,2024,20000,400\nc,2023,5000,80\n"
SHOPS = "north;east;year;number\n54,31;-2,9;2024;3\n54,29;-2,91;2024;4\n54,5;-3,1;2024;2\n54,5;-3,1;2023;90\n"
SCENARIO = """
title = "Towns"
editions = [2024]
normalisation = "min-max"
aggregation = "arithmetic"
[inputs]
people = { source = "lakes" }
shops = { source = "lakes" }
[dimensions.life]
[indicators]
firms = { indicator = "value", dimension = "life", inputs = { values = "people" } }
shops = { indicator = "value", dimension = "life", inputs = { values = "shops" }, options = { absent = 0 } }
"""


@pytest.fixture
def region(tmp_path):
    """A region's folder, and a function that writes some of its files again."""
    folder = tmp_path / "lakes"
    folder.mkdir()

    def write(**texts):
        names = {"region": "region.toml", "scenario": "scenario.toml", "towns": "towns.csv"}
        names |= {"people": "people.csv", "shops": "shops.csv"}
        for name, text in texts.items():
            (folder / names[name]).write_text(text, encoding="utf-8")
        return folder

    write(region=REGION, towns=TOWNS, people=PEOPLE, shops=SHOPS, scenario=SCENARIO)
    return write


def registry(*plugins):
    """The core's parts, and those of some plugins."""
    return Registry.of(derived, builtins, files, *plugins)


def values(ranking):
    """The values of each unit."""
    return {code: ranking.measurement.values[0, at].tolist() for at, code in enumerate(ranking.codes)}


def problems(folder):
    """What is said of a region that cannot be ranked."""
    with pytest.raises(ScenarioError) as caught:
        rank(str(folder), registry())
    return str(caught.value)


#: Shops of 2024 within 15 km: 3 + 4 and 2; c has none, and the table covers it. The population of c may be a year old.
FIGURES = {"a": [50.0, 7.0], "b": [400.0, 2.0], "c": [80.0, 0.0]}


@pytest.mark.parametrize("name", ["lakes", "lakes/scenario.toml"])
def test_a_folder_is_ranked(region, monkeypatch, name):
    """The folder, or the scenario in it: its units and tables are known without an installation."""
    monkeypatch.chdir(region().parent)

    assert values(rank(name, registry())) == FIGURES


def test_a_region_is_a_plugin(region):
    """What a distribution's entry point names: the object brings a unit set, a source and its scenarios."""
    folder = region()
    (folder / "small.toml").write_text('extends = "lakes"\n[units]\nwhere = { unit = ["a", "b"] }\n')
    known = registry(Region.beside(str(folder / "__init__.py")))

    assert known.broken == ()
    assert [known.names(kind) for kind in ("unit set", "source", "scenario")] == [
        ("lakes",),
        ("files", "lakes"),
        ("lakes", "lakes-small"),
    ]
    ranking = rank("lakes-small", known)
    assert ranking.codes == ("a", "b")
    assert ranking.plan.loaded.table.get("region") is None
    assert [each.licence for each in ranking.plan.units.origins] == ["CC BY 4.0"]


def test_a_run_remembers_the_files(region, tmp_path):
    """The run's scenario finds the region again and reports a change of any of its files by name."""
    folder = region()
    ranking = rank(str(folder), registry())
    write_run(ranking, tmp_path / "run")
    table = tomllib.loads((tmp_path / "run" / "scenario.toml").read_text())

    assert table["region"] == "../lakes"
    assert table["files"] == {
        f"../lakes/{name}": hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in ("people.csv", "region.toml", "shops.csv", "towns.csv")
    }
    assert values(rank(str(tmp_path / "run" / "scenario.toml"), registry())) == values(ranking)
    region(people=PEOPLE.replace("50", "60"))
    assert values(rank(str(tmp_path / "run"), registry())) == values(ranking)
    with pytest.raises(ScenarioError, match=r"people\.csv: has changed since the scenario was recorded"):
        rank(str(tmp_path / "run" / "scenario.toml"), registry())
    region(towns=TOWNS.replace("Aford", "Ayford"))
    with pytest.raises(ScenarioError, match=r"towns\.csv: has changed"):
        rank(str(tmp_path / "run"), registry())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "lakes"', 'name = "the lakes"', "name: must consist of letters, digits, '-' and '_'; got the text"),
        ('licence = "CC BY 4.0"', "", "origins.bureau.licence: missing; it has no default"),
        ('licence = "CC BY 4.0"', 'name = "x"\nlicence = "y"', "origins.bureau.name: unknown key"),
        ('file = "towns.csv"', 'file = "towns.csv"\nset = "hubs"', "units: needs either set (an installed unit set)"),
        ('file = "towns.csv"', 'set = "hubs"\nplaces = "towns.csv"', "units.places: is of units in a file; set file"),
        ("every = 2", "every = 0", "tables.people.every: must be at least 1 year; got 0"),
        (
            "every = 2",
            'count_distinct = "firms"',
            "tables.people.count_distinct: is for a flow; a stock has one level at each place",
        ),
        ("every = 2", 'texts = ["firm"]', "tables.people.texts: there is no column 'firm'; did you mean 'firms'?"),
        (
            'name = "lakes"',
            'name = "lakes"\nscenario = "a/b.toml"',
            "scenario: must be a .toml file beside region.toml",
        ),
        ('file = "people.csv"', 'file = "/etc/passwd"', "/etc/passwd: lies outside the region's folder"),
        ('file = "people.csv"', 'file = "link.csv"', "link.csv: lies outside the region's folder"),
        ('file = "people.csv"', 'file = "a\\u0000b"', "lies outside the region's folder"),
        ("[units]", "[units", "region.toml: 1 problem\n  5  "),
        ("[units]", "a = " + "[" * 200 + "]" * 200 + "\n[units]", "the limit depth is 100"),
    ],
)
def test_mistakes(region, tmp_path, old, new, said):
    """Each error of `region.toml` is a sentence with its key, hostile ones too."""
    folder = region(region=REGION.replace(old, new, 1))
    (tmp_path / "secret.csv").write_text("unit,year,population,firms\na,2024,1,1\n")
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")

    assert said in problems(folder)


def test_check_reads_the_tables(region):
    """What `rank` would refuse of a region's tables, `check` reports: cells with decimal commas."""
    folder = region(people=PEOPLE.replace("10000,50", '10000,"5,5"'))
    with pytest.raises(ScenarioError, match='firms must be a number; got "5,5"'):
        plan_of(str(folder), registry(), tables=True)
    assert 'firms must be a number; got "5,5"' in problems(folder)
