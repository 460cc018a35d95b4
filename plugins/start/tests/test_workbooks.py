"""Tables in the ways that people make them rank as they should.

All hold the figures of `conftest.py`, whose scores are worked out there, so that whatever is misread shows in a score;
where a way changes the figures or the weights, its scores are worked out beside it.
"""

from __future__ import annotations

import zipfile

import openpyxl
import pytest
import xlsxwriter

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


def merged_heads(folder):
    """Two rows of heads, the upper one merged, and a row of units of measurement."""
    rows = [[None, "Health", None, "Education"], HEAD, [None, "years", "per 1000", "%"], *FIGURES]
    path = book_of(folder / "merged.xlsx", rows)
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("B1:C1")
    book.save(path)
    return path


def german(folder):
    """Semicolons, decimal commas, thousands with points, German heads in the encoding of Windows."""
    text = "Land;Lebenserwartung;Säuglingssterblichkeit;Alphabetisierung\n"
    text += "Aland;8.000,0;12;99\nBeland;7.500,0;9;90\nCeland;7.000,0;4,5;80\nDeland;6.000,0;10;99,5\n"
    (folder / "land.csv").write_bytes(text.encode("cp1252"))
    return folder / "land.csv"


def marked(folder):
    """Percent signs, footnote marks and the many words for a gap."""
    rows = [("Aland", "80*", "12 a)", "99%"), ("Beland", 75, "9 (e)", "90 %")]
    rows += [("Celand", "70†", 4.5, "n.a."), ("Deland", 60, "10", "99.5%"), ("Eland", "n/a", "..", "k.A.")]
    return book_of(folder / "marked.xlsx", [HEAD, *rows])


def errors(folder):
    """An error of Excel in a cell, and a row and a column that are hidden."""
    path = book_of(folder / "errors.xlsx", [HEAD, *FIGURES])
    book = openpyxl.load_workbook(path)
    sheet = book.active
    sheet["D4"].value, sheet["D4"].data_type = "#REF!", "e"
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["C"].hidden = True
    book.save(path)
    return path


def formulas(folder):
    """Formulas with the values that the spreadsheet stored."""
    path = folder / "formulas.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, HEAD)
        for at, (name, *values) in enumerate(FIGURES, start=1):
            sheet.write(at, 0, name)
            for column, value in enumerate(values, start=1):
                sheet.write_formula(at, column, f"={value}*1", None, value)
    return path


def years_as_columns(folder):
    """A column for each indicator and year."""
    head = ["Country", *(f"{name} {year}" for name in HEAD[1:] for year in (2019, 2020))]
    rows = [
        [name, *(cell for value in values for cell in (value + len(name) * 0 + at, value))]
        for at, (name, *values) in enumerate(FIGURES)
    ]
    return book_of(folder / "wide.xlsx", [head, *rows])


def years_below_heads(folder):
    """Indicators merged above their years."""
    head = ["Country", *(cell for name in HEAD[1:] for cell in (name, None))]
    rows = [
        [name, *(cell for value in values for cell in (value - at, value))]
        for at, (name, *values) in enumerate(FIGURES)
    ]
    return book_of(folder / "below.xlsx", [head, [None, *[2019, 2020] * 3], *rows])


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
    """Rows of weights and directions above the figures."""
    head = ("Country", "x1", "x2", "x3")
    return book_of(folder / "weights.xlsx", [head, ["Weight", 0.5, 0.3, 0.2], ["Direction", "+", "-", "+"], *FIGURES])


def weights_in_a_sheet(folder):
    """A second sheet with weights and directions by indicator."""
    path = book_of(folder / "sheet.xlsx", [("Country", "x1", "x2", "x3"), *FIGURES])
    book = openpyxl.load_workbook(path)
    sheet = book.create_sheet("Framework")
    for row in (["Indicator", "Weight", "Polarity"], ["x1", "50%", 1], ["x2", "30%", -1], ["x3", "20%", 1]):
        sheet.append(row)
    book.save(path)
    return path


