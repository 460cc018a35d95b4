"""Tables that Python hands over are counted where they are, as files are; only sums leave their engine."""

import duckdb
import hubrank
import ibis
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pytest
from hubrank.plugin import ScenarioError, UsageError

from .conftest import CASES, NAMED

SCENARIO = """
title = "Works"
editions = [2021]
window = 2
normalisation = "none"
aggregation = "arithmetic"
units = { file = "units.csv", places = "places.csv" }
[inputs.works]
source = "records"
[inputs.works.options]
FILE
columns = { ror = "institution" }
year = { column = "published" }
amounts = ["citations"]
COUNT
[dimensions.all]
[indicators]
papers = { indicator = "value", dimension = "all", inputs = { values = "works" }, options = { column = "count" } }
cited = { indicator = "value", dimension = "all", inputs = { values = "works" }, options = { column = "citations" } }
"""


def rows():
    """The works of the case."""
    return pd.read_csv(CASES / "works.csv").astype({"citations": float})


FORMS = {
    "polars": lambda: pl.from_pandas(rows()).lazy(),
    "duckdb": lambda: duckdb.connect().from_df(rows()),
    "ibis": lambda: ibis.memtable(pa.Table.from_pandas(rows())),
    "dataset": lambda: ds.dataset(pa.Table.from_pandas(rows())),
    "pandas": rows,
}


@pytest.fixture
def scenario(tmp_path):
    """A function that writes a scenario that counts the works of two towns, of a file or of none."""

    def write(count, file=""):
        (tmp_path / "units.csv").write_text("unit,name,country\nnorth,North,NOR\nsouth,South,ZAF\n")
        (tmp_path / "places.csv").write_text("unit,ror\nnorth,r1\nnorth,r2\nsouth,r3\n")
        (tmp_path / "works.csv").write_text((CASES / "works.csv").read_text())
        keys = "\n".join(f'{key} = "{column}"' for key, column in {"count": count, **NAMED[count]}.items())
        path = tmp_path / "works.toml"
        path.write_text(SCENARIO.replace("FILE", file and f'file = "{file}"').replace("COUNT", keys))
        return path

    return write


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("count", NAMED)
def test_counted_as_a_file_is(scenario, form, count, monkeypatch):
    """The values are those of the file, also after a change; a scenario needs no file of its own."""
    near = hubrank.rank(scenario(count, "works.csv")).table()
    ranked = hubrank.rank(scenario(count), inputs={"works": FORMS[form]()})
    pd.testing.assert_frame_equal(ranked.table(), near)
    assert ranked.with_(weights={"papers": 2}).ranks.notna().all()


def test_the_engine_that_owns_it(scenario):
    """A relation is counted by its own connection, which is the only one that has its rows."""
    own = duckdb.connect()
    own.execute("CREATE TABLE works AS SELECT * FROM read_csv(?, all_varchar = false)", [str(CASES / "works.csv")])
    ranked = hubrank.rank(scenario("full"), inputs={"works": own.table("works")})
    own.execute("UPDATE works SET institution = 'r3'")
    again = hubrank.rank(scenario("full"), inputs={"works": own.table("works")})

    assert sorted(ranked.table()["unit"]) == ["north", "south"]
    assert list(again.table()["unit"]) == ["south"]


def test_saved(scenario, tmp_path):
    """The run names the table, and cannot be repeated without it."""
    ranked = hubrank.rank(scenario("rows"), inputs={"works": FORMS["polars"]()})
    folder = ranked.save(tmp_path / "run")
    assert len(hubrank.read(folder)) == 2
    text = (folder / "scenario.toml").read_text()
    number = text.partition("python://")[2].partition("/")[0]
    (folder / "scenario.toml").write_text(text.replace(f"python://{number}/", "python://4711/"))
    with pytest.raises(ScenarioError, match=r"python://4711/works: is a table that Python handed over; only the"):
        hubrank.rank(folder / "scenario.toml")


def test_refused(scenario):
    """No input of that name, none that takes it, and no table are told in one sentence each."""
    path = scenario("rows")
    with pytest.raises(ScenarioError, match="inputs: there is no input 'work'; did you mean 'works'"):
        hubrank.rank(path, inputs={"work": rows()})
    with pytest.raises(UsageError, match="inputs: are those of a scenario; a table has none"):
        hubrank.rank(rows(), inputs={"works": rows()})
    with pytest.raises(UsageError, match="inputs: must be tables by name; got function"):
        hubrank.rank(path, inputs=rows)
    with pytest.raises(UsageError, match="inputs: must be a table of polars, DuckDB, Ibis, Spark, pyarrow or pandas"):
        hubrank.rank(path, inputs={"works": 42})
