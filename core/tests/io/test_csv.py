"""Plain CSVs by Arrow's parser: the same frame, or the same errors, as from cells that are all texts first."""

import random
import time

import numpy as np
import pandas as pd
import pytest
from hubrank.io import readers, tables
from hubrank.io.cells import NUMBER, YEAR, CellFormat
from hubrank.io.readers import plain_grid
from hubrank.io.tables import ReadSpec, read_with_errors

WANTED = ReadSpec(texts={"unit"}, kinds={"year": YEAR, "x": NUMBER})
HEAD = "unit,year,x,y\n"
#: Files of which each is odd in another way.
ODD = {
    "plain": "a,2020,1.5,2\nb,2021,-3e-2,7\n",
    "windows": "a,2020,1.5,2\r\nb,2021,3,7\r\n",
    "old mac": "a,2020,1.5,2\rb,2021,3,7\r",
    "mixed line ends": "a,2020,1.5,2\nb,2021,3,7\rc,2021,3,7\n",
    "zeros before codes": "007,2020,007,008\n0070,2020,-007,08\n",
    "quoted": '"a","2020","1.5","2"\n"b","2020","","x"\n',
    "quoted gap": '"NaN","2020","n/a",""\nb,2020,1,\n',
    "quoted line end": '"a\nb",2020,1,2\nc,2020,"x\ny",2\n',
    "quote within": 'a"b",2020,1,2\n5" pipe,2020,1,2\n',
    "quote behind": '"a"b,2020,1,2\n',
    "unclosed": 'a,2020,1,"2\n',
    "unclosed, then lines": 'a,2020,1,"2\nb,2020,1,2\nc,2020,1,2\n',
    "gaps": "a,..,--,n/a\nb,2020,#N/A,NULL\nc,null,nan,\n",
    "Namibia": "NA,2020,1,NA\n",
    "no number": "a,2020,many,2\nb,2020,1,2\n",
    "marked": "a,2020,1.5*,2\nb,2020,3 a),2\n",
    "thousands": 'a,2020,"1,234",2\n',
    "decimal comma": 'a,2020,"1,5",2\n',
    "percent": "a,2020,12%,2\n",
    "blanks": " a ,2020 , 1.5,\t2\nb, 2020,1 , 2 \n",
    "blanks alone": " ,2020, ,\t\nb,2020,1,2\n",
    "plus": "a,2020,+1,+2\nb,+2020,-0,-0.0\n",
    "hexadecimal": "a,2020,0x10,0X1F\nb,2020,1,2\n",
    "infinite": "a,2020,inf,-inf\nb,2020,Infinity,1\n",
    "infinite by size": "a,2020,1e999,-1e999\n",
    "not a number": "a,2020,nan(1),-nan\nb,2020, nan,1\n",
    "tiny": "a,2020,4.9e-324,1e-400\n",
    "half way": "a,2020,9007199254740993,0.1000000000000000055511151231257827\n",
    "long whole numbers": "a,2020,9223372036854775807,-9223372036854775808\nb,2020,1,\n",
    "truths": "a,2020,true,false\nb,2020,TRUE,0\n",
    "dates": "a,2020-01-01,1,2020-01-01\nb,2020-01-02,1,2021-12-31\n",
    "year out of range": "a,20200,1,2\nb,0,1,2\n",
    "too short": "a,2020,1,2\nb,2020,1\n",
    "blank line": "a,2020,1,2\n\nb,2020,many,2\n",
    "empty record": "a,2020,1,2\n,,,\nb,2020,many,2\n",
    "empty record but for an unread gap": "a,2020,1,2\n,,,n/a\n",
    "nothing": "",
    "NUL": "a,2020,1,2\nb\0,2020,1,2\n",
    "not ASCII digits": "a,2020,１２,٣\n",
    "typographic minus": "a,2020,\u22125,1\n",
    "no-break space": "a,2020,1\u00a0000,5\u00a0\n",
    "line separator": "a\u2028b,2020,1,2\n",
    "letters behind": "a,2020,1f,1d5\nb,2020,1L,0b1\n",
    "title below": "a,2020,1,2\n\nSource: nobody\n",
}
READING = CellFormat(na=("many", "-3e-2", "1e3"), footnotes=("*", "a)", "-"), percent="share", dates="year")