def prefixed(folder):
    """Dimensions before a colon."""
    head = ("Country", "Health: life expectancy", "Health: infant mortality", "Education: literacy")
    return book_of(folder / "prefix.xlsx", [head, *FIGURES])


def joined_prefixes(folder):
    """Dimensions before an underscore."""
    head = "Country\thealth_life_expectancy\thealth_mortality\teducation_literacy"
    lines = [head, *("\t".join(map(str, row)) for row in FIGURES)]
    (folder / "prefix.tsv").write_text("\n".join(lines))
    return folder / "prefix.tsv"


def totals(folder):
    """A mean by its name and a sum by its figures at the end."""
    sums = [sum(row[at] for row in FIGURES) for at in (1, 2, 3)]
    return book_of(folder / "total.xlsx", [HEAD, *FIGURES, ["EU average", 71, 8.9, 92], ["Landia", *sums]])


def several_sheets(folder):
    """The table is not on the first sheet, and a hidden one holds more."""
    path = book_of(folder / "sheets.xlsx", [["Read me"], ["Contact", "me@example.org"]], "About")
    book = openpyxl.load_workbook(path)
    for row in [HEAD, *FIGURES]:
        book.create_sheet("Figures") if "Figures" not in book.sheetnames else None
        book["Figures"].append(row)
    old = book.create_sheet("Old")
    for at in range(20):
        old.append([f"Unit {at}", at, at, at, at])
    old.sheet_state = "hidden"
    book.save(path)
    return path


def with_other_columns(folder):
    """A rank, a row's number, a total, a constant column, an empty one and remarks."""
    head = ["No.", *HEAD, "World", "Empty", "Score", "Rank", "Remarks"]
    rows = [[at, *row, 1, None, at * 7, 5 - at, f"remark {at}"] for at, row in enumerate(FIGURES, start=1)]
    return book_of(folder / "other.xlsx", [head, *rows])


def turned(folder):
    """Countries in columns."""
    names = ["France", "Germany", "Italy", "Spain"]
    rows = [[HEAD[at], *(row[at] for row in FIGURES)] for at in (1, 2, 3)]
    return book_of(folder / "turned.xlsx", [["Indicator", *names], *rows])


def old_excel(folder):
    """The format of Excel 97, with a title and a mean."""
    from pathlib import Path

    (folder / "quality.xls").write_bytes((Path(__file__).parent / "quality.xls").read_bytes())
    return folder / "quality.xls"


MANIFEST = """<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
 manifest:version="1.2"><manifest:file-entry manifest:full-path="/"
 manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>"""


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


def records(folder):
    """JSON records below a key."""
    import json

    rows = [dict(zip(HEAD, row, strict=True)) for row in FIGURES]
    (folder / "figures.json").write_text(json.dumps({"meta": {"page": 1}, "data": rows}))
    return folder / "figures.json"


def folder_of_files(folder):
    """A folder with a file for each indicator, the units in another order and spelling."""
    (folder / "parts").mkdir()
    for at, head in enumerate(HEAD[1:], start=1):
        rows = [(row[0].upper() if at == 2 else row[0], row[at]) for row in (FIGURES if at < 3 else FIGURES[::-1])]
        lines = [f"Country,{head}", *(f"{name},{value}" for name, value in rows)]
        (folder / "parts" / f"{at}.csv").write_text("\n".join(lines))
    return folder / "parts"


def three_at_once(folder):
    """A title, merged heads with units, decimal commas in texts, a mean, and notes."""
    rows = [
        ["Table 3. Lebensqualität 2022"],
        [],
        [None, "Health", None, "Education"],
        HEAD,
        ["", "years", "per 1000", "%"],
    ]
    rows += [[name, *(str(value).replace(".", ",") for value in values)] for name, *values in FIGURES]
    path = book_of(folder / "three.xlsx", [*rows, ["Mean", "71,25", "8,9", "92,1"], [], ["* estimate"]])
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("B3:C3")
    book.active.merge_cells("A1:D1")
    book.save(path)
    return path


