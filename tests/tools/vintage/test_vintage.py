"""New vintages: tables worked out by hand, what is carried, what stops the build, and what a ranking makes of it."""

import csv
import json
import math
from pathlib import Path

import hubrank_scenarios
import pandas as pd
import pytest
import tomli
from hubrank_almanac import DATA

from tools.vintage import building
from tools.vintage.__main__ import main
from tools.vintage.building import Placer, carried, of_leiden, of_nobel, of_openalex
from tools.vintage.judging import Finding, Hubs
from tools.vintage.writing import files_of

CARRIED = sorted({path.stem for path in DATA.glob("*.csv")} - {"report", "losses", "works", "laureates"})
SIGNED = '[[signed]]\nfindings = ["low:works:london", "none:unicorns:*"]\nreason = "Made up: of two cities."\n'
OF_WORKS = Finding("low:works:london", "london: works.papers is 0, 4.0 deviations too low")
OF_UNICORNS = Finding("none:unicorns:tianjin", "tianjin: none in unicorns")


@pytest.fixture
def placer():
    """Places of GeoNames."""
    return Placer()


def rows(path, **equal):
    """The rows of a table that are as given."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if all(row[name] == text for name, text in equal.items())]


@pytest.mark.long
def test_what_is_carried_is_written_as_it_was():
    """The vintage that is built in, read and written again, is the same bytes."""
    made = files_of(
        list(carried().values()),
        (DATA / "origins.toml").read_text(encoding="utf-8"),
        Hubs(hubrank_scenarios.UNITS),
        2026,
    )

    assert made == {path.name: path.read_bytes() for path in DATA.iterdir() if path.is_file()}


def test_a_point_becomes_its_city(placer):
    """By GeoNames id, or within 6 km in its country; else a cell of 0.01 degree; nowhere without a point."""
    assert placer.snapped(52.2054, 0.1132, "GBR").geonames == 2653941
    assert placer.snapped(0.0, 0.0, "GBR", 2653941).name == "Cambridge"
    far = placer.snapped(57.2512, -4.9087, "GBR")
    assert (far.lat, far.lon, far.geonames, far.country) == (57.25, -4.91, 0, "GBR")
    assert placer.snapped(52.2054, 0.1132, "FRA").geonames == 0
    assert placer.snapped(52.2054, 0.1132, None).country == "GBR"
    assert placer.snapped(math.nan, math.nan, "GBR") is None


def test_works_of_openalex(placer):
    """The years of a period add up for each city, and periods end in each year from 2019 on."""
    place = {"geonames": "2653941", "lat": 52.2, "lon": 0.12, "country": "GBR", "method": "as told"}
    amounts = {"top10_papers": 1.0, "top1_papers": math.nan, "industry_papers": 2.0, "international_papers": 3.0}
    frame = pd.DataFrame([{**place, "year": year, "papers": year - 2010.0, **amounts} for year in range(2016, 2021)])
    table = of_openalex(frame, placer, "openalex-2026-11", "OpenAlex")

    found = table.rows[["from_year", "year", "papers", "top10_papers", "top1_papers", "vintage"]].to_numpy().tolist()
    assert found == [
        ["2016", "2019", "30", "4", "", "2016-2019"],  # 6 + 7 + 8 + 9
        ["2017", "2020", "34", "4", "", "2017-2020"],  # 7 + 8 + 9 + 10
    ]
    (account,) = table.accounts
    assert (account.input, account.amount, account.amount_placed) == ("OpenAlex, 2017-2020", 34, 34)


def test_works_of_leiden(placer):
    """Two universities of a city add up; periods that begin before 2016 are left out; names are for the judge alone."""
    said = {"country": "GBR", "method": "full", "top1_papers": 1.0, "industry_papers": 1.0, "international_papers": 1.0}
    listed = [("A", 52.2, 2020, 10.0), ("B", 52.21, 2020, 5.0), ("A", 52.2, 2015, 9.0), ("C", math.nan, 2020, 2.0)]
    frame = pd.DataFrame(
        [
            {"university": name, "lat": lat, "lon": lat - 52.08, "from_year": year, "year": year + 3, "papers": papers}
            | {"top10_papers": 1.0, **said}
            for name, lat, year, papers in listed
        ]
    )
    table = of_leiden(frame, placer, "leiden-2026-11", "Leiden")

    assert table.rows[["place_name", "year", "papers"]].to_numpy().tolist() == [["Cambridge", "2023", "15"]]
    (account,) = table.accounts
    assert (account.rows, account.placed, account.amount - account.amount_placed) == (3, 2, 2)
    assert [name for name, _ in account.named] == ["A", "B"]
    assert "A" not in table.rows.to_numpy()


def test_laureates(placer):
    """They add up by city, year and category; one without a place is reported as lost, with the reason."""
    columns = ["geonames", "lat", "lon", "country", "year", "category", "laureates", "method"]
    listed = [
        (2653941, 52.2, 0.12, "GBR", 2024, "Chemistry", 1.0, "by Wikidata"),
        (None, 52.2, 0.12, "GBR", 2024, "Chemistry", 1.0, "by the API"),
        (None, math.nan, math.nan, None, 2023, "Physics", 1.0, "no organisation"),
    ]
    frame = pd.DataFrame(listed, columns=columns).astype({"geonames": "Int64"})
    table = of_nobel(frame, placer, "nobel-2026-11", "Nobel Prize API")

    assert table.rows[["place_name", "year", "category", "laureates"]].to_numpy().tolist() == [
        ["Cambridge", "2024", "Chemistry", "2"]
    ]
    assert table.accounts[0].lost == ["Physics 2023: no organisation (1)"]


@pytest.fixture
def judged(monkeypatch):
    """A judge who finds nothing in the vintage that is built in, and two things in the new one."""
    monkeypatch.setattr(building, "judge", lambda tables, *_, **__: _found(tables))
    monkeypatch.setattr(building, "moved", lambda *_: [])


def _found(tables):
    return [OF_UNICORNS, OF_WORKS] if len(tables["works"].rows) < 100 else []


@pytest.mark.long
def test_from_nothing_to_a_vintage(services, judged, capsys):
    """Nothing is fetched unasked; a finding that no one signed stops it; then two tables are new and the others old."""
    assert main(["--output", "new"]) == 2
    assert services.log == []
    assert main(["--output", "new", "--yes"]) == 4
    told = capsys.readouterr().err
    assert "unsigned: low:works:london: london: works.papers is 0, 4.0 deviations too low" in told
    assert "2 findings to decide; nothing is written" in " ".join(told.split())
    assert not Path("new").exists()

    asked = len(services.log)
    Path("signed.toml").write_text(SIGNED)
    assert main(["--output", "new", "--decisions", "signed.toml"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert len(services.log) == asked
    carried_part = said.partition("carried from the vintage that is built in")[2]
    assert "listed-companies 2022 financedatabase" in carried_part
    assert "works" not in carried_part

    assert [[row[name] for name in ("place_name", "lat", "year", "papers")] for row in rows("new/works.csv")] == [
        ["Cambridge", "52.2", "2022", "170"],
        ["Cambridge", "52.2", "2023", "192"],
        ["Oxford", "51.75222", "2023", "300"],
        ["near Inverness", "57.25", "2023", "5"],
    ]
    (row,) = rows("new/works.csv", place_name="Cambridge", year="2023")
    amounts = [row[name] for name in ("from_year", "top10_papers", "industry_papers", "international_papers")]
    assert amounts == ["2020", "21", "19", "96"]
    assert "a paper of two universities is 1 for each" in row["method"]
    laureates = rows("new/laureates.csv")
    assert [[row[name] for name in ("place_name", "year", "category", "laureates")] for row in laureates] == [
        ["Cambridge", "2024", "Chemistry", "2"],
        ["Oxford", "2020", "Physics", "1"],
    ]


@pytest.mark.long
def test_what_a_vintage_says_of_itself(services, judged):
    """Carried tables are the same bytes; origins have retrieval dates; unassigned rows are in the report."""
    Path("signed.toml").write_text(SIGNED)
    assert main(["--output", "new", "--yes", "--decisions", "signed.toml"]) == 0

    assert all((Path("new") / f"{name}.csv").read_bytes() == (DATA / f"{name}.csv").read_bytes() for name in CARRIED)
    about = tomli.loads(Path("new/vintage.toml").read_text())
    assert sorted(about["carried"]) == CARRIED
    assert about["tables"] == {
        "works": {"source": "leiden"},
        "laureates": {"source": "nobel", "covers": {"first": 1901, "last": 2024}},
    }
    origins = tomli.loads(Path("new/origins.toml").read_text())
    (leiden,) = [name for name in origins if name.startswith("leiden-20") and name != "leiden-2020"]
    assert leiden == f"leiden-{origins[leiden]['accessed'][:7]}"
    assert origins[leiden]["published"] == "2025-10-30"
    assert "leiden-2020" not in origins
    assert origins["arwu"] == tomli.loads((DATA / "origins.toml").read_text(encoding="utf-8"))["arwu"]
    (line,) = rows("new/report.csv", table="works")
    assert (line["rows"], line["rows_not_placed"], line["amount_not_placed"]) == ("5", "1", "7.0")
    assert json.loads(Path("new/report.json").read_text())["tables"]["works"] == {"rows": 4, "places": 3}
