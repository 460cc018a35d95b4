"""One table, one reading: a file, a frame of any library, the clipboard and the studio give the same draft."""

import contextlib
import csv
import io
from pathlib import Path

import hubrank
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hubrank_start.desk import Desk
from hubrank_start.tables import draft_of, read_with
from hubrank_start.texts import pasted

from .tables_of_people import LEADERBOARDS, TABLES, TWO_HEADS, Table

PEOPLE = Path(__file__).with_name("people")
#: Tables that pandas reads wrongly as they stand: titles above, codes with zeros, more cells than heads, rules, months.
LOST = (
    "eurostat-sdmx-csv-labelled",
    "hospital-compare",
    "league-table-pasted",
    "markdown-without-outer-bars",
    "mixed-league-of-a-web-page",
    "table-of-a-terminal",
)

#: What is told of a file alone: its encoding and its delimiter.
OF_FILES = ("encoding", "delimiter", "fields", "year")


def of_file(table, path):
    """`hubrank start FILE --yes`, and `hubrank.rank` of the path."""
    path.write_text(table.text, encoding="utf-8")
    return draft_of(path)


def of_pandas(table, _path):
    """A frame as pandas reads it."""
    return hubrank.draft(frame_of(table))


def of_polars(table, _path):
    """The same of polars."""
    return hubrank.draft(pl.from_pandas(frame_of(table)))


def of_lazy(table, _path):
    """The same, not collected."""
    return hubrank.draft(pl.from_pandas(frame_of(table)).lazy())


def of_arrow(table, _path):
    """The same of pyarrow."""
    return hubrank.draft(pa.Table.from_pandas(frame_of(table), preserve_index=False))


def of_clipboard(table, _path):
    """Cells as a spreadsheet copies them: with tabs between them."""
    if not table.sep:
        return read_with({"table": [pasted(table.text, "table")]}, "table", Desk(answers={})).draft
    rows = csv.reader(io.StringIO(table.text), delimiter=table.sep or ",")
    copied = io.StringIO()
    csv.writer(copied, delimiter="\t").writerows(rows)
    return read_with({"table": [pasted(copied.getvalue(), "table")]}, "table", Desk(answers={})).draft


def of_studio(table, path):
    """A file dropped on the page."""
    original = pytest.importorskip("hubrank_studio.original")
    path.write_text(table.text, encoding="utf-8")
    return original.Original(path).read({}).draft


def frame_of(table):
    """The text as a user of pandas reads it, who knows what stands between its cells."""
    if not table.sep:
        pytest.skip("is no table of pandas")
    return pd.read_csv(io.StringIO(table.text), sep=table.sep)


def reading(made):
    """What is read of a table: units with their groups, values, indicators, scales, and what is told."""
    told = [str(item) for item in made.assumed if not item.what.startswith(OF_FILES)]
    figures = [(item.key, item.title, item.direction, item.dimension, item.treatment) for item in made.indicators]
    units = {key: list(map(str, cells)) for key, cells in made.units.to_dict("list").items()}
    values = {key: list(map(str, cells)) for key, cells in made.figures.to_dict("list").items()}
    return units, values, figures, dict(made.normalisation), made.aggregation, made.max_age, told


def of_folders():
    """The texts of `people` in which pandas finds the table: no lines above it, no zeros that it takes from codes."""
    for folder in sorted(PEOPLE.iterdir()):
        path, *others = (item for item in folder.iterdir() if item.name != "expected.toml")
        if others or path.suffix not in (".csv", ".tsv", ".txt", ".tab") or folder.name in LOST:
            continue
        with contextlib.suppress(UnicodeError, pd.errors.ParserError):
            text = path.read_text(encoding="utf-8-sig")
            first = text.partition("\n")[0]
            sep = "\t" if "\t" in first else max(",;|", key=first.count)
            pd.read_csv(io.StringIO(text), sep=sep)
            yield Table(folder.name, text, {}, sep)


@pytest.mark.parametrize("table", [*TABLES, *of_folders()], ids=lambda table: table.name)
@pytest.mark.parametrize("door", [of_pandas, of_polars, of_lazy, of_arrow, of_clipboard, of_studio])
def test_doors_agree(tmp_path, table, door):
    """Each gives what the file gives."""
    path = tmp_path / "table.csv"

    assert reading(door(table, path)) == reading(of_file(table, path))


def test_as_many_as_promised(tmp_path):
    """Sixty tables as people make them: ten with two heads, ten boards, twenty in the layouts of offices."""
    tables = [*TABLES, *of_folders()]
    told = [set(map(str, of_file(table, tmp_path / "table.csv").assumed)) for table in tables]
    offices = [item for item in told if any(each.endswith("(as the headings indicate)") for each in item)]

    assert len(tables) >= 60
    assert min(len(TWO_HEADS), len(LEADERBOARDS)) >= 10
    assert len(offices) >= 20


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_right_readings(tmp_path, table):
    """The units and the values, worked out by hand."""
    made = of_file(table, tmp_path / "table.csv")
    names = dict(zip(made.units["unit"], made.units["name"], strict=True))
    newest = made.figures if "year" not in made.figures else made.figures[made.figures["year"] == max(made.editions)]
    newest = newest.set_index("unit")
    there = {item.title: newest[item.key].dropna() for item in made.indicators}
    found = {title: {names[unit]: value for unit, value in cells.items()} for title, cells in there.items()}

    assert found == table.values
    dimensions = {item.key: item.title for item in made.dimensions}
    assert {
        item.title: dimensions[item.dimension] for item in made.indicators if item.title in table.dimensions
    } == table.dimensions