def numbered_and_weighted(folder):
    """Numbered rows, a row of weights in percent, codes beside names, and directions as words."""
    head = ["#", "Country", "Code", "x1", "x2", "x3"]
    rows = [[at, row[0], f"C{at}", *row[1:]] for at, row in enumerate(FIGURES, start=1)]
    weights = ["", "Weight", "", "50%", "30%", "20%"]
    directions = ["", "Direction", "", "higher is better", "lower is better", "higher is better"]
    return book_of(folder / "numbered.xlsx", [head, weights, directions, *rows])


def long_panel_with_marks(folder):
    """One figure a row, two years, flags beside the values, gaps as colons."""
    lines = ["geo;indicator;TIME_PERIOD;OBS_VALUE;OBS_FLAG"]
    for name, *values in FIGURES:
        for head, value in zip(HEAD[1:], values, strict=True):
            lines.append(f"{name};{head};2019;:;m")
            lines.append(f"{name};{head};2020;{str(value).replace('.', ',')};{'p' if name == 'Aland' else ''}")
    (folder / "long.csv").write_text("\n".join(lines))
    return folder / "long.csv"


def bom_title_and_total(folder):
    """A byte order mark, a title over a comma-separated table, quoted thousands and a total."""
    rows = [f'{name},"{values[0] * 100:,}",{values[1]},{values[2]}' for name, *values in FIGURES]
    text = "\n".join(["Quality of life,,,", "", ",".join(HEAD), *rows, 'Total,"28,500",35.5,368.5'])
    (folder / "bom.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    return folder / "bom.csv"


def hidden_errors_and_gaps(folder):
    """Errors, an empty column, a constant one, a hidden sheet with more cells and a heading between rows."""
    rows = [["Country", "Life expectancy", "", "Infant mortality", "Literacy", "Decade"]]
    rows += [["The north"], *([n, a, None, b, c, 2] for n, a, b, c in FIGURES[:2])]
    rows += [["The south"], *([n, a, None, b, c, 2] for n, a, b, c in FIGURES[2:])]
    path = book_of(folder / "hidden.xlsx", rows)
    book = openpyxl.load_workbook(path)
    book.active["E6"].value, book.active["E6"].data_type = "#DIV/0!", "e"
    book.save(path)
    return path


def like_a_framework(folder):
    """Rows of codes, units, directions, weights and pillars above the figures, labelled in column A."""
    head = ["Indicator name", *HEAD[1:]]
    rows = [["Indicator code", "ind.01", "ind.02", "ind.03"], ["Unit", "years", "per 1000", "%"]]
    rows += [["Direction", 1, -1, 1], ["Weight", 1, 1, 2], ["Pillar", "Health", "Health", "Education"]]
    return book_of(folder / "framework.xlsx", [head, *rows, *FIGURES])


def eurostat(folder):
    """Keys joined in the first column, flags behind figures, colons for gaps."""
    lines = ["freq,indic,geo\\TIME_PERIOD\t2019 \t2020 "]
    for at, head in enumerate(HEAD[1:], start=1):
        lines += [f"A,{head},{row[0]}\t: \t{row[at]} {'e' if at == 2 else ''}" for row in FIGURES]
    (folder / "estat.tsv").write_text("\n".join(lines).replace("indic", "indicator"))
    return folder / "estat.tsv"


def pivot(folder):
    """A region stands for the empty cells below it; rows stand below each other without a name for the columns."""
    rows = [["Zone", *HEAD], ["North", *FIGURES[0]], [None, *FIGURES[1]], ["South", *FIGURES[2]], [None, *FIGURES[3]]]
    return book_of(folder / "pivot.xlsx", rows)


def signed(folder):
    """Signs behind names, brackets for negative figures, a table that begins in C4."""
    head = ("Country", "x1 (+)", "x2 (-)", "x3 ↑")
    rows = [(name, f"({100 - life})", *rest) for name, life, *rest in FIGURES]
    padded = [[None, None, *row] for row in (head, *rows)]
    return book_of(folder / "signed.xlsx", [[], [], [], *padded])


def with_a_whole(folder):
    """Germany among its parts, with their sums and means."""
    names = ["Bayern", "Hessen", "Berlin", "Sachsen"]
    rows = [(name, *values) for name, (_, *values) in zip(names, FIGURES, strict=True)]
    head = ("Land", "Lebenserwartung", "Säuglingssterblichkeit", "Alphabetisierung")
    return book_of(folder / "whole.xlsx", [head, *rows, ("Deutschland", 72, 9.1, 93)])


def markdown(folder):
    """A table of Markdown with dashes for minus."""
    lines = [f"| {' | '.join(map(str, row))} |" for row in (HEAD, ["---"] * 4, *FIGURES)]
    (folder / "table.md").write_text("\n".join(lines))
    return folder / "table.md"


def newest_of_each(folder):
    """One row a unit, with the year of each."""
    rows = [(row[0], 2018 + at, *row[1:]) for at, row in enumerate(FIGURES)]
    return book_of(folder / "newest.xlsx", [("Country", "Year", *HEAD[1:]), *rows])


def weights_without_heads(folder):
    """A sheet that is called Weights, with a name and a number in each row."""
    path = book_of(folder / "bare.xlsx", [HEAD, *FIGURES])
    book = openpyxl.load_workbook(path)
    sheet = book.create_sheet("Weights")
    for name, weight in zip(HEAD[1:], (5, 3, 2), strict=True):
        sheet.append([name, weight])
    book.save(path)
    return path


def years_as_sheets(folder):
    """A sheet for each year."""
    path = book_of(folder / "sheets.xlsx", [HEAD, *((name, *reversed(values)) for name, *values in FIGURES)], "2019")
    book = openpyxl.load_workbook(path)
    sheet = book.create_sheet("2020")
    for row in (HEAD, *FIGURES):
        sheet.append(row)
    book.save(path)
    return path


WAYS = {
    years_as_sheets: SCORES,
    weights_without_heads: WEIGHTED,
    titled: SCORES,
    merged_heads: IN_TWO,
    german: SCORES,
    marked: WITH_GAP,
    errors: WITH_GAP,
    formulas: SCORES,
    years_as_columns: SCORES,
    years_below_heads: SCORES,
    long_by_year: SCORES,
    panel: SCORES,
    weights_in_rows: WEIGHTED,
    weights_in_a_sheet: WEIGHTED,
    prefixed: IN_TWO,
    joined_prefixes: IN_TWO,
    totals: SCORES,
    several_sheets: SCORES,
    with_other_columns: SCORES,
    turned: dict(zip(["France", "Germany", "Italy", "Spain"], SCORES.values(), strict=True)),
    old_excel: SCORES,
    libre: SCORES,
    parquet: SCORES,
    records: SCORES,
    folder_of_files: SCORES,
    three_at_once: IN_TWO,
    numbered_and_weighted: WEIGHTED,
    long_panel_with_marks: SCORES,
    bom_title_and_total: SCORES,
    hidden_errors_and_gaps: WITH_GAP,
    like_a_framework: IN_TWO,
    eurostat: SCORES,
    pivot: SCORES,
    signed: SCORES,
    with_a_whole: dict(zip(["Bayern", "Hessen", "Berlin", "Sachsen"], SCORES.values(), strict=True)),
    markdown: SCORES,
    newest_of_each: SCORES,
}


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_way_ranks_as_it_should(start, tmp_path, way):
    """Scores and order are those that a person gets by hand."""
    found = start(way(tmp_path), "--yes")

    assert found == WAYS[way]
    assert list(found) == list(WAYS[way])
