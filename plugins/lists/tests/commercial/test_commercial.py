"""Exports as their services write them, with invented companies: counts and sums worked out by hand."""

from pathlib import Path

import pandas as pd
import pytest
from hubrank.cli.app import run
from hubrank.plugin import FileProblem, Request
from hubrank.testing import examples
from hubrank_lists import exports
from hubrank_lists.commercial import CBINSIGHTS, CRUNCHBASE, DEALROOM
from hubrank_lists.exports import Options
from hubrank_lists.files import Places

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")

#: Invented exports in the forms that services have.
CASES = Path(__file__).parent / "cases"
#: A title of two lines, a blank row, a leading column and others that are empty, Windows' line ends, a byte order mark.
EMPTY = "," * 30
CLUB = (
    f'\ufeff,"Global Unicorn Club: Private Companies Valued at $1B+\n(as of March 20th, 2024)"{EMPTY},,,,,,\r\n'
    f",,,,,,,{EMPTY}\r\n"
    f",Company,Valuation ($B),Date Joined,Country,City,Industry,Select Investors{EMPTY}\r\n"
    f',A,$225.00 ,4/7/2017,United States,San Francisco,Fintech,"One, Two"{EMPTY}\r\n'
    f",B,$1.00 ,7/13/2018,United States, San Francisco ,Fintech,{EMPTY}\r\n"
    f",C,$1.50 ,2018-02-01,Singapore,,Fintech,Three{EMPTY}\r\n"
    f",D,Unknown,7/3/2018,Germany,,Fintech,Three{EMPTY}\r\n"
    f",E,$2.00 ,7/3/2018,United States,Springfield,Fintech,Three{EMPTY}\r\n"
    f",F,$3.00 ,7/3/2018,Atlantis,Poseidonis,Fintech,Three{EMPTY}\r\n"
)
BULK = (CASES / "crunchbase.csv").read_text(encoding="utf-8")
ROUNDS = (CASES / "dealroom.csv").read_text(encoding="utf-8")


@pytest.fixture
def there(tmp_path, monkeypatch):
    """Writes a file into the folder of the test, and gives its options."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))

    def write(text, name="export.csv", **options):
        Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return Options(file=tmp_path / name, **options)

    return write


def table(source, name, options):
    """A table as `place: {year: amounts}`; a place is its GeoNames id, or its country, or nothing."""
    (frame,) = source.read(Request(table=name, columns=(), first_year=None, last_year=None, options=options))
    places = frame["geonames"].astype("Int64").astype(object).where(frame["geonames"].notna(), frame["country"])
    amounts = frame.drop(columns=["geonames", "lat", "lon", "country", "year"])
    rows = zip(places, frame["year"], amounts.itertuples(index=False), strict=True)
    return {(place if place == place else None, year): tuple(amount) for place, year, amount in rows}


def note(source, options):
    """The losses in the origin's note."""
    (origin,) = source.origins(options)
    return origin.note


SAN_FRANCISCO, MUNICH, SINGAPORE = 5391959, 2867714, 1880252
UNKNOWN = pytest.approx(float("nan"), nan_ok=True)


@pytest.mark.long
def test_the_list_of_unicorns(there):
    """225 + 1 billion at San Francisco; no city in Germany, three Springfields, no Atlantis: all are reported."""
    options = there(CLUB)

    assert [each.name for each in CBINSIGHTS.tables(options)] == ["unicorns", "new-unicorns"]
    assert table(CBINSIGHTS, "unicorns", options) == {
        (SAN_FRANCISCO, 2024): (2, 226),
        (SINGAPORE, 2024): (1, 1.5),
        ("DEU", 2024): (1, UNKNOWN),
        ("USA", 2024): (1, 2),
        (None, 2024): (1, 3),
    }
    told = note(CBINSIGHTS, options)
    assert "No country that is known: 1 of 6 rows." in told
    assert "No city, so in the country alone: 1 of 6 rows." in told
    assert "apart, so in the country alone: 1 of 6 rows (Springfield (USA))." in told
    assert "Nothing in 'Valuation ($B)': 1 of 6 rows." in told
    assert table(CBINSIGHTS, "new-unicorns", options)[SAN_FRANCISCO, 2018] == (1,)


def test_cities_that_a_user_places(there, tmp_path):
    """Names that are unclear are in a table of the user's, which takes precedence."""
    there("city,country,lat,lon\nSpringfield,USA,39.8,-89.65\nSan Francisco,United States,37.5,-122\n", "cities.csv")
    options = there(CLUB, cities=Places(file=tmp_path / "cities.csv"))

    request = Request(table="unicorns", columns=(), first_year=None, last_year=None, options=options)
    (frame,) = CBINSIGHTS.read(request)
    assert frame[frame["country"] == "USA"].set_index("lat")["unicorns"].to_dict() == {39.8: 1, 37.5: 2}
    assert "Springfield" not in note(CBINSIGHTS, options)
    before = CBINSIGHTS.fingerprint(request)
    for text, said in (
        ("city,country,lat,lon\nX,Atlantis,1,2\n", r"an unknown country, or a city twice: X \(Atlantis\)"),
        ("city,country,lat,lon\nX,USA,1,2\nx,US,1,2\n", r"a city twice: x \(US\)"),
        ("city,country,lat,lon\nX,USA,91,2\n", "cities.csv, line 2: lat must be a number from -90 to 90"),
        ("city,country,lat\nX,USA,1\n", "cities.csv: no column 'lon'"),
    ):
        there(text, "cities.csv")
        assert CBINSIGHTS.fingerprint(request) != before
        with pytest.raises(FileProblem, match=said):
            table(CBINSIGHTS, "unicorns", options)


