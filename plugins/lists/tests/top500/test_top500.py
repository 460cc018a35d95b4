"""Lists as TOP500 writes them, with invented systems: sums worked out by hand."""

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hubrank.cli.app import run
from hubrank.plugin import FileProblem, Request
from hubrank.testing import examples
from hubrank_lists import top500
from hubrank_lists.files import Places
from hubrank_lists.top500 import Options

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")

HEADER = ["Rank", "Name", "Site", "Country", "Year", "Rmax [TFlop/s]", "Rpeak [TFlop/s]", "Site ID"]
ROWS = [
    [1, "A", "Lab One", "United States", 2024, 1_742_000.5, 2_000_000, 48553],
    [2, "B", "Lab One", "United States", 2022, 1_353_000, 2_000_000, 48553],
    [3, "C", "Internet Service P", "China", 2019, 10_000, 20_000, None],
    [4, "D", "Lab Two", "Korea, South", 2024, 9_000, 10_000, 7],
    [5, "E", "Lab Three", "Atlantis", 2024, 8_000, 10_000, 8],
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    return tmp_path


def book(path, rows=ROWS, header=HEADER):
    """A list as XLSX."""
    made = openpyxl.Workbook()
    for row in (header, *rows):
        made.active.append(row)
    made.save(path)
    return path


def table(options):
    """The rows: place and year with systems and TFlop/s."""
    request = Request(table="supercomputers", columns=(), first_year=None, last_year=None, options=options)
    (frame,) = top500.read(request)
    places = [each for each in ("lat", "lon", "country") if each in frame.columns]
    known = frame.astype(object).where(frame.notna(), None)
    keys = known[[*places, "year"]].itertuples(index=False, name=None)
    return dict(zip(keys, known[["systems", "rmax"]].itertuples(index=False, name=None), strict=True))


def note(options):
    """The note of the origin."""
    return top500.origins(options)[0].note


def test_by_country(folder):
    """1,742,000.5 + 1,353,000 TFlop/s; a country that no one knows is reported and has no place."""
    options = Options(file=book(folder / "TOP500_202506.xlsx"))

    assert table(options) == {
        ("CHN", 2025): (1, 10_000),
        ("KOR", 2025): (1, 9_000),
        ("USA", 2025): (2, 3_095_000.5),
        (None, 2025): (1, 8_000),
    }
    assert "No country that is known: 1 of 5 systems (Atlantis)." in note(options)
    assert top500.origins(options)[0].published == "2025-06"


def test_by_site(folder):
    """Two systems at one site; three at none that the user's table has, which is reported."""
    Path("sites.csv").write_text("Site_ID,Lat,Lon\n48553,35.93,-84.31\n99,1,2\n")
    options = Options(file=book(folder / "TOP500_202506.xlsx"), sites=Places(file=folder / "sites.csv"))

    assert table(options)[35.93, -84.31, "USA", 2025] == (2, 3_095_000.5)
    assert table(options)[None, None, "KOR", 2025] == (1, 9_000)
    assert "so in the country alone: 3 of 5 systems." in note(options)
    Path("sites.csv").write_text("site,lat,lon\nLab one,35.93,-84.31\nLAB TWO,37,127\n")
    assert table(options)[37, 127, "KOR", 2025] == (1, 9_000)


@pytest.mark.parametrize(
    ("month", "label", "speed"),
    [
        ("201706", "RMax", 93.0),
        ("201711", "Rmax", 93_000),
        ("201711", "Rmax [GFlop/s]", 93.0),
        ("201706", "RMAX (TFlop/s)", 93_000),
        ("202506", "Rmax [PFlop/s]", 93_000_000),
    ],
)
def test_units(folder, month, label, speed):
    """What the label says; where it says nothing, GFlop/s up to June 2017."""
    Path(f"TOP500_{month}.tsv").write_text(f"Rank\tSite\tCountry\t{label}\n1\tX\tJapan\t93,000\n")

    assert table(Options(file=folder / f"TOP500_{month}.tsv")) == {("JPN", int(month[:4])): (1, speed)}


def test_several_lists(folder):
    """Each year's later list counts; a month that is not in the name is asked for."""
    for month, number in (("202406", 1), ("202411", 2), ("202506", 3)):
        book(folder / f"TOP500_{month}.xlsx", ROWS[:number])
    assert table(Options(file=folder / "TOP500_*.xlsx")) == {
        ("USA", 2024): (2, 3_095_000.5),
        ("CHN", 2025): (1, 10_000),
        ("USA", 2025): (2, 3_095_000.5),
    }
    book(folder / "list.xlsx", ROWS[:1])
    with pytest.raises(FileProblem, match=r'list.xlsx: does not say which list it is; .*, or set month = "2025-06"'):
        table(Options(file=folder / "list.xlsx"))
    assert table(Options(file=folder / "list.xlsx", month="2023-11")) == {("USA", 2023): (1, 1_742_000.5)}
    book(folder / "b-TOP500_202506.xlsx")
    with pytest.raises(FileProblem, match=r"the same list twice: TOP500_202506.xlsx, b-TOP500_202506.xlsx"):
        table(Options(file=folder / "*TOP500_*.xlsx"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Rank\tSite\n1\tX\n", "TOP500_202506.tsv: is not a list of TOP500; it lacks Country, Rmax"),
        ("Rank\tCountry\tRmax [knots]\n1\tJapan\t9\n", 'Rmax has the unit "knots"; known: GFlop/s, TFlop/s, PFlop/s'),
        ("Rank\tCountry\tRmax\n1\tJapan\tfast\n", 'TOP500_202506.tsv, line 2: Rmax must be a number; got "fast"'),
        ("", "is not a list of TOP500"),
    ],
)
def test_what_is_no_list(folder, text, said):
    """Each is reported."""
    Path("TOP500_202506.tsv").write_text(text)
    with pytest.raises(FileProblem) as raised:
        table(Options(file=folder / "TOP500_202506.tsv"))
    assert said in str(raised.value)


@pytest.mark.long
def test_from_a_list_to_a_ranking(folder, capsys):
    """The page's scenario; Japan has none, and Korea's 9,000 TFlop/s are there."""
    shown = {each.file: each.code for each in examples(README, "top500") if each.file}
    Path("supercomputers.toml").write_text(shown["supercomputers.toml"])
    book(folder / "TOP500_202506.xlsx")

    assert run(["rank", "supercomputers.toml", "--output", "run"]) == 0
    found = pd.read_csv("run/values.csv").set_index("unit").iloc[:, 2]
    assert (found["USA"], found["KOR"], found["JPN"]) == (3_095_000.5, 9_000, 0)
    assert "not matched to a unit" in capsys.readouterr().out

    Path("sites.csv").write_text(shown["sites.csv"])
    Path("here.csv").write_text("unit,name,lat,lon,country\nridge,Oak Ridge,36.0,-84.3,USA\n")
    text = shown["supercomputers.toml"].replace('{ set = "countries" }', '{ file = "here.csv", within_km = 50 }')
    Path("sites.toml").write_text(text.replace("covers =", 'sites = { file = "sites.csv" }, covers ='))
    assert run(["rank", "sites.toml", "--output", "two"]) == 0
    assert pd.read_csv("two/values.csv").iloc[0, 3] == 3_095_000.5
