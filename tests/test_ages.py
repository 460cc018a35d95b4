"""Values of other years, as a user meets them: on the screen, in the run folder, in its record and on the page."""

import csv
import html
import json

import pytest
from hubrank.cli.app import run

OLD = """
title = "An old value"
editions = [2020]
normalisation = "none"
aggregation = "arithmetic"
units = { file = "u.csv" }
[inputs.values]
source = "files"
options = { file = "old.csv" }
AGE
[dimensions.one]
[indicators]
x = { indicator = "value", dimension = "one" }
"""


@pytest.fixture
def rank_old(tmp_path, monkeypatch, capsys):
    """Rank the case `carried` with a line more: what is printed, and the rows of its `values.csv`."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "u.csv").write_text("unit,name\na,A\nb,B\nc,C\n")
    (tmp_path / "old.csv").write_text("unit,year,x\na,2015,1\nb,2020,2\nc,2020,3\n")

    def ranked(line):
        (tmp_path / "old.toml").write_text(OLD.replace("AGE", line))
        assert run(["rank", "old.toml", "--output", "o"]) == 0
        rows = csv.DictReader((tmp_path / "o" / "values.csv").read_text().splitlines())
        return capsys.readouterr().out, {row["unit"]: row for row in rows}

    return ranked


def test_an_old_value_is_a_gap(rank_old, capsys):
    """A's only value is five years old: it is not ranked, and screen, table and reasons say which year there is."""
    out, rows = rank_old("")

    assert "2 units ranked" in out
    assert "left out, older than max_age: x of 2015 (1 unit)\nnot ranked: 1 unit" in out
    assert rows["a"]["flag"] == "screened out; 2015 is older than max_age = 0 allows"
    assert (rows["a"]["measured"], rows["a"]["too_old"]) == ("", "2015")
    assert run(["explain", "old.toml", "A"]) != 0
    assert "x: 2015 is older than max_age = 0 allows" in capsys.readouterr().err


def test_a_scenario_lets_an_old_value_in(rank_old, capsys):
    """With five years A is ranked, and it is flagged, counted and explained that its value is of 2015."""
    out, rows = rank_old("max_age = 5")

    assert "3 units ranked" in out
    assert out.rstrip().endswith("older values used: x of 2015 (1 unit)\n\nwritten to o")
    assert (rows["a"]["measured"], rows["a"]["flag"], rows["a"]["vintage"]) == ("1", "carried from 2015", "2015")
    assert [rows["a"][name] for name in ("carried", "ahead", "too_old")] == ["2015", "", ""]
    assert rows["b"]["flag"] == ""
    assert run(["explain", "old.toml", "A", "--indicator", "x"]) == 0
    assert "age: carried from 2015" in capsys.readouterr().out
    assert run(["rank", "o"]) == 0
    assert "older values used: x of 2015 (1 unit)" in capsys.readouterr().out


@pytest.fixture(scope="module")
def flagship(tmp_path_factory):
    """A folder with a run of `global`, and its page."""
    folder = tmp_path_factory.mktemp("global")
    assert run(["rank", "global", "--quiet", "--output", str(folder / "run")]) == 0
    assert run(["report", str(folder / "run"), "--output", str(folder / "page.html")]) == 0
    return folder


@pytest.mark.long
@pytest.mark.parametrize("edition", [2021, 2022, 2023, 2024, 2025])
def test_five_lines_say_what_a_reader_of_global_should_know(flagship, capsys, edition):
    """At most five lines of 80 columns below the tables; record and page have the same sentences.

    That companies are of 2022 is a sixth of edition 2021.
    """
    assert run(["rank", str(flagship / "run"), "--edition", str(edition)]) == 0
    lines = capsys.readouterr().out.rstrip().rpartition("\n\n")[2].splitlines()
    record = json.loads((flagship / "run" / "record.json").read_text(encoding="utf-8"))
    page = html.unescape((flagship / "page.html").read_text(encoding="utf-8"))

    assert 1 <= len(lines) <= (6 if edition == 2021 else 5)
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("not assigned to a unit: 71 % of population")
    assert lines[1].startswith("older values used: Share of most cited papers of 2019 (169 units)")
    for line in lines:
        said = line if line in record["caveats"] else f"{edition}, {line}"
        assert said in record["caveats"]
        assert f">{said}</span></li>" in page
