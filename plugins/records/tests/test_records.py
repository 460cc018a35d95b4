"""The source as a scenario uses it: what it reads, what it refuses, and what a run keeps of it."""

import contextlib
import gzip
import json
import shutil
import sqlite3
from pathlib import Path

import duckdb
import hubrank_records
import narwhals as nw
import pandas as pd
import pytest
from hubrank import DataError, FileProblem, Request
from hubrank.testing import conforms
from hubrank_records.spark import why_no_java

CASES = Path(__file__).parent / "cases"
#: How each way of counting names the columns of the case.
NAMED = {
    "rows": {},
    "full": {"record": "work"},
    "fractional-author": {"record": "work", "author": "person", "affiliation": "ror"},
    "fractional-institution": {"record": "work", "affiliation": "ror"},
}

FRACTIONAL = {"r1": 5 / 3, "r2": 1, "r3": 1, "": 4 / 3}
KIT = {
    "file": str(CASES / "works.csv"),
    "columns": {"ror": "institution"},
    "year": {"column": "published"},
    "amounts": ["citations"],
    "by": ["topic"],
}


@conforms(
    hubrank_records,
    sample_options={"records": [{**KIT, "count": count, **named} for count, named in NAMED.items()]},
)
def test_conformance(check):
    """It keeps a source's promises, however it counts."""
    check()


@pytest.fixture
def works():
    """The case as a frame; its dates are texts."""
    return pd.read_csv(CASES / "works.csv", dtype={"institution": "string"})


