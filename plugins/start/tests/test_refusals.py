"""What is refused, and that nothing in a file is executed, followed or written outside."""

from __future__ import annotations

import gzip
import io
import sys
import zipfile

import openpyxl
import pytest

from .conftest import FIGURES, HEAD, SCORES, book_of
from .test_workbooks import ods


def test_formulas_without_stored_values(start, tmp_path):
    """A workbook that no spreadsheet program has computed says so, with its cells."""
    rows = [(name, f"={values[0]}+0", *values[1:]) for name, *values in FIGURES]
    start(book_of(tmp_path / "f.xlsx", [HEAD, *rows]), "--yes", code=2)

    assert 'sheet "Data", B2, B3, B4, B5: a formula without a stored value' in start.err
    assert "save it" in start.err


def test_formulas_of_an_ods(start, tmp_path):
    """As in a workbook of Excel."""
    cell = '<table:table-cell table:formula="of:=1+1"/>'
    rows = [
        HEAD[:2],
        *(
            f"<table:table-row><table:table-cell><text:p>{n}</text:p></table:table-cell>{cell}</table:table-row>"
            for n in "ABC"
        ),
    ]
    start(ods(tmp_path / "f.ods", [*rows, ("D", 3)]), "--yes", code=2)

    assert "B2, B3, B4: a formula without a stored value" in start.err


def test_what_an_ods_hides_is_told(start, tmp_path):
    """Hidden rows of LibreOffice are read and told."""
    cells = "".join(f'<table:table-cell office:value-type="float" office:value="{value}"/>' for value in FIGURES[0][1:])
    name = '<table:table-cell office:value-type="string"><text:p>Aland</text:p></table:table-cell>'
    hidden = f'<table:table-row table:visibility="collapse">{name}{cells}</table:table-row>'
    found = start(ods(tmp_path / "h.ods", [HEAD, hidden, *FIGURES[1:]]), "--yes")

    assert found == SCORES
    assert "hidden row 2 read, since they are part of the file" in " ".join(start.out.split())


@pytest.mark.parametrize("said", ["honest", "lying"])
def test_a_bomb_of_zip(start, tmp_path, monkeypatch, said):
    """A workbook that unpacks to too much is refused, whether it says so or not."""
    monkeypatch.setenv("HUBRANK_LIMITS", "workbook_bytes=3e6")
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 5_000_000)
    if said == "lying":
        content = path.read_bytes()
        path.write_bytes(content.replace((5_000_000).to_bytes(4, "little"), (1_000).to_bytes(4, "little")))
    start(path, "--yes", code=2)

    assert (
        "unpacks to 5,000,000 bytes or more; the limit workbook_bytes is 3,000,000"
        if said == "honest"
        else "is not a workbook that can be read"
    ) in start.err


def test_a_part_that_is_packed_too_well(start, tmp_path, monkeypatch):
    """Thirty megabytes of zeros in thirty kilobytes are no table."""
    path = tmp_path / "ratio.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    start(path, "--yes", code=2)

    assert "the limit unpacked_ratio is 200" in " ".join(start.err.split())


def test_entities_of_xml(start, tmp_path):
    """Entities that grow are refused before they are read."""
    path = book_of(tmp_path / "e.xlsx", [HEAD, *FIGURES])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/more.xml", '<!DOCTYPE a [<!ENTITY b "cc">]><a>&b;</a>')
    start(path, "--yes", code=2)

    assert "xl/more.xml defines XML entities" in start.err


def test_a_sheet_with_a_cell_far_away(start, tmp_path):
    """One cell in the last corner does not make seventeen billion."""
    path = book_of(tmp_path / "far.xlsx", [HEAD, *FIGURES])
    book = openpyxl.load_workbook(path)
    book.active["XFD1048576"] = "x"
    book.save(path)
    start(path, "--yes", code=2)

    assert "reaches to row 1,048,576 and column 16,384" in start.err


def test_a_gzip_that_grows(start, tmp_path, monkeypatch):
    """The size of what a gzip holds is bounded too."""
    monkeypatch.setenv("HUBRANK_LIMITS", "start_bytes=1000")
    (tmp_path / "g.csv.gz").write_bytes(gzip.compress(b"a,b\n" * 10_000))
    start(tmp_path / "g.csv.gz", "--yes", code=2)

    assert "the limit start_bytes is 1,000" in " ".join(start.err.split())


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("locked.xlsx", b"\xd0\xcf\x11\xe0" + b"0" * 600, "locked by a password"),
        ("page.xls", b"<html><table>", "text or a page of HTML that is named .xls"),
        ("cut.xlsx", b"PK\x03\x04 and no more", "is not a workbook that can be read"),
        ("empty.csv", b"", "is empty"),
        ("words.csv", b"a,b\nc,d\n", "no table was found"),
        ("no.json", b"{", "is not JSON"),
        ("no.parquet", b"PAR1", "is not a Parquet file"),
        ("picture.png", b"", "this kind of file is not read"),
        ("deep.json", b"[" * 100_000, "is nested too deeply"),
    ],
)
def test_files_that_are_no_tables(start, tmp_path, name, content, said):
    """Each says what it is, in one line and without a traceback."""
    (tmp_path / name).write_bytes(content)
    start(tmp_path / name, "--yes", code=2)

    assert said in start.err
    assert not start.folder.exists()


def test_a_folder_that_is_there_is_left_alone(start, tmp_path):
    """Nothing of it is changed, even where it is empty."""
    start.folder.mkdir()
    start(book_of(tmp_path / "a.xlsx", [HEAD, *FIGURES]), "--yes", code=2)

    assert "is there already, and nothing is overwritten" in start.err
    assert list(start.folder.iterdir()) == []


def test_nothing_is_left_of_a_start_that_fails(start, tmp_path, monkeypatch):
    """The folder is whole or not there."""
    from hubrank_start import folder

    def fails(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(folder, "write_run", fails)
    start(book_of(tmp_path / "a.xlsx", [HEAD, *FIGURES]), "--yes", code=130)

    assert not start.folder.exists()
    assert not [each for each in tmp_path.iterdir() if each.name.endswith(".part")]


def test_links_and_commands_in_cells_are_texts(start, tmp_path):
    """A name that a spreadsheet would execute, a terminal obey or a page run is a name."""
    names = ['=HYPERLINK("http://x")', "\x1b[31mred", "<script>alert(1)</script>"]
    lines = [
        "City,Income",
        *(f'"{name}",{at}'.replace('"http', '""http').replace('x")', 'x"")') for at, name in enumerate(names)),
    ]
    (tmp_path / "h.csv").write_text("\n".join(lines))
    found = start(tmp_path / "h.csv", "--yes")

    assert len(found) == len(names)
    assert "\x1b[31m" not in start.out
    assert "'=HYPERLINK" in (start.folder / "units.csv").read_text()
    assert "<script>" not in (start.folder / "README.md").read_text()


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


def test_an_empty_paste(start, monkeypatch):
    """Nothing on standard input is said so."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\n")))
    start("-", "--yes", code=2)

    assert "is empty" in start.err
