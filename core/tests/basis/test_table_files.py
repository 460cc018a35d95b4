"""Tables in files, read with their mistakes named by line."""

import gzip
import zipfile

import openpyxl
import pandas as pd
import pytest
from hubrank.basis.doors import files_named
from hubrank.basis.errors import FileProblem
from hubrank.basis.reading import Reading
from hubrank.basis.table_files import first_rows, read_table


def read(tmp_path, name, content, **options):
    """A file of this content, read."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(path, **options)


def refused(tmp_path, name, content, **options):
    """The message of a file that cannot be read."""
    with pytest.raises(FileProblem) as caught:
        read(tmp_path, name, content, **options)
    return str(caught.value)


def test_codes_stay_texts(tmp_path):
    """Leading zeros and the country "NA" survive; what is a gap is a gap, also in a column of codes."""
    frame = read(tmp_path, "t.csv", "unit,country,x\n007,NA,1\n010,,\n", texts=("unit", "country"))

    assert frame["unit"].tolist() == ["007", "010"]
    assert frame["country"].tolist() == ["NA", None]
    assert frame["x"].fillna(-1).tolist() == [1.0, -1.0]


def test_other_columns_are_numbers_where_all_are(tmp_path):
    """A column of numbers and gaps is numbers; one with a word stays text."""
    frame = read(tmp_path, "t.csv", "a,b\n1,1\nn/a,one\n..,3\n2.5e3,\n")

    assert frame["a"].fillna(-1).tolist() == [1.0, -1.0, -1.0, 2500.0]
    assert frame["b"].tolist()[:3] == ["1", "one", "3"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("t.csv", b"\xef\xbb\xbfa,b\r\n1,2\r\n"),
        ("t.tsv", "a\tb\n1\t2\n"),
        ("t.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0)),
        ("T.CSV", "a,b\n1,2"),
    ],
)
def test_forms(tmp_path, name, content):
    """A byte order mark, Windows' line ends, tabs, gzip, and no last line end are all the same table."""
    assert read(tmp_path, name, content).to_dict("list") == {"a": [1], "b": [2]}


def test_quoting(tmp_path):
    """Commas, quotes and line ends inside quotes belong to the value."""
    frame = read(tmp_path, "t.csv", 'a,b\n"x, ""y""\nz",2\n')

    assert frame["a"].tolist() == ['x, "y"\nz']


def test_delimiter(tmp_path):
    """Fields may be apart by another sign."""
    assert read(tmp_path, "t.csv", "a;b\n1;2\n", reading=Reading(delimiter=";")).to_dict("list") == {"a": [1], "b": [2]}


def test_parquet(tmp_path):
    """A Parquet file is the same table, and its codes stay texts."""
    path = tmp_path / "t.parquet"
    pd.DataFrame({"unit": ["007"], "x": [1.5]}).to_parquet(path)

    assert read_table(path, texts=("unit",)).to_dict("list") == {"unit": ["007"], "x": [1.5]}


def test_workbook(tmp_path):
    """A sheet is read by name, the first by default; years as headings are names like any."""
    path = tmp_path / "t.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"unit": ["007", "NA"], 2024: [1.5, None]}).to_excel(book, sheet_name="One", index=False)
        pd.DataFrame({"unit": ["X"], "y": [2]}).to_excel(book, sheet_name="Two", index=False)

    first = read_table(path, texts=("unit",))

    assert first["unit"].tolist() == ["007", "NA"]
    assert first["2024"].fillna(-1).tolist() == [1.5, -1.0]
    assert read_table(path, reading=Reading(sheet="Two")).to_dict("list") == {"unit": ["X"], "y": [2]}
    with pytest.raises(FileProblem, match=r"^t.xlsx: has no sheet 'Too'; did you mean 'Two'\?$"):
        read_table(path, reading=Reading(sheet="Too"))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.csv", "", "t.csv: is empty; the first line must contain the column names"),
        ("t.csv", "a,b\n", "t.csv: has a header line but no rows"),
        (
            "t.csv",
            "a,a\n1,2\n",
            "t.csv: two columns are named 'a'; where a second line tells them apart, set header = 2",
        ),
        (
            "t.csv",
            b"a,b\nM\xfcnchen,1\n",
            't.csv, line 2: is not UTF-8; as cp1252 it has "M\u00fcnchen"; set encoding = "cp1252"',
        ),
        ("t.csv", "a,b\n1,2,3\n4,5,6\n", "t.csv, lines 2, 3: 3 fields; the first line has 2"),
        ("t.csv", "a,b\n1,2\n4,5,6\n", "t.csv, line 3: 3 fields; the first line has 2"),
        ("t.csv", 'a,b\n"1,2\n', "t.csv, line 2: unclosed quote"),
        ("t.csv", "a,b\n1,2\n3,many\n", 't.csv, line 3: b must be a number; got "many"'),
        (
            "t.csv",
            "a,b\n1,2\n\n3,4 000\n",
            't.csv, line 4: b must be a number; got "4 000"; thousands = " " reads 4000',
        ),
        (
            "t.csv",
            'a,b\n1,"1,000"\n',
            't.csv, line 2: b must be a number; got "1,000"; decimal = "," reads 1 or thousands = "," reads 1000',
        ),
        ("t.csv", "a,b\n1,inf\n", 't.csv, line 2: b must be a number; got "inf"'),
        (
            "t.doc",
            "a,b\n1,2\n",
            "t.doc: unsupported file type; supported: .csv, .csv.gz, .txt, .tsv, .tsv.gz, .parquet, .xlsx, .xlsm",
        ),
    ],
)
def test_wrong_files(tmp_path, name, content, message):
    """A file that is not as promised is named with the line."""
    assert refused(tmp_path, name, content, numbers=("b",)) == message


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("t.parquet", "t.parquet: is not a Parquet file: "),
        ("t.xlsx", "t.xlsx: is not an Excel workbook: "),
        ("t.csv.gz", "t.csv.gz: not a gzipped file"),
    ],
)
def test_other_content(tmp_path, name, beginning):
    """A file that is something else than its ending says is told to be none."""
    assert refused(tmp_path, name, "a,b\n1,2\n").startswith(beginning)


