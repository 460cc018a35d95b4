"""The folder that a run leaves, and reading it again."""

import csv
import hashlib
import io
import json
import shutil

import pandas as pd
import pytest
from hubrank.errors import DataError, ScenarioError, UsageError
from hubrank.results.rank import rank
from hubrank.results.save import write_run

GAPS = "unit,year,a,b\nAAA,2023,0.1,\nBBB,2024,2,10\nCCC,2024,0.30000000000000004,20\n"

CHANGES = """
title = "Lands, once more"
editions = [2023, 2024]
[inputs.values]
max_age = 1
[imputation]
method = "fill"
by = 7
[treatment]
steps = [{ step = "times", by = 2 }]
"""


def content(folder):
    """The files of a run except the date."""
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    record = json.loads(files.pop("record.json"))
    assert record.pop("created")
    return {**files, "record.json": record}


@pytest.fixture(scope="module")
def folder(tmp_path_factory, new_lab):
    """A run of a scenario with missing values, in the folder `run` of a laboratory."""
    lab = new_lab(tmp_path_factory.mktemp("lab"))
    lab.write("values.csv", GAPS)
    write_run(lab.rank(CHANGES), lab.folder / "run")
    return lab.folder


@pytest.fixture
def run(lab, folder):
    """The run as a copy."""
    return shutil.copytree(folder, lab.folder, dirs_exist_ok=True) / "run"


def test_same_bytes_from_the_scenario(lab, run):
    """Ranking the recorded scenario again, from its files, gives the same bytes except the date."""
    again = rank(str(run / "scenario.toml"), lab.registry())
    write_run(again, lab.folder / "again")

    assert content(lab.folder / "again") == content(run)


def test_same_bytes_from_the_folder(lab, run):
    """Ranking the folder measures nothing again: the data may be gone, and the bytes are the same."""
    (lab.folder / "values.csv").unlink()
    again = rank(str(run), lab.registry())
    write_run(again, lab.folder / "again")

    assert content(lab.folder / "again") == content(run)
    with pytest.raises(ScenarioError, match=r"values.csv: file not found"):
        rank(str(run / "scenario.toml"), lab.registry())


def test_moved_folder(lab, run):
    """The scenario names its files relative to the folder, so that both can move together."""
    moved = lab.folder.parent / (lab.folder.name + "-moved")
    shutil.copytree(lab.folder, moved)

    assert rank(str(moved / "run" / "scenario.toml"), lab.registry()).plan.units.name == "units.csv"
    assert 'file = "../values.csv"' in (run / "scenario.toml").read_text()


def test_digests(lab, run):
    """The scenario's files are in it with their SHA-256; a changed one is noticed."""
    text = (run / "scenario.toml").read_text()

    assert hashlib.sha256(GAPS.encode()).hexdigest() in text
    lab.write("values.csv", GAPS + "AAA,2020,1,1\n")
    with pytest.raises(ScenarioError, match=r"values.csv: has changed since the scenario was recorded"):
        rank(str(run / "scenario.toml"), lab.registry())


@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [
        (lambda run: (run / "values.csv").unlink(), DataError, "cannot be read as a run folder"),
        (lambda run: _replaced(run / "values.csv", "0.1,", "one,"), DataError, "cannot be read as a run folder"),
        (lambda run: _replaced(run / "record.json", '"licence"', '"license"'), DataError, "cannot be read as a run"),
        (lambda run: _replaced(run / "record.json", '"amounts"', '"sums"'), DataError, "a file lacks 'amounts'"),
        (lambda run: (run / "record.json").write_text("{"), DataError, "cannot be read as a run folder"),
        (lambda run: _replaced(run / "values.csv", "AAA", "XXX"), ScenarioError, "does not match the editions, units"),
    ],
)
def test_spoilt_folder(lab, run, spoil, error, message):
    """A folder that was tampered with is rejected in words."""
    spoil(run)
    with pytest.raises(error, match=message):
        rank(str(run), lab.registry())


