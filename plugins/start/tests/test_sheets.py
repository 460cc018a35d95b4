"""What is reported and rejected where the sheets of a workbook are one table; their ranks are in `people`."""

import openpyxl


def book(path, **sheets):
    """A workbook with sheets of rows."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


HEALTH = [["Town", "Beds", "Population"], ["Aachen", 5, 100], ["Bonn", 4, 200], ["Celle", 6, 300]]
SCHOOLS = [
    ["Town", "Schools", "Population"],
    ["bonn", 3, 200],
    ["Aachen", 5, 100],
    ["Dessau", 2, 400],
    ["Celle", 4, 300],
]
WEIGHTS = [["Indicator", "Weight"], ["Beds", 3], ["Schools", 1]]


def test_reports_about_dimensions(start, tmp_path):
    """Spellings, units that a sheet lacks, and weights from another sheet."""
    path = book(tmp_path / "towns.xlsx", Health=HEALTH, Schools=SCHOOLS, Weights=WEIGHTS)
    found = start(path, "--yes")
    told = (start.folder / "scenario.toml").read_text(encoding="utf-8")

    assert found["Bonn"] == 8.33  # 0 of the beds (weight 3), a third of the schools (weight 1)
    assert "sheets Health, Schools: dimensions" in told
    assert "names of units: bonn = Bonn" in told
    assert "units missing in Health: Dessau" in told
    assert "sheets not joined: Weights" in told


def test_one_of_several(start, tmp_path):
    """The sheet that is named is read, and nothing of the others."""
    path = book(tmp_path / "towns.xlsx", Health=HEALTH, Schools=SCHOOLS)

    assert list(start(path, "--yes", "--sheet", "Health")) == ["Celle", "Aachen", "Bonn"]


def test_years_on_different_scales(start, tmp_path):
    """Grades in one year and marks in another are no values of one kind."""
    sheets = {
        "2021": [["Bank", "Rating"], ["X", "A"], ["Y", "B"]],
        "2022": [["Bank", "Rating"], ["X", "good"], ["Y", "poor"]],
    }
    start(book(tmp_path / "banks.xlsx", **sheets), "--yes", "--set", "sheets=years", code=2)

    assert "on different scales" in start.err
