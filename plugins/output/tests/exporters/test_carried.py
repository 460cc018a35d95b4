"""What the screen and the page show beside ranks, every file carries: worked out by hand for four ports."""

import csv
import io
import json
import re
import zipfile

import numpy as np
import openpyxl
import pytest
from attrs import evolve
from hubrank.plugin import compose, load, measure, resolve
from hubrank.testing import built_in
from hubrank_output.exporters import datapackage, markdown, workbook
from hubrank_output.report.pages import report

SCENARIO = """
title = "Ports"
description = '''
Ports by freight
and crews.

=2+3'''
references = ["@A manual | of ports"]
editions = [2023, 2024]
units = { file = "units.csv" }
normalisation = { method = "min-max", range = [0, 1] }
aggregation = "arithmetic"
missing = { rule = "unranked" }
robustness = { weight_uncertainty = 0.25, draws = 200 }
inputs.values = { source = "files", options = { file = "values.csv", producer = "=HYPERLINK(1)", licence = "CC0-1.0" } }
dimensions.all = {}
[indicators.freight]
indicator = "value"
dimension = "all"
max_age = 1
[indicators.crews]
indicator = "value"
dimension = "all"
max_age = 0
imputation = "median"
"""
UNITS = "unit,name\nA,\"=cmd|' /C calc'!A0\"\nB,Be|ta <b>\nC,Gamma\nD,@Delta\n"
#: In 2024 the freight of C is carried, and its crews are too old, so that they are imputed; D has no freight.
VALUES = """unit,year,freight,crews
A,2023,3,30
B,2023,2,10
C,2023,1,15
D,2023,,12
A,2024,2.5,10
B,2024,3,20
D,2024,,11
"""


@pytest.fixture
def ports(tmp_path):
    """The file of the scenario."""
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    (tmp_path / "values.csv").write_text(VALUES, encoding="utf-8")
    path = tmp_path / "ports.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


@pytest.fixture
def ranking(ports):
    """Ranks A B C in 2023 and B A C in 2024, with intervals and shares of draws that are set by hand.

    In 2024 freight of 2.5, 3 and 1 is 0.75, 1 and 0 on the scale, crews of 10, 20 and 11 (the median) are 0, 1 and 0.1.
    C's rank of 2024 lies outside its interval; B's move up is robust, A's move down is not.
    """
    plan = resolve(load(ports, built_in()), built_in())
    made = compose(plan, measure(plan))
    low = np.array([[1.0, 1.0, 2.0, np.nan], [2.0, 1.0, 1.0, np.nan]])
    high = np.array([[2.0, 2.0, 3.0, np.nan], [3.0, 2.0, 2.0, np.nan]])
    return evolve(
        made,
        low=low,
        high=high,
        agreement=np.array([[np.nan] * 4, [0.5, 0.95, np.nan, np.nan]]),
        robust=np.array([[False] * 4, [False, True, False, False]]),
    )


NAME = "=cmd|' /C calc'!A0"
#: Rank, range and move of 2024, best first.
SHOWN = [("B", 1, "1 to 2", "▲ 1"), ("A", 2, "2 to 3", "(▼ 1)"), ("C", 3, "1 to 2*", "=")]
DOUBT = (
    "in brackets: not robust; 1 of 2 rank changes is robust: "
    "at most 10 % of these are expected to be false if the draws cover all uncertainty"
)
OUTSIDE = (
    "ranges: * marks ranks outside their own range (1 in 2024): nearly every draw of weights moves them the same way"
)


def sheet(book, name):
    """The rows of a sheet as dictionaries."""
    head, *rows = book[name].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_the_page_shows_how_old_figures_are(ports):
    """With weights of a half, two of three freights and all crews of 2028 are 4 years old, one freight is 5."""
    text = ports.read_text().replace("[2023, 2024]", "[2024, 2028]").replace("max_age = 1", "max_age = 9")
    ports.write_text(text.replace("max_age = 0", "max_age = 9"))
    plan = resolve(load(ports, built_in()), built_in())
    shown = report(compose(plan, measure(plan)))

    assert re.findall(r'<span class="age-(\w+)" style="width: ([\d.]+)%">', shown) == [
        ("six", "100.0"),
        ("year", "100.0"),
    ]
    assert "0 % of the weight rests on values at most 3 years older than edition 2028." in shown