def write(frame, path):
    """Write a frame as the path's suffix says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
    elif ".jsonl" in path.name:
        frame.to_json(path, orient="records", lines=True)
    else:
        frame.to_csv(path, index=False)


@pytest.mark.parametrize("name", ["w.parquet", "w.csv", "w.csv.gz", "w.jsonl", "w.jsonl.gz"])
def test_kinds_of_files(engine, made, sums, works, tmp_path, name):
    """The same counts from each kind, in each engine."""
    write(works, tmp_path / name)

    assert sums(made("fractional-author", tmp_path / name, engine=engine)) == FRACTIONAL


@pytest.mark.parametrize("kind", ["parquet", "csv"])
@pytest.mark.parametrize("named", ["parts", "parts/*/*", "parts/**/*.*"])
def test_folder_or_pattern_of_partitions(engine, made, sums, works, tmp_path, kind, named):
    """A folder and patterns of it; what lies beside the files and begins with a line is left out."""
    for topic, rows in works.groupby("topic"):
        write(rows.drop(columns="topic"), tmp_path / f"parts/topic={topic}/part-0.{kind}")
    (tmp_path / "parts/_SUCCESS").touch()
    options = made("fractional-author", tmp_path / named, engine=engine, by=["topic"])

    found = sums(options, by=("topic",), texts=("topic",))
    assert found == {"physics": 3, "chemistry": 2}


def test_dates_of_parquet(engine, made, sums, works, tmp_path):
    """The year of a column of dates."""
    write(works.assign(published=pd.to_datetime(works["published"])), tmp_path / "w.parquet")

    assert sums(made("full", tmp_path / "w.parquet", engine=engine), by=("year",)) == {2020: 4, 2021: 4}


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ({"type": "review"}, 3),
        ({"topic": ["physics", "law"]}, 6),
        ({"citations": {"at_least": 6}}, 6),
        ({"citations": {"at_least": 4, "at_most": 6}}, 3),
        ({"published": {"at_most": "2020-12-31"}}, 4),
        ({"institution": {"missing": False}}, 8),
        ({"institution": {"missing": True}}, 2),
        ({"type": "article", "topic": "physics"}, 3),
    ],
)
def test_conditions(engine, made, rows, where, kept):
    """How many of the ten rows meet them."""
    assert len(rows(made("rows", engine=engine, where=where))) == kept


@pytest.mark.parametrize("kind", ["duckdb", "sqlite"])
def test_table_of_a_database(made, sums, works, tmp_path, kind):
    """A table by its name, with a name that must be quoted."""
    file = tmp_path / "works.db"
    if kind == "duckdb":
        with duckdb.connect(str(file)) as connection:
            connection.execute('CREATE TABLE "my ""works" AS SELECT * FROM works')
    else:
        with contextlib.closing(sqlite3.connect(file)) as connection:
            works.to_sql('my "works', connection, index=False)
    database = {"file": str(file), "table": 'my "works'}

    assert sums(made("fractional-author", file=None, database=database)) == FRACTIONAL
    with pytest.raises(FileProblem, match=r"works\.db: no table 'work'; did you mean 'my"):
        hubrank_records.tables(made("rows", file=None, database={"file": str(file), "table": "work"}))


@pytest.mark.parametrize("kind", ["duckdb", "sqlite"])
def test_a_view_is_no_table(made, tmp_path, kind):
    """A view is SQL that whoever made the file wrote, and could read any other file: it is not run."""
    file, secret = tmp_path / "works.db", tmp_path / "secret.csv"
    secret.write_text("unit,year\nAAA,2024\n")
    with contextlib.closing(duckdb.connect(str(file)) if kind == "duckdb" else sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE works (unit TEXT, year INTEGER)")
        source = f"read_csv('{secret}')" if kind == "duckdb" else "works"
        connection.execute(f"CREATE VIEW spy AS SELECT * FROM {source}")  # noqa: S608  # the test's own

    with pytest.raises(FileProblem, match=r"works\.db: no table 'spy'"):
        hubrank_records.tables(made("rows", file=None, database={"file": str(file), "table": "spy"}))


def test_database_says_its_own_file_name(made, tmp_path):
    """A database that is not there."""
    with pytest.raises(FileProblem, match=r"works\.db: file not found"):
        hubrank_records.tables(made("rows", file=None, database={"file": str(tmp_path / "works.db"), "table": "t"}))


@pytest.mark.parametrize(
    ("count", "changes", "said"),
    [
        ("rows", {"file": None}, "set exactly one of file (here), database (here) and path"),
        ("rows", {"path": "s3a://b/w"}, "got file and path"),
        ("full", {"record": None}, 'options.record: missing; count = "full" needs the column that names it'),
        ("rows", {"author": "a"}, 'options.author: has no effect with count = "rows"; it is for "fractional-author"'),
        ("rows", {"by": ["country"]}, "options.by: 'country' is a place"),
        ("rows", {"engine": "polars", "memory_gb": 1.0}, 'options.memory_gb: has no effect with engine = "polars"'),
        ("rows", {"memory_gb": 0.01}, "options.memory_gb: must be at least 0.25; got 0.01"),
        ("rows", {"memory_gb": 1e6}, "options.memory_gb: 1e+06 is more than this machine has, "),
        ("rows", {"spill": "tmp"}, 'options.spill: must be an absolute path; got "tmp"'),
        ("rows", {"spark": "sc://h:1"}, 'options.spark: has no effect with engine = "duckdb"'),
        ("rows", {"engine": "spark", "spark": "h:1"}, 'options.spark: must be an address such as "sc://host:15002"'),
        (
            "rows",
            {"where": {"a": {"at_leats": 1}}},
            "options.where.a: unknown key 'at_leats'; did you mean 'at_least'?",
        ),
        ("rows", {"where": {"a": [1, "b"]}}, "options.where.a: must be a value, or a list of values of one kind"),
        ("rows", {"where": {"a": {"missing": 1}}}, "missing: must be true or false"),
        ("rows", {"engine": "dask"}, 'options.engine: must be "duckdb" or "polars" or "spark"; got the text "dask"'),
        ("rows", {"sql": "select 1"}, "options.sql: unknown key"),
    ],
)
def test_options_that_cannot_be(refusal, count, changes, said):
    """Each is refused by its key before a file is looked for."""
    (told,) = refusal(count, **changes)

    assert said in told


@pytest.mark.parametrize(
    ("count", "changes", "said"),
    [
        ("full", {"record": "wrok"}, "works.csv: record: no column 'wrok'; did you mean 'work'?"),
        (
            "rows",
            {"columns": {"ror": "instiution"}},
            "columns.ror: no column 'instiution'; did you mean 'institution'?",
        ),
        ("rows", {"columns": {}}, "no column gives the place; name one unit, geonames, ror"),
        ("rows", {"year": None}, 'no column gives the year; columns = { year = "COLUMN" }'),
        ("rows", {"where": {"kind": 1}}, "where.kind: no column 'kind'"),
        ("rows", {"year": {"column": "date"}}, "year.column: no column 'date'"),
        ("rows", {"columns": {"ror": "institution", "lat": "citations"}}, "there is only one of lat and lon"),
        ("rows", {"columns": {"ror": "institution", "year": "citations"}}, "a column 'year' and options.year too"),
    ],
)
def test_columns_that_are_not_there(made, count, changes, said):
    """Each is said before a row is counted, when the scenario is resolved."""
    with pytest.raises(FileProblem) as raised:
        hubrank_records.tables(made(count, **changes))

    assert any(said in each for each in raised.value.problems)


def test_types_that_do_not_fit(made, works, tmp_path):
    """All of them at once."""
    dates = works.assign(year=pd.to_datetime(works["published"]))
    write(dates, tmp_path / "w.parquet")
    with pytest.raises(FileProblem) as raised:
        changes = {"amounts": ["topic"], "year": None, "where": {"citations": "many"}}
        hubrank_records.tables(made("rows", tmp_path / "w.parquet", **changes))

    assert raised.value.problems == (
        "w.parquet: column 'topic' must be a number; it is a text",
        "w.parquet: column 'year' must be a number; it is a date; "
        'columns = { date = "year" } and year = { column = "date" } take its year',
        "w.parquet: where.citations: compares with a text, but the column is a number",
    )


def test_folders_and_files_that_cannot_be_read(made, works, tmp_path):
    """An empty folder, no file, no known kind, several kinds, and what is no Parquet."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other/notes.txt").touch()
    write(works, tmp_path / "both/a.csv")
    write(works, tmp_path / "both/b.parquet")
    (tmp_path / "broken.parquet").write_bytes(b"PAR")
    expected = {
        "empty": "empty: the folder is empty",
        "nowhere.csv": "nowhere.csv: file not found",
        "*.jsonl": r"\*\.jsonl: no file fits the pattern",
        "other": "other: no file has a known kind, such as notes.txt; known: .parquet",
        "both": "both: has files of several kinds: csv, parquet; name one kind by a pattern",
        "broken.parquet": "broken.parquet: duckdb says: ",
    }
    for name, said in expected.items():
        with pytest.raises(FileProblem, match=said):
            hubrank_records.tables(made("rows", tmp_path / name))


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_partition_with_other_columns(made, works, tmp_path, kind):
    """A partition that lacks a column is named before any is counted; columns that nobody reads may differ."""
    write(works, tmp_path / f"parts/a.{kind}")
    write(works.drop(columns=["topic"]), tmp_path / f"parts/b.{kind}")
    hubrank_records.tables(made("rows", tmp_path / "parts"))
    with pytest.raises(FileProblem, match=rf"b\.{kind}: has no column 'topic', as a\.{kind} has"):
        hubrank_records.tables(made("rows", tmp_path / "parts", by=["topic"]))