def assert_same(path, reading, wanted, monkeypatch):
    """Assert that both ways give the same rows, to the last bit, and the same problems."""
    fast, problems = read_with_errors(path, reading, wanted)
    with monkeypatch.context() as patched:
        patched.setattr(tables, "plain_grid", lambda *_: None)
        slow, expected = read_with_errors(path, reading, wanted)
    assert problems == expected
    if slow is None or fast is None:
        assert slow is fast
        return
    assert list(fast.columns) == list(slow.columns)
    assert list(fast.index) == list(slow.index)
    for name in slow.columns:
        is_number = pd.api.types.is_numeric_dtype(slow[name])
        assert is_number == pd.api.types.is_numeric_dtype(fast[name]), name
        if is_number:
            pairs = [each[name].to_numpy(dtype=float, na_value=np.nan).tobytes() for each in (fast, slow)]
            assert pairs[0] == pairs[1], name
        else:
            assert list(map(type, fast[name])) == list(map(type, slow[name])), name
            assert fast[name].isna().tolist() == slow[name].isna().tolist()
            assert fast[name].dropna().tolist() == slow[name].dropna().tolist()


@pytest.mark.parametrize("name", ODD)
def test_odd_files(name, tmp_path, monkeypatch):
    """Each oddity comes out of the fast way as out of the careful way, which does not use Arrow."""
    path = tmp_path / "odd.csv"
    path.write_bytes((HEAD + ODD[name]).encode())
    assert_same(path, READING, WANTED, monkeypatch)
    assert_same(path, CellFormat(), ReadSpec(texts=HEAD.strip().split(",")), monkeypatch)


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_a_line_that_begins_with_blanks(delimiter, tmp_path):
    """200,000 of them are read in proportion, not in hours."""
    path = tmp_path / "blanks.csv"
    path.write_text(f"{HEAD}{200_000 * ' '}a,2020,1,2\nb,2020,1,2\n".replace(",", delimiter))
    begun = time.process_time()
    frame, _ = read_with_errors(path, CellFormat(delimiter=delimiter), WANTED)

    assert time.process_time() - begun < 10
    assert frame["x"].tolist() == [1, 1]


@pytest.mark.parametrize("row", [1, 900])
def test_a_nul_byte(row, tmp_path):
    """It is named with its line, near the beginning or not, and no other encoding is advised."""
    rows = [f"a{at},2020,1,2" for at in range(1, 1000)]
    rows[row - 1] = f"a{row},2020,1\0,2"
    (tmp_path / "nul.csv").write_text(HEAD + "\n".join(rows))
    _, problems = read_with_errors(tmp_path / "nul.csv", CellFormat(), WANTED)

    assert problems == [f"nul.csv, line {row + 1}: has a NUL byte, which no text has; delete it"]


def test_more_lines_are_skipped_than_there_are(tmp_path):
    """No matter how many more."""
    (tmp_path / "few.csv").write_text(HEAD + "a,2020,1,2\n")
    _, problems = read_with_errors(tmp_path / "few.csv", CellFormat(skip_rows=2**62), WANTED)

    assert problems == ["few.csv: is empty; skip_rows and skip_footer leave no line"]


@pytest.mark.long
@pytest.mark.parametrize("piece", [40, 1 << 22])
def test_cells_by_chance(piece, tmp_path, monkeypatch):
    """Files of cells that were thrown together give the same both ways, also where columns change on the way."""
    monkeypatch.setattr(readers, "_PIECE", piece)
    rng = random.Random(7)  # noqa: S311
    cells = [cell for text in ODD.values() for line in text.splitlines() for cell in line.split(",") if '"' not in cell]
    for at in range(40):
        own = rng.sample(cells, 4)
        lines = [",".join(["a", "2020", rng.choice(own), rng.choice(own)]) for _ in range(rng.randint(1, 9))]
        path = tmp_path / f"{at}.csv"
        path.write_bytes((HEAD + "\n".join(lines)).encode())
        assert_same(path, CellFormat(), WANTED, monkeypatch)


def test_numbers_are_those_of_python(tmp_path):
    """Each decimal becomes the nearest double, which Python's own `float` gives; and plain files take the fast way."""
    rng = random.Random(1)  # noqa: S311
    texts = [f"{rng.random() * 10.0 ** rng.randint(-300, 300):.{rng.randint(1, 25)}e}" for _ in range(1000)]
    path = tmp_path / "numbers.csv"
    path.write_text("unit,x\n" + "".join(f"u{at},{text}\n" for at, text in enumerate(texts)), encoding="utf-8")
    grid = plain_grid(path, CellFormat(), ",", lambda _: True, lambda name: name == "unit")
    assert grid is not None
    assert grid.frame["x"].tolist() == [float(text) for text in texts]
    frame, problems = read_with_errors(path, CellFormat(), WANTED)
    assert not problems
    assert frame["x"].tolist() == [float(text) for text in texts]
    assert list(frame.index) == list(range(2, 1002))
