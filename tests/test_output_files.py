"""The page of output files has every file, column and flag of run folders; its tables come from the data package's.

`python3 run.py python tests/test_output_files.py` writes the tables of columns anew.
"""

import re
from pathlib import Path

import pandas as pd
import pytest
from hubrank.cli.app import run
from hubrank.io.cache import Cache
from hubrank.measurement import unmatched
from hubrank.results.rank import rank_with_intervals
from hubrank_output import TABLES
from hubrank_output.exporters.export_tables import fields, table_of

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "output-files.md"
TABLE = re.compile(r"^### `(\w+)\.csv`\n\n.*?\n\n(\| column .*?\n)(?=\n|\Z)", re.DOTALL | re.MULTILINE)
#: The constants of `unmatched` that are reasons.
REASONS = (
    "OUTSIDE OUTSIDE_POLYGONS OUTSIDE_BOTH LEFT_OUT FOREIGN STRANGE SPELLING AMBIGUOUS UNKNOWN OTHER_PLACE NO_PLACE"
)


def columns(ranking, name):
    """The table of a file's columns, as Markdown; those of dimensions and of amounts are one row each."""
    rows = {}
    for column, kind, meaning in fields(ranking, name, table_of(ranking, name)):
        row = f"`{column}` | {kind} | {meaning}"
        if name == "ranking" and column in ranking.nodes:
            row = "`DIMENSION` | number | The score of the dimension"
        elif column.startswith("sum_"):
            row = "`sum_COLUMN` | number | The sum of this column over the rows"
        rows[f"| {row} |\n"] = None
    return "| column | type | meaning |\n| --- | --- | --- |\n" + "".join(rows)


def renewed(text):
    """The page with the tables as they are, of the scenario `global`."""
    ranking = rank_with_intervals("global", cache=Cache.default())
    return TABLE.sub(lambda found: found[0].replace(found[2], columns(ranking, found[1])), text)


@pytest.mark.long
def test_tables_of_columns():
    """Each is there, and as the data package describes it."""
    text = PAGE.read_text(encoding="utf-8")

    assert {name for name, _ in TABLE.findall(text)} == set(TABLES)
    assert renewed(text).splitlines() == text.splitlines()


@pytest.mark.long
def test_run_folder(tmp_path):
    """Each file is on the page, the columns of those of `robustness` in its row; so is each flag, and each reason."""
    folder = tmp_path / "sure"
    assert run(["robustness", "global", "--draws", "200", "--time-limit", "0", "--output", str(folder)]) == 0
    text = PAGE.read_text(encoding="utf-8")
    rows = {row.split("`")[1]: row for row in text.splitlines() if row.startswith("| `")}
    heads = {path: pd.read_csv(path, nrows=0).columns for path in folder.glob("*.csv")}
    flags = set(pd.read_csv(folder / "values.csv", usecols=["flag"])["flag"].dropna())
    patterns = [re.sub(r"[A-Z]{3,}", r"[\\w-]+", re.escape(name)) for name in rows]

    assert {path.name for path in folder.iterdir()} - rows.keys() == set()
    for path, head in heads.items():
        named = [] if path.stem in TABLES else [re.sub(r"^(top|tier)_\d+$", r"\1_N", column) for column in head]
        assert [column for column in named if f"`{column}`" not in rows[path.name]] == [], path.name
    assert [
        part for part in ", ".join(flags).split(", ") if not any(re.fullmatch(each, part) for each in patterns)
    ] == []
    assert {getattr(unmatched, name) for name in REASONS.split()} - rows.keys() == set()


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
