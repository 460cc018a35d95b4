"""Workbooks as other programs than Excel and openpyxl write them rank as they should."""

import zipfile

import pytest

from .conftest import FIGURES, HEAD, SCORES
from .test_workbooks import ods, ods_cell

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
    """The values with texts in their cells, and without styles, shared texts and all that is not needed."""
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


BARE = {
    "nothing that is not needed": {},
    "a dimension that is too small": {"dimension": '<dimension ref="A1"/>'},
    "a dimension of the whole sheet": {"dimension": '<dimension ref="A1:XFD1048576"/>'},
    "cells without places": {"places": False},
    "a prefix before all names": {"prefix": "x"},
    "strict": {"spaces": STRICT},
}


@pytest.mark.long
@pytest.mark.parametrize("how", BARE)
def test_bare_workbooks(start, tmp_path, how):
    """What a program may leave out or write in another way changes nothing."""
    assert start(bare(tmp_path / "bare.xlsx", **BARE[how]), "--yes") == SCORES


def xml(*cells, extra=""):
    """A row of an ODS."""
    return f"<table:table-row{extra}>{''.join(cells)}</table:table-row>"


def repeated(value, times):
    """A cell of an ODS that stands for several."""
    return ods_cell(value, f' table:number-columns-repeated="{times}"')


@pytest.mark.long
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
    assert "identical rows left out: row 3 (Aland), row 4 (Aland)" in " ".join(start.out.split())
