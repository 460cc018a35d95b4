"""Files that are damaged, cut off, mislabelled or too large are the file's problem: one sentence, with their place."""

import gzip
import zipfile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hubrank.cli.app import run

BASE = """title = "Three lands"
editions = [2024]
units = { file = "u.csv" }
inputs.values = { source = "files", options = { file = "f.csv" } }
[dimensions.life]
[indicators]
health = { indicator = "value", dimension = "life" }
[normalisation]
method = "min-max"
[aggregation]
method = "arithmetic"
"""
UNITS = "unit,name,size\nAAA,Aland,1\nBBB,Beland,2\nCCC,Celand,3\n"
FIGURES = "unit,year,health\nAAA,2024,1\nBBB,2024,2\nCCC,2024,3\n"


@pytest.fixture
def ranked(capsys, monkeypatch, tmp_path):
    """Ranks the scenario with other words or other files, and gives exit code and message."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)

    def told(*changes: tuple[str, str], **files: str | bytes) -> tuple[int, str]:
        toml = BASE
        for old, new in changes:
            assert old in toml
            toml = toml.replace(old, new)
        for name, content in ({"s_toml": toml, "u_csv": UNITS, "f_csv": FIGURES} | files).items():
            path = tmp_path / name.replace("_", ".")
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        code = run(["rank", "s.toml", "--format", "csv"])
        said = capsys.readouterr()

        assert "Traceback" not in said.err
        return code, said.err or said.out

    return told


@pytest.fixture
def refused(ranked):
    """The message of what must be rejected with exit code 2."""

    def told(*changes: tuple[str, str], **files: str | bytes) -> str:
        code, said = ranked(*changes, **files)

        assert code == 2, said
        return said

    return told


def workbook(rows, path, **cells):
    """The bytes of a workbook with rows and further cells."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for place, value in cells.items():
        book.active[place] = value
    book.save(path)
    return path.read_bytes()


def flipped(content, at):
    """The content with all bits of twenty bytes turned."""
    return content[:at] + bytes(each ^ 255 for each in content[at : at + 20]) + content[at + 20 :]


@pytest.mark.parametrize("end", ["\r\n\r\n", ",,\n , ,\n"])
def test_blank_lines_at_the_end(ranked, end):
    """Lines of nothing but blanks and delimiters are no rows, of a table and of a file of units."""
    plain = ranked()

    assert ranked(f_csv=FIGURES + end) == plain
    assert ranked(u_csv=UNITS + end) == plain


@pytest.mark.parametrize(("which", "harm"), [("u", "cut"), ("f", "flipped"), ("f", "empty"), ("u", "text")])
def test_damaged_gzip(refused, which, harm):
    """A damaged gzip is the file's problem, of units and of a table."""
    whole = gzip.compress((UNITS if which == "u" else FIGURES).encode() * 50)
    middle = len(whole) // 2
    content = {"cut": whole[:-12], "flipped": flipped(whole, middle), "empty": b"", "text": b"unit,year\n"}[harm]
    assert f"{which}.csv.gz: " in refused((f"{which}.csv", f"{which}.csv.gz"), **{f"{which}_csv_gz": content})


@pytest.mark.parametrize(
    ("which", "harm"),
    [("u", "cut"), ("f", "flipped"), ("u", "text"), ("f", "no sheet"), ("f", "deep"), ("u", "no xml")],
)
def test_damaged_workbooks(refused, tmp_path, which, harm):
    """So is a damaged workbook."""
    text = UNITS if which == "u" else FIGURES
    whole = workbook([line.split(",") for line in text.splitlines()], tmp_path / "made.xlsx")
    middle = len(whole) // 3
    if harm in ("no sheet", "deep", "no xml"):
        sheet = {"no sheet": b"", "deep": b"<a>" * 100_000, "no xml": b"\0" * 100}[harm]
        path = tmp_path / "other.xlsx"
        with zipfile.ZipFile(tmp_path / "made.xlsx") as old, zipfile.ZipFile(path, "w") as new:
            for name in old.namelist():
                new.writestr(name, sheet if name.endswith("sheet1.xml") else old.read(name))
        content = path.read_bytes()
    else:
        content = {"cut": whole[: 2 * middle], "flipped": flipped(whole, middle), "text": text.encode()}[harm]
    said = refused((f"{which}.csv", f"{which}.xlsx"), **{f"{which}_xlsx": content})

    assert f"{which}.xlsx: is not an Excel workbook: " in said


