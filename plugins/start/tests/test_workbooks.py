"""Tables in the ways that people make them have the scores that `conftest.py` works out, or those worked out here."""

import zipfile

import openpyxl
import pytest

from .conftest import FIGURES, HEAD, SCORES, book_of

#: Health (life, mortality) and education (literacy) count the same: Deland ((0 + 26.67) / 2 + 100) / 2.
IN_TWO = {"Aland": 73.72, "Deland": 56.67, "Beland": 54.39, "Celand": 37.50}
#: Weights of 0.5, 0.3 and 0.2: Beland 37.5 + 12 + 10.26.
WEIGHTED = {"Aland": 69.49, "Beland": 59.76, "Celand": 55.00, "Deland": 28.00}
#: Celand's literacy is missing, so that literacy goes from 90 to 99.5: Celand (50 + 100) / 2.
WITH_GAP = {"Celand": 75.00, "Aland": 64.91, "Deland": 42.22, "Beland": 38.33}


def titled(folder):
    """A title, a blank row, notes below."""
    rows = [["Quality of life, 2021"], ["Ministry of figures"], [], HEAD, *FIGURES, [], ["Source: the ministry"]]
    return book_of(folder / "eu.xlsx", rows)


def german(folder):
    """Semicolons, decimal commas, thousands with points, German heads in the encoding of Windows."""
    text = "Land;Lebenserwartung;Säuglingssterblichkeit;Alphabetisierung\n"
    text += "Aland;8.000,0;12;99\nBeland;7.500,0;9;90\nCeland;7.000,0;4,5;80\nDeland;6.000,0;10;99,5\n"
    (folder / "land.csv").write_bytes(text.encode("cp1252"))
    return folder / "land.csv"


def errors(folder):
    """An error of Excel in a cell."""
    path = book_of(folder / "errors.xlsx", [HEAD, *FIGURES])
    book = openpyxl.load_workbook(path)
    sheet = book.active
    sheet["D4"].value, sheet["D4"].data_type = "#REF!", "e"
    book.save(path)
    return path


def years_as_columns(folder):
    """A column for each indicator and year."""
    head = ["Country", *(f"{name} {year}" for name in HEAD[1:] for year in (2019, 2020))]
    rows = [
        [name, *(cell for value in values for cell in (value + at, value))]
        for at, (name, *values) in enumerate(FIGURES)
    ]
    return book_of(folder / "wide.xlsx", [head, *rows])


def long_by_year(folder):
    """As the World Bank writes it: indicators in rows, years in columns, a source below."""
    lines = ["Country Name,Country Code,Series Name,Series Code,2019 [YR2019],2020 [YR2020]"]
    for name, *values in FIGURES:
        lines += [
            f"{name},{name[:3].upper()},{head},X.{at},{at + 1},{value}"
            for at, (head, value) in enumerate(zip(HEAD[1:], values, strict=True))
        ]
    (folder / "wdi.csv").write_text("\n".join([*lines, "", "", "Data from database: World", "Last Updated: 2021"]))
    return folder / "wdi.csv"


def panel(folder):
    """A column of years."""
    rows = [
        [name, year, *(v + (2020 - year) * at for v in values)]
        for year in (2019, 2020)
        for at, (name, *values) in enumerate(FIGURES)
    ]
    return book_of(folder / "panel.xlsx", [["Country", "Year", *HEAD[1:]], *rows])


def weights_in_rows(folder):
    """Rows of weights and directions above the values."""
    head = ("Country", "x1", "x2", "x3")
    return book_of(folder / "weights.xlsx", [head, ["Weight", 0.5, 0.3, 0.2], ["Direction", "+", "-", "+"], *FIGURES])


def prefixed(folder):
    """Dimensions before a colon."""
    head = ("Country", "Health: life expectancy", "Health: infant mortality", "Education: literacy")
    return book_of(folder / "prefix.xlsx", [head, *FIGURES])


def totals(folder):
    """A mean by its name and a sum by its values at the end."""
    sums = [sum(row[at] for row in FIGURES) for at in (1, 2, 3)]
    return book_of(folder / "total.xlsx", [HEAD, *FIGURES, ["EU average", 71, 8.9, 92], ["Landia", *sums]])


def with_other_columns(folder):
    """A rank, a row's number, a total, a constant column, an empty one and remarks."""
    head = ["No.", *HEAD, "World", "Empty", "Score", "Rank", "Remarks"]
    rows = [[at, *row, 1, None, at * 7, 5 - at, f"remark {at}"] for at, row in enumerate(FIGURES, start=1)]
    return book_of(folder / "other.xlsx", [head, *rows])


def old_excel(folder):
    """The format of Excel 97, with a title and a mean."""
    from pathlib import Path

    (folder / "quality.xls").write_bytes((Path(__file__).parent / "quality.xls").read_bytes())
    return folder / "quality.xls"


MANIFEST = """<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
 manifest:version="1.2"><manifest:file-entry manifest:full-path="/"
 manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>"""


def test_a_damaged_ods(start, tmp_path):
    """Its content is cut off."""
    path = ods(tmp_path / "q.ods", [HEAD, *FIGURES])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(b"</office:document-content>", b""))
    start(path, "--yes", code=2)

    assert "is not a workbook that can be read" in start.err


def ods_cell(value, extra=""):
    """A cell of an ODS sheet."""
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"{extra}><text:p>{value}</text:p></table:table-cell>'
    held = f'office:value-type="float" office:value="{value}"'
    return f"<table:table-cell {held}{extra}><text:p>{value}</text:p></table:table-cell>"


