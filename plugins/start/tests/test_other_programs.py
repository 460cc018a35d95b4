"""Workbooks as other programs than Excel and openpyxl write them rank as they should."""

from __future__ import annotations

import zipfile

import openpyxl
import pytest

from .conftest import FIGURES, HEAD, SCORES, book_of
from .test_workbooks import WITH_GAP, ods, ods_cell

SHEET, STYLES = "xl/worksheets/sheet1.xml", "xl/styles.xml"
#: Names of spaces in XML: as Excel saves by default, and as it saves "Strict Open XML".
USUAL = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
)
STRICT = ("http://purl.oclc.org/ooxml/spreadsheetml/main", "http://purl.oclc.org/ooxml/officeDocument/relationships")
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = f"""<Types xmlns="{PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/xl/workbook.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml"
 ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"""


def bare(path, spaces=USUAL, dimension="", prefix="", places=True):
    """The figures with texts in their cells, and without styles, shared texts and all that is not needed."""
    main, relations = spaces
    p, name = (f"{prefix}:", f"xmlns:{prefix}") if prefix else ("", "xmlns")

    def cell(value, at):
        place = f' r="{at}"' if places else ""
        if isinstance(value, str):
            return f'<{p}c{place} t="inlineStr"><{p}is><{p}t>{value}</{p}t></{p}is></{p}c>'
        return f"<{p}c{place}><{p}v>{value}</{p}v></{p}c>"

    rows = "".join(
        f"<{p}row>{''.join(cell(value, f'{letter}{line}') for letter, value in zip('ABCD', row, strict=True))}</{p}row>"
        for line, row in enumerate((HEAD, *FIGURES), start=1)
    )
    sheet = f'<{p}sheet name="Data" sheetId="1" r:id="rId1"/>'
    relation = f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" Type="{relations}'
    parts = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": f'{relation}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/_rels/workbook.xml.rels": f'{relation}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/workbook.xml": f'<{p}workbook {name}="{main}" xmlns:r="{relations}">'
        f"<{p}sheets>{sheet}</{p}sheets></{p}workbook>",
        SHEET: f'<{p}worksheet {name}="{main}">{dimension}<{p}sheetData>{rows}</{p}sheetData></{p}worksheet>',
    }
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return path