def test_missing(tmp_path):
    """A file that is not there."""
    with pytest.raises(FileProblem, match=r"^nowhere.csv: file not found$"):
        read_table(tmp_path / "nowhere.csv")


def test_a_row_that_ends_early(tmp_path):
    """A file that was cut off in the middle of a row is refused; pandas alone would read gaps."""
    path = tmp_path / "cut.csv"
    path.write_text("unit,a,b\nAAA,1,2\nBBB,3")

    with pytest.raises(FileProblem) as caught:
        read_table(path)

    assert str(caught.value) == "cut.csv, line 3: 2 fields; the first line has 3"


def test_a_formula_whose_result_is_an_empty_text(tmp_path):
    """It was computed, and is a gap; one without a stored value is told."""
    path = tmp_path / "t.xlsx"
    book_of(path, '<c r="B2" t="str"><f>IF(TRUE,"","")</f><v></v></c>')
    assert read_table(path, numbers=["n"])["n"].isna().tolist() == [True, False]

    book_of(path, '<c r="B2"><f>1+1</f></c>')
    with pytest.raises(FileProblem, match="a formula without a stored value"):
        read_table(path, numbers=["n"])


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ('<c r="B2" s="7"><v>1</v></c>', "t.xlsx: is not an Excel workbook: list index out of range"),
        ('<c r="B2"><v>1</v>', "t.xlsx: is not an Excel workbook: mismatched tag"),
    ],
)
def test_what_openpyxl_does_not_expect(tmp_path, cell, said):
    """A style that is not there, and XML that does not close: refused as any other file that is no workbook."""
    path = tmp_path / "t.xlsx"
    book_of(path, cell)

    with pytest.raises(FileProblem, match=said):
        read_table(path)


def test_a_workbook_without_sheets(tmp_path):
    """One whose sheets are not found, as those of a strict one are not, has no cells."""
    book = openpyxl.Workbook()
    book.save(tmp_path / "t.xlsx")
    _changed(tmp_path / "t.xlsx", "xl/_rels/workbook.xml.rels", "sheet1.xml", "sheet9.xml")

    with pytest.raises(FileProblem, match=r"^t\.xlsx: no sheet of cells is found; save it as \.xlsx"):
        read_table(tmp_path / "t.xlsx")


def book_of(path, cell):
    """A workbook of units A and B with 1 and 2, of which the first figure's cell is another."""
    book = openpyxl.Workbook()
    for row in (["unit", "n"], ["A", 1], ["B", 2]):
        book.active.append(row)
    book.save(path)
    _changed(path, "xl/worksheets/sheet1.xml", '<c r="B2" t="n"><v>1</v></c>', cell)


def _changed(path, part, old, new):
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old.encode() in parts[part]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(old.encode(), new.encode()) if name == part else content)


def test_first_rows(tmp_path):
    """A title of two lines and a row of commas stand above a header on line 4; a sheet's rows have their numbers."""
    path = tmp_path / "export.csv"
    path.write_bytes(b'\xef\xbb\xbf"As of\n2024",\r\n,\r\na,b\r\n1,2\r\n')
    rows = [(1, ["As of\n2024", ""]), (3, ["", ""]), (4, ["a", "b"])]
    assert first_rows(path, Reading(), 3) == rows
    book = openpyxl.Workbook()
    book.active["A3"] = "a"
    book.save(tmp_path / "export.xlsx")
    assert first_rows(tmp_path / "export.xlsx", Reading(), 9)[2] == (3, ["a"])
    with pytest.raises(FileProblem, match=r"export.txt.pdf: file not found"):
        first_rows(tmp_path / "export.txt.pdf", Reading(), 9)


def test_files_named(tmp_path):
    """A path is itself, even with a bracket in its name; a pattern is the files that fit it, in order."""
    for name in ("b.csv", "a.csv", "[1].csv"):
        (tmp_path / name).write_text("x\n")
    assert files_named(tmp_path / "[1].csv") == (tmp_path / "[1].csv",)
    assert files_named(tmp_path / "none.csv") == (tmp_path / "none.csv",)
    assert files_named(tmp_path / "?.csv") == (tmp_path / "a.csv", tmp_path / "b.csv")
    with pytest.raises(FileProblem, match=r"\*\.tsv: no file fits the pattern"):
        files_named(tmp_path / "*.tsv")
