"""Shares and amounts add up to the same bytes, in whatever order the rows lie and by however many threads."""

import importlib.util

import duckdb
import numpy as np
import pandas as pd
import pytest
from hubrank.cli.app import run
from hubrank_records import engines

SCENARIO = """
title = "Shares"
editions = [2024]
units = { file = "units.csv" }
dimensions = { all = {} }
normalisation = "min-max"
aggregation = "arithmetic"
[inputs.works]
source = "records"
options = { file = "works.parquet", COUNT, columns = { unit = "place" }, amounts = ["cited"], engine = "ENGINE" }
[indicators]
works = { indicator = "value", dimension = "all", inputs = { values = "works" }, options = { column = "count" } }
cited = { indicator = "value", dimension = "all", inputs = { values = "works" }, options = { column = "cited" } }
"""
COUNTS = {
    "rows": 'count = "rows"',
    "full": 'count = "full", record = "work"',
    "shares": 'count = "fractional-author", record = "work", author = "person", affiliation = "place"',
}


@pytest.fixture
def works():
    """20,000 works of up to nine authors at up to three of five places, amounts that no binary number holds."""
    rng = np.random.default_rng(4)
    authors = np.repeat(np.arange(20_000), rng.integers(1, 10, 20_000))
    rows = np.repeat(np.arange(len(authors)), rng.integers(1, 4, len(authors)))
    frame = {"work": authors[rows], "person": rows, "place": rng.choice([*"ABCDE"], len(rows)), "year": 2024}
    return pd.DataFrame(frame | {"cited": (authors % 97 / 10)[rows]}).astype({"work": "string", "person": "string"})


def values(folder, frame, engine, threads, monkeypatch, count="shares"):
    """The values of a run over these rows."""
    folder.mkdir()
    (folder / "units.csv").write_text("unit,name\n" + "".join(f"{code},{code}\n" for code in "ABCDE"))
    (folder / "shares.toml").write_text(SCENARIO.replace("ENGINE", engine).replace("COUNT", COUNTS[count]))
    frame.to_parquet(folder / "works.parquet", row_group_size=5_000)
    connect = duckdb.connect
    monkeypatch.setattr(duckdb, "connect", lambda config: connect(config={**config, "threads": threads}))
    engines._lasting.cache_clear()
    monkeypatch.setenv("HUBRANK_CACHE", str(folder / "cache"))
    assert run(["rank", str(folder / "shares.toml"), "--output", str(folder / "run")]) == 0
    monkeypatch.undo()
    return (folder / "run" / "values.csv").read_bytes()


@pytest.mark.long
@pytest.mark.parametrize("count", COUNTS)
def test_engines_give_the_same_bytes(works, tmp_path, monkeypatch, count):
    """Whole numbers, shares and tenths, added by each engine that is installed."""
    modules = {"duckdb": "duckdb", "polars": "polars", "spark": "pysail"}
    there = [engine for engine, module in modules.items() if importlib.util.find_spec(module)]
    first, *others = (values(tmp_path / engine, works, engine, 2, monkeypatch, count) for engine in there)

    assert others == [first] * len(others)


@pytest.mark.long
@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_order_of_rows_and_threads(engine, works, tmp_path, monkeypatch):
    """Rows shuffled, one thread and four: equal bytes; the shares of all places are the works."""
    pytest.importorskip(engine)
    first = values(tmp_path / "first", works, engine, 1, monkeypatch)
    shuffled = works.sample(frac=1, random_state=1)
    found = pd.read_csv(tmp_path / "first" / "run" / "values.csv").groupby("indicator")["measured"].sum()

    assert values(tmp_path / "other", shuffled, engine, 4, monkeypatch) == first
    assert found["works"] == pytest.approx(20_000, rel=1e-12)
    assert found["cited"] == pytest.approx(sum(work % 97 / 10 for work in range(20_000)), rel=1e-12)
