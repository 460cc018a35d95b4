"""The almanac's tables against the builder, the published lists, and the meaning that the core gives to rows."""

import csv
import importlib.util
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ALMANAC = Path(__file__).resolve().parents[1]
DATA = ALMANAC / "src/hubrank_almanac/data"
PROJECT = ALMANAC.parents[1]
RAW = Path(os.environ.get("HUBRANK_REFERENCE", PROJECT.parent / "shared/data")) / "almanac"
TABLES = sorted(path.stem for path in DATA.glob("*.csv") if path.stem not in ("report", "losses"))
SNAPSHOTS = [
    "universities",
    "university-papers",
    "unicorns",
    "highly-cited",
    "listed-companies",
    "research-spending",
]
PLACE = ["place_name", "geonames", "lat", "lon", "country"]


def rows(name: str, **equal: str) -> list[dict[str, str]]:
    """A table's rows, those whose columns are as given."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        every = list(csv.DictReader(file))
    return [row for row in every if all(row[column] == value for column, value in equal.items())]


def total(name: str, amount: str, **equal: str) -> float:
    """The sum of a column over such rows; a missing amount adds nothing."""
    return sum(float(row[amount]) for row in rows(name, **equal) if row[amount])


@pytest.mark.long
@pytest.mark.skipif(not RAW.exists(), reason=f"no raw tables in {RAW.name}: set HUBRANK_REFERENCE")
@pytest.mark.skipif(importlib.util.find_spec("pandas") is None, reason="pandas builds the tables")
def test_committed_tables_are_what_the_builder_writes(tmp_path: Path) -> None:
    """Building again from the raw tables gives every committed file, byte for byte."""
    command = [sys.executable, "-m", "tools.almanac", "--raw", str(RAW), "--output", str(tmp_path)]
    subprocess.run(command, cwd=PROJECT, check=True, timeout=300)
    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    assert built == {path.name: path.read_bytes() for path in DATA.iterdir() if path.is_file()}


@pytest.mark.parametrize("table", TABLES)
def test_every_row_has_an_origin_with_a_licence(table: str) -> None:
    """No value is shipped whose maker and terms are not written down."""
    origins = tomllib.loads((DATA / "origins.toml").read_text(encoding="utf-8"))
    used = {row["origin"] for row in rows(table)}

    assert used
    assert all(origins[origin]["licence"] and origins[origin]["citation"] for origin in used)


@pytest.mark.parametrize("table", SNAPSHOTS)
def test_a_place_of_a_snapshot_has_a_row_in_every_vintage(table: str) -> None:
    """A place that fell out of a list says 0 there, so that no old count is carried on."""
    vintages = {row["year"] for row in rows(table)}
    places: dict[tuple[str, ...], list[str]] = {}
    for row in rows(table):
        places.setdefault(tuple(row[column] for column in PLACE), []).append(row["year"])

    assert all(sorted(years) == sorted(vintages) for years in places.values())


@pytest.mark.parametrize(
    ("name", "country"), [("Bangkok", "THA"), ("Riyadh", "SAU"), ("Kuala Lumpur", "MYS"), ("Buenos Aires", "ARG")]
)
def test_no_patent_figure_is_not_nought(name: str, country: str) -> None:
    """A place that no public table counts has no row: missing, not 0."""
    assert not rows("patents", place_name=name, country=country)


def test_no_valuation_of_one_company_can_be_derived() -> None:
    """Of fewer than five companies a place has the mean of all such places; of more a step of R20, 12 % apart."""
    steps = {1, 1.12, 1.25, 1.4, 1.6, 1.8, 2, 2.24, 2.5, 2.8, 3.15, 3.55, 4, 4.5, 5, 5.6, 6.3, 7.1, 8, 9}
    each = {row["year"]: [] for row in rows("unicorns")}
    for row in rows("unicorns"):
        companies, valuation = float(row["unicorns"]), float(row["valuation"])
        if 0 < companies < 5:
            each[row["year"]].append(valuation / companies)
        elif companies:
            assert float(f"{valuation:e}".split("e")[0]) in steps

    assert [max(means) - min(means) < 0.01 for means in each.values()] == [True] * 4


@pytest.mark.parametrize(
    ("table", "column", "equal", "published"),
    [
        ("universities", "top100", {"year": "2025"}, 100),
        ("universities", "top500", {"year": "2005"}, 500 - 2),
        ("universities", "top1000", {"year": "2025"}, 1000 - 2),
        ("universities", "top100", {"year": "2025", "country": "USA"}, 37),
        ("university-papers", "papers", {"year": "2024"}, 1000 - 1.335 - 0.940),
        ("universities", "top100", {"year": "2025", "place_name": "Paris"}, 3),
        ("unicorns", "unicorns", {"year": "2025", "place_name": "Beijing"}, 60 + 1),
        ("unicorns", "unicorns", {"year": "2025"}, 1289 - 14 - 1),
        ("highly-cited", "highly_cited", {"year": "2019", "place_name": "Suzhou", "lat": "31.30408"}, 19),
        ("facilities", "facilities", {"place_name": "Hamburg"}, 3),
        ("facilities", "facilities", {}, 73 - 11),
        ("conferences", "conferences", {"year": "2025"}, 279 - 6),
        ("unicorns", "unicorns", {"year": "2022"}, 1199),
        ("laureates", "laureates", {}, 737),
        ("laureates", "laureates", {"year": "1901"}, 3),
        ("research-spending", "firms", {"year": "2022"}, 2500 - 159),
        ("research-spending", "firms", {"year": "2022", "place_name": "Basel"}, 5),
        ("works", "papers", {}, 8_546_362 - 13_402 - 3_685 - 7_950),
        ("works", "papers", {"place_name": "Kuala Lumpur"}, 12_318),
        ("listed-companies", "companies", {"country": "JPN"}, 431),
        ("inhabitants", "population", {"place_name": "Oxford", "country": "GBR"}, 175_700),
        ("economy", "gdp", {"place_name": "Boston", "year": "2023"}, 454_389),
        ("cloud-regions", "firms", {}, 243),
        ("patents", "pct", {"place_name": "San Francisco"}, 47_269),
        ("patents", "pct", {"place_name": "Beijing"}, 38_067),
    ],
)
def test_figures_are_the_published_ones(table: str, column: str, equal: dict[str, str], published: float) -> None:
    """Values counted in the published lists: less rows that have no place, Haidian with Beijing."""
    assert total(table, column, **equal) == pytest.approx(published, abs=0.05)


def test_a_cluster_that_is_split_adds_up() -> None:
    """Shenzhen, Hong Kong, Guangzhou and Dongguan share WIPO's 113,482 applications of five years."""
    parts = ["Shenzhen", "Hong Kong", "Guangzhou", "Dongguan"]

    assert sum(total("patents", "pct", place_name=part) for part in parts) == pytest.approx(113_482, abs=1)