@pytest.mark.parametrize(("which", "harm"), [("u", "cut"), ("f", "text"), ("u", "twice")])
def test_damaged_parquet(refused, tmp_path, which, harm):
    """And a damaged Parquet file, or one with two columns of one name."""
    path = tmp_path / "made.parquet"
    names = ["unit", "unit" if harm == "twice" else "name"]
    pq.write_table(pa.table([pa.array(["AAA", "BBB"]), pa.array(["AAA", "BBB"])], names=names), path)
    content = {"cut": path.read_bytes()[:-20], "text": b"unit,name\n", "twice": path.read_bytes()}[harm]
    said = refused((f"{which}.csv", f"{which}.parquet"), **{f"{which}_parquet": content})

    assert f"{which}.parquet: " in said
    assert ("two columns are named 'unit'" in said) == (harm == "twice")


@pytest.mark.parametrize(
    ("which", "place", "said"),
    [("u", "XFD1048576", "reaches to row 1,048,576 and column 16,384"), ("f", "A20000001", "")],
)
def test_a_cell_far_away(refused, tmp_path, which, place, said):
    """A workbook of 7 kB with one cell in its last corner is rejected before its empty cells are made."""
    text = UNITS if which == "u" else FIGURES
    workbook([line.split(",") for line in text.splitlines()], tmp_path / "made.xlsx", B7=1)
    moved = tmp_path / "moved.xlsx"
    with zipfile.ZipFile(tmp_path / "made.xlsx") as old, zipfile.ZipFile(moved, "w") as new:
        for name in old.namelist():
            row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
            part = old.read(name).replace(b'r="B7"', f'r="{place}"'.encode()).replace(b'r="7"', f'r="{row}"'.encode())
            new.writestr(name, part)
    told = refused((f"{which}.csv", f"{which}.xlsx"), **{f"{which}_xlsx": moved.read_bytes()})

    assert said in told
    assert f"{which}.xlsx: " in told


@pytest.mark.long
def test_a_gzip_that_grows(refused):
    """Three megabytes that become three gigabytes are rejected while they are unpacked."""
    said = refused(("f.csv", "f.csv.gz"), f_csv_gz=gzip.compress(b"0" * 60_000_000))

    assert "f.csv.gz: becomes " in said
    assert "times as large or more when it is unpacked; the limit unpacked_ratio is 200" in said


@pytest.mark.parametrize(
    "text", ["[" * 100_000, f'{{"features": {"[" * 5000}{"]" * 5000}}}', '{"features": [1]}', "\xff", ""]
)
def test_geojson_that_is_none(refused, text):
    """A GeoJSON file is read no deeper than Python can."""
    said = refused(("u.csv", "u.geojson"), u_geojson=text.encode("latin-1"))

    assert "u.geojson is not a GeoJSON feature collection with properties" in said


def test_errors_are_reported_together(refused):
    """Of the scenario, the units, their places and the tables; none waits for another to be mended."""
    said = refused(
        ('method = "min-max"', 'method = "min-max"\ncap = "none"'),
        ('units = { file = "u.csv" }', 'units = { file = "u.csv", places = "p.csv" }'),
        u_csv="unit,name,size\nAAA,Aland,1\n,Beland,2\n",
        p_csv="unit,lat,lon,radius_km\nAAA,1,none,1\n",
        f_csv="unit,year,health\nAAA,2024,many\nBBB,2024,2\n",
    )

    assert "4 problems" in said
    assert "normalisation.cap: must be" in said
    assert "u.csv, line 3: no code in the column unit" in said
    assert "p.csv, line 2: lon must be" in said
    assert 'f.csv, line 2: health must be a number; got "many"' in said


def test_an_archive_that_grows(capsys, tmp_path):
    """An archive of 60 kB that becomes 60 MB is rejected by `import` before it is unpacked."""
    path = tmp_path / "x.coinr.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("iData.csv", b"0" * 60_000_000)
    code = run(["import", "coinr", str(path), "--output", str(tmp_path / "made")])
    said = " ".join(capsys.readouterr().err.split())

    assert (code, "the limit unpacked_ratio is 200" in said, "Traceback" in said) == (2, True, False)


@pytest.mark.parametrize("harm", ["", "[]", '{"inputs": 3}', "[" * 100_000, '{"inputs": ["a"]}'])
def test_a_record_that_is_none(capsys, ranked, tmp_path, harm):
    """A run folder whose record is damaged is reported as such."""
    ranked()

    assert run(["rank", "s.toml", "--output", "run"]) == 0

    (tmp_path / "run" / "record.json").write_text(harm)
    capsys.readouterr()

    assert run(["rank", "run"]) == 4
    assert "run: cannot be read as a run folder: " in capsys.readouterr().err