def test_partition_with_another_type(made, works, tmp_path):
    """Numbers in one partition and texts in the next."""
    write(works, tmp_path / "parts/a.parquet")
    write(works.assign(citations="many"), tmp_path / "parts/b.parquet")
    with pytest.raises(FileProblem, match=r"b\.parquet: column 'citations' is a text; in a\.parquet it is a number"):
        hubrank_records.tables(made("rows", tmp_path / "parts", amounts=["citations"]))


def test_rows_without_a_record(engine, made, rows, works, tmp_path):
    """They are counted out loud, with what leaves them out."""
    write(works.assign(work=works["work"].mask(works["work"] == "w1")), tmp_path / "w.parquet")
    with pytest.raises(FileProblem, match=r"2 rows have no 'work'; where = \{ work = \{ missing = false \} \}"):
        rows(made("full", tmp_path / "w.parquet", engine=engine))

    assert len(rows(made("full", tmp_path / "w.parquet", engine=engine, where={"work": {"missing": False}}))) == 6


def test_a_number_that_is_none(engine, made, works, tmp_path):
    """What the engine finds while it sums is said as the file's, not as the plugin's."""
    write(works.assign(citations="many"), tmp_path / "w.csv")
    options = made("rows", tmp_path / "w.csv", amounts=["citations"], engine=engine)
    request = Request(table="works", columns=("citations",), first_year=None, last_year=None, options=options)
    reading = hubrank_records.read(request)
    frame = next(reading)
    with pytest.raises(FileProblem, match=rf"w\.csv: {engine} says: .*many") as raised:
        try:
            frame.collect("pyarrow")
        except Exception as error:  # noqa: BLE001  # as the core throws it on
            reading.throw(error)

    assert len(raised.value.problems[0]) < 400