def test_every_place_has_applications_of_five_years() -> None:
    """Each has one method throughout, and an error that is at least that of counting."""
    found = rows("patents")
    years = {}
    for row in found:
        years.setdefault((row["place_name"], row["geonames"], row["method"]), []).append(row["year"])

    assert all(each == ["2018", "2019", "2020", "2021", "2022"] for each in years.values())
    assert all(float(row["error"]) >= float(row["pct"]) ** 0.5 - 0.1 for row in found)
    assert {row["method"].split(":")[0] for row in found} == {"counted", "shared"}


def test_a_metro_inside_a_cluster_has_no_second_estimate() -> None:
    """San Jose, Yokohama and Kyoto are counted in their clusters and nowhere else."""
    assert not {row["place_name"] for row in rows("patents")} & {"San Jose", "Yokohama", "Kyoto"}


def test_report_accounts_for_every_row() -> None:
    """Rows placed and rows not placed make up the rows read."""
    report = rows("report")

    assert len(report) > len(TABLES)
    assert all(int(line["rows"]) == int(line["rows_placed"]) + int(line["rows_not_placed"]) for line in report)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("works", "papers"),
        ("unicorns", "unicorns"),
        ("laureates", "laureates"),
        ("highly-cited", "highly_cited"),
        ("listed-companies", "companies"),
        ("research-spending", "spending"),
    ],
)
def test_a_table_holds_what_the_report_says_was_placed(table: str, column: str) -> None:
    """Summing per place neither loses nor doubles an amount."""
    placed = total("report", "amount_placed", table=table)
    assert total(table, column) == pytest.approx(placed)