def _replaced(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_values(run):
    """Every value with its stages, what happened to it, and where it comes from."""
    rows = list(csv.DictReader(io.StringIO((run / "values.csv").read_text())))
    by_key = {(row["edition"], row["unit"], row["indicator"]): row for row in rows}
    filled, treated = by_key["2024", "AAA", "b"], by_key["2024", "CCC", "a"]

    assert len(rows) == 2 * 3 * 2
    assert (filled["measured"], filled["imputed"], filled["treated"]) == ("", "7", "14")
    assert filled["flag"] == "imputed by fill, treated by times"
    assert (treated["measured"], treated["flag"]) == ("0.30000000000000004", "treated by times")
    assert (treated["origin"], treated["vintage"]) == ("values.csv", "2024")
    assert by_key["2023", "BBB", "a"]["flag"] == "screened out"


def test_record(run):
    """The record lists packages, inputs with rows and origins, the seed and the notes for readers."""
    record = json.loads((run / "record.json").read_text())
    (given,) = record["inputs"]

    assert (given["rows"], given["rows_without_unit"], given["source"]) == (3, 0, "files")
    assert given["amounts"]["a"] == [pytest.approx(2.4), 0.0]
    assert given["origins"][0]["licence"] == "not stated"
    assert record["packages"] == {"by-hand": "", "hubrank.methods.derived": "", "hubrank.scenario.files": ""}
    assert record["units"] == {"set": "units.csv", "count": 3, "origins": [], "blank": {}}
    assert "2023, imputed: b for 1 unit" in record["caveats"]
    assert "2023, not ranked: 2 units" in record["caveats"]


def test_refuses_other_folders(lab, tmp_path):
    """A folder that is not empty and no run's, and a file, are left alone."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.doc").write_text("ten years of work")
    ranking = lab.rank()
    with pytest.raises(UsageError, match="mine: is not empty and not a run folder; choose another folder or empty it"):
        write_run(ranking, tmp_path / "mine")
    with pytest.raises(UsageError, match="is a file; specify a folder"):
        write_run(ranking, tmp_path / "mine" / "thesis.doc")

    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.doc"]


def test_formulas_are_neutralised(lab):
    """Texts that a spreadsheet would run are quoted, and the folder is still read."""
    lab.write("units.csv", 'unit,name\n=1+1,"=HYPERLINK(""http://x"")"\n@b,+B\n-c,-C\n')
    lab.write("values.csv", "unit,year,a,b\n=1+1,2024,-1,1\n@b,2024,2,1\n-c,2024,4,1\n")
    write_run(lab.rank(), lab.folder / "run")
    write_run(rank(str(lab.folder / "run"), lab.registry()), lab.folder / "again")
    with (lab.folder / "run" / "ranking.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))

    assert [(row["unit"], row["name"]) for row in rows] == [
        ("'-c", "'-C"),
        ("'@b", "'+B"),
        ("'=1+1", '\'=HYPERLINK("http://x")'),
    ]
    assert rows[2]["score"] == "0"
    assert content(lab.folder / "run") == content(lab.folder / "again")


def test_lost_rows(lab):
    """`unassigned.csv` holds the places with their sums, the record sums and shares; read again both are the same."""
    lab.write(
        "values.csv", "unit,year,a,b\nAAA,2024,1,30\nBBB,2024,2,10\nCCC,2024,4,20\n=BBC,2024,1,0\nBBC,2024,2,40\n"
    )
    made = lab.rank()
    write_run(made, lab.folder / "run")
    again = rank(str(lab.folder / "run"), lab.registry())
    (given,) = json.loads((lab.folder / "run" / "record.json").read_text())["inputs"]

    places = pd.read_csv(lab.folder / "run" / "unassigned.csv", dtype={"country": str}, keep_default_na=False)
    assert places.to_numpy().tolist() == [
        ["values", "unknown code", "unit", "BBC", "", 1, 2.0, 40.0, "BBB"],
        ["values", "unknown code", "unit", "'=BBC", "", 1, 1.0, 0.0, ""],
    ]
    assert given["unassigned"] == {
        "unknown code": {"rows": 2, "amounts": {"a": 3.0, "b": 40.0}, "shares": {"a": 0.3, "b": 0.4}}
    }
    pd.testing.assert_frame_equal(again.unassigned(), made.unassigned())
    assert again.caveats() == made.caveats()
    told = "not matched to a unit: 40 % of b (values) (2 rows), 'BBC' (meant 'BBB'?)"
    assert again.caveats()[0].text == told