@pytest.mark.long
def test_what_does_not_fit_into_memory_is_spilled(made, rows, tmp_path):
    """Three million different places of 200 letters, 600 MB, under a cap of 250 MB."""
    file, spill = tmp_path / "many.parquet", tmp_path / "spill"
    letters = "SELECT i AS work, i || repeat('x', 200) AS ror, 2020 AS year FROM range(3000000) t(i)"
    duckdb.sql(letters).write_parquet(str(file))
    spill.mkdir()
    options = made("full", file, columns={}, year=None, memory_gb=0.25, spill=str(spill))
    (frame,) = hubrank_records.read(_request(options))

    assert frame.select(nw.col("count").sum()).collect("pyarrow").item() == 3_000_000
    assert any(spill.iterdir())


@pytest.mark.parametrize("raised", [duckdb.OutOfMemoryException("Out of Memory Error: 1 GB"), OSError("No space left")])
def test_too_little_memory_or_disk(made, raised):
    """What the engine raises while the core sums is thrown in, and said with what there is instead."""
    reading = hubrank_records.read(_request(made("full")))
    next(reading)
    with pytest.raises(DataError, match=r"works\.csv: too little memory or disk: .*; raise options\.memory_gb"):
        reading.throw(raised)


def test_spill_folder_that_is_none(made, tmp_path):
    """It is looked at before the work."""
    with pytest.raises(DataError, match=r"nowhere is no folder that can be written; set options.spill"):
        list(hubrank_records.read(_request(made("rows", spill=str(tmp_path / "nowhere")))))


def test_spill_folder_that_is_full(made, monkeypatch, tmp_path):
    """It is looked at when the scenario is resolved, where there are more rows than memory surely takes."""
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage._replace(free=3_000_000))
    options = made("full", spill=str(tmp_path))
    assert hubrank_records.tables(options)

    monkeypatch.setattr("hubrank_records.engines.SMALL", 4_000_000)
    with (tmp_path / "works.csv").open("wb") as file:
        file.write((CASES / "works.csv").read_bytes() + b"w9,a9,r1,2021-01-01,physics,article,1\n" * 150_000)
    with pytest.raises(
        DataError, match=r"has 3 MB left, too little for what does not fit into memory; set options\.spill"
    ):
        hubrank_records.tables(made("full", tmp_path / "works.csv", spill=str(tmp_path)))


