"""Tables as people have them: what each option reads, and what is reported if none is set."""

import pytest
import tomli
from hubrank.io.cells import NUMBER, CellFormat, number_in
from hubrank.io.table_layout import Wide, likely_encoding
from hubrank.io.tables import ReadSpec, read_with_errors


def written(tmp_path, content, name="t.csv"):
    """A file of this content."""
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def examined(path, kinds=("x",), wide=None, columns=None, **options):
    """The rows and problems of a file; each column that is named must be numbers."""
    wanted = ReadSpec(texts=("unit",), kinds=dict.fromkeys(kinds, NUMBER), wide=wide, columns=columns or {})
    return read_with_errors(path, CellFormat(**options), wanted)


@pytest.mark.parametrize(
    ("text", "options", "number"),
    [
        ("12,5", {"decimal": ","}, 12.5),
        ("1.234,5", {"decimal": ",", "thousands": "."}, 1234.5),
        ("12,34,567", {"thousands": ","}, 1234567),
        ("1,23", {"thousands": ","}, None),
        ("1 234", {"thousands": " "}, 1234),
        ("1\u2019234.5", {"thousands": "'"}, 1234.5),
        ("1.234", {"decimal": ","}, None),
        ("12%", {"percent": "points"}, 12),
        ("12.3 %", {"percent": "share"}, 0.123),
        ("12%", {}, None),
        ("3.4* a)", {"footnotes": ("a)", "*")}, 3.4),
        ("(e) 3.4", {"footnotes": ("(e)",)}, 3.4),
        ("\u22125", {}, -5),
        ("\u20135", {}, None),
        ("1e3", {}, 1000),
    ],
)
def test_numbers_as_tables_write_them(text, options, number):
    """Groups must be of three digits, or two before the last as in India; what is not set is not guessed."""
    assert number_in(text, CellFormat(**options)) == number


@pytest.mark.parametrize(
    ("cells", "percent", "told"),
    [
        (("45%", "0.5"), "points", ["0.5"]),
        (("45%", "0.5", "1", "0"), "points", ["0.5", "1"]),
        (("45%", "43"), "share", ["43"]),
        # The sign in the first row alone; shares beside percentages; small percentages with the sign as well.
        (("45%", "43", "0.5"), "points", []),
        (("45%", "0.43", "0"), "share", []),
        (("45%", "0.8%", "0.5"), "points", []),
    ],
)
def test_numbers_without_the_percent_sign_of_others(tmp_path, cells, percent, told):
    """They are rejected where the sign parts two scales, of which one would be a hundred times off."""
    path = written(tmp_path, "unit,x\n" + "".join(f"u{at},{cell}\n" for at, cell in enumerate(cells)))
    _, problems = examined(path, percent=percent)
    text = " ".join(problems)

    assert [cell for cell in cells if f'"{cell}"' in text] == told
    assert ("must be a number with %, as in other cells of its column; got" in text) == (len(told) == 1)


@pytest.mark.parametrize(
    ("cell", "remedy"),
    [
        ("12,5", 'decimal = "," reads 12.5'),
        ("1,234", 'decimal = "," reads 1.234 or thousands = "," reads 1234'),
        ("1,234.5", 'thousands = "," reads 1234.5'),
        ("1.234.567", 'decimal = "," and thousands = "." reads 1234567'),
        ("1.234,5", 'decimal = "," and thousands = "." reads 1234.5'),
        ("12%", 'percent = "points" reads 12 or percent = "share" reads 0.12'),
        ("3.4*", 'footnotes = ["*"] reads 3.4'),
        ("3.4\u00b9", 'footnotes = ["\u00b9"] reads 3.4'),
        ("3.4 a)", 'footnotes = ["a)"] reads 3.4'),
        ("3.4 [b]", 'footnotes = ["[b]"] reads 3.4'),
        ("3.4 p", 'footnotes = ["p"] reads 3.4'),
        ("12,5*", 'footnotes = ["*"] and decimal = "," reads 12.5'),
        ("-", 'na = ["-"] reads a gap'),
        ("k.A.", 'na = ["k.A."] reads a gap'),
        ("NA", 'na = ["NA"] reads a gap'),
        ("many", ""),
    ],
)
def test_what_would_read_a_cell(tmp_path, cell, remedy):
    """The option is named with what it reads, both where a cell is ambiguous; set, it reads just that."""
    path = written(tmp_path, f'unit,x\na,1\nb,"{cell}"\n')
    _, problems = examined(path)

    assert problems == [f't.csv, line 3: x must be a number; got "{cell}"' + (remedy and f"; {remedy}")]
    for said in filter(None, remedy.split(" or ")):
        options, reads = said.split(" reads ")
        told = tomli.loads(options.replace(" and ", "\n"))
        frame, left = examined(
            path, **{key: tuple(each) if isinstance(each, list) else each for key, each in told.items()}
        )
        assert left == []
        assert [f"{each:g}" for each in frame["x"]] == ["1", "nan" if reads == "a gap" else f"{float(reads):g}"]


