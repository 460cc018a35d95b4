"""The source as a scenario uses it: what it reads, what it rejects, and what a run keeps of it."""

import contextlib
import socket
import sqlite3
from pathlib import Path

import duckdb
import hubrank_records
import pandas as pd
import pytest
from hubrank.plugin import DataError, FileProblem, Request
from hubrank.testing import conforms
from hubrank_records.spark import spark_session

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


@pytest.mark.long
@conforms(
    hubrank_records, sample_options={"records": [{**KIT, "count": count, **named} for count, named in NAMED.items()]}
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


@pytest.mark.parametrize("most", [2, 3])
def test_texts_as_numbers_of_their_list(made, sums, works, tmp_path, monkeypatch, most):
    """Codes with signs of SQL and empty ones, which DuckDB shares as numbers if they are few: counts are the same."""
    monkeypatch.setattr("hubrank_records.engines._LISTED", most)
    works["institution"] = works["institution"].replace({"r1": "r'1", "r2": 'r"2'}).fillna("")
    works["topic"] = works["topic"].replace("physics", "")
    write(works, tmp_path / "w.parquet")
    options = made("fractional-author", tmp_path / "w.parquet", by=["topic"])

    assert sums(options) == {"r'1": 5 / 3, 'r"2': 1, "r3": 1, "": 4 / 3}
    assert sums(options, by=("topic",), texts=("topic",)) == {"": 3, "chemistry": 2}


@pytest.mark.long
@pytest.mark.parametrize("kind", ["parquet", "csv"])
@pytest.mark.parametrize("named", ["parts", "parts/*/*", "parts/**/*.*"])
def test_folder_or_pattern_of_partitions(engine, made, sums, works, tmp_path, kind, named):
    """A folder and patterns of it; what lies beside the files and begins with a line is left out."""
    for topic, rows in works.groupby("topic"):
        write(rows.drop(columns="topic"), tmp_path / f"parts/topic={topic}/part-0.{kind}")
    (tmp_path / "parts/_SUCCESS").touch()
    options = made("fractional-author", tmp_path / named, engine=engine, by=["topic"])

    assert sums(options, by=("topic",), texts=("topic",)) == {"physics": 3, "chemistry": 2}


@pytest.mark.long
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


@pytest.mark.long
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
    """A view is SQL of the file's author, and could read any other file: it is not run."""
    file, secret = tmp_path / "works.db", tmp_path / "secret.csv"
    secret.write_text("unit,year\nAAA,2024\n")
    with contextlib.closing(duckdb.connect(str(file)) if kind == "duckdb" else sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE works (unit TEXT, year INTEGER)")
        source = f"read_csv('{secret}')" if kind == "duckdb" else "works"
        connection.execute(f"CREATE VIEW spy AS SELECT * FROM {source}")  # noqa: S608  # the test's own

    with pytest.raises(FileProblem, match=r"works\.db: no table 'spy'"):
        hubrank_records.tables(made("rows", file=None, database={"file": str(file), "table": "spy"}))


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
    """Each is rejected by its key before a file is looked for."""
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
        "*.jsonl": r"\*\.jsonl: no file matches the pattern",
        "other": "other: no file has a known kind, such as notes.txt; known: .parquet",
        "both": "both: has files of several kinds: csv, parquet; name one kind by a pattern",
        "broken.parquet": "broken.parquet: duckdb says: ",
    }
    for name, said in expected.items():
        with pytest.raises(FileProblem, match=said):
            hubrank_records.tables(made("rows", tmp_path / name))


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ({"citations": ["6", "8"]}, "column 'citations' is a text; in 3 others it is a number"),
        ({"institution": None}, "column 'institution' is not there; in 3 others it is a text"),
    ],
)
@pytest.mark.parametrize("year", [2019, 2022])
def test_the_odd_file_is_named(made, works, tmp_path, year, odd, said):
    """By its path, since all of them are called alike, wherever it stands among the others."""
    for each in (2019, 2020, 2021, 2022):
        frame = works.head(2).assign(**odd if each == year else {}).dropna(axis="columns")
        write(frame, tmp_path / f"works/year={each}/part-0.parquet")
    with pytest.raises(FileProblem) as raised:
        hubrank_records.tables(made("rows", tmp_path / "works", amounts=["citations"], year=None))

    assert raised.value.problems == (f"year={year}/part-0.parquet: {said}",)


@pytest.fixture
def server(monkeypatch):
    """The address of a Spark Connect server on this machine, other than the one that counts without an address."""
    servers = pytest.importorskip("pysail.spark")
    monkeypatch.setenv("RUST_LOG", "error")
    started = servers.SparkConnectServer(port=0)
    started.start(background=True)
    yield (address := f"sc://127.0.0.1:{started.listening_address[1]}")
    spark_session(address).stop()  # or the process waits for the server when it ends
    started.stop()


def test_a_server_at_an_address(made, sums, server):
    """It counts like the server that is started here, each in a session of its own."""
    for address in (None, server):
        assert sums(made("fractional-author", engine="spark", spark=address)) == FRACTIONAL
    assert spark_session(server) is not spark_session("")
    assert server.endswith(spark_session(server).client._builder.url.netloc)


def test_addresses_without_a_server(made, monkeypatch):
    """Where nothing answers, and where something else does, is said when the scenario is resolved."""
    pytest.importorskip("pyspark.sql.connect.client")
    monkeypatch.setattr("hubrank_records.spark.PATIENCE", 1)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(DataError, match=f"no Spark Connect server answers at sc://127.0.0.1:{port}: what answers"):
            hubrank_records.tables(made("rows", engine="spark", spark=f"sc://127.0.0.1:{port}"))
    with pytest.raises(DataError, match=r"no Spark Connect server answers at .*; check the address"):
        hubrank_records.tables(made("rows", engine="spark", spark=f"sc://127.0.0.1:{port}"))


@pytest.mark.parametrize("cut", [2_000, None])
def test_the_damaged_file_is_named(engine, made, tmp_path, cut):
    """One that ends early, and one with other bytes among its numbers, which only reading them shows."""
    numbers = pd.DataFrame({"institution": "r1", "citations": [at / 7 for at in range(20_000)], "published": "2020"})
    for name in ("a", "b", "c"):
        write(numbers, tmp_path / f"works/{name}/part-0.parquet")
    damaged = tmp_path / "works/b/part-0.parquet"
    content = damaged.read_bytes()
    damaged.write_bytes(content[:cut] if cut else content[:2_000] + b"?" * 8_000 + content[10_000:])
    options = made("rows", tmp_path / "works", amounts=["citations"], engine=engine)
    request = Request(table="works", columns=("citations",), first_year=None, last_year=None, options=options)
    with pytest.raises(FileProblem, match=rf"b/part-0\.parquet.*{engine}|{engine}.*b/part-0\.parquet"):
        for frame in (reading := hubrank_records.read(request)):
            try:
                frame.collect("pyarrow")
            except Exception as error:  # noqa: BLE001  # as the core throws it on
                reading.throw(error)


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