def ods(path, rows):
    """A workbook of LibreOffice with a sheet of rows, each of which is XML or cells."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    body = "".join(
        row if isinstance(row, str) else f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>"
        for row in rows
    )
    table = f'<table:table table:name="Data">{body}</table:table>'
    inner = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    content = f'<office:document-content {spaces} office:version="1.2">{inner}</office:document-content>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
    return path


def libre(folder):
    """An ODS with a title."""
    return ods(folder / "quality.ods", [["Quality of life"], HEAD, *FIGURES])


def parquet(folder):
    """A Parquet file whose index holds the units."""
    import pandas as pd

    pd.DataFrame(FIGURES, columns=list(HEAD)).set_index("Country").to_parquet(folder / "figures.parquet")
    return folder / "figures.parquet"


def folder_of_files(folder):
    """A folder with a file for each indicator, the units in another order and spelling."""
    (folder / "parts").mkdir()
    for at, head in enumerate(HEAD[1:], start=1):
        rows = [(row[0].upper() if at == 2 else row[0], row[at]) for row in (FIGURES if at < 3 else FIGURES[::-1])]
        lines = [f"Country,{head}", *(f"{name},{value}" for name, value in rows)]
        (folder / "parts" / f"{at}.csv").write_text("\n".join(lines))
    return folder / "parts"


def numbered_and_weighted(folder):
    """Numbered rows, a row of weights in percent, codes beside names, and directions as words."""
    head = ["#", "Country", "Code", "x1", "x2", "x3"]
    rows = [[at, row[0], f"C{at}", *row[1:]] for at, row in enumerate(FIGURES, start=1)]
    weights = ["", "Weight", "", "50%", "30%", "20%"]
    directions = ["", "Direction", "", "higher is better", "lower is better", "higher is better"]
    return book_of(folder / "numbered.xlsx", [head, weights, directions, *rows])


def bom_title_and_total(folder):
    """A byte order mark, a title over a comma-separated table, quoted thousands and a total."""
    rows = [f'{name},"{values[0] * 100:,}",{values[1]},{values[2]}' for name, *values in FIGURES]
    text = "\n".join(["Quality of life,,,", "", ",".join(HEAD), *rows, 'Total,"28,500",35.5,368.5'])
    (folder / "bom.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    return folder / "bom.csv"


def like_a_framework(folder):
    """Rows of codes, units, directions, weights and pillars above the values, labelled in column A."""
    head = ["Indicator name", *HEAD[1:]]
    rows = [["Indicator code", "ind.01", "ind.02", "ind.03"], ["Unit", "years", "per 1000", "%"]]
    rows += [["Direction", 1, -1, 1], ["Weight", 1, 1, 2], ["Pillar", "Health", "Health", "Education"]]
    return book_of(folder / "framework.xlsx", [head, *rows, *FIGURES])


def pivot(folder):
    """A region stands for the empty cells below it; rows stand below each other without a name for the columns."""
    rows = [["Zone", *HEAD], ["North", *FIGURES[0]], [None, *FIGURES[1]], ["South", *FIGURES[2]], [None, *FIGURES[3]]]
    return book_of(folder / "pivot.xlsx", rows)


def with_a_whole(folder):
    """Germany among its parts, with their sums and means."""
    names = ["Bayern", "Hessen", "Berlin", "Sachsen"]
    rows = [(name, *values) for name, (_, *values) in zip(names, FIGURES, strict=True)]
    head = ("Land", "Lebenserwartung", "Säuglingssterblichkeit", "Alphabetisierung")
    return book_of(folder / "whole.xlsx", [head, *rows, ("Deutschland", 72, 9.1, 93)])


def newest_of_each(folder):
    """One row per unit, with the year of each."""
    rows = [(row[0], 2018 + at, *row[1:]) for at, row in enumerate(FIGURES)]
    return book_of(folder / "newest.xlsx", [("Country", "Year", *HEAD[1:]), *rows])


def years_as_sheets(folder):
    """A sheet for each year."""
    path = book_of(folder / "sheets.xlsx", [HEAD, *((name, *reversed(values)) for name, *values in FIGURES)], "2019")
    book = openpyxl.load_workbook(path)
    sheet = book.create_sheet("2020")
    for row in (HEAD, *FIGURES):
        sheet.append(row)
    book.save(path)
    return path


#: 2020 on scales of both years: mortality of 4.5 to 13, literacy of 80 to 102.5.
TWO_YEARS = {"Aland": 65.40, "Beland": 55.50, "Celand": 50.00, "Deland": 40.65}
#: And of the sheets, whose 2019 has life expectancies up to 99.5 and literacies down to 60.
TWO_SHEETS = {"Celand": 58.65, "Beland": 51.31, "Aland": 49.79, "Deland": 42.22}
WAYS = dict.fromkeys(
    (
        *(years_as_sheets, titled, german, years_as_columns, long_by_year, panel, totals, with_other_columns),
        *(old_excel, libre, parquet, folder_of_files, bom_title_and_total, pivot, newest_of_each),
    ),
    SCORES,
) | {
    years_as_sheets: TWO_SHEETS,
    years_as_columns: TWO_YEARS,
    panel: TWO_YEARS,
    errors: WITH_GAP,
    weights_in_rows: WEIGHTED,
    prefixed: IN_TWO,
    numbered_and_weighted: WEIGHTED,
    like_a_framework: IN_TWO,
    with_a_whole: dict(zip(["Bayern", "Hessen", "Berlin", "Sachsen"], SCORES.values(), strict=True)),
}


@pytest.mark.long
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_way_ranks_as_it_should(start, tmp_path, way):
    """Scores and order are those that a user gets by hand."""
    found = start(way(tmp_path), "--yes")

    assert found == WAYS[way]
    assert list(found) == list(WAYS[way])