def test_the_workbook_carries_ranges_moves_flags_and_notes(ranking, tmp_path):
    """As the screen writes them and as numbers; the live sheet has the published ranges beside the ranks."""
    workbook.write(ranking, tmp_path / "ports.xlsx")
    book = openpyxl.load_workbook(tmp_path / "ports.xlsx", data_only=True)
    last = [row for row in sheet(book, "Ranking") if row["edition"] == 2024]
    values = {(row["unit"], row["indicator"]): row for row in sheet(book, "Values") if row["edition"] == 2024}
    notes = {(row["edition"], row["about"], row["note"]) for row in sheet(book, "Notes")}

    assert [(row["unit"], row["rank"], row["range"], row["since"]) for row in last] == SHOWN
    assert [(row["low"], row["high"], row["outside"] or "") for row in last] == [(1, 2, ""), (2, 3, ""), (1, 2, "*")]
    assert [(row["rank_change"], row["agreement"], row["robust_change"]) for row in last] == [
        (1, 0.95, True),
        (-1, 0.5, False),
        (0, None, None),
    ]
    assert [row["score"] for row in last] == pytest.approx([1, (0.75 + 0) / 2, (0 + 0.1) / 2])
    assert [row["published range"] for row in sheet(book, "Live")] == [each[2] for each in SHOWN]
    assert (values["C", "freight"]["flag"], values["C", "freight"]["carried"]) == ("carried from 2023", 2023)
    assert (values["C", "crews"]["imputed"], values["C", "crews"]["too_old"]) == (11, 2023)
    assert values["C", "crews"]["flag"] == "imputed by median; 2023 is older than max_age = 0 allows"
    assert {(2024, "moves", DOUBT), (None, "ranges", OUTSIDE), (None, "reference", "@A manual | of ports")} <= notes
    assert {(2024, "carried", "older values used: freight of 2023 (1 unit)"), (None, "description", "=2+3")} <= notes
    assert {(row["producer"], row["licence"], row["gave"]) for row in sheet(book, "Sources")} >= {
        ("=HYPERLINK(1)", "CC0-1.0", "values")
    }
    assert {(row["unit"], row["edition"]) for row in sheet(book, "Unranked")} == {("D", 2023), ("D", 2024)}


def test_nothing_of_the_workbook_is_a_formula_but_the_live_sheets(ranking, tmp_path):
    """Names, notes and producers that look like formulas are texts, marked for those who edit them."""
    workbook.write(ranking, tmp_path / "ports.xlsx")
    book = openpyxl.load_workbook(tmp_path / "ports.xlsx")
    cells = [cell for each in book for row in each.iter_rows() for cell in row]
    formulas = {cell.parent.title for cell in cells if cell.data_type == "f"}
    hostile = [cell for cell in cells if cell.data_type == "s" and str(cell.value).startswith(("=", "@"))]

    assert formulas == {"Live", "Weights"}
    assert {NAME, "=HYPERLINK(1)", "@Delta", "=2+3", "@A manual | of ports"} <= {cell.value for cell in hostile}
    assert all(cell.quotePrefix for cell in hostile)


def section(text, title):
    """The lines of a section of Markdown."""
    return [line for line in text.split(f"## {title}\n")[1].split("\n## ")[0].splitlines() if line]


def cells(line):
    """A row's cells, as they read."""
    return [re.sub(r"\\(.)", r"\1", each) for each in re.split(r"(?<!\\)\|", line)[1:-1]]


