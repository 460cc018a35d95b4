"""Facts that calamine does not report of an XLS: errors in cells and hidden parts, reported as for an XLSX."""

from pathlib import Path

from .test_workbooks import WITH_GAP


def old_errors(folder):
    """Excel 97: Celand's literacy is an error; the hidden row of Eland has a formula whose result is one."""
    (folder / "errors.xls").write_bytes((Path(__file__).parent / "errors.xls").read_bytes())
    return folder / "errors.xls"


def test_errors_of_an_old_workbook(start, tmp_path):
    """They are reported as for an XLSX, and so are hidden parts; without Eland it is the table of `errors`."""
    path = old_errors(tmp_path)

    start(path, code=2)
    assert "the workbook hides row 8; read or leave out?" in start.err
    assert start(path, "--yes", "--set", "hidden=leave out") == WITH_GAP
    out = " ".join(start.out.split())
    assert 'Literacy 1 cell left empty (not a number: "#DIV/0!")' in out
    assert "#REF!" not in out


def test_errors_in_a_formula_of_an_old_workbook(start, tmp_path):
    """Eland ranks without a life expectancy, which is reported."""
    assert "Eland" in start(old_errors(tmp_path), "--yes", "--set", "hidden=read")
    assert 'Life expectancy 1 cell left empty (not a number: "#REF!")' in " ".join(start.out.split())
