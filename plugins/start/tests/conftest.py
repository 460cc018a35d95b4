"""Starting from a file, and reading what came out."""

import csv

import pytest
from hubrank.cli.app import run

#: Country, life expectancy, infant mortality (less is better), literacy.
FIGURES = [("Aland", 80, 12, 99), ("Beland", 75, 9, 90), ("Celand", 70, 4.5, 80), ("Deland", 60, 10, 99.5)]
HEAD = ("Country", "Life expectancy", "Infant mortality", "Literacy")
#: By min-max, mortality turned, and the mean of the three; by hand: Beland (75 + 40 + 51.28) / 3.
SCORES = {"Aland": 65.81, "Beland": 55.43, "Celand": 50.00, "Deland": 42.22}


@pytest.fixture
def start(tmp_path, monkeypatch, capsys):
    """Runs `start FILE --yes --no-report` and gives the scores of the last edition by name, best first."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))

    def begin(table, *words, code=0):
        found = run(["start", str(table), str(tmp_path / "made"), "--no-report", *words])
        printed = capsys.readouterr()
        begin.out, begin.err = printed.out, printed.err
        assert found == code, printed.err
        if code:
            return {}
        with (tmp_path / "made" / "run" / "ranking.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        last = max(row["edition"] for row in rows)
        ranked = sorted(
            (float(row["rank"]), row["name"], float(row["score"])) for row in rows if row["edition"] == last
        )
        return {name: round(score, 2) for _, name, score in ranked}

    begin.folder = tmp_path / "made"
    return begin


def book_of(path, rows, sheet="Data"):
    """A workbook with a sheet of rows."""
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path