def test_markdown_carries_ranges_moves_flags_and_notes(ranking, tmp_path):
    """The table with what the screen shows, what brackets mean, flags, caveats, method, sources and references."""
    markdown.write(ranking, tmp_path / "ports.md")
    text = (tmp_path / "ports.md").read_text(encoding="utf-8")
    head, _, *rows = [[cell.strip() for cell in cells(line)] for line in section(text, "2024") if line[0] == "|"]
    plain = re.sub(r"\\(.)", r"\1", text)
    titles = {each.key: each.title for each in ranking.plan.ranked}

    assert head[:5] == ["rank", "90 % interval", "since 2023", "name", "score"]
    assert [row[:4] for row in rows] == [
        ["1", "1 to 2", "▲ 1", "Be|ta <b>"],
        ["2", "2 to 3", "(▼ 1)", NAME],
        ["3", "1 to 2*", "=", "Gamma"],
    ]
    assert DOUBT in plain
    assert "- " + OUTSIDE in plain
    assert [[cell.strip() for cell in cells(line)] for line in section(text, "Flags of values")[2:]] == [
        [titles["freight"], "carried from 2023", "1", "Gamma"],
        [titles["crews"], "imputed by median; 2023 is older than max_age = 0 allows", "1", "Gamma"],
    ]
    assert section(plain, "Caveats")[0] == "- " + str(ranking.caveats()[0])
    assert len(section(text, "Caveats")) == len(ranking.caveats())
    assert section(plain, "Units not ranked")[0].startswith("- 2023: @Delta, ")
    assert "- Imputation: none; median" in section(plain, "Method")
    assert section(plain, "References")[0] == "- @A manual | of ports"
    assert "Licence: CC0-1.0." in section(plain, "Sources")[0]
    assert "\n=2+3" not in text


def test_the_package_carries_ranges_moves_flags_and_notes(ranking, tmp_path):
    """In both forms the same rows: CSV with hostile names neutralised, JSON with texts as they are."""
    datapackage.write_zip(ranking, tmp_path / "ports.datapackage.zip")
    datapackage.write_json(ranking, tmp_path / "ports.json")
    with zipfile.ZipFile(tmp_path / "ports.datapackage.zip") as archive:
        read = {
            name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(archive.read(name).decode())))
            for name in archive.namelist()
            if name.endswith(".csv")
        }
    package = json.loads((tmp_path / "ports.json").read_text(encoding="utf-8"))
    inside = {each["name"]: each["data"] for each in package["resources"]}
    last = [row for row in read["ranking"] if row["edition"] == "2024"]
    at = {name: column for column, name in enumerate(inside["ranking"][0])}
    rows = [row for row in inside["ranking"][1:] if row[0] == 2024]

    wanted = [("B", 1, 1, 2, "", 1, 0.95, True), ("A", 2, 2, 3, "", -1, 0.5, False), ("C", 3, 1, 2, "*", 0, None, None)]
    keys = ("unit", "rank", "low", "high", "outside", "rank_change", "agreement", "robust_change")
    assert [tuple(row[at[key]] for key in keys) for row in rows] == wanted
    assert [tuple(row[key] for key in keys) for row in last] == [
        ("B", "1", "1", "2", "", "1", "0.95", "True"),
        ("A", "2", "2", "3", "", "-1", "0.5", "False"),
        ("C", "3", "1", "2", "*", "0", "", ""),
    ]
    assert (last[1]["name"], rows[1][at["name"]]) == (f"'{NAME}", NAME)
    assert package["caveats"] == [str(each) for each in ranking.caveats()]
    assert OUTSIDE in package["caveats"]
    assert {"edition": "2024", "about": "moves", "note": DOUBT} in read["notes"]
    assert package["sources"][0]["gave"] == "values"
    assert [row["flag"] for row in read["values"] if (row["edition"], row["unit"]) == ("2024", "C")] == [
        "carried from 2023",
        "imputed by median; 2023 is older than max_age = 0 allows",
    ]