def changed(path, part, old, new):
    """A workbook with a text in one of its parts in place of another."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old.encode() in parts[part]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(old.encode(), new.encode()) if name == part else content)
    return path


BARE = {
    "nothing that is not needed": {},
    "a dimension that is too small": {"dimension": '<dimension ref="A1"/>'},
    "a dimension of the whole sheet": {"dimension": '<dimension ref="A1:XFD1048576"/>'},
    "cells without places": {"places": False},
    "a prefix before all names": {"prefix": "x"},
    "strict": {"spaces": STRICT},
}


@pytest.mark.parametrize("how", BARE)
def test_bare_workbooks(start, tmp_path, how):
    """What a program may leave out or write in another way changes nothing."""
    assert start(bare(tmp_path / "bare.xlsx", **BARE[how]), "--yes") == SCORES


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (STYLES, '<family val="2"', '<family val="99"'),
        (STYLES, '<family val="2"', '<color rgb="red"/><family val="2"'),
        (SHEET, "<pageMargins", '<pageSetup orientation="sideways"/><pageMargins'),
        (SHEET, 'r="B2"', 'r="B2" s="7"'),
    ],
)
def test_what_openpyxl_refuses(start, tmp_path, part, old, new):
    """A font, a colour, a page or a style that should not be: the figures are read, and what may be lost is told."""
    path = changed(book_of(tmp_path / "odd.xlsx", [HEAD, *FIGURES]), part, old, new)

    assert start(path, "--yes") == SCORES
    out = " ".join(start.out.split())
    assert "errors such as #REF! left empty, if there are any, since the workbook can be read only in part (" in out
    assert str(tmp_path) not in out.partition("written to")[0]


@pytest.mark.parametrize(
    ("part", "old", "new", "why"),
    [
        (SHEET, "</sheetData></worksheet>", "", "no element found"),
        ("xl/_rels/workbook.xml.rels", "sheet1.xml", "sheet9.xml", "its sheets are not found"),
    ],
)
def test_broken_workbooks(start, tmp_path, part, old, new, why):
    """XML that ends early, and a sheet that is not there: refused in one line."""
    start(changed(bare(tmp_path / "broken.xlsx"), part, old, new), "--yes", code=2)

    assert f"is not a workbook that can be read: {why}" in start.err


def test_formulas_under_a_prefix(start, tmp_path):
    """One without a stored value is found whatever stands before its name."""
    path = changed(bare(tmp_path / "f.xlsx", prefix="x"), SHEET, "<x:v>80</x:v>", "<x:f>40*2</x:f>")

    start(path, "--yes", code=2)
    assert "a formula without a stored value" in start.err


def test_a_formula_whose_result_is_an_empty_text(start, tmp_path):
    """It was computed, and is a gap: Celand's literacy in an XLSX and in an ODS."""
    book = changed(
        book_of(tmp_path / "e.xlsx", [HEAD, *FIGURES]),
        SHEET,
        '<c r="D4" t="n"><v>80</v></c>',
        '<c r="D4" t="str"><f>IF(TRUE,"","")</f><v></v></c>',
    )
    empty = '<table:table-cell table:formula="of:=A1" office:value-type="string" office:string-value=""/>'
    rows = [row if row[0] != "Celand" else xml(*map(ods_cell, row[:3]), empty) for row in FIGURES]

    assert start(book, "--yes") == WITH_GAP
    start.folder.rename(tmp_path / "first")
    assert start(ods(tmp_path / "e.ods", [HEAD, *rows]), "--yes") == WITH_GAP


def xml(*cells, extra=""):
    """A row of an ODS."""
    return f"<table:table-row{extra}>{''.join(cells)}</table:table-row>"


def repeated(value, times):
    """A cell of an ODS that stands for several."""
    return ods_cell(value, f' table:number-columns-repeated="{times}"')


def test_repeated_cells_and_rows_of_an_ods(start, tmp_path):
    """LibreOffice writes equal neighbours once, and all of a sheet that is empty as one row."""
    rest = '<table:table-cell table:number-columns-repeated="16380"/>'
    rows = [xml(*map(ods_cell, row), rest) for row in (HEAD, *FIGURES)]
    rows.insert(2, xml(ods_cell("Aland"), *map(ods_cell, FIGURES[0][1:]), extra=' table:number-rows-repeated="2"'))
    rows.append(xml(ods_cell("Eland"), repeated(50, 3)))
    rows.append(xml(rest, extra=' table:number-rows-repeated="1048569"'))
    found = start(ods(tmp_path / "r.ods", rows), "--yes")

    assert list(found) == ["Aland", "Beland", "Celand", "Deland", "Eland"]
    assert found["Eland"] == 0  # 50 is the worst in all three
    assert "Aland counts once" in " ".join(start.out.split())


def test_repeated_errors_of_an_ods(start, tmp_path):
    """Each cell that an error stands for is told."""
    error = '<table:table-cell table:formula="of:=1/0" table:number-columns-repeated="2"><text:p>#DIV/0!</text:p>'
    rows = [HEAD, *FIGURES, xml(ods_cell("Eland"), ods_cell(60), f"{error}</table:table-cell>")]
    start(ods(tmp_path / "e.ods", rows), "--yes")
    out = " ".join(start.out.split())

    assert 'Infant mortality 1 cell left empty, no number: "#DIV/0!"' in out
    assert 'Literacy 1 cell left empty, no number: "#DIV/0!"' in out


def test_a_workbook_of_charts_alone(start, tmp_path):
    """It has no cells."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.create_chartsheet("Chart")
    book.save(tmp_path / "c.xlsx")

    start(tmp_path / "c.xlsx", "--yes", code=2)
    assert "c.xlsx: 1 problem" in start.err