def test_every_unclear_cell_at_once(tmp_path):
    """All are counted, ten are shown, and the last line has the options for all, those of one list joined."""
    path = written(tmp_path, "unit;x;y\n" + "".join(f"{at};{at},5;{'k.A.' if at % 2 else '-'}\n" for at in range(20)))
    _, (problem,) = examined(path, ("x", "y"), delimiter=";")
    first, *lines, rest, options = problem.splitlines()

    assert first == "t.csv: 40 cells cannot be read"
    assert lines[:2] == [
        '    line 2, x: "0,5" is not a number; decimal = "," reads 0.5',
        '    line 2, y: "-" is not a number; na = ["-"] reads a gap',
    ]
    assert (len(lines), rest) == (10, "    and 30 more")
    assert options == '    options that read them: decimal = ","; na = ["-", "k.A."]'


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("Title\n\nunit,x\na,1\nb,2\n", ["t.csv, lines 3, 4, 5: 2 fields; the first line has 1; set skip_rows = 2"]),
        ("unit;x\na;1\n", ['t.csv: has one column; set delimiter = ";"']),
        ("unit,x\na,1\n\nSource: us\n", ["t.csv, line 4: 1 field; the first line has 2; set skip_footer = 2"]),
        (
            "Title\n\nunit;y;x\na;1;1,5\nb;1;2\n\nSource: us\n",
            [
                "t.csv, line 4: 2 fields; the first line has 1; "
                'set delimiter = ";" and skip_rows = 2 and skip_footer = 2',
                't.csv, line 4: x must be a number; got "1,5"; decimal = "," reads 1.5',
            ],
        ),
        (
            "unit;x\nK\xf6ln;many\nb;1\n".encode("cp1252"),
            [
                't.csv, line 2: is not UTF-8; as cp1252 it has "K\xf6ln"; set encoding = "cp1252" and delimiter = ";"',
                't.csv, line 2: x must be a number; got "many"',
            ],
        ),
        ("unit,x\na,1\nb,2\n".encode("utf-16"), ['t.csv, line 1: is not UTF-8; set encoding = "utf-16"']),
        ("unit,GDP,\n,2019,2020\na,1,2\n", ["t.csv: 1 column without a name in the header; set header = 2"]),
        ("unit,x\na,1\nb\n", ["t.csv, line 3: 1 field; the first line has 2"]),
    ],
)
def test_shapes(tmp_path, content, told):
    """The options that fit a file of another shape, with the cells that they leave; none for a file that was cut."""
    _, problems = examined(written(tmp_path, content))

    assert problems == told


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("Title\n\nunit,x\na,1\nb,2\n", {"skip_rows": 2}),
        ("unit;x\na;1\nb;2\n", {"delimiter": ";"}),
        ("unit,x\na,1\nb,2\n\nSource: us\n\n", {"skip_footer": 1}),
        ("unit,x\na,1\nb,2\n".encode("utf-16"), {"encoding": "utf-16"}),
        ("unit,x\na,1 *\nb,2.0\n", {"footnotes": ("*",)}),
        ("unit,x\na,1\nb,2\nc,-999.0\nd,k.A.\n", {"na": ("-999", "k.A.")}),
    ],
)
def test_options(tmp_path, content, options):
    """Each option reads the same two values; a missing value is a missing value, also by its number."""
    frame, problems = examined(written(tmp_path, content), **options)

    assert problems == []
    assert frame["unit"].tolist()[:2] == ["a", "b"]
    assert frame["x"].dropna().tolist() == [1, 2]


@pytest.mark.parametrize(
    ("header", "wide", "expected"),
    [
        ("unit,2019,2020,2021", {"values": "x"}, {2019: 1, 2020: 2, 2021: 3}),
        ("unit,2019,2020,2021", {"years": "2019-2020", "values": "x"}, {2019: 1, 2020: 2}),
        ("unit,2019 [YR2019],2020 [YR2020],z", {"years": "{year} [YR{year}]", "values": "x"}, {2019: 1, 2020: 2}),
        ("unit,x 2019,x 2020,y 2020", {"years": "{name} {year}"}, {2019: 1, 2020: 2}),
    ],
)
def test_years_as_columns(tmp_path, header, wide, expected):
    """One row for each year, by a range, a pattern, or a pattern with the value's name."""
    frame, problems = examined(written(tmp_path, f"{header}\na,1,2,3\n"), (), wide=Wide(**wide))

    assert problems == []
    assert dict(zip(frame["year"], frame["x"], strict=True)) == expected
    assert set(frame["unit"]) == {"a"}


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1250", "Město;HDP\nPraha;50\nPlzeň;40\nOstrava;30\n"),
        ("iso8859-2", "Województwo;Ludność\nŚląskie;4500\nŁódzkie;2400\n"),
        ("cp1251", "Страна;ВВП\nРоссия;12\nКитай;13\n"),
        ("koi8-r", "Город;Доход\nМосква;98\nКазань;52\n"),
        ("cp1252", "Région;Chômage\nÎle-de-France;7\nBretagne;6\n"),
        ("cp1253", "Περιφέρεια;Ανεργία\nΑττική;16\nΚρήτη;12\n"),
        ("cp1254", "Şehir;Puan\nAğrı;3\nMuş;4\n"),
        ("gb18030", "城市,得分\n北京,3\n上海,4\n"),
        ("big5", "國家,分數\n臺灣,3\n日本,4\n"),
        ("shift_jis", "国,スコア\nフランス,3\nドイツ,4\n"),
        ("euc-kr", "국가,점수\n한국,3\n일본,4\n"),
        ("utf-16", "Land;Größe\nKöln;3\n"),
        ("utf-16-le", "地区,失业率\n北京,4.4\n上海,4.3\n"),
        ("utf-16-be", "Город;Доход\nМосква;98\n"),
        ("utf-8", "Stadt;Größe\nKöln;3\n"),
    ],
)
def test_encodings_of_short_files(encoding, text):
    """A few lines decide their encoding, or one that reads them in the same way."""
    content = text.encode(encoding)
    found, _ = likely_encoding(content)

    assert content.decode(found) == text
