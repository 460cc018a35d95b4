"""Tables in files, read with their errors named by line."""

import gzip

import pandas as pd
import pytest
from hubrank.errors import FileProblem
from hubrank.io.cells import CellFormat
from hubrank.io.tables import read_table


def read(tmp_path, name, content, **options):
    """A file of this content, read."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(path, **options)


def test_codes_stay_texts(tmp_path):
    """Leading zeros and the country "NA" survive; what is a gap is a gap, also in a column of codes."""
    frame = read(tmp_path, "t.csv", "unit,country,x\n007,NA,1\n010,,\n", texts=("unit", "country"))

    assert frame["unit"].tolist() == ["007", "010"]
    assert frame["country"].tolist() == ["NA", None]
    assert frame["x"].fillna(-1).tolist() == [1.0, -1.0]


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
    assert read_table(path, reading=CellFormat(sheet="Two")).to_dict("list") == {"unit": ["X"], "y": [2]}
    with pytest.raises(FileProblem, match=r"^t.xlsx: has no sheet 'Too'; did you mean 'Two'\?$"):
        read_table(path, reading=CellFormat(sheet="Too"))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("t.csv", "", "t.csv: is empty; the first line must contain the column names"),
        ("t.csv", "a,b\n", "t.csv: has a header line but no rows"),
        (
            "t.csv",
            "a,a\n1,2\n",
            "t.csv: two columns are named 'a'; if a second line distinguishes them, set header = 2",
        ),
        ("t.csv", "a,b\n1,2\n4,5,6\n", "t.csv, line 3: 3 fields; the first line has 2"),
        ("t.csv", 'a,b\n"1,2\n', "t.csv, line 2: unclosed quote"),
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
    with pytest.raises(FileProblem) as caught:
        read(tmp_path, name, content, numbers=("b",))
    assert str(caught.value) == message
