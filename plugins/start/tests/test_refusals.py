"""What is rejected, and that nothing in a file is executed, followed or written outside."""

import json
import zipfile

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hubrank.cli.app import run
from hubrank_start.tables import draft_of

from .conftest import FIGURES, HEAD, SCORES, book_of


def test_formulas_without_stored_values(start, tmp_path):
    """A workbook that no spreadsheet program has computed says so, with its cells."""
    rows = [(name, f"={values[0]}+0", *values[1:]) for name, *values in FIGURES]
    start(book_of(tmp_path / "f.xlsx", [HEAD, *rows]), "--yes", code=2)

    assert 'sheet "Data", B2, B3, B4, B5: a formula without a stored value' in start.err
    assert "save it" in start.err


@pytest.mark.parametrize("said", ["honest", "lying"])
def test_a_bomb_of_zip(start, tmp_path, monkeypatch, said):
    """A workbook that unpacks to too much is rejected, whether it says so or not."""
    monkeypatch.setenv("HUBRANK_LIMITS", "workbook_bytes=3e6")
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 5_000_000)
    if said == "lying":
        path.write_bytes(path.read_bytes().replace((5_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little")))
    start(path, "--yes", code=2)

    assert (
        "unpacks to 5,000,000 bytes or more; the limit workbook_bytes is 3,000,000"
        if said == "honest"
        else "is not a workbook that can be read"
    ) in start.err


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("locked.xlsx", b"\xd0\xcf\x11\xe0" + b"0" * 600, "locked by a password"),
        ("page.xls", b"<html><table>", "text or a page of HTML that is named .xls"),
        ("cut.xlsx", b"PK\x03\x04 and no more", "is not a workbook that can be read"),
        ("empty.csv", b"", "is empty"),
        ("words.csv", b"a,b\nc,d\n", "no table was found"),
        ("numbered.json", b'[["", 2024, "Infinity"], [0]]', "no column names the units"),
        ("no.json", b"{", "is not JSON"),
        ("no.parquet", b"PAR1", "is not a Parquet file"),
        ("picture.png", b"", "this file type is not supported"),
        ("deep.json", b"[" * 100_000, "is nested too deeply"),
        ("half.json", b'[{"unit": "a\\ud800", "x": 1}]', "contains half a character"),
    ],
)
def test_files_that_are_no_tables(start, tmp_path, name, content, said):
    """Each says what it is, in one line and without a traceback."""
    (tmp_path / name).write_bytes(content)
    start(tmp_path / name, "--yes", code=2)

    assert said in start.err
    assert not start.folder.exists()


@pytest.mark.parametrize("number", ["7" * 400, "7" * 5000, "Infinity", "1e999"])
def test_json_with_a_number_that_is_none(start, tmp_path, number):
    """It is left empty, and reported."""
    rows = [dict(zip(HEAD, row, strict=True)) for row in FIGURES]
    (tmp_path / "q.json").write_text(json.dumps(rows).replace("4.5", number))
    assert start(tmp_path / "q.json", "--yes").keys() == SCORES.keys()
    assert "1 cell left empty" in start.out


def test_json_of_lists_in_lists(start, tmp_path):
    """A list where a cell should be is a text, as it is in an object."""
    rows = [["country", "tags", "income"], ["Spain", ["a"], 3], ["Italy", [], 5], ["Poland", {"b": 1}, 4]]
    (tmp_path / "q.json").write_text(json.dumps(rows))

    assert start(tmp_path / "q.json", "--yes").keys() == {"Spain", "Italy", "Poland"}


def test_a_column_of_digits_beyond_all_numbers(start, tmp_path):
    """A column of whole numbers does not number rows where one has more digits than Python reads."""
    rows = [f"{'7' * 4400 if at == 2 else at},{unit},{at * at}" for at, unit in enumerate(("Spain", "Italy", "Poland"))]
    (tmp_path / "q.csv").write_text("\n".join(("code,country,income", *rows)))

    assert start(tmp_path / "q.csv", "--yes").keys() == {"Spain", "Italy", "Poland"}


def test_a_number_without_the_percent_sign_of_others(start, tmp_path):
    """0.5 beside 45% may be a half or half a per cent: it is left empty, and reported."""
    rows = ("France,45%,3100", "Spain,0.5,4200", "Italy,30%,5100", "Poland,20%,6000")
    (tmp_path / "q.csv").write_text("\n".join(("country,share,income", *rows)))
    start(tmp_path / "q.csv", "--yes")

    assert 'share 1 cell left empty (without %, unlike other cells: "0.5")' in " ".join(start.out.split())


def test_a_cell_of_a_number_beyond_all_numbers(start, tmp_path):
    """As a share it would be shifted by two powers of ten."""
    table = "\n".join(",".join(map(str, row)) for row in (HEAD, *FIGURES)).replace("4.5", "1e999999999%")
    (tmp_path / "q.csv").write_text(table)

    assert start(tmp_path / "q.csv", "--yes").keys() == SCORES.keys()


@pytest.mark.parametrize("notes", ['{"index_columns": []}', '{"index_columns": [{"kind": "range"}], "columns": []}'])
def test_parquet_with_damaged_notes(start, tmp_path, notes):
    """What pandas says in it of the columns is incomplete."""
    path, table = tmp_path / "q.parquet", pa.Table.from_pandas(pd.DataFrame(FIGURES, columns=HEAD))
    pq.write_table(table.replace_schema_metadata({"pandas": notes}), path)
    start(path, "--yes", code=2)

    assert "is not a Parquet file" in start.err


def test_a_folder_that_is_there_is_left_alone(start, tmp_path):
    """Nothing of it is changed, even where it is empty."""
    start.folder.mkdir()
    start(book_of(tmp_path / "a.xlsx", [HEAD, *FIGURES]), "--yes", code=2)

    assert "exists, and nothing is overwritten" in start.err
    assert list(start.folder.iterdir()) == []


def test_nothing_is_left_of_a_start_that_fails(start, tmp_path, monkeypatch):
    """The folder is whole or not there."""
    from hubrank_start import start_command

    def fails(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(start_command, "write_run", fails)
    start(book_of(tmp_path / "a.xlsx", [HEAD, *FIGURES]), "--yes", code=130)

    assert not start.folder.exists()
    assert not [each for each in tmp_path.iterdir() if each.name.endswith(".part")]


def test_external_links_are_not_followed(start, tmp_path, monkeypatch):
    """Cells that refer to another workbook have the value that was stored; no file is opened for them."""
    import xlsxwriter

    path = tmp_path / "linked.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, HEAD)
        for at, (name, *values) in enumerate(FIGURES, start=1):
            sheet.write(at, 0, name)
            for column, value in enumerate(values, start=1):
                sheet.write_formula(at, column, f"='/etc/[secret.xlsx]S'!A{at}", None, value)

    assert start(path, "--yes") == SCORES


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("cp125x", 'there is no encoding "cp125x"; usual: utf-8, utf-16, cp1252, cp1250'),
        ("utf-8", "is not utf-8, as --set encoding says; it can be read as cp1250"),
    ],
)
def test_an_encoding_that_is_none_of_the_file(start, tmp_path, said, why):
    """A wrong name or another encoding is rejected with those that there are."""
    (tmp_path / "kraje.csv").write_bytes("Město;HDP\nPraha;50\nPlzeň;40\nOstrava;30\n".encode("cp1250"))
    start(tmp_path / "kraje.csv", "--yes", "--set", f"encoding={said}", code=2)

    assert why in start.err


def test_a_row_without_a_year(tmp_path):
    """Where units have several years it is left out, with its number; the table is read all the same."""
    table = tmp_path / "panel.json"
    rows = [{"unit": unit, "year": year, "health": 7 + at} for at, unit in enumerate("ABC") for year in (2022, 2023)]
    table.write_text(json.dumps([*rows, {"unit": "C", "year": "", "health": 4}]))
    made = draft_of(table)

    assert list(made.figures["year"]) == [2022, 2023] * 3
    assert "rows left out: row 8 (C) (they have no year)" in map(str, made.assumed)


def test_a_folder_by_either_word(tmp_path, capsys):
    """`--output FOLDER` writes as FOLDER does, and two folders are one too many."""
    table, made = tmp_path / "towns.csv", tmp_path / "made"
    table.write_text("Town,Income\nAsh,3\nBex,4\nCob,1\n")
    words = ["start", str(table), "--yes", "--no-report", "--output"]

    assert run([*words, str(made)]) == 0
    assert (made / "scenario.toml").is_file()
    assert run([*words, str(tmp_path / "one"), str(tmp_path / "other")]) == 2
    assert "two folders to write; give one of them" in capsys.readouterr().err