def test_the_bulk_export(there):
    """Investors are no companies; Cambridge is identified by country and region; NAM is Namibia; D has no year."""
    options = there(BULK, year=2025)

    assert table(CRUNCHBASE, "companies", options) == {
        (MUNICH, 2019): (1,),
        (4931972, 2019): (1,),
        (3352136, 2020): (1,),
    }
    assert table(CRUNCHBASE, "total-funding", options) == {
        (MUNICH, 2025): (46, 1),
        (4931972, 2025): (0.5, 1),
        (2653941, 2025): (UNKNOWN, 0),
        (3352136, 2025): (0.25, 1),
    }
    assert "Nothing in 'founded_on': 1 of 5 rows." in note(CRUNCHBASE, options)


def test_dealroom(there):
    """The header is below the metadata; a city that no one knows is at its point's; rounds are parted by semicolons."""
    options = there(ROUNDS, year=2025)

    assert table(DEALROOM, "unicorns", options) == {(MUNICH, 2025): (1, 2.5), (5372223, 2025): (1, 4)}
    assert table(DEALROOM, "new-unicorns", options) == {(MUNICH, 2021): (1,), (5372223, 2019): (1,)}
    assert table(DEALROOM, "companies", options) == {
        (MUNICH, 2012): (1,),
        (MUNICH, 2013): (1,),
        (5372223, 2013): (1,),
        ("FRA", 2013): (1,),
    }
    assert table(DEALROOM, "total-funding", options) == {
        (MUNICH, 2025): (61.5, 1),
        (5372223, 2025): (1200, 1),
        ("FRA", 2025): (1, 1),
    }
    assert table(DEALROOM, "funding", options) == {(MUNICH, 2013): (1,), (MUNICH, 2014): (1,), (MUNICH, 2015): (1,)}
    assert "in the country alone: 1 of 4 rows (Nulle-Part (FRA))." in note(DEALROOM, options)


def test_errors_are_reported_by_line_and_column(there):
    """All at once; a quoted cell of two lines moves the lines below."""
    wrong = CLUB.replace("$1.00 ", "a lot").replace("$1.50 ", "€2B").replace("4/7/2017", "in spring")
    with pytest.raises(FileProblem) as raised:
        table(CBINSIGHTS, "unicorns", there(wrong))
    assert raised.value.problems == (
        'export.csv, line 5: Date Joined must be a year, a whole number from 1 to 9999; got "in spring"',
        'export.csv, line 6: Valuation ($B) must be dollars, such as $1.5B or 1,500,000; got "a lot"',
        'export.csv, line 7: Valuation ($B) must be dollars, such as $1.5B or 1,500,000; got "€2B"',
    )

    wrong = ROUNDS.replace("mar/2013;2015-06", "mar/2013").replace("SEED,2014", "SEED,last year")
    with pytest.raises(FileProblem) as raised:
        table(DEALROOM, "funding", there(wrong))
    assert raised.value.problems == (
        "export.csv, line 5: the lists of rounds have different lengths: Each round date 1, Each round type 2",
        'export.csv, line 6: Each round date must be dates; got "last year"',
    )


@pytest.mark.parametrize(
    ("text", "unit", "amount"),
    [
        ("$225.00 ", 1e9, 225e9),
        ("$180B", 1.0, 180e9),
        ("12,345", 1.0, 12345),
        ("1.5bn", 1.0, 1.5e9),
        ("US$3k", 1e6, 3000),
        ("12,34", 1.0, None),
        ("€5", 1.0, None),
        ("1e9", 1.0, None),
    ],
)
def test_dollars(text, unit, amount):
    """A unit that a cell has itself counts; what is no amount of dollars is none."""
    assert exports.dollars(text, unit) == amount


def test_from_an_export_to_a_ranking(there, capsys):
    """The page's scenario: hubs with the values of the export, 0 without any; unassigned rows are reported."""
    there(CLUB, "unicorns.csv")
    (shown,) = [each for each in examples(README, "commercial") if each.file == "unicorns.toml"]
    Path(shown.file).write_text(shown.code)

    assert run(["rank", shown.file, "--output", "run"]) == 0
    values = pd.read_csv("run/values.csv").set_index("unit")
    assert values.loc["san-francisco-bay-area"].iloc[2] == 2
    assert values.loc["singapore"].iloc[2] == 1
    assert values.loc["munich"].iloc[2] == 0
    assert pd.read_csv("run/unassigned.csv")["rows"].sum() == 3
    assert "licensed to you by CB Insights" in Path("run/record.json").read_text(encoding="utf-8")
    files = [each for each in Path("run").rglob("*") if each.is_file()]
    assert [each.name for each in files if b"Poseidonis" in each.read_bytes() and each.name != "record.json"] == []