def test_spark_on_java_where_there_is_none(refusal, monkeypatch):
    """What is lacking is said: the package that has Spark, then Java."""
    pytest.importorskip("pyspark", reason="needs pyspark-client or pyspark", exc_type=ImportError)
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    (said,) = refusal("rows", engine="spark", spark="local[2]")

    assert 'options.spark: "local[2]" is Spark on Java; ' in said
    assert "pip install pyspark in place of pyspark-client" in said or "install Java 17 or newer" in said


@pytest.mark.long
@pytest.mark.parametrize("count", ["rows", "full", "fractional-author"])
def test_spark_on_java(made, sums, count):
    """The case by the threads of this machine: by hand as in `test_counting.py`."""
    if lacks := why_no_java():
        pytest.skip(f"Spark on Java: {lacks}")
    by_hand = {"rows": {"r1": 4, "r2": 2, "r3": 2, "": 2}, "full": {"r1": 3, "r2": 2, "r3": 1, "": 2}}

    assert sums(made(count, engine="spark", spark="local[2]")) == by_hand.get(count, FRACTIONAL)


def test_cluster_that_does_not_answer(made):
    """An address where there is none is said when the scenario is resolved."""
    pytest.importorskip("pyspark", reason="needs pyspark-client", exc_type=ImportError)
    options = made("rows", engine="spark", spark="sc://127.0.0.1:9")
    with pytest.raises(DataError, match=r"no Spark Connect server answers at sc://127\.0\.0\.1:9: "):
        hubrank_records.tables(options)


def test_cluster_by_its_address(made, sums):
    """A server that runs already, and files as it sees them."""
    pytest.importorskip("pysail", reason="needs pysail, a Spark Connect server without Java")
    from hubrank_records.spark import own_server

    options = made(
        "fractional-author", file=None, engine="spark", spark=own_server(), path=str(CASES / "works.csv"), format="csv"
    )

    assert sums(options) == FRACTIONAL


def _request(options):
    return Request(table="works", columns=("count",), first_year=None, last_year=None, options=options)


def test_plan_of_a_run(made, works, tmp_path):
    """The engine, how it counts, conditions, files with sizes; another text when a byte of a file is another."""
    write(works, tmp_path / "parts/a.csv")
    shutil.copy(tmp_path / "parts/a.csv", tmp_path / "parts/b.csv")
    options = made("full", tmp_path / "parts", where={"citations": {"at_least": 4}})
    plan = json.loads(hubrank_records.fingerprint(_request(options)))
    size = (tmp_path / "parts/a.csv").stat().st_size

    assert plan["engine"].startswith("duckdb ")
    assert (plan["count"], plan["where"]) == ("full", {"citations": {"at_least": 4}})
    assert (plan["files"], plan["bytes"]) == ({"a.csv": size, "b.csv": size}, 2 * size)
    works.loc[0, "topic"] = "physisc"
    write(works, tmp_path / "parts/a.csv")
    assert json.loads(hubrank_records.fingerprint(_request(options)))["digest"] != plan["digest"]


def test_files_of_many_gigabytes_are_told_by_their_times(made, monkeypatch):
    """They are not read twice only to see whether they changed."""
    monkeypatch.setattr("hubrank_records.plan.READ_WHOLE", 10)
    plan = json.loads(hubrank_records.fingerprint(_request(made("rows"))))

    assert plan["digest_of"] == "names, sizes and times of change"


def test_sample_is_the_head_without_a_record_that_it_cuts(made, tmp_path, monkeypatch):
    """Of three works of two authors, five rows are read; the third work has one of its two and is left out."""
    monkeypatch.setattr("hubrank_records.reading._HEAD", 5)
    lines = [f"w{work},a{author},r{work},2020\n" for work in (1, 2, 3) for author in (1, 2)]
    with gzip.open(tmp_path / "w.csv.gz", "wt") as file:
        file.writelines(["work,person,ror,year\n", *lines])
    sample = hubrank_records.sample("works", made("full", tmp_path / "w.csv.gz", columns={}, year=None))

    assert sample["ror"].tolist() == ["r1", "r2"]
    assert sample["count"].tolist() == [1, 1]
